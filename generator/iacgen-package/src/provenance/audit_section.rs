//! `.dep-v0`, the section that `cargo auditable` writes: the program's crates as compressed JSON, which scanners for
//! known vulnerabilities read out of the program itself.

use auditable_serde::{DependencyKind, Package, Source as AuditedSource, VersionInfo};
use libdeflater::{CompressionLvl, Compressor};

use super::crates::{Program, Role, Source};
use super::elf_section;
use crate::elf::ElfProblem;

const SECTION: &str = ".dep-v0";
/// The revision of the format in which macros and what they use count as of the build. Crate: auditable-serde.
const FORMAT: u32 = 1;

/// Returns the bootstrap with the section. One that has it, since `cargo auditable` built it, stays as it is.
///
/// # Errors
/// [`ElfProblem::Unreadable`] where the file's tables are not as a linker writes them.
pub(crate) fn attach(bootstrap: Vec<u8>, program: &Program) -> Result<Vec<u8>, ElfProblem> {
    let unreadable = |reason| ElfProblem::Unreadable { reason };
    if elf_section::has(&bootstrap, SECTION).map_err(unreadable)? {
        return Ok(bootstrap);
    }
    let content = content(program).map_err(unreadable)?;
    elf_section::append(&bootstrap, SECTION, &content).map_err(unreadable)
}

fn content(program: &Program) -> Result<Vec<u8>, String> {
    let json = serde_json::to_vec(&described(program)?).map_err(|error| error.to_string())?;
    let mut compressor = Compressor::new(CompressionLvl::best());
    let mut data = vec![0; compressor.zlib_compress_bound(json.len())];
    let written = compressor.zlib_compress(&json, &mut data).map_err(|error| error.to_string())?;
    data.truncate(written);
    Ok(data)
}

fn described(program: &Program) -> Result<VersionInfo, String> {
    let mut packages = Vec::new();
    for (place, one) in program.crates.iter().enumerate() {
        let version = semver::Version::parse(&one.of.version)
            .map_err(|error| format!("the version of the crate {}: {error}", one.of.name))?;
        packages.push(Package {
            name: one.of.name.clone(),
            version,
            source: match one.of.source {
                Source::CratesIo => AuditedSource::CratesIo,
                Source::Registry { .. } => AuditedSource::Registry,
                Source::Git { .. } => AuditedSource::Git,
                Source::Folder { .. } => AuditedSource::Local,
            },
            kind: match one.role {
                Role::Linked => DependencyKind::Runtime,
                Role::BuildOnly => DependencyKind::Build,
            },
            dependencies: one.uses.clone(),
            root: place == program.root,
        });
    }
    Ok(VersionInfo { packages, format: FORMAT })
}

#[cfg(test)]
mod tests {
    use auditable_info::audit_info_from_slice;

    use super::super::samples::a_program;
    use super::*;

    #[test]
    fn the_formats_own_reader_finds_the_crates() {
        let bootstrap = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        let bootstrap = attach(bootstrap, &a_program()).unwrap();
        let found = audit_info_from_slice(&bootstrap, 1 << 20).unwrap();
        assert_eq!(found, described(&a_program()).unwrap());
        let found: Vec<_> =
            found.packages.iter().map(|p| (p.name.as_str(), &p.source, p.kind, p.root)).collect();
        assert_eq!(
            found,
            [
                ("hello", &AuditedSource::Local, DependencyKind::Runtime, true),
                ("tables", &AuditedSource::CratesIo, DependencyKind::Build, false),
                ("words", &AuditedSource::CratesIo, DependencyKind::Runtime, false),
            ]
        );
    }

    #[test]
    fn a_section_that_is_there_is_kept() {
        let bootstrap = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        let audited = elf_section::append(&bootstrap, SECTION, b"of cargo auditable").unwrap();
        assert_eq!(attach(audited.clone(), &a_program()).unwrap(), audited);
    }

    #[test]
    fn a_script_gets_none() {
        assert!(matches!(attach(b"#!/bin/sh\n".to_vec(), &a_program()), Err(ElfProblem::Unreadable { .. })));
    }
}
