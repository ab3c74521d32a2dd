//! Functions.

use std::collections::BTreeSet;

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};
use iacgen_aws_types::{Architecture, EphemeralStorage, MemorySize, Provisioned, Seconds};
use iacgen_tensors::{TensorContract, TensorType, compare_graph};
use indexmap::IndexMap;

use super::{Context, Resolved};
use crate::check::{
    bad_size, bad_tensor_type, description_too_long, function_timeout_limit, handler_missing, invalid_name,
    model_contract, model_missing, model_without_contract, provisioned_over_account, reserved_variable,
    unknown_bucket, unknown_word,
};
use crate::load::Graph;
use crate::model::{Access, AccessKind, Function, Invoke, Model, State, StateKind, States};
use crate::raw::{Named, RawAccess, RawFunction, RawModel, RawValue, find};
use crate::yaml::{Scalar, Spanned};

/// What is known of a function, also of one that has a finding.
pub(super) struct Known<'a> {
    id: &'a str,
    pub(super) timeout: Option<(Seconds, Resolved<'a>)>,
    provisioned: Option<(Resolved<'a>, Provisioned)>,
    function: Option<Function>,
}

/// The functions of a workflow.
pub(super) struct Functions<'a>(Vec<Known<'a>>);

impl<'a> Functions<'a> {
    /// Finds a function by its name.
    pub(super) fn get(&self, id: &str) -> Option<&Known<'a>> {
        self.0.iter().find(|known| known.id == id)
    }

    /// Returns what is provisioned, by function.
    pub(super) fn provisioned(&self) -> Vec<(Resolved<'a>, Provisioned)> {
        self.0.iter().filter_map(|known| known.provisioned).collect()
    }

    /// Keeps the functions that the states invoke.
    pub(super) fn used_by(self, states: &States) -> IndexMap<String, Function> {
        let mut used = BTreeSet::new();
        invoked(states, &mut used);
        self.0
            .into_iter()
            .filter(|known| used.contains(known.id))
            .filter_map(|known| Some((known.id.to_owned(), known.function?)))
            .collect()
    }
}

fn invoked<'s>(states: &'s States, used: &mut BTreeSet<&'s str>) {
    for State { kind, .. } in states.states.values() {
        match kind {
            StateKind::Invoke(Invoke { function, .. }) => {
                used.insert(function);
            }
            StateKind::Map(map) => invoked(&map.states, used),
            StateKind::Succeed | StateKind::Fail { .. } => {}
        }
    }
}

/// Resolves every function.
pub(super) fn functions<'a>(context: &Context<'a>) -> Functions<'a> {
    Functions(context.workflow.functions.iter().map(|(id, raw)| context.function(id, raw)).collect())
}

impl<'a> Context<'a> {
    fn function(&self, id: &'a Spanned<String>, raw: &'a RawFunction) -> Known<'a> {
        if let Some(handler) = &raw.handler {
            handler_missing::check(handler, self.files, self.sink);
        }
        let description = raw.description.as_ref().and_then(|raw| self.text(raw, "`description`"));
        if let Some((text, value)) = &description {
            description_too_long::check(value, text, self.sink);
        }
        let memory = raw.memory.as_ref().and_then(|raw| self.memory(raw));
        let timeout = raw.timeout.as_ref().and_then(|raw| self.duration(raw, "`timeout`"));
        if let Some((timeout, value)) = &timeout {
            function_timeout_limit::check(value, *timeout, self.sink);
        }
        let architecture =
            raw.architecture.as_ref().map_or(Some(Architecture::X86_64), |raw| self.architecture(raw));
        let ephemeral_storage = raw.ephemeral_storage.as_ref().and_then(|raw| self.ephemeral_storage(raw));
        let environment = self.environment_variables(&raw.environment);
        let model = self.model(&raw.model);
        let provisioned = raw.provisioned.as_ref().and_then(|raw| self.provisioned(raw));
        let access = raw.access.iter().filter_map(|access| self.access(access)).collect();
        let build = || {
            Some(Function {
                id: id.value.clone(),
                handler: Utf8PathBuf::from(&raw.handler.as_ref()?.value),
                description: description.map(|(text, _)| text.to_owned()),
                memory: memory?,
                timeout: timeout?.0,
                architecture: architecture?,
                ephemeral_storage,
                environment,
                model,
                provisioned: provisioned.map(|(_, provisioned)| provisioned),
                access,
            })
        };
        Known { id: &id.value, timeout, provisioned, function: build() }
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

    /// Reads how many environments are kept initialised: none where it is 0, null or left out.
    fn provisioned(&self, raw: &'a RawValue) -> Option<(Resolved<'a>, Provisioned)> {
        if matches!(self.values.get(raw)?.scalar, Scalar::Null) {
            return None;
        }
        // A higher quota is AWS's to give, so more than the default is a warning only.
        let (environments, value) =
            self.whole_of(raw, "`provisioned`", 0..=u32::MAX, provisioned_over_account::RANGE)?;
        Some((value, Provisioned::new(environments).ok()?))
    }

    fn access(&self, raw: &'a RawAccess) -> Option<Access> {
        let kind = match raw.kind.value.as_str() {
            "list" => AccessKind::List,
            "read" => AccessKind::Read,
            _ => AccessKind::Write,
        };
        let prefix = raw.prefix.as_ref().map_or(Some(String::new()), |raw| self.prefix(raw));
        let bucket = raw.bucket.as_ref()?;
        if find(&self.workflow.buckets, &bucket.value).is_none() {
            let known = self.workflow.buckets.iter().map(|(id, _)| id.value.as_str());
            self.sink.push(unknown_bucket::finding(bucket, known));
            return None;
        }
        Some(Access { kind, bucket: bucket.value.clone(), prefix: prefix? })
    }

    fn model(&self, raw: &'a RawModel) -> Option<Model> {
        model_without_contract::check(raw, self.sink);
        let tensors = TensorContract {
            inputs: self.tensors(&raw.inputs),
            outputs: self.tensors(&raw.outputs),
            labels: self.tensors(&raw.labels),
        };
        let declared = [&raw.inputs, &raw.outputs, &raw.labels].into_iter().map(Vec::len).sum::<usize>();
        let all_read = declared == tensors.inputs.len() + tensors.outputs.len() + tensors.labels.len();
        let (text, value) = self.text(raw.path.as_ref()?, "`model`")?;
        let path = Utf8Path::new(text);
        if text.is_empty() || !path.components().all(|part| matches!(part, Utf8Component::Normal(_))) {
            self.sink.push(model_missing::outside(&value, path));
            return None;
        }
        match &*self.loaded.graph(path, self.files) {
            Graph::Missing => self.sink.push(model_missing::missing(&value, path, self.files)),
            Graph::Unreadable(why) => {
                self.sink.push(model_missing::finding(&value, path, &format!("cannot be read: {why}")));
            }
            Graph::NoModel(error) => self.sink.push(model_contract::unreadable(&value, path, error)),
            Graph::Read(graph) if declared > 0 && all_read => {
                for mismatch in model_contract::without_misspelt(compare_graph(&tensors, graph)) {
                    self.sink.push(model_contract::finding(raw, path, value.place.at, &mismatch));
                }
            }
            Graph::Read(_) => {}
        }
        Some(Model { path: path.to_owned(), tensors })
    }

    fn tensors(&self, raw: &Named<Spanned<String>>) -> IndexMap<String, TensorType> {
        let mut tensors = IndexMap::new();
        for (name, ty) in raw {
            let safe = |b: u8| b.is_ascii_alphanumeric() || b"_.:/-".contains(&b);
            if name.value.is_empty() || !name.value.bytes().all(safe) {
                let rule = "letters, digits, `_`, `.`, `/`, `:` and `-`";
                self.sink.push(invalid_name::finding(name.span, &name.value, "a tensor", rule));
            }
            if let Some(ty) = bad_tensor_type::check(ty, self.sink) {
                tensors.insert(name.value.clone(), ty);
            }
        }
        tensors
    }
}
