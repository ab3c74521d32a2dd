//! The names of executions: each is used once in a work folder, as on AWS.
//!
//! Page: "StartExecution": a name must not be used again for the same state machine while the earlier execution is
//! kept, for 90 days after its end; here it is kept as long as the work folder, where the earlier one's objects are.

use std::fs::{self, File};
use std::io::{self, Write as _};

use camino::{Utf8Path, Utf8PathBuf};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::LocalError;
use super::lock::is_held;
use crate::interpreter::Outcome;

/// How an execution stands, in the words of `DescribeExecution`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Status {
    Running,
    Succeeded,
    Failed,
    TimedOut,
    Aborted,
}

impl Status {
    pub(super) fn of(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Succeeded { .. } => Self::Succeeded,
            Outcome::Failed { .. } => Self::Failed,
            Outcome::TimedOut => Self::TimedOut,
            Outcome::Aborted => Self::Aborted,
        }
    }
}

/// What the record says.
#[derive(Debug, Serialize, Deserialize)]
struct Content {
    arn: String,
    status: Status,
    started: String,
    stopped: Option<String>,
}

/// `execution.json`, in the execution's folder.
const FILE: &str = "execution.json";
/// Held as long as the execution's process lives: the operating system lets go of it when that is killed.
const LOCK: &str = "lock";

/// The record of an execution. Dropped before the end it says that the execution was aborted; one whose process was
/// killed says so after [`abort_orphans`].
#[derive(Debug)]
pub(super) struct ExecutionRecord {
    file: Utf8PathBuf,
    content: Content,
    _lock: File,
}

impl ExecutionRecord {
    /// Takes the name: of two that try at once, one gets it.
    ///
    /// # Errors
    /// [`LocalError::NameUsed`], [`LocalError::Name`], [`LocalError::WorkFolder`].
    pub(super) fn claim(
        executions: &Utf8Path,
        arn: &str,
        name: &str,
        started: Timestamp,
    ) -> Result<Self, LocalError> {
        let unusable = |character: char| matches!(character, '/' | '\0');
        if matches!(name, "" | "." | "..") || name.len() > 255 || name.contains(unusable) {
            return Err(LocalError::Name { name: name.to_owned() });
        }
        let failed = |path: &Utf8Path| {
            let path = path.to_owned();
            move |source| LocalError::WorkFolder { path, source }
        };
        // `arn:PARTITION:states:REGION:ACCOUNT:execution:MACHINE:NAME`
        let machine = executions.join(arn.split(':').nth(6).unwrap_or_default());
        fs::create_dir_all(&machine).map_err(failed(&machine))?;
        let folder = machine.join(name);
        let file = folder.join(FILE);
        match fs::create_dir(&folder) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                let earlier = fs::read(&file).ok().and_then(|text| serde_json::from_slice(&text).ok());
                let started = earlier.map_or_else(
                    || "a time that was not recorded".to_owned(),
                    |Content { started, .. }| started,
                );
                return Err(LocalError::NameUsed { name: name.to_owned(), started });
            }
            Err(error) => return Err(failed(&folder)(error)),
        }
        // Held before there is a record, so that whoever sees a record without a holder knows that its process is gone.
        let lock = File::create(folder.join(LOCK)).map_err(failed(&folder))?;
        lock.lock().map_err(failed(&folder))?;
        let content = Content {
            arn: arn.to_owned(),
            status: Status::Running,
            started: started.to_string(),
            stopped: None,
        };
        let record = Self { file, content, _lock: lock };
        write(&record.file, &record.content).map_err(failed(&record.file))?;
        Ok(record)
    }

    /// Notes the end.
    ///
    /// # Errors
    /// [`LocalError::WorkFolder`].
    pub(super) fn finish(&mut self, status: Status, stopped: Timestamp) -> Result<(), LocalError> {
        (self.content.status, self.content.stopped) = (status, Some(stopped.to_string()));
        write(&self.file, &self.content)
            .map_err(|source| LocalError::WorkFolder { path: self.file.clone(), source })
    }
}

/// Marks the executions as aborted that say they run and whose process is gone. Returns how many.
///
/// # Errors
/// When a folder cannot be read or a record cannot be written; a record that cannot be read stays as it is.
pub(super) fn abort_orphans(executions: &Utf8Path) -> io::Result<usize> {
    let mut aborted = 0;
    for machine in folders(executions)? {
        for execution in folders(&machine)? {
            let file = execution.join(FILE);
            let content = fs::read(&file).ok().and_then(|text| serde_json::from_slice(&text).ok());
            let Some(mut content @ Content { status: Status::Running, .. }) = content else { continue };
            if is_held(&execution.join(LOCK))? {
                continue;
            }
            (content.status, content.stopped) = (Status::Aborted, Some(Timestamp::now().to_string()));
            write(&file, &content)?;
            aborted += 1;
        }
    }
    Ok(aborted)
}

fn folders(folder: &Utf8Path) -> io::Result<Vec<Utf8PathBuf>> {
    let entries = match folder.read_dir_utf8() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut folders = Vec::new();
    for entry in entries {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            folders.push(entry.into_path());
        }
    }
    Ok(folders)
}

/// Writes a record whole or not at all.
fn write(path: &Utf8Path, content: &Content) -> io::Result<()> {
    let mut file = tempfile::NamedTempFile::new_in(path.parent().unwrap_or(path))?;
    serde_json::to_writer_pretty(&mut file, content)?;
    file.write_all(b"\n")?;
    file.persist(path)?;
    Ok(())
}

impl Drop for ExecutionRecord {
    fn drop(&mut self) {
        if self.content.status == Status::Running
            && let Err(error) = self.finish(Status::Aborted, Timestamp::now())
        {
            tracing::debug!(%error, "failed to record the end of an execution");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:states:eu-west-1:123456789012:execution:Machine:run-1";

    fn folder() -> (tempfile::TempDir, Utf8PathBuf) {
        let guard = tempfile::tempdir().unwrap();
        let path = Utf8PathBuf::from_path_buf(guard.path().join("executions")).unwrap();
        (guard, path)
    }

    fn status(file: &Utf8Path) -> Status {
        serde_json::from_slice::<Content>(&fs::read(file).unwrap()).unwrap().status
    }

    #[test]
    fn a_name_is_used_once_by_each_machine() {
        let (_guard, executions) = folder();
        let started: Timestamp = "2026-01-02T03:04:05Z".parse().unwrap();
        let mut record = ExecutionRecord::claim(&executions, ARN, "run-1", started).unwrap();
        let file = executions.join("Machine/run-1/execution.json");
        assert_eq!(status(&file), Status::Running);
        record.finish(Status::TimedOut, Timestamp::now()).unwrap();
        drop(record);
        assert_eq!(status(&file), Status::TimedOut);
        let again = || ExecutionRecord::claim(&executions, ARN, "run-1", Timestamp::now()).unwrap_err();
        assert!(again().to_string().contains("`run-1` was started before, at 2026-01-02T03:04:05Z"));
        fs::write(&file, "torn").unwrap();
        assert!(matches!(again(), LocalError::NameUsed { .. }), "{}", again());
        let other = ARN.replace("Machine", "Other");
        drop(ExecutionRecord::claim(&executions, &other, "run-1", started).unwrap());
        assert_eq!(status(&executions.join("Other/run-1/execution.json")), Status::Aborted);
    }

    #[test]
    fn an_execution_whose_process_is_gone_is_aborted_and_no_other() {
        let (_guard, executions) = folder();
        assert_eq!(abort_orphans(&executions).unwrap(), 0);
        let held = ExecutionRecord::claim(&executions, ARN, "held", Timestamp::now()).unwrap();
        let killed = ExecutionRecord::claim(&executions, ARN, "killed", Timestamp::now()).unwrap();
        let record = killed.file.clone();
        let running = fs::read(&record).unwrap();
        drop(killed);
        // As a killed process leaves it: the record of a run, and nobody who holds the lock.
        fs::write(&record, running).unwrap();
        assert_eq!(status(&record), Status::Running);
        assert_eq!(abort_orphans(&executions).unwrap(), 1);
        assert_eq!((status(&record), status(&held.file)), (Status::Aborted, Status::Running));
        assert_eq!(abort_orphans(&executions).unwrap(), 0);
    }

    #[test]
    fn a_name_stays_inside_the_folder() {
        let (_guard, executions) = folder();
        for name in ["", ".", "..", "a/b", "../x"] {
            let claimed = ExecutionRecord::claim(&executions, ARN, name, Timestamp::now());
            assert!(matches!(claimed, Err(LocalError::Name { .. })), "{name}");
        }
    }
}
