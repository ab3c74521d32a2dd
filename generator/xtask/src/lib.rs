//! The repository's own tasks, and the tools that they and the end-to-end tests install for themselves.

pub mod bench;
pub mod demo;
pub mod generate;
pub mod test;
pub mod tidy;
pub mod tools;

use camino::{Utf8Path, Utf8PathBuf};

/// Returns the root of the workspace.
pub fn root() -> Utf8PathBuf {
    let here = Utf8Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().and_then(Utf8Path::parent).unwrap_or(here).to_owned()
}

/// Tells the person at the terminal something.
#[expect(clippy::print_stderr, reason = "a task talks to the person who started it")]
pub fn say(text: &str) {
    eprintln!("{text}");
}
