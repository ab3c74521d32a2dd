//! Reading an event with an error that names the field.

use serde::de::DeserializeOwned;
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
    serde_path_to_error::deserialize(event).map_err(|error| {
        let path = error.path().to_string();
        let reason = error.into_inner().to_string();
        if path == "." { InvalidEvent::Whole(reason) } else { InvalidEvent::Field { path, reason } }
    })
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
                "at `input.file_limit`: invalid value: string \"many\", expected a whole number of at least 1, as 90 or \"90\"",
            ),
            (
                json!({"data_bucket": "b", "data_prefix": "p", "result_path": "r", "filelimit": 3}),
                "at `input.filelimit`: unknown field `filelimit`, expected one of",
            ),
            (json!({"data_prefix": "p", "result_path": "r"}), "at `input`: missing field `data_bucket`"),
        ] {
            let error = decode::<InitializeEvent>(event(input)).unwrap_err().to_string();
            assert!(error.contains(says), "{error}");
        }
        let error = decode::<InitializeEvent>(json!(3)).unwrap_err().to_string();
        assert!(error.starts_with("the event is not valid: invalid type: integer `3`"), "{error}");
    }
}
