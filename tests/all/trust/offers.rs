//! What is offered for signature: the matrix and the judgement of it.

use countersign::trust::force::Force;

use crate::support::engagement::{ANN, BOB, Engagement};
use crate::trust::statements::{old_bytes, rejected};

#[test]
fn naming_the_other_party_as_subprovider_does_not_spare_its_signature() {
    let mut one = Engagement::in_force();
    let mut matrix = Engagement::matrix_json("1.1", "2026-11-20");
    matrix["parties"][0]["side"] = "subprovider".into();
    matrix["parties"][0]["boundBy"] = "harbor".into();
    one.offer_json("1.1", &matrix);
    let path = one.approve(ANN, "1.1");
    assert_eq!(rejected(&one, &path), "parties-differ");
}

#[test]
fn a_matrix_with_further_parties_cannot_be_signed() {
    let mut one = Engagement::in_force();
    let mut matrix = Engagement::matrix_json("1.1", "2026-11-20");
    matrix["parties"].as_array_mut().unwrap().push(serde_json::json!({"id": "cedar", "side": "provider"}));
    one.offer_json("1.1", &matrix);
    let path = one.approve(ANN, "1.1");
    assert_eq!(rejected(&one, &path), "parties-differ");
}

#[test]
fn a_matrix_that_two_readers_could_read_differently_cannot_stand() {
    let cases = [
        ("\"format\"", "\"version\":\"1.1\",\"format\""),
        ("\"format\"", "\"x\":{\"a\":1,\"\\u0061\":2},\"format\""),
        ("\"format\"", "\"n\":9007199254740993,\"format\""),
        ("\"id\": \"azure\"", "\"id\": \"harbor\""),
        ("matrix/1", "matrix/2"),
    ];
    for (from, to) in cases {
        let mut one = Engagement::in_force();
        let text = serde_json::to_string_pretty(&Engagement::matrix_json("1.1", "2026-11-20")).unwrap();
        one.offer_bytes("1.1", text.replacen(from, to, 1).into_bytes());
        let path = one.approve(ANN, "1.1");
        one.approve(BOB, "1.1");
        assert_eq!(rejected(&one, &path), "matrix-refused", "{to}");
        assert!(one.rules().contains(&"offer-readable".to_owned()));
    }
}

#[test]
fn a_matrix_of_more_than_twenty_thousand_rows_cannot_stand() {
    let mut one = Engagement::in_force();
    let mut matrix = Engagement::matrix_json("1.1", "2026-11-20");
    matrix["rows"] = vec![serde_json::json!({}); 20_001].into();
    one.offer_json("1.1", &matrix);
    let path = one.approve(ANN, "1.1");
    assert_eq!(rejected(&one, &path), "matrix-refused");
}

#[test]
fn a_matrix_that_says_that_it_is_another_cannot_stand() {
    let mut one = Engagement::in_force();
    one.offer_json("1.1", &Engagement::matrix_json("1.2", "2026-11-20"));
    let path = one.approve(ANN, "1.1");
    assert_eq!(rejected(&one, &path), "head-differs");
    let mut one = Engagement::in_force();
    let mut other = Engagement::matrix_json("1.1", "2026-11-20");
    other["id"] = "another".into();
    one.offer_json("1.1", &other);
    let path = one.approve(ANN, "1.1");
    assert_eq!(rejected(&one, &path), "head-differs");
}

#[test]
fn every_change_to_the_signed_bytes_takes_the_version_out() {
    for name in ["matrix.json", "judged.json"] {
        let mut one = Engagement::in_force();
        one.prove("1.0");
        let path = format!("{}/{name}", Engagement::folder("1.0"));
        let mut bytes = old_bytes(&one, &path);
        bytes.push(b'\n');
        one.put(path.clone(), bytes);
        assert_eq!(one.force("2026-12-01"), Force::Nothing);
        assert!(!one.errors().is_empty());
        one.remove(&path);
        assert_eq!(one.force("2026-12-01"), Force::Nothing);
        assert!(!one.errors().is_empty());
    }
}

#[test]
fn a_judgement_of_another_version_cannot_be_signed() {
    let mut one = Engagement::in_force();
    one.offer("1.1", "2026-11-20");
    let other = old_bytes(&one, &format!("{}/judged.json", Engagement::folder("1.0")));
    one.put(format!("{}/judged.json", Engagement::folder("1.1")), other);
    let path = one.approve(ANN, "1.1");
    assert_eq!(rejected(&one, &path), "judged-refused");
}
