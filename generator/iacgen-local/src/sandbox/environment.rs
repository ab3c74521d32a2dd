//! One execution environment: a process of the bootstrap and its Runtime API.

use std::collections::BTreeMap;
use std::io;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use camino::{Utf8Path, Utf8PathBuf};
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::{Child, Command};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior};

use super::event::{LambdaEvent, LambdaObserver};
use super::files::FunctionFiles;
use super::isolation;
use super::live::LiveProcesses;
use super::log::EnvironmentLog;
use super::process_memory;
use super::variables::{EnvironmentContext, InitializationType, of_environment};
use super::{FunctionConfig, SandboxSettings};
use crate::runtime_api::{InitReply, NextInvocation, Reply, RuntimeApi, RuntimeError};

/// How often a process's memory is looked at.
const MEMORY_PERIOD: Duration = Duration::from_millis(10);
/// How long the last lines of a dead process are waited for: a child of it may hold the pipe open.
const LOG_PATIENCE: Duration = Duration::from_secs(1);

/// A running process of the bootstrap. Dropping it kills the process and all it has started.
#[derive(Debug)]
pub(crate) struct Environment {
    pub(crate) id: String,
    pub(crate) pid: u32,
    pub(crate) initialization: InitializationType,
    pub(crate) log: EnvironmentLog,
    child: Child,
    api: RuntimeApi,
    initialized: Option<oneshot::Receiver<InitReply>>,
    pumps: Vec<JoinHandle<()>>,
    started: Instant,
    peak_kb: u64,
    memory_limit_kb: u64,
    /// The folder that stands for `/tmp` where the process is not isolated.
    tmp: Option<Utf8PathBuf>,
    function: String,
    live: LiveProcesses,
    observer: LambdaObserver,
    killed: bool,
}

/// Why a process no longer runs.
#[derive(Debug)]
pub(crate) enum Ended {
    /// By itself, or by a signal that was not ours.
    Exited(ExitStatus),
    /// Killed over its memory limit.
    OutOfMemory,
    /// Killed at the time limit.
    TimedOut,
}

/// Why initialization did not end well.
#[derive(Debug)]
pub(crate) enum InitFailure {
    /// The process ended.
    Ended(Ended),
    /// The runtime posted to `init/error`.
    Reported(RuntimeError),
}

impl Environment {
    /// Starts a process of the package; initialization has then begun.
    pub(crate) async fn start(
        function: &FunctionConfig,
        files: &FunctionFiles,
        settings: &SandboxSettings,
        initialization: InitializationType,
        live: &LiveProcesses,
        observer: &LambdaObserver,
    ) -> io::Result<Self> {
        let id = uuid::Uuid::new_v4().simple().to_string();
        let tmp = files.enclosure.is_none().then(|| settings.run_folder.join("tmp").join(&id));
        if let Some(tmp) = &tmp {
            std::fs::create_dir_all(tmp)?;
        }
        let log_path = settings.run_folder.join("logs").join(&function.name).join(format!("{id}.log"));
        let log = EnvironmentLog::create(&log_path)?;
        let (api, initialized) = RuntimeApi::start().await?;
        let log_stream =
            format!("{}[{}]{id}", jiff::Timestamp::now().strftime("%Y/%m/%d/"), function.version);
        let context = EnvironmentContext {
            runtime_api: &api.host_and_port(),
            task_root: files.task_root_inside().as_str(),
            layers_root: files.layers_root_inside().as_str(),
            tmp: tmp.as_deref().map(Utf8Path::as_str),
            region: &settings.region,
            endpoint_s3: settings.endpoint_s3.as_deref(),
            log_stream: &log_stream,
            initialization,
        };
        let variables = of_environment(function, &context);
        let (mut child, started) = if let Some(enclosure) = &files.enclosure {
            let mut child = enclosure.prepare(&variables).await?;
            let started = isolation::begin(&mut child).await?;
            (child, started)
        } else {
            let started = Instant::now();
            (spawn(&files.task_root, &variables).await?, started)
        };
        let pid = child.id().ok_or_else(|| io::Error::other("the process ended before it had an id"))?;
        let mut pumps = Vec::new();
        if let Some(stdout) = child.stdout.take() {
            pumps.push(log.follow(stdout));
        }
        if let Some(stderr) = child.stderr.take() {
            pumps.push(log.follow(stderr));
        }
        live.add(pid);
        observer.notify(&LambdaEvent::EnvironmentStarted {
            function: function.name.clone(),
            version: function.version.clone(),
            environment: id.clone(),
            pid,
            initialization,
            log: log.path().to_owned(),
        });
        Ok(Self {
            id,
            pid,
            initialization,
            log,
            child,
            api,
            initialized: Some(initialized),
            pumps,
            started,
            peak_kb: 0,
            memory_limit_kb: u64::from(function.memory.megabytes()) * 1024,
            tmp,
            function: function.name.clone(),
            live: live.clone(),
            observer: observer.clone(),
            killed: false,
        })
    }

    /// Waits for the first `next`; returns how long it took from the start of the process.
    pub(crate) async fn initialize(&mut self, deadline: Instant) -> Result<Duration, InitFailure> {
        let Some(initialized) = self.initialized.take() else {
            return Ok(Duration::ZERO);
        };
        match self.watch(deadline, initialized).await.map_err(InitFailure::Ended)? {
            InitReply::Ready => Ok(self.started.elapsed()),
            InitReply::Failed(error) => Err(InitFailure::Reported(error)),
        }
    }

    /// Hands over an invocation and waits for the reply.
    pub(crate) async fn invoke(
        &mut self,
        invocation: NextInvocation,
        deadline: Instant,
    ) -> Result<Reply, Ended> {
        let replied = self.api.offer(invocation);
        self.watch(deadline, replied).await
    }

    /// Returns the largest resident set so far in MB, rounded up.
    pub(crate) fn peak_mb(&self) -> u32 {
        u32::try_from(self.peak_kb.div_ceil(1024)).unwrap_or(u32::MAX)
    }

    /// Returns whether the process still runs.
    pub(crate) fn is_alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Kills the process and its children, and waits until its output is in the log.
    pub(crate) async fn stop(&mut self) {
        self.kill();
        if let Err(error) = self.child.wait().await {
            tracing::warn!(pid = self.pid, %error, "failed to wait for a bootstrap");
        }
        for pump in &mut self.pumps {
            if tokio::time::timeout(LOG_PATIENCE, &mut *pump).await.is_err() {
                pump.abort();
            }
        }
        self.pumps.clear();
    }

    /// Waits for an answer while keeping the limits of memory and time. When it returns an error the
    /// process has ended and its log is complete.
    async fn watch<T>(&mut self, deadline: Instant, mut answer: oneshot::Receiver<T>) -> Result<T, Ended> {
        let mut memory = tokio::time::interval(MEMORY_PERIOD);
        memory.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // The answer comes first: a process that replies and then ends has replied.
        let ended = loop {
            tokio::select! {
                biased;
                answered = &mut answer => {
                    let over = self.is_over_memory_limit();
                    match answered {
                        Ok(answered) if !over => return Ok(answered),
                        _ if over => break Ended::OutOfMemory,
                        // The API is gone only with this environment.
                        _ => break Ended::TimedOut,
                    }
                }
                status = self.child.wait() => match status {
                    Ok(status) => break Ended::Exited(status),
                    Err(error) => {
                        tracing::warn!(pid = self.pid, %error, "failed to wait for a bootstrap");
                        break Ended::TimedOut;
                    }
                },
                _ = memory.tick() => if self.is_over_memory_limit() { break Ended::OutOfMemory },
                () = tokio::time::sleep_until(deadline) => break Ended::TimedOut,
            }
        };
        self.is_over_memory_limit();
        self.stop().await;
        Err(ended)
    }

    /// Reads the memory once more; a process that is gone keeps its last peak. The mark never falls but when a program
    /// replaces another in the process, so the last reading is the bootstrap's own.
    fn is_over_memory_limit(&mut self) -> bool {
        if let Some(peak) = process_memory::peak_kb(self.pid) {
            self.peak_kb = peak;
        }
        self.peak_kb > self.memory_limit_kb
    }

    /// Kills the process group, once: what a process started may outlive it, and its id is certainly its own
    /// only until shortly after its end has been seen.
    fn kill(&mut self) {
        if !self.killed {
            self.killed = true;
            kill_group(self.pid);
        }
    }
}

/// Spawns in the package's folder, again while the file is busy: a process that another thread is just starting inherits,
/// until its own exec, whatever file this program has open for writing, a bootstrap that is being unzipped included.
async fn spawn(task_root: &Utf8Path, variables: &BTreeMap<String, String>) -> io::Result<Child> {
    let mut command = Command::new(task_root.join("bootstrap"));
    command
        .env_clear()
        .envs(variables)
        .current_dir(task_root)
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    let mut attempts = 0;
    loop {
        match command.spawn() {
            Err(error) if error.kind() == io::ErrorKind::ExecutableFileBusy && attempts < 100 => {
                attempts += 1;
            }
            spawned => return spawned,
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Kills the process group that a bootstrap leads.
pub(super) fn kill_group(pid: u32) {
    let Some(group) = i32::try_from(pid).ok().and_then(Pid::from_raw) else {
        return;
    };
    if let Err(error) = kill_process_group(group, Signal::KILL) {
        tracing::debug!(pid, %error, "no process group to kill");
    }
}

impl Drop for Environment {
    fn drop(&mut self) {
        self.kill();
        self.live.remove(self.pid);
        for pump in &self.pumps {
            pump.abort();
        }
        if let Some(tmp) = &self.tmp
            && let Err(error) = std::fs::remove_dir_all(tmp)
        {
            tracing::debug!(path = %tmp, %error, "failed to remove an environment's temporary folder");
        }
        self.observer.notify(&LambdaEvent::EnvironmentStopped {
            function: std::mem::take(&mut self.function),
            environment: std::mem::take(&mut self.id),
            pid: self.pid,
        });
    }
}
