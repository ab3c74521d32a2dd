//! An execution as a page to keep and to send around: `templates/run.html.hbs`.

use handlebars::Handlebars;
use iacgen_aws_types::price::AS_OF;
use serde::Serialize;

use crate::{Bill, FunctionUsage, RunUsage};

const TEMPLATE: &str = include_str!("../../../templates/run.html.hbs");

/// What the page tells.
#[derive(Debug, Clone)]
pub struct RunPage<'a> {
    /// The workflow's name.
    pub workflow: &'a str,
    /// The environment's name.
    pub environment: &'a str,
    /// The execution's name.
    pub execution: &'a str,
    /// Step Functions' word for how it ended: `SUCCEEDED`, `FAILED`.
    pub status: &'a str,
    /// When it started, ISO 8601.
    pub started: String,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// Its Distributed Maps.
    pub map_runs: Vec<MapRunLine>,
    /// What it used.
    pub usage: &'a RunUsage,
    /// What that costs, where the region's prices are known.
    pub bill: Option<&'a Bill>,
    /// Why it failed, where it did.
    pub failure: Option<String>,
    /// Its output, laid out.
    pub output: Option<String>,
}

/// The counts of a Distributed Map.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MapRunLine {
    /// The Map state.
    pub state: String,
    /// All children.
    pub total: usize,
    /// Those that succeeded.
    pub succeeded: usize,
    /// Those that failed.
    pub failed: usize,
    /// Those that were stopped or never started.
    pub aborted: usize,
}

/// The template could not be rendered: a bug of ours.
#[derive(Debug, thiserror::Error)]
#[error("the page of the run cannot be rendered")]
pub struct PageError(#[from] handlebars::RenderError);

/// Renders the page as HTML that needs no other file.
///
/// # Errors
/// [`PageError`].
pub fn html(page: &RunPage<'_>) -> Result<String, PageError> {
    let most = page.usage.functions.iter().map(FunctionUsage::billed_ms).max().unwrap_or(0).max(1);
    let functions: Vec<_> =
        page.usage.functions.iter().map(|function| FunctionRow::of(function, most)).collect();
    let lines = |bill: &Bill| -> Vec<BillRow> {
        let row = |line: &crate::BillLine| BillRow {
            item: line.item.clone(),
            quantity: line.quantity_text(),
            unit: line.unit,
            usd: format!("{:.8}", line.usd),
        };
        bill.lines.iter().map(row).collect()
    };
    let view = View {
        workflow: page.workflow,
        environment: page.environment,
        execution: page.execution,
        status: page.status,
        status_class: if page.status == "SUCCEEDED" { "succeeded" } else { "failed" },
        started: &page.started,
        seconds: format!("{:.2}", page.seconds),
        map_runs: &page.map_runs,
        functions,
        bill: page.bill.map(lines),
        total_usd: page.bill.map(|bill| format!("{:.8}", bill.total_usd)),
        prices_as_of: AS_OF,
        failure: page.failure.as_deref(),
        output: page.output.as_deref(),
    };
    let mut engine = Handlebars::new();
    engine.set_strict_mode(true);
    Ok(engine.render_template(TEMPLATE, &view)?)
}

#[derive(Serialize)]
struct View<'a> {
    workflow: &'a str,
    environment: &'a str,
    execution: &'a str,
    status: &'a str,
    status_class: &'static str,
    started: &'a str,
    seconds: String,
    map_runs: &'a [MapRunLine],
    functions: Vec<FunctionRow>,
    bill: Option<Vec<BillRow>>,
    total_usd: Option<String>,
    prices_as_of: &'static str,
    failure: Option<&'a str>,
    output: Option<&'a str>,
}

#[derive(Serialize)]
struct BillRow {
    item: String,
    quantity: String,
    unit: &'static str,
    usd: String,
}

#[derive(Serialize)]
struct FunctionRow {
    name: String,
    /// Billed time in percent of the function with the most.
    share: u64,
    invocations: usize,
    failures: usize,
    cold_starts: usize,
    mean_ms: String,
    billed_s: String,
    memory_mb: u32,
    used_mb: u32,
}

impl FunctionRow {
    fn of(function: &FunctionUsage, most_billed_ms: u64) -> Self {
        let billed = function.billed_ms();
        Self {
            name: function.function.clone(),
            share: billed * 100 / most_billed_ms,
            invocations: function.invocations.len(),
            failures: function.failures(),
            cold_starts: function.cold_starts(),
            mean_ms: format!("{:.1}", function.mean_duration_ms()),
            billed_s: format!("{}.{:03}", billed / 1_000, billed % 1_000),
            memory_mb: function.memory_mb,
            used_mb: function.max_memory_mb(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Invocation, price};
    use iacgen_aws_types::{Architecture, price::US_EAST_1};

    #[test]
    fn the_page_tells_everything_and_escapes_what_it_is_given() {
        let invocation = Invocation {
            duration_ms: 12.5,
            billed_ms: 1_234,
            init_ms: Some(3.0),
            max_memory_mb: 56,
            succeeded: false,
        };
        let usage = RunUsage {
            functions: vec![FunctionUsage {
                function: "infer".to_owned(),
                architecture: Architecture::X86_64,
                memory_mb: 1_024,
                invocations: vec![invocation],
            }],
            ..RunUsage::default()
        };
        let bill = price(&usage, &US_EAST_1);
        let page = RunPage {
            workflow: "cosmic-inference",
            environment: "local",
            execution: "run-1",
            status: "FAILED",
            started: "2026-01-01T00:00:00Z".to_owned(),
            seconds: 1.5,
            map_runs: vec![MapRunLine {
                state: "Distributed Test".to_owned(),
                total: 4,
                succeeded: 3,
                failed: 1,
                aborted: 0,
            }],
            usage: &usage,
            bill: Some(&bill),
            failure: Some("TensorMismatch: <script>".to_owned()),
            output: None,
        };
        let html = html(&page).unwrap();
        for part in [
            "run-1",
            "3 of 4 succeeded, 1 failed",
            "1.234",
            "56",
            "TensorMismatch: &lt;script&gt;",
            "0.00002077",
        ] {
            assert!(html.contains(part), "`{part}` is missing in:\n{html}");
        }
        assert!(!html.contains("<script>") && !html.contains("Output"));
    }
}
