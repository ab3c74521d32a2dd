//! The bootstrap of the summarize function.

fn main() -> Result<(), lambda_entry::Error> {
    lambda_entry::serve(summarize::State::from_env, summarize::handle)
}
