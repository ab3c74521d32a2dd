//! What CloudFormation does when a property changes.

use serde::Deserialize;

/// What a change of a property does to its resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Update {
    /// The resource stays and changes.
    InPlace,
    /// The resource is replaced in some cases (`conditionalCreateOnlyProperties`).
    MayReplace,
    /// A new resource takes its place (`createOnlyProperties`).
    Replaces,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Schema {
    #[serde(default)]
    create_only_properties: Vec<String>,
    #[serde(default)]
    conditional_create_only_properties: Vec<String>,
}

/// Returns what a change of a property does, or `None` for an unknown type. The property is told by its names from the
/// outside, `*` for any item of a list: `["Code", "S3Key"]`.
pub fn update(type_name: &str, property: &[&str]) -> Option<Update> {
    let schema: Schema = serde_json::from_str(super::text(type_name)?).ok()?;
    let is_in = |pointers: &[String]| pointers.iter().any(|pointer| concerns(pointer, property));
    Some(if is_in(&schema.create_only_properties) {
        Update::Replaces
    } else if is_in(&schema.conditional_create_only_properties) {
        Update::MayReplace
    } else {
        Update::InPlace
    })
}

/// Whether a pointer such as `/properties/A/B` names the property, a part of it, or something around it.
fn concerns(pointer: &str, property: &[&str]) -> bool {
    let named = pointer.trim_start_matches("/properties/").split('/');
    named.zip(property).all(|(named, part)| named == *part || named == "*" || *part == "*")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn updates_are_those_of_the_resource_reference() {
        for (type_name, property, expected) in [
            ("AWS::S3::Bucket", &["BucketName"][..], Update::Replaces),
            ("AWS::S3::Bucket", &["LifecycleConfiguration", "Rules", "*", "Id"], Update::InPlace),
            ("AWS::Lambda::Function", &["FunctionName"], Update::Replaces),
            ("AWS::Lambda::Function", &["Code", "S3Key"], Update::InPlace),
            ("AWS::StepFunctions::StateMachine", &["StateMachineType"], Update::Replaces),
            ("AWS::DynamoDB::Table", &["TableName"], Update::Replaces),
        ] {
            assert_eq!(update(type_name, property), Some(expected), "{type_name} {property:?}");
        }
        assert_eq!(update("AWS::None::Such", &["A"]), None);
    }
}
