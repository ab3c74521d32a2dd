//! What takes the space in a package, and what would make it smaller.

use std::collections::BTreeMap;
use std::fs;
use std::io::Cursor;

use camino::Utf8Path;
use iacgen_aws_types::Architecture;
use iacgen_tensors::{OnnxModel, OnnxRuntimeVersion};
use object::{Object as _, ObjectSection as _, SectionKind};

use crate::asset::{Entry, PackageReport, PackagedAsset};
use crate::companion::{MODEL_INPUT, RUNTIME_INPUT};
use crate::error::PackageError;
use crate::limits::{self, UNZIPPED_BYTES, ZIPPED_DIRECT_BYTES};
use crate::onnxruntime::{self, Pin};
use crate::package::{BOOTSTRAP_PATH, LIBRARY_PATH, MODEL_PATH};

/// A function's package with its layers, against Lambda's limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The function.
    pub function: String,
    /// Its architecture.
    pub architecture: Architecture,
    /// Every file, the largest first. Those of layers begin with `/opt/`.
    pub files: Vec<ExplainedFile>,
    /// Bytes of the zip.
    pub zip_bytes: u64,
    /// Bytes of the largest of the zip and its layers', each uploaded for itself: of [`ZIPPED_DIRECT_BYTES`] for a direct
    /// upload.
    pub largest_zip_bytes: u64,
    /// Bytes of everything unzipped, layers included, of [`UNZIPPED_BYTES`].
    pub unzipped_bytes: u64,
    /// How many layers were packaged for it, of [`limits::LAYERS`] with those of its own.
    pub layers: usize,
    /// What would make it smaller, the most first.
    pub advice: Vec<Advice>,
}

impl Explanation {
    /// Returns the part of the unzipped limit that is used, in percent.
    pub fn unzipped_percent(&self) -> u64 {
        self.unzipped_bytes * 100 / UNZIPPED_BYTES
    }

    /// Returns the part of a direct upload's limit that the largest zip uses, in percent.
    pub fn zipped_percent(&self) -> u64 {
        self.largest_zip_bytes * 100 / ZIPPED_DIRECT_BYTES
    }
}

/// A file of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExplainedFile {
    /// Its path in the code folder, or below `/opt`.
    pub path: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its size in the zip in bytes.
    pub compressed: u64,
    /// What it is made of, where that is known: sections of a program, by size.
    pub parts: Vec<(&'static str, u64)>,
}

/// Something that would make a package smaller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// What to do.
    pub what: String,
    /// Bytes that it saves unzipped, as far as that can be said before it is done.
    pub saves_bytes: u64,
}

/// Explains every function of a report. The zips lie in `assets`, the models in `project`.
///
/// # Errors
/// [`PackageError::Read`] and [`PackageError::ZipUnreadable`] for a zip that is not what was packaged.
pub fn explain(
    project: &Utf8Path,
    assets: &Utf8Path,
    report: &PackageReport,
) -> Result<Vec<Explanation>, PackageError> {
    let libraries = shared_libraries(report);
    let in_use: Vec<InUse> = report.functions.iter().filter_map(|f| InUse::of(project, f)).collect();
    report
        .functions
        .iter()
        .map(|function| {
            let layers: Vec<&PackagedAsset> = report
                .layers
                .iter()
                .filter(|layer| {
                    layer.architecture == function.architecture && function.layers.contains(&layer.name)
                })
                .collect();
            let bootstrap = member(assets, function, BOOTSTRAP_PATH)?;
            let parts = sections(&bootstrap);
            let file = |entry: &Entry, prefix: &str, parts: &[(&'static str, u64)]| ExplainedFile {
                path: format!("{prefix}{}", entry.path),
                bytes: entry.bytes,
                compressed: entry.compressed,
                parts: if entry.path == BOOTSTRAP_PATH { parts.to_vec() } else { Vec::new() },
            };
            let mut files: Vec<_> = function.entries.iter().map(|entry| file(entry, "", &parts)).collect();
            files.extend(
                layers.iter().flat_map(|layer| layer.entries.iter().map(|entry| file(entry, "/opt/", &[]))),
            );
            files.sort_by(|a, b| b.bytes.cmp(&a.bytes).then_with(|| a.path.cmp(&b.path)));
            let mut advice = Vec::new();
            advice.extend(of_bootstrap(&parts));
            advice.extend(files.iter().filter_map(of_model));
            advice.extend(of_library(function, &in_use)?);
            advice
                .extend(libraries.get(&function.architecture).and_then(|users| of_sharing(function, *users)));
            advice.sort_by(|a, b| b.saves_bytes.cmp(&a.saves_bytes).then_with(|| a.what.cmp(&b.what)));
            Ok(Explanation {
                function: function.name.clone(),
                architecture: function.architecture,
                zip_bytes: function.zip_bytes,
                largest_zip_bytes: layers
                    .iter()
                    .map(|layer| layer.zip_bytes)
                    .fold(function.zip_bytes, u64::max),
                unzipped_bytes: limits::unzipped(function, &layers),
                layers: layers.len(),
                files,
                advice,
            })
        })
        .collect()
}

/// Reads a member of an asset's zip.
fn member(assets: &Utf8Path, asset: &PackagedAsset, name: &str) -> Result<Vec<u8>, PackageError> {
    let path = assets.join(asset.file_name());
    let bytes = fs::read(&path).map_err(|source| PackageError::Read { path: path.clone(), source })?;
    let unreadable = |problem: String| PackageError::ZipUnreadable { path: path.clone(), problem };
    let mut archive =
        zip::ZipArchive::new(Cursor::new(&bytes)).map_err(|error| unreadable(error.to_string()))?;
    let index = archive.index_for_name(name).ok_or_else(|| unreadable(format!("it has no {name}")))?;
    let entry = asset.entries.iter().find(|entry| entry.path == name);
    let size = entry.map_or(0, |entry| entry.bytes);
    onnxruntime::member(&mut archive, index, size).map_err(unreadable)
}

/// Returns what a program is made of, the largest first.
fn sections(program: &[u8]) -> Vec<(&'static str, u64)> {
    let Ok(file) = object::File::parse(program) else { return Vec::new() };
    let mut sizes = BTreeMap::<&'static str, u64>::new();
    for section in file.sections() {
        let name = section.name().unwrap_or_default();
        let what = match section.kind() {
            _ if name.starts_with(".debug") || name.starts_with(".zdebug") => DEBUG,
            _ if name.starts_with(".symtab") || name.starts_with(".strtab") => SYMBOLS,
            _ if name.starts_with(".eh_frame") || name == ".gcc_except_table" => "unwind tables",
            _ if name.starts_with(".rela") || name.starts_with(".rel.") => "relocations",
            _ if name == ".dep-v0" => "list of crates",
            SectionKind::Text => "code",
            SectionKind::Data | SectionKind::Tls => "data",
            SectionKind::ReadOnlyData | SectionKind::ReadOnlyDataWithRel | SectionKind::ReadOnlyString => {
                "constants"
            }
            _ if section.file_range().is_none() => continue,
            _ => "other",
        };
        let (_, size) = section.file_range().unwrap_or_default();
        *sizes.entry(what).or_default() += size;
    }
    let mut sizes: Vec<_> = sizes.into_iter().filter(|(_, size)| *size > 0).collect();
    sizes.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    sizes
}

const DEBUG: &str = "debug information";
const SYMBOLS: &str = "symbols";

fn of_bootstrap(parts: &[(&'static str, u64)]) -> Vec<Advice> {
    let size = |wanted: &str| parts.iter().find(|(what, _)| *what == wanted).map_or(0, |(_, size)| *size);
    let mut advice = Vec::new();
    let unneeded = size(DEBUG) + size(SYMBOLS);
    if unneeded > 0 {
        let what = "strip the bootstrap: `strip = true` in [profile.lambda] of Cargo.toml".to_owned();
        advice.push(Advice { what, saves_bytes: unneeded });
    }
    advice
}

/// Weights take nearly all of a model, as 32-bit numbers unless somebody saw to it.
fn of_model(file: &ExplainedFile) -> Option<Advice> {
    const WORTH_WHILE: u64 = 4 << 20;
    // The names that the packager gives: of the model, and of its weights where they were taken out of it.
    let is_model = file.path.ends_with(MODEL_PATH) || file.path.contains(&format!("{MODEL_PATH}."));
    (is_model && file.bytes >= WORTH_WHILE).then(|| Advice {
        what: format!("store the weights of {} as 16-bit floats (a quarter with 8-bit integers); compare the predictions", file.path),
        saves_bytes: file.bytes / 2,
    })
}

/// A function's pinned library, and the model as the project has it: an optimised one names newer operators than it uses.
struct InUse {
    version: OnnxRuntimeVersion,
    /// `None` where it cannot be read any more.
    model: Option<OnnxModel>,
}

impl InUse {
    fn of(project: &Utf8Path, function: &PackagedAsset) -> Option<Self> {
        let version = version_of(function)?;
        let path = function.inputs.parts.keys().find_map(|name| name.strip_prefix(MODEL_INPUT));
        let file = path.and_then(|path| fs::File::open(project.join(path)).ok());
        Some(Self { version, model: file.and_then(|file| OnnxModel::read_from(file).ok()) })
    }
}

/// Returns the version of a function's ONNX Runtime, where it is a pinned one.
fn version_of(function: &PackagedAsset) -> Option<OnnxRuntimeVersion> {
    let identity = function.inputs.parts.get(RUNTIME_INPUT)?;
    OnnxRuntimeVersion::ALL.into_iter().find(|version| {
        Pin::of(*version, function.architecture).is_ok_and(|pin| identity.starts_with(&pin.identity()))
    })
}

/// A smaller version that reads the models of all functions that have this one: the workflow chooses for all of them.
fn of_library(function: &PackagedAsset, in_use: &[InUse]) -> Result<Option<Advice>, PackageError> {
    let Some(version) = version_of(function) else { return Ok(None) };
    let bytes = Pin::of(version, function.architecture)?.bytes();
    let mut best = None;
    for other in OnnxRuntimeVersion::ALL {
        let users = in_use.iter().filter(|one| one.version == version);
        let all_read =
            users.map(|one| &one.model).all(|model| model.as_ref().is_some_and(|m| other.reads(m)));
        let saves_bytes = bytes.saturating_sub(Pin::of(other, function.architecture)?.bytes());
        let saved_before = best.as_ref().map_or(0, |best: &Advice| best.saves_bytes);
        if all_read && saves_bytes > saved_before {
            let what = format!(
                "take ONNX Runtime {other}, which reads the models too: `onnxruntime: {{ version: \"{other}\" }}`"
            );
            best = Some(Advice { what, saves_bytes });
        }
    }
    Ok(best)
}

/// Returns how many functions have ONNX Runtime in their own zip.
fn shared_libraries(report: &PackageReport) -> BTreeMap<Architecture, u64> {
    let mut users = BTreeMap::new();
    for function in &report.functions {
        if function.entries.iter().any(|entry| entry.path == LIBRARY_PATH) {
            *users.entry(function.architecture).or_default() += 1;
        }
    }
    users
}

fn of_sharing(function: &PackagedAsset, users: u64) -> Option<Advice> {
    let library = function.entries.iter().find(|entry| entry.path == LIBRARY_PATH)?;
    (users >= 2).then(|| Advice {
        what: format!(
            "share ONNX Runtime with the other {} in a layer: `onnxruntime: {{ place: smallest }}`; that saves its space in the bucket and not against the limit",
            if users == 2 { "function".to_owned() } else { format!("{} functions", users - 1) }
        ),
        saves_bytes: library.compressed * (users - 1),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_told_by_its_sections() {
        let program = fs::read(std::env::current_exe().unwrap()).unwrap();
        let parts = sections(&program);
        let total: u64 = parts.iter().map(|(_, size)| size).sum();
        assert!(parts.iter().any(|(what, _)| *what == "code"), "{parts:?}");
        assert!(total <= program.len() as u64, "{parts:?}");
        assert!(!of_bootstrap(&parts).is_empty(), "a test is not stripped: {parts:?}");
        assert_eq!(sections(b"no program"), Vec::new());
    }

    /// A function with a pinned library, which lies in a layer.
    fn function(architecture: Architecture, version: OnnxRuntimeVersion) -> PackagedAsset {
        let identity = Pin::of(version, architecture).unwrap().identity() + ", in a layer";
        PackagedAsset {
            name: "f".to_owned(),
            architecture,
            sha256: iacgen_assembly::Sha256::of("f"),
            code_sha256: String::new(),
            zip_bytes: 0,
            unzipped_bytes: 0,
            entries: Vec::new(),
            layers: Vec::new(),
            variables: BTreeMap::new(),
            inputs: crate::asset::Inputs {
                parts: BTreeMap::from([(RUNTIME_INPUT.to_owned(), identity)]),
                also_read: BTreeMap::new(),
            },
        }
    }

    /// A model that gives one value and computes nothing, field by field (`onnx.proto3` of the ONNX specification).
    fn of_opset(version: OnnxRuntimeVersion, opset: u8) -> InUse {
        let graph = [7 << 3 | 2, 5, 12 << 3 | 2, 3, 1 << 3 | 2, 1, b'y'];
        let bytes = [&[1 << 3, 8][..], &graph, &[8 << 3 | 2, 2, 2 << 3, opset]].concat();
        InUse { version, model: Some(OnnxModel::read(&bytes).unwrap()) }
    }

    #[test]
    fn a_smaller_library_is_advised_where_it_reads_every_model_of_this_one() {
        let (old, new) = (OnnxRuntimeVersion::V1_20_1, OnnxRuntimeVersion::V1_24_4);
        let saved = |architecture, in_use: &[InUse]| {
            of_library(&function(architecture, new), in_use).unwrap().map(|advice| advice.saves_bytes)
        };
        // The sizes of the libraries and of their notices in the wheels.
        let x86_64 = (22_159_232 + 325_054) - (16_559_416 + 338_538);
        let arm64 = (18_625_376 + 325_054) - (14_041_600 + 338_538);
        assert_eq!(saved(Architecture::X86_64, &[of_opset(new, 21)]), Some(x86_64));
        assert_eq!(saved(Architecture::Arm64, &[of_opset(new, 21)]), Some(arm64));
        assert_eq!(saved(Architecture::X86_64, &[of_opset(new, 21), of_opset(new, 22)]), None);
        assert_eq!(saved(Architecture::X86_64, &[of_opset(new, 21), of_opset(old, 22)]), Some(x86_64));
        assert_eq!(saved(Architecture::X86_64, &[InUse { version: new, model: None }]), None);

        let advice = of_library(&function(Architecture::Arm64, new), &[]).unwrap().unwrap();
        assert!(advice.what.contains("`onnxruntime: { version: \"1.20.1\" }`"), "{advice:?}");
        assert_eq!(of_library(&function(Architecture::Arm64, old), &[]).unwrap(), None);
        let mut own = function(Architecture::X86_64, new);
        own.inputs.parts.insert(RUNTIME_INPUT.to_owned(), "vendor/lib.so 1234".to_owned());
        assert_eq!(of_library(&own, &[]).unwrap(), None);
    }

    #[test]
    fn a_large_model_could_have_smaller_numbers() {
        let file = |path: &str, bytes| ExplainedFile {
            path: path.to_owned(),
            bytes,
            compressed: 1,
            parts: Vec::new(),
        };
        let advice = of_model(&file("/opt/models/m/model.onnx", 66 << 20)).unwrap();
        assert_eq!(advice.saves_bytes, 33 << 20);
        assert_eq!(of_model(&file("model.onnx", 1 << 20)), None);
        assert_eq!(of_model(&file("bootstrap", 66 << 20)), None);
    }
}
