use std::io::{Read, Write};
use std::net::TcpStream;

use super::*;

fn invocation(id: &str) -> NextInvocation {
    NextInvocation {
        request_id: id.to_owned(),
        deadline_ms: 1_700_000_000_123,
        invoked_function_arn: "arn:aws:lambda:eu-west-1:123456789012:function:f:1".to_owned(),
        trace_id: "Root=1-0-0".to_owned(),
        payload: Bytes::from_static(b"{\"a\":1}"),
    }
}

/// Sends one request by hand and returns the whole answer.
async fn exchange(api: &RuntimeApi, method: &str, path: &str, headers: &str, body: Vec<u8>) -> String {
    let address = api.address;
    let head = format!(
        "{method} /2018-06-01/runtime/{path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}Content-Length: {}\r\n\r\n",
        body.len()
    );
    tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(&body).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    })
    .await
    .unwrap()
}

#[tokio::test]
async fn next_carries_the_headers_and_ends_initialization() {
    let (api, initialized) = RuntimeApi::start().await.unwrap();
    let reply = api.offer(invocation("id-1"));
    let answer = exchange(&api, "GET", "invocation/next", "", vec![]).await;
    assert!(matches!(initialized.await.unwrap(), InitReply::Ready));
    for line in [
        "HTTP/1.1 200 OK",
        "lambda-runtime-aws-request-id: id-1",
        "lambda-runtime-deadline-ms: 1700000000123",
        "lambda-runtime-invoked-function-arn: arn:aws:lambda:eu-west-1:123456789012:function:f:1",
        "lambda-runtime-trace-id: Root=1-0-0",
        "{\"a\":1}",
    ] {
        assert!(answer.contains(line), "{line} is not in {answer}");
    }
    let answer = exchange(&api, "POST", "invocation/id-1/response", "", b"42".to_vec()).await;
    assert!(answer.starts_with("HTTP/1.1 202"), "{answer}");
    assert!(matches!(reply.await.unwrap(), Reply::Response(body) if &body[..] == b"42"));
}

#[tokio::test]
async fn an_unknown_request_is_refused_and_the_pending_one_stays() {
    let (api, _initialized) = RuntimeApi::start().await.unwrap();
    let reply = api.offer(invocation("id-1"));
    let answer = exchange(&api, "POST", "invocation/other/response", "", b"1".to_vec()).await;
    assert!(answer.starts_with("HTTP/1.1 400") && answer.contains("InvalidRequestID"), "{answer}");
    let header = "Lambda-Runtime-Function-Error-Type: Broken\r\n";
    let answer = exchange(&api, "POST", "invocation/id-1/error", header, b"{}".to_vec()).await;
    assert!(answer.starts_with("HTTP/1.1 202"), "{answer}");
    assert!(
        matches!(reply.await.unwrap(), Reply::Error(RuntimeError { header: Some(h), .. }) if h == "Broken")
    );
    let answer = exchange(&api, "POST", "invocation/id-1/response", "", b"1".to_vec()).await;
    assert!(answer.starts_with("HTTP/1.1 400"), "a second reply was accepted: {answer}");
}

#[tokio::test]
async fn a_response_over_the_limit_is_counted_and_refused() {
    let (api, _initialized) = RuntimeApi::start().await.unwrap();
    let reply = api.offer(invocation("id-1"));
    let body = vec![b' '; RESPONSE_PAYLOAD_LIMIT + 1];
    let answer = exchange(&api, "POST", "invocation/id-1/response", "", body).await;
    assert!(answer.starts_with("HTTP/1.1 413") && answer.contains("6291556"), "{answer}");
    assert!(matches!(reply.await.unwrap(), Reply::TooLarge { bytes } if bytes == RESPONSE_PAYLOAD_LIMIT + 1));
}

#[tokio::test]
async fn init_error_counts_before_the_first_next_only() {
    let (api, initialized) = RuntimeApi::start().await.unwrap();
    let answer = exchange(&api, "POST", "init/error", "", br#"{"errorType":"NoModel"}"#.to_vec()).await;
    assert!(answer.starts_with("HTTP/1.1 202"), "{answer}");
    assert!(
        matches!(initialized.await.unwrap(), InitReply::Failed(error) if error.body.starts_with(b"{\"errorType\""))
    );
    let answer = exchange(&api, "POST", "init/error", "", b"{}".to_vec()).await;
    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
}
