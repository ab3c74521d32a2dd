//! The workflow and its states.

use iacgen_diagnostics::Sink;

use super::retries::{self, Retries};
use super::template::{self, duration, template, value};
use super::yaml::{self, Tree};
use crate::check::not_importable;
use crate::raw::{
    Named, RawBatch, RawBucketName, RawCatcher, RawCondition, RawItems, RawKind, RawMap, RawNext, RawReader,
    RawRule, RawState, RawStates, RawTask, RawTemplate, RawValue, RawWork, RawWriter,
};
use crate::yaml::{Scalar, Spanned};

/// A workflow that is to be written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Document {
    /// What stands above the workflow, a line an entry, without `#`.
    pub(crate) header: Vec<String>,
    pub(crate) name: String,
    pub(crate) comment: Option<RawValue>,
    pub(crate) machine_type: String,
    pub(crate) query: Option<Spanned<String>>,
    pub(crate) timeout: Option<RawValue>,
    /// Buckets that are not ours: by the spec's name, their own.
    pub(crate) buckets: Vec<(String, String)>,
    /// Functions that are not ours: by the spec's name, their ARN.
    pub(crate) functions: Vec<(String, String)>,
    pub(crate) states: RawStates,
}

/// Returns the text of a workflow. What it has no words for is a finding.
pub(crate) fn document(document: &Document, sink: &Sink) -> String {
    let mut writer = Writer { retries: Retries::default(), sink };
    let mut head = Fields::default();
    head.add("workflow", Some(Tree::text(document.name.as_str())));
    head.add("comment", document.comment.as_ref().map(|comment| value(comment, sink)));
    head.add("type", Some(Tree::text(document.machine_type.as_str())));
    head.add("query", document.query.as_ref().map(|word| Tree::text(word.value.as_str())));
    head.add("timeout", document.timeout.as_ref().map(|timeout| duration(timeout, sink)));
    let states = writer.states(&document.states, true);
    let existing = |all: &[(String, String)]| {
        let entry = |(id, name): &(String, String)| {
            (id.clone(), Tree::Map(vec![("existing".to_owned(), Tree::text(name.as_str()))]))
        };
        Tree::Section { entries: all.iter().map(entry).collect(), apart: false }
    };
    let retries = Tree::Section { entries: writer.retries.section(), apart: false };
    let sections = [
        ("buckets", (!document.buckets.is_empty()).then(|| existing(&document.buckets))),
        (
            "retries",
            Some(retries)
                .filter(|retries| !matches!(retries, Tree::Section { entries, .. } if entries.is_empty())),
        ),
        ("functions", (!document.functions.is_empty()).then(|| existing(&document.functions))),
    ];
    let mut text = String::new();
    for line in &document.header {
        text.push_str(if line.is_empty() { "#" } else { "# " });
        text.push_str(line);
        text.push('\n');
    }
    text.push_str(&yaml::document(&head.0));
    for (name, section) in sections {
        if let Some(section) = section {
            text.push('\n');
            text.push_str(&yaml::document(&[(name.to_owned(), section)]));
        }
    }
    text.push('\n');
    text.push_str(&yaml::document(&states));
    text
}

/// Fields in the order in which they are written.
#[derive(Default)]
struct Fields(Vec<(String, Tree)>);

impl Fields {
    fn add(&mut self, name: &str, tree: Option<Tree>) {
        self.0.extend(tree.map(|tree| (name.to_owned(), tree)));
    }
}

struct Writer<'s> {
    retries: Retries,
    sink: &'s Sink,
}

impl Writer<'_> {
    /// Returns `start` and `states`.
    fn states(&mut self, raw: &RawStates, apart: bool) -> Vec<(String, Tree)> {
        let mut fields = Fields::default();
        fields.add("start", raw.start.as_ref().map(name));
        let entries =
            raw.states.iter().map(|(name, state)| (name.value.clone(), self.state(state))).collect();
        fields.add("states", Some(Tree::Section { entries, apart }));
        fields.0
    }

    fn state(&mut self, raw: &RawState) -> Tree {
        let mut fields = Fields::default();
        let Some(kind) = &raw.kind else {
            return Tree::Map(Vec::new());
        };
        self.kind(kind, raw, &mut fields);
        fields.add("query", raw.query.as_ref().map(name));
        let data = &raw.data;
        let template = |raw: &RawTemplate| template(raw, self.sink);
        fields.add("result_selector", data.result_selector.as_ref().map(template));
        fields.add("result", data.result.as_ref().map(|raw| result(raw, self.sink)));
        fields.add("output", data.output.as_ref().map(template));
        fields.add("assign", self.assign(&data.assign));
        let retry: Vec<String> =
            raw.retry.iter().map(|retrier| self.retries.name(retrier, self.sink)).collect();
        fields.add("retry", (!retry.is_empty()).then(|| retries::one_or_many(retry)));
        let catch: Vec<Tree> = raw.catch.iter().map(|catcher| self.catcher(catcher)).collect();
        fields.add("catch", (!catch.is_empty()).then_some(Tree::List(catch)));
        fields.add("next", raw.next.as_ref().map(|next| self.next(next)));
        fields.add("end", raw.end_key.map(|_| Tree::Scalar(Scalar::Bool(true))));
        let is_long = matches!(raw.kind, Some(RawKind::Map(_) | RawKind::Parallel(_)));
        if is_long { Tree::Section { entries: fields.0, apart: false } } else { Tree::Map(fields.0) }
    }

    /// Writes what a state does, and its comment and input, which read best beside it.
    fn kind(&mut self, kind: &RawKind, state: &RawState, fields: &mut Fields) {
        let sink = self.sink;
        let arguments = state.data.arguments.as_ref().map(|raw| template(raw, sink));
        let truth = || Some(Tree::Scalar(Scalar::Bool(true)));
        let around = |fields: &mut Fields| {
            fields.add("comment", state.comment.as_ref().map(|comment| value(comment, sink)));
            fields.add("input", state.data.input.as_ref().map(|input| value(input, sink)));
        };
        match kind {
            RawKind::Task(task) => {
                let is_function = matches!(task.work, Some(RawWork::Function(_)));
                match &task.work {
                    Some(RawWork::Function(id)) => fields.add("invoke", Some(name(id))),
                    Some(RawWork::Resource(text)) => {
                        fields.add("task", Some(template::plain(&text.value, text.span, sink)));
                    }
                    None => {}
                }
                around(fields);
                fields.add(if is_function { "payload" } else { "arguments" }, arguments);
                self.task(task, fields);
            }
            RawKind::Map(map) => {
                fields.add("map", map.mode.as_ref().map(name));
                fields.add("children", map.children.as_ref().map(name));
                around(fields);
                self.map(map, fields);
            }
            RawKind::Parallel(branches) => {
                let branches = branches.iter().map(|branch| {
                    let mut fields = Fields::default();
                    fields.add("comment", branch.comment.as_ref().map(|comment| value(comment, sink)));
                    fields.0.extend(self.states(&branch.states, false));
                    Tree::Section { entries: fields.0, apart: false }
                });
                fields.add("parallel", Some(Tree::List(branches.collect())));
                around(fields);
                fields.add("arguments", arguments);
            }
            RawKind::Choice { rules, default } => {
                let rules = rules.iter().map(|rule| self.rule(rule)).collect();
                fields.add("choice", Some(Tree::List(rules)));
                fields.add("default", default.as_ref().map(name));
                around(fields);
            }
            RawKind::Pass { value } => {
                fields.add("pass", truth());
                around(fields);
                fields.add("value", value.as_ref().map(|json| template::json(&json.value, json.span, sink)));
                fields.add("arguments", arguments);
            }
            RawKind::WaitSeconds(time) => {
                fields.add("wait", Some(duration(time, sink)));
                around(fields);
            }
            RawKind::WaitUntil(moment) => {
                let until = Tree::Map(vec![("until".to_owned(), value(moment, sink))]);
                fields.add("wait", Some(until));
                around(fields);
            }
            RawKind::Succeed => {
                fields.add("succeed", truth());
                around(fields);
            }
            RawKind::Fail { error, cause } => {
                let mut fail = Fields::default();
                fail.add("error", error.as_ref().map(|error| value(error, sink)));
                fail.add("cause", cause.as_ref().map(|cause| value(cause, sink)));
                fields.add("fail", Some(Tree::Map(fail.0)));
                around(fields);
            }
        }
    }

    fn task(&self, task: &RawTask, fields: &mut Fields) {
        let sink = self.sink;
        fields.add("wait_for_token", task.wait_for_token.as_ref().map(|raw| value(raw, sink)));
        fields.add("timeout", task.timeout.as_ref().map(|raw| duration(raw, sink)));
        fields.add("heartbeat", task.heartbeat.as_ref().map(|raw| duration(raw, sink)));
        let role = task.role.as_ref().map(|role| ("role".to_owned(), template(role, sink)));
        fields.add("credentials", role.map(|role| Tree::Map(vec![role])));
    }

    fn map(&mut self, map: &RawMap, fields: &mut Fields) {
        let sink = self.sink;
        fields.add("items", map.items.as_ref().map(|items| self.items(items)));
        fields.add("select", map.select.as_ref().map(|raw| template(raw, sink)));
        fields.add("batch", map.batch.as_ref().map(|batch| self.batch(batch)));
        fields.add("concurrency", map.concurrency.as_ref().map(|raw| value(raw, sink)));
        let percentage = map.tolerated_percentage.as_ref();
        fields.add("tolerated_failure_percentage", percentage.map(|raw| value(raw, sink)));
        fields.add("tolerated_failure_count", map.tolerated_count.as_ref().map(|raw| value(raw, sink)));
        fields.add("label", map.label.as_ref().map(|raw| value(raw, sink)));
        let mut states = self.states(&map.states, false);
        if let (Some((_, start)), Some(comment)) = (states.first_mut(), &map.comment) {
            *start = start.clone().noted(std::slice::from_ref(&comment.value));
        }
        fields.0.extend(states);
        fields.add("result_writer", map.writer.as_ref().map(|writer| self.writer(writer)));
    }

    fn items(&self, items: &RawItems) -> Tree {
        match items {
            RawItems::Values(values) => template(values, self.sink),
            RawItems::Reader(reader) => self.reader(reader),
        }
    }

    fn reader(&self, reader: &RawReader) -> Tree {
        let sink = self.sink;
        let mut fields = Fields::default();
        let mut add = |name: &str, raw: Option<&RawTemplate>| {
            fields.add(name, raw.map(|raw| template(raw, sink)));
        };
        add("key", reader.key.as_ref());
        add("version_id", reader.version.as_ref());
        add("prefix", reader.prefix.as_ref());
        fields.add("load", reader.load.as_ref().map(name));
        fields.add("pointer", reader.pointer.as_ref().map(|raw| value(raw, sink)));
        let headers = reader.headers.iter().map(|text| template::plain(&text.value, text.span, sink));
        fields.add("headers", (!reader.headers.is_empty()).then(|| Tree::List(headers.collect())));
        fields.add("delimiter", reader.delimiter.as_ref().map(|raw| value(raw, sink)));
        fields.add("type", reader.manifest.as_ref().map(name));
        fields.add("limit", reader.limit.as_ref().map(|raw| value(raw, sink)));
        fields.add("items", reader.items.as_ref().map(|text| template::plain(&text.value, text.span, sink)));
        if let (Some(format), Some(bucket)) = (&reader.format, &reader.bucket) {
            fields.0.insert(0, (format.value.clone(), self.bucket(bucket)));
        }
        Tree::Map(fields.0)
    }

    fn bucket(&self, bucket: &RawBucketName) -> Tree {
        match bucket {
            RawBucketName::Named(id) => name(id),
            // Without a mark, the text would be a name of the spec.
            RawBucketName::Given(RawTemplate::Literal(text)) => Tree::text(format!("\\{}", text.value)),
            RawBucketName::Given(raw) => template(raw, self.sink),
        }
    }

    fn batch(&self, batch: &RawBatch) -> Tree {
        let mut fields = Fields::default();
        fields.add("items", batch.items.as_ref().map(|raw| value(raw, self.sink)));
        fields.add("bytes", batch.bytes.as_ref().map(|raw| value(raw, self.sink)));
        fields.add("input", batch.input.as_ref().map(|raw| template(raw, self.sink)));
        Tree::Map(fields.0)
    }

    fn writer(&self, writer: &RawWriter) -> Tree {
        let mut fields = Fields::default();
        fields.add("bucket", writer.bucket.as_ref().map(|bucket| self.bucket(bucket)));
        fields.add("prefix", writer.prefix.as_ref().map(|raw| template(raw, self.sink)));
        fields.add("transformation", writer.transformation.as_ref().map(name));
        fields.add("format", writer.format.as_ref().map(name));
        Tree::Map(fields.0)
    }

    fn rule(&self, rule: &RawRule) -> Tree {
        let mut fields = Fields::default();
        fields.add("comment", rule.comment.as_ref().map(|comment| value(comment, self.sink)));
        if let Some(condition) = &rule.condition {
            fields.0.extend(self.condition(condition));
        }
        fields.add("next", rule.next.as_ref().map(name));
        fields.add("output", rule.output.as_ref().map(|raw| template(raw, self.sink)));
        fields.add("assign", self.assign(&rule.assign));
        Tree::Map(fields.0)
    }

    fn condition(&self, condition: &RawCondition) -> Vec<(String, Tree)> {
        let all = |word: &str, conditions: &[RawCondition]| {
            let conditions = conditions.iter().map(|condition| Tree::Map(self.condition(condition)));
            vec![(word.to_owned(), Tree::List(conditions.collect()))]
        };
        match condition {
            RawCondition::And(conditions) => all("and", conditions),
            RawCondition::Or(conditions) => all("or", conditions),
            RawCondition::Not(inner) => vec![("not".to_owned(), Tree::Map(self.condition(inner)))],
            RawCondition::Compare { variable, operator, operand } => {
                let mut fields = Fields::default();
                fields.add("variable", variable.as_ref().map(name));
                fields.add(&operator.value, Some(value(operand, self.sink)));
                fields.0
            }
            RawCondition::Expression(expression) => {
                vec![("condition".to_owned(), value(expression, self.sink))]
            }
        }
    }

    fn catcher(&self, catcher: &RawCatcher) -> Tree {
        let mut fields = Fields::default();
        fields.add("on", Some(retries::one_or_many(retries::errors(&catcher.on))));
        fields.add("comment", catcher.comment.as_ref().map(|comment| value(comment, self.sink)));
        fields.add("result", catcher.result.as_ref().map(|raw| result(raw, self.sink)));
        fields.add("output", catcher.output.as_ref().map(|raw| template(raw, self.sink)));
        fields.add("assign", self.assign(&catcher.assign));
        fields.add("next", catcher.next.as_ref().map(name));
        Tree::Map(fields.0)
    }

    fn assign(&self, variables: &Named<RawTemplate>) -> Option<Tree> {
        (!variables.is_empty()).then(|| Tree::Map(template::templates(variables, self.sink)))
    }

    fn next(&self, next: &RawNext) -> Tree {
        match next {
            RawNext::State(state) => name(state),
            RawNext::Switch { .. } => {
                let spans = next.targets().map(|target| target.span);
                spans.take(1).for_each(|span| self.sink.push(not_importable::finding(span, "a switch")));
                Tree::Map(Vec::new())
            }
        }
    }
}

fn name(text: &Spanned<String>) -> Tree {
    Tree::text(text.value.as_str())
}

/// Returns where a result goes: `null` is `discard` in the spec.
fn result(raw: &RawValue, sink: &Sink) -> Tree {
    match raw {
        RawValue::Literal(Spanned { value: Scalar::Null, .. }) => Tree::text("discard"),
        _ => value(raw, sink),
    }
}
