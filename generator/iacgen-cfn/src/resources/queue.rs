//! `AWS::SQS::Queue`.

use iacgen_aws_types::Seconds;
use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

use super::Tag;
use crate::Expr;

/// A queue, always encrypted. Its name is CloudFormation's to choose, which gives that of a FIFO queue its suffix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queue {
    /// The order in which messages come.
    pub order: QueueOrder,
    /// Seconds for which a message that was received stays hidden from others; 30 where absent.
    pub visibility_timeout: Option<Seconds>,
    /// Seconds for which a message is kept: 60 to 1,209,600; four days where absent.
    pub message_retention: Option<Seconds>,
    /// Where messages go that nobody could handle.
    pub redrive: Option<RedrivePolicy>,
    /// The key; SQS's own where absent.
    pub kms_key: Option<Expr>,
    /// Tags.
    pub tags: Vec<Tag>,
}

/// The order in which messages come. Page: "Amazon SQS queue types".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueueOrder {
    /// Mostly that of their sending, at least once.
    Standard,
    /// That of their sending, exactly once; equal content within five minutes is one message.
    Fifo,
}

/// `RedrivePolicy`: a document of SQS, whose keys have its case. Page: "Using dead-letter queues in Amazon SQS".
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RedrivePolicy {
    /// The ARN of a queue of the same order.
    pub dead_letter_target_arn: Expr,
    /// Times that a message is received before it goes there: 1 to 1,000.
    pub max_receive_count: u16,
}

impl Serialize for Queue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if self.order == QueueOrder::Fifo {
            map.serialize_entry("FifoQueue", &true)?;
            map.serialize_entry("ContentBasedDeduplication", &true)?;
        }
        if let Some(timeout) = &self.visibility_timeout {
            map.serialize_entry("VisibilityTimeout", timeout)?;
        }
        if let Some(retention) = &self.message_retention {
            map.serialize_entry("MessageRetentionPeriod", retention)?;
        }
        if let Some(redrive) = &self.redrive {
            map.serialize_entry("RedrivePolicy", redrive)?;
        }
        match &self.kms_key {
            Some(key) => map.serialize_entry("KmsMasterKeyId", key)?,
            None => map.serialize_entry("SqsManagedSseEnabled", &true)?,
        }
        if !self.tags.is_empty() {
            map.serialize_entry("Tags", &self.tags)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use iacgen_aws_types::LogicalId;
    use serde_json::json;

    use super::*;

    #[test]
    fn order_redrive_and_key_decide_what_is_written() {
        let id = LogicalId::new("JobsDead").unwrap();
        let plain = Queue {
            order: QueueOrder::Standard,
            visibility_timeout: None,
            message_retention: None,
            redrive: None,
            kms_key: None,
            tags: Vec::new(),
        };
        assert_eq!(json!(plain), json!({"SqsManagedSseEnabled": true}));
        let full = Queue {
            order: QueueOrder::Fifo,
            visibility_timeout: Some(Seconds::new(30).unwrap()),
            message_retention: Some(Seconds::new(345_600).unwrap()),
            redrive: Some(RedrivePolicy {
                dead_letter_target_arn: Expr::get_att(&id, "Arn"),
                max_receive_count: 5,
            }),
            kms_key: Some("key".into()),
            ..plain
        };
        assert_eq!(
            json!(full),
            json!({
                "FifoQueue": true,
                "ContentBasedDeduplication": true,
                "VisibilityTimeout": 30,
                "MessageRetentionPeriod": 345_600,
                "RedrivePolicy":
                    {"deadLetterTargetArn": {"Fn::GetAtt": ["JobsDead", "Arn"]}, "maxReceiveCount": 5},
                "KmsMasterKeyId": "key",
            })
        );
    }
}
