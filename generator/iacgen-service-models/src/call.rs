//! What a Task calls.

use std::sync::Arc;

use iacgen_shapes::closest;

use crate::model::{Operation, Service};
use crate::naming::Naming;
use crate::optimized;

/// An operation of a service, as an integration calls it.
#[derive(Debug, Clone)]
pub struct Call {
    pub(crate) service: Arc<Service>,
    pub(crate) operation: Operation,
    pub(crate) naming: Naming,
    pub(crate) special: &'static optimized::Special,
    /// What Step Functions asks about a job while it waits for its end.
    pub(crate) asked: Option<Asked>,
}

/// What tells of a job, and the members that lead to the job in it.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) operation: Operation,
    pub(crate) members: &'static [&'static str],
}

/// An operation that a service does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`aws-sdk:{service}` has no operation `{operation}`")]
pub struct UnknownOperation {
    /// The service, by its name in SDK integrations.
    pub service: String,
    /// What was written.
    pub operation: String,
    /// What may have been meant.
    pub meant: Option<&'static str>,
}

impl Call {
    /// Finds what `aws-sdk:SERVICE:OPERATION` calls. `None` where nothing is known of the service, as of those that AWS
    /// has closed.
    ///
    /// # Errors
    /// [`UnknownOperation`] where the service has no such operation.
    pub fn of_sdk(service: &str, operation: &str) -> Result<Option<Self>, UnknownOperation> {
        let Some(model) = Service::find(service) else { return Ok(None) };
        let Some(found) = model.operation(operation) else {
            return Err(UnknownOperation {
                meant: closest(operation, model.operations().map(|known| known.name)),
                service: service.to_owned(),
                operation: operation.to_owned(),
            });
        };
        Ok(Some(Self {
            service: model,
            operation: found,
            naming: Naming::Sdk,
            special: &optimized::PLAIN,
            asked: None,
        }))
    }

    /// Finds what the optimized integration `SERVICE:OPERATION` calls. `None` where nothing is known of it.
    pub fn of_optimized(service: &str, operation: &str) -> Option<Self> {
        let known = optimized::find(service, operation)?;
        let (model, found) = known.model(service, operation)?;
        let asked = optimized::asked(service, operation).and_then(|(name, members)| {
            let operation = model.operation(name)?;
            Some(Asked { operation, members })
        });
        Some(Self {
            operation: found,
            naming: Naming::Optimized,
            special: known.special,
            asked,
            service: model,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_found_and_others_are_suggested() {
        assert!(Call::of_sdk("dynamodb", "getItem").unwrap().is_some());
        assert!(Call::of_sdk("panorama", "listNodes").unwrap().is_none());
        let error = Call::of_sdk("dynamodb", "getItm").unwrap_err();
        assert_eq!(error.meant, Some("getItem"));
        assert_eq!(error.to_string(), "`aws-sdk:dynamodb` has no operation `getItm`");
        assert_eq!(Call::of_sdk("dynamodb", "frobnicate").unwrap_err().meant, None);
    }
}
