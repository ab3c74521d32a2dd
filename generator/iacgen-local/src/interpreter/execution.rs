//! Who an execution is: names, ARNs, its place below a Distributed Map.

use std::sync::Arc;

use iacgen_asl::{ExecutionType, StateName};
use jiff::Timestamp;

/// Who an execution is. A child of a Distributed Map has an identity of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExecutionIdentity {
    /// The execution's ARN.
    pub arn: String,
    /// The execution's name.
    pub name: String,
    /// The state machine's ARN.
    pub state_machine_arn: String,
    /// The state machine's name; `MACHINE/LABEL` for a child.
    pub state_machine_name: String,
    /// The role that the machine runs under.
    pub role_arn: String,
    /// When it started.
    pub start_time: Timestamp,
    /// Its place below a Distributed Map.
    pub parent: Option<ParentMap>,
}

/// The place of a child execution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParentMap {
    /// The execution that runs the Map state.
    pub execution: Arc<ExecutionIdentity>,
    /// The Map state.
    pub state: StateName,
    /// The map run.
    pub map_run_arn: Arc<str>,
    /// The index of the item or batch, from 0.
    pub index: usize,
}

impl ExecutionIdentity {
    /// An execution of a machine, started now.
    ///
    /// `state_machine_arn` is `arn:PARTITION:states:REGION:ACCOUNT:stateMachine:NAME`.
    pub fn new(state_machine_arn: &str, name: &str, role_arn: &str) -> Self {
        let machine = last(state_machine_arn);
        Self {
            arn: format!("{}:execution:{machine}:{name}", prefix(state_machine_arn)),
            name: name.to_owned(),
            state_machine_arn: state_machine_arn.to_owned(),
            state_machine_name: machine.to_owned(),
            role_arn: role_arn.to_owned(),
            start_time: Timestamp::now(),
            parent: None,
        }
    }

    /// An execution of an Express machine, started now.
    pub fn express(state_machine_arn: &str, name: &str, role_arn: &str) -> Self {
        let (prefix, machine) = (prefix(state_machine_arn), last(state_machine_arn));
        let arn = format!("{prefix}:express:{machine}:{name}:{}", uuid::Uuid::new_v4());
        Self { arn, ..Self::new(state_machine_arn, name, role_arn) }
    }

    /// Whether the execution is Standard, as its ARN says.
    pub(super) fn is_standard(&self) -> bool {
        self.arn.split(':').nth(5) == Some("execution")
    }

    /// The region in the ARNs.
    pub fn region(&self) -> &str {
        self.state_machine_arn.split(':').nth(3).unwrap_or_default()
    }

    /// A map run of this execution: `arn:...:mapRun:MACHINE/LABEL:UUID`.
    pub(super) fn map_run_arn(&self, label: &str) -> Arc<str> {
        let id = uuid::Uuid::new_v4();
        let arn = &self.state_machine_arn;
        format!("{}:mapRun:{}/{label}:{id}", prefix(arn), self.state_machine_name).into()
    }

    /// A child of a map run.
    pub(super) fn child(
        self: &Arc<Self>,
        state: &StateName,
        label: &str,
        map_run_arn: &Arc<str>,
        kind: ExecutionType,
        index: usize,
    ) -> Self {
        let name = uuid::Uuid::new_v4().to_string();
        let machine = format!("{}/{label}", self.state_machine_name);
        let prefix = prefix(&self.state_machine_arn);
        let arn = match kind {
            ExecutionType::Standard => format!("{prefix}:execution:{machine}:{name}"),
            ExecutionType::Express => format!("{prefix}:express:{machine}:{name}:{name}"),
        };
        Self {
            arn,
            name,
            state_machine_arn: format!("{prefix}:stateMachine:{machine}"),
            state_machine_name: machine,
            role_arn: self.role_arn.clone(),
            start_time: Timestamp::now(),
            parent: Some(ParentMap {
                execution: Arc::clone(self),
                state: state.clone(),
                map_run_arn: Arc::clone(map_run_arn),
                index,
            }),
        }
    }
}

/// `arn:PARTITION:states:REGION:ACCOUNT`.
fn prefix(arn: &str) -> &str {
    arn.match_indices(':').nth(4).map_or(arn, |(at, _)| &arn[..at])
}

fn last(arn: &str) -> &str {
    arn.rsplit(':').next().unwrap_or(arn)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arns_follow_from_the_machine() {
        let machine = "arn:aws:states:eu-west-1:111122223333:stateMachine:cosmic";
        let parent = Arc::new(ExecutionIdentity::new(machine, "run-1", "arn:aws:iam::111122223333:role/r"));
        assert_eq!(parent.arn, "arn:aws:states:eu-west-1:111122223333:execution:cosmic:run-1");
        assert_eq!(parent.region(), "eu-west-1");
        let run = parent.map_run_arn("Test");
        assert!(run.starts_with("arn:aws:states:eu-west-1:111122223333:mapRun:cosmic/Test:"), "{run}");
        let state = StateName::new("Distributed Test").unwrap();
        let child = parent.child(&state, "Test", &run, ExecutionType::Express, 4);
        assert!(child.arn.starts_with("arn:aws:states:eu-west-1:111122223333:express:cosmic/Test:"));
        assert!(parent.is_standard() && !child.is_standard());
        assert_eq!(child.parent.map(|place| place.index), Some(4));
    }
}
