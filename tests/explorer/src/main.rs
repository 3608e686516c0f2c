//! Tries every history of sign-offs up to a bound against the judgement.
//!
//! The first party is honest and follows the program's own rules; all other keys, and those stolen from it, are the
//! adversary's, who chooses what he signs, what he lists, how he dates it, in which order, which rosters and revocations
//! there are, and which files are shown. After every act of anybody each law is checked on every day that matters.
//! `explorer gate` runs the bound of the gate, `explorer long` ten minutes of deeper bounds and random plays, and
//! `explorer compare` holds 10,000 random trees against the judge that was written from `docs/consent.md` alone.
//! `mutants.py` breaks the rule line by line and says what is found: `explorer mutant-2` stops at the first law that breaks
//! in the bound of the gate two acts shorter, `mutant-1` in that one act shorter, `mutant-0` in the whole.

#![allow(dead_code, unreachable_pub, unused_imports)]

mod acts;
mod bound;
mod compare;
mod laws;
mod state;
#[path = "../../../src/trust/mod.rs"]
mod trust;
mod way_out;
mod wild;
mod world;

use std::collections::HashMap;
use std::time::{Duration, Instant};

use acts::{Rules, acts};
use state::{Act, State, Summary, View};
use trust::statement::Decision;
use world::{Cast, Person};

/// The mutant that a program of `mutants.py` is to be; none in any other.
fn mutant() -> u32 {
    static NUMBER: std::sync::OnceLock<u32> = std::sync::OnceLock::new();
    *NUMBER
        .get_or_init(|| std::env::var("MUTANT").ok().and_then(|text| text.parse().ok()).unwrap_or(u32::MAX))
}

/// Whether the law on what is kept looks at lists and revocations too: `WIDE=1`. Not yet tried in the whole bound.
fn is_wide() -> bool {
    static WIDE: std::sync::OnceLock<bool> = std::sync::OnceLock::new();
    *WIDE.get_or_init(|| std::env::var_os("WIDE").is_some())
}

/// One configuration: who there is, what may happen, and how many acts are tried from nothing and from each other start.
struct Config {
    name: &'static str,
    cast: fn() -> Cast,
    rules: Rules,
    depth: usize,
    further: usize,
}

fn two(own: usize, others: usize, threshold: u32) -> Cast {
    let mut people = vec![Person::new(0, "ann", 1)];
    people.extend(
        (1..own).map(|at| Person::new(0, ["amy", "art"][at - 1], 2 + u8::try_from(at).expect("few"))),
    );
    let from = people.len();
    people.push(Person::new(1, "bob", 11));
    people.extend((1..others).map(|_| Person::new(1, "bea", 12)));
    let swapped: Vec<usize> = match others {
        2 => (0..from).chain([from + 1, from]).collect(),
        _ => Vec::new(),
    };
    let swaps: &[&[usize]] = if others == 2 { &[&swapped] } else { &[] };
    let (own, others) = (u32::try_from(own).expect("few"), u32::try_from(others).expect("few"));
    Cast::new(people, vec![("a", threshold.min(own)), ("b", threshold.min(others))], swaps)
}

fn three() -> Cast {
    let people = vec![Person::new(0, "ann", 1), Person::new(1, "bob", 11), Person::new(2, "cy", 21)];
    Cast::new(people, vec![("a", 1), ("b", 1), ("c", 1)], &[&[0, 2, 1]])
}

fn configs() -> Vec<Config> {
    let notices = Rules { notices: 2, ..Rules::default() };
    let quiet = Rules::default();
    let rosters = Rules { rosters: true, ..quiet };
    let own = Rules { revocations: true, ..quiet };
    let stolen = Rules { stolen: Some(1), ..own };
    let all = Rules { rosters: true, ..stolen };
    let config = |name, cast, rules, depth, further| Config { name, cast, rules, depth, further };
    vec![
        config("two parties, one signer each", || two(1, 1, 1), quiet, 6, 4),
        config("notices and disputes", || two(1, 1, 1), notices, 4, 3),
        config("one signer against two, one suffices", || two(1, 2, 1), quiet, 4, 3),
        config("two signers each, one suffices", || two(2, 2, 1), quiet, 4, 2),
        config("two signers each, both needed", || two(2, 2, 2), quiet, 4, 2),
        config("three parties, two of them hostile", three, quiet, 4, 3),
        config("rosters", || two(1, 1, 1), rosters, 4, 3),
        config("rosters and thresholds", || two(1, 2, 1), rosters, 3, 2),
        config("the adversary revokes his own keys", || two(1, 2, 1), own, 3, 2),
        config("a stolen key of the honest party", || two(2, 1, 1), stolen, 3, 3),
        config("a stolen key, two of three needed", || two(3, 1, 2), stolen, 3, 2),
        config("a stolen key and rosters", || two(2, 1, 1), all, 3, 2),
    ]
}

/// What a run did.
#[derive(Default)]
struct Tried {
    states: usize,
    acts: usize,
    judged: usize,
    depth: usize,
    broken: Vec<String>,
}

impl Tried {
    fn tell(&mut self, what: Option<String>, state: &State, cast: &Cast) {
        if let Some(what) = what {
            self.broken.push(format!("{what}\n      {}", state.story(cast)));
        }
    }
}

/// Lets everybody do the same, one after another: the honest party first, then the others, with everything in sight.
fn all(state: State, cast: &Cast, decision: Decision, number: usize) -> State {
    let mut node = state;
    for by in 0..cast.people.len() {
        let view = node.judge(cast);
        if let Some(act) = acts::honest_words(&node, &view, cast, by, decision, number) {
            node = node.after(&act).unwrap_or(node);
        }
    }
    node
}

fn agreed(state: State, cast: &Cast, number: usize) -> State {
    all(all(state, cast, Decision::Approve, number), cast, Decision::Acknowledge, number)
}

/// Where histories begin beside nothing: a version in force; an offer that its author gave notice of, with and without a
/// higher version in force; an accepted offer; a half-signed roster; a revocation.
fn starts(cast: &Cast, rules: &Rules) -> Vec<State> {
    let first = agreed(State::start(cast), cast, 0);
    let offered = one(first.clone(), cast, Decision::Approve, 1);
    let unwanted = one(offered, cast, Decision::Withdraw, 1);
    let accepted = all(first.clone(), cast, Decision::Approve, 1);
    let mut starts = vec![first, unwanted.clone(), accepted.clone(), agreed(unwanted, cast, 2)];
    if rules.rosters {
        let view = accepted.judge(cast);
        let list = cast.list(acts::plan(&view, view.standing.seals(), cast.staff(world::Variation::Same)));
        let by = cast.people.len() - 1;
        starts.extend(accepted.after(&Act::Propose { list, by, honest: false }));
    }
    if rules.revocations {
        let view = accepted.judge(cast);
        let revocations = acts(&accepted, &view, cast, rules);
        let revocation = revocations.iter().find(|act| matches!(act, Act::Refuse { .. }));
        starts.extend(revocation.and_then(|act| accepted.after(act)));
    }
    starts
}

fn one(state: State, cast: &Cast, decision: Decision, number: usize) -> State {
    let view = state.judge(cast);
    let act = acts::honest_words(&state, &view, cast, 0, decision, number);
    act.and_then(|act| state.after(&act)).unwrap_or(state)
}

/// Says whether an act may rest on a stolen key that its party did not revoke yet: one with that key, or a roster.
fn is_forging(act: &Act, cast: &Cast, rules: &Rules, before: &Summary) -> bool {
    let is_loose = rules.stolen.is_some_and(|stolen| before.disowned >> stolen & 1 == 0);
    let by_it = act.by().is_some_and(|(by, honest)| !honest && cast.people[by].party == 0);
    is_loose && (by_it || matches!(act, Act::Propose { .. } | Act::Enlist { .. }))
}

fn is_honest(act: &Act) -> bool {
    act.by().is_none_or(|(_, honest)| honest)
}

/// Goes through all histories of a configuration, breadth first, so that what is found is shortest.
struct Explorer<'a> {
    cast: &'a Cast,
    rules: &'a Rules,
    /// What each state came to, and how many acts were tried from it.
    seen: HashMap<u64, (Summary, usize)>,
    tried: Tried,
    bound: &'a Bound,
}

impl Explorer<'_> {
    fn is_over(&self) -> bool {
        self.tried.broken.len() > self.bound.most_broken || Instant::now() > self.bound.until
    }

    /// Judges a state that is new, and checks what must hold of it; says whether to go on from there.
    fn visit(&mut self, state: &State, print: u64, act: Option<&Act>, left: usize) -> (Summary, bool) {
        let view = state.judge(self.cast);
        self.tried.judged += 1;
        self.seen.insert(print, (view.summary, left));
        let wrong = laws::of_state(&view, state, self.cast);
        self.tried.tell(wrong, state, self.cast);
        if print % self.bound.sample == 0 {
            self.look_closer(state, &view);
        }
        let is_junk = |act: &Act| match act {
            Act::Say { said, .. } => view.is_refused(said.of.number, &said.digest),
            _ => false,
        };
        (view.summary, !act.is_some_and(is_junk))
    }

    fn look_closer(&mut self, state: &State, view: &View) {
        let wrong = way_out::stuck(state, self.cast, &mut self.tried.judged);
        self.tried.broken.extend(wrong);
        self.tried.judged += 1;
        let wrong = laws::mark(view, state, self.cast);
        self.tried.tell(wrong, state, self.cast);
        let mut at = 0;
        while let Some(part) = state.without(at) {
            let shown = part.judge(self.cast);
            self.tried.judged += 1;
            let is_statement = at < state.said.len();
            let wrong = laws::withheld(&view.summary, &shown, state, self.cast, is_statement);
            let wrong = wrong.or_else(|| laws::of_state(&shown, &part, self.cast));
            self.tried.tell(wrong, state, self.cast);
            at += 1;
        }
    }

    /// Tries every act from a state.
    fn step(&mut self, state: &State, left: usize, next: &mut Vec<State>) {
        let view = state.judge(self.cast);
        for act in acts(state, &view, self.cast, self.rules) {
            let Some(child) = state.after(&act) else { continue };
            self.tried.acts += 1;
            let print = child.fingerprint(self.cast);
            let (summary, goes_on) = match self.seen.get_mut(&print) {
                Some((summary, tried)) => {
                    let goes_on = *tried < left;
                    *tried = left.max(*tried);
                    (*summary, goes_on)
                }
                None => self.visit(&child, print, Some(&act), left),
            };
            let forging = is_forging(&act, self.cast, self.rules, &view.summary);
            let wrong = laws::of_act(&view.summary, &summary, &act, is_honest(&act), forging);
            self.tried.tell(wrong, &child, self.cast);
            if self.is_over() {
                return;
            }
            if goes_on && left > 0 {
                next.push(child);
            }
        }
    }

    fn explore(&mut self, starts: Vec<State>, depth: usize) {
        let mut layer = Vec::new();
        for start in starts {
            let print = start.fingerprint(self.cast);
            match self.seen.get_mut(&print) {
                Some((_, tried)) => *tried = depth.max(*tried),
                None => drop(self.visit(&start, print, None, depth)),
            }
            layer.push(start);
        }
        for at in 1..=depth {
            let mut next = Vec::new();
            for state in &layer {
                self.step(state, depth - at, &mut next);
                if self.is_over() {
                    return;
                }
            }
            self.tried.depth = self.tried.depth.max(at);
            layer = next;
        }
    }
}

/// Plays at random, far deeper than the bound.
fn play(config: &Config, seeds: std::ops::Range<u64>, steps: usize, until: Instant) -> Tried {
    let mut tried = Tried::default();
    let rules = Rules { notices: 3, loose: true, ..config.rules };
    for seed in seeds {
        let cast = (config.cast)();
        let mut dice = seed.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        let mut roll = |below: usize| {
            dice ^= dice << 13;
            dice ^= dice >> 7;
            dice ^= dice << 17;
            usize::try_from(dice >> 33).expect("31 bits") % below
        };
        let mut starts = starts(&cast, &rules);
        starts.push(State::start(&cast));
        let mut node = starts.swap_remove(roll(starts.len()));
        let mut view = node.judge(&cast);
        for _ in 0..steps {
            if !tried.broken.is_empty() {
                return tried;
            }
            let acts = acts(&node, &view, &cast, &rules);
            let honest = roll(3) == 0;
            let some: Vec<&Act> = acts.iter().filter(|act| is_honest(act) == honest).collect();
            let Some(act) = (!some.is_empty()).then(|| some[roll(some.len())]) else { continue };
            let Some(child) = node.after(act) else { continue };
            let shown = child.judge(&cast);
            tried.judged += 1;
            tried.acts += 1;
            let forging = is_forging(act, &cast, &rules, &view.summary);
            let wrong = laws::of_act(&view.summary, &shown.summary, act, is_honest(act), forging);
            tried.tell(wrong.or_else(|| laws::of_state(&shown, &child, &cast)), &child, &cast);
            (node, view) = (child, shown);
        }
        tried.broken.extend(way_out::stuck(&node, &cast, &mut tried.judged));
        tried.depth = steps;
        if !tried.broken.is_empty() || Instant::now() > until {
            break;
        }
    }
    tried
}

/// How far a run goes.
#[derive(Clone, Copy)]
struct Bound {
    /// How many acts are tried beyond the depth of each configuration.
    more: usize,
    less: usize,
    /// One of so many states is tried for marks, withheld files and ways out.
    sample: u64,
    /// How many games are played at random, and how many steps each.
    plays: u64,
    steps: usize,
    /// A run ends when more laws than this are broken.
    most_broken: usize,
    until: Instant,
}

impl Bound {
    fn gate(begin: Instant) -> Self {
        // What is tried never depends on how busy the machine is.
        let until = begin + Duration::from_secs(7_200);
        Self { more: 0, less: 0, sample: 64, plays: 40, steps: 30, most_broken: 2, until }
    }

    fn long(begin: Instant) -> Self {
        let until = begin + Duration::from_secs(600);
        Self { more: 1, sample: 16, plays: 2_000, steps: 60, until, ..Self::gate(begin) }
    }

    fn depth(&self, of: usize) -> usize {
        (of + self.more).saturating_sub(self.less).max(1)
    }
}

/// Runs one configuration and tells what it did.
fn run(config: &Config, bound: &Bound) -> (usize, usize) {
    let from = Instant::now();
    let cast = (config.cast)();
    let (cast, rules, tried) = (&cast, &config.rules, Tried::default());
    let mut explorer = Explorer { cast, rules, seen: HashMap::new(), tried, bound };
    let further = bound.depth(config.further);
    explorer.explore(vec![State::start(cast)], bound.depth(config.depth));
    explorer.explore(starts(cast, rules), further);
    let mut tried = explorer.tried;
    tried.states = explorer.seen.len();
    let played = play(config, 0..bound.plays, bound.steps, bound.until);
    let over = if Instant::now() > bound.until { ", cut short" } else { "" };
    let (states, acts, judged) = (tried.states, tried.acts, tried.judged + played.judged);
    let seconds = from.elapsed().as_secs_f64();
    let mut text = format!(
        "{}: {states} states, {acts} acts, depth {} and {further}{over}, {judged} judgements, {seconds:.1} s\n",
        config.name, tried.depth,
    );
    tried.broken.iter().chain(&played.broken).for_each(|one| text.push_str(&format!("  BROKEN {one}\n")));
    print!("{text}");
    if bound.most_broken == 0 && text.contains("BROKEN") {
        std::process::exit(1);
    }
    (judged, tried.broken.len() + played.broken.len())
}

/// Runs all configurations on two threads; returns how many judgements there were, and how many laws were broken.
fn run_all(configs: &[Config], bound: &Bound) -> (usize, usize) {
    let next = std::sync::atomic::AtomicUsize::new(0);
    let work = || {
        let mut sum = (0, 0);
        while let Some(config) = configs.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed)) {
            let (judged, broken) = run(config, bound);
            sum = (sum.0 + judged, sum.1 + broken);
        }
        sum
    };
    let (one, other) = std::thread::scope(|scope| {
        let other = scope.spawn(work);
        (work(), other.join().expect("no panic"))
    });
    (one.0 + other.0, one.1 + other.1)
}

fn main() {
    let word = std::env::args().nth(1).unwrap_or_else(|| "gate".into());
    if word == "compare" {
        let count = std::env::args().nth(3).and_then(|text| text.parse().ok()).unwrap_or(10_000);
        let from = std::env::args().nth(2).and_then(|text| text.parse().ok()).unwrap_or(0);
        std::process::exit(i32::from(compare::compare(count, from) > 0));
    }
    let begin = Instant::now();
    let gate = Bound::gate(begin);
    let bounds = match word.as_str() {
        "long" => vec![Bound::long(begin)],
        "mutant-2" => vec![Bound { less: 2, most_broken: 0, ..gate }],
        "mutant-1" => vec![Bound { less: 1, most_broken: 0, ..gate }],
        "mutant-0" => vec![Bound { most_broken: 0, ..gate }],
        _ => vec![gate],
    };
    let only = std::env::args().nth(2);
    let mut configs = configs();
    configs.retain(|one| only.as_ref().is_none_or(|only| one.name.contains(only.as_str())));
    let done: Vec<_> = bounds.iter().map(|bound| run_all(&configs, bound)).collect();
    let (judged, broken) = done.iter().fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    println!("{judged} judgements, {broken} broken, {:.1} s", begin.elapsed().as_secs_f64());
    std::process::exit(i32::from(broken > 0));
}
