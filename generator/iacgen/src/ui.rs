//! The one owner of the terminal: data to standard output, talk to standard error.

use std::error::Error;
use std::io::{IsTerminal, Write};

use anstyle::{AnsiColor, Style};

use crate::error::CommandError;

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const DONE: Style = AnsiColor::Green.on_default().bold();
const HELP: Style = AnsiColor::Cyan.on_default().bold();

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Color {
    /// When the stream is a terminal and `NO_COLOR` is not set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The terminal. Talk that cannot be written is dropped; data that cannot is an error.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ui {
    color: anstream::ColorChoice,
}

impl Ui {
    pub(crate) fn new(color: Color) -> Self {
        let color = match color {
            Color::Auto => anstream::ColorChoice::Auto,
            Color::Always => anstream::ColorChoice::Always,
            Color::Never => anstream::ColorChoice::Never,
        };
        Self { color }
    }

    fn stderr(self) -> anstream::AutoStream<std::io::Stderr> {
        anstream::AutoStream::new(std::io::stderr(), self.color)
    }

    /// Writes data, as it is. A reader that has gone away is no error.
    pub(crate) fn data(self, text: &str) -> Result<(), CommandError> {
        let mut stdout = anstream::AutoStream::new(std::io::stdout(), self.color);
        match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
                Err(CommandError::new("cannot write to standard output").because(error))
            }
            _ => Ok(()),
        }
    }

    /// Tells whether colours would be shown on standard output.
    pub(crate) fn colors_stdout(self) -> bool {
        match self.color {
            anstream::ColorChoice::Auto => {
                anstream::AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never
            }
            anstream::ColorChoice::Never => false,
            _ => true,
        }
    }

    /// Writes talk that is already laid out and coloured, such as findings; colours go where nobody sees them.
    pub(crate) fn talk(self, text: &str) {
        let _ = self.stderr().write_all(text.as_bytes());
    }

    /// Shows a line that the next one replaces; nothing where no live display can be drawn.
    pub(crate) fn progress(self, line: &str) {
        if self.is_live() {
            let width = 100;
            let shown: String = line.chars().take(width).collect();
            let _ = write!(std::io::stderr(), "\r\x1b[2K{shown}");
            let _ = std::io::stderr().flush();
        }
    }

    /// Tells whether a live display can be drawn.
    pub(crate) fn is_live(self) -> bool {
        self.color != anstream::ColorChoice::Never && std::io::stderr().is_terminal()
    }

    /// Says what is being done or has been done: a verb and its object.
    pub(crate) fn status(self, verb: &str, rest: &str) {
        self.progress("");
        let _ = writeln!(self.stderr(), "{DONE}{verb:>12}{DONE:#} {rest}");
    }

    /// Says something that deserves a look.
    pub(crate) fn warning(self, text: &str) {
        let _ = writeln!(self.stderr(), "{WARNING}warning{WARNING:#}: {text}");
    }

    /// Says why the command cannot do its job, with all reasons behind it.
    pub(crate) fn error(self, error: &CommandError) {
        let mut stderr = self.stderr();
        let _ = writeln!(stderr, "{ERROR}error{ERROR:#}: {error}");
        let mut said = error.to_string();
        let mut source = error.source();
        while let Some(reason) = source {
            let text = reason.to_string();
            // Errors that print their source would say everything twice.
            if !said.contains(&text) {
                let _ = writeln!(stderr, "  {HELP}because{HELP:#}: {}", text.replace('\n', "\n    "));
            }
            said = text;
            source = reason.source();
        }
        if let Some(help) = error.mend() {
            let _ = writeln!(stderr, "  {HELP}help{HELP:#}: {help}");
        }
    }
}

/// Writes a number of bytes as people read it, in powers of 1,000.
#[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
pub(crate) fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.1} GB", bytes as f64 / 1e9),
    }
}
