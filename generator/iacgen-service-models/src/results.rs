//! What calls give.

use iacgen_shapes::{Field, Shape, known};

use crate::call::Call;
use crate::model::{Kind, Members};
use crate::naming::Naming;

/// The most parts that the type of a result has. What lies deeper is anything: some types hold themselves, and some are
/// very large.
const MOST_PARTS: usize = 1_000;
const DEEPEST: usize = 12;

impl Call {
    /// Returns what the call gives, when it is made as request and response. Members that need not be there are held to
    /// be, since nothing tells when they are.
    pub fn result(&self) -> Shape {
        match (self.naming, self.deep(self.operation.given)) {
            (Naming::Sdk, shape) => shape,
            (Naming::Optimized, Shape::Object(object)) => known::with_sdk_metadata(&object),
            (Naming::Optimized, _) => Shape::Any,
        }
    }

    /// Returns what the pattern `.sync` gives: what Step Functions learns of the job at its end.
    pub fn job_result(&self) -> Shape {
        let Some(asked) = &self.asked else { return Shape::Any };
        let mut written = asked.operation.given;
        for wanted in asked.members {
            let Kind::Structure(members) = self.service.kind(written) else { return Shape::Any };
            let Some(member) = members.iter().find(|member| member.name == *wanted) else {
                return Shape::Any;
            };
            written = member.kind.trim_start_matches('[');
        }
        match self.deep(written) {
            // It is not recorded what else is there.
            Shape::Object(object) => Shape::object(object.fields.clone(), Shape::Any),
            _ => Shape::Any,
        }
    }

    /// Makes the shape of what is written, as deep as it stays small.
    fn deep(&self, written: &'static str) -> Shape {
        let fits = |depth: &usize| self.parts(written, *depth, MOST_PARTS) <= MOST_PARTS;
        let depth = (1..=DEEPEST).take_while(fits).last().unwrap_or(1);
        self.shape(written, depth)
    }

    /// Counts the parts of a shape, up to a little more than `most`.
    fn parts(&self, written: &'static str, depth: usize, most: usize) -> usize {
        if depth == 0 {
            return 1;
        }
        match self.service.kind(written) {
            Kind::List(inner) | Kind::Map(inner) => 1 + self.parts(inner, depth - 1, most),
            Kind::Structure(members) => {
                let mut count = 1;
                for member in members.iter() {
                    if count > most {
                        break;
                    }
                    count += self.parts(member.kind, depth - 1, most - count.min(most));
                }
                count
            }
            _ => 1,
        }
    }

    fn shape(&self, written: &'static str, depth: usize) -> Shape {
        if depth == 0 {
            return Shape::Any;
        }
        match self.service.kind(written) {
            Kind::Text | Kind::OneOf(_) => Shape::TEXT,
            Kind::Whole => Shape::Integer,
            Kind::Number => Shape::Number,
            Kind::Boolean => Shape::Bool,
            Kind::Moment => Shape::TEXT.join(&Shape::Number),
            // Bytes are a text, or the JSON that they hold.
            Kind::Bytes | Kind::Anything => Shape::Any,
            Kind::Nothing => Shape::record::<String>([]),
            Kind::List(inner) => Shape::list_of(self.shape(inner, depth - 1)),
            Kind::Map(inner) => Shape::object::<String>([], self.shape(inner, depth - 1)),
            Kind::Structure(members) => self.structure(members, depth),
        }
    }

    fn structure(&self, members: Members, depth: usize) -> Shape {
        let mut fields = Vec::new();
        for member in members.iter() {
            let shape = self.shape(member.kind, depth - 1);
            let name = self.naming.name(member.name);
            // Words of capitals are not certain, and neither are the names of optimized integrations.
            let other = match self.naming {
                Naming::Sdk if member.name.bytes().all(|byte| byte.is_ascii_uppercase()) => {
                    Naming::Optimized.name(member.name)
                }
                Naming::Sdk => name.clone(),
                Naming::Optimized => Naming::Sdk.name(member.name),
            };
            if other != name {
                fields.push((other, Field::unknown(shape.clone())));
            }
            fields.push((name, Field::unknown(shape)));
        }
        Shape::closed(fields)
    }
}

#[cfg(test)]
mod tests {
    use iacgen_shapes::{Lookup, Path};
    use serde_json::json;

    use super::*;

    fn look(shape: &Shape, path: &str) -> Lookup {
        shape.lookup(&Path::parse(path).unwrap())
    }

    fn sdk(service: &str, operation: &str) -> Shape {
        Call::of_sdk(service, operation).unwrap().unwrap().result()
    }

    #[test]
    fn results_have_the_members_of_the_api() {
        let get = sdk("dynamodb", "getItem");
        assert_eq!(look(&get, "$.Item.id.S").shape(), Shape::TEXT);
        let Lookup::Missing(missing) = look(&get, "$.Itm") else { panic!("found") };
        assert_eq!(missing.absence.suggestion.as_deref(), Some("$.Item"));
        let instances = sdk("rds", "describeDBInstances");
        assert_eq!(
            look(&instances, "$.DbInstances[*].DbInstanceStatus").shape(),
            Shape::list_of(Shape::TEXT)
        );
        assert!(matches!(look(&instances, "$.DBInstances"), Lookup::Missing(_)));
    }

    #[test]
    fn recorded_results_are_of_their_shapes() {
        for (service, operation, value) in [
            ("dynamodb", "putItem", json!({})),
            ("dynamodb", "updateItem", json!({"Attributes": {"S": {"S": "Hello"}}})),
            ("secretsmanager", "listSecrets", json!({"SecretList": []})),
            (
                "s3",
                "getObject",
                json!({"AcceptRanges": "bytes", "ContentLength": 9, "ContentType": "binary/octet-stream",
                    "ETag": "\"332e\"", "LastModified": "date", "Metadata": {},
                    "ServerSideEncryption": "AES256", "Body": "text data"}),
            ),
            ("kms", "encrypt", json!({"CiphertextBlob": "x", "EncryptionAlgorithm": "SYMMETRIC_DEFAULT"})),
        ] {
            assert!(sdk(service, operation).contains(&value), "{service}:{operation}");
        }
    }

    #[test]
    fn large_results_and_those_that_hold_themselves_end() {
        for (service, operation) in [
            ("quicksight", "describeDashboardDefinition"),
            ("dynamodb", "query"),
            ("ec2", "describeInstances"),
            ("sagemaker", "describeTrainingJob"),
        ] {
            assert!(sdk(service, operation).as_object().is_some(), "{service}:{operation}");
        }
    }

    #[test]
    fn what_is_learnt_of_a_job_is_open() {
        let job = Call::of_optimized("batch", "submitJob").unwrap().job_result();
        assert_eq!(look(&job, "$.JobId"), Lookup::Found(Shape::TEXT));
        assert_eq!(look(&job, "$.Container.ExitCode"), Lookup::Found(Shape::Integer));
        assert!(matches!(look(&job, "$.JobIdd"), Lookup::Maybe(..)));
        assert_eq!(Call::of_optimized("codebuild", "startBuild").unwrap().job_result(), Shape::Any);
    }
}
