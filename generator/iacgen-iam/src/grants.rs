//! Grants: from an intent to exact statements. One file a service.
//!
//! **Invariant:** no grant names an action by a pattern, and `*` as a resource stands only in [`logs::deliver`], [`xray`] and
//! [`ec2`], where AWS accepts nothing else, and in the policies of keys ([`kms`]), where it means the key itself. What a
//! Task's integration needs is in [`crate::integration`].

pub mod dynamodb;
pub mod ec2;
pub mod events;
pub mod kms;
pub mod lambda;
pub mod logs;
pub mod s3;
pub mod sns;
pub mod sqs;
pub mod states;
pub mod sts;
pub mod xray;
