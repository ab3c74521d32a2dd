//! A bootstrap that does what its event says, over the Lambda Runtime API and nothing but std.
//!
//! The event is an object; its `do` is one of `echo` (returns the event), `variables` (returns the process's
//! environment), `fail` (reports an error), `crash` (exits with status 3), `sleep` (does not return), `allocate`
//! (touches `mb` megabytes), `large` (returns `bytes` bytes), `garbage` (returns what is no JSON), `pid`, `abort`,
//! `write` (puts `mb` megabytes at `path`; returns an empty text or the error's kind), `read` (returns what is at `path`: a
//! file's text, or a folder's names with spaces between), `place` (returns the working folder).
//! The function's variable `INIT` decides what happens before the first invocation: `crash`, `fail`, `hang`,
//! or `crash-once` with a marker file in `MARKER`.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it exists to fail and to write in the ways a handler might"
)]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

fn main() {
    initialize();
    loop {
        let (headers, body) = call("GET", "invocation/next", "");
        let id = &headers["lambda-runtime-aws-request-id"];
        let text = |name: &str| {
            let from = body.find(&format!("\"{name}\":"))? + name.len() + 3;
            let value = body[from..].trim_start();
            Some(match value.strip_prefix('"') {
                Some(quoted) => quoted.split('"').next().unwrap_or_default().to_owned(),
                None => value.chars().take_while(char::is_ascii_digit).collect(),
            })
        };
        let number = |name: &str| text(name).and_then(|text| text.parse::<usize>().ok()).unwrap_or(0);
        let respond = |body: &str| call("POST", &format!("invocation/{id}/response"), body);
        match text("do").unwrap_or_default().as_str() {
            "echo" => respond(&body),
            "pid" => respond(&std::process::id().to_string()),
            "variables" => {
                let pairs: Vec<_> =
                    std::env::vars().map(|(name, value)| format!("{name:?}:{value:?}")).collect();
                respond(&format!("{{{}}}", pairs.join(",")))
            }
            "fail" => {
                let error = r#"{"errorType":"ShardUnreadable","errorMessage":"shard 7 is torn"}"#;
                call("POST", &format!("invocation/{id}/error"), error)
            }
            "crash" => {
                eprintln!("about to crash");
                std::process::exit(3)
            }
            "sleep" => loop {
                std::thread::park();
            },
            "allocate" => {
                let block = vec![1_u8; number("mb") << 20];
                respond(&block.iter().step_by(4096).map(|byte| u64::from(*byte)).sum::<u64>().to_string())
            }
            "large" => respond(&format!("\"{}\"", "x".repeat(number("bytes")))),
            "abort" => std::process::abort(),
            "write" => {
                let content = vec![b'x'; number("mb") << 20];
                let written = std::fs::write(text("path").unwrap_or_default(), content);
                let error = written.err().map(|error| format!("{:?}", error.kind()));
                respond(&format!("{:?}", error.unwrap_or_default()))
            }
            "read" => respond(&format!("{:?}", read(&text("path").unwrap_or_default()))),
            "place" => respond(&format!("\"{}\"", std::env::current_dir().unwrap_or_default().display())),
            "garbage" => respond("{ not json"),
            other => panic!("the event asks to do {other:?}"),
        };
    }
}

/// Returns a file's text or a folder's names, or the kind of the error.
fn read(path: &str) -> String {
    let names = std::fs::read_dir(path).map(|entries| {
        let mut names: Vec<_> =
            entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
        names.sort();
        names.join(" ")
    });
    names.or_else(|_| std::fs::read_to_string(path)).unwrap_or_else(|error| format!("{:?}", error.kind()))
}

fn initialize() {
    println!("initializing");
    match std::env::var("INIT").unwrap_or_default().as_str() {
        "crash" => std::process::exit(4),
        "fail" => {
            call("POST", "init/error", r#"{"errorType":"NoModel","errorMessage":"model.onnx is missing"}"#);
            std::process::exit(1);
        }
        "hang" => loop {
            std::thread::park();
        },
        "crash-once" => {
            let marker = std::env::var("MARKER").expect("MARKER is set");
            if std::fs::File::create_new(marker).is_ok() {
                std::process::exit(5);
            }
        }
        _ => {}
    }
}

/// Makes one request on a connection of its own.
fn call(method: &str, path: &str, body: &str) -> (BTreeMap<String, String>, String) {
    let api = std::env::var("AWS_LAMBDA_RUNTIME_API").expect("the runtime API's address is set");
    let mut stream = TcpStream::connect(&api).expect("the runtime API listens");
    write!(
        stream,
        "{method} /2018-06-01/runtime/{path} HTTP/1.1\r\nHost: {api}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .expect("the request is sent");
    let mut reader = BufReader::new(stream);
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).expect("a header is read");
        let line = line.trim();
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':') {
            headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
        }
    }
    let mut body = String::new();
    reader.read_to_string(&mut body).expect("the body is read");
    (headers, body)
}
