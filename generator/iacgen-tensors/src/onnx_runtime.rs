//! What a version of ONNX Runtime reads.

/// The newest forms of a model that a version of ONNX Runtime reads. It reads every older one from IR version 3 on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OnnxRuntimeLimits {
    /// The version, such as `1.24.4`.
    pub version: &'static str,
    /// The newest version of the file's own form.
    pub ir_version: i64,
    /// The newest version of the domain `ai.onnx`.
    pub opset: i64,
    /// The newest version of the domain `ai.onnx.ml`.
    pub ml_opset: i64,
}

/// The version that is packaged where the spec names no library of its own. `iacgen-package` holds its lock to it.
pub const PINNED_ONNX_RUNTIME: &str = "1.24.4";

/// By version. Each row was found by giving the library a model at the limit and one beyond it; the test
/// `the_limits_are_those_of_the_library` of `iacgen-onnx` does it again for the pinned version.
static LIMITS: [OnnxRuntimeLimits; 1] =
    [OnnxRuntimeLimits { version: PINNED_ONNX_RUNTIME, ir_version: 13, opset: 25, ml_opset: 5 }];

impl OnnxRuntimeLimits {
    /// The limits of the version that is packaged where the spec names no library of its own.
    pub const PINNED: &'static Self = &LIMITS[0];

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
