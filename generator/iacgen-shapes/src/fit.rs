//! Whether what arrives is what is accepted.

use crate::{List, Object, Presence, Shape, Text, closest};

/// Why a value is not accepted.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{}{problem}", if at == "$" { String::new() } else { format!("at `{at}`: ") })]
pub struct Mismatch {
    /// Where in the value: `$.run.id`, `$.body[*].index`.
    pub at: String,
    /// What is wrong there.
    pub problem: Problem,
    /// Whether it always is.
    pub certainty: Certainty,
}

/// What is wrong with a value.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Problem {
    /// A field that must be there is not.
    #[error("the field `{name}` is {}; what arrives is {found}{}", if *optional { "not always there" } else { "missing" }, did_you_mean("", sent.as_deref()))]
    MissingField {
        /// The field.
        name: String,
        /// Whether it is there sometimes.
        optional: bool,
        /// What arrives, described.
        found: String,
        /// A field that arrives under a name that differs little, and is not accepted.
        sent: Option<String>,
    },
    /// A field arrives that is not accepted.
    #[error("the field `{name}` is not accepted{}", did_you_mean("; ", meant.as_deref()))]
    UnknownField {
        /// The field.
        name: String,
        /// The accepted name that differs least, where one does.
        meant: Option<String>,
    },
    /// A value is of another kind.
    #[error("expected {expected}, found {found}")]
    Kind {
        /// What is accepted, described.
        expected: String,
        /// What arrives, described.
        found: String,
    },
    /// A list is shorter or longer than what is accepted.
    #[error("expected a list of {expected} items, found {found}")]
    Length {
        /// The number of items accepted.
        expected: usize,
        /// What arrives, described.
        found: String,
    },
}

fn did_you_mean(lead: &str, name: Option<&str>) -> String {
    name.map_or_else(String::new, |name| {
        if lead.is_empty() {
            format!(", which has `{name}`")
        } else {
            format!("{lead}did you mean `{name}`?")
        }
    })
}

/// How sure a mismatch is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// For some values that can arrive.
    Sometimes,
    /// For every value that can arrive; of lists, for every one that has items.
    Always,
}

impl Shape {
    /// Says why what arrives (`self`) is not what is accepted, or `None` where nothing is known to be wrong. A mismatch
    /// that is [`Certainty::Always`] comes before one that is not; of each kind, the first in the order of the accepted
    /// fields.
    pub fn fit(&self, accepted: &Self) -> Option<Mismatch> {
        let mut found = self.mismatches(accepted);
        let always = found.iter().position(|mismatch| mismatch.certainty == Certainty::Always);
        match always {
            Some(place) => Some(found.swap_remove(place)),
            None => found.into_iter().next(),
        }
    }

    /// Says everything that is wrong with what arrives (`self`); see [`Shape::fit`].
    pub fn mismatches(&self, accepted: &Self) -> Vec<Mismatch> {
        compare(self, accepted, "$")
    }
}

fn compare(from: &Shape, to: &Shape, at: &str) -> Vec<Mismatch> {
    if to.is_any() || from.is_any() || *from == Shape::Never {
        return Vec::new();
    }
    let variants = from.variants();
    let mut failing = Vec::new();
    let mut good = 0_usize;
    for variant in variants {
        let found = compare_one(variant, to, at);
        if !is_certain(&found) {
            good += 1;
        }
        failing.extend(found);
    }
    // A value of another variant may do.
    if good > 0 && variants.len() > 1 {
        weaken(&mut failing);
    }
    failing
}

fn is_certain(found: &[Mismatch]) -> bool {
    found.iter().any(|mismatch| mismatch.certainty == Certainty::Always)
}

fn weaken(found: &mut [Mismatch]) {
    for mismatch in found {
        mismatch.certainty = Certainty::Sometimes;
    }
}

/// Compares one variant with all that are accepted: the least wrong counts.
fn compare_one(from: &Shape, to: &Shape, at: &str) -> Vec<Mismatch> {
    let mut best: Option<Vec<Mismatch>> = None;
    for accepted in to.variants() {
        let Some(found) = compare_same(from, accepted, at) else { continue };
        if found.is_empty() {
            return found;
        }
        let better = best
            .as_ref()
            .is_none_or(|best| (is_certain(&found), found.len()) < (is_certain(best), best.len()));
        if better {
            best = Some(found);
        }
    }
    best.unwrap_or_else(|| vec![kind(from, to, at, Certainty::Always)])
}

fn kind(from: &Shape, to: &Shape, at: &str, certainty: Certainty) -> Mismatch {
    let problem = Problem::Kind { expected: to.describe(), found: from.describe() };
    Mismatch { at: at.to_owned(), problem, certainty }
}

/// Compares two single variants; `None` where they are of different kinds.
fn compare_same(from: &Shape, to: &Shape, at: &str) -> Option<Vec<Mismatch>> {
    Some(match (from, to) {
        (Shape::Null, Shape::Null)
        | (Shape::Bool, Shape::Bool)
        | (Shape::Integer | Shape::Number, Shape::Number)
        | (Shape::Integer, Shape::Integer)
        | (Shape::String(_), Shape::String(Text::Any)) => Vec::new(),
        (Shape::Number, Shape::Integer) | (Shape::String(Text::Any), Shape::String(Text::OneOf(_))) => {
            vec![kind(from, to, at, Certainty::Sometimes)]
        }
        (Shape::String(Text::OneOf(sent)), Shape::String(Text::OneOf(accepted))) => {
            if sent.is_subset(accepted) {
                Vec::new()
            } else if sent.is_disjoint(accepted) {
                vec![kind(from, to, at, Certainty::Always)]
            } else {
                vec![kind(from, to, at, Certainty::Sometimes)]
            }
        }
        (Shape::List(from), Shape::List(to)) => compare_lists(from, to, at),
        (Shape::Object(from), Shape::Object(to)) => compare_objects(from, to, at),
        _ => return None,
    })
}

fn compare_lists(from: &List, to: &List, at: &str) -> Vec<Mismatch> {
    let length = |certainty| Mismatch {
        at: at.to_owned(),
        problem: Problem::Length {
            expected: to.first.len(),
            found: Shape::List(from.clone().into()).describe(),
        },
        certainty,
    };
    let too_long = to.rest == Shape::Never && from.first.len() > to.first.len();
    let too_short = from.rest == Shape::Never && from.first.len() < to.first.len();
    if too_long || too_short {
        return vec![length(Certainty::Always)];
    }
    let mut found = Vec::new();
    for (index, item) in from.first.iter().enumerate() {
        let accepted = to.first.get(index).unwrap_or(&to.rest);
        found.extend(compare(item, accepted, &format!("{at}[{index}]")));
    }
    if from.first.len() < to.first.len() {
        found.push(length(Certainty::Sometimes));
    }
    if from.rest != Shape::Never {
        let accepted = List::from(to, from.first.len()).any_item();
        if accepted == Shape::Never {
            found.push(length(Certainty::Sometimes));
        } else {
            found.extend(compare(&from.rest, &accepted, &format!("{at}[*]")));
        }
    }
    found
}

fn compare_objects(from: &Object, to: &Object, at: &str) -> Vec<Mismatch> {
    let mut found = Vec::new();
    let mut report = |at: String, problem, certainty| found.push(Mismatch { at, problem, certainty });
    let unknown = |name: &str| !to.fields.contains_key(name);
    for (name, accepted) in &to.fields {
        let required = accepted.presence == Presence::Required;
        let (optional, certainty) = match from.fields.get(name).map(|field| field.presence) {
            Some(Presence::Required | Presence::Unknown) => continue,
            Some(Presence::Optional) => (true, Certainty::Sometimes),
            // It may be among the fields that are not declared.
            None if !from.is_closed() => continue,
            None => (false, Certainty::Always),
        };
        if required {
            let sent = closest(name, from.fields.keys().map(String::as_str).filter(|sent| unknown(sent)));
            let problem = Problem::MissingField {
                name: name.clone(),
                optional,
                found: Shape::Object(from.clone().into()).describe(),
                sent: sent.map(str::to_owned),
            };
            report(at.to_owned(), problem, certainty);
        }
    }
    for (name, field) in &from.fields {
        if unknown(name) && to.is_closed() && field.shape != Shape::Never {
            let names =
                to.fields.keys().map(String::as_str).filter(|accepted| !from.fields.contains_key(*accepted));
            let problem =
                Problem::UnknownField { name: name.clone(), meant: closest(name, names).map(str::to_owned) };
            report(crate::path::child(at, name), problem, certainty_of(field.presence));
        }
    }
    for (name, field) in &from.fields {
        let accepted = to.fields.get(name).map_or(&to.rest, |accepted| &accepted.shape);
        if *accepted == Shape::Never {
            continue;
        }
        let mut inner = compare(&field.shape, accepted, &crate::path::child(at, name));
        if field.presence != Presence::Required {
            weaken(&mut inner);
        }
        found.extend(inner);
    }
    found
}

fn certainty_of(presence: Presence) -> Certainty {
    match presence {
        Presence::Required => Certainty::Always,
        Presence::Unknown | Presence::Optional => Certainty::Sometimes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Field;

    #[track_caller]
    fn check(from: &Shape, to: &Shape, says: Option<(&str, Certainty)>) {
        let found = from.fit(to).map(|mismatch| (mismatch.to_string(), mismatch.certainty));
        assert_eq!(found, says.map(|(text, certainty)| (text.to_owned(), certainty)));
    }

    fn run() -> Shape {
        Shape::closed([
            ("run", Field::required(Shape::record([("id", Shape::TEXT)]))),
            ("note", Field::optional(Shape::TEXT.or_null())),
        ])
    }

    #[test]
    fn the_same_fits() {
        check(&run(), &run(), None);
        check(&Shape::Any, &run(), None);
        check(&run(), &Shape::Any, None);
        check(&Shape::Integer, &Shape::Number, None);
        check(&Shape::text("a"), &Shape::TEXT.or_null(), None);
    }

    #[test]
    fn fields_are_missing_unknown_or_of_another_kind() {
        let always = Certainty::Always;
        check(
            &Shape::record([("body", Shape::Any)]),
            &run(),
            Some(("the field `run` is missing; what arrives is { body }", always)),
        );
        check(
            &Shape::record([("runn", Shape::record([("id", Shape::TEXT)]))]),
            &run(),
            Some(("the field `run` is missing; what arrives is { runn }, which has `runn`", always)),
        );
        check(
            &Shape::record([("run", Shape::record([("id", Shape::Integer)]))]),
            &run(),
            Some(("at `$.run.id`: expected a text, found a whole number", always)),
        );
        check(
            &Shape::record([("run", Shape::record([("id", Shape::TEXT)])), ("notes", Shape::TEXT)]),
            &run(),
            Some(("at `$.notes`: the field `notes` is not accepted; did you mean `note`?", always)),
        );
        check(
            &Shape::list_of(run()),
            &run(),
            Some(("expected { run, note? }, found a list of { run, note? }", always)),
        );
    }

    #[test]
    fn what_may_go_wrong_is_told_apart() {
        let sometimes = Certainty::Sometimes;
        check(
            &Shape::closed([("run", Field::optional(Shape::record([("id", Shape::TEXT)])))]),
            &run(),
            Some(("the field `run` is not always there; what arrives is { run? }", sometimes)),
        );
        check(&Shape::TEXT.or_null(), &Shape::TEXT, Some(("expected a text, found null", sometimes)));
        check(&Shape::open::<String>([]), &run(), None);
        check(&Shape::TEXT, &Shape::text("a"), Some(("expected \"a\", found a text", sometimes)));
    }

    #[test]
    fn lists_are_compared_item_by_item() {
        let pair = Shape::tuple(vec![Shape::Integer, Shape::TEXT]);
        check(
            &pair,
            &Shape::list_of(Shape::Integer),
            Some(("at `$[1]`: expected a whole number, found a text", Certainty::Always)),
        );
        check(
            &Shape::list_of(Shape::TEXT),
            &Shape::list_of(Shape::Integer),
            Some(("at `$[*]`: expected a whole number, found a text", Certainty::Always)),
        );
        check(
            &Shape::tuple(vec![Shape::Integer]),
            &pair,
            Some(("expected a list of 2 items, found [a whole number]", Certainty::Always)),
        );
    }

    #[test]
    fn the_nearest_variant_tells() {
        let to = Shape::record([("kind", Shape::text("a")), ("x", Shape::TEXT)])
            .join(&Shape::record([("kind", Shape::text("b")), ("y", Shape::TEXT)]));
        let from = Shape::record([("kind", Shape::text("b")), ("y", Shape::Bool)]);
        check(&from, &to, Some(("at `$.y`: expected a text, found true or false", Certainty::Always)));
    }
}
