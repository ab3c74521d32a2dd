//! What optimized integrations call, and where they differ from the APIs behind them.
//!
//! Pages: "Integrating optimized services with Step Functions" and the page of each service behind it.

use std::sync::Arc;

use crate::model::{Operation, Service};

/// Where an integration differs from the API behind it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Special {
    /// Members, wherever they stand, that take any JSON: Step Functions makes a text of it.
    pub(crate) json: &'static [&'static str],
    /// Further arguments.
    pub(crate) further: &'static [&'static str],
}

/// An integration that is its API.
pub(crate) static PLAIN: Special = Special { json: &[], further: &[] };

/// An optimized integration.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Optimized {
    service: &'static str,
    pub(crate) special: &'static Special,
}

impl Optimized {
    /// Returns the model that the integration is in, and its operation there.
    pub(crate) fn model(self, service: &str, operation: &str) -> Option<(Arc<Service>, Operation)> {
        let (model, name) = match self.service {
            OWN => (Arc::new(Service::read(OWN_MODEL)), format!("{service}:{operation}")),
            other => (Service::find(other)?, operation.to_owned()),
        };
        let operation = model.operation(&name)?;
        Some((model, operation))
    }
}

/// Integrations that no API stands behind.
const OWN: &str = "";

/// What they take, as the digest has it. Pages: "Create API Gateway REST APIs with Step Functions", "Call HTTPS APIs in
/// Step Functions workflows", "Create and manage Amazon EKS clusters with Step Functions".
const OWN_MODEL: &str = "\
apigateway:invoke 0 d
http:invoke 1 d
eks:call 2 d
eks:runJob 3 d

ApiEndpoint!:s AllowNullValues:b AuthType:4 Headers:d Method!:5 Path:s QueryParameters:d RequestBody:d Stage:s
ApiEndpoint!:s Authentication:d Headers:d InvocationConfig:d Method!:s QueryParameters:d RequestBody:d Transform:d
ClusterName!:s CertificateAuthority:s Endpoint:s Method!:5 Path!:s QueryParameters:d RequestBody:d
ClusterName!:s CertificateAuthority:s Endpoint:s Job!:d LogOptions:d Namespace:s
=NO_AUTH\tIAM_ROLE\tRESOURCE_POLICY
=GET\tPOST\tPUT\tDELETE\tPATCH\tHEAD\tOPTIONS";

/// Finds an integration.
pub(crate) fn find(service: &str, operation: &str) -> Option<Optimized> {
    static MESSAGE: Special = Special { json: &["MessageBody"], further: &["MessageAttribute"] };
    static NOTICE: Special = Special { json: &["Message"], further: &[] };
    static EVENT: Special = Special { json: &["Detail"], further: &[] };
    static EXECUTION: Special = Special { json: &["input"], further: &[] };
    static MODEL: Special = Special { json: &["body"], further: &["Input", "Output"] };
    let (service, special) = match (service, operation) {
        ("apigateway" | "http", "invoke") | ("eks", "call" | "runJob") => (OWN, &PLAIN),
        ("sqs", _) => ("sqs", &MESSAGE),
        ("sns", _) => ("sns", &NOTICE),
        ("events", _) => ("eventbridge", &EVENT),
        ("states", _) => ("sfn", &EXECUTION),
        ("bedrock", "invokeModel") => ("bedrockruntime", &MODEL),
        ("athena", _) => ("athena", &PLAIN),
        ("batch", _) => ("batch", &PLAIN),
        ("bedrock", _) => ("bedrock", &PLAIN),
        ("codebuild", _) => ("codebuild", &PLAIN),
        ("databrew", _) => ("databrew", &PLAIN),
        ("dynamodb", _) => ("dynamodb", &PLAIN),
        ("ecs", _) => ("ecs", &PLAIN),
        ("eks", _) => ("eks", &PLAIN),
        ("emr-containers", _) => ("emrcontainers", &PLAIN),
        ("emr-serverless", _) => ("emrserverless", &PLAIN),
        ("glue", _) => ("glue", &PLAIN),
        ("lambda", _) => ("lambda", &PLAIN),
        ("mediaconvert", _) => ("mediaconvert", &PLAIN),
        ("sagemaker", _) => ("sagemaker", &PLAIN),
        // The integration of EMR has arguments of its own.
        _ => return None,
    };
    Some(Optimized { service, special })
}

/// Returns the operation that tells of a job, and the members that lead to what Step Functions gives of it.
pub(crate) fn asked(service: &str, operation: &str) -> Option<(&'static str, &'static [&'static str])> {
    Some(match (service, operation) {
        ("athena", "startQueryExecution") => ("getQueryExecution", &[]),
        ("batch", "submitJob") => ("describeJobs", &["jobs"]),
        ("ecs", "runTask") => ("describeTasks", &["tasks"]),
        ("glue", "startJobRun") => ("getJobRun", &["JobRun"]),
        ("sagemaker", "createTrainingJob") => ("describeTrainingJob", &[]),
        ("sagemaker", "createTransformJob") => ("describeTransformJob", &[]),
        ("sagemaker", "createProcessingJob") => ("describeProcessingJob", &[]),
        _ => return None,
    })
}
