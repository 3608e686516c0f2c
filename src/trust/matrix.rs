//! From the folders of a matrix to the standing of its versions.

use std::collections::{BTreeMap, BTreeSet};

use super::day::Day;
use super::folder::Offer;
use super::head::Head;
use super::last_word::{Ballot, Counted, Tally};
use super::layout::Entry;
use super::mark::Mark;
use super::name::{Digest, MatrixId, Version};
use super::reason::Reason;
use super::roster::is_sorted_set;
use super::standing::{
    Begin, MarkState, MatrixStanding, Question, Replaced, State, StatementStanding, Verdict, VersionStanding,
};
use super::statement::{Decision, MatrixRef, VersionRef};
use super::weight::{Reading, Weight};

/// The files of one version, read: what is offered, what was said about it, the mark.
pub(super) struct Read<'a> {
    pub(super) offer: Offer,
    pub(super) statements: Vec<StatementStanding>,
    pub(super) mark: Option<Entry<'a>>,
}

/// All ways to read the files. The first believes everything; a version is final for certain if it is in every one.
pub(super) struct Readings<'a> {
    pub(super) whole: Reading<'a>,
    /// The same without rosters that are complete only by a revoked key; `None` if there are none.
    pub(super) without_doubted: Option<Reading<'a>>,
}

impl<'a> Readings<'a> {
    fn all(&self) -> impl Iterator<Item = Reading<'a>> {
        [Some(self.whole), self.without_doubted].into_iter().flatten()
    }
}

/// Judges all versions of one matrix, the highest first: a version that a final one builds on is not in question.
pub(super) fn judge(
    id: &MatrixId,
    versions: BTreeMap<Version, Read<'_>>,
    readings: &Readings<'_>,
) -> MatrixStanding {
    let mut matrix = MatrixStanding::default();
    let mut built_on: BTreeSet<VersionRef> = BTreeSet::new();
    for (version, read) in versions.into_iter().rev() {
        let own = read.offer.sha256.map(|sha256| VersionRef { version, sha256 });
        let is_built_on = own.is_some_and(|own| built_on.contains(&own));
        let outcomes = Outcomes::of(&read, readings, is_built_on);
        if outcomes.is_final() {
            built_on.extend(outcomes.previous.iter().copied());
        }
        matrix.versions.insert(version, describe(id, version, read, outcomes, readings.whole));
    }
    matrix
}

/// The statements that count in a reading, each with whether it counts as an approval.
type Counts = BTreeSet<(Digest, bool)>;

/// What one version comes to in every reading.
struct Outcomes {
    /// The best tally: of a final version in the strictest reading, else in the one that believes everything.
    tally: Option<Tally>,
    /// For each reading the day on which the last party had given its last word, `None` if the version is not final.
    closed: Vec<Option<Day>>,
    /// The versions before, by every ballot that is final if nothing in question counts.
    previous: Vec<VersionRef>,
    /// What each statement weighs in the reading that believes everything.
    weights: Vec<Option<Weight>>,
}

impl Outcomes {
    fn of(read: &Read<'_>, readings: &Readings<'_>, is_built_on: bool) -> Self {
        let chain = readings.whole.chain;
        let mut known: Vec<(Counts, Vec<Tally>)> = Vec::new();
        let mut closed = Vec::new();
        let mut weights = Vec::new();
        let mut strict = 0;
        for reading in readings.all() {
            let own = weigh(read, reading, is_built_on);
            for questioned in [true, false] {
                let counted = counted(read, &own, reading, questioned);
                let digests: Counts = counted.iter().map(|one| (one.digest, one.is_approval)).collect();
                strict = known.iter().position(|(others, _)| *others == digests).unwrap_or(known.len());
                if strict == known.len() {
                    let ballots = Ballot::all(&counted, chain);
                    known.push((digests, ballots.iter().map(|one| one.tally(None)).collect()));
                }
                closed.push(known[strict].1.iter().filter_map(|one| one.closed).min());
            }
            if weights.is_empty() {
                weights = own;
            }
        }
        let finals = known[strict].1.iter().filter(|one| one.closed.is_some());
        let previous = finals.filter_map(|one| one.agreement.previous).collect();
        // What a final version rests on is told by what nothing puts in question.
        let told = if closed.iter().all(Option::is_some) { strict } else { 0 };
        let tally = nearest(known.swap_remove(told).1);
        Self { tally, closed, previous, weights }
    }

    fn is_final(&self) -> bool {
        self.closed.iter().all(Option::is_some)
    }

    fn is_final_in_some(&self) -> bool {
        self.closed.iter().any(Option::is_some)
    }

    fn begin(&self, head: Option<&Head>) -> Begin {
        let days: Vec<Option<Day>> = self.closed.iter().map(|closed| head?.begins((*closed)?)).collect();
        Begin {
            possible: days.iter().flatten().min().copied(),
            certain: days.into_iter().collect::<Option<Vec<Day>>>().and_then(|days| days.into_iter().max()),
        }
    }

    fn question(&self) -> Question {
        let by = |weight: Weight| self.weights.contains(&Some(weight));
        if self.closed[0] == self.closed[1] {
            Question::RosterDoubted
        } else if by(Weight::Revoked) {
            Question::KeyRevoked
        } else {
            Question::KeyLeft
        }
    }

    fn state(&self) -> State {
        if self.is_final() {
            State::Future
        } else if self.is_final_in_some() {
            State::InQuestion(self.question())
        } else if self.tally.as_ref().is_some_and(|tally| tally.missing.is_empty()) {
            State::Complete
        } else {
            State::Offered
        }
    }
}

fn weigh(read: &Read<'_>, reading: Reading<'_>, is_built_on: bool) -> Vec<Option<Weight>> {
    let weigh = |one| match reading.weigh(one, &read.statements) {
        Some(Weight::Revoked | Weight::Left) if is_built_on => Some(Weight::Full),
        other => other,
    };
    read.statements.iter().map(weigh).collect()
}

fn counted<'r>(
    read: &'r Read<'_>,
    weights: &[Option<Weight>],
    reading: Reading<'_>,
    questioned: bool,
) -> Vec<Counted<'r>> {
    let counts = |weight: Option<Weight>| match weight {
        Some(Weight::Full) => true,
        Some(Weight::Revoked | Weight::Left) => questioned,
        Some(Weight::Late(_)) | None => false,
    };
    let kept = read.statements.iter().zip(weights).filter(|(_, weight)| counts(**weight));
    kept.filter_map(|(one, _)| count(one, reading)).collect()
}

fn count<'r>(one: &'r StatementStanding, reading: Reading<'_>) -> Option<Counted<'r>> {
    let statement = one.accepted()?;
    let is_approval = reading.is_approval(&one.digest, statement);
    Some(Counted { digest: one.digest, statement, is_approval })
}

/// Returns the ballot that is nearest to being final.
fn nearest(tallies: Vec<Tally>) -> Option<Tally> {
    tallies.into_iter().min_by_key(|one| {
        let lacks: u32 = one.missing.values().sum();
        let roster = std::cmp::Reverse(one.agreement.roster.number);
        (one.closed.is_none(), one.closed, lacks, one.waits_for.len(), roster, one.agreement.previous)
    })
}

fn describe(
    id: &MatrixId,
    version: Version,
    read: Read<'_>,
    outcomes: Outcomes,
    whole: Reading<'_>,
) -> VersionStanding {
    let chain = whole.chain;
    let state = outcomes.state();
    let begin = outcomes.begin(read.offer.head.as_ref().ok());
    let mut statements = read.statements;
    let last_words = outcomes.tally.as_ref().map_or(&[][..], |tally| &tally.agreement.last_words);
    for (one, weight) in statements.iter_mut().zip(&outcomes.weights) {
        let (Some(weight), Some(said)) = (weight, one.accepted()) else { continue };
        let is_late = said.decision == Decision::Approve && !whole.is_approval(&one.digest, said);
        let is_idle = is_late && last_words.binary_search(&one.digest).is_err();
        one.verdict = if is_idle { Verdict::Void(Reason::Unsealed) } else { weight.verdict() };
    }
    let said = |decision: Decision| -> Vec<Digest> {
        let own =
            statements.iter().filter(|one| one.accepted().is_some_and(|said| said.decision == decision));
        own.map(|one| one.digest).collect()
    };
    let (contests, withdraws) = (said(Decision::Contest), said(Decision::Withdraw));
    let sha256 = read.offer.sha256;
    let mut standing = VersionStanding {
        id: id.clone(),
        version,
        sha256,
        head: read.offer.head.ok(),
        contests,
        withdraws,
        closed_on: outcomes.closed.iter().flatten().min().copied(),
        begin,
        missing: BTreeMap::new(),
        waits_for: BTreeSet::new(),
        bound: BTreeSet::new(),
        agreement: None,
        statements,
        state,
        mark: MarkState::Absent,
    };
    match outcomes.tally {
        Some(tally) => {
            standing.agreement = Some(tally.agreement).filter(|_| tally.missing.is_empty());
            standing.waits_for = if tally.missing.is_empty() { tally.waits_for } else { BTreeSet::new() };
            standing.missing = tally.missing;
            standing.bound = tally.bound;
        }
        None => standing.missing = chain.current().map(|roll| roll.missing([])).unwrap_or_default(),
    }
    if let Some(entry) = read.mark {
        let own = sha256.map(|sha256| MatrixRef { id: id.clone(), version, sha256 });
        let judged = judge_mark(entry.bytes, own.as_ref(), &standing, whole);
        standing.mark = judged.map_or_else(MarkState::Fails, |()| MarkState::Holds);
    }
    standing
}

fn judge_mark(
    bytes: &[u8],
    own: Option<&MatrixRef>,
    standing: &VersionStanding,
    whole: Reading<'_>,
) -> Result<(), Reason> {
    let mark = Mark::parse(bytes).map_err(Reason::Bytes)?;
    if !is_sorted_set(&mark.statements) {
        return Err(Reason::MarkUnsorted);
    }
    let day = standing.head.as_ref().map(|head| head.effective_from);
    if Some(&mark.matrix) != own || Some(mark.effective_from) != day {
        return Err(Reason::MarkDiffers);
    }
    let accepted = || standing.statements.iter().filter(|one| one.accepted().is_some());
    if !mark.statements.iter().all(|listed| accepted().any(|one| one.digest == *listed)) {
        return Err(Reason::MarkInsufficient);
    }
    // A mark that lists a word which is in question now still holds if the others suffice.
    let believed = accepted().filter(|one| one.verdict == Verdict::Accepted);
    let all: Vec<Counted<'_>> = believed.filter_map(|one| count(one, whole)).collect();
    let ballots = Ballot::all(&all, whole.chain);
    let mut under = ballots.iter().filter(|ballot| ballot.roll.reference() == mark.roster).peekable();
    if under.peek().is_none() {
        return Err(Reason::MarkDiffers);
    }
    let is_final = under.any(|ballot| ballot.tally(Some(&mark.statements)).closed.is_some());
    if is_final { Ok(()) } else { Err(Reason::MarkInsufficient) }
}

/// Ends every matrix that a version of another one replaces.
pub(super) fn replace(matrices: &mut BTreeMap<MatrixId, MatrixStanding>) {
    let mut ends = Vec::new();
    for matrix in matrices.values() {
        for one in matrix.versions.values().filter(|one| one.state.is_final() || one.may_be_final()) {
            let Some(head) = &one.head else { continue };
            for old in head.replaces.iter().filter(|old| old.id != one.id) {
                for (on, is_certain) in matrix.takes_over(one) {
                    let (by, version) = (one.id.clone(), one.version);
                    ends.push((old.id.clone(), Replaced { on, by, version, ends: old.version, is_certain }));
                }
            }
        }
    }
    for (old, end) in ends {
        if let Some(matrix) = matrices.get_mut(&old) {
            matrix.replaced.push(end);
        }
    }
    matrices
        .values_mut()
        .for_each(|matrix| matrix.replaced.sort_by(|a, b| (a.on, &a.by).cmp(&(b.on, &b.by))));
}
