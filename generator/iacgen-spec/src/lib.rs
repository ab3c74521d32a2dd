//! workflow.yaml and environments/*.yaml, parsed, resolved and checked into a typed Workflow.
