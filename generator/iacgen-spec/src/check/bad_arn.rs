//! IAC130 `bad-arn`.

use iacgen_aws_types::{ArnKind, Invalid};
use iacgen_diagnostics::{Code, Diagnostic};

use crate::model::Place;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC130",
    name: "bad-arn",
    explanation: "An ARN of something that exists is not one, or names something of another kind.

## Why
A function, a queue, a topic, a key, a layer's version and a policy are told apart by their ARNs, and a role is granted
exactly what stands there. A layer needs its version; a key is not its alias; a function's `$LATEST` changes under the
executions that are running.

## What to write instead
```yaml
existing: \"arn:aws:lambda:us-east-1:111111111111:function:NAME:live\"      # a function
existing: \"arn:aws:sqs:us-east-1:111111111111:NAME\"                       # a queue
existing: \"arn:aws:sns:us-east-1:111111111111:NAME\"                       # a topic
layers: [ \"arn:aws:lambda:us-east-1:111111111111:layer:NAME:3\" ]
encryption: \"arn:aws:kms:us-east-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab\"
permissions_boundary: \"arn:aws:iam::111111111111:policy/NAME\"
```
",
};

/// Says which rule an ARN breaks.
pub(crate) fn finding(place: Place, kind: ArnKind, invalid: &Invalid) -> Diagnostic {
    let finding = Diagnostic::error(&CODE, format!("`{}` is not {}", invalid.value, invalid.what));
    let finding = place.on(finding, invalid.rule.as_str());
    let example = kind.example();
    if invalid.rule.contains(example) { finding } else { finding.help(format!("it looks like `{example}`")) }
}
