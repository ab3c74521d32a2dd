//! The definition in the Amazon States Language: the spec's states with names replaced by ARNs and substitutions.

mod choice;
mod map;
mod states;
mod task;
mod template;

use iacgen_asl::{QueryLanguage, StateMachine};
use iacgen_aws_types::Partition;
use iacgen_spec::model::Workflow;

use crate::error::SynthesisError;

/// Returns the definition. What only the stack knows stands in it as `${LogicalId}`, which the template substitutes.
///
/// # Errors
/// [`SynthesisError`] for a name or a path that the language refuses.
pub(crate) fn definition(workflow: &Workflow) -> Result<StateMachine, SynthesisError> {
    let lowering = Lowering { workflow, partition: workflow.settings.region.partition() };
    let (start_at, states) = lowering.states(&workflow.states)?;
    Ok(StateMachine {
        comment: workflow.comment.clone(),
        query_language: (workflow.query == QueryLanguage::Jsonata).then_some(QueryLanguage::Jsonata),
        timeout_seconds: workflow.timeout.map(|timeout| timeout.get().into()),
        ..StateMachine::new(start_at, states)
    })
}

/// What lowering needs to know.
struct Lowering<'a> {
    workflow: &'a Workflow,
    partition: Partition,
}

impl Lowering<'_> {
    /// Returns a state's own `QueryLanguage`: nothing where it is the machine's.
    fn own_language(&self, query: QueryLanguage) -> Option<QueryLanguage> {
        (query != self.workflow.query).then_some(query)
    }

    /// Returns the ARN of an action that Step Functions calls, such as `s3:getObject`.
    fn action(&self, action: &str) -> String {
        format!("arn:{}:states:::{action}", self.partition.as_str())
    }
}
