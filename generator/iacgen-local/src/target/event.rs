//! One stream of what happens: in the executions and in the sandbox.

use std::fmt;
use std::sync::Arc;

use crate::interpreter::{ExecutionEvent, MapRunProgress};
use crate::sandbox::{LambdaEvent, LambdaObserver};

/// Something that happened in the local target.
#[derive(Clone, Copy, Debug)]
pub enum LocalEvent<'a> {
    /// A history event of an execution, or of a child of a Distributed Map.
    Execution(&'a ExecutionEvent),
    /// A change in a map run.
    MapRun(&'a MapRunProgress),
    /// An event of an execution environment.
    Lambda(&'a LambdaEvent),
}

/// Who is told. It is called where things happen and before they go on: it must return soon, and must not call
/// back into the target.
#[derive(Clone)]
pub struct LocalObserver(Arc<dyn Fn(&LocalEvent<'_>) + Send + Sync>);

impl LocalObserver {
    /// Tells a function of every event.
    pub fn new(observer: impl Fn(&LocalEvent<'_>) + Send + Sync + 'static) -> Self {
        Self(Arc::new(observer))
    }

    /// Tells nobody.
    pub fn silent() -> Self {
        Self::new(|_| {})
    }

    pub(super) fn notify(&self, event: &LocalEvent<'_>) {
        (self.0)(event);
    }

    pub(super) fn lambda(&self) -> LambdaObserver {
        let observer = self.clone();
        LambdaObserver::new(move |event| observer.notify(&LocalEvent::Lambda(event)))
    }
}

impl fmt::Debug for LocalObserver {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("LocalObserver")
    }
}
