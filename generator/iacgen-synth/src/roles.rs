//! Roles: one for each function and one for the machine, each with what it needs and nothing else.

use std::collections::BTreeSet;

use iacgen_aws_types::{LogicalId, ResourceArn};
use iacgen_cfn::policy::Document;
use iacgen_cfn::resources::{self, InlinePolicy, Tag};
use iacgen_cfn::{Expr, Resource};
use iacgen_iam::grants::kms::{self, KeyUse, Via};
use iacgen_iam::grants::{ec2, lambda, logs, sns, sqs, states, xray};
use iacgen_iam::{PolicyDocument, Statement, TrustPolicy, trust};
use iacgen_spec::model::{Function, LogLevel, OnFailure, Workflow};
use serde::Serialize;

use crate::calls::Calls;
use crate::error::SynthesisError;
use crate::graph::Graph;
use crate::{access, encryption, ids};

/// A role with its policies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Role {
    /// Its logical id.
    pub(crate) id: LogicalId,
    pub(crate) description: String,
    pub(crate) trust: TrustPolicy,
    /// Policies inside the role, which exist before whoever uses it.
    pub(crate) inline: Vec<NamedPolicy>,
    /// Policies that come after the resource that they name, and that resource needs the role.
    pub(crate) late: Vec<(LogicalId, NamedPolicy)>,
}

/// A policy and its name within the role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NamedPolicy {
    name: &'static str,
    document: PolicyDocument,
}

impl NamedPolicy {
    /// Returns the policy unless it grants nothing, which IAM refuses.
    pub(crate) fn some(name: &'static str, document: PolicyDocument) -> Option<Self> {
        (!document.is_empty()).then_some(Self { name, document })
    }
}

/// Returns the role of a function.
pub(crate) fn of_function(workflow: &Workflow, function: &Function) -> Result<Role, SynthesisError> {
    let mut inline = vec![("logs", PolicyDocument::new(logs::write_streams(&ids::log_group(&function.id))))];
    if workflow.tracing {
        inline.push(("traces", PolicyDocument::new(xray::trace_function())));
    }
    inline.push(("objects", access::objects(workflow, function)?));
    inline.push(("messages", access::messages(workflow, function)?));
    if let Some(key) = encryption::granted(workflow) {
        inline.push(("encryption", PolicyDocument::new(of_key(workflow, function, &key))));
    }
    if let Some(network) = workflow.network.as_ref().filter(|_| function.in_network) {
        let subnets: Vec<String> = network.subnets.iter().map(|id| id.value.as_str().to_owned()).collect();
        let groups: Vec<String> =
            network.security_groups.iter().map(|id| id.value.as_str().to_owned()).collect();
        inline.push(("network", PolicyDocument::new(ec2::network_interfaces(&subnets, &groups))));
    }
    if let Some(told) = &function.on_failure {
        inline.push((
            "failures",
            PolicyDocument::new(match told {
                OnFailure::Queue(queue) => sqs::send(queue, &access::queue_arn(workflow, queue)?),
                OnFailure::Topic(topic) => sns::publish(topic, &access::topic_arn(workflow, topic)?),
            }),
        ));
    }
    Ok(Role {
        id: ids::role(&function.id),
        description: format!("What the function {} may do.", function.id),
        trust: trust::lambda(),
        inline: inline.into_iter().filter_map(|(name, document)| NamedPolicy::some(name, document)).collect(),
        late: Vec::new(),
    })
}

/// Returns what a function does with the stack's key: read its variables, and what its grants touch that the key encrypts.
fn of_key(workflow: &Workflow, function: &Function, key: &ResourceArn) -> Vec<Statement> {
    let mut uses: BTreeSet<(Via, KeyUse)> = BTreeSet::new();
    uses.extend(function.access.iter().filter_map(|access| access::encrypted(workflow, access)));
    let mut add = |is_ours: bool, via, how| {
        if is_ours {
            uses.insert((via, how));
        }
    };
    match &function.on_failure {
        Some(OnFailure::Queue(queue)) => add(access::ours_queue(workflow, queue), Via::Sqs, KeyUse::Write),
        Some(OnFailure::Topic(topic)) => add(access::ours_topic(workflow, topic), Via::Sns, KeyUse::Write),
        None => {}
    }
    let uses = uses.into_iter().flat_map(|(via, how)| kms::use_key(key, how, via));
    kms::read_variables(key).into_iter().chain(uses).collect()
}

/// Returns the role of the state machine.
pub(crate) fn of_machine(workflow: &Workflow, graph: &Graph<'_>, calls: Calls) -> Role {
    let ours = |id: &&str| workflow.functions.contains_key(*id);
    let aliases: Vec<LogicalId> = graph.invoked().filter(ours).map(ids::alias).collect();
    let existing: Vec<String> = graph
        .invoked()
        .filter_map(|id| Some(workflow.existing_functions.get(id)?.arn.value.as_str().to_owned()))
        .collect();
    let functions = lambda::invoke_aliases(&aliases).into_iter().chain(lambda::invoke_existing(&existing));
    let mut inline = vec![
        ("functions", PolicyDocument::new(functions)),
        ("services", calls.services),
        ("objects", calls.objects),
    ];
    if let Some(key) = encryption::granted(workflow) {
        let uses = graph.encrypted(workflow).into_iter().flat_map(|(via, how)| kms::use_key(&key, how, via));
        inline.push(("encryption", PolicyDocument::new(kms::keep_executions(&key).into_iter().chain(uses))));
    }
    if workflow.logs.level != LogLevel::Off {
        inline.push(("logs", PolicyDocument::new(logs::deliver())));
    }
    if workflow.tracing {
        inline.push(("traces", PolicyDocument::new(xray::trace_state_machine())));
    }
    let children = states::run_distributed_maps(&ids::state_machine(), &graph.distributed_maps);
    let late = [
        (ids::distributed_map_policy(), "distributed-map", PolicyDocument::new(children)),
        (ids::endpoints_policy(), "endpoints", PolicyDocument::new(calls.own)),
    ];
    Role {
        id: ids::state_machine_role(),
        description: "What the state machine may do.".to_owned(),
        trust: trust::states(),
        inline: inline.into_iter().filter_map(|(name, document)| NamedPolicy::some(name, document)).collect(),
        late: late
            .into_iter()
            .filter_map(|(id, name, document)| Some((id, NamedPolicy::some(name, document)?)))
            .collect(),
    }
}

impl Role {
    /// Returns the role's resource.
    pub(crate) fn resource(&self, workflow: &Workflow, tags: Vec<Tag>) -> Resource {
        Resource::from(resources::Role {
            description: self.description.clone(),
            assume_role_policy_document: Document::from(&self.trust),
            policies: self.inline.iter().map(inline).collect(),
            permissions_boundary: workflow
                .settings
                .permissions_boundary
                .as_ref()
                .map(|boundary| Expr::from(boundary.value.as_str())),
            tags,
        })
    }

    /// Returns the resources of the policies that come later.
    pub(crate) fn late_policies(&self) -> impl Iterator<Item = (LogicalId, Resource)> {
        self.late.iter().map(|(id, policy)| {
            let resource = resources::Policy {
                policy_name: policy.name,
                policy_document: Document::from(&policy.document),
                roles: vec![Expr::from(&self.id)],
            };
            (id.clone(), Resource::from(resource))
        })
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
