//! Reads the items of a Distributed Map from objects.

use std::sync::Arc;

use iacgen_asl::{CsvHeaderLocation, ErrorName, InputType, ItemReader, Quantity, ReaderConfig};
use serde_json::{Value, json};

use super::super::data::iso;
use super::super::failure::Failure;
use super::super::run::{Frame, Visit};
use super::csv;

/// The items that a reader finds. Every error is `States.ItemReaderFailed`.
pub(super) async fn read(
    visit: &Visit<'_>,
    frame: &Frame,
    reader: &ItemReader,
    input: &Arc<Value>,
) -> Result<Vec<Value>, Failure> {
    let parameters = visit.template(frame, reader.parameters.as_ref(), input, 0, None)?;
    let config = reader.reader_config.clone().unwrap_or_default();
    let most = most_items(visit, frame, &config, input)?;
    let failed = |cause: String| Failure::new(&ErrorName::ITEM_READER_FAILED, cause, visit.name);
    let text = |field: &str| parameters.get(field).and_then(Value::as_str);
    let bucket = text("Bucket").ok_or_else(|| failed("the reader's Bucket is missing".to_owned()))?;
    let Some(objects) = &visit.run.shared.objects else {
        return Err(failed("there is no object store to read from".to_owned()));
    };
    let mut items = match reader.resource.rsplit(':').next() {
        Some("listObjectsV2") => {
            let listed = objects.list(bucket, text("Prefix").unwrap_or_default()).await;
            let listed = listed.map_err(|error| failed(error.to_string()))?;
            listed
                .into_iter()
                .map(|object| {
                    json!({
                        "Etag": object.etag,
                        "Key": object.key,
                        "LastModified": iso(object.last_modified),
                        "Size": object.size,
                        "StorageClass": "STANDARD",
                    })
                })
                .collect()
        }
        Some("getObject") => {
            let key = text("Key").ok_or_else(|| failed("the reader's Key is missing".to_owned()))?;
            let bytes = objects.get(bucket, key).await.map_err(|error| failed(error.to_string()))?;
            parse(&bytes, &config).map_err(failed)?
        }
        _ => {
            return Err(failed(format!("an item reader has no resource {}", reader.resource)));
        }
    };
    if let Some(most) = most {
        items.truncate(most);
    }
    Ok(items)
}

fn most_items(
    visit: &Visit<'_>,
    frame: &Frame,
    config: &ReaderConfig,
    input: &Arc<Value>,
) -> Result<Option<usize>, Failure> {
    let most = match &config.max_items {
        None | Some(Quantity::Expression(_)) => return Ok(None),
        Some(Quantity::Value(most)) => *most,
        Some(Quantity::Path(path)) => {
            let value = visit.at(frame, path, input)?;
            value.as_i64().or_else(|| value.as_str()?.trim().parse().ok()).ok_or_else(|| {
                let shown = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                visit.runtime(&format!(
                    "The MaxItemsPath field refers to value \"{shown}\" which is not a valid integer: {path}"
                ))
            })?
        }
    };
    match usize::try_from(most) {
        // Zero stands for no limit.
        Ok(0) => Ok(None),
        Ok(most) => Ok(Some(most)),
        Err(_) => {
            let cause = "field MaxItems must be positive";
            Err(Failure::new(&ErrorName::ITEM_READER_FAILED, cause, visit.name))
        }
    }
}

/// The items in an object's bytes.
fn parse(bytes: &[u8], config: &ReaderConfig) -> Result<Vec<Value>, String> {
    if let Some(transformation) = config.transformation.as_deref().filter(|word| *word != "NONE") {
        return Err(format!("the local target does not read the transformation {transformation}"));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| format!("the object is no UTF-8: {error}"))?;
    match config.input_type {
        None | Some(InputType::Json) => {
            let document: Value =
                serde_json::from_str(text).map_err(|error| format!("the object is no JSON: {error}"))?;
            let found = match &config.items_pointer {
                None => Some(&document),
                Some(pointer) => document.pointer(pointer),
            };
            match found {
                Some(Value::Array(items)) => Ok(items.clone()),
                _ => Err("Attempting to map over non-iterable node.".to_owned()),
            }
        }
        Some(InputType::Jsonl) => text
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.trim().is_empty())
            .map(|(number, line)| {
                serde_json::from_str(line)
                    .map_err(|error| format!("line {} of the object is no JSON: {error}", number + 1))
            })
            .collect(),
        Some(InputType::Csv) => {
            let delimiter = csv::delimiter(config.csv_delimiter.as_deref())?;
            let headers = match config.csv_header_location {
                Some(CsvHeaderLocation::Given) => Some(config.csv_headers.as_deref().unwrap_or_default()),
                _ => None,
            };
            csv::items(text, delimiter, headers)
        }
        Some(kind @ (InputType::Manifest | InputType::Parquet)) => {
            Err(format!("the local target does not read {} objects: use CSV, JSON or JSONL", kind.as_str()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_and_json_lines_give_items() {
        let config = |kind| ReaderConfig { input_type: Some(kind), ..ReaderConfig::default() };
        assert_eq!(parse(b"[1, {}]", &config(InputType::Json)), Ok(vec![json!(1), json!({})]));
        assert_eq!(
            parse(b"{\"a\": 1}\n\n2\n", &config(InputType::Jsonl)),
            Ok(vec![json!({"a": 1}), json!(2)])
        );
        let pointed = ReaderConfig { items_pointer: Some("/a/b".to_owned()), ..config(InputType::Json) };
        assert_eq!(parse(b"{\"a\": {\"b\": [3]}}", &pointed), Ok(vec![json!(3)]));
        for (bytes, kind) in
            [(&b"{}"[..], InputType::Json), (b"x", InputType::Jsonl), (b"", InputType::Parquet)]
        {
            assert!(parse(bytes, &config(kind)).is_err());
        }
    }
}
