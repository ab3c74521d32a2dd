//! Objects in S3, or in anything that speaks its protocol.
//!
//! One [`Store`] serves every bucket. On Lambda its credentials and region come from the environment; with
//! `AWS_ENDPOINT_URL_S3` set it talks to that endpoint, in path style and over plain HTTP if the URL says so.

mod connection;
mod error;
mod store;
mod transport;

pub use connection::{Connection, Credentials, NoConnection};
pub use error::{ObjectError, Operation};
pub use store::{Listed, Range, Store, Stored, sha256};
