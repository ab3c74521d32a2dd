//! Source files and places in them.

use camino::{Utf8Path, Utf8PathBuf};

/// A file in a [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileId(usize);

/// A range of bytes in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// The first byte.
    pub start: usize,
    /// The byte behind the last. Equal to `start` for a place between two bytes.
    pub end: usize,
}

/// A place as people count it: from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in Unicode scalar values.
    pub column: usize,
}

/// A file that diagnostics can point into.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// The path as it is shown: relative to the project, with `/`.
    pub path: Utf8PathBuf,
    /// The whole text.
    pub text: String,
}

/// All files of one run.
#[derive(Debug, Clone, Default)]
pub struct Sources(Vec<SourceFile>);

impl Sources {
    /// Adds a file and returns its id.
    pub fn add(&mut self, path: impl Into<Utf8PathBuf>, text: impl Into<String>) -> FileId {
        self.0.push(SourceFile { path: path.into(), text: text.into() });
        FileId(self.0.len() - 1)
    }

    /// Returns a file. Ids come only from [`Sources::add`], so a foreign one is a bug; it gives an empty file.
    pub fn file(&self, id: FileId) -> &SourceFile {
        static EMPTY: SourceFile = SourceFile { path: Utf8PathBuf::new(), text: String::new() };
        self.0.get(id.0).unwrap_or(&EMPTY)
    }

    /// Returns the path of a file.
    pub fn path(&self, id: FileId) -> &Utf8Path {
        &self.file(id).path
    }

    /// Returns where a span begins.
    pub fn position(&self, span: Span) -> Position {
        let text = &self.file(span.file).text;
        let before = text.get(..span.start.min(text.len())).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Position {
            line: before.bytes().filter(|&b| b == b'\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_lines_and_characters_from_one() {
        let mut sources = Sources::default();
        let file = sources.add("a.yaml", "a: é\nbé: 2\n");
        let at = |start| sources.position(Span { file, start, end: start });
        assert_eq!(at(0), Position { line: 1, column: 1 });
        assert_eq!(at(6), Position { line: 2, column: 1 });
        assert_eq!(at(9), Position { line: 2, column: 3 });
        assert_eq!(at(99), Position { line: 3, column: 1 });
    }
}
