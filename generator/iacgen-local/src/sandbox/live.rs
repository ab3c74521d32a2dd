//! The processes that run now, so that none outlives the sandbox.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

/// The ids of the running bootstraps. Clones share one set.
#[derive(Clone, Debug, Default)]
pub(crate) struct LiveProcesses(Arc<Mutex<BTreeSet<u32>>>);

impl LiveProcesses {
    pub(crate) fn add(&self, pid: u32) {
        self.lock().insert(pid);
    }

    pub(crate) fn remove(&self, pid: u32) {
        self.lock().remove(&pid);
    }

    pub(crate) fn count(&self) -> usize {
        self.lock().len()
    }

    /// Kills every process and what it has started, also those in the middle of an invocation.
    pub(crate) fn kill_all(&self) {
        for pid in self.lock().iter() {
            super::environment::kill_group(*pid);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeSet<u32>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
