//! An S3 endpoint on the loopback interface over a temporary folder, for the handlers' tests.

use std::io;
use std::path::PathBuf;

use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use object_io::{Connection, Credentials, Store};
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use s3s_fs::FileSystem;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A running endpoint with its buckets. It ends, and its folder goes, when it is dropped.
#[derive(Debug)]
pub struct LoopbackS3 {
    folder: TempDir,
    connection: Connection,
    server: JoinHandle<()>,
}

const ACCESS_KEY: &str = "loopback-access-key";
const SECRET_KEY: &str = "loopback-secret-key";

impl LoopbackS3 {
    /// Starts an endpoint on a free port, with these buckets.
    ///
    /// # Errors
    /// An I/O error when the folder cannot be made or no port is free.
    pub async fn start(buckets: &[&str]) -> io::Result<Self> {
        let folder = TempDir::new()?;
        for bucket in buckets {
            std::fs::create_dir(folder.path().join(bucket))?;
        }
        let files = FileSystem::new(folder.path()).map_err(|error| io::Error::other(format!("{error:?}")))?;
        let mut builder = S3ServiceBuilder::new(files);
        builder.set_auth(SimpleAuth::from_single(ACCESS_KEY, SECRET_KEY));
        let service = builder.build();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let endpoint = format!("http://{}", listener.local_addr()?);
        let server = tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let service = service.clone();
                tokio::spawn(async move {
                    // A connection that breaks is the client's to report.
                    let _ = Builder::new(TokioExecutor::new())
                        .serve_connection(TokioIo::new(socket), service)
                        .await;
                });
            }
        });
        let credentials = Credentials {
            access_key_id: ACCESS_KEY.to_owned(),
            secret_access_key: SECRET_KEY.to_owned(),
            session_token: None,
        };
        let connection = Connection { region: "us-east-1".to_owned(), credentials, endpoint: Some(endpoint) };
        Ok(Self { folder, connection, server })
    }

    /// Returns how to reach it.
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Returns a client of it.
    pub fn store(&self) -> Store {
        Store::new(self.connection.clone())
    }

    /// Returns the file in which it keeps an object.
    pub fn file(&self, bucket: &str, key: &str) -> PathBuf {
        self.folder.path().join(bucket).join(key)
    }
}

impl Drop for LoopbackS3 {
    fn drop(&mut self) {
        self.server.abort();
    }
}
