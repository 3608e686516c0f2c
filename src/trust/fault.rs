//! What is wrong in `trust/` and `signoffs/`, as findings with their places.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::chain::Chain;
use super::name::{Digest, PartyId};
use super::reason::Reason;
use super::shelf::Shelf;
use super::standing::{
    Dispute, MarkState, RevocationState, RosterNeed, RosterState, Standing, State, StatementStanding,
    Verdict, VersionStanding,
};
use super::statement::{Decision, folder};
use crate::finding::{Finding, Place, Severity};

/// Everything from which faults are told.
pub(super) struct Faults<'a> {
    pub(super) shelf: &'a Shelf<'a>,
    pub(super) chain: &'a Chain<'a>,
    pub(super) unread: &'a [(&'a str, Reason)],
    pub(super) offers: &'a [(String, Reason)],
}

impl Faults<'_> {
    /// Returns all findings about a tree, worst first, then by file.
    pub(super) fn of(&self, standing: &Standing) -> Vec<Finding> {
        let mut findings = self.misplaced();
        findings.extend(anchor(standing));
        findings.extend(self.rosters(standing));
        findings.extend(self.revocations(standing));
        findings.extend(missing_seals(standing, self.unread.is_empty()));
        findings.extend(self.offers.iter().map(|(path, reason)| {
            finding("offer-readable", Severity::Error, path, format!("this cannot be signed: {reason}"))
        }));
        for version in standing.matrices.values().flat_map(|matrix| matrix.versions.values()) {
            findings.extend(version.statements.iter().filter_map(statement));
            findings.extend(state(version));
            findings.extend(open(version, standing));
            findings.extend(mark(version));
        }
        findings.sort_by(|a, b| {
            (a.severity, &a.file, &a.rule, &a.message).cmp(&(b.severity, &b.file, &b.rule, &b.message))
        });
        findings
    }

    fn misplaced(&self) -> Vec<Finding> {
        let tell = |(path, reason): &(&str, Reason)| {
            let top = path.split('/').next().unwrap_or_default();
            let rule = if top.eq_ignore_ascii_case("trust") { "trust-is-tidy" } else { "signoff-path" };
            finding(rule, Severity::Error, path, format!("this file does not count: {reason}"))
        };
        self.shelf.junk.iter().map(tell).collect()
    }

    fn rosters(&self, standing: &Standing) -> Vec<Finding> {
        let signatures = self.chain.refused.iter().map(|(path, reason)| {
            finding(
                "roster-signature",
                Severity::Error,
                path,
                format!("this signature does not count: {reason}"),
            )
        });
        let rosters = standing.rosters.iter().filter_map(|(number, one)| match &one.state {
            RosterState::Complete => None,
            RosterState::Proposed => {
                let message = format!("roster {number} is only proposed: {}", needed(&one.need));
                Some(finding("roster-complete", Severity::Warning, &one.path, message))
            }
            RosterState::Ignored(reason) => {
                let message = format!("roster {number} does not count: {reason}");
                Some(finding("roster-chain", Severity::Error, &one.path, message))
            }
        });
        signatures.chain(rosters).collect()
    }

    fn revocations(&self, standing: &Standing) -> Vec<Finding> {
        let tell = |path: &str, reason: &Reason| {
            finding(
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

fn needed(need: &RosterNeed) -> String {
    let parties = need.parties.iter().map(|(party, count)| format!("{count} more of `{party}`"));
    let keys = need.keys.iter().map(|one| format!("a key of `{}` for `{}`", one.signer, one.party));
    let all: Vec<String> = parties.chain(keys).collect();
    format!("it lacks the signature of {}", all.join(", "))
}

fn anchor(standing: &Standing) -> Option<Finding> {
    let message = "no complete roster has the fingerprint that was given, so nothing here counts";
    (!standing.is_anchored).then(|| finding("anchor-in-chain", Severity::Error, "trust/1.json", message))
}

/// What a roster sealed must still be there. Files that could not be read are told by themselves.
fn missing_seals(standing: &Standing, all_read: bool) -> Option<Finding> {
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
    Some(finding("seals-present", Severity::Error, &roll.roster.path(), message))
}

fn statement(one: &StatementStanding) -> Option<Finding> {
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
    Some(finding("statement-accepted", severity, &one.path, message))
}

fn state(version: &VersionStanding) -> Option<Finding> {
    let name = format!("version {} of `{}`", version.version, version.id);
    let (rule, message) = match &version.state {
        State::Contested(dispute) => {
            ("version-is-certain", format!("{name} is contested: {}", why(*dispute)))
        }
        State::Forked(rivals) => {
            let rivals: Vec<String> = rivals.iter().map(ToString::to_string).collect();
            let message =
                format!("{name} does not stand beside {}: both follow one version", rivals.join(", "));
            ("version-has-no-rival", message)
        }
        State::Detached => (
            "version-has-its-previous",
            format!("{name} is complete, but what it follows does not stand here"),
        ),
        State::Offered
        | State::Future
        | State::InForce
        | State::Superseded(_)
        | State::Ended
        | State::Withdrawn
        | State::InDoubt => return None,
    };
    Some(of_version(rule, Severity::Error, version, message))
}

fn why(dispute: Dispute) -> &'static str {
    match dispute {
        Dispute::OrderUnknown => {
            "an approve was taken back, and whether before the last approve cannot be shown"
        }
        Dispute::KeyRevoked => "the key of an approve that it needs was revoked",
        Dispute::LateApproval => "an approve that it needs came under an old roster, unsealed",
    }
}

fn open(version: &VersionStanding, standing: &Standing) -> Vec<Finding> {
    let name = format!("version {} of `{}`", version.version, version.id);
    let mut findings = Vec::new();
    if !version.contests.is_empty() {
        let message = format!("{name} is disputed by {} statements", version.contests.len());
        findings.push(of_version("version-undisputed", Severity::Warning, version, message));
    }
    let has_passed = version.head.as_ref().is_some_and(|head| head.effective_from < standing.day);
    if version.state == State::Offered && has_passed {
        let message = format!("the day of {name} has passed, and signatures are missing");
        findings.push(of_version("offer-in-time", Severity::Warning, version, message));
    }
    if version.state.is_standing() && !version.open_for.is_empty() {
        let parties: Vec<&str> = version.open_for.iter().map(|party| party.as_str()).collect();
        let message = format!("{name} can still be put in question by {}", parties.join(", "));
        let mut one = of_version("version-closed", Severity::Note, version, message);
        let who = version.open_for.iter().next().map(|party| signing(party, standing)).unwrap_or_default();
        one.help = Some(format!("`countersign mark {} --as {who}` closes it for a party", version.id).into());
        findings.push(one);
    }
    findings
}

/// Returns a party as `--as` takes it, with its signer where the roster leaves no choice.
fn signing(party: &PartyId, standing: &Standing) -> String {
    let own = standing.roster().and_then(|roll| roll.roster.parties.iter().find(|one| one.id == *party));
    match own.map(|party| party.signers.as_slice()) {
        Some([only]) => format!("{party}/{}", only.id),
        _ => format!("{party}/SIGNER"),
    }
}

fn mark(version: &VersionStanding) -> Option<Finding> {
    let path = format!("{}/effective.json", folder(&version.id, version.version));
    let mut one = match &version.mark {
        MarkState::Absent if version.state.is_standing() => {
            let message = format!("version {} of `{}` has no mark", version.version, version.id);
            let mut one = finding("mark-present", Severity::Warning, &path, message);
            one.help = Some(format!("`countersign mark {}` writes it", version.id).into());
            one
        }
        MarkState::Absent | MarkState::Holds => return None,
        MarkState::Fails(reason) => {
            finding("mark-holds", Severity::Error, &path, format!("this mark does not hold: {reason}"))
        }
    };
    one.matrix = Some(version.id.as_str().into());
    Some(one)
}

fn of_version(rule: &str, severity: Severity, version: &VersionStanding, message: String) -> Finding {
    let path = format!("{}/matrix.json", folder(&version.id, version.version));
    let mut one = finding(rule, severity, &path, message);
    one.matrix = Some(version.id.as_str().into());
    one
}

fn finding(rule: &str, severity: Severity, file: &str, message: impl Into<Arc<str>>) -> Finding {
    Finding::of_file(rule, file, Place::File, message).weighing(severity)
}
