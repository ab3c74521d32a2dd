//! The two languages that a workflow is written in: the spec's, and the Amazon States Language.

/// What a workflow's file is written in. It decides the names of fields in messages, and how durations are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Dialect {
    /// `workflow.yaml`.
    #[default]
    Spec,
    /// A definition in the Amazon States Language.
    Definition,
}

/// The fields whose names differ.
const FIELDS: [(&str, &str); 33] = [
    ("assign", "Assign"),
    ("attempts", "MaxAttempts"),
    ("backoff", "BackoffRate"),
    ("batch", "ItemBatcher"),
    ("bytes", "MaxInputBytesPerBatch"),
    ("cap", "MaxDelaySeconds"),
    ("cause", "Cause"),
    ("catch", "Catch"),
    ("comment", "Comment"),
    ("concurrency", "MaxConcurrency"),
    ("condition", "Condition"),
    ("default", "Default"),
    ("delimiter", "CSVDelimiter"),
    ("end", "End"),
    ("error", "Error"),
    ("headers", "CSVHeaders"),
    ("heartbeat", "HeartbeatSeconds"),
    ("input", "InputPath"),
    ("interval", "IntervalSeconds"),
    ("items", "MaxItemsPerBatch"),
    ("label", "Label"),
    ("limit", "MaxItems"),
    ("next", "Next"),
    ("output", "OutputPath"),
    ("pointer", "ItemsPointer"),
    ("result", "ResultPath"),
    ("result_writer", "ResultWriter"),
    ("retry", "Retry"),
    ("select", "ItemSelector"),
    ("timeout", "TimeoutSeconds"),
    ("tolerated_failure_count", "ToleratedFailureCount"),
    ("tolerated_failure_percentage", "ToleratedFailurePercentage"),
    ("until", "Timestamp"),
];

impl Dialect {
    /// Returns a field's name as it is written in the file, in backquotes.
    pub(crate) fn field(self, name: &str) -> String {
        let own = FIELDS.iter().find(|(spec, _)| *spec == name).filter(|_| self == Self::Definition);
        format!("`{}`", own.map_or(name, |(_, definition)| definition))
    }

    /// Returns a field with a text for its value, as both are written in the file, in backquotes.
    pub(crate) fn entry(self, name: &str, text: &str) -> String {
        let field = self.field(name);
        let field = field.trim_matches('`');
        match self {
            Self::Spec => format!("`{field}: {text}`"),
            Self::Definition => format!("`\"{field}\": \"{text}\"`"),
        }
    }

    /// Returns what says that nothing follows a state.
    pub(crate) fn end(self) -> &'static str {
        match self {
            Self::Spec => "`end: true`",
            Self::Definition => "`\"End\": true`",
        }
    }

    /// Returns how an execution is made a STANDARD one, where it is called EXPRESS.
    pub(crate) fn standard(self) -> &'static str {
        match self {
            Self::Spec => "write `standard` there",
            Self::Definition => "make the execution a STANDARD one",
        }
    }
}
