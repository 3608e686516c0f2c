//! The judgement of sign-offs: who agreed to which version of a matrix, and which one is in force on a day.
//!
//! The judgement is a pure function of the files under `trust/` and `signoffs/`, of the fingerprint in the contract and of
//! a day. It knows no git, no clock and no configuration. Nothing that one party can make alone brings a version into force
//! or takes a standing one out; what does not count is told with its reason and changes nothing.

mod accept;
pub mod canonical;
mod chain;
pub mod day;
pub mod fault;
mod folder;
pub mod force;
pub mod head;
pub mod judged;
mod last_word;
mod layout;
pub mod mark;
mod matrix;
pub mod name;
pub mod period;
pub mod reader;
pub mod reason;
pub mod revocation;
mod revoked;
pub mod roster;
pub mod sshsig;
pub mod standing;
pub mod statement;
pub mod text;
mod weight;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use accept::Ground;
use chain::Chain;
use day::Day;
use folder::Offer;
use layout::Layout;
pub use layout::{MOST_ENTRIES, TooMany};
use matrix::Readings;
use name::{Digest, MatrixId, Version};
use reader::Reader;
use sshsig::OpenSsh;
use standing::{MatrixStanding, Standing};
use weight::Reading;

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
/// lacks it, nothing counts.
///
/// # Errors
/// Where there is more than we look at.
pub fn judge(tree: &Tree, anchor: Option<&Digest>, day: Date) -> Result<Standing, TooMany> {
    judge_by(&OpenSsh, tree, anchor, day)
}

/// Judges a tree as [`judge`] does, with another reader of files and signatures.
///
/// # Errors
/// Where there is more than we look at.
pub fn judge_by(
    reader: &dyn Reader,
    tree: &Tree,
    anchor: Option<&Digest>,
    day: Date,
) -> Result<Standing, TooMany> {
    let layout = Layout::of(tree)?;
    let (candidates, mut unread) = revoked::read(&layout, reader);
    let chain = Chain::of(&layout, reader, anchor);
    let revocations = revoked::judge(&chain, &candidates);
    unread.append(&mut revoked::refused(&chain, &candidates));
    let mut versions = read(&layout, &chain);
    let offers = versions.values_mut().flat_map(BTreeMap::values_mut);
    let refused: Vec<(String, reason::Reason)> =
        offers.flat_map(|read| std::mem::take(&mut read.offer.refused)).collect();
    let revoked = revoked::keys(&revocations);
    let last = chain.current().map_or(0, |roll| roll.roster.number);
    let whole = Reading { chain: &chain, revoked: &revoked, last };
    let said = versions.values().flat_map(BTreeMap::values).flat_map(|read| &read.statements);
    let said: Vec<_> = said.filter_map(standing::StatementStanding::accepted).collect();
    let believed = revoked::highest_undoubted(&chain, &revocations, &revoked, &said);
    let without_doubted = (believed < last).then_some(Reading { last: believed, ..whole });
    let readings = Readings { whole, without_doubted };
    let mut matrices: BTreeMap<MatrixId, MatrixStanding> = versions
        .into_iter()
        .map(|(id, versions)| (id.clone(), matrix::judge(id, versions, &readings)))
        .collect();
    matrix::replace(&mut matrices);
    matrices.values_mut().for_each(|matrix| matrix.settle(Day(day)));
    let mut standing = Standing {
        day: Day(day),
        engagement: chain.current().map(|roll| roll.roster.engagement),
        is_anchored: chain.is_anchored,
        rosters: chain.rosters.clone(),
        revocations,
        matrices,
        faults: Vec::new(),
    };
    let faults = fault::Faults { layout: &layout, chain: &chain, unread: &unread, offers: &refused };
    standing.faults = faults.of(&standing);
    Ok(standing)
}

type Versions<'a> = BTreeMap<Version, matrix::Read<'a>>;

/// Reads every version folder: what is offered there, and which statements about it are accepted.
fn read<'s, 'a>(layout: &'s Layout<'a>, chain: &Chain<'a>) -> BTreeMap<&'s MatrixId, Versions<'a>> {
    let mut matrices: BTreeMap<_, Versions<'a>> = BTreeMap::new();
    for ((id, version), folder) in &layout.folders {
        let version = *version;
        let offer = Offer::of(id, version, folder, chain.reader);
        let statements = Ground { chain, offer: &offer, id, version }.judge(folder);
        let read = matrix::Read { offer, statements, mark: folder.mark };
        matrices.entry(id).or_default().insert(version, read);
    }
    matrices
}
