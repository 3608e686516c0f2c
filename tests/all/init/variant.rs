//! A starter for a small firm: three roles of the client, the same rows and the same law.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{checked, matrix, started};

/// Returns the roles of the client.
fn roles(matrix: &Value) -> BTreeSet<&str> {
    let duties = matrix["rows"].as_array().unwrap().iter().flat_map(|row| row["duties"].as_array().unwrap());
    let defaults = matrix["defaults"]["duties"].as_array().unwrap().iter();
    let own = duties.chain(defaults).filter(|duty| duty["party"] == "acme-defense");
    own.filter_map(|duty| duty["role"].as_str()).collect()
}

/// Returns everything that binds in a row: ids, controls, and per duty deed, party and times.
fn law(row: &Value) -> Vec<Value> {
    let duties = row["duties"].as_array().unwrap().iter();
    let duties =
        duties.flat_map(|duty| ["do", "party", "within", "for", "cadence", "to"].map(|it| duty[it].clone()));
    let own = ["id", "controls", "references", "allocation", "cadence", "services"].map(|it| row[it].clone());
    own.into_iter().chain(duties).collect()
}

#[test]
fn a_small_firm_has_three_roles_and_the_same_law() {
    let (folder, path) = started(&["cmmc-l2:small-firm"]);
    let (whole, whole_path) = started(&["cmmc-l2"]);
    let (small, large) = (matrix(&folder, &path), matrix(&whole, &whole_path));

    let own: Vec<&Value> = large["rows"].as_array().unwrap().iter().collect();
    let rows: Vec<&Value> = small["rows"].as_array().unwrap().iter().collect();
    assert_eq!(rows.len(), own.len());
    for (one, two) in rows.iter().zip(&own) {
        assert_eq!(law(one), law(two), "{}", one["id"]);
    }
    let from_core: BTreeSet<&str> = ["Executive sponsor", "IT manager", "Compliance lead"].into();
    let unfolded: Vec<&str> = roles(&small)
        .into_iter()
        .filter(|role| !["Owner", "Office manager", "IT lead"].contains(role))
        .collect();
    assert!(unfolded.iter().all(|role| from_core.contains(role)), "{unfolded:?}");
    assert!(unfolded.is_empty(), "{unfolded:?}");

    let (_, report) = checked(&folder, &[]);
    let said = |report: &Value| -> BTreeSet<String> {
        report["findings"].as_array().unwrap().iter().map(|one| one["rule"].to_string()).collect()
    };
    let (_, usual) = checked(&whole, &[]);
    assert_eq!(said(&report), said(&usual));
    assert!(!said(&report).contains("\"work-is-approved-by-another\""));
}

#[test]
fn a_part_of_a_starter_that_is_no_variant_is_refused() {
    let folder = crate::support::Folder::new();
    let output = folder.countersign(&super::words(&["cmmc-l2:tiny-firm"]));
    assert_eq!(output.code, 2, "{}", output.stderr);
}
