//! Alarms: what goes wrong is told, what goes well is not.

use iacgen_aws_types::{LogicalId, Seconds};
use iacgen_cfn::resources::{Alarm, Comparison, Dimension, MissingData, Statistic, Tag};
use iacgen_cfn::{Expr, Resource};
use iacgen_spec::model::{Alarms, Queue, QueueOrigin, TopicOrigin, Workflow};
use serde_json::Number;

use crate::ids;

/// What an alarm watches, without whom it tells.
pub(crate) struct Watched {
    namespace: &'static str,
    metric: &'static str,
    dimensions: Vec<Dimension>,
    statistic: Statistic,
    threshold: u64,
    description: String,
}

/// Returns the alarms of the machine, which also send a release back.
pub(crate) fn of_machine(workflow: &Workflow) -> Vec<(LogicalId, Watched)> {
    let Alarms::On { .. } = workflow.alarms else {
        return Vec::new();
    };
    [
        ("ExecutionsFailed", "An execution failed."),
        ("ExecutionsTimedOut", "An execution ran past its timeout."),
        ("ExecutionThrottled", "Step Functions throttles: more is started than the account's quotas allow."),
    ]
    .into_iter()
    .map(|(metric, description)| {
        let watched = Watched {
            namespace: "AWS/States",
            metric,
            dimensions: vec![Dimension { name: "StateMachineArn", value: Expr::Ref(ids::state_machine()) }],
            statistic: Statistic::Sum,
            threshold: 0,
            description: format!("{description} Workflow {}.", workflow.name),
        };
        (ids::machine_alarm(metric), watched)
    })
    .collect()
}

/// Returns every alarm.
pub(crate) fn lower(workflow: &Workflow, tags: &[Tag]) -> Vec<(LogicalId, Resource)> {
    let Alarms::On { notify } = &workflow.alarms else {
        return Vec::new();
    };
    let told: Vec<Expr> = notify
        .iter()
        .filter_map(|topic| {
            let topic = workflow.topics.get(&topic.value)?;
            Some(match &topic.origin {
                TopicOrigin::Existing(arn) => Expr::from(arn.value.as_str()),
                TopicOrigin::Managed { .. } => Expr::Ref(ids::topic(&topic.id)),
            })
        })
        .collect();
    let mut watched = of_machine(workflow);
    for function in workflow.functions.values() {
        let own = |metric: &'static str, statistic, threshold, description: &str| {
            let watched = Watched {
                namespace: "AWS/Lambda",
                metric,
                dimensions: vec![Dimension {
                    name: "FunctionName",
                    value: Expr::Ref(ids::function(&function.id)),
                }],
                statistic,
                threshold,
                description: format!("The function {}: {description}", function.id),
            };
            (ids::function_alarm(&function.id, metric), watched)
        };
        watched.push(own("Throttles", Statistic::Sum, 0, "invocations are refused for lack of concurrency."));
        // In milliseconds: nine tenths of what it has.
        let nearly = u64::from(function.timeout.value.get()) * 900;
        watched.push(own("Duration", Statistic::Maximum, nearly, "it takes nearly as long as its timeout."));
        if function.provisioned.is_some() {
            let description = "invocations find every provisioned environment taken.";
            watched.push(own("ProvisionedConcurrencySpilloverInvocations", Statistic::Sum, 0, description));
        }
    }
    for Queue { id, origin, .. } in workflow.queues.values() {
        let QueueOrigin::Managed { dead_letters: Some(_), .. } = origin else { continue };
        let letters = ids::dead_letter_queue(id);
        let alarm = Watched {
            namespace: "AWS/SQS",
            metric: "ApproximateNumberOfMessagesVisible",
            dimensions: vec![Dimension { name: "QueueName", value: Expr::get_att(&letters, "QueueName") }],
            statistic: Statistic::Maximum,
            threshold: 0,
            description: format!("The queue {id} has messages that nobody could handle."),
        };
        watched.push((ids::queue_alarm(id), alarm));
    }
    watched.into_iter().map(|(id, watched)| (id, watched.lower(&told, tags))).collect()
}

impl Watched {
    fn lower(self, told: &[Expr], tags: &[Tag]) -> Resource {
        Resource::from(Alarm {
            alarm_description: self.description,
            namespace: self.namespace,
            metric_name: self.metric,
            dimensions: self.dimensions,
            statistic: self.statistic,
            period: Seconds::FIVE_MINUTES,
            evaluation_periods: 1,
            datapoints_to_alarm: None,
            threshold: Number::from(self.threshold),
            comparison_operator: Comparison::Greater,
            treat_missing_data: MissingData::NotBreaching,
            alarm_actions: told.to_vec(),
            ok_actions: Vec::new(),
            tags: tags.to_vec(),
        })
    }
}
