//! What the tests run machines with: a runner, an observer, objects in memory.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use iacgen_asl::StateMachine;
use serde_json::Value;
use tokio::time::Instant;

use crate::interpreter::*;

/// Answers a task by its parameters' `do`: `sleep` for `seconds`, `fail`, or echo.
#[derive(Default)]
pub(super) struct Runner {
    pub(super) running: AtomicUsize,
    pub(super) most_running: AtomicUsize,
    pub(super) dropped: Arc<AtomicUsize>,
    pub(super) starts: Mutex<Vec<Instant>>,
}

/// Counts the attempts that were given up.
struct Guard<'a>(&'a Runner, bool);

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Ordering::Relaxed);
        if !self.1 {
            self.0.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl TaskRunner for Runner {
    fn run(&self, call: TaskCall) -> BoxFuture<'_, Result<Value, TaskFailure>> {
        async move {
            self.starts.lock().unwrap().push(Instant::now());
            let running = self.running.fetch_add(1, Ordering::Relaxed) + 1;
            self.most_running.fetch_max(running, Ordering::Relaxed);
            let mut guard = Guard(self, false);
            let seconds = call.parameters["seconds"].as_f64().unwrap_or(0.0);
            tokio::time::sleep(Duration::from_secs_f64(seconds)).await;
            guard.1 = true;
            match call.parameters["do"].as_str() {
                Some("fail") => Err(TaskFailure::new("Broken", format!("attempt {}", call.attempt))),
                _ => Ok(Value::clone(&call.parameters)),
            }
        }
        .boxed()
    }
}

#[derive(Default)]
pub(super) struct Watcher {
    pub(super) types: Mutex<Vec<String>>,
    pub(super) counts: Mutex<Vec<MapRunCounts>>,
    pub(super) failures: Mutex<Vec<ChildFailure>>,
}

impl Observer for Watcher {
    fn event(&self, event: &ExecutionEvent) {
        self.types.lock().unwrap().push(event.kind.type_name());
    }
    fn map_run(&self, progress: &MapRunProgress) {
        self.counts.lock().unwrap().push(progress.counts);
        if let MapRunChange::Failed(failure) = &progress.change {
            self.failures.lock().unwrap().push(ChildFailure::clone(failure));
        }
    }
}

#[derive(Default)]
pub(super) struct Memory(pub(super) Mutex<BTreeMap<(String, String), Vec<u8>>>);

impl Objects for Memory {
    fn get<'a>(&'a self, bucket: &'a str, key: &'a str) -> BoxFuture<'a, Result<Vec<u8>, ObjectError>> {
        let at = (bucket.to_owned(), key.to_owned());
        let found = self.0.lock().unwrap().get(&at).cloned();
        async move { found.ok_or(ObjectError::NotFound { bucket: at.0, key: at.1 }) }.boxed()
    }
    fn list<'a>(
        &'a self,
        _bucket: &'a str,
        _prefix: &'a str,
    ) -> BoxFuture<'a, Result<Vec<ObjectSummary>, ObjectError>> {
        async { Ok(Vec::new()) }.boxed()
    }
    fn put<'a>(
        &'a self,
        bucket: &'a str,
        key: &'a str,
        bytes: Vec<u8>,
    ) -> BoxFuture<'a, Result<(), ObjectError>> {
        self.0.lock().unwrap().insert((bucket.to_owned(), key.to_owned()), bytes);
        async { Ok(()) }.boxed()
    }
}

pub(super) struct Stage {
    pub(super) runner: Arc<Runner>,
    pub(super) watcher: Arc<Watcher>,
    pub(super) memory: Arc<Memory>,
    pub(super) interpreter: Interpreter,
}

pub(super) fn stage(machine: &Value) -> Stage {
    let machine = StateMachine::from_value(machine.clone()).unwrap();
    let (runner, watcher, memory) = (Arc::<Runner>::default(), Arc::<Watcher>::default(), Arc::default());
    let interpreter = Interpreter::new(Arc::new(machine), Arc::clone(&runner) as _)
        .unwrap()
        .with_observer(Arc::clone(&watcher) as _)
        .with_objects(Arc::clone(&memory) as Arc<dyn Objects>)
        .with_randomness(Arc::new(randomness::Seeded::new(7)));
    Stage { runner, watcher, memory, interpreter }
}

pub(super) fn identity() -> ExecutionIdentity {
    ExecutionIdentity::new("arn:aws:states:eu-west-1:111122223333:stateMachine:m", "e", "role")
}

/// An identity without a history of 25,000 events.
pub(super) fn express() -> ExecutionIdentity {
    ExecutionIdentity::express("arn:aws:states:eu-west-1:111122223333:stateMachine:m", "e", "role")
}
