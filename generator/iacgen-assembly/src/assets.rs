//! `assets.json`.

use camino::Utf8PathBuf;
use iacgen_aws_types::{Architecture, LogicalId};
use serde::{Deserialize, Serialize};

use crate::Sha256;

/// What must be packaged and uploaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assets {
    /// [`crate::FORMAT`].
    pub format: u32,
    /// The functions, in the spec's order.
    pub functions: Vec<FunctionAsset>,
    /// The layers that functions share, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub layers: Vec<LayerAsset>,
}

/// A layer. Its file is `<sha256>.zip`, here and in the artifact bucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LayerAsset {
    /// What lies in it: `onnxruntime`, or a file of the project.
    pub id: String,
    /// The logical id of the `AWS::Lambda::LayerVersion`.
    pub logical_id: LogicalId,
    /// The instruction set.
    pub architecture: Architecture,
    /// The digest of the zip.
    pub sha256: Sha256,
}

/// A function's package. Its file is `<sha256>.zip`, here and in the artifact bucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FunctionAsset {
    /// The function's name in the spec.
    pub id: String,
    /// The logical id of the `AWS::Lambda::Function`.
    pub logical_id: LogicalId,
    /// The handler's crate, relative to the project.
    pub handler: Utf8PathBuf,
    /// The instruction set.
    pub architecture: Architecture,
    /// The model that is packaged with it, relative to the project.
    pub model: Option<Utf8PathBuf>,
    /// How many former versions stay invokable, for executions that are on their way; older ones may be deleted.
    pub keep_versions: u32,
    /// The digest of the zip, or `null` before it was packaged.
    pub sha256: Option<Sha256>,
}
