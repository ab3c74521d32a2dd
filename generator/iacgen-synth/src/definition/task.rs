//! Tasks.

use iacgen_asl::{Path, PathField, QueryLanguage, TaskState};
use iacgen_spec::model::{Answer, Reference, ReferenceKind, State, Task, Work, Workflow};
use serde_json::{Map, Value, json};

use super::Lowering;
use super::states::{Data, quantity};
use crate::error::SynthesisError;

impl Lowering<'_> {
    /// Returns a Task without what is the same in every kind of state.
    pub(super) fn task(&self, name: &str, state: &State, task: &Task) -> Result<TaskState, SynthesisError> {
        let mut data = self.data(name, state)?;
        let (resource, arguments) = match &task.work {
            Work::Function { id, wait_for_token } => {
                Self::answer(state, &mut data);
                let pattern = if *wait_for_token { ".waitForTaskToken" } else { "" };
                let arguments = self.invocation(name, state, &id.value)?;
                (self.action(&format!("lambda:invoke{pattern}")), Some(Value::Object(arguments)))
            }
            Work::Service(action) => (self.action(&action.value), self.given_arguments(name, state)?),
            Work::Arn(arn) => (arn.value.clone(), self.given_arguments(name, state)?),
        };
        let (parameters, arguments) = match state.query {
            QueryLanguage::JsonPath => (arguments, None),
            QueryLanguage::Jsonata => (None, arguments),
        };
        let seconds = |time: &Option<_>| {
            time.as_ref()
                .map(|time| quantity(name, time, |time: &iacgen_aws_types::Seconds| u64::from(time.get())))
                .transpose()
        };
        let credentials = task.role.as_ref().map(|role| self.field(name, state.query, "RoleArn", role));
        let Data { input_path, result_selector, result_path, output_path, output, assign } = data;
        Ok(TaskState {
            resource,
            input_path,
            parameters,
            arguments,
            result_selector,
            result_path,
            output_path,
            output,
            assign,
            timeout_seconds: seconds(&task.timeout)?,
            heartbeat_seconds: seconds(&task.heartbeat)?,
            credentials: credentials.transpose()?.map(|field| Map::from_iter([field])),
            ..TaskState::default()
        })
    }

    fn given_arguments(&self, name: &str, state: &State) -> Result<Option<Value>, SynthesisError> {
        state.data.arguments.as_ref().map(|arguments| self.json(name, state.query, arguments)).transpose()
    }

    /// Returns the arguments of `lambda:invoke`.
    fn invocation(
        &self,
        name: &str,
        state: &State,
        function: &str,
    ) -> Result<Map<String, Value>, SynthesisError> {
        let Workflow { functions, existing_functions, .. } = self.workflow;
        if !functions.contains_key(function) && !existing_functions.contains_key(function) {
            return Err(SynthesisError::Unknown {
                what: "function",
                name: function.to_owned(),
                by: format!("the state `{name}`"),
            });
        }
        let reference = Reference { kind: ReferenceKind::Function, id: function.to_owned() };
        let payload = match (&state.data.arguments, state.query) {
            (Some(payload), query) => self.field(name, query, "Payload", payload)?,
            (None, QueryLanguage::JsonPath) => ("Payload.$".to_owned(), Value::from("$")),
            (None, QueryLanguage::Jsonata) => ("Payload".to_owned(), Value::from("{% $states.input %}")),
        };
        let function = ("FunctionName".to_owned(), Value::from(self.reference(&reference)));
        Ok(Map::from_iter([function, payload]))
    }

    /// Makes the function's own answer what the state hands on, unless the spec says otherwise.
    fn answer(state: &State, data: &mut Data) {
        match (state.answer(), state.query) {
            (Answer::Payload, QueryLanguage::Jsonata) => {
                data.output = Some(Value::from("{% $states.result.Payload %}"));
            }
            (Answer::Payload, QueryLanguage::JsonPath) => {
                data.output_path = PathField::Path(Path::field("Payload"));
            }
            (Answer::Selected, _) => data.result_selector = Some(json!({ "Payload.$": "$.Payload" })),
            (Answer::AsItComes, _) => {}
        }
    }
}
