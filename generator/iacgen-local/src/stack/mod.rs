//! A template deployed on this machine: its functions, versions, aliases, buckets, roles and state machines with
//! physical names and ARNs, as CloudFormation would make them.
//!
//! What a run needs is read and checked; what AWS alone needs (log groups, tags, encryption) is not looked at.

mod error;
mod functions;
mod layers;
mod names;
mod properties;
mod resolve;
mod roles;
mod state_machines;
mod template;

use std::collections::BTreeMap;

use iacgen_asl::StateMachine;
use iacgen_assembly::{Assembly, Manifest};

use iacgen_iam::evaluate::Permissions;

pub use error::{Place, StackError};
pub use functions::{FunctionDeclaration, Qualifier};
pub use names::Identity;

use resolve::Resolver;
use template::Template;

/// The version that is always there.
pub const LATEST: &str = "$LATEST";

/// What a template declares, with everything resolved.
#[derive(Clone, Debug)]
pub struct Stack {
    /// The functions by physical name.
    pub functions: BTreeMap<String, FunctionDeclaration>,
    /// What the template's roles may do with objects, by the roles' ARNs.
    pub roles: BTreeMap<String, Permissions>,
    /// The buckets' physical names by logical id.
    pub buckets: BTreeMap<String, String>,
    /// The state machines by logical id.
    pub state_machines: BTreeMap<String, StateMachineDeclaration>,
    /// The outputs' values by name, where they can be resolved here.
    pub outputs: BTreeMap<String, String>,
}

/// A state machine of the template.
#[derive(Clone, Debug)]
pub struct StateMachineDeclaration {
    /// Its ARN.
    pub arn: String,
    /// The ARN of its role.
    pub role_arn: String,
    /// Its definition, with the substitutions made.
    pub machine: StateMachine,
}

impl Stack {
    /// Reads an assembly's template and definition.
    ///
    /// `parameters` are values of the template's parameters, by name; those with a default need none.
    ///
    /// # Errors
    /// [`StackError`] naming the resource and the property.
    pub fn read(
        assembly: &Assembly,
        manifest: &Manifest,
        parameters: &BTreeMap<String, String>,
    ) -> Result<Self, StackError> {
        let template = Template::parse(assembly.template()?)?;
        let identity = Identity {
            partition: manifest.region.partition(),
            region: manifest.region.clone(),
            account: manifest.account.clone(),
            stack: manifest.stack.clone(),
        };
        let resolver = Resolver::new(&template, &identity, parameters);
        let mut buckets = BTreeMap::new();
        for (id, _) in template.of_type("AWS::S3::Bucket") {
            buckets.insert(id.to_owned(), resolver.physical_name(id)?);
        }
        let mut outputs = BTreeMap::new();
        for (name, value) in &template.outputs {
            // An output may name what exists on AWS only; nothing here depends on it.
            if let Ok(value) = resolver.text(value, &Place::new(name, "Outputs")) {
                outputs.insert(name.clone(), value);
            }
        }
        Ok(Self {
            functions: functions::read(&template, &resolver)?,
            roles: roles::read(&template, &resolver)?,
            state_machines: state_machines::read(&template, &resolver, assembly)?,
            buckets,
            outputs,
        })
    }
}
