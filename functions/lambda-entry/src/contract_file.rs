//! What a handler takes and gives, as the JSON Schemas in its `contract.json`.

use std::path::Path;

use contract::{Stale, hold_committed};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde::Serialize;

use crate::Invocation;
use crate::closed::close;

/// What a handler takes and gives. Each schema is a document of its own: its references count from its own root.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HandlerContract {
    /// The event, as the handler reads it.
    pub input: Schema,
    /// The answer, as the handler writes it: with the fields that its types have and no other.
    pub output: Schema,
}

impl HandlerContract {
    /// Makes the contract of a handler from its signature.
    pub fn of<S, T: JsonSchema, R: JsonSchema, E>(
        _handle: &impl AsyncFn(&S, Invocation<T>) -> Result<R, E>,
    ) -> Self {
        let settings = SchemaSettings::draft2020_12;
        let input = settings().for_deserialize().into_generator().into_root_schema_for::<T>();
        let mut output = settings().for_serialize().into_generator().into_root_schema_for::<R>();
        close(&mut output);
        Self { input, output }
    }

    /// Holds `contract.json` in a crate's folder to the contract; see [`contract_test`](crate::contract_test).
    ///
    /// # Errors
    /// [`Stale`], where the file says something else.
    pub fn hold(&self, folder: &Path) -> Result<(), Stale> {
        hold_committed(&folder.join("contract.json"), self)
    }
}

/// A test that keeps `contract.json`, beside the crate's `Cargo.toml`, equal to the types of a handler's signature.
/// `iacgen check` reads that file. To rewrite it after a change: `UPDATE_SCHEMAS=1 cargo test -p CRATE --test contract`.
///
/// One line in `tests/contract.rs`:
///
/// ```ignore
/// lambda_entry::contract_test!(initialize::handle);
/// ```
#[macro_export]
macro_rules! contract_test {
    ($handle:path) => {
        #[test]
        fn contract_json_is_fresh() -> Result<(), $crate::Stale> {
            let folder = ::std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
            $crate::HandlerContract::of(&$handle).hold(folder)
        }
    };
}
