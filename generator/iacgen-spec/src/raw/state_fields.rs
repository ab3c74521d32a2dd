//! The kinds of states and their fields.

/// The words that say what a state does.
pub(super) const KINDS: [&str; 9] =
    ["invoke", "task", "map", "parallel", "choice", "pass", "wait", "succeed", "fail"];

/// Returns what a kind of state is called, and its fields.
pub(super) fn fields_of(kind: &str) -> (&'static str, &'static [&'static str]) {
    match kind {
        "invoke" => (
            "an invoke state",
            &[
                "invoke",
                "payload",
                "wait_for_token",
                "timeout",
                "heartbeat",
                "credentials",
                "retry",
                "catch",
                "input",
                "result_selector",
                "result",
                "output",
                "assign",
                "query",
                "comment",
                "next",
                "end",
            ],
        ),
        "task" => (
            "a task state",
            &[
                "task",
                "arguments",
                "resources",
                "access",
                "timeout",
                "heartbeat",
                "credentials",
                "retry",
                "catch",
                "input",
                "result_selector",
                "result",
                "output",
                "assign",
                "query",
                "comment",
                "next",
                "end",
            ],
        ),
        "map" => (
            "a map state",
            &[
                "map",
                "children",
                "items",
                "select",
                "batch",
                "concurrency",
                "tolerated_failure_percentage",
                "tolerated_failure_count",
                "label",
                "start",
                "states",
                "result_writer",
                "retry",
                "catch",
                "input",
                "result_selector",
                "result",
                "output",
                "assign",
                "query",
                "comment",
                "next",
                "end",
            ],
        ),
        "parallel" => (
            "a parallel state",
            &[
                "parallel",
                "arguments",
                "retry",
                "catch",
                "input",
                "result_selector",
                "result",
                "output",
                "assign",
                "query",
                "comment",
                "next",
                "end",
            ],
        ),
        "choice" => {
            ("a choice state", &["choice", "default", "input", "output", "assign", "query", "comment"])
        }
        "pass" => (
            "a pass state",
            &[
                "pass",
                "arguments",
                "value",
                "input",
                "result",
                "output",
                "assign",
                "query",
                "comment",
                "next",
                "end",
            ],
        ),
        "wait" => ("a wait state", &["wait", "input", "output", "assign", "query", "comment", "next", "end"]),
        "succeed" => ("a succeed state", &["succeed", "input", "output", "query", "comment"]),
        _ => ("a fail state", &["fail", "query", "comment"]),
    }
}

/// Tells whether some kind of state has a field.
pub(super) fn is_field_of_some(field: &str) -> bool {
    KINDS.iter().any(|kind| fields_of(kind).1.contains(&field))
}
