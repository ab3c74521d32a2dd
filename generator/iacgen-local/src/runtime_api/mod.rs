//! The Lambda Runtime API over HTTP, one server on a free loopback port per execution environment.
//!
//! Paths, headers and status codes are those of AWS's pages "Using the Lambda runtime API for custom
//! runtimes" and of its OpenAPI document `runtime-api.zip`, version 2018-06-01. The server knows nothing of
//! processes or time limits: it hands one invocation at a time to whoever asks for `next`, and hands the
//! reply back.

mod message;
mod routes;

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::task::AbortHandle;

pub(crate) use message::{InitReply, NextInvocation, Reply, RuntimeError};

/// The largest response payload of a synchronous invocation, in bytes: 6 MB plus what AWS adds for its own
/// envelope, as in its message "exceeded maximum allowed payload size (6291556 bytes)".
pub(crate) const RESPONSE_PAYLOAD_LIMIT: usize = 6_291_556;

/// The server of one execution environment. It stops when dropped.
#[derive(Debug)]
pub(crate) struct RuntimeApi {
    address: SocketAddr,
    link: Arc<Link>,
    invocations: mpsc::Sender<NextInvocation>,
    server: AbortHandle,
}

/// What the server's routes and the environment share.
#[derive(Debug)]
struct Link {
    /// Taken by the first `next` or `init/error`.
    init: Mutex<Option<oneshot::Sender<InitReply>>>,
    /// The invocation the runtime works on.
    pending: Mutex<Option<Pending>>,
    invocations: tokio::sync::Mutex<mpsc::Receiver<NextInvocation>>,
}

#[derive(Debug)]
struct Pending {
    request_id: String,
    reply: oneshot::Sender<Reply>,
}

impl RuntimeApi {
    /// Binds a free loopback port and serves it. The receiver gets how initialization ended.
    pub(crate) async fn start() -> io::Result<(Self, oneshot::Receiver<InitReply>)> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let (init, initialized) = oneshot::channel();
        let (sender, receiver) = mpsc::channel(1);
        let link = Arc::new(Link {
            init: Mutex::new(Some(init)),
            pending: Mutex::new(None),
            invocations: tokio::sync::Mutex::new(receiver),
        });
        let router = routes::router(Arc::clone(&link));
        let server = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::error!(%error, "a runtime API server ended");
            }
        });
        let api = Self { address, link, invocations: sender, server: server.abort_handle() };
        Ok((api, initialized))
    }

    /// Returns the value of `AWS_LAMBDA_RUNTIME_API`: host and port without a scheme.
    pub(crate) fn host_and_port(&self) -> String {
        self.address.to_string()
    }

    /// Offers an invocation to the runtime's next `next`. The receiver gets the runtime's reply.
    pub(crate) fn offer(&self, invocation: NextInvocation) -> oneshot::Receiver<Reply> {
        let (reply, replied) = oneshot::channel();
        let pending = Pending { request_id: invocation.request_id.clone(), reply };
        *lock(&self.link.pending) = Some(pending);
        // An environment has one invocation at a time, so the queue of one has room. If it has none, the
        // reply never comes and the invocation ends by its time limit.
        if self.invocations.try_send(invocation).is_err() {
            tracing::error!("an execution environment was offered two invocations at once");
        }
        replied
    }
}

impl Drop for RuntimeApi {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Link {
    /// Tells the environment that initialization has ended, once.
    fn initialized(&self, reply: InitReply) -> bool {
        match lock(&self.init).take() {
            Some(init) => init.send(reply).is_ok(),
            None => false,
        }
    }

    /// Takes the pending invocation if it has this id.
    fn take_pending(&self, request_id: &str) -> Option<Pending> {
        let mut pending = lock(&self.pending);
        if pending.as_ref().is_some_and(|pending| pending.request_id == request_id) {
            pending.take()
        } else {
            None
        }
    }
}

/// Locks a mutex; what it guards stays whole even if a holder panicked.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A body read up to the limit.
#[derive(Debug)]
enum LimitedBody {
    Whole(Bytes),
    TooLarge { bytes: usize },
}

#[cfg(test)]
mod tests;
