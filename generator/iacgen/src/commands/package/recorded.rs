//! The packages against what assets.lock records.

use std::fmt::Write as _;

use iacgen_package::{Difference, DifferenceKind};
use serde_json::{Value, json};

use crate::error::CommandError;
use crate::ui::Ui;

/// Says in what the packages differ from what is recorded.
pub(super) fn tell(found: &[Difference], ui: Ui, as_result: bool) -> Result<(), CommandError> {
    if found.is_empty() {
        ui.status("Same", "as assets.lock records");
        return Ok(());
    }
    let mut text = String::new();
    for Difference { name, architecture, kind } in found {
        let _ = write!(text, "{name} ({architecture}) ");
        match kind {
            DifferenceKind::NotRecorded => text.push_str("is not in assets.lock\n"),
            DifferenceKind::NotPackaged => {
                text.push_str("is in assets.lock, and nothing packages it any more\n");
            }
            DifferenceKind::Moved { inputs } => {
                text.push_str("is made from something else than assets.lock records:\n");
                for input in inputs {
                    let value = |value: &Option<String>| value.as_deref().map_or("nothing".to_owned(), short);
                    let (before, now) = (value(&input.recorded), value(&input.found));
                    let _ = writeln!(text, "  {}: {before} -> {now}", input.name);
                }
            }
            DifferenceKind::OtherBytes { files } => {
                let _ = writeln!(
                    text,
                    "is made from the same as assets.lock records, and differs in {}: the build is not reproducible",
                    files.join(", ")
                );
            }
            DifferenceKind::Edited => {
                text.push_str(
                    "is the zip that assets.lock records, which says something else of it: it was edited\n",
                );
            }
        }
    }
    if as_result {
        ui.data(&text)?;
        ui.talk("run `iacgen package` and commit assets.lock where the change is meant\n");
    } else {
        ui.warning(&format!("the packages are not those of assets.lock\n{}", text.trim_end()));
    }
    Ok(())
}

/// Digests as people compare them; anything else as it is.
fn short(value: &str) -> String {
    let is_digest = |word: &str| word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let part = |part: &str| {
        let word = part.trim_end_matches([' ', ',']);
        if is_digest(word) { format!("{}…{}", &word[..12], &part[word.len()..]) } else { part.to_owned() }
    };
    value.split_inclusive(' ').map(part).collect()
}

pub(super) fn json(difference: &Difference) -> Value {
    let Difference { name, architecture, kind } = difference;
    let mut value = json!({ "name": name, "architecture": architecture });
    let (kind, more) = match kind {
        DifferenceKind::NotRecorded => ("not-recorded", json!({})),
        DifferenceKind::NotPackaged => ("not-packaged", json!({})),
        DifferenceKind::Moved { inputs } => {
            let inputs: Vec<_> = inputs
                .iter()
                .map(|input| json!({ "name": input.name, "recorded": input.recorded, "found": input.found }))
                .collect();
            ("moved", json!({ "inputs": inputs }))
        }
        DifferenceKind::Edited => ("edited", json!({})),
        DifferenceKind::OtherBytes { files } => ("other-bytes", json!({ "files": files })),
    };
    value["kind"] = kind.into();
    if let (Some(value), Value::Object(more)) = (value.as_object_mut(), more) {
        value.extend(more);
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_shortened_wherever_they_stand() {
        let digest = "3e1756eab645f234c0eddc2ea38e63b3fe1a3fe821c659a6e9e1f5e6b2796d82";
        assert_eq!(short(digest), "3e1756eab645…");
        assert_eq!(short(&format!("1.20.1 {digest}, in a layer")), "1.20.1 3e1756eab645…, in a layer");
        assert_eq!(short("rustc 1.95.0 (59807616e 2026-04-14)"), "rustc 1.95.0 (59807616e 2026-04-14)");
    }
}
