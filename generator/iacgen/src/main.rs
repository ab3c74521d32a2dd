//! The `iacgen` command.
fn main() {}
