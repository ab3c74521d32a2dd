//! Compression, the same bytes everywhere, and remembered for what is large.

use std::fs;
use std::io::Write as _;

use camino::Utf8Path;
use libdeflater::{CompressionLvl, Compressor, Decompressor};

use iacgen_assembly::Sha256;

/// The compressor and its version: part of the recipe, since another version may find other matches.
pub(crate) const COMPRESSOR: &str = "libdeflate 1.26";
/// Below this many bytes compressing again is quicker than looking up.
const REMEMBERED_FROM: usize = 4 << 20;

/// How hard to compress.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Compression {
    /// libdeflate's level 12: the smallest; about 4 MB of library a second.
    #[default]
    Release,
    /// libdeflate's level 6: one to three percent larger and nearly ten times as quick, for development.
    Development,
}

impl Compression {
    /// Returns libdeflate's level.
    pub const fn level(self) -> u8 {
        match self {
            Self::Release => 12,
            Self::Development => 6,
        }
    }
}

/// How a member is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    Stored,
    Deflated,
}

/// A file's content as the archive holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Compressed {
    pub(crate) method: Method,
    /// Of the content before compression.
    pub(crate) crc32: u32,
    /// Size in bytes before compression.
    pub(crate) bytes: u64,
    /// What the archive holds.
    pub(crate) data: Vec<u8>,
}

/// The compressor ran out of the space it had itself asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("libdeflate did not compress {bytes} bytes into the space it asked for")]
pub struct DeflateError {
    /// Size of the input.
    pub bytes: usize,
}

/// Compresses `bytes`, or stores them where that is not smaller.
pub(crate) fn compress(bytes: &[u8], compression: Compression) -> Result<Compressed, DeflateError> {
    let mut data = deflate(bytes, compression)?;
    let mut method = Method::Deflated;
    if data.len() >= bytes.len() {
        method = Method::Stored;
        data = bytes.to_vec();
    }
    Ok(Compressed { method, crc32: libdeflater::crc32(bytes), bytes: bytes.len() as u64, data })
}

/// As [`compress`], keeping what was compressed in `folder` for the next time.
///
/// A remembered stream counts only if it inflates to exactly `bytes`, so a damaged or foreign file is never used. That
/// the folder cannot be written is no error: it only costs time.
pub(crate) fn compress_remembered(
    bytes: &[u8],
    compression: Compression,
    folder: &Utf8Path,
) -> Result<Compressed, DeflateError> {
    if bytes.len() < REMEMBERED_FROM {
        return compress(bytes, compression);
    }
    let name = format!("{}.{}-{}", Sha256::of(bytes), COMPRESSOR.replace(' ', "-"), compression.level());
    let path = folder.join(name);
    if let Ok(data) = fs::read(&path)
        && inflates_to(&data, bytes)
    {
        return Ok(Compressed {
            method: Method::Deflated,
            crc32: libdeflater::crc32(bytes),
            bytes: bytes.len() as u64,
            data,
        });
    }
    let compressed = compress(bytes, compression)?;
    if compressed.method == Method::Deflated {
        let _ = remember(folder, &path, &compressed.data);
    }
    Ok(compressed)
}

/// Inflates a raw deflate stream whose size before compression is known. `None` if it is damaged.
pub(crate) fn inflate(data: &[u8], bytes: usize) -> Option<Vec<u8>> {
    let mut out = vec![0; bytes];
    let written = Decompressor::new().deflate_decompress(data, &mut out).ok()?;
    (written == bytes).then_some(out)
}

fn inflates_to(data: &[u8], bytes: &[u8]) -> bool {
    inflate(data, bytes.len()).is_some_and(|out| out == bytes)
}

fn deflate(bytes: &[u8], compression: Compression) -> Result<Vec<u8>, DeflateError> {
    // Both levels lie within libdeflate's 1 to 12, so the fallback is never taken.
    let level =
        CompressionLvl::new(i32::from(compression.level())).unwrap_or_else(|_| CompressionLvl::best());
    let mut compressor = Compressor::new(level);
    let mut data = vec![0; compressor.deflate_compress_bound(bytes.len())];
    let written =
        compressor.deflate_compress(bytes, &mut data).map_err(|_| DeflateError { bytes: bytes.len() })?;
    data.truncate(written);
    Ok(data)
}

fn remember(folder: &Utf8Path, path: &Utf8Path, data: &[u8]) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(data)?;
    file.persist(path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Compressible, but not trivially so.
    fn large() -> Vec<u8> {
        (0..=u32::try_from(REMEMBERED_FROM).unwrap() / 4)
            .flat_map(|n| (n.wrapping_mul(2_654_435_761) >> 20).to_le_bytes())
            .collect()
    }

    /// Fails when another libdeflate finds other matches: then [`COMPRESSOR`] must name it.
    #[test]
    fn the_compressor_is_the_one_in_the_recipe() {
        let levels = [Compression::Release, Compression::Development];
        let digests = levels.map(|level| Sha256::of(&compress(&large(), level).unwrap().data).to_string());
        let expected = [
            "1e6ac5bdd6500e79d41ea9d4f7851e8e5f86ad46bbbc383d87b7a3be56516c91",
            "4121e4e5bfffec25710a16909245988273db06662ca148d7772e351dd14985a9",
        ];
        assert_eq!(digests, expected);
    }

    #[test]
    fn what_does_not_shrink_is_stored() {
        let compressed = compress(b"ab", Compression::Release).unwrap();
        assert_eq!((compressed.method, compressed.data.as_slice()), (Method::Stored, b"ab".as_slice()));
    }

    #[test]
    fn a_remembered_stream_equals_a_fresh_one() {
        let folder = tempfile::tempdir().unwrap();
        let folder = Utf8Path::from_path(folder.path()).unwrap();
        let bytes = large();
        let fresh = compress_remembered(&bytes, Compression::Development, folder).unwrap();
        assert_eq!(folder.read_dir_utf8().unwrap().count(), 1);
        assert_eq!(fresh, compress_remembered(&bytes, Compression::Development, folder).unwrap());
    }

    #[test]
    fn a_damaged_stream_is_not_used() {
        let folder = tempfile::tempdir().unwrap();
        let folder = Utf8Path::from_path(folder.path()).unwrap();
        let bytes = large();
        let fresh = compress_remembered(&bytes, Compression::Development, folder).unwrap();
        let file = folder.read_dir_utf8().unwrap().next().unwrap().unwrap().into_path();
        let mut damaged = fs::read(&file).unwrap();
        damaged[1000] ^= 1;
        fs::write(&file, damaged).unwrap();
        assert_eq!(fresh, compress_remembered(&bytes, Compression::Development, folder).unwrap());
    }
}
