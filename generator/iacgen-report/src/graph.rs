//! The picture of a state machine, as AWS's console draws it: states as boxes, Map and Parallel states around what
//! they hold, choices with their conditions, catches dashed.
//!
//! [`Diagram::new`] says what is drawn, in words and without a place; [`svg`], [`mermaid`] and [`dot`] write it down.
//! The places in the SVG come from `dagre`, one block of states at a time: a container is laid out first and is then
//! one box of its size in the block around it. The same diagram gives the same bytes.

mod condition;
mod dot;
mod draw;
mod icon;
mod layout;
mod mermaid;
mod model;
mod route;
mod text;
mod words;

pub use condition::words as condition_words;
pub use dot::dot;
pub use draw::svg;
pub use mermaid::mermaid;
pub use model::{Block, Diagram, Edge, EdgeKind, Kind, Node};

#[cfg(test)]
mod tests;
