//! What Tasks take and give.

use iacgen_iam::integration::IntegrationName;
use iacgen_shapes::{Shape, known};

use super::scope::Scope;
use super::{Flow, LONGEST, argument};
use crate::check::payload_mismatch;
use crate::model::{State, Task, Work};

impl<'a> Flow<'a> {
    /// Follows a Task. Returns its result as it comes from the service.
    pub(super) fn task(self, scope: &Scope<'a, '_>, name: &str, state: &'a State, task: &'a Task) -> Shape {
        scope.number(task.timeout.as_ref(), 1.0..=LONGEST);
        scope.number(task.heartbeat.as_ref(), 1.0..=LONGEST);
        if let Some(role) = &task.role {
            scope.template(role);
        }
        let arguments = state.data.arguments.as_ref().map(|arguments| scope.template(arguments));
        match &task.work {
            Work::Function { id, wait_for_token } => {
                let contract =
                    self.workflow.functions.get(&id.value).and_then(|function| function.contract.as_ref());
                let payload = arguments.unwrap_or_else(|| scope.whole_input());
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
            Work::Service(action) => {
                let Ok(name) = IntegrationName::parse(&action.value) else { return Shape::Any };
                let call = argument::call(&name);
                if let (Some(call), Some(sink)) = (&call, self.sink) {
                    let sent = arguments.unwrap_or_else(|| scope.whole_input());
                    argument::check(action, call, state.data.arguments.as_ref(), &sent, sink);
                }
                argument::result(&name, call.as_ref())
            }
            Work::Arn(_) => Shape::Any,
        }
    }
}

impl Scope<'_, '_> {
    /// What is sent where no arguments are written.
    fn whole_input(&self) -> Shape {
        if self.is_jsonata() { self.arrival.input.clone() } else { self.input.clone() }
    }
}
