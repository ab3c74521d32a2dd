//! IAC150 `bad-resource-type`.

use iacgen_diagnostics::{Code, Diagnostic, Sink};

use crate::yaml::Spanned;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC150",
    name: "bad-resource-type",
    explanation: "A resource's type is not written as CloudFormation has it.

## Why
A type has three parts, `AWS::SNS::Subscription`, or a fourth for a module; a custom resource's begins with `Custom::`. Page:
\"AWS resource and property types reference\".

## What to write instead
```yaml
resources:
  Mail:
    type: AWS::SNS::Subscription
    properties: { TopicArn: \"${topic.done}\", Protocol: email, Endpoint: me@example.com }
```
",
};

/// Judges the form of a type.
pub(crate) fn check(kind: &Spanned<String>, sink: &Sink) {
    let word = |text: &&str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric());
    let parts: Vec<&str> = kind.value.split("::").collect();
    let custom = |text: &str| {
        (1..=60).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'@' || b == b'-')
    };
    let good = match parts.as_slice() {
        ["Custom", name] => custom(name),
        [_, _, _] => parts.iter().all(word),
        [.., "MODULE"] => parts.len() == 4 && parts.iter().all(word),
        _ => false,
    };
    if !good {
        let finding = Diagnostic::error(&CODE, format!("`{}` is no type of resources", kind.value));
        sink.push(finding.primary(kind.span, "it looks like `AWS::SNS::Subscription`"));
    }
}
