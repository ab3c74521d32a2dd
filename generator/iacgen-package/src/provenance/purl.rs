//! Package URLs: names by which scanners know a package wherever it is. Specification: ECMA-427.

use std::fmt::Write as _;

use super::crates::{Crate, Source};

/// Returns a crate's. A crate of the project's own tree has none: its name would be taken for a stranger's.
pub(super) fn of_crate(one: &Crate) -> Option<String> {
    let plain = format!("pkg:cargo/{}@{}", one.name, encoded(&one.version));
    match &one.source {
        Source::CratesIo => Some(plain),
        Source::Registry { index } => Some(format!("{plain}?repository_url={}", encoded(index))),
        Source::Git { address } => {
            let (address, commit) = address.split_once('#').unwrap_or((address, ""));
            let address = address.split('?').next().unwrap_or_default();
            Some(format!("{plain}?vcs_url={}", encoded(&format!("git+{address}@{commit}"))))
        }
        Source::Folder { .. } => None,
    }
}

/// Returns that of a project on PyPI.
pub(super) fn of_pypi(name: &str, version: &str) -> String {
    format!("pkg:pypi/{name}@{}", encoded(version))
}

fn encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b".-_~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::samples::a_crate;
    use super::*;

    fn purl(source: Source) -> Option<String> {
        of_crate(&Crate { source, ..a_crate("a", "1.0.0+b") })
    }

    #[test]
    fn names_where_a_crate_comes_from() {
        assert_eq!(purl(Source::CratesIo).unwrap(), "pkg:cargo/a@1.0.0%2Bb");
        let git = Source::Git { address: "https://git.example/a?branch=main#0af1".to_owned() };
        assert_eq!(
            purl(git).unwrap(),
            "pkg:cargo/a@1.0.0%2Bb?vcs_url=git%2Bhttps%3A%2F%2Fgit.example%2Fa%400af1"
        );
        let other = Source::Registry { index: "https://index.example/".to_owned() };
        assert_eq!(
            purl(other).unwrap(),
            "pkg:cargo/a@1.0.0%2Bb?repository_url=https%3A%2F%2Findex.example%2F"
        );
        assert_eq!(purl(Source::Folder { path: "functions/a".into() }), None);
    }
}
