//! `AWS::Events::Rule`.

use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::Tag;
use crate::Expr;

/// A rule of the account's own event bus that starts executions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// What it starts.
    pub description: String,
    /// Which events.
    pub events: ObjectsCreated,
    /// The ARN of the state machine or its alias. An execution's input is the event.
    pub target: Expr,
    /// The ARN of the role that may start it.
    pub role: Expr,
    /// The ARN of the queue that keeps starts that failed.
    pub dead_letters: Option<Expr>,
    /// Tags.
    pub tags: Vec<Tag>,
}

/// Objects that appear in a bucket which tells EventBridge. Page: "Amazon S3 event notification types and destinations".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectsCreated {
    /// The bucket's name.
    pub bucket: Expr,
    /// What their keys begin with; empty for anything.
    pub prefix: String,
    /// What their keys end in; empty for anything.
    pub suffix: String,
}

impl ObjectsCreated {
    fn pattern(&self) -> Value {
        let mut detail = json!({"bucket": {"name": [self.bucket]}});
        let key = match (self.prefix.as_str(), self.suffix.as_str()) {
            ("", "") => None,
            (prefix, "") => Some(json!({"prefix": prefix})),
            ("", suffix) => Some(json!({"suffix": suffix})),
            // Two filters of one field are alternatives. Page: "Comparison operators for use in event patterns".
            (prefix, suffix) => Some(json!({"wildcard": format!("{}*{}", literal(prefix), literal(suffix))})),
        };
        if let Some(key) = key {
            detail["object"] = json!({"key": [key]});
        }
        json!({"source": ["aws.s3"], "detail-type": ["Object Created"], "detail": detail})
    }
}

/// Returns a text that a wildcard takes by the letter.
fn literal(text: &str) -> String {
    text.replace('\\', "\\\\").replace('*', "\\*")
}

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut target = json!({"Id": "machine", "Arn": self.target, "RoleArn": self.role});
        if let Some(queue) = &self.dead_letters {
            target["DeadLetterConfig"] = json!({"Arn": queue});
        }
        let mut object = serializer.serialize_struct("Rule", 4)?;
        object.serialize_field("Description", &self.description)?;
        object.serialize_field("EventPattern", &self.events.pattern())?;
        object.serialize_field("Targets", &[target])?;
        if !self.tags.is_empty() {
            object.serialize_field("Tags", &self.tags)?;
        }
        object.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_starts_its_target_for_new_objects() {
        let events =
            ObjectsCreated { bucket: "data".into(), prefix: "in/".to_owned(), suffix: String::new() };
        let rule = Rule {
            description: "Starts.".to_owned(),
            events,
            target: "machine".into(),
            role: "role".into(),
            dead_letters: None,
            tags: Vec::new(),
        };
        assert_eq!(
            json!(rule),
            json!({
                "Description": "Starts.",
                "EventPattern": {
                    "source": ["aws.s3"],
                    "detail-type": ["Object Created"],
                    "detail": {"bucket": {"name": ["data"]}, "object": {"key": [{"prefix": "in/"}]}},
                },
                "Targets": [{"Id": "machine", "Arn": "machine", "RoleArn": "role"}],
            })
        );
    }

    #[test]
    fn prefix_and_suffix_are_one_filter() {
        let key = |prefix: &str, suffix: &str| {
            let events = ObjectsCreated {
                bucket: "data".into(),
                prefix: prefix.to_owned(),
                suffix: suffix.to_owned(),
            };
            events.pattern()["detail"].get("object").map(|object| object["key"][0].clone())
        };
        assert_eq!(key("", ""), None);
        assert_eq!(key("", ".csv"), Some(json!({"suffix": ".csv"})));
        assert_eq!(key("a*/", ".csv"), Some(json!({"wildcard": "a\\*/*.csv"})));
    }
}
