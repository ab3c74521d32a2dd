//! The hidden `iacgen onnx-job`: ONNX Runtime in a process of its own, and the calls to it.
//!
//! The library is foreign code that reads foreign files. A crash of it must be an error of a command that goes on, so it is
//! only ever loaded by a child.

use std::error::Error;
use std::io::{self, Read, Write as _};
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus as ChildStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use iacgen_onnx::{Answer, Job, Optimize, Optimized, RECIPE, answer};
use iacgen_package::{ModelOptimizer, OptimizeTask, OptimizeVerdict};

use crate::error::CommandError;
use crate::exit::ExitStatus;

/// The name of the subcommand.
pub(crate) const SUBCOMMAND: &str = "onnx-job";
/// How long a job may take. The largest models that fit a package take some ten seconds.
const LIMIT: Duration = Duration::from_mins(5);
/// How much of what the child says on standard error is shown.
const SHOWN_BYTES: usize = 2000;

/// Does the job on standard input and writes the answer to standard output.
pub(crate) fn serve() -> Result<ExitStatus, CommandError> {
    answer(io::stdin().lock(), io::stdout().lock())
        .map_err(|error| CommandError::new("cannot do the job").because(error))?;
    Ok(ExitStatus::Success)
}

/// Optimises models in children of this process.
#[derive(Debug)]
pub(crate) struct ChildOptimizer {
    program: PathBuf,
    arguments: Vec<String>,
    limit: Duration,
}

/// A child that gave no answer.
#[derive(Debug)]
pub(crate) enum ChildError {
    /// It cannot be started or talked to.
    Unreachable(io::Error),
    /// A signal ended it: a crash of the library, or too little memory.
    Killed { signal: i32, said: String },
    /// It ended by itself without an answer.
    Ended { status: ChildStatus, said: String },
    /// It took too long.
    Slow { limit: Duration },
    /// It says why it could not do the job.
    Refused(String),
}

impl ChildOptimizer {
    /// Children run this very program.
    pub(crate) fn new() -> Result<Self, CommandError> {
        let program = std::env::current_exe()
            .map_err(|error| CommandError::new("cannot tell where this program lies").because(error))?;
        Ok(Self { program, arguments: vec![SUBCOMMAND.to_owned()], limit: LIMIT })
    }

    /// Gives a job to a child and waits for the answer.
    fn ask(&self, job: &Job) -> Result<Answer, ChildError> {
        let text = serde_json::to_vec(job).map_err(|error| ChildError::Unreachable(error.into()))?;
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut running = iacgen_package::start(&mut command).map_err(ChildError::Unreachable)?;
        let child = running.child();
        let output = read_aside(child.stdout.take());
        let said = read_aside(child.stderr.take());
        if let Some(mut input) = child.stdin.take() {
            // A child that ends at once closes the pipe; how it ended says more than that.
            let _ = input.write_all(&text);
        }
        let status = self.wait(child)?;
        let text = output.join().unwrap_or_default();
        let said = last_part(&said.join().unwrap_or_default());
        if let Some(signal) = status.signal() {
            return Err(ChildError::Killed { signal, said });
        }
        match serde_json::from_slice(&text) {
            Ok(Answer::Failed(message)) => Err(ChildError::Refused(message)),
            Ok(answer) if status.success() => Ok(answer),
            _ => Err(ChildError::Ended { status, said }),
        }
    }

    /// Waits for the end, which it brings about at the limit.
    fn wait(&self, child: &mut Child) -> Result<ChildStatus, ChildError> {
        let started = Instant::now();
        let mut pause = Duration::from_millis(1);
        loop {
            if let Some(status) = child.try_wait().map_err(ChildError::Unreachable)? {
                return Ok(status);
            }
            if started.elapsed() > self.limit {
                let _ = child.kill();
                let _ = child.wait();
                return Err(ChildError::Slow { limit: self.limit });
            }
            thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(50));
        }
    }
}

impl ModelOptimizer for ChildOptimizer {
    fn recipe(&self) -> String {
        format!("recipe {RECIPE}")
    }

    fn optimize(&self, task: &OptimizeTask<'_>) -> Result<OptimizeVerdict, Box<dyn Error + Send + Sync>> {
        let job = Job::Optimize(Optimize {
            library: task.library.to_owned(),
            model: task.model.to_owned(),
            output: task.output.to_owned(),
            tensors: task.tensors.cloned(),
        });
        match self.ask(&job)? {
            Answer::Optimized(Optimized::Written { comparison }) => Ok(OptimizeVerdict::Same {
                values: comparison.values,
                max_absolute: comparison.max_absolute,
                max_relative: comparison.max_relative,
            }),
            Answer::Optimized(Optimized::Unfit { reason, .. }) => Ok(OptimizeVerdict::Unfit { reason }),
            Answer::Measured(_) | Answer::Failed(_) => {
                Err(ChildError::Refused("it answered another question".to_owned()).into())
            }
        }
    }
}

/// Reads a pipe to its end in a thread, so that a full one never stops the child.
fn read_aside(pipe: Option<impl Read + Send + 'static>) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            let _ = pipe.read_to_end(&mut bytes);
        }
        bytes
    })
}

fn last_part(bytes: &[u8]) -> String {
    let start = bytes.len().saturating_sub(SHOWN_BYTES);
    String::from_utf8_lossy(&bytes[start..]).trim().to_owned()
}

impl std::fmt::Display for ChildError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let said = match self {
            Self::Unreachable(_) => return f.write_str("the process for ONNX Runtime cannot be started"),
            Self::Slow { limit } => {
                return write!(f, "ONNX Runtime was not done after {} s and was stopped", limit.as_secs());
            }
            Self::Refused(message) => return f.write_str(message),
            Self::Killed { signal, said } => {
                // Numbers of signal(7) on Linux.
                let why = match signal {
                    9 => ": it was killed, perhaps for want of memory",
                    6 | 7 | 11 => ": the library crashed",
                    4 => ": this processor lacks an instruction that the library uses",
                    _ => "",
                };
                write!(f, "the process for ONNX Runtime ended with signal {signal}{why}")?;
                said
            }
            Self::Ended { status, said } => {
                write!(f, "the process for ONNX Runtime gave no answer ({status})")?;
                said
            }
        };
        if said.is_empty() { Ok(()) } else { write!(f, "\n{said}") }
    }
}

impl Error for ChildError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        if let Self::Unreachable(error) = self { Some(error) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job() -> Job {
        Job::Optimize(Optimize {
            library: "none".into(),
            model: "none".into(),
            output: "none".into(),
            tensors: None,
        })
    }

    /// Asks a shell script instead of this program.
    fn ask(script: &str, limit: Duration) -> Result<Answer, ChildError> {
        let arguments = vec!["-c".to_owned(), script.to_owned()];
        ChildOptimizer { program: "/bin/sh".into(), arguments, limit }.ask(&job())
    }

    fn failure(script: &str) -> String {
        ask(script, LIMIT).unwrap_err().to_string()
    }

    #[test]
    fn an_answer_is_taken() {
        let script = r#"cat >/dev/null; echo '{"optimized":{"unfit":{"reason":"r","comparison":null}}}'"#;
        let expected = Optimized::Unfit { reason: "r".to_owned(), comparison: None };
        assert_eq!(ask(script, LIMIT).unwrap(), Answer::Optimized(expected));
    }

    #[test]
    fn a_crash_is_told_with_what_was_said() {
        let told = failure("echo the last words >&2; kill -SEGV $$");
        assert!(
            told.contains("signal 11: the library crashed") && told.ends_with("the last words"),
            "{told}"
        );
        assert!(failure("kill -KILL $$").contains("for want of memory"));
        assert!(failure("echo oops; exit 3").contains("gave no answer (exit status: 3)"));
        assert!(failure("exit 0").contains("gave no answer"));
        assert_eq!(failure(r#"echo '{"failed":"it does not load"}'"#), "it does not load");
    }

    #[test]
    fn one_that_never_ends_is_stopped() {
        let error = ask("exec sleep 60", Duration::ZERO).unwrap_err();
        assert!(matches!(error, ChildError::Slow { .. }), "{error}");
    }
}
