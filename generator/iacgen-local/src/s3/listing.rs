//! A page of a bucket's keys, in S3's order: by the bytes of the whole key.
//!
//! A depth-first walk that sorts each folder by file name, folders with a slash after theirs, meets the keys
//! in that order. So a page reads only the folders it needs.

use std::fs::Metadata;
use std::io;
use std::ops::ControlFlow;

use camino::Utf8Path;

/// What a page is asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct PageRequest {
    pub(crate) prefix: String,
    pub(crate) delimiter: Option<String>,
    pub(crate) after: After,
    pub(crate) limit: usize,
}

/// Where a page begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum After {
    #[default]
    Start,
    /// After this key.
    Key(String),
    /// After all keys with this common prefix.
    Prefix(String),
}

/// An entry of a page.
#[derive(Clone, Debug)]
pub(crate) enum Entry {
    Object { key: String, metadata: Metadata },
    CommonPrefix(String),
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Page {
    pub(crate) entries: Vec<Entry>,
    /// Where the next page begins, if there is one.
    pub(crate) next: Option<After>,
}

/// Reads a page of the folder. A file that vanishes meanwhile is not listed.
pub(crate) fn page(folder: &Utf8Path, request: &PageRequest) -> io::Result<Page> {
    let mut walk = Walk { request, page: Page::default() };
    if request.limit == 0 {
        return Ok(walk.page);
    }
    let _ = walk.folder(folder, "")?;
    Ok(walk.page)
}

struct Walk<'a> {
    request: &'a PageRequest,
    page: Page,
}

impl Walk<'_> {
    fn folder(&mut self, folder: &Utf8Path, within: &str) -> io::Result<ControlFlow<()>> {
        let mut entries = Vec::new();
        let read = match folder.read_dir_utf8() {
            Err(error) if error.kind() == io::ErrorKind::NotFound && !within.is_empty() => {
                return Ok(ControlFlow::Continue(()));
            }
            read => read?,
        };
        for entry in read {
            let entry = entry?;
            // Links inside a bucket are followed like the folders and files they lead to.
            let Ok(metadata) = std::fs::metadata(entry.path()) else {
                continue;
            };
            let slash = if metadata.is_dir() { "/" } else { "" };
            entries.push((format!("{within}{}{slash}", entry.file_name()), entry.into_path(), metadata));
        }
        entries.sort_by(|(left, ..), (right, ..)| left.cmp(right));
        for (key, path, metadata) in entries {
            let flow = if metadata.is_dir() {
                if self.may_hold_more(&key) { self.folder(&path, &key)? } else { ControlFlow::Continue(()) }
            } else {
                self.object(key, metadata)
            };
            if flow.is_break() {
                return Ok(flow);
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Returns whether a folder of this name can hold a key of this page.
    fn may_hold_more(&self, folder: &str) -> bool {
        let PageRequest { prefix, after, .. } = self.request;
        let reaches_prefix = folder.starts_with(prefix.as_str()) || prefix.starts_with(folder);
        let is_ahead = match after {
            After::Start => true,
            After::Key(key) => folder > key.as_str() || key.starts_with(folder),
            After::Prefix(prefix) => {
                !folder.starts_with(prefix.as_str())
                    && (folder > prefix.as_str() || prefix.starts_with(folder))
            }
        };
        let is_grouped = matches!(self.page.entries.last(), Some(Entry::CommonPrefix(group)) if folder.starts_with(group.as_str()));
        reaches_prefix && is_ahead && !is_grouped
    }

    fn object(&mut self, key: String, metadata: Metadata) -> ControlFlow<()> {
        let PageRequest { prefix, delimiter, after, limit } = self.request;
        let Some(rest) = key.strip_prefix(prefix.as_str()) else {
            return ControlFlow::Continue(());
        };
        let is_ahead = match after {
            After::Start => true,
            After::Key(last) => key > *last,
            After::Prefix(last) => key > *last && !key.starts_with(last.as_str()),
        };
        if !is_ahead {
            return ControlFlow::Continue(());
        }
        let group = delimiter.as_deref().filter(|delimiter| !delimiter.is_empty()).and_then(|delimiter| {
            let end = prefix.len() + rest.find(delimiter)? + delimiter.len();
            Some(key[..end].to_owned())
        });
        if let (Some(group), Some(Entry::CommonPrefix(last))) = (&group, self.page.entries.last())
            && group == last
        {
            return ControlFlow::Continue(());
        }
        if self.page.entries.len() == *limit {
            self.page.next = self.page.entries.last().map(|last| match last {
                Entry::Object { key, .. } => After::Key(key.clone()),
                Entry::CommonPrefix(group) => After::Prefix(group.clone()),
            });
            return ControlFlow::Break(());
        }
        self.page.entries.push(match group {
            Some(group) => Entry::CommonPrefix(group),
            None => Entry::Object { key, metadata },
        });
        ControlFlow::Continue(())
    }
}

impl After {
    /// Returns a continuation token: S3's is opaque, ours is readable.
    pub(crate) fn to_token(&self) -> Option<String> {
        match self {
            Self::Start => None,
            Self::Key(key) => Some(format!("key:{key}")),
            Self::Prefix(prefix) => Some(format!("prefix:{prefix}")),
        }
    }

    /// Reads a continuation token.
    pub(crate) fn from_token(token: &str) -> Option<Self> {
        match token.split_once(':')? {
            ("key", key) => Some(Self::Key(key.to_owned())),
            ("prefix", prefix) => Some(Self::Prefix(prefix.to_owned())),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: [&str; 9] = ["a", "a-b", "a.b/x", "b/1", "b/2/deep", "b/2/deeper", "b0", "c/only/one", "z"];

    /// Pages through the keys and returns each page's entries, prefixes with a star.
    fn pages(prefix: &str, delimiter: Option<&str>, after: &After, limit: usize) -> Vec<Vec<String>> {
        let guard = tempfile::tempdir().unwrap();
        let folder = Utf8Path::from_path(guard.path()).unwrap();
        for key in KEYS {
            let path = folder.join(key);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, key).unwrap();
        }
        std::fs::create_dir_all(folder.join("empty/folder")).unwrap();
        let mut request = PageRequest {
            prefix: prefix.to_owned(),
            delimiter: delimiter.map(str::to_owned),
            after: after.clone(),
            limit,
        };
        let mut pages = Vec::new();
        loop {
            let page = page(folder, &request).unwrap();
            pages.push(
                page.entries
                    .iter()
                    .map(|entry| match entry {
                        Entry::Object { key, .. } => key.clone(),
                        Entry::CommonPrefix(group) => format!("{group}*"),
                    })
                    .collect(),
            );
            match page.next {
                Some(next) => request.after = After::from_token(&next.to_token().unwrap()).unwrap(),
                None => return pages,
            }
        }
    }

    #[test]
    fn keys_come_in_the_order_of_their_bytes_on_pages_of_any_size() {
        let mut sorted = KEYS.map(str::to_owned);
        sorted.sort();
        for limit in 1..=10 {
            let pages = pages("", None, &After::Start, limit);
            assert!(pages.iter().rev().skip(1).all(|page| page.len() == limit), "{pages:?}");
            assert_eq!(pages.concat(), sorted, "pages of {limit}");
        }
    }

    #[test]
    fn a_prefix_is_text_and_not_a_folder() {
        assert_eq!(pages("a", None, &After::Start, 10), [["a", "a-b", "a.b/x"]]);
        assert_eq!(pages("b/2/dee", None, &After::Start, 1), [["b/2/deep"], ["b/2/deeper"]]);
        assert_eq!(pages("nothing", None, &After::Start, 1), [Vec::<String>::new()]);
    }

    #[test]
    fn start_after_skips_the_key_itself() {
        assert_eq!(
            pages("", None, &After::Key("b/2/deep".to_owned()), 10),
            [["b/2/deeper", "b0", "c/only/one", "z"]]
        );
        assert_eq!(pages("b", None, &After::Key("b/1x".to_owned()), 10), [["b/2/deep", "b/2/deeper", "b0"]]);
    }

    #[test]
    fn a_delimiter_groups_on_every_page_size() {
        let all = ["a", "a-b", "a.b/*", "b/*", "b0", "c/*", "z"];
        for limit in 1..=8 {
            assert_eq!(pages("", Some("/"), &After::Start, limit).concat(), all, "pages of {limit}");
        }
        assert_eq!(pages("b/", Some("/"), &After::Start, 10), [["b/1", "b/2/*"]]);
        assert_eq!(
            pages("", Some("-"), &After::Start, 2).concat(),
            ["a", "a-*", "a.b/x", "b/1", "b/2/deep", "b/2/deeper", "b0", "c/only/one", "z"]
        );
    }
}
