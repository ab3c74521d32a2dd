//! The versions of ONNX Runtime that are pinned, and what each reads.

use std::fmt;

use crate::OnnxModel;

/// A version of ONNX Runtime that iacgen pins. `iacgen-package` holds its lock file to [`Self::ALL`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum OnnxRuntimeVersion {
    /// 1.20.1, the smallest of them and the quickest to start.
    V1_20_1,
    /// 1.24.4, which reads newer models.
    #[default]
    V1_24_4,
}

/// The newest forms of a model that a version of ONNX Runtime reads. It reads every older one from IR version 3 on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OnnxRuntimeLimits {
    /// The newest version of the file's own form.
    pub ir_version: i64,
    /// The newest version of the domain `ai.onnx`.
    pub opset: i64,
    /// The newest version of the domain `ai.onnx.ml`.
    pub ml_opset: i64,
}

impl OnnxRuntimeVersion {
    /// All of them, the oldest first.
    pub const ALL: [Self; 2] = [Self::V1_20_1, Self::V1_24_4];

    /// Returns it as its project writes it, such as `1.24.4`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V1_20_1 => "1.20.1",
            Self::V1_24_4 => "1.24.4",
        }
    }

    /// Returns what it reads. Each row was found by giving the library, on x86-64, models of every version; the test
    /// `the_limits_are_those_of_the_libraries` of `iacgen-onnx` does it again.
    pub const fn limits(self) -> OnnxRuntimeLimits {
        match self {
            Self::V1_20_1 => OnnxRuntimeLimits { ir_version: 10, opset: 21, ml_opset: 5 },
            Self::V1_24_4 => OnnxRuntimeLimits { ir_version: 13, opset: 25, ml_opset: 5 },
        }
    }

    /// Tells whether a model is of no newer form than it reads, and of operators that it has.
    pub fn reads(self, model: &OnnxModel) -> bool {
        let limits = self.limits();
        let new =
            |(domain, found): (&String, &i64)| limits.newest(domain).is_some_and(|newest| *found > newest);
        model.ir_version <= limits.ir_version
            && !model.opsets.iter().any(new)
            && model.domains.iter().all(|domain| BUILT_IN_DOMAINS.contains(&domain.as_str()))
    }
}

impl fmt::Display for OnnxRuntimeVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl OnnxRuntimeLimits {
    /// Returns the newest version that is read of a domain of operators, or `None` for one without a limit of its own.
    pub fn newest(&self, domain: &str) -> Option<i64> {
        match domain {
            "ai.onnx" => Some(self.opset),
            "ai.onnx.ml" => Some(self.ml_opset),
            // Operators of ONNX Runtime's own.
            "com.microsoft" => Some(1),
            _ => None,
        }
    }
}

/// The domains whose operators the library brings along for the CPU. `com.microsoft.nchwc` is missing on purpose: only
/// the graph optimiser of one processor's build writes it, and another architecture's library refuses it.
pub const BUILT_IN_DOMAINS: [&str; 3] = ["ai.onnx", "ai.onnx.ml", "com.microsoft"];
