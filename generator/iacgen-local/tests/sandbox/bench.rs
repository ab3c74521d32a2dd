//! A sandbox, a function of the test bootstrap, and what happened.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use iacgen_aws_types::{EphemeralStorage, MemorySize};
use iacgen_local::sandbox::{
    Credentials, Function, FunctionConfig, FunctionError, INIT_LIMIT, Invoked, Isolation, LambdaEvent,
    LambdaObserver, LogFormat, Logging, Sandbox, SandboxSettings, host,
};
use serde_json::Value;

use crate::folder::{Folder, folder};
use crate::package::write_package;

pub(crate) const ARN: &str = "arn:aws:lambda:eu-west-1:123456789012:function:echo:live";

/// Collects the sandbox's events.
#[derive(Clone, Default)]
pub(crate) struct Events(Arc<Mutex<Vec<LambdaEvent>>>);

impl Events {
    pub(crate) fn observer(&self) -> LambdaObserver {
        let events = self.clone();
        LambdaObserver::new(move |event| events.0.lock().unwrap().push(event.clone()))
    }

    pub(crate) fn all(&self) -> Vec<LambdaEvent> {
        self.0.lock().unwrap().clone()
    }
}

pub(crate) struct Bench {
    pub(crate) sandbox: Arc<Sandbox>,
    pub(crate) events: Events,
    pub(crate) folder: Folder,
}

impl Bench {
    pub(crate) fn new() -> Self {
        Self::with(|_| {})
    }

    pub(crate) fn with(change: impl FnOnce(&mut SandboxSettings)) -> Self {
        let events = Events::default();
        Self::observed(events.observer(), events, change)
    }

    pub(crate) fn observed(
        observer: LambdaObserver,
        events: Events,
        change: impl FnOnce(&mut SandboxSettings),
    ) -> Self {
        let folder = folder();
        let mut settings = SandboxSettings {
            region: "eu-west-1".to_owned(),
            endpoint_s3: Some("http://127.0.0.1:9".to_owned()),
            packages_folder: folder.path.join("packages"),
            run_folder: folder.path.join("run"),
            max_environments: NonZeroUsize::new(4).unwrap(),
            init_limit: INIT_LIMIT,
            account_concurrency: 1_000,
            isolation: Isolation::default(),
        };
        change(&mut settings);
        Self { sandbox: Arc::new(Sandbox::new(settings, observer)), events, folder }
    }

    pub(crate) fn config(&self) -> FunctionConfig {
        FunctionConfig {
            name: "echo".to_owned(),
            version: "1".to_owned(),
            handler: "bootstrap".to_owned(),
            package: write_package(&self.folder.path),
            layers: Vec::new(),
            architecture: host().unwrap(),
            memory: MemorySize::new(128).unwrap(),
            ephemeral_storage: EphemeralStorage::new(512).unwrap(),
            timeout: Duration::from_secs(30),
            variables: BTreeMap::from([("OWN".to_owned(), "yes".to_owned())]),
            logging: Logging { group: "/aws/lambda/echo".to_owned(), format: LogFormat::Text },
            reserved_concurrency: None,
            credentials: Credentials {
                access_key_id: "AKIA".to_owned(),
                secret_access_key: "secret".to_owned(),
                session_token: "token".to_owned(),
            },
        }
    }

    pub(crate) fn deploy(&self, change: impl FnOnce(&mut FunctionConfig)) -> Function {
        let mut config = self.config();
        change(&mut config);
        self.sandbox.deploy(config).unwrap()
    }

    pub(crate) async fn invoke(&self, function: &Function, event: Value) -> Invoked {
        self.sandbox.invoke(function, ARN, Bytes::from(event.to_string())).await.unwrap()
    }

    pub(crate) async fn succeed(&self, function: &Function, event: Value) -> Value {
        let invoked = self.invoke(function, event).await;
        serde_json::from_slice(&invoked.result.unwrap()).unwrap()
    }

    pub(crate) async fn fail(&self, function: &Function, event: Value) -> (FunctionError, Invoked) {
        let invoked = self.invoke(function, event).await;
        (invoked.result.clone().unwrap_err(), invoked)
    }
}
