//! Tables.

use indexmap::IndexMap;

use super::Context;
use crate::check::{bad_table_key, unknown_word};
use crate::model::{Attribute, AttributeType, Located, Place, Table, TableOrigin};
use crate::raw::RawTable;
use crate::yaml::Spanned;

/// The words of [`AttributeType`].
const TYPES: [&str; 3] = ["text", "number", "binary"];

/// Resolves every table.
pub(super) fn tables(context: &Context<'_>) -> IndexMap<String, Table> {
    let resolved = context.workflow.tables.iter().filter_map(|(id, raw)| {
        let origin = context.table_origin(raw)?;
        Some((id.value.clone(), Table { id: id.value.clone(), place: Place::written(id.span), origin }))
    });
    resolved.collect()
}

impl<'a> Context<'a> {
    fn table_origin(&self, raw: &'a RawTable) -> Option<TableOrigin> {
        self.nothing_beside(&raw.existing, "a table");
        let existing = raw.existing.value.as_ref().and_then(|raw| {
            let (name, value) = self.text(raw, "`existing`")?;
            bad_table_key::is_table_name(name, value.place, self.sink)
                .then(|| Located { value: name.to_owned(), place: value.place })
        });
        let retain = self.boolean_or(raw.retain.as_ref(), "`retain`", true);
        let key_type = self.attribute_type(raw.key_type.as_ref());
        let sort_type = self.attribute_type(raw.sort_type.as_ref());
        for name in [&raw.key, &raw.sort, &raw.expires].into_iter().flatten() {
            bad_table_key::check_name(name, self.sink);
        }
        if let (Some(key), Some(sort)) = (&raw.key, &raw.sort)
            && key.value == sort.value
        {
            self.sink.push(bad_table_key::same(sort, key));
        }
        for (key, kind) in [(&raw.key, key_type), (&raw.sort, sort_type)] {
            if let (Some(expires), Some(key), Some(kind)) = (&raw.expires, key, kind)
                && expires.value == key.value
                && kind != AttributeType::Number
            {
                self.sink.push(bad_table_key::expires(expires, key));
            }
        }
        if raw.existing.key.is_some() {
            return existing.map(TableOrigin::Existing);
        }
        Some(TableOrigin::Managed {
            key: Attribute { name: raw.key.as_ref()?.value.clone(), kind: key_type? },
            sort: match &raw.sort {
                Some(sort) => Some(Attribute { name: sort.value.clone(), kind: sort_type? }),
                None => None,
            },
            expires: raw.expires.as_ref().map(|name| name.value.clone()),
            retain: retain?,
        })
    }

    /// Reads the type of an attribute, a text where it is left out.
    fn attribute_type(&self, word: Option<&Spanned<String>>) -> Option<AttributeType> {
        let Some(word) = word else { return Some(AttributeType::Text) };
        match word.value.as_str() {
            "text" => Some(AttributeType::Text),
            "number" => Some(AttributeType::Number),
            "binary" => Some(AttributeType::Binary),
            other => {
                let place = Place::written(word.span);
                self.sink.push(unknown_word::finding(other, place, "a type of keys", &TYPES));
                None
            }
        }
    }
}
