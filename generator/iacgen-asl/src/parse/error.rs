//! What can be wrong with a definition, and where.

use std::fmt;

use crate::machine::QueryLanguage;
use crate::names::{InvalidPath, InvalidStateName, InvalidTimestamp, StateName};

/// A definition that is no state machine.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{problem} at {pointer}")]
pub struct ParseError {
    /// Where in the document: a JSON pointer such as `/States/Initialize/Next`.
    pub pointer: Pointer,
    /// The innermost state that holds the place.
    pub state: Option<StateName>,
    /// What is wrong.
    pub problem: Problem,
}

/// A place in a JSON document, as a JSON pointer (RFC 6901); `/` for the whole.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pointer(String);

impl Pointer {
    /// This place, one key or index deeper.
    #[must_use]
    pub fn child(&self, key: impl fmt::Display) -> Self {
        let key = key.to_string().replace('~', "~0").replace('/', "~1");
        Self(format!("{}/{key}", self.0))
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_empty() { "/" } else { &self.0 })
    }
}

/// What is wrong with a definition.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Problem {
    /// The text is no JSON.
    #[error("the definition is not JSON: {message}")]
    NotJson {
        /// The reader's message, with line and column.
        message: String,
    },
    /// A key occurs twice in an object.
    #[error("the key `{key}` occurs twice")]
    DuplicateKey {
        /// The key.
        key: String,
    },
    /// A required field is absent.
    #[error("the field `{field}` is required but was missing")]
    MissingField {
        /// The field, or the fields of which one is required.
        field: String,
    },
    /// A field that the language does not have here.
    #[error("`{field}` is not a field of {holder}{}", unless_language(*.language))]
    UnknownField {
        /// The field.
        field: String,
        /// What holds it.
        holder: String,
        /// The query language, where another one does have the field.
        language: Option<QueryLanguage>,
    },
    /// A value of the wrong type.
    #[error("expected {expected}, found {found}")]
    WrongType {
        /// What the language wants.
        expected: &'static str,
        /// What stands there.
        found: String,
    },
    /// Two fields that exclude each other.
    #[error("`{first}` and `{second}` exclude each other: keep one")]
    Conflict {
        /// The one.
        first: String,
        /// The other.
        second: String,
    },
    /// A state's name is not allowed.
    #[error(transparent)]
    StateName(#[from] InvalidStateName),
    /// A path is none.
    #[error(transparent)]
    Path(#[from] InvalidPath),
    /// A timestamp is none.
    #[error(transparent)]
    Timestamp(#[from] InvalidTimestamp),
    /// A transition leads to a state that does not exist in this scope.
    #[error("there is no state `{target}` here{}", .suggestion.as_ref().map(|name| format!("; did you mean `{name}`?")).unwrap_or_default())]
    UnknownState {
        /// Where it should lead.
        target: StateName,
        /// A state with nearly that name.
        suggestion: Option<StateName>,
    },
    /// Two states of the machine share a name.
    #[error("the state name `{name}` occurs twice: names are unique in the whole machine, branches included")]
    DuplicateState {
        /// The name.
        name: StateName,
    },
    /// No state of a scope ends it.
    #[error("no state ends here: one needs `End`, or the type Succeed or Fail")]
    NoTerminalState,
    /// `States.ALL` is not alone, or not in the last entry.
    #[error("`States.ALL` must stand alone, and in the last entry")]
    AllNotLast,
    /// A JSONPath state in a JSONata machine.
    #[error("'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine")]
    LanguageDowngrade,
    /// A JSONata template holds a text with one delimiter only.
    #[error("a JSONata expression stands between {{% and %}}: `{text}` has only one of them")]
    HalfExpression {
        /// The text.
        text: String,
    },
}

fn unless_language(language: Option<QueryLanguage>) -> String {
    language.map(|language| format!(" in {}", language.as_str())).unwrap_or_default()
}
