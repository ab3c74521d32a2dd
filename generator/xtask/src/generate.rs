//! `cargo xtask generate`: files that are made from others' and committed.

mod service_models;

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use anyhow::{Context, Result, bail};
use camino::{Utf8Path, Utf8PathBuf};
use clap::{Args, Subcommand};
use iacgen_digests as digest;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{root, say, tools};

const RESOURCE_SCHEMAS: &str = "generator/iacgen-cfn/schemas/resource-schemas.bin";
const LINT_REQUIREMENTS: &str = "tests/lint/requirements.txt";
/// The region whose types come first. Others add the types that it lacks.
const FIRST_REGION: &str = "us-east-1";

/// What is made.
#[derive(Debug, Args)]
pub struct Options {
    #[command(subcommand)]
    file: File,
}

#[derive(Debug, Subcommand)]
enum File {
    /// The digest of CloudFormation's resource schemas, from those of the pinned cfn-lint
    ResourceSchemas {
        /// Compare with what is committed, and write nothing
        #[arg(long)]
        check: bool,
    },
    /// The digest of the API models of AWS services, from those of the pinned botocore
    ServiceModels {
        /// Compare with what is committed, and write nothing
        #[arg(long)]
        check: bool,
    },
}

/// Makes a file.
///
/// # Errors
/// When its sources cannot be read, or when it differs under `--check`.
pub fn run(options: &Options) -> Result<()> {
    match options.file {
        File::ResourceSchemas { check } => resource_schemas(check),
        File::ServiceModels { check } => service_models::make(check),
    }
}

fn resource_schemas(check: bool) -> Result<()> {
    let python = tools::python("lint", Utf8Path::new(LINT_REQUIREMENTS))?;
    let source = Source::find(&python)?;
    let texts = source.texts()?;
    let name = format!("cfn-lint {}, schemas of {}", source.version, source.date()?);
    let made = digest::pack(&name, &texts);
    settle(RESOURCE_SCHEMAS, "resource-schemas", &name, &format!("{} types", texts.len()), &made, check)
}

/// Writes a file that differs from what is committed, or says under `check` how to make it.
fn settle(file: &str, command: &str, source: &str, holds: &str, made: &[u8], check: bool) -> Result<()> {
    let path = root().join(file);
    if fs::read(&path).ok().as_deref() == Some(made) {
        say(&format!("{file} is what {source} gives"));
        return Ok(());
    }
    if check {
        bail!("{file} is not what {source} gives: run `cargo xtask generate {command}`");
    }
    fs::write(&path, made).with_context(|| format!("cannot write {path}"))?;
    say(&format!("{file}: {holds}, {} bytes, from {source}", made.len()));
    Ok(())
}

/// What cfn-lint knows. Its own lists say which attributes `Fn::GetAtt` has where the schemas do not tell.
#[derive(Debug, Deserialize)]
struct Source {
    version: String,
    folder: Utf8PathBuf,
    /// Types each of whose properties is an attribute too.
    every_property: Vec<String>,
    /// Further attributes of a type.
    further: BTreeMap<String, Vec<String>>,
}

impl Source {
    fn find(python: &Utf8Path) -> Result<Self> {
        let program = "\
import json, os, cfnlint.schema, cfnlint.version
from cfnlint.schema import _getatts
folder = os.path.join(os.path.dirname(os.path.dirname(cfnlint.schema.__file__)), 'data', 'schemas')
print(json.dumps({'version': cfnlint.version.__version__, 'folder': folder,
    'every_property': _getatts._all_property_types, 'further': _getatts._exceptions}))";
        let text = tools::read(Command::new(python).args(["-c", program]))?;
        serde_json::from_str(&text).context("cfn-lint is not laid out as expected")
    }

    fn date(&self) -> Result<String> {
        let version: Value = read(&self.folder.join("version.json"))?;
        let date = version["schema_date"].as_str().context("version.json has no schema_date")?;
        Ok(date.split('T').next().unwrap_or(date).to_owned())
    }

    /// Returns the digest of every type's schema.
    fn texts(&self) -> Result<BTreeMap<String, String>> {
        let mut files: BTreeMap<String, String> = BTreeMap::new();
        for region in self.regions()? {
            let provider: BTreeMap<String, String> = read(&self.folder.join("providers").join(region))?;
            for (name, file) in provider {
                files.entry(name).or_insert(file);
            }
        }
        files
            .into_iter()
            .map(|(name, file)| {
                let schema: Value = read(&self.folder.join("resources").join(format!("{file}.json")))?;
                let text = self.digest(&name, &schema).to_string();
                Ok((name, text))
            })
            .collect()
    }

    fn regions(&self) -> Result<Vec<String>> {
        let folder = self.folder.join("providers");
        let mut names = Vec::new();
        for entry in folder.read_dir_utf8().with_context(|| format!("cannot read {folder}"))? {
            let name = entry?.file_name().to_owned();
            // The types of SAM are a transform's and no resources.
            if Utf8Path::new(&name).extension() == Some("json") && name != "sam.json" {
                names.push(name);
            }
        }
        let first = format!("{FIRST_REGION}.json");
        names.sort_by_key(|name| (*name != first, name.clone()));
        Ok(names)
    }

    /// Returns what `iacgen_cfn::schemas` reads of a schema.
    fn digest(&self, name: &str, schema: &Value) -> Value {
        let mut digest = match pruned(schema) {
            Value::Object(digest) => digest,
            _ => Map::new(),
        };
        digest.insert("attributes".to_owned(), json!(self.attributes(name, schema)));
        for list in ["readOnlyProperties", "createOnlyProperties", "conditionalCreateOnlyProperties"] {
            if let Some(pointers) = schema.get(list) {
                digest.insert(list.to_owned(), pointers.clone());
            }
        }
        let mut permissions = Map::new();
        for operation in ["create", "read", "update", "delete"] {
            let list = &schema["handlers"][operation]["permissions"];
            if let Some(list) = list.as_array() {
                let mut list: Vec<&str> = list.iter().filter_map(Value::as_str).collect();
                list.sort_unstable();
                list.dedup();
                permissions.insert(operation.to_owned(), json!(list));
            }
        }
        if !permissions.is_empty() {
            digest.insert("permissions".to_owned(), Value::Object(permissions));
        }
        let mut digest = Value::Object(digest);
        digest.sort_all_objects();
        digest
    }

    /// Returns the attributes of `Fn::GetAtt`, as cfn-lint takes them; `*` stands for any name.
    fn attributes(&self, name: &str, schema: &Value) -> Vec<String> {
        let mut attributes = Vec::new();
        if self.every_property.iter().any(|listed| listed == name) {
            for (property, value) in schema["properties"].as_object().into_iter().flatten() {
                add_attributes(schema, value, property, &mut attributes);
            }
        } else if name == "AWS::CloudFormation::Stack" {
            attributes.push("Outputs.*".to_owned());
        } else if name == "AWS::CloudFormation::CustomResource" {
            attributes.push("*".to_owned());
        } else {
            attributes.extend(self.further.get(name).into_iter().flatten().cloned());
            let read_only = schema["readOnlyProperties"].as_array().into_iter().flatten();
            for pointer in read_only.filter_map(Value::as_str) {
                let attribute = pointer.trim_start_matches("/properties/").replace('/', ".");
                let outputs = name == "AWS::ServiceCatalog::CloudFormationProvisionedProduct";
                attributes.push(if outputs && attribute == "Outputs" {
                    "Outputs.*".to_owned()
                } else {
                    attribute
                });
            }
        }
        attributes.sort();
        attributes.dedup();
        attributes
    }
}

fn add_attributes(root: &Value, schema: &Value, name: &str, attributes: &mut Vec<String>) {
    if let Some(target) = schema["$ref"].as_str().and_then(|pointer| root.pointer(pointer.strip_prefix('#')?))
    {
        add_attributes(root, target, name, attributes);
        return;
    }
    let is = |kind: &str| match &schema["type"] {
        Value::String(found) => found == kind,
        Value::Array(found) => found.iter().any(|found| found == kind),
        _ => false,
    };
    if is("object") {
        for (property, value) in schema["properties"].as_object().into_iter().flatten() {
            add_attributes(root, value, &format!("{name}.{property}"), attributes);
        }
    } else if !(is("array") && ["object", "array"].iter().any(|kind| schema["items"]["type"] == *kind)) {
        attributes.push(name.to_owned());
    }
}

/// Keywords that are kept as they are.
const KEPT: &[&str] = &[
    "$ref",
    "const",
    "dependentExcluded",
    "dependentRequired",
    "enum",
    "enumCaseInsensitive",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "required",
    "requiredOr",
    "requiredXor",
    "type",
    "uniqueItems",
];

/// Returns a schema without what no check reads: descriptions, patterns, formats, conditions.
fn pruned(schema: &Value) -> Value {
    let Some(schema) = schema.as_object() else {
        return schema.clone();
    };
    let mut kept = Map::new();
    for (keyword, value) in schema {
        let value = match (keyword.as_str(), value) {
            ("properties" | "definitions" | "patternProperties", Value::Object(schemas)) => {
                schemas.iter().map(|(name, schema)| (name.clone(), pruned(schema))).collect()
            }
            // A branch that says nothing is always true, so nothing can be held against a value.
            ("anyOf" | "oneOf", Value::Array(branches)) => {
                let branches: Vec<Value> = branches.iter().map(pruned).collect();
                if branches.iter().any(is_empty) {
                    continue;
                }
                Value::Array(branches)
            }
            ("allOf", Value::Array(parts)) => {
                let parts: Vec<Value> = parts.iter().map(pruned).filter(|part| !is_empty(part)).collect();
                if parts.is_empty() {
                    continue;
                }
                Value::Array(parts)
            }
            ("prefixItems", Value::Array(items)) => items.iter().map(pruned).collect(),
            ("items", Value::Object(_)) | ("additionalProperties", Value::Object(_) | Value::Bool(false)) => {
                pruned(value)
            }
            ("uniqueItems", Value::Bool(false)) => continue,
            (keyword, value) if KEPT.contains(&keyword) => value.clone(),
            _ => continue,
        };
        kept.insert(keyword.clone(), value);
    }
    Value::Object(kept)
}

fn is_empty(schema: &Value) -> bool {
    schema.as_object().is_some_and(Map::is_empty)
}

fn read<T: serde::de::DeserializeOwned>(path: &Utf8Path) -> Result<T> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {path}"))?;
    serde_json::from_str(&text).with_context(|| format!("cannot read {path} as JSON"))
}
