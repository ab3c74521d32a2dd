//! The layers that functions share.

use std::collections::BTreeMap;

use iacgen_assembly::{LayerAsset, Sha256};
use iacgen_aws_types::{Architecture, LogicalId, StackName};
use iacgen_cfn::resources::{Code, LayerVersion};
use iacgen_cfn::{DeletionPolicy, Expr, Resource};
use iacgen_spec::model::Workflow;

use crate::code::{Packages, file_name};
use crate::ids;

/// Returns the layers that the workflow's functions use, each once, by name and architecture.
pub(crate) fn used(workflow: &Workflow, packages: &Packages) -> Vec<LayerAsset> {
    let mut used: BTreeMap<(&str, Architecture), LayerAsset> = BTreeMap::new();
    for function in workflow.functions.values() {
        for (name, digest) in packages.layers_of(&function.id, function.architecture) {
            used.entry((name, function.architecture)).or_insert_with(|| LayerAsset {
                id: name.to_owned(),
                logical_id: ids::layer(name, &digest.to_string()),
                architecture: function.architecture,
                sha256: *digest,
            });
        }
    }
    used.into_values().collect()
}

/// Returns the resource of a layer. A former version of a function keeps its layers after their deletion. Page:
/// "Deleting layer versions".
pub(crate) fn lower(layer: &LayerAsset, stack: &StackName) -> (LogicalId, Resource) {
    let version = LayerVersion {
        layer_name: layer_name(layer, stack),
        description: format!("{} for {}.", layer.id, layer.architecture),
        content: Code { bucket: Expr::Ref(ids::artifact_bucket()), key: file_name(&layer.sha256) },
        architecture: layer.architecture,
    };
    (layer.logical_id.clone(), Resource::from(version).when_removed(DeletionPolicy::Delete))
}

/// Returns a name that no other stack's layer has. Page: "PublishLayerVersion", LayerName.
fn layer_name(layer: &LayerAsset, stack: &StackName) -> String {
    const LONGEST: usize = 140;
    let name = format!("{stack}-{}-{}", layer.id, layer.architecture);
    let name: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect();
    if name.len() <= LONGEST {
        return name;
    }
    let digest = &Sha256::of(&name).to_string()[..12];
    format!("{}-{digest}", &name[..LONGEST - 13])
}
