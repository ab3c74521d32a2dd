//! What a running process has used, and where it may run.

use std::fs::{self, File};

use anyhow::{Context, Result};
use camino::Utf8Path;
use nix::fcntl::{PosixFadviseAdvice, posix_fadvise};
use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::time::clock_getcpuclockid;
use nix::unistd::Pid;

/// Two processors: one for the functions, one for everything that serves them. On a machine of one they are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Processors {
    /// The server's and this program's.
    pub(super) ours: usize,
    /// The functions'.
    pub(super) functions: usize,
}

impl Processors {
    /// Chooses among those that this process may use.
    ///
    /// # Errors
    /// When the system does not say which they are.
    pub(super) fn choose() -> Result<Self> {
        let allowed = sched_getaffinity(this()).context("cannot tell which processors may be used")?;
        let numbers: Vec<usize> =
            (0..CpuSet::count()).filter(|&number| allowed.is_set(number).unwrap_or(false)).collect();
        let (first, last) = (numbers.first().copied().unwrap_or(0), numbers.last().copied().unwrap_or(0));
        Ok(Self { ours: first, functions: last })
    }
}

/// Keeps this thread, and those that it starts from now on, on one processor.
///
/// # Errors
/// When the system refuses.
pub(super) fn stay_on(processor: usize) -> Result<()> {
    keep_on(this(), processor).context("cannot stay on one processor")
}

/// Keeps a process that has one thread on one processor. One that is gone already needs it no more.
pub(super) fn move_to(process: u32, processor: usize) {
    if let Ok(process) = i32::try_from(process) {
        let _ = keep_on(Pid::from_raw(process), processor);
    }
}

fn keep_on(process: Pid, processor: usize) -> nix::Result<()> {
    let mut set = CpuSet::new();
    set.set(processor)?;
    sched_setaffinity(process, &set)
}

/// Stands for the calling thread in sched_setaffinity(2).
const fn this() -> Pid {
    Pid::from_raw(0)
}

/// Returns the CPU time of a process so far, of all its threads that are or were, in milliseconds, to the nanosecond.
/// `None` once it is gone.
pub(super) fn cpu_ms(process: u32) -> Option<f64> {
    let process = Pid::from_raw(i32::try_from(process).ok()?);
    let time = clock_getcpuclockid(process).ok()?.now().ok()?;
    #[expect(clippy::cast_precision_loss, reason = "seconds of a process fit in 52 bits")]
    let milliseconds = time.tv_sec() as f64 * 1e3 + time.tv_nsec() as f64 / 1e6;
    Some(milliseconds)
}

/// Returns the CPU time of all threads of a process but its first, in milliseconds: the first number of
/// `/proc/PID/task/TID/schedstat`, in nanoseconds (the kernel's scheduler/sched-stats.rst). Only threads that are still
/// there count. `None` once the process is gone.
pub(super) fn other_threads_cpu_ms(process: u32) -> Option<f64> {
    let threads = fs::read_dir(format!("/proc/{process}/task")).ok()?;
    let times = threads.flatten().filter_map(|entry| {
        let is_first = entry.file_name().to_str()?.parse::<u32>().ok()? == process;
        let text = fs::read_to_string(entry.path().join("schedstat")).ok()?;
        let nanoseconds: f64 = text.split_whitespace().next()?.parse().ok()?;
        (!is_first).then_some(nanoseconds / 1e6)
    });
    Some(times.sum())
}

/// Returns the most memory that a process has held, in MB of 1024 kB as Lambda counts: `VmHWM` of proc_pid_status(5), in
/// which the pages of mapped files count too.
pub(super) fn peak_mb(process: u32) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    high_water_mark(&status)
}

fn high_water_mark(status: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u32 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(f64::from(kilobytes) / 1024.0)
}

/// Drops a folder's files from the kernel's page cache: posix_fadvise(2), which needs no privilege and has an effect on
/// pages that are written back and that no process maps.
///
/// # Errors
/// When a file cannot be read.
pub(super) fn evict(folder: &Utf8Path) -> Result<()> {
    for entry in folder.read_dir_utf8().with_context(|| format!("cannot list {folder}"))? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            evict(entry.path())?;
            continue;
        }
        let failed = || format!("cannot drop {} from the page cache", entry.path());
        let file = File::open(entry.path()).with_context(failed)?;
        file.sync_all().with_context(failed)?;
        posix_fadvise(&file, 0, 0, PosixFadviseAdvice::POSIX_FADV_DONTNEED).with_context(failed)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_is_measured() {
        let this = std::process::id();
        assert!(cpu_ms(this).unwrap() > 0.0 && peak_mb(this).unwrap() > 1.0);
        assert_eq!(high_water_mark("Name:\tx\nVmHWM:\t    2560 kB\nVmRSS:\t 1 kB\n"), Some(2.5));
        assert_eq!(high_water_mark("State:\tZ\n"), None);
        // A test's own thread is not the first.
        assert!(other_threads_cpu_ms(this).unwrap() > 0.0);
    }

    #[test]
    fn both_processors_are_allowed_ones() {
        let chosen = Processors::choose().unwrap();
        let allowed = sched_getaffinity(this()).unwrap();
        assert!(allowed.is_set(chosen.ours).unwrap() && allowed.is_set(chosen.functions).unwrap());
    }
}
