//! ARNs of things that somebody else made, as they are written.

use std::fmt;

use crate::{AccountId, Invalid, Partition, Region};

/// What an ARN names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ArnKind {
    /// A function, or a version or an alias of it. Page: "Lambda resource ARN formats".
    Function,
    /// A version of a layer. Page: "`LayerVersionsListItem`".
    LayerVersion,
    /// A queue. Page: "Amazon SQS queue and message identifiers".
    Queue,
    /// A topic. Page: "Amazon SNS topic names".
    Topic,
    /// A key; an alias of one is none. Page: "Key identifiers (`KeyId`)".
    Key,
    /// A policy that can be attached. Page: "IAM identifiers".
    Policy,
}

/// The ARN of something that exists, of a known kind.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Arn {
    text: String,
    kind: ArnKind,
    partition: Partition,
    region: Option<Region>,
    account: Option<AccountId>,
    /// Where the resource begins in the text.
    resource: usize,
}

impl ArnKind {
    /// Returns what it is, with its article.
    pub const fn what(self) -> &'static str {
        match self {
            Self::Function => "a function's ARN",
            Self::LayerVersion => "the ARN of a layer's version",
            Self::Queue => "a queue's ARN",
            Self::Topic => "a topic's ARN",
            Self::Key => "a key's ARN",
            Self::Policy => "a policy's ARN",
        }
    }

    /// Returns what such an ARN looks like.
    pub const fn example(self) -> &'static str {
        match self {
            Self::Function => "arn:aws:lambda:us-east-1:111111111111:function:NAME",
            Self::LayerVersion => "arn:aws:lambda:us-east-1:111111111111:layer:NAME:1",
            Self::Queue => "arn:aws:sqs:us-east-1:111111111111:NAME",
            Self::Topic => "arn:aws:sns:us-east-1:111111111111:NAME",
            Self::Key => "arn:aws:kms:us-east-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab",
            Self::Policy => "arn:aws:iam::111111111111:policy/NAME",
        }
    }

    const fn service(self) -> &'static str {
        match self {
            Self::Function | Self::LayerVersion => "lambda",
            Self::Queue => "sqs",
            Self::Topic => "sns",
            Self::Key => "kms",
            Self::Policy => "iam",
        }
    }
}

impl Arn {
    /// Accepts an ARN of the kind.
    ///
    /// # Errors
    /// [`Invalid`] with the first rule that it breaks.
    pub fn new(text: &str, kind: ArnKind) -> Result<Self, Invalid> {
        let invalid = |rule: String| Invalid::new(text, kind.what(), rule);
        let form = || invalid(format!("it looks like `{}`", kind.example()));
        let mut parts = text.splitn(6, ':');
        let mut next = || parts.next().unwrap_or_default();
        let (arn, partition, service, region, account, resource) =
            (next(), next(), next(), next(), next(), next());
        if arn != "arn" || resource.is_empty() {
            return Err(form());
        }
        let partition = [Partition::Aws, Partition::AwsCn, Partition::AwsUsGov]
            .into_iter()
            .find(|known| known.as_str() == partition)
            .ok_or_else(|| invalid(format!("there is no partition `{partition}`")))?;
        if service != kind.service() {
            return Err(invalid(format!("its service is `{service}`, not `{}`", kind.service())));
        }
        let (region, account) = if kind == ArnKind::Policy {
            if !region.is_empty() {
                return Err(invalid(
                    "IAM has no regions: two colons stand between `iam` and the account".to_owned(),
                ));
            }
            (None, if account == "aws" { None } else { Some(account) })
        } else {
            (
                Some(Region::new(region).map_err(|_| invalid(format!("`{region}` is no region")))?),
                Some(account),
            )
        };
        let account = match account {
            Some(account) => {
                Some(AccountId::new(account).map_err(|_| invalid(format!("`{account}` is no account")))?)
            }
            None => None,
        };
        if let Err(rule) = judge(kind, resource) {
            return Err(invalid(rule));
        }
        let resource = text.len() - resource.len();
        Ok(Self { text: text.to_owned(), kind, partition, region, account, resource })
    }

    /// Returns the ARN.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns what it names.
    pub const fn kind(&self) -> ArnKind {
        self.kind
    }

    /// Returns its partition.
    pub const fn partition(&self) -> Partition {
        self.partition
    }

    /// Returns its region; `None` for policies, which have none.
    pub const fn region(&self) -> Option<&Region> {
        self.region.as_ref()
    }

    /// Returns its account; `None` for policies of AWS's own.
    pub const fn account(&self) -> Option<&AccountId> {
        self.account.as_ref()
    }

    /// Returns what stands behind the account: `function:NAME:live`, `NAME.fifo`, `policy/NAME`.
    pub fn resource(&self) -> &str {
        self.text.get(self.resource..).unwrap_or_default()
    }

    /// Returns the version or the alias of a function's ARN, where it has one.
    pub fn qualifier(&self) -> Option<&str> {
        match self.kind {
            ArnKind::Function => self.resource().splitn(3, ':').nth(2),
            _ => None,
        }
    }
}

impl fmt::Display for Arn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Tells which rule what stands behind the account breaks.
fn judge(kind: ArnKind, resource: &str) -> Result<(), String> {
    let form = || format!("it looks like `{}`", kind.example());
    let word = |text: &str, most: usize| {
        !text.is_empty()
            && text.len() <= most
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    match kind {
        ArnKind::Function => {
            let mut parts = resource.split(':');
            let name = parts.next().filter(|word| *word == "function").and_then(|_| parts.next());
            let qualifier = parts.next();
            if !name.is_some_and(|name| word(name, 64)) || parts.next().is_some() {
                return Err(form());
            }
            match qualifier {
                None => Ok(()),
                Some("$LATEST") => Err("`$LATEST` changes under running executions; leave it out".to_owned()),
                Some(alias) if word(alias, 128) => Ok(()),
                Some(alias) => Err(format!("`{alias}` is neither a version nor an alias")),
            }
        }
        ArnKind::LayerVersion => {
            let parts: Vec<&str> = resource.split(':').collect();
            match parts.as_slice() {
                ["layer", name, version]
                    if word(name, 140)
                        && version.bytes().all(|b| b.is_ascii_digit())
                        && version.parse::<u64>().is_ok_and(|version| version > 0) =>
                {
                    Ok(())
                }
                ["layer", name] if word(name, 140) => Err("the version is missing at its end: `:1`".to_owned()),
                _ => Err(form()),
            }
        }
        ArnKind::Queue => match resource.strip_suffix(".fifo") {
            Some(name) if word(name, 75) => Ok(()),
            None if word(resource, 80) => Ok(()),
            _ => Err("a queue's name has up to 80 letters, digits, `-` and `_`, and `.fifo` at its end if it is one".to_owned()),
        },
        ArnKind::Topic => match resource.strip_suffix(".fifo") {
            Some(name) if word(name, 251) => Ok(()),
            None if word(resource, 256) => Ok(()),
            _ => Err("a topic's name has up to 256 letters, digits, `-` and `_`, and `.fifo` at its end if it is one".to_owned()),
        },
        ArnKind::Key => match resource.split_once('/') {
            Some(("key", id)) if word(id, 256) => Ok(()),
            Some(("alias", _)) => Err("this is an alias; the key itself is needed".to_owned()),
            _ => Err(form()),
        },
        ArnKind::Policy => {
            let name = resource.strip_prefix("policy/").unwrap_or_default();
            let safe = |b: u8| b.is_ascii_alphanumeric() || b"+=,.@-_/".contains(&b);
            let last = name.rsplit('/').next().unwrap_or_default();
            if last.is_empty() || last.len() > 128 || !name.bytes().all(safe) { Err(form()) } else { Ok(()) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arns_are_taken_apart() {
        let arn =
            Arn::new("arn:aws:lambda:eu-west-1:111111111111:function:f:live", ArnKind::Function).unwrap();
        assert_eq!(arn.region().map(Region::as_str), Some("eu-west-1"));
        assert_eq!(arn.account().map(AccountId::as_str), Some("111111111111"));
        assert_eq!((arn.resource(), arn.qualifier()), ("function:f:live", Some("live")));
        let boundary = Arn::new("arn:aws-cn:iam::aws:policy/team/Boundary", ArnKind::Policy).unwrap();
        assert_eq!(
            (boundary.region(), boundary.account(), boundary.partition()),
            (None, None, Partition::AwsCn)
        );
    }

    #[test]
    fn what_an_example_looks_like_is_accepted() {
        for kind in [
            ArnKind::Function,
            ArnKind::LayerVersion,
            ArnKind::Queue,
            ArnKind::Topic,
            ArnKind::Key,
            ArnKind::Policy,
        ] {
            assert!(Arn::new(kind.example(), kind).is_ok(), "{kind:?}");
            assert!(Arn::new("", kind).is_err() && Arn::new("arn:aws", kind).is_err());
        }
    }

    #[test]
    fn the_rule_that_is_broken_is_named() {
        for (kind, text, rule) in [
            (ArnKind::Function, "arn:aws:lambda:us-east-1:111111111111:function:f:$LATEST", "$LATEST"),
            (ArnKind::Function, "arn:aws:lambda:us-east-1:111111111111:function:f:a:b", "looks like"),
            (ArnKind::Function, "arn:aws:sqs:us-east-1:111111111111:f", "service is `sqs`"),
            (ArnKind::Function, "arn:aws:lambda:us-east:111111111111:function:f", "no region"),
            (ArnKind::LayerVersion, "arn:aws:lambda:us-east-1:111111111111:layer:l", "version is missing"),
            (ArnKind::LayerVersion, "arn:aws:lambda:us-east-1:111111111111:layer:l:0", "looks like"),
            (ArnKind::Queue, "arn:aws:sqs:us-east-1:11:q", "no account"),
            (ArnKind::Queue, "arn:aws:sqs:us-east-1:111111111111:a.b", "80 letters"),
            (ArnKind::Topic, "arn:amazon:sns:us-east-1:111111111111:t", "no partition"),
            (ArnKind::Key, "arn:aws:kms:us-east-1:111111111111:alias/k", "alias"),
            (ArnKind::Policy, "arn:aws:iam:us-east-1:111111111111:policy/p", "no regions"),
            (ArnKind::Policy, "arn:aws:iam::111111111111:role/r", "looks like"),
        ] {
            let found = Arn::new(text, kind).unwrap_err();
            assert!(found.rule.contains(rule), "{text}: {}", found.rule);
        }
    }
}
