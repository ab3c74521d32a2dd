//! Queues and topics.

use iacgen_aws_types::{Arn, Seconds};

use super::{Located, Place};

/// A queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queue {
    /// The name that the spec gives it.
    pub id: String,
    /// Where its name stands.
    pub place: Place,
    /// Whose it is.
    pub origin: QueueOrigin,
}

/// Whose a queue is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QueueOrigin {
    /// It exists already and is not touched.
    Existing(Located<Arn>),
    /// The stack makes it.
    Managed {
        /// The order of its messages.
        order: Order,
        /// `VisibilityTimeout`: 1 s to 12 h.
        visibility: Located<Seconds>,
        /// `MessageRetentionPeriod`: 1 min to 14 days.
        retain: Located<Seconds>,
        /// `maxReceiveCount`: after so many receptions a message goes to a second queue, which the stack makes.
        /// `None` where there is no second queue.
        dead_letters: Option<u32>,
    },
}

/// A topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// The name that the spec gives it.
    pub id: String,
    /// Where its name stands.
    pub place: Place,
    /// Whose it is.
    pub origin: TopicOrigin,
}

/// Whose a topic is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TopicOrigin {
    /// It exists already and is not touched.
    Existing(Located<Arn>),
    /// The stack makes it.
    Managed {
        /// The order of its messages.
        order: Order,
    },
}

/// The order in which messages are delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Any, at least once.
    Standard,
    /// First in, first out, once; the physical name ends in `.fifo`.
    Fifo,
}

impl Queue {
    /// Returns whether its messages come in order. Of an existing one the name says so.
    pub fn order(&self) -> Order {
        match &self.origin {
            QueueOrigin::Existing(arn) => Order::of(&arn.value),
            QueueOrigin::Managed { order, .. } => *order,
        }
    }
}

impl Topic {
    /// Returns whether its messages come in order. Of an existing one the name says so.
    pub fn order(&self) -> Order {
        match &self.origin {
            TopicOrigin::Existing(arn) => Order::of(&arn.value),
            TopicOrigin::Managed { order } => *order,
        }
    }
}

impl Order {
    fn of(arn: &Arn) -> Self {
        match arn.resource().rsplit_once('.') {
            Some((_, "fifo")) => Self::Fifo,
            _ => Self::Standard,
        }
    }
}
