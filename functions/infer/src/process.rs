//! What the process knows of itself.

use std::path::PathBuf;

use contract::Architecture;

/// The memory with which a function gets one whole CPU, in MB (AWS page "Configure Lambda function memory").
const MB_PER_CPU: u32 = 1_769;

/// Returns the folder of the package: `LAMBDA_TASK_ROOT`, elsewhere the executable's own.
pub(crate) fn package_folder() -> PathBuf {
    std::env::var_os("LAMBDA_TASK_ROOT")
        .map(PathBuf::from)
        .or_else(|| std::env::current_exe().ok().and_then(|path| path.parent().map(PathBuf::from)))
        .unwrap_or_default()
}

/// Returns how many threads the model may use: the whole CPUs that the function's memory buys, at least one.
pub(crate) fn threads(memory_mb: Option<&str>) -> usize {
    let memory: u32 = memory_mb.and_then(|text| text.parse().ok()).unwrap_or(0);
    (memory / MB_PER_CPU).max(1) as usize
}

/// Returns the instruction set of this build.
pub(crate) const fn architecture() -> Architecture {
    if cfg!(target_arch = "aarch64") { Architecture::Arm64 } else { Architecture::X86_64 }
}

/// Returns the most memory that the process has held, in MB: `VmHWM` of proc(5), or 0 where there is no /proc.
pub(crate) fn peak_memory_mb() -> f64 {
    std::fs::read_to_string("/proc/self/status")
        .ok()
        .and_then(|status| high_water_mark(&status))
        .unwrap_or(0.0)
}

fn high_water_mark(status: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u32 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(f64::from(kilobytes) / 1024.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_buys_threads() {
        let count = |memory| threads(Some(memory));
        assert_eq!(
            (count("128"), count("1769"), count("3537"), count("3538"), count("10240")),
            (1, 1, 1, 2, 5)
        );
        assert_eq!((threads(None), count("much")), (1, 1));
    }

    #[test]
    fn the_high_water_mark_is_read() {
        assert_eq!(high_water_mark("Name:\tx\nVmHWM:\t    2048 kB\nVmRSS:\t 1 kB\n"), Some(2.0));
        assert_eq!(high_water_mark("VmRSS: 1 kB"), None);
        assert!(peak_memory_mb() > 1.0);
    }
}
