//! A diff for people, for a pull request, and for code scanning. Its JSON is the [`Diff`](crate::Diff) itself.

mod markdown;
mod sarif;
mod sections;
mod text;

pub use markdown::{GITHUB_LIMIT, MarkdownError, markdown};
pub use sarif::sarif;
pub use text::{Length, text};
