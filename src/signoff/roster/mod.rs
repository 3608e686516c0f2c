//! Rosters before they are signed: the first one, and changes to the one in force.

pub mod propose;
pub mod revoke;
pub mod show;
pub mod sign;
pub mod start;
mod wanted;

use std::fmt::Write as _;

use super::basis::Files;
use super::signer::{self, Signer, is_revoked};

use crate::error::{Error, Result};
use crate::trust::Tree;
use crate::trust::name::{Digest, Engagement, Fingerprint, PartyId};
use crate::trust::roster::{self, Continues, Party, Roll, Roster};
use crate::trust::sshsig::PublicKey;
use crate::trust::standing::{RosterStanding, Standing};

/// A person with his keys, as he is to be listed.
#[derive(Clone, Debug)]
pub struct Listing {
    /// Whom he signs for, and his id.
    pub signer: Signer,
    /// The name for people.
    pub name: String,
    /// The office for people.
    pub role: String,
    /// His keys.
    pub keys: Vec<PublicKey>,
}

/// What a first roster says besides its people.
#[derive(Clone, Debug)]
pub struct Terms {
    /// The random number of the engagement.
    pub engagement: Engagement,
    /// The roster of another repository that it takes up, if any.
    pub continues: Option<Continues>,
    /// Whether security keys have to verify their user.
    pub require_user_verification: bool,
}

/// One change of a roster.
#[derive(Clone, Debug)]
pub enum Edit {
    /// Lists a person; a party that was not there begins with him.
    Add(Listing),
    /// Lists a person no more.
    Remove(Signer),
    /// Lists another key of a person.
    AddKey(Signer, PublicKey),
    /// Lists a key no more.
    RemoveKey(Fingerprint),
    /// Sets how many have to sign for a party.
    Threshold(PartyId, u32),
    /// Ends a party's part in the engagement.
    RemoveParty(PartyId),
}

/// Drafts the first roster.
///
/// # Errors
/// Where it would not be well formed.
pub fn draw(terms: Terms, people: Vec<Listing>, thresholds: &[(PartyId, u32)]) -> Result<Roll> {
    let mut parties = Vec::new();
    people.into_iter().for_each(|one| add(&mut parties, one));
    for (id, threshold) in thresholds {
        party(&mut parties, id)?.threshold = *threshold;
    }
    well_formed(Roster {
        format: roster::FORMAT.to_owned(),
        engagement: terms.engagement,
        number: 1,
        previous: None,
        continues: terms.continues,
        parties,
        require_user_verification: terms.require_user_verification,
        seals: Vec::new(),
    })
}

/// Drafts the roster that follows the one in force. Keys that were revoked are left out.
///
/// # Errors
/// Where a change names what is not there, or the result would not be well formed.
pub fn edited(standing: &Standing, edits: Vec<Edit>) -> Result<Roll> {
    let now = signer::roster(standing)?;
    let mut parties = now.roster.parties.clone();
    for edit in edits {
        apply(&mut parties, edit)?;
    }
    for one in parties.iter_mut().flat_map(|party| &mut party.signers) {
        one.keys.retain(|text| text.parse().is_ok_and(|key: PublicKey| !is_revoked(standing, &key)));
    }
    for party in &mut parties {
        party.signers.retain(|one| !one.keys.is_empty());
    }
    let next = Roster {
        number: now.roster.number + 1,
        previous: Some(now.digest),
        continues: None,
        seals: standing.seals(),
        parties,
        ..now.roster.clone()
    };
    if next.parties == now.roster.parties && next.seals == now.roster.seals {
        return Err(
            Error::usage("nothing would change").hint("`countersign roster propose --help` lists what can")
        );
    }
    well_formed(next)
}

/// Returns the files of a proposed roster, and the removal of signatures over another of its number.
fn files(tree: &Tree, roll: &Roll) -> Files {
    let folder = format!("trust/{}/", roll.roster.number);
    let old = tree.keys().filter(|path| path.starts_with(&folder)).map(|path| (path.clone(), None));
    old.chain([(roll.roster.path(), Some(roll.roster.to_bytes()))]).collect()
}

fn well_formed(roster: Roster) -> Result<Roll> {
    Roll::of(roster).map_err(|reason| {
        Error::usage("this cannot be a list of those who may sign").because(reason).hint(
            "it needs two parties or more, each with a signer who has a key of his own, and no more signatures \
             asked for than signers there are",
        )
    })
}

fn apply(parties: &mut Vec<Party>, edit: Edit) -> Result<()> {
    match edit {
        Edit::Add(listing) => add(parties, listing),
        Edit::Remove(who) => {
            let party = party(parties, &who.party)?;
            let before = party.signers.len();
            party.signers.retain(|one| one.id != who.id);
            if party.signers.len() == before {
                return Err(no_such("signer", &who));
            }
        }
        Edit::AddKey(who, key) => {
            let signers = &mut party(parties, &who.party)?.signers;
            let one = signers.iter_mut().find(|one| one.id == who.id);
            one.ok_or_else(|| no_such("signer", &who))?.keys.push(key.to_string());
        }
        Edit::RemoveKey(print) => remove_key(parties, print)?,
        Edit::Threshold(id, threshold) => party(parties, &id)?.threshold = threshold,
        Edit::RemoveParty(id) => {
            party(parties, &id)?;
            parties.retain(|one| one.id != id);
        }
    }
    Ok(())
}

fn remove_key(parties: &mut [Party], print: Fingerprint) -> Result<()> {
    let mut gone = false;
    for one in parties.iter_mut().flat_map(|party| &mut party.signers) {
        let before = one.keys.len();
        one.keys.retain(|text| text.parse().is_ok_and(|key: PublicKey| key.fingerprint() != print));
        gone |= one.keys.len() < before;
    }
    if gone { Ok(()) } else { Err(no_such("key", &print)) }
}

fn party<'a>(parties: &'a mut [Party], id: &PartyId) -> Result<&'a mut Party> {
    parties.iter_mut().find(|one| one.id == *id).ok_or_else(|| no_such("party", id))
}

fn no_such(what: &str, name: &dyn std::fmt::Display) -> Error {
    Error::usage(format!("there is no {what} `{name}` among those who may sign"))
        .hint("`countersign roster show` lists them")
}

fn add(parties: &mut Vec<Party>, listing: Listing) {
    let signer = roster::Signer {
        id: listing.signer.id,
        name: listing.name,
        role: listing.role,
        keys: listing.keys.iter().map(ToString::to_string).collect(),
    };
    match parties.iter_mut().find(|one| one.id == listing.signer.party) {
        Some(party) => party.signers.push(signer),
        None => parties.push(Party { id: listing.signer.party, threshold: 1, signers: vec![signer] }),
    }
}

/// Says whose signatures a roster still lacks.
pub fn lacks(one: &RosterStanding) -> String {
    let parties = one.need.parties.iter().map(|(party, count)| format!("{count} more of {party}"));
    let keys = one
        .need
        .keys
        .iter()
        .map(|key| format!("{}/{} with the key {}", key.party, key.signer, key.key.fingerprint()));
    let all: Vec<String> = keys.chain(parties).collect();
    if all.is_empty() {
        "it lacks nothing".to_owned()
    } else {
        format!("it lacks the signature of {}", all.join(", "))
    }
}

/// Describes a roster for people: who may sign for which party, and with which keys.
pub fn describe(roll: &Roll, standing: &Standing) -> String {
    let mut text = String::new();
    for party in &roll.roster.parties {
        let needed = match party.threshold {
            1 => "one signature is needed".to_owned(),
            more => format!("{more} signatures are needed"),
        };
        let _ = writeln!(text, "  {}: {needed}", party.id);
        for one in &party.signers {
            let _ = writeln!(text, "    {}/{}  {}, {}", party.id, one.id, shown(&one.name), shown(&one.role));
            for key in one.keys.iter().filter_map(|text| text.parse::<PublicKey>().ok()) {
                let note = if is_revoked(standing, &key) { "  (revoked: it can sign nothing)" } else { "" };
                let _ = writeln!(text, "      key {}{note}", key.fingerprint());
            }
        }
    }
    text
}

fn shown(text: &str) -> String {
    crate::report::escape::terminal(text)
}

/// Returns the fingerprint that goes into the contract, as a block of text.
pub fn fingerprint(digest: &Digest) -> String {
    format!("fingerprint for the contract\n  {}\n", digest.grouped())
}

/// Says how a proposed roster differs from the one in force.
pub fn differences(now: &Roll, next: &Roll) -> Vec<String> {
    let mut lines = Vec::new();
    let name = |one: &roster::Signer, party: &PartyId| format!("{party}/{} ({})", one.id, shown(&one.name));
    for party in &next.roster.parties {
        let was = now.roster.parties.iter().find(|one| one.id == party.id);
        let Some(was) = was else {
            lines.push(format!("{} becomes a party that signs", party.id));
            lines.extend(party.signers.iter().map(|one| format!("{} may sign", name(one, &party.id))));
            continue;
        };
        if was.threshold != party.threshold {
            lines.push(format!(
                "{} needs {} signatures instead of {}",
                party.id, party.threshold, was.threshold
            ));
        }
        for one in &party.signers {
            match was.signers.iter().find(|other| other.id == one.id) {
                None => lines.push(format!("{} may sign", name(one, &party.id))),
                Some(other) => lines.extend(changed(other, one, &party.id)),
            }
        }
        let gone = was.signers.iter().filter(|one| party.signers.iter().all(|other| other.id != one.id));
        lines.extend(gone.map(|one| format!("{} may no longer sign", name(one, &party.id))));
    }
    let gone =
        now.roster.parties.iter().filter(|one| next.roster.parties.iter().all(|other| other.id != one.id));
    lines.extend(gone.map(|one| format!("{} is no longer a party that signs", one.id)));
    lines
}

fn changed(was: &roster::Signer, one: &roster::Signer, party: &PartyId) -> Vec<String> {
    let print = |text: &String| {
        text.parse::<PublicKey>().map(|key| key.fingerprint().to_string()).unwrap_or_default()
    };
    let added = one.keys.iter().filter(|key| !was.keys.contains(key));
    let gone = was.keys.iter().filter(|key| !one.keys.contains(key));
    let mut lines: Vec<String> =
        added.map(|key| format!("{party}/{} may sign with the key {}", one.id, print(key))).collect();
    lines.extend(gone.map(|key| format!("{party}/{} no longer signs with the key {}", one.id, print(key))));
    if (&was.name, &was.role) != (&one.name, &one.role) {
        lines.push(format!("{party}/{} is now {}, {}", one.id, shown(&one.name), shown(&one.role)));
    }
    lines
}
