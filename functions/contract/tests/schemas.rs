//! Keeps `schemas/*.json` equal to the types: of what lies in S3, and of what a person writes. What a handler takes and
//! gives stands in the `contract.json` of its own crate.
//!
//! To rewrite them after a change: `UPDATE_SCHEMAS=1 cargo test -p contract --test schemas`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use contract::{Aggregate, ExecutionInput, RunManifest, ShardRecord, hold_committed};
use schemars::{Schema, schema_for};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas")
}

fn schemas() -> Vec<(&'static str, Schema)> {
    vec![
        ("aggregate", schema_for!(Aggregate)),
        ("execution-input", schema_for!(ExecutionInput)),
        ("run-manifest", schema_for!(RunManifest)),
        ("shard-record", schema_for!(ShardRecord)),
    ]
}

#[test]
fn committed_schemas_are_fresh() {
    for (name, schema) in schemas() {
        hold_committed(&folder().join(format!("{name}.json")), &schema).unwrap();
    }
    let known: BTreeSet<String> = schemas().into_iter().map(|(name, _)| format!("{name}.json")).collect();
    let found: BTreeSet<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(found, known, "a schema without a type is left over");
}
