//! What a run used, in the units that AWS bills.

use iacgen_aws_types::Architecture;

/// One invocation, as Lambda's REPORT line tells it.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Invocation {
    /// From the event to the answer, in ms.
    pub duration_ms: f64,
    /// What is billed, in whole ms: the duration rounded up, and the initialisation where there was one.
    pub billed_ms: u64,
    /// The initialisation of a new environment, in ms.
    pub init_ms: Option<f64>,
    /// The most memory that the environment has held, in MB.
    pub max_memory_mb: u32,
    /// Whether the answer was a result and not an error.
    pub succeeded: bool,
}

/// All invocations of one function in a run.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct FunctionUsage {
    /// The function's name.
    pub function: String,
    /// Its instruction set.
    pub architecture: Architecture,
    /// The memory that is allocated and billed, in MB.
    pub memory_mb: u32,
    /// The invocations in the order in which they ended.
    pub invocations: Vec<Invocation>,
}

impl FunctionUsage {
    /// Returns how many environments had to be initialised.
    pub fn cold_starts(&self) -> usize {
        self.invocations.iter().filter(|invocation| invocation.init_ms.is_some()).count()
    }

    /// Returns how many invocations ended in an error.
    pub fn failures(&self) -> usize {
        self.invocations.iter().filter(|invocation| !invocation.succeeded).count()
    }

    /// Returns the billed time of all invocations, in ms.
    pub fn billed_ms(&self) -> u64 {
        self.invocations.iter().map(|invocation| invocation.billed_ms).sum()
    }

    /// Returns the most memory that any environment held, in MB.
    pub fn max_memory_mb(&self) -> u32 {
        self.invocations.iter().map(|invocation| invocation.max_memory_mb).max().unwrap_or(0)
    }

    /// Returns the mean duration in ms, 0 when there was no invocation.
    pub fn mean_duration_ms(&self) -> f64 {
        let count = u32::try_from(self.invocations.len()).unwrap_or(u32::MAX);
        if count == 0 {
            return 0.0;
        }
        self.invocations.iter().map(|invocation| invocation.duration_ms).sum::<f64>() / f64::from(count)
    }
}

/// EXPRESS executions of a run: the children of a Distributed Map, or the machine itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct ExpressUsage {
    /// Executions started.
    pub requests: u64,
    /// Their durations, each rounded up to 100 ms, added up, in ms.
    pub billed_ms: u64,
}

impl ExpressUsage {
    /// Adds one execution of this duration, in ms.
    pub fn add(&mut self, duration_ms: u64) {
        self.requests += 1;
        self.billed_ms += duration_ms.div_ceil(100) * 100;
    }
}

/// Everything that a run used.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize)]
pub struct RunUsage {
    /// By function, in the order of the workflow.
    pub functions: Vec<FunctionUsage>,
    /// Transitions between states of STANDARD executions, retries included.
    pub standard_transitions: u64,
    /// EXPRESS executions.
    pub express: ExpressUsage,
}
