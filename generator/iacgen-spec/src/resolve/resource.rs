//! Resources that are written as CloudFormation has them.

use iacgen_aws_types::LogicalId;
use indexmap::IndexMap;

use super::Context;
use super::state::located;
use crate::check::{bad_resource_type, invalid_name, unknown_word};
use crate::model::{Located, Place, RawResource, ResourcePolicy};
use crate::raw::RawCloudFormation;
use crate::yaml::Spanned;

/// The words of [`ResourcePolicy`].
const POLICIES: [(&str, ResourcePolicy); 4] = [
    ("Delete", ResourcePolicy::Delete),
    ("Retain", ResourcePolicy::Retain),
    ("RetainExceptOnCreate", ResourcePolicy::RetainExceptOnCreate),
    ("Snapshot", ResourcePolicy::Snapshot),
];

/// Resolves every resource.
pub(super) fn resources(context: &Context<'_>) -> IndexMap<String, RawResource> {
    let resolved = context.workflow.resources.iter().filter_map(|(id, raw)| {
        if let Err(invalid) = LogicalId::new(id.value.as_str()) {
            context.sink.push(invalid_name::finding(id.span, &id.value, "a resource", &invalid.rule));
        }
        Some((id.value.clone(), context.resource(id, raw)?))
    });
    resolved.collect()
}

impl<'a> Context<'a> {
    fn resource(&self, id: &Spanned<String>, raw: &'a RawCloudFormation) -> Option<RawResource> {
        if let Some(kind) = &raw.kind {
            bad_resource_type::check(kind, self.sink);
        }
        let properties = raw.properties.as_ref().map(|raw| self.json(raw));
        // Only `DeletionPolicy` knows what a creation is.
        let deletion_policy = raw.deletion_policy.as_ref().map(|word| self.policy_word(word, &POLICIES));
        let replacing: Vec<_> = POLICIES
            .into_iter()
            .filter(|(_, policy)| *policy != ResourcePolicy::RetainExceptOnCreate)
            .collect();
        let update_replace_policy =
            raw.update_replace_policy.as_ref().map(|word| self.policy_word(word, &replacing));
        Some(RawResource {
            id: id.value.clone(),
            place: Place::written(id.span),
            kind: located(raw.kind.as_ref()?),
            properties: match properties {
                Some(properties) => Some(properties?),
                None => None,
            },
            depends_on: raw.depends_on.iter().map(located).collect(),
            deletion_policy: match deletion_policy {
                Some(policy) => Some(policy?),
                None => None,
            },
            update_replace_policy: match update_replace_policy {
                Some(policy) => Some(policy?),
                None => None,
            },
        })
    }

    fn policy_word(
        &self,
        word: &Spanned<String>,
        policies: &[(&str, ResourcePolicy)],
    ) -> Option<Located<ResourcePolicy>> {
        let place = Place::written(word.span);
        if let Some((_, policy)) = policies.iter().find(|(known, _)| *known == word.value) {
            return Some(Located { value: *policy, place });
        }
        let words: Vec<&str> = policies.iter().map(|(word, _)| *word).collect();
        self.sink.push(unknown_word::finding(&word.value, place, "what becomes of a resource", &words));
        None
    }
}
