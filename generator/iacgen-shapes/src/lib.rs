//! What JSON can arrive at a place of a workflow, as types, and what its paths and expressions find there.
//!
//! A [`Shape`] tells at least every value that can arrive: what is not understood is [`Shape::Any`]. So what follows from
//! a shape holds for every run: [`Lookup::Missing`] is a value that is certainly not there, never a guess.
//!
//! - [`Shape::from_json_schema`]: from a handler's contract.
//! - [`Shape::join`], [`Shape::put`], [`Shape::fit`], [`Shape::describe`]: shapes among themselves.
//! - [`Path`], [`Shape::lookup`]: paths as Step Functions' JSONPath states write them.
//! - [`intrinsic`]: the `States.` functions of those states.
//! - [`jsonata`]: the expressions of the others.
//! - [`known`]: what AWS hands over: results of services, errors, the context object.

mod describe;
mod fit;
mod join;
mod lookup;
mod member;
mod path;
mod put;
mod schema;
mod shape;
mod suggestion;

pub mod intrinsic;
pub mod jsonata;
pub mod known;

pub use fit::{Certainty, Mismatch, Problem};
pub use lookup::{Absence, Gives, Lookup, Missing, Reason, Uncertain};
pub use path::{Aggregate, InvalidPath, Part, Path, PathFault, Root, Step};
pub use put::Blocked;
pub use schema::SchemaError;
pub use shape::{Field, List, Object, Presence, Shape, Text};
pub use suggestion::closest;
