//! `AWS::SNS::Topic`.

use serde::Serialize;

use super::Tag;
use crate::Expr;

/// A topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Topic {
    /// Its name; CloudFormation chooses one where absent, which it cannot for a FIFO topic: that needs a name that ends
    /// in `.fifo`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub topic_name: Option<Expr>,
    /// The order of a FIFO topic. Absent for one that has no order.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub fifo: Option<FifoTopic>,
    /// The key. Without one the topic is not encrypted by more than SNS's disks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kms_master_key_id: Option<Expr>,
    /// Tags.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

/// What makes a topic FIFO: equal content within five minutes is one message. Page: "FIFO topics".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct FifoTopic {
    fifo_topic: bool,
    content_based_deduplication: bool,
}

impl FifoTopic {
    /// Messages in the order of their sending, each once.
    pub const DEDUPLICATED: Self = Self { fifo_topic: true, content_based_deduplication: true };
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_fifo_topic_has_its_two_marks() {
        let topic = Topic {
            topic_name: Some(Expr::Sub("${AWS::StackName}-done.fifo".to_owned())),
            fifo: Some(FifoTopic::DEDUPLICATED),
            kms_master_key_id: Some("key".into()),
            tags: Vec::new(),
        };
        assert_eq!(
            json!(topic),
            json!({
                "TopicName": {"Fn::Sub": "${AWS::StackName}-done.fifo"},
                "FifoTopic": true,
                "ContentBasedDeduplication": true,
                "KmsMasterKeyId": "key",
            })
        );
        let plain = Topic { topic_name: None, fifo: None, kms_master_key_id: None, tags: Vec::new() };
        assert_eq!(json!(plain), json!({}));
    }
}
