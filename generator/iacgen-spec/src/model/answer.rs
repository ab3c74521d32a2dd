//! What an invocation hands on where the spec says nothing.

use iacgen_asl::QueryLanguage;

use super::{Output, PathSetting, State, StateKind, Work};

/// What an invocation of a function of the spec makes of what `lambda:invoke` gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// The function's own answer replaces everything: `OutputPath: $.Payload`, or `Output: {% $states.result.Payload %}`.
    Payload,
    /// `{ Payload }` goes where `result` says, without the status and headers around it.
    Selected,
    /// As it comes, or as the spec selects.
    AsItComes,
}

impl State {
    /// Returns what becomes of an invocation's result. Of any other state it is as it comes.
    pub fn answer(&self) -> Answer {
        let StateKind::Task(task) = &self.kind else {
            return Answer::AsItComes;
        };
        // What comes back with a token has nothing around it.
        let Work::Function { wait_for_token: false, .. } = &task.work else {
            return Answer::AsItComes;
        };
        if self.data.output != Output::Unset {
            return Answer::AsItComes;
        }
        match (self.query, &self.data.result) {
            (QueryLanguage::JsonPath, _) if self.data.result_selector.is_some() => Answer::AsItComes,
            (QueryLanguage::JsonPath, PathSetting::Null(_)) => Answer::AsItComes,
            (QueryLanguage::JsonPath, PathSetting::Path(_)) => Answer::Selected,
            (QueryLanguage::JsonPath, PathSetting::Unset) | (QueryLanguage::Jsonata, _) => Answer::Payload,
        }
    }
}
