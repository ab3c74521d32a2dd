//! The state machine's resource and its log group.

use iacgen_asl::{self as asl, ExecutionType};
use iacgen_aws_types::StackName;
use iacgen_cfn::resources::{
    Destination, Encryption, LogGroup, LogLevel, Logging, MachineType, StateMachine, Tag, Tracing,
};
use iacgen_cfn::{DeletionPolicy, Expr, Resource};
use iacgen_spec::model::{self, Workflow};

use crate::graph::Graph;
use crate::{encryption, exceptions, ids, references};

/// Returns the log group of the machine, where it logs. The prefix of its name keeps AWS from listing it in the resource
/// policy of all log deliveries, which has a size limit. Page: "Logging in CloudWatch Logs", "CloudWatch Logs resource
/// policy size limits".
pub(crate) fn log_group(workflow: &Workflow, stack: &StackName, tags: Vec<Tag>) -> Option<Resource> {
    if workflow.logs.level == model::LogLevel::Off {
        return None;
    }
    let group = LogGroup {
        log_group_name: Some(format!("/aws/vendedlogs/states/{}", stack.as_str())),
        retention_in_days: workflow.logs.retention_days,
        kms_key_id: encryption::key(workflow),
        tags,
    };
    let group = Resource::from(group).when_removed(DeletionPolicy::Delete);
    Some(exceptions::of_log_group(workflow, group))
}

/// Returns the resource of the machine.
pub(crate) fn resource(
    workflow: &Workflow,
    graph: &Graph<'_>,
    definition: &asl::StateMachine,
    tags: Vec<Tag>,
) -> Resource {
    let substitutions = graph.references.iter().filter_map(|reference| {
        let value = references::value(workflow, reference)?;
        Some((references::substitution(reference).as_str().to_owned(), value))
    });
    let level = match workflow.logs.level {
        model::LogLevel::All => Some(LogLevel::All),
        model::LogLevel::Error => Some(LogLevel::Error),
        model::LogLevel::Fatal => Some(LogLevel::Fatal),
        model::LogLevel::Off => None,
    };
    Resource::from(StateMachine {
        machine_type: match workflow.machine_type {
            ExecutionType::Standard => MachineType::Standard,
            ExecutionType::Express => MachineType::Express,
        },
        role_arn: Expr::get_att(&ids::state_machine_role(), "Arn"),
        definition_string: definition.to_value().to_string(),
        definition_substitutions: substitutions.collect(),
        logging: level.map(|level| Logging {
            level,
            include_execution_data: workflow.logs.data,
            // `Fn::GetAtt Arn` of a log group ends in `:*`, which Step Functions asks for.
            destinations: [Destination::log_group(Expr::get_att(&ids::state_machine_log_group(), "Arn"))],
        }),
        tracing: Tracing { enabled: workflow.tracing },
        encryption: encryption::key(workflow).map(|kms_key| Encryption { kms_key }),
        tags,
    })
}
