//! `AWS::Lambda::LayerVersion`.

use iacgen_aws_types::Architecture;
use serde::{Serialize, Serializer};

use super::{Code, Runtime};

/// A layer: files that Lambda lays below `/opt`. A version is immutable, so that other content needs a resource with
/// another logical id. It takes no tags.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerVersion {
    /// The layer's name: letters, digits, `-` and `_`, at most 140.
    pub layer_name: String,
    /// What lies in it.
    pub description: String,
    /// The zip.
    pub content: Code,
    /// The instruction set of what lies in it.
    pub architecture: Architecture,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Properties<'a> {
    layer_name: &'a str,
    description: &'a str,
    compatible_architectures: [Architecture; 1],
    compatible_runtimes: [Runtime; 1],
    content: &'a Code,
}

impl Serialize for LayerVersion {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Properties {
            layer_name: &self.layer_name,
            description: &self.description,
            compatible_architectures: [self.architecture],
            compatible_runtimes: [Runtime::ProvidedAl2023],
            content: &self.content,
        }
        .serialize(serializer)
    }
}
