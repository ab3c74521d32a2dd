//! Packaging that is told to end leaves no compiler behind. In a process of its own, since it ends for good.

use std::fs;
use std::io::Read as _;
use std::process::{Command, Stdio};

use iacgen_package::{end_children, is_ending, start};

/// The shell stands for cargo, its child for a compiler: both write into one pipe, which ends when both have ended.
#[test]
fn what_a_child_has_started_ends_with_it_and_nothing_starts_after() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new("sh");
    command.args(["-c", "sleep 600 & echo started; wait"]).stdin(Stdio::null()).stdout(Stdio::piped());
    let mut running = start(&mut command).unwrap();
    let mut output = running.child().stdout.take().unwrap();
    let mut first = [0; 8];
    output.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"started\n");
    assert!(!is_ending());

    end_children();
    assert!(is_ending());
    let mut rest = String::new();
    output.read_to_string(&mut rest).unwrap();
    assert!(!running.child().wait().unwrap().success());

    let made = folder.path().join("made");
    let refused = start(Command::new("touch").arg(&made));
    assert_eq!(refused.unwrap_err().kind(), std::io::ErrorKind::Interrupted);
    assert!(!fs::exists(&made).unwrap());
}
