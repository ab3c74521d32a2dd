//! What a Distributed Map makes of its children's results: an array, or objects.
//!
//! Source: Step Functions developer guide, "ResultWriter (Map)".

use std::sync::Arc;

use iacgen_asl::{ErrorName, OutputType, ResultWriter, Transformation};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::data::iso;
use super::super::execution::ExecutionIdentity;
use super::super::failure::Failure;
use super::super::run::{Frame, Visit};

/// How a child ended.
pub(super) struct ChildResult {
    pub(super) identity: Arc<ExecutionIdentity>,
    pub(super) input: Arc<Value>,
    pub(super) stopped: Timestamp,
    /// The output, or error and cause.
    pub(super) output: Result<Arc<Value>, (Option<String>, Option<String>)>,
}

/// The outputs of the children that succeeded, in the order of their items.
pub(super) fn outputs(results: Vec<ChildResult>) -> Value {
    results.into_iter().filter_map(|result| result.output.ok()).map(Arc::unwrap_or_clone).collect()
}

/// Writes the results where the writer says, and gives the state's result.
pub(super) async fn write(
    visit: &Visit<'_>,
    frame: &Frame,
    writer: &ResultWriter,
    input: &Arc<Value>,
    map_run_arn: &str,
    results: &[ChildResult],
) -> Result<Value, Failure> {
    let config = writer.writer_config.unwrap_or_default();
    if writer.resource.is_none() {
        let transformation = config.transformation.unwrap_or(Transformation::Compact);
        return Ok(Value::Array(succeeded(results, transformation)));
    }
    let failed = |cause: String| Failure::new(&ErrorName::RESULT_WRITER_FAILED, cause, visit.name);
    let parameters = visit.template(frame, writer.parameters.as_ref(), input, 0, None)?;
    let text = |field: &str| parameters.get(field).and_then(Value::as_str);
    let bucket = text("Bucket").ok_or_else(|| failed("the writer's Bucket is missing".to_owned()))?;
    let Some(objects) = &visit.run.shared.objects else {
        return Err(failed("there is no object store to write to".to_owned()));
    };
    let id = map_run_arn.rsplit(':').next().unwrap_or_default();
    let folder = match text("Prefix").unwrap_or_default().trim_end_matches('/') {
        "" => id.to_owned(),
        prefix => format!("{prefix}/{id}"),
    };
    let kept = succeeded(results, config.transformation.unwrap_or(Transformation::None));
    let lost = results.iter().filter(|result| result.output.is_err()).map(description).collect();
    let mut files = json!({"FAILED": [], "PENDING": [], "SUCCEEDED": []});
    for (status, entries) in [("SUCCEEDED", kept), ("FAILED", lost)] {
        if entries.is_empty() {
            continue;
        }
        let (bytes, extension) = match config.output_type.unwrap_or(OutputType::Json) {
            OutputType::Json => (Value::Array(entries).to_string(), "json"),
            OutputType::Jsonl => {
                (entries.iter().flat_map(|entry| [entry.to_string(), "\n".to_owned()]).collect(), "jsonl")
            }
        };
        let key = format!("{folder}/{status}_0.{extension}");
        files[status] = json!([{"Key": key, "Size": bytes.len()}]);
        objects.put(bucket, &key, bytes.into_bytes()).await.map_err(|error| failed(error.to_string()))?;
    }
    let manifest = json!({"DestinationBucket": bucket, "MapRunArn": map_run_arn, "ResultFiles": files});
    let key = format!("{folder}/manifest.json");
    let bytes = manifest.to_string().into_bytes();
    objects.put(bucket, &key, bytes).await.map_err(|error| failed(error.to_string()))?;
    Ok(json!({"MapRunArn": map_run_arn, "ResultWriterDetails": {"Bucket": bucket, "Key": key}}))
}

fn succeeded(results: &[ChildResult], transformation: Transformation) -> Vec<Value> {
    let outputs = results.iter().filter_map(|result| Some((result, result.output.as_ref().ok()?)));
    match transformation {
        Transformation::None => outputs.map(|(result, _)| description(result)).collect(),
        Transformation::Compact => outputs.map(|(_, output)| Value::clone(output)).collect(),
        Transformation::Flatten => outputs
            .flat_map(|(_, output)| match &**output {
                Value::Array(items) => items.clone(),
                other => vec![other.clone()],
            })
            .collect(),
    }
}

/// A child as DescribeExecution shows it; input and output are JSON text.
fn description(result: &ChildResult) -> Value {
    let ChildResult { identity, input, stopped, output } = result;
    let mut description = json!({
        "ExecutionArn": identity.arn,
        "Input": input.to_string(),
        "InputDetails": {"Included": true},
        "Name": identity.name,
    });
    match output {
        Ok(output) => {
            description["Output"] = output.to_string().into();
            description["OutputDetails"] = json!({"Included": true});
        }
        Err((error, cause)) => {
            description["Error"] = json!(error);
            description["Cause"] = json!(cause);
        }
    }
    description["StartDate"] = iso(identity.start_time).into();
    description["StateMachineArn"] = identity.state_machine_arn.as_str().into();
    description["Status"] = if output.is_ok() { "SUCCEEDED" } else { "FAILED" }.into();
    description["StopDate"] = iso(*stopped).into();
    description
}
