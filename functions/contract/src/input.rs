//! The execution input: what a person writes to start a run.

use std::borrow::Cow;
use std::fmt;
use std::num::NonZeroU32;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserializer, Unexpected, Visitor};
use serde::{Deserialize, Serialize};

/// The input of an execution. The field names are those of the first implementation of the workflow, so that its
/// inputs still work; the last four named code to download, which no function of ours does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExecutionInput {
    /// The bucket that holds the partitions. It must be the one that the deployment may read.
    pub data_bucket: String,
    /// The folder of the partitions, without a trailing slash.
    pub data_prefix: String,
    /// The folder of the results, below `runs/`.
    pub result_path: String,
    /// The most images that the model takes at once.
    #[serde(default = "default_batch_size")]
    pub batch_size: Count,
    /// The most partitions to read, in natural order. All, if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_limit: Option<Count>,
    /// The number of shards. One per partition, if it is left out; never more than that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub world_size: Option<Count>,
    /// Not used: where the code lay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bucket: Option<String>,
    /// Not used: the kind of the code object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object_type: Option<String>,
    /// Not used: the code object.
    #[serde(default, rename = "S3_object_name", skip_serializing_if = "Option::is_none")]
    pub s3_object_name: Option<String>,
    /// Not used: the script to run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub script: Option<String>,
}

/// The batch size of the first implementation.
fn default_batch_size() -> Count {
    Count(NonZeroU32::MIN.saturating_add(511))
}

/// A whole number of at least 1, written as a number or as a string: `90` or `"90"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Count(NonZeroU32);

impl Count {
    /// Makes a count, or `None` for 0.
    pub fn new(value: u32) -> Option<Self> {
        NonZeroU32::new(value).map(Self)
    }

    /// Returns the number.
    pub fn get(self) -> u32 {
        self.0.get()
    }
}

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CountVisitor)
    }
}

struct CountVisitor;

impl Visitor<'_> for CountVisitor {
    type Value = Count;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number from 1 to 4294967295, as 90 or \"90\"")
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Count, E> {
        u32::try_from(value)
            .ok()
            .and_then(Count::new)
            .ok_or_else(|| E::invalid_value(Unexpected::Unsigned(value), &self))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Count, E> {
        u32::try_from(value)
            .ok()
            .and_then(Count::new)
            .ok_or_else(|| E::invalid_value(Unexpected::Signed(value), &self))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Count, E> {
        // `parse` alone would take "+90".
        let digits = value.bytes().all(|byte| byte.is_ascii_digit());
        digits
            .then(|| value.parse().ok())
            .flatten()
            .map(Count)
            .ok_or_else(|| E::invalid_value(Unexpected::Str(value), &self))
    }
}

impl JsonSchema for Count {
    fn schema_name() -> Cow<'static, str> {
        "Count".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A whole number of at least 1, written as a number or as a string.",
            "anyOf": [
                {"type": "integer", "minimum": 1, "maximum": u32::MAX},
                {"type": "string", "pattern": "^0*[1-9][0-9]*$"},
            ],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sample input that came with the workflow, as it is.
    const SEED: &str = r#"{
        "bucket": "cosmicai-data",
        "file_limit": "90",
        "batch_size": 512,
        "object_type": "folder",
        "S3_object_name": "Anomaly Detection",
        "script": "/tmp/Anomaly Detection/Inference/inference.py",
        "result_path": "scaling/result-partition-100MB/9GB/2",
        "data_bucket": "cosmicai-data",
        "data_prefix": "100MB"
    }"#;

    #[test]
    fn the_seeds_input_is_accepted_as_it_is() {
        let input: ExecutionInput = serde_json::from_str(SEED).unwrap();
        assert_eq!(input.file_limit.map(Count::get), Some(90));
        assert_eq!(input.batch_size.get(), 512);
        assert_eq!(input.s3_object_name.as_deref(), Some("Anomaly Detection"));
        assert_eq!(input.world_size, None);
    }

    #[test]
    fn the_short_input_has_defaults() {
        let text = r#"{"data_bucket": "b", "data_prefix": "p", "result_path": "r", "file_limit": null}"#;
        let input: ExecutionInput = serde_json::from_str(text).unwrap();
        assert_eq!((input.batch_size.get(), input.file_limit), (512, None));
    }

    #[test]
    fn counts_are_numbers_or_strings() {
        for text in ["90", "\"90\"", "\"0090\""] {
            assert_eq!(serde_json::from_str::<Count>(text).unwrap().get(), 90, "{text}");
        }
        for text in [
            "0",
            "\"0\"",
            "-1",
            "1.5",
            "\"\"",
            "\" 90\"",
            "\"+90\"",
            "\"90 files\"",
            "4294967296",
            "true",
            "null",
        ] {
            let error = serde_json::from_str::<Count>(text).unwrap_err().to_string();
            assert!(
                error.contains("expected a whole number from 1 to 4294967295, as 90 or \"90\""),
                "{text}: {error}"
            );
        }
    }
}
