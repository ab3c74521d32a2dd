//! The log of one execution environment: its output line by line, with Lambda's own lines between.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use camino::{Utf8Path, Utf8PathBuf};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::task::JoinHandle;

/// How many of the last lines go into the cause of a crash.
const TAIL_LINES: usize = 20;
/// Where a line is cut: the largest event of CloudWatch Logs, in bytes. Page: "CloudWatch Logs quotas".
const LINE_LIMIT: usize = 262_144;

/// A log file that several tasks write to.
#[derive(Clone, Debug)]
pub(crate) struct EnvironmentLog {
    path: Utf8PathBuf,
    open: Arc<Mutex<Open>>,
}

#[derive(Debug)]
struct Open {
    file: File,
    tail: VecDeque<String>,
}

impl EnvironmentLog {
    pub(crate) fn create(path: &Utf8Path) -> io::Result<Self> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let open = Open { file: File::create(path)?, tail: VecDeque::new() };
        Ok(Self { path: path.to_owned(), open: Arc::new(Mutex::new(open)) })
    }

    pub(crate) fn path(&self) -> &Utf8Path {
        &self.path
    }

    /// Writes one of Lambda's own lines.
    pub(crate) fn platform(&self, line: &str) {
        self.write(line.as_bytes());
    }

    /// Returns the last lines that the process wrote, oldest first.
    pub(crate) fn tail(&self) -> Vec<String> {
        self.lock().tail.iter().cloned().collect()
    }

    /// Copies a stream of the process into the log until it ends.
    pub(crate) fn follow(&self, mut stream: impl AsyncRead + Send + Unpin + 'static) -> JoinHandle<()> {
        let log = self.clone();
        tokio::spawn(async move {
            let mut line = Vec::new();
            let mut chunk = vec![0; 8_192];
            // A broken pipe ends the log like its end does: the process is what counts, and is watched elsewhere.
            while let Ok(read @ 1..) = stream.read(&mut chunk).await {
                for byte in &chunk[..read] {
                    if *byte == b'\n' || line.len() == LINE_LIMIT {
                        log.output(&line);
                        line.clear();
                    }
                    if *byte != b'\n' {
                        line.push(*byte);
                    }
                }
            }
            if !line.is_empty() {
                log.output(&line);
            }
        })
    }

    fn output(&self, line: &[u8]) {
        {
            let mut open = self.lock();
            if open.tail.len() == TAIL_LINES {
                open.tail.pop_front();
            }
            open.tail.push_back(String::from_utf8_lossy(line).into_owned());
        }
        self.write(line);
    }

    fn write(&self, line: &[u8]) {
        let mut open = self.lock();
        let written = open.file.write_all(line).and_then(|()| open.file.write_all(b"\n"));
        if let Err(error) = written {
            tracing::warn!(path = %self.path, %error, "failed to write a log line");
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn lines_are_kept_whole_and_the_tail_is_short() {
        let folder = tempfile::tempdir().unwrap();
        let path = Utf8PathBuf::from_path_buf(folder.path().join("f/e.log")).unwrap();
        let log = EnvironmentLog::create(&path).unwrap();
        log.platform("START");
        let lines: Vec<_> = (0..30).map(|n| format!("line {n}")).collect();
        let text = format!("{}\nunfinished", lines.join("\n"));
        log.follow(io::Cursor::new(text.into_bytes())).await.unwrap();
        let tail = log.tail();
        assert_eq!(tail.len(), TAIL_LINES);
        assert_eq!((tail[0].as_str(), tail[19].as_str()), ("line 11", "unfinished"));
        let written = std::fs::read_to_string(&path).unwrap();
        assert!(written.starts_with("START\nline 0\n") && written.ends_with("line 29\nunfinished\n"));
    }
}
