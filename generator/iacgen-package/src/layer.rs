//! A layer: made, or found as it was recorded.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use iacgen_aws_types::Architecture;

use crate::asset::{Inputs, PackagedAsset};
use crate::companion::{Companion, Workplace};
use crate::digest::FileDigests;
use crate::error::PackageError;
use crate::event::PackageEvent;
use crate::inputs;
use crate::limits;
use crate::loadable::{Assumed, check_programs};
use crate::package::Folders;
use crate::provenance::Account;
use crate::request::PackageOptions;
use crate::toolchain::Toolchain;
use crate::zipped::{Zipped, is_there, write};

/// A layer: one companion, for all functions of one architecture that need it.
pub(crate) struct Layer<'a> {
    pub(crate) at: Workplace<'a>,
    pub(crate) folders: &'a Folders,
    pub(crate) options: &'a PackageOptions,
    pub(crate) toolchain: &'a Toolchain,
    pub(crate) companion: Companion,
    pub(crate) architecture: Architecture,
}

impl Layer<'_> {
    /// Returns the layer as it was recorded, where that still holds, or makes it.
    pub(crate) fn package(
        &self,
        digests: &mut FileDigests,
        assumed: &mut Assumed,
        observer: &mut dyn FnMut(PackageEvent),
    ) -> Result<PackagedAsset, PackageError> {
        let name = self.companion.layer_name();
        let identity = self.companion.identity(self.at, self.architecture, digests)?;
        let inputs = Inputs {
            parts: BTreeMap::from([
                inputs::recipe(self.options.compression),
                (self.companion.input_name(), identity),
            ]),
            also_read: BTreeMap::new(),
        };
        if let Some(recorded) = self.options.recorded.layer(&name, self.architecture)
            && recorded.inputs == inputs
            && is_there(recorded, self.folders, digests)
        {
            return Ok(recorded.clone());
        }
        let started = Instant::now();
        let (files, shipped) = self.companion.files(self.at, self.architecture, true, digests, observer)?;
        check_programs(&name, self.architecture, &files, &BTreeSet::new(), assumed)?;
        let variables = BTreeMap::from([shipped.variable()]);
        let zipped = Zipped::of(&name, files, self.options, self.folders)?;
        let layer = zipped.asset(name, self.architecture, inputs, Vec::new(), variables);
        limits::check(&layer, &[], self.options.upload)
            .map_err(|exceeded| PackageError::TooLarge { function: layer.name.clone(), exceeded })?;
        let account = Account {
            project: self.at.project,
            asset: &layer,
            toolchain: self.toolchain,
            program: None,
            shipped: &[shipped],
            layers: &[],
        };
        write(self.folders, &account, &zipped.zip)?;
        observer(PackageEvent::Packaged { asset: Box::new(layer.clone()), elapsed: started.elapsed() });
        Ok(layer)
    }
}
