//! Does one set of policies allow everything that another allows?
//!
//! By meaning, not by text: statements may stand in another order, be split or joined, name more or fewer patterns. A
//! narrower policy is included in a wider one, so that a pure narrowing is never called a broadening.
//!
//! The answer is safe on one side: [`Inclusion::Included`] is a proof. [`Inclusion::NotShown`] names what is allowed by one
//! statement and covered by no single statement of the other; that several statements together cover it (`a*` and `b*`
//! for `?*` over two letters) is not looked for. [`gains`] looks for it, and gives examples.

mod cells;
mod conditions;
mod gains;
mod patterns;

use std::fmt;
use std::sync::LazyLock;

use crate::evaluate::{Condition, Effect, Pattern, Permissions, Statement};

pub use gains::{Certainty, Example, Gain, gains};

/// What a comparison found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inclusion {
    /// Everything is allowed by the other policies too.
    Included,
    /// Each of these is allowed and not shown to be allowed by the other policies.
    NotShown(Vec<Excess>),
}

impl Inclusion {
    /// Tells whether it is included.
    pub fn is_included(&self) -> bool {
        *self == Self::Included
    }
}

/// Something that is allowed by one set of policies and not shown to be allowed by another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Excess {
    /// The action, in small letters, or the pattern of actions.
    pub action: String,
    /// The pattern of the resource.
    pub resource: String,
    /// The conditions under which it is allowed: operator, key and values.
    pub conditions: Vec<String>,
}

impl fmt::Display for Excess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} on {}", self.action, self.resource)?;
        if !self.conditions.is_empty() {
            write!(f, " when {}", self.conditions.join(" and "))?;
        }
        Ok(())
    }
}

/// Whether `wide` allows everything that `narrow` allows.
pub fn included(narrow: &Permissions, wide: &Permissions) -> Inclusion {
    let narrow = pieces(narrow);
    let wide = pieces(wide);
    let mut excess: Vec<Excess> = narrow
        .allowed
        .iter()
        .filter(|piece| !narrow.denied.iter().any(|deny| deny.is_sure() && deny.covers(piece)))
        .filter(|piece| !is_allowed(piece, &narrow, &wide))
        .map(Piece::excess)
        .collect();
    excess.sort();
    excess.dedup();
    if excess.is_empty() { Inclusion::Included } else { Inclusion::NotShown(excess) }
}

/// One action on one resource under conditions.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Piece<'a> {
    action: &'a Pattern,
    resource: &'a Pattern,
    /// Each with one value where that says the same.
    conditions: Vec<Condition>,
    statement: Readable,
    /// All of a statement whose meaning is not known in full, to know it again.
    unread: Option<&'a str>,
}

/// Whether a statement's meaning is known in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Readable {
    Fully,
    /// It has an element or an operator that is not evaluated.
    InPart,
}

#[derive(Debug, Default)]
struct Pieces<'a> {
    allowed: Vec<Piece<'a>>,
    denied: Vec<Piece<'a>>,
}

fn pieces(permissions: &Permissions) -> Pieces<'_> {
    let mut pieces = Pieces::default();
    for statement in permissions.statements() {
        let into = match statement.effect() {
            Effect::Allow => &mut pieces.allowed,
            Effect::Deny => &mut pieces.denied,
        };
        into.extend(of_statement(statement));
    }
    pieces
}

/// What a statement speaks of whose actions or resources are not all known.
static ANYTHING: LazyLock<[Pattern; 1]> = LazyLock::new(|| [Pattern::any()]);

fn of_statement(statement: &Statement) -> impl Iterator<Item = Piece<'_>> {
    let (actions, resources) = if statement.names_all() {
        (statement.actions(), statement.resources())
    } else {
        (ANYTHING.as_slice(), ANYTHING.as_slice())
    };
    let readable = if statement.is_readable() { Readable::Fully } else { Readable::InPart };
    let cases = conditions::cases(statement.conditions());
    actions.iter().flat_map(move |action| {
        let cases = cases.clone();
        resources.iter().flat_map(move |resource| {
            cases.clone().into_iter().map(move |conditions| Piece {
                action,
                resource,
                conditions,
                statement: readable,
                unread: statement.unread(),
            })
        })
    })
}

/// Whether all of a piece is allowed: some statement allows all of it, and none denies some of it that was not denied before.
fn is_allowed(piece: &Piece<'_>, narrow: &Pieces<'_>, wide: &Pieces<'_>) -> bool {
    // What a statement that is not read in full allows is not known, so nothing is known to cover it.
    piece.is_sure()
        && wide.allowed.iter().any(|allow| allow.is_sure() && allow.covers(piece))
        && wide.denied.iter().all(|deny| {
            !deny.may_touch(piece)
                || narrow
                    .denied
                    .iter()
                    .any(|before| before.is_sure() && deny.is_sure() && before.covers(deny))
        })
}

impl Piece<'_> {
    fn is_sure(&self) -> bool {
        self.statement == Readable::Fully
    }

    /// Whether every request of `other` is one of this.
    fn covers(&self, other: &Self) -> bool {
        patterns::includes(self.action, other.action)
            && patterns::includes(self.resource, other.resource)
            && conditions::follow(&other.conditions, &self.conditions)
    }

    /// Whether some request may be of both.
    fn may_touch(&self, other: &Self) -> bool {
        !self.is_sure()
            || (patterns::may_meet(self.action, other.action)
                && patterns::may_meet(self.resource, other.resource)
                && !conditions::exclude(&self.conditions, &other.conditions))
    }

    fn excess(&self) -> Excess {
        let condition = |condition: &Condition| {
            let values: Vec<String> = condition.values.iter().map(ToString::to_string).collect();
            format!("{} is {}", condition.text, values.join(" or "))
        };
        Excess {
            action: self.action.to_string(),
            resource: self.resource.to_string(),
            conditions: self.conditions.iter().map(condition).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::oracle;

    fn permissions(statements: &[Value]) -> Permissions {
        let mut permissions = Permissions::default();
        permissions.add_document(&json!({ "Version": "2012-10-17", "Statement": statements }));
        permissions
    }

    fn is_included(narrow: &[Value], wide: &[Value]) -> bool {
        included(&permissions(narrow), &permissions(wide)).is_included()
    }

    fn allow(action: &Value, resource: &Value) -> Value {
        json!({ "Effect": "Allow", "Action": action, "Resource": resource })
    }

    #[test]
    fn a_narrowing_is_included_and_a_broadening_is_named() {
        let wide = [allow(&json!("lambda:InvokeFunction"), &json!("*"))];
        let narrow = [allow(
            &json!("lambda:InvokeFunction"),
            &json!(["arn:aws:lambda:r:1:function:a", "arn:aws:lambda:r:1:function:b"]),
        )];
        assert_eq!(included(&permissions(&narrow), &permissions(&wide)), Inclusion::Included);
        let Inclusion::NotShown(excess) = included(&permissions(&wide), &permissions(&narrow)) else {
            panic!("a broadening went unseen");
        };
        assert_eq!(excess.len(), 1);
        assert_eq!(excess[0].to_string(), "lambda:invokefunction on *");
    }

    #[test]
    fn joined_and_split_statements_are_the_same() {
        let joined = [allow(&json!(["s3:GetObject", "s3:PutObject"]), &json!(["a/*", "b/*"]))];
        let split: Vec<Value> = oracle::split(&joined[0]);
        assert!(is_included(&joined, &split) && is_included(&split, &joined));
    }

    #[test]
    fn conditions_narrow() {
        let with = |operator: &str, values: &Value| {
            let mut statement = allow(&json!("s3:ListBucket"), &json!("b"));
            statement["Condition"] = json!({ operator: { "s3:prefix": values } });
            [statement]
        };
        let without = [allow(&json!("s3:ListBucket"), &json!("b"))];
        let like = with("StringLike", &json!("in/*"));
        let equals = with("StringEquals", &json!(["in/a", "in/b"]));
        assert!(is_included(&like, &without) && !is_included(&without, &like));
        assert!(is_included(&equals, &like) && !is_included(&like, &equals));
        assert!(is_included(&with("StringEquals", &json!("in/a")), &equals));
        assert!(!is_included(&with("StringEquals", &json!("out/")), &like));
        let excess = included(&permissions(&with("StringEquals", &json!("out/"))), &permissions(&like));
        assert!(matches!(&excess, Inclusion::NotShown(excess) if excess[0].to_string()
                == "s3:listbucket on b when StringEquals on s3:prefix is out/"));
    }

    #[test]
    fn what_is_denied_is_not_allowed() {
        let all = allow(&json!("s3:GetObject"), &json!("b/*"));
        let deny = |resource: &str| json!({ "Effect": "Deny", "Action": "s3:*", "Resource": resource });
        let denying = [all.clone(), deny("b/secret/*")];
        assert!(is_included(&denying, std::slice::from_ref(&all)));
        assert!(!is_included(std::slice::from_ref(&all), &denying));
        assert!(is_included(&denying, &denying));
        assert!(is_included(std::slice::from_ref(&all), &[all.clone(), deny("c/*")]));
        // All that is allowed is denied again.
        assert!(is_included(&[all, deny("b/*")], &[]));
    }

    #[test]
    fn what_is_not_read_is_not_shown() {
        let mut odd = allow(&json!("s3:GetObject"), &json!("b/*"));
        odd["Condition"] = json!({ "IpAddress": { "aws:SourceIp": "10.0.0.0/8" } });
        let plain = [allow(&json!("s3:GetObject"), &json!("*"))];
        assert!(!is_included(std::slice::from_ref(&odd), &plain));
        assert!(!is_included(&plain, std::slice::from_ref(&odd)));
        let mut denying = plain.to_vec();
        odd["Effect"] = json!("Deny");
        denying.push(odd);
        assert!(!is_included(&plain, &denying));
        let all_but = json!({ "Effect": "Allow", "NotAction": "iam:*", "Resource": "*" });
        assert!(!is_included(std::slice::from_ref(&all_but), &plain));
        let unreadable = allow(&json!("s3:GetObject"), &json!("a/${x"));
        assert!(!is_included(std::slice::from_ref(&unreadable), &plain));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(600))]

        /// What is said to be included is included for every request of the universe.
        #[test]
        fn inclusion_is_a_proof(narrow in oracle::statements(), wide in oracle::statements()) {
            if is_included(&narrow, &wide) {
                for asked in oracle::universe() {
                    prop_assert!(!oracle::allows(&narrow, &asked) || oracle::allows(&wide, &asked), "{:?}", asked);
                }
            }
        }

        /// Policies include themselves, whatever the order and however they are split.
        #[test]
        fn policies_include_themselves(statements in oracle::statements(), turn in 0usize..4) {
            let mut turned: Vec<Value> = statements.iter().flat_map(oracle::split).collect();
            let turn = turn.min(turned.len());
            turned.rotate_left(turn);
            prop_assert!(is_included(&statements, &turned));
            prop_assert!(is_included(&turned, &statements));
        }

        /// An allowance more includes, and a denial more is included.
        #[test]
        fn more_allows_more(
            statements in oracle::statements(),
            allow in oracle::statement("Allow"),
            deny in oracle::statement("Deny"),
        ) {
            let with = |more: Value| statements.iter().cloned().chain([more]).collect::<Vec<_>>();
            prop_assert!(is_included(&statements, &with(allow)));
            prop_assert!(is_included(&with(deny), &statements));
        }

        /// A subset of a statement's actions and resources, under one more condition, is included and proves it.
        #[test]
        fn a_narrower_statement_is_included(wide in oracle::statement("Allow"), conditioned in oracle::statement("Allow")) {
            let mut narrow = oracle::split(&wide).remove(0);
            if let Some(more) = conditioned.get("Condition") {
                for (operator, keys) in more.as_object().unwrap() {
                    for (key, values) in keys.as_object().unwrap() {
                        let taken = narrow.get("Condition").and_then(|block| block.get(operator)).and_then(|keys| keys.get(key));
                        if taken.is_none() {
                            if narrow.get("Condition").is_none() {
                                narrow["Condition"] = json!({});
                            }
                            if narrow["Condition"].get(operator).is_none() {
                                narrow["Condition"][operator] = json!({});
                            }
                            narrow["Condition"][operator][key] = values.clone();
                        }
                    }
                }
            }
            prop_assert!(is_included(&[narrow], &[wide]));
        }
    }
}
