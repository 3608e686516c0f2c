//! What has been done so far, and what the judgement makes of it.

use std::rc::Rc;

use crate::trust::day::Day;
use crate::trust::force::{Answer, Force};
use crate::trust::name::{Digest, Fingerprint};
use crate::trust::standing::{
    RevocationState, RevokedKey, RosterState, Standing, StatementStanding, VersionStanding,
};
use crate::trust::statement::{Decision, RosterRef};
use crate::trust::{Tree, judge_by};
use crate::world::{
    Cast, DAYS, LATER, Made, Plan, Refusal, TODAY, VERSIONS, Variation, Words, day, id, index, version,
};

/// One thing that somebody does.
#[derive(Clone, Debug)]
pub enum Act {
    Say {
        said: Rc<Made<Words>>,
        honest: bool,
    },
    /// The next days come for the honest party.
    Tick,
    /// Somebody puts a roster there, in place of one that is not complete, with the signatures that there are.
    Propose {
        list: Rc<Made<Plan>>,
        by: usize,
        honest: bool,
    },
    Enlist {
        by: usize,
        honest: bool,
    },
    Refuse {
        refusal: Rc<Made<Refusal>>,
        honest: bool,
    },
}

impl Act {
    /// Returns who acts; `None` for the days.
    pub fn by(&self) -> Option<(usize, bool)> {
        match self {
            Self::Say { said, honest } => Some((said.of.by, *honest)),
            Self::Propose { by, honest, .. } | Self::Enlist { by, honest } => Some((*by, *honest)),
            Self::Refuse { refusal, honest } => Some((refusal.of.by, *honest)),
            Self::Tick => None,
        }
    }

    pub fn is_words(&self) -> bool {
        matches!(self, Self::Say { .. })
    }
}

/// A roster after the first, with a bit for each signature.
#[derive(Clone, Debug)]
pub struct Signed {
    pub list: Rc<Made<Plan>>,
    pub by: u32,
    /// Whether an honest signer signed it.
    pub honest: bool,
}

/// The acts that led here, the last one first.
pub struct Trail(Option<Rc<Self>>, Act);

/// Everything that was done.
#[derive(Clone)]
pub struct State {
    pub first: Rc<Made<Plan>>,
    /// Every statement, and whether the honest party made it itself.
    pub said: Vec<(Rc<Made<Words>>, bool)>,
    /// The rosters after the first that are in the tree; the last one may lack signatures.
    pub chain: Vec<Signed>,
    /// Rosters that were taken out for others.
    pub aside: Vec<Signed>,
    pub refused: Vec<(Rc<Made<Refusal>>, bool)>,
    pub today: i8,
    trail: Option<Rc<Trail>>,
}

impl State {
    pub fn start(cast: &Cast) -> Self {
        let parties = cast.staff(Variation::Same);
        let first = cast.list(Plan { number: 1, previous: None, seals: Vec::new(), parties });
        let none = (Vec::new(), Vec::new(), Vec::new());
        Self {
            first,
            said: none.0,
            chain: none.1,
            aside: Vec::new(),
            refused: none.2,
            today: TODAY,
            trail: None,
        }
    }

    /// Returns the state after an act; `None` if it changes nothing.
    pub fn after(&self, act: &Act) -> Option<Self> {
        let mut next = self.clone();
        match act {
            Act::Say { said, honest } => {
                match next.said.iter_mut().find(|(one, _)| one.digest == said.digest) {
                    Some((_, own)) if *own || !honest => return None,
                    Some((_, own)) => *own = true,
                    None => next.said.push((Rc::clone(said), *honest)),
                }
            }
            Act::Tick => next.today = LATER,
            Act::Propose { list, by, honest } => {
                let known = |one: &Signed| one.list.digest == list.digest;
                if next.chain.iter().any(known) {
                    return None;
                }
                if next.chain.len() + 2 > list.of.number as usize {
                    next.aside.extend(next.chain.pop());
                }
                let found = next.aside.iter().position(known);
                let mut one = found.map_or_else(
                    || Signed { list: Rc::clone(list), by: 0, honest: false },
                    |at| next.aside.remove(at),
                );
                one.by |= 1 << by;
                one.honest |= honest;
                next.chain.push(one);
            }
            Act::Enlist { by, honest } => {
                let one = next.chain.last_mut()?;
                if one.by >> by & 1 == 1 {
                    return None;
                }
                one.by |= 1 << by;
                one.honest |= honest;
            }
            Act::Refuse { refusal, honest } => {
                if next.refused.iter().any(|(one, _)| one.digest == refusal.digest) {
                    return None;
                }
                next.refused.push((Rc::clone(refusal), *honest));
            }
        }
        next.trail = Some(Rc::new(Trail(self.trail.clone(), act.clone())));
        Some(next)
    }

    /// Returns the state without one file and its signature, as a host may show it; the honest party is not asked.
    pub fn without(&self, at: usize) -> Option<Self> {
        let mut less = self.clone();
        let (said, refused) = (self.said.len(), self.refused.len());
        if at < said {
            less.said.remove(at);
        } else if at < said + refused {
            less.refused.remove(at - said);
        } else if at == said + refused && !self.chain.is_empty() {
            less.chain.pop();
        } else {
            return None;
        }
        Some(less)
    }

    /// Returns a number that is equal for equal states, whatever the people are called.
    pub fn fingerprint(&self, cast: &Cast) -> u64 {
        let of = |at: usize| {
            let mut sum = u64::from(self.today.unsigned_abs()).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            let mut add = |mark: u64, kind: u64| {
                sum = sum.wrapping_add((mark ^ kind).wrapping_mul(0xD6E8_FEB8_6659_FD93).rotate_left(29));
            };
            self.said.iter().for_each(|(one, honest)| add(one.marks[at], 1 + u64::from(*honest)));
            self.refused.iter().for_each(|(one, honest)| add(one.marks[at], 3 + u64::from(*honest)));
            for (place, one) in
                self.chain.iter().map(|one| (5, one)).chain(self.aside.iter().map(|one| (9, one)))
            {
                let signers = (0..cast.people.len()).filter(|by| one.by >> by & 1 == 1);
                let signers = signers.fold(0, |sum, by| sum | 1 << cast.symmetric(at, by));
                add(one.list.marks[at] ^ signers, place + u64::from(one.honest));
            }
            sum
        };
        (0..cast.symmetries()).map(of).min().expect("at least one")
    }

    pub fn tree(&self, cast: &Cast) -> Tree {
        let mut tree = cast.ground.clone();
        tree.extend(self.first.files.iter().cloned());
        tree.extend((0..cast.people.len()).map(|by| cast.roster_signature(1, by)));
        self.said.iter().for_each(|(one, _)| tree.extend(one.files.iter().cloned()));
        self.refused.iter().for_each(|(one, _)| tree.extend(one.files.iter().cloned()));
        for one in &self.chain {
            tree.extend(one.list.files.iter().cloned());
            let signers = (0..cast.people.len()).filter(|by| one.by >> by & 1 == 1);
            tree.extend(signers.map(|by| cast.roster_signature(one.list.of.number, by)));
        }
        tree
    }

    pub fn judge(&self, cast: &Cast) -> View {
        let standing = judge_by(&cast.reader, &self.tree(cast), None, day(self.today)).expect("few files");
        View::of(self, cast, standing)
    }

    /// Tells the acts that led here.
    pub fn story(&self, cast: &Cast) -> String {
        let mut lines = Vec::new();
        let mut at = self.trail.as_ref();
        while let Some(trail) = at {
            lines.push(tell(cast, &trail.1));
            at = trail.0.as_ref();
        }
        lines.reverse();
        lines.join("\n      ")
    }
}

fn tell(cast: &Cast, act: &Act) -> String {
    let who = act.by().map_or(String::new(), |(by, honest)| {
        format!("{}{}", cast.people[by].id, if honest { "" } else { "*" })
    });
    match act {
        Act::Say { said, .. } => {
            let Words { decision, number, roster, previous, after, on, .. } = &said.of;
            let previous = previous.map_or("none", |at| VERSIONS[at]);
            format!(
                "{who} {decision:?} {} (roster {}, follows {previous}, lists {}, day {on})",
                VERSIONS[*number],
                roster.number,
                after.len()
            )
        }
        Act::Tick => "days pass".into(),
        Act::Propose { list, .. } => {
            let Plan { number, seals, parties, .. } = &list.of;
            format!("{who} proposes roster {number}: {parties:?}, {} seals", seals.len())
        }
        Act::Enlist { .. } => format!("{who} signs the roster"),
        Act::Refuse { refusal, .. } => {
            let Refusal { whose, roster, stands_by, .. } = &refusal.of;
            let whose = cast.people[*whose].id;
            format!("{who} revokes {whose} under roster {}, stands by {}", roster.number, stands_by.len())
        }
    }
}

/// The answers that are possible on each day, and what else the laws compare, in a few bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summary {
    /// For each day a bit for each answer: a version holds, a version ended, nothing.
    pub answers: [u16; DAYS.len()],
    /// The versions on which the honest party gave its last word.
    pub bound: u8,
    /// The versions that are final for certain, and those that may be.
    pub certain: u8,
    pub possible: u8,
    /// The people whose key is revoked, and those whose key their own party revoked.
    pub revoked: u8,
    pub disowned: u8,
}

/// The bit of the answer that nothing holds.
pub const NOTHING: u16 = 1 << 8;

/// Returns the versions that some answers name.
pub fn versions_of(answers: u16) -> u8 {
    u8::try_from((answers | answers >> 4) & 0xF).expect("four bits")
}

/// A state with its judgement.
pub struct View {
    pub standing: Standing,
    pub forces: Vec<Force>,
    pub summary: Summary,
}

fn bit(answer: Answer) -> u16 {
    match answer {
        Answer::Version(one) => 1 << index(one),
        Answer::Ended(one) => 1 << (4 + index(one)),
        Answer::Nothing => NOTHING,
    }
}

impl View {
    fn of(state: &State, cast: &Cast, standing: Standing) -> Self {
        let forces: Vec<Force> = DAYS.iter().map(|at| standing.in_force(&id(), Day(day(*at)))).collect();
        let answers = Self::answers_of(&standing);
        let all = standing.matrices.values().flat_map(|matrix| matrix.versions.values());
        let mask = |holds: &dyn Fn(&VersionStanding) -> bool| {
            all.clone().filter(|one| holds(one)).fold(0, |mask, one| mask | 1 << index(one.version))
        };
        let certain = mask(&|one| one.state.is_final());
        let possible = mask(&|one| one.closed_on.is_some());
        let revoked = (0..cast.people.len()).filter(|by| is_revoked(&standing, cast, *by));
        let revoked = revoked.fold(0, |mask, by| mask | 1 << by);
        let own = state.refused.iter().filter(|(_, honest)| *honest).map(|(one, _)| one.of.whose);
        let disowned = own.fold(0, |mask, by| mask | 1 << by) & revoked;
        let summary = Summary { answers, bound: 0, certain, possible, revoked, disowned };
        let mut view = Self { standing, forces, summary };
        view.summary.bound = crate::bound::bound(&view, state, cast);
        view
    }

    /// Returns a bit for each answer that is possible on each day.
    pub fn answers_of(standing: &Standing) -> [u16; DAYS.len()] {
        DAYS.map(|at| {
            let force = standing.in_force(&id(), Day(day(at)));
            force.readings().into_iter().map(bit).fold(0, |all, one| all | one)
        })
    }

    pub fn version(&self, number: usize) -> &VersionStanding {
        self.standing.version(&id(), version(number)).expect("it is offered")
    }

    /// Returns what is accepted about a version.
    pub fn accepted(&self, number: usize, decision: Decision) -> impl Iterator<Item = &StatementStanding> {
        let says =
            move |one: &&StatementStanding| one.accepted().is_some_and(|said| said.decision == decision);
        self.version(number).statements.iter().filter(says)
    }

    pub fn is_refused(&self, number: usize, digest: &Digest) -> bool {
        self.version(number).statements.iter().any(|one| one.digest == *digest && one.accepted().is_none())
    }

    /// Returns the current roster as statements name it.
    pub fn roster(&self) -> RosterRef {
        self.standing.roster().expect("the first one is complete").reference()
    }

    pub fn is_listed(&self, cast: &Cast, by: usize) -> bool {
        let print = cast.people[by].print;
        self.standing.roster().is_some_and(|roll| roll.keys.iter().any(|one| one.key.fingerprint() == print))
    }

    pub fn is_revoked(&self, by: usize) -> bool {
        self.summary.revoked >> by & 1 == 1
    }

    /// Says whether no revocation that counts is of this key, but for those that stand by a statement.
    pub fn stands_by(&self, key: &Fingerprint, digest: &Digest) -> bool {
        let counts =
            |one: &&RevokedKey| matches!(one.state, RevocationState::Effective | RevocationState::Settled);
        let own = self.standing.revocations.iter().filter(counts).filter(|one| one.revocation.key == *key);
        own.into_iter().all(|one| one.revocation.stands_by.contains(digest))
    }

    /// Says whether a key was revoked by the party itself, so that nobody need believe it any more.
    pub fn is_disowned(&self, by: usize) -> bool {
        self.summary.disowned >> by & 1 == 1
    }

    /// Returns the roster that lacks signatures.
    pub fn pending<'s>(&self, state: &'s State) -> Option<&'s Signed> {
        let last = state.chain.last()?;
        let one = self.standing.rosters.get(&last.list.of.number)?;
        (one.state == RosterState::Proposed).then_some(last)
    }
}

fn is_revoked(standing: &Standing, cast: &Cast, by: usize) -> bool {
    let counts =
        |one: &&RevokedKey| matches!(one.state, RevocationState::Effective | RevocationState::Settled);
    standing.revocations.iter().filter(counts).any(|one| one.revocation.key == cast.people[by].print)
}
