//! JSON values with paths, calls and expressions in them: payloads, selectors, variables.

use indexmap::IndexMap;
use serde_json::Number;

use super::Place;

/// A JSON value, parts of which are computed when the state runs.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    /// Where it stands.
    pub place: Place,
    /// What it is.
    pub value: TemplateValue,
}

/// What a template is.
#[derive(Debug, Clone, PartialEq)]
pub enum TemplateValue {
    /// A path: `$`, `$.run`, `$$.Execution.Name`, `$variable`.
    Path(String),
    /// A call of an intrinsic function: `States.Format('{}', $.id)`.
    Intrinsic(String),
    /// A JSONata expression with its delimiters: `{% $states.input.id %}`.
    Expression(String),
    /// Something that the stack knows by another name: `${bucket.results}`.
    Reference(Reference),
    /// `null`.
    Null,
    /// A boolean as it is.
    Bool(bool),
    /// A number as it is.
    Number(Number),
    /// A text as it is.
    Text(String),
    /// A list of templates.
    Array(Vec<Template>),
    /// An object of templates.
    Object(IndexMap<String, Template>),
}

/// Something of the workflow that states name: its physical name is a `DefinitionSubstitutions` entry.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference {
    /// What it is.
    pub kind: ReferenceKind,
    /// Its name in the spec.
    pub id: String,
}

/// What a reference names, and what stands in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReferenceKind {
    /// `${bucket.ID}`: the bucket's name.
    Bucket,
    /// `${queue.ID}`: the queue's URL.
    Queue,
    /// `${topic.ID}`: the topic's ARN.
    Topic,
    /// `${table.ID}`: the table's name.
    Table,
    /// `${function.ID}`: the ARN of the function's alias.
    Function,
    /// `${resource.ID}`: `Ref` of a resource of the section `resources`.
    Resource,
}

impl ReferenceKind {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Bucket, Self::Queue, Self::Topic, Self::Table, Self::Function, Self::Resource];

    /// The word in `${word.ID}`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Bucket => "bucket",
            Self::Queue => "queue",
            Self::Topic => "topic",
            Self::Table => "table",
            Self::Function => "function",
            Self::Resource => "resource",
        }
    }
}

impl Template {
    /// Visits this template and everything in it, parents first.
    pub fn walk<'a>(&'a self, visit: &mut impl FnMut(&'a Template)) {
        visit(self);
        match &self.value {
            TemplateValue::Array(items) => items.iter().for_each(|item| item.walk(visit)),
            TemplateValue::Object(fields) => fields.values().for_each(|field| field.walk(visit)),
            _ => {}
        }
    }
}
