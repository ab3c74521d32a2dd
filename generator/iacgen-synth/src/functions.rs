//! Functions with their log groups, versions and aliases.

use iacgen_assembly::Sha256;
use iacgen_aws_types::{LogicalId, VARIABLES_SIZE_LIMIT};
use iacgen_cfn::resources::{
    Alias, Code, Environment, EphemeralStorage, EventInvokeConfig, Function, LogGroup, LoggingConfig,
    ProvisionedConcurrency, Runtime, Tag, TracingConfig, Version, VpcConfig,
};
use iacgen_cfn::{DeletionPolicy, Expr, Resource};
use iacgen_spec::model::{self, OnFailure, Provisioning, Workflow};
use serde_json::json;

use crate::code::Packages;
use crate::error::SynthesisError;
use crate::{access, encryption, exceptions, ids, scaling};

/// The alias that states invoke.
pub const ALIAS: &str = "live";
/// The model's name inside the package.
pub const MODEL_FILE: &str = "model.onnx";

/// The longest name of a bucket, for one that CloudFormation chooses. Page: "General purpose bucket naming rules".
const BUCKET_NAME_BYTES: usize = 63;

/// Returns the resources of a function, in the order in which they are made, without its role.
pub(crate) fn lower(
    workflow: &Workflow,
    function: &model::Function,
    packages: &Packages,
    tags: &[Tag],
) -> Result<Vec<(LogicalId, Resource)>, SynthesisError> {
    let id = ids::function(&function.id);
    let log_group = LogGroup {
        log_group_name: None,
        retention_in_days: workflow.logs.retention_days,
        kms_key_id: encryption::key(workflow),
        tags: tags.to_vec(),
    };
    let mut properties = configuration(workflow, function, packages)?;
    let version_id = ids::version(&function.id, &configuration_digest(workflow, &properties));
    properties.tags = tags.to_vec();
    let version = Version { function_name: Expr::from(&id), description: None };
    let alias = Alias {
        function_name: Expr::from(&id),
        function_version: Expr::get_att(&version_id, "Version"),
        name: ALIAS,
        provisioned_concurrency: match &function.provisioned {
            Some(Provisioning::Fixed(count)) => {
                Some(ProvisionedConcurrency { provisioned_concurrent_executions: count.value })
            }
            // Application Auto Scaling sets it: two masters would undo each other's work.
            Some(Provisioning::Scaled(_)) | None => None,
        },
    };
    let log_group = Resource::from(log_group).when_removed(DeletionPolicy::Delete);
    let mut resources = vec![
        (ids::log_group(&function.id), exceptions::of_log_group(workflow, log_group)),
        (id.clone(), exceptions::of_function(workflow, function, Resource::from(properties))),
        // Executions in flight may still call the former version, so it stays.
        (version_id, Resource::from(version).when_removed(DeletionPolicy::Retain)),
        (ids::alias(&function.id), Resource::from(alias)),
    ];
    resources.extend(scaling::lower(function));
    if let Some(told) = &function.on_failure {
        let destination = match told {
            OnFailure::Queue(queue) => access::queue_arn(workflow, queue)?,
            OnFailure::Topic(topic) => access::topic_arn(workflow, topic)?,
        };
        let config = EventInvokeConfig {
            function_name: Expr::from(&id),
            qualifier: ALIAS,
            on_failure: Expr::from(&destination),
        };
        // The alias must be there first, and only its name stands in a property.
        let config = Resource::from(config).after([ids::alias(&function.id)]);
        resources.push((ids::on_failure(&function.id), config));
    }
    Ok(resources)
}

/// Returns the function's properties without its tags, which are no part of a version.
fn configuration(
    workflow: &Workflow,
    function: &model::Function,
    packages: &Packages,
) -> Result<Function, SynthesisError> {
    let network = workflow.network.as_ref().filter(|_| function.in_network);
    Ok(Function {
        description: function.description.clone(),
        runtime: Runtime::ProvidedAl2023,
        handler: "bootstrap",
        architectures: [function.architecture],
        code: Code { bucket: Expr::Ref(ids::artifact_bucket()), key: packages.key(&function.id) },
        memory_size: function.memory,
        timeout: function.timeout.value,
        ephemeral_storage: function.ephemeral_storage.map(|size| EphemeralStorage { size }),
        role: Expr::get_att(&ids::role(&function.id), "Arn"),
        reserved_concurrent_executions: function.reserved.map(|reserved| reserved.value),
        layers: layers(function, packages),
        vpc_config: network.map(|network| VpcConfig {
            subnet_ids: network.subnets.iter().map(|id| id.value.as_str().to_owned()).collect(),
            security_group_ids: network
                .security_groups
                .iter()
                .map(|id| id.value.as_str().to_owned())
                .collect(),
        }),
        kms_key_arn: encryption::key(workflow),
        environment: environment(workflow, function, packages)?,
        logging_config: LoggingConfig { log_group: Expr::Ref(ids::log_group(&function.id)) },
        tracing_config: if workflow.tracing { TracingConfig::Active } else { TracingConfig::PassThrough },
        tags: Vec::new(),
    })
}

/// Returns twelve digits that change with the code and the configuration and with nothing else. Lambda refuses to
/// publish a version that is its predecessor's equal, so the order of keys must not count. What counts is the value
/// that a variable gets: a bucket whose declared name changes is replaced under the same logical id, and a version that
/// kept its own would go on using the former bucket.
fn configuration_digest(workflow: &Workflow, function: &Function) -> String {
    let mut function = function.clone();
    for value in function.environment.variables.values_mut() {
        *value = access::resolved(workflow, value);
    }
    let mut value = json!(function);
    value.sort_all_objects();
    Sha256::of(value.to_string()).to_string()[..12].to_owned()
}

/// Returns the function's own layers and, over them, those that were packaged.
fn layers(function: &model::Function, packages: &Packages) -> Vec<Expr> {
    let own = function.layers.iter().map(|layer| Expr::from(layer.value.as_str()));
    let shared = packages
        .layers_of(&function.id, function.architecture)
        .map(|(name, digest)| Expr::Ref(ids::layer(name, &digest.to_string())));
    own.chain(shared).collect()
}

fn environment(
    workflow: &Workflow,
    function: &model::Function,
    packages: &Packages,
) -> Result<Environment, SynthesisError> {
    let mut variables = access::variables(workflow, function)?;
    if let Some(model) = &function.model {
        variables.insert("MODEL".to_owned(), Expr::from(MODEL_FILE));
        variables.insert("TENSORS".to_owned(), Expr::Text(json!(model.tensors).to_string()));
    }
    if let Some(package) = packages.get(&function.id) {
        variables
            .extend(package.variables.iter().map(|(name, value)| (name.clone(), Expr::from(value.as_str()))));
    }
    for (name, value) in &function.environment {
        if variables.insert(name.clone(), Expr::from(value.as_str())).is_some() {
            return Err(SynthesisError::VariableTaken {
                function: function.id.clone(),
                variable: name.clone(),
            });
        }
    }
    let bytes = variables.iter().map(|(name, value)| name.len() + longest(value)).sum();
    if bytes > VARIABLES_SIZE_LIMIT {
        return Err(SynthesisError::EnvironmentTooLarge {
            function: function.id.clone(),
            bytes,
            limit: VARIABLES_SIZE_LIMIT,
        });
    }
    Ok(Environment { variables })
}

fn longest(value: &Expr) -> usize {
    match value {
        Expr::Text(text) => text.len(),
        _ => BUCKET_NAME_BYTES,
    }
}
