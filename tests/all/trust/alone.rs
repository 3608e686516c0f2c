//! The first principle: nothing that one party makes alone brings a version into force or takes a standing one out.

use countersign::trust::force::Force;
use countersign::trust::name::Digest;
use countersign::trust::statement::Decision;

use crate::support::engagement::{ANN, BEA, BOB, Engagement, Person, TODAY, version};

/// A small generator of numbers, the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % below
    }

    fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.roll(list.len())]
    }
}

/// 1.0 and 1.1 agreed and acknowledged by both, 1.2 offered; Acme has two keys.
fn start() -> Engagement {
    let mut one = Engagement::with(&[(&[BOB, BEA], 1), (&[ANN], 1)]);
    one.agree("1.0", "2026-11-15");
    one.agree("1.1", "2026-11-20");
    one.acknowledge(ANN, "1.1");
    one.acknowledge(BOB, "1.1");
    one.prove("1.1");
    one.offer("1.2", "2026-11-25");
    one
}

/// Lets a party do one thing, with whatever it may claim.
fn act(one: &mut Engagement, people: &[Person], dice: &mut Dice) {
    let who = *dice.pick(people);
    let text = *dice.pick(&["1.0", "1.1", "1.2"]);
    let decisions = [Decision::Approve, Decision::Acknowledge, Decision::Withdraw, Decision::Contest];
    let decision = *dice.pick(&decisions);
    let standing = one.standing(text);
    let own: Vec<Digest> = standing
        .statements
        .iter()
        .filter(|said| said.statement.as_ref().is_some_and(|said| said.signer == who.signer_id()))
        .map(|said| said.digest)
        .collect();
    let keep = dice.roll(3);
    let forget_previous = dice.roll(8) == 0;
    let of = if own.is_empty() { Digest::of(b"") } else { *dice.pick(&own) };
    one.say(who, decision, text, |said| {
        let own_or_all = |digest: &Digest| keep == 0 || (keep == 1 && own.contains(digest));
        said.after.retain(own_or_all);
        if decision == Decision::Withdraw {
            said.of = Some(of);
            said.after.push(of);
        }
        if decision == Decision::Contest {
            said.of = Some(said.matrix.sha256);
            said.reason = Some("no".into());
        }
        if forget_previous {
            said.previous = None;
        }
    });
}

fn play(seed: u64, people: &[Person]) {
    let mut one = start();
    let mut dice = Dice(seed);
    let mut is_revoked = false;
    for _ in 0..25 {
        match dice.roll(12) {
            // Giving a key up puts in question what it signed, and never makes another answer certain.
            0 => {
                is_revoked = true;
                let (whose, by) = (*dice.pick(people), *dice.pick(people));
                one.revoke(whose, &[by], &[]);
            }
            1 => one.rotate(2, &[(people, 1), (&[ANN], 1)], people),
            _ => act(&mut one, people, &mut dice),
        }
        for (day, text) in [(TODAY, "1.1"), ("2026-11-19", "1.0")] {
            let force = one.force(day);
            if is_revoked {
                assert!(force.may_be(version(text)), "seed {seed}: {force:?} {:?}", one.errors());
            } else {
                assert_eq!(force, Force::Version(version(text)), "seed {seed}: {:?}", one.errors());
            }
        }
    }
}

#[test]
fn the_client_alone_moves_nothing() {
    (0..6).for_each(|seed| play(seed, &[BOB, BEA]));
}

#[test]
fn the_provider_alone_moves_nothing() {
    (100..106).for_each(|seed| play(seed, &[ANN]));
}
