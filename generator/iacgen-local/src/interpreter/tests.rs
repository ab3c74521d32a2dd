//! Executions of small machines: time, concurrency, cancellation, map runs. The recorded cases judge
//! the language itself.

mod stage;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use iacgen_asl::StateMachine;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use self::stage::{Runner, express, identity, stage};
use super::*;

/// A machine with one Distributed Map over one task.
fn mapped(fields: &Value) -> Value {
    let mut map = json!({
        "Type": "Map",
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
            "StartAt": "Infer",
            "States": {"Infer": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true}}
        },
        "End": true
    });
    map.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    json!({"StartAt": "Shards", "States": {"Shards": map}})
}

#[tokio::test(start_paused = true)]
async fn a_map_run_counts_its_children_and_keeps_their_order() {
    let stage = stage(&mapped(&json!({"MaxConcurrency": 2})));
    let items = json!([{"seconds": 3}, {"seconds": 1}, {"seconds": 2}]);
    let outcome = stage.interpreter.execute(identity(), items.clone()).await;
    assert_eq!(outcome, Outcome::Succeeded { output: items });
    assert_eq!(stage.runner.most_running.load(Ordering::Relaxed), 2);
    let counts = stage.watcher.counts.lock().unwrap();
    assert!(counts.iter().all(|count| {
        count.pending + count.running + count.succeeded + count.failed + count.aborted == 3
    }));
    assert_eq!((counts[0].pending, counts[counts.len() - 1].succeeded), (3, 3));
}

#[tokio::test(start_paused = true)]
async fn a_failing_child_stops_the_others_and_is_named() {
    let stage = stage(&mapped(&json!({})));
    let items = json!([{"seconds": 9}, {"seconds": 1, "do": "fail"}, {"seconds": 9}]);
    let outcome = stage.interpreter.execute(identity(), items).await;
    let Outcome::Failed { error, cause, child: Some(child), .. } = outcome else { panic!("{outcome:?}") };
    assert_eq!(error.as_deref(), Some("States.ExceedToleratedFailureThreshold"));
    assert_eq!(cause.as_deref(), Some("The specified tolerated failure threshold was exceeded"));
    assert_eq!(child.index, 1);
    assert_eq!(child.state.as_ref().map(StateName::as_str), Some("Infer"));
    assert_eq!((child.error.as_deref(), child.cause.as_deref()), (Some("Broken"), Some("attempt 0")));
    assert_eq!(*stage.watcher.failures.lock().unwrap(), [*child]);
    assert_eq!(stage.runner.dropped.load(Ordering::Relaxed), 2);
    let last = *stage.watcher.counts.lock().unwrap().last().unwrap();
    assert_eq!((last.failed, last.aborted), (1, 2));
}

#[tokio::test(start_paused = true)]
async fn tolerated_failures_leave_the_outputs_of_the_others() {
    let stage = stage(&mapped(&json!({"ToleratedFailurePercentage": 34})));
    let items = json!([{"n": 0}, {"do": "fail"}, {"n": 2}]);
    let outcome = stage.interpreter.execute(identity(), items).await;
    assert_eq!(outcome, Outcome::Succeeded { output: json!([{"n": 0}, {"n": 2}]) });
    assert_eq!(stage.watcher.failures.lock().unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_express_child_has_five_minutes() {
    let stage = stage(&mapped(&json!({})));
    let outcome = stage.interpreter.execute(identity(), json!([{"seconds": 301}])).await;
    let Outcome::Failed { child: Some(child), .. } = outcome else { panic!("{outcome:?}") };
    assert_eq!(child.error.as_deref(), Some("States.Timeout"));
    assert!(stage.watcher.types.lock().unwrap().contains(&"ExecutionTimedOut".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn items_are_read_selected_batched_and_results_written() {
    let stage = stage(&mapped(&json!({
        "ItemReader": {
            "Resource": "arn:aws:states:::s3:getObject",
            "ReaderConfig": {"InputType": "JSONL"},
            "Parameters": {"Bucket": "data", "Key.$": "$.key"}
        },
        "ItemSelector": {"i.$": "$$.Map.Item.Index", "v.$": "$$.Map.Item.Value", "run.$": "$.run"},
        "ItemBatcher": {"MaxItemsPerBatch": 2, "BatchInput": {"b": 1}},
        "ResultWriter": {
            "Resource": "arn:aws:states:::s3:putObject",
            "Parameters": {"Bucket": "results", "Prefix": "runs"}
        }
    })));
    let key = ("data".to_owned(), "items.jsonl".to_owned());
    stage.memory.0.lock().unwrap().insert(key, b"\"a\"\n\"b\"\n\"c\"\n".to_vec());
    let input = json!({"key": "items.jsonl", "run": 5});
    let outcome = stage.interpreter.execute(identity(), input).await;
    let Outcome::Succeeded { output } = outcome else { panic!("{outcome:?}") };
    let manifest_key = output["ResultWriterDetails"]["Key"].as_str().unwrap();
    let object = |key: &str| -> Value {
        let objects = stage.memory.0.lock().unwrap();
        serde_json::from_slice(&objects[&("results".to_owned(), key.to_owned())]).unwrap()
    };
    let manifest = object(manifest_key);
    assert_eq!(manifest["MapRunArn"], output["MapRunArn"]);
    let results = object(manifest["ResultFiles"]["SUCCEEDED"][0]["Key"].as_str().unwrap());
    let last: Value = serde_json::from_str(results[1]["Input"].as_str().unwrap()).unwrap();
    assert_eq!(last, json!({"BatchInput": {"b": 1}, "Items": [{"i": 2, "v": "c", "run": 5}]}));
    assert_eq!(results[1]["Status"], "SUCCEEDED");
}

#[tokio::test(start_paused = true)]
async fn retries_wait_as_told_and_then_the_catcher_answers() {
    let stage = stage(&json!({"StartAt": "T", "States": {
        "T": {
            "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "TimeoutSeconds": 10,
            "Retry": [{"ErrorEquals": ["States.Timeout"], "IntervalSeconds": 2, "MaxAttempts": 2}],
            "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.caught", "Next": "P"}],
            "End": true
        },
        "P": {"Type": "Pass", "End": true}
    }}));
    let outcome = stage.interpreter.execute(identity(), json!({"seconds": 60})).await;
    let caught = json!({"seconds": 60, "caught": {"Error": "States.Timeout", "Cause": null}});
    assert_eq!(outcome, Outcome::Succeeded { output: caught });
    let starts = stage.runner.starts.lock().unwrap();
    let gaps: Vec<u64> = starts.windows(2).map(|pair| (pair[1] - pair[0]).as_secs()).collect();
    assert_eq!(gaps, [12, 14]);
    assert_eq!(stage.runner.dropped.load(Ordering::Relaxed), 3);
}

#[tokio::test(start_paused = true)]
async fn a_failing_branch_stops_the_others() {
    let branch = |name: &str, parameters: Value| {
        json!({"StartAt": name, "States": {name: {
            "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": parameters, "End": true
        }}})
    };
    let branches =
        [branch("Slow", json!({"seconds": 50})), branch("Bad", json!({"seconds": 1, "do": "fail"}))];
    let stage = stage(&json!({"StartAt": "Both", "States": {
        "Both": {"Type": "Parallel", "Branches": branches, "End": true}
    }}));
    let outcome = stage.interpreter.execute(identity(), json!({})).await;
    let Outcome::Failed { error, state, .. } = outcome else { panic!("{outcome:?}") };
    assert_eq!((error.as_deref(), state.as_ref().map(StateName::as_str)), (Some("Broken"), Some("Bad")));
    assert_eq!(stage.runner.dropped.load(Ordering::Relaxed), 1);
}

#[tokio::test(start_paused = true)]
async fn an_inline_map_tells_which_iterations_it_stopped() {
    let stage = stage(&json!({"StartAt": "M", "States": {"M": {
        "Type": "Map",
        "ItemProcessor": {"StartAt": "T", "States": {
            "T": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true}
        }},
        "End": true
    }}}));
    let items = json!([{"seconds": 9}, {"seconds": 1, "do": "fail"}, {"seconds": 9}]);
    let outcome = stage.interpreter.execute(identity(), items).await;
    assert!(matches!(outcome, Outcome::Failed { .. }), "{outcome:?}");
    let types = stage.watcher.types.lock().unwrap();
    let count = |kind: &str| types.iter().filter(|found| *found == kind).count();
    assert_eq!(
        (count("MapIterationStarted"), count("MapIterationFailed"), count("MapIterationAborted")),
        (3, 1, 2)
    );
    assert_eq!(types[types.len() - 2..], ["MapStateFailed", "ExecutionFailed"]);
}

#[tokio::test(start_paused = true)]
async fn a_machine_times_out_and_can_be_stopped() {
    let machine = json!({"StartAt": "W", "TimeoutSeconds": 5, "States": {
        "W": {"Type": "Wait", "Seconds": 60, "End": true}
    }});
    let timed = stage(&machine);
    assert_eq!(timed.interpreter.execute(identity(), json!({})).await, Outcome::TimedOut);
    assert_eq!(timed.watcher.types.lock().unwrap().last().unwrap(), "ExecutionTimedOut");
    let stopped = stage(&machine);
    let stop = CancellationToken::new();
    stop.cancel();
    let outcome = stopped.interpreter.execute_until(identity(), json!({}), &stop).await;
    assert_eq!(outcome, Outcome::Aborted);
}

#[tokio::test(start_paused = true)]
async fn errors_that_a_catcher_may_answer_for() {
    let caught = |state: Value| {
        let mut state = state;
        state["Resource"] = "arn:aws:states:::lambda:invoke".into();
        state["Catch"] = json!([{"ErrorEquals": ["States.ALL"], "Next": "Caught"}]);
        state["Type"] = "Task".into();
        state["End"] = true.into();
        json!({"StartAt": "T", "States": {
            "T": state, "Caught": {"Type": "Pass", "Parameters": {"error.$": "$.Error"}, "End": true}
        }})
    };
    for (state, expected) in [
        (json!({"Parameters": {"a.$": "States.ArrayGetItem($.list, 5)"}}), Some("States.IntrinsicFailure")),
        (json!({"ResultPath": "$.list.x"}), Some("States.ResultPathMatchFailure")),
        (json!({"OutputPath": "$.no"}), None),
    ] {
        let outcome =
            stage(&caught(state.clone())).interpreter.execute(identity(), json!({"list": [1]})).await;
        match expected {
            Some(error) => {
                assert_eq!(outcome, Outcome::Succeeded { output: json!({"error": error}) }, "{state}");
            }
            None => assert!(matches!(outcome, Outcome::Failed { .. }), "{state} {outcome:?}"),
        }
    }
}

#[test]
fn jsonata_is_refused_with_the_state_that_uses_it() {
    let machine = json!({"StartAt": "M", "States": {"M": {"Type": "Map", "End": true, "ItemProcessor": {
        "StartAt": "P", "States": {"P": {"Type": "Pass", "QueryLanguage": "JSONata", "End": true}}
    }}}});
    let machine = Arc::new(StateMachine::from_value(machine).unwrap());
    let refused = Interpreter::new(machine, Arc::new(Runner::default())).err().unwrap();
    assert_eq!(refused.state.as_str(), "P");
}

#[test]
fn an_execution_may_move_between_threads() {
    fn sent<T: Send>(_: &T) {}
    let stage = stage(&mapped(&json!({})));
    sent(&stage.interpreter.execute(identity(), json!([])));
}

#[tokio::test]
async fn ten_thousand_items_come_from_an_object_and_their_results_go_into_one() {
    let stage = stage(&json!({"StartAt": "M", "States": {"M": {
        "Type": "Map", "End": true, "ResultPath": null,
        "ItemReader": {
            "Resource": "arn:aws:states:::s3:getObject",
            "ReaderConfig": {"InputType": "JSONL"},
            "Parameters": {"Bucket": "results", "Key.$": "States.Format('runs/{}/items.jsonl', $.folder)"}
        },
        "ItemSelector": {"run.$": "$.folder", "shard.$": "$$.Map.Item.Value"},
        "MaxConcurrency": 200,
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
            "StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}
        },
        "ResultWriter": {
            "Resource": "arn:aws:states:::s3:putObject",
            "Parameters": {"Bucket": "results", "Prefix.$": "States.Format('runs/{}/map', $.folder)"}
        }
    }}}));
    let object = |key: &str| ("results".to_owned(), key.to_owned());
    let lines: String =
        (0..10_000).flat_map(|n| [json!({"index": n}).to_string(), "\n".to_owned()]).collect();
    stage.memory.0.lock().unwrap().insert(object("runs/a/items.jsonl"), lines.into_bytes());
    let input = json!({"folder": "a"});
    let outcome = stage.interpreter.execute(identity(), input.clone()).await;
    assert_eq!(outcome, Outcome::Succeeded { output: input }, "the results are elsewhere");

    let objects = stage.memory.0.lock().unwrap();
    let written: Vec<&str> = objects.keys().map(|(_, key)| key.as_str()).collect();
    let [_, results, manifest] = written.as_slice() else { panic!("{written:?}") };
    assert!(results.starts_with("runs/a/map/") && results.ends_with("/SUCCEEDED_0.json"), "{results}");
    assert!(manifest.ends_with("/manifest.json"), "{manifest}");
    let results: Vec<Value> = serde_json::from_slice(&objects[&object(results)]).unwrap();
    assert_eq!(results.len(), 10_000);
    for (index, result) in results.iter().enumerate() {
        let output: Value = serde_json::from_str(result["Output"].as_str().unwrap()).unwrap();
        assert_eq!(output, json!({"run": "a", "shard": {"index": index}}));
    }
}

#[tokio::test]
async fn ten_thousand_pass_items_keep_their_order() {
    let mode = |config: Value| {
        json!({"StartAt": "M", "States": {"M": {"Type": "Map", "End": true, "ItemProcessor": {
            "ProcessorConfig": config, "StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}
        }}}})
    };
    let items: Value = (0..10_000).collect();
    // In one Standard execution so many iterations would not fit into the history.
    let inline = (json!({"Mode": "INLINE"}), express());
    let distributed = (json!({"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}), identity());
    for (config, identity) in [inline, distributed] {
        let stage = stage(&mode(config));
        let outcome = stage.interpreter.execute(identity, items.clone()).await;
        assert_eq!(outcome, Outcome::Succeeded { output: items.clone() });
    }
}

/// A machine that goes round for ever, without waiting for anything.
fn endless() -> Value {
    json!({"StartAt": "A", "States": {
        "A": {"Type": "Pass", "Next": "B"},
        "B": {"Type": "Choice", "Choices": [{"Variable": "$.stop", "IsPresent": true, "Next": "C"}], "Default": "A"},
        "C": {"Type": "Succeed"}
    }})
}

#[tokio::test]
async fn a_standard_execution_fails_with_its_last_event() {
    let stage = stage(&endless());
    let outcome = stage.interpreter.execute(identity(), json!({})).await;
    let Outcome::Failed { error, cause, .. } = outcome else { panic!("{outcome:?}") };
    assert_eq!(error.as_deref(), Some("States.Runtime"));
    assert_eq!(cause.as_deref(), Some("The execution reached the maximum number of history events (25000)."));
    let types = stage.watcher.types.lock().unwrap();
    assert_eq!((types.len(), types.last().map(String::as_str)), (25_000, Some("ExecutionFailed")));
}

/// A machine that makes two events for each of so many states in a row, and two of its own.
fn row(states: usize) -> Value {
    let state = |index: usize| {
        let mut state = json!({"Type": "Pass"});
        if index + 1 == states {
            state["End"] = json!(true);
        } else {
            state["Next"] = json!(format!("S{}", index + 1));
        }
        (format!("S{index}"), state)
    };
    json!({"StartAt": "S0", "States": (0..states).map(state).collect::<Map<_, _>>()})
}

#[tokio::test]
async fn the_last_event_of_a_history_may_be_its_success() {
    // 1 + 2 * 12,499 + 1 = 25,000.
    for (states, succeeds) in [(12_499, true), (12_500, false)] {
        let stage = stage(&row(states));
        let outcome = stage.interpreter.execute(identity(), json!({})).await;
        assert_eq!(matches!(outcome, Outcome::Succeeded { .. }), succeeds, "{outcome:?}");
        assert_eq!(stage.watcher.types.lock().unwrap().len(), 25_000);
    }
    // An Express execution has no such history.
    let outcome = stage(&row(12_500)).interpreter.execute(express(), json!({})).await;
    assert!(matches!(outcome, Outcome::Succeeded { .. }), "{outcome:?}");
}
