//! Replacing `${env.NAME}`, and reading values as what they should be.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use iacgen_aws_types::{Environment, Invalid, Seconds};
use iacgen_diagnostics::{Diagnostic, Sink};

use super::{Context, Resolved};
use crate::check::{bad_duration, missing_value, out_of_range, unknown_value, unused_value, wrong_kind};
use crate::dialect::Dialect;
use crate::load::Loaded;
use crate::model::Place;
use crate::raw::{RawEnvironment, RawValue, find};
use crate::suggest;
use crate::yaml::{Scalar, Spanned};

/// The values of one environment.
pub(super) struct Values<'a> {
    loaded: &'a Loaded,
    name: &'a Environment,
    environment: &'a RawEnvironment,
    used: RefCell<BTreeSet<&'a str>>,
    /// Uses of values that other environments give and this one does not.
    missing: RefCell<Vec<&'a Spanned<String>>>,
    sink: &'a Sink,
}

impl<'a> Values<'a> {
    pub(super) fn new(
        loaded: &'a Loaded,
        name: &'a Environment,
        environment: &'a RawEnvironment,
        sink: &'a Sink,
    ) -> Self {
        Self { loaded, name, environment, used: RefCell::default(), missing: RefCell::default(), sink }
    }

    /// Returns the value, or `None` when the environment does not give it.
    pub(super) fn get(&self, raw: &'a RawValue) -> Option<Resolved<'a>> {
        let name = match raw {
            RawValue::Literal(scalar) => {
                return Some(Resolved { scalar: &scalar.value, place: Place::written(scalar.span) });
            }
            RawValue::Environment(name) => name,
        };
        self.used.borrow_mut().insert(&name.value);
        if let Some((_, value)) = find(&self.environment.values, &name.value) {
            return Some(Resolved { scalar: &value.value, place: Place::used(value.span, name.span) });
        }
        let others = || {
            self.loaded
                .environment_files()
                .iter()
                .filter_map(|file| Some((file.name.as_str(), file.raw.as_ref()?)))
        };
        let given = others().find_map(|(other, raw)| {
            find(&raw.values, &name.value).map(|(_, value)| (other, value.value.text()))
        });
        // A file that cannot be read may be the one that gives the value.
        let all_read = self.loaded.environment_files().iter().all(|file| file.raw.is_some());
        if given.is_none() && all_read {
            let known: BTreeSet<&str> = others()
                .flat_map(|(_, raw)| raw.values.iter().map(|(name, _)| name.value.as_str()))
                .collect();
            self.sink.push(unknown_value::finding(name, known));
        } else if let Some(values) = self.environment.values_key {
            self.sink.push(missing_value::finding(name, values, self.name.as_str(), given));
        } else {
            self.missing.borrow_mut().push(name);
        }
        None
    }

    /// Says what can be said when everything has been read: that there are no values, and which are not used.
    pub(super) fn finish(&self) {
        let missing = self.missing.borrow();
        if let Some(first) = missing.first() {
            let names: BTreeSet<&str> = missing.iter().map(|name| name.value.as_str()).collect();
            self.sink.push(missing_value::section(
                self.environment.span,
                self.name.as_str(),
                &names,
                first.span,
            ));
        }
        let used = self.used.borrow();
        let unknown = || used.iter().copied().filter(|name| find(&self.environment.values, name).is_none());
        for (name, _) in &self.environment.values {
            // The use of a value whose name is near is reported already; it is the same mistake.
            if !used.contains(name.value.as_str()) && suggest::nearest(&name.value, unknown()).is_none() {
                self.sink.push(unused_value::finding(name));
            }
        }
    }
}

impl<'a> Context<'a> {
    /// Reads a text.
    pub(super) fn text(&self, raw: &'a RawValue, kind: &str) -> Option<(&'a str, Resolved<'a>)> {
        let value = self.values.get(raw)?;
        match value.scalar {
            Scalar::Text(text) => Some((text, value)),
            _ => self.wrong(&value, kind, "a text"),
        }
    }

    /// Reads a text that may be left out.
    pub(super) fn optional_text(&self, raw: Option<&'a RawValue>, kind: &str) -> Option<String> {
        self.text(raw?, kind).map(|(text, _)| text.to_owned())
    }

    /// Reads a boolean.
    pub(super) fn boolean(&self, raw: &'a RawValue, kind: &str) -> Option<bool> {
        let value = self.values.get(raw)?;
        match value.scalar {
            Scalar::Bool(value) => Some(*value),
            _ => self.wrong(&value, kind, "`true` or `false`"),
        }
    }

    /// Reads a whole number within a range.
    pub(super) fn whole(
        &self,
        raw: &'a RawValue,
        kind: &str,
        range: RangeInclusive<u32>,
    ) -> Option<(u32, Resolved<'a>)> {
        let value = self.values.get(raw)?;
        Some((self.whole_value(&value, kind, range)?, value))
    }

    /// The same, with the range in words for the message.
    pub(super) fn whole_of(
        &self,
        raw: &'a RawValue,
        kind: &str,
        range: RangeInclusive<u32>,
        words: &str,
    ) -> Option<(u32, Resolved<'a>)> {
        let value = self.values.get(raw)?;
        Some((self.whole_value_of(&value, kind, range, words)?, value))
    }

    /// Takes a whole number within a range.
    pub(super) fn whole_value(
        &self,
        value: &Resolved<'_>,
        kind: &str,
        range: RangeInclusive<u32>,
    ) -> Option<u32> {
        let words = match (range.start(), range.end()) {
            (least, &u32::MAX) => format!("at least {least}"),
            (least, most) => format!("{least} to {most}"),
        };
        self.whole_value_of(value, kind, range, &words)
    }

    fn whole_value_of(
        &self,
        value: &Resolved<'_>,
        kind: &str,
        range: RangeInclusive<u32>,
        words: &str,
    ) -> Option<u32> {
        let Scalar::Number(text) = value.scalar else {
            return self.wrong(value, kind, "a whole number");
        };
        match text.parse::<u32>() {
            Ok(number) if range.contains(&number) => Some(number),
            Err(_) if !text.trim_start_matches('-').bytes().all(|b| b.is_ascii_digit()) => {
                self.wrong(value, kind, "a whole number")
            }
            _ => {
                self.sink.push(out_of_range::finding(value, kind, words));
                None
            }
        }
    }

    /// Reads a number.
    pub(super) fn number(&self, raw: &'a RawValue, kind: &str) -> Option<(f64, Resolved<'a>)> {
        let value = self.values.get(raw)?;
        Some((self.number_value(&value, kind)?, value))
    }

    /// Takes a number.
    pub(super) fn number_value(&self, value: &Resolved<'_>, kind: &str) -> Option<f64> {
        match value.scalar {
            Scalar::Number(text) => match text.parse::<f64>() {
                Ok(number) if number.is_finite() => Some(number),
                _ => self.wrong(value, kind, "a number that fits 64 bits"),
            },
            _ => self.wrong(value, kind, "a number"),
        }
    }

    /// Reads a duration.
    pub(super) fn duration(&self, raw: &'a RawValue, kind: &str) -> Option<(Seconds, Resolved<'a>)> {
        let value = self.values.get(raw)?;
        Some((self.duration_value(&value, kind)?, value))
    }

    /// Takes a duration; in a definition it is a number of seconds.
    pub(super) fn duration_value(&self, value: &Resolved<'_>, kind: &str) -> Option<Seconds> {
        match (self.dialect, value.scalar) {
            (Dialect::Definition, _) => Seconds::new(self.whole_value(value, kind, 1..=99_999_999)?).ok(),
            (Dialect::Spec, Scalar::Text(text)) => {
                self.valid(Seconds::parse(text), text, value.place, bad_duration::finding)
            }
            (Dialect::Spec, Scalar::Number(text)) => {
                let invalid = Seconds::parse(text).err()?;
                let unit = if ["`after`", "`retain`"].contains(&kind) { 'd' } else { 's' };
                self.sink.push(
                    bad_duration::finding(value.place, &invalid)
                        .help(format!("did you mean `{text}{unit}`?")),
                );
                None
            }
            _ => self.wrong(value, kind, "a duration, such as `30s`"),
        }
    }

    /// Takes what AWS's vocabulary accepts; what it refuses is a finding.
    pub(super) fn valid<T>(
        &self,
        result: Result<T, Invalid>,
        written: &str,
        place: Place,
        finding: fn(Place, &Invalid) -> Diagnostic,
    ) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(invalid) => {
                self.sink.push(finding(place, &Invalid { value: written.to_owned(), ..invalid }));
                None
            }
        }
    }

    /// Says of which kind a value must be.
    pub(super) fn wrong<T>(&self, value: &Resolved<'_>, kind: &str, expected: &str) -> Option<T> {
        self.sink.push(wrong_kind::resolved(value, kind, expected));
        None
    }
}
