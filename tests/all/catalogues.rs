//! The catalogues that come without a starter: what they hold, what a matrix takes of them, and how one starts.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use countersign::coverage::Owned;
use countersign::matrix::{Coverage, Framework};
use countersign::pack::{Catalogue, Packs, shipped_file, shipped_ids};
use serde_json::{Value, json};

use crate::support::Folder;

static PACKS: LazyLock<Packs> = LazyLock::new(|| Packs::shipped(shipped_ids()));

/// The catalogues whose packs have neither rules nor a starter.
const BARE: [&str; 7] = [
    "cis-8-1",
    "iso-27001-2022",
    "nist-800-171r3",
    "nist-800-53r4",
    "nist-800-53r5",
    "nist-csf-2",
    "pci-dss-4",
];

fn catalogue(id: &str) -> &'static Catalogue {
    PACKS.catalogue(id).unwrap_or_else(|| panic!("{id} is shipped"))
}

fn levels(id: &str) -> BTreeMap<&'static str, usize> {
    let mut levels = BTreeMap::new();
    for item in &catalogue(id).items {
        *levels.entry(item.level.as_str()).or_default() += 1;
    }
    levels
}

fn in_subset(id: &str, subset: &str) -> usize {
    catalogue(id).tops().filter(|control| control.is_in(subset)).count()
}

#[test]
fn each_catalogue_has_as_many_items_as_its_source() {
    for (id, expected) in [
        ("nist-800-53r5", &[("control", 298), ("enhancement", 709), ("part", 1106)][..]),
        ("nist-800-53r4", &[("control", 240), ("enhancement", 586), ("part", 760)]),
        ("nist-800-171r3", &[("requirement", 97)]),
        ("nist-csf-2", &[("requirement", 106), ("section", 22)]),
        ("pci-dss-4", &[("appendix", 41), ("requirement", 250), ("section", 63)]),
        ("iso-27001-2022", &[("clause", 30), ("control", 93)]),
        ("cis-8-1", &[("safeguard", 153), ("section", 18)]),
    ] {
        assert_eq!(levels(id), BTreeMap::from_iter(expected.iter().copied()), "{id}");
    }
}

#[test]
fn as_many_need_an_owner_as_the_framework_counts() {
    let needed = |id: &str| catalogue(id).tops().count();
    let counts = BARE.map(|id| (id, needed(id)));
    let expected = [
        ("cis-8-1", 153),
        ("iso-27001-2022", 93),
        ("nist-800-171r3", 97),
        ("nist-800-53r4", 826),
        ("nist-800-53r5", 1007),
        ("nist-csf-2", 106),
        ("pci-dss-4", 250),
    ];
    assert_eq!(counts, expected);
}

#[test]
fn baselines_and_groups_are_as_large_as_their_sources_say() {
    for (id, subset, count) in [
        ("nist-800-53r5", "low", 149),
        ("nist-800-53r5", "moderate", 287),
        ("nist-800-53r5", "high", 370),
        ("nist-800-53r5", "privacy", 96),
        ("nist-800-53r4", "low", 124),
        ("nist-800-53r4", "moderate", 261),
        ("nist-800-53r4", "high", 343),
        ("cis-8-1", "IG1", 56),
        ("cis-8-1", "IG2", 130),
        ("cis-8-1", "IG3", 153),
        ("iso-27001-2022", "A.5", 37),
        ("iso-27001-2022", "A.6", 8),
        ("iso-27001-2022", "A.7", 14),
        ("iso-27001-2022", "A.8", 34),
    ] {
        assert_eq!(in_subset(id, subset), count, "{id}: {subset}");
    }
    assert_eq!(catalogue("nist-csf-2").groups.len(), 6);
    assert_eq!(catalogue("pci-dss-4").groups.len(), 13, "twelve and the appendices");
}

#[test]
fn parents_groups_and_successors_are_there() {
    for id in BARE {
        let catalogue = catalogue(id);
        let mut seen = BTreeSet::new();
        for item in &catalogue.items {
            let parent = item.parent.as_deref();
            assert!(parent.is_none_or(|parent| seen.contains(parent)), "{id}: {}", item.id);
            assert!(catalogue.group_title(&item.group).is_some(), "{id}: {}", item.id);
            assert!(seen.insert(item.id.as_str()), "{id}: {} stands twice", item.id);
        }
        for withdrawn in &catalogue.withdrawn {
            assert!(!seen.contains(withdrawn.id.as_str()), "{id}: {}", withdrawn.id);
            assert!(withdrawn.into.iter().all(|into| seen.contains(into.as_str())), "{id}: {}", withdrawn.id);
        }
        for (earlier, successors) in catalogue.replaces.iter().flat_map(|replaces| &replaces.items) {
            assert!(successors.iter().all(|one| seen.contains(one.as_str())), "{id}: {earlier}");
        }
    }
}

#[test]
fn every_control_of_revision_4_is_followed_through_to_revision_5() {
    let (earlier, later) = (catalogue("nist-800-53r4"), catalogue("nist-800-53r5"));
    let successors = |id: &str| {
        let found = later.successors("nist-800-53r4", id);
        found.map(|all| all.into_iter().map(|one| one.id.as_str()).collect::<Vec<_>>())
    };
    let lost: Vec<&str> =
        earlier.items.iter().map(|item| item.id.as_str()).filter(|id| successors(id).is_none()).collect();
    assert!(lost.is_empty(), "{lost:?}");
    for (id, expected) in [
        ("AC-2", vec!["AC-2"]),
        ("AC-2(10)", vec!["AC-2_k"]),
        ("AC-2(a)", vec!["AC-2"]),
        ("SC-19", vec![]),
        ("SA-12(10)", vec!["SR-4(3)"]),
    ] {
        assert_eq!(successors(id), Some(expected), "{id}");
    }
    assert!(later.successors("nist-800-171r3", "03.01.01").is_none());
}

#[test]
fn an_id_is_understood_as_it_is_written_elsewhere() {
    for (id, spellings) in [
        ("AC-2", &["ac-2", "AC-02", "AC 2"][..]),
        ("AC-2_a", &["AC-2(a)", "AC-02 (a)", "ac-2_smt.a", "AC-2 a."]),
        ("AC-2_h.1", &["AC-2(h)(1)", "ac-2_smt.h.1"]),
        ("AC-2(1)", &["ac-2.1", "AC-02 (01)"]),
        ("AC-2(3)_a", &["AC-2(3)(a)", "AC-02 (03) (a)"]),
    ] {
        for spelling in spellings {
            let found = catalogue("nist-800-53r5").spelled(spelling).map(|control| control.id.as_str());
            assert_eq!(found, Some(id), "{spelling}");
        }
    }
}

/// An enhancement belongs to its control and is no part of it.
#[test]
fn a_row_for_a_control_owns_its_parts_and_not_its_enhancements() {
    let owned = owned(&["AC-2"]);
    let moderate = framework("nist-800-53r5", &["moderate"]);
    let gaps = owned.gaps(catalogue("nist-800-53r5"), &moderate);
    let missing = |id: &str| gaps.iter().any(|gap| gap.control.id == id);
    assert!(!missing("AC-2") && missing("AC-2(1)") && missing("AC-3"));
    let cover = owned.cover(catalogue("nist-800-53r5"), &moderate);
    assert_eq!((cover.controls, cover.covered), (287, 1));
    assert_eq!((cover.enhancements, cover.parts.as_str()), (110, "parts"));
    assert_eq!(cover.objectives_covered, 18, "a to l, with those of d, h and i");
}

#[test]
fn a_heading_covers_what_stands_below_it_and_needs_no_row() {
    let all: Vec<String> = (1..=18).map(|number| number.to_string()).collect();
    let rows = vec![json!({
        "id": "all", "title": "All", "allocation": "provider",
        "controls": all.iter().map(|id| format!("cis-8-1:{id}")).collect::<Vec<_>>(),
    })];
    let cover = Owned::of([&matrix(rows)]).cover(catalogue("cis-8-1"), &framework("cis-8-1", &[]));
    assert_eq!((cover.controls, cover.covered), (153, 153));
}

fn framework(pack: &str, include: &[&str]) -> Framework {
    let include = include.iter().map(|one| (*one).to_owned()).collect();
    Framework { pack: pack.to_owned(), edition: None, include, coverage: Coverage::Complete }
}

fn owned(controls: &[&str]) -> Owned {
    let controls: Vec<String> = controls.iter().map(|id| format!("nist-800-53r5:{id}")).collect();
    let row = json!({ "id": "a", "title": "A", "controls": controls, "allocation": "provider" });
    Owned::of([&matrix(vec![row])])
}

fn matrix(rows: Vec<Value>) -> countersign::matrix::Matrix {
    let mut matrix: Value = serde_json::from_str(shipped_file("core", "minimal.json").unwrap()).unwrap();
    matrix["rows"] = json!(rows);
    countersign::matrix::Matrix::of(&matrix).unwrap()
}

#[test]
fn a_framework_without_a_starter_starts_with_a_row_per_requirement_that_belongs_to_nobody() {
    for (framework, rows, noun) in [
        ("nist-800-53r5:low", 149, "149 of 149 controls"),
        ("cis-8-1:IG1", 56, "56 of 56 safeguards"),
        ("pci-dss-4", 250, "250 of 250 requirements"),
        ("ISO 27001", 93, "93 of 93 controls"),
    ] {
        let folder = Folder::new();
        let words = ["init", "--framework", framework, "--client", "Acme", "--provider", "Harbor"];
        let started = folder.countersign(&words);
        assert_eq!(started.code, 0, "{framework}: {}", started.stderr);
        assert!(started.stdout.contains("belong to nobody yet"), "{framework}: {}", started.stdout);
        let checked = folder.countersign(&["check"]);
        let said = checked.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains(noun), "{framework}: {said}");
        let report: Value =
            serde_json::from_str(&folder.countersign(&["check", "--format", "json"]).stdout).unwrap();
        assert_eq!(report["matrices"][0]["allocations"]["unassigned"], json!(rows), "{framework}");
    }
}

#[test]
fn a_part_of_a_framework_that_is_not_there_is_refused_by_its_name() {
    let folder = Folder::new();
    let words = ["init", "--framework", "nist-800-53r5:medium", "--client", "Acme", "--provider", "Harbor"];
    let refused = folder.countersign(&words);
    assert_eq!(refused.code, 2, "{}", refused.stdout);
    assert!(refused.stderr.contains("`medium`") && refused.stderr.contains("moderate"), "{}", refused.stderr);
    assert!(!folder.path("matrices").exists());
}
