//! What scanners are told about a resource.

use serde::Serialize;

/// Why a rule of checkov does not hold for a resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ScannerException {
    /// The rule, such as `CKV_AWS_117`.
    pub id: &'static str,
    /// Why it does not hold, for people.
    #[serde(rename = "comment")]
    pub reason: String,
}

/// `Metadata` of a resource. The shape is checkov's: "Suppressing and Skipping Policies", section on CloudFormation
/// metadata.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub(crate) struct Metadata {
    pub(crate) checkov: Checkov,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub(crate) struct Checkov {
    pub(crate) skip: Vec<ScannerException>,
}

impl Metadata {
    pub(crate) fn is_empty(&self) -> bool {
        self.checkov.skip.is_empty()
    }
}
