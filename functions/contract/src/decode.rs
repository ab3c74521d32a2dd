//! Reading an event with an error that names the field.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, DeserializeOwned, Deserializer, MapAccess, Visitor};
use serde_json::Value;

use crate::{ErrorType, Failure};

/// An event that is not what the function takes.
#[derive(Debug, thiserror::Error)]
pub enum InvalidEvent {
    /// A field is missing, unknown or of the wrong kind.
    #[error("the event is not valid at `{path}`: {reason}")]
    Field {
        /// Where in the event, such as `input.file_limit`.
        path: String,
        /// What is wrong there.
        reason: String,
    },
    /// The event as a whole is of the wrong kind.
    #[error("the event is not valid: {0}")]
    Whole(String),
}

impl Failure for InvalidEvent {
    fn error_type(&self) -> ErrorType {
        ErrorType::InvalidInput
    }
}

/// Reads an event.
///
/// # Errors
/// [`InvalidEvent`], naming the field.
pub fn decode<T: DeserializeOwned>(event: Value) -> Result<T, InvalidEvent> {
    let mut track = serde_path_to_error::Track::new();
    object(serde_path_to_error::Deserializer::new(event, &mut track)).map_err(|error: serde_json::Error| {
        let (path, reason) = (track.path().to_string(), error.to_string());
        if path == "." { InvalidEvent::Whole(reason) } else { InvalidEvent::Field { path, reason } }
    })
}

/// Reads a struct from an object. What serde derives would also take an array of the fields in their order, and say of
/// one that is too short how many elements it wants.
pub(crate) fn object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_map(ObjectVisitor(PhantomData))
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::InitializeEvent;
    use serde_json::json;

    #[test]
    fn the_field_is_named() {
        let event =
            |input: Value| json!({"execution": "a", "started_at": "2026-11-24T00:00:00Z", "input": input});
        for (input, says) in [
            (
                json!({"data_bucket": "b", "data_prefix": "p", "result_path": "r", "file_limit": "many"}),
                "at `input.file_limit`: invalid value: string \"many\", expected a whole number from 1 to 4294967295, as 90 or \"90\"",
            ),
            (
                json!({"data_bucket": "b", "data_prefix": "p", "result_path": "r", "filelimit": 3}),
                "at `input.filelimit`: unknown field `filelimit`, expected one of",
            ),
            (
                json!({"data_bucket": "b", "data_prefix": "p", "result_path": "r", "file_limit": "0"}),
                "at `input.file_limit`: ",
            ),
            (json!({"data_prefix": "p", "result_path": "r"}), "at `input`: missing field `data_bucket`"),
        ] {
            let error = decode::<InitializeEvent>(event(input)).unwrap_err().to_string();
            assert!(error.contains(says), "{error}");
        }
        let mut unnamed = event(json!({"data_bucket": "b", "data_prefix": "p", "result_path": "r"}));
        unnamed["execution"] = json!("a/b");
        let error = decode::<InitializeEvent>(unnamed).unwrap_err().to_string();
        assert!(error.contains("at `execution`: `a/b` is not an execution name"), "{error}");
    }

    #[test]
    fn only_objects_are_events_and_inputs() {
        for (event, says) in [
            (json!(3), "the event is not valid: invalid type: integer `3`, expected a JSON object"),
            (json!([]), "the event is not valid: invalid type: sequence, expected a JSON object"),
        ] {
            assert_eq!(decode::<InitializeEvent>(event).unwrap_err().to_string(), says);
        }
        for input in [json!([]), json!(["b", "p", "r", 1, 1, 1, "", "", "", ""]), json!("b"), Value::Null] {
            let event = json!({"execution": "a", "started_at": "2026-11-24T00:00:00Z", "input": input});
            let error = decode::<InitializeEvent>(event).unwrap_err().to_string();
            assert!(error.starts_with("the event is not valid at `input`: invalid type: "), "{error}");
            assert!(error.ends_with(", expected a JSON object"), "{error}");
        }
    }
}
