//! What starts executions.

use iacgen_shapes::{Field, Shape, Text};
use indexmap::IndexMap;

use super::Context;
use super::state::located;
use crate::check::{bad_prefix, objects_of_existing_bucket, trigger_input};
use crate::model::{LocatedJson, Place, ReferenceKind, Trigger, TriggerKind};
use crate::raw::{RawTrigger, RawValue, find};
use crate::yaml::Spanned;

/// The most that an execution takes as its input, in bytes. Page: "StartExecution".
const LARGEST_INPUT: usize = 262_144;

/// Resolves every trigger. `accepted` is the type of the workflow's input.
pub(super) fn triggers(context: &Context<'_>, accepted: Option<&Shape>) -> IndexMap<String, Trigger> {
    let resolved = context.workflow.triggers.iter().filter_map(|(id, raw)| {
        let kind = context.trigger(id, raw, accepted)?;
        Some((id.value.clone(), Trigger { id: id.value.clone(), place: Place::written(id.span), kind }))
    });
    resolved.collect()
}

impl<'a> Context<'a> {
    fn trigger(
        &self,
        id: &'a Spanned<String>,
        raw: &'a RawTrigger,
        accepted: Option<&Shape>,
    ) -> Option<TriggerKind> {
        let expression = raw.schedule.as_ref().map(|raw| self.schedule(raw, "`schedule`"));
        let known = expression.as_ref().and_then(Option::as_ref);
        let time_zone = self.time_zone(raw.time_zone.as_ref(), known.map(|expression| &expression.value));
        let input = raw.input.as_ref().map(|raw| self.json(raw));
        let prefix = self.prefix_or_all(raw.prefix.as_ref());
        let suffix = self.suffix(raw.suffix.as_ref());
        if let Some(expression) = expression {
            let input = match input {
                Some(input) => Some(input?),
                None => None,
            };
            self.schedule_input(id, input.as_ref(), accepted);
            return Some(TriggerKind::Schedule { expression: expression?, time_zone: time_zone?, input });
        }
        let bucket = raw.objects.as_ref()?;
        self.is_known(ReferenceKind::Bucket, bucket).then_some(())?;
        if let Some((definition, _)) =
            find(&self.workflow.buckets, &bucket.value).filter(|(_, bucket)| bucket.existing.key.is_some())
        {
            self.sink.push(objects_of_existing_bucket::finding(bucket, definition.span));
        }
        if let Some(mismatch) = accepted.and_then(|accepted| object_created().fit(accepted)) {
            let help = "let the schema of `input` take the event, or start the workflow by other means";
            self.sink.push(trigger_input::finding(Place::written(id.span), &id.value, &mismatch, help));
        }
        Some(TriggerKind::Objects { bucket: located(bucket), prefix: prefix?, suffix: suffix? })
    }

    fn schedule_input(&self, id: &Spanned<String>, input: Option<&LocatedJson>, accepted: Option<&Shape>) {
        let value = match input {
            Some(input) => input.to_value(&mut |_| serde_json::Value::Null),
            None => serde_json::Value::Object(serde_json::Map::new()),
        };
        let place = input.map_or(Place::written(id.span), |input| input.place);
        let size = value.to_string().len();
        if size > LARGEST_INPUT {
            self.sink.push(trigger_input::too_large(place, size, LARGEST_INPUT));
        }
        if let Some(mismatch) = accepted.and_then(|accepted| Shape::of(&value).fit(accepted)) {
            let place = match (input, pointer(&mismatch.at)) {
                (Some(input), Some(pointer)) => input.place_of(&pointer),
                _ => place,
            };
            let help = "write under the trigger's `input` what the schema asks for";
            self.sink.push(trigger_input::finding(place, &id.value, &mismatch, help));
        }
    }

    /// Reads how keys end; any, where it is left out.
    fn suffix(&self, raw: Option<&'a RawValue>) -> Option<String> {
        let Some(raw) = raw else { return Some(String::new()) };
        let (text, value) = self.text(raw, "`suffix`")?;
        bad_prefix::check_suffix(&value, text, self.sink);
        Some(text.to_owned())
    }
}

/// The event of a new object. Page: "EventBridge event message structure" of the S3 guide.
fn object_created() -> Shape {
    let any_text = || Field::required(Shape::String(Text::Any));
    let maybe_text = || Field::optional(Shape::String(Text::Any));
    let object = Shape::closed([
        ("key", any_text()),
        ("size", Field::required(Shape::Integer)),
        ("etag", any_text()),
        ("version-id", maybe_text()),
        ("sequencer", any_text()),
    ]);
    let detail = Shape::closed([
        ("version", any_text()),
        ("bucket", Field::required(Shape::closed([("name", any_text())]))),
        ("object", Field::required(object)),
        ("request-id", any_text()),
        ("requester", any_text()),
        ("source-ip-address", maybe_text()),
        ("reason", maybe_text()),
    ]);
    Shape::closed([
        ("version", any_text()),
        ("id", any_text()),
        ("detail-type", Field::required(Shape::text("Object Created"))),
        ("source", Field::required(Shape::text("aws.s3"))),
        ("account", any_text()),
        ("time", any_text()),
        ("region", any_text()),
        ("resources", Field::required(Shape::list_of(Shape::String(Text::Any)))),
        ("detail", Field::required(detail)),
    ])
}

/// Returns the pointer of a path such as `$.run.id`, where it is one of names alone.
fn pointer(path: &str) -> Option<String> {
    let rest = path.strip_prefix('$')?;
    let plain = rest.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
    plain.then(|| rest.replace('.', "/"))
}
