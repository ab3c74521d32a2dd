//! Tables that the stack makes.

use iacgen_aws_types::LogicalId;
use iacgen_cfn::resources::{self, AttributeType, KeyAttribute, TableDeletion, Tag};
use iacgen_cfn::{DeletionPolicy, Resource};
use iacgen_spec::model::{self, Attribute, Table, TableOrigin, Workflow};

use crate::{encryption, exceptions, ids};

/// Returns the resource of a table; `None` when it exists already.
pub(crate) fn lower(workflow: &Workflow, table: &Table, tags: &[Tag]) -> Option<(LogicalId, Resource)> {
    let TableOrigin::Managed { key, sort, expires, retain } = &table.origin else {
        return None;
    };
    let (deletion, when_removed) = if *retain {
        (TableDeletion::Protected, DeletionPolicy::Retain)
    } else {
        (TableDeletion::Allowed, DeletionPolicy::Delete)
    };
    let properties = resources::Table {
        key: attribute(key),
        sort: sort.as_ref().map(attribute),
        expires: expires.clone(),
        kms_key: encryption::key(workflow),
        deletion,
        tags: tags.to_vec(),
    };
    let resource = Resource::from(properties).when_removed(when_removed);
    Some((ids::table(&table.id), exceptions::of_table(workflow, resource)))
}

fn attribute(attribute: &Attribute) -> KeyAttribute {
    KeyAttribute {
        name: attribute.name.clone(),
        attribute_type: match attribute.kind {
            model::AttributeType::Text => AttributeType::Text,
            model::AttributeType::Number => AttributeType::Number,
            model::AttributeType::Binary => AttributeType::Binary,
        },
    }
}
