//! The zip container, byte for byte the same for the same members.
//!
//! Written here because the `zip` crate cannot take data that is compressed already. The format is APPNOTE 6.3.10,
//! sections 4.3.7 (local header), 4.3.12 (central directory) and 4.3.16 (its end). Nothing that could differ between
//! two machines is stored: no time of day, no owner, no extra field, no data descriptor.

use crate::deflate::{Compressed, Method};

/// 1980-01-01 in MS-DOS's encoding, the earliest date a zip can hold. The time is 00:00:00.
const DATE: u16 = (1 << 5) | 1;
/// Version 2.0 of the format: deflate and folders.
const VERSION_NEEDED: u16 = 20;
/// The host is Unix (3), so the upper half of the external attributes is a Unix mode.
const VERSION_MADE_BY: u16 = (3 << 8) | VERSION_NEEDED;
const REGULAR_FILE: u32 = 0o100_000;

/// What the runtime may do with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// 0755.
    Executable,
    /// 0644.
    Plain,
}

impl Mode {
    const fn bits(self) -> u32 {
        match self {
            Self::Executable => 0o755,
            Self::Plain => 0o644,
        }
    }
}

/// One file of the archive.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    /// The path in the archive: relative, with `/`.
    pub(crate) path: String,
    pub(crate) mode: Mode,
    pub(crate) content: Compressed,
}

/// Why an archive cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArchiveError {
    /// A member's path is empty, absolute, not ASCII, or climbs out of the archive.
    #[error(
        "`{path}` cannot be a path in the package: it must be relative, of printable ASCII, without `..` or `\\`"
    )]
    Path {
        /// The path.
        path: String,
    },
    /// Two members have one path.
    #[error("the package would hold `{path}` twice")]
    Duplicate {
        /// The path.
        path: String,
    },
    /// A size does not fit the format without its 64-bit extension, which Lambda's limits never need.
    #[error("`{path}` does not fit a zip file: 4 GiB and 65535 files are the format's limits")]
    TooLarge {
        /// The path.
        path: String,
    },
}

/// Returns the archive's bytes; `members` may come in any order.
pub(crate) fn write(mut members: Vec<Member>) -> Result<Vec<u8>, ArchiveError> {
    members.sort_by(|a, b| a.path.cmp(&b.path));
    for member in &members {
        check_path(&member.path)?;
    }
    if let Some(pair) = members.windows(2).find(|pair| pair[0].path == pair[1].path) {
        return Err(ArchiveError::Duplicate { path: pair[0].path.clone() });
    }

    let mut out =
        Vec::with_capacity(members.iter().map(|m| m.content.data.len() + 2 * m.path.len() + 128).sum());
    let mut directory = Vec::new();
    for member in &members {
        let too_large = |_| ArchiveError::TooLarge { path: member.path.clone() };
        let offset = u32::try_from(out.len()).map_err(too_large)?;
        let shared = shared_fields(member)?;

        put_u32(&mut out, 0x0403_4b50);
        put_u16(&mut out, VERSION_NEEDED);
        out.extend_from_slice(&shared);
        put_u16(&mut out, 0); // no extra field
        out.extend_from_slice(member.path.as_bytes());
        out.extend_from_slice(&member.content.data);

        put_u32(&mut directory, 0x0201_4b50);
        put_u16(&mut directory, VERSION_MADE_BY);
        put_u16(&mut directory, VERSION_NEEDED);
        directory.extend_from_slice(&shared);
        put_u16(&mut directory, 0); // no extra field
        put_u16(&mut directory, 0); // no comment
        put_u16(&mut directory, 0); // first disk
        put_u16(&mut directory, 0); // internal attributes
        put_u32(&mut directory, (REGULAR_FILE | member.mode.bits()) << 16);
        put_u32(&mut directory, offset);
        directory.extend_from_slice(member.path.as_bytes());
    }

    let last = || members.last().map(|m| m.path.clone()).unwrap_or_default();
    let too_large = |_| ArchiveError::TooLarge { path: last() };
    let count = u16::try_from(members.len()).map_err(too_large)?;
    let directory_offset = u32::try_from(out.len()).map_err(too_large)?;
    let directory_size = u32::try_from(directory.len()).map_err(too_large)?;
    out.extend_from_slice(&directory);
    put_u32(&mut out, 0x0605_4b50);
    put_u16(&mut out, 0); // this disk
    put_u16(&mut out, 0); // the directory's disk
    put_u16(&mut out, count);
    put_u16(&mut out, count);
    put_u32(&mut out, directory_size);
    put_u32(&mut out, directory_offset);
    put_u16(&mut out, 0); // no comment
    Ok(out)
}

/// The fields that stand in the same order in both headers: flags to the length of the name.
fn shared_fields(member: &Member) -> Result<Vec<u8>, ArchiveError> {
    let too_large = |_| ArchiveError::TooLarge { path: member.path.clone() };
    let mut fields = Vec::with_capacity(22);
    put_u16(&mut fields, 0); // flags: sizes known beforehand, an ASCII name
    put_u16(
        &mut fields,
        match member.content.method {
            Method::Stored => 0,
            Method::Deflated => 8,
        },
    );
    put_u16(&mut fields, 0); // 00:00:00
    put_u16(&mut fields, DATE);
    put_u32(&mut fields, member.content.crc32);
    put_u32(&mut fields, u32::try_from(member.content.data.len()).map_err(too_large)?);
    put_u32(&mut fields, u32::try_from(member.content.bytes).map_err(too_large)?);
    put_u16(&mut fields, u16::try_from(member.path.len()).map_err(too_large)?);
    Ok(fields)
}

fn check_path(path: &str) -> Result<(), ArchiveError> {
    let printable = path.bytes().all(|b| (b' '..=b'~').contains(&b) && b != b'\\');
    let parts = path.split('/').all(|part| !matches!(part, "" | "." | ".."));
    if printable && parts { Ok(()) } else { Err(ArchiveError::Path { path: path.to_owned() }) }
}

fn put_u16(out: &mut Vec<u8>, value: u16) {
    out.extend_from_slice(&value.to_le_bytes());
}

fn put_u32(out: &mut Vec<u8>, value: u32) {
    out.extend_from_slice(&value.to_le_bytes());
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read as _};
    use std::process::Command;

    use super::*;
    use crate::deflate::{Compression, compress};

    fn member(path: &str, mode: Mode, bytes: &[u8]) -> Member {
        Member { path: path.to_owned(), mode, content: compress(bytes, Compression::Release).unwrap() }
    }

    fn sample() -> Vec<Member> {
        vec![
            member("bootstrap", Mode::Executable, &b"#!/bin/sh\necho hello\n".repeat(50)),
            member("lib/a.so", Mode::Plain, b"x"),
            member("licenses/x/LICENSE", Mode::Plain, b""),
        ]
    }

    #[test]
    fn the_order_of_members_is_irrelevant() {
        let mut reversed = sample();
        reversed.reverse();
        assert_eq!(write(sample()).unwrap(), write(reversed).unwrap());
    }

    #[test]
    fn the_zip_crate_reads_what_was_written() {
        let bytes = write(sample()).unwrap();
        let mut archive = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
        let names: Vec<_> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
        assert_eq!(names, ["bootstrap", "lib/a.so", "licenses/x/LICENSE"]);
        let bootstrap = archive.by_index_raw(0).unwrap();
        assert_eq!(bootstrap.unix_mode(), Some(0o100_755));
        assert_eq!(bootstrap.size(), 1050);
        assert!(bootstrap.compressed_size() < 100);
        assert_eq!(
            bootstrap.last_modified().map(|t| (t.year(), t.month(), t.day(), t.hour())),
            Some((1980, 1, 1, 0))
        );
        assert_eq!(bootstrap.extra_data(), None);
        drop(bootstrap);
        let mut small = archive.by_name("lib/a.so").unwrap(); // stored: one byte does not shrink
        assert_eq!(small.unix_mode(), Some(0o100_644));
        let mut text = String::new();
        small.read_to_string(&mut text).unwrap();
        assert_eq!(text, "x");
    }

    #[test]
    fn python_reads_what_was_written() {
        if Command::new("python3").arg("--version").output().is_err() {
            return; // the other reader's test stands alone there
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.zip");
        std::fs::write(&path, write(sample()).unwrap()).unwrap();
        let script = "import sys, zipfile\n\
            z = zipfile.ZipFile(sys.argv[1])\n\
            assert z.testzip() is None\n\
            for i in z.infolist(): print(i.filename, oct(i.external_attr >> 16), i.date_time, i.file_size, i.flag_bits)";
        let output = Command::new("python3").args(["-c", script]).arg(&path).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(
            String::from_utf8(output.stdout).unwrap(),
            "bootstrap 0o100755 (1980, 1, 1, 0, 0, 0) 1050 0\n\
             lib/a.so 0o100644 (1980, 1, 1, 0, 0, 0) 1 0\n\
             licenses/x/LICENSE 0o100644 (1980, 1, 1, 0, 0, 0) 0 0\n"
        );
    }

    #[test]
    fn paths_that_would_leave_the_folder_are_refused() {
        for path in ["", "/bootstrap", "../bootstrap", "a//b", "a/./b", "a\\b", "b\u{e9}", "a\nb"] {
            let error = write(vec![member(path, Mode::Plain, b"x")]).unwrap_err();
            assert_eq!(error, ArchiveError::Path { path: path.to_owned() });
        }
    }

    #[test]
    fn one_path_twice_is_refused() {
        let error = write(vec![member("a", Mode::Plain, b"x"), member("a", Mode::Plain, b"y")]).unwrap_err();
        assert_eq!(error, ArchiveError::Duplicate { path: "a".to_owned() });
    }
}
