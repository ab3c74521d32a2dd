//! The dashboard: executions, then each function.

use iacgen_aws_types::{LogicalId, Seconds};
use iacgen_cfn::resources::{COLUMNS, Dashboard, Dimension, MetricLine, Statistic, Widget, WidgetContent};
use iacgen_cfn::{Expr, Pseudo, Resource};
use iacgen_spec::model::Workflow;

use crate::ids;

/// Rows of a widget with metrics.
const HEIGHT: u16 = 6;

/// Returns the dashboard, where there is one. `alarms` are those of the stack.
pub(crate) fn lower(workflow: &Workflow, alarms: &[(LogicalId, Resource)]) -> Option<(LogicalId, Resource)> {
    if !workflow.dashboard {
        return None;
    }
    let mut rows = Vec::new();
    if !alarms.is_empty() {
        let alarms = alarms.iter().map(|(id, _)| Expr::get_att(id, "Arn")).collect();
        rows.push(vec![WidgetContent::Alarms { title: "Alarms".to_owned(), alarms }]);
    }
    rows.push(vec![
        executions(
            "Executions",
            &["ExecutionsStarted", "ExecutionsSucceeded", "ExecutionsFailed", "ExecutionsTimedOut"],
            Statistic::Sum,
        ),
        executions("Duration of an execution, in milliseconds", &["ExecutionTime"], Statistic::Maximum),
    ]);
    for function in workflow.functions.keys() {
        rows.push(vec![
            of_function(function, "invocations", &["Invocations", "Errors", "Throttles"], Statistic::Sum),
            of_function(function, "duration in milliseconds", &["Duration"], Statistic::Maximum),
            of_function(function, "executions at once", &["ConcurrentExecutions"], Statistic::Maximum),
        ]);
    }
    let mut widgets = Vec::new();
    let mut y = 0;
    for row in rows {
        let columns = u16::try_from(row.len()).unwrap_or(1).max(1);
        let width = COLUMNS / columns;
        let height =
            if matches!(row.as_slice(), [WidgetContent::Alarms { .. }]) { HEIGHT / 2 } else { HEIGHT };
        for (column, content) in (0..columns).zip(row) {
            widgets.push(Widget { x: column * width, y, width, height, content });
        }
        y += height;
    }
    let dashboard = Dashboard { name: Some(Expr::Pseudo(Pseudo::StackName)), widgets };
    Some((ids::dashboard(), Resource::from(dashboard)))
}

fn executions(title: &str, metrics: &[&'static str], statistic: Statistic) -> WidgetContent {
    let machine = Dimension { name: "StateMachineArn", value: Expr::Ref(ids::state_machine()) };
    lines(title.to_owned(), "AWS/States", &machine, metrics, statistic)
}

fn of_function(function: &str, what: &str, metrics: &[&'static str], statistic: Statistic) -> WidgetContent {
    let name = Dimension { name: "FunctionName", value: Expr::Ref(ids::function(function)) };
    lines(format!("{function}: {what}"), "AWS/Lambda", &name, metrics, statistic)
}

fn lines(
    title: String,
    namespace: &'static str,
    dimension: &Dimension,
    metrics: &[&'static str],
    statistic: Statistic,
) -> WidgetContent {
    let lines = metrics
        .iter()
        .map(|&name| MetricLine {
            namespace,
            name,
            dimensions: vec![dimension.clone()],
            statistic,
            label: name.to_owned(),
        })
        .collect();
    WidgetContent::Metrics { title, period: Seconds::MINUTE, lines }
}
