//! Policies that say what a role may do.

use std::collections::BTreeSet;

use iacgen_aws_types::ResourceArn;

use crate::{Action, Condition};

/// A policy of a role. Page: "IAM JSON policy elements reference".
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PolicyDocument {
    statements: Vec<Statement>,
}

impl PolicyDocument {
    /// The version of the policy language, the only one with policy variables.
    pub const VERSION: &'static str = "2012-10-17";

    /// Makes a document of statements, in their order. A `Sid` that occurs again gets a number, as IAM wants
    /// them unique in a document; a statement that occurs again is left out.
    pub fn new(statements: impl IntoIterator<Item = Statement>) -> Self {
        let mut kept: Vec<Statement> = Vec::new();
        for statement in statements {
            if !kept.contains(&statement) {
                kept.push(statement);
            }
        }
        let mut taken = BTreeSet::new();
        for statement in &mut kept {
            let base = statement.sid.clone();
            let mut number = 2;
            while !taken.insert(statement.sid.clone()) {
                statement.sid = format!("{base}{number}");
                number += 1;
            }
        }
        Self { statements: kept }
    }

    /// Returns the statements.
    pub fn statements(&self) -> &[Statement] {
        &self.statements
    }

    /// Tells whether the document grants nothing.
    pub fn is_empty(&self) -> bool {
        self.statements.is_empty()
    }
}

/// A statement.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Statement {
    /// What it is for, in letters and digits.
    pub sid: String,
    /// Whether it allows or denies.
    pub effect: Effect,
    /// The actions.
    pub actions: Vec<Action>,
    /// What they may touch.
    pub resources: Vec<ResourceArn>,
    /// What must hold besides.
    pub conditions: Vec<Condition>,
}

impl Statement {
    /// Returns a statement that allows actions on resources without a condition.
    pub(crate) fn allow(
        sid: impl Into<String>,
        actions: impl Into<Vec<Action>>,
        resources: impl Into<Vec<ResourceArn>>,
    ) -> Self {
        Self {
            sid: sid.into(),
            effect: Effect::Allow,
            actions: actions.into(),
            resources: resources.into(),
            conditions: Vec::new(),
        }
    }
}

/// Whether a statement allows or denies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// Allows.
    Allow,
    /// Denies, whatever other statements allow.
    Deny,
}

impl Effect {
    /// Returns IAM's word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "Allow",
            Self::Deny => "Deny",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sids_become_unique_and_repeated_statements_vanish() {
        const GET: Action = Action::new("s3:GetObject");
        let on = |arn: &str| Statement::allow("Read", [GET], [ResourceArn::Literal(arn.to_owned())]);
        let document = PolicyDocument::new([on("a"), on("b"), on("a"), on("c")]);
        let sids: Vec<&str> = document.statements().iter().map(|statement| statement.sid.as_str()).collect();
        assert_eq!(sids, ["Read", "Read2", "Read3"]);
    }
}
