//! A small workflow built by hand, and looks into what becomes of it.

use iacgen_assembly::{Assembly, Sha256};
use iacgen_aws_types::{
    AccountId, Architecture, BucketName, Environment, MemorySize, Provisioned, Region, Seconds,
};
use iacgen_spec::model::{
    Access, AccessKind, Bucket, BucketOrigin, Children, Expiry, Function, Invoke, Jitter, Map, MapMode,
    MapResult, Next, PayloadTemplate, RetryPolicy, Settings, State, StateKind, States, Target,
    ToleratedFailure, Workflow,
};
use iacgen_synth::{CodeDigests, SynthesisError, synthesize};
use indexmap::IndexMap;
use serde_json::Value;

/// One function, `work`, invoked by the one state `Work`; it reads an existing bucket and writes a managed one.
pub(crate) fn workflow() -> Workflow {
    let access = |kind, bucket: &str, prefix: &str| Access {
        kind,
        bucket: bucket.to_owned(),
        prefix: prefix.to_owned(),
    };
    Workflow {
        name: "small".to_owned(),
        comment: Some("A small workflow".to_owned()),
        machine_type: Children::Standard,
        timeout: Some(seconds(3_600)),
        log_retention_days: 14,
        settings: Settings {
            environment: Environment::new("dev").unwrap(),
            target: Target::Aws,
            region: Region::new("us-east-1").unwrap(),
            account: AccountId::new("111111111111").unwrap(),
            tags: IndexMap::from([("project".to_owned(), "small".to_owned())]),
        },
        buckets: IndexMap::from([
            bucket("data", BucketOrigin::Existing(BucketName::new("somebodys-data").unwrap())),
            bucket(
                "results",
                BucketOrigin::Managed {
                    name: None,
                    retain: true,
                    expire: vec![Expiry { prefix: "runs/".to_owned(), after_days: 90 }],
                },
            ),
        ]),
        functions: IndexMap::from([(
            "work".to_owned(),
            function(
                "work",
                vec![access(AccessKind::Read, "data", ""), access(AccessKind::Write, "results", "runs/")],
            ),
        )]),
        states: states([("Work", invoke("work"), Next::End)]),
    }
}

pub(crate) fn seconds(seconds: u32) -> Seconds {
    Seconds::new(seconds).unwrap()
}

pub(crate) fn bucket(id: &str, origin: BucketOrigin) -> (String, Bucket) {
    (id.to_owned(), Bucket { id: id.to_owned(), origin })
}

pub(crate) fn function(id: &str, access: Vec<Access>) -> Function {
    Function {
        id: id.to_owned(),
        handler: format!("functions/{id}").into(),
        description: None,
        memory: MemorySize::new(256).unwrap(),
        timeout: seconds(30),
        architecture: Architecture::X86_64,
        ephemeral_storage: None,
        environment: IndexMap::new(),
        model: None,
        provisioned: None,
        access,
    }
}

pub(crate) fn invoke(function: &str) -> StateKind {
    StateKind::Invoke(Invoke {
        function: function.to_owned(),
        payload: PayloadTemplate::Path("$".to_owned()),
        retry: vec![RetryPolicy {
            errors: vec!["Lambda.ServiceException".to_owned()],
            interval: seconds(1),
            attempts: 3,
            backoff: 2.0,
            cap: Some(seconds(20)),
            jitter: Jitter::Full,
        }],
        timeout: seconds(35),
    })
}

pub(crate) fn map(mode: MapMode, inside: StateKind) -> Map {
    Map {
        mode,
        items: "$.items".to_owned(),
        select: None,
        concurrency: Some(0),
        tolerated_failure: Some(ToleratedFailure::Percentage(0.0)),
        label: None,
        states: states([("Inside", inside, Next::End)]),
        result: MapResult::Discard,
        retry: Vec::new(),
    }
}

pub(crate) fn states<const N: usize>(states: [(&str, StateKind, Next); N]) -> States {
    let start = states[0].0.to_owned();
    let states = states
        .into_iter()
        .map(|(name, kind, next)| (name.to_owned(), State { comment: None, kind, next }))
        .collect();
    States { start, states }
}

pub(crate) fn provisioned(count: u32) -> Provisioned {
    Provisioned::new(count).unwrap()
}

/// Returns digests of packages whose content is their function's name.
pub(crate) fn packaged<const N: usize>(functions: [&str; N]) -> CodeDigests {
    functions.into_iter().map(|function| (function.to_owned(), Sha256::of(function))).collect()
}

/// An assembly, parsed.
pub(crate) struct Synthesised {
    pub(crate) assembly: Assembly,
    pub(crate) template: Value,
    pub(crate) definition: Value,
}

impl Synthesised {
    pub(crate) fn of(workflow: &Workflow) -> Self {
        Self::with_code(workflow, &CodeDigests::none())
    }

    pub(crate) fn with_code(workflow: &Workflow, code: &CodeDigests) -> Self {
        let assembly = synthesize(workflow, code).unwrap();
        let parse = |text: &str| serde_json::from_str(text).unwrap();
        let (template, definition) =
            (parse(assembly.template().unwrap()), parse(assembly.definition().unwrap()));
        Self { assembly, template, definition }
    }

    /// Returns a resource.
    pub(crate) fn resource(&self, id: &str) -> &Value {
        let resource = &self.template["Resources"][id];
        assert!(resource.is_object(), "no resource {id} in {:?}", self.ids());
        resource
    }

    /// Returns the logical ids.
    pub(crate) fn ids(&self) -> Vec<&str> {
        self.template["Resources"].as_object().unwrap().keys().map(String::as_str).collect()
    }

    /// Returns the one logical id that begins so.
    pub(crate) fn id(&self, beginning: &str) -> &str {
        let ids: Vec<&str> = self.ids().into_iter().filter(|id| id.starts_with(beginning)).collect();
        assert_eq!(ids.len(), 1, "{beginning}: {ids:?}");
        ids[0]
    }
}

/// Returns why a workflow has no assembly.
pub(crate) fn refused(workflow: &Workflow) -> SynthesisError {
    synthesize(workflow, &CodeDigests::none()).unwrap_err()
}
