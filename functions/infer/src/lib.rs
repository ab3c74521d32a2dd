//! Runs the model over one shard and keeps its predictions.
