//! End-to-end tests of the iacgen command.
