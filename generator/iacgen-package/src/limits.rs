//! What Lambda refuses for its size, said before anything is uploaded.

use std::fmt;

use crate::asset::{Entry, PackagedAsset};

/// 250 MB, the code and its layers unzipped. Page: "Lambda quotas", deployment package size; the API's own message
/// says 262144000 bytes.
pub const UNZIPPED_BYTES: u64 = 250 * 1024 * 1024;
/// 50 MB, the zip when it is uploaded through Lambda's API. Page: "Lambda quotas", deployment package size; a larger
/// one goes through S3.
pub const ZIPPED_DIRECT_BYTES: u64 = 50 * 1024 * 1024;

/// How many layers a function can have. Page: "Lambda quotas".
pub const LAYERS: usize = 5;

/// How the package will reach Lambda.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Upload {
    /// Through a bucket: only the unzipped size counts.
    #[default]
    ThroughS3,
    /// In the request to Lambda.
    Direct,
}

/// Which limit a package passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// [`UNZIPPED_BYTES`].
    Unzipped,
    /// [`ZIPPED_DIRECT_BYTES`].
    ZippedDirect,
}

/// A package over a limit, with what takes the space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitExceeded {
    /// Which limit.
    pub limit: Limit,
    /// The package's size in bytes, as the limit counts it.
    pub bytes: u64,
    /// The files, the largest first.
    pub entries: Vec<Entry>,
}

impl std::error::Error for LimitExceeded {}

impl fmt::Display for LimitExceeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, allowed) = match self.limit {
            Limit::Unzipped => ("unzipped, and Lambda allows", UNZIPPED_BYTES),
            Limit::ZippedDirect => ("zipped, and a direct upload allows", ZIPPED_DIRECT_BYTES),
        };
        writeln!(f, "the package is {} MB {what} {} MB:", megabytes(self.bytes), megabytes(allowed))?;
        writeln!(f, "  {:>12} {:>12}  file", "unzipped", "zipped")?;
        for entry in &self.entries {
            writeln!(
                f,
                "  {:>9} MB {:>9} MB  {}",
                megabytes(entry.bytes),
                megabytes(entry.compressed),
                entry.path
            )?;
        }
        match self.limit {
            Limit::Unzipped => f.write_str(
                "use a smaller or quantised model, or read it from S3 when the function starts instead of packaging it",
            ),
            Limit::ZippedDirect => f.write_str("upload it through S3"),
        }
    }
}

/// Returns the size that Lambda limits to [`UNZIPPED_BYTES`]: of a package with its layers.
pub(crate) fn unzipped(package: &PackagedAsset, layers: &[&PackagedAsset]) -> u64 {
    package.unzipped_bytes + layers.iter().map(|layer| layer.unzipped_bytes).sum::<u64>()
}

/// Checks a package with the layers that it needs.
///
/// # Errors
/// [`LimitExceeded`] with the table of files.
pub fn check(
    package: &PackagedAsset,
    layers: &[&PackagedAsset],
    upload: Upload,
) -> Result<(), LimitExceeded> {
    let unzipped = unzipped(package, layers);
    let (limit, bytes) = if unzipped > UNZIPPED_BYTES {
        (Limit::Unzipped, unzipped)
    } else if upload == Upload::Direct && package.zip_bytes > ZIPPED_DIRECT_BYTES {
        (Limit::ZippedDirect, package.zip_bytes)
    } else {
        return Ok(());
    };
    let mut entries = package.entries.clone();
    if limit == Limit::Unzipped {
        entries.extend(layers.iter().flat_map(|layer| {
            layer.entries.iter().map(|entry| Entry { path: format!("/opt/{}", entry.path), ..entry.clone() })
        }));
    }
    entries.sort_by(|a, b| b.bytes.cmp(&a.bytes).then_with(|| a.path.cmp(&b.path)));
    Err(LimitExceeded { limit, bytes, entries })
}

/// One decimal, rounded up: what is over a limit never reads as equal to it.
fn megabytes(bytes: u64) -> String {
    let tenths = (bytes * 10).div_ceil(1024 * 1024);
    format!("{}.{}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::collections::BTreeMap;

    use iacgen_assembly::Sha256;
    use iacgen_aws_types::Architecture;

    use crate::asset::Inputs;

    fn package(entries: &[(&str, u64, u64)], zip_bytes: u64) -> PackagedAsset {
        let sha256 = Sha256::of(b"");
        let entry = |&(path, bytes, compressed): &(&str, u64, u64)| Entry {
            path: path.to_owned(),
            bytes,
            compressed,
            sha256,
        };
        PackagedAsset {
            name: "infer".to_owned(),
            architecture: Architecture::Arm64,
            sha256,
            code_sha256: sha256.to_base64(),
            zip_bytes,
            unzipped_bytes: entries.iter().map(|entry| entry.1).sum(),
            entries: entries.iter().map(entry).collect(),
            layers: Vec::new(),
            variables: BTreeMap::new(),
            inputs: Inputs::default(),
        }
    }

    #[test]
    fn exactly_the_limit_is_allowed() {
        let largest = package(&[("model.onnx", UNZIPPED_BYTES - 1, 9), ("bootstrap", 1, 1)], 10);
        assert_eq!(check(&largest, &[], Upload::Direct), Ok(()));
        assert_eq!(check(&package(&[], ZIPPED_DIRECT_BYTES), &[], Upload::Direct), Ok(()));
    }

    #[test]
    fn one_byte_more_is_refused_with_the_largest_file_first() {
        let entries = [("bootstrap", 1 << 20, 1 << 19), ("model.onnx", UNZIPPED_BYTES, 150 << 20)];
        let error = check(&package(&entries, 200 << 20), &[], Upload::ThroughS3).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the package is 251.0 MB unzipped, and Lambda allows 250.0 MB:\n      \
                 unzipped       zipped  file\n      \
                 250.0 MB     150.0 MB  model.onnx\n        \
                   1.0 MB       0.5 MB  bootstrap\n\
             use a smaller or quantised model, or read it from S3 when the function starts instead of packaging it"
        );
    }

    #[test]
    fn layers_count_towards_what_is_unzipped() {
        let layer = package(&[("models/m/model.onnx", 200 << 20, 100 << 20)], 100 << 20);
        let function = package(&[("bootstrap", 51 << 20, 1 << 20)], 1 << 20);
        assert_eq!(check(&function, &[], Upload::Direct), Ok(()));
        let error = check(&function, &[&layer], Upload::Direct).unwrap_err();
        assert_eq!(error.limit, Limit::Unzipped);
        assert_eq!(error.entries[0].path, "/opt/models/m/model.onnx");
    }

    #[test]
    fn the_zipped_limit_counts_only_for_a_direct_upload() {
        let package = package(&[("model.onnx", 60 << 20, ZIPPED_DIRECT_BYTES + 1)], ZIPPED_DIRECT_BYTES + 1);
        assert_eq!(check(&package, &[], Upload::ThroughS3), Ok(()));
        let error = check(&package, &[], Upload::Direct).unwrap_err();
        assert_eq!(error.limit, Limit::ZippedDirect);
        assert!(error.to_string().starts_with("the package is 50.1 MB zipped"), "{error}");
    }
}
