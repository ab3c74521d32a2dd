//! What is wrong, where, and what to write instead: one value, many renderers.

mod diagnostic;
pub mod render;
mod sink;
mod source;

pub use diagnostic::{Code, Diagnostic, Label, Severity};
pub use sink::Sink;
pub use source::{FileId, Position, SourceFile, Sources, Span};
