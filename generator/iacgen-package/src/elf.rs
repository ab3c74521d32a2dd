//! What an executable or library asks of the system it will run on, held against that system.

mod facts;
mod problem;

use std::collections::BTreeSet;

use iacgen_aws_types::Architecture;

pub use facts::{ElfFacts, ElfMachine, inspect};
pub use problem::ElfProblem;

use crate::runtime::{Basis, Runtime, Verdict};
use crate::toolchain::triple;

/// Something the check took for granted, to be told to the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assumption {
    /// The library.
    pub library: String,
    /// What is assumed of it.
    pub note: String,
}

/// Holds `facts` against the runtime and the libraries in the package and its layers (their file names).
///
/// # Errors
/// The first [`ElfProblem`]: the architecture, the loader, then the libraries in the file's order, then their versions.
pub(crate) fn check(
    facts: &ElfFacts,
    architecture: Architecture,
    packaged: &BTreeSet<String>,
    runtime: &Runtime,
) -> Result<Vec<Assumption>, ElfProblem> {
    if facts.machine != ElfMachine::Lambda(architecture) {
        return Err(ElfProblem::WrongArchitecture { found: facts.machine, expected: architecture });
    }
    let loader = runtime.loader(architecture);
    if let Some(found) = facts.interpreter.as_deref().filter(|found| *found != loader) {
        return Err(ElfProblem::OtherLoader {
            found: found.to_owned(),
            expected: loader,
            triple: triple(architecture),
            runtime: runtime.identifier,
        });
    }
    if let Some(path) = facts.search.iter().find(|folder| !runtime.may_hold_libraries(folder)) {
        return Err(ElfProblem::SearchesElsewhere { path: path.clone() });
    }
    // A static program relocates itself.
    let is_loaded = !facts.needed.is_empty() || facts.interpreter.is_some();
    if facts.packed_relocations && is_loaded {
        return Err(ElfProblem::PackedRelocations {
            runtime: runtime.identifier,
            glibc: runtime.newest("GLIBC"),
        });
    }
    let mut assumptions = Vec::new();
    for library in facts.needed.iter().filter(|library| !packaged.contains(*library)) {
        let Some(known) = runtime.library(library, architecture) else {
            return Err(ElfProblem::MissingLibrary { library: library.clone(), runtime: runtime.identifier });
        };
        if let Basis::Assumed { note } = known.basis {
            assumptions.push(Assumption { library: library.clone(), note: note.to_owned() });
        }
    }
    for (library, versions) in facts.versions.iter().filter(|(library, _)| !packaged.contains(*library)) {
        for (version, symbols) in versions {
            let (library, version, symbols) = (library.clone(), version.clone(), symbols.clone());
            let runtime_name = runtime.identifier;
            match runtime.offers(&version) {
                Verdict::Yes => {}
                Verdict::TooNew { newest } => {
                    return Err(ElfProblem::TooNew {
                        library,
                        version,
                        symbols,
                        newest,
                        runtime: runtime_name,
                    });
                }
                Verdict::Unknown => {
                    return Err(ElfProblem::UnknownVersion {
                        library,
                        version,
                        symbols,
                        runtime: runtime_name,
                    });
                }
            }
        }
    }
    Ok(assumptions)
}

#[cfg(test)]
mod tests {
    use super::facts::Versions;
    use super::*;
    use crate::runtime::PROVIDED_AL2023;

    fn own_executable() -> ElfFacts {
        inspect(&std::fs::read(std::env::current_exe().unwrap()).unwrap()).unwrap()
    }

    pub(super) fn host() -> Architecture {
        if cfg!(target_arch = "aarch64") { Architecture::Arm64 } else { Architecture::X86_64 }
    }

    fn facts(needed: &[&str], versions: &[(&str, &str)]) -> ElfFacts {
        let mut map = Versions::new();
        for (library, version) in versions {
            map.entry((*library).to_owned()).or_default().insert((*version).to_owned(), BTreeSet::new());
        }
        ElfFacts {
            machine: ElfMachine::Lambda(Architecture::X86_64),
            interpreter: Some("/lib64/ld-linux-x86-64.so.2".to_owned()),
            needed: needed.iter().map(|&n| n.to_owned()).collect(),
            search: Vec::new(),
            versions: map,
            packed_relocations: false,
        }
    }

    fn check_x86(facts: &ElfFacts, packaged: &[&str]) -> Result<Vec<Assumption>, ElfProblem> {
        let packaged = packaged.iter().map(|&n| n.to_owned()).collect();
        check(facts, Architecture::X86_64, &packaged, &PROVIDED_AL2023)
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
            "it needs `GLIBC_2.35` of libc.so.6, and provided.al2023 has up to `GLIBC_2.34`; package with `--compiler zigbuild`"
        ));
    }

    #[test]
    fn a_version_of_an_unknown_kind_is_refused() {
        let private = facts(&["libc.so.6"], &[("libc.so.6", "GLIBC_PRIVATE")]);
        assert!(matches!(check_x86(&private, &[]), Err(ElfProblem::UnknownVersion { .. })));
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
    fn packed_relocations_are_for_a_newer_loader() {
        // The linker adds the version only for a C library that has it.
        let versions = [("libc.so.6", "GLIBC_ABI_DT_RELR")];
        let packed = ElfFacts { packed_relocations: true, ..facts(&["libc.so.6"], &versions) };
        let problem = check_x86(&packed, &[]).unwrap_err();
        assert!(problem.to_string().contains("remove `-z pack-relative-relocs`"), "{problem}");
        let is_static = ElfFacts { interpreter: None, packed_relocations: true, ..facts(&[], &[]) };
        assert_eq!(check_x86(&is_static, &[]), Ok(vec![]));
    }

    #[test]
    fn another_c_librarys_loader_is_refused() {
        let musl =
            ElfFacts { interpreter: Some("/lib/ld-musl-x86_64.so.1".to_owned()), ..facts(&["libc.so"], &[]) };
        let problem = check_x86(&musl, &[]).unwrap_err();
        assert_eq!(
            problem.to_string(),
            "it is started by `/lib/ld-musl-x86_64.so.1`, and provided.al2023 has `/lib64/ld-linux-x86-64.so.2`; build for \
             `x86_64-unknown-linux-gnu`, or link it statically"
        );
    }

    #[test]
    fn libraries_are_looked_for_only_where_lambda_has_some() {
        let searching = |folder: &str| {
            let facts = ElfFacts { search: vec![folder.to_owned()], ..facts(&["libc.so.6"], &[]) };
            check_x86(&facts, &[])
        };
        for folder in ["$ORIGIN/lib", "${ORIGIN}", "/opt/lib", "/var/task", "/usr/lib64"] {
            assert_eq!(searching(folder), Ok(vec![]), "{folder}");
        }
        for folder in ["/home/me/project/target", "/optional", "", "lib", "/opt/../tmp"] {
            let expected = ElfProblem::SearchesElsewhere { path: folder.to_owned() };
            assert_eq!(searching(folder), Err(expected), "{folder}");
        }
    }

    /// Compiles a program with the machine's compiler, or returns nothing where it cannot with these arguments.
    fn compiled(arguments: &[&str]) -> Option<ElfFacts> {
        let folder = tempfile::tempdir().unwrap();
        let (source, program) = (folder.path().join("main.c"), folder.path().join("main"));
        // A table of addresses, so that there is something to relocate.
        let text = "#include <stdio.h>\nconst char *words[] = {\"a\", \"b\", \"c\"};\n\
                    int main(int count, char **arguments) { puts(words[count]); return 0; }\n";
        std::fs::write(&source, text).unwrap();
        let mut command = std::process::Command::new("cc");
        let output = command.arg(&source).args(arguments).arg("-o").arg(&program).output().unwrap();
        output.status.success().then(|| inspect(&std::fs::read(program).unwrap()).unwrap())
    }

    #[test]
    fn programs_of_the_machines_own_compiler_are_judged() {
        let judged = |facts: &ElfFacts| check(facts, host(), &BTreeSet::new(), &PROVIDED_AL2023);
        let rpath = compiled(&["-Wl,-rpath,/home/somebody/lib"]).unwrap();
        assert_eq!(
            judged(&rpath),
            Err(ElfProblem::SearchesElsewhere { path: "/home/somebody/lib".to_owned() })
        );
        let other = compiled(&["-Wl,--dynamic-linker=/lib/ld-musl-x86_64.so.1"]).unwrap();
        assert!(matches!(judged(&other), Err(ElfProblem::OtherLoader { .. })), "{other:?}");
        // Not every machine has a static C library, and not every linker packs relocations.
        if let Some(alone) = compiled(&["-static-pie"]) {
            assert_eq!((&alone.interpreter, judged(&alone)), (&None, Ok(vec![])));
        }
        if let Some(packed) =
            compiled(&["-pie", "-Wl,-z,pack-relative-relocs"]).filter(|facts| facts.packed_relocations)
        {
            assert!(matches!(judged(&packed), Err(ElfProblem::PackedRelocations { .. })), "{packed:?}");
        }
    }
}
