//! One command at a time that packages in a project, and none that leaves its compilers behind.

use std::fs::{File, TryLockError};
use std::sync::OnceLock;
use std::thread;
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::error::CommandError;
use crate::project::Project;
use crate::ui::Ui;

/// How often a command that waits looks whether it is its turn.
const LOOK: Duration = Duration::from_millis(50);

/// Waits until nobody else packages in the project, and keeps others waiting until the file is dropped.
pub(super) fn take(project: &Project, ui: Ui) -> Result<File, CommandError> {
    let path = project.target().join("packaging");
    let failed = |error| CommandError::new(format!("cannot lock {path}")).because(error);
    std::fs::create_dir_all(project.target()).map_err(failed)?;
    let file = File::create(&path).map_err(failed)?;
    let mut told = false;
    loop {
        match file.try_lock() {
            // Some network file systems have no locks; there, two at once may each forget the other's record.
            Ok(()) | Err(TryLockError::Error(_)) => return Ok(file),
            Err(TryLockError::WouldBlock) if iacgen_package::is_ending() => return Err(interrupted()),
            Err(TryLockError::WouldBlock) => {
                if !told {
                    ui.status("Waiting", "for another iacgen that packages in this project");
                    told = true;
                }
                thread::sleep(LOOK);
            }
        }
    }
}

/// From now on a signal (Ctrl-C, an end that the system asks for, a terminal that closes) ends what packaging has started,
/// and cancels the token; a second one kills it.
pub(crate) fn end_on_signal() -> Result<CancellationToken, CommandError> {
    static TOKEN: OnceLock<CancellationToken> = OnceLock::new();
    if let Some(token) = TOKEN.get() {
        return Ok(token.clone());
    }
    let failed = |error| CommandError::new("cannot listen for signals").because(error);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().map_err(failed)?;
    let entered = runtime.enter();
    let mut interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
    let mut hangup = signal(SignalKind::hangup()).map_err(failed)?;
    drop(entered);
    let token = TOKEN.get_or_init(CancellationToken::new).clone();
    let cancel = token.clone();
    thread::spawn(move || {
        runtime.block_on(async {
            loop {
                tokio::select! {
                    _ = interrupt.recv() => {}
                    _ = terminate.recv() => {}
                    _ = hangup.recv() => {}
                }
                iacgen_package::end_children();
                cancel.cancel();
            }
        });
    });
    Ok(token)
}

/// The error of a command that was told to end.
pub(crate) fn interrupted() -> CommandError {
    CommandError::new("interrupted").help("what is finished stays, and nothing is half written")
}
