//! From raw shapes to the text of `workflow.yaml`: what `iacgen import` writes.

mod ids;
mod retries;
mod states;
mod template;
mod yaml;

pub(crate) use ids::{Ids, id};
pub(crate) use states::{Document, document};
