//! States and what joins them. The words are those of the Amazon States Language (`iacgen-asl`); what stands here and
//! not there is what the spec adds: names instead of ARNs, and the place of every value.

use iacgen_asl::{Comparison, ProcessorMode, QueryLanguage, Timestamp};
use iacgen_aws_types::Seconds;
use indexmap::IndexMap;

use super::{Access, Items, Located, Place, ResultWriter, RetryPolicy, Template};

/// A machine's states, or a Map's, or a branch's.
#[derive(Debug, Clone, PartialEq)]
pub struct States {
    /// The first one's name.
    pub start: String,
    /// By name, in the file's order; every one reachable from the first.
    pub states: IndexMap<String, State>,
}

/// A state.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// Where its name stands.
    pub place: Place,
    /// The `Comment`.
    pub comment: Option<String>,
    /// The language of its paths and expressions, inherited where it sets none.
    pub query: QueryLanguage,
    /// What it does.
    pub kind: StateKind,
    /// What goes in and what comes out.
    pub data: DataFlow,
    /// Retriers, in order.
    pub retry: Vec<Located<RetryPolicy>>,
    /// Catchers, in order.
    pub catch: Vec<Catcher>,
    /// What follows. `End` for Choice, Succeed and Fail as well, which have nothing behind them.
    pub next: Next,
}

/// What a state takes from its input, and what it makes of its result. What a kind of state does not know is unset.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DataFlow {
    /// `InputPath`.
    pub input: PathSetting,
    /// `Parameters` or `Arguments`. Of an invocation the payload alone.
    pub arguments: Option<Template>,
    /// `ResultSelector`.
    pub result_selector: Option<Template>,
    /// `ResultPath`.
    pub result: PathSetting,
    /// `OutputPath` or `Output`.
    pub output: Output,
    /// `Assign`.
    pub assign: IndexMap<String, Template>,
}

/// `InputPath`, `ResultPath`: unset and `null` differ.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum PathSetting {
    /// Not written: `$`.
    #[default]
    Unset,
    /// `null`: no input, or a result that is discarded.
    Null(Place),
    /// A path.
    Path(Located<String>),
}

/// What a state hands on.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Output {
    /// Not written.
    #[default]
    Unset,
    /// `OutputPath: null`.
    Null(Place),
    /// `OutputPath`.
    Path(Located<String>),
    /// `Output` of a JSONata state.
    Template(Template),
}

/// A value that is written out, looked up or computed.
#[derive(Debug, Clone, PartialEq)]
pub enum Dynamic<T> {
    /// Written out.
    Value(T),
    /// A path; the field's name ends in `Path`.
    Path(String),
    /// JSONata.
    Expression(String),
}

/// What follows a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Another state.
    State(Located<String>),
    /// Nothing.
    End,
}

/// What a state does.
#[derive(Debug, Clone, PartialEq)]
pub enum StateKind {
    /// Works.
    Task(Box<Task>),
    /// Runs states over items.
    Map(Box<Map>),
    /// Runs branches side by side.
    Parallel(Vec<Branch>),
    /// Goes one way or another.
    Choice(Choice),
    /// Shapes data.
    Pass {
        /// `Result`: taken as it is.
        value: Option<Located<serde_json::Value>>,
    },
    /// Waits.
    Wait(Wait),
    /// Ends the execution, branch or iteration as succeeded.
    Succeed,
    /// Ends the execution as failed.
    Fail {
        /// The error's name.
        error: Option<Located<Dynamic<String>>>,
        /// The cause.
        cause: Option<Located<Dynamic<String>>>,
    },
}

/// A Task.
#[derive(Debug, Clone, PartialEq)]
pub struct Task {
    /// What it calls.
    pub work: Work,
    /// `TimeoutSeconds`: as written, or of a function of ours its own timeout and a margin.
    pub timeout: Option<Located<Dynamic<Seconds>>>,
    /// `HeartbeatSeconds`.
    pub heartbeat: Option<Located<Dynamic<Seconds>>>,
    /// `RoleArn` of `Credentials`.
    pub role: Option<Template>,
    /// The ARNs that the call needs, where they do not follow from its arguments.
    pub resources: Vec<Located<String>>,
    /// What the service touches for the call with the machine's role.
    pub access: Vec<Access>,
}

/// What a Task calls.
#[derive(Debug, Clone, PartialEq)]
pub enum Work {
    /// A function of the spec through `lambda:invoke`; its payload is the result.
    Function {
        /// Its name in the spec.
        id: Located<String>,
        /// Whether the state waits for the task's token to come back.
        wait_for_token: bool,
    },
    /// A service: `dynamodb:putItem`, `aws-sdk:s3:headObject`, `ecs:runTask.sync`.
    Service(Located<String>),
    /// The ARN of a function or an activity.
    Arn(Located<String>),
}

/// A branch of a Parallel state.
#[derive(Debug, Clone, PartialEq)]
pub struct Branch {
    /// The `Comment`.
    pub comment: Option<String>,
    /// Its states.
    pub states: States,
}

/// A Choice.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// The rules, in the order in which they are tried.
    pub rules: Vec<ChoiceRule>,
    /// The state where none applies.
    pub default: Option<Located<String>>,
}

/// A rule of a Choice.
#[derive(Debug, Clone, PartialEq)]
pub struct ChoiceRule {
    /// Where it stands.
    pub place: Place,
    /// The `Comment`.
    pub comment: Option<String>,
    /// When it applies.
    pub condition: Condition,
    /// The state that follows.
    pub next: Located<String>,
    /// `Assign`.
    pub assign: IndexMap<String, Template>,
    /// JSONata: `Output`.
    pub output: Option<Template>,
}

/// When a rule applies.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// All of these hold.
    And(Vec<Condition>),
    /// One of these holds.
    Or(Vec<Condition>),
    /// This does not hold.
    Not(Box<Condition>),
    /// The value at a path compares as asked.
    Compare {
        /// The path.
        variable: Located<String>,
        /// The comparison, and where its operand stands.
        comparison: Located<Comparison>,
    },
    /// JSONata: the expression gives true.
    Expression(Located<String>),
    /// JSONata: a literal.
    Constant(bool),
}

/// What a Wait waits for.
#[derive(Debug, Clone, PartialEq)]
pub enum Wait {
    /// A time in seconds.
    Seconds(Located<Dynamic<u32>>),
    /// A moment.
    Until(Located<Dynamic<Timestamp>>),
}

/// A catcher.
#[derive(Debug, Clone, PartialEq)]
pub struct Catcher {
    /// Where it stands.
    pub place: Place,
    /// The `Comment`.
    pub comment: Option<String>,
    /// Names of errors as ASL knows them; `States.ALL` alone and last.
    pub errors: Vec<String>,
    /// The state that follows.
    pub next: Located<String>,
    /// Where the error output `{Error, Cause}` goes.
    pub result: PathSetting,
    /// JSONata: `Output`.
    pub output: Option<Template>,
    /// `Assign`.
    pub assign: IndexMap<String, Template>,
}

/// A Map.
#[derive(Debug, Clone, PartialEq)]
pub struct Map {
    /// Inline, or distributed with the type of its children.
    pub mode: ProcessorMode,
    /// Where that stands.
    pub mode_place: Place,
    /// Where its items come from.
    pub items: Items,
    /// `ItemSelector`; `None` for the item itself.
    pub select: Option<Template>,
    /// `ItemBatcher`.
    pub batch: Option<Batch>,
    /// `MaxConcurrency`; `None` for AWS's own limit.
    pub concurrency: Option<Located<Dynamic<u32>>>,
    /// `ToleratedFailurePercentage`, 0 to 100.
    pub tolerated_percentage: Option<Located<Dynamic<f64>>>,
    /// `ToleratedFailureCount`.
    pub tolerated_count: Option<Located<Dynamic<u32>>>,
    /// Part of the children's ARNs.
    pub label: Option<Located<String>>,
    /// The states that run over each item or batch.
    pub states: States,
    /// `ResultWriter`.
    pub writer: Option<ResultWriter>,
}

/// `ItemBatcher`.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// Where it stands.
    pub place: Place,
    /// `MaxItemsPerBatch`.
    pub items: Option<Located<Dynamic<u32>>>,
    /// `MaxInputBytesPerBatch`, up to 262,144.
    pub bytes: Option<Located<Dynamic<u32>>>,
    /// `BatchInput`.
    pub input: Option<Template>,
}

impl State {
    /// Returns the blocks of states inside this one.
    pub fn blocks(&self) -> Vec<&States> {
        match &self.kind {
            StateKind::Map(map) => vec![&map.states],
            StateKind::Parallel(branches) => branches.iter().map(|branch| &branch.states).collect(),
            _ => Vec::new(),
        }
    }

    /// Returns the names of the states that may follow, by `next`, choices, their default and catchers.
    pub fn successors(&self) -> Vec<&Located<String>> {
        let next = match &self.next {
            Next::State(name) => Some(name),
            Next::End => None,
        };
        let (rules, default) = match &self.kind {
            StateKind::Choice(choice) => (choice.rules.as_slice(), choice.default.as_ref()),
            _ => (&[][..], None),
        };
        let rules = rules.iter().map(|rule| &rule.next).chain(default);
        rules.chain(next).chain(self.catch.iter().map(|catcher| &catcher.next)).collect()
    }
}

impl States {
    /// Visits every state, those inside Maps and branches behind their own.
    pub fn walk<'a>(&'a self, visit: &mut impl FnMut(&'a str, &'a State)) {
        for (name, state) in &self.states {
            visit(name, state);
            for block in state.blocks() {
                block.walk(visit);
            }
        }
    }
}
