//! The four routes of the Runtime API.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use bytes::BytesMut;
use futures::StreamExt;
use serde_json::json;

use super::message::{InitReply, Reply, RuntimeError};
use super::{LimitedBody, Link, RESPONSE_PAYLOAD_LIMIT};

const ERROR_TYPE_HEADER: &str = "lambda-runtime-function-error-type";

pub(super) fn router(link: Arc<Link>) -> Router {
    Router::new()
        .route("/2018-06-01/runtime/invocation/next", get(next))
        .route("/2018-06-01/runtime/invocation/{id}/response", post(response))
        .route("/2018-06-01/runtime/invocation/{id}/error", post(error))
        .route("/2018-06-01/runtime/init/error", post(init_error))
        .with_state(link)
}

/// Waits for the next invocation, as long as it takes.
async fn next(State(link): State<Arc<Link>>) -> Response {
    link.initialized(InitReply::Ready);
    let Some(invocation) = link.invocations.lock().await.recv().await else {
        return refusal(
            StatusCode::INTERNAL_SERVER_ERROR,
            "ServiceError",
            "the execution environment is closing",
        );
    };
    let headers = [
        ("lambda-runtime-aws-request-id", invocation.request_id),
        ("lambda-runtime-deadline-ms", invocation.deadline_ms.to_string()),
        ("lambda-runtime-invoked-function-arn", invocation.invoked_function_arn),
        ("lambda-runtime-trace-id", invocation.trace_id),
        ("content-type", "application/json".to_owned()),
    ];
    (headers, invocation.payload).into_response()
}

async fn response(State(link): State<Arc<Link>>, Path(id): Path<String>, body: Body) -> Response {
    let body = match read(body).await {
        Ok(body) => body,
        Err(response) => return response,
    };
    let Some(pending) = link.take_pending(&id) else {
        return unknown_request();
    };
    match body {
        LimitedBody::Whole(bytes) => {
            // The environment may have given up waiting; the runtime is told the same either way.
            let _ = pending.reply.send(Reply::Response(bytes));
            accepted()
        }
        LimitedBody::TooLarge { bytes } => {
            let _ = pending.reply.send(Reply::TooLarge { bytes });
            too_large()
        }
    }
}

async fn error(
    State(link): State<Arc<Link>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let reported = match reported_error(&headers, body).await {
        Ok(reported) => reported,
        Err(response) => return response,
    };
    let Some(pending) = link.take_pending(&id) else {
        return unknown_request();
    };
    let _ = pending.reply.send(Reply::Error(reported));
    accepted()
}

async fn init_error(State(link): State<Arc<Link>>, headers: HeaderMap, body: Body) -> Response {
    let reported = match reported_error(&headers, body).await {
        Ok(reported) => reported,
        Err(response) => return response,
    };
    if link.initialized(InitReply::Failed(reported)) {
        accepted()
    } else {
        refusal(
            StatusCode::FORBIDDEN,
            "InvalidStateTransition",
            "initialization has ended: init/error comes before the first next",
        )
    }
}

async fn reported_error(headers: &HeaderMap, body: Body) -> Result<RuntimeError, Response> {
    let header = headers.get(ERROR_TYPE_HEADER).and_then(|value| value.to_str().ok()).map(str::to_owned);
    match read(body).await? {
        LimitedBody::Whole(body) => Ok(RuntimeError { header, body }),
        LimitedBody::TooLarge { .. } => Err(too_large()),
    }
}

/// Reads a body to its end, keeping no more than the limit: a client that is cut off in the middle of its
/// request would not read the refusal.
async fn read(body: Body) -> Result<LimitedBody, Response> {
    let mut stream = body.into_data_stream();
    let mut kept = BytesMut::new();
    let mut bytes = 0;
    while let Some(chunk) = stream.next().await {
        let chunk = chunk
            .map_err(|error| refusal(StatusCode::BAD_REQUEST, "TruncatedHTTPRequest", &error.to_string()))?;
        bytes += chunk.len();
        if bytes <= RESPONSE_PAYLOAD_LIMIT {
            kept.extend_from_slice(&chunk);
        }
    }
    if bytes > RESPONSE_PAYLOAD_LIMIT {
        Ok(LimitedBody::TooLarge { bytes })
    } else {
        Ok(LimitedBody::Whole(kept.freeze()))
    }
}

fn accepted() -> Response {
    (StatusCode::ACCEPTED, axum::Json(json!({ "status": "OK" }))).into_response()
}

fn unknown_request() -> Response {
    refusal(StatusCode::BAD_REQUEST, "InvalidRequestID", "Invalid request ID")
}

fn too_large() -> Response {
    refusal(
        StatusCode::PAYLOAD_TOO_LARGE,
        "RequestEntityTooLarge",
        &format!("Exceeded maximum allowed payload size ({RESPONSE_PAYLOAD_LIMIT} bytes)."),
    )
}

fn refusal(status: StatusCode, error_type: &str, message: &str) -> Response {
    (status, axum::Json(json!({ "errorMessage": message, "errorType": error_type }))).into_response()
}
