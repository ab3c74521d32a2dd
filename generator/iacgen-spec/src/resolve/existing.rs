//! What exists already: names, ARNs, and that nothing stands beside them.

use iacgen_aws_types::{AccountId, Arn, ArnKind, Region};

use super::Context;
use crate::check::{arn_elsewhere, bad_arn, conflicting_fields};
use crate::model::{Located, Place};
use crate::raw::{RawExisting, RawValue};
use crate::yaml::Spanned;

impl<'a> Context<'a> {
    /// Judges what says how the stack makes a thing that exists. `kind` has its article.
    pub(super) fn nothing_beside(&self, raw: &RawExisting, kind: &str) {
        let Some(key) = raw.key else { return };
        let first = Spanned { value: "existing".to_owned(), span: key };
        for second in &raw.managed_keys {
            let help =
                format!("{kind} that exists is not touched; delete `existing` to have the stack make one");
            self.sink.push(conflicting_fields::finding(second, &first, &help));
        }
    }

    /// Reads an ARN of something in the environment's region.
    pub(super) fn arn(&self, raw: &'a RawValue, kind: ArnKind, field: &str) -> Option<Located<Arn>> {
        let (text, value) = self.text(raw, field)?;
        self.arn_of(text, value.place, kind)
    }

    /// Takes a text that is an ARN.
    pub(super) fn arn_of(&self, text: &str, place: Place, kind: ArnKind) -> Option<Located<Arn>> {
        let arn = match Arn::new(text, kind) {
            Ok(value) => Located { value, place },
            Err(invalid) => {
                self.sink.push(bad_arn::finding(place, kind, &invalid));
                return None;
            }
        };
        let raw = self.environment.raw.as_ref();
        let region = raw.and_then(|raw| Region::new(&raw.region.as_ref()?.value).ok());
        let account = raw.and_then(|raw| AccountId::new(&raw.account.as_ref()?.value).ok());
        if let Some(region) = region {
            arn_elsewhere::check(&arn, &region, account.as_ref(), self.sink);
        }
        Some(arn)
    }
}
