//! The functions of an assembly, each started by itself.

use iacgen_assembly::Assembly;

use super::deployment::config;
use super::{Ground, LocalError, LocalObserver, LocalOptions};
use crate::sandbox::{SandboxError, SmokeTest};
use crate::stack::{FunctionDeclaration, LATEST, Stack};

/// What became of one function.
#[derive(Debug)]
pub struct FunctionSmoke {
    /// What the template declares.
    pub declaration: FunctionDeclaration,
    /// Whether it was isolated as on Lambda.
    pub isolated: bool,
    /// What its environment did, or why this machine could not start one.
    pub result: Result<SmokeTest, SandboxError>,
}

/// Starts each function of an assembly in a fresh environment, one after another in the order of `assets.json`, and hands it
/// an event twice. Buckets are served as in a run, so that a function finds what the one before it wrote; the state machine
/// stays out of it, and nothing runs any more when this returns.
///
/// # Errors
/// [`LocalError`] for an assembly that cannot be deployed here at all.
pub async fn smoke(
    assembly: &Assembly,
    options: LocalOptions,
    observer: LocalObserver,
    event: impl Fn(&FunctionDeclaration, &Stack) -> Vec<u8>,
) -> Result<Vec<FunctionSmoke>, LocalError> {
    let Ground { stack, s3, mut functions, settings, run, .. } = Ground::prepare(assembly, options).await?;
    let sandbox = settings.sandbox(observer.lambda());
    let assets = assembly.assets()?;
    let place = |id: &str| assets.functions.iter().position(|asset| asset.logical_id.as_str() == id);
    let mut declared: Vec<_> = stack.functions.clone().into_iter().collect();
    declared.sort_by_key(|(_, declaration)| place(&declaration.logical_id).unwrap_or(usize::MAX));
    let mut smoked = Vec::new();
    for (name, declaration) in declared {
        // What is invoked is the last version that was published, where there is one.
        let published = declaration.versions().filter_map(|version| version.parse::<u32>().ok()).max();
        let version = published.map_or_else(|| LATEST.to_owned(), |version| version.to_string());
        let credentials = functions.remove(&name).unwrap_or_else(super::deployment::credentials);
        let config = config(&name, &version, &declaration, &settings.assets_folder, credentials);
        let arn = format!("{}:{version}", declaration.arn);
        let result = match sandbox.deploy(config) {
            Ok(function) => sandbox.smoke(&function, &arn, &event(&declaration, &stack).into()).await,
            Err(error) => Err(error),
        };
        smoked.push(FunctionSmoke { declaration, isolated: sandbox.is_isolated(), result });
    }
    sandbox.shutdown().await;
    // Both serve until here.
    drop((s3, run));
    Ok(smoked)
}
