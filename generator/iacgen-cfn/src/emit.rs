//! From values to text, once.

use serde::Serialize;

/// Returns a document as JSON, indented by two spaces and with a newline at its end. Equal documents give equal bytes.
///
/// # Panics
/// When the document refuses to be written or has a key that is no text, which is a mistake in its type.
pub fn to_json(document: &impl Serialize) -> String {
    #[expect(clippy::expect_used, reason = "the types of our documents have text keys and do not refuse")]
    let mut text = serde_json::to_string_pretty(document).expect("a document is always valid JSON"); // invariant: text keys only
    text.push('\n');
    text
}
