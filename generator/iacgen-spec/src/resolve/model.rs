//! Models: the file, what lies beside it, and the contract.

use std::collections::BTreeMap;
use std::io::{self, Seek as _, SeekFrom};

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};
use iacgen_tensors::{
    ExternalTensor, OnnxModel, OnnxRuntimeVersion, Role, TensorContract, TensorType, ValueKind, compare_graph,
};
use indexmap::IndexMap;

use super::state::optional;
use super::{Context, Resolved};
use crate::check::{
    bad_tensor_type, invalid_name, model_contract, model_data_missing, model_data_outside,
    model_element_type, model_missing, model_operators, model_too_new, model_without_contract,
};
use crate::load::Graph;
use crate::model::{Model, ModelOptimization, OnnxRuntimeLibrary};
use crate::raw::{Named, RawModel};
use crate::yaml::Spanned;

/// The words of [`ModelOptimization`].
const OPTIMIZATIONS: [(&str, ModelOptimization); 3] = [
    ("auto", ModelOptimization::Auto),
    ("always", ModelOptimization::Always),
    ("never", ModelOptimization::Never),
];

impl<'a> Context<'a> {
    pub(super) fn model(&self, raw: &'a RawModel, library: Option<&OnnxRuntimeLibrary>) -> Option<Model> {
        model_without_contract::check(raw, self.sink);
        let tensors = TensorContract {
            inputs: self.tensors(&raw.inputs),
            outputs: self.tensors(&raw.outputs),
            labels: self.tensors(&raw.labels),
        };
        let declared = [&raw.inputs, &raw.outputs, &raw.labels].into_iter().map(Vec::len).sum::<usize>();
        let all_read = declared == tensors.inputs.len() + tensors.outputs.len() + tensors.labels.len();
        let optimize = optional(
            raw.optimize
                .as_ref()
                .map(|raw| self.word(raw, "`optimize`", "a way to optimise", &OPTIMIZATIONS)),
        );
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
            Graph::Read(model) => {
                if let Some(OnnxRuntimeLibrary::Pinned(version)) = library {
                    self.can_be_loaded(&value, model, *version);
                }
                self.external_data(&value, path, model);
                let foreign = self.foreign_types(&value, model);
                if declared > 0 && all_read && !foreign {
                    for mismatch in model_contract::without_misspelt(compare_graph(&tensors, &model.graph)) {
                        self.sink.push(model_contract::finding(raw, path, value.place.at(), &mismatch));
                    }
                }
            }
        }
        let optimize = optimize?.map_or(ModelOptimization::Auto, |optimize| optimize.value);
        Some(Model { path: path.to_owned(), optimize, tensors })
    }

    /// Holds the model to the library that iacgen packages; of a project's own library nothing is known.
    fn can_be_loaded(&self, value: &Resolved<'_>, model: &OnnxModel, version: OnnxRuntimeVersion) {
        self.sink.extend(model_too_new::findings(value, model, version));
        self.sink.extend(model_operators::findings(value, model, version));
    }

    /// Tells whether the graph takes or gives what no contract can name, and says so.
    fn foreign_types(&self, value: &Resolved<'_>, model: &OnnxModel) -> bool {
        let sides = [(Role::Input, &model.graph.inputs), (Role::Output, &model.graph.outputs)];
        let values = sides.into_iter().flat_map(|(role, values)| values.iter().map(move |of| (role, of)));
        let mut any = false;
        for (role, of_graph) in values.filter(|(_, of)| !matches!(of.kind, ValueKind::Tensor(_))) {
            if let Some(finding) = model_element_type::finding(value, role, of_graph) {
                self.sink.push(finding);
                any = true;
            }
        }
        any
    }

    /// Looks for the files in which the model keeps weights.
    fn external_data(&self, value: &Resolved<'_>, path: &Utf8Path, model: &OnnxModel) {
        let folder = path.parent().unwrap_or(Utf8Path::new(""));
        let mut files: BTreeMap<Utf8PathBuf, Vec<&ExternalTensor>> = BTreeMap::new();
        let mut outside: BTreeMap<&str, &ExternalTensor> = BTreeMap::new();
        for tensor in &model.weights.external {
            match below(folder, &tensor.location) {
                Some(file) => files.entry(file).or_default().push(tensor),
                None => {
                    outside.entry(&tensor.location).or_insert(tensor);
                }
            }
        }
        for tensor in outside.values() {
            self.sink.push(model_data_outside::finding(value, tensor));
        }
        for (file, tensors) in &files {
            match self.bytes(file) {
                Ok(bytes) => {
                    let beyond = tensors.iter().find(|tensor| tensor.end().is_none_or(|end| end > bytes));
                    if let Some(tensor) = beyond {
                        self.sink.push(model_data_missing::too_short(value, file, bytes, tensor));
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    self.sink.push(model_data_missing::absent(value, file, tensors.len()));
                }
                Err(error) => {
                    self.sink.push(model_data_missing::unreadable(value, file, &error.to_string()));
                }
            }
        }
    }

    fn bytes(&self, file: &Utf8Path) -> io::Result<u64> {
        if self.files.is_dir(file) {
            return Err(io::Error::other("it is a folder"));
        }
        self.files.open(file)?.seek(SeekFrom::End(0))
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

/// Returns a location's path, or `None` where it leaves the folder.
fn below(folder: &Utf8Path, location: &str) -> Option<Utf8PathBuf> {
    let mut path = folder.to_owned();
    for component in Utf8Path::new(location).components() {
        match component {
            Utf8Component::Normal(part) => path.push(part),
            Utf8Component::CurDir => {}
            _ => return None,
        }
    }
    (path != folder).then_some(path)
}
