//! End-to-end tests of the iacgen command. The tests are in `tests/`, their cases and goldens beside it.
