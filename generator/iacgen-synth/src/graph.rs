//! What the states reach: functions and Distributed Maps, at any depth.

use iacgen_iam::grants::states::{ChildExecutions, DistributedMap};
use iacgen_spec::model::{Children, MapMode, StateKind, States, Workflow};
use indexmap::IndexSet;

/// What the states of a workflow reach, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Graph {
    /// The functions that are invoked, by their names in the spec.
    pub(crate) invoked: IndexSet<String>,
    /// The Distributed Maps.
    pub(crate) distributed_maps: Vec<DistributedMap>,
}

impl Graph {
    pub(crate) fn of(workflow: &Workflow) -> Self {
        let mut graph = Self::default();
        graph.walk(&workflow.states);
        graph
    }

    fn walk(&mut self, states: &States) {
        for state in states.states.values() {
            match &state.kind {
                StateKind::Invoke(invoke) => {
                    self.invoked.insert(invoke.function.clone());
                }
                StateKind::Map(map) => {
                    if let MapMode::Distributed(children) = map.mode {
                        let children = match children {
                            Children::Standard => ChildExecutions::Standard,
                            Children::Express => ChildExecutions::Express,
                        };
                        self.distributed_maps.push(DistributedMap { label: map.label.clone(), children });
                    }
                    self.walk(&map.states);
                }
                StateKind::Succeed | StateKind::Fail { .. } => {}
            }
        }
    }
}
