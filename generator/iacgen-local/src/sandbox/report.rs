//! What Lambda's `REPORT` line says about an invocation.

use std::fmt::Write;

use serde::Serialize;

/// How an invocation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum InvocationStatus {
    /// The handler returned.
    Success,
    /// The handler failed, or its process ended.
    Error,
    /// The time limit was reached.
    Timeout,
}

/// The measurements of one invocation, in the units of Lambda's `REPORT` line.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// The request's id.
    pub request_id: String,
    /// From handing over the event to the reply, in milliseconds.
    pub duration_ms: f64,
    /// What Lambda bills, in whole milliseconds: the duration and the initialization, rounded up.
    pub billed_duration_ms: u64,
    /// The configured memory in MB.
    pub memory_size_mb: u32,
    /// The environment's peak so far in MB, rounded up.
    pub max_memory_used_mb: u32,
    /// From the start of the process to its first `next`, in milliseconds, if this invocation waited for it.
    pub init_duration_ms: Option<f64>,
    /// How it ended.
    pub status: InvocationStatus,
}

impl Report {
    /// Computes the billed duration: since August 2025 Lambda bills the INIT phase of functions packaged as
    /// zip files too (AWS Compute Blog, "AWS Lambda standardizes billing for INIT Phase").
    pub(crate) fn billed_ms(duration_ms: f64, init_duration_ms: Option<f64>) -> u64 {
        let total = (duration_ms + init_duration_ms.unwrap_or(0.0)).ceil().max(1.0);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "at least 1, and far below 2^53"
        )]
        let billed = total as u64;
        billed
    }

    /// Returns the line as Lambda writes it to the log.
    pub fn log_line(&self) -> String {
        let mut line = format!(
            "REPORT RequestId: {}\tDuration: {:.2} ms\tBilled Duration: {} ms\tMemory Size: {} MB\tMax Memory Used: {} MB",
            self.request_id,
            self.duration_ms,
            self.billed_duration_ms,
            self.memory_size_mb,
            self.max_memory_used_mb
        );
        if let Some(init) = self.init_duration_ms {
            // Writing to a string cannot fail.
            let _ = write!(line, "\tInit Duration: {init:.2} ms");
        }
        match self.status {
            InvocationStatus::Success => {}
            InvocationStatus::Error => line.push_str("\tStatus: error"),
            InvocationStatus::Timeout => line.push_str("\tStatus: timeout"),
        }
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initialization_is_billed_and_parts_are_rounded_up_together() {
        assert_eq!(Report::billed_ms(10.2, None), 11);
        assert_eq!(Report::billed_ms(10.2, Some(4.3)), 15);
        assert_eq!(Report::billed_ms(0.0, None), 1);
    }

    #[test]
    fn the_log_line_is_lambdas() {
        let report = Report {
            request_id: "r".to_owned(),
            duration_ms: 1.234,
            billed_duration_ms: 6,
            memory_size_mb: 128,
            max_memory_used_mb: 20,
            init_duration_ms: Some(4.5),
            status: InvocationStatus::Success,
        };
        assert_eq!(
            report.log_line(),
            "REPORT RequestId: r\tDuration: 1.23 ms\tBilled Duration: 6 ms\tMemory Size: 128 MB\tMax Memory Used: 20 MB\tInit Duration: 4.50 ms"
        );
    }
}
