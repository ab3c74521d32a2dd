//! IAC174 `argument-value`.

use iacgen_diagnostics::{Code, Diagnostic};

use crate::flow::Argument;
use crate::suggest;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC174",
    name: "argument-value",
    explanation: "An argument of a service's action is none of the texts that it takes.

## Why
The service refuses the call. Where a known text is near, it is an error; where none is, or where it has a number, as
`python3.14` and `m9g.large` have, AWS may have added the text since the models were made that this tool holds, and it is a
warning.

## What to write instead
One of the texts that the finding names, in the same case.
",
};

/// How many texts are listed at most.
const MOST_LISTED: usize = 16;

/// Reports an argument.
pub(crate) fn finding(
    argument: &Argument<'_>,
    found: &str,
    meant: Option<&str>,
    values: &[&str],
) -> Diagnostic {
    let whole = argument.whole().unwrap_or_default();
    let message = format!("`{whole}` of `{}` does not take `{found}`", argument.call);
    if let Some(meant) = meant {
        // Texts with numbers are those that AWS adds to.
        let is_numbered = found.contains(|character: char| character.is_ascii_digit());
        let may_be_new = is_numbered && !meant.eq_ignore_ascii_case(found);
        let of = if may_be_new { Diagnostic::warning } else { Diagnostic::error };
        return argument.place.on(of(&CODE, message), "").help(format!("did you mean `{meant}`?"));
    }
    let diagnostic = argument.place.on(Diagnostic::warning(&CODE, message), "");
    let listed = &values[..values.len().min(MOST_LISTED)];
    match values.len() - listed.len() {
        0 => diagnostic.help(format!("it takes {}", suggest::list(listed))),
        more => diagnostic.help(format!("it takes {} and {more} others", suggest::list(listed))),
    }
}
