//! The conversation between a process that wants something and the child that does it.

use std::io::{self, Read, Write};

use serde::{Deserialize, Serialize};

use crate::measure::{Measure, Measurement, measure};
use crate::optimize::{Optimize, Optimized, optimize};

/// What is asked of the child.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Job {
    /// Optimise a model and compare the two.
    Optimize(Optimize),
    /// Time the start of one model, once, in this fresh process.
    Measure(Measure),
}

/// What the child says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Answer {
    /// The optimised files lie in the output folder, or why they are not to be used.
    Optimized(Optimized),
    /// The times.
    Measured(Measurement),
    /// It could not be done: a message for people.
    Failed(String),
}

/// A conversation that broke off.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// The job cannot be read.
    #[error("the job cannot be read")]
    NoJob(#[source] serde_json::Error),
    /// The answer cannot be written.
    #[error("the answer cannot be written")]
    NoAnswer(#[source] io::Error),
}

/// Reads a job, does it, and writes the answer. A process can do this once: ONNX Runtime has one environment.
///
/// # Errors
/// [`JobError`]. A job that fails is an answer.
pub fn answer(input: impl Read, mut output: impl Write) -> Result<(), JobError> {
    let job: Job = serde_json::from_reader(input).map_err(JobError::NoJob)?;
    let answer = match &job {
        Job::Optimize(request) => optimize(request).map(Answer::Optimized),
        Job::Measure(request) => measure(request).map(Answer::Measured),
    };
    let answer = answer.unwrap_or_else(|error| Answer::Failed(error.to_string()));
    let mut text = serde_json::to_vec(&answer).map_err(|error| JobError::NoAnswer(error.into()))?;
    text.push(b'\n');
    output.write_all(&text).and_then(|()| output.flush()).map_err(JobError::NoAnswer)
}
