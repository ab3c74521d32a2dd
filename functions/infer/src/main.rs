//! The bootstrap of the infer function.

fn main() -> Result<(), lambda_entry::Error> {
    lambda_entry::serve(infer::State::from_env, infer::handle)
}
