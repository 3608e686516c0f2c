//! What tests stand on: folders, repositories and keys that know nothing of the machine they are on.

#![allow(dead_code, unused_imports, reason = "each test takes the part that it needs")]

pub(crate) mod engagement;
mod folder;
pub(crate) mod judged;
mod key;
pub(crate) mod keys;
pub(crate) mod matrices;
pub(crate) mod people;
mod repo;
pub(crate) mod reviews;
mod sandbox;
pub(crate) mod told;

pub(crate) use folder::{Folder, Output};
pub(crate) use key::{Key, KeyKind};
pub(crate) use repo::Repo;
