//! The local target: the emitted ASL, the packaged bootstraps, a real S3 protocol, on this machine.
