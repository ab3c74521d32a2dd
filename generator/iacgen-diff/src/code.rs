//! What runs: packages and layers by their digests.

use std::collections::BTreeMap;

use iacgen_assembly::Sha256;
use schemars::JsonSchema;
use serde::Serialize;

use crate::Side;

/// A package or a layer that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CodeChange {
    /// The function's or layer's name in the spec.
    pub name: String,
    /// Which of the two it is.
    pub kind: CodeKind,
    /// The SHA-256 of the zip before: `null` where there was none or it was not packaged.
    pub before: Option<String>,
    /// The SHA-256 of the zip after: `null` where there is none or it is not packaged.
    pub after: Option<String>,
    /// What happened, in a sentence.
    pub text: String,
}

/// What holds code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum CodeKind {
    /// A function's package.
    Function,
    /// A layer.
    Layer,
}

/// The digest of each; `None` within for one that is not packaged.
type Packages = BTreeMap<(CodeKind, String), Option<Sha256>>;

pub(crate) fn compare(before: &Side, after: &Side) -> Vec<CodeChange> {
    let (old, new) = (packages(before), packages(after));
    let mut names: Vec<&(CodeKind, String)> = old.keys().chain(new.keys()).collect();
    names.sort();
    names.dedup();
    names.into_iter().filter_map(|name| change(name, old.get(name), new.get(name))).collect()
}

fn packages(side: &Side) -> Packages {
    let functions =
        side.assets.functions.iter().map(|asset| ((CodeKind::Function, asset.id.clone()), asset.sha256));
    let layers = side.assets.layers.iter().map(|asset| {
        ((CodeKind::Layer, format!("{} ({})", asset.id, asset.architecture)), Some(asset.sha256))
    });
    functions.chain(layers).collect()
}

fn change(
    (kind, name): &(CodeKind, String),
    before: Option<&Option<Sha256>>,
    after: Option<&Option<Sha256>>,
) -> Option<CodeChange> {
    if before == after {
        return None;
    }
    let short = |digest: &Sha256| digest.to_string().chars().take(12).collect::<String>();
    let text = match (before, after) {
        (None, Some(None)) => "is new and not packaged yet".to_owned(),
        (None, Some(Some(new))) => format!("is new: {}", short(new)),
        (Some(_), None) => "is gone".to_owned(),
        (Some(Some(old)), Some(Some(new))) => format!("has other code: {} → {}", short(old), short(new)),
        (Some(Some(_)), Some(None)) => "has no package any more: run `iacgen package`".to_owned(),
        (Some(None), Some(Some(new))) => format!("is packaged now: {}", short(new)),
        (None, None) | (Some(None), Some(None)) => return None,
    };
    let digest = |side: Option<&Option<Sha256>>| side.copied().flatten().map(|digest| digest.to_string());
    Some(CodeChange { name: name.clone(), kind: *kind, before: digest(before), after: digest(after), text })
}
