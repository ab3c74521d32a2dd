//! From the files as they are written to the model, for one environment.
//!
//! Nothing stops at the first finding: a part that cannot be resolved is `None`, its neighbours are resolved all the
//! same, and the workflow as a whole is given only when nothing was found.

mod bucket;
mod function;
mod path;
mod retry;
mod settings;
mod state;
mod template;
mod values;

use iacgen_diagnostics::{Diagnostic, Sink, Span};

use crate::check::{
    doubled_state_name, invalid_name, names_collide, provisioned_over_account, unknown_state,
    unused_definition,
};
use crate::files::ProjectFiles;
use crate::load::{EnvironmentFile, Loaded};
use crate::model::Workflow;
use crate::raw::RawWorkflow;
use crate::yaml::Scalar;
use values::Values;

/// Where a value stands, and where it is used if that is another file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    at: Span,
    used: Option<Span>,
}

impl Place {
    /// A value that is written where it is used.
    pub(crate) fn written(at: Span) -> Self {
        Self { at, used: None }
    }

    /// Returns where the value is written.
    pub(crate) fn at(self) -> Span {
        self.at
    }

    /// Points a finding at the value, and at its use.
    pub(crate) fn on(self, finding: Diagnostic, label: impl Into<String>) -> Diagnostic {
        let finding = finding.primary(self.at, label);
        match self.used {
            Some(used) => finding.secondary(used, "used here"),
            None => finding,
        }
    }
}

/// A value, with `${env.NAME}` replaced.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Resolved<'a> {
    pub(crate) scalar: &'a Scalar,
    pub(crate) place: Place,
}

impl Resolved<'_> {
    /// Points a finding at the value, and at its use.
    pub(crate) fn place(&self, finding: Diagnostic, label: impl Into<String>) -> Diagnostic {
        self.place.on(finding, label)
    }
}

/// What every part of the resolution needs.
struct Context<'a> {
    loaded: &'a Loaded,
    workflow: &'a RawWorkflow,
    environment: &'a EnvironmentFile,
    values: Values<'a>,
    files: &'a dyn ProjectFiles,
    sink: &'a Sink,
    /// For findings that this environment alone decides on; who resolves several says in which they are.
    here: &'a Sink,
}

/// Resolves a workflow for an environment. What only this environment's choices make a finding goes to `here`.
pub(crate) fn resolve(
    loaded: &Loaded,
    workflow: &RawWorkflow,
    environment: &EnvironmentFile,
    files: &dyn ProjectFiles,
    sink: &Sink,
    here: &Sink,
) -> Option<Workflow> {
    // What needs no environment. Every environment finds the same, and the sink keeps one.
    invalid_name::check(workflow, sink);
    doubled_state_name::check(workflow, sink);
    unknown_state::check(workflow, sink);
    unused_definition::check(workflow, sink);
    names_collide::check(workflow, sink);

    let raw = environment.raw.as_ref()?;
    let values = Values::new(loaded, &environment.name, raw, sink);
    let context = Context { loaded, workflow, environment, values, files, sink, here };
    let settings = settings::settings(&context, raw);
    let comment = context.optional_text(workflow.comment.as_ref(), "`comment`");
    let machine_type = settings::machine_type(&context);
    let timeout = settings::timeout(&context, machine_type);
    let log_retention_days = settings::log_retention(&context);
    let buckets = bucket::buckets(&context);
    let retries = retry::retries(&context);
    let functions = function::functions(&context);
    provisioned_over_account::check(&functions.provisioned(), here);
    let machine = state::Machine { context: &context, functions: &functions, retries: &retries };
    let states = machine.states(machine_type);
    context.values.finish();

    let states = states?;
    let functions = functions.used_by(&states);
    Some(Workflow {
        name: workflow.name.as_ref()?.value.clone(),
        comment,
        machine_type: machine_type?,
        timeout,
        log_retention_days,
        settings: settings?,
        buckets,
        functions,
        states,
    })
}
