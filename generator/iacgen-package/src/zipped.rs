//! Files into a zip, and a zip into the assets folder with what accounts for it.

use std::collections::BTreeMap;

use iacgen_assembly::Sha256;
use iacgen_aws_types::Architecture;

use crate::archive::{self, Member};
use crate::asset::{Entry, Inputs, PackagedAsset};
use crate::children;
use crate::companion::File;
use crate::deflate::compress_remembered;
use crate::digest::{FileDigests, write_atomically};
use crate::error::PackageError;
use crate::package::Folders;
use crate::provenance::{self, Account};
use crate::request::PackageOptions;

/// Writes a zip and what accounts for it. The zip comes last: where it is, the others are.
pub(crate) fn write(folders: &Folders, account: &Account<'_>, zip: &[u8]) -> Result<(), PackageError> {
    let sha256 = account.asset.sha256;
    let documents = provenance::documents(account);
    let assets = &folders.assets;
    write_atomically(&assets.join(provenance::sbom_name(sha256)), documents.sbom.as_bytes())?;
    write_atomically(&assets.join(provenance::statement_name(sha256)), documents.statement.as_bytes())?;
    write_atomically(&assets.join(account.asset.file_name()), zip)
}

/// An archive that is not written yet.
pub(crate) struct Zipped {
    pub(crate) zip: Vec<u8>,
    entries: Vec<Entry>,
}

impl Zipped {
    pub(crate) fn of(
        name: &str,
        files: Vec<File>,
        options: &PackageOptions,
        folders: &Folders,
    ) -> Result<Self, PackageError> {
        let remembered = folders.cache.join("deflate");
        let mut members = Vec::new();
        let mut entries = Vec::new();
        for File { path, mode, bytes } in files {
            children::go_on()?;
            let content = compress_remembered(&bytes, options.compression, &remembered)?;
            entries.push(Entry {
                path: path.clone(),
                bytes: content.bytes,
                compressed: content.data.len() as u64,
                sha256: Sha256::of(&bytes),
            });
            members.push(Member { path, mode, content });
        }
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        let zip = archive::write(members)
            .map_err(|source| PackageError::Archive { function: name.to_owned(), source })?;
        Ok(Self { zip, entries })
    }

    pub(crate) fn asset(
        &self,
        name: String,
        architecture: Architecture,
        inputs: Inputs,
        layers: Vec<String>,
        variables: BTreeMap<String, String>,
    ) -> PackagedAsset {
        let sha256 = Sha256::of(&self.zip);
        PackagedAsset {
            name,
            architecture,
            sha256,
            code_sha256: sha256.to_base64(),
            zip_bytes: self.zip.len() as u64,
            unzipped_bytes: self.entries.iter().map(|entry| entry.bytes).sum(),
            entries: self.entries.clone(),
            layers,
            variables,
            inputs,
        }
    }
}

/// Tells whether an asset's zip is in the folder and is what its name says, with what accounts for it.
pub(crate) fn is_there(asset: &PackagedAsset, folders: &Folders, digests: &mut FileDigests) -> bool {
    let documents = [provenance::sbom_name(asset.sha256), provenance::statement_name(asset.sha256)];
    documents.iter().all(|name| folders.assets.join(name).is_file())
        && digests.of(&folders.assets.join(asset.file_name())).is_ok_and(|digest| digest == asset.sha256)
}
