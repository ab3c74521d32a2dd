//! S3's protocol over HTTP on a free loopback port, from folders.
//!
//! `s3s` speaks the protocol (SigV4, XML, streaming); `s3s-fs` takes in what is written (bodies, checksums,
//! multipart uploads), in a folder of its own, from which a finished object is moved to its place. Reading and
//! listing are our own, for what s3s-fs 0.14.1 does otherwise than S3: it reads a whole object for its MD5 on
//! each ranged GET of a file that was not put through it, walks the whole bucket for each page of a listing,
//! gives listed objects no ETag, ignores the conditions of a GET, checks and writes a conditional PUT in two
//! steps, puts an object in place before its checksum is compared, and takes keys of about 130 bytes only.
//!
//! Deliberate limits: an object is a file, so `a` and `a/b` cannot both exist, and a key's segments are file
//! names: none is empty, `.` or `..`, or longer than 255 bytes. There are no versions, and only path-style
//! addresses. The ETag of a file that was not put through the server is no MD5, as it is not for multipart or
//! KMS-encrypted objects on AWS either.
//!
//! Who may do what is decided as IAM decides it, from the role's own policies in the template ([`iacgen_iam::evaluate`]): a
//! function without a grant gets `AccessDenied` here as there. Bucket policies are not evaluated, and the keys of
//! [`crate::LocalTarget::s3`] may do everything. What a Map reads and writes is held to the machine's role.

mod access;
mod attributes;
mod buckets;
mod folder;
mod listing;
mod objects;
mod server;
mod store;

pub use access::{Access, RoleAccess};
pub use buckets::{BucketError, BucketMapping, Buckets};
pub use objects::FolderObjects;
pub use server::{LocalS3, S3Credentials};
