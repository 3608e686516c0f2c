//! Drawing up the first list of those who may sign.

use std::collections::BTreeSet;

use super::{Listing, Terms, draw, files};
use crate::check::{self, Gate};
use crate::error::{Error, Result};
use crate::project::Request;
use crate::project::Snapshot;
use crate::signoff::act::{Change, Drawn};
use crate::signoff::basis::Basis;
use crate::signoff::checkout::Checkout;
use crate::signoff::session::{Prompt, Session};
use crate::trust::name::{Digest, Engagement, PartyId};

pub use crate::trust::roster::Continues;

/// The people of a first list, and what else it says.
#[derive(Clone, Debug, Default)]
pub struct First {
    /// The people.
    pub people: Vec<Listing>,
    /// How many have to sign for a party, where it is not one.
    pub thresholds: Vec<(PartyId, u32)>,
    /// The list of another repository that it takes up, if any.
    pub continues: Option<Continues>,
    /// Whether security keys have to verify their user.
    pub require_user_verification: bool,
    /// Whether it may take the place of a first list that waits for signatures.
    pub replace: bool,
}

/// Reads the list of another repository that a first one takes up, written `ENGAGEMENT/FINGERPRINT`.
///
/// # Errors
/// Says how it is written where it is not.
pub fn continues(text: &str) -> std::result::Result<Continues, String> {
    let (engagement, roster) = text.split_once('/').ok_or("write it as ENGAGEMENT/FINGERPRINT")?;
    let engagement: Engagement = engagement.parse().map_err(|error| format!("{error}"))?;
    let roster: Digest = roster.parse().map_err(|error| format!("{error}"))?;
    Ok(Continues { engagement, roster })
}

/// Draws up the first list.
///
/// # Errors
/// Where there is one already, or it would not be well formed.
pub fn start(checkout: &Checkout, first: First, session: &Session, prompt: &mut dyn Prompt) -> Result<Drawn> {
    let basis = Basis::under(&checkout.tree, None, session)?;
    demand_none(&basis, first.replace)?;
    if first.people.is_empty() {
        return Err(Error::usage("nobody is named who may sign")
            .hint("`countersign roster start --help` shows an example"));
    }
    demand_parties(checkout, &first.people, session)?;
    let terms = Terms {
        engagement: random()?,
        continues: first.continues,
        require_user_verification: first.require_user_verification,
    };
    let roll = draw(terms, first.people, &first.thresholds)?;
    let files = files(basis.tree, &roll);
    let after = basis.prove(&files, &[])?;
    prompt.show(&format!(
        "who may sign, once everyone below has signed this list\n{}\n{}",
        super::describe(&roll, &after),
        super::fingerprint(&roll.digest)
    ))?;
    let mut next = vec!["git push".to_owned()];
    next.extend(roll.keys.iter().map(|one| {
        let key = one.key.fingerprint();
        format!("countersign roster sign --as {}/{}  (with the key {key})", one.party, one.signer)
    }));
    Ok(Drawn {
        change: Change { files, message: "roster: propose who may sign, list 1".to_owned() },
        said: "The list is drawn up. It holds once every key on it has signed.".to_owned(),
        next,
    })
}

fn demand_none(basis: &Basis<'_>, replace: bool) -> Result<()> {
    if basis.standing.roster().is_some() {
        return Err(Error::usage("it is already settled who may sign here")
            .hint("`countersign roster propose` changes it; `countersign roster show` shows it"));
    }
    if basis.standing.proposed().is_some() && !replace {
        return Err(Error::usage("a first list is there already and waits for signatures")
            .hint("sign it with `countersign roster sign`, or draw it up anew with `--replace`"));
    }
    Ok(())
}

/// A list that names parties which no matrix has could be signed by all and never be of any use.
fn demand_parties(checkout: &Checkout, people: &[Listing], session: &Session) -> Result<()> {
    let world = Snapshot::on_disk(checkout.root().to_path_buf())?;
    let (report, _) = check::look(&world, &Request::on(session.today()), &Gate::default(), &|| ())?;
    let parties: BTreeSet<&str> = report
        .matrices
        .iter()
        .flat_map(|matrix| &matrix.parties)
        .filter(|party| party.side == "client" || party.side == "provider")
        .map(|party| party.party.as_str())
        .collect();
    let stranger = people.iter().find(|one| !parties.contains(one.signer.party.as_str()));
    let Some(stranger) = stranger.filter(|_| !parties.is_empty()) else { return Ok(()) };
    let known: Vec<&str> = parties.into_iter().collect();
    Err(Error::usage(format!(
        "no matrix here has a client or provider with the id `{}`",
        stranger.signer.party
    ))
    .hint(format!("the parties that can sign here are {}", known.join(", "))))
}

fn random() -> Result<Engagement> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)
        .map_err(|error| Error::cannot_judge("this machine gives no random numbers").because(error))?;
    Ok(Engagement::new(bytes))
}
