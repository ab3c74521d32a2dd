//! The Amazon States Language as types: parse and emit, no execution.
//!
//! Start at [`StateMachine`]: `from_json` reads a definition, `to_json_pretty` writes one, and every
//! part in between is a plain value that can be built by hand.
//!
//! Source of the language: Step Functions developer guide, "Using Amazon States Language to define
//! Step Functions workflows", and the Amazon States Language specification (states-language.net).

mod choice;
mod emit;
mod error_name;
mod machine;
mod map;
mod names;
mod parse;
mod retry;
mod state;

pub use choice::{ChoiceRule, Comparison, Condition, Operand, Relation};
pub use error_name::{ErrorName, LAMBDA_CRASH, LAMBDA_TRANSIENT};
pub use machine::{Branch, QueryLanguage, StateMachine, States};
pub use map::{
    CsvHeaderLocation, ExecutionType, InputType, ItemBatcher, ItemProcessor, ItemReader, ManifestType,
    OutputType, ProcessorMode, ReaderConfig, ResultWriter, Transformation, WriterConfig,
};
pub use names::{Expression, InvalidPath, InvalidStateName, InvalidTimestamp, Path, StateName, Timestamp};
pub use parse::{ParseError, Pointer, Problem};
pub use retry::{Catcher, JitterStrategy, Retrier};
pub use state::{
    ChoiceState, FailState, MapState, ParallelState, PassState, PathField, Quantity, State, SucceedState,
    TaskState, Transition, WaitState, WaitUntil,
};
