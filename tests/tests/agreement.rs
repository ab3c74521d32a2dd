//! Names that two crates must spell alike and that neither can take from the other.

#[test]
fn the_model_lies_where_infer_looks_for_it() {
    assert_eq!(iacgen_package::MODEL_PATH, infer::MODEL, "the package and infer's default");
    assert_eq!(iacgen_synth::MODEL_FILE, iacgen_package::MODEL_PATH, "the variable `MODEL` and the package");
}

#[test]
fn the_runtime_library_lies_where_infer_looks_for_it() {
    assert_eq!(iacgen_package::LIBRARY_PATH, infer::LIBRARY);
}
