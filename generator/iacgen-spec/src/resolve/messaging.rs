//! Queues and topics.

use iacgen_aws_types::{ArnKind, Seconds};
use iacgen_diagnostics::Span;
use indexmap::IndexMap;

use super::Context;
use crate::check::out_of_range;
use crate::model::{Located, Order, Place, Queue, QueueOrigin, Topic, TopicOrigin};
use crate::raw::{RawQueue, RawTopic, RawValue};

/// `VisibilityTimeout` in seconds, where it is left out and at most. Page: "SetQueueAttributes".
const VISIBILITY: (u32, u32) = (30, 12 * 3_600);
/// `MessageRetentionPeriod` in seconds, where it is left out and at most. The same page.
const RETENTION: (u32, u32) = (4 * 86_400, 14 * 86_400);
/// `MessageRetentionPeriod` in seconds, at least. The same page.
const SHORTEST_RETENTION: u32 = 60;
/// `maxReceiveCount`, at most. Page: "Amazon SQS dead-letter queues".
const MOST_RECEPTIONS: u32 = 1_000;

/// Resolves every queue.
pub(super) fn queues(context: &Context<'_>) -> IndexMap<String, Queue> {
    let resolved = context.workflow.queues.iter().filter_map(|(id, raw)| {
        let origin = context.queue_origin(raw, id.span)?;
        Some((id.value.clone(), Queue { id: id.value.clone(), place: Place::written(id.span), origin }))
    });
    resolved.collect()
}

/// Resolves every topic.
pub(super) fn topics(context: &Context<'_>) -> IndexMap<String, Topic> {
    let resolved = context.workflow.topics.iter().filter_map(|(id, raw)| {
        let origin = context.topic_origin(raw)?;
        Some((id.value.clone(), Topic { id: id.value.clone(), place: Place::written(id.span), origin }))
    });
    resolved.collect()
}

impl<'a> Context<'a> {
    fn queue_origin(&self, raw: &'a RawQueue, id: Span) -> Option<QueueOrigin> {
        self.nothing_beside(&raw.existing, "a queue");
        let existing =
            raw.existing.value.as_ref().and_then(|arn| self.arn(arn, ArnKind::Queue, "`existing`"));
        let order = self.order(raw.fifo.as_ref());
        let visibility = self.seconds_within(raw.visibility.as_ref(), "`visibility`", 1, VISIBILITY, id);
        let retain = self.seconds_within(raw.retain.as_ref(), "`retain`", SHORTEST_RETENTION, RETENTION, id);
        let dead_letters =
            raw.dead_letters.as_ref().map(|raw| self.whole(raw, "`dead_letters`", 1..=MOST_RECEPTIONS));
        if raw.existing.key.is_some() {
            return existing.map(QueueOrigin::Existing);
        }
        Some(QueueOrigin::Managed {
            order: order?,
            visibility: visibility?,
            retain: retain?,
            dead_letters: match dead_letters {
                Some(dead_letters) => Some(dead_letters?.0),
                None => None,
            },
        })
    }

    fn topic_origin(&self, raw: &'a RawTopic) -> Option<TopicOrigin> {
        self.nothing_beside(&raw.existing, "a topic");
        let existing =
            raw.existing.value.as_ref().and_then(|arn| self.arn(arn, ArnKind::Topic, "`existing`"));
        let order = self.order(raw.fifo.as_ref());
        if raw.existing.key.is_some() {
            return existing.map(TopicOrigin::Existing);
        }
        Some(TopicOrigin::Managed { order: order? })
    }

    fn order(&self, fifo: Option<&'a RawValue>) -> Option<Order> {
        let fifo = self.boolean_or(fifo, "`fifo`", false)?;
        Some(if fifo { Order::Fifo } else { Order::Standard })
    }

    /// Reads a duration within limits; where it is left out, the first of the two holds.
    fn seconds_within(
        &self,
        raw: Option<&'a RawValue>,
        kind: &str,
        least: u32,
        (otherwise, most): (u32, u32),
        id: Span,
    ) -> Option<Located<Seconds>> {
        let Some(raw) = raw else {
            return Some(Located { value: Seconds::new(otherwise).ok()?, place: Place::written(id) });
        };
        let (seconds, value) = self.duration(raw, kind)?;
        if !(least..=most).contains(&seconds.get()) {
            let show =
                |seconds| Seconds::new(seconds).map_or_else(|_| String::new(), |time| time.to_string());
            let range = format!("{} to {}", show(least), show(most));
            self.sink.push(out_of_range::finding(&value, kind, &range));
            return None;
        }
        Some(Located { value: seconds, place: value.place })
    }
}
