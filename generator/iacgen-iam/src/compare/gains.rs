//! What a role can do after a change that it could not do before.
//!
//! Where no condition or variable decides, the answer is exact: every combination of statements that some request can meet
//! is looked at, `Deny` included, and a gain comes with a request that shows it. Where one does, nothing is called the same
//! that is not, and a gain says that it was not excluded.

use std::fmt;

use super::cells::{Cell, cells};
use super::{Piece, Pieces, conditions, is_allowed, patterns, pieces};
use crate::evaluate::{Condition, Part, Pattern, Permissions};

/// Examples of one gain.
const EXAMPLES: usize = 3;
/// Conditions whose combinations are tried.
const CONDITIONS: usize = 10;

/// Something that is allowed after and was not before.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gain {
    /// The action of the statement that allows it, in small letters, or the pattern of actions.
    pub action: String,
    /// The pattern of the resource.
    pub resource: String,
    /// The conditions under which it is allowed: operator, key and values.
    pub conditions: Vec<String>,
    /// Requests that were denied and are allowed, up to three; none where it was not shown.
    pub examples: Vec<Example>,
    /// How sure it is.
    pub certainty: Certainty,
    /// Whether a part of what the statement allows was allowed before, as far as is known.
    pub partly_before: bool,
}

/// A request.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Example {
    /// The action, in small letters.
    pub action: String,
    /// The resource.
    pub resource: String,
}

/// How sure a gain is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// Its examples show it.
    Shown,
    /// It may be that nothing is gained: a condition, a variable or an element that is not evaluated decides.
    NotExcluded,
}

impl fmt::Display for Gain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} on {}", self.action, self.resource)?;
        if !self.conditions.is_empty() {
            write!(f, " when {}", self.conditions.join(" and "))?;
        }
        Ok(())
    }
}

/// Returns what `after` allows and `before` does not, a gain for each action and resource of a statement; none when nothing
/// is gained. What is lost is what is gained the other way round.
pub fn gains(before: &Permissions, after: &Permissions) -> Vec<Gain> {
    let (before, after) = (pieces(before), pieces(after));
    let mut gains: Vec<Gain> = after
        .allowed
        .iter()
        .filter(|piece| !after.denied.iter().any(|deny| deny.is_sure() && deny.covers(piece)))
        .filter(|piece| !is_allowed(piece, &after, &before))
        .filter_map(|piece| gain(piece, &before, &after))
        .collect();
    gains.sort();
    gains.dedup();
    gains
}

/// What of a piece is gained, where a single statement does not tell.
fn gain(piece: &Piece<'_>, before: &Pieces<'_>, after: &Pieces<'_>) -> Option<Gain> {
    // A request that is allowed after meets no denial that still stands, so only those that are gone count.
    let gone: Vec<&Piece<'_>> = before
        .denied
        .iter()
        .filter(|deny| deny.may_touch(piece) && !after.denied.iter().any(|still| still.stands_for(deny)))
        .collect();
    let told = |examples: Vec<Example>, certainty, partly_before| {
        let super::Excess { action, resource, conditions } = piece.excess();
        Some(Gain { action, resource, conditions, examples, certainty, partly_before })
    };
    let not_excluded = || told(Vec::new(), Certainty::NotExcluded, true);
    if !piece.is_sure() {
        let twin = before.allowed.iter().any(|twin| twin.stands_for(piece));
        return if twin && gone.is_empty() { None } else { not_excluded() };
    }
    let denied: Vec<&Piece<'_>> =
        after.denied.iter().filter(|deny| deny.is_sure() && deny.may_touch(piece)).collect();
    let varies = |piece: &Piece<'_>| has_variable(piece.action) || has_variable(piece.resource);
    if varies(piece) || gone.iter().any(|deny| !deny.is_sure() || varies(deny)) {
        return not_excluded();
    }
    let allowed: Vec<&Piece<'_>> =
        before.allowed.iter().filter(|allow| allow.is_sure() && allow.may_touch(piece)).collect();
    let sides = Sides { allowed: &allowed, gone: &gone, denied: &denied };
    match sides.gained(piece) {
        Some(gained) if gained.examples.is_empty() => None,
        Some(gained) => told(gained.examples, gained.certainty, gained.partly_before),
        None => not_excluded(),
    }
}

fn has_variable(pattern: &Pattern) -> bool {
    pattern.parts().iter().any(|part| matches!(part, Part::Variable { .. }))
}

/// Requests of a piece.
struct Gained {
    examples: Vec<Example>,
    certainty: Certainty,
    partly_before: bool,
}

/// What decides on the requests of a piece.
struct Sides<'a, 'p> {
    /// What was allowed before.
    allowed: &'a [&'a Piece<'p>],
    /// What was denied before and is not for sure denied after.
    gone: &'a [&'a Piece<'p>],
    /// What is denied after.
    denied: &'a [&'a Piece<'p>],
}

impl Sides<'_, '_> {
    /// Returns requests of a piece that are gained; `None` when there is too much to look at.
    fn gained(&self, piece: &Piece<'_>) -> Option<Gained> {
        let all: Vec<&Piece<'_>> = self.allowed.iter().chain(self.gone).chain(self.denied).copied().collect();
        let actions: Vec<&Pattern> = all.iter().map(|other| other.action).collect();
        let resources: Vec<&Pattern> = all.iter().map(|other| other.resource).collect();
        let actions = cells(piece.action, &actions)?;
        let resources = cells(piece.resource, &resources)?;
        let (mut shown, mut possible, mut partly_before) = (Vec::new(), Vec::new(), false);
        for action in &actions {
            for resource in &resources {
                let example =
                    || Example { action: action.example.clone(), resource: resource.example.clone() };
                match self.decide(piece, action, resource)? {
                    Verdict::Same => partly_before = true,
                    Verdict::Gained(Certainty::Shown) => shown.push(example()),
                    Verdict::Gained(Certainty::NotExcluded) => possible.push(example()),
                }
            }
        }
        let certainty = if shown.is_empty() { Certainty::NotExcluded } else { Certainty::Shown };
        let mut examples = if shown.is_empty() { possible } else { shown };
        examples.sort_by_key(|example| example.action.len() + example.resource.len());
        examples.truncate(EXAMPLES);
        Some(Gained { examples, certainty, partly_before })
    }

    fn decide(&self, piece: &Piece<'_>, action: &Cell, resource: &Cell) -> Option<Verdict> {
        let concerns = |number: usize| action.members[number] && resource.members[number];
        let of = |pieces: &[&Piece<'_>], from: usize| -> Vec<Vec<Condition>> {
            (0..pieces.len())
                .filter(|number| concerns(from + number))
                .map(|number| pieces[number].conditions.clone())
                .collect()
        };
        let allowed = of(self.allowed, 0);
        let gone = of(self.gone, self.allowed.len());
        let denied = of(self.denied, self.allowed.len() + self.gone.len());
        let mut atoms: Vec<Condition> = Vec::new();
        for condition in [&piece.conditions].into_iter().chain(&allowed).chain(&gone).chain(&denied).flatten()
        {
            if !atoms.contains(condition) {
                atoms.push(condition.clone());
            }
        }
        if atoms.len() > CONDITIONS {
            return None;
        }
        // Without conditions beyond the piece's own there is one combination, which some request has.
        let certainty = if atoms.iter().all(|atom| piece.conditions.contains(atom)) {
            Certainty::Shown
        } else {
            Certainty::NotExcluded
        };
        let gained = (0..1_u32 << atoms.len()).any(|choice| {
            let is = |condition: &Condition| {
                atoms.iter().position(|atom| atom == condition).is_some_and(|at| choice & (1 << at) != 0)
            };
            let all = |conditions: &Vec<Condition>| conditions.iter().all(is);
            all(&piece.conditions)
                && is_consistent(&atoms, choice)
                && !denied.iter().any(all)
                && (!allowed.iter().any(all) || gone.iter().any(all))
        });
        Some(if gained { Verdict::Gained(certainty) } else { Verdict::Same })
    }
}

enum Verdict {
    Same,
    Gained(Certainty),
}

/// Whether conditions can hold and fail together as chosen, as far as is known.
fn is_consistent(atoms: &[Condition], choice: u32) -> bool {
    let holds = |at: usize| choice & (1 << at) != 0;
    (0..atoms.len()).all(|one| {
        !holds(one)
            || (0..atoms.len()).all(|other| {
                let pair = [std::slice::from_ref(&atoms[one]), std::slice::from_ref(&atoms[other])];
                if holds(other) {
                    one == other || !conditions::exclude(pair[0], pair[1])
                } else {
                    !conditions::follow(pair[0], pair[1])
                }
            })
    })
}

impl Piece<'_> {
    /// Whether every request of `other` is one of this for sure, or both are of one statement whose meaning is not known.
    fn stands_for(&self, other: &Self) -> bool {
        match (self.unread, other.unread) {
            (None, None) => self.covers(other),
            (Some(one), Some(another)) => {
                one == another
                    && patterns::includes(self.action, other.action)
                    && patterns::includes(self.resource, other.resource)
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::oracle::{self, Asked};

    fn permissions(statements: &[Value]) -> Permissions {
        let mut permissions = Permissions::default();
        permissions.add_document(&json!({ "Version": "2012-10-17", "Statement": statements }));
        permissions
    }

    fn found(before: &[Value], after: &[Value]) -> Vec<Gain> {
        gains(&permissions(before), &permissions(after))
    }

    fn statement(effect: &str, action: &str, resource: &str) -> Value {
        json!({ "Effect": effect, "Action": action, "Resource": resource })
    }

    #[test]
    fn a_gain_comes_with_a_request_that_shows_it() {
        let before = [statement("Allow", "s3:GetObject", "arn:aws:s3:::data/runs/*")];
        let after = [statement("Allow", "s3:GetObject", "arn:aws:s3:::data/*")];
        let gains = found(&before, &after);
        assert_eq!(gains.len(), 1);
        assert_eq!(gains[0].to_string(), "s3:getobject on arn:aws:s3:::data/*");
        assert_eq!(gains[0].certainty, Certainty::Shown);
        assert!(gains[0].examples.iter().any(|example| example.resource == "arn:aws:s3:::data/"));
        assert!(
            gains[0].examples.iter().all(|example| !example.resource.starts_with("arn:aws:s3:::data/runs/"))
        );
        assert_eq!(found(&after, &before), []);
    }

    #[test]
    fn several_statements_together_cover_one() {
        let whole = [statement("Allow", "s3:Get", "a?"), statement("Deny", "s3:Get", "ab")];
        let parts =
            [statement("Allow", "s3:*", "a*"), statement("Deny", "*", "ab"), statement("Deny", "*", "a")];
        assert_eq!(found(&parts, &whole), []);
        let gains = found(&whole, &parts);
        assert_eq!(gains[0].certainty, Certainty::Shown);
    }

    #[test]
    fn a_denial_that_goes_is_a_gain_and_one_that_is_rewritten_is_none() {
        let allow = statement("Allow", "s3:*", "*");
        let before = [allow.clone(), statement("Deny", "s3:Put", "a/*"), statement("Deny", "s3:Get", "a/*")];
        let joined =
            [allow.clone(), json!({ "Effect": "Deny", "Action": ["s3:Get", "s3:Put"], "Resource": "a/*" })];
        assert_eq!(found(&before, &joined), []);
        let gains = found(&before, &before[..2]);
        assert_eq!(gains[0].examples, [Example { action: "s3:get".to_owned(), resource: "a/".to_owned() }]);
    }

    #[test]
    fn a_narrower_condition_gains_nothing_beside_denials() {
        let when = |operator: &str, value: &str| {
            let mut allow = statement("Allow", "s3:List", "a*");
            allow["Condition"] = json!({ operator: { "s3:prefix": value } });
            allow
        };
        let before = [when("StringLike", "in/*"), statement("Deny", "s3:List", "?x")];
        let after = [when("StringEquals", "in/x"), statement("Deny", "s3:List", "ax")];
        assert_eq!(found(&before, &after), []);
        assert_eq!(found(&after, &before).len(), 1);
    }

    #[test]
    fn what_is_not_read_is_the_same_while_it_stays() {
        let mut odd = statement("Allow", "s3:Get", "a/*");
        odd["Condition"] = json!({ "IpAddress": { "aws:SourceIp": "10.0.0.0/8" } });
        let deny = statement("Deny", "s3:Get", "a/b");
        let with = |value: &str| {
            let mut other = odd.clone();
            other["Condition"]["IpAddress"]["aws:SourceIp"] = json!(value);
            other
        };
        assert_eq!(found(std::slice::from_ref(&odd), std::slice::from_ref(&odd)), []);
        let gains = found(std::slice::from_ref(&odd), &[with("0.0.0.0/0")]);
        assert_eq!(gains[0].certainty, Certainty::NotExcluded);
        assert_eq!(found(std::slice::from_ref(&odd), &[odd.clone(), deny.clone()]), []);
        assert_eq!(found(&[odd.clone(), deny], std::slice::from_ref(&odd)).len(), 1);
        let all_but = json!({ "Effect": "Allow", "NotAction": "iam:*", "Resource": "*" });
        assert_eq!(found(&[], std::slice::from_ref(&all_but))[0].to_string(), "* on *");
        assert_eq!(found(std::slice::from_ref(&all_but), std::slice::from_ref(&all_but)), []);
        let denied = json!({ "Effect": "Deny", "NotAction": "s3:*", "Resource": "*" });
        let allow = statement("Allow", "sqs:Send", "*");
        assert_eq!(found(&[allow.clone(), denied.clone()], std::slice::from_ref(&allow)).len(), 1);
        assert_eq!(found(std::slice::from_ref(&allow), &[allow.clone(), denied]), []);
    }

    #[test]
    fn a_variable_is_never_called_the_same_when_a_denial_of_one_value_goes() {
        let own = statement("Allow", "s3:Get", "home/${aws:userid}");
        let deny = statement("Deny", "s3:Get", "home/x");
        assert_eq!(found(&[own.clone(), deny], std::slice::from_ref(&own)).len(), 1);
        assert_eq!(found(std::slice::from_ref(&own), std::slice::from_ref(&own)), []);
    }

    /// Statements without conditions and variables, over whole roles.
    fn plain() -> impl Strategy<Value = Vec<Value>> {
        oracle::statements().prop_map(|statements| {
            statements
                .into_iter()
                .map(|mut statement| {
                    statement.as_object_mut().unwrap().shift_remove("Condition");
                    for resource in statement["Resource"].as_array_mut().unwrap() {
                        if resource.as_str().unwrap().contains('$') {
                            *resource = json!("?*");
                        }
                    }
                    statement
                })
                .collect()
        })
    }

    fn broadens(before: &[Value], after: &[Value], asked: &Asked) -> bool {
        oracle::allows(after, asked) && !oracle::allows(before, asked)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(800))]

        /// Whatever the conditions and denials, no gain means that no request of the universe is gained.
        #[test]
        fn no_gain_is_a_proof(before in oracle::statements(), after in oracle::statements()) {
            if found(&before, &after).is_empty() {
                for asked in oracle::universe() {
                    prop_assert!(!broadens(&before, &after, &asked), "{:?}", asked);
                }
            }
        }

        /// Without conditions the answer is that of brute force: nothing gained in the universe that is not told, and each
        /// example is gained.
        #[test]
        fn gains_agree_with_brute_force(before in plain(), after in plain()) {
            let gains = found(&before, &after);
            let some = oracle::universe().iter().any(|asked| broadens(&before, &after, asked));
            prop_assert!(!some || !gains.is_empty());
            for gain in &gains {
                prop_assert_eq!(gain.certainty, Certainty::Shown);
                prop_assert!(!gain.examples.is_empty());
                for example in &gain.examples {
                    let action: &'static str = Box::leak(example.action.clone().into_boxed_str());
                    let asked = Asked { action, resource: example.resource.clone(), context: Vec::new() };
                    prop_assert!(broadens(&before, &after, &asked), "{:?}", example);
                }
            }
        }

        /// Order, splitting and repeating are no change.
        #[test]
        fn rewriting_gains_nothing(statements in oracle::statements(), turn in 0usize..4) {
            let mut turned: Vec<Value> = statements.iter().flat_map(oracle::split).collect();
            let turn = turn.min(turned.len());
            turned.rotate_left(turn);
            turned.extend(statements.first().cloned());
            prop_assert_eq!(found(&statements, &turned), vec![]);
            prop_assert_eq!(found(&turned, &statements), vec![]);
        }

        /// A denial more and an allowance less gain nothing.
        #[test]
        fn narrowing_gains_nothing(statements in oracle::statements(), deny in oracle::statement("Deny")) {
            let denying: Vec<Value> = statements.iter().cloned().chain([deny]).collect();
            prop_assert_eq!(found(&statements, &denying), vec![]);
            if let Some(at) = statements.iter().position(|statement| statement["Effect"] == "Allow") {
                let mut fewer = statements.clone();
                fewer.remove(at);
                prop_assert_eq!(found(&statements, &fewer), vec![]);
            }
        }
    }
}
