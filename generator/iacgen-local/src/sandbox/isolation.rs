//! A bootstrap in namespaces of its own, through util-linux' `unshare` and `mount`.
//!
//! Two user namespaces: in the outer one, whose root this user is, the mounts of [`super::mounts`] are made; the inner one
//! has Lambda's user, who may change none of them and holds no capability. Every step replaces the one before it in the
//! same process (`unshare`, a shell, `unshare`, a shell, the bootstrap), so that its id, its memory, its exit status and
//! the signals it gets are the bootstrap's. The last shell waits for a line: what the mounts cost is not initialization,
//! as the making of an execution environment is not on AWS.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io;
use std::process::Stdio;
use std::time::Duration;

use camino::{Utf8Path, Utf8PathBuf};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};
use tokio::time::Instant;

use super::mounts::{FunctionMounts, HostMounts, Skeleton, TASK_ROOT};

/// The user and group that a function runs as, as `id` shows them in Lambda.
const USER: (u32, u32) = (993, 990);
/// How long the mounts of one environment may take; they take milliseconds.
const PATIENCE: Duration = Duration::from_secs(30);
/// What the shell says when everything is mounted.
const READY: &[u8] = b"mounted";
/// Beyond this a first line is not ours.
const FIRST_LINE_LIMIT: usize = 256;

/// Makes the mounts and becomes Lambda's user. `$0` the shell, `$1` mount, `$2` its table, `$3` unshare, `$4` the new root.
const OUTER: &str = r#"
mount=$1 table=$2 unshare=$3 root=$4 inner=$5 user=$6 group=$7
shift 7
"$mount" -a -n -T "$table" || exit 125
exec "$unshare" --user --map-user="$user" --map-group="$group" --root="$root" --wd=/var/task -- /bin/sh -c "$inner" sh "$@"
"#;

/// Waits for a line and becomes the bootstrap. What speaks to the dynamic linker is set only now: it is the function's, and
/// none of the programs on the way must load its libraries. Some shells export variables of their own.
const INNER: &str = r#"
while [ "$1" != -- ]; do export "$1"; shift; done
shift
echo mounted
read -r go || exit 125
unset -v go SHLVL PWD OLDPWD
exec "$@" </dev/null
"#;

/// Whether functions are isolated where this machine allows it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Isolation {
    /// As on Lambda where the machine allows it; otherwise as plain processes, which is told once
    /// ([`super::LambdaEvent::NotIsolated`]).
    #[default]
    WherePossible,
    /// Plain processes.
    Never,
}

/// The means of isolation on this machine.
#[derive(Debug)]
pub(crate) struct Isolator {
    unshare: Utf8PathBuf,
    mount: Utf8PathBuf,
    shell: Utf8PathBuf,
    skeleton: Skeleton,
    /// Where the tables of the mounts are written.
    folder: Utf8PathBuf,
}

/// How one version of a function is isolated.
#[derive(Debug)]
pub(crate) struct Enclosure {
    command: Vec<String>,
}

impl Isolator {
    /// Finds the programs, makes the skeleton in a new folder, and tries it once with the packages' folder as the package.
    ///
    /// # Errors
    /// In words, why functions cannot be isolated here.
    pub(crate) fn probe(folder: &Utf8Path, packages: &Utf8Path) -> Result<Self, String> {
        if !cfg!(target_os = "linux") {
            return Err("namespaces are Linux's".to_owned());
        }
        let program = |name: &str| {
            let path = std::env::var_os("PATH").unwrap_or_default();
            find_program(name, &path).ok_or_else(|| format!("the program `{name}` of util-linux is missing"))
        };
        let failed = |error: io::Error| error.to_string();
        let (unshare, mount, shell) = (program("unshare")?, program("mount")?, program("sh")?);
        std::fs::create_dir_all(packages).map_err(failed)?;
        let skeleton = Skeleton::create(&folder.join("root"), Utf8Path::new("/")).map_err(failed)?;
        let isolator = Self { unshare, mount, shell, skeleton, folder: folder.to_owned() };
        let mounts = FunctionMounts { task_root: packages, layers: None, tmp_mb: 512 };
        let enclosure = isolator.enclose("probe", mounts).map_err(failed)?;
        enclosure.try_once()?;
        Ok(isolator)
    }

    /// Writes the mounts of a function, under a name that no other has.
    pub(crate) fn enclose(&self, name: &str, mounts: FunctionMounts<'_>) -> io::Result<Enclosure> {
        let task_root = mounts.task_root.canonicalize_utf8()?;
        let layers = mounts.layers.map(Utf8Path::canonicalize_utf8).transpose()?;
        let mounts = FunctionMounts { task_root: &task_root, layers: layers.as_deref(), ..mounts };
        let table = self.folder.join(format!("{name}.fstab"));
        std::fs::write(&table, self.skeleton.fstab(mounts, &HostMounts::read()?))?;
        let (user, group) = USER;
        let words = [
            self.unshare.as_str(),
            "--user",
            "--map-root-user",
            "--mount",
            "--",
            self.shell.as_str(),
            "-c",
            OUTER,
            "sh",
            self.mount.as_str(),
            table.as_str(),
            self.unshare.as_str(),
            self.skeleton.root.as_str(),
            INNER,
        ];
        let mut command = Vec::from(words.map(str::to_owned));
        command.extend([user.to_string(), group.to_string()]);
        Ok(Enclosure { command })
    }
}

impl Enclosure {
    /// Starts a process that has all its mounts and becomes the bootstrap at [`begin`]. It leads a process group.
    ///
    /// # Errors
    /// When a namespace or a mount is refused; the message holds what the programs said.
    pub(crate) async fn prepare(&self, variables: &BTreeMap<String, String>) -> io::Result<Child> {
        let (linker, others): (Vec<_>, Vec<_>) =
            variables.iter().partition(|(name, _)| name.starts_with("LD_"));
        let mut command = Command::new(&self.command[0]);
        command
            .args(&self.command[1..])
            .args(linker.iter().map(|(name, value)| format!("{name}={value}")))
            .args(["--", &format!("{TASK_ROOT}/bootstrap")])
            .env_clear()
            .envs(others)
            .current_dir("/")
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        let mut child = command.spawn()?;
        let ready = tokio::time::timeout(PATIENCE, first_line(&mut child));
        match ready.await.unwrap_or_else(|elapsed| Err(elapsed.into()))? {
            line if line == READY => Ok(child),
            _ => {
                let mut said = Vec::new();
                if let Some(stderr) = &mut child.stderr {
                    stderr.read_to_end(&mut said).await?;
                }
                Err(io::Error::other(format!("cannot isolate it: {}", last_line(&said))))
            }
        }
    }

    /// Goes the whole way with a bootstrap that does nothing, without the asynchronous runtime.
    fn try_once(&self) -> Result<(), String> {
        let failed = |error: io::Error| error.to_string();
        let mut command = std::process::Command::new(&self.command[0]);
        command
            .args(&self.command[1..])
            .args(["--", "/bin/sh", "-c", ":"])
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().map_err(failed)?;
        if let Some(mut stdin) = child.stdin.take() {
            // A process that has failed already reads nothing; it is judged by its end.
            let _ = io::Write::write_all(&mut stdin, b"\n");
        }
        let output = child.wait_with_output().map_err(failed)?;
        if output.status.success() { Ok(()) } else { Err(last_line(&output.stderr)) }
    }
}

/// Lets a prepared process become its bootstrap. Returns when that was.
pub(crate) async fn begin(child: &mut Child) -> io::Result<Instant> {
    let mut stdin = child.stdin.take().ok_or_else(|| io::Error::other("the process has no input"))?;
    let started = Instant::now();
    stdin.write_all(b"\n").await?;
    Ok(started)
}

/// Reads the first line that a process writes, and not a byte more.
async fn first_line(child: &mut Child) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    if let Some(stdout) = &mut child.stdout {
        let mut byte = [0];
        while stdout.read(&mut byte).await? == 1 && byte != *b"\n" && line.len() < FIRST_LINE_LIMIT {
            line.push(byte[0]);
        }
    }
    Ok(line)
}

fn last_line(output: &[u8]) -> String {
    let text = String::from_utf8_lossy(output);
    let said = text.lines().map(str::trim).rfind(|line| !line.is_empty() && !line.starts_with("dmesg(1)"));
    said.unwrap_or("the programs say no reason").to_owned()
}

fn find_program(name: &str, path: &OsStr) -> Option<Utf8PathBuf> {
    std::env::split_paths(path)
        .map(|folder| folder.join(name))
        .find(|program| program.is_file())
        .and_then(|program| Utf8PathBuf::from_path_buf(program).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_is_the_last_thing_said() {
        let said = b"unshare: unshare failed: Operation not permitted\n\n";
        assert_eq!(last_line(said), "unshare: unshare failed: Operation not permitted");
        let said = b"mount: /x: permission denied.\n       dmesg(1) may have more information.\n";
        assert_eq!(last_line(said), "mount: /x: permission denied.");
        assert_eq!(last_line(b""), "the programs say no reason");
    }

    #[test]
    fn programs_are_found_on_the_path_in_its_order() {
        let guard = tempfile::tempdir().unwrap();
        let folder = Utf8Path::from_path(guard.path()).unwrap();
        for place in ["a", "b"] {
            std::fs::create_dir(folder.join(place)).unwrap();
        }
        std::fs::write(folder.join("b/mount"), "").unwrap();
        let path = std::env::join_paths([folder.join("a"), folder.join("b")]).unwrap();
        assert_eq!(find_program("mount", &path), Some(folder.join("b/mount")));
        assert_eq!(find_program("unshare", &path), None);
    }
}
