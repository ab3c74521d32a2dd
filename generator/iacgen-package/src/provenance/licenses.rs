//! The licences' texts of everything that was linked into a program, as one text for its package.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;

use camino::{Utf8Path, Utf8PathBuf};

use super::crates::{Crate, Program, Source};
use super::expression::License;
use crate::error::PackageError;

/// Where the text is in a package.
pub(crate) const PATH: &str = "licenses/THIRD-PARTY.txt";

/// What the names of files with licences, notices and names of authors begin with, in capitals.
const NAMES: [&str; 6] = ["LICENSE", "LICENCE", "UNLICENSE", "COPYING", "COPYRIGHT", "NOTICE"];
/// Folders that hold nothing else, in capitals. The first is REUSE's.
const FOLDERS: [&str; 3] = ["LICENSES", "LICENSE", "LICENCES"];
/// What the names of other files end with.
const NOT_TEXT: [&str; 10] = ["rs", "toml", "json", "yml", "yaml", "html", "hbs", "py", "sh", "lock"];
const STANDARD_LIBRARY: &str = "Rust's standard library";
pub(super) const STANDARD_LIBRARY_LICENSE: &str = "MIT OR Apache-2.0";

/// The licences of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Licenses {
    /// What belongs into the package at [`PATH`].
    pub(crate) text: String,
    /// The files of the project's own tree that were read, absolute: the package depends on them.
    pub(crate) read: Vec<Utf8PathBuf>,
    /// Crates that ship no text, so that the standard text of their licence stands in for it.
    pub(crate) standard: Vec<String>,
    /// Crates that ship no text and name no licence that has a standard one: nobody knows what they allow.
    pub(crate) unknown: Vec<String>,
}

/// A licence's text, and what it is for.
#[derive(Debug, Default)]
struct Text {
    /// As the first crate ships it.
    wording: String,
    /// The names under which it is shipped.
    names: BTreeSet<String>,
    /// The places in the list of what it is for.
    of: BTreeSet<usize>,
}

/// A line of the list.
#[derive(Debug)]
struct Listed {
    name: String,
    license: String,
    note: String,
}

/// Collects the texts. `rustc` is the compiler's release, such as `1.95.0`.
///
/// The same crates give the same text on every machine: nothing is taken from the toolchain's own folders, which differ
/// with the way in which it was installed.
pub(crate) fn collect(program: &Program, rustc: &str) -> Result<Licenses, PackageError> {
    let mut texts = Texts::default();
    let (mut read, mut standard, mut unknown, mut own) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for one in program.linked() {
        let files = files(one)?;
        let ours = matches!(one.source, Source::Folder { .. });
        if ours {
            read.extend(files.iter().cloned());
        }
        let name = format!("{} {}", one.name, one.version);
        if files.is_empty() && ours {
            own.push(name);
            continue;
        }
        let place = texts.list(name.clone(), one.license.as_str());
        for file in &files {
            // A `license-file` may be elsewhere, in a folder of this machine.
            let shown = file.strip_prefix(&one.folder).ok().or(file.file_name().map(Utf8Path::new));
            texts.add(place, shown.unwrap_or(file).as_str(), &read_text(file)?);
        }
        if files.is_empty() {
            let list = if texts.add_standard(place, &one.license, &one.authors) {
                &mut standard
            } else {
                &mut unknown
            };
            list.push(name);
        }
    }
    let place = texts.list(format!("{STANDARD_LIBRARY} {rustc}"), STANDARD_LIBRARY_LICENSE);
    let authors = ["the Rust Project's contributors".to_owned()];
    texts.add_standard(place, &License::of(Some(STANDARD_LIBRARY_LICENSE)), &authors);
    Ok(Licenses { text: texts.written(program.root(), &own), read, standard, unknown })
}

#[derive(Debug, Default)]
struct Texts {
    listed: Vec<Listed>,
    /// By their words, so that equal texts in other lines count once and similar ones stand together.
    texts: BTreeMap<String, Text>,
}

impl Texts {
    fn list(&mut self, name: String, license: &str) -> usize {
        self.listed.push(Listed { name, license: license.to_owned(), note: String::new() });
        self.listed.len() - 1
    }

    fn add(&mut self, place: usize, name: &str, text: &str) {
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if words.is_empty() {
            return;
        }
        let known = self.texts.entry(words).or_default();
        if known.wording.is_empty() {
            known.wording = tidied(text);
        }
        known.names.insert(name.to_owned());
        known.of.insert(place);
    }

    /// Adds the standard text of a licence. Returns whether there is one.
    fn add_standard(&mut self, place: usize, license: &License, authors: &[String]) -> bool {
        let texts = license.standard_texts();
        for (name, text) in &texts {
            self.add(place, &format!("{name}, standard text"), text);
        }
        if let Some(listed) = self.listed.get_mut(place) {
            let authors = if authors.is_empty() { "its authors".to_owned() } else { authors.join(", ") };
            listed.note = if texts.is_empty() {
                "no text".to_owned()
            } else {
                format!("copyright: {authors}; the text is the standard one")
            };
        }
        !texts.is_empty()
    }

    fn written(&self, root: &Crate, own: &[String]) -> String {
        let mut numbers = vec![Vec::new(); self.listed.len()];
        for (number, text) in self.texts.values().enumerate() {
            for &place in &text.of {
                numbers[place].push((number + 1).to_string());
            }
        }
        let mut out = format!(
            "Third-party software in the program `{}`\n\n\
             The program holds code of what is listed here: its name and version, its licence as its authors name it,\n\
             and the numbers of the texts below that belong to it.\n\n",
            root.name
        );
        for (listed, numbers) in self.listed.iter().zip(&numbers) {
            let Listed { name, license, note } = listed;
            let numbers = numbers.join(" ");
            let line = [name.as_str(), license, &numbers, note];
            let line: Vec<_> = line.into_iter().filter(|part| !part.is_empty()).collect();
            let _ = writeln!(out, "{}", line.join(" | "));
        }
        if !own.is_empty() {
            let _ = writeln!(out, "\nOf the project itself: {}.", own.join(", "));
        }
        for (number, text) in self.texts.values().enumerate() {
            let names: Vec<_> = text.names.iter().map(String::as_str).collect();
            let _ =
                write!(out, "\n======== {}: {} ========\n\n{}\n", number + 1, names.join(", "), text.wording);
        }
        out
    }
}

/// Returns the files of a crate that hold licences or notices, ordered.
fn files(one: &Crate) -> Result<Vec<Utf8PathBuf>, PackageError> {
    let mut found = BTreeSet::new();
    if let Some(file) = one.license_file.as_ref().filter(|file| file.is_file()) {
        found.insert(file.clone());
    }
    for entry in listing(&one.folder)? {
        let name = entry.file_name().unwrap_or_default().to_uppercase();
        if FOLDERS.contains(&name.as_str()) && entry.is_dir() {
            found.extend(listing(&entry)?.into_iter().filter(|file| is_text(file)));
        } else if NAMES.iter().any(|begin| name.starts_with(begin)) && is_text(&entry) {
            found.insert(entry);
        }
    }
    Ok(found.into_iter().collect())
}

fn listing(folder: &Utf8Path) -> Result<Vec<Utf8PathBuf>, PackageError> {
    let read_error = |source| PackageError::Read { path: folder.to_owned(), source };
    let entries = folder.read_dir_utf8().map_err(read_error)?;
    entries.map(|entry| entry.map(|entry| entry.path().to_owned()).map_err(read_error)).collect()
}

fn is_text(file: &Utf8Path) -> bool {
    let of_code = file.extension().is_some_and(|end| NOT_TEXT.contains(&end.to_lowercase().as_str()));
    !of_code && file.is_file()
}

fn read_text(file: &Utf8Path) -> Result<String, PackageError> {
    let bytes = fs::read(file).map_err(|source| PackageError::Read { path: file.to_owned(), source })?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Returns a text with plain line ends and without empty lines around it.
fn tidied(text: &str) -> String {
    let lines: Vec<_> = text.trim_start_matches('\u{feff}').lines().map(str::trim_end).collect();
    lines.join("\n").trim_matches('\n').to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::crates::{ProgramCrate, Role};
    use super::super::samples::{a_crate, a_program};
    use super::*;

    const MIT: &str = "MIT License\n\nCopyright (c) A\n\nDo as you like.\n";

    /// A crate's name, its licence, and its files with their texts.
    type Sample<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)]);

    /// A program of the crates, whose folders are below `root`.
    fn program(root: &Utf8Path, crates: &[Sample<'_>]) -> Program {
        let mut program = a_program();
        program.crates.truncate(1);
        program.crates[0].of.folder = root.to_owned();
        for &(name, license, files) in crates {
            let folder = root.join(name);
            fs::create_dir(&folder).unwrap();
            for (path, text) in files {
                let path = folder.join(path);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, text).unwrap();
            }
            let of = Crate { folder, license: License::of(Some(license)), ..a_crate(name, "1.0.0") };
            program.crates.push(ProgramCrate { of, role: Role::Linked, uses: Vec::new() });
        }
        program
    }

    fn root() -> (tempfile::TempDir, Utf8PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap().to_owned();
        (folder, root)
    }

    #[test]
    fn equal_texts_stand_once_and_other_files_do_not() {
        let (_folder, root) = root();
        let program = program(
            &root,
            &[
                ("a", "MIT", &[("LICENSE-MIT", MIT), ("license.rs", "fn f() {}"), ("README.md", "read me")]),
                (
                    "b",
                    "MIT AND ISC",
                    &[("Licence.txt", &MIT.replace('\n', "\r\n")), ("LICENSES/ISC", "ISC text")],
                ),
                ("c", "Apache-2.0", &[("NOTICE", "C by D")]),
            ],
        );
        let found = collect(&program, "1.95.0").unwrap();
        assert_eq!(found.text.matches("Do as you like.").count(), 1, "{}", found.text);
        assert!(!found.text.contains("fn f()") && !found.text.contains("read me"));
        let (list, texts) = found.text.split_once("\n========").unwrap();
        assert!(
            list.contains("\na 1.0.0 | MIT | 4\nb 1.0.0 | MIT AND ISC | 2 4\nc 1.0.0 | Apache-2.0 | 1\n"),
            "{list}"
        );
        assert!(list.ends_with("\n\nOf the project itself: hello 0.1.0.\n"), "{list}");
        assert!(
            texts.contains("\n======== 4: LICENSE-MIT, Licence.txt ========\n\nMIT License\n\nCopyright"),
            "{texts}"
        );
        assert!(!texts.contains('\r'));
        assert_eq!((found.standard, found.unknown), (vec![], vec![]));
    }

    #[test]
    fn a_crate_without_a_text_gets_the_standard_one() {
        let (_folder, root) = root();
        let mut program =
            program(&root, &[("a", "ISC OR GPL-3.0-only", &[]), ("b", "ours, see our site", &[])]);
        program.crates[1].of.authors = vec!["Ann".to_owned(), "Bob".to_owned()];
        let found = collect(&program, "1.95.0").unwrap();
        assert_eq!(found.standard, ["a 1.0.0"]);
        assert_eq!(found.unknown, ["b 1.0.0"]);
        let list = "a 1.0.0 | ISC OR GPL-3.0-only | 1 | copyright: Ann, Bob; the text is the standard one\n\
                    b 1.0.0 | ours, see our site | no text\n\
                    Rust's standard library 1.95.0 | MIT OR Apache-2.0 | 2 | ";
        assert!(found.text.contains(list), "{}", found.text);
        assert!(
            found.text.contains("PERFORMANCE OF THIS SOFTWARE") && !found.text.contains("GNU GENERAL PUBLIC")
        );
    }

    #[test]
    fn a_file_of_the_tree_is_an_input() {
        let (_folder, root) = root();
        let mut program =
            program(&root, &[("a", "MIT", &[("copying", MIT)]), ("b", "MIT", &[("x/terms", "Terms.")])]);
        program.crates[1].of.source = Source::Folder { path: "a".into() };
        program.crates[2].of.license_file = Some(root.join("b/x/terms"));
        let found = collect(&program, "1.95.0").unwrap();
        assert_eq!(found.read, [root.join("a/copying")]);
        assert!(found.text.contains(": x/terms ========\n\nTerms.\n"), "{}", found.text);
    }

    #[test]
    fn no_folder_of_this_machine_is_named() {
        let ((_one, here), (_other, there)) = (root(), root());
        fs::write(there.join("TERMS"), "Terms.").unwrap();
        let mut program = program(&here, &[("a", "MIT", &[("LICENSE", MIT)])]);
        program.crates[1].of.license_file = Some(there.join("TERMS"));
        let text = collect(&program, "1.95.0").unwrap().text;
        assert!(text.contains(": TERMS ========\n\nTerms.\n"), "{text}");
        assert!(!text.contains(here.as_str()) && !text.contains(there.as_str()), "{text}");
    }

    #[test]
    fn what_only_builds_is_not_listed() {
        let (_folder, root) = root();
        let mut program = program(&root, &[("a", "MIT", &[("LICENSE", MIT)])]);
        program.crates[1].role = Role::BuildOnly;
        assert!(!collect(&program, "1.95.0").unwrap().text.contains("a 1.0.0"));
    }
}
