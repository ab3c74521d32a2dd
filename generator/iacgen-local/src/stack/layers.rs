//! The layers of functions: those that the template makes.

use iacgen_aws_types::Architecture;
use serde_json::Value;

use super::error::StackError;
use super::functions::package_name;
use super::properties::Properties;
use super::resolve::Resolver;
use super::template::Template;

pub(super) const LAYER_VERSION: &str = "AWS::Lambda::LayerVersion";
/// Page: "Lambda quotas", "Function layers".
const MAX_LAYERS: usize = 5;

/// Returns the zips' file names of a function's layers in their order.
pub(super) fn of_function(
    properties: &Properties<'_>,
    architecture: Architecture,
    template: &Template,
    resolver: &Resolver<'_>,
) -> Result<Vec<String>, StackError> {
    let path = "Layers";
    let listed = match properties.raw(path) {
        None => return Ok(Vec::new()),
        Some(Value::Array(listed)) => listed,
        Some(other) => return Err(properties.wrong(path, other.to_string(), "a list")),
    };
    if listed.len() > MAX_LAYERS {
        return Err(properties.wrong(path, listed.len().to_string(), format!("at most {MAX_LAYERS} layers")));
    }
    let layer = |(index, value): (usize, &Value)| {
        let place = properties.place(&format!("{path}.{index}"));
        let declared = value.get("Ref").and_then(Value::as_str).and_then(|id| {
            let (id, resource) = template.resources.get_key_value(id)?;
            (resource.kind == LAYER_VERSION).then(|| Properties::new(id, resource, resolver))
        });
        let Some(declared) = declared else {
            return Err(StackError::ForeignLayer { layer: resolver.text(value, &place)?, place });
        };
        let takes = declared.value("CompatibleArchitectures")?;
        let takes = takes.as_ref().and_then(Value::as_array);
        if takes.is_some_and(|takes| !takes.iter().any(|takes| takes == architecture.as_str())) {
            let expected = format!("`{architecture}`, which {} is", properties.id);
            let found = Value::from(takes.cloned().unwrap_or_default()).to_string();
            return Err(declared.wrong("CompatibleArchitectures", found, expected));
        }
        package_name(&declared, "Content.S3Key")
    };
    listed.iter().enumerate().map(layer).collect()
}
