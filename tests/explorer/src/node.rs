//! A state that a history leads to, what may happen next, and what must hold.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::rc::Rc;

use crate::trust::force::{Answer, Force};
use crate::trust::name::Digest;
use crate::trust::standing::{RosterState, Standing, State, StatementStanding, Verdict};
use crate::trust::statement::{Decision, VersionRef};
use crate::trust::{Blob, Tree};
use crate::world::{Cast, DAYS, VERSIONS, forces, has_ended, standing_of, version};

/// What may happen beside statements.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rules {
    pub rosters: bool,
    pub revocations: bool,
    /// The person of party `a` whose key the adversary has too.
    pub stolen: Option<usize>,
}

/// How many versions histories are about; the last one is kept for the way out.
const USED: usize = 3;

/// One thing that somebody does.
#[derive(Clone, Debug)]
pub enum Act {
    Say { by: usize, decision: Decision, number: usize, roster: u32, previous: Option<VersionRef>, after: Vec<Digest>, on: i8, honest: bool },
    /// The next day comes for the honest party.
    Tick,
    Propose { seals: Vec<Digest>, without: Option<usize>, by: usize, honest: bool },
    SignRoster { by: usize, honest: bool },
    Revoke { whose: usize, by: usize, stands_by: Vec<Digest>, honest: bool },
}

impl Act {
    fn is_honest(&self) -> bool {
        match self {
            Self::Say { honest, .. } | Self::Propose { honest, .. } | Self::SignRoster { honest, .. } | Self::Revoke { honest, .. } => *honest,
            Self::Tick => true,
        }
    }
}

#[derive(Clone)]
pub struct Node {
    tree: Tree,
    standing: Rc<Standing>,
    forces: Vec<Force>,
    /// Versions on which the honest party has given its last word itself.
    bound: BTreeSet<usize>,
    /// What honest signers signed.
    own: BTreeSet<Digest>,
    /// The seals of the next roster that the honest party signed.
    signed_next: Option<BTreeSet<Digest>>,
    today: i8,
    history: Vec<String>,
}

impl Node {
    fn of(cast: &Cast, tree: Tree) -> Self {
        let standing = Rc::new(cast.judge(&tree));
        let forces = forces(&standing);
        Self { tree, standing, forces, bound: BTreeSet::new(), own: BTreeSet::new(), signed_next: None, today: 10, history: Vec::new() }
    }

    /// Where histories begin: nothing signed; one version in force; an unwanted offer beside a higher version; an accepted
    /// offer; and with rosters or revocations the states in which those matter.
    pub fn starts(cast: &Cast, rules: &Rules) -> Vec<Self> {
        let empty = Self::of(cast, cast.start());
        let first = empty.agreed(cast, 0);
        let mut unwanted = first.honest(cast, Decision::Approve, 1);
        unwanted = unwanted.honest(cast, Decision::Withdraw, 1);
        let accepted = first.honest(cast, Decision::Approve, 1).others(cast, Decision::Approve, 1);
        let mut starts = vec![empty, first.clone(), unwanted.clone(), accepted.clone(), unwanted.agreed(cast, 2)];
        if rules.rosters {
            let mut half = accepted.clone();
            let seals = half.standing.seals();
            let hostile = cast.people.len() - 1;
            half = half.after(cast, &Act::Propose { seals, without: None, by: hostile, honest: false }).expect("it is new");
            starts.push(half);
        }
        if rules.revocations {
            let closed = accepted.honest(cast, Decision::Acknowledge, 1);
            starts.push(closed);
        }
        starts
    }

    fn hostile(cast: &Cast, rules: &Rules) -> Vec<usize> {
        (0..cast.people.len()).filter(|at| cast.people[*at].party != "a" || rules.stolen == Some(*at)).collect()
    }

    fn own_people(cast: &Cast) -> Vec<usize> {
        (0..cast.people.len()).filter(|at| cast.people[*at].party == "a").collect()
    }

    /// Lets every signer of the honest party say something, one after another.
    fn honest(&self, cast: &Cast, decision: Decision, number: usize) -> Self {
        let mut node = self.clone();
        for by in Self::own_people(cast) {
            if let Some(act) = node.honest_act(cast, by, decision, number) {
                node = node.after(cast, &act).unwrap_or(node);
            }
        }
        node
    }

    fn others(&self, cast: &Cast, decision: Decision, number: usize) -> Self {
        let mut node = self.clone();
        for by in (0..cast.people.len()).filter(|at| cast.people[*at].party != "a") {
            let after = standing_of(&node.standing, number).seen();
            let act = node.say(by, decision, number, node.latest(number), after, 10, false);
            node = node.after(cast, &act).unwrap_or(node);
        }
        node
    }

    fn agreed(&self, cast: &Cast, number: usize) -> Self {
        let offered = self.honest(cast, Decision::Approve, number).others(cast, Decision::Approve, number);
        offered.others(cast, Decision::Acknowledge, number).honest(cast, Decision::Acknowledge, number)
    }

    fn roster(&self) -> u32 {
        self.standing.roster().map_or(1, |roll| roll.roster.number)
    }

    fn latest(&self, number: usize) -> Option<VersionRef> {
        self.standing.matrices.values().next()?.latest().filter(|one| one.version < version(number))
    }

    #[allow(clippy::too_many_arguments)]
    fn say(&self, by: usize, decision: Decision, number: usize, previous: Option<VersionRef>, after: Vec<Digest>, on: i8, honest: bool) -> Act {
        Act::Say { by, decision, number, roster: self.roster(), previous, after, on, honest }
    }

    fn is_revoked(&self, cast: &Cast, by: usize) -> bool {
        self.standing.revocations.iter().any(|one| one.revocation.key == cast.people[by].key.fingerprint())
    }

    fn is_listed(&self, cast: &Cast, by: usize) -> bool {
        let print = cast.people[by].key.fingerprint();
        self.standing.roster().is_some_and(|roll| roll.keys.iter().any(|one| one.key.fingerprint() == print))
    }

    /// Returns what an honest signer would sign, if the program lets him.
    fn honest_act(&self, cast: &Cast, by: usize, decision: Decision, number: usize) -> Option<Act> {
        if self.is_revoked(cast, by) || !self.is_listed(cast, by) {
            return None;
        }
        let one = standing_of(&self.standing, number);
        let own = |at: usize, decision: Decision| {
            standing_of(&self.standing, at).statements.iter().filter_map(StatementStanding::accepted).any(|said| {
                said.decision == decision && said.key == cast.people[by].key.fingerprint() && said.roster.number == self.roster()
            })
        };
        let approved_higher = (number + 1..VERSIONS.len()).any(|at| {
            let said = standing_of(&self.standing, at).statements.iter().filter_map(StatementStanding::accepted);
            said.filter(|said| said.decision == Decision::Approve).any(|said| said.party.as_str() == "a")
        });
        let is_pending = self.signed_next.is_some() && self.roster() == 1;
        let allowed = match decision {
            Decision::Approve => {
                !own(number, Decision::Approve) && !one.state.is_final() && !approved_higher && !is_pending && self.today == 10
                    && self.latest_any().is_none_or(|last| last < version(number))
            }
            Decision::Withdraw => own(number, Decision::Approve) && !own(number, Decision::Withdraw) && !is_pending,
            Decision::Acknowledge => {
                one.is_complete() && !own(number, Decision::Acknowledge)
                    && self.signed_next.as_ref().is_none_or(|seals| {
                        self.roster() > 1 || one.agreement.as_ref().is_some_and(|agreed| agreed.approvals.iter().all(|digest| seals.contains(digest)))
                    })
            }
            Decision::Contest => false,
        };
        let mut after = one.seen();
        if decision == Decision::Withdraw {
            let mine = one.statements.iter().find(|at| {
                at.accepted().is_some_and(|said| said.decision == Decision::Approve && said.key == cast.people[by].key.fingerprint())
            })?;
            after = vec![mine.digest];
        }
        let on = one.statements.iter().filter_map(|at| Some(at.accepted()?.signed_at.day().0.day() - 1)).max().unwrap_or(0).max(self.today);
        allowed.then(|| self.say(by, decision, number, self.latest(number), after, on, true))
    }

    fn latest_any(&self) -> Option<crate::trust::name::Version> {
        self.standing.matrices.values().next()?.latest().map(|one| one.version)
    }

    /// Returns everything that may happen next.
    pub fn acts(&self, cast: &Cast, rules: &Rules) -> Vec<Act> {
        let mut acts = Vec::new();
        for by in Self::own_people(cast) {
            for number in 0..USED {
                for decision in [Decision::Approve, Decision::Acknowledge, Decision::Withdraw] {
                    acts.extend(self.honest_act(cast, by, decision, number));
                }
            }
        }
        if self.today == 10 {
            acts.push(Act::Tick);
        }
        for by in Self::hostile(cast, rules) {
            for number in 0..USED {
                self.hostile_words(cast, by, number, &mut acts);
            }
        }
        if rules.rosters {
            self.roster_acts(cast, rules, &mut acts);
        }
        if rules.revocations {
            self.revocation_acts(cast, rules, &mut acts);
        }
        acts
    }

    /// Adds what the adversary may say about a version: any list of the others' approvals, dated early, now or late.
    fn hostile_words(&self, cast: &Cast, by: usize, number: usize, acts: &mut Vec<Act>) {
        let one = standing_of(&self.standing, number);
        let print = cast.people[by].key.fingerprint();
        let approvals: Vec<Digest> = one
            .statements
            .iter()
            .filter(|at| at.accepted().is_some_and(|said| said.decision == Decision::Approve && said.key != print))
            .map(|at| at.digest)
            .take(3)
            .collect();
        for mask in 0..1_u32 << approvals.len() {
            let after: Vec<Digest> = approvals.iter().enumerate().filter(|(at, _)| mask >> at & 1 == 1).map(|(_, one)| *one).collect();
            let mut after = after;
            after.sort_unstable();
            let days: &[i8] = if after.is_empty() { &[10] } else { &[10, 15] };
            for on in days {
                for roster in 1..=self.roster() {
                    let mut add = |decision, previous| {
                        acts.push(Act::Say { by, decision, number, roster, previous, after: after.clone(), on: *on, honest: false });
                    };
                    add(Decision::Approve, self.latest(number));
                    if self.latest(number).is_some() && *on == 10 {
                        add(Decision::Approve, None);
                    }
                    if !after.is_empty() {
                        add(Decision::Acknowledge, None);
                    }
                }
            }
        }
        let mine = one.statements.iter().find(|at| {
            at.accepted().is_some_and(|said| said.decision == Decision::Approve && said.key == print)
        });
        if let Some(mine) = mine {
            acts.push(self.say(by, Decision::Withdraw, number, None, vec![mine.digest], 10, false));
        }
    }

    fn roster_acts(&self, cast: &Cast, rules: &Rules, acts: &mut Vec<Act>) {
        if self.roster() > 1 {
            return;
        }
        let right = self.standing.seals();
        let Some(next) = self.standing.proposed() else {
            let hostile = cast.people.len() - 1;
            for seals in [right.clone(), right.iter().skip(1).copied().collect(), Vec::new()] {
                acts.push(Act::Propose { seals, without: None, by: hostile, honest: false });
            }
            for without in [None, Some(1).filter(|at| cast.people.len() > 2 && cast.people[*at].party == "a")] {
                if !self.is_revoked(cast, 0) {
                    acts.push(Act::Propose { seals: right.clone(), without, by: 0, honest: true });
                }
            }
            return;
        };
        let is_right = next.roll.as_ref().is_some_and(|roll| roll.roster.seals == right);
        for by in Self::own_people(cast).into_iter().filter(|by| is_right && !self.is_revoked(cast, *by)) {
            acts.push(Act::SignRoster { by, honest: true });
        }
        for by in Self::hostile(cast, rules) {
            acts.push(Act::SignRoster { by, honest: false });
        }
    }

    fn revocation_acts(&self, cast: &Cast, rules: &Rules, acts: &mut Vec<Act>) {
        if let Some(stolen) = rules.stolen.filter(|stolen| !self.is_revoked(cast, *stolen)) {
            let kept = self.own.iter().copied().collect();
            if self.is_listed(cast, 0) {
                acts.push(Act::Revoke { whose: stolen, by: 0, stands_by: kept, honest: true });
            }
        }
        for by in Self::hostile(cast, rules) {
            let all: Vec<Digest> = self.standing.seals();
            for stands_by in [Vec::new(), all] {
                acts.push(Act::Revoke { whose: by, by, stands_by, honest: false });
            }
        }
    }

    /// Returns the state after an act; `None` if it changes nothing.
    pub fn after(&self, cast: &Cast, act: &Act) -> Option<Self> {
        let mut tree = self.tree.clone();
        let before = tree.len();
        let mut own = None;
        match act {
            Act::Say { by, decision, number, roster, previous, after, on, honest } => {
                let digest = cast.say(&mut tree, *by, *decision, *number, *roster, *previous, after.clone(), *on);
                own = honest.then_some(digest);
            }
            Act::Tick => {}
            Act::Propose { seals, without, by, .. } => {
                let next = cast.roster(&tree, seals.clone(), *without);
                tree.insert(next.path(), Blob::plain(next.to_bytes()));
                cast.sign_roster(&mut tree, 2, *by);
            }
            Act::SignRoster { by, .. } => cast.sign_roster(&mut tree, 2, *by),
            Act::Revoke { whose, by, stands_by, .. } => cast.revoke(&mut tree, *whose, *by, self.roster(), stands_by.clone()),
        }
        if tree.len() == before && !matches!(act, Act::Tick) {
            return None;
        }
        let mut child = Self::of(cast, tree);
        child.bound.clone_from(&self.bound);
        child.own.clone_from(&self.own);
        child.own.extend(own);
        child.signed_next.clone_from(&self.signed_next);
        child.today = if matches!(act, Act::Tick) { 14 } else { self.today };
        child.history.clone_from(&self.history);
        child.history.push(self.told(cast, act));
        if let Act::Propose { honest: true, .. } | Act::SignRoster { honest: true, .. } = act {
            let next = child.standing.rosters.get(&2).and_then(|one| one.roll.as_ref());
            child.signed_next = next.map(|roll| roll.roster.seals.iter().copied().collect());
        }
        child.bind(cast);
        Some(child)
    }

    /// Finds the versions on which the honest party gave its last word by what its own signers signed.
    fn bind(&mut self, cast: &Cast) {
        for number in 0..VERSIONS.len() {
            let one = standing_of(&self.standing, number);
            let approvals: Vec<_> = one
                .statements
                .iter()
                .filter_map(|at| Some((at.digest, at.accepted()?)))
                .filter(|(_, said)| said.decision == Decision::Approve)
                .collect();
            let sees_all = |after: &[Digest]| {
                cast.thresholds.iter().filter(|(party, _)| *party != "a").all(|(party, threshold)| {
                    let listed = approvals.iter().filter(|(digest, said)| said.party.as_str() == *party && after.contains(digest));
                    let signers: BTreeSet<_> = listed.map(|(_, said)| said.signer.clone()).collect();
                    signers.len() >= *threshold as usize
                })
            };
            let mine = one.statements.iter().filter(|at| self.own.contains(&at.digest)).filter_map(StatementStanding::accepted);
            let words = mine.filter(|said| matches!(said.decision, Decision::Approve | Decision::Acknowledge) && sees_all(&said.after));
            let signers: BTreeSet<_> = words.map(|said| said.signer.clone()).collect();
            let threshold = cast.thresholds.iter().find(|(party, _)| *party == "a").map_or(1, |(_, number)| *number);
            if signers.len() >= threshold as usize {
                self.bound.insert(number);
            }
        }
    }

    fn told(&self, cast: &Cast, act: &Act) -> String {
        match act {
            Act::Say { by, decision, number, after, on, roster, honest, previous } => format!(
                "{}{} {decision:?} {} (roster {roster}, follows {}, lists {}, day {on})",
                cast.people[*by].id, if *honest { "" } else { "*" }, VERSIONS[*number],
                previous.map_or("none".into(), |one| one.version.to_string()), after.len()
            ),
            Act::Tick => "days pass".into(),
            Act::Propose { by, seals, without, .. } => format!("{} proposes roster 2, {} seals, without {without:?}", cast.people[*by].id, seals.len()),
            Act::SignRoster { by, .. } => format!("{} signs roster 2", cast.people[*by].id),
            Act::Revoke { whose, by, stands_by, .. } => {
                format!("{} revokes the key of {}, standing by {}", cast.people[*by].id, cast.people[*whose].id, stands_by.len())
            }
        }
    }

    /// A number that is equal for equal states.
    pub fn fingerprint(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.tree.keys().for_each(|path| path.hash(&mut hasher));
        (&self.bound, self.today, self.signed_next.is_some(), &self.own).hash(&mut hasher);
        hasher.finish()
    }

    fn number(answer: Answer) -> Option<usize> {
        let found = |one: crate::trust::name::Version| (0..VERSIONS.len()).find(|at| version(*at) == one);
        match answer {
            Answer::Version(one) | Answer::Ended(one) => found(one),
            Answer::Nothing => None,
        }
    }

    /// Returns the properties that an act broke.
    pub fn broken_by(&self, act: &Act, child: &Self) -> Vec<String> {
        let mut broken = Vec::new();
        let mut tell = |what: &str, at: usize| {
            broken.push(format!("{what} on day {}: {:?} -> {:?} after {:#?}", DAYS[at], self.forces[at], child.forces[at], child.history));
        };
        let is_revocation = matches!(act, Act::Revoke { .. });
        for at in 0..DAYS.len() {
            let (before, now) = (self.forces[at].readings(), child.forces[at].readings());
            let agreed = |answer: &Answer| {
                Self::number(*answer).is_some_and(|number| child.bound.contains(&number))
            };
            // Nothing is in force for certain without the honest party's own last word.
            if let [one @ Answer::Version(_)] = now[..] && !agreed(&one) {
                tell("in force without the honest party", at);
            }
            // What stood is still a possible answer, unless the honest party agreed to a higher one.
            if let [was] = before[..] && !act.is_honest() {
                let is_kept = now.contains(&was);
                let is_higher = now.iter().all(|one| *one >= was && agreed(one) || Self::ends_later(*one, was, at) && agreed(one));
                let is_doubt = is_revocation && now.contains(&was);
                if !is_kept && !is_higher && !is_doubt {
                    tell("taken out by others", at);
                }
                if was != Answer::Nothing && now == [Answer::Nothing] {
                    tell("nothing left", at);
                }
            }
            // Doubt does not turn into an answer that was none before.
            if let ([_, _, ..], [one]) = (&before[..], &now[..]) && !act.is_honest() && !before.contains(one) && !agreed(one) {
                tell("a new answer out of doubt", at);
            }
            // A part of the files shows nothing that the whole does not, but what was superseded, ended or revoked.
            if let [Answer::Version(was)] = before[..] && !is_revocation && !matches!(act, Act::SignRoster { .. } | Act::Propose { .. }) {
                let shown = now.iter().any(|one| match one {
                    Answer::Version(other) | Answer::Ended(other) => *other >= was,
                    Answer::Nothing => false,
                });
                if !shown {
                    tell("withheld", at);
                }
            }
        }
        if matches!(act, Act::Say { .. }) {
            let one = |node: &Self, number: usize| standing_of(&node.standing, number).state.is_final();
            if (0..USED).any(|number| one(self, number) && !one(child, number)) {
                tell("a final version was unmade by a statement", 0);
            }
        }
        // The periods that the ledger tells are the forces of the days.
        for matrix in child.standing.matrices.values() {
            let periods = crate::trust::period::periods(matrix);
            for (at, number) in DAYS.iter().enumerate() {
                let on = crate::trust::period::on(&periods, crate::trust::day::Day(crate::world::day(*number)));
                if on.force != child.forces[at] {
                    tell("periods and days differ", at);
                }
            }
        }
        broken
    }

    fn ends_later(one: Answer, was: Answer, at: usize) -> bool {
        matches!(one, Answer::Ended(_)) && Self::number(one).is_some_and(|number| has_ended(number, at)) && one > Answer::Nothing && was != one
            && Self::number(one) >= Self::number(was)
    }

    /// Says so if honest parties cannot bring a next version into force.
    pub fn stuck(&self, cast: &Cast) -> Option<String> {
        let last = VERSIONS.len() - 1;
        let mut node = self.clone();
        node.today = 10;
        if node.signed_next.is_some() && node.roster() == 1 || (0..cast.people.len()).any(|by| node.is_revoked(cast, by)) {
            return None;
        }
        let node = node.agreed(cast, last);
        let at = DAYS.len() - 1;
        (node.forces[at] != Force::Version(version(last))).then(|| format!("stuck: {:?} after {:#?}", node.forces[at], node.history))
    }
}
