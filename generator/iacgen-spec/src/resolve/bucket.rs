//! Buckets.

use iacgen_aws_types::BucketName;
use indexmap::IndexMap;

use super::Context;
use crate::check::{bad_bucket_name, bad_duration, bad_prefix, doubled_expiry};
use crate::model::{Bucket, BucketOrigin, Expiry, Place};
use crate::raw::{RawBucket, RawExpiry, RawValue};

/// Resolves every bucket.
pub(super) fn buckets(context: &Context<'_>) -> IndexMap<String, Bucket> {
    let resolved = context.workflow.buckets.iter().filter_map(|(id, raw)| {
        let origin = context.bucket_origin(raw)?;
        Some((id.value.clone(), Bucket { id: id.value.clone(), place: Place::written(id.span), origin }))
    });
    resolved.collect()
}

impl<'a> Context<'a> {
    /// Tells whose a bucket is. One that says nothing is made by the stack, and outlives it.
    fn bucket_origin(&self, raw: &'a RawBucket) -> Option<BucketOrigin> {
        let existing = raw.existing.value.as_ref().and_then(|name| self.bucket_name(name, "`existing`"));
        let name = raw.name.as_ref().map(|name| self.bucket_name(name, "`name`"));
        let retain = self.boolean_or(raw.retain.as_ref(), "`retain`", true);
        let access_logs = self.boolean_or(raw.access_logs.as_ref(), "`access_logs`", false);
        let expire: Vec<(Place, Expiry)> =
            raw.expire.iter().filter_map(|expiry| self.expiry(expiry)).collect();
        doubled_expiry::check(&expire, self.sink);
        self.nothing_beside(&raw.existing, "a bucket");
        if raw.existing.key.is_some() {
            return existing.map(BucketOrigin::Existing);
        }
        Some(BucketOrigin::Managed {
            name: name.map_or(Some(None), |name| name.map(Some))?,
            retain: retain?,
            expire: expire.into_iter().map(|(_, expiry)| expiry).collect(),
            access_logs: access_logs?,
        })
    }

    fn bucket_name(&self, raw: &'a RawValue, kind: &str) -> Option<BucketName> {
        let (text, value) = self.text(raw, kind)?;
        self.valid(BucketName::new(text), text, value.place, bad_bucket_name::finding)
    }

    /// Reads a rule, with the place of its prefix, or of its time where it is for the whole bucket.
    fn expiry(&self, raw: &'a RawExpiry) -> Option<(Place, Expiry)> {
        let prefix = self.prefix_or_all(raw.prefix.as_ref());
        let (after, value) = self.duration(raw.after.as_ref()?, "`after`")?;
        if !after.get().is_multiple_of(86_400) {
            self.sink.push(bad_duration::not_days(&value, after));
            return None;
        }
        let place = raw.prefix.as_ref().and_then(|prefix| self.values.get(prefix)).unwrap_or(value).place;
        Some((place, Expiry { prefix: prefix?, after_days: after.days() }))
    }

    /// Reads a prefix of keys; of all, where it is left out.
    pub(super) fn prefix_or_all(&self, raw: Option<&'a RawValue>) -> Option<String> {
        raw.map_or(Some(String::new()), |raw| self.prefix(raw))
    }

    /// Reads a prefix of keys.
    fn prefix(&self, raw: &'a RawValue) -> Option<String> {
        let (text, value) = self.text(raw, "`prefix`")?;
        bad_prefix::check(&value, text, self.sink);
        Some(text.to_owned())
    }

    /// Reads a boolean that may be left out.
    pub(super) fn boolean_or(&self, raw: Option<&'a RawValue>, kind: &str, otherwise: bool) -> Option<bool> {
        raw.map_or(Some(otherwise), |raw| self.boolean(raw, kind))
    }
}
