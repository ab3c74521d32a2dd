//! What the invocations of infer cost.

use contract::{Architecture, Cost, ShardRecord};
use iacgen_aws_types::Region;
use iacgen_aws_types::price::{AS_OF, Prices, US_EAST_1};

/// The prices of a region.
#[derive(Debug, Clone, PartialEq)]
pub struct PriceList {
    prices: &'static Prices,
    region: String,
}

/// The region whose list stands in for one that is not known.
const FALLBACK: &str = "us-east-1";

/// MB in a GB, by Lambda's count.
const MB_PER_GB: f64 = 1_024.0;

impl PriceList {
    /// Returns the list of a region, or that of us-east-1 where the region's is not known.
    pub fn of(region: Option<&Region>) -> Self {
        match region.and_then(|region| Prices::of(region).map(|prices| (prices, region))) {
            Some((prices, region)) => Self { prices, region: region.to_string() },
            None => Self { prices: &US_EAST_1, region: FALLBACK.to_owned() },
        }
    }

    /// Adds up what the shards' invocations cost.
    pub(crate) fn cost(&self, records: &[ShardRecord]) -> Cost {
        let requests = u32::try_from(records.len()).unwrap_or(u32::MAX);
        let gb_seconds = |record: &ShardRecord| {
            f64::from(record.environment.memory_mb) / MB_PER_GB * record.billed_ms() / 1_000.0
        };
        let price = |record: &ShardRecord| match record.environment.architecture {
            Architecture::X86_64 => self.prices.lambda_x86_gb_second,
            Architecture::Arm64 => self.prices.lambda_arm_gb_second,
        };
        let compute_usd: f64 = records.iter().map(|record| gb_seconds(record) * price(record)).sum();
        let request_usd = f64::from(requests) * self.prices.lambda_request;
        let total_s: f64 = records.iter().map(|record| record.duration.total_ms / 1_000.0).sum();
        let used_gb: f64 = records.iter().map(|record| record.environment.peak_memory_mb / MB_PER_GB).sum();
        Cost {
            requests,
            billed_gb_seconds: records.iter().map(gb_seconds).sum(),
            compute_usd,
            request_usd,
            total_usd: compute_usd + request_usd,
            // Requests times mean duration is the total duration.
            cost_by_used_memory_usd: total_s * used_gb / f64::from(requests.max(1))
                * self.prices.lambda_x86_gb_second,
            price_region: self.region.clone(),
            prices_as_of: AS_OF.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::Initialization;
    use run_fixture::record;

    #[track_caller]
    fn close(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-9 * expected.abs().max(1.0), "{found} is not {expected}");
    }

    #[test]
    fn the_bill_is_on_allocated_memory_and_billed_duration() {
        let mut cold = record(0);
        cold.duration.total_ms = 999.2;
        cold.environment.memory_mb = 2_048;
        cold.environment.init_ms = Some(500.1);
        let mut warm = record(1);
        warm.duration.total_ms = 1_000.0;
        warm.environment.memory_mb = 2_048;
        let mut provisioned = cold.clone();
        provisioned.environment.initialization = Initialization::ProvisionedConcurrency;
        provisioned.environment.architecture = Architecture::Arm64;

        let cost = PriceList::of(None).cost(&[cold, warm, provisioned]);
        assert_eq!(cost.requests, 3);
        // 2 GB for 1.5 s (999.2 + 500.1 rounded up), 1 s, and 1 s whose initialisation was paid for apart.
        close(cost.billed_gb_seconds, 2.0 * 1.5 + 2.0 + 2.0);
        close(cost.compute_usd, 5.0 * 0.000_016_666_7 + 2.0 * 0.000_013_333_4);
        close(cost.total_usd, cost.compute_usd + 3.0 * 0.000_000_2);
    }

    /// The rows of the first implementation's table: partition MB, requests, seconds, GB used, and the USD that its
    /// formula gives.
    #[test]
    fn the_reports_formula_gives_the_reports_numbers() {
        for (requests, duration_s, used_gb, usd) in [
            (520, 6.2, 2.5, 0.134),
            (260, 11.5, 3.8, 0.189),
            (174, 17.0, 5.7, 0.281),
            (130, 24.3, 7.0, 0.369),
        ] {
            let records: Vec<_> = (0..requests)
                .map(|index| {
                    let mut record = record(index);
                    record.duration.total_ms = duration_s * 1_000.0;
                    record.environment.peak_memory_mb = used_gb * 1_024.0;
                    record
                })
                .collect();
            let cost = PriceList::of(None).cost(&records).cost_by_used_memory_usd;
            assert!((cost - usd).abs() < 0.000_5, "{cost} is not {usd}");
        }
    }
}
