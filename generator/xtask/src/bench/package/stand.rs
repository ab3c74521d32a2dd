//! One start of a function: a fresh environment, invocations with one image, and a whole shard.

use std::collections::BTreeMap;
use std::fs;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use camino::{Utf8Path, Utf8PathBuf};
use iacgen_aws_types::{Architecture, EphemeralStorage, MemorySize};
use iacgen_local::s3::{Access, Buckets, LocalS3, S3Credentials};
use iacgen_local::sandbox::{
    Credentials, Function, FunctionConfig, INIT_LIMIT, Isolation, LambdaEvent, LambdaObserver, LogFormat,
    Logging, Sandbox, SandboxSettings,
};
use run_results::Predictions;
use serde::Deserialize;

use super::partition::{DATA, RESULTS, TENSORS, Work, Works};
use super::process::{self, Processors};

/// The memory that buys one vCPU, in MB. Page: "Configure Lambda function memory".
pub(super) const MEMORY_MB: u32 = 1_769;
/// How many invocations with one image follow the first; their median counts.
const WARM: usize = 7;
const ARN: &str = "arn:aws:lambda:eu-west-1:123456789012:function:bench";
const REGION: &str = "eu-west-1";
/// How much CPU time shards take together, in milliseconds: a small model's takes a tenth of that.
const SHARDS_MS: f64 = 1_000.0;
/// A shard of the largest model takes ten seconds on a quiet machine.
const TIMEOUT: Duration = Duration::from_mins(5);

/// A function to measure.
#[derive(Debug, Clone)]
pub(super) struct Contestant {
    /// Its column.
    pub(super) language: Language,
    /// The zip, named by its SHA-256.
    pub(super) package: Utf8PathBuf,
    /// Its size.
    pub(super) size: Size,
    /// The size that it has with everything that a package manager installs for it, where that is more than what runs.
    pub(super) installed: Option<Size>,
}

/// The size of a package in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(super) struct Size {
    /// The zip's.
    pub(super) zip: u64,
    /// Of all its files.
    pub(super) unzipped: u64,
    /// The model's share of the zip.
    pub(super) model_zip: u64,
    /// The model's files.
    pub(super) model_unzipped: u64,
}

/// What a function is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Language {
    /// The infer function of this repository.
    Rust,
    /// Python with ONNX Runtime.
    Python,
    /// Python with torch, which does not fit a zip: its libraries are this machine's, and it is not isolated.
    Torch,
}

/// What a start used. Times of the CPU are of all threads, in user mode and in the kernel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Start {
    /// From the start of the process to its first `next`, in milliseconds.
    pub(super) init: Time,
    /// The first invocation, with one image.
    pub(super) first: Time,
    /// An invocation with one image after it.
    pub(super) warm: Time,
    /// The most memory until then, in MB.
    pub(super) peak_mb: f64,
    /// The shard, if it was asked for.
    pub(super) shard: Option<ShardUse>,
}

/// What an invocation with a shard used.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct ShardUse {
    /// The whole invocation.
    pub(super) time: Time,
    /// The model's batches in it, with the conversion of inputs and outputs. By the wall it is what the handler says, in
    /// which it also reads ahead; of the CPU it is the thread's that runs the model.
    pub(super) batches: Time,
    /// The most memory of the process, in MB.
    pub(super) peak_mb: f64,
}

/// A time by two clocks, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Time {
    /// By the clock on the wall.
    pub(super) wall_ms: f64,
    /// Of the processor.
    pub(super) cpu_ms: f64,
}

/// Whether the package's files are in the kernel's page cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PageCache {
    /// They are.
    Warm,
    /// They were dropped from it just before.
    Cold,
}

/// Where functions are started: the local S3 with the partitions, and a folder.
#[derive(Debug)]
pub(super) struct Stand {
    folder: Utf8PathBuf,
    s3: LocalS3,
    processors: Processors,
    architecture: Architecture,
    works: Works,
    starts: AtomicU32,
}

/// What the sandbox told of the one process.
#[derive(Debug, Default)]
struct Seen {
    process: Option<u32>,
    started_cpu_ms: f64,
    ready_cpu_ms: Option<f64>,
}

impl Stand {
    /// Serves the partitions and prepares a folder, which the caller removes.
    ///
    /// # Errors
    /// When the folder cannot be written or the server not be started.
    pub(super) async fn build(
        folder: &Utf8Path,
        processors: Processors,
        architecture: Architecture,
    ) -> Result<Self> {
        let buckets = Buckets::open(&folder.join("s3")).context("cannot make the buckets")?;
        buckets.create(DATA).context("cannot make the bucket of the partitions")?;
        buckets.create(RESULTS).context("cannot make the bucket of the predictions")?;
        let works = Works::write(&folder.join("s3").join(DATA))?;
        let Credentials { access_key_id, secret_access_key, .. } = credentials();
        let key = S3Credentials { access_key_id, secret_access_key, access: Access::Unrestricted };
        let s3 = LocalS3::start(buckets, &[key]).await.context("cannot start the local S3")?;
        Ok(Self { folder: folder.to_owned(), s3, processors, architecture, works, starts: AtomicU32::new(0) })
    }

    /// Returns the file of the shard.
    pub(super) fn shard_file(&self) -> Utf8PathBuf {
        self.folder.join("s3").join(DATA).join(self.works.shard.key)
    }

    /// Returns the number of images of the shard.
    pub(super) fn shard_rows(&self) -> usize {
        self.works.shard.rows
    }

    /// Returns the folder of a package's files, which is there after the first start.
    pub(super) fn unzipped(&self, contestant: &Contestant) -> Utf8PathBuf {
        self.folder.join("packages").join(contestant.package.file_stem().unwrap_or_default())
    }

    /// Starts a function in a fresh environment and measures it. The shard comes last.
    ///
    /// # Errors
    /// When it does not start or does not answer.
    pub(super) async fn start(
        &self,
        contestant: &Contestant,
        cache: PageCache,
        with_shard: bool,
    ) -> Result<Start> {
        let number = self.starts.fetch_add(1, Ordering::Relaxed);
        let run_folder = self.folder.join(format!("run-{number}"));
        let seen = Arc::new(Mutex::new(Seen::default()));
        let sandbox = Sandbox::new(
            self.settings(contestant.language, run_folder.clone()),
            observer(Arc::clone(&seen), self.processors),
        );
        let measured = self.measure(&sandbox, contestant, cache, with_shard, &seen).await;
        sandbox.shutdown().await;
        fs::remove_dir_all(&run_folder).with_context(|| format!("cannot remove {run_folder}"))?;
        measured.with_context(|| format!("{} failed", contestant.language.name()))
    }

    async fn measure(
        &self,
        sandbox: &Sandbox,
        contestant: &Contestant,
        cache: PageCache,
        with_shard: bool,
        seen: &Mutex<Seen>,
    ) -> Result<Start> {
        let function = sandbox.deploy(self.config(contestant)?).context("cannot deploy it")?;
        if contestant.language != Language::Torch && !sandbox.is_isolated() {
            bail!(
                "this machine does not isolate functions as Lambda does; `iacgen package --smoke` says why"
            );
        }
        if cache == PageCache::Cold {
            process::evict(&self.unzipped(contestant))?;
        }
        let invoker = Invoker { sandbox, function, seen };
        let (init_ms, first) = invoker.invoke(&self.works.one).await?;
        let init = {
            let seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
            let ready = seen.ready_cpu_ms.context("nothing was told of the invocation")?;
            Time {
                wall_ms: init_ms.context("the environment was not fresh")?,
                cpu_ms: ready - seen.started_cpu_ms,
            }
        };
        let mut warm = Vec::new();
        for _ in 0..WARM {
            warm.push(invoker.invoke(&self.works.one).await?.1);
        }
        let peak_mb = invoker.peak_mb()?;
        let shard = if with_shard { Some(self.shard(&invoker, contestant.language).await?) } else { None };
        Ok(Start { init, first, warm: Time::median(&warm), peak_mb, shard })
    }

    /// Invokes a function with the shard, again and again until that took long enough.
    async fn shard(&self, invoker: &Invoker<'_>, language: Language) -> Result<ShardUse> {
        let mut peak_mb = None;
        let (mut times, mut batches) = (Vec::new(), Vec::new());
        let before = invoker.other_threads_cpu_ms()?;
        while times.iter().map(|time: &Time| time.cpu_ms).sum::<f64>() < SHARDS_MS {
            times.push(invoker.invoke(&self.works.shard).await?.1);
            peak_mb.get_or_insert(invoker.peak_mb()?);
            batches.push(self.record(language)?.duration);
        }
        #[expect(clippy::cast_precision_loss, reason = "there are few shards")]
        let each = (invoker.other_threads_cpu_ms()? - before) / batches.len() as f64;
        let batch =
            |spent: &Spent| Time { wall_ms: spent.compute_ms, cpu_ms: spent.compute_cpu_ms.unwrap_or(each) };
        Ok(ShardUse {
            time: Time::median(&times),
            batches: Time::median(&batches.iter().map(batch).collect::<Vec<_>>()),
            peak_mb: peak_mb.unwrap_or(f64::NAN),
        })
    }

    fn settings(&self, language: Language, run_folder: Utf8PathBuf) -> SandboxSettings {
        SandboxSettings {
            region: REGION.to_owned(),
            endpoint_s3: Some(self.s3.endpoint()),
            packages_folder: self.folder.join("packages"),
            run_folder,
            max_environments: NonZeroUsize::MIN,
            init_limit: INIT_LIMIT,
            account_concurrency: 10,
            isolation: match language {
                Language::Rust | Language::Python => Isolation::WherePossible,
                Language::Torch => Isolation::Never,
            },
        }
    }

    fn config(&self, contestant: &Contestant) -> Result<FunctionConfig> {
        let variables = [("BUCKET_DATA", DATA), ("BUCKET_RESULTS", RESULTS), ("TENSORS", TENSORS)];
        Ok(FunctionConfig {
            name: "bench".to_owned(),
            version: "1".to_owned(),
            handler: "handler.handle".to_owned(),
            package: contestant.package.clone(),
            layers: Vec::new(),
            architecture: self.architecture,
            memory: MemorySize::new(MEMORY_MB).context("the memory")?,
            ephemeral_storage: EphemeralStorage::new(512).context("the size of /tmp")?,
            timeout: TIMEOUT,
            variables: BTreeMap::from(variables.map(|(name, value)| (name.to_owned(), value.to_owned()))),
            logging: Logging { group: "/aws/lambda/bench".to_owned(), format: LogFormat::Json },
            reserved_concurrency: None,
            credentials: credentials(),
        })
    }

    /// Returns what a handler wrote last of the shard.
    fn record(&self, language: Language) -> Result<Record> {
        let Work { run, index, .. } = &self.works.shard;
        let key = match language {
            Language::Rust => run.record_key(*index),
            Language::Python | Language::Torch => format!("{}python/{index}.json", run.prefix),
        };
        let path = self.folder.join("s3").join(RESULTS).join(key);
        let text = fs::read(&path).with_context(|| format!("cannot read {path}"))?;
        let record: Record = serde_json::from_slice(&text).with_context(|| format!("{path} is no record"))?;
        if record.count != self.works.shard.rows {
            bail!("{path} counts {} images and not {}", record.count, self.works.shard.rows);
        }
        Ok(record)
    }

    /// Returns what a handler predicted for the shard.
    ///
    /// # Errors
    /// When it has not run, or wrote something else.
    pub(super) fn predictions(&self, language: Language) -> Result<Vec<f32>> {
        let Work { run, index, .. } = &self.works.shard;
        let key = match language {
            Language::Rust => run.shard_predictions_key(*index),
            Language::Python | Language::Torch => format!("{}python/{index}.safetensors", run.prefix),
        };
        let path = self.folder.join("s3").join(RESULTS).join(key);
        let bytes = fs::read(&path).with_context(|| format!("cannot read {path}"))?;
        let predictions = Predictions::decode(&bytes).with_context(|| format!("{path} is not readable"))?;
        predictions.predicted().with_context(|| format!("{path} has no predictions"))
    }
}

/// The part of a shard's record that both handlers write.
#[derive(Debug, Deserialize)]
struct Record {
    count: usize,
    duration: Spent,
}

#[derive(Debug, Deserialize)]
struct Spent {
    compute_ms: f64,
    /// Python says it, since all of it runs in one thread. The infer function has a thread for the model.
    compute_cpu_ms: Option<f64>,
}

struct Invoker<'a> {
    sandbox: &'a Sandbox,
    function: Function,
    seen: &'a Mutex<Seen>,
}

impl Invoker<'_> {
    /// Invokes the function; returns how long it took to start, if it did, and what the invocation took.
    async fn invoke(&self, work: &Work) -> Result<(Option<f64>, Time)> {
        // The first invocation begins where initialization ends, which the observer has seen.
        let before = self.cpu_ms().unwrap_or(0.0);
        let invoked = self.sandbox.invoke(&self.function, ARN, work.event.clone()).await?;
        let after = self.cpu_ms().context("the process is gone")?;
        if let Err(error) = invoked.result {
            bail!("{}: {}", error.error_type, error.error_message);
        }
        let before = if invoked.report.init_duration_ms.is_some() {
            self.seen().ready_cpu_ms.unwrap_or(before)
        } else {
            before
        };
        let time = Time { wall_ms: invoked.report.duration_ms, cpu_ms: after - before };
        Ok((invoked.report.init_duration_ms, time))
    }

    fn seen(&self) -> std::sync::MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn cpu_ms(&self) -> Option<f64> {
        let process = self.seen().process?;
        process::cpu_ms(process)
    }

    fn other_threads_cpu_ms(&self) -> Result<f64> {
        let process = self.seen().process;
        process.and_then(process::other_threads_cpu_ms).context("the process is gone")
    }

    fn peak_mb(&self) -> Result<f64> {
        let process = self.seen().process;
        process.and_then(process::peak_mb).context("the process is gone")
    }
}

/// Pins each process as it starts, and reads its CPU time then and when it is ready for its first invocation.
fn observer(seen: Arc<Mutex<Seen>>, processors: Processors) -> LambdaObserver {
    LambdaObserver::new(move |event| {
        let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            LambdaEvent::EnvironmentStarted { pid, .. } => {
                process::move_to(*pid, processors.functions);
                seen.process = Some(*pid);
                seen.started_cpu_ms = process::cpu_ms(*pid).unwrap_or(0.0);
            }
            LambdaEvent::InvocationStarted { pid, .. } if seen.ready_cpu_ms.is_none() => {
                seen.ready_cpu_ms = process::cpu_ms(*pid);
            }
            _ => {}
        }
    })
}

fn credentials() -> Credentials {
    Credentials {
        access_key_id: "AKIABENCH".to_owned(),
        secret_access_key: "not-a-secret".to_owned(),
        session_token: "not-a-token".to_owned(),
    }
}

impl Language {
    /// Returns its column's title.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Rust => "infer (Rust)",
            Self::Python => "Python",
            Self::Torch => "Python, torch",
        }
    }
}

impl Time {
    /// Returns the median by each clock.
    pub(super) fn median(times: &[Self]) -> Self {
        let of = |clock: fn(&Self) -> f64| median(times.iter().map(clock));
        Self { wall_ms: of(|time| time.wall_ms), cpu_ms: of(|time| time.cpu_ms) }
    }
}

/// Returns the median, NaN of nothing.
pub(super) fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    match (values.get(values.len() / 2), values.get((values.len().max(1) - 1) / 2)) {
        (Some(upper), Some(lower)) => f64::midpoint(*lower, *upper),
        _ => f64::NAN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_of_each_clock() {
        let time = |wall_ms, cpu_ms| Time { wall_ms, cpu_ms };
        let found = Time::median(&[time(3.0, 1.0), time(1.0, 9.0), time(2.0, 2.0), time(8.0, 1.5)]);
        assert_eq!(found, time(2.5, 1.75));
        assert!(median([]).is_nan());
    }
}
