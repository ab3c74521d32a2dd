//! Properties of the evaluator, against an oracle that decides from the JSON by brute force.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Pattern, Permissions, Request};
use crate::oracle::{self, Asked};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// A pattern matches what trying every way of matching finds.
    #[test]
    fn matching_agrees_with_brute_force(pattern in "[ab*?]{0,6}", text in "[abc]{0,7}") {
        let expected = oracle::glob(&pattern, &text);
        prop_assert_eq!(Pattern::read(&pattern).unwrap().matches(&text), expected);
    }

    /// Allowed is what the oracle allows, for every request of the universe.
    #[test]
    fn decisions_agree_with_the_oracle(statements in oracle::statements()) {
        let permissions = permissions(&statements);
        for asked in oracle::universe() {
            prop_assert_eq!(allows(&permissions, &asked), oracle::allows(&statements, &asked), "{:?}", asked);
        }
    }

    /// A `Deny` takes away and never adds, and what it concerns is denied whatever is allowed.
    #[test]
    fn a_deny_wins(statements in oracle::statements(), deny in oracle::statement("Deny")) {
        let mut with: Vec<Value> = statements.clone();
        with.push(deny.clone());
        let everything = json!({ "Effect": "Allow", "Action": "*", "Resource": "*" });
        let (without, with) = (permissions(&statements), permissions(&with));
        let only_denied = permissions(&[everything, deny]);
        for asked in oracle::universe() {
            prop_assert!(!allows(&with, &asked) || allows(&without, &asked));
            prop_assert_eq!(allows(&with, &asked), allows(&without, &asked) && allows(&only_denied, &asked));
        }
    }

    /// Statements stand in any order, once or twice, in one document or in several.
    #[test]
    fn order_and_documents_do_not_matter(statements in oracle::statements(), turn in 0usize..4) {
        let expected = permissions(&statements);
        let mut turned = statements.clone();
        turned.rotate_left(turn.min(statements.len()));
        turned.extend(statements.first().cloned());
        let turned = permissions(&turned);
        let mut apart = Permissions::default();
        for statement in &statements {
            apart.add_document(&json!({ "Version": "2012-10-17", "Statement": statement }));
        }
        for asked in oracle::universe() {
            let allowed = allows(&expected, &asked);
            prop_assert_eq!(allows(&turned, &asked), allowed);
            prop_assert_eq!(allows(&apart, &asked), allowed);
        }
    }

    /// A statement of several actions and resources is as good as one for each pair.
    #[test]
    fn splitting_a_statement_does_not_matter(statements in oracle::statements()) {
        let split: Vec<Value> = statements.iter().flat_map(oracle::split).collect();
        let (whole, split) = (permissions(&statements), permissions(&split));
        for asked in oracle::universe() {
            prop_assert_eq!(allows(&whole, &asked), allows(&split, &asked));
        }
    }

    /// A text that is escaped for a policy matches itself and nothing else.
    #[test]
    fn an_escaped_text_is_only_itself(text in "[a*?${}]{0,6}", other in "[a*?${}]{0,6}") {
        let pattern = Pattern::read(&crate::pattern::exactly(&text)).unwrap();
        prop_assert!(pattern.matches(&text));
        prop_assert_eq!(pattern.matches(&other), text == other);
    }
}

fn permissions(statements: &[Value]) -> Permissions {
    let mut permissions = Permissions::default();
    permissions.add_document(&json!({ "Version": "2012-10-17", "Statement": statements }));
    permissions
}

fn allows(permissions: &Permissions, asked: &Asked) -> bool {
    let mut request = Request::new(asked.action, asked.resource.clone());
    for (key, value) in &asked.context {
        request = request.with(key, *value);
    }
    permissions.check(&request).is_ok()
}
