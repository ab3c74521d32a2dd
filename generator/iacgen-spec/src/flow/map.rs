//! What Maps read, run over, and give.

use iacgen_asl::{InputType, ManifestType, ProcessorMode};
use iacgen_shapes::{Shape, known};
use indexmap::IndexMap;

use super::arrival::{Arrival, Origin};
use super::scope::Scope;
use super::{Flow, Inside};
use crate::check::{items_in_payload, items_no_list};
use crate::model::{BucketName, ItemFormat, ItemReader, ItemSource, Items, Map, State, Template};

/// The most bytes of a batch. Page: "ItemBatcher (Map)".
const MOST_BATCH_BYTES: f64 = 262_144.0;

/// The most items that a reader reads. Page: "ItemReader (Map)".
const MOST_ITEMS: f64 = 100_000_000.0;

impl<'a> Flow<'a> {
    /// Follows a Map. Returns its result.
    pub(super) fn map(
        self,
        scope: &Scope<'a, '_>,
        name: &str,
        state: &'a State,
        map: &'a Map,
        inside: &Inside,
    ) -> Shape {
        let distributed = matches!(map.mode, ProcessorMode::Distributed { .. });
        let item = self.item(scope, state, map, distributed);
        for number in [&map.concurrency, &map.tolerated_count] {
            scope.number(number.as_ref(), 0.0..=f64::INFINITY);
        }
        scope.number(map.tolerated_percentage.as_ref(), 0.0..=100.0);

        let mut within = Inside { item: Some(item.clone()), ..inside.clone() };
        let child = match &map.select {
            Some(select) => {
                let around = self.scope(state, scope.arrival, &within);
                around.with_input(scope.input.clone(), scope.origin.clone()).template(select)
            }
            None => item,
        };
        let (child, origin) = match &map.batch {
            None if map.select.is_some() => (child, Origin::Selection(name.to_owned())),
            None => (child, Origin::Item(name.to_owned())),
            Some(batch) => {
                scope.number(batch.items.as_ref(), 1.0..=f64::INFINITY);
                scope.number(batch.bytes.as_ref(), 1.0..=MOST_BATCH_BYTES);
                let input = batch.input.as_ref().map(|input| scope.template(input));
                (known::batch(child, input), Origin::Batch(name.to_owned()))
            }
        };
        // Children of a Distributed Map are executions of their own: they have an input of their own, and see no variable of
        // their parent. Whether they see the item, and which where it is one of a batch, no page says.
        let variables = if let ProcessorMode::Distributed { execution_type } = &map.mode {
            within = Inside {
                execution: *execution_type,
                input: child.clone(),
                item: Some(Shape::Any),
                hidden: scope.arrival.variables.keys().cloned().collect(),
            };
            IndexMap::new()
        } else {
            scope.arrival.variables.clone()
        };
        let output = self.block(&map.states, Arrival { input: child, origin, variables }, &within);
        if let Some(writer) = &map.writer {
            let bucket = writer.bucket.as_ref().and_then(given);
            bucket.into_iter().chain(&writer.prefix).for_each(|template| drop(scope.template(template)));
            if writer.bucket.is_some() {
                return known::result_writer_output();
            }
        }
        // A child that may fail stands in the output as its execution's description, and a transformation changes what
        // stands there. Page: "ResultWriter (Map)".
        let tolerant = map.tolerated_count.is_some() || map.tolerated_percentage.is_some();
        if map.writer.is_some() || tolerant {
            return Shape::Any;
        }
        // Where no item ever ends well there may still be no items.
        Shape::list_of(output)
    }

    /// Says what an item is.
    fn item(self, scope: &Scope<'a, '_>, state: &'a State, map: &'a Map, distributed: bool) -> Shape {
        match &map.items {
            Items::Path(path) => {
                let (found, place) = match path {
                    Some(path) => (scope.path(&path.value, path.place), path.place),
                    None => (scope.input.clone(), state.place),
                };
                let object = has_object(&found);
                if let Some(sink) = self.sink {
                    if !found.can_be_list() && !object {
                        sink.push(items_no_list::finding(place, path.as_ref(), &found, &scope.origin));
                    } else if distributed {
                        items_in_payload::check(place, &found, sink);
                    }
                }
                item_in(&found)
            }
            Items::Values(values) => {
                let found = scope.template(values);
                let object = has_object(&found);
                if let Some(sink) = self.sink
                    && !found.can_be_list()
                    && !object
                {
                    sink.push(items_no_list::written(values.place, &found));
                }
                item_in(&found)
            }
            Items::Reader(reader) => {
                let parts = match &reader.source {
                    ItemSource::Object { key, version, .. } => [Some(key), version.as_ref()],
                    ItemSource::Listing { prefix, .. } => [prefix.as_ref(), None],
                };
                let bucket = given(&reader.bucket);
                let parts = bucket.into_iter().chain(parts.into_iter().flatten());
                parts.for_each(|template| drop(scope.template(template)));
                scope.number(reader.limit.as_ref(), 1.0..=MOST_ITEMS);
                item_of(reader)
            }
        }
    }
}

/// Whether some value can be an object: a Map runs over its entries. Page: "ItemsPath (Map, JSONPath only)".
fn has_object(items: &Shape) -> bool {
    items.variants().iter().any(|variant| matches!(variant, Shape::Object(_)))
}

/// Says what an item is. Of entries of an object, and of what is no list, nothing is held known.
fn item_in(items: &Shape) -> Shape {
    if has_object(items) || !items.can_be_list() { Shape::Any } else { items.items() }
}

/// Says what an item of an object or a listing is.
fn item_of(reader: &ItemReader) -> Shape {
    if reader.items.is_some() {
        return Shape::Any;
    }
    match &reader.source {
        ItemSource::Listing { load: None, .. } => known::listed_object(),
        ItemSource::Listing { load: Some(format), .. } | ItemSource::Object { format, .. } => {
            item_of_format(format)
        }
    }
}

fn item_of_format(format: &ItemFormat) -> Shape {
    match (format.input_type, format.manifest, &format.headers) {
        (InputType::Csv, _, headers) => known::csv_row(headers.as_deref()),
        (InputType::Manifest, Some(ManifestType::S3Inventory) | None, _) => {
            Shape::object::<String>([], Shape::TEXT)
        }
        _ => Shape::Any,
    }
}

fn given(bucket: &BucketName) -> Option<&Template> {
    match bucket {
        BucketName::Named(_) => None,
        BucketName::Given(template) => Some(template),
    }
}
