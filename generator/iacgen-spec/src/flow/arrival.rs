//! What arrives at a state.

use iacgen_shapes::Shape;
use indexmap::IndexMap;

/// What arrives at a state: its input, and the variables that are set.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Arrival {
    /// The state's raw input.
    pub(super) input: Shape,
    /// Where that comes from.
    pub(super) origin: Origin,
    /// The variables that may be set.
    pub(super) variables: IndexMap<String, Variable>,
}

/// A variable.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Variable {
    /// What it holds.
    pub(super) shape: Shape,
    /// Whether it is set on every way here.
    pub(super) always: bool,
}

/// Where a value comes from, for messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The execution's input.
    Execution,
    /// What a state returns.
    Returned(String),
    /// What a state makes of its input and its result.
    HandedOn(String),
    /// What came before a state that discards its own result.
    Discarded { by: String, before: Box<Origin> },
    /// An item of a Map.
    Item(String),
    /// What a Map selects for each item.
    Selection(String),
    /// A batch of items of a Map.
    Batch(String),
    /// An error that a state caught.
    Caught(String),
    /// What a state's service or function gives, before the state selects from it.
    ResultOf(String),
    /// What `InputPath` selects.
    Selected(String),
    /// `$$`, `$states.context`.
    Context,
    /// `$states.result`.
    Result,
    /// `$states.errorOutput`.
    Error,
    /// A variable.
    Variable(String),
    /// More than one way leads here.
    Several,
}

impl Origin {
    /// Says what it is: "what `Initialize` returns".
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::Execution => "the execution's input".to_owned(),
            Self::Returned(state) => format!("what `{state}` returns"),
            Self::HandedOn(state) => format!("what `{state}` hands on"),
            Self::Discarded { before, .. } => before.describe(),
            Self::Item(map) => format!("an item of `{map}`"),
            Self::Selection(map) => format!("what `{map}` selects for an item"),
            Self::Batch(map) => format!("a batch of `{map}`"),
            Self::Caught(state) => format!("what is caught of `{state}`"),
            Self::ResultOf(state) => format!("the result of `{state}`"),
            Self::Selected(path) => format!("the state's input `{path}`"),
            Self::Context => "the context object".to_owned(),
            Self::Result => "the state's result".to_owned(),
            Self::Error => "the error's output".to_owned(),
            Self::Variable(name) => format!("the variable `${name}`"),
            Self::Several => "what arrives here".to_owned(),
        }
    }

    /// Says which states dropped their results on the way.
    pub(crate) fn note(&self) -> Option<String> {
        match self {
            Self::Discarded { by, before } => Some(match before.note() {
                Some(note) => note,
                None => format!("`{by}` discards its own result and passes its input on"),
            }),
            _ => None,
        }
    }
}

impl Arrival {
    /// What arrives at a machine's first state.
    pub(super) fn start(input: Shape) -> Self {
        Self { input, origin: Origin::Execution, variables: IndexMap::new() }
    }

    /// What arrives where one of two ways leads.
    pub(super) fn join(&self, other: &Self) -> Self {
        let mut variables = IndexMap::new();
        for (name, variable) in &self.variables {
            let joined = match other.variables.get(name) {
                Some(same) => Variable {
                    shape: variable.shape.join(&same.shape),
                    always: variable.always && same.always,
                },
                None => Variable { shape: variable.shape.clone(), always: false },
            };
            variables.insert(name.clone(), joined);
        }
        for (name, variable) in &other.variables {
            if !variables.contains_key(name) {
                let variable = Variable { shape: variable.shape.clone(), always: false };
                variables.insert(name.clone(), variable);
            }
        }
        Self {
            input: self.input.join(&other.input),
            origin: if self.origin == other.origin { self.origin.clone() } else { Origin::Several },
            variables,
        }
    }

    /// Gives up knowing what a loop goes on changing.
    pub(super) fn widened(&self) -> Self {
        let variables = self
            .variables
            .iter()
            .map(|(name, variable)| (name.clone(), Variable { shape: Shape::Any, always: variable.always }))
            .collect();
        Self { input: Shape::Any, origin: Origin::Several, variables }
    }
}
