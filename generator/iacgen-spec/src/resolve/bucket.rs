//! Buckets.

use iacgen_aws_types::BucketName;
use indexmap::IndexMap;

use super::{Context, Place};
use crate::check::{bad_bucket_name, bad_duration, bad_prefix, conflicting_fields, doubled_expiry};
use crate::model::{Bucket, BucketOrigin, Expiry};
use crate::raw::{RawBucket, RawExpiry, RawValue};
use crate::yaml::Spanned;

/// Resolves every bucket.
pub(super) fn buckets(context: &Context<'_>) -> IndexMap<String, Bucket> {
    let resolved = context.workflow.buckets.iter().filter_map(|(id, raw)| {
        let origin = context.origin(raw)?;
        Some((id.value.clone(), Bucket { id: id.value.clone(), origin }))
    });
    resolved.collect()
}

impl<'a> Context<'a> {
    /// Tells whose a bucket is. One that says nothing is made by the stack, and outlives it.
    fn origin(&self, raw: &'a RawBucket) -> Option<BucketOrigin> {
        let existing = raw.existing.as_ref().and_then(|name| self.bucket_name(name, "`existing`"));
        let name = raw.name.as_ref().map(|name| self.bucket_name(name, "`name`"));
        let retain = raw.retain.as_ref().map(|retain| self.boolean(retain, "`retain`"));
        let expire: Vec<(Place, Expiry)> =
            raw.expire.iter().filter_map(|expiry| self.expiry(expiry)).collect();
        doubled_expiry::check(&expire, self.sink);
        if let Some(key) = raw.existing_key {
            let first = Spanned { value: "existing".to_owned(), span: key };
            for second in &raw.managed_keys {
                let help = "an existing bucket is not touched; delete `existing` to have the stack make one";
                self.sink.push(conflicting_fields::finding(second, &first, help));
            }
            return existing.map(BucketOrigin::Existing);
        }
        Some(BucketOrigin::Managed {
            name: name.map_or(Some(None), |name| name.map(Some))?,
            retain: retain.unwrap_or(Some(true))?,
            expire: expire.into_iter().map(|(_, expiry)| expiry).collect(),
        })
    }

    fn bucket_name(&self, raw: &'a RawValue, kind: &str) -> Option<BucketName> {
        let (text, value) = self.text(raw, kind)?;
        self.valid(BucketName::new(text), text, value.place, bad_bucket_name::finding)
    }

    /// Reads a rule, with the place of its prefix, or of its time where it is for the whole bucket.
    fn expiry(&self, raw: &'a RawExpiry) -> Option<(Place, Expiry)> {
        let prefix = raw.prefix.as_ref().map_or(Some(String::new()), |prefix| self.prefix(prefix));
        let (after, value) = self.duration(raw.after.as_ref()?, "`after`")?;
        if !after.get().is_multiple_of(86_400) {
            self.sink.push(bad_duration::not_days(&value, after));
            return None;
        }
        let place = raw.prefix.as_ref().and_then(|prefix| self.values.get(prefix)).unwrap_or(value).place;
        Some((place, Expiry { prefix: prefix?, after_days: after.days() }))
    }

    /// Reads a prefix of keys.
    pub(super) fn prefix(&self, raw: &'a RawValue) -> Option<String> {
        let (text, value) = self.text(raw, "`prefix`")?;
        bad_prefix::check(&value, text, self.sink);
        Some(text.to_owned())
    }
}
