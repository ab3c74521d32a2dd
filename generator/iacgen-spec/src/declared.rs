//! The types that a project declares in files: handlers' contracts, and the schema of the workflow's input.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::rc::Rc;

use camino::{Utf8Path, Utf8PathBuf};
use iacgen_shapes::Shape;
use serde_json::Value;

use crate::files::ProjectFiles;
use crate::model::Contract;

/// The file beside a handler's `Cargo.toml`.
pub(crate) const CONTRACT: &str = "contract.json";

/// What a file declares, or why it cannot be had.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Declared<T> {
    /// What it declares.
    Read(T),
    /// There is no such file.
    Missing,
    /// Why the file declares nothing.
    Unreadable(String),
}

/// Files that were read, since every environment asks for them.
#[derive(Debug, Default)]
pub(crate) struct DeclaredTypes {
    contracts: RefCell<BTreeMap<Utf8PathBuf, Rc<Declared<Contract>>>>,
    schemas: RefCell<BTreeMap<Utf8PathBuf, Rc<Declared<Shape>>>>,
}

impl DeclaredTypes {
    /// Returns the contract in a handler's folder. It is read once.
    pub(crate) fn contract(&self, handler: &Utf8Path, files: &dyn ProjectFiles) -> Rc<Declared<Contract>> {
        let path = handler.join(CONTRACT);
        let read = || match json(&path, files) {
            Declared::Read(value) => match contract(&path, &value) {
                Ok(contract) => Declared::Read(contract),
                Err(why) => Declared::Unreadable(why),
            },
            Declared::Missing => Declared::Missing,
            Declared::Unreadable(why) => Declared::Unreadable(why),
        };
        Rc::clone(self.contracts.borrow_mut().entry(path.clone()).or_insert_with(|| Rc::new(read())))
    }

    /// Returns the type that a file's JSON Schema declares. It is read once.
    pub(crate) fn schema(&self, path: &Utf8Path, files: &dyn ProjectFiles) -> Rc<Declared<Shape>> {
        let read = || match json(path, files) {
            Declared::Read(value) => match Shape::from_json_schema(&value) {
                Ok(shape) => Declared::Read(shape),
                Err(error) => Declared::Unreadable(error.to_string()),
            },
            Declared::Missing => Declared::Missing,
            Declared::Unreadable(why) => Declared::Unreadable(why),
        };
        Rc::clone(self.schemas.borrow_mut().entry(path.to_owned()).or_insert_with(|| Rc::new(read())))
    }
}

fn json(path: &Utf8Path, files: &dyn ProjectFiles) -> Declared<Value> {
    match files.read(path) {
        Ok(bytes) => match serde_json::from_slice(&bytes) {
            Ok(value) => Declared::Read(value),
            Err(error) => Declared::Unreadable(format!("it is no JSON: {error}")),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Declared::Missing,
        Err(error) => Declared::Unreadable(format!("it cannot be read: {error}")),
    }
}

fn contract(path: &Utf8Path, value: &Value) -> Result<Contract, String> {
    let Value::Object(members) = value else {
        return Err("it is no object with `input` and `output`".to_owned());
    };
    if let Some(other) = members.keys().find(|key| !["input", "output"].contains(&key.as_str())) {
        return Err(format!("it has `{other}` besides `input` and `output`"));
    }
    let side = |name: &str| {
        let schema = members.get(name).ok_or_else(|| format!("it has no `{name}`"))?;
        Shape::from_json_schema(schema).map_err(|error| format!("in `{name}`, {error}"))
    };
    Ok(Contract { path: path.to_owned(), input: side("input")?, output: side("output")? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::MemoryFiles;

    fn read(text: &str) -> Declared<Contract> {
        let files = MemoryFiles::default().with("functions/f/contract.json", text);
        let declared = DeclaredTypes::default().contract("functions/f".into(), &files);
        (*declared).clone()
    }

    #[test]
    fn a_contract_has_two_schemas() {
        let Declared::Read(contract) = read(r#"{ "input": { "type": "string" }, "output": true }"#) else {
            panic!("cannot be read")
        };
        assert_eq!((contract.input.describe().as_str(), contract.output), ("a text", Shape::Any));
        let nowhere = DeclaredTypes::default().contract("functions/g".into(), &MemoryFiles::default());
        assert_eq!(*nowhere, Declared::Missing);
    }

    #[test]
    fn what_is_wrong_with_a_contract_is_said() {
        for (text, why) in [
            ("{", "it is no JSON"),
            ("[]", "it is no object"),
            (r#"{ "input": true }"#, "it has no `output`"),
            (r#"{ "input": true, "output": true, "outputs": 1 }"#, "it has `outputs`"),
            (r##"{ "input": { "$ref": "#/nowhere" }, "output": true }"##, "in `input`, at"),
        ] {
            let Declared::Unreadable(found) = read(text) else { panic!("{text} can be read") };
            assert!(found.starts_with(why), "{text}: {found}");
        }
    }
}
