//! What is wrong in `trust/` and `signoffs/`, as faults with their places.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::chain::Chain;
use super::layout::Layout;
use super::name::{Digest, MatrixId, PartyId};
use super::reason::Reason;
use super::standing::{
    MarkState, Question, RevocationState, RevokedKey, RosterNeed, RosterStanding, RosterState, Standing,
    State, StatementStanding, Verdict, VersionStanding,
};
use super::statement::{Decision, VersionRef, folder};

/// How much a fault weighs, from worst to least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Something does not count, or a version is in question.
    Error,
    /// Somebody should look.
    Warning,
    /// Worth knowing.
    Note,
    /// The rule did not run; only a judgement that was signed says so.
    Off,
}

/// One thing that is wrong with the files of the sign-off, with the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The rule's id, kebab-case.
    pub rule: &'static str,
    /// How much it weighs.
    pub severity: Severity,
    /// The file.
    pub file: String,
    /// What is wrong: lowercase, no full stop, values in backticks.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// The matrix, if it is about one.
    pub matrix: Option<MatrixId>,
}

/// Everything from which faults are told.
pub(super) struct Faults<'a> {
    pub(super) layout: &'a Layout<'a>,
    pub(super) chain: &'a Chain<'a>,
    pub(super) unread: &'a [(&'a str, Reason)],
    pub(super) offers: &'a [(String, Reason)],
}

impl Faults<'_> {
    /// Returns all faults of a tree, worst first, then by file.
    pub(super) fn of(&self, standing: &Standing) -> Vec<Fault> {
        let mut faults = self.misplaced();
        faults.extend(anchor(standing));
        faults.extend(self.rosters(standing));
        faults.extend(self.revocations(standing));
        faults.extend(missing_seals(standing, self.unread.is_empty()));
        faults.extend(self.offers.iter().map(|(path, reason)| {
            fault("offer-readable", Severity::Error, path, format!("this cannot be signed: {reason}"))
        }));
        for version in standing.matrices.values().flat_map(|matrix| matrix.versions.values()) {
            faults.extend(version.statements.iter().filter_map(statement));
            faults.extend(state(version));
            faults.extend(open(version, standing));
            faults.extend(previous(version, standing));
            faults.extend(mark(version));
        }
        faults.sort_by(|a, b| {
            (a.severity, &a.file, &a.rule, &a.message).cmp(&(b.severity, &b.file, &b.rule, &b.message))
        });
        faults
    }

    fn misplaced(&self) -> Vec<Fault> {
        let tell = |(path, reason): &(&str, Reason)| {
            let top = path.split('/').next().unwrap_or_default();
            let rule = if top.eq_ignore_ascii_case("trust") { "trust-is-tidy" } else { "signoff-path" };
            fault(rule, Severity::Error, path, format!("this file does not count: {reason}"))
        };
        self.layout.junk.iter().map(tell).collect()
    }

    fn rosters(&self, standing: &Standing) -> Vec<Fault> {
        let signatures = self.chain.refused.iter().map(|(path, reason)| {
            fault(
                "roster-signature",
                Severity::Error,
                path,
                format!("this signature does not count: {reason}"),
            )
        });
        let rosters = standing.rosters.iter().filter_map(|(number, one)| match &one.state {
            RosterState::Complete if lists_revoked_key(one, standing) => {
                let message = format!("roster {number} holds, but {}", Reason::RosterListsRevokedKey);
                Some(fault("roster-chain", Severity::Error, &one.path, message))
            }
            RosterState::Complete => None,
            RosterState::Proposed => {
                let message = format!("roster {number} is only proposed: {}", needed(&one.need));
                Some(fault("roster-complete", Severity::Warning, &one.path, message))
            }
            RosterState::Ignored(reason) => {
                let message = format!("roster {number} does not count: {reason}");
                Some(fault("roster-chain", Severity::Error, &one.path, message))
            }
        });
        signatures.chain(rosters).collect()
    }

    fn revocations(&self, standing: &Standing) -> Vec<Fault> {
        let tell = |path: &str, reason: &Reason| {
            fault(
                "revocation-valid",
                Severity::Error,
                path,
                format!("this revocation does not count: {reason}"),
            )
        };
        let unread = self.unread.iter().map(|(path, reason)| tell(path, reason));
        let refused = standing.revocations.iter().filter_map(|one| match &one.state {
            RevocationState::Effective | RevocationState::Settled => None,
            RevocationState::Refused(reason) => Some(tell(&one.path, reason)),
        });
        unread.chain(refused).collect()
    }
}

/// Says whether a roster lists a key that it seals as revoked.
fn lists_revoked_key(one: &RosterStanding, standing: &Standing) -> bool {
    let Some(roll) = &one.roll else { return false };
    let counts = |one: &&RevokedKey| !matches!(one.state, RevocationState::Refused(_));
    standing.revocations.iter().filter(counts).any(|revoked| {
        roll.roster.seals.binary_search(&revoked.digest).is_ok()
            && roll.keys.iter().any(|one| one.key.fingerprint() == revoked.revocation.key)
    })
}

fn needed(need: &RosterNeed) -> String {
    let parties = need.parties.iter().map(|(party, count)| format!("{count} more of `{party}`"));
    let keys = need.keys.iter().map(|one| format!("a key of `{}` for `{}`", one.signer, one.party));
    let all: Vec<String> = parties.chain(keys).collect();
    format!("it lacks the signature of {}", all.join(", "))
}

fn anchor(standing: &Standing) -> Option<Fault> {
    let message = "no complete roster has the fingerprint that was given, so nothing here counts";
    (!standing.is_anchored).then(|| fault("anchor-in-chain", Severity::Error, "trust/1.json", message))
}

/// What a roster sealed must still be there. Files that could not be read are told by themselves.
fn missing_seals(standing: &Standing, all_read: bool) -> Option<Fault> {
    let roll = standing.roster()?;
    let versions = standing.matrices.values().flat_map(|matrix| matrix.versions.values());
    let statements = versions.flat_map(|version| version.statements.iter().map(|one| one.digest));
    let revocations = standing.revocations.iter().map(|one| one.digest);
    let there: BTreeSet<Digest> = statements.chain(revocations).collect();
    let complete = standing.rosters.values().filter(|one| one.state == RosterState::Complete);
    let seals = complete.filter_map(|one| one.roll.as_ref()).flat_map(|roll| &roll.roster.seals);
    let gone: BTreeSet<&Digest> = seals.filter(|digest| !there.contains(digest)).collect();
    let first = gone.first()?;
    let doubt = if all_read { "" } else { " or cannot be read" };
    let message = format!("{} sealed files are missing{doubt}, first `{first}`", gone.len());
    Some(fault("seals-present", Severity::Error, &roll.roster.path(), message))
}

fn statement(one: &StatementStanding) -> Option<Fault> {
    let reason = one.verdict.reason()?;
    let decision = one.statement.as_ref().map(|statement| statement.decision);
    let is_word = matches!(decision, Some(Decision::Withdraw | Decision::Contest));
    let severity = match &one.verdict {
        Verdict::Void(Reason::KeyRevoked) => Severity::Warning,
        Verdict::Void(_) if is_word => Severity::Warning,
        Verdict::Accepted | Verdict::Void(_) | Verdict::Refused(_) => Severity::Error,
    };
    let name = one.path.rsplit('/').next().unwrap_or_default();
    let mut whose = name.split('.');
    let (party, signer) = (whose.next().unwrap_or_default(), whose.next().unwrap_or_default());
    let message = format!("the statement of `{signer}` for `{party}` does not count: {reason}");
    Some(fault("statement-accepted", severity, &one.path, message))
}

fn state(version: &VersionStanding) -> Option<Fault> {
    let State::InQuestion(question) = version.state else { return None };
    let message =
        format!("version {} of `{}` is in question: {}", version.version, version.id, why(question));
    Some(of_version("version-is-certain", Severity::Error, version, message))
}

fn why(question: Question) -> &'static str {
    match question {
        Question::KeyRevoked => "a key of a statement that it needs was revoked",
        Question::KeyLeft => {
            "a last word that it needs came under an old list, and a later list has other parties or no longer that key"
        }
        Question::RosterDoubted => "it rests on a list that is complete only by a revoked key",
    }
}

/// A version is signed as the successor of the highest final one.
fn previous(version: &VersionStanding, standing: &Standing) -> Option<Fault> {
    let agreement = version.agreement.as_ref()?;
    let versions = &standing.matrices.get(&version.id)?.versions;
    let name = format!("version {} of `{}`", version.version, version.id);
    let is_final = |named: &VersionRef| {
        versions
            .get(&named.version)
            .is_some_and(|one| one.sha256 == Some(named.sha256) && one.closed_on.is_some())
    };
    if let Some(named) = agreement.previous.filter(|named| !is_final(named)) {
        let message = format!("{name} follows version {}, which is not final here", named.version);
        return Some(of_version("version-has-its-previous", Severity::Error, version, message));
    }
    let below = versions.range(..version.version).rev().find(|(_, one)| one.state.is_final())?.1;
    let named = agreement.previous.map(|named| named.version);
    if !version.state.is_final() || named == Some(below.version) {
        return None;
    }
    let follows = named.map_or("no version".to_owned(), |named| format!("version {named}"));
    let message =
        format!("{name} was signed to follow {follows}; version {} became final beside it", below.version);
    Some(of_version("version-builds-on-last", Severity::Warning, version, message))
}

/// Says of each dispute who signed it, when, and why.
fn disputes(version: &VersionStanding) -> Vec<String> {
    let said = version.statements.iter().filter(|one| version.contests.contains(&one.digest));
    let said = said.filter_map(StatementStanding::accepted).map(|said| {
        let reason = said.reason.as_deref().unwrap_or_default();
        format!("{}/{} on {}: {reason}", said.party, said.signer, said.signed_at.day())
    });
    said.collect()
}

fn open(version: &VersionStanding, standing: &Standing) -> Vec<Fault> {
    let name = format!("version {} of `{}`", version.version, version.id);
    let mut faults = Vec::new();
    if !version.contests.is_empty() {
        let message = format!("{name} is disputed by {}", disputes(version).join("; by "));
        faults.push(of_version("version-undisputed", Severity::Warning, version, message));
    }
    let has_passed = version.head.as_ref().is_some_and(|head| head.effective_from < standing.day);
    if version.state == State::Offered && has_passed {
        let message = format!("the day of {name} has passed, and signatures are missing");
        faults.push(of_version("offer-in-time", Severity::Warning, version, message));
    }
    if version.state == State::Complete {
        let parties: Vec<&str> = version.waits_for.iter().map(PartyId::as_str).collect();
        let message =
            format!("{name} is approved by all and waits for the last word of {}", parties.join(", "));
        let mut one = of_version("version-closed", Severity::Note, version, message);
        one.help = Some(format!("`countersign mark {}@{}` gives it", version.id, version.version));
        faults.push(one);
    }
    faults
}

fn mark(version: &VersionStanding) -> Option<Fault> {
    let path = format!("{}/effective.json", folder(&version.id, version.version));
    let mut one = match &version.mark {
        MarkState::Absent if version.state.is_final() => {
            let message = format!("version {} of `{}` has no mark", version.version, version.id);
            let mut one = fault("mark-present", Severity::Warning, &path, message);
            one.help = Some(format!("`countersign mark {}@{}` writes it", version.id, version.version));
            one
        }
        MarkState::Absent | MarkState::Holds => return None,
        MarkState::Fails(reason) => {
            fault("mark-holds", Severity::Error, &path, format!("this mark does not hold: {reason}"))
        }
    };
    one.matrix = Some(version.id.clone());
    Some(one)
}

fn of_version(rule: &'static str, severity: Severity, version: &VersionStanding, message: String) -> Fault {
    let path = format!("{}/matrix.json", folder(&version.id, version.version));
    let mut one = fault(rule, severity, &path, message);
    one.matrix = Some(version.id.clone());
    one
}

fn fault(rule: &'static str, severity: Severity, file: &str, message: impl Into<String>) -> Fault {
    Fault { rule, severity, file: file.to_owned(), message: message.into(), help: None, matrix: None }
}
