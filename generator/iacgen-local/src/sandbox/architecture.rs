//! Whether this machine can run a package: the declared architecture, and the one its bootstrap was built for.

use std::fs::{self, File};
use std::io::{self, Read};

use camino::Utf8Path;
use iacgen_aws_types::Architecture;

/// Returns the architecture of this machine in Lambda's words, if Lambda has it.
pub fn host() -> Option<Architecture> {
    match std::env::consts::ARCH {
        "x86_64" => Some(Architecture::X86_64),
        "aarch64" => Some(Architecture::Arm64),
        _ => None,
    }
}

/// Returns whether this machine can run bootstraps of an architecture: its own, or one that Linux hands to QEMU's user
/// emulation (kernel document "Kernel Support for miscellaneous Binary Formats"). An emulated bootstrap that is linked
/// dynamically also needs that architecture's libraries where its loader expects them.
pub fn can_run(architecture: Architecture) -> bool {
    host() == Some(architecture) || is_emulated(architecture, Utf8Path::new("/proc/sys/fs/binfmt_misc"))
}

fn is_emulated(architecture: Architecture, formats: &Utf8Path) -> bool {
    let name = match architecture {
        Architecture::X86_64 => "qemu-x86_64",
        Architecture::Arm64 => "qemu-aarch64",
    };
    fs::read_to_string(formats.join(name)).is_ok_and(|text| text.lines().next() == Some("enabled"))
}

/// What the first bytes of an executable say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Executable {
    /// An ELF file for one of Lambda's architectures.
    Elf(Architecture),
    /// An ELF file for another machine.
    OtherElf,
    /// A script: any architecture.
    Script,
}

/// Reads the architecture from an executable's header.
pub(crate) fn of_executable(path: &Utf8Path) -> io::Result<Executable> {
    let mut header = Vec::with_capacity(20);
    File::open(path)?.take(20).read_to_end(&mut header)?;
    Ok(of_header(&header))
}

/// Reads `e_machine`, the two little-endian bytes at offset 18 of an ELF header (man page elf(5)).
fn of_header(header: &[u8]) -> Executable {
    match header {
        [0x7f, b'E', b'L', b'F', .., 0x3e, 0x00] if header.len() == 20 => {
            Executable::Elf(Architecture::X86_64)
        }
        [0x7f, b'E', b'L', b'F', .., 0xb7, 0x00] if header.len() == 20 => {
            Executable::Elf(Architecture::Arm64)
        }
        [0x7f, b'E', b'L', b'F', ..] => Executable::OtherElf,
        _ => Executable::Script,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_is_read_from_the_elf_header() {
        let mut header = [0; 20];
        header[..4].copy_from_slice(b"\x7fELF");
        for (machine, expected) in [
            (62, Executable::Elf(Architecture::X86_64)),
            (183, Executable::Elf(Architecture::Arm64)),
            (243, Executable::OtherElf),
        ] {
            header[18] = machine;
            assert_eq!(of_header(&header), expected);
        }
        assert_eq!(of_header(b"#!/bin/sh\nexec true\n"), Executable::Script);
    }

    #[test]
    fn an_architecture_is_emulated_while_its_format_is_enabled() {
        let guard = tempfile::tempdir().unwrap();
        let formats = Utf8Path::from_path(guard.path()).unwrap();
        let file = formats.join("qemu-aarch64");
        assert!(!is_emulated(Architecture::Arm64, formats));
        fs::write(&file, "disabled\ninterpreter /usr/bin/qemu-aarch64\n").unwrap();
        assert!(!is_emulated(Architecture::Arm64, formats));
        fs::write(&file, "enabled\ninterpreter /usr/bin/qemu-aarch64\nflags: F\n").unwrap();
        assert!(is_emulated(Architecture::Arm64, formats));
        assert!(!is_emulated(Architecture::X86_64, formats));
        assert!(can_run(host().unwrap()));
    }

    #[test]
    fn this_test_runs_on_this_machine() {
        let own = std::env::current_exe().unwrap();
        let own = Utf8Path::from_path(&own).unwrap();
        if let Some(host) = host() {
            assert_eq!(of_executable(own).unwrap(), Executable::Elf(host));
        }
    }
}
