//! What the machine's states call, and what its role needs for it: derived from the definition itself.

use iacgen_asl as asl;
use iacgen_aws_types::{ArnSuffix, ResourceArn};
use iacgen_iam::grants::s3::{ItemsKey, MapItems};
use iacgen_iam::integration::{
    AslArguments, Call, IntegrationName, ObjectAccess, ObjectUse, TaskResource, statements,
};
use iacgen_iam::{PolicyDocument, Statement, grants};
use iacgen_spec::model::{
    Access, AccessKind, BucketName, BucketOrigin, ItemSource, Items, Located, Place, Reference,
    ReferenceKind, StateKind, Task, Template, TemplateValue, Work, Workflow,
};
use indexmap::IndexMap;

use crate::error::SynthesisError;
use crate::graph::Graph;
use crate::{access, ids, references};

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
    /// What is allowed on the machine itself, which comes after the machine.
    pub(crate) own: Vec<Statement>,
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
    let machine = ResourceArn::ByRef { id: ids::state_machine(), suffix: ArnSuffix::None };
    let (mut services, mut own, mut objects, mut gaps) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (name, state) in &graph.states {
        match &state.kind {
            StateKind::Task(task) => {
                if let Some(lowered) = tasks.get(*name) {
                    for access in &task.access {
                        services.extend(access::besides_objects(workflow, access)?);
                    }
                    match of_task(workflow, task, lowered, &named, &machine) {
                        Ok(statements) => {
                            let (of_itself, others): (Vec<_>, Vec<_>) = statements
                                .into_iter()
                                .partition(|statement| statement.resources.contains(&machine));
                            own.extend(of_itself);
                            services.extend(others);
                        }
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
                    let prefix = beginning(writer.prefix.as_ref());
                    let written = buckets_of(workflow, bucket, &writer.buckets);
                    add(written.map(|buckets| {
                        buckets
                            .iter()
                            .flat_map(|bucket| grants::s3::write_map_results(bucket, prefix))
                            .collect()
                    }));
                }
            }
            _ => {}
        }
    }
    let calls = Calls { services: PolicyDocument::new(services), objects: PolicyDocument::new(objects), own };
    Ok((calls, gaps))
}

fn of_task(
    workflow: &Workflow,
    task: &Task,
    lowered: &asl::TaskState,
    named: &IndexMap<String, ResourceArn>,
    machine: &ResourceArn,
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
        if !task.access.is_empty() {
            let why = "`access` is of the machine's role, and this call is made with another one; delete it";
            return Err((role.place, why.to_owned()));
        }
        if let Some(other) = task.resources.iter().find(|arn| !arn.value.contains(":role/")) {
            let why =
                format!("a call with another role needs to assume it, and `{}` is no role", other.value);
            return Err((other.place, why));
        }
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
            let objects = objects_of(workflow, &task.access);
            let call = Call { arguments: &arguments, stated: &stated, objects: &objects, machine };
            let name =
                IntegrationName::parse(&action.value).map_err(|error| (action.place, error.to_string()))?;
            made.extend(statements(&name, &call).map_err(|error| (action.place, error.to_string()))?);
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

/// Returns the objects that a task's grants are on.
fn objects_of(workflow: &Workflow, granted: &[Access]) -> Vec<ObjectUse> {
    granted
        .iter()
        .filter_map(|access| {
            let Access::Objects { kind, bucket, prefix } = access else { return None };
            let access = match kind {
                AccessKind::List => ObjectAccess::List,
                AccessKind::Read => ObjectAccess::Read,
                AccessKind::Write => ObjectAccess::Write,
            };
            let bucket = access::granted(workflow.buckets.get(bucket)?);
            Some(ObjectUse { access, bucket, prefix: prefix.clone() })
        })
        .collect()
}

fn of_reader(
    workflow: &Workflow,
    reader: &iacgen_spec::model::ItemReader,
) -> Result<Vec<Statement>, (Place, String)> {
    let buckets = buckets_of(workflow, &reader.bucket, &reader.buckets)?;
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
    Ok(buckets.iter().flat_map(|bucket| grants::s3::read_map_items(bucket, &items)).collect())
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

/// Returns the bucket that a reader or a writer names, or those that its path may give.
fn buckets_of(
    workflow: &Workflow,
    bucket: &BucketName,
    bounds: &[Located<String>],
) -> Result<Vec<grants::s3::GrantedBucket>, (Place, String)> {
    let of_spec = |id: &Located<String>| match workflow.buckets.get(&id.value) {
        Some(bucket) => Ok(access::granted(bucket)),
        None => Err((id.place, format!("there is no bucket `{}`", id.value))),
    };
    match bucket {
        BucketName::Named(id) => of_spec(id).map(|bucket| vec![bucket]),
        BucketName::Given(Template { value: TemplateValue::Text(name), place }) => {
            let known = iacgen_aws_types::BucketName::new(name.as_str())
                .map_err(|error| (*place, error.to_string()))?;
            let bucket = grants::s3::Bucket::Existing(known);
            Ok(vec![grants::s3::GrantedBucket { label: name.clone(), bucket }])
        }
        BucketName::Given(template) if bounds.is_empty() => {
            let why = "the bucket comes from the state's input, so no permission follows from it; list the buckets of \
                       `buckets` that it may be, with `buckets: [...]` beside it";
            Err((template.place, why.to_owned()))
        }
        BucketName::Given(_) => bounds.iter().map(of_spec).collect(),
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
