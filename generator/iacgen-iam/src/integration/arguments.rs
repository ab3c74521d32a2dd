//! The arguments of a Task, as far as they are known before it runs.

use iacgen_aws_types::ResourceArn;
use serde_json::Value;

/// What is known of one argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Argument {
    /// It is not written.
    Absent,
    /// It is this text: a name, an ARN, a URL.
    Text(String),
    /// It is a text that begins so; the rest comes from the state's input.
    Begins(String),
    /// It names the resource with this ARN.
    Arn(ResourceArn),
    /// It comes from the state's input.
    Unknown,
}

/// Whoever knows a Task's arguments.
pub trait Arguments {
    /// Returns what is known of a field: `["TableName"]`, `["Entries", "*", "EventBusName"]`, where `*` is each element
    /// of a list and gives one answer each.
    fn at(&self, field: &[&str]) -> Vec<Argument>;
}

impl<F: Fn(&[&str]) -> Vec<Argument>> Arguments for F {
    fn at(&self, field: &[&str]) -> Vec<Argument> {
        self(field)
    }
}

/// The `Parameters` or `Arguments` of a Task in the Amazon States Language.
pub struct AslArguments<'a> {
    /// The JSON.
    pub value: &'a Value,
    /// Tells which resource `${NAME}` stands for, among the definition's substitutions.
    pub substitution: &'a dyn Fn(&str) -> Option<ResourceArn>,
}

impl Arguments for AslArguments<'_> {
    fn at(&self, field: &[&str]) -> Vec<Argument> {
        self.walk(self.value, field)
    }
}

impl AslArguments<'_> {
    fn walk(&self, value: &Value, field: &[&str]) -> Vec<Argument> {
        match (field, value) {
            ([], value) => vec![self.leaf(value)],
            (["*", rest @ ..], Value::Array(elements)) => {
                elements.iter().flat_map(|element| self.walk(element, rest)).collect()
            }
            ([key, rest @ ..], Value::Object(fields)) => {
                match (fields.get(*key), fields.get(&format!("{key}.$"))) {
                    (Some(value), _) => self.walk(value, rest),
                    (None, Some(Value::String(path))) if rest.is_empty() => vec![path_or_call(path)],
                    (None, Some(_)) => vec![Argument::Unknown],
                    (None, None) => vec![Argument::Absent],
                }
            }
            (_, Value::Null) => vec![Argument::Absent],
            // An expression gives the whole of it.
            _ => vec![Argument::Unknown],
        }
    }

    fn leaf(&self, value: &Value) -> Argument {
        match value {
            Value::Null => Argument::Absent,
            Value::Bool(value) => Argument::Text(value.to_string()),
            Value::Number(value) => Argument::Text(value.to_string()),
            Value::String(text) => self.text(text),
            Value::Array(_) | Value::Object(_) => Argument::Unknown,
        }
    }

    fn text(&self, text: &str) -> Argument {
        if text.starts_with("{%") {
            return Argument::Unknown;
        }
        match text.split_once("${") {
            None => Argument::Text(text.to_owned()),
            Some(("", name)) if name.ends_with('}') && !name.contains("${") => {
                (self.substitution)(&name[..name.len() - 1]).map_or(Argument::Unknown, Argument::Arn)
            }
            Some(("", _)) => Argument::Unknown,
            Some((before, _)) => Argument::Begins(before.to_owned()),
        }
    }
}

/// What the value of a field `KEY.$` is known to be: the beginning of a `States.Format`, otherwise nothing.
fn path_or_call(text: &str) -> Argument {
    let Some(template) = text.trim_start().strip_prefix("States.Format(") else {
        return Argument::Unknown;
    };
    let Some(template) = template.trim_start().strip_prefix('\'') else {
        return Argument::Unknown;
    };
    let mut beginning = String::new();
    let mut characters = template.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => beginning.extend(characters.next()),
            '{' => return Argument::Begins(beginning),
            '\'' => return Argument::Text(beginning),
            other => beginning.push(other),
        }
    }
    Argument::Unknown
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn at(value: &Value, field: &[&str]) -> Vec<Argument> {
        let substitution = |name: &str| (name == "Runs").then(|| ResourceArn::Literal("arn:runs".to_owned()));
        AslArguments { value, substitution: &substitution }.at(field)
    }

    #[test]
    fn what_stands_there_is_known_and_what_comes_later_is_not() {
        let value = json!({
            "TableName": "runs", "Queue.$": "$.queue", "Ref": "${Runs}", "Other": "${Else}", "Jsonata": "{% $x %}",
            "Key.$": "States.Format('runs/{}/a', $.x)", "Whole.$": "States.Format('it\\'s')", "Part": "a/${Runs}",
            "Null": null, "Number": 3,
        });
        for (field, expected) in [
            ("TableName", Argument::Text("runs".to_owned())),
            ("Queue", Argument::Unknown),
            ("Ref", Argument::Arn(ResourceArn::Literal("arn:runs".to_owned()))),
            ("Other", Argument::Unknown),
            ("Jsonata", Argument::Unknown),
            ("Key", Argument::Begins("runs/".to_owned())),
            ("Whole", Argument::Text("it's".to_owned())),
            ("Part", Argument::Begins("a/".to_owned())),
            ("Null", Argument::Absent),
            ("Missing", Argument::Absent),
            ("Number", Argument::Text("3".to_owned())),
        ] {
            assert_eq!(at(&value, &[field]), [expected], "{field}");
        }
    }

    #[test]
    fn each_element_of_a_list_answers() {
        let value = json!({ "Entries": [{ "EventBusName": "a" }, {}, { "EventBusName.$": "$.bus" }] });
        assert_eq!(
            at(&value, &["Entries", "*", "EventBusName"]),
            [Argument::Text("a".to_owned()), Argument::Absent, Argument::Unknown]
        );
        assert_eq!(at(&json!({ "Entries.$": "$.all" }), &["Entries", "*", "X"]), [Argument::Unknown]);
        assert_eq!(at(&json!("{% $states.input %}"), &["TableName"]), [Argument::Unknown]);
    }
}
