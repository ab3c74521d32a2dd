//! What starts executions.

use iacgen_aws_types::{Schedule, TimeZone};

use super::{Located, LocatedJson, Place};

/// Something that starts executions.
#[derive(Debug, Clone, PartialEq)]
pub struct Trigger {
    /// The name that the spec gives it.
    pub id: String,
    /// Where its name stands.
    pub place: Place,
    /// What starts them.
    pub kind: TriggerKind,
}

/// What starts executions.
#[derive(Debug, Clone, PartialEq)]
pub enum TriggerKind {
    /// Time: an `AWS::Scheduler::Schedule`.
    Schedule {
        /// When.
        expression: Located<Schedule>,
        /// The time zone of the expression; UTC where it is left out.
        time_zone: Option<TimeZone>,
        /// The execution's input, an object; `{}` where it is left out.
        input: Option<LocatedJson>,
    },
    /// New objects: a rule of `EventBridge` on `Object Created`. The event is the execution's input.
    Objects {
        /// The bucket's name in the spec.
        bucket: Located<String>,
        /// How the keys begin; empty for any.
        prefix: String,
        /// How the keys end; empty for any.
        suffix: String,
    },
}
