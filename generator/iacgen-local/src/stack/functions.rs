//! Functions, their versions and aliases.

use std::collections::BTreeMap;
use std::time::Duration;

use iacgen_aws_types::{
    Architecture, EphemeralStorage, MemorySize, VARIABLES_SIZE_LIMIT, is_reserved_variable,
};

use super::LATEST;
use super::error::StackError;
use super::layers;
use super::properties::Properties;
use super::resolve::Resolver;
use super::template::Template;
use crate::sandbox::{LogFormat, Logging};

/// Lambda's default memory in MB, time limit in seconds and `/tmp` in MB. Page: "AWS::Lambda::Function".
const DEFAULTS: (u32, u32, u32) = (128, 3, 512);
/// Lambda's longest time limit in seconds. Page: "Lambda quotas".
const MAX_TIMEOUT: u32 = 900;

/// A function of the template with its versions and aliases.
#[derive(Clone, Debug)]
pub struct FunctionDeclaration {
    /// The logical id.
    pub logical_id: String,
    /// The unqualified ARN.
    pub arn: String,
    /// The ARN of its role.
    pub role_arn: Option<String>,
    /// The zip's file name: `<sha256>.zip`.
    pub package: String,
    /// The zips' file names of its layers in their order: `<sha256>.zip` each.
    pub layers: Vec<String>,
    /// What the package was built for.
    pub architecture: Architecture,
    /// The handler's name.
    pub handler: String,
    /// The memory limit.
    pub memory: MemorySize,
    /// The time limit.
    pub timeout: Duration,
    /// The size of `/tmp`.
    pub ephemeral_storage: EphemeralStorage,
    /// The function's own variables.
    pub variables: BTreeMap<String, String>,
    /// Where and how it logs.
    pub logging: Logging,
    /// Reserved concurrency.
    pub reserved_concurrency: Option<u32>,
    /// Environments to start ahead, by version.
    pub provisioned: BTreeMap<String, u32>,
    /// What a qualifier stands for: each version and each alias.
    pub qualifiers: BTreeMap<String, Qualifier>,
}

/// What a qualifier stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Qualifier {
    /// A version.
    Version,
    /// An alias of this version.
    Alias {
        /// The version.
        version: String,
    },
}

impl FunctionDeclaration {
    /// Returns the version that a qualifier leads to; none leads to the latest.
    pub fn version_of(&self, qualifier: Option<&str>) -> Option<&str> {
        let qualifier = qualifier.unwrap_or(LATEST);
        let (name, target) = self.qualifiers.get_key_value(qualifier)?;
        match target {
            Qualifier::Version => Some(name),
            Qualifier::Alias { version } => Some(version),
        }
    }

    /// Returns the versions.
    pub fn versions(&self) -> impl Iterator<Item = &str> {
        self.qualifiers
            .iter()
            .filter(|(_, target)| **target == Qualifier::Version)
            .map(|(name, _)| name.as_str())
    }
}

/// Reads the functions by physical name.
pub(super) fn read(
    template: &Template,
    resolver: &Resolver<'_>,
) -> Result<BTreeMap<String, FunctionDeclaration>, StackError> {
    let mut functions = BTreeMap::new();
    for (id, resource) in template.of_type("AWS::Lambda::Function") {
        let name = resolver.physical_name(id)?;
        let function = function(&Properties::new(id, resource, resolver), &name, template, resolver)?;
        functions.insert(name, function);
    }
    for (id, resource) in template.of_type("AWS::Lambda::Version") {
        let properties = Properties::new(id, resource, resolver);
        let number = resolver.version_number(id, &properties.place("FunctionName"))?.to_string();
        let function = owner(&mut functions, &properties, resolver)?;
        function.qualifiers.insert(number.clone(), Qualifier::Version);
        provision(function, &properties, number)?;
    }
    for (id, resource) in template.of_type("AWS::Lambda::Alias") {
        let properties = Properties::new(id, resource, resolver);
        properties.refuse("RoutingConfig", "an alias leads to one version here")?;
        let alias = properties.required_text("Name")?;
        let version = properties.required_text("FunctionVersion")?;
        let function = owner(&mut functions, &properties, resolver)?;
        if function.qualifiers.get(&version) != Some(&Qualifier::Version) {
            return Err(properties.wrong(
                "FunctionVersion",
                format!("`{version}`"),
                "a version in the template",
            ));
        }
        function.qualifiers.insert(alias, Qualifier::Alias { version: version.clone() });
        provision(function, &properties, version)?;
    }
    Ok(functions)
}

fn function(
    properties: &Properties<'_>,
    name: &str,
    template: &Template,
    resolver: &Resolver<'_>,
) -> Result<FunctionDeclaration, StackError> {
    properties.refuse("ImageConfig", "package the function as a zip")?;
    properties.refuse("FileSystemConfigs", "there is no file system to mount")?;
    let runtime = properties.required_text("Runtime")?;
    if !runtime.starts_with("provided.") {
        return Err(properties.wrong(
            "Runtime",
            format!("`{runtime}`"),
            "`provided.al2023`: the package brings its own bootstrap",
        ));
    }
    let architecture = match first_text(properties, "Architectures")?.as_deref() {
        None | Some("x86_64") => Architecture::X86_64,
        Some("arm64") => Architecture::Arm64,
        Some(other) => {
            return Err(properties.wrong("Architectures", format!("`{other}`"), "`x86_64` or `arm64`"));
        }
    };
    let package = package_name(properties, "Code.S3Key")?;
    let layers = layers::of_function(properties, architecture, template, resolver)?;
    let (default_memory, default_timeout, default_storage) = DEFAULTS;
    let memory = properties.number("MemorySize")?.unwrap_or(default_memory);
    let memory = MemorySize::new(memory)
        .map_err(|error| properties.wrong("MemorySize", memory.to_string(), error.rule))?;
    let storage = properties.number("EphemeralStorage.Size")?.unwrap_or(default_storage);
    let storage = EphemeralStorage::new(storage)
        .map_err(|error| properties.wrong("EphemeralStorage.Size", storage.to_string(), error.rule))?;
    let timeout = properties.number("Timeout")?.unwrap_or(default_timeout);
    if !(1..=MAX_TIMEOUT).contains(&timeout) {
        return Err(properties.wrong("Timeout", timeout.to_string(), format!("1 to {MAX_TIMEOUT} seconds")));
    }
    let format = match properties.text("LoggingConfig.LogFormat")?.as_deref() {
        None | Some("Text") => LogFormat::Text,
        Some("JSON") => LogFormat::Json,
        Some(other) => {
            return Err(properties.wrong(
                "LoggingConfig.LogFormat",
                format!("`{other}`"),
                "`Text` or `JSON`",
            ));
        }
    };
    let group = properties.text("LoggingConfig.LogGroup")?.unwrap_or_else(|| format!("/aws/lambda/{name}"));
    Ok(FunctionDeclaration {
        logical_id: properties.id.to_owned(),
        arn: resolver.function_arn(name),
        role_arn: properties.text("Role")?,
        package,
        layers,
        architecture,
        handler: properties.text("Handler")?.unwrap_or_else(|| "bootstrap".to_owned()),
        memory,
        timeout: Duration::from_secs(timeout.into()),
        ephemeral_storage: storage,
        variables: variables(properties, resolver)?,
        logging: Logging { group, format },
        reserved_concurrency: properties.number("ReservedConcurrentExecutions")?,
        provisioned: BTreeMap::new(),
        qualifiers: BTreeMap::from([(LATEST.to_owned(), Qualifier::Version)]),
    })
}

/// Returns the file name at the end of a key, which is the digest of a zip.
pub(super) fn package_name(properties: &Properties<'_>, path: &str) -> Result<String, StackError> {
    let key = properties.required_text(path)?;
    let package = key.rsplit('/').next().unwrap_or(&key).to_owned();
    let is_digest = package
        .strip_suffix(".zip")
        .is_some_and(|digest| digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit()));
    if is_digest {
        Ok(package)
    } else {
        Err(properties.wrong(path, format!("`{key}`"), "`<sha256>.zip`: package the functions first"))
    }
}

fn first_text(properties: &Properties<'_>, path: &str) -> Result<Option<String>, StackError> {
    let Some(value) = properties.value(path)? else {
        return Ok(None);
    };
    match value.as_array().map(Vec::as_slice) {
        Some([only]) => Ok(Some(only.as_str().unwrap_or_default().to_owned())),
        _ => Err(properties.wrong(path, value.to_string(), "a list of one")),
    }
}

fn variables(
    properties: &Properties<'_>,
    resolver: &Resolver<'_>,
) -> Result<BTreeMap<String, String>, StackError> {
    let path = "Environment.Variables";
    let mut variables = BTreeMap::new();
    let Some(declared) = properties.raw(path) else {
        return Ok(variables);
    };
    let declared =
        declared.as_object().ok_or_else(|| properties.wrong(path, declared.to_string(), "an object"))?;
    for (name, value) in declared {
        let place = format!("{path}.{name}");
        if is_reserved_variable(name) {
            return Err(properties.wrong(&place, "a name that Lambda reserves", "another name"));
        }
        variables.insert(name.clone(), resolver.text(value, &properties.place(&place))?);
    }
    let bytes: usize = variables.iter().map(|(name, value)| name.len() + value.len()).sum();
    if bytes > VARIABLES_SIZE_LIMIT {
        return Err(properties.wrong(
            path,
            format!("{bytes} bytes"),
            format!("at most {VARIABLES_SIZE_LIMIT}"),
        ));
    }
    Ok(variables)
}

fn owner<'f>(
    functions: &'f mut BTreeMap<String, FunctionDeclaration>,
    properties: &Properties<'_>,
    resolver: &Resolver<'_>,
) -> Result<&'f mut FunctionDeclaration, StackError> {
    let place = properties.place("FunctionName");
    let name = resolver.function_of(properties.id, &place)?;
    functions.get_mut(&name).ok_or(StackError::Unknown { place, name })
}

fn provision(
    function: &mut FunctionDeclaration,
    properties: &Properties<'_>,
    version: String,
) -> Result<(), StackError> {
    let path = "ProvisionedConcurrencyConfig.ProvisionedConcurrentExecutions";
    if let Some(count) = properties.number(path)? {
        if version == LATEST {
            return Err(properties.wrong(path, format!("on `{LATEST}`"), "a published version"));
        }
        *function.provisioned.entry(version).or_default() += count;
    }
    Ok(())
}
