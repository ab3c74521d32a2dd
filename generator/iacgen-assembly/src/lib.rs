//! The assembly folder's own files: the one contract between synth and its readers.
//!
//! ```text
//! manifest.json         what this assembly is: format, project, environment, region, account, file digests
//! template.json         CloudFormation
//! definition.asl.json   the state machine, with ${Substitutions}
//! policies/NAME.json    each role's policy documents, to read and to compare
//! assets.json           what must be packaged and uploaded
//! ```
