//! `countersign roster propose`

use std::path::PathBuf;
use std::str::FromStr;

use super::people::People;
use super::{AnchorArg, Global, signing};
use crate::error::Result;
use crate::signoff::roster::Edit;
use crate::signoff::roster::propose::propose;
use crate::signoff::{Identity, Signer, key};
use crate::trust::name::{Fingerprint, PartyId};

/// Draw up a changed list, for all parties to sign
///
/// It keeps everything that was signed until now, and it holds once every party, and every key that it adds,
/// has signed it. A key that was revoked is left out by itself.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  countersign roster propose --party acme --signer bea --name \"Bea B.\" --role CIO --key bea.pub
  countersign roster propose --remove acme/bob
  countersign roster propose --add-key acme/bob=new.pub --remove-key SHA256:...")]
pub(super) struct Args {
    #[command(flatten)]
    people: People,
    /// List a person no more
    #[arg(long, value_name = "PARTY/SIGNER")]
    remove: Vec<Signer>,
    /// List another key of a person
    #[arg(long, value_name = "PARTY/SIGNER=FILE")]
    add_key: Vec<Added>,
    /// List a key no more
    #[arg(long, value_name = "SHA256:...")]
    remove_key: Vec<Fingerprint>,
    /// Set how many have to sign for a party
    #[arg(long, value_name = "PARTY=N", value_parser = threshold)]
    threshold_of: Vec<(PartyId, u32)>,
    /// End a party's part
    #[arg(long, value_name = "ID")]
    remove_party: Vec<PartyId>,
    #[command(flatten)]
    anchor: AnchorArg,
    /// Replace a list that waits for signatures
    #[arg(long)]
    replace: bool,
}

#[derive(Clone, Debug)]
struct Added {
    signer: Signer,
    file: PathBuf,
}

impl FromStr for Added {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let (signer, file) = text.split_once('=').ok_or("write it as PARTY/SIGNER=FILE.pub")?;
        Ok(Self { signer: signer.parse()?, file: file.into() })
    }
}

fn threshold(text: &str) -> std::result::Result<(PartyId, u32), String> {
    let (party, number) = text.split_once('=').ok_or("write it as PARTY=N")?;
    let party = party.parse().map_err(|error| format!("{error}"))?;
    Ok((party, number.parse().map_err(|_| format!("`{number}` is no number"))?))
}

impl Args {
    fn edits(&self) -> Result<Vec<Edit>> {
        let listed = self.people.read()?;
        let mut edits: Vec<Edit> = self.remove_party.iter().cloned().map(Edit::RemoveParty).collect();
        edits.extend(self.remove.iter().cloned().map(Edit::Remove));
        for one in &self.add_key {
            edits.push(Edit::AddKey(one.signer.clone(), key::public_half(&one.file)?));
        }
        edits.extend(self.remove_key.iter().copied().map(Edit::RemoveKey));
        edits.extend(listed.people.into_iter().map(Edit::Add));
        edits.extend(self.threshold_of.iter().cloned().map(|(party, number)| Edit::Threshold(party, number)));
        edits.extend(listed.thresholds.into_iter().map(|(party, number)| Edit::Threshold(party, number)));
        Ok(edits)
    }
}

/// Runs the command and returns the exit code.
pub(super) fn run(args: &Args, global: &Global) -> Result<u8> {
    let edits = args.edits()?;
    let place = signing::here()?;
    let session = signing::session(Identity::default(), &args.anchor, true)?;
    let checkout = place.checkout()?;
    let drawn = propose(checkout, edits, args.replace, &session, &mut signing::reader(global))?;
    signing::recorded(&drawn.record(checkout, &session)?, global)?;
    Ok(0)
}
