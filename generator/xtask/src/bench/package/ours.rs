//! This repository's packages: the infer function with each model, as `iacgen package` makes them.

use std::error::Error;
use std::io::Write as _;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use camino::Utf8Path;
use iacgen_aws_types::Architecture;
use iacgen_onnx::{Answer, Job, Optimize, Optimized, RECIPE};
use iacgen_package::{
    AssetsLock, Compiler, Compression, ModelOptimization, ModelOptimizer, ModelRequest, OptimizeTask,
    OptimizeVerdict, PackageEvent, PackageOptions, PackageRequest, PackagedAsset, Placement, RuntimeLibrary,
    Upload, package, zigbuild_is_installed,
};

use super::models::{Model, ONNX_RUNTIME};
use super::partition::TENSORS;
use super::stand::Size;
use crate::{root, say, tools};

/// How the names of a model's files begin in a package: `model.onnx`, `model.onnx.data`.
const MODEL_FILES: &str = "model.onnx";

/// Packages infer with each model and returns the packages in that order.
///
/// # Errors
/// When one cannot be packaged.
pub(super) fn packages(
    models: &[Model],
    architecture: Architecture,
    folder: &Utf8Path,
) -> Result<Vec<PackagedAsset>> {
    let tensors = serde_json::from_str(TENSORS).context("the tensor contract")?;
    let request = |model: &Model| PackageRequest {
        name: format!("infer-{}", model.name),
        handler: "functions/infer".into(),
        architecture,
        model: Some(ModelRequest {
            path: model.path.clone(),
            library: RuntimeLibrary::Pinned(ONNX_RUNTIME),
            optimization: ModelOptimization::Auto,
            tensors: Some(Clone::clone(&tensors)),
            placement: Placement::Zip,
        }),
        layers: 0,
    };
    let requests: Vec<PackageRequest> = models.iter().map(request).collect();
    let lock = folder.join("assets.lock");
    let target = tools::target_folder();
    let options = PackageOptions {
        assets: folder.join("assets"),
        cache: target.join("iacgen/cache"),
        target,
        recorded: AssetsLock::read(&lock).unwrap_or_default(),
        compression: Compression::Release,
        compiler: if zigbuild_is_installed() { Compiler::Zigbuild } else { Compiler::Cargo },
        upload: Upload::ThroughS3,
    };
    let report = package(&root(), &requests, &options, &ChildOptimizer, &mut tell)
        .context("cannot package the infer function")?;
    report.lock.write(&lock).with_context(|| format!("cannot write {lock}"))?;
    Ok(report.functions)
}

/// Returns the size of a package and of the model in it.
pub(super) fn size(asset: &PackagedAsset) -> Size {
    let model = || asset.entries.iter().filter(|entry| entry.path.starts_with(MODEL_FILES));
    Size {
        zip: asset.zip_bytes,
        unzipped: asset.unzipped_bytes,
        model_zip: model().map(|entry| entry.compressed).sum(),
        model_unzipped: model().map(|entry| entry.bytes).sum(),
    }
}

fn tell(event: PackageEvent) {
    match event {
        PackageEvent::Compiling { functions, .. } => say(&format!("    compiling {}", functions.join(", "))),
        PackageEvent::Model { path, form, .. } => say(&format!("    {path}: {form:?}")),
        PackageEvent::Packaged { asset, .. } => say(&format!("    packaged {}", asset.name)),
        _ => {}
    }
}

/// Does the optimiser's job on standard input: what the hidden subcommand of this program is for.
///
/// # Errors
/// When the job cannot be read or the answer not be written.
pub(in crate::bench) fn serve_optimizer() -> Result<()> {
    iacgen_onnx::answer(std::io::stdin().lock(), std::io::stdout().lock()).context("cannot do the job")
}

/// Optimises models in children of this program, as `iacgen package` does in children of its own.
struct ChildOptimizer;

impl ModelOptimizer for ChildOptimizer {
    fn recipe(&self) -> String {
        format!("recipe {RECIPE}")
    }

    fn optimize(&self, task: &OptimizeTask<'_>) -> Result<OptimizeVerdict, Box<dyn Error + Send + Sync>> {
        let job = Job::Optimize(Optimize {
            library: task.library.to_owned(),
            model: task.model.to_owned(),
            output: task.output.to_owned(),
            tensors: task.tensors.cloned(),
        });
        let mut child = Command::new(std::env::current_exe()?)
            .args(["bench", "optimize"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        if let Some(mut input) = child.stdin.take() {
            input.write_all(&serde_json::to_vec(&job)?)?;
        }
        let output = child.wait_with_output()?;
        match serde_json::from_slice(&output.stdout) {
            Ok(Answer::Optimized(Optimized::Written { comparison })) => Ok(OptimizeVerdict::Same {
                values: comparison.values,
                max_absolute: comparison.max_absolute,
                max_relative: comparison.max_relative,
            }),
            Ok(Answer::Optimized(Optimized::Unfit { reason, .. })) => Ok(OptimizeVerdict::Unfit { reason }),
            Ok(Answer::Failed(message)) => Err(message.into()),
            _ => Err(format!("the optimiser gave no answer ({})", output.status).into()),
        }
    }
}
