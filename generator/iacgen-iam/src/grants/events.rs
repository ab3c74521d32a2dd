//! Grants on event buses.

use iacgen_aws_types::ResourceArn;

use crate::pattern::{exactly, in_sub};
use crate::{Action, Statement};

const PUT_EVENTS: Action = Action::new("events:PutEvents");

/// Returns the ARN of a bus of the stack's account and region; `default` is the one that every account has.
pub fn existing(name: &str) -> ResourceArn {
    let name = in_sub(&exactly(name));
    ResourceArn::Sub(format!(
        "arn:${{AWS::Partition}}:events:${{AWS::Region}}:${{AWS::AccountId}}:event-bus/{name}"
    ))
}

/// Allows to put events on a bus. Page: "Actions, resources, and condition keys for Amazon EventBridge".
pub fn put(bus: &ResourceArn) -> Vec<Statement> {
    vec![Statement::allow("PutEvents", [PUT_EVENTS], [bus.clone()])]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_go_to_one_bus() {
        let [statement] = <[Statement; 1]>::try_from(put(&existing("default"))).unwrap();
        assert_eq!(statement.actions, [PUT_EVENTS]);
        assert_eq!(
            statement.resources,
            [ResourceArn::Sub(
                "arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:event-bus/default".to_owned()
            )]
        );
    }
}
