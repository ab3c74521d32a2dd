//! `iacgen diff`.

mod against;
mod git;
mod places;

use camino::Utf8Path;
use iacgen_diff::render::{GITHUB_LIMIT, Length, markdown, sarif, text};
use iacgen_diff::{Assumptions, Danger, Diff, Side, compare};

use crate::args::{Diff as Options, DiffFormat, FailOn};
use crate::commands::{spec, synth};
use crate::error::CommandError;
use crate::exit::ExitStatus;
use crate::output;
use crate::project::Project;
use crate::ui::Ui;

pub(crate) fn run(options: &Options, project: &Project, ui: Ui) -> Result<ExitStatus, CommandError> {
    let checked = spec::sound_with_places(project, &options.env, ui)?;
    let [workflow] = checked.workflows.as_slice() else {
        return Err(CommandError::new(format!("this project has {} workflows", checked.workflows.len()))
            .help("name the one to compare with `--workflow NAME`"));
    };
    let lock = synth::recorded(project)?;
    let after = side(&synth::assemble(workflow, &lock)?, "this tree")?;
    let before = against::side(&options.against, &workflow.name, &options.env, project, ui)?;
    let assumptions = Assumptions {
        invocation_seconds: options.invocation_seconds,
        map_items: options.map_items,
        runs_per_month: options.runs_per_month,
    };
    let mut diff = compare(&before, &after, &assumptions)
        .map_err(|error| CommandError::new("cannot compare the two").because(error))?;
    diff.locate(&places::of(workflow, &checked.sources, &git::prefix(project.root())));

    let shown = written(&diff, options.format, options.full)?;
    ui.data(&if options.format == DiffFormat::Text { colored(&shown) } else { shown })?;
    for (format, path) in &options.written {
        output::write_file(path, written(&diff, *format, options.full)?.as_bytes())?;
        ui.status("Wrote", path.as_str());
    }
    Ok(status(diff.verdict, options.fail_on, options.exit_code))
}

fn side(assembly: &iacgen_assembly::Assembly, name: &str) -> Result<Side, CommandError> {
    Side::of(assembly, name).map_err(|error| CommandError::new(format!("cannot read {name}")).because(error))
}

fn written(diff: &Diff, format: DiffFormat, full: bool) -> Result<String, CommandError> {
    Ok(match format {
        DiffFormat::Text => text(diff, if full { Length::Full } else { Length::Folded }),
        DiffFormat::Json => {
            let json = serde_json::to_string_pretty(diff)
                .map_err(|error| CommandError::new("cannot write the JSON").because(error))?;
            format!("{json}\n")
        }
        DiffFormat::Markdown => markdown(diff, GITHUB_LIMIT)
            .map_err(|error| CommandError::new("cannot write the Markdown").because(error))?,
        DiffFormat::Sarif => format!("{:#}\n", sarif(diff)),
    })
}

/// What the command ends with. Scripts may rely on it: docs/diff.md.
fn status(verdict: Danger, fail_on: Option<FailOn>, exit_code: bool) -> ExitStatus {
    let least = match (fail_on, exit_code) {
        (_, true) | (Some(FailOn::Any), _) => Danger::Changed,
        (Some(FailOn::Broadening), _) => Danger::Broadened,
        (Some(FailOn::Destructive), _) => Danger::Destructive,
        (None, false) => return ExitStatus::Success,
    };
    match verdict {
        verdict if verdict < least => ExitStatus::Success,
        Danger::Same => ExitStatus::Success,
        Danger::Changed => ExitStatus::Findings,
        Danger::Broadened => ExitStatus::Broadened,
        Danger::Destructive => ExitStatus::Destructive,
    }
}

/// Colours lines by their signs.
fn colored(text: &str) -> String {
    use anstyle::{AnsiColor, Style};
    let style = |line: &str| -> Option<Style> {
        match line.trim_start().split(' ').next()? {
            "+" => Some(AnsiColor::Green.on_default()),
            "-" => Some(AnsiColor::Red.on_default()),
            "!" => Some(AnsiColor::Red.on_default().bold()),
            "~" => Some(AnsiColor::Yellow.on_default()),
            _ => None,
        }
    };
    text.split_inclusive('\n')
        .map(|line| match style(line) {
            Some(style) => format!("{style}{}{style:#}\n", line.trim_end_matches('\n')),
            None => line.to_owned(),
        })
        .collect()
}

/// Returns a path as it is told.
fn shown(path: &Utf8Path) -> String {
    path.as_str().trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_codes_are_those_of_the_guide() {
        use Danger::{Broadened, Changed, Destructive, Same};
        let code = |verdict, fail_on, exit_code| status(verdict, fail_on, exit_code) as u8;
        for (fail_on, exit_code, expected) in [
            (None, false, [0, 0, 0, 0]),
            (None, true, [0, 1, 3, 4]),
            (Some(FailOn::Any), false, [0, 1, 3, 4]),
            (Some(FailOn::Broadening), false, [0, 0, 3, 4]),
            (Some(FailOn::Destructive), false, [0, 0, 0, 4]),
            (Some(FailOn::Destructive), true, [0, 1, 3, 4]),
        ] {
            let found =
                [Same, Changed, Broadened, Destructive].map(|verdict| code(verdict, fail_on, exit_code));
            assert_eq!(found, expected, "{fail_on:?} {exit_code}");
        }
    }

    #[test]
    fn lines_are_coloured_by_their_signs() {
        assert_eq!(colored("Resources\n"), "Resources\n");
        assert!(colored("  + A\n").starts_with('\u{1b}'));
    }
}
