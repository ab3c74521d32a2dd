//! What one run uses, by its dearest way.

use std::collections::BTreeMap;

use iacgen_asl::{ExecutionType, ProcessorMode, Quantity, State, StateMachine, StateName, States, WaitUntil};
use iacgen_aws_types::price::Prices;
use iacgen_report::{ExpressUsage, FunctionUsage, Invocation, RunUsage, price};

use super::{Assumptions, Function, Item, function_of};
use crate::Side;

/// What a way through states uses.
#[derive(Debug, Clone, PartialEq, Default)]
struct Usage {
    /// Invocations by logical id of what is invoked.
    invocations: BTreeMap<String, f64>,
    transitions: f64,
    /// EXPRESS executions, and their time in ms.
    express: (f64, f64),
    /// How long it takes, in ms.
    duration_ms: f64,
}

impl Usage {
    fn add(&mut self, other: &Self, times: f64) {
        for (id, count) in &other.invocations {
            *self.invocations.entry(id.clone()).or_default() += count * times;
        }
        self.transitions += other.transitions * times;
        self.express.0 += other.express.0 * times;
        self.express.1 += other.express.1 * times;
    }
}

struct Walk<'a> {
    side: &'a Side,
    assumptions: &'a Assumptions,
    prices: &'a Prices,
}

pub(super) fn items(
    side: &Side,
    machine: &StateMachine,
    assumptions: &Assumptions,
    prices: &Prices,
) -> Vec<Item> {
    let walk = Walk { side, assumptions, prices };
    let mut usage = walk.block(&machine.start_at, &machine.states);
    let resource = side.resource(side.identity.state_machine.as_str());
    if resource.is_some_and(|machine| machine["Properties"]["StateMachineType"] == "EXPRESS") {
        usage.transitions = 0.0;
        usage.express.0 += 1.0;
        usage.express.1 += express_ms(usage.duration_ms);
    }
    walk.priced(&usage)
}

/// EXPRESS executions are billed in steps of 100 ms.
fn express_ms(duration_ms: f64) -> f64 {
    (duration_ms / 100.0).ceil() * 100.0
}

impl Walk<'_> {
    /// The dearest way from a state to an end.
    fn block(&self, start: &StateName, states: &States) -> Usage {
        self.from(start, states, &mut BTreeMap::new())
    }

    /// `known` holds what was found for a state, and nothing for one that is being looked at: a loop is gone through once.
    fn from<'s>(
        &self,
        name: &'s StateName,
        states: &'s States,
        known: &mut BTreeMap<&'s str, Usage>,
    ) -> Usage {
        if let Some(usage) = known.get(name.as_str()) {
            return usage.clone();
        }
        known.insert(name.as_str(), Usage::default());
        let Some(state) = states.get(name) else { return Usage::default() };
        let mut usage = self.state(state);
        let catches: usize = match state {
            State::Task(state) => state.catch.len(),
            State::Map(state) => state.catch.len(),
            State::Parallel(state) => state.catch.len(),
            _ => 0,
        };
        let successors = state.successors();
        let ways = successors.iter().take(successors.len() - catches);
        let rest = ways
            .map(|next| self.from(next, states, known))
            .max_by(|one, other| self.usd(one).total_cmp(&self.usd(other)));
        if let Some(rest) = rest {
            usage.add(&rest, 1.0);
            usage.duration_ms += rest.duration_ms;
        }
        known.insert(name.as_str(), usage.clone());
        usage
    }

    fn state(&self, state: &State) -> Usage {
        let mut usage = Usage { transitions: 1.0, ..Usage::default() };
        match state {
            State::Task(task) => {
                let payload = task.parameters.as_ref().or(task.arguments.as_ref());
                let named = payload.and_then(|payload| payload["FunctionName"].as_str());
                let invoked = named.unwrap_or(task.resource.as_str());
                let id = invoked.strip_prefix("${").and_then(|id| id.strip_suffix('}')).unwrap_or(invoked);
                if let Some(function) = function_of(self.side, id) {
                    usage.duration_ms = self.billed_ms(&function);
                    usage.invocations.insert(id.to_owned(), 1.0);
                }
            }
            State::Map(map) => {
                let items = f64::from(self.assumptions.map_items);
                let processor = &map.item_processor;
                let mut one = self.block(&processor.start_at, &processor.states);
                usage.duration_ms = one.duration_ms;
                if let ProcessorMode::Distributed { execution_type: ExecutionType::Express } = processor.mode
                {
                    one.transitions = 0.0;
                    one.express.0 += 1.0;
                    one.express.1 += express_ms(one.duration_ms);
                }
                usage.add(&one, items);
            }
            State::Parallel(parallel) => {
                for branch in &parallel.branches {
                    let branch = self.block(&branch.start_at, &branch.states);
                    usage.add(&branch, 1.0);
                    usage.duration_ms = usage.duration_ms.max(branch.duration_ms);
                }
            }
            State::Wait(wait) => {
                if let WaitUntil::Seconds(Quantity::Value(seconds)) = &wait.until {
                    usage.duration_ms = u32::try_from(*seconds).map_or(0.0, f64::from) * 1_000.0;
                }
            }
            _ => {}
        }
        usage
    }

    fn billed_ms(&self, function: &Function) -> f64 {
        self.assumptions.invocation_seconds.min(function.timeout) * 1_000.0
    }

    fn usd(&self, usage: &Usage) -> f64 {
        self.priced(usage).iter().map(|item| item.usd).sum()
    }

    fn priced(&self, usage: &Usage) -> Vec<Item> {
        let mut items = Vec::new();
        for (id, count) in &usage.invocations {
            let Some(function) = function_of(self.side, id) else { continue };
            items.push(Item {
                what: format!("Lambda {}", function.name),
                quantity: format!("{count:.0} × {} MB", function.memory_mb),
                usd: count * self.invocation_usd(&function),
            });
        }
        if usage.transitions > 0.0 {
            let one = RunUsage { standard_transitions: 1, ..RunUsage::default() };
            items.push(Item {
                what: "Step Functions STANDARD".to_owned(),
                quantity: format!("{:.0} transitions", usage.transitions),
                usd: usage.transitions * price(&one, self.prices).total_usd,
            });
        }
        if usage.express.0 > 0.0 {
            let of = |requests, billed_ms| {
                let express = ExpressUsage { requests, billed_ms };
                price(&RunUsage { express, ..RunUsage::default() }, self.prices).total_usd
            };
            let request = of(1, 0);
            let second = of(1, 1_000) - request;
            items.push(Item {
                what: "Step Functions EXPRESS".to_owned(),
                quantity: format!("{:.0} executions", usage.express.0),
                usd: usage.express.0 * request + usage.express.1 / 1_000.0 * second,
            });
        }
        items
    }

    /// One invocation at the prices of a run.
    fn invocation_usd(&self, function: &Function) -> f64 {
        let ms = self.billed_ms(function);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "at most the 900 seconds of a function's timeout"
        )]
        let billed_ms = ms.max(0.0).ceil() as u64;
        let invocation =
            Invocation { duration_ms: ms, billed_ms, init_ms: None, max_memory_mb: 0, succeeded: true };
        let usage = FunctionUsage {
            function: function.name.clone(),
            architecture: function.architecture,
            memory_mb: function.memory_mb,
            invocations: vec![invocation],
        };
        price(&RunUsage { functions: vec![usage], ..RunUsage::default() }, self.prices).total_usd
    }
}
