//! The memory of a process, read from `/proc`, so that a limit can be kept without a control group.

use std::fs;

/// Returns the largest resident set the process has had so far, in kB, or `None` once it is gone.
///
/// `VmHWM` is the kernel's own high-water mark (man page proc(5)): a peak between two readings is seen by the
/// second. It counts the process itself and not its children.
pub(crate) fn peak_kb(pid: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    high_water_mark(&status)
}

fn high_water_mark(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_high_water_mark_is_read_in_kb() {
        let status = "Name:\tbootstrap\nVmPeak:\t    5000 kB\nVmHWM:\t    1234 kB\nVmRSS:\t     900 kB\n";
        assert_eq!(high_water_mark(status), Some(1234));
        assert_eq!(high_water_mark("Name:\tzombie\nState:\tZ\n"), None);
    }

    #[test]
    fn this_process_has_used_memory() {
        assert!(peak_kb(std::process::id()).unwrap() > 0);
    }
}
