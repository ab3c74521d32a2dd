//! What an ELF file says about its needs.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use iacgen_aws_types::Architecture;
use object::Endianness;
use object::elf::{
    DT_NEEDED, DT_RELR, DT_RPATH, DT_RUNPATH, ELFCLASS32, EM_AARCH64, EM_X86_64, ET_DYN, ET_EXEC,
    FileHeader64, Machine, SHT_DYNSYM, VER_FLG_WEAK,
};
use object::read::elf::{FileHeader as _, ProgramHeader as _, SectionTable, Sym as _};

use super::problem::ElfProblem;

/// What an ELF file says about its needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ElfFacts {
    /// The instruction set, where it is one of Lambda's.
    pub machine: ElfMachine,
    /// The loader that starts it (`PT_INTERP`). None for a library and for a static program.
    pub interpreter: Option<String>,
    /// The libraries the loader must find (`DT_NEEDED`), in the file's order.
    pub needed: Vec<String>,
    /// Where it tells the loader to look for them (`DT_RPATH`, `DT_RUNPATH`), in the file's order.
    pub search: Vec<String>,
    /// For each library, the symbol versions asked of it, and which symbols ask. Versions that the loader does not
    /// insist on, because only weak symbols ask, are left out.
    pub versions: BTreeMap<String, BTreeMap<String, BTreeSet<String>>>,
    /// Whether its relocations are packed (`DT_RELR`), which an older loader overlooks.
    pub packed_relocations: bool,
}

impl ElfFacts {
    /// Returns the newest version of a kind that is asked for, such as `GLIBC_2.34` of the kind `GLIBC`.
    pub fn newest(&self, kind: &str) -> Option<&str> {
        let numbers = |version: &str| -> Option<Vec<u32>> {
            version
                .strip_prefix(kind)?
                .strip_prefix('_')?
                .split('.')
                .map(|number| number.parse().ok())
                .collect()
        };
        let versions = self.versions.values().flat_map(BTreeMap::keys);
        let numbered = versions.filter_map(|version| Some((numbers(version)?, version.as_str())));
        numbered.max().map(|(_, version)| version)
    }
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

/// Reads what `bytes`, an ELF file, needs.
///
/// # Errors
/// [`ElfProblem::Unreadable`].
pub fn inspect(bytes: &[u8]) -> Result<ElfFacts, ElfProblem> {
    read(bytes).map_err(|reason| ElfProblem::Unreadable { reason })
}

fn read(bytes: &[u8]) -> Result<ElfFacts, String> {
    if bytes.get(..5).is_some_and(|start| start.starts_with(b"\x7fELF") && start[4] == ELFCLASS32.0) {
        return Err("it is a 32-bit one".to_owned());
    }
    let header = FileHeader64::<Endianness>::parse(bytes).map_err(text)?;
    let endian = header.endian().map_err(text)?;
    if !matches!(header.e_type(endian), ET_EXEC | ET_DYN) {
        return Err("an object file or a core dump".to_owned());
    }
    let mut interpreter = None;
    for segment in header.program_headers(endian, bytes).map_err(text)? {
        // A truncated file can have whole headers.
        segment.data(endian, bytes).map_err(|()| "a part of it is cut off".to_owned())?;
        if let Some(path) = segment.interpreter(endian, bytes).map_err(text)? {
            interpreter = Some(utf8(path)?);
        }
    }
    let sections = header.sections(endian, bytes).map_err(text)?;
    if sections.is_empty() {
        return Err(
            "its section headers are stripped; strip it with `strip = true` in the profile and with no other tool"
                .to_owned(),
        );
    }

    let (mut needed, mut search, mut packed_relocations) = (Vec::new(), Vec::new(), false);
    let dynamic = sections.dynamic_table(endian, bytes).map_err(text)?;
    for entry in &dynamic {
        match entry.tag {
            DT_NEEDED => needed.push(utf8(dynamic.string(entry).map_err(text)?)?),
            DT_RPATH | DT_RUNPATH => {
                let folders = utf8(dynamic.string(entry).map_err(text)?)?;
                search.extend(folders.split(':').map(str::to_owned));
            }
            DT_RELR => packed_relocations = true,
            _ => {}
        }
    }
    Ok(ElfFacts {
        machine: machine(header.e_machine(endian)),
        interpreter,
        needed,
        search,
        versions: versions(endian, bytes, &sections)?,
        packed_relocations,
    })
}

pub(super) type Versions = BTreeMap<String, BTreeMap<String, BTreeSet<String>>>;

/// Reads the versions that are asked of each library, with the symbols that ask.
fn versions(
    endian: Endianness,
    bytes: &[u8],
    sections: &SectionTable<'_, FileHeader64<Endianness>>,
) -> Result<Versions, String> {
    let mut found = Versions::new();
    let Some((mut libraries, link)) = sections.gnu_verneed(endian, bytes).map_err(text)? else {
        return Ok(found);
    };
    let strings = sections.strings(endian, bytes, link).map_err(text)?;
    while let Some((library, mut wanted)) = libraries.next().map_err(text)? {
        let name = utf8(library.file(endian, strings).map_err(text)?)?;
        let of_library = found.entry(name).or_default();
        while let Some(version) = wanted.next().map_err(text)? {
            if !version.vna_flags.get(endian).contains(VER_FLG_WEAK) {
                of_library.insert(utf8(version.name(endian, strings).map_err(text)?)?, BTreeSet::new());
            }
        }
    }

    // Which symbols ask only makes a message clearer.
    let symbols = sections.symbols(endian, bytes, SHT_DYNSYM).map_err(text)?;
    if let Some(table) = sections.versions(endian, bytes).map_err(text)? {
        for (index, symbol) in symbols.enumerate().filter(|(_, symbol)| symbol.is_undefined(endian)) {
            let Some(version) = table.version(table.version_index(endian, index).index()).map_err(text)?
            else {
                continue;
            };
            let library = version.file().and_then(|file| found.get_mut(str::from_utf8(file).ok()?));
            let asking = library.and_then(|versions| versions.get_mut(str::from_utf8(version.name()).ok()?));
            if let Some(asking) = asking {
                asking.insert(utf8(symbol.name(endian, symbols.strings()).map_err(text)?)?);
            }
        }
    }
    Ok(found)
}

fn text(error: object::read::Error) -> String {
    error.to_string()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_real_executable() {
        let facts = inspect(&std::fs::read(std::env::current_exe().unwrap()).unwrap()).unwrap();
        assert_eq!(facts.machine, ElfMachine::Lambda(crate::elf::tests::host()));
        assert!(facts.needed.contains(&"libc.so.6".to_owned()), "{facts:?}");
        let libc = &facts.versions["libc.so.6"];
        let (version, symbols) = libc.iter().next_back().unwrap();
        assert!(version.starts_with("GLIBC_2.") && !symbols.is_empty(), "{libc:?}");
        assert!(facts.newest("GLIBC").is_some_and(|newest| newest.starts_with("GLIBC_2.")), "{facts:?}");
        assert!(facts.interpreter.is_some_and(|path| path.contains("/ld-linux-")));
    }

    #[test]
    fn a_script_is_no_executable() {
        assert!(matches!(inspect(b"#!/bin/sh\n"), Err(ElfProblem::Unreadable { .. })));
        let cut = &std::fs::read(std::env::current_exe().unwrap()).unwrap()[..4096];
        assert!(matches!(inspect(cut), Err(ElfProblem::Unreadable { .. })));
    }
    #[test]
    fn a_cut_file_and_a_32_bit_file_are_unreadable() {
        let whole = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        let unreadable = |bytes: &[u8]| matches!(inspect(bytes), Err(ElfProblem::Unreadable { .. }));
        for length in [0, 4, 40, 64, whole.len() / 2, whole.len() - 1] {
            assert!(unreadable(&whole[..length]), "{length}");
        }
        let mut narrow = whole[..4096].to_vec();
        narrow[4] = ELFCLASS32.0;
        assert_eq!(inspect(&narrow).unwrap_err().to_string().split(": ").last(), Some("it is a 32-bit one"));
    }
}
