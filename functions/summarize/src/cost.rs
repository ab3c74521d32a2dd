//! What the successful invocations of infer cost.

use contract::{InferCost, InferPrice, ShardRecord};
use iacgen_aws_types::Region;
use iacgen_aws_types::price::{AS_OF, Prices};

/// The prices of a region, or why there are none.
#[derive(Debug, Clone, PartialEq)]
pub struct PriceList(Result<RegionPrices, String>);

#[derive(Debug, Clone, PartialEq)]
struct RegionPrices {
    prices: &'static Prices,
    region: String,
}

/// What the cost is of, in the report's own words.
const COVERS: &str = "the successful invocations of infer; \
    invocations that failed, the other functions, Step Functions and S3 are not in it";

/// MB in a GB, by Lambda's count.
const MB_PER_GB: f64 = 1_024.0;

impl PriceList {
    /// Returns the list of a region. `None` is a function whose region cannot be told.
    pub fn of(region: Option<&Region>) -> Self {
        Self(match region {
            None => Err("`AWS_REGION` does not name a region".to_owned()),
            Some(region) => match Prices::of(region) {
                Some(prices) => Ok(RegionPrices { prices, region: region.to_string() }),
                None => Err(format!("the prices of {region} are not known here")),
            },
        })
    }

    /// Adds up what the shards' invocations cost.
    pub(crate) fn cost(&self, records: &[ShardRecord]) -> InferCost {
        InferCost {
            covers: COVERS.to_owned(),
            requests: count(records),
            billed_gb_seconds: records.iter().map(gb_seconds).sum(),
            price: self.0.as_ref().ok().map(|list| list.price(records)),
            no_price: self.0.as_ref().err().cloned(),
        }
    }
}

impl RegionPrices {
    fn price(&self, records: &[ShardRecord]) -> InferPrice {
        let of = |record: &ShardRecord| {
            gb_seconds(record) * self.prices.lambda_gb_second(record.environment.architecture)
        };
        let compute_usd: f64 = records.iter().map(of).sum();
        let request_usd = f64::from(count(records)) * self.prices.lambda_request;
        let total_s: f64 = records.iter().map(|record| record.duration.total_ms / 1_000.0).sum();
        let used_gb: f64 = records.iter().map(|record| record.environment.peak_memory_mb / MB_PER_GB).sum();
        InferPrice {
            compute_usd,
            request_usd,
            infer_usd: compute_usd + request_usd,
            // Requests times mean duration is the total duration.
            by_used_memory_usd: total_s * used_gb / f64::from(count(records).max(1))
                * self.prices.lambda_x86_gb_second,
            region: self.region.clone(),
            prices_as_of: AS_OF.to_owned(),
        }
    }
}

fn count(records: &[ShardRecord]) -> u32 {
    u32::try_from(records.len()).unwrap_or(u32::MAX)
}

fn gb_seconds(record: &ShardRecord) -> f64 {
    f64::from(record.environment.memory_mb) / MB_PER_GB * record.billed_ms() / 1_000.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::{Architecture, Initialization};
    use run_fixture::record;

    #[track_caller]
    fn close(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-9 * expected.abs().max(1.0), "{found} is not {expected}");
    }

    fn us_east_1() -> PriceList {
        PriceList::of(Some(&Region::new("us-east-1").unwrap()))
    }

    #[test]
    fn a_region_without_known_prices_has_a_reason_instead_of_another_regions_price() {
        for (region, says) in [
            (Some(Region::new("eu-north-1").unwrap()), "the prices of eu-north-1 are not known here"),
            (None, "`AWS_REGION` does not name a region"),
        ] {
            let cost = PriceList::of(region.as_ref()).cost(&[record(0)]);
            assert_eq!((cost.price, cost.no_price.as_deref()), (None, Some(says)));
            assert!(cost.billed_gb_seconds > 0.0 && cost.requests == 1);
        }
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

        let cost = us_east_1().cost(&[cold, warm, provisioned]);
        assert_eq!(cost.requests, 3);
        assert_eq!(cost.no_price, None);
        // 2 GB for 1.5 s (999.2 + 500.1 rounded up), 1 s, and 1 s whose initialisation was paid for apart.
        close(cost.billed_gb_seconds, 2.0 * 1.5 + 2.0 + 2.0);
        let price = cost.price.unwrap();
        close(price.compute_usd, 5.0 * 0.000_016_666_7 + 2.0 * 0.000_013_333_4);
        close(price.infer_usd, price.compute_usd + 3.0 * 0.000_000_2);
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
            let cost = us_east_1().cost(&records).price.unwrap().by_used_memory_usd;
            assert!((cost - usd).abs() < 0.000_5, "{cost} is not {usd}");
        }
    }
}
