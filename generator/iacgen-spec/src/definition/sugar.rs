//! Gives functions and buckets names, and says in the spec's own words what it has words for. What is changed means the
//! same before and after.

use iacgen_asl::QueryLanguage;
use iacgen_aws_types::BucketName;
use iacgen_diagnostics::Span;

use crate::raw::{
    Named, RawBranch, RawBucketName, RawDataFlow, RawItems, RawKind, RawMap, RawStates, RawTask, RawTemplate,
    RawValue, RawWork,
};
use crate::write::Ids;
use crate::yaml::{Scalar, Spanned};

/// What a definition names by ARN or by name, and the spec by a name of its own.
#[derive(Default)]
pub(super) struct Names {
    pub(super) functions: Existing,
    pub(super) buckets: Existing,
}

/// Things that exist already.
#[derive(Default)]
pub(super) struct Existing {
    ids: Ids,
    /// By the spec's name, AWS's.
    pub(super) all: Vec<(String, String)>,
}

impl Existing {
    /// Returns the spec's name of a thing; `like` is what a new one is called.
    fn id(&mut self, name: &str, like: &str, otherwise: &str) -> String {
        if let Some((id, _)) = self.all.iter().find(|(_, known)| known == name) {
            return id.clone();
        }
        let id = self.ids.take(like, otherwise);
        self.all.push((id.clone(), name.to_owned()));
        id
    }
}

impl Names {
    /// Goes over a block of states, in place. `whole` is the machine's language, `block` the block's own.
    pub(super) fn block(&mut self, states: &mut RawStates, whole: QueryLanguage, block: QueryLanguage) {
        for (name, state) in &mut states.states {
            // The spec sets a language for the workflow or a state, not for a branch.
            if state.query.is_none() && block != whole {
                state.query = Some(Spanned { value: word(block).to_owned(), span: name.span });
            }
            let language = language(state.query.as_ref(), block);
            if let Some(RawKind::Task(task)) = &mut state.kind {
                self.invocation(task, &mut state.data, language);
            }
            match &mut state.kind {
                Some(RawKind::Map(map)) => self.map(map, name.span, language, whole, block),
                Some(RawKind::Parallel(branches)) => {
                    for RawBranch { query, states, .. } in branches {
                        let inner = self::language(query.take().as_ref(), block);
                        self.block(states, whole, inner);
                    }
                }
                _ => {}
            }
        }
    }

    fn map(
        &mut self,
        map: &mut RawMap,
        at: Span,
        own: QueryLanguage,
        whole: QueryLanguage,
        block: QueryLanguage,
    ) {
        match &mut map.items {
            Some(RawItems::Reader(reader)) => {
                if let Some(bucket) = &mut reader.bucket {
                    self.bucket(bucket);
                }
            }
            Some(RawItems::Values(_)) => {}
            // The state's input itself.
            None => {
                let all = match own {
                    QueryLanguage::JsonPath => "$",
                    QueryLanguage::Jsonata => "{% $states.input %}",
                };
                let all = Spanned { value: Scalar::Text(all.to_owned()), span: at };
                map.items = Some(RawItems::Values(RawTemplate::Value(RawValue::Literal(all))));
            }
        }
        if let Some(bucket) = map.writer.as_mut().and_then(|writer| writer.bucket.as_mut()) {
            self.bucket(bucket);
        }
        let inner = language(map.query.take().as_ref(), block);
        self.block(&mut map.states, whole, inner);
    }

    fn bucket(&mut self, bucket: &mut RawBucketName) {
        if let RawBucketName::Given(RawTemplate::Literal(text)) = bucket
            && BucketName::new(text.value.as_str()).is_ok()
        {
            let id = self.buckets.id(&text.value, &text.value, "bucket");
            *bucket = RawBucketName::Named(Spanned { value: id, span: text.span });
        }
    }

    /// Makes an invocation of a function one of the spec's, if it is one that it has words for.
    fn invocation(&mut self, task: &mut RawTask, data: &mut RawDataFlow, language: QueryLanguage) {
        let Some(RawWork::Resource(action)) = &task.work else { return };
        let with_token = match action.value.as_str() {
            "lambda:invoke" => false,
            "lambda:invoke.waitForTaskToken" => true,
            _ => return,
        };
        let Some(RawTemplate::Object(_, arguments)) = &data.arguments else { return };
        let Some((arn, payload)) = function_and_payload(arguments) else { return };
        let Some(answer) = Answer::of(data, language, with_token) else { return };
        // An ARN without a version means `$LATEST`, and the spec does not write it.
        let named = arn.value.strip_suffix(":$LATEST").unwrap_or(&arn.value).to_owned();
        let (span, arn, payload) = (arn.span, named, payload.clone());
        let name = arn.split(':').nth(6).unwrap_or_default().to_owned();
        let id = self.functions.id(&arn, &name, "function");
        task.work = Some(RawWork::Function(Spanned { value: id, span }));
        if with_token {
            let truth = Spanned { value: Scalar::Bool(true), span };
            task.wait_for_token = Some(RawValue::Literal(truth));
        }
        data.arguments = (!is_whole_input(&payload, language)).then_some(payload);
        answer.apply(data, span);
    }
}

/// What has to change in the data flow of an invocation, whose answer is the function's in the spec.
enum Answer {
    /// Nothing: it says the same.
    Same,
    /// `OutputPath` or `Output` is the default of invocations.
    OutputIsDefault,
    /// The selector is the default of invocations whose result is put at a path.
    SelectorIsDefault,
    /// The whole answer of the service is handed on, which has to be said.
    Whole,
}

impl Answer {
    /// Returns what has to change; `None` where the spec has no words for it.
    fn of(data: &RawDataFlow, language: QueryLanguage, with_token: bool) -> Option<Self> {
        if with_token {
            return Some(Self::Same);
        }
        let output = data.output.as_ref().map(|output| match output {
            RawTemplate::Value(RawValue::Literal(Spanned { value: Scalar::Text(text), .. })) => text.as_str(),
            _ => "",
        });
        if language == QueryLanguage::Jsonata {
            return match output {
                Some("{% $states.result.Payload %}") => Some(Self::OutputIsDefault),
                Some(_) => Some(Self::Same),
                None => None,
            };
        }
        let at_path = match &data.result {
            None => false,
            Some(RawValue::Literal(Spanned { value: Scalar::Null, .. })) => return Some(Self::Same),
            Some(_) => true,
        };
        match (output, data.result_selector.as_ref()) {
            (None, Some(selector)) if at_path && is_payload_selector(selector) => {
                Some(Self::SelectorIsDefault)
            }
            (Some("$.Payload"), None) if !at_path => Some(Self::OutputIsDefault),
            (_, Some(_)) | (Some(_), None) => Some(Self::Same),
            (None, None) => Some(Self::Whole),
        }
    }

    fn apply(&self, data: &mut RawDataFlow, span: Span) {
        match self {
            Self::Same => {}
            Self::OutputIsDefault => data.output = None,
            Self::SelectorIsDefault => data.result_selector = None,
            Self::Whole => {
                let whole = Spanned { value: Scalar::Text("$".to_owned()), span };
                data.output = Some(RawTemplate::Value(RawValue::Literal(whole)));
            }
        }
    }
}

/// Returns the ARN of the function and the payload, if these are all the arguments.
fn function_and_payload(arguments: &Named<RawTemplate>) -> Option<(&Spanned<String>, &RawTemplate)> {
    let find = |name: &str| arguments.iter().find(|(key, _)| key.value == name).map(|(_, value)| value);
    let (function, payload) = (find("FunctionName")?, find("Payload")?);
    match function {
        RawTemplate::Literal(arn) if arguments.len() == 2 && is_function_arn(&arn.value) => {
            Some((arn, payload))
        }
        _ => None,
    }
}

fn is_function_arn(text: &str) -> bool {
    let parts: Vec<&str> = text.split(':').collect();
    matches!(parts[..], ["arn", _, "lambda", region, account, "function", name] | ["arn", _, "lambda", region, account, "function", name, _]
        if !region.is_empty() && !account.is_empty() && !name.is_empty())
        && !text.contains("${")
}

/// Tells whether a payload is the one that invocations have where none is written.
fn is_whole_input(payload: &RawTemplate, language: QueryLanguage) -> bool {
    match (payload, language) {
        (RawTemplate::Dynamic(path), QueryLanguage::JsonPath) => path.value == "$",
        (RawTemplate::Value(RawValue::Literal(expression)), QueryLanguage::Jsonata) => {
            expression.value.text() == "{% $states.input %}"
        }
        _ => false,
    }
}

fn is_payload_selector(selector: &RawTemplate) -> bool {
    matches!(selector, RawTemplate::Object(_, fields) if matches!(
        fields.as_slice(),
        [(key, RawTemplate::Dynamic(path))] if key.value == "Payload" && path.value == "$.Payload"
    ))
}

fn language(set: Option<&Spanned<String>>, around: QueryLanguage) -> QueryLanguage {
    match set.map(|word| word.value.as_str()) {
        Some("jsonata") => QueryLanguage::Jsonata,
        Some(_) => QueryLanguage::JsonPath,
        None => around,
    }
}

fn word(language: QueryLanguage) -> &'static str {
    match language {
        QueryLanguage::JsonPath => "jsonpath",
        QueryLanguage::Jsonata => "jsonata",
    }
}
