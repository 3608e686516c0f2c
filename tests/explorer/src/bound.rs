//! To what the honest party bound itself, told apart from what a thief of its key signed. No rule of the program is asked.

use std::collections::{BTreeMap, BTreeSet};

use crate::state::{State, View};
use crate::trust::name::Digest;
use crate::trust::statement::{Decision, Statement};
use crate::world::{Cast, VERSIONS, index};

/// Returns the versions on which the honest party gave its last word, a bit for each.
pub fn bound(view: &View, state: &State, cast: &Cast) -> u8 {
    let own = own(view, state, cast);
    let direct = (0..VERSIONS.len()).filter(|number| {
        words_of(view, cast, *number, (&|_| true, &own), i8::MAX).iter().any(|mask| mask & 1 == 1)
    });
    let mut bound = direct.fold(0_u8, |mask, number| mask | 1 << number);
    // Who signs a version that follows another one stands by that one too.
    loop {
        let before = bound;
        for number in (0..VERSIONS.len()).filter(|number| before >> number & 1 == 1) {
            for said in said(view, number, Decision::Approve).filter(|(digest, _)| own.contains(digest)) {
                said.1.previous.iter().for_each(|previous| bound |= 1 << index(previous.version));
            }
        }
        if bound == before {
            return bound;
        }
    }
}

/// Returns the statements of the honest party: what its people signed, what they listed of one another, and what a roster
/// that they signed seals. Until a stolen key is revoked, nobody can tell its statements from theirs.
fn own(view: &View, state: &State, cast: &Cast) -> BTreeSet<Digest> {
    let theirs: Vec<_> = state.said.iter().filter(|(one, _)| cast.people[one.of.by].party == 0).collect();
    let mut own: BTreeSet<Digest> = BTreeSet::new();
    for (one, honest) in &theirs {
        if *honest || !view.is_disowned(one.of.by) {
            own.insert(one.digest);
            if matches!(one.of.decision, Decision::Approve | Decision::Acknowledge) {
                own.extend(one.of.after.iter().copied());
            }
        }
    }
    let signed = state.chain.iter().filter(|one| {
        let by_others = cast.of_party(0).any(|by| one.by >> by & 1 == 1 && !view.is_disowned(by));
        one.honest || by_others
    });
    own.extend(signed.flat_map(|one| one.list.of.seals.iter().copied()));
    own.extend(
        state.refused.iter().filter(|(_, honest)| *honest).flat_map(|(one, _)| one.of.stands_by.clone()),
    );
    own
}

fn said(view: &View, number: usize, decision: Decision) -> impl Iterator<Item = (Digest, &Statement)> {
    view.accepted(number, decision).filter_map(|one| Some((one.digest, one.accepted()?)))
}

/// Which approvals and which last words are looked at.
type Chosen<'a> = (&'a dyn Fn(&Digest) -> bool, &'a BTreeSet<Digest>);

/// Returns, for each group of approvals that belong together, a bit for each party that gave its last word on them by some
/// statements up to a day: as many signers as its threshold each list approvals of the group that reach the threshold of
/// every other party.
fn words_of(view: &View, cast: &Cast, number: usize, (is_approval, own): Chosen<'_>, until: i8) -> Vec<u8> {
    type Ballots<'a> = BTreeMap<(u32, Option<usize>), Vec<(Digest, &'a Statement)>>;
    let mut ballots: Ballots<'_> = BTreeMap::new();
    for one in said(view, number, Decision::Approve) {
        let previous = one.1.previous.map(|previous| index(previous.version));
        ballots.entry((one.1.roster.number, previous)).or_default().push(one);
    }
    let last = crate::world::day(until.min(28));
    let counts = |(digest, one): &(Digest, &Statement)| own.contains(digest) && one.signed_at.day().0 <= last;
    let acknowledged: Vec<_> = said(view, number, Decision::Acknowledge).filter(counts).collect();
    let threshold = |roster: u32, at: usize| {
        let roll = view.standing.rosters.get(&roster).and_then(|one| one.roll.as_ref());
        let id = cast.parties[at].0.parse().expect("an id");
        roll.and_then(|roll| roll.threshold(&id)).unwrap_or(1) as usize
    };
    let party = |said: &Statement| {
        let named = |(name, _): &(&str, u32)| *name == said.party.as_str();
        cast.parties.iter().position(named).expect("one of ours")
    };
    let given = |roster: u32, approvals: &[(Digest, &Statement)]| {
        let sees_all = |word: &Statement| {
            (0..cast.parties.len()).filter(|at| *at != party(word)).all(|at| {
                let listed = approvals
                    .iter()
                    .filter(|(digest, one)| party(one) == at && word.after.binary_search(digest).is_ok())
                    .filter(|(digest, _)| is_approval(digest));
                let signers: BTreeSet<_> = listed.map(|(_, one)| &one.signer).collect();
                signers.len() >= threshold(roster, at)
            })
        };
        let mut signers: BTreeMap<(usize, u32), BTreeSet<_>> = BTreeMap::new();
        let words = approvals.iter().filter(|one| counts(one)).chain(&acknowledged);
        for (_, one) in words.filter(|(_, one)| sees_all(one)) {
            signers.entry((party(one), one.roster.number)).or_default().insert(&one.signer);
        }
        let filled =
            signers.iter().filter(|((at, number), signers)| signers.len() >= threshold(*number, *at));
        filled.fold(0_u8, |mask, ((at, _), _)| mask | 1 << at)
    };
    ballots.iter().map(|((roster, _), approvals)| given(*roster, approvals)).collect()
}

/// Says whether all parties gave their last word on the same approvals of a version.
pub fn is_closed(view: &View, cast: &Cast, number: usize, own: &BTreeSet<Digest>, until: i8) -> bool {
    let all = (1_u8 << cast.parties.len()) - 1;
    words_of(view, cast, number, (&|_| true, own), until).contains(&all)
}

/// What of a version nothing puts in question: approvals under the list in force or sealed by it, and last words by keys
/// that every list since has and that are not revoked.
#[derive(Default)]
pub struct Sound {
    approvals: BTreeSet<Digest>,
    words: BTreeSet<Digest>,
}

impl Sound {
    pub fn of(view: &View, cast: &Cast, number: usize) -> Self {
        let mut sound = Self::default();
        let now = view.roster().number;
        let roll = |number: u32| view.standing.rosters.get(&number).and_then(|one| one.roll.as_ref());
        for (digest, one) in
            said(view, number, Decision::Approve).chain(said(view, number, Decision::Acknowledge))
        {
            let next = roll(one.roster.number + 1).filter(|_| one.roster.number < now);
            let is_sealed = next.is_some_and(|roll| roll.roster.seals.contains(&digest));
            let lists = |number: u32| {
                roll(number).is_some_and(|roll| roll.key(&one.party, &one.signer, &one.key).is_some())
            };
            let is_good = is_sealed || view.stands_by(&one.key, &digest);
            if is_good && (is_sealed || one.roster.number == now) {
                sound.approvals.insert(digest);
            }
            if is_good && (is_sealed || (one.roster.number..=now).all(lists)) {
                sound.words.insert(digest);
            }
        }
        // Most versions are far from closed, which is seen at once.
        if sound.approvals.len() < cast.parties.len() { Self::default() } else { sound }
    }

    /// Says whether all parties closed the version up to a day by these.
    pub fn is_closed(&self, view: &View, cast: &Cast, number: usize, until: i8) -> bool {
        if self.words.is_empty() {
            return false;
        }
        let all = (1_u8 << cast.parties.len()) - 1;
        let chosen: Chosen<'_> = (&|digest| self.approvals.contains(digest), &self.words);
        words_of(view, cast, number, chosen, until).contains(&all)
    }
}
