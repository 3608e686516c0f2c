//! Where everything stands in a file that was sent, and what of it concerns the one whose key is at hand: what he has
//! signed, what binds his party, what waits for him.

use super::basis::{self, Basis};
use super::place::Sent;
use super::session::Session;
use super::signer::{self, Signer};
use super::{preview, verified};
use crate::error::Result;
use crate::finding::Severity;
use crate::project::calendar::Calendar;
use crate::project::words::{self, Names};
use crate::project::{SignoffState, dispute, open};
use crate::report::words::list;
use crate::report::{Report, Share, Summary};
use crate::status::Status;
use crate::trust::name::MatrixId;
use crate::trust::standing::{MatrixStanding, State, VersionStanding};
use crate::trust::statement::{Decision, MatrixRef};

/// Returns where everything stands in a file that was sent, and what is older in it than what this machine signed.
///
/// # Errors
/// Where something in it does not verify.
pub fn read(sent: &Sent, session: &Session) -> Result<(Status, String)> {
    let tree = basis::with(&sent.tree, &sent.bundle.offer());
    let basis = Basis::of(&tree, session)?;
    verified::demand_anchor(&basis)?;
    verified::demand_sound(&sent.bundle, &basis)?;
    let warnings = preview::warnings(session, &basis);
    let signoffs = SignoffState { tree: tree.clone(), standing: basis.standing.clone() };
    let matrices = signoffs.standing.matrices.iter();
    let matrices: Vec<Summary> = matrices.map(|(id, matrix)| summary(id, matrix, &signoffs)).collect();
    let at = format!("the file {}", sent.name);
    let report = Report { matrices, ..Report::empty(at, session.today(), Severity::Error) };
    let mut status = Status::of(&report, &signoffs, session.anchor.is_some(), true);
    status.of_file(concerns(sent, &signoffs, session));
    Ok((status, warnings))
}

fn summary(id: &MatrixId, matrix: &MatrixStanding, signoffs: &SignoffState) -> Summary {
    let newest = matrix.versions.values().rev().find_map(|one| signoffs.read_matrix(id, one.version));
    let parties = newest.iter().flat_map(|matrix| &matrix.parties).map(|party| Share {
        party: party.id.clone(),
        name: party.name.clone(),
        side: party.side.word().to_owned(),
        rows: 0,
        performs: 0,
        approves: 0,
        keeps_evidence: 0,
    });
    Summary {
        id: id.to_string(),
        title: newest.as_ref().map_or_else(|| id.to_string(), |matrix| matrix.title.clone()),
        file: format!("signoffs/{id}"),
        standing: "unknown".to_owned(),
        parties: parties.collect(),
        ..Summary::default()
    }
}

/// Says what concerns the one whose key is at hand.
fn concerns(sent: &Sent, signoffs: &SignoffState, session: &Session) -> Vec<String> {
    let standing = &signoffs.standing;
    let known = signer::enrolled(standing).ok();
    let who = known.as_ref().and_then(|known| session.identity.resolve(known).ok());
    let Some(who) = who.map(|acting| acting.who) else {
        return vec![
            "no key that may sign here was found, so what concerns you is not told apart; `--key FILE` names yours"
                .to_owned(),
        ];
    };
    let mut lines = vec![format!("you are {who}, by the key at hand")];
    let file = File { sent, signoffs, who: &who };
    let versions =
        standing.matrices.values().flat_map(|matrix| matrix.versions.values().map(move |one| (matrix, one)));
    let versions: Vec<(&MatrixStanding, &VersionStanding)> = versions.collect();
    lines.extend(versions.iter().filter_map(|(_, one)| file.signed(one)));
    lines.extend(versions.iter().filter_map(|(matrix, one)| file.binds(matrix, one)));
    let mut waits: Vec<String> = versions.iter().filter_map(|(_, one)| file.waits(one)).collect();
    waits.extend(file.waits_for_list());
    if waits.is_empty() {
        waits.push("nothing waits for you".to_owned());
    }
    lines.extend(waits);
    lines
}

/// A file that was sent, and who reads it.
struct File<'a> {
    sent: &'a Sent,
    signoffs: &'a SignoffState,
    who: &'a Signer,
}

impl File<'_> {
    fn names(&self, one: &VersionStanding) -> Names {
        self.signoffs
            .read_matrix(&one.id, one.version)
            .map(|matrix| Names::of_matrix(&matrix))
            .unwrap_or_default()
    }

    /// Says what the reader has signed of a version.
    fn signed(&self, one: &VersionStanding) -> Option<String> {
        let own = one.statements.iter().filter_map(|at| at.accepted());
        let own = own.filter(|said| said.party == self.who.party && said.signer == self.who.id);
        let said: Vec<String> = own
            .map(|said| {
                let verb = match said.decision {
                    Decision::Approve => "approved it",
                    Decision::Acknowledge => "gave the last word on it",
                    Decision::Withdraw => "gave notice not to want it",
                    Decision::Contest => "disputed it",
                };
                format!("{verb} on {}", said.signed_at.day())
            })
            .collect();
        (!said.is_empty()).then(|| format!("version {} of {}: you {}", one.version, one.id, list(&said)))
    }

    /// Says whether a version binds the reader's party, or can come to bind it.
    fn binds(&self, matrix: &MatrixStanding, one: &VersionStanding) -> Option<String> {
        let names = self.names(one);
        let party = names.name(&self.who.party);
        let disputed = dispute::says(one, &names).map(|said| format!("; {said}")).unwrap_or_default();
        let (version, id) = (one.version, &one.id);
        if one.state.is_final() {
            let calendar = Calendar::of(matrix, self.signoffs.standing.day);
            let stands = words::standing(one, &calendar, &names);
            return Some(format!("{party} is bound by version {version} of {id}: {stands}{disputed}"));
        }
        let can_bind = one.state == State::Complete && one.bound.contains(&self.who.party);
        can_bind.then(|| {
            let waits: Vec<String> = one.waits_for.iter().map(|party| names.name(party)).collect();
            format!(
                "{party} gave its last word on version {version} of {id}: {} can close it at any time, which binds all{disputed}",
                list(&waits)
            )
        })
    }

    /// Says what of a version waits for the reader.
    fn waits(&self, one: &VersionStanding) -> Option<String> {
        let party = &self.who.party;
        if !open::is_urged(one, &self.signoffs.standing) {
            return None;
        }
        let has_approved = super::draft::own_approve(one, self.who).is_some();
        let signs = one.missing.contains_key(party)
            && !has_approved
            && open::can_be_signed(one, party, self.signoffs);
        let closes = one.state == State::Complete
            && one.waits_for.contains(party)
            && !one.has_last_word(party, &self.who.id);
        let (what, verb) = match (signs, closes) {
            (true, _) => ("your signature", "sign"),
            (_, true) => ("your last word, which closes it", "mark"),
            (false, false) => return None,
        };
        let (version, id) = (one.version, &one.id);
        let is_here = |named: &MatrixRef| named.id == *id && named.version == version;
        let how = if self.sent.bundle.matrix.as_ref().is_some_and(is_here) {
            format!("countersign {verb} {}", self.sent.name)
        } else {
            format!("ask for the file that `countersign {verb} {id}@{version} --prepare FILE` writes")
        };
        Some(format!("version {version} of {id} waits for {what}: {how}"))
    }

    /// Says that a list waits for the reader's signature.
    fn waits_for_list(&self) -> Option<String> {
        let next = self.signoffs.standing.proposed()?;
        let own =
            |one: &crate::trust::roster::Enrolled| one.party == self.who.party && one.signer == self.who.id;
        let waits = next.need.parties.contains_key(&self.who.party) || next.need.keys.iter().any(own);
        let number = next.roll.as_ref()?.roster.number;
        waits.then(|| {
            format!(
                "list {number} of those who may sign waits for your signature: countersign roster sign {}",
                self.sent.name
            )
        })
    }
}
