//! IAC034 `unused-definition`.

use std::collections::{BTreeMap, BTreeSet};

use iacgen_diagnostics::{Code, Diagnostic, Sink};

use crate::model::ReferenceKind;
use crate::raw::{
    Named, RawAccess, RawAlarms, RawBucketName, RawItems, RawJson, RawJsonNode, RawKind, RawRetrier,
    RawStates, RawTemplate, RawValue, RawWork, RawWorkflow,
};
use crate::suggest;
use crate::yaml::{Scalar, Spanned};

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC034",
    name: "unused-definition",
    explanation: "A function that no state invokes, a bucket, a queue, a topic or a table that nothing names, or a retry that no state
names. A warning.

## Why
iacgen leaves out what nothing uses, so it is not deployed. Mostly a name was changed in one of two places.

## What to write instead
Use it, or delete it. A bucket, a queue, a topic or a table that the stack makes is made all the same: something else may use it.
",
};

/// Judges functions, buckets, queues, topics, tables and retries.
pub(crate) fn check(workflow: &RawWorkflow, sink: &Sink) {
    let mut used = Used::default();
    used.states(&workflow.states);
    used.besides_states(workflow);

    let kinds = [
        ("no state invokes the function", names(&workflow.functions), used.of(ReferenceKind::Function)),
        ("nothing uses the bucket", names(&workflow.buckets), used.of(ReferenceKind::Bucket)),
        ("nothing uses the queue", names(&workflow.queues), used.of(ReferenceKind::Queue)),
        ("nothing uses the topic", names(&workflow.topics), used.of(ReferenceKind::Topic)),
        ("nothing uses the table", names(&workflow.tables), used.of(ReferenceKind::Table)),
        ("no state names the retry", names(&workflow.retries), used.retries.clone()),
    ];
    for (message, names, used_names) in kinds {
        let unknown =
            || used_names.iter().copied().filter(|used| names.iter().all(|name| name.value != **used));
        for name in &names {
            // A state that cannot be read, or a name that is near, may be the use; that is reported already.
            let excused = used.is_unclear || suggest::nearest(&name.value, unknown()).is_some();
            if !used_names.contains(name.value.as_str()) && !excused {
                let finding = Diagnostic::warning(&CODE, format!("{message} `{}`", name.value));
                sink.push(finding.primary(name.span, "").help("use it, or delete it"));
            }
        }
    }
}

fn names<T>(all: &Named<T>) -> Vec<&Spanned<String>> {
    all.iter().map(|(name, _)| name).collect()
}

#[derive(Default)]
struct Used<'a> {
    names: BTreeMap<ReferenceKind, BTreeSet<&'a str>>,
    retries: BTreeSet<&'a str>,
    /// Whether a part cannot be read.
    is_unclear: bool,
}

impl<'a> Used<'a> {
    fn of(&self, kind: ReferenceKind) -> BTreeSet<&'a str> {
        self.names.get(&kind).cloned().unwrap_or_default()
    }

    fn name(&mut self, kind: ReferenceKind, name: &'a str) {
        self.names.entry(kind).or_default().insert(name);
    }

    /// Takes what grants, destinations, alarms, triggers and resources name.
    fn besides_states(&mut self, workflow: &'a RawWorkflow) {
        for (_, function) in &workflow.functions {
            self.grants(&function.access);
            for kind in [ReferenceKind::Queue, ReferenceKind::Topic] {
                function.on_failure.iter().for_each(|name| self.name(kind, &name.value));
            }
        }
        if let Some(RawAlarms::Notify(Some(topic))) = &workflow.alarms {
            self.name(ReferenceKind::Topic, &topic.value);
        }
        for (_, trigger) in &workflow.triggers {
            trigger.objects.iter().for_each(|bucket| self.name(ReferenceKind::Bucket, &bucket.value));
        }
        for (_, resource) in &workflow.resources {
            resource.properties.iter().for_each(|properties| self.json(properties));
        }
    }

    fn grants(&mut self, access: &'a [RawAccess]) {
        for access in access {
            if let Some(target) = &access.target {
                self.name(access.granted(), &target.value);
            }
        }
    }

    fn json(&mut self, json: &'a RawJson) {
        match &json.node {
            RawJsonNode::Reference(reference) => self.name(reference.kind, &reference.id),
            RawJsonNode::Value(_) => {}
            RawJsonNode::Array(items) => items.iter().for_each(|item| self.json(item)),
            RawJsonNode::Object(members) => members.iter().for_each(|(_, member)| self.json(member)),
        }
    }

    fn states(&mut self, states: &'a RawStates) {
        self.is_unclear |= states.is_empty;
        for (_, state) in &states.states {
            self.retries.extend(state.retry.iter().filter_map(|retrier| match retrier {
                RawRetrier::Named(name) => Some(name.value.as_str()),
                RawRetrier::Inline(..) => None,
            }));
            state.templates().into_iter().for_each(|template| self.template(template));
            match &state.kind {
                Some(RawKind::Task(task)) => {
                    self.grants(&task.access);
                    match &task.work {
                        Some(RawWork::Function(name)) => self.name(ReferenceKind::Function, &name.value),
                        Some(RawWork::Resource(_)) => {}
                        None => self.is_unclear = true,
                    }
                }
                Some(RawKind::Map(map)) => {
                    let (reader, read) = match &map.items {
                        Some(RawItems::Reader(reader)) => (reader.bucket.as_ref(), reader.buckets.as_ref()),
                        _ => (None, None),
                    };
                    let writer = map.writer.as_ref().and_then(|writer| writer.bucket.as_ref());
                    let written = map.writer.as_ref().and_then(|writer| writer.buckets.as_ref());
                    for name in read.into_iter().chain(written).flat_map(|buckets| &buckets.names) {
                        self.name(ReferenceKind::Bucket, &name.value);
                    }
                    for bucket in reader.into_iter().chain(writer) {
                        match bucket {
                            RawBucketName::Named(name) => self.name(ReferenceKind::Bucket, &name.value),
                            RawBucketName::Given(template) => self.template(template),
                        }
                    }
                }
                Some(_) => {}
                None => self.is_unclear = true,
            }
            state.blocks().into_iter().for_each(|block| self.states(block));
        }
    }

    /// Takes the references of a template.
    fn template(&mut self, template: &'a RawTemplate) {
        match template {
            RawTemplate::Value(RawValue::Literal(Spanned { value: Scalar::Text(text), .. })) => {
                let inner = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
                if let Some((word, id)) = inner.and_then(|inner| inner.split_once('.'))
                    && let Some(kind) = ReferenceKind::ALL.into_iter().find(|kind| kind.word() == word)
                {
                    self.name(kind, id);
                }
            }
            RawTemplate::Value(_) | RawTemplate::Dynamic(_) | RawTemplate::Literal(_) => {}
            RawTemplate::Array(_, items) => items.iter().for_each(|item| self.template(item)),
            RawTemplate::Object(_, fields) => fields.iter().for_each(|(_, field)| self.template(field)),
        }
    }
}
