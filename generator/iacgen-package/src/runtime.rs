//! What Lambda's OS-only runtime `provided.al2023` offers to a dynamically linked program.
//!
//! A dated table, since nothing here can ask AWS. Sources: Amazon Linux 2023 user guide, "Core toolchain packages
//! glibc, gcc, binutils" (glibc 2.34, gcc 11.4); Lambda developer guide, "OS-only runtimes" (the image is the minimal
//! Amazon Linux 2023). The symbol versions of libstdc++ and libgcc_s are those of gcc 11 in its own ABI history.

use camino::Utf8Path;
use iacgen_aws_types::Architecture;

/// A runtime's libraries.
#[derive(Debug)]
pub(crate) struct Runtime {
    /// Lambda's word for it.
    pub(crate) identifier: &'static str,
    libraries: &'static [Library],
    newest: &'static [Newest],
    /// Folders under which a loader may be told to look: the system's, and those that Lambda lays a package into.
    folders: &'static [&'static str],
}

/// One shared library.
#[derive(Debug)]
pub(crate) struct Library {
    name: &'static str,
    pub(crate) basis: Basis,
}

/// How it is known that a library is there.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Basis {
    /// Part of glibc, without which nothing starts.
    Documented,
    /// Believed, for the reason in `note`.
    Assumed { note: &'static str },
}

/// The newest symbol version of one kind.
#[derive(Debug)]
struct Newest {
    kind: &'static str,
    numbers: &'static [u32],
}

impl Newest {
    fn version(&self) -> String {
        let numbers: Vec<_> = self.numbers.iter().map(u32::to_string).collect();
        format!("{}_{}", self.kind, numbers.join("."))
    }
}

/// Whether the runtime has a symbol version.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Yes,
    /// It has that kind of version, up to `newest`.
    TooNew {
        newest: String,
    },
    /// It is of a kind that the table does not know.
    Unknown,
}

const GCC_NOTE: &str = "Amazon Linux 2023 has it, with gcc 11; that the OS-only image holds it was not confirmed (November 2026)";

const fn of_glibc(name: &'static str) -> Library {
    Library { name, basis: Basis::Documented }
}

const fn of_gcc(name: &'static str) -> Library {
    Library { name, basis: Basis::Assumed { note: GCC_NOTE } }
}

/// The only runtime that functions are packaged for. As of November 2026.
pub(crate) const PROVIDED_AL2023: Runtime = Runtime {
    identifier: "provided.al2023",
    libraries: &[
        of_glibc("libanl.so.1"),
        of_glibc("libc.so.6"),
        of_glibc("libdl.so.2"),
        of_glibc("libm.so.6"),
        of_glibc("libpthread.so.0"),
        of_glibc("libresolv.so.2"),
        of_glibc("librt.so.1"),
        of_glibc("libutil.so.1"),
        of_gcc("libgcc_s.so.1"),
        of_gcc("libstdc++.so.6"),
    ],
    newest: &[
        Newest { kind: "GLIBC", numbers: &[2, 34] },
        Newest { kind: "GLIBCXX", numbers: &[3, 4, 29] },
        Newest { kind: "CXXABI", numbers: &[1, 3, 13] },
        Newest { kind: "GCC", numbers: &[11, 0] },
    ],
    folders: &["/lib", "/lib64", "/opt", "/usr/lib", "/usr/lib64", "/var/lang", "/var/runtime", "/var/task"],
};

impl Runtime {
    /// Returns the library of that file name. The loader is one, and some programs ask for it.
    pub(crate) fn library(&self, name: &str, architecture: Architecture) -> Option<&'static Library> {
        const LOADER: Library = of_glibc("the loader");
        if self.loader(architecture).ends_with(&format!("/{name}")) {
            return Some(&LOADER);
        }
        self.libraries.iter().find(|library| library.name == name)
    }

    /// Returns the path of the loader: glibc's own, for each architecture.
    #[expect(clippy::unused_self, reason = "it is a fact of a runtime with glibc")]
    pub(crate) const fn loader(&self, architecture: Architecture) -> &'static str {
        match architecture {
            Architecture::X86_64 => "/lib64/ld-linux-x86-64.so.2",
            Architecture::Arm64 => "/lib/ld-linux-aarch64.so.1",
        }
    }

    /// Tells whether a loader may be told to look for libraries in a folder: `$ORIGIN` is the file's own.
    pub(crate) fn may_hold_libraries(&self, folder: &str) -> bool {
        let own = ["$ORIGIN", "${ORIGIN}"].iter().any(|origin| folder.starts_with(origin));
        let of_lambda = self.folders.iter().any(|known| Utf8Path::new(folder).starts_with(known));
        own || (of_lambda && !folder.contains(".."))
    }

    /// Returns the newest version of a kind, such as `GLIBC_2.34`.
    pub(crate) fn newest(&self, kind: &str) -> String {
        let newest = self.newest.iter().find(|newest| newest.kind == kind);
        newest.map_or_else(|| kind.to_owned(), Newest::version)
    }

    /// Tells whether a symbol version such as `GLIBC_2.34` is there.
    pub(crate) fn offers(&self, version: &str) -> Verdict {
        let Some((kind, numbers)) = version.rsplit_once('_') else {
            return Verdict::Unknown;
        };
        let Some(newest) = self.newest.iter().find(|newest| newest.kind == kind) else {
            return Verdict::Unknown;
        };
        let Ok(numbers) = numbers.split('.').map(str::parse).collect::<Result<Vec<u32>, _>>() else {
            return Verdict::Unknown; // GLIBC_PRIVATE and the like
        };
        if numbers.as_slice() <= newest.numbers {
            Verdict::Yes
        } else {
            Verdict::TooNew { newest: newest.version() }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compares_numbers_and_not_text() {
        let runtime = &PROVIDED_AL2023;
        for version in [
            "GLIBC_2.2.5",
            "GLIBC_2.4",
            "GLIBC_2.34",
            "GLIBCXX_3.4",
            "GLIBCXX_3.4.9",
            "GCC_3.0",
            "CXXABI_1.3",
        ] {
            assert_eq!(runtime.offers(version), Verdict::Yes, "{version}");
        }
        assert_eq!(runtime.offers("GLIBCXX_3.4.30"), Verdict::TooNew { newest: "GLIBCXX_3.4.29".to_owned() });
        assert_eq!(runtime.offers("GLIBC_3.0"), Verdict::TooNew { newest: "GLIBC_2.34".to_owned() });
        for version in ["GLIBC_PRIVATE", "GLIBC_ABI_DT_RELR", "OPENSSL_3.0.0", "plain"] {
            assert_eq!(runtime.offers(version), Verdict::Unknown, "{version}");
        }
    }
}
