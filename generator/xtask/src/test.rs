//! `cargo xtask test`: every test, with the tools that they need.

use std::process::Command;

use anyhow::Result;
use camino::Utf8Path;

use crate::{demo, root, say, tidy, tools};

/// Runs every test.
///
/// # Errors
/// At the first group that fails.
pub fn run() -> Result<()> {
    say("tidy");
    tidy::run()?;

    say("tools");
    let photoz = tools::python("photoz", Utf8Path::new(demo::PYTHON_REQUIREMENTS))?;
    tools::python("lint", Utf8Path::new("tests/lint/requirements.txt"))?;
    tools::python("checkov", Utf8Path::new("tests/lint/requirements-checkov.txt"))?;
    tools::python("provenance", Utf8Path::new("tests/lint/requirements-provenance.txt"))?;
    if tools::node("lint-node", Utf8Path::new("tests/lint"))?.is_none() {
        say("skipped: asl-validator needs Node, which is not installed");
    }

    say("models/photoz");
    tools::run(
        Command::new(photoz).args(["-m", "unittest", "discover"]).current_dir(root().join("models/photoz")),
    )?;

    say("iacgen and the packages that the end-to-end tests run");
    let mut package = Command::new(tools::iacgen()?);
    tools::with_compilers(&mut package)?;
    tools::run(package.args(["package", "--env", "local", "--no-record"]).current_dir(root()))?;

    say("cargo test");
    tools::run(tools::cargo().args(["test", "--workspace", "--locked", "--no-fail-fast"]))
}
