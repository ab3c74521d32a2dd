//! The report, from the shards' records.

use contract::{Memory, Metrics, Rates, Report, ShardRecord, StagedRun, Throughput};
use jiff::Timestamp;

use crate::cost::PriceList;
use crate::spread::distribution;

/// The shortest time that a rate is computed over, in seconds: clocks of two machines may differ by more than a run
/// of a few rows takes.
const SHORTEST: f64 = 0.001;

/// Makes the report of a run whose shards are all there.
#[expect(clippy::cast_precision_loss, reason = "counts of rows and bytes stay below 2^53")]
pub(crate) fn write(
    staged: StagedRun,
    records: &[ShardRecord],
    metrics: Option<Metrics>,
    prices: &PriceList,
    finished_at: Timestamp,
) -> Report {
    let StagedRun { run, unused, aggregate, .. } = staged;
    let images: u64 = records.iter().map(|record| record.count).sum();
    let wall_s = finished_at.duration_since(run.started_at).as_secs_f64().max(SHORTEST);
    let over = |field: fn(&ShardRecord) -> f64| distribution(records.iter().map(field));
    let inits: Vec<f64> = records.iter().filter_map(|record| record.environment.init_ms).collect();
    let peak = over(|record| record.environment.peak_memory_mb);
    Report {
        key: run.report_key(),
        shards: run.shards,
        objects: run.objects,
        images,
        bytes: run.bytes,
        mean_object_bytes: run.bytes as f64 / f64::from(run.objects.max(1)),
        batch_size: run.batch_size,
        metrics,
        throughput: Throughput {
            images_per_second: images as f64 / wall_s,
            bytes_per_second: run.bytes as f64 / wall_s,
            sum_of_shard_rates: records.iter().map(rates).fold(
                Rates { images_per_second: 0.0, bytes_per_second: 0.0 },
                |sum, rates| Rates {
                    images_per_second: sum.images_per_second + rates.images_per_second,
                    bytes_per_second: sum.bytes_per_second + rates.bytes_per_second,
                },
            ),
        },
        duration_ms: over(|record| record.duration.total_ms),
        read_ms: over(|record| record.duration.read_ms),
        compute_ms: over(|record| record.duration.compute_ms),
        write_ms: over(|record| record.duration.write_ms),
        cold_starts: u32::try_from(inits.len()).unwrap_or(u32::MAX),
        init_ms: (!inits.is_empty()).then(|| distribution(inits.iter().copied())),
        memory: Memory {
            allocated_mb: records.iter().map(|record| record.environment.memory_mb).max().unwrap_or(0),
            mean_used_mb: peak.mean,
            max_used_mb: peak.max,
        },
        infer_cost: prices.cost(records),
        started_at: run.started_at,
        finished_at,
        wall_s,
        run: run.id,
        prefix: run.prefix,
        aggregate,
        unused,
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of rows and bytes stay below 2^53")]
fn rates(record: &ShardRecord) -> Rates {
    let seconds = (record.duration.total_ms / 1_000.0).max(SHORTEST);
    Rates {
        images_per_second: record.count as f64 / seconds,
        bytes_per_second: record.bytes() as f64 / seconds,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use run_fixture::{record, staged};

    #[test]
    fn rates_are_over_the_wall_and_the_sum_has_its_own_name() {
        let staged = staged(4);
        let records: Vec<ShardRecord> = (0..4)
            .map(|index| {
                let mut record = record(index);
                record.duration.total_ms = 500.0;
                record
            })
            .collect();
        let finished_at = staged.run.started_at + jiff::SignedDuration::from_secs(10);
        let report = write(staged, &records, None, &PriceList::of(None), finished_at);
        assert_eq!((report.images, report.wall_s), (12, 10.0));
        assert!((report.throughput.images_per_second - 1.2).abs() < 1e-9);
        assert!((report.throughput.sum_of_shard_rates.images_per_second - 24.0).abs() < 1e-9);
        assert_eq!((report.cold_starts, report.init_ms, report.metrics), (0, None, None));
    }

    #[test]
    fn a_clock_that_runs_behind_gives_no_infinite_rate() {
        let staged = staged(1);
        let finished_at = staged.run.started_at - jiff::SignedDuration::from_secs(5);
        let report = write(staged, &[record(0)], None, &PriceList::of(None), finished_at);
        assert!(report.throughput.images_per_second.is_finite() && report.wall_s > 0.0);
    }
}
