//! Where every matrix stands: what is in force, what is proposed, who has still to sign, what to type next.

pub mod badge;
pub mod compare;
mod notice;
pub mod render;
mod roster;
mod step;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::project::SignoffState;
use crate::project::calendar::Calendar;
use crate::project::dispute::{self, Dispute};
use crate::project::words::{self, Names};
use crate::report::{Report, Summary};
use crate::trust::day::Day;
use crate::trust::fault::{self, Fault};
use crate::trust::name::MatrixId;
use crate::trust::period::Period;
use crate::trust::standing::{MarkState, State, Verdict, VersionStanding};
use roster::{Proposal, RevokedStatus, RosterStatus};
pub use roster::{signers_with_keys, usable_keys};
pub use step::Step;

/// Where everything in a project stands on a day.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Status {
    format: &'static str,
    tool: &'static str,
    at: String,
    today: String,
    /// Whether the fingerprint that was given is that of a roster here; none where none was given.
    anchored: Option<bool>,
    engagement: Option<String>,
    roster: Option<RosterStatus>,
    proposed: Vec<Proposal>,
    matrices: Vec<MatrixStatus>,
    /// Findings about sign-offs that are errors; `check` shows them.
    errors: usize,
    /// What both sides can read to each other to see that they look at the same sign-offs.
    compare: String,
    /// When the newest statement that counts says to have been signed.
    newest: Option<String>,
    /// Keys that were revoked.
    revocations: Vec<RevokedStatus>,
    /// What concerns the reader of a file that was sent; empty for a project.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    concerns: Vec<String>,
    next: Vec<Step>,
}

/// Where one matrix stands.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct MatrixStatus {
    id: String,
    title: String,
    working: Option<WorkingStatus>,
    in_force: Option<VersionStatus>,
    /// Why no version is in force, if none is.
    why: Option<String>,
    /// Versions that are neither in force nor history.
    open: Vec<VersionStatus>,
    /// Versions that were in force.
    past: Vec<VersionStatus>,
    notices: Vec<String>,
    next: Vec<Step>,
}

/// The working text.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct WorkingStatus {
    file: String,
    version: String,
    standing: String,
    /// Whether another text was offered under its number.
    #[serde(skip)]
    differs: bool,
    /// How many findings stand between this text and a signature.
    blocking: usize,
}

/// Where one version stands.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct VersionStatus {
    version: String,
    standing: &'static str,
    words: String,
    /// The first day in force that the text names.
    from: Option<String>,
    /// The first day no longer in force that the text names.
    until: Option<String>,
    /// When it is in force: what other versions leave of the days that the text names.
    in_force: Vec<Held>,
    sha256: Option<String>,
    /// Parties with how many of their signers have still to sign.
    missing: BTreeMap<String, u32>,
    /// Parties that have not given their last word on a version that all approved.
    waits_for: Vec<String>,
    /// Parties that have given it.
    bound: Vec<String>,
    /// Notices that a signer does not want his approval to be completed.
    withdraws: usize,
    /// Who disputes it, since when and why.
    contests: Vec<Dispute>,
    mark: &'static str,
}

/// Days in a row on which one version is in force.
#[derive(Clone, Debug, Serialize)]
struct Held {
    from: Day,
    /// The first day that no longer belongs to it; none where no end is known.
    until: Option<Day>,
}

impl Held {
    fn of(period: &Period) -> Option<Self> {
        Some(Self { from: period.from?, until: period.until })
    }
}

impl Status {
    /// Puts together where everything stands.
    ///
    /// `is_whole` says that the report is about all matrices: then those are added whose text it could not read.
    pub fn of(report: &Report, signoffs: &SignoffState, is_anchor_given: bool, is_whole: bool) -> Self {
        let standing = &signoffs.standing;
        let names = all_names(report);
        let unread = if is_whole { unread(report, signoffs) } else { Vec::new() };
        let mut matrices: Vec<MatrixStatus> =
            report.matrices.iter().chain(&unread).map(|summary| matrix(summary, signoffs)).collect();
        for one in &mut matrices {
            one.notices.extend(renewed(report, &one.id));
        }
        matrices.sort_by(|left, right| left.id.cmp(&right.id));
        let is_error = |one: &&Fault| one.severity == fault::Severity::Error;
        let mut status = Self {
            format: "countersign/status/1",
            tool: env!("CARGO_PKG_VERSION"),
            at: report.at.clone(),
            today: report.today.to_string(),
            anchored: is_anchor_given.then_some(standing.is_anchored),
            engagement: standing.engagement.map(|one| one.to_string()),
            roster: standing.roster().map(|roll| roster::roster(roll, signoffs, &names)),
            proposed: standing
                .rosters
                .values()
                .filter_map(|one| roster::proposal(one, &names, signoffs))
                .collect(),
            matrices,
            errors: standing.faults.iter().filter(is_error).count(),
            compare: compare::code(standing),
            newest: newest(signoffs),
            revocations: roster::revocations(standing),
            concerns: Vec::new(),
            next: Vec::new(),
        };
        status.next = step::of_all(&status);
        status
    }

    /// Says that this is of a file that was sent: what concerns its reader, and no step that only a clone can take.
    pub fn of_file(&mut self, concerns: Vec<String>) {
        self.concerns = concerns;
        self.next.clear();
        self.matrices.iter_mut().for_each(|one| one.next.clear());
    }

    /// Adds the fingerprint that was typed to the commands that are named next.
    pub fn keep_anchor(&mut self, typed: &str) {
        let own = self.matrices.iter_mut().flat_map(|one| &mut one.next);
        own.chain(&mut self.next).for_each(|step| step.keep_anchor(typed));
    }

    /// Returns what can be done next: about each matrix, then about who may sign.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        self.matrices.iter().flat_map(|one| &one.next).chain(&self.next)
    }

    /// Returns the exit code: 1 where something is wrong with the sign-offs.
    pub fn exit_code(&self) -> u8 {
        u8::from(self.errors > 0)
    }
}

/// Says that a matrix was reviewed without change, or why that does not count.
fn renewed(report: &Report, id: &str) -> Vec<String> {
    let is_own = |one: &&crate::finding::Finding| {
        *one.rule == *crate::state::RENEWED && one.matrix.as_deref() == Some(id)
    };
    report.findings.iter().filter(is_own).map(|one| one.message.to_string()).collect()
}

/// Describes matrices of which only sign-offs could be read.
fn unread(report: &Report, signoffs: &SignoffState) -> Vec<Summary> {
    let is_known = |id: &&MatrixId| report.matrices.iter().any(|one| one.id == id.as_str());
    let ids = signoffs.standing.matrices.keys().filter(|id| !is_known(id));
    ids.map(|id| Summary {
        id: id.to_string(),
        title: id.to_string(),
        file: format!("signoffs/{id}"),
        standing: "unknown".to_owned(),
        ..Summary::default()
    })
    .collect()
}

fn all_names(report: &Report) -> Names {
    let parties = report.matrices.iter().flat_map(|summary| &summary.parties);
    Names::of(parties.map(|party| (party.party.as_str(), party.name.as_str())))
}

fn names_of(summary: &Summary) -> Names {
    Names::of(summary.parties.iter().map(|party| (party.party.as_str(), party.name.as_str())))
}

fn matrix(summary: &Summary, signoffs: &SignoffState) -> MatrixStatus {
    let names = names_of(summary);
    let calendar = signoffs.calendar(&summary.id);
    let calendar = calendar.as_ref();
    let in_force = calendar.and_then(Calendar::in_force);
    let is_other = |one: &&VersionStanding| in_force.is_none_or(|force| force.version != one.version);
    let versions = calendar.into_iter().flat_map(|calendar| calendar.matrix.versions.values());
    let (past, open): (Vec<_>, Vec<_>) = versions.filter(is_other).partition(|one| is_past(&one.state));
    let describe = |one| calendar.map(|calendar| version(one, calendar, &names));
    MatrixStatus {
        id: summary.id.clone(),
        title: summary.title.clone(),
        notices: notice::about(calendar, in_force, &open, &names, signoffs),
        next: step::of_matrix(summary, in_force, &open, &names, signoffs),
        working: working(summary, signoffs),
        in_force: in_force.and_then(describe),
        why: if signoffs.standing.is_anchored {
            words::not_in_force(calendar, &names)
        } else {
            Some(words::NOT_BELIEVED.to_owned())
        },
        open: open.into_iter().filter_map(describe).collect(),
        past: past.into_iter().filter_map(describe).collect(),
    }
}

fn working(summary: &Summary, signoffs: &SignoffState) -> Option<WorkingStatus> {
    (!summary.file.starts_with("signoffs/")).then(|| WorkingStatus {
        file: summary.file.clone(),
        version: summary.version.clone(),
        standing: summary.standing.clone(),
        differs: step::differs(summary, signoffs),
        blocking: summary.blocking,
    })
}

/// Returns what can be done next about a draft, unless it waits for others.
pub fn next_of_draft(summary: &Summary, signoffs: &SignoffState) -> Option<Step> {
    (summary.standing == "draft").then(|| step::of_draft(summary, signoffs)).flatten()
}

fn is_past(state: &State) -> bool {
    matches!(state, State::Superseded(_) | State::Ended)
}

fn version(one: &VersionStanding, calendar: &Calendar<'_>, names: &Names) -> VersionStatus {
    let head = one.head.as_ref();
    VersionStatus {
        version: one.version.to_string(),
        standing: one.state.code(),
        words: words::standing(one, calendar, names),
        from: head.map(|head| head.effective_from.to_string()),
        until: head.and_then(|head| head.effective_until).map(|day| day.to_string()),
        in_force: calendar.held(one.version).filter_map(Held::of).collect(),
        sha256: one.sha256.map(|digest| digest.to_string()),
        missing: one.missing.iter().map(|(party, count)| (party.to_string(), *count)).collect(),
        waits_for: one.waits_for.iter().map(ToString::to_string).collect(),
        bound: one.bound.iter().map(ToString::to_string).collect(),
        withdraws: one.withdraws.len(),
        contests: dispute::of(one),
        mark: match one.mark {
            MarkState::Absent => "absent",
            MarkState::Holds => "holds",
            MarkState::Fails(_) => "fails",
        },
    }
}

fn accepted(signoffs: &SignoffState) -> impl Iterator<Item = &crate::trust::standing::StatementStanding> {
    let versions = signoffs.standing.matrices.values().flat_map(|matrix| matrix.versions.values());
    versions.flat_map(|one| &one.statements).filter(|one| one.verdict == Verdict::Accepted)
}

fn newest(signoffs: &SignoffState) -> Option<String> {
    let moments = accepted(signoffs).filter_map(|one| one.statement.as_ref()).map(|one| one.signed_at);
    moments.max().map(|moment| moment.to_string())
}
