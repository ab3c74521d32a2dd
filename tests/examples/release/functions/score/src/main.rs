//! Scores an upload by its size.

use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde::{Deserialize, Serialize};

/// What EventBridge tells about an object. Page: "Amazon S3 event notification message structure".
#[derive(Debug, Deserialize)]
struct Event {
    detail: Detail,
}

#[derive(Debug, Deserialize)]
struct Detail {
    object: Object,
}

#[derive(Debug, Deserialize)]
struct Object {
    key: String,
    /// In bytes.
    size: u64,
}

#[derive(Debug, Serialize)]
struct Score {
    key: String,
    /// Whole mebibytes.
    score: u64,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    lambda_runtime::run(service_fn(async |event: LambdaEvent<Event>| {
        let Object { key, size } = event.payload.detail.object;
        Ok::<_, Error>(Score { key, score: size >> 20 })
    }))
    .await
}
