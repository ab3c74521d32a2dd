//! A folder of files in memory.

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};

use crate::{AssemblyError, Assets, FORMAT, Identity, Manifest, Sha256, json};

/// What the assembly is.
pub const MANIFEST: &str = "manifest.json";
/// The CloudFormation template.
pub const TEMPLATE: &str = "template.json";
/// The state machine's definition.
pub const DEFINITION: &str = "definition.asl.json";
/// What must be packaged.
pub const ASSETS: &str = "assets.json";
/// The folder of the roles' policies.
pub const POLICIES: &str = "policies";

/// An assembly: texts by their paths inside the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assembly {
    files: BTreeMap<Utf8PathBuf, String>,
}

impl Assembly {
    /// Makes an assembly: adds `assets.json`, and the manifest with every file's digest.
    pub fn seal(identity: Identity, assets: &Assets, mut files: BTreeMap<Utf8PathBuf, String>) -> Self {
        files.insert(ASSETS.into(), json::write(assets));
        let manifest = Manifest::new(identity, &files);
        files.insert(MANIFEST.into(), json::write(&manifest));
        Self { files }
    }

    /// Takes the files of a folder that was read, by their paths inside it, and holds them to the manifest.
    ///
    /// # Errors
    /// [`AssemblyError`] when a file is missing, unlisted or changed, or the manifest cannot be read.
    pub fn open(files: BTreeMap<Utf8PathBuf, String>) -> Result<Self, AssemblyError> {
        let assembly = Self { files };
        let manifest = assembly.manifest()?;
        for (path, digest) in &manifest.files {
            let text = assembly.text(path)?;
            if Sha256::of(text) != *digest {
                return Err(AssemblyError::Changed { path: path.clone() });
            }
        }
        let listed = |path: &Utf8Path| path == MANIFEST || manifest.files.contains_key(path);
        match assembly.files.keys().find(|path| !listed(path)) {
            Some(path) => Err(AssemblyError::Unlisted { path: path.clone() }),
            None => Ok(assembly),
        }
    }

    /// Returns every file, by its path.
    pub fn files(&self) -> &BTreeMap<Utf8PathBuf, String> {
        &self.files
    }

    /// Returns a file's text.
    ///
    /// # Errors
    /// [`AssemblyError::Missing`].
    pub fn text(&self, path: impl AsRef<Utf8Path>) -> Result<&str, AssemblyError> {
        let path = path.as_ref();
        self.files
            .get(path)
            .map(String::as_str)
            .ok_or_else(|| AssemblyError::Missing { path: path.to_owned() })
    }

    /// Reads the manifest.
    ///
    /// # Errors
    /// [`AssemblyError`] when it is missing, of another format or malformed.
    pub fn manifest(&self) -> Result<Manifest, AssemblyError> {
        json::read(MANIFEST, FORMAT, self.text(MANIFEST)?)
    }

    /// Reads what must be packaged.
    ///
    /// # Errors
    /// [`AssemblyError`] when it is missing, of another format or malformed.
    pub fn assets(&self) -> Result<Assets, AssemblyError> {
        json::read(ASSETS, FORMAT, self.text(ASSETS)?)
    }

    /// Returns the template's text.
    ///
    /// # Errors
    /// [`AssemblyError::Missing`].
    pub fn template(&self) -> Result<&str, AssemblyError> {
        self.text(TEMPLATE)
    }

    /// Returns the definition's text.
    ///
    /// # Errors
    /// [`AssemblyError::Missing`].
    pub fn definition(&self) -> Result<&str, AssemblyError> {
        self.text(DEFINITION)
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use iacgen_aws_types::{AccountId, Architecture, Environment, LogicalId, Region, StackName};

    use super::*;
    use crate::{FunctionAsset, Target};

    fn assembly() -> Assembly {
        let identity = Identity {
            project: "p".to_owned(),
            environment: Environment::new("dev").unwrap(),
            target: Target::Aws,
            region: Region::new("us-east-1").unwrap(),
            account: AccountId::new("111111111111").unwrap(),
            stack: StackName::new("p-dev").unwrap(),
            state_machine: LogicalId::new("StateMachine").unwrap(),
            packaged: false,
        };
        let assets = Assets {
            format: FORMAT,
            functions: vec![FunctionAsset {
                id: "infer".to_owned(),
                logical_id: LogicalId::new("InferFunction").unwrap(),
                handler: "functions/infer".into(),
                architecture: Architecture::X86_64,
                model: Some("models/m.onnx".into()),
                keep_versions: 3,
                sha256: None,
            }],
            layers: Vec::new(),
        };
        let files = BTreeMap::from([
            (TEMPLATE.into(), "{}\n".to_owned()),
            ("policies/InferRole.json".into(), "{}\n".to_owned()),
        ]);
        Assembly::seal(identity, &assets, files)
    }

    fn opened(change: impl FnOnce(&mut BTreeMap<Utf8PathBuf, String>)) -> Result<Assembly, String> {
        let mut files = assembly().files().clone();
        change(&mut files);
        Assembly::open(files).map_err(|error| match error.source() {
            Some(source) => format!("{error}: {source}"),
            None => error.to_string(),
        })
    }

    #[test]
    fn what_was_sealed_opens_again() {
        let assembly = opened(|_| {}).unwrap();
        assert_eq!(assembly.manifest().unwrap().files.len(), 3);
        assert_eq!(assembly.assets().unwrap().functions[0].model.as_deref(), Some("models/m.onnx".into()));
    }

    #[test]
    fn a_file_that_is_missing_changed_or_unlisted_is_named() {
        let missing = opened(|files| drop(files.remove(Utf8Path::new(TEMPLATE)))).unwrap_err();
        assert!(missing.contains("no `template.json`"), "{missing}");
        let changed = opened(|files| drop(files.insert(TEMPLATE.into(), "{} \n".to_owned()))).unwrap_err();
        assert!(changed.contains("`template.json` was changed"), "{changed}");
        let unlisted = opened(|files| drop(files.insert("notes.txt".into(), String::new()))).unwrap_err();
        assert!(unlisted.contains("`notes.txt`"), "{unlisted}");
        let manifest = opened(|files| drop(files.remove(Utf8Path::new(MANIFEST)))).unwrap_err();
        assert!(manifest.contains("no `manifest.json`"), "{manifest}");
    }

    #[test]
    fn a_manifest_that_cannot_be_read_says_where() {
        let edit = |from: &str, to: &str| {
            opened(|files| {
                let manifest = files.get_mut(Utf8Path::new(MANIFEST)).unwrap();
                assert!(manifest.contains(from));
                *manifest = manifest.replace(from, to);
            })
            .unwrap_err()
        };
        let error = edit("111111111111", "111");
        assert!(error.contains("at `account`") && error.contains("12 digits"), "{error}");
        let error = edit("\"target\": \"aws\"", "\"target\": \"mars\"");
        assert!(error.contains("at `target`") && error.contains("expected `aws` or `local`"), "{error}");
        let error = edit("\"packaged\"", "\"package\"");
        assert!(error.contains("unknown field `package`"), "{error}");
        let error = edit("\"format\": 1", "\"format\": 2");
        assert!(error.contains("format 2") && error.contains("knows format 1"), "{error}");
    }
}
