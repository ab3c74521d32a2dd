//! `AWS::CloudWatch::Dashboard`, with its body. Page: "Dashboard body structure and syntax" of the CloudWatch API.

use iacgen_aws_types::Seconds;
use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::{Dimension, Statistic};
use crate::{Expr, Pseudo};

/// The columns of a dashboard's grid.
pub const COLUMNS: u16 = 24;

/// A dashboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dashboard {
    /// Its name, of letters, digits, `-` and `_`. CloudFormation chooses one where absent, which people do not find.
    pub name: Option<Expr>,
    /// What it shows.
    pub widgets: Vec<Widget>,
}

/// A rectangle of a dashboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Widget {
    /// Columns from the left: 0 to 23.
    pub x: u16,
    /// Rows from the top.
    pub y: u16,
    /// Columns: 1 to 24.
    pub width: u16,
    /// Rows, at least 1.
    pub height: u16,
    /// What it shows.
    pub content: WidgetContent,
}

/// What a widget shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WidgetContent {
    /// Markdown.
    Text(Expr),
    /// The states of alarms.
    Alarms {
        /// What stands above them.
        title: String,
        /// The alarms' ARNs.
        alarms: Vec<Expr>,
    },
    /// Metrics of the stack's region, as lines over time.
    Metrics {
        /// What stands above them.
        title: String,
        /// Seconds of one point.
        period: Seconds,
        /// The lines.
        lines: Vec<MetricLine>,
    },
    /// The answer of a CloudWatch Logs Insights query, as a table.
    Logs {
        /// What stands above it.
        title: String,
        /// The names of the log groups.
        groups: Vec<Expr>,
        /// The query, without its sources.
        query: String,
    },
}

/// A line of a metric over time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetricLine {
    /// The metric's namespace, such as `AWS/States`.
    pub namespace: &'static str,
    /// The metric's name.
    pub name: &'static str,
    /// Which of the metrics of that name.
    pub dimensions: Vec<Dimension>,
    /// How the values of a period become one.
    pub statistic: Statistic,
    /// What it is called in the legend.
    pub label: String,
}

impl Serialize for Dashboard {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let body = json!({"widgets": self.widgets.iter().map(widget).collect::<Vec<_>>()});
        let mut object = serializer.serialize_struct("Dashboard", 2)?;
        if let Some(name) = &self.name {
            object.serialize_field("DashboardName", name)?;
        }
        object.serialize_field("DashboardBody", &Expr::from_sub_syntax(&body.to_string()))?;
        object.end()
    }
}

/// Returns a widget whose texts have the syntax of `Fn::Sub`.
fn widget(widget: &Widget) -> Value {
    let (kind, properties) = match &widget.content {
        WidgetContent::Text(markdown) => ("text", json!({"markdown": markdown.in_sub_syntax()})),
        WidgetContent::Alarms { title, alarms } => {
            let alarms: Vec<_> = alarms.iter().map(Expr::in_sub_syntax).collect();
            ("alarm", json!({"title": escaped(title), "alarms": alarms}))
        }
        WidgetContent::Metrics { title, period, lines } => (
            "metric",
            json!({
                "title": escaped(title),
                "region": region(),
                "view": "timeSeries",
                "period": period,
                "metrics": lines.iter().map(line).collect::<Vec<_>>(),
            }),
        ),
        WidgetContent::Logs { title, groups, query } => {
            let mut parts: Vec<_> =
                groups.iter().map(|group| format!("SOURCE '{}'", group.in_sub_syntax())).collect();
            parts.push(escaped(query));
            (
                "log",
                json!({
                    "title": escaped(title),
                    "region": region(),
                    "view": "table",
                    "query": parts.join(" | "),
                }),
            )
        }
    };
    json!({
        "type": kind,
        "x": widget.x,
        "y": widget.y,
        "width": widget.width,
        "height": widget.height,
        "properties": properties,
    })
}

fn line(line: &MetricLine) -> Value {
    let mut row = vec![json!(line.namespace), json!(line.name)];
    for dimension in &line.dimensions {
        row.push(json!(dimension.name));
        row.push(json!(dimension.value.in_sub_syntax()));
    }
    row.push(json!({"label": escaped(&line.label), "stat": line.statistic}));
    Value::Array(row)
}

fn escaped(text: &str) -> String {
    Expr::from(text).in_sub_syntax()
}

fn region() -> String {
    Expr::Pseudo(Pseudo::Region).in_sub_syntax()
}

#[cfg(test)]
mod tests {
    use iacgen_aws_types::LogicalId;

    use super::*;

    fn written(content: WidgetContent) -> Value {
        let widgets = vec![Widget { x: 0, y: 6, width: 12, height: 6, content }];
        json!(Dashboard { name: None, widgets })
    }

    #[test]
    fn references_are_substituted_and_other_texts_are_not() {
        let machine = LogicalId::new("StateMachine").unwrap();
        let metrics = WidgetContent::Metrics {
            title: "Executions of ${x}".to_owned(),
            period: Seconds::new(60).unwrap(),
            lines: vec![MetricLine {
                namespace: "AWS/States",
                name: "ExecutionsFailed",
                dimensions: vec![Dimension { name: "StateMachineArn", value: Expr::Ref(machine) }],
                statistic: Statistic::Sum,
                label: "failed".to_owned(),
            }],
        };
        let body = json!({"widgets": [{
            "type": "metric", "x": 0, "y": 6, "width": 12, "height": 6,
            "properties": {
                "title": "Executions of ${!x}",
                "region": "${AWS::Region}",
                "view": "timeSeries",
                "period": 60,
                "metrics": [["AWS/States", "ExecutionsFailed", "StateMachineArn", "${StateMachine}",
                    {"label": "failed", "stat": "Sum"}]],
            },
        }]});
        assert_eq!(written(metrics), json!({"DashboardBody": {"Fn::Sub": body.to_string()}}));
    }

    #[test]
    fn a_body_without_references_is_a_text() {
        let body = json!({"widgets": [{
            "type": "text", "x": 0, "y": 6, "width": 12, "height": 6,
            "properties": {"markdown": "costs ${x}"},
        }]});
        assert_eq!(
            written(WidgetContent::Text("costs ${x}".into())),
            json!({"DashboardBody": body.to_string()})
        );
    }
}
