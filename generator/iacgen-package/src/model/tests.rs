use std::cell::Cell;

use super::*;

/// The bytes of a model with one weight in another file, field by field (`onnx.proto3` of the ONNX specification).
/// Every length is below 128, so each is one byte.
fn model(location: &str, length: u64) -> Vec<u8> {
    let block = |field: u8, content: &[u8]| {
        [&[field << 3 | 2, u8::try_from(content.len()).unwrap()], content].concat()
    };
    let entry =
        |key: &str, value: &str| block(13, &[block(1, key.as_bytes()), block(2, value.as_bytes())].concat());
    let tensor =
        [block(8, b"w"), entry("location", location), entry("length", &length.to_string()), vec![14 << 3, 1]]
            .concat();
    let graph = [block(5, &tensor), block(12, &block(1, b"y"))].concat();
    block(7, &graph)
}

struct Project {
    _folder: tempfile::TempDir,
    root: Utf8PathBuf,
}

impl Project {
    /// A project with a model whose weights, of this many bytes, lie in `weights.bin`.
    fn new(weights: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8PathBuf::from_path_buf(folder.path().to_owned()).unwrap();
        fs::create_dir_all(root.join("models")).unwrap();
        let project = Self { _folder: folder, root };
        project.write("models/m.onnx", &model("./weights.bin", weights));
        project.write("models/weights.bin", &vec![7; usize::try_from(weights).unwrap()]);
        project
    }

    fn write(&self, path: &str, bytes: &[u8]) {
        fs::write(self.root.join(path), bytes).unwrap();
    }

    fn read(&self) -> Result<Model, ModelError> {
        Model::read(&self.root, "models/m.onnx".into())
    }
}

fn large() -> Project {
    Project::new(LEAST_WEIGHTS)
}

#[test]
fn external_data_goes_with_the_model() {
    let project = Project::new(4);
    let model = project.read().unwrap();
    assert_eq!(model.weights, 4);
    let files = model.own_files().unwrap();
    let names: Vec<_> = files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["model.onnx", "weights.bin"]);
    assert_eq!(files[1].bytes, [7; 4]);
}

#[test]
fn external_data_that_is_not_all_there_is_refused() {
    for (location, length, says) in [
        ("../weights.bin", 4, "outside the model's folder"),
        ("/weights.bin", 4, "outside the model's folder"),
        ("model.onnx", 4, "under another name"),
        ("other.bin", 4, "models/other.bin, which is not there"),
        ("weights.bin", 5, "which is too short with 4 bytes"),
        (".", 0, "outside the model's folder"),
    ] {
        let project = Project::new(4);
        project.write("models/m.onnx", &model(location, length));
        let error = project.read().unwrap_err();
        assert!(error.to_string().contains(says), "{location}: {error}");
    }
}

#[test]
fn the_rule_looks_at_the_size_and_the_architectures() {
    use {Architecture as A, ModelOptimization as O};
    let decide = |project: &Project, optimization, target, host| {
        project.read().unwrap().decide(optimization, target, host)
    };
    let (small, large) = (Project::new(LEAST_WEIGHTS - 1), large());
    let x86 = Some(A::X86_64);
    let as_is = |reason| Decision::AsIs(reason);
    assert_eq!(decide(&small, O::Auto, A::X86_64, x86).unwrap(), as_is(AsIs::Small));
    assert_eq!(decide(&large, O::Auto, A::X86_64, x86).unwrap(), Decision::Optimize);
    assert_eq!(decide(&large, O::Auto, A::Arm64, x86).unwrap(), as_is(AsIs::OtherArchitecture));
    assert_eq!(decide(&large, O::Auto, A::X86_64, None).unwrap(), as_is(AsIs::OtherArchitecture));
    assert_eq!(decide(&small, O::Always, A::X86_64, x86).unwrap(), Decision::Optimize);
    assert_eq!(decide(&large, O::Never, A::X86_64, x86).unwrap(), as_is(AsIs::Never));
    let error = decide(&large, O::Always, A::Arm64, x86).unwrap_err();
    assert!(matches!(error, ModelError::OtherArchitecture { .. }), "{error}");
}

#[test]
fn the_identity_moves_with_every_input() {
    let project = Project::new(4);
    let identity = |decision: &Decision, runtime: &str, recipe: &str, architecture| {
        let model = project.read().unwrap();
        let mut digests = FileDigests::default();
        model.identity(decision, architecture, runtime, recipe, None, &mut digests).unwrap()
    };
    let same = |decision| identity(decision, "1.24.4 abc", "recipe 1", Architecture::X86_64);
    let optimize = Decision::Optimize;
    let before = same(&optimize);
    assert_eq!(before, same(&optimize));
    assert_ne!(before, same(&Decision::AsIs(AsIs::Never)));
    assert_ne!(before, identity(&optimize, "1.25.0 abc", "recipe 1", Architecture::X86_64));
    assert_ne!(before, identity(&optimize, "1.24.4 abc", "recipe 2", Architecture::X86_64));
    assert_ne!(before, identity(&optimize, "1.24.4 abc", "recipe 1", Architecture::Arm64));
    project.write("models/weights.bin", b"abcd");
    assert_ne!(before, same(&optimize));
}

/// Stands in for the child process: gives its verdict, and counts.
struct Fixed {
    verdict: Option<OptimizeVerdict>,
    asked: Cell<u32>,
}

impl ModelOptimizer for Fixed {
    fn recipe(&self) -> String {
        "fixed".to_owned()
    }

    fn optimize(&self, task: &OptimizeTask<'_>) -> Result<OptimizeVerdict, Box<dyn Error + Send + Sync>> {
        self.asked.set(self.asked.get() + 1);
        fs::write(task.output.join(WRITTEN[0]), "graph")?;
        fs::write(task.output.join(WRITTEN[1]), "weights")?;
        self.verdict.clone().ok_or_else(|| "it crashed".into())
    }
}

fn files(
    project: &Project,
    optimization: ModelOptimization,
    optimizer: &Fixed,
) -> Result<(ModelForm, Vec<ModelFile>), PackageError> {
    let workshop = Workshop {
        cache: &project.root.join("cache"),
        library: Utf8Path::new("libonnxruntime.so.1"),
        optimizer,
    };
    project.read().unwrap().files(optimization, &Decision::Optimize, "an identity", None, workshop)
}

fn fixed(verdict: Option<OptimizeVerdict>) -> Fixed {
    Fixed { verdict, asked: Cell::new(0) }
}

#[test]
fn a_result_is_remembered_until_it_is_damaged() {
    let project = large();
    let same = OptimizeVerdict::Same { values: 4, max_absolute: 0.0, max_relative: 0.0 };
    let optimizer = fixed(Some(same));
    let first = files(&project, ModelOptimization::Auto, &optimizer).unwrap();
    let second = files(&project, ModelOptimization::Auto, &optimizer).unwrap();
    assert_eq!((&first, optimizer.asked.get()), (&second, 1));
    assert_eq!(first.1.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(), WRITTEN);
    let folder = project.root.join("cache/models").read_dir_utf8().unwrap().next().unwrap().unwrap();
    assert_eq!(folder.path().read_dir_utf8().unwrap().count(), 3, "the work folder is gone");

    fs::write(folder.path().join(WRITTEN[1]), "weightz").unwrap();
    assert_eq!(files(&project, ModelOptimization::Auto, &optimizer).unwrap(), first);
    assert_eq!(optimizer.asked.get(), 2);
}

#[test]
fn a_model_with_other_numbers_stays_as_it_is_unless_that_is_forbidden() {
    let project = large();
    let optimizer = fixed(Some(OptimizeVerdict::Unfit { reason: "its numbers differ".to_owned() }));
    let (form, kept) = files(&project, ModelOptimization::Auto, &optimizer).unwrap();
    assert_eq!(form, ModelForm::AsIs(AsIs::Unfit("its numbers differ".to_owned())));
    assert_eq!(kept, project.read().unwrap().own_files().unwrap());
    let error = files(&project, ModelOptimization::Always, &optimizer).unwrap_err();
    assert!(error.to_string().contains("its numbers differ"), "{error}");
    assert_eq!(optimizer.asked.get(), 1);
}

#[test]
fn a_crash_is_an_error_and_is_not_remembered() {
    let project = large();
    let optimizer = fixed(None);
    for _ in 0..2 {
        let error = files(&project, ModelOptimization::Auto, &optimizer).unwrap_err();
        assert!(error.to_string().contains("`optimize: never`"), "{error}");
    }
    assert_eq!(optimizer.asked.get(), 2);
}
