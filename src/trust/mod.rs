//! The judgement of sign-offs: who agreed to which version of a matrix, and which one is in force on a day.
//!
//! The judgement is a pure function of the files under `trust/` and `signoffs/`, of the fingerprint in the contract and of
//! a day. It knows no git, no clock and no configuration. Nothing that one party can make alone brings a version into force
//! or takes a standing one out; what does not count is told with its reason and changes nothing.

mod accept;
pub mod canonical;
mod chain;
mod consent;
mod count;
pub mod day;
mod fault;
mod folder;
pub mod force;
pub mod head;
pub mod judged;
pub mod mark;
mod matrix;
pub mod name;
pub mod period;
pub mod reason;
pub mod revocation;
mod revoked;
pub mod roster;
mod shelf;
pub mod sshsig;
pub mod standing;
pub mod statement;
mod succession;
pub mod text;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use crate::error::Result;
use chain::Chain;
use day::Day;
use name::{Digest, MatrixId, Version};
pub use shelf::MOST_ENTRIES;
use shelf::{Folder, Shelf};
use standing::{MatrixStanding, Standing};

/// One file of a tree, as git stores it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blob {
    /// The mode in the tree, `0o100644` for a plain file.
    pub mode: u32,
    /// The bytes.
    pub bytes: Arc<[u8]>,
}

impl Blob {
    /// Makes a plain file.
    pub fn plain(bytes: impl Into<Arc<[u8]>>) -> Self {
        Self { mode: 0o100_644, bytes: bytes.into() }
    }
}

/// The files of a tree by their paths from its root; those outside `trust/` and `signoffs/` are not looked at.
pub type Tree = BTreeMap<String, Blob>;

/// Judges a tree: what its rosters and signed statements come to on `day`.
///
/// `anchor` is the fingerprint in the contract, the digest of any roster of the chain. Where it is given and the chain
/// lacks it, nothing counts. Fails only where there is more than we look at.
pub fn judge(tree: &Tree, anchor: Option<&Digest>, day: Date) -> Result<Standing> {
    let shelf = Shelf::of(tree)?;
    let (candidates, mut unread) = revoked::read(&shelf);
    let chain = Chain::of(&shelf, &candidates, anchor);
    let revocations = revoked::judge(&chain, &candidates);
    let keys = revoked::keys(&revocations);
    unread.append(&mut revoked::refused(&chain, &candidates));
    let mut matrices: BTreeMap<MatrixId, MatrixStanding> = BTreeMap::new();
    let mut refused: Vec<(String, reason::Reason)> = Vec::new();
    for (id, folders) in by_matrix(&shelf) {
        let (matrix, mut offers) = matrix::judge(id, &folders, &chain, &keys);
        matrices.insert(id.clone(), matrix);
        refused.append(&mut offers);
    }
    matrix::replace(&mut matrices);
    matrices.values_mut().for_each(|matrix| matrix.settle(Day(day)));
    let mut standing = Standing {
        day: Day(day),
        engagement: chain.current().map(|roll| roll.roster.engagement),
        is_anchored: chain.is_anchored,
        rosters: chain.rosters.clone(),
        revocations,
        matrices,
        findings: Vec::new(),
    };
    let faults = fault::Faults { shelf: &shelf, chain: &chain, unread: &unread, offers: &refused };
    standing.findings = faults.of(&standing);
    Ok(standing)
}

fn by_matrix<'s, 'a>(shelf: &'s Shelf<'a>) -> BTreeMap<&'s MatrixId, BTreeMap<Version, &'s Folder<'a>>> {
    let mut matrices: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
    for ((id, version), folder) in &shelf.folders {
        matrices.entry(id).or_default().insert(*version, folder);
    }
    matrices
}
