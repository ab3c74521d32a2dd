//! What keeps a command from doing its job.

use std::error::Error;
use std::fmt;

/// An error with its mend.
#[derive(Debug)]
pub(crate) struct CommandError {
    message: String,
    source: Option<Box<dyn Error + Send + Sync>>,
    help: Option<String>,
}

impl CommandError {
    /// Starts an error with what failed, as a fragment.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), source: None, help: None }
    }

    /// Adds the reason.
    pub(crate) fn because(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Adds the mend.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Returns the mend.
    pub(crate) fn mend(&self) -> Option<&str> {
        self.help.as_deref()
    }
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for CommandError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
