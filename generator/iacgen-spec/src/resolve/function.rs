//! Functions.

use std::collections::BTreeSet;

use camino::{Utf8Path, Utf8PathBuf};
use iacgen_aws_types::{Architecture, Arn, ArnKind, EphemeralStorage, MemorySize, Seconds};
use indexmap::IndexMap;

use super::{Context, Resolved};
use crate::check::{
    bad_schema, bad_size, description_too_long, fifo_not_here, function_timeout_limit, handler_missing,
    provisioned_over_reserved, reserved_variable, snap_start, too_many_layers, unknown_definition,
    unknown_word,
};
use crate::declared::{CONTRACT, Declared};
use crate::model::{
    Access, AccessKind, Contract, ExistingFunction, Function, Located, OnFailure, OnnxRuntimeLibrary, Place,
    Provisioning, RawResource, Reference, ReferenceKind, StateKind, States, Work,
};
use crate::raw::{Named, RawAccess, RawExisting, RawFunction, RawValue, find};
use crate::yaml::{Scalar, Spanned};

/// How many former versions stay invokable where the spec does not say.
const KEEP_VERSIONS: u32 = 3;
/// The most former versions that stay invokable: each is a resource of the stack.
const MOST_VERSIONS: u32 = 50;

/// What is known of a function, also of one that has a finding.
pub(super) struct Known<'a> {
    id: &'a str,
    /// `None` for a function that somebody else deploys.
    pub(super) timeout: Option<(Seconds, Resolved<'a>)>,
    function: Option<Deployed>,
}

/// Whose a function is.
enum Deployed {
    Here(Box<Function>),
    Elsewhere(Box<ExistingFunction>),
}

/// The functions of a workflow.
pub(super) struct Functions<'a>(Vec<Known<'a>>);

/// The functions that an environment uses.
pub(super) struct UsedFunctions {
    pub(super) functions: IndexMap<String, Function>,
    pub(super) existing: IndexMap<String, ExistingFunction>,
}

impl<'a> Functions<'a> {
    /// Finds a function by its name.
    pub(super) fn get(&self, id: &str) -> Option<&Known<'a>> {
        self.0.iter().find(|known| known.id == id)
    }

    /// Keeps the functions that states and resources name.
    pub(super) fn used_by(self, states: &States, resources: &IndexMap<String, RawResource>) -> UsedFunctions {
        let used = used(states, resources);
        let mut kept = UsedFunctions { functions: IndexMap::new(), existing: IndexMap::new() };
        for known in self.0.into_iter().filter(|known| used.contains(known.id)) {
            match known.function {
                Some(Deployed::Here(function)) => {
                    kept.functions.insert(known.id.to_owned(), *function);
                }
                Some(Deployed::Elsewhere(function)) => {
                    kept.existing.insert(known.id.to_owned(), *function);
                }
                None => {}
            }
        }
        kept
    }
}

/// Returns the names of the functions that states invoke, and that states and resources name otherwise.
fn used<'s>(states: &'s States, resources: &'s IndexMap<String, RawResource>) -> BTreeSet<&'s str> {
    let mut used = BTreeSet::new();
    states.walk(&mut |_, state| {
        if let StateKind::Task(task) = &state.kind
            && let Work::Function { id, .. } = &task.work
        {
            used.insert(id.value.as_str());
        }
    });
    let mut name = |reference: &'s Reference| {
        if reference.kind == ReferenceKind::Function {
            used.insert(reference.id.as_str());
        }
    };
    states.references().into_iter().for_each(&mut name);
    for properties in resources.values().filter_map(|resource| resource.properties.as_ref()) {
        properties.references(&mut |reference, _| name(reference));
    }
    used
}

/// Resolves every function.
///
/// The library is `None` where it cannot be read.
pub(super) fn functions<'a>(context: &Context<'a>, library: Option<&OnnxRuntimeLibrary>) -> Functions<'a> {
    Functions(context.workflow.functions.iter().map(|(id, raw)| context.function(id, raw, library)).collect())
}

impl<'a> Context<'a> {
    fn function(
        &self,
        id: &'a Spanned<String>,
        raw: &'a RawFunction,
        library: Option<&OnnxRuntimeLibrary>,
    ) -> Known<'a> {
        self.nothing_beside(&raw.existing, "a function");
        if raw.existing.key.is_some() {
            let function = self.existing_function(id, &raw.existing).map(Box::new).map(Deployed::Elsewhere);
            return Known { id: &id.value, timeout: None, function };
        }
        let timeout = raw.timeout.as_ref().and_then(|raw| self.duration(raw, "`timeout`"));
        if let Some((timeout, value)) = &timeout {
            function_timeout_limit::check(value, *timeout, self.sink);
        }
        let function = self.own_function(id, raw, library, timeout).map(Box::new).map(Deployed::Here);
        Known { id: &id.value, timeout, function }
    }

    fn existing_function(&self, id: &Spanned<String>, raw: &'a RawExisting) -> Option<ExistingFunction> {
        let arn = self.arn(raw.value.as_ref()?, ArnKind::Function, "`existing`")?;
        Some(ExistingFunction { id: id.value.clone(), place: Place::written(id.span), arn })
    }

    fn own_function(
        &self,
        id: &'a Spanned<String>,
        raw: &'a RawFunction,
        library: Option<&OnnxRuntimeLibrary>,
        timeout: Option<(Seconds, Resolved<'a>)>,
    ) -> Option<Function> {
        let contract = raw.handler.as_ref().map(|handler| {
            handler_missing::check(handler, self.files, self.sink);
            self.contract(handler)
        });
        let description = raw.description.as_ref().and_then(|raw| self.text(raw, "`description`"));
        if let Some((text, value)) = &description {
            description_too_long::check(value, text, self.sink);
        }
        let memory = raw.memory.as_ref().and_then(|raw| self.memory(raw));
        let architecture =
            raw.architecture.as_ref().map_or(Some(Architecture::X86_64), |raw| self.architecture(raw));
        let ephemeral_storage = raw.ephemeral_storage.as_ref().and_then(|raw| self.ephemeral_storage(raw));
        let environment = self.environment_variables(&raw.environment);
        let model = self.model(&raw.model, library);
        let layers = self.layers(&raw.layers);
        let (reserved, provisioned) = self.concurrency(raw);
        let in_network = self.boolean_or(raw.network.as_ref(), "`network`", true);
        let on_failure = raw.on_failure.as_ref().and_then(|name| self.on_failure(name));
        let keep_versions = match &raw.keep_versions {
            Some(raw) => self.whole(raw, "`keep_versions`", 1..=MOST_VERSIONS).map(|(count, _)| count),
            None => Some(KEEP_VERSIONS),
        };
        if let Some(raw) = &raw.snap_start
            && self.boolean(raw, "`snap_start`") == Some(true)
            && let Some(value) = self.values.get(raw)
        {
            self.sink.push(snap_start::finding(&value));
        }
        let access = raw.access.iter().filter_map(|access| self.access(access)).collect();
        let (timeout, timeout_value) = timeout?;
        Some(Function {
            id: id.value.clone(),
            place: Place::written(id.span),
            handler: Utf8PathBuf::from(&raw.handler.as_ref()?.value),
            description: description.map(|(text, _)| text.to_owned()),
            memory: memory?,
            timeout: Located { value: timeout, place: timeout_value.place },
            architecture: architecture?,
            ephemeral_storage,
            environment,
            model,
            layers: layers?,
            reserved,
            provisioned,
            in_network: in_network?,
            on_failure,
            keep_versions: keep_versions?,
            access,
            contract: contract?,
        })
    }

    /// Returns what a handler takes and gives, where it says so.
    fn contract(&self, handler: &Spanned<String>) -> Option<Contract> {
        let folder = Utf8Path::new(&handler.value);
        match &*self.loaded.declared().contract(folder, self.files) {
            Declared::Read(contract) => Some(contract.clone()),
            Declared::Missing => None,
            Declared::Unreadable(why) => {
                self.sink.push(bad_schema::finding(handler.span, &folder.join(CONTRACT), why));
                None
            }
        }
    }

    fn layers(&self, raw: &'a [RawValue]) -> Option<Vec<Located<Arn>>> {
        let layers: Vec<_> = raw.iter().map(|raw| self.arn(raw, ArnKind::LayerVersion, "`layers`")).collect();
        let layers: Vec<_> = layers.into_iter().collect::<Option<_>>()?;
        too_many_layers::check(&layers, self.sink);
        Some(layers)
    }

    /// Reads what a function reserves and provisions.
    fn concurrency(&self, raw: &'a RawFunction) -> (Option<Located<u32>>, Option<Provisioning>) {
        let reserved = raw.reserved.as_ref().and_then(|raw| {
            let value = self.values.get(raw)?;
            if matches!(value.scalar, Scalar::Null) {
                return None;
            }
            let executions = self.whole_value(&value, "`reserved`", 0..=u32::MAX)?;
            Some(Located { value: executions, place: value.place })
        });
        let provisioned = raw.provisioned.as_ref().and_then(|raw| self.provisioning(raw));
        if let (Some(reserved), Some(provisioned)) = (reserved, &provisioned) {
            provisioned_over_reserved::check(provisioned.most(), reserved, self.sink);
        }
        (reserved, provisioned)
    }

    /// Tells whether a queue or a topic is FIFO; of one that exists its name says so.
    fn is_fifo(&self, existing: &'a RawExisting, fifo: Option<&'a RawValue>) -> bool {
        let get = |raw: Option<&'a RawValue>| raw.and_then(|raw| self.values.get(raw));
        get(existing.value.as_ref())
            .is_some_and(|name| matches!(name.scalar.text().rsplit_once('.'), Some((_, "fifo"))))
            || get(fifo).is_some_and(|fifo| *fifo.scalar == Scalar::Bool(true))
    }

    /// Finds the queue or the topic that is told of failed invocations.
    fn on_failure(&self, name: &Spanned<String>) -> Option<OnFailure> {
        let queue = find(&self.workflow.queues, &name.value);
        let topic = find(&self.workflow.topics, &name.value);
        match (queue, topic) {
            (Some((queue, _)), Some((topic, _))) => {
                self.sink.push(unknown_definition::ambiguous(name, queue.span, topic.span));
                None
            }
            (Some((id, queue)), None) => {
                if self.is_fifo(&queue.existing, queue.fifo.as_ref()) {
                    self.sink.push(fifo_not_here::finding(name, "queue", id.span));
                }
                Some(OnFailure::Queue(name.value.clone()))
            }
            (None, Some((id, topic))) => {
                if self.is_fifo(&topic.existing, topic.fifo.as_ref()) {
                    self.sink.push(fifo_not_here::finding(name, "topic", id.span));
                }
                Some(OnFailure::Topic(name.value.clone()))
            }
            (None, None) => {
                let queues = self.workflow.queues.iter().map(|(id, _)| id.value.as_str());
                let topics = self.workflow.topics.iter().map(|(id, _)| id.value.as_str());
                self.sink.push(unknown_definition::finding(name, "queue or topic", queues.chain(topics)));
                None
            }
        }
    }

    fn memory(&self, raw: &'a RawValue) -> Option<MemorySize> {
        let (text, value) = self.size(raw, "`memory`")?;
        self.valid(MemorySize::parse(text), text, value.place, bad_size::finding)
    }

    fn ephemeral_storage(&self, raw: &'a RawValue) -> Option<EphemeralStorage> {
        let (text, value) = self.size(raw, "`ephemeral_storage`")?;
        self.valid(EphemeralStorage::parse(text), text, value.place, bad_size::finding)
    }

    /// Reads a size as text, a number without its unit included.
    fn size(&self, raw: &'a RawValue, kind: &str) -> Option<(&'a str, Resolved<'a>)> {
        let value = self.values.get(raw)?;
        match value.scalar {
            Scalar::Number(text) => Some((text, value)),
            _ => self.text(raw, kind),
        }
    }

    fn architecture(&self, raw: &'a RawValue) -> Option<Architecture> {
        let (text, value) = self.text(raw, "`architecture`")?;
        let architecture = Architecture::new(text).ok();
        if architecture.is_none() {
            let words = [Architecture::X86_64.as_str(), Architecture::Arm64.as_str()];
            self.sink.push(unknown_word::finding(text, value.place, "an architecture", &words));
        }
        architecture
    }

    fn environment_variables(&self, raw: &'a Named<RawValue>) -> IndexMap<String, String> {
        let mut variables = IndexMap::new();
        for (name, raw) in raw {
            reserved_variable::check(name, self.sink);
            if let Some((text, _)) = self.text(raw, "an environment variable") {
                variables.insert(name.value.clone(), text.to_owned());
            }
        }
        reserved_variable::check_size(&variables, raw.last().map(|(name, _)| name), self.sink);
        variables
    }

    /// Resolves a grant.
    pub(super) fn access(&self, raw: &'a RawAccess) -> Option<Access> {
        let prefix = self.prefix_or_all(raw.prefix.as_ref());
        let target = raw.target.as_ref()?;
        self.is_known(raw.granted(), target).then_some(())?;
        let id = target.value.clone();
        let objects = |kind| Some(Access::Objects { kind, bucket: id.clone(), prefix: prefix? });
        match raw.kind.value.as_str() {
            "send" => Some(Access::Send { queue: id }),
            "receive" => Some(Access::Receive { queue: id }),
            "publish" => Some(Access::Publish { topic: id }),
            "query" => Some(Access::Query { table: id }),
            "put" => Some(Access::Put { table: id }),
            "list" => objects(AccessKind::List),
            "read" => objects(AccessKind::Read),
            _ => objects(AccessKind::Write),
        }
    }
}
