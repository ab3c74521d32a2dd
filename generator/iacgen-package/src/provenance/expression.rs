//! What a crate says of its licence.

use spdx::{Expression, LicenseItem, LicenseReq, Licensee};

/// Licenses in the order in which one is taken where a crate leaves the choice: those that ask least of whoever passes
/// the program on.
const PREFERRED: [&str; 16] = [
    "CC0-1.0",
    "0BSD",
    "MIT-0",
    "Unlicense",
    "MIT",
    "ISC",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "Zlib",
    "BSL-1.0",
    "Unicode-3.0",
    "Unicode-DFS-2016",
    "CDLA-Permissive-2.0",
    "Apache-2.0",
    "OpenSSL",
    "MPL-2.0",
];

/// A crate's licence, from the field `license` of its manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum License {
    /// An SPDX expression, in SPDX's own spelling: older manifests have `MIT/Apache-2.0`.
    Expression(String),
    /// Something else.
    Other(String),
    /// The field is not there.
    Unsaid,
}

impl License {
    /// Reads the field.
    pub(crate) fn of(field: Option<&str>) -> Self {
        let Some(field) = field.map(str::trim).filter(|field| !field.is_empty()) else {
            return Self::Unsaid;
        };
        let spelled = match Expression::canonicalize(field) {
            Ok(Some(spelled)) => spelled,
            Ok(None) => field.to_owned(),
            Err(_) => return Self::Other(field.to_owned()),
        };
        match Expression::parse(&spelled) {
            Ok(_) => Self::Expression(spelled),
            Err(_) => Self::Other(field.to_owned()),
        }
    }

    /// Returns it as words.
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Expression(text) | Self::Other(text) => text,
            Self::Unsaid => "no licence named",
        }
    }

    /// Returns the standard texts that satisfy it, with their SPDX names: the least of what it leaves to choose. Empty
    /// where SPDX has no text for it.
    pub(crate) fn standard_texts(&self) -> Vec<(String, &'static str)> {
        let Self::Expression(expression) = self else {
            return Vec::new();
        };
        let Ok(expression) = Expression::parse(expression) else {
            return Vec::new();
        };
        let preferred: Vec<_> = PREFERRED.iter().filter_map(|name| Licensee::parse(name).ok()).collect();
        let required = expression
            .minimized_requirements(&preferred)
            .unwrap_or_else(|_| expression.requirements().map(|one| one.req.clone()).collect());
        let mut texts: Vec<_> = required.iter().flat_map(texts).collect();
        texts.sort_unstable();
        texts.dedup();
        texts
    }
}

fn texts(required: &LicenseReq) -> Vec<(String, &'static str)> {
    let mut texts = Vec::new();
    if let LicenseItem::Spdx { id, .. } = &required.license {
        texts.push((id.name.to_owned(), id.text()));
    }
    if let Some(exception) = required.addition.as_ref().and_then(spdx::AdditionItem::id) {
        texts.push((exception.name.to_owned(), exception.text()));
    }
    texts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(license: &str) -> Vec<String> {
        License::of(Some(license)).standard_texts().into_iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn older_spellings_become_expressions() {
        assert_eq!(License::of(Some("MIT/Apache-2.0")), License::Expression("MIT OR Apache-2.0".to_owned()));
        assert_eq!(
            License::of(Some("Apache-2.0 / MIT")),
            License::Expression("Apache-2.0 OR MIT".to_owned())
        );
        assert_eq!(License::of(Some("see the file")), License::Other("see the file".to_owned()));
        assert_eq!(License::of(Some(" ")), License::Unsaid);
    }

    #[test]
    fn the_texts_are_the_least_that_satisfies() {
        assert_eq!(names("Apache-2.0 OR MIT"), ["MIT"]);
        assert_eq!(names("(Apache-2.0 OR MIT) AND BSD-3-Clause"), ["BSD-3-Clause", "MIT"]);
        assert_eq!(names("Apache-2.0 WITH LLVM-exception"), ["Apache-2.0", "LLVM-exception"]);
        assert_eq!(names("GPL-3.0-only"), ["GPL-3.0-only"]);
        assert_eq!(names("LicenseRef-ours"), Vec::<String>::new());
    }
}
