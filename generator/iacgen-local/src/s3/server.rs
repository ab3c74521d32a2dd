//! The HTTP server in front of the folders.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;

use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use tokio::net::TcpListener;
use tokio::task::{AbortHandle, JoinSet};

use super::access::{Access, AccessCheck};
use super::buckets::Buckets;
use super::folder::FolderStore;
use super::objects::FolderObjects;

/// A key pair that the server accepts.
#[derive(Clone, Debug)]
pub struct S3Credentials {
    /// The access key's id.
    pub access_key_id: String,
    /// The secret.
    pub secret_access_key: String,
    /// What its owner may do.
    pub access: Access,
}

/// A local S3. Dropping it ends the server and its connections.
#[derive(Debug)]
pub struct LocalS3 {
    address: SocketAddr,
    store: FolderStore,
    server: AbortHandle,
}

impl LocalS3 {
    /// Serves the buckets on a free loopback port. A request that none of the credentials has signed, or
    /// that its signer may not make, is refused.
    ///
    /// # Errors
    /// What the operating system says about the port or the root folder.
    pub async fn start(buckets: Buckets, credentials: &[S3Credentials]) -> io::Result<Self> {
        let store = FolderStore::open(buckets.clone())?;
        let mut auth = SimpleAuth::new();
        let mut access = BTreeMap::new();
        for S3Credentials { access_key_id, secret_access_key, access: allowed } in credentials {
            auth.register(access_key_id.clone(), secret_access_key.clone().into());
            access.insert(access_key_id.clone(), allowed.clone());
        }
        let check = AccessCheck::new(buckets, access);
        let mut builder = S3ServiceBuilder::new(store.clone());
        builder.set_auth(auth);
        builder.set_access(check);
        let service = builder.build();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let server = tokio::spawn(serve(listener, service)).abort_handle();
        Ok(Self { address, store, server })
    }

    /// Returns the endpoint's URL, for `AWS_ENDPOINT_URL_S3`.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the same objects without the way over HTTP, for one who may do so much.
    pub fn objects(&self, access: Access) -> FolderObjects {
        FolderObjects::new(self.store.clone(), access)
    }
}

impl Drop for LocalS3 {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// Accepts connections until aborted; the connections end with it.
async fn serve(listener: TcpListener, service: S3Service) {
    let http = Builder::new(TokioExecutor::new());
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((socket, _)) => {
                    if let Err(error) = socket.set_nodelay(true) {
                        tracing::debug!(%error, "failed to set TCP_NODELAY");
                    }
                    let connection = http.serve_connection(TokioIo::new(socket), service.clone()).into_owned();
                    connections.spawn(async move {
                        if let Err(error) = connection.await {
                            tracing::debug!(%error, "an S3 connection ended early");
                        }
                    });
                }
                // Out of file descriptors, most likely: those of ended connections come free.
                Err(error) => {
                    tracing::warn!(%error, "failed to accept an S3 connection");
                    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                }
            },
            Some(_) = connections.join_next() => {}
        }
    }
}
