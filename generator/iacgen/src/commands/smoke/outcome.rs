//! What the smoke test found, for people and for scripts.

use std::error::Error;
use std::fmt::Write as _;

use comfy_table::{CellAlignment, Table, presets};
use iacgen_local::sandbox::{SmokeTest, Verdict};
use serde_json::{Value, json};

use super::Tested;
use crate::error::CommandError;
use crate::exit::ExitStatus;
use crate::ui::Ui;

/// The result of a smoke test.
#[derive(Debug)]
pub(crate) struct Smoked(Vec<Tested>);

impl Smoked {
    pub(super) fn new(tested: Vec<Tested>) -> Self {
        Self(tested)
    }

    /// Returns how the command ends: with findings where a package is not proven to start. What this machine cannot run is
    /// no finding, but there must be something that it can.
    ///
    /// # Errors
    /// Where nothing could be run.
    pub(crate) fn status(&self) -> Result<ExitStatus, CommandError> {
        if !self.0.is_empty() && self.0.iter().all(Tested::is_foreign) {
            return Err(CommandError::new("no package could be started: all are for another architecture").help(
                "name an environment for this machine's architecture with `--env NAME`, or register QEMU's user emulation (`qemu-user-static`)",
            ));
        }
        let failed = self.0.iter().any(|tested| tested.failure().is_some());
        Ok(if failed { ExitStatus::Findings } else { ExitStatus::Success })
    }

    /// Says what failed, with the last lines of its log, and what could not be run.
    pub(super) fn tell(&self, ui: Ui) {
        for tested in &self.0 {
            let name = format!("{} in {}", tested.function, tested.environment);
            if let Some(failure) = tested.failure() {
                let mut text = format!("{name} does not start as on Lambda: {failure}");
                if let Ok(SmokeTest { verdict: Verdict::Failed { log_tail, .. }, .. }) = &tested.result {
                    for line in log_tail {
                        let _ = write!(text, "\n  {line}");
                    }
                }
                ui.warning(&text);
            } else if let Err(error) = &tested.result {
                ui.warning(&format!("{name} was not started: {error}"));
            }
        }
    }

    /// Writes the table.
    pub(crate) fn text(&self) -> String {
        let mut table = Table::new();
        table.load_style(presets::UTF8_BORDERS_ONLY);
        table.set_header([
            "environment",
            "function",
            "event",
            "init",
            "first",
            "warm",
            "peak memory",
            "outcome",
        ]);
        for tested in &self.0 {
            let ms = |ms: Option<f64>| ms.map_or_else(|| "-".to_owned(), |ms| format!("{ms:.1} ms"));
            let test = tested.result.as_ref().ok();
            let invocation = |index: usize| ms(test.and_then(|test| test.invocations_ms.get(index).copied()));
            table.add_row([
                tested.environment.clone(),
                tested.function.clone(),
                tested.event.clone(),
                ms(test.and_then(|test| test.init_ms)),
                invocation(0),
                invocation(1),
                test.map_or_else(
                    || "-".to_owned(),
                    |test| format!("{} of {} MB", test.peak_mb, tested.memory_mb),
                ),
                outcome(tested),
            ]);
        }
        for index in 3..=6 {
            if let Some(column) = table.column_mut(index) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        let isolation = if self.0.iter().all(|tested| tested.isolated) {
            "Each ran as on Lambda: its package read-only, nothing else of this machine but its operating system."
        } else {
            "They ran with this machine's files: isolation is not possible here."
        };
        format!(
            "{table}\n\n{isolation} Times are of this machine with all its processors; the limit of init is 10 s.\n"
        )
    }

    /// Returns the document.
    pub(crate) fn json(&self) -> Value {
        self.0.iter().map(document).collect()
    }
}

/// Says in a few words what was proven.
fn outcome(tested: &Tested) -> String {
    match &tested.result {
        Err(_) if tested.is_foreign() => format!("not run: built for {}", tested.architecture),
        Err(_) => "failed: not started".to_owned(),
        Ok(test) => match &test.verdict {
            Verdict::Answered => "answered".to_owned(),
            Verdict::Refused { error } => format!("refused: {}", error.error_type),
            Verdict::Failed { error, .. } => format!("failed: {}", error.error_type),
        },
    }
}

fn document(tested: &Tested) -> Value {
    let test = tested.result.as_ref().ok();
    let (word, error, log_tail) = match &tested.result {
        Err(error) if tested.is_foreign() => ("not-run", json!({ "message": error.to_string() }), None),
        Err(error) => ("failed", json!({ "message": with_reasons(error) }), None),
        Ok(test) => match &test.verdict {
            Verdict::Answered => ("answered", Value::Null, None),
            Verdict::Refused { error } => {
                ("refused", json!({ "type": error.error_type, "message": error.error_message }), None)
            }
            Verdict::Failed { error, log_tail } => (
                "failed",
                json!({ "type": error.error_type, "message": error.error_message, "kind": error.kind }),
                Some(log_tail),
            ),
        },
    };
    let (init_limit, limit) = tested.limits_ms();
    json!({
        "workflow": tested.workflow,
        "environment": tested.environment,
        "function": tested.function,
        "architecture": tested.architecture,
        "event": tested.event,
        "isolated": tested.isolated,
        "outcome": word,
        "error": error,
        "log_tail": log_tail,
        "init_ms": test.and_then(|test| test.init_ms),
        "init_limit_ms": init_limit,
        "first_ms": test.and_then(|test| test.invocations_ms.first().copied()),
        "warm_ms": test.and_then(|test| test.invocations_ms.get(1).copied()),
        "invocation_limit_ms": limit,
        "peak_memory_mb": test.map(|test| test.peak_mb),
        "memory_mb": tested.memory_mb,
    })
}

/// Writes an error with all reasons behind it in one line.
pub(super) fn with_reasons(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(reason) = source {
        let _ = write!(text, ": {reason}");
        source = reason.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use iacgen_local::sandbox::{FailureKind, FunctionError, SandboxError};

    use super::*;

    fn tested(result: Result<SmokeTest, SandboxError>) -> Tested {
        Tested {
            workflow: "w".to_owned(),
            environment: "local".to_owned(),
            function: "infer".to_owned(),
            architecture: "arm64",
            memory_mb: 256,
            timeout_s: 60,
            isolated: true,
            event: "example".to_owned(),
            result,
        }
    }

    fn answered() -> Tested {
        let verdict = Verdict::Answered;
        tested(Ok(SmokeTest { init_ms: Some(12.34), invocations_ms: vec![5.0, 1.0], peak_mb: 40, verdict }))
    }

    fn foreign() -> Tested {
        let function = "infer".to_owned();
        tested(Err(SandboxError::Architecture { function, wanted: "arm64", host: "x86_64" }))
    }

    #[test]
    fn what_cannot_run_here_is_no_finding_unless_nothing_can() {
        assert_eq!(Smoked(vec![answered(), foreign()]).status().unwrap(), ExitStatus::Success);
        assert!(Smoked(vec![foreign()]).status().unwrap_err().mend().unwrap().contains("qemu-user-static"));
        let broken = tested(Err(SandboxError::Bootstrap { function: "infer".to_owned(), declared: "arm64" }));
        assert_eq!(Smoked(vec![answered(), broken]).status().unwrap(), ExitStatus::Findings);
    }

    #[test]
    fn too_little_memory_is_told_from_another_kill() {
        let killed = |kind| {
            let error = FunctionError {
                kind,
                error_type: "Runtime.ExitError".to_owned(),
                error_message: "signal: killed".to_owned(),
                cause: String::new(),
            };
            let verdict = Verdict::Failed { error, log_tail: Vec::new() };
            let test = SmokeTest { init_ms: None, invocations_ms: Vec::new(), peak_mb: 277, verdict };
            tested(Ok(test)).failure().unwrap()
        };
        let said = "Runtime.ExitError: signal: killed";
        assert_eq!(
            killed(FailureKind::OutOfMemory),
            format!("{said}: it took more than its 256 MB of memory")
        );
        assert_eq!(killed(FailureKind::Exited), said);
    }

    #[test]
    fn the_table_and_the_document_say_the_same() {
        let smoked = Smoked(vec![answered(), foreign()]);
        let text = smoked.text();
        assert!(text.contains("12.3 ms") && text.contains("40 of 256 MB"), "{text}");
        assert!(text.contains("not run: built for arm64"), "{text}");
        let document = smoked.json();
        assert_eq!(document[0]["outcome"], "answered");
        assert_eq!((&document[0]["warm_ms"], &document[0]["init_limit_ms"]), (&json!(1.0), &json!(10_000)));
        assert_eq!(document[1]["outcome"], "not-run");
    }
}
