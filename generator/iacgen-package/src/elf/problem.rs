//! Why an ELF file will not run where it is going, and what to do.

use std::collections::BTreeSet;

use iacgen_aws_types::Architecture;

use super::facts::ElfMachine;

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
    #[error(
        "it is built for {found}, and the function's architecture is {expected}; set the function's `architecture`, \
         or take a build for {expected}"
    )]
    WrongArchitecture {
        /// What the file is for.
        found: ElfMachine,
        /// What the function asks for.
        expected: Architecture,
    },
    /// Starts with a loader that the runtime does not have.
    #[error(
        "it is started by `{found}`, and {runtime} has `{expected}`; build for `{triple}`, or link it statically"
    )]
    OtherLoader {
        /// The loader it names.
        found: String,
        /// The runtime's.
        expected: &'static str,
        /// Rust's target that uses the runtime's.
        triple: &'static str,
        /// The runtime's identifier.
        runtime: &'static str,
    },
    /// Looks for libraries where nothing of the package can be.
    #[error(
        "it looks for libraries in `{path}`, which is not a folder of Lambda's; remove that `-rpath` from the linker's \
         arguments: libraries in `lib/` are found without one"
    )]
    SearchesElsewhere {
        /// The folder.
        path: String,
    },
    /// Has packed relocations, which the runtime's loader does not know.
    #[error(
        "its relocations are packed (DT_RELR), which needs glibc 2.36, and {runtime} has {glibc}; remove \
         `-z pack-relative-relocs` from the linker's arguments, or package with `--compiler zigbuild`"
    )]
    PackedRelocations {
        /// The runtime's identifier.
        runtime: &'static str,
        /// The runtime's C library.
        glibc: String,
    },
    /// Needs a newer library than the runtime's.
    #[error(
        "it needs `{version}` of {library}{}, and {runtime} has up to `{newest}`; package with `--compiler zigbuild`, \
         which links against the runtime's glibc, and take libraries from elsewhere in a build for an older system",
        symbols_shown(.symbols)
    )]
    TooNew {
        /// The library.
        library: String,
        /// The version asked for.
        version: String,
        /// The symbols of that version.
        symbols: BTreeSet<String>,
        /// The newest version of that kind which the runtime has.
        newest: String,
        /// The runtime's identifier.
        runtime: &'static str,
    },
    /// Asks a known library for a version of a kind that this table does not know.
    #[error(
        "it needs `{version}` of {library}{}, which {runtime} is not known to have; link what asks for it statically, \
         or bring the library in the package's `lib/`", symbols_shown(.symbols)
    )]
    UnknownVersion {
        /// The library.
        library: String,
        /// The version asked for.
        version: String,
        /// The symbols of that version.
        symbols: BTreeSet<String>,
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

/// How many symbols a message names.
const SHOWN_SYMBOLS: usize = 3;

fn symbols_shown(symbols: &BTreeSet<String>) -> String {
    if symbols.is_empty() {
        return String::new();
    }
    let mut names: Vec<_> = symbols.iter().take(SHOWN_SYMBOLS).map(|symbol| format!("`{symbol}`")).collect();
    if symbols.len() > SHOWN_SYMBOLS {
        names.push(format!("{} more", symbols.len() - SHOWN_SYMBOLS));
    }
    format!(" (for {})", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_names_some_of_the_symbols() {
        let symbols = |names: &[&str]| symbols_shown(&names.iter().map(|&name| name.to_owned()).collect());
        assert_eq!(symbols(&[]), "");
        assert_eq!(symbols(&["arc4random"]), " (for `arc4random`)");
        assert_eq!(symbols(&["a", "b", "c", "d", "e"]), " (for `a`, `b`, `c`, 2 more)");
    }
}
