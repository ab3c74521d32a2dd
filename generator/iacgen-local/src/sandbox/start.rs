//! Environments started: for an invocation that waits, or ahead of any.

use std::sync::PoisonError;
use std::time::Duration;

use futures::{StreamExt, TryStreamExt};
use tokio::time::Instant;

use super::environment::{Ended, Environment, InitFailure};
use super::variables::InitializationType;
use super::{FailureKind, Function, FunctionError, Sandbox, SandboxError};

/// The least INIT limit with provisioned concurrency; the function's own time limit may be longer.
/// Page: "Understanding the Lambda execution environment lifecycle".
const PROVISIONED_INIT_LIMIT: Duration = Duration::from_secs(130);

/// An environment ready for an invocation, and what its start cost.
pub(super) struct Ready {
    pub(super) environment: Environment,
    pub(super) init: Option<Duration>,
    /// Where the function's time limit counts from.
    pub(super) begun: Instant,
}

/// A start that failed twice.
pub(super) struct NotReady {
    pub(super) error: FunctionError,
    pub(super) init: Duration,
    pub(super) begun: Instant,
    pub(super) peak_mb: u32,
}

impl Sandbox {
    /// Starts environments ahead of any invocation and waits until they are ready.
    ///
    /// On AWS they serve the alias they stand on; here, every invocation of the version behind it.
    ///
    /// # Errors
    /// [`SandboxError::Provision`] when one does not initialize.
    pub async fn provision(&self, function: &Function, environments: u32) -> Result<(), SandboxError> {
        let at_once = self.settings.max_environments.get();
        futures::stream::iter(0..environments)
            .map(|_| self.provision_one(function))
            .buffer_unordered(at_once)
            .try_collect::<()>()
            .await
    }

    async fn provision_one(&self, function: &Function) -> Result<(), SandboxError> {
        let mut environment = self.start(function, InitializationType::ProvisionedConcurrency).await?;
        let limit = function.config.timeout.max(PROVISIONED_INIT_LIMIT);
        if let Err(failure) = environment.initialize(Instant::now() + limit).await {
            let error = init_error(failure, &environment, "provisioned", limit);
            return Err(SandboxError::Provision {
                function: function.config.name.clone(),
                error: Box::new(error),
            });
        }
        self.release(function, environment);
        Ok(())
    }

    /// Starts an environment. When initialization fails or passes its limit, Lambda repeats it once as part
    /// of the invocation, within the function's own time limit ("suppressed init").
    pub(super) async fn cold_start(
        &self,
        function: &Function,
        request_id: &str,
    ) -> Result<Result<Ready, NotReady>, SandboxError> {
        let begun = Instant::now();
        let mut environment = self.start(function, InitializationType::OnDemand).await?;
        let init = match environment.initialize(begun + self.settings.init_limit).await {
            Ok(init) => {
                return Ok(Ok(Ready { environment, init: Some(init), begun: Instant::now() }));
            }
            Err(failure) => {
                let elapsed = begun.elapsed();
                let how = match failure {
                    InitFailure::Reported(_) => "error",
                    InitFailure::Ended(Ended::TimedOut) => "timeout",
                    InitFailure::Ended(_) => "exit",
                };
                environment.log.platform(&format!(
                    "INIT_REPORT Init Duration: {:.2} ms\tPhase: init\tStatus: {how}",
                    elapsed.as_secs_f64() * 1e3
                ));
                environment.stop().await;
                elapsed
            }
        };
        drop(environment);
        let begun = Instant::now();
        let limit = function.config.timeout;
        let mut environment = self.start(function, InitializationType::OnDemand).await?;
        match environment.initialize(begun + limit).await {
            Ok(_) => Ok(Ok(Ready { environment, init: Some(init), begun })),
            Err(failure) => {
                let error = init_error(failure, &environment, request_id, limit);
                Ok(Err(NotReady { error, init, begun, peak_mb: environment.peak_mb() }))
            }
        }
    }

    pub(super) async fn start(
        &self,
        function: &Function,
        why: InitializationType,
    ) -> Result<Environment, SandboxError> {
        self.make_room(why).await;
        {
            let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
            let counts = counts.entry(function.config.name.clone()).or_default();
            match why {
                InitializationType::OnDemand => counts.cold_starts += 1,
                InitializationType::ProvisionedConcurrency => counts.provisioned += 1,
            }
        }
        Environment::start(&function.config, &function.files, &self.settings, why, &self.live, &self.observer)
            .await
            .map_err(|source| SandboxError::Start { function: function.config.name.clone(), source })
    }
}

pub(super) fn init_error(
    failure: InitFailure,
    environment: &Environment,
    request_id: &str,
    limit: Duration,
) -> FunctionError {
    match failure {
        InitFailure::Reported(error) => FunctionError::reported(FailureKind::Initialization, &error),
        InitFailure::Ended(ended) => ended_error(&ended, environment, request_id, limit),
    }
}

pub(super) fn ended_error(
    ended: &Ended,
    environment: &Environment,
    request_id: &str,
    limit: Duration,
) -> FunctionError {
    let tail = environment.log.tail();
    match ended {
        Ended::Exited(status) => FunctionError::exited(request_id, *status, &tail),
        Ended::OutOfMemory => FunctionError::out_of_memory(request_id, &tail),
        Ended::TimedOut => FunctionError::timed_out(request_id, limit, &tail),
    }
}
