//! What a function sees of a file system, as mounts over a skeleton of empty folders.
//!
//! Lambda's own: the package at `/var/task` and the merged layers at `/opt`, both read-only, a `/tmp` of the declared
//! size, the operating system read-only, no `/dev/shm`, and a `/sys` without the processors (ONNX Runtime on arm64
//! complains of that there too). Nothing else of this machine is there: a path that only this machine has is missed here
//! as on AWS. The operating system is this machine's, not Amazon Linux 2023.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::symlink;

use camino::{Utf8Path, Utf8PathBuf};

/// Where Lambda puts the package. Page: "Using Lambda environment variables", `LAMBDA_TASK_ROOT`.
pub(crate) const TASK_ROOT: &str = "/var/task";
/// Where Lambda puts the layers. Page: "Managing Lambda dependencies with layers".
pub(crate) const LAYERS_ROOT: &str = "/opt";

/// The folders of an operating system that programs need, where they exist. A link among them stays a link.
const SYSTEM: [&str; 9] = ["bin", "etc", "lib", "lib32", "lib64", "libx32", "nix", "sbin", "usr"];
/// The devices that a process may expect.
const DEVICES: [&str; 5] = ["null", "zero", "full", "random", "urandom"];
/// The links in `/dev` that the man page null(4) and its neighbours promise.
const DEVICE_LINKS: [(&str, &str); 4] = [
    ("fd", "/proc/self/fd"),
    ("stdin", "/proc/self/fd/0"),
    ("stdout", "/proc/self/fd/1"),
    ("stderr", "/proc/self/fd/2"),
];
/// Folders that are there and empty, or are mounted upon.
const FOLDERS: [&str; 7] = ["dev", "opt", "proc", "sys", "tmp", "var/runtime", "var/task"];

/// The folder that becomes a function's `/`: empty folders, links, and files to mount devices upon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Skeleton {
    pub(crate) root: Utf8PathBuf,
    /// The folders of this machine's operating system that are mounted, absolute.
    system: Vec<Utf8PathBuf>,
}

/// What differs between two functions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FunctionMounts<'a> {
    /// The unzipped package.
    pub(crate) task_root: &'a Utf8Path,
    /// The merged layers, if the function has any.
    pub(crate) layers: Option<&'a Utf8Path>,
    /// The size of `/tmp`, in MB.
    pub(crate) tmp_mb: u32,
}

impl Skeleton {
    /// Makes the skeleton for the operating system below `host`, which is `/` but in tests.
    pub(crate) fn create(root: &Utf8Path, host: &Utf8Path) -> io::Result<Self> {
        for folder in FOLDERS {
            fs::create_dir_all(root.join(folder))?;
        }
        let mut system = Vec::new();
        for name in SYSTEM {
            let (there, here) = (host.join(name), root.join(name));
            match fs::symlink_metadata(&there) {
                Ok(found) if found.is_symlink() => symlink(fs::read_link(&there)?, here)?,
                Ok(found) if found.is_dir() => {
                    fs::create_dir_all(here)?;
                    system.push(there);
                }
                _ => {}
            }
        }
        for device in DEVICES {
            File::create(root.join("dev").join(device))?;
        }
        for (name, target) in DEVICE_LINKS {
            symlink(target, root.join("dev").join(name))?;
        }
        Ok(Self { root: root.to_owned(), system })
    }

    /// Writes the mounts as the man page fstab(5) has them, in the order in which they are to be made.
    pub(crate) fn fstab(&self, function: FunctionMounts<'_>, host: &HostMounts) -> String {
        let mut table = Table { text: String::new(), root: &self.root, host };
        table.bind(&self.root, "", "bind,ro");
        for folder in &self.system {
            let name = folder.file_name().unwrap_or_default();
            table.bind(folder, name, "rbind,ro");
            // A read-only mount says nothing about the mounts below it.
            for below in host.below(folder) {
                if let Ok(inside) = Utf8Path::new(below).strip_prefix(folder) {
                    table.bind(Utf8Path::new(below), &format!("{name}/{inside}"), "bind,ro");
                }
            }
        }
        table.bind(Utf8Path::new("/proc"), "proc", "rbind,ro");
        for device in DEVICES {
            let device = Utf8Path::new("dev").join(device);
            table.bind(&Utf8Path::new("/").join(&device), device.as_str(), "bind");
        }
        table.bind(function.task_root, &TASK_ROOT[1..], "bind,ro");
        if let Some(layers) = function.layers {
            table.bind(layers, &LAYERS_ROOT[1..], "bind,ro");
        }
        let size = format!("size={}m,mode=1777,nosuid,nodev", function.tmp_mb);
        table.line("tmpfs", &self.root.join("tmp"), "tmpfs", &size);
        table.text
    }
}

/// The lines of an fstab.
struct Table<'a> {
    text: String,
    root: &'a Utf8Path,
    host: &'a HostMounts,
}

impl Table<'_> {
    fn bind(&mut self, source: &Utf8Path, inside: &str, options: &str) {
        let options = format!("{options}{}", self.host.flags_at(source));
        // A bind of a device needs no more than the device; nothing in `/dev` is ever mounted with `noexec` for a reason.
        self.line(source.as_str(), &self.root.join(inside), "none", &options);
    }

    fn line(&mut self, source: &str, target: &Utf8Path, kind: &str, options: &str) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.text, "{} {} {kind} {options} 0 0", escape(source), escape(target.as_str()));
    }
}

/// Writes what separates fstab's fields as the octal escapes that fstab(5) has for it.
fn escape(field: &str) -> String {
    let mut text = String::with_capacity(field.len());
    for character in field.trim_end_matches('/').chars() {
        match character {
            ' ' => text.push_str("\\040"),
            '\t' => text.push_str("\\011"),
            '\n' => text.push_str("\\012"),
            '\\' => text.push_str("\\134"),
            '#' => text.push_str("\\043"),
            other => text.push(other),
        }
    }
    if text.is_empty() { "/".to_owned() } else { text }
}

/// The mounts of this machine, as far as a user namespace must keep their flags.
///
/// Man page mount_namespaces(7), "Restrictions on mount namespaces": `nosuid`, `nodev` and `noexec` of a mount that comes
/// from a more privileged namespace are locked. A bind mount that is made read-only must name them again.
#[derive(Clone, Debug, Default)]
pub(crate) struct HostMounts(Vec<HostMount>);

#[derive(Clone, Debug)]
struct HostMount {
    point: String,
    flags: String,
}

impl HostMounts {
    /// Reads `/proc/self/mountinfo`; see the man page proc(5).
    pub(crate) fn read() -> io::Result<Self> {
        fs::read_to_string("/proc/self/mountinfo").map(|text| Self::parse(&text))
    }

    fn parse(text: &str) -> Self {
        let mount = |line: &str| {
            let mut fields = line.split(' ');
            let point = unescape(fields.nth(4)?);
            let locked = |flag: &&str| matches!(*flag, "nosuid" | "nodev" | "noexec");
            let flags = fields
                .next()?
                .split(',')
                .filter(locked)
                .fold(String::new(), |flags, flag| format!("{flags},{flag}"));
            Some(HostMount { point, flags })
        };
        Self(text.lines().filter_map(mount).collect())
    }

    /// Returns the locked flags of the mount that holds a path, each after a comma.
    fn flags_at(&self, path: &Utf8Path) -> &str {
        let holding = self.0.iter().filter(|mount| path.starts_with(&mount.point));
        // Of two mounts on one point the later one is seen.
        holding.max_by_key(|mount| mount.point.len()).map_or("", |mount| mount.flags.as_str())
    }

    /// Returns the points strictly below a folder, in the order in which they were mounted.
    fn below(&self, folder: &Utf8Path) -> impl Iterator<Item = &str> {
        let points = self.0.iter().map(|mount| mount.point.as_str());
        points.filter(move |point| *point != folder && Utf8Path::new(point).starts_with(folder))
    }
}

/// Reads the octal escapes of a mount point.
fn unescape(field: &str) -> String {
    let mut text = field.to_owned();
    for (escaped, plain) in [("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")] {
        text = text.replace(escaped, plain);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTINFO: &str = "\
27 1 254:0 / / rw,relatime - ext4 /dev/vda rw
30 27 0:30 / /home rw,nosuid,nodev,relatime shared:1 - ext4 /dev/vdb rw
31 27 0:31 /resolv.conf /etc/resolv.conf rw,relatime - ext4 /dev/vda rw
32 30 0:32 / /home/my\\040data ro,noexec,relatime - ext4 /dev/vdc rw
";

    fn host_and_skeleton() -> (tempfile::TempDir, Utf8PathBuf) {
        let guard = tempfile::tempdir().unwrap();
        let folder = Utf8PathBuf::from_path_buf(guard.path().to_owned()).unwrap();
        for name in ["usr/lib64", "etc", "home"] {
            fs::create_dir_all(folder.join("host").join(name)).unwrap();
        }
        symlink("usr/lib64", folder.join("host/lib64")).unwrap();
        (guard, folder)
    }

    #[test]
    fn the_operating_system_is_mounted_and_its_links_stay_links() {
        let (_guard, folder) = host_and_skeleton();
        let skeleton = Skeleton::create(&folder.join("root"), &folder.join("host")).unwrap();
        assert_eq!(skeleton.system, [folder.join("host/etc"), folder.join("host/usr")]);
        assert_eq!(fs::read_link(folder.join("root/lib64")).unwrap(), Utf8Path::new("usr/lib64"));
        assert!(!folder.join("root/home").exists(), "a home is not the operating system's");
        assert!(folder.join("root/var/task").is_dir() && folder.join("root/dev/null").is_file());
    }

    #[test]
    fn the_plan_is_read_only_but_for_tmp() {
        let skeleton =
            Skeleton { root: "/run/stage/root".into(), system: vec!["/etc".into(), "/usr".into()] };
        let function = FunctionMounts {
            task_root: Utf8Path::new("/home/me/packages/a"),
            layers: Some(Utf8Path::new("/home/my data/packages/b#c")),
            tmp_mb: 1_024,
        };
        let table = skeleton.fstab(function, &HostMounts::parse(MOUNTINFO));
        assert_eq!(
            table,
            "\
/run/stage/root /run/stage/root none bind,ro 0 0
/etc /run/stage/root/etc none rbind,ro 0 0
/etc/resolv.conf /run/stage/root/etc/resolv.conf none bind,ro 0 0
/usr /run/stage/root/usr none rbind,ro 0 0
/proc /run/stage/root/proc none rbind,ro 0 0
/dev/null /run/stage/root/dev/null none bind 0 0
/dev/zero /run/stage/root/dev/zero none bind 0 0
/dev/full /run/stage/root/dev/full none bind 0 0
/dev/random /run/stage/root/dev/random none bind 0 0
/dev/urandom /run/stage/root/dev/urandom none bind 0 0
/home/me/packages/a /run/stage/root/var/task none bind,ro,nosuid,nodev 0 0
/home/my\\040data/packages/b\\043c /run/stage/root/opt none bind,ro,noexec 0 0
tmpfs /run/stage/root/tmp tmpfs size=1024m,mode=1777,nosuid,nodev 0 0
"
        );
    }

    #[test]
    fn without_layers_opt_is_empty() {
        let skeleton = Skeleton { root: "/run/stage/root".into(), system: Vec::new() };
        let function = FunctionMounts { task_root: Utf8Path::new("/p"), layers: None, tmp_mb: 512 };
        assert!(!skeleton.fstab(function, &HostMounts::default()).contains("/opt"));
    }
}
