//! What a role's own policies allow.
//!
//! A small part of IAM's evaluation: the statements of identity-based policies, with actions, resources and the
//! conditions that iacgen emits. Nothing is allowed that no statement allows, and a `Deny` that applies wins. What is
//! not evaluated here (another element, operator, key or variable) makes a statement unreadable: an `Allow` then
//! allows nothing, a `Deny` denies, and the denial says what was not evaluated. Page: "Policy evaluation logic".
//!
//! Not here: managed policies, permissions boundaries, and policies of resources and organizations.

mod condition;
mod context;
mod pattern;
#[cfg(test)]
mod properties;
mod statement;

use std::borrow::Cow;
use std::fmt;

use serde_json::Value;

pub(crate) use condition::{Condition, Operator, Quantifier};
pub(crate) use context::Context;
pub(crate) use pattern::{Part, Pattern};
pub use statement::{Effect, Statement};

use crate::{PolicyDocument, Resolution};

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The action, such as `s3:GetObject`.
    pub action: Cow<'static, str>,
    /// The resource's ARN.
    pub resource: String,
    /// The condition keys that the request has, with their values.
    context: Context,
}

impl Request {
    /// Asks for an action on a resource, without any condition key.
    pub fn new(action: impl Into<Cow<'static, str>>, resource: impl Into<String>) -> Self {
        Self { action: action.into(), resource: resource.into(), context: Context::default() }
    }

    /// Adds a value of a condition key.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<String>) -> Self {
        self.context.insert(key, value.into());
        self
    }
}

/// Why a request is denied, in the words of AWS. Page: "Troubleshoot access denied error messages".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denied {
    action: Cow<'static, str>,
    resource: String,
    explicit: bool,
    not_evaluated: Vec<String>,
}

impl fmt::Display for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { action, resource, .. } = self;
        write!(f, "is not authorized to perform: {action} on resource: \"{resource}\" ")?;
        if self.explicit {
            write!(f, "with an explicit deny in an identity-based policy")?;
        } else {
            write!(f, "because no identity-based policy allows the {action} action")?;
        }
        if !self.not_evaluated.is_empty() {
            write!(f, " (the local target does not evaluate {})", self.not_evaluated.join(", "))?;
        }
        Ok(())
    }
}

/// All statements of a role's own policies.
#[derive(Clone, Debug, Default)]
pub struct Permissions {
    statements: Vec<Statement>,
    not_evaluated: Vec<String>,
}

impl Permissions {
    /// Adds the statements of a policy document whose values are resolved.
    pub fn add_document(&mut self, document: &Value) {
        match document.get("Statement") {
            Some(Value::Array(statements)) => self.statements.extend(statements.iter().map(Statement::read)),
            Some(one) => self.statements.push(Statement::read(one)),
            None => {}
        }
    }

    /// Adds the statements of a document whose symbols stand for these values.
    pub fn add_policy(&mut self, document: &PolicyDocument, resolution: &Resolution<'_>) {
        self.add_document(&resolution.document(document));
    }

    /// Notes something of the role that may grant more on AWS and is not evaluated here.
    pub fn add_not_evaluated(&mut self, what: impl Into<String>) {
        self.not_evaluated.push(what.into());
    }

    /// Decides on a request.
    ///
    /// # Errors
    /// [`Denied`] unless a statement allows it and none denies it.
    pub fn check(&self, request: &Request) -> Result<(), Denied> {
        let denied = |explicit, not_evaluated| {
            let Request { action, resource, .. } = request.clone();
            Err(Denied { action, resource, explicit, not_evaluated })
        };
        let concerned = || self.statements.iter().filter(|statement| statement.may_concern(request));
        if let Some(deny) =
            concerned().find(|statement| statement.effect() == Effect::Deny && statement.denies(request))
        {
            return denied(true, deny.not_evaluated(request));
        }
        if concerned().any(|statement| statement.allows(request)) {
            return Ok(());
        }
        let unread = concerned().flat_map(|statement| statement.not_evaluated(request));
        denied(false, unread.chain(self.not_evaluated.iter().cloned()).collect())
    }

    /// Returns whether some statement allows an action on a resource under whatever condition.
    pub fn allow_in_some_case(&self, action: &str, resource: &str) -> bool {
        let request = Request::new(action.to_owned(), resource);
        self.statements.iter().any(|statement| statement.allows_in_some_case(&request))
    }

    /// Returns the statements.
    pub fn statements(&self) -> &[Statement] {
        &self.statements
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn permissions(statements: &Value) -> Permissions {
        let mut permissions = Permissions::default();
        permissions.add_document(&json!({ "Version": "2012-10-17", "Statement": statements }));
        permissions
    }

    fn get(key: &str) -> Request {
        Request::new("s3:GetObject", format!("arn:aws:s3:::data/{key}"))
    }

    fn list(prefix: Option<&str>) -> Request {
        let request = Request::new("s3:ListBucket", "arn:aws:s3:::data");
        prefix.map_or_else(|| request.clone(), |prefix| request.clone().with("s3:prefix", prefix))
    }

    #[test]
    fn only_what_is_granted_is_allowed() {
        let permissions = permissions(&json!([
            { "Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "arn:aws:s3:::data/runs/*" },
            { "Effect": "Allow", "Action": "s3:PutObject", "Resource": ["arn:aws:s3:::x/*", "arn:aws:s3:::data/out/*"] },
        ]));
        assert!(permissions.check(&get("runs/a/b")).is_ok());
        assert_eq!(
            permissions.check(&get("other")).unwrap_err().to_string(),
            "is not authorized to perform: s3:GetObject on resource: \"arn:aws:s3:::data/other\" because no \
             identity-based policy allows the s3:GetObject action"
        );
        for (action, allowed) in [("s3:PutObject", true), ("s3:GetObject", false), ("s3:DeleteObject", false)]
        {
            let request = Request::new(action, "arn:aws:s3:::data/out/1");
            assert_eq!(permissions.check(&request).is_ok(), allowed, "{action}");
        }
        assert!(Permissions::default().check(&get("runs/a")).is_err());
    }

    #[test]
    fn a_condition_on_the_prefix_must_hold() {
        let like = permissions(&json!({
            "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::data",
            "Condition": { "StringLike": { "s3:prefix": "runs/*" } },
        }));
        let equals = permissions(&json!({
            "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::data",
            "Condition": { "StringEquals": { "s3:prefix": ["", "runs/*"] } },
        }));
        for (prefix, is_like, is_equal) in [
            (Some("runs/a"), true, false),
            (Some("runs/*"), true, true),
            (Some("other/"), false, false),
            (Some(""), false, true),
            (None, false, false),
        ] {
            assert_eq!(like.check(&list(prefix)).is_ok(), is_like, "{prefix:?}");
            assert_eq!(equals.check(&list(prefix)).is_ok(), is_equal, "{prefix:?}");
        }
        assert!(like.allow_in_some_case("s3:ListBucket", "arn:aws:s3:::data"));
        assert!(!like.allow_in_some_case("s3:ListBucket", "arn:aws:s3:::other"));
    }

    #[test]
    fn a_deny_wins() {
        let permissions = permissions(&json!([
            { "Effect": "Allow", "Action": "s3:*", "Resource": "*" },
            { "Effect": "Deny", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/secret/*" },
        ]));
        assert!(permissions.check(&get("a")).is_ok());
        let message = permissions.check(&get("secret/a")).unwrap_err().to_string();
        assert!(message.ends_with("with an explicit deny in an identity-based policy"), "{message}");
    }

    #[test]
    fn what_is_not_evaluated_allows_nothing_and_is_named() {
        let everything = |(element, value): (&str, &Value), effect: &str| {
            let mut statement = json!({ "Effect": effect, "Action": "s3:GetObject", "Resource": "*" });
            statement[element] = value.clone();
            statement
        };
        for (element, value, named) in [
            (
                "Condition",
                json!({ "IpAddress": { "aws:SourceIp": "10.0.0.0/8" } }),
                "IpAddress on aws:SourceIp",
            ),
            ("Condition", json!({ "StringLike": { "aws:userid": "*" } }), "StringLike on aws:userid"),
            ("NotResource", json!("*"), "NotResource"),
            ("Resource", json!("arn:aws:s3:::data/${aws:userid}/*"), "${aws:userid}"),
        ] {
            let allowing = permissions(&everything((element, &value), "Allow"));
            let message = allowing.check(&get("a")).unwrap_err().to_string();
            assert!(message.ends_with(&format!("(the local target does not evaluate {named})")), "{message}");
            let denying = permissions(&json!([
                { "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*" },
                everything((element, &value), "Deny"),
            ]));
            assert!(denying.check(&get("a")).is_err(), "{named}");
        }
        let mut managed = Permissions::default();
        managed.add_not_evaluated("the managed policy X");
        assert!(
            managed.check(&get("a")).unwrap_err().to_string().ends_with("evaluate the managed policy X)")
        );
    }
}
