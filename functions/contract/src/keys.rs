//! Where a run keeps what. All names are fixed, so that a retried step replaces its own objects.

use crate::Run;

impl Run {
    /// Returns the key of the manifest.
    pub fn manifest_key(&self) -> String {
        format!("{}manifest.json", self.prefix)
    }

    /// Returns the key of the map's items: one shard a line, by index. `workflow.yaml` builds it from
    /// [`StagedRun::folder`](crate::StagedRun::folder).
    pub fn items_key(&self) -> String {
        format!("{}items.jsonl", self.prefix)
    }

    /// Returns the prefix of the shard records, without a trailing slash.
    pub fn records_prefix(&self) -> String {
        format!("{}shards", self.prefix)
    }

    /// Returns the key of a shard's record.
    pub fn record_key(&self, index: u32) -> String {
        format!("{}shards/shard-{index:05}.json", self.prefix)
    }

    /// Returns the key of a shard's predictions.
    pub fn shard_predictions_key(&self, index: u32) -> String {
        format!("{}predictions/shard-{index:05}.safetensors", self.prefix)
    }

    /// Returns the key of the merged predictions.
    pub fn predictions_key(&self) -> String {
        format!("{}predictions.safetensors", self.prefix)
    }

    /// Returns the key of the aggregate.
    pub fn aggregate_key(&self) -> String {
        format!("{}aggregate.json", self.prefix)
    }

    /// Returns the key of the report.
    pub fn report_key(&self) -> String {
        format!("{}report.json", self.prefix)
    }
}
