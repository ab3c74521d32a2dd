//! The command line.

use camino::Utf8PathBuf;
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

use crate::ui::Color;

/// Infrastructure as code for distributed inference
#[derive(Debug, Parser)]
#[command(name = "iacgen", version, about, propagate_version = true)]
#[command(
    after_help = "Exit codes: 0 done; 1 findings, differences, or an execution that failed; 2 could not do its job."
)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options of every command.
#[derive(Debug, ClapArgs)]
pub(crate) struct Global {
    /// The project's folder; by default the nearest one upwards that holds workflow.yaml or workflows/
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) project: Option<Utf8PathBuf>,
    /// One workflow of a project that has several in workflows/
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) workflow: Option<String>,
    /// When to colour
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub(crate) color: Color,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Report every mistake in workflow.yaml and the environments at once
    Check(Check),
    /// Write a state machine's definition as workflow.yaml
    Import(Import),
    /// Explain a finding's code
    Explain(Explain),
    /// Print the JSON Schema of workflow.yaml or of the environments, for editors
    Schema(Schema),
    /// Write the assembly: template, state machine, policies, assets
    Synth(Synth),
    /// Draw the workflow
    Graph(Graph),
    /// Tell what permissions somebody needs
    #[command(subcommand)]
    Policy(Policy),
    /// Tell what would change: resources, workflow, permissions, cost
    Diff(Diff),
    /// Build the handlers and zip them reproducibly
    Package(Package),
    /// Run the whole workflow on this machine
    Run(Run),
    /// Do one job with ONNX Runtime, told on standard input
    #[command(hide = true)]
    OnnxJob,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Check {
    /// A state machine's definition to check instead of the project, such as machine.asl.json
    #[arg(value_name = "FILE")]
    pub(crate) definition: Option<Utf8PathBuf>,
    /// What the definition's executions are
    #[arg(long = "type", value_enum, default_value_t = MachineType::Standard, requires = "definition")]
    pub(crate) machine_type: MachineType,
    /// Check one environment only
    #[arg(long, value_name = "NAME", conflicts_with = "definition")]
    pub(crate) env: Option<String>,
    /// How findings are written
    #[arg(long, value_enum, default_value_t = FindingsFormat::Text)]
    pub(crate) format: FindingsFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FindingsFormat {
    /// With the source, for people
    Text,
    /// One line each
    Concise,
    /// One JSON document
    Json,
    /// Annotations of GitHub Actions
    Github,
}

/// What the executions of a state machine are, which its definition does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum MachineType {
    /// Up to a year, billed by transitions
    Standard,
    /// Up to five minutes, billed by time
    Express,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Import {
    /// The definition, such as machine.asl.json
    #[arg(value_name = "FILE")]
    pub(crate) definition: Utf8PathBuf,
    /// Where to write; a file that exists is never overwritten. By default standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<Utf8PathBuf>,
    /// What the executions are
    #[arg(long = "type", value_enum, default_value_t = MachineType::Standard)]
    pub(crate) machine_type: MachineType,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Explain {
    /// A code such as IAC001, or its name; without one, all codes are listed
    pub(crate) code: Option<String>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Schema {
    /// The files of environments/ instead of workflow.yaml
    #[arg(long)]
    pub(crate) environment: bool,
    /// Where to write; by default to standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<Utf8PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Synth {
    /// Synthesise one environment only
    #[arg(long, value_name = "NAME")]
    pub(crate) env: Option<String>,
    /// Where to write; each environment gets a folder in it
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<Utf8PathBuf>,
    /// Write nothing; exit 1 and tell what differs when the folder is out of date
    #[arg(long)]
    pub(crate) check: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Graph {
    /// The environment; by default the only one there is
    #[arg(long, value_name = "NAME")]
    pub(crate) env: Option<String>,
    /// How the picture is written
    #[arg(long, value_enum, default_value_t = PictureFormat::Svg)]
    pub(crate) format: PictureFormat,
    /// Where to write; by default to standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<Utf8PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PictureFormat {
    /// A picture for browsers and documents, in light and dark
    Svg,
    /// A flowchart of mermaid, for Markdown
    Mermaid,
    /// A graph for Graphviz
    Dot,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Policy {
    /// Print the least policy of whoever deploys the stack, in IAM's JSON
    Deployer(DeployerPolicy),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct DeployerPolicy {
    /// One environment only
    #[arg(long, value_name = "NAME")]
    pub(crate) env: Option<String>,
    /// The bucket that the functions' packages are uploaded to
    #[arg(long, value_name = "BUCKET")]
    pub(crate) artifacts: Option<String>,
    /// How the policy is written: IAM's documents alone, or one JSON document with everything that is said about them
    #[arg(long, value_enum, default_value_t = ResultFormat::Text)]
    pub(crate) format: ResultFormat,
}

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Exit codes: 0 the same, or changed and nothing was asked for; 1 changed (with --exit-code or \
                        --fail-on any); 2 could not do its job; 3 permissions broadened; 4 something is destroyed (3 and 4 \
                        with --exit-code or --fail-on). docs/diff.md tells more."
)]
pub(crate) struct Diff {
    /// The environment
    #[arg(long, value_name = "NAME")]
    pub(crate) env: String,
    /// What this tree is compared with: an assembly's folder, or a revision of git such as main, synthesised from its own
    /// tree
    #[arg(long, value_name = "DIR_OR_REVISION")]
    pub(crate) against: String,
    /// How the result is written
    #[arg(long, value_enum, default_value_t = DiffFormat::Text)]
    pub(crate) format: DiffFormat,
    /// Also write the result in another format, from the same run
    #[arg(long = "write", value_name = "FORMAT=FILE", value_parser = parse_written)]
    pub(crate) written: Vec<(DiffFormat, Utf8PathBuf)>,
    /// Fold nothing in the text
    #[arg(long)]
    pub(crate) full: bool,
    /// End with 1, 3 or 4 when there is such a change; 4 where there are several kinds
    #[arg(long, value_enum, value_name = "DANGER")]
    pub(crate) fail_on: Option<FailOn>,
    /// Tell by the exit code whether something changes: 1, 3 or 4
    #[arg(long)]
    pub(crate) exit_code: bool,
    /// Cost: how many seconds an invocation is billed
    #[arg(long, value_name = "SECONDS", default_value_t = 1.0, value_parser = parse_amount)]
    pub(crate) invocation_seconds: f64,
    /// Cost: how many items a Map has
    #[arg(long, value_name = "COUNT", default_value_t = 100)]
    pub(crate) map_items: u32,
    /// Cost: how many runs there are in a month; by default those that schedules start
    #[arg(long, value_name = "COUNT", value_parser = parse_amount)]
    pub(crate) runs_per_month: Option<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffFormat {
    /// For people
    Text,
    /// One JSON document, schema/diff.schema.json
    Json,
    /// A comment for a pull request
    Markdown,
    /// Findings for code scanning, SARIF 2.1.0
    Sarif,
}

/// Changes that fail the command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// Whatever changes
    Any,
    /// Somebody can do what they could not do before, or something is destroyed
    Broadening,
    /// Something is destroyed
    Destructive,
}

#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own on the command line")]
#[derive(Debug, ClapArgs)]
pub(crate) struct Package {
    /// Package what one environment needs only
    #[arg(long, value_name = "NAME")]
    pub(crate) env: Option<String>,
    /// Record nothing; exit 1 and tell what moved when the packages are not those of assets.lock
    #[arg(long)]
    pub(crate) check: bool,
    /// Leave assets.lock as it is, whatever was packaged
    #[arg(long, conflicts_with = "check")]
    pub(crate) no_record: bool,
    /// Tell what takes the space in each package, against Lambda's limits, and what would make it smaller
    #[arg(long)]
    pub(crate) explain: bool,
    /// How to compile for this machine's architecture; by default as assets.lock records, else zigbuild where it is
    /// installed
    #[arg(long, value_enum, value_name = "COMPILER")]
    pub(crate) compiler: Option<CompilerChoice>,
    /// Start each package as Lambda would, hand it an event twice, and measure it
    #[arg(long)]
    pub(crate) smoke: bool,
    /// The event of a function, a JSON file; by default the first of its contract's examples
    #[arg(long = "event", value_name = "FUNCTION=FILE", value_parser = parse_event, requires = "smoke")]
    pub(crate) events: Vec<(String, Utf8PathBuf)>,
    /// Serve a folder as a bucket: the bucket's name in workflow.yaml, and the folder
    #[arg(long = "bucket", value_name = "BUCKET=DIR", value_parser = parse_bucket, requires = "smoke")]
    pub(crate) buckets: Vec<(String, Utf8PathBuf)>,
    /// How the result is written
    #[arg(long, value_enum, default_value_t = ResultFormat::Text)]
    pub(crate) format: ResultFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CompilerChoice {
    /// cargo with this machine's linker and C library
    Cargo,
    /// cargo-zigbuild against the runtime's glibc, the same on every machine
    Zigbuild,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ResultFormat {
    /// For people
    Text,
    /// One JSON document
    Json,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Run {
    /// The environment; its target must be `local`
    #[arg(long, value_name = "NAME")]
    pub(crate) env: String,
    /// The execution's input, a JSON file; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) input: Utf8PathBuf,
    /// The execution's name; by default one that has not been used
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// Serve a folder as a bucket: the bucket's name in workflow.yaml, and the folder
    #[arg(long = "bucket", value_name = "BUCKET=DIR", value_parser = parse_bucket)]
    pub(crate) buckets: Vec<(String, Utf8PathBuf)>,
    /// Also write the result as an HTML page
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<Utf8PathBuf>,
    /// How the result is written
    #[arg(long, value_enum, default_value_t = ResultFormat::Text)]
    pub(crate) format: ResultFormat,
}

fn parse_bucket(text: &str) -> Result<(String, Utf8PathBuf), String> {
    match text.split_once('=') {
        Some((bucket, dir)) if !bucket.is_empty() && !dir.is_empty() => Ok((bucket.to_owned(), dir.into())),
        _ => Err("write BUCKET=DIR, such as `data=./partitions`".to_owned()),
    }
}

fn parse_event(text: &str) -> Result<(String, Utf8PathBuf), String> {
    match text.split_once('=') {
        Some((function, file)) if !function.is_empty() && !file.is_empty() => {
            Ok((function.to_owned(), file.into()))
        }
        _ => Err("write FUNCTION=FILE, such as `infer=event.json`".to_owned()),
    }
}

fn parse_written(text: &str) -> Result<(DiffFormat, Utf8PathBuf), String> {
    let parsed = text.split_once('=').and_then(|(format, file)| {
        let format = DiffFormat::from_str(format, false).ok()?;
        (!file.is_empty()).then(|| (format, file.into()))
    });
    parsed.ok_or_else(|| {
        "write FORMAT=FILE, where the format is text, json, markdown or sarif: `sarif=diff.sarif`".to_owned()
    })
}

fn parse_amount(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(amount) if amount.is_finite() && amount >= 0.0 => Ok(amount),
        _ => Err("write a number that is not negative".to_owned()),
    }
}
