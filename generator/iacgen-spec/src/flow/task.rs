//! What Tasks take and give.

use iacgen_shapes::{Shape, known};

use super::Flow;
use super::scope::Scope;
use crate::check::payload_mismatch;
use crate::model::{State, Task, Work};

impl<'a> Flow<'a> {
    /// Follows a Task. Returns its result as it comes from the service.
    pub(super) fn task(self, scope: &Scope<'a, '_>, name: &str, state: &'a State, task: &'a Task) -> Shape {
        scope.typed(task.timeout.as_ref(), &Shape::Number);
        scope.typed(task.heartbeat.as_ref(), &Shape::Number);
        if let Some(role) = &task.role {
            scope.template(role);
        }
        let arguments = state.data.arguments.as_ref().map(|arguments| scope.template(arguments));
        match &task.work {
            Work::Function { id, wait_for_token } => {
                let contract =
                    self.workflow.functions.get(&id.value).and_then(|function| function.contract.as_ref());
                let payload = arguments.unwrap_or_else(|| {
                    if scope.is_jsonata() { scope.arrival.input.clone() } else { scope.input.clone() }
                });
                if let (Some(contract), Some(sink)) = (contract, self.sink)
                    && let Some(mismatch) = payload.fit(&contract.input)
                {
                    sink.push(payload_mismatch::finding(name, state, id, &mismatch, &scope.origin));
                }
                // What comes back with a token is whatever its holder sends.
                match contract {
                    _ if *wait_for_token => Shape::Any,
                    Some(contract) => known::lambda_invoke_result(contract.output.clone()),
                    None => known::lambda_invoke_result(Shape::Any),
                }
            }
            Work::Service(action) => known::task_result(&action.value),
            Work::Arn(_) => Shape::Any,
        }
    }
}
