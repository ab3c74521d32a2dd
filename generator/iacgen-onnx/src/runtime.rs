//! The library and its sessions.

use camino::{Utf8Path, Utf8PathBuf};
use ort::environment::Environment;
use ort::session::Session;
use ort::session::builder::{GraphOptimizationLevel, SessionBuilder};

/// ONNX Runtime, loaded into this process.
#[derive(Debug)]
pub struct Runtime {
    environment: Environment,
}

/// What the library does not do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuntimeError {
    /// It does not load.
    #[error("ONNX Runtime's library {path} does not load: {reason}")]
    Library {
        /// The library.
        path: Utf8PathBuf,
        /// What the loader said.
        reason: String,
    },
    /// It does not take a model.
    #[error("ONNX Runtime does not load the model {path}: {reason}")]
    Model {
        /// The model.
        path: Utf8PathBuf,
        /// What it said.
        reason: String,
    },
    /// A session does not run.
    #[error("the model {path} does not run: {reason}")]
    Run {
        /// The model.
        path: Utf8PathBuf,
        /// What it said.
        reason: String,
    },
    /// The files that were written are not what was asked for.
    #[error("the optimised model is not usable: {reason}")]
    Output {
        /// What is wrong.
        reason: String,
    },
}

impl Runtime {
    /// Loads the library. Only the first call of a process has an effect.
    ///
    /// # Errors
    /// [`RuntimeError::Library`].
    pub fn load(library: &Utf8Path) -> Result<Self, RuntimeError> {
        let failed = |error: &dyn std::error::Error| RuntimeError::Library {
            path: library.to_owned(),
            reason: error.to_string(),
        };
        let environment = ort::init_from(library)
            .map_err(|error| failed(&error))?
            .with_telemetry(false)
            .build()
            .map_err(|error| failed(&error))?;
        Ok(Self { environment })
    }

    /// Opens a model as the handlers do.
    pub(crate) fn open(&self, model: &Utf8Path, threads: usize) -> Result<Session, RuntimeError> {
        self.session(model, |builder| builder.with_intra_threads(threads.max(1)).map_err(Into::into))
    }

    /// Opens a model at level All, or as `set` says.
    pub(crate) fn session(
        &self,
        model: &Utf8Path,
        set: impl FnOnce(SessionBuilder) -> ort::Result<SessionBuilder>,
    ) -> Result<Session, RuntimeError> {
        let open = || -> ort::Result<Session> {
            let builder = Session::builder(&self.environment)?
                .with_optimization_level(GraphOptimizationLevel::All)?
                .with_intra_op_spinning(false)?
                .with_inter_op_spinning(false)?;
            set(builder)?.commit_from_file(model)
        };
        open().map_err(|error| RuntimeError::Model { path: model.to_owned(), reason: error.to_string() })
    }
}
