//! `countersign record`

use std::path::PathBuf;

use super::giving::Scene;
use super::{Anchor, Global, signing};
use crate::error::Result;
use crate::signoff::{Signer, parcel};
use crate::trust;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The file with the signed statement
    file: PathBuf,
    #[command(flatten)]
    anchor: Anchor,
}

/// Runs the command and returns the exit code.
pub(super) fn run(args: &Args, _: &Global) -> Result<u8> {
    let reply = parcel::reply(&args.file)?;
    let statement = reply.statement()?;
    let desk = signing::desk()?;
    desk.demand_committed(&["trust", "signoffs"])?;
    let (today, anchor) = (signing::day(signing::now()), args.anchor.digest()?);
    let standing = trust::judge(&desk.tree, anchor.as_ref(), today)?;
    if desk.tree.contains_key(&statement.path()) {
        super::terminal::print("this statement is recorded already\n")?;
        return Ok(0);
    }
    let signer = Signer { party: statement.party.clone(), id: statement.signer.clone() };
    signer.keys(&standing)?;
    let offer = reply.offer(&statement.matrix.id, statement.matrix.version, &desk.tree)?;
    let (bytes, signature) = reply.bytes();
    let scene = Scene {
        tree: &desk.tree,
        standing: &standing,
        anchor: anchor.as_ref(),
        today,
        offer,
        allowed: super::withdraw::PURPOSE,
    };
    scene.check(statement, bytes, signature)?.finish(&desk, None)
}
