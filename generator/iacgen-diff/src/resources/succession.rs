//! Versions whose logical id holds a digest: another digest is another resource, and both are one thing that goes on.

use super::{ResourceChanges, Succession};

const NUMBERED: [&str; 3] =
    ["AWS::Lambda::LayerVersion", "AWS::Lambda::Version", "AWS::StepFunctions::StateMachineVersion"];

/// The digits of a digest at the end of a logical id.
const DIGITS: usize = 12;

/// Takes pairs of a removed and an added version out of the changes.
pub(super) fn find(changes: &mut ResourceChanges) {
    let removed = std::mem::take(&mut changes.removed);
    for old in removed {
        let base = base(&old.id).filter(|_| NUMBERED.contains(&old.type_name.as_str()));
        let new = base.and_then(|base| {
            let is_next = |id: &str| self::base(id) == Some(base);
            changes.added.iter().position(|new| new.type_name == old.type_name && is_next(&new.id))
        });
        match (base, new) {
            (Some(base), Some(at)) => {
                let new = changes.added.remove(at);
                changes.successions.push(Succession {
                    of: base.to_owned(),
                    type_name: old.type_name,
                    before: old.id.clone(),
                    after: new.id,
                    kept: old.kept,
                });
            }
            _ => changes.removed.push(old),
        }
    }
}

/// Returns a logical id without its digest, whose first digit a logical id writes as a capital.
fn base(id: &str) -> Option<&str> {
    let (base, digest) = id.split_at_checked(id.len().checked_sub(DIGITS)?)?;
    digest.bytes().all(|byte| byte.is_ascii_hexdigit()).then_some(base)
}
