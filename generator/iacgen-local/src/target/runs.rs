//! The folders of runs: each target has its own, and the oldest are removed.

use std::fs::{self, File};
use std::io;

use camino::{Utf8Path, Utf8PathBuf};

use super::LocalError;
use super::lock::is_held;

/// How many run folders are kept, the newest among them.
const KEPT: usize = 20;
/// Held as long as a target lives: the operating system lets go of it if the process is killed.
const LOCK: &str = "lock";

/// A target's folder, in use as long as this lives.
#[derive(Debug)]
pub(super) struct RunFolder {
    path: Utf8PathBuf,
    _lock: File,
}

impl RunFolder {
    /// Makes a folder inside `runs` and removes the oldest that no target uses.
    ///
    /// # Errors
    /// [`LocalError::WorkFolder`] if the folder cannot be made. One that cannot be removed stays.
    pub(super) fn create(runs: &Utf8Path) -> Result<Self, LocalError> {
        let path = runs.join(run_id());
        let failed = |source| LocalError::WorkFolder { path: path.clone(), source };
        fs::create_dir_all(&path).map_err(failed)?;
        let lock = File::create(path.join(LOCK)).map_err(failed)?;
        lock.lock().map_err(failed)?;
        if let Err(error) = prune(runs) {
            tracing::warn!(path = %runs, %error, "failed to remove old run folders");
        }
        Ok(Self { path, _lock: lock })
    }

    pub(super) fn path(&self) -> &Utf8Path {
        &self.path
    }
}

/// Names a run's folder: by time, so that the last one is last in a listing.
fn run_id() -> String {
    let id = uuid::Uuid::new_v4().simple().to_string();
    format!("{}-{}", jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ"), &id[..8])
}

fn prune(runs: &Utf8Path) -> io::Result<()> {
    let mut folders = Vec::new();
    for entry in runs.read_dir_utf8()? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            folders.push(entry.into_path());
        }
    }
    folders.sort();
    folders.truncate(folders.len().saturating_sub(KEPT));
    for folder in folders {
        match is_held(&folder.join(LOCK)) {
            Ok(true) => {}
            // Another target may be removing it at the same moment.
            Ok(false) => match fs::remove_dir_all(&folder) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            },
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_and_those_in_use_are_kept() {
        let guard = tempfile::tempdir().unwrap();
        let runs = Utf8PathBuf::from_path_buf(guard.path().to_owned()).unwrap();
        for day in 1..=25 {
            let old = runs.join(format!("202001{day:02}T000000Z-00000000"));
            fs::create_dir_all(old.join("logs")).unwrap();
            fs::write(old.join("logs/a.log"), "x").unwrap();
        }
        let used = runs.join("20200102T000000Z-00000000");
        let lock = File::create(used.join(LOCK)).unwrap();
        lock.lock().unwrap();
        // What ended lets go of its lock.
        drop(File::create(runs.join("20200103T000000Z-00000000").join(LOCK)).unwrap());

        let run = RunFolder::create(&runs).unwrap();
        let mut left: Vec<_> =
            runs.read_dir_utf8().unwrap().map(|entry| entry.unwrap().file_name().to_owned()).collect();
        left.sort();
        assert_eq!(left.len(), KEPT + 1, "{left:?}");
        assert_eq!(left[0], "20200102T000000Z-00000000");
        assert_eq!(left[1], "20200107T000000Z-00000000");
        assert_eq!(left[KEPT], run.path().file_name().unwrap());
    }
}
