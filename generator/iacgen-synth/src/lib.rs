//! From a checked Workflow to the Assembly: pure, no input or output.
