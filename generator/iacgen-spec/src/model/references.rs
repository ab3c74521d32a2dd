//! What states name: `${bucket.results}` in their templates.

use std::collections::BTreeSet;

use super::{
    BucketName, ItemSource, Items, Output, Reference, State, StateKind, States, Template, TemplateValue,
};

impl State {
    /// Returns the templates that stand in the state itself, and not in states inside it.
    pub fn templates(&self) -> Vec<&Template> {
        let mut all: Vec<&Template> = Vec::new();
        let data = &self.data;
        all.extend([&data.arguments, &data.result_selector].into_iter().flatten());
        if let Output::Template(template) = &data.output {
            all.push(template);
        }
        all.extend(data.assign.values());
        for catcher in &self.catch {
            all.extend(&catcher.output);
            all.extend(catcher.assign.values());
        }
        match &self.kind {
            StateKind::Task(task) => all.extend(&task.role),
            StateKind::Map(map) => {
                match &map.items {
                    Items::Path(_) => {}
                    Items::Values(template) => all.push(template),
                    Items::Reader(reader) => {
                        all.extend(given(&reader.bucket));
                        match &reader.source {
                            ItemSource::Object { key, version, .. } => {
                                all.push(key);
                                all.extend(version);
                            }
                            ItemSource::Listing { prefix, .. } => all.extend(prefix),
                        }
                    }
                }
                all.extend(&map.select);
                all.extend(map.batch.iter().filter_map(|batch| batch.input.as_ref()));
                if let Some(writer) = &map.writer {
                    all.extend(writer.bucket.as_ref().and_then(given));
                    all.extend(&writer.prefix);
                }
            }
            StateKind::Choice(choice) => {
                for rule in &choice.rules {
                    all.extend(rule.assign.values());
                    all.extend(&rule.output);
                }
            }
            StateKind::Parallel(_)
            | StateKind::Pass { .. }
            | StateKind::Wait(_)
            | StateKind::Succeed
            | StateKind::Fail { .. } => {}
        }
        all
    }
}

impl States {
    /// Returns what the states name in their templates, those inside Maps and branches included.
    pub fn references(&self) -> BTreeSet<&Reference> {
        let mut found = BTreeSet::new();
        self.walk(&mut |_, state| {
            for template in state.templates() {
                template.walk(&mut |template| {
                    if let TemplateValue::Reference(reference) = &template.value {
                        found.insert(reference);
                    }
                });
            }
        });
        found
    }
}

fn given(bucket: &BucketName) -> Option<&Template> {
    match bucket {
        BucketName::Named(_) => None,
        BucketName::Given(template) => Some(template),
    }
}
