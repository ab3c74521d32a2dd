//! Lambda's concurrency limits: a function's reserved share, and the account's for all others.
//!
//! Page: "Understanding Lambda function scaling". Whoever is refused gets `TooManyRequestsException`.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The invocations in flight, of each function. Clones share the counts.
#[derive(Clone, Debug)]
pub(crate) struct Concurrency(Arc<Mutex<Counts>>);

#[derive(Debug)]
struct Counts {
    account: u32,
    reserved: BTreeMap<String, u32>,
    in_flight: BTreeMap<String, u32>,
}

/// One invocation in flight, until dropped.
#[derive(Debug)]
pub(crate) struct InFlight {
    function: String,
    concurrency: Concurrency,
}

impl Concurrency {
    /// `account` is the limit of the account in the region.
    pub(crate) fn new(account: u32) -> Self {
        Self(Arc::new(Mutex::new(Counts { account, reserved: BTreeMap::new(), in_flight: BTreeMap::new() })))
    }

    /// Sets a function's reserved concurrency, shared by all its versions.
    pub(crate) fn reserve(&self, function: &str, reserved: u32) {
        self.lock().reserved.insert(function.to_owned(), reserved);
    }

    /// Enters an invocation, or returns `None` when the limit is reached.
    pub(crate) fn enter(&self, function: &str) -> Option<InFlight> {
        let mut counts = self.lock();
        let own = counts.in_flight.get(function).copied().unwrap_or(0);
        let room = if let Some(reserved) = counts.reserved.get(function) {
            own < *reserved
        } else {
            let reserved: u32 = counts.reserved.values().sum();
            let others = counts.in_flight.iter().filter(|(name, _)| !counts.reserved.contains_key(*name));
            let unreserved: u32 = others.map(|(_, count)| count).sum();
            unreserved < counts.account.saturating_sub(reserved)
        };
        if !room {
            return None;
        }
        counts.in_flight.insert(function.to_owned(), own + 1);
        Some(InFlight { function: function.to_owned(), concurrency: self.clone() })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        if let Some(count) = self.concurrency.lock().in_flight.get_mut(&self.function) {
            *count = count.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reserved_share_is_a_limit_and_a_guarantee() {
        let concurrency = Concurrency::new(3);
        concurrency.reserve("f", 2);
        let held = [concurrency.enter("f").unwrap(), concurrency.enter("f").unwrap()];
        assert!(concurrency.enter("f").is_none());
        let other = concurrency.enter("g").unwrap();
        assert!(concurrency.enter("h").is_none(), "3 - 2 reserved leave one for all others");
        drop(other);
        assert!(concurrency.enter("h").is_some());
        drop(held);
        assert!(concurrency.enter("f").is_some());
    }
}
