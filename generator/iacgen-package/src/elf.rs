//! What an executable or library asks of the system it will run on, read from its ELF file and held against it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use iacgen_aws_types::Architecture;
use object::Endianness;
use object::elf::{DT_NEEDED, EM_AARCH64, EM_X86_64, ET_DYN, ET_EXEC, FileHeader64, Machine};
use object::read::elf::FileHeader as _;

use crate::runtime::{Basis, Runtime, Verdict};

/// What an ELF file says about its needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ElfFacts {
    /// The instruction set, where it is one of Lambda's.
    pub machine: ElfMachine,
    /// The libraries the loader must find (`DT_NEEDED`), in the file's order.
    pub needed: Vec<String>,
    /// For each library, the symbol versions asked of it.
    pub versions: BTreeMap<String, BTreeSet<String>>,
}

/// The instruction set of an ELF file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ElfMachine {
    /// One of Lambda's.
    Lambda(Architecture),
    /// Any other, by ELF's number (`e_machine`).
    Other(u16),
}

impl fmt::Display for ElfMachine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lambda(architecture) => architecture.fmt(f),
            Self::Other(number) => write!(f, "ELF machine {number}"),
        }
    }
}

/// Why a file will not run where it is going.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ElfProblem {
    /// Not a 64-bit ELF executable or library.
    #[error("it is not a 64-bit ELF executable or library: {reason}")]
    Unreadable {
        /// What the reader says.
        reason: String,
    },
    /// Built for another instruction set.
    #[error("it is built for {found}, and the function's architecture is {expected}")]
    WrongArchitecture {
        /// What the file is for.
        found: ElfMachine,
        /// What the function asks for.
        expected: Architecture,
    },
    /// Needs a newer library than the runtime's.
    #[error(
        "it needs `{version}` of {library}, and {runtime} has up to `{newest}`; build against the runtime's glibc: \
         choose zigbuild as the compiler (`python3 -m pip install cargo-zigbuild ziglang`)"
    )]
    TooNew {
        /// The library.
        library: String,
        /// The version asked for.
        version: String,
        /// The newest version of that kind which the runtime has.
        newest: String,
        /// The runtime's identifier.
        runtime: &'static str,
    },
    /// Asks a known library for a version of a kind that this table does not know.
    #[error("it needs `{version}` of {library}, which {runtime} is not known to have")]
    UnknownVersion {
        /// The library.
        library: String,
        /// The version asked for.
        version: String,
        /// The runtime's identifier.
        runtime: &'static str,
    },
    /// Needs a library that nobody brings.
    #[error(
        "it needs the library `{library}`, which is neither in {runtime} nor in the package; link it statically \
         (for OpenSSL use rustls, for other C libraries the crate's `vendored`, `bundled` or `static` feature)"
    )]
    MissingLibrary {
        /// The library.
        library: String,
        /// The runtime's identifier.
        runtime: &'static str,
    },
}

/// Something the check took for granted, to be told to the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assumption {
    /// The library.
    pub library: String,
    /// What is assumed of it.
    pub note: String,
}

/// Reads what `bytes`, an ELF file, needs.
///
/// # Errors
/// [`ElfProblem::Unreadable`].
pub fn inspect(bytes: &[u8]) -> Result<ElfFacts, ElfProblem> {
    read(bytes).map_err(|reason| ElfProblem::Unreadable { reason })
}

fn read(bytes: &[u8]) -> Result<ElfFacts, String> {
    let text = |error: object::read::Error| error.to_string();
    let header = FileHeader64::<Endianness>::parse(bytes).map_err(text)?;
    let endian = header.endian().map_err(text)?;
    if !matches!(header.e_type(endian), ET_EXEC | ET_DYN) {
        return Err("an object file or a core dump".to_owned());
    }
    let sections = header.sections(endian, bytes).map_err(text)?;
    if sections.is_empty() {
        return Err("its section headers are stripped".to_owned());
    }

    let dynamic = sections.dynamic_table(endian, bytes).map_err(text)?;
    let mut needed = Vec::new();
    for entry in dynamic.iter().filter(|entry| entry.tag == DT_NEEDED) {
        needed.push(utf8(dynamic.string(entry).map_err(text)?)?);
    }

    let mut versions = BTreeMap::<String, BTreeSet<String>>::new();
    if let Some((mut libraries, link)) = sections.gnu_verneed(endian, bytes).map_err(text)? {
        let strings = sections.strings(endian, bytes, link).map_err(text)?;
        while let Some((library, mut wanted)) = libraries.next().map_err(text)? {
            let name = utf8(library.file(endian, strings).map_err(text)?)?;
            let of_library = versions.entry(name).or_default();
            while let Some(version) = wanted.next().map_err(text)? {
                of_library.insert(utf8(version.name(endian, strings).map_err(text)?)?);
            }
        }
    }
    Ok(ElfFacts { machine: machine(header.e_machine(endian)), needed, versions })
}

fn machine(machine: Machine) -> ElfMachine {
    match machine {
        EM_X86_64 => ElfMachine::Lambda(Architecture::X86_64),
        EM_AARCH64 => ElfMachine::Lambda(Architecture::Arm64),
        other => ElfMachine::Other(other.0),
    }
}

fn utf8(bytes: &[u8]) -> Result<String, String> {
    String::from_utf8(bytes.to_vec()).map_err(|_| "a name in it is not UTF-8".to_owned())
}

/// Holds `facts` against the runtime and the libraries in the package (their file names).
///
/// # Errors
/// The first [`ElfProblem`]: the architecture, then the libraries in the file's order, then their versions.
pub(crate) fn check(
    facts: &ElfFacts,
    architecture: Architecture,
    packaged: &BTreeSet<String>,
    runtime: &Runtime,
) -> Result<Vec<Assumption>, ElfProblem> {
    if facts.machine != ElfMachine::Lambda(architecture) {
        return Err(ElfProblem::WrongArchitecture { found: facts.machine, expected: architecture });
    }
    let mut assumptions = Vec::new();
    for library in &facts.needed {
        if packaged.contains(library) {
            continue;
        }
        match runtime.library(library) {
            Some(known) => {
                if let Basis::Assumed { note } = known.basis {
                    assumptions.push(Assumption { library: library.clone(), note: note.to_owned() });
                }
            }
            None => {
                return Err(ElfProblem::MissingLibrary {
                    library: library.clone(),
                    runtime: runtime.identifier,
                });
            }
        }
    }
    for (library, versions) in &facts.versions {
        if packaged.contains(library) {
            continue;
        }
        for version in versions {
            match runtime.offers(version) {
                Verdict::Yes => {}
                Verdict::TooNew { newest } => {
                    return Err(ElfProblem::TooNew {
                        library: library.clone(),
                        version: version.clone(),
                        newest,
                        runtime: runtime.identifier,
                    });
                }
                Verdict::Unknown => {
                    return Err(ElfProblem::UnknownVersion {
                        library: library.clone(),
                        version: version.clone(),
                        runtime: runtime.identifier,
                    });
                }
            }
        }
    }
    Ok(assumptions)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::PROVIDED_AL2023;

    fn own_executable() -> ElfFacts {
        inspect(&std::fs::read(std::env::current_exe().unwrap()).unwrap()).unwrap()
    }

    fn host() -> Architecture {
        if cfg!(target_arch = "aarch64") { Architecture::Arm64 } else { Architecture::X86_64 }
    }

    fn facts(needed: &[&str], versions: &[(&str, &str)]) -> ElfFacts {
        let mut map = BTreeMap::<String, BTreeSet<String>>::new();
        for (library, version) in versions {
            map.entry((*library).to_owned()).or_default().insert((*version).to_owned());
        }
        ElfFacts {
            machine: ElfMachine::Lambda(Architecture::X86_64),
            needed: needed.iter().map(|&n| n.to_owned()).collect(),
            versions: map,
        }
    }

    fn check_x86(facts: &ElfFacts, packaged: &[&str]) -> Result<Vec<Assumption>, ElfProblem> {
        let packaged = packaged.iter().map(|&n| n.to_owned()).collect();
        check(facts, Architecture::X86_64, &packaged, &PROVIDED_AL2023)
    }

    #[test]
    fn reads_a_real_executable() {
        let facts = own_executable();
        assert_eq!(facts.machine, ElfMachine::Lambda(host()));
        assert!(facts.needed.contains(&"libc.so.6".to_owned()), "{facts:?}");
        let libc = &facts.versions["libc.so.6"];
        assert!(libc.iter().any(|version| version.starts_with("GLIBC_2.")), "{libc:?}");
    }

    #[test]
    fn another_architecture_is_refused() {
        let other = if host() == Architecture::Arm64 { Architecture::X86_64 } else { Architecture::Arm64 };
        let problem = check(&own_executable(), other, &BTreeSet::new(), &PROVIDED_AL2023).unwrap_err();
        assert_eq!(
            problem,
            ElfProblem::WrongArchitecture { found: ElfMachine::Lambda(host()), expected: other }
        );
    }

    #[test]
    fn the_runtimes_own_glibc_is_accepted_and_a_newer_one_refused() {
        let at = facts(&["libc.so.6"], &[("libc.so.6", "GLIBC_2.34"), ("libc.so.6", "GLIBC_2.2.5")]);
        assert_eq!(check_x86(&at, &[]), Ok(vec![]));
        let above = facts(&["libc.so.6"], &[("libc.so.6", "GLIBC_2.35")]);
        let problem = check_x86(&above, &[]).unwrap_err();
        assert!(problem.to_string().starts_with(
            "it needs `GLIBC_2.35` of libc.so.6, and provided.al2023 has up to `GLIBC_2.34`; build"
        ));
    }

    #[test]
    fn a_version_of_an_unknown_kind_is_refused() {
        // What a linker adds with packed relative relocations: only from glibc 2.36.
        let relr = facts(&["libc.so.6"], &[("libc.so.6", "GLIBC_ABI_DT_RELR")]);
        assert!(matches!(check_x86(&relr, &[]), Err(ElfProblem::UnknownVersion { .. })));
    }

    #[test]
    fn a_library_must_be_in_the_runtime_or_in_the_package() {
        let openssl = facts(&["libssl.so.3", "libc.so.6"], &[("libssl.so.3", "OPENSSL_3.0.0")]);
        let problem = check_x86(&openssl, &[]).unwrap_err();
        assert_eq!(
            problem,
            ElfProblem::MissingLibrary { library: "libssl.so.3".to_owned(), runtime: "provided.al2023" }
        );
        assert_eq!(check_x86(&openssl, &["libssl.so.3"]), Ok(vec![]));
    }

    #[test]
    fn what_is_not_documented_is_told() {
        let cpp = facts(&["libstdc++.so.6"], &[("libstdc++.so.6", "GLIBCXX_3.4.22")]);
        assert_eq!(check_x86(&cpp, &[]).unwrap()[0].library, "libstdc++.so.6");
    }

    #[test]
    fn a_script_is_no_executable() {
        assert!(matches!(inspect(b"#!/bin/sh\n"), Err(ElfProblem::Unreadable { .. })));
        let cut = &std::fs::read(std::env::current_exe().unwrap()).unwrap()[..4096];
        assert!(matches!(inspect(cut), Err(ElfProblem::Unreadable { .. })));
    }
}
