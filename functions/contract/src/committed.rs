//! Documents that are made from types and kept in the repository.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use serde::Serialize;

/// A committed document that is not what its types give.
#[derive(Debug, thiserror::Error)]
pub enum Stale {
    /// It differs, or is not there.
    #[error("{} differs from the types it is made from: run the test again with `UPDATE_SCHEMAS=1` and commit the file", .0.display())]
    Differs(PathBuf),
    /// It cannot be made.
    #[error("{} cannot be made", .0.display())]
    Make(PathBuf, #[source] serde_json::Error),
    /// It cannot be written.
    #[error("cannot write {}", .0.display())]
    Write(PathBuf, #[source] io::Error),
}

/// Holds a committed JSON document to what it is made from. For tests: with `UPDATE_SCHEMAS` in the environment, the file
/// is written instead.
///
/// # Errors
/// [`Stale`], where the file is not that document.
pub fn hold_committed(path: &Path, document: &impl Serialize) -> Result<(), Stale> {
    let text = serde_json::to_string_pretty(document).map_err(|error| Stale::Make(path.to_owned(), error))?;
    let text = format!("{text}\n");
    if env::var_os("UPDATE_SCHEMAS").is_some() {
        return fs::write(path, text).map_err(|error| Stale::Write(path.to_owned(), error));
    }
    let fresh = fs::read_to_string(path).is_ok_and(|found| found == text);
    if fresh { Ok(()) } else { Err(Stale::Differs(path.to_owned())) }
}
