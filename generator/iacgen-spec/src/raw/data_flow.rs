//! What a state takes from its input, and what it makes of its result.

use super::reader::Fields;
use super::{Named, RawTemplate, RawValue};

/// `InputPath`, `Parameters` and so on, by the spec's words.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct RawDataFlow {
    /// A path, or `null`.
    pub(crate) input: Option<RawValue>,
    pub(crate) arguments: Option<RawTemplate>,
    pub(crate) result_selector: Option<RawTemplate>,
    /// A path, `keep`, `discard`, or `null` in ASL.
    pub(crate) result: Option<RawValue>,
    /// A path or `null`; in JSONata any template.
    pub(crate) output: Option<RawTemplate>,
    pub(crate) assign: Named<RawTemplate>,
}

impl RawDataFlow {
    /// Reads the fields that the state has. `arguments` is the name of the field that holds the arguments.
    pub(super) fn read(fields: &Fields<'_, '_>, arguments: &str) -> Self {
        Self {
            input: fields.value("input"),
            arguments: fields.template(arguments),
            result_selector: fields.template("result_selector"),
            result: fields.value("result"),
            output: fields.template("output"),
            assign: fields.templates("assign"),
        }
    }
}
