//! The name that was probably meant.

/// Returns the candidate that differs least from a name, where it differs so little that it may be a misspelling.
pub(crate) fn nearest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let folded = name.to_lowercase();
    let most = folded.chars().count() / 3 + 1;
    candidates
        .into_iter()
        .filter(|candidate| candidate.len().abs_diff(folded.len()) <= most)
        .map(|candidate| (strsim::damerau_levenshtein(&folded, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= most && *distance < candidate.chars().count())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Returns the type that was probably meant. Its service and its own name are each misspelled a little at most, so that
/// an invented type of a known service does not become another of that service.
pub(crate) fn nearest_type<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let parts = |name: &str| name.to_lowercase().split("::").map(str::to_owned).collect::<Vec<_>>();
    let wanted = parts(name);
    let distance = |candidate: &str| {
        let found = parts(candidate);
        if found.len() != wanted.len() {
            // One with another separator or without one part is compared as a whole.
            let distance = strsim::damerau_levenshtein(&name.to_lowercase(), &candidate.to_lowercase());
            return (distance <= 2).then_some(distance);
        }
        let mut sum = 0;
        for (wanted, found) in wanted.iter().zip(&found) {
            let distance = strsim::damerau_levenshtein(wanted, found);
            if distance > wanted.chars().count() / 3 + 1 || distance >= found.chars().count() {
                return None;
            }
            sum += distance;
        }
        Some(sum)
    };
    candidates
        .into_iter()
        .filter(|candidate| candidate.len().abs_diff(name.len()) <= name.len() / 3 + 2)
        .filter_map(|candidate| Some((distance(candidate)?, candidate)))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_misspellings_are_near() {
        let names = ["QueueName", "FifoQueue", "Tags"];
        for (name, meant) in
            [("QueueNaem", Some("QueueName")), ("tags", Some("Tags")), ("fifo", None), ("x", None)]
        {
            assert_eq!(nearest(name, names), meant, "{name}");
        }
    }

    #[test]
    fn a_type_is_near_in_each_of_its_parts() {
        let types = ["AWS::SNS::Topic", "AWS::SQS::Queue", "AWS::SNS::Subscription"];
        for (name, meant) in [
            ("AWS::SNS::Topik", Some("AWS::SNS::Topic")),
            ("AWS::SSN::Topic", Some("AWS::SNS::Topic")),
            ("Aws::Sqs::Queue", Some("AWS::SQS::Queue")),
            ("AWS:SNS::Topic", Some("AWS::SNS::Topic")),
            ("AWS::SNS::Grant", None),
        ] {
            assert_eq!(nearest_type(name, types), meant, "{name}");
        }
    }
}
