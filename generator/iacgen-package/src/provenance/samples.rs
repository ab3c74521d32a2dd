//! A small program for the tests.

use std::collections::BTreeMap;

use iacgen_assembly::Sha256;
use iacgen_aws_types::Architecture;

use super::crates::{Crate, Program, ProgramCrate, Role, Source};
use super::expression::License;
use super::{Optimized, Pinned, Shipped};
use crate::asset::{Entry, Inputs, PackagedAsset};
use crate::toolchain::Toolchain;

pub(super) fn a_crate(name: &str, version: &str) -> Crate {
    Crate {
        name: name.to_owned(),
        version: version.to_owned(),
        source: Source::CratesIo,
        checksum: Some(Sha256::of(name)),
        license: License::of(Some("MIT OR Apache-2.0")),
        authors: Vec::new(),
        license_file: None,
        folder: "/nowhere".into(),
    }
}

/// `hello` of the project, which uses `words`, and `words` a crate `tables` while it is built.
pub(super) fn a_program() -> Program {
    let own = Crate {
        source: Source::Folder { path: "functions/hello".into() },
        checksum: None,
        ..a_crate("hello", "0.1.0")
    };
    let crates = vec![
        ProgramCrate { of: own, role: Role::Linked, uses: vec![2] },
        ProgramCrate { of: a_crate("tables", "2.0.0"), role: Role::BuildOnly, uses: Vec::new() },
        ProgramCrate { of: a_crate("words", "1.2.3"), role: Role::Linked, uses: vec![1] },
    ];
    Program { root: 0, crates }
}

pub(super) fn a_toolchain() -> Toolchain {
    Toolchain {
        identity: "rustc 1.95.0 (abc 2026-04-14), LLVM 22.1.2".to_owned(),
        commit_hash: "abc".to_owned(),
        host: "x86_64-unknown-linux-gnu".to_owned(),
    }
}

/// The zip of `hello`, with ONNX Runtime and a model.
pub(super) fn an_asset() -> PackagedAsset {
    let files = [
        ("bootstrap", "bootstrap"),
        ("lib/libonnxruntime.so.1", "library"),
        ("model.onnx", "model"),
        ("model.onnx.data", "weights"),
    ];
    let entries = files.map(|(path, content)| Entry {
        path: path.to_owned(),
        bytes: 20,
        compressed: 9,
        sha256: Sha256::of(content),
    });
    let digest = |content: &str| Sha256::of(content).to_string();
    let parts = [
        ("compiler", "cargo".to_owned()),
        ("toolchain", a_toolchain().identity),
        ("recipe", "2, libdeflate 1.26 level 12".to_owned()),
        ("rustflags", "-C target-cpu=x86-64-v3".to_owned()),
        ("file Cargo.lock", digest("lock")),
        ("crate functions/hello", digest("tree")),
        ("onnxruntime", format!("1.24.4 {}", digest("library"))),
    ];
    PackagedAsset {
        name: "f".to_owned(),
        architecture: Architecture::X86_64,
        sha256: Sha256::of("zip"),
        code_sha256: Sha256::of("zip").to_base64(),
        zip_bytes: 50,
        unzipped_bytes: 80,
        entries: entries.to_vec(),
        layers: Vec::new(),
        variables: BTreeMap::new(),
        inputs: Inputs {
            parts: parts.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
            also_read: BTreeMap::from([
                ("texts".into(), Sha256::of("texts")),
                ("word.txt".into(), Sha256::of("word")),
            ]),
        },
    }
}

pub(super) fn a_layer() -> PackagedAsset {
    PackagedAsset { name: "onnxruntime".to_owned(), sha256: Sha256::of("layer"), ..an_asset() }
}

/// What is in the zip of [`an_asset`] beside the bootstrap.
pub(super) fn shipped() -> [Shipped; 2] {
    [
        Shipped::OnnxRuntime {
            library: "lib/libonnxruntime.so.1".to_owned(),
            pinned: Some(Pinned { version: "1.24.4".to_owned(), wheel: Sha256::of("wheel") }),
        },
        Shipped::Model {
            path: "models/m.onnx".into(),
            file: "model.onnx".to_owned(),
            data: vec!["model.onnx.data".to_owned()],
            optimized: Some(Optimized { from: Sha256::of("original"), how: "optimised".to_owned() }),
        },
    ]
}
