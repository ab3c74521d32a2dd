//! Everything of the files but states.

use iacgen_tensors::OnnxRuntimeVersion;
use serde_json::{Value, json};

use super::values::{NAME, text, whole, word, word_or_reference};
use super::{named, needs_one_of, object, of, one_or_many};

/// The largest number of a field whose range depends on more than itself.
const ANY: u64 = 99_999_999;

/// `workflow.yaml`.
pub(super) fn workflow() -> Value {
    let logs = object(
        ("`logs`", &["The workflow"], "logs."),
        vec![
            ("retain", of("duration")),
            ("level", word_or_reference(&["error", "all", "fatal", "off"])),
            ("data", of("boolean")),
        ],
        &[],
    );
    let ids = |pattern: &str, most: u64| {
        json!({ "type": "array", "minItems": 1, "maxItems": most,
            "items": { "anyOf": [{ "type": "string", "pattern": pattern }, of("reference")] } })
    };
    let network = object(
        ("`network`", &["The workflow"], "network."),
        vec![("subnets", ids("^subnet-", 16)), ("security_groups", ids("^sg-", 5))],
        &["subnets", "security_groups"],
    );
    let alarms =
        object(("`alarms`", &["The workflow"], "alarms."), vec![("notify", of("name"))], &["notify"]);
    let release = object(
        ("`release`", &["The workflow"], "release."),
        vec![
            ("shift", word_or_reference(&["all-at-once", "canary", "linear"])),
            ("percent", whole(1, 99)),
            ("interval", of("duration")),
        ],
        &["shift"],
    );
    let mut onnxruntime = object(
        ("`onnxruntime`", &["The workflow"], "onnxruntime."),
        vec![
            ("place", word_or_reference(&["smallest", "zip", "layer"])),
            ("version", word_or_reference(&OnnxRuntimeVersion::ALL.map(OnnxRuntimeVersion::as_str))),
            ("library", text()),
        ],
        &[],
    );
    onnxruntime["not"] = json!({ "required": ["version", "library"] });
    object(
        ("a workflow", &["The workflow"], ""),
        vec![
            ("workflow", of("name")),
            ("comment", text()),
            ("type", word(&["standard", "express"])),
            ("query", word(&["jsonpath", "jsonata"])),
            ("input", text()),
            ("timeout", of("duration")),
            ("logs", logs),
            ("tracing", of("boolean")),
            ("encryption", text()),
            ("network", network),
            ("alarms", json!({ "anyOf": [of("boolean"), alarms] })),
            ("dashboard", of("boolean")),
            ("release", release),
            ("onnxruntime", onnxruntime),
            ("buckets", named(NAME, &of("bucket"))),
            ("queues", named(NAME, &of("queue"))),
            ("topics", named(NAME, &of("topic"))),
            ("tables", named(NAME, &of("table"))),
            ("triggers", named(NAME, &of("trigger"))),
            ("retries", named(NAME, &of("retry"))),
            ("functions", named(NAME, &of("function"))),
            ("resources", named("^[A-Za-z0-9]+$", &of("resource"))),
            ("start", text()),
            ("states", of("states")),
        ],
        &["workflow", "start", "states"],
    )
}

/// A file of `environments/`.
pub(super) fn environment() -> Value {
    // No `${`, without looking ahead: not every editor's patterns can.
    let single =
        json!({ "type": ["string", "number", "boolean", "null"], "pattern": r"^([^$]|\$+[^${])*\$*$" });
    object(
        ("an environment", &["Environments"], ""),
        vec![
            ("comment", json!({ "type": ["string", "number", "boolean", "null"] })),
            ("target", word(&["aws", "local"])),
            ("region", json!({ "type": "string", "examples": ["us-east-1", "eu-central-1"] })),
            ("account", json!({ "type": "string", "pattern": "^[0-9]{12}$" })),
            (
                "tags",
                json!({ "type": "object", "maxProperties": 40,
                "propertyNames": { "maxLength": 128, "not": { "pattern": "^aws:" } },
                "additionalProperties": { "type": "string", "maxLength": 256 } }),
            ),
            ("permissions_boundary", json!({ "type": "string", "pattern": "^arn:" })),
            ("concurrency_limit", json!({ "type": "integer", "minimum": 0 })),
            (
                "values",
                json!({ "type": "object", "propertyNames": { "pattern": "^[a-z][a-z0-9_]{0,39}$" },
                "additionalProperties": single }),
            ),
        ],
        &["target", "region", "account"],
    )
}

/// The things that sections of the workflow hold.
pub(super) fn definitions() -> Vec<(String, Value)> {
    [
        ("bucket", bucket()),
        ("queue", queue()),
        ("topic", topic()),
        ("table", table()),
        ("trigger", trigger()),
        ("retry", retry()),
        ("function", function()),
        ("grant", grant()),
        ("resource", resource()),
    ]
    .map(|(name, schema)| (name.to_owned(), schema))
    .into()
}

/// `existing` excludes every other field; without it these are required.
fn or_existing(mut object: Value, required: &[&str]) -> Value {
    object["if"] = json!({ "required": ["existing"] });
    object["then"] = json!({ "maxProperties": 1 });
    object["else"] = json!({ "required": required });
    object
}

fn bucket() -> Value {
    let expire = object(
        ("`expire`", &["Buckets"], "expire."),
        vec![("prefix", text()), ("after", of("duration"))],
        &["after"],
    );
    let fields = vec![
        ("existing", text()),
        ("name", text()),
        ("retain", of("boolean")),
        ("expire", one_or_many(&expire)),
        ("access_logs", of("boolean")),
    ];
    or_existing(object(("a bucket", &["Buckets"], ""), fields, &[]), &[])
}

fn queue() -> Value {
    let fields = vec![
        ("existing", text()),
        ("fifo", of("boolean")),
        ("visibility", of("duration")),
        ("retain", of("duration")),
        ("dead_letters", whole(1, 1000)),
    ];
    or_existing(object(("a queue", &["Queues"], ""), fields, &[]), &[])
}

fn topic() -> Value {
    let fields = vec![("existing", text()), ("fifo", of("boolean"))];
    or_existing(object(("a topic", &["Topics"], ""), fields, &[]), &[])
}

fn table() -> Value {
    let types = word(&["text", "number", "binary"]);
    let fields = vec![
        ("existing", text()),
        ("key", text()),
        ("key_type", types.clone()),
        ("sort", text()),
        ("sort_type", types),
        ("expires", text()),
        ("retain", of("boolean")),
    ];
    let mut table = or_existing(object(("a table", &["Tables"], ""), fields, &[]), &["key"]);
    table["dependencies"] = json!({ "sort_type": ["sort"] });
    table
}

fn trigger() -> Value {
    let schedule = json!({ "anyOf": [
        { "type": "string", "pattern": r"^(rate|cron|at)\(.*\)$", "examples": ["rate(1 day)", "cron(0 3 * * ? *)"] },
        of("reference"),
    ] });
    let fields = vec![
        ("schedule", schedule),
        ("time_zone", text()),
        ("input", json!({})),
        ("objects", of("name")),
        ("prefix", text()),
        ("suffix", text()),
    ];
    let mut trigger =
        needs_one_of(object(("a trigger", &["Triggers"], ""), fields, &[]), &["schedule", "objects"]);
    trigger["dependencies"] = json!({
        "time_zone": ["schedule"], "input": ["schedule"], "prefix": ["objects"], "suffix": ["objects"],
    });
    trigger
}

/// The names of errors: one, or a list.
pub(super) fn errors() -> Value {
    let examples = ["lambda-transient", "lambda-crash", "States.ALL", "States.Timeout", "States.TaskFailed"];
    one_or_many(&json!({ "type": "string", "examples": examples }))
}

fn retry() -> Value {
    let backoff = json!({ "anyOf": [{ "type": "number", "minimum": 1 }, of("reference")] });
    let fields = vec![
        ("on", errors()),
        ("interval", of("duration")),
        ("attempts", whole(0, ANY)),
        ("backoff", backoff),
        ("jitter", word(&["full", "none"])),
        ("cap", of("duration")),
    ];
    object(("a retry", &["Retries"], ""), fields, &["on"])
}

fn function() -> Value {
    let tensor = json!({ "type": "object", "additionalProperties": {
        "type": "string", "pattern": r"^(f16|f32|f64|i32|i64|u8|bool)\s*\[.*\]$", "examples": ["f32[n,5,32,32]"],
    } });
    let tensors = object(
        ("`tensors`", &["Functions"], "tensors."),
        vec![("inputs", tensor.clone()), ("outputs", tensor.clone()), ("labels", tensor)],
        &["inputs", "outputs"],
    );
    let model = object(
        ("`model`", &["Functions"], "model."),
        vec![("path", text()), ("optimize", word_or_reference(&["auto", "always", "never"]))],
        &["path"],
    );
    let mut layers = json!({ "type": "array", "items": text(), "maxItems": 5 });
    layers["examples"] = json!([["arn:aws:lambda:us-east-1:111111111111:layer:tools:3"]]);
    let nullable = || json!({ "anyOf": [whole(0, ANY), { "type": "null" }] });
    let fields = vec![
        ("handler", text()),
        ("existing", text()),
        ("description", json!({ "type": "string", "maxLength": 256 })),
        ("memory", of("size")),
        ("timeout", of("duration")),
        ("architecture", word_or_reference(&["x86_64", "arm64"])),
        ("ephemeral_storage", of("size")),
        (
            "environment",
            json!({ "type": "object", "additionalProperties": text(),
            "propertyNames": { "pattern": "^[A-Za-z][A-Za-z0-9_]+$" } }),
        ),
        ("model", json!({ "anyOf": [text(), model] })),
        ("tensors", tensors),
        ("layers", layers),
        ("reserved", nullable()),
        ("provisioned", json!({ "anyOf": [nullable(), scaling()] })),
        ("network", of("boolean")),
        ("on_failure", of("name")),
        ("keep_versions", whole(1, 50)),
        ("snap_start", json!({ "anyOf": [{ "const": false }, of("reference")] })),
        ("access", json!({ "type": "array", "items": of("grant") })),
    ];
    let mut function = or_existing(
        object(("a function", &["Functions"], ""), fields, &[]),
        &["handler", "memory", "timeout"],
    );
    function["dependencies"] = json!({ "model": ["tensors"] });
    function
}

/// The limits of `provisioned`.
fn scaling() -> Value {
    let fields = vec![("at", text()), ("time_zone", text()), ("min", whole(0, ANY)), ("max", whole(0, ANY))];
    let mut scheduled =
        object(("a scheduled action", &["Functions"], "provisioned.schedule."), fields, &["at"]);
    scheduled["anyOf"] = json!([{ "required": ["min"] }, { "required": ["max"] }]);
    let target = json!({ "anyOf": [{ "type": "number", "minimum": 0.1, "maximum": 0.9 }, of("reference")] });
    let fields = vec![
        ("min", whole(0, ANY)),
        ("max", whole(0, ANY)),
        ("target", target),
        ("schedule", one_or_many(&scheduled)),
    ];
    object(("`provisioned`", &["Functions"], "provisioned."), fields, &["min", "max"])
}

fn grant() -> Value {
    const KINDS: [&str; 8] = ["list", "read", "write", "send", "receive", "publish", "query", "put"];
    let fields = KINDS.iter().map(|kind| (*kind, of("name"))).chain([("prefix", text())]).collect();
    needs_one_of(object(("a grant", &["Access"], ""), fields, &[]), &KINDS)
}

fn resource() -> Value {
    let kind = json!({ "type": "string", "examples": ["AWS::SNS::Subscription"] });
    let fields = vec![
        ("type", kind),
        ("properties", json!({ "type": "object" })),
        ("depends_on", one_or_many(&text())),
        ("deletion_policy", word(&["Delete", "Retain", "RetainExceptOnCreate", "Snapshot"])),
        ("update_replace_policy", word(&["Delete", "Retain", "Snapshot"])),
    ];
    object(("a resource", &["Resources"], ""), fields, &["type"])
}
