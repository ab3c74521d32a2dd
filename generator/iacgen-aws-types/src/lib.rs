//! AWS's vocabulary as value types, without any input or output.
