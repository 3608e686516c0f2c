//! Real matrices, as their owners published them. They are not part of the project: without them this target
//! says ABSENT and tests nothing. `COUNTERSIGN_REAL` names the folder; `../shared` is where it usually lies.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use countersign::pack::{Packs, shipped_ids};
use serde_json::Value;

/// A name, and what holds of the folder.
type Test = (&'static str, fn(&Path));

fn main() -> ExitCode {
    let shared = std::env::var_os("COUNTERSIGN_REAL")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let tests: [Test; 11] = [
        ("every real matrix loads without a fault of shape", every_real_matrix_loads),
        ("the CMMC template lacks 60 requirements worth 130 points", the_template_lacks_sixty_requirements),
        ("wrong labels are named and right ones are not accused", wrong_labels_are_named),
        ("an owner is told what to do about each finding", every_finding_helps),
        ("the CMMC catalogue holds the facts of its source", cmmc_facts_are_those_of_the_source),
        ("the published workbooks come in as their owners' matrices say", workbooks_come_in),
        ("hostile workbooks are refused", hostile_workbooks_are_refused),
        ("every real matrix goes out as a workbook and comes back unchanged", real_matrices_come_back),
        ("an edit by openpyxl is that one change", openpyxl_edits),
        (
            "the HIPAA and SOC 2 catalogues hold the facts of their sources",
            other_facts_are_those_of_the_source,
        ),
        (
            "the catalogues without a starter hold the ids of their sources",
            bare_catalogues_are_those_of_the_source,
        ),
    ];
    if !shared.join("real").is_dir() {
        println!("real matrices: ABSENT, {} tests not run", tests.len());
        return ExitCode::SUCCESS;
    }
    println!("real matrices: RUN");
    let mut failed = 0;
    for (name, test) in tests {
        let outcome = std::panic::catch_unwind(|| test(&shared));
        println!("test {name} ... {}", if outcome.is_ok() { "ok" } else { "FAILED" });
        failed += usize::from(outcome.is_err());
    }
    println!("\nreal: {} passed, {failed} failed", tests.len() - failed);
    ExitCode::from(u8::from(failed > 0))
}

fn check(matrix: &Path) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_countersign"))
        .args(["check", "--format", "json", "--as-of", "2026-11-20"])
        .arg(matrix)
        .output()
        .expect("the binary runs");
    let report: Value = serde_json::from_slice(&output.stdout).expect("the report is JSON");
    assert_eq!(output.status.code().map(i64::from), report["exitCode"].as_i64());
    report
}

fn matrices(shared: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(shared.join("real")).expect("the folder can be listed");
    let paths = entries.map(|entry| entry.expect("an entry can be read").path());
    let mut paths: Vec<PathBuf> =
        paths.filter(|path| path.to_string_lossy().ends_with(".matrix.json")).collect();
    paths.sort();
    paths
}

fn findings(report: &Value) -> &[Value] {
    report["findings"].as_array().expect("findings are a list")
}

fn every_real_matrix_loads(shared: &Path) {
    let matrices = matrices(shared);
    assert!(!matrices.is_empty());
    for matrix in matrices {
        let report = check(&matrix);
        assert_eq!(report["matrices"].as_array().map(Vec::len), Some(1), "{}", matrix.display());
        let shape: Vec<&Value> = findings(&report)
            .iter()
            .filter(|one| one["rule"].as_str().is_some_and(|rule| rule.starts_with("schema-")))
            .collect();
        assert!(shape.is_empty(), "{}: {shape:?}", matrix.display());
    }
}

fn the_template_lacks_sixty_requirements(shared: &Path) {
    let report = check(&shared.join("real/templates-cmmc-l2.matrix.json"));
    let matrix = &report["matrices"][0];
    let cover = &matrix["coverage"]["cmmc-l2"];
    assert_eq!(cover["controls"], 110);
    assert_eq!(cover["missing"].as_array().map(Vec::len), Some(60));
    assert_eq!(cover["objectives"], 320);
    assert_eq!(cover["objectivesCovered"], 171);
    let points = &matrix["points"]["cmmc-l2"];
    assert_eq!((&points["lost"], &points["of"]), (&Value::from(130), &Value::from(313)));
    assert_eq!((&points["fivePointers"], &points["notOnPlan"]), (&Value::from(15), &Value::from(23)));
    let gaps = findings(&report).iter().filter(|one| one["rule"] == "cmmc-l2-is-covered");
    assert_eq!(gaps.count(), 60);
}

/// Rows whose label is known to be wrong: those that must be named, and those that may be. Both were read by
/// hand against the catalogues.
const MUST: [&str; 7] = ["3.14.3", "CC7.3", "CC7.4", "CC7.5", "A1.3", "P4.1", "P5.1"];
const MAY: [&str; 4] = ["PI1.1", "PI1.2", "3.5.1", "3.5.2"];

fn wrong_labels_are_named(shared: &Path) {
    let mut accused: Vec<String> = Vec::new();
    for name in ["cmmc-l2", "hipaa", "soc2"] {
        let report = check(&shared.join(format!("real/templates-{name}.matrix.json")));
        let labels = findings(&report)
            .iter()
            .filter(|one| one["rule"].as_str().is_some_and(|rule| rule.ends_with("label-fits-control")));
        accused.extend(labels.map(|one| one["message"].as_str().unwrap_or_default().to_owned()));
    }
    for wrong in MUST {
        assert!(
            accused.iter().any(|message| message.contains(wrong)),
            "{wrong} is not named in {accused:#?}"
        );
    }
    let known = |message: &&String| MUST.iter().chain(&MAY).any(|id| message.contains(id));
    let alarms: Vec<&String> = accused.iter().filter(|message| !known(message)).collect();
    assert!(alarms.len() <= 2, "false alarms: {alarms:#?}");
}

fn every_finding_helps(shared: &Path) {
    for matrix in matrices(shared) {
        for finding in findings(&check(&matrix)) {
            assert!(finding["help"].as_str().is_some_and(|help| !help.is_empty()), "{finding}");
            assert!(finding["line"].as_u64().is_some_and(|line| line > 0), "{finding}");
        }
    }
}

fn read(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn catalogue(pack: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("policies/{pack}/catalogue.json"));
    read(&path)["items"].as_array().expect("items are a list").clone()
}

fn items(shared: &Path, name: &str) -> Vec<Value> {
    read(&shared.join("catalogs").join(name))["items"].as_array().expect("items are a list").clone()
}

/// Titles that the source mistypes, and what 32 CFR 170.24 has.
const SLIPS: [(&str, &str); 3] = [
    ("RIsk Assessments", "Risk Assessments"),
    ("Removeable Media", "Removable Media"),
    ("operational Plan of Action", "Operational Plan of Action"),
];

fn cmmc_facts_are_those_of_the_source(shared: &Path) {
    let ours = catalogue("cmmc-l2");
    let find =
        |id: &Value| ours.iter().find(|one| one["id"] == *id).unwrap_or_else(|| panic!("{id} is missing"));
    let theirs = items(shared, "nist-800-171r2.json");
    assert_eq!(theirs.len(), 110);
    for one in &theirs {
        let own = find(&one["cmmc_l2_id"]);
        for (mine, source) in
            [("title", "title"), ("points", "points"), ("poam", "poam"), ("group", "family")]
        {
            let theirs =
                SLIPS.iter().find(|(slip, _)| one[source] == **slip).map(|(_, meant)| Value::from(*meant));
            assert_eq!(
                own[mine],
                theirs.unwrap_or_else(|| one[source].clone()),
                "{} of {}",
                mine,
                one["cmmc_l2_id"]
            );
        }
    }
    let objectives = items(shared, "nist-800-171a-objectives.json");
    assert_eq!(objectives.len(), 320);
    for one in &objectives {
        assert_eq!(find(&one["cmmc_l2_id"])["title"], one["text"]);
    }
    assert_eq!(ours.len(), 430);
}

fn other_facts_are_those_of_the_source(shared: &Path) {
    let ours = catalogue("hipaa");
    let theirs = items(shared, "hipaa-security-rule.json");
    assert_eq!((ours.len(), theirs.len()), (68, 68));
    for (own, one) in ours.iter().zip(&theirs) {
        for (mine, source) in
            [("id", "id"), ("title", "title"), ("designation", "designation"), ("parent", "standard")]
        {
            assert_eq!(own[mine], one[source], "{}", one["id"]);
        }
    }
    let ours: Vec<Value> = catalogue("soc2").iter().map(|one| one["id"].clone()).collect();
    let theirs: Vec<Value> =
        items(shared, "soc2-tsc-2017-2022.json").iter().map(|one| one["id"].clone()).collect();
    assert_eq!(ours, theirs);
}

/// Both versions of a published CIS and CRM workbook, by the preset alone, against the matrices written by hand.
fn workbooks_come_in(shared: &Path) {
    for (workbook, by_hand) in
        [("2021-03-14-8781f3c0", "cloudgov-2021-03"), ("2021-07-21-de76c791", "cloudgov-2021-07")]
    {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let output = Command::new(env!("CARGO_BIN_EXE_countersign"))
            .current_dir(folder.path())
            .arg("import")
            .arg(shared.join("real").canonicalize().expect("it is there").join(format!("{workbook}.xlsx")))
            .args([
                "--preset",
                "fedramp",
                "--id",
                "m",
                "--client",
                "Agency",
                "--provider",
                "cloud.gov",
                "--write",
            ])
            .output()
            .expect("the binary runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let read = |path: PathBuf| -> Value {
            serde_json::from_slice(&std::fs::read(path).expect("it can be read")).expect("it is JSON")
        };
        let imported = read(folder.path().join("matrices/m.json"));
        let expected = read(shared.join(format!("real/{by_hand}.matrix.json")));
        let rows = |value: &Value| value["rows"].as_array().expect("rows").clone();
        assert_eq!(rows(&imported).len(), 616);
        for row in rows(&imported) {
            let id = &row["id"];
            let other =
                rows(&expected).into_iter().find(|one| one["id"] == *id).expect("the row is there by hand");
            let extents = |row: &Value| {
                row["inherits"]
                    .as_array()
                    .map(|all| all.iter().map(|it| it["extent"].clone()).collect::<Vec<_>>())
            };
            for field in ["controls", "allocation", "offered", "status"] {
                assert_eq!(row[field], other[field], "{id}: {field}");
            }
            assert_eq!(row["shared"]["mode"], other["shared"]["mode"], "{id}");
            assert_eq!(extents(&row), extents(&other), "{id}");
        }
    }
}

fn hostile_workbooks_are_refused(shared: &Path) {
    for entry in std::fs::read_dir(shared.join("bad-workbooks")).expect("the folder can be listed") {
        let path = entry.expect("an entry can be read").path();
        let output = Command::new(env!("CARGO_BIN_EXE_countersign"))
            .args(["import", "--preset", "plain"])
            .arg(&path)
            .output()
            .expect("the binary runs");
        assert_eq!(output.status.code(), Some(2), "{}", path.display());
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!path.ends_with("hid.xlsx") || said.contains("row 2; column B hidden"), "{said}");
    }
}

/// Runs the program in a folder and returns its code and what it printed.
fn run(folder: &Path, args: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    let output = command.current_dir(folder).args(args).output().expect("the binary runs");
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&said).into_owned())
}

fn real_matrices_come_back(shared: &Path) {
    for path in matrices(shared) {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let matrix = folder.path().join("m.json");
        std::fs::copy(&path, &matrix).expect("it can be copied");
        let (code, said) = run(folder.path(), &["export", "m.json", "-o", "m.xlsx"]);
        assert_eq!(code, Some(0), "{}: {said}", path.display());
        let (code, said) = run(folder.path(), &["import", "m.xlsx", "--into", "m.json", "--write"]);
        assert_eq!(code, Some(0), "{}: {said}", path.display());
        let bytes = |path: &Path| std::fs::read(path).expect("it can be read");
        assert!(bytes(&matrix) == bytes(&path), "{} changed", path.display());
    }
}

/// What somebody does with openpyxl: saves the workbook as it is, then changes one title.
const OPENPYXL: &str = "import sys, openpyxl
book = openpyxl.load_workbook('m.xlsx')
book.save('saved.xlsx')
sheet = book['Matrix']
title = [cell.value for cell in sheet[1]].index('Title') + 1
row = next(row for row in range(2, sheet.max_row + 1) if sheet.cell(row, 1).value)
sheet.cell(row, title).value = 'A title of openpyxl'
book.save('edited.xlsx')
";

fn openpyxl_edits(shared: &Path) {
    let has =
        Command::new("python3").args(["-c", "import openpyxl"]).output().is_ok_and(|it| it.status.success());
    println!("openpyxl: {}", if has { "RUN" } else { "ABSENT" });
    let office = ["soffice", "libreoffice"]
        .into_iter()
        .find(|name| Command::new(name).arg("--version").output().is_ok());
    println!("LibreOffice: {}", office.unwrap_or("ABSENT"));
    if !has {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder can be made");
    let matrix = folder.path().join("m.json");
    std::fs::copy(shared.join("real/cloudgov-2021-07.matrix.json"), &matrix).expect("it can be copied");
    assert_eq!(run(folder.path(), &["export", "m.json", "-o", "m.xlsx"]).0, Some(0));
    let python = Command::new("python3")
        .current_dir(folder.path())
        .args(["-c", OPENPYXL])
        .output()
        .expect("python runs");
    assert!(python.status.success(), "{}", String::from_utf8_lossy(&python.stderr));
    let (code, said) = run(folder.path(), &["import", "saved.xlsx", "--into", "m.json"]);
    assert!(code == Some(0) && said.contains("nothing to write"), "{said}");
    let before = read(&matrix);
    let (code, said) = run(folder.path(), &["import", "edited.xlsx", "--into", "m.json", "--write"]);
    assert_eq!(code, Some(0), "{said}");
    let after = read(&matrix);
    let rows = |value: &Value| value["rows"].as_array().expect("rows").clone();
    let changed: Vec<(Value, Value)> =
        rows(&before).into_iter().zip(rows(&after)).filter(|(was, is)| was != is).collect();
    assert_eq!(changed.len(), 1, "{said}");
    let (mut was, is) = changed[0].clone();
    was["title"] = "A title of openpyxl".into();
    assert_eq!(was, is);
}

/// Returns the strings at `field` of a list of a source; the entries themselves where they are strings.
fn ids(source: &Value, list: &str, field: &str) -> BTreeSet<String> {
    let entries = source[list].as_array().expect("a list of the source");
    entries.iter().map(|one| one.as_str().or(one[field].as_str()).expect("an id").to_owned()).collect()
}

fn bare_catalogues_are_those_of_the_source(shared: &Path) {
    let packs = Packs::shipped(shipped_ids());
    let source = |file: &str| -> Value {
        let text = std::fs::read(shared.join("catalogs").join(file)).expect("the source can be read");
        serde_json::from_slice(&text).expect("the source is JSON")
    };
    let tops = |id: &str| -> BTreeSet<String> {
        packs.catalogue(id).expect("a catalogue").tops().map(|control| control.id.clone()).collect()
    };
    for (pack, file, list, field) in [
        ("nist-800-171r3", "nist-800-171r3.json", "items", "id"),
        ("nist-csf-2", "nist-csf-2.0.json", "items", "id"),
        ("iso-27001-2022", "iso27001-2022.json", "items", "id"),
        ("cis-8-1", "cis-controls-8.1.json", "items", "id"),
        ("pci-dss-4", "pci-dss-4.0.1.json", "detailed", "id"),
    ] {
        assert_eq!(tops(pack), ids(&source(file), list, field), "{pack}");
    }
    let r5 = source("nist-800-53r5.json");
    let items = r5["items"].as_array().expect("items");
    let active: BTreeMap<String, Vec<String>> = items
        .iter()
        .filter(|item| item["withdrawn"] != true)
        .map(|item| {
            let baselines = item["baselines"].as_array().into_iter().flatten();
            let baselines = baselines.filter_map(|one| one.as_str().map(str::to_owned)).collect();
            (item["label"].as_str().expect("a label").to_owned(), baselines)
        })
        .collect();
    let ours = packs.catalogue("nist-800-53r5").expect("a catalogue");
    let ours: BTreeMap<String, Vec<String>> =
        ours.tops().map(|control| (control.id.clone(), control.baselines.clone())).collect();
    assert_eq!(ours, active);
    let r4: Value = serde_json::from_slice(
        &std::fs::read(shared.join("real/cloudgov-packs/nist-800-53r4/catalogue.json")).expect("a pack"),
    )
    .expect("JSON");
    let r4 = ids(&r4, "items", "id");
    let known = packs.catalogue("nist-800-53r4").expect("a catalogue");
    let unknown: Vec<&String> = r4.iter().filter(|id| known.get(id).is_none()).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}
