//! Grants on roles that are assumed.

use iacgen_aws_types::ResourceArn;

use crate::{Action, Statement};

const ASSUME_ROLE: Action = Action::new("sts:AssumeRole");

/// Allows a machine to assume the roles of its Tasks' `Credentials`. Page: "Accessing resources in other AWS accounts in
/// Step Functions". Without roles there is nothing to allow.
pub fn assume(roles: &[ResourceArn]) -> Vec<Statement> {
    if roles.is_empty() {
        return Vec::new();
    }
    vec![Statement::allow("AssumeRoles", [ASSUME_ROLE], roles)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_the_named_roles_are_assumed() {
        let role = ResourceArn::Literal("arn:aws:iam::123456789012:role/other".to_owned());
        assert_eq!(assume(std::slice::from_ref(&role))[0].resources, [role]);
        assert!(assume(&[]).is_empty());
    }
}
