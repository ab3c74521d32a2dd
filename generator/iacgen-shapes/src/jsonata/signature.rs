//! What functions take.
//!
//! Sources: the function library and the notation of signatures in the documentation of JSONata 2.0; AWS page "Transforming
//! data with JSONata in Step Functions" for the functions that Step Functions adds, and for `$random`, which takes a seed.

use super::kinds::Kinds;
use crate::{List, Shape};

/// What every function takes, by name, in JSONata's notation, and what it gives. `$eval` is not among them.
const SIGNATURES: [(&str, &str); 69] = [
    ("abs", "n-:n"),
    ("append", "xx:x"),
    ("assert", "bs?:x"),
    ("average", "a<n>:n"),
    ("base64decode", "s-:s"),
    ("base64encode", "s-:s"),
    ("boolean", "x-:b"),
    ("ceil", "n-:n"),
    ("clone", "(oa)-:x"),
    ("contains", "s-(sf):b"),
    ("count", "a:n"),
    ("decodeUrl", "s-:s"),
    ("decodeUrlComponent", "s-:s"),
    ("distinct", "x:x"),
    ("each", "o-f:x"),
    ("encodeUrl", "s-:s"),
    ("encodeUrlComponent", "s-:s"),
    ("error", "s?:x"),
    ("exists", "x:b"),
    ("filter", "af:x"),
    ("floor", "n-:n"),
    ("formatBase", "n-n?:s"),
    ("formatInteger", "n-s:s"),
    ("formatNumber", "n-so?:s"),
    ("fromMillis", "n-s?s?:s"),
    ("hash", "xs:s"),
    ("join", "a<s>s?:s"),
    ("keys", "x-:x"),
    ("length", "s-:n"),
    ("lookup", "x-s:x"),
    ("lowercase", "s-:s"),
    ("map", "af:x"),
    ("match", "s-fn?:x"),
    ("max", "a<n>:n"),
    ("merge", "a<o>:x"),
    ("millis", ":n"),
    ("min", "a<n>:n"),
    ("not", "x-:b"),
    ("now", "s?s?:s"),
    ("number", "(nsb)-:n"),
    ("pad", "s-ns?:s"),
    ("parse", "s:x"),
    ("parseInteger", "s-s:n"),
    ("partition", "an:x"),
    ("power", "n-n:n"),
    ("random", "n?:n"),
    ("range", "nnn:x"),
    ("reduce", "afj?:x"),
    ("replace", "s-(sf)(sf)n?:s"),
    ("reverse", "a:x"),
    ("round", "n-n?:n"),
    ("shuffle", "a:x"),
    ("sift", "o-f?:x"),
    ("single", "af?:x"),
    ("sort", "af?:x"),
    ("split", "s-(sf)n?:x"),
    ("spread", "x-:x"),
    ("sqrt", "n-:n"),
    ("string", "x-b?:s"),
    ("substring", "s-nn?:s"),
    ("substringAfter", "s-s:s"),
    ("substringBefore", "s-s:s"),
    ("sum", "a<n>:n"),
    ("toMillis", "s-s?:n"),
    ("trim", "s-:s"),
    ("type", "x:s"),
    ("uppercase", "s-:s"),
    ("uuid", ":s"),
    ("zip", "a+:x"),
];

/// The functions that Step Functions adds: nothing is known of what they do with a value that is not there.
const ADDED: [&str; 6] = ["hash", "parse", "partition", "random", "range", "uuid"];

/// A function.
#[derive(Debug, Clone, Copy)]
pub(super) struct Function {
    /// Its name, without `$`.
    pub(super) name: &'static str,
    /// What it takes.
    takes: &'static str,
    /// What it gives: `s`, `n`, `b`, or `x` where that takes a closer look.
    pub(super) gives: char,
}

/// A parameter.
#[derive(Debug, Clone, Copy)]
struct Parameter {
    kinds: Kinds,
    /// What the items of a list must be, and a value that is no list itself.
    items: Option<Kinds>,
    times: Times,
}

/// How many arguments a parameter stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Times {
    One,
    /// One or none.
    Optional,
    /// One, or what the function is applied to.
    Context,
    /// One or more.
    Many,
}

/// An argument.
#[derive(Debug, Clone, Copy)]
pub(super) struct Argument<'v> {
    /// What it may be.
    pub(super) kinds: Kinds,
    /// Its shape, where it is a value.
    pub(super) shape: &'v Shape,
}

/// What is held of lists that may be empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lists {
    /// That they may be.
    MayBeEmpty,
    /// That they are not.
    HaveItems,
}

/// Why a function takes no such arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Too few or too many.
    Count,
    /// One that is of another kind.
    Kind {
        /// Which, from 0.
        place: usize,
        /// What may stand there.
        takes: Kinds,
        /// Whether it is a list of these.
        list: bool,
    },
    /// One that is not there.
    Missing {
        /// What it is to be.
        takes: Kinds,
    },
    /// What the function is applied to is of another kind.
    Context {
        /// What it may be.
        takes: Kinds,
    },
}

/// The function of a name, without `$`.
pub(super) fn function(name: &str) -> Option<Function> {
    let (name, signature) = SIGNATURES.iter().find(|(known, _)| *known == name)?;
    let (takes, gives) = signature.split_once(':').unwrap_or((signature, "x"));
    Some(Function { name, takes, gives: gives.chars().next().unwrap_or('x') })
}

/// The names of all functions, without `$`.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    SIGNATURES.iter().map(|(name, _)| *name)
}

impl Function {
    /// Says why no values of these arguments are taken; `None` where some are. `context` is what the function is applied to.
    pub(super) fn refuses(self, arguments: &[Argument<'_>], context: Kinds, lists: Lists) -> Option<Refusal> {
        let (least, most) = self.arity();
        if arguments.len() < least || most.is_some_and(|most| arguments.len() > most) {
            return Some(Refusal::Count);
        }
        let mut search = Search { count: arguments.len(), context, lists, furthest: None };
        if search.takes(&self.parameters(), arguments) { None } else { search.furthest }
    }

    /// The fewest arguments, and the most where there is a most.
    pub(super) fn arity(self) -> (usize, Option<usize>) {
        let parameters = self.parameters();
        let least = parameters.iter().filter(|one| matches!(one.times, Times::One | Times::Many)).count();
        let most = parameters.iter().all(|one| one.times != Times::Many).then_some(parameters.len());
        (least, most)
    }

    /// Whether it gives nothing where the first of so many arguments is nothing.
    pub(super) fn passes_nothing_on(self, count: usize) -> bool {
        let parameters = self.parameters();
        let Some(first) = parameters.first() else { return false };
        // The first parameter is what the function is applied to where there are not more arguments than the others need.
        let shifted = first.times == Times::Context && count <= self.arity().0;
        let selective = first.kinds != Kinds::ANY || first.items.is_some();
        selective && !shifted && self.name != "now" && !ADDED.contains(&self.name)
    }

    fn parameters(self) -> Vec<Parameter> {
        let mut parameters: Vec<Parameter> = Vec::new();
        let mut group: Option<Kinds> = None;
        let mut within = false;
        for symbol in self.takes.chars() {
            let last = parameters.last_mut();
            match (symbol, last, &mut group) {
                ('(', _, _) => group = Some(Kinds::NONE),
                (')', _, Some(kinds)) => {
                    parameters.push(Parameter { kinds: *kinds, items: None, times: Times::One });
                    group = None;
                }
                ('<', _, _) => within = true,
                ('>', _, _) => within = false,
                (symbol, Some(last), _) if within => last.items = Some(Kinds::of_symbol(symbol)),
                (symbol, _, Some(kinds)) => *kinds = kinds.with(Kinds::of_symbol(symbol)),
                ('?', Some(last), _) => last.times = Times::Optional,
                ('-', Some(last), _) => last.times = Times::Context,
                ('+', Some(last), _) => last.times = Times::Many,
                (symbol, _, _) => {
                    let kinds = match symbol {
                        // A value that is no list is taken for a list of itself.
                        'a' | 'x' => Kinds::ANY,
                        'j' => Kinds::ANY.without(Kinds::FUNCTION),
                        other => Kinds::of_symbol(other),
                    };
                    parameters.push(Parameter { kinds, items: None, times: Times::One });
                }
            }
        }
        for parameter in &mut parameters {
            // All but functions may be nothing. Implementations differ on whether a function that may be left out may be nothing.
            if parameter.kinds != Kinds::FUNCTION || parameter.times == Times::Optional {
                parameter.kinds = parameter.kinds.with(Kinds::NOTHING);
            }
        }
        parameters
    }
}

impl Parameter {
    /// Says what is taken instead, where no value of an argument is.
    fn refuses(self, argument: Argument<'_>, lists: Lists) -> Option<(Kinds, bool)> {
        if !self.kinds.meets(argument.kinds) {
            return Some((self.kinds.without(Kinds::NOTHING), false));
        }
        let items = self.items?;
        if argument.kinds.without(Kinds::LIST).meets(items.with(Kinds::NOTHING)) {
            return None;
        }
        let takes = |variant: &Shape| match variant {
            Shape::List(list) => takes_items(list, items, lists),
            other => other.is_any(),
        };
        (!argument.shape.variants().iter().any(takes)).then_some((items, true))
    }
}

/// Whether some list has items of these kinds alone.
fn takes_items(list: &List, items: Kinds, lists: Lists) -> bool {
    let fits = |item: &Shape| Kinds::of_shape(item).meets(items);
    let first = list.first.iter().all(fits);
    let has_further = list.first.is_empty() && list.rest != Shape::Never && lists == Lists::HaveItems;
    first && (!has_further || fits(&list.rest))
}

/// The search for a way in which arguments fill parameters.
struct Search {
    /// The number of arguments.
    count: usize,
    /// What the function is applied to.
    context: Kinds,
    lists: Lists,
    /// The refusal that comes last.
    furthest: Option<Refusal>,
}

impl Search {
    fn takes(&mut self, parameters: &[Parameter], arguments: &[Argument<'_>]) -> bool {
        let Some((parameter, rest)) = parameters.split_first() else {
            // Implementations differ on whether nothing is an argument at the end.
            return arguments.iter().all(|argument| argument.kinds.meets(Kinds::NOTHING));
        };
        let place = self.count - arguments.len();
        let wanted = parameter.kinds.without(Kinds::NOTHING);
        if let Some((argument, more)) = arguments.split_first() {
            let again = parameter.times == Times::Many;
            if let Some((takes, list)) = parameter.refuses(*argument, self.lists) {
                self.refuse(place, Refusal::Kind { place, takes, list });
            } else if self.takes(rest, more) || again && self.takes(parameters, more) {
                return true;
            }
        }
        match parameter.times {
            Times::Optional => self.takes(rest, arguments),
            Times::Context if parameter.kinds.meets(self.context) => self.takes(rest, arguments),
            Times::Context if arguments.is_empty() => {
                self.refuse(place, Refusal::Context { takes: wanted });
                false
            }
            Times::One | Times::Many if arguments.is_empty() => {
                self.refuse(place, Refusal::Missing { takes: wanted });
                false
            }
            Times::Context | Times::One | Times::Many => false,
        }
    }

    fn refuse(&mut self, place: usize, refusal: Refusal) {
        let last = self.furthest.map(|furthest| match furthest {
            Refusal::Kind { place, .. } => place,
            Refusal::Count | Refusal::Missing { .. } | Refusal::Context { .. } => self.count,
        });
        if last.is_none_or(|last| place > last) {
            self.furthest = Some(refusal);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(name: &str, arguments: &[Shape]) -> Option<Refusal> {
        let arguments: Vec<Argument<'_>> =
            arguments.iter().map(|shape| Argument { kinds: Kinds::of_shape(shape), shape }).collect();
        function(name).unwrap().refuses(&arguments, Kinds::NONE, Lists::HaveItems)
    }

    fn kind(place: usize, takes: Kinds) -> Refusal {
        Refusal::Kind { place, takes, list: false }
    }

    fn items(place: usize, takes: Kinds) -> Refusal {
        Refusal::Kind { place, takes, list: true }
    }

    #[test]
    fn names_are_in_order_and_found() {
        assert!(SIGNATURES.is_sorted());
        assert!(names().all(|name| function(name).is_some_and(|function| function.name == name)));
        assert!(function("eval").is_none());
    }

    #[test]
    fn kinds_and_counts_are_told() {
        use Shape::{Any, Bool, Integer, Null};
        assert_eq!(refusal("uppercase", &[Integer]), Some(kind(0, Kinds::TEXT)));
        assert_eq!(refusal("uppercase", &[Any]), None);
        assert_eq!(refusal("uppercase", &[Shape::TEXT.join(&Integer)]), None);
        assert_eq!(refusal("uppercase", &[]), Some(Refusal::Context { takes: Kinds::TEXT }));
        assert_eq!(refusal("uppercase", &[Shape::TEXT, Integer]), Some(Refusal::Count));
        assert_eq!(refusal("substring", &[Shape::TEXT, Bool]), Some(kind(1, Kinds::NUMBER)));
        assert_eq!(refusal("substring", &[Shape::TEXT]), Some(Refusal::Missing { takes: Kinds::NUMBER }));
        assert_eq!(
            refusal("split", &[Shape::TEXT, Integer]),
            Some(kind(1, Kinds::TEXT.with(Kinds::FUNCTION)))
        );
        assert_eq!(
            refusal("number", &[Null]),
            Some(kind(0, Kinds::TEXT.with(Kinds::NUMBER).with(Kinds::BOOL)))
        );
        assert_eq!(refusal("map", &[Shape::list_of(Integer), Shape::TEXT]), Some(kind(1, Kinds::FUNCTION)));
        assert_eq!(refusal("count", &[]), Some(Refusal::Count));
        assert_eq!(refusal("zip", &[Integer, Integer, Integer, Integer]), None);
        assert_eq!(refusal("random", &[Integer]), None);
    }

    #[test]
    fn lists_are_judged_by_their_items() {
        assert_eq!(refusal("sum", &[Shape::text("x")]), Some(items(0, Kinds::NUMBER)));
        assert_eq!(refusal("sum", &[Shape::list_of(Shape::TEXT)]), Some(items(0, Kinds::NUMBER)));
        assert_eq!(
            refusal("sum", &[Shape::tuple(vec![Shape::Integer, Shape::Null])]),
            Some(items(0, Kinds::NUMBER))
        );
        assert_eq!(refusal("sum", &[Shape::tuple(Vec::new())]), None);
        assert_eq!(refusal("sum", &[Shape::list_of(Shape::Any)]), None);
        assert_eq!(refusal("join", &[Shape::TEXT, Shape::TEXT]), None);
        assert_eq!(refusal("merge", &[Shape::record::<String>([])]), None);
    }
}
