//! Grants on functions.

use iacgen_aws_types::{ArnSuffix, LogicalId, ResourceArn};

use crate::pattern::exactly;
use crate::{Action, Statement};

const INVOKE: Action = Action::new("lambda:InvokeFunction");

/// Allows to invoke exactly these aliases, by the logical ids of their `AWS::Lambda::Alias` resources: neither
/// `$LATEST` nor another version or alias of the same function. Without aliases there is nothing to allow.
pub fn invoke_aliases(aliases: &[LogicalId]) -> Vec<Statement> {
    if aliases.is_empty() {
        return Vec::new();
    }
    let arns: Vec<ResourceArn> =
        aliases.iter().map(|id| ResourceArn::ByRef { id: id.clone(), suffix: ArnSuffix::None }).collect();
    vec![Statement::allow("InvokeFunctions", [INVOKE], arns)]
}

/// Allows to invoke functions that are not of the stack, by their ARNs: a version or an alias where the ARN names one, and
/// else the function itself, `$LATEST`.
pub fn invoke_existing(arns: &[String]) -> Vec<Statement> {
    if arns.is_empty() {
        return Vec::new();
    }
    let arns: Vec<ResourceArn> = arns.iter().map(|arn| ResourceArn::Literal(exactly(arn))).collect();
    vec![Statement::allow("InvokeExistingFunctions", [INVOKE], arns)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_alias_is_named_and_nothing_else() {
        let alias = LogicalId::new("InferAlias").unwrap();
        let statements = invoke_aliases(std::slice::from_ref(&alias));
        assert_eq!(statements.len(), 1);
        assert_eq!(statements[0].actions, [Action::new("lambda:InvokeFunction")]);
        assert_eq!(statements[0].resources, [ResourceArn::ByRef { id: alias, suffix: ArnSuffix::None }]);
        assert!(invoke_aliases(&[]).is_empty());
    }

    #[test]
    fn an_existing_function_is_named_as_it_is() {
        let arn = "arn:aws:lambda:us-east-1:123456789012:function:infer:3";
        assert_eq!(invoke_existing(&[arn.to_owned()])[0].resources, [ResourceArn::Literal(arn.to_owned())]);
        assert!(invoke_existing(&[]).is_empty());
    }
}
