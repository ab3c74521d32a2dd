//! Synchronises the shards and aggregates their predictions into one object.
