//! How the command ends.

use std::process::ExitCode;

/// Exit codes of `iacgen`. Scripts may rely on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ExitStatus {
    /// Done.
    Success = 0,
    /// Done, and there is something to tell: `check` has findings, `synth --check` has differences, the
    /// execution of `run` failed.
    Findings = 1,
    /// Could not do its job: wrong usage, a spec with errors, a file that cannot be read or written.
    Failed = 2,
    /// `diff` was asked to tell, and somebody can do what they could not do before.
    Broadened = 3,
    /// `diff` was asked to tell, and something is lost.
    Destructive = 4,
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        Self::from(status as u8)
    }
}
