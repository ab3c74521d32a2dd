//! HTTP/1.1 for the S3 client: hyper, and rustls with ring.
//!
//! The client's own transport is a general one, with HTTP/2, proxies and the system's certificates. Against S3 none of
//! it is used, and it would make a bootstrap a sixth larger and slower to start.

use std::error::Error;
use std::io;
use std::time::Duration;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use http_body_util::{BodyExt, Full};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector as TcpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpRequestBody, HttpResponse,
    HttpResponseBody, HttpService,
};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// The longest that a request may take with its answer's body. No body here is larger than some megabytes.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// Longer than S3 keeps an idle connection, none is worth keeping.
const IDLE_TIMEOUT: Duration = Duration::from_secs(15);

/// Whether connections may be plain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transport {
    /// TLS only.
    Encrypted,
    /// Plain HTTP too, for an endpoint whose URL says so.
    Plain,
}

impl HttpConnector for Transport {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        let mut tcp = TcpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(CONNECT_TIMEOUT));
        let builder = HttpsConnectorBuilder::new()
            .with_provider_and_webpki_roots(rustls::crypto::ring::default_provider())
            .map_err(|error| object_store::Error::Generic { store: "S3", source: Box::new(error) })?;
        let builder = match self {
            Self::Encrypted => builder.https_only(),
            Self::Plain => builder.https_or_http(),
        };
        let client = Client::builder(TokioExecutor::new())
            .pool_idle_timeout(IDLE_TIMEOUT)
            .pool_timer(TokioTimer::new())
            .build(builder.enable_http1().wrap_connector(tcp));
        Ok(HttpClient::new(Connections(client)))
    }
}

/// A pool of connections.
#[derive(Debug)]
struct Connections(Client<HttpsConnector<TcpConnector>, HttpRequestBody>);

#[async_trait]
impl HttpService for Connections {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        tokio::time::timeout(REQUEST_TIMEOUT, self.exchange(request))
            .await
            .unwrap_or_else(|elapsed| Err(HttpError::new(HttpErrorKind::Timeout, elapsed)))
    }
}

impl Connections {
    /// Sends a request and reads the whole answer, so that one timeout and the client's retries cover both.
    async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let answer = self.0.request(request).await.map_err(|error| {
            let kind = if error.is_connect() { HttpErrorKind::Connect } else { kind(&error) };
            HttpError::new(kind, error)
        })?;
        let (parts, mut body) = answer.into_parts();
        let length = usize::try_from(hyper::body::Body::size_hint(&body).lower()).unwrap_or(0);
        let mut bytes = BytesMut::with_capacity(length);
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|error| HttpError::new(kind(&error), error))?;
            if let Some(part) = frame.data_ref() {
                bytes.extend_from_slice(part);
            }
        }
        let whole = Full::<Bytes>::from(bytes.freeze()).map_err(|never| match never {});
        Ok(HttpResponse::from_parts(parts, HttpResponseBody::new(whole)))
    }
}

/// Tells a connection that broke, which is worth another attempt, from the rest.
fn kind(error: &(dyn Error + 'static)) -> HttpErrorKind {
    let mut source = Some(error);
    while let Some(error) = source {
        if let Some(error) = error.downcast_ref::<hyper::Error>()
            && (error.is_closed() || error.is_canceled() || error.is_incomplete_message())
        {
            return HttpErrorKind::Request;
        }
        if let Some(error) = error.downcast_ref::<io::Error>() {
            return match error.kind() {
                io::ErrorKind::TimedOut => HttpErrorKind::Timeout,
                _ => HttpErrorKind::Interrupted,
            };
        }
        source = error.source();
    }
    HttpErrorKind::Unknown
}
