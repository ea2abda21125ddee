//! Plugins in the hands of central ops (插件管理): what a package asks for and who vouches for
//! it. What a rule *is* stands in [`crate::rule`].
//!
//! - [`request`]: what a manifest asks for, in plain words, and what of it is new;
//! - [`step`]: what a version is to the one before it;
//! - [`rollout`]: its life in one territory, from submission to removal;
//! - [`key`], [`signature`]: who signed a package, and whether the key was theirs to use;
//! - [`signer`]: how a key is registered and revoked.

pub mod key;
pub mod request;
pub mod rollout;
pub mod signature;
pub mod signer;
pub mod step;
