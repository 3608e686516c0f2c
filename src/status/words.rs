//! How versions stand, in words for people: parties by their names, days as they are.

use std::collections::BTreeMap;

use crate::matrix::Matrix;
use crate::report::words::{count, list, short_name};
use crate::trust::force::Force;
use crate::trust::name::PartyId;
use crate::trust::standing::{Dispute, MatrixStanding, State, VersionStanding};

/// What people call the parties.
#[derive(Clone, Debug, Default)]
pub struct Names(BTreeMap<String, String>);

impl Names {
    /// Takes the names from pairs of id and name.
    pub fn of<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        Self(pairs.into_iter().map(|(id, name)| (id.to_owned(), short_name(name).to_owned())).collect())
    }

    /// Takes the names from a matrix.
    pub fn of_matrix(matrix: &Matrix) -> Self {
        Self::of(matrix.parties.iter().map(|party| (party.id.as_str(), party.name.as_str())))
    }

    /// Returns what people call a party; its id where no matrix says.
    pub fn name(&self, party: &PartyId) -> String {
        self.0.get(party.as_str()).cloned().unwrap_or_else(|| party.to_string())
    }
}

/// Says who has still to sign: "Acme has still to sign", "2 signers of Acme and Harbor have still to sign".
pub fn lacking(missing: &BTreeMap<PartyId, u32>, names: &Names) -> String {
    let who: Vec<String> = missing
        .iter()
        .map(|(party, number)| match number {
            1 => names.name(party),
            more => format!("{} of {}", count(*more as usize, "signer"), names.name(party)),
        })
        .collect();
    let verb = if missing.values().sum::<u32>() == 1 { "has" } else { "have" };
    if who.is_empty() {
        "nobody may sign it yet".to_owned()
    } else {
        format!("{} {verb} still to sign", list(&who))
    }
}

/// Says how a version stands.
pub fn standing(one: &VersionStanding, names: &Names) -> String {
    let from = one.head.as_ref().map(|head| head.effective_from.to_string()).unwrap_or_default();
    let until = one.head.as_ref().and_then(|head| head.effective_until);
    match &one.state {
        State::Offered => format!("offered for signature; {}", lacking(&one.missing, names)),
        State::Future => format!("agreed by all; comes into force on {from}"),
        State::InForce => match until {
            Some(until) => format!("in force since {from}, no longer on {until}"),
            None => format!("in force since {from}"),
        },
        State::Superseded(by) => format!("superseded by {by}"),
        State::Ended => until.map_or_else(
            || "ended; another matrix took its place".to_owned(),
            |until| format!("ended on {until}"),
        ),
        State::Withdrawn => "withdrawn before all had signed".to_owned(),
        State::Contested(dispute) => format!("contested: {}", why(*dispute)),
        State::Forked(rivals) => {
            let rivals: Vec<String> = rivals.iter().map(ToString::to_string).collect();
            format!("not standing: {} follows the same version", list(&rivals))
        }
        State::Detached => "complete, but the version that it follows does not stand here".to_owned(),
        State::InDoubt => format!("agreed from {from}, but a contested version may have taken its place"),
    }
}

fn why(dispute: Dispute) -> &'static str {
    match dispute {
        Dispute::OrderUnknown => {
            "an approval was taken back, and whether that was before or after the last one cannot be shown"
        }
        Dispute::KeyRevoked => "the key of an approval that it needs was revoked",
        Dispute::LateApproval => "an approval that it needs came under an old roster",
    }
}

/// Why nothing is in force where the fingerprint that was given is another's.
pub const NOT_BELIEVED: &str = "the fingerprint that was given is of no roster here, so nothing counts";

/// Says why a matrix is not in force; nothing where it is.
pub fn not_in_force(force: &Force, matrix: Option<&MatrixStanding>, names: &Names) -> Option<String> {
    let describe = |one: &VersionStanding| format!("version {}: {}", one.version, standing(one, names));
    match force {
        Force::Version(_) => None,
        Force::Nothing => {
            let latest = matrix.and_then(|matrix| matrix.versions.values().next_back());
            Some(latest.map_or_else(|| "no version was ever offered for signature".to_owned(), describe))
        }
        Force::Ended(version) => {
            let one = matrix.and_then(|matrix| matrix.versions.get(version));
            Some(one.map_or_else(|| "it has ended".to_owned(), describe))
        }
        Force::InDoubt { by: (id, version), otherwise } => {
            let own = matrix.and_then(|matrix| matrix.versions.get(version)).filter(|one| one.id == *id);
            let doubt =
                own.map_or_else(|| format!("version {version} of {id} may have taken its place"), describe);
            let fallback = otherwise.map(|version| format!("; otherwise {version} is in force"));
            Some(format!("{doubt}{}", fallback.unwrap_or_default()))
        }
    }
}
