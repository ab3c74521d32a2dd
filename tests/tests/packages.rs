//! Packages are the same wherever and by whomever they are built, and are built for the other architecture.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead, BufReader, Write as _};
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::process::{Child, Command, Output, Stdio};

use camino::{Utf8Path, Utf8PathBuf};
use iacgen_package::inspect;
use iacgen_tests::packaged;
use serde_json::{Value, json};
use xtask::tools::{self, Arm64};
use xtask::{root, say};

/// Copies what belongs to the repository, also what is not committed yet, into a folder.
fn copy_of_the_tree(folder: &Utf8Path) {
    let list = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"];
    let files = tools::read(Command::new("git").args(list).current_dir(root())).unwrap();
    for file in files.split_terminator('\0') {
        let (from, to) = (root().join(file), folder.join(file));
        if from.is_file() {
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::copy(from, to).unwrap();
        }
    }
}

/// Copies ONNX Runtime's pinned files, so that they are not downloaded again. Each is held to its digest.
fn copy_of_the_downloads(project: &Utf8Path) {
    fn copy(from: &Utf8Path, to: &Utf8Path) {
        fs::create_dir_all(to).unwrap();
        for entry in from.read_dir_utf8().unwrap() {
            let entry = entry.unwrap();
            let to = to.join(entry.file_name());
            if entry.file_type().unwrap().is_dir() {
                copy(entry.path(), &to);
            } else {
                fs::copy(entry.path(), to).unwrap();
            }
        }
    }
    let downloads = "target/iacgen/cache/onnxruntime";
    copy(&root().join(downloads), &project.join(downloads));
}

/// The folder that a variable names, or its default below the home folder.
fn home(variable: &str, default: &str) -> Utf8PathBuf {
    let found = std::env::var(variable).map(Utf8PathBuf::from);
    found.unwrap_or_else(|_| Utf8PathBuf::from(std::env::var("HOME").unwrap()).join(default))
}

/// What `iacgen package --format json` says.
fn document(output: &Output) -> Value {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Each package's and layer's digest, with the digests of the files in it.
fn digests(document: &Value) -> BTreeMap<String, (String, BTreeMap<String, String>)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let assets = ["functions", "layers"].into_iter().flat_map(|kind| document[kind].as_array().unwrap());
    assets
        .map(|asset| {
            let entries = asset["entries"].as_array().unwrap().iter();
            let entries = entries.map(|entry| (text(&entry["path"]), text(&entry["sha256"]))).collect();
            (text(&asset["name"]), (text(&asset["sha256"]), entries))
        })
        .collect()
}

/// Another compiler makes other packages, and that is nobody's mistake; with the recorded one they are the recorded ones.
#[test]
fn assets_lock_records_what_this_tree_gives() {
    packaged();
    let output = iacgen_tests::run(&["package", "--check", "--format", "json"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(matches!(output.status.code(), Some(0 | 1)), "{said}");
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    for difference in document["differences"].as_array().unwrap() {
        let moved = difference["inputs"].as_array().into_iter().flatten();
        let moved: Vec<_> = moved.map(|input| input["name"].as_str().unwrap()).collect();
        let other_compiler = moved.contains(&"toolchain") || moved.contains(&"compiler");
        assert!(
            other_compiler && moved.iter().all(|name| ["toolchain", "compiler"].contains(name)),
            "assets.lock is out of date; run `iacgen package` and commit it\n{difference:#}"
        );
        say(&format!("skipped: {} was recorded with another compiler", difference["name"]));
    }
}

#[test]
fn the_same_tree_gives_the_same_packages_elsewhere_and_to_somebody_else() {
    packaged();
    let here =
        document(&iacgen_tests::run(&["package", "--env", "local", "--no-record", "--format", "json"]));

    let elsewhere = tempfile::Builder::new().prefix("somebody else's ").tempdir().unwrap();
    let elsewhere = Utf8Path::from_path(elsewhere.path()).unwrap();
    let (checkout, link) = (elsewhere.join("a/much/deeper/checkout"), elsewhere.join("link"));
    copy_of_the_tree(&checkout);
    copy_of_the_downloads(&checkout);
    symlink(&checkout, &link).unwrap();
    // Another home for cargo, where nothing is but the sources that were downloaded.
    let cargo_home = elsewhere.join("home/cargo");
    fs::create_dir_all(&cargo_home).unwrap();
    for folder in ["registry", "git"] {
        let downloaded = home("CARGO_HOME", ".cargo").join(folder);
        if downloaded.exists() {
            symlink(downloaded, cargo_home.join(folder)).unwrap();
        }
    }

    let iacgen = tools::iacgen().unwrap();
    let mut command = Command::new("sh");
    command.args(["-c", "umask 077; exec \"$0\" \"$@\"", iacgen.as_str()]);
    command.args(["package", "--env", "local", "--no-record", "--format", "json"]).current_dir(&link);
    tools::with_compilers(&mut command).unwrap();
    command
        .env("RUSTUP_HOME", home("RUSTUP_HOME", ".rustup"))
        .env("HOME", elsewhere.join("home"))
        .env("CARGO_HOME", &cargo_home)
        .env("USER", "somebody")
        .env("LOGNAME", "somebody")
        .env("TZ", "Asia/Kathmandu")
        .env("LC_ALL", "tr_TR.UTF-8")
        .env("NO_COLOR", "1");
    let there = document(&command.output().unwrap());

    let (here, there) = (digests(&here), digests(&there));
    assert!(!here.is_empty());
    assert_eq!(here, there, "the left are of this tree, the right are of its copy");
    for (sha256, _) in there.values() {
        let zip = fs::read(checkout.join(format!("target/iacgen/assets/{sha256}.zip"))).unwrap();
        assert_eq!(iacgen_assembly::Sha256::of(&zip).to_string(), *sha256);
    }
}

/// A copy of the tree whose functions are for arm64, and whose profile is one that builds quickly. It is in one place,
/// so that dependencies stay built.
fn arm64_project(folder: &Utf8Path) -> Utf8PathBuf {
    let project = folder.join("project");
    if project.exists() {
        fs::remove_dir_all(&project).unwrap();
    }
    copy_of_the_tree(&project);
    let change = |file: &str, change: &dyn Fn(&str) -> String| {
        let path = project.join(file);
        let before = fs::read_to_string(&path).unwrap();
        let after = change(&before);
        assert_ne!(before, after, "{file} has not what the test changes");
        fs::write(path, after).unwrap();
    };
    change("workflow.yaml", &|text| text.replace("    handler: ", "    architecture: arm64\n    handler: "));
    change("Cargo.toml", &|text| {
        let (before, _) = text.split_once("[profile.lambda]").unwrap();
        let profile = "inherits = \"release\"\ncodegen-units = 16\nlto = \"off\"\nopt-level = 1\npanic = \"abort\"\nstrip = true\n";
        format!("{before}[profile.lambda]\n{profile}")
    });
    // What was recorded is of the other architecture.
    let _ = fs::remove_file(project.join("assets.lock"));
    fs::create_dir_all(folder.join("target")).unwrap();
    symlink(folder.join("target"), project.join("target")).unwrap();
    project
}

fn package_for_arm64(project: &Utf8Path, rustc: Option<&Utf8Path>) -> Output {
    let mut command = Command::new(tools::iacgen().unwrap());
    command
        .args(["package", "--env", "local", "--no-record", "--format", "json"])
        .current_dir(project)
        .env("NO_COLOR", "1");
    tools::with_compilers(&mut command).unwrap();
    match rustc {
        Some(rustc) => command.env("RUSTC", rustc),
        None => command.env_remove("RUSTC"),
    };
    command.output().unwrap()
}

/// Unpacks a package as Lambda does.
fn unpack(zip: &Utf8Path, folder: &Utf8Path) -> BTreeMap<String, Vec<u8>> {
    let output = Command::new("python3")
        .args(["-m", "zipfile", "-e", zip.as_str(), folder.as_str()])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut programs = BTreeMap::new();
    for path in ["bootstrap", "lib/libonnxruntime.so.1"] {
        let file = folder.join(path);
        if file.exists() {
            fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
            programs.insert(path.to_owned(), fs::read(file).unwrap());
        }
    }
    programs
}

/// Ends the process that it holds, whatever happens.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts a package in the emulator, gives it one event as Lambda does, and returns the error that it reports.
fn error_of_one_event(package: &Utf8Path, tools: &Arm64, variables: &[(&str, &str)], event: &Value) -> Value {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let mut command = Command::new(&tools.emulator);
    command.arg(package.join("bootstrap")).current_dir(package).env_clear();
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.env("QEMU_LD_PREFIX", &tools.libraries).env("AWS_LAMBDA_RUNTIME_API", address.to_string());
    let lambda = [
        ("AWS_LAMBDA_FUNCTION_NAME", "infer"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1024"),
        ("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/infer"),
        ("AWS_LAMBDA_LOG_STREAM_NAME", "stream"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "key"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("LAMBDA_TASK_ROOT", package.as_str()),
    ];
    command.envs(lambda).envs(variables.iter().copied());
    // The emulator passes it on to the program alone.
    command.env("QEMU_SET_ENV", format!("LD_LIBRARY_PATH={package}:{package}/lib"));
    let process = Ended(command.spawn().unwrap());

    let mut given = false;
    for connection in listener.incoming() {
        let mut connection = BufReader::new(connection.unwrap());
        // The client keeps its connection.
        while let Some((head, body)) = request(&mut connection) {
            let answer = |headers: &str, body: &str| {
                format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n{headers}\r\n{body}", body.len())
            };
            if head.contains("/invocation/next") && !given {
                given = true;
                let headers = "Lambda-Runtime-Aws-Request-Id: one\r\nLambda-Runtime-Deadline-Ms: 99999999999999\r\n\
                               Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-1:000000000000:function:infer\r\n";
                let text = answer(headers, &event.to_string());
                connection.get_mut().write_all(text.as_bytes()).unwrap();
            } else if head.contains("/invocation/one/error") || head.contains("/init/error") {
                drop(process);
                return serde_json::from_slice(&body).unwrap();
            } else {
                panic!("{head}\n{}", String::from_utf8_lossy(&body));
            }
        }
    }
    unreachable!("a listener gives connections until it is dropped");
}

/// Reads one request: its head, and its body of the announced length. Nothing when the client has gone.
fn request(connection: &mut impl BufRead) -> Option<(String, Vec<u8>)> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if connection.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().unwrap())
    });
    let mut body = vec![0; length.unwrap_or(0)];
    connection.read_exact(&mut body).ok()?;
    Some((head, body))
}

#[test]
fn handlers_are_built_for_arm64_and_start_there() {
    let tools = match tools::arm64().unwrap() {
        Ok(tools) => tools,
        Err(reason) => {
            say(&format!("skipped: nothing is built for arm64, since {reason}"));
            return;
        }
    };
    packaged();
    let project = arm64_project(&tools.folder);
    copy_of_the_downloads(&project);

    // With the pinned compiler: what is missing is told with the command that installs it.
    let sysroot =
        tools::read(Command::new("rustc").args(["--print", "sysroot"]).current_dir(root())).unwrap();
    if !Utf8Path::new(sysroot.trim()).join("lib/rustlib/aarch64-unknown-linux-gnu/lib").exists() {
        let output = package_for_arm64(&project, None);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success());
        let expected = "the Rust standard library for aarch64-unknown-linux-gnu is not installed; install it with `rustup target add aarch64-unknown-linux-gnu`";
        assert!(said.contains(expected), "{said}");
    }

    let document = document(&package_for_arm64(&project, Some(&tools.rustc)));
    let digests = digests(&document);
    let names: Vec<_> = digests.keys().map(String::as_str).collect();
    assert_eq!(names, ["fmi", "infer", "initialize", "summarize"]);
    let unpacked = tempfile::tempdir().unwrap();
    let unpacked = Utf8Path::from_path(unpacked.path()).unwrap();
    for (name, (sha256, _)) in &digests {
        let folder = unpacked.join(name);
        let programs = unpack(&project.join(format!("target/iacgen/assets/{sha256}.zip")), &folder);
        assert_eq!(programs.contains_key("lib/libonnxruntime.so.1"), name == "infer");
        for (path, bytes) in programs {
            let facts = inspect(&bytes).unwrap();
            assert_eq!(facts.machine.to_string(), "arm64", "{name}: {path}");
            let newest = facts.newest("GLIBC").unwrap();
            let minor: u32 = newest.strip_prefix("GLIBC_2.").unwrap().parse().unwrap();
            assert!(minor <= 34, "{name}: {path} asks for {newest}");
            if path == "bootstrap" {
                assert_eq!(facts.interpreter.as_deref(), Some("/lib/ld-linux-aarch64.so.1"));
                // Nothing but the C library: gcc's own, which the image may not have, is linked in.
                let needed: BTreeSet<_> = facts.needed.iter().map(String::as_str).collect();
                let of_glibc = BTreeSet::from(["ld-linux-aarch64.so.1", "libc.so.6", "libm.so.6"]);
                assert!(needed.is_subset(&of_glibc), "{name}: {needed:?}");
            }
        }
    }

    // An event that is none: to say so, the function must have loaded the library and the model. Where it could not,
    // it answers with that error instead.
    let buckets = [("BUCKET_DATA", "data"), ("BUCKET_RESULTS", "results")];
    let tensors = r#"{"inputs":{"image":"f32[n,5,32,32]","magnitude":"f32[n,5]"},"outputs":{"redshift":"f32[n,1]"},"labels":{"id":"i64[n]","z_true":"f32[n,1]"}}"#;
    let sound = [buckets[0], buckets[1], ("TENSORS", tensors)];
    let package = unpacked.join("infer");
    let error = error_of_one_event(&package, &tools, &sound, &json!({}));
    assert_eq!(error["errorType"], "InvalidInput", "{error}");
    let wrong = tensors.replace("f32[n,5,32,32]", "f32[n,5,64,64]");
    let other = [buckets[0], buckets[1], ("TENSORS", wrong.as_str())];
    let error = error_of_one_event(&package, &tools, &other, &json!({}));
    assert_eq!(error["errorType"], "TensorMismatch", "{error}");
}
