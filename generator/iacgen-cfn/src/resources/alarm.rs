//! `AWS::CloudWatch::Alarm`.

use iacgen_aws_types::Seconds;
use serde::Serialize;
use serde_json::Number;

use super::Tag;
use crate::Expr;

/// An alarm over one metric. Its name is CloudFormation's to choose. Page: "Using Amazon CloudWatch alarms".
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Alarm {
    /// What it means, and what to do.
    pub alarm_description: String,
    /// The metric's namespace, such as `AWS/States`.
    pub namespace: &'static str,
    /// The metric's name.
    pub metric_name: &'static str,
    /// Which of the metrics of that name.
    pub dimensions: Vec<Dimension>,
    /// How the values of a period become one.
    pub statistic: Statistic,
    /// Seconds: 10, 20, 30, or a multiple of 60.
    pub period: Seconds,
    /// Periods that are looked at.
    pub evaluation_periods: u16,
    /// Periods of those that must be over the threshold; all where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub datapoints_to_alarm: Option<u16>,
    /// The threshold, in the metric's unit.
    pub threshold: Number,
    /// On which side of the threshold it alarms.
    pub comparison_operator: Comparison,
    /// What a period without values counts as.
    pub treat_missing_data: MissingData,
    /// ARNs that are told when it begins.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub alarm_actions: Vec<Expr>,
    /// ARNs that are told when it ends.
    #[serde(rename = "OKActions", skip_serializing_if = "Vec::is_empty")]
    pub ok_actions: Vec<Expr>,
    /// Tags.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

/// A dimension of a metric.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Dimension {
    /// Its name.
    pub name: &'static str,
    /// Its value.
    pub value: Expr,
}

/// How the values of a period become one. Page: "CloudWatch statistics definitions".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Statistic {
    /// Their mean.
    Average,
    /// The largest.
    Maximum,
    /// The smallest.
    Minimum,
    /// Their sum.
    Sum,
}

/// On which side of the threshold an alarm begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Comparison {
    /// Over it.
    #[serde(rename = "GreaterThanThreshold")]
    Greater,
    /// On it or over it.
    #[serde(rename = "GreaterThanOrEqualToThreshold")]
    GreaterOrEqual,
    /// Under it.
    #[serde(rename = "LessThanThreshold")]
    Less,
    /// On it or under it.
    #[serde(rename = "LessThanOrEqualToThreshold")]
    LessOrEqual,
}

/// What a period without values counts as. Page: "Configuring how CloudWatch alarms treat missing data".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum MissingData {
    /// As one over the threshold.
    Breaching,
    /// As one within it: nothing that fails is counted while nothing runs.
    NotBreaching,
    /// As nothing: the alarm stays as it is.
    Ignore,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_alarm_has_cloudwatchs_words() {
        let alarm = Alarm {
            alarm_description: "Executions fail.".to_owned(),
            namespace: "AWS/States",
            metric_name: "ExecutionsFailed",
            dimensions: vec![Dimension { name: "StateMachineArn", value: "arn".into() }],
            statistic: Statistic::Sum,
            period: Seconds::new(60).unwrap(),
            evaluation_periods: 3,
            datapoints_to_alarm: Some(2),
            threshold: 1.into(),
            comparison_operator: Comparison::GreaterOrEqual,
            treat_missing_data: MissingData::NotBreaching,
            alarm_actions: vec!["topic".into()],
            ok_actions: vec!["topic".into()],
            tags: Vec::new(),
        };
        assert_eq!(
            json!(alarm),
            json!({
                "AlarmDescription": "Executions fail.",
                "Namespace": "AWS/States",
                "MetricName": "ExecutionsFailed",
                "Dimensions": [{"Name": "StateMachineArn", "Value": "arn"}],
                "Statistic": "Sum",
                "Period": 60,
                "EvaluationPeriods": 3,
                "DatapointsToAlarm": 2,
                "Threshold": 1,
                "ComparisonOperator": "GreaterThanOrEqualToThreshold",
                "TreatMissingData": "notBreaching",
                "AlarmActions": ["topic"],
                "OKActions": ["topic"],
            })
        );
    }
}
