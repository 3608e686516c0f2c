//! What a signer reads before he signs: what he takes on, how it was checked, who has signed, and the sentence.

use std::fmt::Write as _;

use super::judging::Judging;
use super::signer::Signer;
use crate::diff::render::{self, Compared, Document, Format, Presence};
use crate::diff::{self, Both, Weakening};
use crate::finding::Severity;
use crate::matrix::Matrix;
use crate::report::words::{count, list};
use crate::report::{Style, escape};
use crate::review;
use crate::trust::judged::Judged;
use crate::trust::name::MatrixId;
use crate::trust::roster::Roll;
use crate::trust::standing::{Verdict, VersionStanding};
use crate::trust::statement::{Decision, Statement};

/// Returns what changed since the version before, or what the first version says.
pub fn document(before: Option<(&Matrix, String)>, after: &Matrix, weakened: Vec<Weakening>) -> Document {
    let nothing = review::empty_like(after);
    let (old, name, presence) = match before {
        Some((matrix, name)) => (matrix, name, Presence::Changed),
        None => (&nothing, "nothing".to_owned(), Presence::Added),
    };
    Document {
        sides: Both::of(name, format!("version {}", after.version)),
        weakened,
        matrices: vec![Compared { diff: diff::compare(old, after), presence, file: Both::of(None, None) }],
        ..Document::default()
    }
}

/// Says what the signer takes on.
pub fn changes(document: &Document, style: &Style) -> String {
    if document.is_empty() {
        return "nothing changes since the version before\n".to_owned();
    }
    render::render(Format::Text, document, style)
}

/// Says how the version was checked.
pub fn checks(judging: &Judging) -> String {
    let number = |severity: Severity| {
        judging.findings.iter().filter(|one| one.severity == severity && one.waived.is_none()).count()
    };
    let mut text = format!(
        "\nchecked on {}: {}, {}, {}\n",
        judging.judged.as_of,
        count(number(Severity::Error), "error"),
        count(number(Severity::Warning), "warning"),
        count(number(Severity::Note), "note"),
    );
    text.push_str(&accepted(&judging.judged));
    text
}

/// Says which findings somebody has accepted.
pub fn accepted(judged: &Judged) -> String {
    let mut text = String::new();
    for one in &judged.waivers {
        let row = one.row.as_ref().map(|row| format!(" of row {row}")).unwrap_or_default();
        let until = one.expires.map(|day| format!(", until {day}")).unwrap_or_default();
        let line =
            format!("accepted finding; it changes no requirement: {}{row}, {}{until}", one.rule, one.reason);
        let _ = writeln!(text, "  {}", escape::terminal(&line));
    }
    text
}

/// Says who has signed, and who still has to.
pub fn signatures(version: Option<&VersionStanding>, roll: &Roll) -> String {
    let mut text = String::from("\nsigned so far\n");
    let accepted = version.into_iter().flat_map(|one| &one.statements);
    let mut any = false;
    for one in accepted.filter(|one| one.verdict == Verdict::Accepted) {
        let Some(said) = &one.statement else { continue };
        any = true;
        let line =
            format!("{}/{} {} on {}", said.party, said.signer, verb(said.decision), said.signed_at.day());
        let _ = writeln!(text, "  {line}");
    }
    if !any {
        text.push_str("  nobody\n");
    }
    let missing = version.map_or_else(|| roll.missing([]), |one| one.missing.clone());
    let missing: Vec<String> = missing
        .iter()
        .map(|(party, number)| format!("{party} ({})", count(*number as usize, "signature")))
        .collect();
    if !missing.is_empty() {
        let _ = writeln!(text, "  still to sign: {}", list(&missing));
    }
    text
}

fn verb(decision: Decision) -> &'static str {
    match decision {
        Decision::Approve => "approved",
        Decision::Acknowledge => "acknowledged",
        Decision::Withdraw => "took the approval back",
        Decision::Contest => "disputed it",
    }
}

/// Says what exactly will be signed, by whom, with which key.
pub fn sentence(statement: &Statement, roll: &Roll, signer: &Signer) -> String {
    let person = roll
        .roster
        .parties
        .iter()
        .flat_map(|party| &party.signers)
        .find(|one| one.id == signer.id)
        .map(|one| format!("{}, {}, ", one.name, one.role))
        .unwrap_or_default();
    format!(
        "\nyou sign as {}for {}, with the key {}\n  {}\n\n",
        escape::terminal(&person),
        signer.party,
        statement.key,
        escape::terminal(&statement.text)
    )
}

/// Returns the message of the commit that records a statement.
pub fn message(statement: &Statement, digest: &crate::trust::name::Digest) -> String {
    let Statement { matrix, party, signer, decision, .. } = statement;
    let verb = match decision {
        Decision::Approve => "approves",
        Decision::Acknowledge => "acknowledges",
        Decision::Withdraw => "withdraws from",
        Decision::Contest => "contests",
    };
    let word = match decision {
        Decision::Approve => "approve",
        Decision::Acknowledge => "acknowledge",
        Decision::Withdraw => "withdraw",
        Decision::Contest => "contest",
    };
    format!(
        "signoff: {party}/{signer} {verb} {id} {version}\n\n{text}\n\nCountersign-Matrix: {id}@{version}\n\
         Countersign-Party: {party}\nCountersign-Signer: {signer}\nCountersign-Decision: {word}\n\
         Countersign-Statement: sha256:{digest}\n",
        id = matrix.id,
        version = matrix.version,
        text = statement.text,
    )
}

/// Says how a version stands now, and what is to be done next.
pub fn outcome(version: &VersionStanding, id: &MatrixId) -> (String, Vec<String>) {
    use crate::trust::standing::State;
    let name = format!("version {} of {id}", version.version);
    let from = version.head.as_ref().map(|head| head.effective_from.to_string()).unwrap_or_default();
    let mut next = vec!["git push".to_owned()];
    let said = match &version.state {
        State::InForce => format!("All parties have approved {name}. It is in force since {from}."),
        State::Future => format!("All parties have approved {name}. It comes into force on {from}."),
        State::Offered => {
            let missing: Vec<String> = version.missing.keys().map(ToString::to_string).collect();
            next.extend(
                missing
                    .iter()
                    .map(|party| format!("{party} runs `countersign sign {id} --as {party}/SIGNER`")),
            );
            format!("{} has still to sign {name}.", list(&missing))
        }
        State::Withdrawn => format!("The approval is taken back. {name} is not in force."),
        State::Contested(_) => format!(
            "{name} is now in question: nobody can show whether it was approved by all before. It is not in force."
        ),
        other => format!("{name} is {}.", other.code()),
    };
    if version.state.is_standing() && version.mark != crate::trust::standing::MarkState::Holds {
        next.push(format!("countersign mark {id}"));
    }
    (said, next)
}
