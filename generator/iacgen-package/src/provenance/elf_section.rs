//! Adding a section to a finished ELF file.
//!
//! What the loader maps stays where it is, byte for byte: the content, the table of section names and the table of
//! sections go to the end, where linkers put them too. The section belongs to no segment, so it never gets into memory.

use object::Endianness;
use object::elf::{FileHeader64, SHN_XINDEX, SHT_PROGBITS, SectionFlags, SectionHeader64};
use object::endian::{U16, U32, U64};
use object::pod::bytes_of;
use object::read::elf::{FileHeader as _, ProgramHeader as _, SectionHeader as _};

/// Where tables begin: at multiples of this many bytes, as the format wants it for 64 bits.
const TABLE_ALIGNMENT: usize = 8;
/// Fewer bytes than this between two parts are padding.
const PADDING: usize = 64;

type Header = SectionHeader64<Endianness>;

/// Tells whether an ELF file has a section.
pub(super) fn has(bytes: &[u8], name: &str) -> Result<bool, String> {
    let header = FileHeader64::<Endianness>::parse(bytes).map_err(text)?;
    let endian = header.endian().map_err(text)?;
    let sections = header.sections(endian, bytes).map_err(text)?;
    Ok(sections.section_by_name(endian, name.as_bytes()).is_some())
}

/// Returns the ELF file with one section more.
pub(super) fn append(bytes: &[u8], name: &str, content: &[u8]) -> Result<Vec<u8>, String> {
    let too_large = |_| "it is too large".to_owned();
    let mut file = *FileHeader64::<Endianness>::parse(bytes).map_err(text)?;
    let endian = file.endian().map_err(text)?;
    let mut headers = file.section_headers(endian, bytes).map_err(text)?.to_vec();
    if headers.is_empty() || file.e_shnum(endian) == 0 || file.e_shstrndx(endian) == SHN_XINDEX {
        return Err("its table of sections cannot be extended".to_owned());
    }
    let names_index = file.section_strings_index(endian, bytes).map_err(text)?.0;
    let names_header = headers.get(names_index).ok_or("its table of section names is missing")?;
    let mut names = names_header.data(endian, bytes).map_err(text)?.to_vec();

    let mut out = bytes[..kept(bytes, &file, endian, &headers, names_index)?].to_vec();
    let content_offset = out.len();
    out.extend_from_slice(content);

    let name_offset = names.len();
    names.extend_from_slice(name.as_bytes());
    names.push(0);
    let names_offset = out.len();
    out.extend_from_slice(&names);
    if let Some(header) = headers.get_mut(names_index) {
        header.sh_offset = U64::new(endian, names_offset as u64);
        header.sh_size = U64::new(endian, names.len() as u64);
    }
    headers.push(Header {
        sh_name: U32::new(endian, u32::try_from(name_offset).map_err(too_large)?),
        sh_type: U32::new(endian, SHT_PROGBITS),
        sh_flags: U64::new(endian, SectionFlags(0)),
        sh_addr: U64::new(endian, 0),
        sh_offset: U64::new(endian, content_offset as u64),
        sh_size: U64::new(endian, content.len() as u64),
        sh_link: U32::new(endian, 0),
        sh_info: U32::new(endian, 0),
        sh_addralign: U64::new(endian, 1),
        sh_entsize: U64::new(endian, 0),
    });

    out.resize(out.len().next_multiple_of(TABLE_ALIGNMENT), 0);
    file.e_shoff = U64::new(endian, out.len() as u64);
    file.e_shnum = U16::new(endian, u16::try_from(headers.len()).map_err(too_large)?);
    for header in &headers {
        out.extend_from_slice(bytes_of(header));
    }
    let start = bytes_of(&file);
    out.get_mut(..start.len()).ok_or("it is too short")?.copy_from_slice(start);
    Ok(out)
}

/// Returns how much of the file stays: all, or what comes before the tables where they are its end.
fn kept(
    bytes: &[u8],
    file: &FileHeader64<Endianness>,
    endian: Endianness,
    headers: &[Header],
    names_index: usize,
) -> Result<usize, String> {
    let segments = file.program_headers(endian, bytes).map_err(text)?;
    let of_segments = segments.iter().map(|segment| segment.file_range(endian));
    let others = headers.iter().enumerate().filter(|&(index, _)| index != names_index);
    let of_sections = others.filter_map(|(_, header)| header.file_range(endian));
    let segment_table = u64::from(file.e_phentsize(endian)) * segments.len() as u64;
    let first = [(0, u64::from(file.e_ehsize(endian))), (file.e_phoff(endian), segment_table)];
    let end = first.into_iter().chain(of_segments).chain(of_sections);
    let end = place(end.map(|(offset, size)| offset.saturating_add(size)).max().unwrap_or(0))?;

    let Some((offset, size)) = headers.get(names_index).and_then(|header| header.file_range(endian)) else {
        return Ok(bytes.len());
    };
    let (names, names_end) = (place(offset)?, place(offset.saturating_add(size))?);
    let table = place(file.e_shoff(endian))?;
    let table_end = table.saturating_add(size_of_val(headers));
    let follows = |before: usize, after: usize| (before..before.saturating_add(PADDING)).contains(&after);
    if table_end != bytes.len() || table < end.max(names_end) {
        return Ok(bytes.len());
    }
    Ok(if follows(end, names) && follows(names_end, table) { end } else { table })
}

fn place(offset: u64) -> Result<usize, String> {
    usize::try_from(offset).map_err(|_| "it is too large".to_owned())
}

fn text(error: object::read::Error) -> String {
    error.to_string()
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use object::elf::{EM_AARCH64, EM_X86_64};

    use super::*;

    /// A program of this machine, or the same for another architecture or stripped, built by the compiler at hand.
    fn program(folder: &std::path::Path, arguments: &[&str]) -> Vec<u8> {
        let source = folder.join("main.rs");
        std::fs::write(&source, "fn main() { println!(\"started\"); }").unwrap();
        let out = folder.join("program");
        let status = Command::new("rustc").args(arguments).arg("-o").arg(&out).arg(&source).status().unwrap();
        assert!(status.success());
        std::fs::read(out).unwrap()
    }

    fn section<'a>(bytes: &'a [u8], name: &str) -> (u64, &'a [u8]) {
        let file = FileHeader64::<Endianness>::parse(bytes).unwrap();
        let endian = file.endian().unwrap();
        let sections = file.sections(endian, bytes).unwrap();
        let (_, header) = sections.section_by_name(endian, name.as_bytes()).unwrap();
        (header.sh_flags(endian).0, header.data(endian, bytes).unwrap())
    }

    #[test]
    fn the_program_starts_and_has_the_section() {
        use std::os::unix::fs::PermissionsExt as _;

        let folder = tempfile::tempdir().unwrap();
        for strip in ["none", "symbols"] {
            let before = program(folder.path(), &["-C", &format!("strip={strip}")]);
            assert!(!has(&before, ".ours").unwrap());
            let after = append(&before, ".ours", b"content").unwrap();
            assert!(has(&after, ".ours").unwrap());
            assert_eq!(section(&after, ".ours"), (0, b"content".as_slice()));
            assert_eq!(section(&after, ".comment"), section(&before, ".comment"));
            assert_eq!(crate::elf::inspect(&after).unwrap(), crate::elf::inspect(&before).unwrap());
            // Beside the section itself: its header, its name, where the table begins, and in a program with symbols,
            // whose table follows the names, the former names.
            let names = if strip == "none" { section(&before, ".shstrtab").1.len() } else { 0 };
            let added = after.len() - before.len();
            assert!(added <= names + 7 + 64 + 6 + TABLE_ALIGNMENT, "{added}");

            let path = folder.path().join("after");
            std::fs::write(&path, &after).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
            let output = Command::new(&path).output().unwrap();
            assert_eq!(String::from_utf8_lossy(&output.stdout), "started\n");
        }
    }

    #[test]
    fn what_follows_the_tables_stays() {
        let folder = tempfile::tempdir().unwrap();
        let mut before = program(folder.path(), &["-C", "strip=symbols"]);
        before.extend_from_slice(b"a payload of somebody else");
        let after = append(&before, ".ours", b"content").unwrap();
        assert!(after[64..].starts_with(&before[64..]));
        assert_eq!(section(&after, ".ours").1, b"content");
    }

    #[test]
    fn the_machine_is_irrelevant() {
        let folder = tempfile::tempdir().unwrap();
        let mut before = program(folder.path(), &["-C", "strip=symbols"]);
        let here = append(&before, ".ours", b"content").unwrap();
        let other = if cfg!(target_arch = "aarch64") { EM_X86_64 } else { EM_AARCH64 };
        before[18..20].copy_from_slice(&other.0.to_le_bytes()); // e_machine
        let elsewhere = append(&before, ".ours", b"content").unwrap();
        assert_eq!(elsewhere[18..20], before[18..20]);
        assert_eq!((&elsewhere[..18], &elsewhere[20..]), (&here[..18], &here[20..]));
    }

    #[test]
    fn what_is_no_elf_file_is_refused() {
        assert!(append(b"#!/bin/sh\n", ".ours", b"").is_err());
        assert!(has(b"", ".ours").is_err());
    }
}
