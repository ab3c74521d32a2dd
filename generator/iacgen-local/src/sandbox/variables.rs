//! The environment variables of an execution environment: exactly Lambda's and the function's own.
//!
//! Page: "Using Lambda environment variables", "Defined runtime environment variables". `AWS_EXECUTION_ENV` is
//! not defined for `provided.al2023`, and `_X_AMZN_TRACE_ID` is for the runtime to set; there is no `HOME`. One is ours, and
//! means something to any AWS SDK: `AWS_ENDPOINT_URL_S3` leads to the local S3.
//!
//! Where functions cannot be isolated, `TMPDIR` leads to a folder of this environment alone, because `/tmp` itself is the
//! machine's, and in the function's own variables each path below `/opt` or `/var/task` leads to where those files lie.

use std::collections::BTreeMap;

use super::mounts::{LAYERS_ROOT, TASK_ROOT};
use super::{Credentials, FunctionConfig, LogFormat};

/// What differs between two environments of one function.
#[derive(Debug)]
pub(crate) struct EnvironmentContext<'a> {
    pub(crate) runtime_api: &'a str,
    pub(crate) task_root: &'a str,
    pub(crate) layers_root: &'a str,
    /// What stands for `/tmp`, where it is not `/tmp` itself.
    pub(crate) tmp: Option<&'a str>,
    pub(crate) region: &'a str,
    pub(crate) endpoint_s3: Option<&'a str>,
    pub(crate) log_stream: &'a str,
    pub(crate) initialization: InitializationType,
}

/// Why an environment is started: the value of `AWS_LAMBDA_INITIALIZATION_TYPE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum InitializationType {
    /// For an invocation that waits: a cold start.
    OnDemand,
    /// Ahead of any invocation.
    ProvisionedConcurrency,
}

impl InitializationType {
    /// Returns Lambda's word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OnDemand => "on-demand",
            Self::ProvisionedConcurrency => "provisioned-concurrency",
        }
    }
}

/// Returns the whole environment of the process.
pub(crate) fn of_environment(
    function: &FunctionConfig,
    context: &EnvironmentContext<'_>,
) -> BTreeMap<String, String> {
    let (root, layers) = (context.task_root, context.layers_root);
    let Credentials { access_key_id, secret_access_key, session_token } = &function.credentials;
    let own = |(name, value): (&String, &String)| (name.clone(), relocate(value, root, layers));
    let mut variables: BTreeMap<String, String> = function.variables.iter().map(own).collect();
    let mut set = |name: &str, value: &str| variables.insert(name.to_owned(), value.to_owned());
    set("_HANDLER", &function.handler);
    set("AWS_LAMBDA_RUNTIME_API", context.runtime_api);
    set("AWS_LAMBDA_FUNCTION_NAME", &function.name);
    set("AWS_LAMBDA_FUNCTION_VERSION", &function.version);
    set("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", &function.memory.megabytes().to_string());
    set("AWS_LAMBDA_INITIALIZATION_TYPE", context.initialization.as_str());
    set("AWS_LAMBDA_LOG_GROUP_NAME", &function.logging.group);
    set("AWS_LAMBDA_LOG_STREAM_NAME", context.log_stream);
    set("AWS_REGION", context.region);
    set("AWS_DEFAULT_REGION", context.region);
    set("AWS_ACCESS_KEY_ID", access_key_id);
    set("AWS_SECRET_ACCESS_KEY", secret_access_key);
    set("AWS_SESSION_TOKEN", session_token);
    set("LAMBDA_TASK_ROOT", root);
    set("LAMBDA_RUNTIME_DIR", "/var/runtime");
    set(
        "LD_LIBRARY_PATH",
        &format!("/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:{root}:{root}/lib:{layers}/lib"),
    );
    set("PATH", &format!("/usr/local/bin:/usr/bin/:/bin:{layers}/bin"));
    set("LANG", "en_US.UTF-8");
    set("TZ", ":UTC");
    if let Some(tmp) = context.tmp {
        set("TMPDIR", tmp);
    }
    if function.logging.format == LogFormat::Json {
        // Lambda's default level. The runtimes' libraries choose their format by these two.
        set("AWS_LAMBDA_LOG_FORMAT", "JSON");
        set("AWS_LAMBDA_LOG_LEVEL", "INFO");
    }
    if let Some(endpoint) = context.endpoint_s3 {
        set("AWS_ENDPOINT_URL_S3", endpoint);
    }
    variables
}

/// Leads the paths of a value, or of a list with colons, from where Lambda has the files to where they are.
fn relocate(value: &str, task_root: &str, layers_root: &str) -> String {
    let moved = |part: &str| {
        let roots = [(TASK_ROOT, task_root), (LAYERS_ROOT, layers_root)];
        let rest =
            |root: &str| part.strip_prefix(root).filter(|rest| rest.is_empty() || rest.starts_with('/'));
        roots
            .iter()
            .find_map(|(lambdas, ours)| Some(format!("{ours}{}", rest(lambdas)?)))
            .unwrap_or_else(|| part.to_owned())
    };
    value.split(':').map(moved).collect::<Vec<_>>().join(":")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_paths_are_relocated() {
        for (value, expected) in [
            ("/opt/lib/libonnxruntime.so.1", "/l/lib/libonnxruntime.so.1"),
            ("/opt/a:/var/task/b:/optional:model.onnx", "/l/a:/t/b:/optional:model.onnx"),
            ("https://example.com/opt/x", "https://example.com/opt/x"),
            (r#"{"a": "/opt/x"}"#, r#"{"a": "/opt/x"}"#),
            ("", ""),
        ] {
            assert_eq!(relocate(value, "/t", "/l"), expected, "{value}");
            assert_eq!(relocate(value, TASK_ROOT, LAYERS_ROOT), value);
        }
    }
}
