//! A project of many workflows.

use std::fs;
use std::os::unix::fs::symlink;

use anyhow::{Context, Result, bail};
use camino::{Utf8Path, Utf8PathBuf};

use crate::root;

/// Makes a project that holds the cosmic workflow `count` times under other names, in `workflows/`. Handlers and model
/// are the repository's own.
///
/// # Errors
/// When the repository's workflow cannot be read or the project not be written.
pub(super) fn of_many_workflows(folder: &Utf8Path, count: u32) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot remove {folder}"))?;
    }
    let workflows = folder.join("workflows");
    fs::create_dir_all(&workflows).with_context(|| format!("cannot make {workflows}"))?;
    let text = fs::read_to_string(root().join("workflow.yaml")).context("cannot read workflow.yaml")?;
    for number in 0..count {
        let path = workflows.join(format!("cosmic-{number:04}.yaml"));
        fs::write(&path, renamed(&text, number)?).with_context(|| format!("cannot write {path}"))?;
    }
    for shared in ["environments", "functions", "models"] {
        symlink(root().join(shared), folder.join(shared)).with_context(|| format!("cannot link {shared}"))?;
    }
    Ok(())
}

fn renamed(text: &str, number: u32) -> Result<String> {
    let name = text.lines().find_map(|line| line.strip_prefix("workflow: "));
    let Some(name) = name else { bail!("workflow.yaml does not say its name in a line `workflow: NAME`") };
    Ok(text.replacen(&format!("workflow: {name}"), &format!("workflow: cosmic-{number:04}"), 1))
}

/// Returns every template in a folder of assemblies.
///
/// # Errors
/// When a folder cannot be listed.
pub(super) fn templates(folder: &Utf8Path) -> Result<Vec<Utf8PathBuf>> {
    let mut found = Vec::new();
    for entry in folder.read_dir_utf8().with_context(|| format!("cannot list {folder}"))? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            found.extend(templates(entry.path())?);
        } else if entry.file_name().ends_with("template.json") {
            found.push(entry.into_path());
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_name_changes() {
        let text = "# workflow: no\nworkflow: cosmic-inference\nstates:\n";
        assert_eq!(renamed(text, 7).unwrap(), "# workflow: no\nworkflow: cosmic-0007\nstates:\n");
        assert!(renamed("states:\n", 7).is_err());
    }
}
