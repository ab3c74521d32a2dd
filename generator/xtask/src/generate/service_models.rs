//! The digest of the API models of AWS services, from those that botocore ships.
//!
//! A service's text begins with its operations, a line each: `putItem 12 13`, the name as Step Functions writes it, what
//! it takes and what it gives. Behind an empty line stand the shapes, numbered from 0 in the order of their lines: a
//! structure is its members (`TableName!:s Item!:{3`, `!` where one is required, by the names of the API), a set of texts
//! is `=` and the texts with tabs between them. What something is, is a letter (`s` text, `i` whole number, `n` number,
//! `b` boolean, `t` moment, `x` bytes, `d` anything), a number (that shape), `[` or `{` and what a list or a map holds, or
//! `-` for nothing at all. `iacgen_service_models` reads it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use anyhow::{Context, Result};
use camino::Utf8Path;
use iacgen_digests as digest;
use serde::Deserialize;
use serde_json::Value;

use super::settle;
use crate::{root, tools};

const DIGEST: &str = "generator/iacgen-service-models/models/service-models.bin";
const REQUIREMENTS: &str = "generator/iacgen-service-models/models/requirements.txt";
/// The services of Step Functions' SDK integrations, which are those that are kept.
const SERVICES: &str = "generator/iacgen-iam/src/integration/sdk_services.txt";

/// Prints the version, then a line of JSON for every service: its newest model, without what no check reads.
const PROGRAM: &str = r"
import glob, gzip, importlib.metadata, importlib.util, json, os
print(importlib.metadata.version('botocore'))
data = os.path.join(importlib.util.find_spec('botocore').submodule_search_locations[0], 'data')
def pruned(value):
    if isinstance(value, dict):
        return {key: pruned(inner) for key, inner in value.items() if key != 'documentation' or isinstance(inner, dict)}
    return value
for service in sorted(os.listdir(data)):
    models = sorted(glob.glob(os.path.join(data, service, '*', 'service-2.json.gz')))
    if models:
        with gzip.open(models[-1]) as file:
            model = json.load(file)
        kept = {key: pruned(model[key]) for key in ('operations', 'shapes')}
        print(json.dumps({'id': model['metadata'].get('serviceId', service), **kept}))
";

/// Makes the digest, or compares it with what is committed.
///
/// # Errors
/// When botocore cannot be installed or is laid out otherwise than expected, or when the digest differs under `check`.
pub(super) fn make(check: bool) -> Result<()> {
    let python = tools::python("service-models", Utf8Path::new(REQUIREMENTS))?;
    let printed = tools::read(Command::new(python).args(["-c", PROGRAM]))?;
    let mut lines = printed.lines();
    let version = lines.next().context("botocore has no version")?;
    let path = root().join(SERVICES);
    let list = fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))?;
    let known: BTreeSet<&str> = list
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split(' ').next())
        .collect();

    let mut texts = BTreeMap::new();
    for line in lines {
        let model: Model = serde_json::from_str(line).context("a model is not laid out as expected")?;
        if let Some(name) = sdk_name(&model.id, &known) {
            let text = Digester::new(&model.shapes).service(&model)?;
            texts.insert(name, text);
        }
    }
    let source = format!("botocore {version}");
    let made = digest::pack(&source, &texts);
    settle(DIGEST, "service-models", &source, &format!("{} services", texts.len()), &made, check)
}

#[derive(Debug, Deserialize)]
struct Model {
    id: String,
    operations: BTreeMap<String, Operation>,
    shapes: BTreeMap<String, Shape>,
}

#[derive(Debug, Deserialize)]
struct Operation {
    input: Option<Reference>,
    output: Option<Reference>,
}

#[derive(Debug, Deserialize)]
struct Reference {
    shape: String,
    /// Whether the text is JSON.
    #[serde(default)]
    jsonvalue: bool,
    /// Whether the SDK fills it in where it is left out.
    #[serde(default, rename = "idempotencyToken")]
    is_token: bool,
}

#[derive(Debug, Deserialize)]
struct Shape {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default, rename = "enum")]
    values: Vec<String>,
    #[serde(default)]
    required: Vec<String>,
    /// Of a structure.
    #[serde(default)]
    members: serde_json::Map<String, Value>,
    /// Of a list.
    member: Option<Reference>,
    /// Of a map.
    value: Option<Reference>,
    #[serde(default)]
    document: bool,
    #[serde(default)]
    eventstream: bool,
}

/// Returns a service's name in the SDK for Java: its id in small letters, without `service` at its end.
fn sdk_name(id: &str, known: &BTreeSet<&str>) -> Option<String> {
    let plain: String = id.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
    let short = plain.strip_suffix("service").unwrap_or(&plain);
    [plain.as_str(), short].into_iter().find(|name| known.contains(name)).map(str::to_owned)
}

/// What a shape is for: the texts that a result may have do not matter, since AWS adds to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Use {
    Taken,
    Given,
}

struct Digester<'m> {
    shapes: &'m BTreeMap<String, Shape>,
    numbers: BTreeMap<(&'m str, Use), usize>,
    lines: Vec<String>,
}

impl<'m> Digester<'m> {
    fn new(shapes: &'m BTreeMap<String, Shape>) -> Self {
        Self { shapes, numbers: BTreeMap::new(), lines: Vec::new() }
    }

    fn service(mut self, model: &'m Model) -> Result<String> {
        let mut text = String::new();
        for (name, operation) in &model.operations {
            let taken = self.whole(operation.input.as_ref(), Use::Taken)?;
            let given = self.whole(operation.output.as_ref(), Use::Given)?;
            writeln!(text, "{} {taken} {given}", uncapitalized(name))?;
        }
        text.push('\n');
        text.push_str(&self.lines.join("\n"));
        Ok(text)
    }

    fn whole(&mut self, reference: Option<&'m Reference>, of: Use) -> Result<String> {
        reference.map_or_else(|| Ok("-".to_owned()), |reference| self.kind(&reference.shape, of))
    }

    /// Returns how a shape is written where it is named.
    fn kind(&mut self, name: &'m str, of: Use) -> Result<String> {
        let shape = self.shapes.get(name).with_context(|| format!("there is no shape {name}"))?;
        let letter = match shape.kind.as_str() {
            _ if shape.document || shape.eventstream => "d",
            "string" if !shape.values.is_empty() && of == Use::Taken => {
                return Ok(self
                    .number(name, of, |_| Ok(format!("={}", shape.values.join("\t"))))?
                    .to_string());
            }
            "string" | "character" => "s",
            "integer" | "long" | "short" | "byte" | "bigInteger" => "i",
            "float" | "double" | "bigDecimal" => "n",
            "boolean" => "b",
            "timestamp" => "t",
            "blob" => "x",
            "list" | "map" => {
                let (mark, inner) = match &shape.member {
                    Some(member) => ('[', Some(member)),
                    None => ('{', shape.value.as_ref()),
                };
                let inner = inner.with_context(|| format!("{name} holds nothing"))?;
                return Ok(format!("{mark}{}", self.kind(&inner.shape, of)?));
            }
            "structure" => {
                return Ok(self.number(name, of, |this| this.members(shape, of))?.to_string());
            }
            other => anyhow::bail!("{name} is of the unknown kind {other}"),
        };
        Ok(letter.to_owned())
    }

    /// Returns the number of a shape, and makes its line where it has none. It has its number before its line, since it
    /// may be part of itself.
    fn number(
        &mut self,
        name: &'m str,
        of: Use,
        line: impl FnOnce(&mut Self) -> Result<String>,
    ) -> Result<usize> {
        if let Some(number) = self.numbers.get(&(name, of)) {
            return Ok(*number);
        }
        let number = self.lines.len();
        self.numbers.insert((name, of), number);
        self.lines.push(String::new());
        self.lines[number] = line(self)?;
        Ok(number)
    }

    fn members(&mut self, shape: &'m Shape, of: Use) -> Result<String> {
        let mut members = Vec::new();
        for (name, value) in &shape.members {
            let reference = Reference::deserialize(value)?;
            let target = self
                .shapes
                .get_key_value(&reference.shape)
                .with_context(|| format!("there is no shape {}", reference.shape))?
                .0;
            let kind = if reference.jsonvalue { "d".to_owned() } else { self.kind(target, of)? };
            let required = of == Use::Taken && shape.required.contains(name) && !reference.is_token;
            members.push(format!("{name}{}:{kind}", if required { "!" } else { "" }));
        }
        Ok(members.join(" "))
    }
}

/// `PutItem` is `putItem`: Step Functions writes operations as methods of the SDK for Java are named.
fn uncapitalized(name: &str) -> String {
    let (first, rest) = name.split_at_checked(1).unwrap_or((name, ""));
    format!("{}{rest}", first.to_ascii_lowercase())
}
