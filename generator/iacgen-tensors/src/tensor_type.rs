//! The type of a tensor: an element type and a shape, written `f32[n,5,32,32]`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The type of a tensor's elements. Names follow Rust and safetensors; ONNX's names are in [`ElementType::onnx_name`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ElementType {
    /// IEEE 754, 16 bits.
    F16,
    /// IEEE 754, 32 bits.
    F32,
    /// IEEE 754, 64 bits.
    F64,
    /// Signed, 32 bits.
    I32,
    /// Signed, 64 bits.
    I64,
    /// Unsigned, 8 bits.
    U8,
    /// One byte, 0 or 1.
    Bool,
}

impl ElementType {
    /// Every element type, in the order of declaration.
    pub const ALL: [Self; 7] = [Self::F16, Self::F32, Self::F64, Self::I32, Self::I64, Self::U8, Self::Bool];

    /// Returns the name used in a contract.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::F16 => "f16",
            Self::F32 => "f32",
            Self::F64 => "f64",
            Self::I32 => "i32",
            Self::I64 => "i64",
            Self::U8 => "u8",
            Self::Bool => "bool",
        }
    }

    /// Returns the bytes of one element.
    pub const fn bytes(self) -> usize {
        match self {
            Self::F16 => 2,
            Self::F32 | Self::I32 => 4,
            Self::F64 | Self::I64 => 8,
            Self::U8 | Self::Bool => 1,
        }
    }

    /// Returns ONNX's number for the type (`TensorProto.DataType` of the ONNX specification).
    pub const fn onnx(self) -> i32 {
        match self {
            Self::F32 => 1,
            Self::U8 => 2,
            Self::I32 => 6,
            Self::I64 => 7,
            Self::Bool => 9,
            Self::F16 => 10,
            Self::F64 => 11,
        }
    }

    /// Returns the type for ONNX's number, or `None` for a type that no contract can name.
    pub fn from_onnx(number: i32) -> Option<Self> {
        Self::ALL.into_iter().find(|ty| ty.onnx() == number)
    }

    /// Returns the name in a safetensors header (`F32`, `I64`, `BOOL`).
    pub fn safetensors(self) -> String {
        self.as_str().to_ascii_uppercase()
    }

    /// Returns the type for a name in a safetensors header.
    pub fn from_safetensors(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ty| ty.safetensors() == name)
    }
}

impl fmt::Display for ElementType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One dimension of a shape.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dimension {
    /// A fixed number of elements, at least 1.
    Fixed(u64),
    /// A size known only at run time; the same name is the same size throughout a contract.
    Symbol(String),
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(size) => write!(f, "{size}"),
            Self::Symbol(name) => f.write_str(name),
        }
    }
}

/// The type of a tensor.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TensorType {
    /// The type of the elements.
    pub element: ElementType,
    /// The dimensions, outermost first. Empty for a scalar.
    pub shape: Vec<Dimension>,
}

impl TensorType {
    /// Returns the number of elements of one row, that is of everything behind the first dimension,
    /// or `None` where one of those dimensions is a symbol or the product does not fit.
    pub fn row_elements(&self) -> Option<u64> {
        self.shape.iter().skip(1).try_fold(1_u64, |product, dimension| match dimension {
            Dimension::Fixed(size) => product.checked_mul(*size),
            Dimension::Symbol(_) => None,
        })
    }
}

impl fmt::Display for TensorType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[", self.element)?;
        for (index, dimension) in self.shape.iter().enumerate() {
            if index > 0 {
                f.write_str(",")?;
            }
            write!(f, "{dimension}")?;
        }
        f.write_str("]")
    }
}

/// A text that is no tensor type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a tensor type: {rule}")]
pub struct ParseTensorTypeError {
    /// What was given.
    pub text: String,
    /// What it should have looked like.
    pub rule: &'static str,
}

impl FromStr for TensorType {
    type Err = ParseTensorTypeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = |rule| ParseTensorTypeError { text: text.to_owned(), rule };
        let (element, rest) = text
            .split_once('[')
            .ok_or_else(|| error("write an element type and a shape, like `f32[n,5,32,32]`"))?;
        let element = ElementType::ALL
            .into_iter()
            .find(|ty| ty.as_str() == element.trim())
            .ok_or_else(|| error("the element type is one of f16, f32, f64, i32, i64, u8, bool"))?;
        let inner = rest.strip_suffix(']').ok_or_else(|| error("the shape must end with `]`"))?;
        if inner.trim().is_empty() {
            return Ok(Self { element, shape: Vec::new() });
        }
        let shape = inner
            .split(',')
            .map(|part| {
                let part = part.trim();
                let mut bytes = part.bytes();
                match bytes.next() {
                    Some(b'1'..=b'9') => part
                        .parse()
                        .map(Dimension::Fixed)
                        .map_err(|_| error("a dimension is a whole number or a name")),
                    Some(b'a'..=b'z' | b'A'..=b'Z')
                        if bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_') =>
                    {
                        Ok(Dimension::Symbol(part.to_owned()))
                    }
                    _ => Err(error("a dimension is a whole number of at least 1 or a name such as `n`")),
                }
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { element, shape })
    }
}

impl Serialize for TensorType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TensorType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_print_as_they_read() {
        for text in ["f32[n,5,32,32]", "i64[n]", "f32[]", "u8[batch_1,3]"] {
            assert_eq!(text.parse::<TensorType>().unwrap().to_string(), text);
        }
        assert_eq!("f32[ n , 5 ]".parse::<TensorType>().unwrap().to_string(), "f32[n,5]");
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "f32",
            "f32[n",
            "float[n]",
            "f32[n,]",
            "f32[0]",
            "f32[-1]",
            "f32[n m]",
            "f32[99999999999999999999]",
        ] {
            assert!(text.parse::<TensorType>().is_err(), "{text}");
        }
    }

    #[test]
    fn rows_are_what_stands_behind_the_first_dimension() {
        assert_eq!("f32[n,5,32,32]".parse::<TensorType>().unwrap().row_elements(), Some(5_120));
        assert_eq!("i64[n]".parse::<TensorType>().unwrap().row_elements(), Some(1));
        assert_eq!("f32[n,m]".parse::<TensorType>().unwrap().row_elements(), None);
    }
}
