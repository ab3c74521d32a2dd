//! `AWS::Lambda::EventInvokeConfig`.

use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};
use serde_json::json;

use crate::Expr;

/// Where the events of asynchronous invocations go when the function fails. Page: "Capturing records of Lambda
/// asynchronous invocations".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventInvokeConfig {
    /// The function's name.
    pub function_name: Expr,
    /// The version or alias.
    pub qualifier: &'static str,
    /// The ARN of a queue or topic.
    pub on_failure: Expr,
}

impl Serialize for EventInvokeConfig {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("EventInvokeConfig", 3)?;
        object.serialize_field("FunctionName", &self.function_name)?;
        object.serialize_field("Qualifier", self.qualifier)?;
        object
            .serialize_field("DestinationConfig", &json!({"OnFailure": {"Destination": self.on_failure}}))?;
        object.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_go_to_the_destination() {
        let config =
            EventInvokeConfig { function_name: "f".into(), qualifier: "live", on_failure: "queue".into() };
        assert_eq!(
            json!(config),
            json!({
                "FunctionName": "f",
                "Qualifier": "live",
                "DestinationConfig": {"OnFailure": {"Destination": "queue"}},
            })
        );
    }
}
