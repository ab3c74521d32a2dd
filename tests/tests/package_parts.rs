//! `iacgen package` of a part of a project, two at once, and one that is told to end.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

use std::fmt::Write as _;
use std::fs;
use std::io::Read as _;
use std::net::TcpListener;
use std::process::{Command, Output, Stdio};

use camino::Utf8Path;
use xtask::tools;

const CARGO_TOML: &str = r#"
[workspace]
members = ["functions/*"]
resolver = "3"

[profile.lambda]
inherits = "release"
opt-level = 0
"#;

/// A project of two workflows with a function each. Nothing starts them, so they need do nothing.
fn project(root: &Utf8Path) {
    let file = |path: &str, text: &str| {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    file("Cargo.toml", CARGO_TOML);
    file("environments/local.yaml", "target: local\nregion: us-east-1\naccount: \"000000000000\"\n");
    let mut lock = "version = 4\n".to_owned();
    for name in ["one", "two"] {
        write!(lock, "\n[[package]]\nname = \"{name}\"\nversion = \"0.1.0\"\n").unwrap();
        let manifest = format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
        file(&format!("functions/{name}/Cargo.toml"), &manifest);
        file(&format!("functions/{name}/src/main.rs"), "fn main() {}\n");
        let workflow = format!(
            "workflow: {name}\ntype: standard\ntimeout: 1h\nlogs: {{ retain: 30d }}\nfunctions:\n  {name}:\n    description: {name}\n    \
             handler: functions/{name}\n    memory: 256MB\n    timeout: 10s\nstart: Only\nstates:\n  Only: {{ invoke: {name}, end: true }}\n"
        );
        file(&format!("workflows/{name}.yaml"), &workflow);
    }
    file("Cargo.lock", &lock);
}

fn package(root: &Utf8Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(tools::iacgen().unwrap());
    command.args(["package", "--compiler", "cargo"]).args(arguments).current_dir(root).env("NO_COLOR", "1");
    command
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), &output.stderr].concat()).into_owned()
}

#[test]
fn a_part_of_the_packages_is_what_it_is_among_all() {
    let folder = tempfile::tempdir().unwrap();
    let root = Utf8Path::from_path(folder.path()).unwrap();
    project(root);
    for workflow in ["one", "two"] {
        let output = package(root, &["--workflow", workflow]).output().unwrap();
        assert!(output.status.success(), "{}", said(&output));
    }
    let output = package(root, &["--check"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));

    // What the part is compiled with decides about it; where that has errors, nobody can tell what it is.
    let two = root.join("workflows/two.yaml");
    let text = fs::read_to_string(&two).unwrap();
    fs::write(&two, text.replace("functions/two", "functions/three")).unwrap();
    let output = package(root, &["--workflow", "one"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(said(&output).contains("mend what `iacgen check` finds"), "{}", said(&output));
}

#[test]
fn two_at_once_each_record_their_part() {
    let folder = tempfile::tempdir().unwrap();
    let root = Utf8Path::from_path(folder.path()).unwrap();
    project(root);
    let start = |workflow: &str| {
        let mut command = package(root, &["--workflow", workflow]);
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    };
    for mut process in [start("one"), start("two")] {
        assert!(process.wait().unwrap().success());
    }
    let output = package(root, &["--check"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
}

/// The build script calls the test and waits for an answer that never comes: its connection ends when it does.
#[test]
fn one_that_is_told_to_end_leaves_no_compiler_behind() {
    let folder = tempfile::tempdir().unwrap();
    let root = Utf8Path::from_path(folder.path()).unwrap();
    project(root);
    let script = "use std::io::Read; fn main() { let address = std::env::var(\"TEST_ADDRESS\").unwrap(); \
                  let mut connection = std::net::TcpStream::connect(address).unwrap(); let _ = connection.read(&mut [0]); }";
    fs::write(root.join("functions/one/build.rs"), script).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut command = package(root, &[]);
    command.env("TEST_ADDRESS", listener.local_addr().unwrap().to_string());
    let process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (mut connection, _) = listener.accept().unwrap();

    assert!(Command::new("kill").args(["-TERM", &process.id().to_string()]).status().unwrap().success());
    let output = process.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(said(&output).contains("error: interrupted"), "{}", said(&output));
    assert_eq!(connection.read(&mut [0]).unwrap(), 0);
    assert!(!root.join("assets.lock").exists());
    assert_eq!(fs::read_dir(root.join("target/iacgen/assets")).unwrap().count(), 0);
}
