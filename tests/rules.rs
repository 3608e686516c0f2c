//! The shipped rules as data: their examples hold, and nothing is forgotten.

use countersign::pack::{Packs, shipped_ids};
use countersign::policy::config::Config;
use countersign::policy::{Policy, example};

fn packs() -> Packs {
    Packs::shipped(shipped_ids())
}

fn policy(packs: &Packs) -> Policy {
    Policy::assemble(packs, &[], &Config::default()).expect("the shipped rules are sound")
}

fn listed(failures: &[example::Failure]) -> String {
    failures.iter().map(|failure| format!("{failure}\n")).collect()
}

#[test]
fn every_example_holds() {
    let packs = packs();
    let failures = example::run(&policy(&packs), &packs, &|_| true).failures;
    assert!(failures.is_empty(), "{}", listed(&failures));
}

#[test]
fn every_rule_is_silent_on_the_passing_examples_of_all_others() {
    let packs = packs();
    let failures = example::cross(&policy(&packs), &packs);
    assert!(failures.is_empty(), "{}", listed(&failures));
}
