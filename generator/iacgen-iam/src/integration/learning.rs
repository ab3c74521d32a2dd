//! Jobs and models of SageMaker and Bedrock.
//!
//! Pages: "IAM policies for calling Amazon SageMaker AI", "IAM policies for calling Amazon Bedrock" of the Step Functions
//! developer guide.

use super::Kind;
use super::derive::ObjectAccess;
use super::form::Form;
use super::needs::{Demand, Field, On, Permission, actions, forms, named, passed};
use crate::Action;

/// Returns how the ARN of what an operation makes reads, and the arguments that name the roles of it.
fn made(operation: &str) -> Option<(&'static [Form], &'static [Field])> {
    Some(match operation {
        "createEndpoint" | "updateEndpoint" => {
            (&["endpoint/{EndpointName}", "endpoint-config/{EndpointConfigName}"], &[])
        }
        "createEndpointConfig" => (&["endpoint-config/{EndpointConfigName}"], &[]),
        "createHyperParameterTuningJob" => (
            &["hyper-parameter-tuning-job/{HyperParameterTuningJobName}"],
            &[&["TrainingJobDefinition", "RoleArn"], &["TrainingJobDefinitions", "*", "RoleArn"]],
        ),
        "createLabelingJob" => (&["labeling-job/{LabelingJobName}"], &[&["RoleArn"]]),
        "createModel" => (&["model/{ModelName}"], &[&["ExecutionRoleArn"]]),
        "createProcessingJob" => (&["processing-job/{ProcessingJobName}"], &[&["RoleArn"]]),
        "createTrainingJob" => (&["training-job/{TrainingJobName}"], &[&["RoleArn"]]),
        // Its model has the role.
        "createTransformJob" => (&["transform-job/{TransformJobName}"], &[]),
        _ => return None,
    })
}

/// Returns what an operation of SageMaker needs.
pub(super) fn sagemaker(operation: &str, of_call: Vec<Action>) -> Vec<Permission> {
    let Some((of, roles)) = made(operation) else {
        return vec![Permission { actions: of_call, on: On::Stated }];
    };
    let mut permissions = vec![Permission { actions: of_call, on: forms("sagemaker", of) }];
    if operation != "updateEndpoint" {
        // The page says `*`; both take what is made.
        permissions.push(Permission {
            actions: actions(&["sagemaker:AddTags", "sagemaker:ListTags"]),
            on: forms("sagemaker", &of[..1]),
        });
    }
    if !roles.is_empty() {
        permissions.push(passed(roles, &["sagemaker.amazonaws.com"], Demand::Always));
    }
    permissions
}

/// Returns what following a job of SageMaker needs, and the rule that tells of its end.
pub(super) fn followed(operation: &str) -> Option<(Vec<Permission>, &'static str)> {
    let (names, rule): (&[&'static str], _) = match operation {
        "createHyperParameterTuningJob" => (
            &["sagemaker:DescribeHyperParameterTuningJob", "sagemaker:StopHyperParameterTuningJob"],
            "StepFunctionsGetEventsForSageMakerTuningJobsRule",
        ),
        "createLabelingJob" => (
            &["sagemaker:DescribeLabelingJob", "sagemaker:StopLabelingJob"],
            "StepFunctionsGetEventsForSageMakerLabelingJobsRule",
        ),
        "createProcessingJob" => (
            &["sagemaker:DescribeProcessingJob", "sagemaker:StopProcessingJob"],
            "StepFunctionsGetEventsForSageMakerProcessingJobsRule",
        ),
        "createTrainingJob" => (
            &["sagemaker:DescribeTrainingJob", "sagemaker:StopTrainingJob"],
            "StepFunctionsGetEventsForSageMakerTrainingJobsRule",
        ),
        "createTransformJob" => (
            &["sagemaker:DescribeTransformJob", "sagemaker:StopTransformJob"],
            "StepFunctionsGetEventsForSageMakerTransformJobsRule",
        ),
        _ => return None,
    };
    let (of, _) = made(operation)?;
    Some((vec![Permission { actions: actions(names), on: forms("sagemaker", of) }], rule))
}

/// Returns what asking a model of Bedrock needs. What it reads from and writes to S3 are arguments of the optimized
/// integration. Page: "Invoke and customize Amazon Bedrock models with Step Functions".
pub(super) fn invoke_model(of_call: Vec<Action>) -> Vec<Permission> {
    let object = |action, field, access| Permission {
        actions: actions(&[action]),
        on: On::ObjectAt { field, access },
    };
    vec![
        Permission { actions: of_call, on: named(Kind::Model, &[&["ModelId"]]) },
        Permission {
            actions: actions(&["bedrock:ApplyGuardrail"]),
            on: On::Formed {
                service: "bedrock",
                forms: &["guardrail/{GuardrailIdentifier}"],
                optional: true,
                within: None,
            },
        },
        object("s3:GetObject", &["Input", "S3Uri"], ObjectAccess::Read),
        object("s3:PutObject", &["Output", "S3Uri"], ObjectAccess::Write),
    ]
}

/// Returns what a job that customizes a model of Bedrock needs.
pub(super) fn customize(of_call: Vec<Action>) -> Vec<Permission> {
    vec![
        Permission { actions: of_call.clone(), on: named(Kind::Model, &[&["BaseModelIdentifier"]]) },
        Permission {
            actions: of_call,
            on: forms("bedrock", &["custom-model/*", "model-customization-job/*"]),
        },
        passed(&[&["RoleArn"]], &["bedrock.amazonaws.com"], Demand::Always),
    ]
}
