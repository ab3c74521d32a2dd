//! Keeps `schemas/*.json` equal to the types.
//!
//! To rewrite them after a change: `UPDATE_SCHEMAS=1 cargo test -p contract --test schemas`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use contract::{
    Aggregate, ExecutionInput, InferEvent, InitializeEvent, Report, RunManifest, ShardReceipt, ShardRecord,
    StagedRun,
};
use schemars::{Schema, schema_for};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas")
}

fn schemas() -> Vec<(&'static str, Schema)> {
    vec![
        ("aggregate", schema_for!(Aggregate)),
        ("execution-input", schema_for!(ExecutionInput)),
        ("infer-event", schema_for!(InferEvent)),
        ("initialize-event", schema_for!(InitializeEvent)),
        ("report", schema_for!(Report)),
        ("run-manifest", schema_for!(RunManifest)),
        ("shard-receipt", schema_for!(ShardReceipt)),
        ("shard-record", schema_for!(ShardRecord)),
        ("staged-run", schema_for!(StagedRun)),
    ]
}

#[test]
fn committed_schemas_are_fresh() {
    let update = std::env::var_os("UPDATE_SCHEMAS").is_some();
    let mut stale = Vec::new();
    for (name, schema) in schemas() {
        let path = folder().join(format!("{name}.json"));
        let text = format!("{}\n", serde_json::to_string_pretty(&schema).unwrap());
        if update {
            std::fs::write(&path, text).unwrap();
        } else if std::fs::read_to_string(&path).unwrap_or_default() != text {
            stale.push(name);
        }
    }
    assert!(
        stale.is_empty(),
        "schemas differ from the types: {}; run `UPDATE_SCHEMAS=1 cargo test -p contract --test schemas` and commit",
        stale.join(", ")
    );
    let known: BTreeSet<String> = schemas().into_iter().map(|(name, _)| format!("{name}.json")).collect();
    let found: BTreeSet<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(found, known, "a schema without a type is left over");
}
