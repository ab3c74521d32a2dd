//! From a checked Workflow to the Assembly.
//!
//! **Invariant:** no input, no output, no clock, no random number: the same workflow and the same code give the same
//! bytes. The local target's assembly is made by the very same steps as AWS's.

mod access;
mod alarms;
mod buckets;
mod calls;
mod check;
mod code;
mod dashboard;
mod definition;
mod deployer;
mod encryption;
mod error;
mod exceptions;
mod functions;
mod graph;
mod ids;
mod layers;
mod queues;
mod raw;
mod references;
mod release;
mod roles;
mod scaling;
mod state_machine;
mod tables;
mod template;
mod topics;
mod triggers;

use std::collections::BTreeMap;

use camino::Utf8PathBuf;
use iacgen_asl::StateMachine;
use iacgen_assembly::{
    Assembly, Assets, DEFINITION, FORMAT, FunctionAsset, Identity, POLICIES, TEMPLATE, Target,
};
use iacgen_aws_types::StackName;
use iacgen_cfn::{Template, limits, to_json};
use iacgen_spec::model::{self, Workflow};

pub use check::{check, codes};
pub use code::{FunctionPackage, Packages};
pub use deployer::{Deployer, Gap, GapReason, deployer_policy};
pub use error::SynthesisError;
pub use functions::{ALIAS, MODEL_FILE};
pub use references::substitutions;

use graph::Graph;

/// Makes the assembly of a workflow in its environment. `packages` knows the packages that have been built; a function
/// without one gets a place that no deployment accepts.
///
/// # Errors
/// [`SynthesisError`] for what no assembly can be made of. [`check`] finds all of it, with its place.
pub fn synthesize(workflow: &Workflow, packages: &Packages) -> Result<Assembly, SynthesisError> {
    let Lowered { stack, template, text, definition, roles, gaps } = lower(workflow, packages)?;
    if let Some(gap) = gaps.into_iter().next() {
        return Err(SynthesisError::Underivable { state: gap.state, why: gap.why });
    }
    limits::check(&template, &text)?;
    let mut files: BTreeMap<Utf8PathBuf, String> = BTreeMap::new();
    files.insert(TEMPLATE.into(), text);
    files.insert(DEFINITION.into(), definition.to_json_pretty());
    for role in &roles {
        files.insert(Utf8PathBuf::from(POLICIES).join(format!("{}.json", role.id)), to_json(&role.to_file()));
    }
    Ok(Assembly::seal(identity(workflow, stack, packages), &assets(workflow, packages), files))
}

/// A workflow's documents, judged by nobody yet.
struct Lowered {
    stack: StackName,
    template: Template,
    /// The template as it is written.
    text: String,
    definition: StateMachine,
    roles: Vec<roles::Role>,
    /// The calls whose permissions do not follow from them.
    gaps: Vec<calls::Gap>,
}

fn lower(workflow: &Workflow, packages: &Packages) -> Result<Lowered, SynthesisError> {
    let stack = StackName::new(&format!("{}-{}", workflow.name, workflow.settings.environment))?;
    let graph = Graph::of(workflow);
    let definition = definition::definition(workflow)?;
    let function_roles: Vec<roles::Role> = workflow
        .functions
        .values()
        .map(|function| roles::of_function(workflow, function))
        .collect::<Result<_, _>>()?;
    let (calls, gaps) = calls::of(workflow, &graph, &definition)?;
    let machine_role = roles::of_machine(workflow, &graph, calls);
    let trigger_roles: Vec<roles::Role> =
        workflow.triggers.values().map(|trigger| triggers::role(workflow, trigger)).collect();
    let template = template::lower(&template::Parts {
        workflow,
        stack: &stack,
        packages,
        graph: &graph,
        definition: &definition,
        function_roles: &function_roles,
        machine_role: &machine_role,
        trigger_roles: &trigger_roles,
    })?;
    let text = to_json(&template);
    let roles = function_roles.into_iter().chain([machine_role]).chain(trigger_roles).collect();
    Ok(Lowered { stack, template, text, definition, roles, gaps })
}

fn identity(workflow: &Workflow, stack: StackName, packages: &Packages) -> Identity {
    let settings = &workflow.settings;
    Identity {
        project: workflow.name.clone(),
        environment: settings.environment.clone(),
        target: match settings.target {
            model::Target::Aws => Target::Aws,
            model::Target::Local => Target::Local,
        },
        region: settings.region.clone(),
        account: settings.account.clone(),
        stack,
        state_machine: ids::state_machine(),
        packaged: workflow.functions.keys().all(|id| packages.get(id).is_some()),
    }
}

fn assets(workflow: &Workflow, packages: &Packages) -> Assets {
    let functions = workflow.functions.values().map(|function| FunctionAsset {
        id: function.id.clone(),
        logical_id: ids::function(&function.id),
        handler: function.handler.clone(),
        architecture: function.architecture,
        model: function.model.as_ref().map(|model| model.path.clone()),
        keep_versions: function.keep_versions,
        sha256: packages.get(&function.id).map(|package| package.sha256),
    });
    Assets { format: FORMAT, functions: functions.collect(), layers: layers::used(workflow, packages) }
}
