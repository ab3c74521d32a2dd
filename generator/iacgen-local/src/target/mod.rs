//! The local target: an assembly deployed on this machine, and its executions.

mod deployment;
mod event;
mod execution;
mod lock;
mod record;
mod runs;
mod smoke;
mod tasks;

use std::collections::BTreeMap;
use std::io;
use std::num::NonZeroUsize;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use iacgen_assembly::{Assembly, AssemblyError, Manifest};

pub use event::{LocalEvent, LocalObserver};
pub use execution::{ExecutionResult, FunctionInvocation, MapRun};
pub use smoke::{FunctionSmoke, smoke};

use crate::interpreter::UnsupportedLanguage;
use crate::s3::{Access, BucketError, BucketMapping, Buckets, LocalS3, RoleAccess, S3Credentials};
use crate::sandbox::{Credentials, EnvironmentCounts, Isolation, Sandbox, SandboxError};
use crate::stack::{Stack, StackError};
use deployment::Deployed;
use iacgen_iam::evaluate::Permissions;
use runs::RunFolder;

/// How an assembly is deployed on this machine.
#[derive(Clone, Debug)]
pub struct LocalOptions {
    /// The folder of the packages, `<sha256>.zip`.
    pub assets_folder: Utf8PathBuf,
    /// A folder for everything that the target writes: `packages/` (unzipped, kept), `s3/BUCKET/KEY` (kept),
    /// `executions/STATE-MACHINE/NAME/` (kept: a name is used once), and `runs/ID/` with the logs of the
    /// environments, of which the newest 20 are kept.
    pub work_folder: Utf8PathBuf,
    /// Existing folders that are served as buckets.
    pub buckets: Vec<BucketMapping>,
    /// How many invocations run at once on this machine; further ones wait, inside the time that their state or
    /// their Express child (five minutes) has. So a Map's `MaxConcurrency` is best not far above it.
    pub max_environments: NonZeroUsize,
    /// Values of the template's parameters that have no default.
    pub parameters: BTreeMap<String, String>,
    /// Whether functions are isolated.
    pub isolation: Isolation,
}

impl LocalOptions {
    /// As many invocations at once as this machine has processors, and at least two.
    pub fn new(assets_folder: impl Into<Utf8PathBuf>, work_folder: impl Into<Utf8PathBuf>) -> Self {
        let two = NonZeroUsize::MIN.saturating_add(1);
        Self {
            assets_folder: assets_folder.into(),
            work_folder: work_folder.into(),
            buckets: Vec::new(),
            max_environments: std::thread::available_parallelism().unwrap_or(two).max(two),
            parameters: BTreeMap::new(),
            isolation: Isolation::default(),
        }
    }
}

/// Why an assembly cannot be deployed or executed on this machine.
#[derive(Debug, thiserror::Error)]
pub enum LocalError {
    /// The assembly cannot be read.
    #[error(transparent)]
    Assembly(#[from] AssemblyError),
    /// The assembly was made before its functions were packaged.
    #[error("the assembly does not know its packages: run `iacgen package`, then `iacgen synth` again")]
    NotPackaged,
    /// The template asks for what this target does not have.
    #[error(transparent)]
    Stack(#[from] StackError),
    /// A bucket cannot be served.
    #[error(transparent)]
    Bucket(#[from] BucketError),
    /// A function cannot run here.
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    /// A server could not start.
    #[error("failed to start the local {what}")]
    Server {
        /// Which.
        what: &'static str,
        /// What the operating system says.
        source: io::Error,
    },
    /// The work folder cannot be used.
    #[error("failed to write to the work folder {path}")]
    WorkFolder {
        /// The folder.
        path: Utf8PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// The manifest names a state machine that the template does not have.
    #[error("the template has no state machine `{id}`, which the manifest names")]
    NoStateMachine {
        /// The logical id.
        id: String,
    },
    /// An execution of this name was started before; its objects are still there.
    #[error(
        "an execution named `{name}` was started before, at {started}: choose another name, as AWS would answer ExecutionAlreadyExists"
    )]
    NameUsed {
        /// The name.
        name: String,
        /// When, as its record says, or that it does not say.
        started: String,
    },
    /// A name that no folder can have.
    #[error("`{name}` cannot name an execution: use 1 to 80 letters, digits, hyphens and underscores")]
    Name {
        /// The name.
        name: String,
    },
    /// The definition is written in a language that is not run here.
    #[error(transparent)]
    Language(#[from] UnsupportedLanguage),
}

/// A deployed assembly. Dropping it ends every process and server; [`LocalTarget::shutdown`] also waits for them.
#[derive(Debug)]
pub struct LocalTarget {
    stack: Stack,
    state_machine: String,
    buckets: Buckets,
    s3: LocalS3,
    credentials: Credentials,
    machine_access: RoleAccess,
    deployed: Arc<Deployed>,
    observer: LocalObserver,
    executions_folder: Utf8PathBuf,
    run: RunFolder,
}

impl LocalTarget {
    /// Deploys an assembly: serves its buckets, unzips its packages, starts provisioned environments.
    ///
    /// The observer is told of everything that happens, where it happens. Dropping the future ends what was started.
    ///
    /// # Errors
    /// [`LocalError`]; nothing is left running.
    pub async fn start(
        assembly: &Assembly,
        options: LocalOptions,
        observer: LocalObserver,
    ) -> Result<Self, LocalError> {
        let ground = Ground::prepare(assembly, options).await?;
        let state_machine = ground.manifest.state_machine.as_str().to_owned();
        let Some(machine) = ground.stack.state_machines.get(&state_machine) else {
            return Err(LocalError::NoStateMachine { id: state_machine });
        };
        let machine_access = role_access(&ground.stack, &machine.role_arn, "StepFunctions", &ground.manifest);
        let Ground { stack, buckets, s3, credentials, functions, settings, executions_folder, run, .. } =
            ground;
        if let Err(error) = record::abort_orphans(&executions_folder) {
            tracing::warn!(path = %executions_folder, %error, "failed to look for executions whose process is gone");
        }
        let deployed = Deployed::start(&stack, functions, settings, observer.lambda()).await?;
        Ok(Self {
            stack,
            state_machine,
            buckets,
            s3,
            credentials,
            machine_access,
            deployed: Arc::new(deployed),
            observer,
            executions_folder,
            run,
        })
    }

    /// Returns what the template declares, with physical names.
    pub fn stack(&self) -> &Stack {
        &self.stack
    }

    /// Returns the folder that holds a bucket's objects, if there is such a bucket.
    pub fn bucket_folder(&self, bucket: &str) -> Option<Utf8PathBuf> {
        self.buckets.folder(bucket)
    }

    /// Returns the URL of the local S3, and a key pair that it accepts.
    pub fn s3(&self) -> (String, &Credentials) {
        (self.s3.endpoint(), &self.credentials)
    }

    /// Returns the folder of this run, with `logs/FUNCTION/ENVIRONMENT.log`.
    pub fn run_folder(&self) -> &Utf8Path {
        self.run.path()
    }

    /// Returns how often environments were started, by function.
    pub fn environment_counts(&self) -> BTreeMap<String, EnvironmentCounts> {
        self.deployed.sandbox().environment_counts()
    }

    /// Returns the sandbox.
    pub fn sandbox(&self) -> &Sandbox {
        self.deployed.sandbox()
    }

    /// Ends every process and server. Executions under way fail.
    pub async fn shutdown(self) {
        self.deployed.sandbox().shutdown().await;
    }
}

/// What a deployment stands on: the stack read, its buckets served. Nothing of it runs yet but the S3 server.
struct Ground {
    manifest: Manifest,
    stack: Stack,
    buckets: Buckets,
    s3: LocalS3,
    /// May do everything.
    credentials: Credentials,
    /// The functions' own, by physical name.
    functions: BTreeMap<String, Credentials>,
    settings: deployment::Settings,
    executions_folder: Utf8PathBuf,
    run: RunFolder,
}

impl Ground {
    async fn prepare(assembly: &Assembly, options: LocalOptions) -> Result<Self, LocalError> {
        let manifest = assembly.manifest()?;
        if !manifest.packaged {
            return Err(LocalError::NotPackaged);
        }
        let stack = Stack::read(assembly, &manifest, &options.parameters)?;
        let work_folder = absolute(&options.work_folder)?;
        let run = RunFolder::create(&work_folder.join("runs"))?;
        let buckets = serve_buckets(&stack, &options.buckets, &work_folder)?;

        let credentials = deployment::credentials();
        let functions: BTreeMap<_, _> =
            stack.functions.keys().map(|name| (name.clone(), deployment::credentials())).collect();
        let mut accepted = vec![accepted(&credentials, Access::Unrestricted)];
        accepted.extend(functions.iter().map(|(name, own)| {
            let access = Access::Role(function_access(&stack, name, &manifest));
            self::accepted(own, access)
        }));
        let s3 = LocalS3::start(buckets.clone(), &accepted)
            .await
            .map_err(|source| LocalError::Server { what: "S3", source })?;
        let settings = deployment::Settings {
            region: manifest.region.as_str().to_owned(),
            endpoint_s3: s3.endpoint(),
            packages_folder: work_folder.join("packages"),
            assets_folder: options.assets_folder,
            run_folder: run.path().to_owned(),
            max_environments: options.max_environments,
            isolation: options.isolation,
        };
        let executions_folder = work_folder.join("executions");
        Ok(Self { manifest, stack, buckets, s3, credentials, functions, settings, executions_folder, run })
    }
}

/// Makes the stack's buckets and the mapped ones. An existing bucket that the template only names is mapped.
fn serve_buckets(
    stack: &Stack,
    mappings: &[BucketMapping],
    work_folder: &Utf8Path,
) -> Result<Buckets, LocalError> {
    let root = work_folder.join("s3");
    let buckets =
        Buckets::open(&root).map_err(|source| LocalError::WorkFolder { path: root.clone(), source })?;
    let mapped = |bucket: &str| mappings.iter().any(|mapping| mapping.bucket == bucket);
    for bucket in stack.buckets.values().filter(|bucket| !mapped(bucket)) {
        buckets.create(bucket)?;
    }
    for mapping in mappings {
        buckets.map(mapping)?;
    }
    Ok(buckets)
}

fn accepted(credentials: &Credentials, access: Access) -> S3Credentials {
    S3Credentials {
        access_key_id: credentials.access_key_id.clone(),
        secret_access_key: credentials.secret_access_key.clone(),
        access,
    }
}

/// What a function may do with objects.
fn function_access(stack: &Stack, function: &str, manifest: &Manifest) -> RoleAccess {
    let role = stack.functions.get(function).and_then(|function| function.role_arn.as_deref());
    role_access(stack, role.unwrap_or_default(), function, manifest)
}

/// What a role may do with objects in a session. A role that the template does not declare grants nothing that is known
/// here.
fn role_access(stack: &Stack, role: &str, session: &str, manifest: &Manifest) -> RoleAccess {
    let permissions = stack.roles.get(role).cloned().unwrap_or_else(|| {
        let mut permissions = Permissions::default();
        permissions.add_not_evaluated(format!("the role `{role}`, which the template does not declare"));
        permissions
    });
    let partition = manifest.region.partition();
    let name = role.rsplit('/').next().unwrap_or(role);
    RoleAccess {
        caller: format!("arn:{}:sts::{}:assumed-role/{name}/{session}", partition.as_str(), manifest.account),
        partition,
        permissions: Arc::new(permissions),
    }
}

/// The process's working directory is not the functions': what they get must be absolute.
fn absolute(folder: &Utf8Path) -> Result<Utf8PathBuf, LocalError> {
    create_folder(folder)?;
    folder.canonicalize_utf8().map_err(|source| LocalError::WorkFolder { path: folder.to_owned(), source })
}

fn create_folder(folder: &Utf8Path) -> Result<(), LocalError> {
    std::fs::create_dir_all(folder)
        .map_err(|source| LocalError::WorkFolder { path: folder.to_owned(), source })
}
