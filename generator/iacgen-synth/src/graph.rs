//! What the states reach at any depth: functions, services, Distributed Maps, and what of the stack they name.

use std::collections::BTreeSet;

use iacgen_asl::{ExecutionType, ProcessorMode};
use iacgen_iam::grants::kms::{KeyUse, Via};
use iacgen_iam::grants::states::{ChildExecutions, DistributedMap};
use iacgen_spec::model::{
    BucketName, BucketOrigin, Items, Located, Reference, ReferenceKind, State, StateKind, Template,
    TemplateValue, Work, Workflow,
};
use indexmap::IndexSet;

use crate::{access, references};

/// What the states of a workflow reach, in their order.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Graph<'a> {
    /// What of the workflow stands in the definition, functions that are invoked among it.
    pub(crate) references: IndexSet<Reference>,
    /// The functions that are invoked with the machine's own role.
    invoked: IndexSet<&'a str>,
    /// The Distributed Maps.
    pub(crate) distributed_maps: Vec<DistributedMap>,
    /// Every state, those inside Maps and branches behind their own.
    pub(crate) states: Vec<(&'a str, &'a State)>,
}

impl<'a> Graph<'a> {
    pub(crate) fn of(workflow: &'a Workflow) -> Self {
        let mut graph = Self::default();
        workflow.states.walk(&mut |name, state| graph.add(name, state));
        graph
    }

    /// Returns the functions of the spec that are invoked with the machine's own role.
    pub(crate) fn invoked(&self) -> impl Iterator<Item = &str> {
        self.invoked.iter().copied()
    }

    fn add(&mut self, name: &'a str, state: &'a State) {
        self.states.push((name, state));
        if let StateKind::Task(task) = &state.kind
            && let Work::Function { id, .. } = &task.work
        {
            self.refer(ReferenceKind::Function, &id.value);
            if task.role.is_none() {
                self.invoked.insert(id.value.as_str());
            }
        }
        if let StateKind::Map(map) = &state.kind {
            if let ProcessorMode::Distributed { execution_type } = map.mode {
                let children = match execution_type {
                    ExecutionType::Standard => ChildExecutions::Standard,
                    ExecutionType::Express => ChildExecutions::Express,
                };
                let label = map.label.as_ref().map(|label| label.value.clone());
                self.distributed_maps.push(DistributedMap { label, children });
            }
            let reader = match &map.items {
                Items::Reader(reader) => Some(&reader.bucket),
                _ => None,
            };
            let writer = map.writer.as_ref().and_then(|writer| writer.bucket.as_ref());
            for bucket in reader.into_iter().chain(writer) {
                if let BucketName::Named(id) = bucket {
                    self.refer(ReferenceKind::Bucket, &id.value);
                }
            }
        }
        for template in state.templates() {
            template.walk(&mut |part: &Template| {
                if let TemplateValue::Reference(reference) = &part.value {
                    self.references.insert(reference.clone());
                }
            });
        }
    }

    fn refer(&mut self, kind: ReferenceKind, id: &str) {
        self.references.insert(Reference { kind, id: id.to_owned() });
    }
}

impl Graph<'_> {
    /// Returns how the states themselves use what the stack's key encrypts.
    pub(crate) fn encrypted(&self, workflow: &Workflow) -> BTreeSet<(Via, KeyUse)> {
        let mut uses = BTreeSet::new();
        let managed = |id: &str| {
            let bucket = workflow.buckets.get(id);
            bucket.is_some_and(|bucket| matches!(bucket.origin, BucketOrigin::Managed { .. }))
        };
        let one_is_managed = |bucket: &BucketName, bounds: &[Located<String>]| match bucket {
            BucketName::Named(id) => managed(&id.value),
            BucketName::Given(_) => bounds.iter().any(|id| managed(&id.value)),
        };
        for (_, state) in &self.states {
            match &state.kind {
                StateKind::Map(map) => {
                    if let Items::Reader(reader) = &map.items
                        && one_is_managed(&reader.bucket, &reader.buckets)
                    {
                        uses.insert((Via::S3, KeyUse::Read));
                    }
                    if let Some(writer) = &map.writer
                        && writer.bucket.as_ref().is_some_and(|one| one_is_managed(one, &writer.buckets))
                    {
                        uses.insert((Via::S3, KeyUse::Write));
                    }
                }
                StateKind::Task(task) => {
                    let Work::Service(action) = &task.work else { continue };
                    for access in &task.access {
                        uses.extend(access::encrypted(workflow, access));
                    }
                    for template in state.templates() {
                        template.walk(&mut |part: &Template| {
                            let TemplateValue::Reference(reference) = &part.value else { return };
                            // What an action does with what it names is not told apart here: to write includes to read.
                            let via = match reference.kind {
                                ReferenceKind::Bucket => Via::S3,
                                ReferenceKind::Queue => Via::Sqs,
                                ReferenceKind::Topic => Via::Sns,
                                ReferenceKind::Table => Via::DynamoDb,
                                ReferenceKind::Function | ReferenceKind::Resource => return,
                            };
                            if references::known(workflow, reference).is_none() {
                                let reads = ["get", "head", "query", "scan", "batchGet", "list"];
                                let operation = action.value.rsplit(':').next().unwrap_or_default();
                                let how = if reads.iter().any(|read| operation.starts_with(read)) {
                                    KeyUse::Read
                                } else {
                                    KeyUse::Write
                                };
                                uses.insert((via, how));
                            }
                        });
                    }
                }
                _ => {}
            }
        }
        uses
    }
}
