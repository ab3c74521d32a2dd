//! The cost model, the workflow's picture, and the reports of runs.
