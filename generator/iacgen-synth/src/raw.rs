//! Resources that the spec writes as CloudFormation has them.

use iacgen_aws_types::LogicalId;
use iacgen_cfn::Resource;
use iacgen_cfn::resources::{self, RawDeletionPolicy, RawReplacementPolicy};
use iacgen_spec::model::{RawResource, ResourcePolicy, Workflow};
use serde_json::{Map, Value, json};

use crate::error::SynthesisError;
use crate::references;

/// Returns a resource as it is written, with references replaced.
pub(crate) fn lower(workflow: &Workflow, raw: &RawResource) -> Result<(LogicalId, Resource), SynthesisError> {
    let mut reference = |reference: &_| json!(references::anywhere(workflow, reference));
    let properties = match raw.properties.as_ref().map(|properties| properties.to_value(&mut reference)) {
        Some(Value::Object(properties)) => properties,
        _ => Map::new(),
    };
    let depends_on = raw.depends_on.iter().map(|id| LogicalId::new(&id.value)).collect::<Result<_, _>>()?;
    let resource = resources::RawResource {
        type_name: raw.kind.value.clone(),
        properties,
        depends_on,
        deletion_policy: raw.deletion_policy.as_ref().map(|policy| match policy.value {
            ResourcePolicy::Delete => RawDeletionPolicy::Delete,
            ResourcePolicy::Retain => RawDeletionPolicy::Retain,
            ResourcePolicy::RetainExceptOnCreate => RawDeletionPolicy::RetainExceptOnCreate,
            ResourcePolicy::Snapshot => RawDeletionPolicy::Snapshot,
        }),
        update_replace_policy: raw.update_replace_policy.as_ref().map(|policy| match policy.value {
            ResourcePolicy::Delete => RawReplacementPolicy::Delete,
            // What is replaced was made before: there is no creation that could be excepted.
            ResourcePolicy::Retain | ResourcePolicy::RetainExceptOnCreate => RawReplacementPolicy::Retain,
            ResourcePolicy::Snapshot => RawReplacementPolicy::Snapshot,
        }),
    };
    Ok((LogicalId::new(&raw.id)?, Resource::from(resource)))
}
