//! The JSON Schemas of a project's files, before a judge that is not us: Python's jsonschema, which checkov brings.

use std::process::Command;

use camino::Utf8Path;
use xtask::{root, tools};

#[test]
fn the_schemas_take_what_is_sound_and_refuse_wrong_shapes() -> anyhow::Result<()> {
    let root = root();
    let python = tools::python("checkov", Utf8Path::new("tests/lint/requirements-checkov.txt"))?;
    let output = Command::new(python).arg(root.join("tests/lint/schemas.py")).arg(&root).output()?;
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    Ok(())
}
