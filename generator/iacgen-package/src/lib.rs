//! Handlers, ONNX Runtime and models into reproducible zips.
//!
//! [`package`] builds the Rust handlers of a workflow for Lambda's OS-only runtime and zips each, with ONNX Runtime and
//! the model where the function has one, into `<assets>/<sha256>.zip`. The same tree gives the same bytes in any
//! folder; with nothing changed nothing is built. It prints nothing: what happens is told to an observer.
//!
//! To start reading, open `package.rs`; it is the pipeline: layers first (`layer.rs`), then each group of functions that are compiled together (`group.rs`).

#[cfg(not(unix))]
compile_error!("packages are built on Unix: file modes and ELF programs are what they are made of");

mod archive;
mod asset;
mod children;
mod companion;
mod compare;
mod compile;
mod configuration;
mod deflate;
mod dependencies;
mod digest;
mod elf;
mod error;
mod event;
mod explain;
mod flags;
mod group;
mod inputs;
mod layer;
pub mod limits;
mod linker;
mod loadable;
mod lock;
mod model;
mod onnxruntime;
mod package;
mod program;
mod provenance;
mod request;
mod runtime;
mod toolchain;
mod tree;
mod workspace;
mod zig;
mod zipped;

pub use archive::ArchiveError;
pub use asset::{Entry, Inputs, PackageReport, PackagedAsset};
pub use children::{Running, end_children, is_ending, start};
pub use compare::{Difference, DifferenceKind, MovedInput, differences};
pub use deflate::{Compression, DeflateError};
pub use elf::{Assumption, ElfFacts, ElfMachine, ElfProblem, inspect};
pub use error::PackageError;
pub use event::{PackageEvent, StaleReason};
pub use explain::{Advice, ExplainedFile, Explanation, explain};
pub use limits::Upload;
pub use lock::AssetsLock;
pub use model::{
    AsIs, ModelError, ModelForm, ModelOptimization, ModelOptimizer, OptimizeTask, OptimizeVerdict,
};
pub use package::{BOOTSTRAP_PATH, LIBRARY_PATH, MODEL_PATH, package, package_part};
pub use request::{Compiler, ModelRequest, PackageOptions, PackageRequest, Placement, RuntimeLibrary};
pub use toolchain::zigbuild_is_installed;
