//! Shows a run while it runs: live on a terminal, a line per state elsewhere.

use std::sync::Mutex;
use std::time::Duration;

use iacgen_local::interpreter::{EventKind, ExecutionEvent, MapRunChange, MapRunProgress};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::ui::Ui;

/// The display of one run.
pub(crate) struct RunDisplay {
    ui: Ui,
    map: Mutex<Option<ProgressBar>>,
}

impl RunDisplay {
    pub(crate) fn new(ui: Ui) -> Self {
        Self { ui, map: Mutex::new(None) }
    }

    /// Shows a history event of the execution itself; its children are shown as counts.
    pub(crate) fn event(&self, event: &ExecutionEvent) {
        if event.execution.parent.is_some() {
            return;
        }
        match &event.kind {
            EventKind::StateEntered { name, .. } => self.ui.status("Entered", name.as_str()),
            EventKind::Failed { error, cause, .. } | EventKind::TimedOut { error, cause, .. } => {
                self.ui.warning(&attempt(error.as_deref(), cause.as_deref()));
            }
            _ => {}
        }
    }

    /// Shows a change in a map run.
    pub(crate) fn map_run(&self, progress: &MapRunProgress) {
        let counts = progress.counts;
        let said = format!(
            "{} of {} succeeded, {} running, {} failed",
            counts.succeeded, counts.total, counts.running, counts.failed
        );
        let Ok(mut map) = self.map.lock() else { return };
        match &progress.change {
            MapRunChange::Opened if self.ui.is_live() => {
                let bar =
                    ProgressBar::with_draw_target(Some(counts.total as u64), ProgressDrawTarget::stderr());
                // The template is a constant; the default style would do as well.
                if let Ok(style) = ProgressStyle::with_template("{spinner:>12} [{bar:30}] {msg}") {
                    bar.set_style(style.progress_chars("=> "));
                }
                bar.enable_steady_tick(Duration::from_millis(120));
                bar.set_message(said);
                *map = Some(bar);
            }
            MapRunChange::Failed(child) => {
                let text = format!(
                    "item {} failed{}: {}",
                    child.index,
                    child.state.as_ref().map(|state| format!(" in {state}")).unwrap_or_default(),
                    attempt(child.error.as_deref(), child.cause.as_deref())
                );
                match map.as_ref() {
                    Some(bar) => bar.suspend(|| self.ui.warning(&text)),
                    None => self.ui.warning(&text),
                }
            }
            MapRunChange::Closed => {
                if let Some(bar) = map.take() {
                    bar.finish_and_clear();
                }
                self.ui.status("Mapped", &format!("{}: {said}", progress.state));
            }
            _ => {}
        }
        if let Some(bar) = map.as_ref() {
            bar.set_position((counts.succeeded + counts.failed) as u64);
            bar.set_message(format!(
                "{}/{} succeeded, {} running, {} failed",
                counts.succeeded, counts.total, counts.running, counts.failed
            ));
        } else if !self.ui.is_live()
            && is_tenth(counts.succeeded, counts.total)
            && matches!(progress.change, MapRunChange::Succeeded { .. })
        {
            self.ui.status("Mapping", &format!("{}/{}", counts.succeeded, counts.total));
        }
    }
}

/// Tells whether a count has just passed another tenth of the whole.
fn is_tenth(count: usize, total: usize) -> bool {
    let tenth = total.div_ceil(10).max(1);
    count.is_multiple_of(tenth) && count < total
}

/// Writes an error's name and cause in one line. Lambda's causes are JSON with an `errorMessage` in it.
pub(crate) fn attempt(error: Option<&str>, cause: Option<&str>) -> String {
    let message = cause.map(|cause| {
        serde_json::from_str::<serde_json::Value>(cause)
            .ok()
            .and_then(|value| value.get("errorMessage").and_then(|text| text.as_str()).map(ToOwned::to_owned))
            .unwrap_or_else(|| cause.to_owned())
    });
    match (error, message) {
        (Some(error), Some(message)) => format!("{error}: {message}"),
        (Some(error), None) => error.to_owned(),
        (None, Some(message)) => message,
        (None, None) => "it says no reason".to_owned(),
    }
}
