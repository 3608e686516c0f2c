//! What tests stand on: folders, repositories and keys that know nothing of the machine they are on.

#![allow(dead_code, unused_imports, reason = "each test takes the part that it needs")]

mod folder;
mod key;
mod repo;
mod sandbox;

pub(crate) use folder::{Folder, Output};
pub(crate) use key::{Key, KeyKind};
pub(crate) use repo::Repo;
