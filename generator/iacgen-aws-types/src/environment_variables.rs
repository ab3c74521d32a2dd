//! What Lambda takes of a function's own environment variables.

/// The most that a function's variables may have, names and values together, in bytes. Page: "Lambda quotas".
pub const VARIABLES_SIZE_LIMIT: usize = 4_096;

/// Names that Lambda sets and refuses in a function's configuration. Others that it sets, such as `TZ`, `PATH` and
/// `LANG`, may be set again. Page: "Working with Lambda environment variables".
const RESERVED: [&str; 18] = [
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_DEFAULT_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_LAMBDA_RUNTIME_API",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "LAMBDA_RUNTIME_DIR",
    "LAMBDA_TASK_ROOT",
];

/// Tells whether Lambda refuses a variable of this name in a function's configuration.
pub fn is_reserved_variable(name: &str) -> bool {
    RESERVED.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_reserved_exactly() {
        for name in RESERVED {
            assert!(is_reserved_variable(name), "{name}");
        }
        for name in ["TZ", "PATH", "AWS_LAMBDA_EXEC_WRAPPER", "AWS_ENDPOINT_URL_S3", "aws_region", ""] {
            assert!(!is_reserved_variable(name), "{name}");
        }
    }
}
