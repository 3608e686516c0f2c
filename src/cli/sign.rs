//! `countersign sign`

use std::path::Path;

use super::signing::{self, Travel, Who};
use super::{AnchorArg, Global};
use crate::error::{Error, Result};
use crate::signoff::subject::Name;
use crate::signoff::{Checkout, Origin, approve, bundle};

/// Sign a version: approve it for your party
///
/// Shows in plain words what the version changes, how it was checked and who has signed, asks you to type the
/// version, signs with your own `ssh-keygen`, and records your approval in a commit of its own. What is signed
/// is the text of the last commit. Once it is offered, every party signs those same bytes. A file that was sent
/// to you is signed without git: what comes back is a file to send.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  countersign sign                  the version that waits, with your key in ~/.ssh
  countersign sign acme-1.0.json    a file that was sent to you")]
pub(super) struct Args {
    /// The matrix: a file, an id, or id@version; or a file that was sent to you; default: what waits
    #[arg(value_name = "MATRIX")]
    name: Option<String>,
    #[command(flatten)]
    who: Who,
    #[command(flatten)]
    anchor: AnchorArg,
    #[command(flatten)]
    travel: Travel,
}

/// Runs the command and returns the exit code.
pub(super) fn run(args: &Args, global: &Global) -> Result<u8> {
    let session = args.who.session(&args.anchor, &args.travel)?;
    let (place, name) = open(args.name.as_deref())?;
    if let Some(file) = &args.travel.prepare {
        return match approve::prepare(place.checkout()?, name.as_ref(), &session)? {
            Ok(bundle) => signing::prepare(&bundle, file),
            Err(refused) => signing::refuse(*refused, global),
        };
    }
    let outcome = approve::approve(&place, name.as_ref(), &session, &mut args.who.prompt(global))?;
    signing::deliver(outcome, &place, &session, args.travel.out.as_deref(), global)
}

/// Opens the file that was sent, or the checkout with the name of what is to be signed in it.
fn open(name: Option<&str>) -> Result<(Origin, Option<Name>)> {
    if let Some(file) = name.map(Path::new).filter(|file| bundle::is_bundle(file)) {
        return Ok((Origin::sent(file)?, None));
    }
    name.map_or(Ok(()), |name| bundle::demand_no_reply(Path::new(name)))?;
    let named = name.map(|name| name.parse().map_err(Error::usage)).transpose()?;
    Ok((Origin::Checkout(Box::new(Checkout::open(Path::new("."))?)), named))
}
