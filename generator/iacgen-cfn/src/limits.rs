//! What CloudFormation takes at most. Page: "Understand CloudFormation quotas".

use crate::Template;

/// The largest template that goes inside a request, in bytes.
pub const INLINE_TEMPLATE_BYTES: usize = 51_200;
/// The largest template that is fetched from S3, in bytes.
pub const TEMPLATE_BYTES: usize = 1_048_576;
/// Resources in a template.
pub const RESOURCES: usize = 500;
/// Outputs in a template.
pub const OUTPUTS: usize = 200;

/// How a template reaches CloudFormation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// Inside the request.
    Inline,
    /// By its URL in S3.
    FromS3,
}

/// A template that CloudFormation would refuse.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the template has {actual} {what}, and CloudFormation takes {limit} at most: split the workflow in two"
)]
pub struct LimitExceeded {
    /// What there is too much of.
    pub what: &'static str,
    /// How much there is.
    pub actual: usize,
    /// How much there may be.
    pub limit: usize,
}

/// Holds a template and its text to the limits, and says how it can be delivered.
///
/// # Errors
/// [`LimitExceeded`], the first of them.
pub fn check(template: &Template, text: &str) -> Result<Delivery, LimitExceeded> {
    let limits = [
        ("resources", template.resources().len(), RESOURCES),
        ("outputs", template.outputs().len(), OUTPUTS),
        ("bytes", text.len(), TEMPLATE_BYTES),
    ];
    for (what, actual, limit) in limits {
        if actual > limit {
            return Err(LimitExceeded { what, actual, limit });
        }
    }
    Ok(if text.len() > INLINE_TEMPLATE_BYTES { Delivery::FromS3 } else { Delivery::Inline })
}

#[cfg(test)]
mod tests {
    use iacgen_aws_types::LogicalId;

    use super::*;
    use crate::Output;

    fn with_outputs(count: usize) -> Template {
        let mut template = Template::new("");
        for number in 0..count {
            let id = LogicalId::new(format!("Output{number}")).unwrap();
            template.add_output(id, Output { description: String::new(), value: "x".into() }).unwrap();
        }
        template
    }

    #[test]
    fn a_count_over_the_limit_is_named() {
        assert_eq!(check(&with_outputs(200), "{}"), Ok(Delivery::Inline));
        let error = check(&with_outputs(201), "{}").unwrap_err();
        assert_eq!((error.what, error.actual, error.limit), ("outputs", 201, 200));
    }

    #[test]
    fn the_size_decides_the_delivery() {
        let text = |bytes| "x".repeat(bytes);
        assert_eq!(check(&with_outputs(0), &text(51_200)), Ok(Delivery::Inline));
        assert_eq!(check(&with_outputs(0), &text(51_201)), Ok(Delivery::FromS3));
        assert_eq!(check(&with_outputs(0), &text(1_048_576)), Ok(Delivery::FromS3));
        assert_eq!(check(&with_outputs(0), &text(1_048_577)).unwrap_err().what, "bytes");
    }
}
