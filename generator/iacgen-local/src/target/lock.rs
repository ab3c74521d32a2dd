//! Files that are locked as long as a process lives: the operating system lets go of them if it is killed.

use std::fs::{File, TryLockError};
use std::io;

use camino::Utf8Path;

/// Tells whether a process holds a lock; a lock that is not there is held by none.
pub(super) fn is_held(path: &Utf8Path) -> io::Result<bool> {
    let lock = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        lock => lock?,
    };
    match lock.try_lock() {
        Ok(()) => Ok(false),
        Err(TryLockError::WouldBlock) => Ok(true),
        Err(TryLockError::Error(error)) => Err(error),
    }
}
