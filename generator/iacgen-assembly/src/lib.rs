//! The assembly: the one contract between synth and its readers.
//!
//! ```text
//! manifest.json         what this assembly is: format, project, environment, region, account, file digests
//! template.json         CloudFormation
//! definition.asl.json   the state machine, with ${Substitutions}
//! policies/ROLE.json    each role's trust and policies, to read and to compare
//! assets.json           what must be packaged and uploaded
//! ```
//! Start at [`Assembly`]. It is in memory: only the binary reads and writes folders.

mod assembly;
mod assets;
mod digest;
mod error;
mod json;
mod manifest;

pub use assembly::{ASSETS, Assembly, DEFINITION, MANIFEST, POLICIES, TEMPLATE};
pub use assets::{Assets, FunctionAsset, LayerAsset};
pub use digest::{NotADigest, Sha256};
pub use error::AssemblyError;
pub use manifest::{FORMAT, Identity, Manifest, Target};
