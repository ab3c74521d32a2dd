//! The bootstrap of the fmi function.

fn main() -> Result<(), lambda_entry::Error> {
    lambda_entry::serve(fmi::State::from_env, fmi::handle)
}
