//! ARNs that are put together of several arguments.

use iacgen_aws_types::{ArnSuffix, ResourceArn};

use super::target::parts;
use super::{Argument, Arguments};
use crate::pattern::{exactly, in_sub};

/// How the last part of an ARN reads: text, and arguments between braces, each with what stands there where it is not
/// written: `workgroup/{WorkGroup=primary}`, `nodegroup/{ClusterName}/{NodegroupName}/*`.
pub type Form = &'static str;

/// What the arguments say of an ARN.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Formed {
    Arns(Vec<ResourceArn>),
    /// This argument is not written.
    Absent(String),
    /// This one is known only later.
    Unknown(String),
}

/// A form in pieces.
enum Piece<'a> {
    Text(&'a str),
    Argument { field: &'a str, default: Option<&'a str> },
}

fn pieces(form: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = form;
    while let Some((before, behind)) = rest.split_once('{') {
        let (inner, after) = behind.split_once('}').unwrap_or((behind, ""));
        pieces.push(Piece::Text(before));
        let (field, default) = match inner.split_once('=') {
            Some((field, default)) => (field, Some(default)),
            None => (inner, None),
        };
        pieces.push(Piece::Argument { field, default });
        rest = after;
    }
    pieces.push(Piece::Text(rest));
    pieces
}

/// Tells whether an ARN, or a pattern of ARNs, may be of a form: by its service and how its last part begins.
pub(super) fn fits(service: &str, form: Form, arn: &ResourceArn) -> bool {
    let begins = form.split(['{', '*']).next().unwrap_or_default();
    match arn {
        ResourceArn::Literal(text) | ResourceArn::Sub(text) => {
            let [_, _, of, _, _, resource] = parts(text);
            of == service && resource.starts_with(begins)
        }
        ResourceArn::Any | ResourceArn::OfResource { .. } | ResourceArn::ByRef { .. } => false,
    }
}

/// Puts an ARN together in the stack's own partition, region and account.
pub(super) fn formed(service: &str, form: Form, arguments: &dyn Arguments) -> Formed {
    // The last parts of what is possible so far, in the syntax of `Fn::Sub`.
    let mut made = vec![String::new()];
    let mut whole = Vec::new();
    let pieces = pieces(form);
    for (at, piece) in pieces.iter().enumerate() {
        let options = match piece {
            Piece::Text(text) => vec![in_sub(text)],
            Piece::Argument { field, default } => {
                let path: Vec<&str> = field.split('.').collect();
                let given = arguments.at(&path);
                let mut options = Vec::new();
                for argument in given {
                    match argument {
                        Argument::Absent => {}
                        Argument::Text(text) if text.starts_with("arn:") => {
                            let behind = match pieces.get(at + 1) {
                                Some(Piece::Text(text)) => text,
                                _ => "",
                            };
                            whole.push(ResourceArn::Literal(format!("{}{behind}", exactly(&text))));
                        }
                        Argument::Text(text) => options.push(in_sub(&exactly(&text))),
                        Argument::Begins(text) if !text.is_empty() && !text.starts_with("arn:") => {
                            options.push(format!("{}*", in_sub(&exactly(&text))));
                        }
                        // What `Ref` gives is what the argument gets.
                        Argument::Arn(ResourceArn::ByRef { id, suffix: ArnSuffix::None }) => {
                            options.push(format!("${{{id}}}"));
                        }
                        Argument::Arn(_) | Argument::Begins(_) | Argument::Unknown => {
                            return Formed::Unknown((*field).to_owned());
                        }
                    }
                }
                if options.is_empty() && whole.is_empty() {
                    match default {
                        Some(default) => options.push(in_sub(&exactly(default))),
                        None => return Formed::Absent((*field).to_owned()),
                    }
                }
                options
            }
        };
        made = made
            .iter()
            .flat_map(|before| options.iter().map(move |option| format!("{before}{option}")))
            .collect();
    }
    let mut arns = whole;
    for part in made {
        arns.push(own(service, &part));
        // Names stand in small letters in the ARNs of SageMaker. Page: "Actions, resources, and condition keys for Amazon
        // SageMaker"; both are named, since the examples there have them as they are written.
        if service == "sagemaker" && !part.contains("${") && part != part.to_lowercase() {
            arns.push(own(service, &part.to_lowercase()));
        }
    }
    Formed::Arns(arns)
}

fn own(service: &str, part: &str) -> ResourceArn {
    ResourceArn::Sub(format!("arn:${{AWS::Partition}}:{service}:${{AWS::Region}}:${{AWS::AccountId}}:{part}"))
}

#[cfg(test)]
mod tests {
    use iacgen_aws_types::LogicalId;
    use serde_json::{Value, json};

    use super::super::AslArguments;
    use super::*;

    fn of(service: &str, form: Form, value: &Value) -> Formed {
        let substitution = |name: &str| {
            Some(ResourceArn::ByRef { id: LogicalId::new(name).unwrap(), suffix: ArnSuffix::None })
        };
        formed(service, form, &AslArguments { value, substitution: &substitution })
    }

    fn one(service: &str, form: Form, value: &Value) -> String {
        match of(service, form, value) {
            Formed::Arns(arns) => arns
                .into_iter()
                .map(|arn| match arn {
                    ResourceArn::Literal(text) => text,
                    ResourceArn::Sub(text) => text
                        .replace("arn:${AWS::Partition}:", "")
                        .replace(":${AWS::Region}:${AWS::AccountId}:", " "),
                    other => format!("{other:?}"),
                })
                .collect::<Vec<_>>()
                .join(", "),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn arguments_stand_where_the_form_has_them() {
        let nodes = "nodegroup/{Cluster}/{Name}/*";
        for (service, form, value, expected) in [
            ("eks", nodes, json!({ "Cluster": "c", "Name": "n" }), "eks nodegroup/c/n/*"),
            (
                "eks",
                nodes,
                json!({ "Cluster": "c", "Name.$": "States.Format('n-{}', $.x)" }),
                "eks nodegroup/c/n-*/*",
            ),
            ("eks", nodes, json!({ "Cluster": "c", "Name.$": "$.n" }), r#"Unknown("Name")"#),
            ("eks", nodes, json!({ "Cluster": "c" }), r#"Absent("Name")"#),
            ("athena", "workgroup/{W=primary}", json!({}), "athena workgroup/primary"),
            ("athena", "workgroup/{W=primary}", json!({ "W": "a*" }), "athena workgroup/a${!*}"),
            ("athena", "workgroup/{W=primary}", json!({ "W": "${Group}" }), "athena workgroup/${Group}"),
            ("x", "job/{A.B}", json!({ "A": { "B": "arn:aws:x:r:1:job/j" } }), "arn:aws:x:r:1:job/j"),
            ("x", "p/{A.*.P}", json!({ "A": [{ "P": "a" }, {}, { "P": "b" }] }), "x p/a, x p/b"),
            ("x", "p/{A.*.P}", json!({ "A": [{}] }), r#"Absent("A.*.P")"#),
            ("sagemaker", "model/{N}", json!({ "N": "Ab" }), "sagemaker model/Ab, sagemaker model/ab"),
        ] {
            assert_eq!(one(service, form, &value), expected, "{form} {value}");
        }
    }

    #[test]
    fn what_is_stated_fits_by_its_beginning() {
        let arn = |text: &str| ResourceArn::Literal(text.to_owned());
        assert!(fits("athena", "workgroup/{W}", &arn("arn:aws:athena:r:1:workgroup/*")));
        assert!(!fits("athena", "workgroup/{W}", &arn("arn:aws:athena:r:1:datacatalog/x")));
        assert!(!fits("athena", "workgroup/{W}", &arn("arn:aws:glue:r:1:workgroup/x")));
        assert!(!fits("athena", "workgroup/{W}", &arn("*")));
        assert!(!fits("athena", "workgroup/{W}", &ResourceArn::Any));
    }
}
