//! Tries every history of sign-offs up to a bound against the judgement.
//!
//! Party A is honest and follows the program's own rules; all other keys, and those stolen from A, are the adversary's, who
//! chooses what he signs, what he lists, how he dates it, in which order, and which rosters and revocations there are. After
//! every act of anybody each property is checked on every day that matters. `explorer gate` runs the bound of the gate,
//! `explorer long` ten minutes of deeper bounds and random plays.

#![allow(dead_code, unused_imports, unreachable_pub)]

mod node;
#[path = "../../../src/trust/mod.rs"]
mod trust;
mod world;

use std::collections::HashSet;
use std::time::{Duration, Instant};

use node::{Act, Node, Rules};
use world::{Cast, person};

/// One configuration: who there is, what may happen, where it begins, how deep it goes.
struct Config {
    name: &'static str,
    cast: Cast,
    rules: Rules,
    depth: usize,
    most: usize,
}

fn two(own: u8, others: u8, thresholds: u32) -> Cast {
    let mut people = vec![person("a", "ann", 1)];
    if own > 1 {
        people.push(person("a", "amy", 2));
    }
    people.push(person("b", "bob", 3));
    if others > 1 {
        people.push(person("b", "bea", 4));
    }
    Cast::new(people, vec![("a", thresholds), ("b", thresholds)])
}

fn three() -> Cast {
    let people = vec![person("a", "ann", 1), person("b", "bob", 3), person("c", "cy", 5)];
    Cast::new(people, vec![("a", 1), ("b", 1), ("c", 1)])
}

fn configs(scale: usize) -> Vec<Config> {
    let plain = Rules::default();
    let rosters = Rules { rosters: true, ..plain };
    let stolen = Rules { revocations: true, stolen: Some(1), ..plain };
    let own = Rules { revocations: true, ..plain };
    let all = Rules { rosters: true, revocations: true, stolen: Some(1), ..plain };
    let deeper = usize::from(scale > 1);
    let config = |name, cast, rules, depth, most: usize| {
        Config { name, cast, rules, depth: depth + deeper, most: most * scale }
    };
    vec![
        config("two parties, one signer each", two(1, 1, 1), plain, 6, 80_000),
        config("two signers each, one suffices", two(2, 2, 1), plain, 4, 30_000),
        config("two signers each, both needed", two(2, 2, 2), plain, 4, 30_000),
        config("three parties, two of them hostile", three(), plain, 4, 40_000),
        config("a roster after the first", two(1, 1, 1), rosters, 5, 40_000),
        config("the adversary revokes his own keys", two(1, 2, 1), own, 4, 20_000),
        config("a stolen key of the honest party", two(2, 1, 1), stolen, 4, 30_000),
        config("a stolen key and rosters", two(2, 1, 1), all, 4, 40_000),
    ]
}

/// What a run did.
#[derive(Default)]
struct Tried {
    states: usize,
    judgements: usize,
    whole: usize,
    broken: Vec<String>,
}

/// Goes through all histories of a configuration, breadth first, so that what is found is shortest.
fn explore(config: &Config, until: Instant) -> Tried {
    let mut tried = Tried::default();
    let mut seen: HashSet<u64> = HashSet::new();
    let mut layer: Vec<Node> = Vec::new();
    for start in Node::starts(&config.cast, &config.rules) {
        if seen.insert(start.fingerprint()) {
            layer.push(start);
        }
    }
    for depth in 1..=config.depth {
        let mut next = Vec::new();
        for node in &layer {
            for act in node.acts(&config.cast, &config.rules) {
                let Some(child) = node.after(&config.cast, &act) else { continue };
                if !seen.insert(child.fingerprint()) {
                    continue;
                }
                tried.judgements += 1;
                tried.broken.extend(node.broken_by(&act, &child));
                if tried.judgements % 97 == 0 {
                    tried.judgements += 1;
                    tried.broken.extend(child.stuck(&config.cast));
                }
                if tried.broken.len() > 5 || tried.judgements > config.most || Instant::now() > until {
                    tried.states = seen.len();
                    return tried;
                }
                if depth < config.depth {
                    next.push(child);
                }
            }
        }
        tried.whole = depth;
        layer = next;
    }
    tried.states = seen.len();
    tried
}

/// Plays at random, far deeper than the bound.
fn play(config: &Config, seeds: std::ops::Range<u64>, steps: usize) -> Tried {
    let mut tried = Tried::default();
    for seed in seeds {
        let mut dice = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        let mut roll = |below: usize| {
            dice ^= dice << 13;
            dice ^= dice >> 7;
            dice ^= dice << 17;
            usize::try_from(dice >> 33).expect("31 bits") % below
        };
        let starts = Node::starts(&config.cast, &config.rules);
        let mut node = starts[roll(starts.len())].clone();
        for _ in 0..steps {
            let acts = node.acts(&config.cast, &config.rules);
            if acts.is_empty() {
                break;
            }
            let act = acts[roll(acts.len())].clone();
            let Some(child) = node.after(&config.cast, &act) else { continue };
            tried.judgements += 1;
            tried.broken.extend(node.broken_by(&act, &child));
            node = child;
        }
        tried.judgements += 1;
        tried.broken.extend(node.stuck(&config.cast));
        if tried.broken.len() > 5 {
            break;
        }
    }
    tried
}

fn report(config: &Config, tried: &Tried, played: &Tried, seconds: f64) {
    let mut text = format!(
        "{}: {} states, all histories of {} acts and more from every start, {} judgements and {} at random, {seconds:.1} s\n",
        config.name, tried.states, tried.whole, tried.judgements, played.judgements
    );
    tried.broken.iter().chain(&played.broken).for_each(|one| text.push_str(&format!("  BROKEN {one}\n")));
    print!("{text}");
}

fn main() {
    let word = std::env::args().nth(1).unwrap_or_else(|| "gate".into());
    let (scale, plays, steps) = if word == "long" { (20, 4_000, 40) } else { (1, 150, 25) };
    let begin = Instant::now();
    let until = begin + Duration::from_secs(if word == "long" { 600 } else { 300 });
    let only = std::env::args().nth(2);
    let mut configs = configs(scale);
    configs.retain(|one| only.as_ref().is_none_or(|only| one.name.contains(only.as_str())));
    let results: Vec<(usize, Tried, Tried, f64)> = std::thread::scope(|scope| {
        let halves = [0, 1].map(|half| {
            let configs = &configs;
            scope.spawn(move || {
                let mut results = Vec::new();
                for (at, config) in configs.iter().enumerate().filter(|(at, _)| at % 2 == half) {
                    let from = Instant::now();
                    let tried = explore(config, until);
                    let played = play(config, 0..plays, steps);
                    let seconds = from.elapsed().as_secs_f64();
                    report(config, &tried, &played, seconds);
                    results.push((at, tried, played, seconds));
                }
                results
            })
        });
        halves.into_iter().flat_map(|half| half.join().expect("no panic")).collect()
    });
    let (mut judgements, mut broken) = (0, 0);
    for (_, tried, played, _) in &results {
        judgements += tried.judgements + played.judgements;
        broken += tried.broken.len() + played.broken.len();
    }
    println!("{judgements} judgements, {broken} broken, {:.1} s", begin.elapsed().as_secs_f64());
    std::process::exit(i32::from(broken > 0));
}
