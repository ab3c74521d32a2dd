//! IAC132 `bad-network`.

use iacgen_aws_types::Invalid;
use iacgen_diagnostics::{Code, Diagnostic, Span};

use crate::model::Place;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC132",
    name: "bad-network",
    explanation: "A network has no subnets or no security groups, or something stands there that is none.

## Why
Lambda makes an interface for each subnet with the security groups; it refuses one without the other. Ids are `subnet-` or `sg-`
with 8 or 17 hexadecimal digits. At most 16 subnets and 5 security groups. Page: \"Giving Lambda functions access to resources in
an Amazon VPC\"; `VpcConfig` of the API.

## What to write instead
```yaml
network:
  subnets: [ subnet-0123456789abcdef0, subnet-0123456789abcdef1 ]
  security_groups: [ sg-0123456789abcdef0 ]
```
A function that needs no network says `network: false`.
",
};

/// The most subnets. `VpcConfig` of the Lambda API.
pub(crate) const MOST_SUBNETS: usize = 16;
/// The most security groups. `VpcConfig` of the Lambda API.
pub(crate) const MOST_GROUPS: usize = 5;

/// Says which rule an id breaks.
pub(crate) fn finding(place: Place, invalid: &Invalid) -> Diagnostic {
    let finding = Diagnostic::error(&CODE, format!("`{}` is not {}", invalid.value, invalid.what));
    let finding = place.on(finding, invalid.rule.as_str());
    if invalid.value.starts_with("vpc-") {
        return finding.help("a VPC follows from its subnets; write those");
    }
    finding
}

/// A list with nothing in it.
pub(crate) fn empty(span: Span, field: &str) -> Diagnostic {
    Diagnostic::error(&CODE, format!("`{field}` has nothing in it"))
        .primary(span, "")
        .help("write at least one, or delete `network`")
}

/// A list with too much in it.
pub(crate) fn too_many(place: Place, field: &str, most: usize) -> Diagnostic {
    let finding = Diagnostic::error(&CODE, format!("`{field}` has more than {most}"));
    place.on(finding, "this is one too many")
}
