//! The JSON Schemas: their objects have the fields that are read, and the committed copies are fresh.

use std::collections::{BTreeMap, BTreeSet};

use iacgen_spec::{environment_schema, workflow_schema};
use serde_json::Value;

use crate::reference::allowed;

/// Collects the fields of every object that takes no others, by what findings call it.
fn collect(schema: &Value, objects: &mut BTreeMap<String, BTreeSet<String>>) {
    match schema {
        Value::Object(fields) => {
            if let (Some(Value::String(title)), Some(Value::Object(properties))) =
                (fields.get("title"), fields.get("properties"))
            {
                assert_eq!(fields.get("additionalProperties"), Some(&Value::Bool(false)), "{title} is open");
                let is_operator = |name: &String| name.starts_with(char::is_uppercase);
                let names = properties.keys().filter(|name| !is_operator(name)).cloned().collect();
                let before = objects.insert(title.clone(), names);
                assert!(before.is_none_or(|before| before == objects[title]), "two schemas of {title}");
                for (name, property) in properties.iter().filter(|(name, _)| !is_operator(name)) {
                    assert!(property["description"].is_string(), "`{name}` of {title} has no description");
                }
            }
            fields.values().for_each(|value| collect(value, objects));
        }
        Value::Array(values) => values.iter().for_each(|value| collect(value, objects)),
        _ => {}
    }
}

#[test]
fn objects_have_the_fields_that_are_read_and_no_others() {
    let mut objects = BTreeMap::new();
    collect(&workflow_schema(), &mut objects);
    collect(&environment_schema(), &mut objects);
    for (kind, fields) in allowed() {
        assert_eq!(objects.remove(&kind), Some(fields), "fields of {kind}");
    }
    assert_eq!(objects, BTreeMap::new(), "nothing of this is read");
}

#[test]
fn the_committed_schemas_are_fresh() -> Result<(), Box<dyn std::error::Error>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schema");
    for (name, schema) in [("workflow", workflow_schema()), ("environment", environment_schema())] {
        let path = format!("{folder}/{name}.schema.json");
        let text = serde_json::to_string_pretty(&schema)? + "\n";
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::create_dir_all(folder)?;
            std::fs::write(&path, &text)?;
        }
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            committed == text,
            "schema/{name}.schema.json is out of date: UPDATE_EXPECT=1 writes it anew"
        );
    }
    Ok(())
}
