//! A finished execution, for people and for scripts.

use std::fmt::Write as _;

use camino::Utf8Path;
use comfy_table::{CellAlignment, Table, presets};
use iacgen_local::interpreter::{ChildFailure, Outcome};
use iacgen_local::{ExecutionResult, MapRun};
use iacgen_report::{Bill, MapRunLine, PageError, RunPage, RunUsage};
use serde_json::{Value, json};

use crate::progress::attempt;

/// What is told of an execution.
#[derive(Debug)]
pub(crate) struct Execution<'a> {
    pub(crate) workflow: &'a str,
    pub(crate) name: &'a str,
    /// The folders of the buckets that the stack made, as they are shown.
    pub(crate) buckets: Vec<&'a Utf8Path>,
    /// The folder of the functions' logs, as it is shown.
    pub(crate) logs: &'a Utf8Path,
    pub(crate) environment: &'a str,
    pub(crate) result: &'a ExecutionResult,
    pub(crate) usage: &'a RunUsage,
    /// `None` where the region's prices are not known.
    pub(crate) bill: Option<&'a Bill>,
}

impl Execution<'_> {
    fn seconds(&self) -> f64 {
        self.result.stopped.duration_since(self.result.started).as_secs_f64()
    }

    /// Returns Step Functions' word for how it ended.
    fn status(&self) -> &'static str {
        match self.result.outcome {
            Outcome::Succeeded { .. } => "SUCCEEDED",
            Outcome::Failed { .. } => "FAILED",
            Outcome::TimedOut => "TIMED_OUT",
            Outcome::Aborted => "ABORTED",
        }
    }
}

/// Writes it for people.
pub(crate) fn text(execution: &Execution<'_>) -> String {
    let mut text = String::new();
    if let Outcome::Succeeded { output } = &execution.result.outcome {
        let _ = writeln!(text, "{output:#}\n");
    }
    let _ = writeln!(text, "{}\n", functions(execution.usage));
    if let Some(bill) = execution.bill {
        for line in &bill.lines {
            let _ = writeln!(
                text,
                "{:<32} {:>12} {:<12} {:>12.8} USD",
                line.item,
                line.quantity_text(),
                line.unit,
                line.usd
            );
        }
        let _ = writeln!(text, "{:<32} {:>38.8} USD\n", "On AWS, at list prices", bill.total_usd);
    }
    let _ = writeln!(
        text,
        "{} {} in {}: {:.2} s",
        execution.status(),
        execution.name,
        execution.environment,
        execution.seconds()
    );
    for bucket in &execution.buckets {
        let _ = writeln!(text, "Results: {bucket}");
    }
    let _ = writeln!(text, "Logs: {}", execution.logs);
    if let Some(failure) = failure(execution) {
        let _ = writeln!(text, "  {}", failure.replace('\n', "\n  "));
    }
    text
}

/// Says why the execution failed, and which child of a Map did first. `None` for one that did not fail.
fn failure(execution: &Execution<'_>) -> Option<String> {
    let Outcome::Failed { error, cause, state, child } = &execution.result.outcome else { return None };
    let at = |state: &Option<_>| match state {
        Some(state) => format!(" in the state {state}"),
        None => String::new(),
    };
    let mut text = format!("failed{}: {}", at(state), attempt(error.as_deref(), cause.as_deref()));
    if let Some(child) = child {
        let _ = write!(
            text,
            "\nfirst failure: item {} of {}{}: {}",
            child.index,
            child.map_state,
            at(&child.state),
            attempt(child.error.as_deref(), child.cause.as_deref())
        );
    }
    Some(text)
}

/// Writes it as a page.
pub(crate) fn html(execution: &Execution<'_>) -> Result<String, PageError> {
    let map_run = |run: &MapRun| MapRunLine {
        state: run.state.to_string(),
        total: run.counts.total,
        succeeded: run.counts.succeeded,
        failed: run.counts.failed,
        aborted: run.counts.aborted,
    };
    iacgen_report::html(&RunPage {
        workflow: execution.workflow,
        environment: execution.environment,
        execution: execution.name,
        status: execution.status(),
        started: execution.result.started.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        seconds: execution.seconds(),
        map_runs: execution.result.map_runs.iter().map(map_run).collect(),
        usage: execution.usage,
        bill: execution.bill,
        failure: failure(execution),
        output: match &execution.result.outcome {
            Outcome::Succeeded { output } => Some(format!("{output:#}")),
            _ => None,
        },
    })
}

/// Writes it for scripts: one JSON document.
pub(crate) fn json(execution: &Execution<'_>) -> String {
    let mut document = json!({
        "name": execution.name,
        "environment": execution.environment,
        "arn": execution.result.arn,
        "status": execution.status(),
        "started": execution.result.started.to_string(),
        "stopped": execution.result.stopped.to_string(),
        "mapRuns": execution.result.map_runs.iter().map(|run| json!({
            "arn": run.arn,
            "state": run.state.to_string(),
            "total": run.counts.total,
            "succeeded": run.counts.succeeded,
            "failed": run.counts.failed,
            "aborted": run.counts.aborted,
        })).collect::<Vec<_>>(),
        "usage": execution.usage,
        "bill": execution.bill,
    });
    match &execution.result.outcome {
        Outcome::Succeeded { output } => document["output"] = output.clone(),
        Outcome::Failed { error, cause, state, child } => {
            document["failure"] = json!({
                "state": state.as_ref().map(ToString::to_string),
                "error": error,
                "cause": cause,
                "child": child.as_deref().map(child_failure),
            });
        }
        Outcome::TimedOut | Outcome::Aborted => {}
    }
    format!("{document:#}\n")
}

fn child_failure(child: &ChildFailure) -> Value {
    json!({
        "mapState": child.map_state.to_string(),
        "index": child.index,
        "execution": child.execution.arn,
        "state": child.state.as_ref().map(ToString::to_string),
        "error": child.error,
        "cause": child.cause,
    })
}

fn functions(usage: &RunUsage) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_BORDERS_ONLY);
    table.set_header([
        "function",
        "invocations",
        "failed",
        "cold",
        "mean ms",
        "billed s",
        "memory MB",
        "used MB",
    ]);
    for function in &usage.functions {
        table.add_row([
            function.function.clone(),
            function.invocations.len().to_string(),
            function.failures().to_string(),
            function.cold_starts().to_string(),
            format!("{:.1}", function.mean_duration_ms()),
            format!("{}.{:03}", function.billed_ms() / 1_000, function.billed_ms() % 1_000),
            function.memory_mb.to_string(),
            function.max_memory_mb().to_string(),
        ]);
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}
