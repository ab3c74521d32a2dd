//! Reads the execution input, lists the partitions, shards them, writes the run manifest.
