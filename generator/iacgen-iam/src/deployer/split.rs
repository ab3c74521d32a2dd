//! Policies that are too long for one managed policy.

use iacgen_aws_types::ResourceArn;

use crate::{PolicyDocument, Resolution, Statement};

/// Characters that a managed policy can have, without white space. Page: "IAM and AWS STS quotas", "IAM and STS character
/// limits".
pub const MANAGED_POLICY_LIMIT: usize = 6_144;

/// Returns a document's characters as IAM counts them, without white space.
pub fn size(document: &PolicyDocument, resolution: &Resolution<'_>) -> usize {
    resolution.document(document).to_string().chars().filter(|character| !character.is_whitespace()).count()
}

/// Returns documents of at most `limit` characters that allow together what one document allows. Statements keep their
/// order; one that is too long alone is told in several, each with some of its resources. A single resource that is too
/// long stands alone, above the limit.
pub fn split(document: &PolicyDocument, resolution: &Resolution<'_>, limit: usize) -> Vec<PolicyDocument> {
    let fits = |statements: &[Statement]| {
        size(&PolicyDocument::new(statements.iter().cloned()), resolution) <= limit
    };
    let mut documents: Vec<Vec<Statement>> = Vec::new();
    for statement in document.statements().iter().flat_map(|statement| parts(statement, &fits)) {
        if let Some(last) = documents.last_mut() {
            last.push(statement);
            if fits(last) {
                continue;
            }
            let moved = last.pop();
            documents.push(moved.into_iter().collect());
        } else {
            documents.push(vec![statement]);
        }
    }
    documents.into_iter().map(PolicyDocument::new).collect()
}

/// Halves a statement's resources until each part fits.
fn parts(statement: &Statement, fits: &impl Fn(&[Statement]) -> bool) -> Vec<Statement> {
    if statement.resources.len() < 2 || fits(std::slice::from_ref(statement)) {
        return vec![statement.clone()];
    }
    let (first, second) = statement.resources.split_at(statement.resources.len() / 2);
    let with = |resources: &[ResourceArn]| Statement { resources: resources.to_vec(), ..statement.clone() };
    [with(first), with(second)].iter().flat_map(|part| parts(part, fits)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Action;
    use crate::evaluate::{Permissions, Request};

    fn statement(sid: &str, action: &'static str, count: usize) -> Statement {
        let arns = (0..count).map(|number| ResourceArn::Literal(format!("arn:aws:s3:::{sid}-{number}")));
        Statement::allow(sid, [Action::new(action)], arns.collect::<Vec<_>>())
    }

    #[test]
    fn parts_fit_and_allow_what_the_whole_allows() {
        let resource = |id: &str, _: Option<&str>| id.to_owned();
        let resolution =
            Resolution { partition: "aws", region: "r", account: "1", stack: "s", resource: &resource };
        let whole = PolicyDocument::new([
            statement("few", "s3:GetObject", 2),
            statement("many", "s3:PutObject", 40),
            statement("last", "s3:ListBucket", 3),
        ]);
        let documents = split(&whole, &resolution, 500);
        assert!(documents.len() > 2);
        let mut together = Permissions::default();
        for document in &documents {
            assert!(size(document, &resolution) <= 500);
            together.add_policy(document, &resolution);
        }
        for (action, name, count) in
            [("s3:GetObject", "few", 2), ("s3:PutObject", "many", 40), ("s3:ListBucket", "last", 3)]
        {
            for number in 0..count {
                let arn = format!("arn:aws:s3:::{name}-{number}");
                assert!(together.check(&Request::new(action, arn.clone())).is_ok(), "{arn}");
                assert!(together.check(&Request::new("s3:DeleteObject", arn)).is_err());
            }
        }
        assert_eq!(split(&whole, &resolution, MANAGED_POLICY_LIMIT), [whole]);
        assert!(split(&PolicyDocument::default(), &resolution, 500).is_empty());
    }
}
