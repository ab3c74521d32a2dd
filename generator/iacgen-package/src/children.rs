//! The programs that packaging waits for: none of them, and nothing that they start, outlives it.
//!
//! What is told to end is the process, so that what is known of its children is the process's own, too.

use std::collections::BTreeSet;
use std::io;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Mutex, PoisonError};

use rustix::process::{Pid, Signal, kill_process_group};

use crate::error::PackageError;

static CHILDREN: Mutex<Children> = Mutex::new(Children { ending: None, groups: BTreeSet::new() });

#[derive(Debug)]
struct Children {
    /// What was sent the last time, since packaging was told to end.
    ending: Option<Signal>,
    /// The process groups that run, each led by a child.
    groups: BTreeSet<u32>,
}

impl Children {
    fn with<T>(act: impl FnOnce(&mut Self) -> T) -> T {
        act(&mut CHILDREN.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Ends the programs that packaging waits for, with all that they started, and lets it start no others: its call then
/// ends with an error. Said a second time, they are killed.
pub fn end_children() {
    Children::with(|children| {
        let signal = if children.ending.is_none() { Signal::TERM } else { Signal::KILL };
        children.ending = Some(signal);
        for group in &children.groups {
            if let Some(group) = i32::try_from(*group).ok().and_then(Pid::from_raw) {
                // One that has just ended needs no end.
                let _ = kill_process_group(group, signal);
            }
        }
    });
}

/// Tells whether [`end_children`] was called.
pub fn is_ending() -> bool {
    Children::with(|children| children.ending.is_some())
}

/// # Errors
/// [`PackageError::Interrupted`] once [`end_children`] was called.
pub(crate) fn go_on() -> Result<(), PackageError> {
    if is_ending() { Err(PackageError::Interrupted) } else { Ok(()) }
}

/// A child that [`end_children`] ends.
#[derive(Debug)]
pub struct Running(Child);

/// Starts a program in a process group of its own, so that what it starts ends with it.
///
/// # Errors
/// As [`Command::spawn`], and [`io::ErrorKind::Interrupted`] once [`end_children`] was called.
pub fn start(command: &mut Command) -> io::Result<Running> {
    Children::with(|children| {
        if children.ending.is_some() {
            return Err(io::Error::new(io::ErrorKind::Interrupted, "packaging was told to end"));
        }
        let child = command.process_group(0).spawn()?;
        children.groups.insert(child.id());
        Ok(Running(child))
    })
}

/// Runs a program to its end and takes what it says, as [`Command::output`] does.
pub(crate) fn output(command: &mut Command) -> io::Result<Output> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut running = start(command)?;
    let stdout = running.0.stdout.take();
    let aside = std::thread::spawn(move || read(stdout));
    let stderr = read(running.0.stderr.take())?;
    let stdout = aside.join().unwrap_or_else(|_| Err(io::Error::other("the reader stopped")))?;
    Ok(Output { status: running.0.wait()?, stdout, stderr })
}

fn read(pipe: Option<impl io::Read>) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    pipe.map_or(Ok(0), |mut pipe| pipe.read_to_end(&mut bytes)).map(|_| bytes)
}

impl Running {
    /// Returns the child.
    pub fn child(&mut self) -> &mut Child {
        &mut self.0
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        Children::with(|children| children.groups.remove(&self.0.id()));
    }
}
