//! This repository's own workflow, and projects made in memory.

mod defaults;
mod deleted_lines;
mod disk;
mod flow;
mod models;
mod own;
mod reference;
mod robust;
mod schema;
mod states;
