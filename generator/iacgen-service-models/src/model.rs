//! The digest, read: services, operations, and what they take and give.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use iacgen_digests::Digest;

static FILE: &[u8] = include_bytes!("../models/service-models.bin");

fn digest() -> &'static Digest<'static> {
    static DIGEST: OnceLock<Digest<'static>> = OnceLock::new();
    DIGEST.get_or_init(|| {
        #[expect(clippy::expect_used, reason = "the file is committed, and a test reads all of it")]
        Digest::open(FILE).expect("the committed digest is whole")
    })
}

/// Returns what the digest was made from: the version of botocore.
pub fn source() -> &'static str {
    digest().source()
}

/// Returns the services that have a model, by their names in SDK integrations.
#[cfg(test)]
pub(crate) fn services() -> impl Iterator<Item = &'static str> {
    digest().names()
}

/// A service's model.
#[derive(Debug)]
pub(crate) struct Service {
    operations: Vec<Operation>,
    /// The lines of its structures and sets of texts.
    shapes: Vec<&'static str>,
}

/// An operation of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Operation {
    pub(crate) name: &'static str,
    pub(crate) taken: &'static str,
    pub(crate) given: &'static str,
}

/// What something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Whole,
    Number,
    Boolean,
    Moment,
    Bytes,
    Anything,
    Nothing,
    /// What it holds.
    List(&'static str),
    /// What its values are.
    Map(&'static str),
    /// One of the texts, with tabs between them.
    OneOf(&'static str),
    /// The members.
    Structure(Members),
}

/// The members of a structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Members(&'static str);

/// A member of a structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Member {
    /// Its name in the API.
    pub(crate) name: &'static str,
    pub(crate) is_required: bool,
    pub(crate) kind: &'static str,
}

impl Service {
    /// Finds a service that has a model.
    pub(crate) fn find(name: &str) -> Option<Arc<Self>> {
        static READ: Mutex<BTreeMap<String, Arc<Service>>> = Mutex::new(BTreeMap::new());
        let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(service) = read.get(name) {
            return Some(service.clone());
        }
        #[expect(clippy::expect_used, reason = "the file is committed, and a test reads all of it")]
        let text = digest().text(name).expect("the committed digest is whole")?;
        let service = Arc::new(Self::read(text));
        read.insert(name.to_owned(), service.clone());
        Some(service)
    }

    /// Reads a service's text; its form is told where it is made, in `cargo xtask generate service-models`.
    pub(crate) fn read(text: &'static str) -> Self {
        let (operations, shapes) = text.split_once("\n\n").unwrap_or((text, ""));
        let operation = |line: &'static str| {
            let mut words = line.split(' ');
            Some(Operation { name: words.next()?, taken: words.next()?, given: words.next()? })
        };
        Self {
            operations: operations.lines().filter_map(operation).collect(),
            shapes: shapes.split('\n').collect(),
        }
    }

    pub(crate) fn operations(&self) -> impl Iterator<Item = Operation> {
        self.operations.iter().copied()
    }

    pub(crate) fn operation(&self, name: &str) -> Option<Operation> {
        self.operations().find(|operation| operation.name == name)
    }

    /// Returns what is written as a letter, a number, or a mark and what is inside.
    pub(crate) fn kind(&self, written: &'static str) -> Kind {
        match written {
            "s" => Kind::Text,
            "i" => Kind::Whole,
            "n" => Kind::Number,
            "b" => Kind::Boolean,
            "t" => Kind::Moment,
            "x" => Kind::Bytes,
            "-" => Kind::Nothing,
            _ => match (written.strip_prefix('['), written.strip_prefix('{'), written.parse::<usize>()) {
                (Some(inner), ..) => Kind::List(inner),
                (_, Some(inner), _) => Kind::Map(inner),
                (.., Ok(number)) => self.line(number),
                _ => Kind::Anything,
            },
        }
    }

    fn line(&self, number: usize) -> Kind {
        let Some(line) = self.shapes.get(number) else { return Kind::Anything };
        line.strip_prefix('=').map_or(Kind::Structure(Members(line)), Kind::OneOf)
    }
}

impl Members {
    pub(crate) fn iter(self) -> impl Iterator<Item = Member> {
        self.0.split(' ').filter_map(|member| {
            let (name, kind) = member.split_once(':')?;
            let required = name.strip_suffix('!');
            Some(Member { name: required.unwrap_or(name), is_required: required.is_some(), kind })
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Visits everything that a written kind leads to.
    fn visit(service: &Service, written: &'static str, seen: &mut BTreeSet<&'static str>) {
        if !seen.insert(written) {
            return;
        }
        match service.kind(written) {
            Kind::List(inner) | Kind::Map(inner) => visit(service, inner, seen),
            Kind::Structure(members) => {
                members.iter().for_each(|member| visit(service, member.kind, seen));
            }
            Kind::Anything => assert_eq!(written, "d"),
            Kind::OneOf(texts) => assert!(!texts.is_empty()),
            _ => {}
        }
    }

    #[test]
    fn every_model_of_the_digest_can_be_read() {
        assert!(source().starts_with("botocore "));
        let mut count = 0;
        for name in services() {
            let service = Service::find(name).unwrap();
            let mut seen = BTreeSet::new();
            for operation in service.operations() {
                count += 1;
                for written in [operation.taken, operation.given] {
                    visit(&service, written, &mut seen);
                    let whole = service.kind(written);
                    assert!(matches!(whole, Kind::Nothing | Kind::Structure(_)), "{name} {operation:?}");
                }
            }
        }
        assert!(services().count() > 400);
        assert!(count > 15_000, "{count}");
    }

    #[test]
    fn an_operation_has_its_members() {
        let service = Service::find("dynamodb").unwrap();
        let operation = service.operation("putItem").unwrap();
        let Kind::Structure(members) = service.kind(operation.taken) else { panic!("{operation:?}") };
        let required: Vec<_> = members.iter().filter(|member| member.is_required).map(|m| m.name).collect();
        assert_eq!(required, ["TableName", "Item"]);
        let values = members.iter().find(|member| member.name == "ReturnValues").unwrap();
        assert_eq!(
            service.kind(values.kind),
            Kind::OneOf("NONE\tALL_OLD\tUPDATED_OLD\tALL_NEW\tUPDATED_NEW")
        );
        assert!(Service::find("dynamodbs").is_none());
        assert!(service.operation("PutItem").is_none());
    }
}
