//! The assembly folder's own files (manifest, assets): the one contract between synth and its readers.
