//! How long one start takes. A process can start once, so a caller asks as many children as it wants samples.

use std::time::Instant;

use camino::Utf8PathBuf;
use iacgen_tensors::TensorContract;
use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};

use crate::inputs::{Numbers, Spread, seeded};
use crate::runtime::{Runtime, RuntimeError};

/// A start to time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// ONNX Runtime's shared library.
    pub library: Utf8PathBuf,
    /// The model.
    pub model: Utf8PathBuf,
    /// What it takes, where it is known.
    pub tensors: Option<TensorContract>,
    /// Threads within an operator.
    pub threads: usize,
}

/// What a start took. Times are of this process's processor, in milliseconds: another process's load does not count.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measurement {
    /// Loading the library and making its environment.
    pub library_ms: f64,
    /// Opening the session.
    pub session_ms: f64,
    /// The first run, of one row.
    pub first_run_ms: f64,
    /// The second run, of one row.
    pub second_run_ms: f64,
    /// All of it by the clock on the wall.
    pub wall_ms: f64,
    /// The most memory that the process had, in KiB.
    pub peak_kib: u64,
}

pub(crate) fn measure(request: &Measure) -> Result<Measurement, RuntimeError> {
    let failed = |reason: String| RuntimeError::Run { path: request.model.clone(), reason };
    let started = Instant::now();
    let mut watch = Watch::start();
    let runtime = Runtime::load(&request.library)?;
    let library_ms = watch.lap();
    let mut session = runtime.open(&request.model, request.threads)?;
    let session_ms = watch.lap();
    let spread = Spread { rows: 1, from: 0.0, to: 1.0 };
    let inputs =
        seeded(&session, request.tensors.as_ref(), spread, &mut Numbers::seeded(1)).map_err(failed)?;
    let mut run = || {
        let mut watch = Watch::start();
        let views: Vec<_> = inputs.iter().map(|(name, value)| (name.as_str(), value.view())).collect();
        session.run(views).map(drop).map_err(|error| failed(error.to_string()))?;
        Ok(watch.lap())
    };
    Ok(Measurement {
        library_ms,
        session_ms,
        first_run_ms: run()?,
        second_run_ms: run()?,
        wall_ms: started.elapsed().as_secs_f64() * 1e3,
        peak_kib: peak_kib(),
    })
}

/// Measures laps of the process's own time.
struct Watch(f64);

impl Watch {
    fn start() -> Self {
        Self(now_ms())
    }

    fn lap(&mut self) -> f64 {
        let now = now_ms();
        let lap = now - self.0;
        self.0 = now;
        lap
    }
}

#[expect(clippy::cast_precision_loss, reason = "seconds of one process fit")]
fn now_ms() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 * 1e3 + time.tv_nsec as f64 / 1e6
}

/// Returns `VmHWM` of the process. Page: proc_pid_status(5).
fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
