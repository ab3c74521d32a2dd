//! Whether the runtime's loader will take what a package holds, and what that answer takes for granted.

use std::collections::{BTreeMap, BTreeSet};

use iacgen_aws_types::Architecture;

use crate::companion::File;
use crate::elf::{self, Assumption};
use crate::error::PackageError;
use crate::event::PackageEvent;
use crate::package::BOOTSTRAP_PATH;
use crate::runtime::PROVIDED_AL2023;

/// What the checks of all functions took for granted, each thing once.
#[derive(Debug, Default)]
pub(crate) struct Assumed(BTreeMap<(String, String), (BTreeSet<String>, BTreeSet<String>)>);

impl Assumed {
    fn note(&mut self, assumption: Assumption, function: &str, file: &str) {
        let (functions, files) = self.0.entry((assumption.library, assumption.note)).or_default();
        functions.insert(function.to_owned());
        files.insert(file.to_owned());
    }

    pub(crate) fn tell(self, observer: &mut dyn FnMut(PackageEvent)) {
        for ((library, note), (functions, files)) in self.0 {
            observer(PackageEvent::Assumed {
                functions: functions.into_iter().collect(),
                files: files.into_iter().collect(),
                library,
                note,
            });
        }
    }
}

pub(crate) fn is_library(path: &str) -> bool {
    path.starts_with("lib/")
}

pub(crate) fn file_name(path: &str) -> String {
    path.rsplit('/').next().unwrap_or(path).to_owned()
}

/// Reads the program and the libraries as the runtime's loader will. `in_layers` are libraries that lie elsewhere.
pub(crate) fn check_programs(
    name: &str,
    architecture: Architecture,
    files: &[File],
    in_layers: &BTreeSet<String>,
    assumed: &mut Assumed,
) -> Result<(), PackageError> {
    let programs = || files.iter().filter(|file| file.path == BOOTSTRAP_PATH || is_library(&file.path));
    let mut present = in_layers.clone();
    present.extend(programs().map(|file| file_name(&file.path)));
    for file in programs() {
        let checked = elf::inspect(&file.bytes)
            .and_then(|facts| elf::check(&facts, architecture, &present, &PROVIDED_AL2023));
        let assumptions = checked.map_err(|problem| PackageError::WillNotRun {
            function: name.to_owned(),
            file: file.path.clone(),
            problem: Box::new(problem),
        })?;
        for assumption in assumptions {
            assumed.note(assumption, name, &file.path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_assumption_is_told_once_for_all_functions() {
        let assumption =
            |library: &str| Assumption { library: library.to_owned(), note: "is there".to_owned() };
        let mut assumed = Assumed::default();
        assumed.note(assumption("libm.so.6"), "infer", "lib/a.so");
        assumed.note(assumption("libc.so.6"), "infer", "bootstrap");
        assumed.note(assumption("libc.so.6"), "fmi", "bootstrap");
        assumed.note(assumption("libc.so.6"), "infer", "lib/a.so");
        let mut told = Vec::new();
        assumed.tell(&mut |event| told.push(event));
        let event = |functions: &[&str], files: &[&str], library: &str| PackageEvent::Assumed {
            functions: functions.iter().map(ToString::to_string).collect(),
            files: files.iter().map(ToString::to_string).collect(),
            library: library.to_owned(),
            note: "is there".to_owned(),
        };
        assert_eq!(
            told,
            [
                event(&["fmi", "infer"], &["bootstrap", "lib/a.so"], "libc.so.6"),
                event(&["infer"], &["lib/a.so"], "libm.so.6")
            ]
        );
    }
}
