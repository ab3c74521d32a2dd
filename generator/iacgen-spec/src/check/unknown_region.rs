//! IAC181 `unknown-region`.

use iacgen_aws_types::Region;
use iacgen_diagnostics::{Code, Diagnostic};

use crate::model::Place;
use crate::suggest;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC181",
    name: "unknown-region",
    explanation: "A text that has the form of a region, and is the code of none that was known in November 2025. A warning.

## Why
AWS opens new regions, so an unknown one may exist. More often it is misspelt: then nothing is found under the ARNs that are made of
it, and no endpoint answers at deployment. Page: \"AWS Regions\".

## What to write instead
The code of the region, such as `eu-west-1`. If AWS has opened this region since, leave it: nothing else depends on the list.
",
};

/// The regions of the partitions that ARNs can be made for, as of November 2025. Pages: "AWS Regions", "Regions and endpoints for
/// AWS GovCloud (US)", "Endpoints and ARNs for AWS in China".
const REGIONS: [(&str, &[&str]); 3] = [
    (
        "aws",
        &[
            "af-south-1",
            "ap-east-1",
            "ap-east-2",
            "ap-northeast-1",
            "ap-northeast-2",
            "ap-northeast-3",
            "ap-south-1",
            "ap-south-2",
            "ap-southeast-1",
            "ap-southeast-2",
            "ap-southeast-3",
            "ap-southeast-4",
            "ap-southeast-5",
            "ap-southeast-6",
            "ap-southeast-7",
            "ca-central-1",
            "ca-west-1",
            "eu-central-1",
            "eu-central-2",
            "eu-north-1",
            "eu-south-1",
            "eu-south-2",
            "eu-west-1",
            "eu-west-2",
            "eu-west-3",
            "il-central-1",
            "me-central-1",
            "me-south-1",
            "mx-central-1",
            "sa-east-1",
            "us-east-1",
            "us-east-2",
            "us-west-1",
            "us-west-2",
        ],
    ),
    ("aws-cn", &["cn-north-1", "cn-northwest-1"]),
    ("aws-us-gov", &["us-gov-east-1", "us-gov-west-1"]),
];

/// Judges a region that is well formed.
pub(crate) fn check(region: &Region, place: Place) -> Option<Diagnostic> {
    let all = || REGIONS.iter().flat_map(|(_, regions)| regions.iter().copied());
    if all().any(|known| known == region.as_str()) {
        return None;
    }
    let message = format!("AWS has no region `{region}`, as far as is known");
    let finding = place.on(Diagnostic::warning(&CODE, message), "");
    Some(match suggest::nearest(region.as_str(), all()) {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding
            .help("the codes stand in the page \"AWS Regions\"; a new region may be right all the same"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_region_stands_in_its_partition() {
        for (partition, regions) in REGIONS {
            assert!(regions.is_sorted(), "{partition}");
            for region in regions {
                assert_eq!(Region::new(region).unwrap().partition().as_str(), partition, "{region}");
            }
        }
    }
}
