//! The two forms of `model`, as the resolved workflow has them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use camino::Utf8Path;
use iacgen_diagnostics::{Sink, Sources};
use iacgen_spec::model::ModelOptimization;
use iacgen_spec::{MemoryFiles, ProjectFiles as _, load};

use crate::disk::Disk;

/// Returns how the model is optimised where it is written like this, or what is wrong.
fn optimization(model: &str, dev: &str) -> Result<ModelOptimization, Vec<String>> {
    let workflow = format!(
        r#"
workflow: w
functions:
  infer:
    handler: functions/infer
    memory: 256MB
    timeout: 1m
    model: {model}
    tensors: {{ inputs: {{ image: "f32[n,5,32,32]", magnitude: "f32[n,5]" }}, outputs: {{ redshift: "f32[n,1]" }} }}
start: Infer
states:
  Infer: {{ invoke: infer, end: true }}
"#
    );
    let disk = Disk(Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."));
    let path = "models/photoz/photoz.onnx";
    let files = MemoryFiles::default()
        .with("workflow.yaml", workflow)
        .with(
            "environments/dev.yaml",
            format!("target: aws\naccount: \"111111111111\"\nregion: eu-west-1\n{dev}"),
        )
        .with("functions/infer/Cargo.toml", "[package]")
        .with(path, disk.read(path.into()).unwrap());
    let (mut sources, sink) = (Sources::default(), Sink::default());
    let loaded = load(&files, &mut sources, &sink).unwrap();
    let resolved = loaded.resolve(loaded.environment("dev").unwrap(), &files, &sink);
    match resolved {
        Some(workflow) if !sink.has_errors() => {
            Ok(workflow.functions["infer"].model.as_ref().unwrap().optimize)
        }
        _ => Err(sink.into_sorted().into_iter().map(|finding| finding.message).collect()),
    }
}

#[test]
fn a_model_is_a_path_or_fields() {
    use ModelOptimization::{Always, Auto, Never};
    let path = "path: models/photoz/photoz.onnx";
    for (model, dev, expected) in [
        ("models/photoz/photoz.onnx".to_owned(), "", Auto),
        (format!("{{ {path} }}"), "", Auto),
        (format!("{{ {path}, optimize: always }}"), "", Always),
        (format!("{{ {path}, optimize: never }}"), "", Never),
        (format!("{{ {path}, optimize: \"${{env.how}}\" }}"), "values: { how: never }\n", Never),
    ] {
        assert_eq!(optimization(&model, dev), Ok(expected), "{model}");
    }
    let missing = optimization("{ optimize: never }", "").unwrap_err();
    assert!(missing.iter().any(|message| message.contains("path")), "{missing:?}");
}
