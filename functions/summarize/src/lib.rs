//! Counts the shards, computes metrics, cost and throughput, writes the report.
