//! Values that are written out, looked up or computed.

use std::ops::RangeInclusive;

use iacgen_asl::Timestamp;
use iacgen_aws_types::Seconds;

use super::scope::{Around, Scope};
use super::template::Text;
use super::{Context, Resolved};
use crate::check::{bad_timestamp, express_too_long, unmarked_expression};
use crate::dialect::Dialect;
use crate::model::{Dynamic, Located, Wait};
use crate::raw::RawValue;
use crate::yaml::Scalar;

/// The longest wait in seconds. Page: "Wait workflow state".
const LONGEST_WAIT: u32 = 99_999_999;

impl<'a> Context<'a> {
    /// Reads a value that may be a path or an expression; `read` takes one that is written out.
    pub(super) fn dynamic<T>(
        &self,
        raw: &'a RawValue,
        scope: Scope,
        read: impl FnOnce(&Resolved<'a>) -> Option<T>,
    ) -> Option<Located<Dynamic<T>>> {
        let value = self.values.get(raw)?;
        let Scalar::Text(text) = value.scalar else {
            return Some(Located { value: Dynamic::Value(read(&value)?), place: value.place });
        };
        let place = value.place.holding(text);
        let value = match self.text_kind(text, place, scope)? {
            Text::Path => Dynamic::Path(text.clone()),
            Text::Expression => Dynamic::Expression(text.clone()),
            Text::Literal(literal) if scope.language.is_jsonata() && literal.starts_with('$') => {
                self.sink.push(unmarked_expression::needed(text, place));
                return None;
            }
            Text::Literal(_) | Text::Intrinsic => Dynamic::Value(read(&value)?),
        };
        Some(Located { value, place })
    }

    /// Reads a text that may be a path, a call or an expression.
    pub(super) fn dynamic_text_value(
        &self,
        raw: &'a RawValue,
        kind: &str,
        scope: Scope,
    ) -> Option<Located<Dynamic<String>>> {
        let (text, value) = self.text(raw, kind)?;
        let place = value.place.holding(text);
        // The name of an error is no call.
        if text.starts_with("States.") && !text.contains('(') {
            return Some(Located { value: Dynamic::Value(text.to_owned()), place });
        }
        let value = match self.text_kind(text, place, scope)? {
            Text::Path | Text::Intrinsic => Dynamic::Path(text.to_owned()),
            Text::Expression => Dynamic::Expression(text.to_owned()),
            Text::Literal(literal) => {
                if scope.language.is_jsonata() {
                    unmarked_expression::check(literal, place, self.dialect, self.sink);
                }
                Dynamic::Value(literal.to_owned())
            }
        };
        Some(Located { value, place })
    }

    /// Reads a whole number that may be a path or an expression.
    pub(super) fn dynamic_whole(
        &self,
        raw: Option<&'a RawValue>,
        field: &str,
        range: RangeInclusive<u32>,
        scope: Scope,
    ) -> Option<Located<Dynamic<u32>>> {
        let kind = self.dialect.field(field);
        self.dynamic(raw?, scope, |value| self.whole_value(value, &kind, range))
    }

    /// Reads what a Wait waits for, in seconds.
    pub(super) fn wait_seconds(&self, raw: &'a RawValue, around: Around) -> Option<Wait> {
        let read = |value: &Resolved<'a>| {
            let seconds = match self.dialect {
                Dialect::Spec => self.duration_value(value, "`wait`").map(Seconds::get),
                Dialect::Definition => self.whole_value(value, "`Seconds`", 0..=LONGEST_WAIT),
            }?;
            if let Some(express) = around.express {
                express_too_long::check_wait(seconds, value, express, self.dialect, self.sink);
            }
            Some(seconds)
        };
        self.dynamic(raw, around.scope, read).map(Wait::Seconds)
    }

    /// Reads the moment that a Wait waits for.
    pub(super) fn wait_until(&self, raw: &'a RawValue, scope: Scope) -> Option<Wait> {
        let kind = self.dialect.field("until");
        let read = |value: &Resolved<'a>| {
            let Scalar::Text(text) = value.scalar else {
                return self.wrong(value, &kind, "a moment, such as `2030-01-31T12:00:00Z`");
            };
            let timestamp = Timestamp::new(text.as_str());
            if timestamp.is_err() {
                self.sink.push(bad_timestamp::finding(text, value.place.holding(text)));
            }
            timestamp.ok()
        };
        self.dynamic(raw, scope, read).map(Wait::Until)
    }
}
