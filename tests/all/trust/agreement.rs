//! What two parties agree to when both are honest.

use countersign::trust::force::Force;
use countersign::trust::standing::{MarkState, State};

use crate::support::engagement::{ANN, BOB, Engagement, version};

#[test]
fn an_offer_is_accepted_and_closed() {
    let mut one = Engagement::new();
    one.offer("1.0", "2026-11-15");
    assert_eq!(one.state("1.0"), State::Offered);
    one.approve(ANN, "1.0");
    assert_eq!(one.state("1.0"), State::Offered);
    assert_eq!(one.standing("1.0").missing, [("acme".parse().unwrap(), 1)].into());
    one.approve(BOB, "1.0");
    assert_eq!(one.state("1.0"), State::Complete);
    one.acknowledge(ANN, "1.0");
    assert_eq!(one.state("1.0"), State::InForce);
    one.prove("1.0");
}

#[test]
fn a_later_version_takes_the_place_of_the_one_before() {
    let one = Engagement::twice();
    assert_eq!(one.state("1.0"), State::Superseded(version("1.1")));
    assert_eq!(one.force("2026-11-14"), Force::Nothing);
    assert_eq!(one.force("2026-11-15"), Force::Version(version("1.0")));
    assert_eq!(one.force("2026-11-19"), Force::Version(version("1.0")));
    assert_eq!(one.force("2026-11-20"), Force::Version(version("1.1")));
}

#[test]
fn a_mark_says_what_is_so() {
    let mut one = Engagement::in_force();
    assert_eq!(one.standing("1.0").mark, MarkState::Absent);
    one.mark("1.0", |_| ());
    assert_eq!(one.standing("1.0").mark, MarkState::Holds);
    one.prove("1.0");
}
