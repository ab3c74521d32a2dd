//! Reading and writing our own files.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::AssemblyError;

/// Reads a file. Its format is looked at first, so that another version's file is called just that.
pub(crate) fn read<T: DeserializeOwned>(
    path: &'static str,
    known: u32,
    text: &str,
) -> Result<T, AssemblyError> {
    #[derive(serde::Deserialize)]
    struct Format {
        format: u64,
    }
    if let Ok(Format { format: found }) = serde_json::from_str(text)
        && found != u64::from(known)
    {
        return Err(AssemblyError::OtherFormat { path, found, known });
    }
    serde_path_to_error::deserialize(&mut serde_json::Deserializer::from_str(text)).map_err(|error| {
        AssemblyError::Malformed { path, at: error.path().to_string(), source: error.into_inner() }
    })
}

/// Writes a file: two spaces, and a newline at its end.
pub(crate) fn write(value: &impl Serialize) -> String {
    #[expect(clippy::expect_used, reason = "the types of our files have text keys and do not refuse")]
    let mut text = serde_json::to_string_pretty(value).expect("a file of ours is always valid JSON"); // invariant: text keys only
    text.push('\n');
    text
}
