//! What is drawn: boxes in blocks, and the edges between them.

use std::collections::BTreeMap;

use iacgen_asl::{Catcher, ProcessorMode, Retrier, State, StateMachine, StateName, States, Transition};

use super::condition;
use super::words;

/// The picture of a state machine, without places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagram {
    /// The picture's title: the workflow's name.
    pub title: String,
    /// The machine's own states.
    pub block: Block,
}

/// States that share one `StartAt`: the machine's own, those of one branch, or those of an item processor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// The index of the first state; none where the definition names a state that is not there.
    pub first: Option<usize>,
    /// The states, in the order of the definition.
    pub nodes: Vec<Node>,
    /// The edges between them. There is one edge at most of a kind from one state to another.
    pub edges: Vec<Edge>,
}

/// A state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Distinct in the whole diagram: `n1`, `n2` and so on, in the order of the definition.
    pub id: String,
    /// What it is.
    pub kind: Kind,
    /// Its kind in words: `Lambda: Invoke`, `Choice state`.
    pub label: String,
    /// The state's name.
    pub name: String,
    /// What else is worth a line: the function, how long it waits, how a Map runs.
    pub details: Vec<String>,
    /// `retries 3 + 2`: the retries of each retrier.
    pub retries: Option<String>,
    /// Whether the block ends here.
    pub ends: bool,
    /// The branches of a Parallel state, or the item processor of a Map state.
    pub blocks: Vec<Block>,
}

/// What a state is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A Task state that invokes a Lambda function.
    Function,
    /// A Task state of any other service.
    Service,
    /// A Map state whose iterations run in the same execution.
    Map,
    /// A Map state whose iterations are executions of their own.
    DistributedMap,
    /// A Parallel state.
    Parallel,
    /// A Choice state.
    Choice,
    /// A Pass state.
    Pass,
    /// A Wait state.
    Wait,
    /// A Succeed state.
    Succeed,
    /// A Fail state.
    Fail,
}

/// How a block goes on from one state with another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// The index of the state that it leaves.
    pub from: usize,
    /// The index of the state that it enters.
    pub to: usize,
    /// Why it is taken.
    pub kind: EdgeKind,
    /// When it is taken, any of these: conditions and `Default`, or the names of errors.
    pub labels: Vec<String>,
}

/// Why an edge is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EdgeKind {
    /// `Next`.
    Next,
    /// A rule of a Choice state, or its `Default`.
    Choice,
    /// A catcher.
    Catch,
}

impl Diagram {
    /// Draws a state machine. `names` has the name of what a `${Substitution}` stands for: a function, a queue.
    pub fn new(title: &str, machine: &StateMachine, names: &BTreeMap<String, String>) -> Self {
        let mut drafter = Drafter { names, nodes: 0 };
        Self { title: title.to_owned(), block: drafter.block(&machine.start_at, &machine.states) }
    }

    /// Counts the states, those inside containers included.
    pub fn states(&self) -> usize {
        fn count(block: &Block) -> usize {
            block.nodes.iter().map(|node| 1 + node.blocks.iter().map(count).sum::<usize>()).sum()
        }
        count(&self.block)
    }
}

impl Node {
    /// Whether the state is drawn around other states.
    pub fn is_container(&self) -> bool {
        !self.blocks.is_empty()
    }
}

struct Drafter<'a> {
    names: &'a BTreeMap<String, String>,
    nodes: usize,
}

impl Drafter<'_> {
    fn block(&mut self, start_at: &StateName, states: &States) -> Block {
        let nodes = states.iter().map(|(name, state)| self.node(name, state)).collect();
        let mut block = Block { first: states.get_index_of(start_at), nodes, edges: Vec::new() };
        for (from, state) in states.values().enumerate() {
            edges(from, state, states, &mut block.edges);
        }
        block
    }

    fn node(&mut self, name: &StateName, state: &State) -> Node {
        self.nodes += 1;
        let id = format!("n{}", self.nodes);
        let (kind, label) = self.kind(state);
        let retries: &[Retrier] = match state {
            State::Task(task) => &task.retry,
            State::Map(map) => &map.retry,
            State::Parallel(parallel) => &parallel.retry,
            _ => &[],
        };
        let details = words::details(state, self.names);
        let blocks = match state {
            State::Map(map) => {
                vec![self.block(&map.item_processor.start_at, &map.item_processor.states)]
            }
            State::Parallel(parallel) => {
                parallel.branches.iter().map(|branch| self.block(&branch.start_at, &branch.states)).collect()
            }
            _ => Vec::new(),
        };
        let ends = match state {
            State::Task(task) => task.transition == Transition::End,
            State::Map(map) => map.transition == Transition::End,
            State::Parallel(parallel) => parallel.transition == Transition::End,
            State::Pass(pass) => pass.transition == Transition::End,
            State::Wait(wait) => wait.transition == Transition::End,
            State::Choice(_) => false,
            State::Succeed(_) | State::Fail(_) => true,
        };
        let name = name.as_str().to_owned();
        Node { id, kind, label, name, details, retries: words::retries(retries), ends, blocks }
    }

    fn kind(&self, state: &State) -> (Kind, String) {
        let named = |kind: Kind| (kind, format!("{} state", state.type_name()));
        match state {
            State::Task(task) => {
                let work = words::Work::of(&task.resource, self.names);
                (if work.is_function { Kind::Function } else { Kind::Service }, work.label)
            }
            State::Map(map) => named(match map.item_processor.mode {
                ProcessorMode::Inline => Kind::Map,
                ProcessorMode::Distributed { .. } => Kind::DistributedMap,
            }),
            State::Parallel(_) => named(Kind::Parallel),
            State::Choice(_) => named(Kind::Choice),
            State::Pass(_) => named(Kind::Pass),
            State::Wait(_) => named(Kind::Wait),
            State::Succeed(_) => named(Kind::Succeed),
            State::Fail(_) => named(Kind::Fail),
        }
    }
}

/// Adds the edges that leave a state. A target that is not in the block has nothing to point at and is left out.
fn edges(from: usize, state: &State, states: &States, edges: &mut Vec<Edge>) {
    let mut add = |to: &StateName, kind: EdgeKind, labels: Vec<String>| {
        let Some(to) = states.get_index_of(to) else { return };
        match edges.iter_mut().find(|edge| edge.from == from && edge.to == to && edge.kind == kind) {
            Some(edge) => {
                let new: Vec<String> =
                    labels.into_iter().filter(|label| !edge.labels.contains(label)).collect();
                edge.labels.extend(new);
            }
            None => edges.push(Edge { from, to, kind, labels }),
        }
    };
    let (transition, catchers): (Option<&Transition>, &[Catcher]) = match state {
        State::Task(task) => (Some(&task.transition), &task.catch),
        State::Map(map) => (Some(&map.transition), &map.catch),
        State::Parallel(parallel) => (Some(&parallel.transition), &parallel.catch),
        State::Pass(pass) => (Some(&pass.transition), &[]),
        State::Wait(wait) => (Some(&wait.transition), &[]),
        State::Choice(choice) => {
            for rule in &choice.choices {
                add(&rule.next, EdgeKind::Choice, vec![condition::words(&rule.condition)]);
            }
            if let Some(default) = &choice.default {
                add(default, EdgeKind::Choice, vec!["Default".to_owned()]);
            }
            (None, &[])
        }
        State::Succeed(_) | State::Fail(_) => (None, &[]),
    };
    if let Some(Transition::Next(next)) = transition {
        add(next, EdgeKind::Next, Vec::new());
    }
    for catcher in catchers {
        let errors = catcher.error_equals.iter().map(|error| error.as_str().to_owned()).collect();
        add(&catcher.next, EdgeKind::Catch, errors);
    }
}
