//! The rules of a Choice state.

use serde_json::{Map, Number, Value};

use crate::names::{Expression, Path, StateName};

/// A rule: if the condition holds, go on with `next`.
#[derive(Debug, Clone, PartialEq)]
pub struct ChoiceRule {
    /// When the rule applies.
    pub condition: Condition,
    /// The state to go on with.
    pub next: StateName,
    /// Variables to assign when it applies.
    pub assign: Option<Map<String, Value>>,
    /// JSONata: the output when it applies.
    pub output: Option<Value>,
    /// A remark.
    pub comment: Option<String>,
}

impl ChoiceRule {
    /// A rule with nothing but its condition and its target.
    pub fn new(condition: Condition, next: StateName) -> Self {
        Self { condition, next, assign: None, output: None, comment: None }
    }
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
        /// The path of the value.
        variable: Path,
        /// The comparison.
        comparison: Comparison,
    },
    /// JSONata: the expression gives true.
    Expression(Expression),
    /// JSONata: a literal boolean.
    Constant(bool),
}

/// A comparison operator with its right side.
#[derive(Debug, Clone, PartialEq)]
pub enum Comparison {
    /// `StringEquals`, `StringLessThanPath` and the like: by Unicode code unit.
    String(Relation, Operand<String>),
    /// `NumericEquals` and the like.
    Numeric(Relation, Operand<Number>),
    /// `TimestampEquals` and the like: RFC 3339 texts, by moment.
    Timestamp(Relation, Operand<String>),
    /// `BooleanEquals`.
    Boolean(Operand<bool>),
    /// `StringMatches`: `*` stands for any text, `\*` for a star.
    StringMatches(String),
    /// `IsNull`.
    IsNull(bool),
    /// `IsPresent`.
    IsPresent(bool),
    /// `IsNumeric`.
    IsNumeric(bool),
    /// `IsString`.
    IsString(bool),
    /// `IsBoolean`.
    IsBoolean(bool),
    /// `IsTimestamp`.
    IsTimestamp(bool),
}

/// How the left side has to stand to the right one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// `Equals`.
    Equals,
    /// `LessThan`.
    LessThan,
    /// `GreaterThan`.
    GreaterThan,
    /// `LessThanEquals`.
    LessThanEquals,
    /// `GreaterThanEquals`.
    GreaterThanEquals,
}

impl Relation {
    /// All of them.
    pub const ALL: [Relation; 5] = [
        Relation::Equals,
        Relation::LessThan,
        Relation::GreaterThan,
        Relation::LessThanEquals,
        Relation::GreaterThanEquals,
    ];

    /// The word in an operator's name.
    pub fn word(self) -> &'static str {
        match self {
            Relation::Equals => "Equals",
            Relation::LessThan => "LessThan",
            Relation::GreaterThan => "GreaterThan",
            Relation::LessThanEquals => "LessThanEquals",
            Relation::GreaterThanEquals => "GreaterThanEquals",
        }
    }

    /// Whether a left side that compares so satisfies the relation.
    pub fn holds(self, ordering: std::cmp::Ordering) -> bool {
        match self {
            Relation::Equals => ordering.is_eq(),
            Relation::LessThan => ordering.is_lt(),
            Relation::GreaterThan => ordering.is_gt(),
            Relation::LessThanEquals => ordering.is_le(),
            Relation::GreaterThanEquals => ordering.is_ge(),
        }
    }
}

/// The right side of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operand<T> {
    /// Written out.
    Literal(T),
    /// Looked up (`...Path` operators).
    Path(Path),
}

impl Comparison {
    /// The operator's name, as the rule's field is called.
    pub fn operator(&self) -> String {
        fn named<T>(kind: &str, relation: Relation, operand: &Operand<T>) -> String {
            let suffix = if matches!(operand, Operand::Path(_)) { "Path" } else { "" };
            format!("{kind}{}{suffix}", relation.word())
        }
        match self {
            Comparison::String(relation, operand) => named("String", *relation, operand),
            Comparison::Numeric(relation, operand) => named("Numeric", *relation, operand),
            Comparison::Timestamp(relation, operand) => named("Timestamp", *relation, operand),
            Comparison::Boolean(operand) => named("Boolean", Relation::Equals, operand),
            Comparison::StringMatches(_) => "StringMatches".to_owned(),
            Comparison::IsNull(_) => "IsNull".to_owned(),
            Comparison::IsPresent(_) => "IsPresent".to_owned(),
            Comparison::IsNumeric(_) => "IsNumeric".to_owned(),
            Comparison::IsString(_) => "IsString".to_owned(),
            Comparison::IsBoolean(_) => "IsBoolean".to_owned(),
            Comparison::IsTimestamp(_) => "IsTimestamp".to_owned(),
        }
    }
}
