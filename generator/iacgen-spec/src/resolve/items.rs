//! Where a Map's items come from, and where its results go.

use iacgen_asl::{InputType, ManifestType, OutputType, Transformation};

use super::path;
use super::scope::Scope;
use super::state::{Machine, located, optional};
use crate::check::{
    bad_csv_headers, buckets_unneeded, field_not_for_reader, missing_field, unknown_word, wrong_kind,
};
use crate::model::{
    BucketName, Dynamic, ItemFormat, ItemReader, ItemSource, Items, Located, Place, ReferenceKind,
    ResultWriter, TemplateValue,
};
use crate::raw::{RawBucketName, RawBuckets, RawItems, RawReader, RawTemplate, RawWriter};
use crate::yaml::Spanned;

/// The formats of objects by the spec's words.
const FORMATS: [(&str, InputType); 5] = [
    ("csv", InputType::Csv),
    ("json", InputType::Json),
    ("jsonl", InputType::Jsonl),
    ("manifest", InputType::Manifest),
    ("parquet", InputType::Parquet),
];
/// The characters between the cells of a CSV file, by the spec's words. Page: "ItemReader (Map)".
const DELIMITERS: [(&str, &str); 5] =
    [("comma", "COMMA"), ("pipe", "PIPE"), ("semicolon", "SEMICOLON"), ("space", "SPACE"), ("tab", "TAB")];
/// The most items that a reader can be told to read. Page: "ItemReader (Map)".
const MOST_ITEMS: u32 = 100_000_000;

impl<'a> Machine<'_, 'a> {
    /// Resolves where a Map's items come from: its whole input where nothing is said.
    pub(super) fn items(&self, raw: Option<&'a RawItems>, scope: Scope) -> Option<Items> {
        let context = self.context;
        let values = match raw {
            None => return Some(Items::Path(None)),
            Some(RawItems::Reader(reader)) => {
                return self.reader(reader, scope).map(Box::new).map(Items::Reader);
            }
            Some(RawItems::Values(values)) => values,
        };
        if scope.language.is_jsonata() {
            return context.template(values, scope).map(Items::Values);
        }
        let text = match values {
            RawTemplate::Value(value) => {
                let (text, value) = context.text(value, "`items`")?;
                Located { value: text.to_owned(), place: value.place }
            }
            RawTemplate::Dynamic(text) | RawTemplate::Literal(text) => located(text),
            RawTemplate::Array(span, _) | RawTemplate::Object(span, _) => {
                context.sink.push(wrong_kind::items(*span));
                return None;
            }
        };
        self.items_path(text, scope).map(Some).map(Items::Path)
    }

    fn items_path(&self, text: Located<String>, scope: Scope) -> Option<Located<String>> {
        path::check_one_place(&text.value, text.place, scope, self.context.sink)?;
        Some(Located { place: text.place.holding(&text.value), ..text })
    }

    fn reader(&self, raw: &'a RawReader, scope: Scope) -> Option<ItemReader> {
        let context = self.context;
        let key = raw.key.as_ref().map(|raw| context.template(raw, scope));
        let version = raw.version.as_ref().map(|raw| context.template(raw, scope));
        let prefix = raw.prefix.as_ref().map(|raw| context.template(raw, scope));
        let limit = raw.limit.as_ref().map(|raw| {
            let limit = context.dynamic_whole(Some(raw), "limit", 1..=MOST_ITEMS, scope)?;
            let value = match limit.value {
                Dynamic::Value(limit) => Dynamic::Value(u64::from(limit)),
                Dynamic::Path(path) => Dynamic::Path(path),
                Dynamic::Expression(expression) => Dynamic::Expression(expression),
            };
            Some(Located { value, place: limit.place })
        });
        let items = raw.items.as_ref().map(|path| self.items_path(located(path), scope));
        let format = raw.format.as_ref()?;
        field_not_for_reader::check(raw, format, context.sink);
        let bucket = self.bucket(raw.bucket.as_ref(), scope);
        let buckets = self.buckets(raw.buckets.as_ref(), bucket.as_ref());
        let source = if format.value == "list" {
            let load = raw.load.as_ref().map(|word| self.format(raw, word));
            Some(ItemSource::Listing { prefix: optional(prefix)?, load: optional(load)? })
        } else {
            let format = self.format(raw, format);
            Some(ItemSource::Object { key: key??, version: optional(version)?, format: format? })
        };
        Some(ItemReader {
            place: Place::written(raw.span.unwrap_or(format.span)),
            bucket: bucket?,
            buckets: buckets?,
            source: source?,
            limit: optional(limit)?,
            items: optional(items)?,
        })
    }

    fn format(&self, raw: &'a RawReader, word: &Spanned<String>) -> Option<ItemFormat> {
        let context = self.context;
        let Some((_, input_type)) = FORMATS.iter().find(|(format, _)| *format == word.value) else {
            self.unknown(word, "a format of items", &FORMATS.map(|(format, _)| format));
            return None;
        };
        let pointer = raw.pointer.as_ref().map(|raw| {
            let (text, value) = context.text(raw, &context.dialect.field("pointer"))?;
            Some(Located { value: text.to_owned(), place: value.place })
        });
        let delimiter = raw.delimiter.as_ref().map(|raw| {
            let (text, value) = context.text(raw, &context.dialect.field("delimiter"))?;
            let known = DELIMITERS.iter().find(|(word, own)| *word == text || *own == text);
            if known.is_none() {
                let words = DELIMITERS.map(|(word, _)| word);
                context.sink.push(unknown_word::finding(text, value.place, "a delimiter", &words));
            }
            known.map(|(_, own)| (*own).to_owned())
        });
        bad_csv_headers::check(&raw.headers, context.sink);
        let headers = raw.headers.iter().map(|header| header.value.clone()).collect();
        let manifest = match (input_type, &raw.manifest) {
            (InputType::Manifest, None) => {
                let at = word.span;
                context.sink.push(missing_field::finding(at, "a manifest", "type"));
                return None;
            }
            (_, None) => None,
            (_, Some(word)) => Some(match word.value.as_str() {
                "inventory" => Some(ManifestType::S3Inventory),
                "athena" => Some(ManifestType::AthenaData),
                _ => {
                    self.unknown(word, "a type of manifests", &["inventory", "athena"]);
                    None
                }
            }),
        };
        Some(ItemFormat {
            input_type: *input_type,
            pointer: optional(pointer)?,
            headers: Some(headers).filter(|headers: &Vec<String>| !headers.is_empty()),
            delimiter: optional(delimiter)?,
            manifest: optional(manifest)?,
        })
    }

    fn bucket(&self, raw: Option<&'a RawBucketName>, scope: Scope) -> Option<BucketName> {
        match raw? {
            RawBucketName::Named(name) => {
                let known = self.context.is_known(ReferenceKind::Bucket, name);
                known.then(|| BucketName::Named(located(name)))
            }
            RawBucketName::Given(raw) => {
                let template = self.context.template(raw, scope)?;
                Some(match template.value {
                    TemplateValue::Reference(reference) if reference.kind == ReferenceKind::Bucket => {
                        BucketName::Named(Located { value: reference.id, place: template.place })
                    }
                    _ => BucketName::Given(template),
                })
            }
        }
    }

    /// Resolves the buckets that one may be which comes out of the input.
    fn buckets(
        &self,
        raw: Option<&'a RawBuckets>,
        bucket: Option<&BucketName>,
    ) -> Option<Vec<Located<String>>> {
        let Some(raw) = raw else { return Some(Vec::new()) };
        let named = match bucket? {
            BucketName::Named(name) => Some((name.value.clone(), name.place)),
            BucketName::Given(template) => match &template.value {
                TemplateValue::Text(name) => Some((name.clone(), template.place)),
                _ => None,
            },
        };
        if let Some((name, place)) = named {
            buckets_unneeded::report(&raw.key, &name, place, self.context.sink);
        }
        let known = raw
            .names
            .iter()
            .map(|name| self.context.is_known(ReferenceKind::Bucket, name).then(|| located(name)));
        known.collect::<Vec<_>>().into_iter().collect()
    }

    /// Resolves where a Map's results go.
    pub(super) fn writer(&self, raw: &'a RawWriter, scope: Scope) -> Option<ResultWriter> {
        let bucket = raw.bucket.as_ref().map(|bucket| self.bucket(Some(bucket), scope));
        let known = bucket.as_ref().and_then(|bucket| bucket.as_ref());
        if raw.bucket.is_none() && raw.buckets.is_some() {
            self.context.sink.push(missing_field::finding(raw.span, "`result_writer`", "bucket"));
        }
        let buckets = self.buckets(raw.buckets.as_ref(), known);
        let prefix = raw.prefix.as_ref().map(|raw| self.context.template(raw, scope));
        let transformation = raw.transformation.as_ref().map(|word| match word.value.as_str() {
            "none" => Some(Transformation::None),
            "compact" => Some(Transformation::Compact),
            "flatten" => Some(Transformation::Flatten),
            _ => {
                self.unknown(word, "a transformation of results", &["none", "compact", "flatten"]);
                None
            }
        });
        let output_type = raw.format.as_ref().map(|word| match word.value.as_str() {
            "json" => Some(OutputType::Json),
            "jsonl" => Some(OutputType::Jsonl),
            _ => {
                self.unknown(word, "a format of results", &["json", "jsonl"]);
                None
            }
        });
        Some(ResultWriter {
            place: Place::written(raw.span),
            bucket: optional(bucket)?,
            buckets: buckets?,
            prefix: optional(prefix)?,
            transformation: optional(transformation)?,
            output_type: optional(output_type)?,
        })
    }

    fn unknown(&self, word: &Spanned<String>, what: &str, words: &[&str]) {
        let place = Place::written(word.span);
        self.context.sink.push(unknown_word::finding(&word.value, place, what, words));
    }
}
