//! The fingerprint in the contract against chains that were cut, forged or deleted.

use countersign::trust::force::Force;

use crate::support::engagement::{ANN, BEA, BOB, Engagement, Parties, Person, version};

const WITH_BEA: Parties<'static> = &[(&[BOB, BEA], 1), (&[ANN], 1)];

#[test]
fn deleting_a_roster_or_its_signature_is_not_silent() {
    let mut one = Engagement::in_force();
    one.rotate(2, WITH_BEA, &[BOB, ANN, BEA]);
    one.agree("1.1", "2026-11-20");
    one.prove("1.1");
    let whole = one.clone();
    one.remove("trust/2.json");
    assert!(!one.errors().is_empty());
    assert_eq!(one.force("2026-12-01"), Force::Version(version("1.0")));
    for path in whole.tree.keys().filter(|path| path.starts_with("trust/2/")) {
        let mut one = whole.clone();
        one.remove(path);
        assert!(!one.errors().is_empty(), "{path}");
        assert_ne!(one.force("2026-12-01"), Force::Version(version("1.1")));
    }
}

#[test]
fn an_anchor_finds_a_chain_that_was_cut_or_replaced() {
    let mut one = Engagement::in_force();
    one.rotate(2, WITH_BEA, &[BOB, ANN, BEA]);
    for number in [1, 2] {
        one.anchor = Some(one.digest(&format!("trust/{number}.json")));
        one.prove("1.0");
    }
    let mut cut = one.clone();
    cut.tree.retain(|path, _| !path.starts_with("trust/2"));
    assert!(cut.rules().contains(&"anchor-in-chain".to_owned()));
    assert_eq!(cut.force("2026-12-01"), Force::Nothing);
    let path = cut.standing("1.0").statements[0].path.clone();
    assert_eq!(cut.code(&path), "not-anchored");
    assert_eq!((cut.judge().engagement, one.judge().engagement), (None, Some(one.number)));
    let mut gone = one.clone();
    gone.tree.clear();
    assert_eq!(gone.rules(), ["anchor-in-chain"]);
    let mut forged =
        Engagement::with(&[(&[Person { key: "eve", ..BOB }], 1), (&[Person { key: "eva", ..ANN }], 1)]);
    forged.offer("1.0", "2026-11-15");
    forged.approve(Person { key: "eva", ..ANN }, "1.0");
    forged.approve(Person { key: "eve", ..BOB }, "1.0");
    forged.acknowledge(Person { key: "eva", ..ANN }, "1.0");
    forged.prove("1.0");
    forged.anchor = one.anchor;
    assert_eq!(forged.force("2026-12-01"), Force::Nothing);
    assert!(forged.rules().contains(&"anchor-in-chain".to_owned()));
}

#[test]
fn a_proposed_roster_is_no_anchor() {
    let mut one = Engagement::in_force();
    one.rotate(2, WITH_BEA, &[BOB]);
    one.prove("1.0");
    one.anchor = Some(one.digest("trust/2.json"));
    assert!(one.rules().contains(&"anchor-in-chain".to_owned()));
    assert_eq!(one.force("2026-12-01"), Force::Nothing);
}
