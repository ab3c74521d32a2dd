//! Where two values differ, leaf by leaf.

use serde_json::{Map, Value};

use crate::symbols::{intrinsic, told};

/// Fields that tell the items of a list apart.
const NAMES: [&str; 10] =
    ["Key", "Id", "Sid", "Name", "PolicyName", "AttributeName", "IndexName", "RuleName", "TagKey", "id"];

/// A value that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Leaf {
    /// Where, for people: `Rules[expire-1].ExpirationInDays`.
    pub(crate) path: String,
    /// Where, as names with `*` for any item.
    pub(crate) names: Vec<String>,
    /// The old value; `None` where there was none.
    pub(crate) before: Option<String>,
    /// The new value; `None` where there is none.
    pub(crate) after: Option<String>,
}

/// Returns every leaf in which two values differ, in the order of the new one.
pub(crate) fn leaves(before: Option<&Value>, after: Option<&Value>) -> Vec<Leaf> {
    let mut found = Vec::new();
    collect(before, after, &Spot::default(), &mut found);
    found
}

#[derive(Debug, Clone, Default)]
struct Spot {
    path: String,
    names: Vec<String>,
}

impl Spot {
    fn field(&self, name: &str) -> Self {
        let dot = if self.path.is_empty() { "" } else { "." };
        Self {
            path: format!("{}{dot}{name}", self.path),
            names: [&self.names[..], &[name.to_owned()]].concat(),
        }
    }

    fn item(&self, name: &str) -> Self {
        Self { path: format!("{}[{name}]", self.path), names: [&self.names[..], &["*".to_owned()]].concat() }
    }
}

fn collect(before: Option<&Value>, after: Option<&Value>, spot: &Spot, found: &mut Vec<Leaf>) {
    if before == after {
        return;
    }
    let parts = |value: Option<&Value>| value.is_none_or(|value| fields(value).is_some());
    let lists = |value: Option<&Value>| value.is_none_or(Value::is_array);
    let is_empty = |value: Option<&Value>| match value {
        Some(Value::Object(fields)) => fields.is_empty(),
        Some(Value::Array(items)) => items.is_empty(),
        _ => true,
    };
    if is_empty(before) && is_empty(after)
        || !(parts(before) && parts(after) || lists(before) && lists(after))
    {
        found.push(Leaf {
            path: spot.path.clone(),
            names: spot.names.clone(),
            before: before.map(told),
            after: after.map(told),
        });
    } else if parts(before) && parts(after) {
        let (old, new) = (before.and_then(fields), after.and_then(fields));
        let field =
            |side: Option<&'_ Map<String, Value>>, name: &str| side.and_then(|side| side.get(name)).cloned();
        let gone = old.into_iter().flatten().filter(|(name, _)| field(new, name).is_none());
        for (name, _) in new.into_iter().flatten().chain(gone) {
            collect(field(old, name).as_ref(), field(new, name).as_ref(), &spot.field(name), found);
        }
    } else {
        items(list(before), list(after), spot, found);
    }
}

fn fields(value: &Value) -> Option<&Map<String, Value>> {
    value.as_object().filter(|_| intrinsic(value).is_none())
}

fn list(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn items(before: &[Value], after: &[Value], spot: &Spot, found: &mut Vec<Leaf>) {
    let all = || before.iter().chain(after);
    if all().all(|item| fields(item).is_none() && !item.is_array()) {
        scalars(before, after, spot, found);
        return;
    }
    let name = NAMES.iter().find(|name| {
        let distinct = |items: &[Value]| {
            let mut names: Vec<String> = items.iter().map(|item| told(&item[**name])).collect();
            names.sort();
            names.windows(2).all(|pair| pair[0] != pair[1])
        };
        all().all(|item| item.get(**name).is_some()) && distinct(before) && distinct(after)
    });
    let Some(name) = name else {
        for number in 0..before.len().max(after.len()) {
            collect(before.get(number), after.get(number), &spot.item(&number.to_string()), found);
        }
        return;
    };
    let of = |items: &[Value], named: &Value| items.iter().find(|item| item[*name] == *named).cloned();
    let gone = before.iter().filter(|item| of(after, &item[*name]).is_none());
    for item in after.iter().chain(gone) {
        let named = &item[*name];
        collect(of(before, named).as_ref(), of(after, named).as_ref(), &spot.item(&told(named)), found);
    }
}

/// Lists of plain values: what came and what went; where nothing did, the order.
fn scalars(before: &[Value], after: &[Value], spot: &Spot, found: &mut Vec<Leaf>) {
    let missing = |items: &[Value], from: &[Value]| -> Vec<String> {
        let mut left = from.to_vec();
        items
            .iter()
            .filter(|item| match left.iter().position(|other| other == *item) {
                Some(at) => {
                    left.remove(at);
                    false
                }
                None => true,
            })
            .map(told)
            .collect()
    };
    let (gone, come) = (missing(before, after), missing(after, before));
    let text = |items: Vec<String>| (!items.is_empty()).then(|| items.join(", "));
    let (before, after) = if gone.is_empty() && come.is_empty() {
        (text(before.iter().map(told).collect()), text(after.iter().map(told).collect()))
    } else {
        (text(gone), text(come))
    };
    let spot = spot.item("");
    found.push(Leaf { path: spot.path, names: spot.names, before, after });
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(before: &Value, after: &Value, expected: &[&str]) {
        let shown: Vec<String> = leaves(Some(before), Some(after))
            .into_iter()
            .map(|leaf| {
                let text = |side: Option<String>| side.unwrap_or_else(|| "-".to_owned());
                format!("{}: {} > {}", leaf.path, text(leaf.before), text(leaf.after))
            })
            .collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn leaves_are_found_by_name_and_never_as_a_blob() {
        check(
            &json!({ "A": { "B": 1, "C": { "Ref": "X" } }, "Tags": [{ "Key": "a", "Value": "1" }, { "Key": "b", "Value": "2" }] }),
            &json!({ "A": { "B": 2, "C": { "Fn::GetAtt": ["X", "Arn"] } }, "Tags": [{ "Key": "b", "Value": "3" }, { "Key": "a", "Value": "1" }] }),
            &["A.B: 1 > 2", "A.C: X > X.Arn", "Tags[b].Value: 2 > 3"],
        );
        check(
            &json!({}),
            &json!({ "A": { "B": [1, { "C": true }] } }),
            &["A.B[0]: - > 1", "A.B[1].C: - > true"],
        );
        check(&json!({ "L": ["a", "b"] }), &json!({ "L": ["b", "c"] }), &["L[]: a > c"]);
        check(&json!({ "L": ["a", "b"] }), &json!({ "L": ["b", "a"] }), &["L[]: a, b > b, a"]);
        check(&json!({ "L": [] }), &json!({}), &["L: nothing > -"]);
    }
}
