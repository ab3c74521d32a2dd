//! The stack's functions in the sandbox.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use camino::{Utf8Path, Utf8PathBuf};

use crate::sandbox::{
    ACCOUNT_CONCURRENCY, Credentials, Function, FunctionConfig, INIT_LIMIT, Isolation, LambdaObserver,
    Sandbox, SandboxError, SandboxSettings,
};
use crate::stack::{FunctionDeclaration, Stack};

/// Where functions run.
pub(super) struct Settings {
    pub(super) region: String,
    pub(super) endpoint_s3: String,
    pub(super) packages_folder: Utf8PathBuf,
    pub(super) assets_folder: Utf8PathBuf,
    pub(super) run_folder: Utf8PathBuf,
    pub(super) max_environments: NonZeroUsize,
    pub(super) isolation: Isolation,
}

impl Settings {
    pub(super) fn sandbox(&self, observer: LambdaObserver) -> Sandbox {
        let settings = SandboxSettings {
            region: self.region.clone(),
            endpoint_s3: Some(self.endpoint_s3.clone()),
            packages_folder: self.packages_folder.clone(),
            run_folder: self.run_folder.clone(),
            max_environments: self.max_environments,
            init_limit: INIT_LIMIT,
            account_concurrency: ACCOUNT_CONCURRENCY,
            isolation: self.isolation,
        };
        Sandbox::new(settings, observer)
    }
}

/// The deployed functions.
#[derive(Debug)]
pub(super) struct Deployed {
    sandbox: Sandbox,
    /// By physical name.
    functions: BTreeMap<String, DeployedFunction>,
}

#[derive(Debug)]
struct DeployedFunction {
    declaration: FunctionDeclaration,
    versions: BTreeMap<String, Function>,
}

/// A version that an ARN or name leads to.
pub(super) struct Target<'a> {
    pub(super) name: &'a str,
    pub(super) logical_id: &'a str,
    pub(super) function: &'a Function,
    /// The ARN as it was invoked, with its qualifier.
    pub(super) arn: String,
}

impl Deployed {
    pub(super) async fn start(
        stack: &Stack,
        mut credentials: BTreeMap<String, Credentials>,
        settings: Settings,
        observer: LambdaObserver,
    ) -> Result<Self, SandboxError> {
        let sandbox = settings.sandbox(observer);
        let mut functions = BTreeMap::new();
        for (name, declaration) in &stack.functions {
            let credentials = credentials.remove(name).unwrap_or_else(self::credentials);
            let mut versions = BTreeMap::new();
            for version in declaration.versions() {
                let config = config(name, version, declaration, &settings.assets_folder, credentials.clone());
                versions.insert(version.to_owned(), sandbox.deploy(config)?);
            }
            functions.insert(name.clone(), DeployedFunction { declaration: declaration.clone(), versions });
        }
        // All are unzipped before the first process starts.
        for DeployedFunction { declaration, versions } in functions.values() {
            for (version, environments) in &declaration.provisioned {
                if let Some(function) = versions.get(version) {
                    sandbox.provision(function, *environments).await?;
                }
            }
        }
        Ok(Self { sandbox, functions })
    }

    pub(super) fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    /// Finds the version that a name, partial ARN or ARN leads to, with its qualifier in it or beside it.
    /// Page: "Invoke", "FunctionName".
    pub(super) fn find(&self, function: &str, qualifier: Option<&str>) -> Option<Target<'_>> {
        let (name, inside) = name_and_qualifier(function)?;
        let (name, deployed) = self.functions.get_key_value(name)?;
        let qualifier = qualifier.or(inside);
        let version = deployed.declaration.version_of(qualifier)?;
        let unqualified = &deployed.declaration.arn;
        let arn =
            qualifier.map_or_else(|| unqualified.clone(), |qualifier| format!("{unqualified}:{qualifier}"));
        // A full ARN is of this region and account, or of nothing here.
        if function.starts_with("arn:") && !function.starts_with(unqualified.as_str()) {
            return None;
        }
        let logical_id = &deployed.declaration.logical_id;
        Some(Target { name, logical_id, function: deployed.versions.get(version)?, arn })
    }
}

/// Splits `NAME`, `NAME:QUALIFIER`, `ACCOUNT:function:NAME` and `arn:...:function:NAME:QUALIFIER`.
fn name_and_qualifier(function: &str) -> Option<(&str, Option<&str>)> {
    let tail = match function.split_once("function:") {
        Some((before, tail)) if before.is_empty() || before.ends_with(':') => tail,
        _ if function.starts_with("arn:") => return None,
        _ => function,
    };
    match tail.split_once(':') {
        None => Some((tail, None)),
        Some((name, qualifier)) => Some((name, Some(qualifier))),
    }
}

pub(super) fn config(
    name: &str,
    version: &str,
    declaration: &FunctionDeclaration,
    assets: &Utf8Path,
    credentials: Credentials,
) -> FunctionConfig {
    FunctionConfig {
        name: name.to_owned(),
        version: version.to_owned(),
        handler: declaration.handler.clone(),
        package: assets.join(&declaration.package),
        layers: declaration.layers.iter().map(|layer| assets.join(layer)).collect(),
        architecture: declaration.architecture,
        memory: declaration.memory,
        ephemeral_storage: declaration.ephemeral_storage,
        timeout: declaration.timeout,
        variables: declaration.variables.clone(),
        logging: declaration.logging.clone(),
        reserved_concurrency: declaration.reserved_concurrency,
        credentials,
    }
}

/// Makes temporary credentials in the form of a role's: they are good for the life of the target.
pub(super) fn credentials() -> Credentials {
    let random = || uuid::Uuid::new_v4().simple().to_string();
    Credentials {
        access_key_id: format!("ASIA{}", &random().to_ascii_uppercase()[..16]),
        secret_access_key: format!("{}{}", random(), &random()[..8]),
        session_token: random(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_named_in_four_ways() {
        let arn = "arn:aws:lambda:eu-west-1:123456789012:function:infer";
        for (text, expected) in [
            ("infer", Some(("infer", None))),
            ("infer:live", Some(("infer", Some("live")))),
            ("123456789012:function:infer", Some(("infer", None))),
            ("function:infer:3", Some(("infer", Some("3")))),
            (arn, Some(("infer", None))),
            (
                "arn:aws:lambda:eu-west-1:123456789012:function:infer:$LATEST",
                Some(("infer", Some("$LATEST"))),
            ),
            ("arn:aws:sns:eu-west-1:123456789012:topic", None),
            ("my-function:live", Some(("my-function", Some("live")))),
        ] {
            assert_eq!(name_and_qualifier(text), expected, "{text}");
        }
    }
}
