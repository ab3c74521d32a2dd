//! What comes out of synthesis, from hand-built workflows and from this repository's own.

#![expect(clippy::unwrap_used, reason = "a test's helpers may fail the test")]

mod authority;
mod deployer;
mod expressions;
mod fixture;
mod golden;
mod logical_ids;
mod lowering;
mod permissions;
mod project;
mod seed;
