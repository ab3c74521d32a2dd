//! Runs the model over one shard and keeps its predictions.
//!
//! Data streams: ranges of a partition are read ahead while the model runs on the one before, so memory does not grow
//! with the partition. Every key it writes is fixed, and the shard's record comes last: a retried shard replaces its
//! own objects, and a shard without a record is not done.

mod batch;
mod error;
mod header;
mod layout;
mod process;
mod reader;
mod shard;

use std::sync::{Arc, Mutex, PoisonError};

use contract::{Deployment, InferEvent, ShardReceipt};
use iacgen_tensors::TensorContract;
use lambda_entry::Invocation;
use object_io::Store;
use onnx_session::{Model, ModelError, Settings};

pub use error::InferError;
pub use header::{Header, read_header};
pub use layout::{BatchContract, InvalidContract};

/// The model's path in the package where `MODEL` is unset.
pub const MODEL: &str = "model.onnx";
/// The path of ONNX Runtime's library in the package where `ORT_DYLIB_PATH` is unset.
pub const LIBRARY: &str = "lib/libonnxruntime.so.1";

/// Runs a model: the number of rows and the elements of each input in; the elements of each output out.
pub type Predictor = dyn FnMut(usize, &[&[f32]]) -> Result<Vec<Vec<f32>>, ModelError> + Send;

/// What an execution environment keeps between events.
pub struct State {
    store: Arc<Store>,
    deployment: Deployment,
    contract: Arc<BatchContract>,
    predictor: Arc<Mutex<Predictor>>,
}

impl State {
    /// Makes the state.
    pub fn new(
        store: Store,
        deployment: Deployment,
        contract: BatchContract,
        predictor: impl FnMut(usize, &[&[f32]]) -> Result<Vec<Vec<f32>>, ModelError> + Send + 'static,
    ) -> Self {
        Self {
            store: Arc::new(store),
            deployment,
            contract: Arc::new(contract),
            predictor: Arc::new(Mutex::new(predictor)),
        }
    }

    /// Makes the state from the function's environment: the buckets, `TENSORS` (the tensor contract as JSON), `MODEL`
    /// (the model's path in the package, [`MODEL`] if unset) and `ORT_DYLIB_PATH` (ONNX Runtime's library in the
    /// package, [`LIBRARY`] if unset).
    ///
    /// # Errors
    /// [`InferError`] for a variable that is missing and for a model that does not load or differs from the contract.
    pub fn from_env() -> Result<Self, InferError> {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let deployment = Deployment::from_variables(variable)?;
        let store = Store::from_env()?;
        let tensors = variable("TENSORS")
            .ok_or(contract::MissingVariable { name: "TENSORS", what: "the tensor contract as JSON" })?;
        let tensors: TensorContract =
            serde_json::from_str(&tensors).map_err(|error| InferError::Tensors(error.to_string()))?;
        let contract = BatchContract::new(tensors)?;
        let package = process::package_folder();
        let mut model = Model::load(
            &Settings {
                library: package.join(variable("ORT_DYLIB_PATH").as_deref().unwrap_or(LIBRARY)),
                model: package.join(variable("MODEL").as_deref().unwrap_or(MODEL)),
                threads: process::threads(variable("AWS_LAMBDA_FUNCTION_MEMORY_SIZE").as_deref()),
            },
            contract.tensors(),
        )?;
        Ok(Self::new(store, deployment, contract, move |rows, inputs| model.run(rows, inputs)))
    }
}

/// Answers an event.
///
/// # Errors
/// [`InferError`] for partitions that differ from the contract, predictions that are no numbers, and failures of S3.
pub async fn handle(state: &State, invocation: Invocation<InferEvent>) -> Result<ShardReceipt, InferError> {
    if !state.deployment.grants(&invocation.event.run) {
        return Err(InferError::OtherBuckets {
            data: state.deployment.data_bucket.clone(),
            results: state.deployment.results_bucket.clone(),
        });
    }
    shard::run(state, &invocation).await
}

impl State {
    /// Runs the model on a thread that may block, so that reading goes on meanwhile.
    async fn predict(&self, batches: batch::Batches) -> Result<batch::Predicted, InferError> {
        let predictor = Arc::clone(&self.predictor);
        let task = tokio::task::spawn_blocking(move || {
            let mut predictor = predictor.lock().unwrap_or_else(PoisonError::into_inner);
            batches.predict(&mut *predictor)
        });
        task.await.map_err(|error| InferError::Thread(error.to_string()))?
    }
}
