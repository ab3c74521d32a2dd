//! Gathers the items of a Distributed Map into batches.

use std::sync::Arc;

use iacgen_asl::{ItemBatcher, Path, Quantity};
use serde_json::{Map, Value};

use super::super::failure::Failure;
use super::super::limits;
use super::super::run::{Frame, Visit};

/// The input of a child execution.
pub(super) struct Batch {
    pub(super) input: Arc<Value>,
    /// How many items it holds.
    pub(super) items: usize,
}

/// The inputs of the children: one for each item, or for each batch.
pub(super) fn batches(
    visit: &Visit<'_>,
    frame: &Frame,
    batcher: Option<&ItemBatcher>,
    input: &Arc<Value>,
    items: Vec<Arc<Value>>,
) -> Result<Vec<Batch>, Failure> {
    let Some(batcher) = batcher else {
        return Ok(items.into_iter().map(|input| Batch { input, items: 1 }).collect());
    };
    let most_items = whole(visit, frame, "MaxItemsPerBatch", batcher.max_items_per_batch.as_ref(), input)?;
    let most_bytes =
        whole(visit, frame, "MaxInputBytesPerBatch", batcher.max_input_bytes_per_batch.as_ref(), input)?
            .unwrap_or(limits::PAYLOAD_BYTES)
            .min(limits::PAYLOAD_BYTES);
    let batch_input = match &batcher.batch_input {
        None => None,
        Some(template) => Some(Value::clone(&*visit.template(frame, Some(template), input, 0, None)?)),
    };
    Ok(group(items, most_items.unwrap_or(usize::MAX), most_bytes, batch_input.as_ref()))
}

fn group(
    items: Vec<Arc<Value>>,
    most_items: usize,
    most_bytes: usize,
    batch_input: Option<&Value>,
) -> Vec<Batch> {
    let frame_bytes = limits::size(&assembled(Vec::new(), batch_input));
    let mut batches = Vec::new();
    let (mut gathered, mut bytes) = (Vec::new(), frame_bytes);
    for item in items {
        let item = Arc::unwrap_or_clone(item);
        let size = limits::size(&item);
        // A comma stands before every item but the first.
        let full = gathered.len() >= most_items || bytes + 1 + size > most_bytes;
        if full && !gathered.is_empty() {
            batches.push(std::mem::take(&mut gathered));
            bytes = frame_bytes;
        }
        bytes += size + usize::from(!gathered.is_empty());
        gathered.push(item);
    }
    if !gathered.is_empty() {
        batches.push(gathered);
    }
    batches
        .into_iter()
        .map(|items| Batch { items: items.len(), input: Arc::new(assembled(items, batch_input)) })
        .collect()
}

fn assembled(items: Vec<Value>, batch_input: Option<&Value>) -> Value {
    let mut input = Map::new();
    if let Some(batch_input) = batch_input {
        input.insert("BatchInput".to_owned(), batch_input.clone());
    }
    input.insert("Items".to_owned(), Value::Array(items));
    Value::Object(input)
}

/// A positive number; AWS takes a numeric string, too.
fn whole(
    visit: &Visit<'_>,
    frame: &Frame,
    field: &str,
    quantity: Option<&Quantity<u64>>,
    input: &Arc<Value>,
) -> Result<Option<usize>, Failure> {
    let number = match quantity {
        Some(Quantity::Value(value)) => *value,
        Some(Quantity::Path(path)) => looked_up(visit, frame, field, path, input)?,
        _ => return Ok(None),
    };
    if number == 0 {
        return Err(visit.runtime(&format!("field {field} must be positive")));
    }
    Ok(Some(usize::try_from(number).unwrap_or(usize::MAX)))
}

fn looked_up(
    visit: &Visit<'_>,
    frame: &Frame,
    field: &str,
    path: &Path,
    input: &Arc<Value>,
) -> Result<u64, Failure> {
    let value = visit.at(frame, path, input)?;
    value.as_u64().or_else(|| value.as_str()?.trim().parse().ok()).ok_or_else(|| {
        let shown = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        visit.runtime(&format!(
            "The {field}Path field refers to value \"{shown}\" which is not a valid integer: {path}"
        ))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(most_items: usize, most_bytes: usize, batch_input: Option<&Value>, expected: &[Value]) {
        let items = vec![Arc::new(json!("aa")), Arc::new(json!("b")), Arc::new(json!("c"))];
        let batches = group(items, most_items, most_bytes, batch_input);
        let inputs: Vec<Value> = batches.iter().map(|batch| Value::clone(&batch.input)).collect();
        assert_eq!(inputs, expected);
    }

    #[test]
    fn items_are_gathered_by_number_and_by_bytes() {
        check(2, 999, None, &[json!({"Items": ["aa", "b"]}), json!({"Items": ["c"]})]);
        // {"Items":["aa","b"]} has 20 bytes.
        check(9, 20, None, &[json!({"Items": ["aa", "b"]}), json!({"Items": ["c"]})]);
        check(9, 19, None, &[json!({"Items": ["aa"]}), json!({"Items": ["b", "c"]})]);
        check(3, 999, Some(&json!(7)), &[json!({"BatchInput": 7, "Items": ["aa", "b", "c"]})]);
    }
}
