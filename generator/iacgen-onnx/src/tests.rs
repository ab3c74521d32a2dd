//! With the real library, where it is: `ORT_DYLIB_PATH`, or what `iacgen package` has fetched. Without it there is nothing
//! to test.

use std::fs;
use std::process::Command;
use std::sync::LazyLock;

use camino::{Utf8Path, Utf8PathBuf};
use iacgen_tensors::{OnnxModel, OnnxRuntimeVersion};

use crate::optimize::{DATA_FILE, MODEL_FILE, Optimize, Optimized, judge, write};
use crate::runtime::Runtime;

/// A process has one environment, so the tests share it.
static RUNTIME: LazyLock<Option<Runtime>> = LazyLock::new(|| Some(Runtime::load(&library()?).unwrap()));

fn root() -> &'static Utf8Path {
    Utf8Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

fn library() -> Option<Utf8PathBuf> {
    let given = std::env::var("ORT_DYLIB_PATH").ok().map(Utf8PathBuf::from);
    given.or(Some(fetched(OnnxRuntimeVersion::default()))).filter(|path| path.is_file())
}

/// Where `iacgen package` keeps a version's library.
fn fetched(version: OnnxRuntimeVersion) -> Utf8PathBuf {
    let architecture = if cfg!(target_arch = "aarch64") { "arm64" } else { "x86_64" };
    root()
        .join(format!("target/iacgen/cache/onnxruntime/{version}/{architecture}/libonnxruntime.so.{version}"))
}

fn folder() -> (tempfile::TempDir, Utf8PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = Utf8PathBuf::from_path_buf(folder.path().to_owned()).unwrap();
    (folder, path)
}

fn photoz() -> Utf8PathBuf {
    root().join("models/photoz/photoz.onnx")
}

fn request(model: Utf8PathBuf, output: &Utf8Path) -> Optimize {
    Optimize { library: Utf8PathBuf::new(), model, output: output.to_owned(), tensors: None }
}

#[test]
fn the_optimised_files_are_the_same_everywhere_and_hold_no_path() {
    let Some(runtime) = &*RUNTIME else { return };
    let (_one, one) = folder();
    let (_two, two) = folder();
    let deep = two.join("a folder/of another name");
    fs::create_dir_all(&deep).unwrap();
    let copy = two.join("other.onnx");
    fs::copy(photoz(), &copy).unwrap();
    write(runtime, &photoz(), &one).unwrap();
    write(runtime, &copy, &deep).unwrap();
    for name in [MODEL_FILE, DATA_FILE] {
        let bytes = fs::read(one.join(name)).unwrap();
        assert!(bytes == fs::read(deep.join(name)).unwrap(), "{name} differs");
        let path = one.as_str().as_bytes();
        assert!(!bytes.windows(path.len()).any(|window| window == path), "{name} holds {one}");
    }
    let model = OnnxModel::read(&fs::read(one.join(MODEL_FILE)).unwrap()).unwrap();
    assert!(!model.weights.external.is_empty());
}

#[test]
fn an_optimised_model_gives_the_same_numbers_and_one_with_another_weight_does_not() {
    let Some(runtime) = &*RUNTIME else { return };
    let (_folder, folder) = folder();
    let request = request(photoz(), &folder);
    write(runtime, &request.model, &folder).unwrap();
    let Optimized::Written { comparison } = judge(runtime, &request).unwrap() else {
        panic!("photoz was not taken")
    };
    assert!(comparison.values >= 4, "{comparison:?}");

    let data = folder.join(DATA_FILE);
    let mut bytes = fs::read(&data).unwrap();
    // The exponents of a thousand weights.
    bytes.iter_mut().skip(3).step_by(4).take(1000).for_each(|byte| *byte ^= 1);
    fs::write(&data, bytes).unwrap();
    let found = judge(runtime, &request).unwrap();
    assert!(matches!(found, Optimized::Unfit { comparison: Some(_), .. }), "{found:?}");
}

#[test]
fn what_is_no_model_is_refused() {
    let Some(runtime) = &*RUNTIME else { return };
    let (_folder, folder) = folder();
    let model = folder.join("m.onnx");
    fs::write(&model, "no model").unwrap();
    let error = write(runtime, &model, &folder).unwrap_err();
    assert!(error.to_string().starts_with("ONNX Runtime does not load the model"), "{error}");
}

/// A process loads one library, so each version has a process of its own: this program again, which runs the test below.
#[test]
fn the_limits_are_those_of_the_libraries() {
    for version in OnnxRuntimeVersion::ALL {
        let library = fetched(version);
        if !library.is_file() {
            continue;
        }
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "tests::the_limits_are_those_of_one_library", "--include-ignored"])
            .env("ORT_DYLIB_PATH", library)
            .env("ORT_VERSION", version.as_str())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && said.contains("1 passed"), "{version}: {said}");
    }
}

/// The table of `iacgen-tensors` against the library itself.
#[test]
#[ignore = "one of a process per version, which the test above starts"]
fn the_limits_are_those_of_one_library() {
    let version = std::env::var("ORT_VERSION").unwrap();
    let limits = OnnxRuntimeVersion::ALL.iter().find(|known| known.as_str() == version).unwrap().limits();
    let Some(runtime) = &*RUNTIME else { panic!("no library of {version}") };
    let (_folder, folder) = folder();
    let loads = |ir_version: i64, opset: i64, others: &[(&str, i64)]| {
        let path = folder.join("m.onnx");
        fs::write(&path, identity(ir_version, opset, others)).unwrap();
        runtime.open(&path, 1).is_ok()
    };
    let newest = |load: &dyn Fn(i64) -> bool| (1..40).rev().find(|version| load(*version));
    assert_eq!(newest(&|ir| loads(ir, 17, &[])), Some(limits.ir_version));
    assert_eq!(newest(&|opset| loads(8, opset, &[])), Some(limits.opset));
    for (domain, expected) in [("ai.onnx.ml", limits.ml_opset), ("com.microsoft", 1)] {
        assert_eq!(newest(&|opset| loads(8, 17, &[(domain, opset)])), Some(expected), "{domain}");
        assert_eq!(limits.newest(domain), Some(expected));
    }
    assert!(loads(limits.ir_version, limits.opset, &[("ai.onnx.ml", limits.ml_opset), ("com.microsoft", 1)]));
}

/// The bytes of a model of one `Identity`, field by field (`onnx.proto3` of the ONNX specification). Every number and
/// length in it is below 128, so each is one byte.
fn identity(ir_version: i64, opset: i64, others: &[(&str, i64)]) -> Vec<u8> {
    let number = |field: u8, value: i64| vec![field << 3, u8::try_from(value).unwrap()];
    let block = |field: u8, content: &[u8]| {
        [&[field << 3 | 2, u8::try_from(content.len()).unwrap()], content].concat()
    };
    let value = |name: &[u8]| {
        let shape = block(2, &block(1, &number(1, 1)));
        let ty = block(1, &[number(1, 1), shape].concat());
        [block(1, name), block(2, &ty)].concat()
    };
    let node = [block(1, b"x"), block(2, b"y"), block(4, b"Identity")].concat();
    let graph = [block(1, &node), block(2, b"g"), block(11, &value(b"x")), block(12, &value(b"y"))].concat();
    let mut model = [number(1, ir_version), block(7, &graph), block(8, &number(2, opset))].concat();
    for (domain, version) in others {
        model.extend(block(8, &[block(1, domain.as_bytes()), number(2, *version)].concat()));
    }
    model
}
