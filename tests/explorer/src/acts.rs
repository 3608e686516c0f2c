//! What may happen next: what honest people do by the program's own rules, and whatever the adversary likes.

use crate::state::{Act, State, View};
use crate::trust::name::Digest;
use crate::trust::statement::{Decision, RosterRef};
use crate::world::{AHEAD, Cast, Plan, RETROACTIVE, Refusal, TODAY, USED, VERSIONS, Variation, Words, day};

/// What may happen beside approvals and acknowledgements, and whose keys the adversary has.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rules {
    pub rosters: bool,
    pub revocations: bool,
    /// The person of the honest party whose key the adversary has too.
    pub stolen: Option<usize>,
    /// How many notices and disputes there may be.
    pub notices: usize,
    /// Whether the adversary also lists other statements than approvals, and names any version before in any list.
    pub loose: bool,
}

impl Rules {
    pub fn is_hostile(&self, cast: &Cast, by: usize) -> bool {
        cast.people[by].party != 0 || self.stolen == Some(by)
    }

    fn hostile<'c>(&self, cast: &'c Cast) -> impl Iterator<Item = usize> + use<'c> {
        let rules = *self;
        (0..cast.people.len()).filter(move |by| rules.is_hostile(cast, *by))
    }
}

/// Returns everything that may happen next.
pub fn acts(state: &State, view: &View, cast: &Cast, rules: &Rules) -> Vec<Act> {
    let mut acts = Vec::new();
    for by in cast.of_party(0) {
        for number in 0..USED {
            for decision in [Decision::Approve, Decision::Acknowledge, Decision::Withdraw, Decision::Contest]
            {
                acts.extend(honest_words(state, view, cast, by, decision, number));
            }
        }
    }
    if state.today < crate::world::LATER {
        acts.push(Act::Tick);
    }
    let notice = |one: &Words| matches!(one.decision, Decision::Withdraw | Decision::Contest);
    let notices = state.said.iter().filter(|(one, _)| notice(&one.of)).count();
    acts.retain(|act| !matches!(act, Act::Say { said, .. } if notice(&said.of)) || notices < rules.notices);
    for by in rules.hostile(cast) {
        for number in 0..USED {
            hostile_words(state, view, cast, (by, number), rules.loose, &mut acts);
            if notices < rules.notices {
                hostile_notices(view, cast, by, number, &mut acts);
            }
        }
    }
    if rules.rosters {
        roster_acts(state, view, cast, rules, &mut acts);
    }
    if rules.revocations {
        revocation_acts(state, view, cast, rules, &mut acts);
    }
    acts
}

fn said_by(view: &View, cast: &Cast, by: usize, number: usize, decision: Decision) -> Vec<Digest> {
    let roster = view.roster().number;
    let own = view.accepted(number, decision).filter(|one| {
        one.accepted().is_some_and(|said| said.key == cast.people[by].print && said.roster.number == roster)
    });
    own.map(|one| one.digest).collect()
}

/// Returns the highest version that is final here and lower than this one.
pub fn latest(view: &View, number: usize) -> Option<usize> {
    (0..number).rev().find(|at| view.summary.certain >> at & 1 == 1)
}

/// Returns what an honest signer would sign, if the program lets him.
pub fn honest_words(
    state: &State,
    view: &View,
    cast: &Cast,
    by: usize,
    decision: Decision,
    number: usize,
) -> Option<Act> {
    if view.is_revoked(by) || !view.is_listed(cast, by) {
        return None;
    }
    let party = cast.people[by].party;
    let has = |at: usize, decision: Decision| !said_by(view, cast, by, at, decision).is_empty();
    let of_party = |at: usize| {
        view.accepted(at, Decision::Approve)
            .any(|one| one.accepted().is_some_and(|said| cast.people[cast.who(&said.key)].party == party))
    };
    let open = open_rosters(state, view, cast, party);
    let allowed = match decision {
        Decision::Approve => {
            !has(number, decision)
                && view.summary.certain >> number == 0
                && !(number + 1..VERSIONS.len()).any(of_party)
                && open.is_empty()
                && (RETROACTIVE[number] || state.today <= crate::world::FROM[number])
        }
        Decision::Acknowledge => {
            let agreed = view.version(number).agreement.as_ref();
            let sealed = |list: &Vec<Digest>| {
                agreed.is_some_and(|agreed| agreed.approvals.iter().all(|one| list.contains(one)))
            };
            agreed.is_some() && !has(number, decision) && open.iter().all(|list| sealed(list))
        }
        Decision::Withdraw => has(number, Decision::Approve) && !has(number, decision),
        Decision::Contest => !has(number, decision) && of_party(number),
    };
    if !allowed {
        return None;
    }
    let mut on = state.today;
    let mut after = Vec::new();
    for one in &view.version(number).statements {
        let Some(said) = one.accepted() else { continue };
        let at = said.signed_at.day().0;
        if at <= day(state.today + 1) {
            on = on.max(i8::try_from((at - day(0)).get_days()).expect("this month"));
            after.push(one.digest);
        }
    }
    if decision == Decision::Withdraw {
        after = said_by(view, cast, by, number, Decision::Approve);
    }
    after.sort_unstable();
    let previous = latest(view, number);
    let said = cast.say(Words { by, decision, number, roster: view.roster(), previous, after, on });
    Some(Act::Say { said, honest: true })
}

/// Returns the seals of every roster that honest people of a party signed and that may still be completed.
fn open_rosters<'s>(state: &'s State, view: &View, cast: &Cast, party: usize) -> Vec<&'s Vec<Digest>> {
    let is_open = |one: &&crate::state::Signed| one.list.of.number > view.roster().number;
    let signed = |one: &&crate::state::Signed| {
        if party == 0 { one.honest } else { cast.of_party(party).any(|by| one.by >> by & 1 == 1) }
    };
    let all = state.chain.iter().chain(&state.aside);
    all.filter(is_open).filter(signed).map(|one| &one.list.of.seals).collect()
}

/// Adds what the adversary may say: any list of the others' approvals, any version before, dated now or ahead.
fn hostile_words(
    state: &State,
    view: &View,
    cast: &Cast,
    (by, number): (usize, usize),
    loose: bool,
    acts: &mut Vec<Act>,
) {
    let lists = lists(view, cast, by, number, loose);
    let mut rosters = vec![view.roster()];
    if view.roster().number > 1 {
        rosters.push(RosterRef { number: 1, sha256: state.first.digest });
    }
    let usual = latest(view, number);
    let most = lists.len() - 1;
    for (roster, (at, after)) in
        rosters.iter().flat_map(|one| lists.iter().enumerate().map(move |list| (*one, list)))
    {
        let mut add = |decision, previous, on| {
            let after = after.clone();
            let said = cast.say(Words { by, decision, number, roster, previous, after, on });
            acts.push(Act::Say { said, honest: false });
        };
        if loose || !after.is_empty() {
            add(Decision::Acknowledge, None, TODAY);
        }
        if at == most && !after.is_empty() {
            add(Decision::Acknowledge, None, AHEAD);
        }
        let others = (0..number).map(Some).chain([None]);
        others
            .filter(|one| loose || *one == usual || at == most)
            .for_each(|previous| add(Decision::Approve, previous, TODAY));
        if RETROACTIVE[number] && at == most {
            add(Decision::Approve, usual, AHEAD);
        }
    }
}

/// Returns what the adversary may list: every choice of the approvals of others, and everything there is.
fn lists(view: &View, cast: &Cast, by: usize, number: usize, loose: bool) -> Vec<Vec<Digest>> {
    let print = cast.people[by].print;
    let others = view.accepted(number, Decision::Approve);
    let others = others.filter(|one| one.accepted().is_some_and(|said| said.key != print));
    let approvals: Vec<Digest> = others.map(|one| one.digest).take(3).collect();
    let choose = |mask: u32| {
        let chosen = approvals.iter().enumerate().filter(|(at, _)| mask >> at & 1 == 1);
        let mut chosen: Vec<Digest> = chosen.map(|(_, one)| *one).collect();
        chosen.sort_unstable();
        chosen
    };
    let mut lists: Vec<Vec<Digest>> = (0..1_u32 << approvals.len()).map(choose).collect();
    let all = view.version(number).seen();
    if loose && !lists.contains(&all) {
        lists.push(all);
    }
    lists
}

fn hostile_notices(view: &View, cast: &Cast, by: usize, number: usize, acts: &mut Vec<Act>) {
    let roster = view.roster();
    let on = AHEAD;
    let mut add = |decision, after: Vec<Digest>| {
        let said = cast.say(Words { by, decision, number, roster, previous: None, after, on });
        acts.push(Act::Say { said, honest: false });
    };
    for own in said_by(view, cast, by, number, Decision::Approve) {
        add(Decision::Withdraw, vec![own]);
        let all = view.version(number).seen();
        if all.len() > 1 {
            add(Decision::Withdraw, [vec![own], all].concat());
        }
    }
    add(Decision::Contest, Vec::new());
}

/// Returns the plan of the roster after the current one.
pub fn plan(view: &View, seals: Vec<Digest>, parties: Vec<(u32, Vec<usize>)>) -> Plan {
    let now = view.roster();
    Plan { number: now.number + 1, previous: Some(now.sha256), seals, parties }
}

fn roster_acts(state: &State, view: &View, cast: &Cast, rules: &Rules, acts: &mut Vec<Act>) {
    if view.roster().number > 1 {
        return;
    }
    let right = view.standing.seals();
    let pending = view.pending(state);
    if let Some(one) = pending {
        let reads = one.list.of.seals == right && is_fair(view, cast, &one.list.of);
        let honest = cast.of_party(0).filter(|by| reads && !view.is_revoked(*by));
        acts.extend(honest.map(|by| Act::Enlist { by, honest: true }));
        acts.extend(rules.hostile(cast).map(|by| Act::Enlist { by, honest: false }));
    }
    let replaces = pending.is_none_or(|one| one.list.of.seals != right);
    let dropped = cast.of_party(0).filter(|by| view.is_revoked(*by)).map(Variation::Without);
    for variation in dropped.chain([Variation::Same]).filter(|_| replaces).take(1) {
        let list = cast.list(plan(view, right.clone(), cast.staff(variation)));
        let by = cast.of_party(0).find(|by| !view.is_revoked(*by));
        acts.extend(by.map(|by| Act::Propose { list, by, honest: true }));
    }
    if pending.is_some() {
        // What an honest party took out can be put back.
        let by = rules.hostile(cast).next();
        for one in &state.aside {
            acts.extend(by.map(|by| Act::Propose { list: one.list.clone(), by, honest: false }));
        }
        return;
    }
    for by in rules.hostile(cast).take(2) {
        let short: Vec<Digest> = right.iter().skip(1).copied().collect();
        for seals in [right.clone(), short, Vec::new()] {
            let list = cast.list(plan(view, seals, cast.staff(Variation::Same)));
            acts.push(Act::Propose { list, by, honest: false });
        }
        let party = cast.people[by].party;
        let more = u32::try_from(cast.of_party(party).count()).expect("few");
        let mut variations =
            vec![Variation::Threshold(party, if cast.parties[party].1 > 1 { 1 } else { more })];
        variations.extend(cast.of_party(0).filter(|_| cast.of_party(0).count() > 1).map(Variation::Without));
        for variation in variations {
            let list = cast.list(plan(view, right.clone(), cast.staff(variation)));
            acts.push(Act::Propose { list, by, honest: false });
        }
    }
}

/// Says whether the honest party may sign a roster: it keeps all its people whose keys are good.
fn is_fair(view: &View, cast: &Cast, plan: &Plan) -> bool {
    let kept = |by: usize| view.is_revoked(by) || plan.parties[0].1.contains(&by);
    cast.of_party(0).all(kept)
}

fn revocation_acts(state: &State, view: &View, cast: &Cast, rules: &Rules, acts: &mut Vec<Act>) {
    let now = view.roster();
    let first = RosterRef { number: 1, sha256: state.first.digest };
    if let Some(stolen) = rules.stolen.filter(|stolen| !view.is_disowned(*stolen)) {
        let own = state.said.iter().filter(|(one, honest)| *honest && one.of.by == stolen);
        let mut stands_by: Vec<Digest> = own.map(|(one, _)| one.digest).collect();
        stands_by.sort_unstable();
        let by = cast.of_party(0).find(|by| *by != stolen && !view.is_revoked(*by));
        // Who did not sign the roster in force revokes under the one before.
        let signed = state.chain.iter().any(|one| one.list.of.number == now.number && one.honest);
        let roster = if signed { now } else { first };
        if let Some(by) = by {
            let refusal = Refusal { whose: stolen, by, roster, stands_by: stands_by.clone() };
            acts.push(Act::Refuse { refusal: cast.refuse(refusal), honest: true });
        }
    }
    for by in rules.hostile(cast) {
        let whose = cast.of_party(cast.people[by].party);
        for whose in whose {
            for stands_by in [Vec::new(), view.standing.seals()] {
                let refusal = Refusal { whose, by, roster: now, stands_by };
                acts.push(Act::Refuse { refusal: cast.refuse(refusal), honest: false });
            }
        }
    }
}
