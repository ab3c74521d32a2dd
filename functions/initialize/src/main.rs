//! The bootstrap of the initialize function.

fn main() -> Result<(), lambda_entry::Error> {
    lambda_entry::serve(initialize::State::from_env, initialize::handle)
}
