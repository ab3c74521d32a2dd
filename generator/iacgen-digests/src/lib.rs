//! Many small texts in one compressed file, of which one can be read without the others.
//!
//! The file: a mark, the sizes of the index (compressed, then as text; four bytes each, little-endian), the index, the
//! blocks. A block holds the texts of neighbouring names, so that they share what they have in common. Index and blocks
//! are deflated. The index is text: its first line names the source; `=COMPRESSED TEXT` gives the sizes of the next block
//! in bytes; `LENGTH NAME` is the next text of that block.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;
use std::str;
use std::sync::OnceLock;

use libdeflater::{CompressionLvl, Compressor, Decompressor};

const MARK: &[u8; 8] = b"iacgRS1\n";
/// A block is closed when its text is this long. Longer blocks make a smaller file, and more text to read for one name.
const BLOCK_BYTES: usize = 64 * 1024;

/// A file that is no digest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the digest is damaged: {what}")]
pub struct DamagedDigest {
    /// What is wrong with it.
    pub what: &'static str,
}

const fn damaged(what: &'static str) -> DamagedDigest {
    DamagedDigest { what }
}

/// Packs texts by their names. The same texts give the same bytes. No name has a line break, and neither has `source`.
pub fn pack(source: &str, texts: &BTreeMap<String, String>) -> Vec<u8> {
    let mut index = format!("{source}\n");
    let mut blocks = Vec::new();
    let mut block = String::new();
    let mut names = String::new();
    let mut texts = texts.iter().peekable();
    while let Some((name, text)) = texts.next() {
        block.push_str(text);
        let _ = writeln!(names, "{} {name}", text.len());
        if block.len() >= BLOCK_BYTES || texts.peek().is_none() {
            let compressed = deflate(block.as_bytes());
            let _ = writeln!(index, "={} {}", compressed.len(), block.len());
            index.push_str(&names);
            blocks.extend(compressed);
            block.clear();
            names.clear();
        }
    }
    let compressed = deflate(index.as_bytes());
    let mut file = MARK.to_vec();
    for length in [compressed.len(), index.len()] {
        file.extend(u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes());
    }
    file.extend(compressed);
    file.extend(blocks);
    file
}

/// A digest whose index was read and whose blocks are read when they are asked for.
#[derive(Debug)]
pub struct Digest<'a> {
    index: String,
    source: Range<usize>,
    /// In the order of the names.
    entries: Vec<Entry>,
    blocks: Vec<Block<'a>>,
}

#[derive(Debug)]
struct Entry {
    /// In the index.
    name: Range<usize>,
    block: usize,
    /// In the block's text.
    text: Range<usize>,
}

#[derive(Debug)]
struct Block<'a> {
    compressed: &'a [u8],
    length: usize,
    text: OnceLock<Result<String, DamagedDigest>>,
}

impl<'a> Digest<'a> {
    /// Reads the index of a file that [`pack`] made.
    ///
    /// # Errors
    /// [`DamagedDigest`] for any other file.
    pub fn open(file: &'a [u8]) -> Result<Self, DamagedDigest> {
        let rest = file.strip_prefix(MARK).ok_or(damaged("it has another mark"))?;
        let (compressed, rest) = length(rest)?;
        let (index_bytes, rest) = length(rest)?;
        let (index, mut rest) = rest.split_at_checked(compressed).ok_or(damaged("its index ends early"))?;
        let index = inflate(index, index_bytes)?;

        let mut digest = Self { source: 0..0, entries: Vec::new(), blocks: Vec::new(), index: String::new() };
        let mut at = 0;
        let mut in_block = 0;
        for (number, line) in index.split_inclusive('\n').enumerate() {
            let start = at;
            at += line.len();
            let line = line.strip_suffix('\n').unwrap_or(line);
            if number == 0 {
                digest.source = start..start + line.len();
                continue;
            }
            let (first, second) = line.split_once(' ').ok_or(damaged("its index has a line of one word"))?;
            if let Some(bytes) = first.strip_prefix('=') {
                let (block, behind) =
                    rest.split_at_checked(decimal(bytes)?).ok_or(damaged("its blocks end early"))?;
                rest = behind;
                in_block = 0;
                digest.blocks.push(Block {
                    compressed: block,
                    length: decimal(second)?,
                    text: OnceLock::new(),
                });
            } else {
                let text = in_block..in_block + decimal(first)?;
                in_block = text.end;
                let name = start + first.len() + 1..start + line.len();
                let block = digest.blocks.len().checked_sub(1).ok_or(damaged("a text has no block"))?;
                digest.entries.push(Entry { name, block, text });
            }
        }
        digest.index = index;
        Ok(digest)
    }

    /// Returns what the texts were made from.
    pub fn source(&self) -> &str {
        self.index.get(self.source.clone()).unwrap_or_default()
    }

    /// Returns the names in their order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| self.name(entry))
    }

    /// Returns the text of a name.
    ///
    /// # Errors
    /// [`DamagedDigest`] when its block cannot be read.
    pub fn text(&self, name: &str) -> Result<Option<&str>, DamagedDigest> {
        let Ok(found) = self.entries.binary_search_by(|entry| self.name(entry).cmp(name)) else {
            return Ok(None);
        };
        let entry = &self.entries[found];
        let block = &self.blocks[entry.block];
        let text = block.text.get_or_init(|| inflate(block.compressed, block.length));
        let text = text.as_ref().map_err(Clone::clone)?;
        text.get(entry.text.clone()).map(Some).ok_or(damaged("a text is not inside its block"))
    }

    fn name(&self, entry: &Entry) -> &str {
        self.index.get(entry.name.clone()).unwrap_or_default()
    }
}

fn length(bytes: &[u8]) -> Result<(usize, &[u8]), DamagedDigest> {
    let (length, rest) = bytes.split_first_chunk::<4>().ok_or(damaged("its head ends early"))?;
    let length = usize::try_from(u32::from_le_bytes(*length)).map_err(|_| damaged("it is too large"))?;
    Ok((length, rest))
}

fn decimal(text: &str) -> Result<usize, DamagedDigest> {
    text.parse().map_err(|_| damaged("its index has a length that is no number"))
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut compressor = Compressor::new(CompressionLvl::best());
    let mut compressed = vec![0; compressor.deflate_compress_bound(bytes.len())];
    // The bound leaves room for anything, so there is nothing that can fail.
    let length = compressor.deflate_compress(bytes, &mut compressed).unwrap_or_default();
    compressed.truncate(length);
    compressed
}

fn inflate(compressed: &[u8], length: usize) -> Result<String, DamagedDigest> {
    let mut bytes = vec![0; length];
    match Decompressor::new().deflate_decompress(compressed, &mut bytes) {
        Ok(written) if written == length => {
            String::from_utf8(bytes).map_err(|_| damaged("a block is not UTF-8"))
        }
        _ => Err(damaged("a block cannot be decompressed")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts() -> BTreeMap<String, String> {
        // More than a block, with texts of every length, empty ones too.
        (0..2_000).map(|n| (format!("A::B::C{n:04}"), format!("{n} ").repeat(n % 50))).collect()
    }

    #[test]
    fn every_text_comes_back() {
        let texts = texts();
        let file = pack("a test", &texts);
        let digest = Digest::open(&file).unwrap();
        assert_eq!(digest.source(), "a test");
        assert!(digest.blocks.len() > 1);
        assert!(digest.names().eq(texts.keys()));
        for (name, text) in &texts {
            assert_eq!(digest.text(name), Ok(Some(text.as_str())));
        }
        assert_eq!(digest.text("A::B::D"), Ok(None));
    }

    #[test]
    fn one_text_leaves_the_other_blocks_alone() {
        let file = pack("a test", &texts());
        let digest = Digest::open(&file).unwrap();
        digest.text("A::B::C0001").unwrap();
        assert_eq!(digest.blocks.iter().filter(|block| block.text.get().is_some()).count(), 1);
    }

    #[test]
    fn a_damaged_file_is_an_error() {
        let file = pack("a test", &texts());
        assert!(Digest::open(b"PK\x03\x04").is_err());
        for length in [MARK.len(), MARK.len() + 10, file.len() / 2] {
            assert!(Digest::open(&file[..length]).is_err(), "{length}");
        }
        let mut flipped = file.clone();
        let last = flipped.len() - 1_000;
        flipped[last..].fill(0xff);
        assert!(Digest::open(&flipped).unwrap().text("A::B::C1999").is_err());
    }
}
