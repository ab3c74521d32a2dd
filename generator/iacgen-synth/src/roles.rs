//! Roles: one for each function and one for the machine, each with what it needs and nothing else.

use iacgen_aws_types::LogicalId;
use iacgen_cfn::policy::Document;
use iacgen_cfn::resources::{self, InlinePolicy, Tag};
use iacgen_cfn::{Expr, Resource};
use iacgen_iam::grants::{lambda, logs, states, xray};
use iacgen_iam::{PolicyDocument, TrustPolicy, trust};
use iacgen_spec::model::{Function, Workflow};
use serde::Serialize;

use crate::error::SynthesisError;
use crate::graph::Graph;
use crate::{access, ids};

/// A role with its policies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Role {
    /// Its logical id.
    pub(crate) id: LogicalId,
    description: String,
    trust: TrustPolicy,
    /// Policies inside the role, which exist before whoever uses it.
    inline: Vec<NamedPolicy>,
    /// A policy that comes after the resource that it names, and that resource needs the role.
    late: Option<(LogicalId, NamedPolicy)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct NamedPolicy {
    name: &'static str,
    document: PolicyDocument,
}

impl NamedPolicy {
    /// Returns the policy unless it grants nothing, which IAM refuses.
    fn some(name: &'static str, document: PolicyDocument) -> Option<Self> {
        (!document.is_empty()).then_some(Self { name, document })
    }
}

/// Returns the role of a function.
pub(crate) fn of_function(workflow: &Workflow, function: &Function) -> Result<Role, SynthesisError> {
    let logs = PolicyDocument::new(logs::write_streams(&ids::log_group(&function.id)));
    let traces = PolicyDocument::new(xray::trace_function());
    let inline = [
        NamedPolicy::some("logs", logs),
        NamedPolicy::some("traces", traces),
        NamedPolicy::some("objects", access::grants(workflow, function)?),
    ];
    Ok(Role {
        id: ids::role(&function.id),
        description: format!("What the function {} may do.", function.id),
        trust: trust::lambda(),
        inline: inline.into_iter().flatten().collect(),
        late: None,
    })
}

/// Returns the role of the state machine.
pub(crate) fn of_machine(graph: &Graph) -> Role {
    let aliases: Vec<LogicalId> = graph.invoked.iter().map(|function| ids::alias(function)).collect();
    let inline = [
        NamedPolicy::some("functions", PolicyDocument::new(lambda::invoke_aliases(&aliases))),
        NamedPolicy::some("logs", PolicyDocument::new(logs::deliver())),
        NamedPolicy::some("traces", PolicyDocument::new(xray::trace_state_machine())),
    ];
    let children = states::run_distributed_maps(&ids::state_machine(), &graph.distributed_maps);
    Role {
        id: ids::state_machine_role(),
        description: "What the state machine may do.".to_owned(),
        trust: trust::states(),
        inline: inline.into_iter().flatten().collect(),
        late: NamedPolicy::some("distributed-map", PolicyDocument::new(children))
            .map(|policy| (ids::distributed_map_policy(), policy)),
    }
}

impl Role {
    /// Returns the role's resource.
    pub(crate) fn resource(&self, tags: Vec<Tag>) -> Resource {
        Resource::from(resources::Role {
            description: self.description.clone(),
            assume_role_policy_document: Document::from(&self.trust),
            policies: self.inline.iter().map(inline).collect(),
            tags,
        })
    }

    /// Returns the resource of the policy that comes later, where there is one.
    pub(crate) fn late_policy(&self) -> Option<(LogicalId, Resource)> {
        let (id, policy) = self.late.as_ref()?;
        let resource = resources::Policy {
            policy_name: policy.name,
            policy_document: Document::from(&policy.document),
            roles: vec![Expr::from(&self.id)],
        };
        Some((id.clone(), Resource::from(resource)))
    }

    /// Returns everything about the role in one document, for people and for comparing.
    pub(crate) fn to_file(&self) -> impl Serialize {
        let late = self.late.iter().map(|(_, policy)| policy);
        RoleFile {
            role: self.id.clone(),
            description: self.description.clone(),
            assume_role_policy_document: Document::from(&self.trust),
            policies: self.inline.iter().chain(late).map(inline).collect(),
        }
    }
}

fn inline(policy: &NamedPolicy) -> InlinePolicy {
    InlinePolicy { policy_name: policy.name, policy_document: Document::from(&policy.document) }
}

/// The words are those of `AWS::IAM::Role`.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct RoleFile {
    role: LogicalId,
    description: String,
    assume_role_policy_document: Document,
    policies: Vec<InlinePolicy>,
}
