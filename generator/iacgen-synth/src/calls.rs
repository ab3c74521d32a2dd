//! What the machine's states call, and what its role needs for it: derived from the definition itself.

use iacgen_asl as asl;
use iacgen_aws_types::{ArnSuffix, ResourceArn};
use iacgen_iam::grants::s3::{ItemsKey, MapItems};
use iacgen_iam::integration::{AslArguments, IntegrationName, TaskResource, statements};
use iacgen_iam::{PolicyDocument, Statement, grants};
use iacgen_spec::model::{
    BucketName, BucketOrigin, ItemSource, Items, Place, Reference, ReferenceKind, StateKind, Task, Template,
    TemplateValue, Work, Workflow,
};
use indexmap::IndexMap;

use crate::error::SynthesisError;
use crate::graph::Graph;
use crate::{access, references};

/// What cannot be derived for a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Gap {
    /// The state.
    pub(crate) state: String,
    /// Where the call stands.
    pub(crate) place: Place,
    /// Why.
    pub(crate) why: String,
}

/// The policies of what the states call.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Calls {
    /// Services, functions by ARN, and roles that states assume.
    pub(crate) services: PolicyDocument,
    /// Items and results of Distributed Maps.
    pub(crate) objects: PolicyDocument,
}

/// Derives what the states call, and tells what cannot be derived.
pub(crate) fn of(
    workflow: &Workflow,
    graph: &Graph<'_>,
    definition: &asl::StateMachine,
) -> Result<(Calls, Vec<Gap>), SynthesisError> {
    let mut tasks = IndexMap::new();
    collect(&definition.states, &mut tasks);
    let named = substitutions(workflow, graph)?;
    let (mut services, mut objects, mut gaps) = (Vec::new(), Vec::new(), Vec::new());
    for (name, state) in &graph.states {
        match &state.kind {
            StateKind::Task(task) => {
                if let Some(lowered) = tasks.get(*name) {
                    match of_task(task, lowered, &named) {
                        Ok(statements) => services.extend(statements),
                        Err((place, why)) => gaps.push(Gap { state: (*name).to_owned(), place, why }),
                    }
                }
            }
            StateKind::Map(map) => {
                let mut add = |result: Result<Vec<Statement>, (Place, String)>| match result {
                    Ok(statements) => objects.extend(statements),
                    Err((place, why)) => gaps.push(Gap { state: (*name).to_owned(), place, why }),
                };
                if let Items::Reader(reader) = &map.items {
                    add(of_reader(workflow, reader));
                }
                if let Some(writer) = &map.writer
                    && let Some(bucket) = &writer.bucket
                {
                    add(bucket_of(workflow, bucket).map(|bucket| {
                        grants::s3::write_map_results(&bucket, beginning(writer.prefix.as_ref()))
                    }));
                }
            }
            _ => {}
        }
    }
    let calls = Calls { services: PolicyDocument::new(services), objects: PolicyDocument::new(objects) };
    Ok((calls, gaps))
}

fn of_task(
    task: &Task,
    lowered: &asl::TaskState,
    named: &IndexMap<String, ResourceArn>,
) -> Result<Vec<Statement>, (Place, String)> {
    let mut made = Vec::new();
    let null = serde_json::Value::Null;
    let value = lowered.parameters.as_ref().or(lowered.arguments.as_ref()).unwrap_or(&null);
    let substitution = |name: &str| named.get(name).cloned();
    let arguments = AslArguments { value, substitution: &substitution };
    let stated: Vec<ResourceArn> =
        task.resources.iter().map(|arn| ResourceArn::Literal(arn.value.clone())).collect();
    // A state with a role of its own calls with that one, and the machine's only assumes it.
    if let Some(role) = &task.role {
        return match &role.value {
            TemplateValue::Text(arn) => Ok(grants::sts::assume(&[ResourceArn::Literal(arn.clone())])),
            _ if stated.is_empty() => {
                let why =
                    "the role that it assumes comes from the state's input; name the roles in `resources`";
                Err((role.place, why.to_owned()))
            }
            _ => Ok(grants::sts::assume(&stated)),
        };
    }
    match &task.work {
        // The aliases of our own functions have a policy of their own.
        Work::Function { .. } => {}
        Work::Service(action) => {
            let name =
                IntegrationName::parse(&action.value).map_err(|error| (action.place, error.to_string()))?;
            made.extend(
                statements(&name, &arguments, &stated).map_err(|error| (action.place, error.to_string()))?,
            );
        }
        Work::Arn(arn) => {
            match TaskResource::parse(&arn.value).map_err(|error| (arn.place, error.to_string()))? {
                TaskResource::Function(function) => made.extend(grants::lambda::invoke_existing(&[function])),
                // Workers of an activity poll it; the machine needs no right on it.
                TaskResource::Activity(_) | TaskResource::Integration(_) => {}
            }
        }
    }
    Ok(made)
}

fn of_reader(
    workflow: &Workflow,
    reader: &iacgen_spec::model::ItemReader,
) -> Result<Vec<Statement>, (Place, String)> {
    let bucket = bucket_of(workflow, &reader.bucket)?;
    let items = match &reader.source {
        ItemSource::Object { key, version, format } => {
            let key = match &key.value {
                TemplateValue::Text(key) => ItemsKey::Exactly(key.clone()),
                _ => ItemsKey::Beginning(beginning(Some(key)).to_owned()),
            };
            if format.input_type == asl::InputType::Manifest {
                MapItems::Manifest { key, files: None, prefix: None }
            } else {
                MapItems::Object { key, versioned: version.is_some() }
            }
        }
        ItemSource::Listing { prefix, load } => MapItems::Listing {
            prefix: match prefix.as_ref().map(|prefix| &prefix.value) {
                Some(TemplateValue::Text(prefix)) => ItemsKey::Exactly(prefix.clone()),
                _ => ItemsKey::Beginning(beginning(prefix.as_ref()).to_owned()),
            },
            loads: load.is_some(),
        },
    };
    Ok(grants::s3::read_map_items(&bucket, &items))
}

/// Returns how a prefix is known to begin.
fn beginning(template: Option<&Template>) -> &str {
    match template.map(|template| &template.value) {
        Some(TemplateValue::Text(text)) => text,
        Some(TemplateValue::Intrinsic(call)) => {
            let format = call.strip_prefix("States.Format('").unwrap_or_default();
            format.split(['{', '\'', '\\']).next().unwrap_or_default()
        }
        _ => "",
    }
}

fn bucket_of(workflow: &Workflow, bucket: &BucketName) -> Result<grants::s3::GrantedBucket, (Place, String)> {
    match bucket {
        BucketName::Named(id) => match workflow.buckets.get(&id.value) {
            Some(bucket) => Ok(access::granted(bucket)),
            None => Err((id.place, format!("there is no bucket `{}`", id.value))),
        },
        BucketName::Given(template) => {
            let TemplateValue::Text(name) = &template.value else {
                let why = "the bucket comes from the state's input, so no permission follows from it; name a bucket of `buckets`";
                return Err((template.place, why.to_owned()));
            };
            let known = iacgen_aws_types::BucketName::new(name.as_str())
                .map_err(|error| (template.place, error.to_string()))?;
            Ok(grants::s3::GrantedBucket { label: name.clone(), bucket: grants::s3::Bucket::Existing(known) })
        }
    }
}

/// Returns the ARNs that substitutions of the definition stand for.
fn substitutions(
    workflow: &Workflow,
    graph: &Graph<'_>,
) -> Result<IndexMap<String, ResourceArn>, SynthesisError> {
    let mut arns = IndexMap::new();
    for reference in &graph.references {
        let Reference { kind, id } = reference;
        let key = references::substitution(reference);
        let arn = match kind {
            ReferenceKind::Bucket => workflow.buckets.get(id).map(|bucket| match &bucket.origin {
                BucketOrigin::Existing(_) | BucketOrigin::Managed { .. } => {
                    access::granted(bucket).bucket.itself()
                }
            }),
            ReferenceKind::Queue => Some(access::queue_arn(workflow, id)?),
            ReferenceKind::Topic => Some(access::topic_arn(workflow, id)?),
            ReferenceKind::Table => Some(access::table_arn(workflow, id)?),
            ReferenceKind::Function | ReferenceKind::Resource => {
                Some(ResourceArn::ByRef { id: key.clone(), suffix: ArnSuffix::None })
            }
        };
        if let Some(arn) = arn {
            arns.insert(key.as_str().to_owned(), arn);
        }
    }
    Ok(arns)
}

fn collect<'a>(states: &'a asl::States, tasks: &mut IndexMap<&'a str, &'a asl::TaskState>) {
    for (name, state) in states {
        match state {
            asl::State::Task(task) => drop(tasks.insert(name.as_str(), task)),
            asl::State::Map(map) => collect(&map.item_processor.states, tasks),
            asl::State::Parallel(parallel) => {
                parallel.branches.iter().for_each(|branch| collect(&branch.states, tasks));
            }
            _ => {}
        }
    }
}
