//! Grants: from an intent to exact statements. One file a service.
//!
//! **Invariant:** no grant names an action by a pattern, and `*` as a resource stands only in [`logs::deliver`] and
//! [`xray`], where AWS accepts nothing else.

pub mod lambda;
pub mod logs;
pub mod s3;
pub mod states;
pub mod xray;
