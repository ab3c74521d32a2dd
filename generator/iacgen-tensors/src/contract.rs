//! The tensor contract and what breaks it.

use std::collections::BTreeMap;
use std::fmt;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::{Dimension, ElementType, GraphSignature, TensorType};

/// The tensors that a model takes and gives, and the labels that a partition carries beside them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TensorContract {
    /// What the model takes; every partition holds it.
    pub inputs: IndexMap<String, TensorType>,
    /// What the model gives.
    pub outputs: IndexMap<String, TensorType>,
    /// What a partition holds besides the inputs: identifiers, true values.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub labels: IndexMap<String, TensorType>,
}

/// The part that a tensor plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// The model takes it.
    Input,
    /// The model gives it.
    Output,
    /// The partition carries it beside the inputs.
    Label,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Input => "input",
            Self::Output => "output",
            Self::Label => "label",
        })
    }
}

/// One way in which tensors differ from the contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mismatch {
    /// The contract names a tensor that is not there.
    Missing {
        /// The part it plays.
        role: Role,
        /// Its name.
        tensor: String,
        /// The type that the contract declares.
        expected: TensorType,
        /// The names that are there.
        found: Vec<String>,
    },
    /// A tensor is there that the contract does not name.
    Undeclared {
        /// The part it plays.
        role: Role,
        /// Its name.
        tensor: String,
        /// Its type as it was found.
        found: String,
    },
    /// A tensor is of another type.
    Differs {
        /// The part it plays.
        role: Role,
        /// Its name.
        tensor: String,
        /// The type that the contract declares.
        expected: TensorType,
        /// The type as it was found.
        found: String,
        /// What is likely wrong, where that can be told.
        hint: Option<String>,
    },
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { role, tensor, expected, found } => {
                write!(f, "{role} `{tensor}` ({expected}) is missing; found {}", found.join(", "))
            }
            Self::Undeclared { role, tensor, found } => {
                write!(f, "{role} `{tensor}` ({found}) is not in the contract")
            }
            Self::Differs { role, tensor, expected, found, hint } => {
                write!(f, "{role} `{tensor}` must be {expected} but is {found}")?;
                hint.as_ref().map_or(Ok(()), |hint| write!(f, " ({hint})"))
            }
        }
    }
}

impl TensorContract {
    /// Holds the tensors of a partition to the contract's inputs and labels. Further tensors are ignored.
    ///
    /// `found` gives each tensor's element type as safetensors names it, and its shape. Returns the sizes of
    /// the symbols, such as `n`, when all agree.
    ///
    /// # Errors
    /// Every [`Mismatch`], in the contract's order.
    pub fn check_partition(
        &self,
        found: &BTreeMap<String, (String, Vec<u64>)>,
    ) -> Result<BTreeMap<String, u64>, Vec<Mismatch>> {
        let mut symbols: BTreeMap<String, u64> = BTreeMap::new();
        let mut mismatches = Vec::new();
        let declared = self
            .inputs
            .iter()
            .map(|(name, ty)| (Role::Input, name, ty))
            .chain(self.labels.iter().map(|(name, ty)| (Role::Label, name, ty)));
        for (role, tensor, expected) in declared {
            let Some((element, shape)) = found.get(tensor) else {
                mismatches.push(Mismatch::Missing {
                    role,
                    tensor: tensor.clone(),
                    expected: expected.clone(),
                    found: found.keys().cloned().collect(),
                });
                continue;
            };
            if ElementType::from_safetensors(element) != Some(expected.element)
                || !shape_fits(&expected.shape, shape, &mut symbols)
            {
                let sizes: Vec<String> = shape.iter().map(ToString::to_string).collect();
                mismatches.push(Mismatch::Differs {
                    role,
                    tensor: tensor.clone(),
                    expected: expected.clone(),
                    found: format!("{}[{}]", element.to_ascii_lowercase(), sizes.join(",")),
                    hint: layout_hint(&expected.shape, shape),
                });
            }
        }
        if mismatches.is_empty() { Ok(symbols) } else { Err(mismatches) }
    }
}

/// Tells whether sizes fit a declared shape, and binds symbols on their first sight.
fn shape_fits(expected: &[Dimension], sizes: &[u64], symbols: &mut BTreeMap<String, u64>) -> bool {
    expected.len() == sizes.len()
        && expected.iter().zip(sizes).all(|(dimension, &size)| match dimension {
            Dimension::Fixed(fixed) => *fixed == size,
            Dimension::Symbol(name) => *symbols.entry(name.clone()).or_insert(size) == size,
        })
}

/// Says so when the dimensions are the declared ones in another order: channels last instead of channels first.
fn layout_hint(expected: &[Dimension], sizes: &[u64]) -> Option<String> {
    let fixed: Vec<u64> = expected
        .iter()
        .skip(1)
        .map(|d| if let Dimension::Fixed(size) = d { Some(*size) } else { None })
        .collect::<Option<_>>()?;
    if fixed.len() != 3 || sizes.len() != 4 {
        return None;
    }
    if sizes[1..] == [fixed[1], fixed[2], fixed[0]] {
        return Some(
            "this looks like NHWC; the contract is NCHW: transpose the data when it is written".to_owned(),
        );
    }
    (sizes[3] == fixed[0] && sizes[1] == sizes[2])
        .then(|| "the last dimension looks like the channels: the contract wants them second".to_owned())
}

/// Holds a model's graph to the contract: every input and output there, no other, each of the declared type.
///
/// A symbol in the contract fits any dynamic dimension of the graph; a fixed size fits only itself, except that
/// a graph whose dimension is dynamic takes a contract that fixes it.
pub fn compare_graph(contract: &TensorContract, graph: &GraphSignature) -> Vec<Mismatch> {
    let mut mismatches = Vec::new();
    let sides =
        [(Role::Input, &contract.inputs, &graph.inputs), (Role::Output, &contract.outputs, &graph.outputs)];
    for (role, declared, values) in sides {
        for (tensor, expected) in declared {
            let Some(value) = values.iter().find(|value| value.name == *tensor) else {
                mismatches.push(Mismatch::Missing {
                    role,
                    tensor: tensor.clone(),
                    expected: expected.clone(),
                    found: values
                        .iter()
                        .map(|value| format!("`{}` ({})", value.name, value.describe()))
                        .collect(),
                });
                continue;
            };
            let fits = value.element() == Some(expected.element)
                && value.shape.as_ref().is_none_or(|shape| {
                    shape.len() == expected.shape.len()
                        && shape.iter().zip(&expected.shape).all(|(graph, contract)| {
                            match (graph, contract) {
                                (Some(Dimension::Fixed(a)), Dimension::Fixed(b)) => a == b,
                                (Some(Dimension::Fixed(_)), Dimension::Symbol(_)) => false,
                                _ => true,
                            }
                        })
                });
            if !fits {
                mismatches.push(Mismatch::Differs {
                    role,
                    tensor: tensor.clone(),
                    expected: expected.clone(),
                    found: value.describe(),
                    hint: None,
                });
            }
        }
        for value in values.iter().filter(|value| !declared.contains_key(&value.name)) {
            mismatches.push(Mismatch::Undeclared {
                role,
                tensor: value.name.clone(),
                found: value.describe(),
            });
        }
    }
    mismatches
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contract() -> TensorContract {
        serde_json::from_str(
            r#"{"inputs": {"image": "f32[n,5,32,32]", "magnitude": "f32[n,5]"},
                "outputs": {"redshift": "f32[n,1]"}, "labels": {"id": "i64[n]"}}"#,
        )
        .unwrap()
    }

    fn partition(image: &[u64], element: &str, ids: u64) -> BTreeMap<String, (String, Vec<u64>)> {
        BTreeMap::from([
            ("image".to_owned(), (element.to_owned(), image.to_vec())),
            ("magnitude".to_owned(), ("F32".to_owned(), vec![7, 5])),
            ("id".to_owned(), ("I64".to_owned(), vec![ids])),
        ])
    }

    #[test]
    fn a_partition_that_fits_gives_its_symbols() {
        let symbols = contract().check_partition(&partition(&[7, 5, 32, 32], "F32", 7)).unwrap();
        assert_eq!(symbols, BTreeMap::from([("n".to_owned(), 7)]));
    }

    #[test]
    fn other_layouts_types_and_counts_are_refused() {
        for (image, element, ids, says) in [
            (&[7, 32, 32, 5][..], "F32", 7, "NHWC"),
            (&[7, 64, 64, 5], "F32", 7, "channels"),
            (&[7, 5, 32], "F32", 7, "f32[7,5,32]"),
            (&[7, 5, 32, 32], "F64", 7, "f64[7,5,32,32]"),
            (&[7, 5, 32, 32], "F32", 8, "i64[8]"),
        ] {
            let mismatches = contract().check_partition(&partition(image, element, ids)).unwrap_err();
            assert_eq!(mismatches.len(), 1, "{mismatches:?}");
            assert!(mismatches[0].to_string().contains(says), "{}", mismatches[0]);
        }
    }
}
