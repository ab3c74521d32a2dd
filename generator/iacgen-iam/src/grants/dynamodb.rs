//! Grants on tables. Page: "Actions, resources, and condition keys for Amazon DynamoDB".

use iacgen_aws_types::{ArnSuffix, LogicalId, ResourceArn};

use crate::pattern::{exactly, in_sub};
use crate::{Action, Statement};

const BATCH_GET_ITEM: Action = Action::new("dynamodb:BatchGetItem");
const GET_ITEM: Action = Action::new("dynamodb:GetItem");
const PUT_ITEM: Action = Action::new("dynamodb:PutItem");
const QUERY: Action = Action::new("dynamodb:Query");
const UPDATE_ITEM: Action = Action::new("dynamodb:UpdateItem");

/// Returns the ARN of a table that the stack makes.
pub fn managed(id: &LogicalId) -> ResourceArn {
    ResourceArn::OfResource { id: id.clone(), attribute: "Arn", suffix: ArnSuffix::None }
}

/// Returns the ARN of a table that exists, in the stack's account and region.
pub fn existing(name: &str) -> ResourceArn {
    let name = in_sub(&exactly(name));
    ResourceArn::Sub(format!(
        "arn:${{AWS::Partition}}:dynamodb:${{AWS::Region}}:${{AWS::AccountId}}:table/{name}"
    ))
}

/// Allows to read items by their keys, one or many, and to query them. A scan, which reads the whole table, is not of it,
/// and neither are indexes.
pub fn query(label: &str, table: &ResourceArn) -> Vec<Statement> {
    vec![Statement::allow(sid("Query", label), [BATCH_GET_ITEM, GET_ITEM, QUERY], [table.clone()])]
}

/// Allows to write items, whole ones and attributes of them. It deletes none.
pub fn put(label: &str, table: &ResourceArn) -> Vec<Statement> {
    vec![Statement::allow(sid("Put", label), [PUT_ITEM, UPDATE_ITEM], [table.clone()])]
}

fn sid(verb: &str, label: &str) -> String {
    LogicalId::from_words([verb, label]).as_str().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading_and_writing_are_apart_and_on_one_table() {
        let table = existing("runs");
        let [read] = <[Statement; 1]>::try_from(query("runs", &table)).unwrap();
        let [write] = <[Statement; 1]>::try_from(put("runs", &table)).unwrap();
        assert!(read.actions.iter().all(|action| !write.actions.contains(action)));
        assert_eq!((read.sid.as_str(), write.sid.as_str()), ("QueryRuns", "PutRuns"));
        assert_eq!(read.resources, std::slice::from_ref(&table));
        assert_eq!(write.resources, [table]);
    }
}
