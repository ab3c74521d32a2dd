//! Environments reused, started when none is free, and stopped.

use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock, PoisonError};

use tokio::sync::Semaphore;

use super::architecture::{Executable, of_executable};
use super::concurrency::Concurrency;
use super::environment::Environment;
use super::event::{LambdaEvent, LambdaObserver};
use super::files::FunctionFiles;
use super::isolation::{Isolation, Isolator};
use super::live::LiveProcesses;
use super::variables::InitializationType;
use super::{FunctionConfig, SandboxError, SandboxSettings, can_run, host};

/// All execution environments of a target. Dropping it kills every process.
#[derive(Debug)]
pub struct Sandbox {
    pub(super) settings: SandboxSettings,
    pub(super) observer: LambdaObserver,
    pub(super) concurrency: Concurrency,
    pub(super) live: LiveProcesses,
    /// One permit for each invocation that runs.
    pub(super) permits: Semaphore,
    /// Environments without an invocation, the longest idle first.
    idle: Mutex<Vec<Idle>>,
    pub(super) counts: Mutex<BTreeMap<String, EnvironmentCounts>>,
    /// Found out when the first function is deployed.
    isolator: OnceLock<Option<Isolator>>,
}

#[derive(Debug)]
struct Idle {
    function: String,
    version: String,
    environment: Environment,
}

/// A version of a function whose package is unzipped.
#[derive(Debug)]
pub struct Function {
    pub(super) config: FunctionConfig,
    pub(super) files: FunctionFiles,
}

/// How often environments of a function were started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct EnvironmentCounts {
    /// For an invocation that waited.
    pub cold_starts: u64,
    /// Ahead, for provisioned concurrency.
    pub provisioned: u64,
}

impl Function {
    /// Returns what the template declares.
    pub fn config(&self) -> &FunctionConfig {
        &self.config
    }
}

impl Sandbox {
    /// Makes a sandbox without any process.
    pub fn new(settings: SandboxSettings, observer: LambdaObserver) -> Self {
        Self {
            concurrency: Concurrency::new(settings.account_concurrency),
            live: LiveProcesses::default(),
            permits: Semaphore::new(settings.max_environments.get()),
            idle: Mutex::new(Vec::new()),
            counts: Mutex::new(BTreeMap::new()),
            isolator: OnceLock::new(),
            settings,
            observer,
        }
    }

    /// Unzips a function's package, unless it is unzipped, and checks that this machine can run it.
    ///
    /// # Errors
    /// [`SandboxError`] for a package that Lambda or this machine would refuse.
    pub fn deploy(&self, config: FunctionConfig) -> Result<Function, SandboxError> {
        let function = || config.name.clone();
        let declared = config.architecture.as_str();
        if !can_run(config.architecture) {
            let host = host().map_or(std::env::consts::ARCH, |host| host.as_str());
            return Err(SandboxError::Architecture { function: function(), wanted: declared, host });
        }
        let files = FunctionFiles::prepare(&config, &self.settings.packages_folder, self.isolator())?;
        let built = of_executable(&files.task_root.join("bootstrap"))
            .map_err(|source| SandboxError::Start { function: function(), source })?;
        if built != Executable::Script && built != Executable::Elf(config.architecture) {
            return Err(SandboxError::Bootstrap { function: function(), declared });
        }
        if let Some(reserved) = config.reserved_concurrency {
            self.concurrency.reserve(&config.name, reserved);
        }
        Ok(Function { config, files })
    }

    /// Returns whether functions are isolated as on Lambda.
    pub fn is_isolated(&self) -> bool {
        self.isolator().is_some()
    }

    /// Tries isolation once, and tells once where it is not to be had.
    fn isolator(&self) -> Option<&Isolator> {
        let found = self.isolator.get_or_init(|| {
            if self.settings.isolation == Isolation::Never {
                return None;
            }
            let folder = self.settings.run_folder.join("mounts");
            match Isolator::probe(&folder, &self.settings.packages_folder) {
                Ok(isolator) => Some(isolator),
                Err(reason) => {
                    self.observer.notify(&LambdaEvent::NotIsolated { reason });
                    None
                }
            }
        });
        found.as_ref()
    }

    /// Stops the longest idle environments until one more stays within the limit. The invocation that needs
    /// it holds a permit already.
    pub(super) async fn make_room(&self, why: InitializationType) {
        if why == InitializationType::ProvisionedConcurrency {
            return;
        }
        let max = self.settings.max_environments.get();
        loop {
            let running = max.saturating_sub(self.permits.available_permits());
            let evicted = {
                let mut idle = self.idle();
                let on_demand = |idle: &Idle| idle.environment.initialization == InitializationType::OnDemand;
                let waiting = idle.iter().filter(|idle| on_demand(idle)).count();
                let oldest = idle.iter().position(on_demand);
                oldest.filter(|_| waiting + running > max).map(|oldest| idle.remove(oldest))
            };
            match evicted {
                Some(mut evicted) => evicted.environment.stop().await,
                None => return,
            }
        }
    }

    /// Takes the environment of the version that was used last. One that has died meanwhile is dropped.
    pub(super) fn take_idle(&self, config: &FunctionConfig) -> Option<Environment> {
        let mut idle = self.idle();
        while let Some(index) =
            idle.iter().rposition(|idle| idle.function == config.name && idle.version == config.version)
        {
            let mut found = idle.remove(index);
            if found.environment.is_alive() {
                return Some(found.environment);
            }
        }
        None
    }

    pub(super) fn release(&self, function: &Function, environment: Environment) {
        // After a shutdown the process is dead already; the environment must not be kept.
        if self.permits.is_closed() {
            return;
        }
        let FunctionConfig { name, version, .. } = &function.config;
        self.idle().push(Idle { function: name.clone(), version: version.clone(), environment });
    }

    /// Returns how often environments were started, by function.
    pub fn environment_counts(&self) -> BTreeMap<String, EnvironmentCounts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns how many processes run.
    pub fn running_environments(&self) -> usize {
        self.live.count()
    }

    /// Refuses further invocations, kills every process and waits for those without an invocation.
    pub async fn shutdown(&self) {
        self.permits.close();
        self.live.kill_all();
        let idle = std::mem::take(&mut *self.idle());
        for mut idle in idle {
            idle.environment.stop().await;
        }
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Idle>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.live.kill_all();
    }
}
