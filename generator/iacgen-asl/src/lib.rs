//! The Amazon States Language as types: parse and emit, no execution.
