//! This repository's own workflow, and projects made in memory.

mod defaults;
mod disk;
mod own;
mod robust;
