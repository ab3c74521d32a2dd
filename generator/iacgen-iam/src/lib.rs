//! IAM policy documents and the grants that build them.
