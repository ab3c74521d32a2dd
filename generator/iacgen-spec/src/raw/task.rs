//! Tasks.

use iacgen_diagnostics::Sink;

use super::function::access;
use super::reader::{self, Fields, What};
use super::{RawAccess, RawTemplate, RawValue};
use crate::yaml::Spanned;

/// A Task.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RawTask {
    /// `None` when a finding says what is wrong with it.
    pub(crate) work: Option<RawWork>,
    pub(crate) wait_for_token: Option<RawValue>,
    /// A duration, a number of seconds in ASL, a path or an expression.
    pub(crate) timeout: Option<RawValue>,
    pub(crate) heartbeat: Option<RawValue>,
    /// `RoleArn` of `Credentials`.
    pub(crate) role: Option<RawTemplate>,
    pub(crate) resources: Vec<RawValue>,
    /// What a service touches for the call with the machine's role.
    pub(crate) access: Vec<RawAccess>,
}

/// What a Task calls.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum RawWork {
    /// `invoke`: a function of the spec.
    Function(Spanned<String>),
    /// `task`: a service's action, such as `dynamodb:putItem`, or an ARN.
    Resource(Spanned<String>),
}

impl RawTask {
    /// Reads the fields of a state of the kinds `invoke` and `task`.
    pub(super) fn read(fields: &Fields<'_, '_>, sink: &Sink) -> Self {
        let function = fields.name("invoke").map(RawWork::Function);
        let credentials = fields.entry("credentials").and_then(|entry| {
            let what = What { kind: "`credentials`", span: entry.key.span };
            reader::fields(&entry.value, what, &["role"], sink)
        });
        Self {
            work: function.or_else(|| fields.name("task").map(RawWork::Resource)),
            wait_for_token: fields.value("wait_for_token"),
            timeout: fields.value("timeout"),
            heartbeat: fields.value("heartbeat"),
            role: credentials.and_then(|fields| {
                fields.required("role")?;
                fields.template("role")
            }),
            resources: fields.values("resources"),
            access: access(fields, sink),
        }
    }
}
