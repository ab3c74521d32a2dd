//! Maps: where their items come from, and where their results go.

use iacgen_asl::{
    CsvHeaderLocation, InputType, ItemBatcher, ItemProcessor, ItemReader, MapState, Quantity, QueryLanguage,
    ReaderConfig, ResultWriter, WriterConfig,
};
use iacgen_spec::model::{
    self, Batch, BucketName, Dynamic, ItemFormat, ItemSource, Items, Located, Map, Reference, ReferenceKind,
    State,
};
use serde_json::Value;

use super::Lowering;
use super::states::{path, quantity};
use crate::error::SynthesisError;

impl Lowering<'_> {
    /// Returns a Map without what is the same in every kind of state.
    pub(super) fn map(&self, name: &str, state: &State, map: &Map) -> Result<MapState, SynthesisError> {
        let query = state.query;
        let (start_at, states) = self.states(&map.states)?;
        let mut lowered = MapState::new(ItemProcessor::new(map.mode, start_at, states));
        match &map.items {
            Items::Path(text) => {
                lowered.items_path = text.as_ref().map(|text| path(name, &text.value)).transpose()?;
            }
            Items::Values(template) => lowered.items = Some(self.json(name, query, template)?),
            Items::Reader(reader) => {
                lowered.item_reader = Some(self.reader(name, query, reader)?);
                lowered.items_path = reader.items.as_ref().map(|text| path(name, &text.value)).transpose()?;
            }
        }
        lowered.item_selector =
            map.select.as_ref().map(|select| self.json(name, query, select)).transpose()?;
        lowered.item_batcher = map.batch.as_ref().map(|batch| self.batch(name, query, batch)).transpose()?;
        lowered.max_concurrency = whole(name, map.concurrency.as_ref())?;
        // A tolerance of zero is the default, but one that was written is kept: it says that it is meant.
        lowered.tolerated_failure_count = whole(name, map.tolerated_count.as_ref())?;
        lowered.tolerated_failure_percentage = map
            .tolerated_percentage
            .as_ref()
            .map(|percentage| quantity(name, percentage, |percentage| *percentage))
            .transpose()?;
        lowered.label = map.label.as_ref().map(|label| label.value.clone());
        lowered.result_writer =
            map.writer.as_ref().map(|writer| self.writer(name, query, writer)).transpose()?;
        Ok(lowered)
    }

    fn reader(
        &self,
        name: &str,
        query: QueryLanguage,
        reader: &model::ItemReader,
    ) -> Result<ItemReader, SynthesisError> {
        let mut arguments = vec![self.bucket(name, query, &reader.bucket)?];
        let (action, config) = match &reader.source {
            ItemSource::Object { key, version, format } => {
                arguments.push(self.field(name, query, "Key", key)?);
                if let Some(version) = version {
                    arguments.push(self.field(name, query, "VersionId", version)?);
                }
                ("s3:getObject", reader_config(format))
            }
            ItemSource::Listing { prefix, load } => {
                if let Some(prefix) = prefix {
                    arguments.push(self.field(name, query, "Prefix", prefix)?);
                }
                let load = load.as_ref().map(|format| ReaderConfig {
                    transformation: Some("LOAD_AND_FLATTEN".to_owned()),
                    ..reader_config(format)
                });
                ("s3:listObjectsV2", load.unwrap_or_default())
            }
        };
        let limit = |&limit: &u64| i64::try_from(limit).unwrap_or(i64::MAX);
        let max_items = reader.limit.as_ref().map(|most| quantity(name, most, limit)).transpose()?;
        let config = ReaderConfig { max_items, ..config };
        let (parameters, arguments) = split(query, arguments);
        Ok(ItemReader {
            resource: self.action(action),
            parameters,
            arguments,
            reader_config: (config != ReaderConfig::default()).then_some(config),
        })
    }

    fn writer(
        &self,
        name: &str,
        query: QueryLanguage,
        writer: &model::ResultWriter,
    ) -> Result<ResultWriter, SynthesisError> {
        let mut arguments = Vec::new();
        if let Some(bucket) = &writer.bucket {
            arguments.push(self.bucket(name, query, bucket)?);
        }
        if let Some(prefix) = &writer.prefix {
            arguments.push(self.field(name, query, "Prefix", prefix)?);
        }
        let config = WriterConfig { transformation: writer.transformation, output_type: writer.output_type };
        let resource = writer.bucket.as_ref().map(|_| self.action("s3:putObject"));
        let (parameters, arguments) =
            if arguments.is_empty() { (None, None) } else { split(query, arguments) };
        Ok(ResultWriter {
            resource,
            parameters,
            arguments,
            writer_config: (config != WriterConfig::default()).then_some(config),
        })
    }

    fn batch(&self, name: &str, query: QueryLanguage, batch: &Batch) -> Result<ItemBatcher, SynthesisError> {
        Ok(ItemBatcher {
            max_items_per_batch: whole(name, batch.items.as_ref())?,
            max_input_bytes_per_batch: whole(name, batch.bytes.as_ref())?,
            batch_input: batch.input.as_ref().map(|input| self.json(name, query, input)).transpose()?,
        })
    }

    fn bucket(
        &self,
        name: &str,
        query: QueryLanguage,
        bucket: &BucketName,
    ) -> Result<(String, Value), SynthesisError> {
        match bucket {
            BucketName::Named(id) => {
                let reference = Reference { kind: ReferenceKind::Bucket, id: id.value.clone() };
                Ok(("Bucket".to_owned(), Value::from(self.reference(&reference))))
            }
            BucketName::Given(template) => self.field(name, query, "Bucket", template),
        }
    }
}

/// Puts arguments where the language has them: `Parameters` or `Arguments`.
fn split(query: QueryLanguage, arguments: Vec<(String, Value)>) -> (Option<Value>, Option<Value>) {
    let arguments = Some(Value::Object(arguments.into_iter().collect()));
    match query {
        QueryLanguage::JsonPath => (arguments, None),
        QueryLanguage::Jsonata => (None, arguments),
    }
}

fn reader_config(format: &ItemFormat) -> ReaderConfig {
    let headers = format.headers.clone();
    let is_csv = format.input_type == InputType::Csv;
    let location = if headers.is_some() { CsvHeaderLocation::Given } else { CsvHeaderLocation::FirstRow };
    ReaderConfig {
        input_type: Some(format.input_type),
        csv_delimiter: format.delimiter.clone(),
        csv_header_location: is_csv.then_some(location),
        csv_headers: headers,
        manifest_type: format.manifest,
        items_pointer: format.pointer.as_ref().map(|pointer| pointer.value.clone()),
        ..ReaderConfig::default()
    }
}

fn whole(
    name: &str,
    number: Option<&Located<Dynamic<u32>>>,
) -> Result<Option<Quantity<u64>>, SynthesisError> {
    number.map(|number| quantity(name, number, |&number| u64::from(number))).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_csv_has_headers() {
        let format = |input_type| ItemFormat {
            input_type,
            pointer: None,
            headers: None,
            delimiter: None,
            manifest: None,
        };
        let csv = reader_config(&format(InputType::Csv));
        assert_eq!(csv.csv_header_location, Some(CsvHeaderLocation::FirstRow));
        assert_eq!(reader_config(&format(InputType::Json)).csv_header_location, None);
    }
}
