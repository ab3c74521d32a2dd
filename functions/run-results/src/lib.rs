//! A run's shard records and predictions: gathered, checked, merged.
//!
//! Infer writes with it, fmi and summarize read with it. Whatever is missing, doubled or foreign is an error here, so
//! that neither of them can sum up a part of a run.

mod check;
mod error;
mod gather;
mod moments;
mod predictions;

pub use check::check_records;
pub use error::ResultsError;
pub use gather::{Gathered, gather, read_aggregate, read_shards};
pub use moments::{NoMetrics, OUTLIER_THRESHOLD, moments};
pub use predictions::{Column, MalformedPredictions, Predictions};
