//! Where S3 is and who asks.

use std::fmt;
use std::time::Duration;

use contract::{ErrorType, Failure};
use object_store::aws::{AmazonS3, AmazonS3Builder, Checksum};
use object_store::{BackoffConfig, RetryConfig};

use crate::transport::Transport;

/// Where S3 is and who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// The region that requests are signed for.
    pub region: String,
    /// Who asks.
    pub credentials: Credentials,
    /// A URL other than AWS's own, such as `http://127.0.0.1:9000`.
    pub endpoint: Option<String>,
}

/// Credentials, as Lambda puts them into a function's environment.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// `AWS_ACCESS_KEY_ID`.
    pub access_key_id: String,
    /// `AWS_SECRET_ACCESS_KEY`.
    pub secret_access_key: String,
    /// `AWS_SESSION_TOKEN`, which a role's credentials have.
    pub session_token: Option<String>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("access_key_id", &self.access_key_id).finish_non_exhaustive()
    }
}

/// An environment from which S3 cannot be reached.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoConnection {
    /// A variable is not set.
    #[error("the environment variable `{0}` is not set: Lambda sets it, elsewhere it must be given")]
    MissingVariable(&'static str),
    /// The endpoint is no URL.
    #[error("`AWS_ENDPOINT_URL_S3` is `{0}`: write a URL that starts with `http://` or `https://`")]
    BadEndpoint(String),
}

impl Failure for NoConnection {
    fn error_type(&self) -> ErrorType {
        ErrorType::Misconfigured
    }
}

/// Retries of the client, beneath those of the state machine: 100 ms, doubled up to 3 s, 5 times, 20 s in all.
const RETRIES: usize = 5;
const RETRY_TIMEOUT: Duration = Duration::from_secs(20);

impl Connection {
    /// Reads the environment through `variable`: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`,
    /// `AWS_REGION`, `AWS_ENDPOINT_URL_S3` (AWS pages "Using Lambda environment variables" and "Service-specific
    /// endpoints").
    ///
    /// # Errors
    /// [`NoConnection`] for a variable that is missing or an endpoint that is no URL.
    pub fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Result<Self, NoConnection> {
        let value = |name: &'static str| variable(name).filter(|value| !value.is_empty());
        let needed = |name: &'static str| value(name).ok_or(NoConnection::MissingVariable(name));
        let endpoint = value("AWS_ENDPOINT_URL_S3");
        if let Some(url) =
            endpoint.as_ref().filter(|url| !url.starts_with("http://") && !url.starts_with("https://"))
        {
            return Err(NoConnection::BadEndpoint(url.clone()));
        }
        Ok(Self {
            region: needed("AWS_REGION")?,
            credentials: Credentials {
                access_key_id: needed("AWS_ACCESS_KEY_ID")?,
                secret_access_key: needed("AWS_SECRET_ACCESS_KEY")?,
                session_token: value("AWS_SESSION_TOKEN"),
            },
            endpoint,
        })
    }

    /// Makes the client of one bucket.
    pub(crate) fn bucket(&self, name: &str) -> object_store::Result<AmazonS3> {
        let transport = match &self.endpoint {
            Some(url) if url.starts_with("http://") => Transport::Plain,
            _ => Transport::Encrypted,
        };
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(name)
            .with_region(&self.region)
            .with_access_key_id(&self.credentials.access_key_id)
            .with_secret_access_key(&self.credentials.secret_access_key)
            .with_checksum_algorithm(Checksum::SHA256)
            .with_http_connector(transport)
            .with_retry(RetryConfig {
                backoff: BackoffConfig {
                    init_backoff: Duration::from_millis(100),
                    max_backoff: Duration::from_secs(3),
                    base: 2.0,
                },
                max_retries: RETRIES,
                retry_timeout: RETRY_TIMEOUT,
            });
        if let Some(token) = &self.credentials.session_token {
            builder = builder.with_token(token);
        }
        builder = match &self.endpoint {
            Some(url) => builder.with_endpoint(url),
            // A name with a dot does not fit S3's certificate, so it goes into the path.
            None => builder.with_virtual_hosted_style_request(!name.contains('.')),
        };
        builder.build()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Connection, NoConnection> {
        Connection::from_variables(|name| {
            variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn lambdas_environment_is_enough() {
        let mut variables = vec![
            ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "secret-example"),
            ("AWS_SESSION_TOKEN", "token-example"),
            ("AWS_REGION", "eu-west-1"),
        ];
        let connection = read(&variables).unwrap();
        assert_eq!(connection.endpoint, None);
        let shown = format!("{connection:?}");
        assert!(!shown.contains("secret-example") && !shown.contains("token-example"), "{shown}");

        variables.push(("AWS_ENDPOINT_URL_S3", "127.0.0.1:9000"));
        assert_eq!(read(&variables), Err(NoConnection::BadEndpoint("127.0.0.1:9000".to_owned())));
        assert_eq!(read(&variables[1..4]), Err(NoConnection::MissingVariable("AWS_ACCESS_KEY_ID")));
    }
}
