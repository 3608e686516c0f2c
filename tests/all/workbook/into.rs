//! A sheet comes into a matrix that is there, or stands beside a starter.

use serde_json::{Value, json};

use super::{folder, row};
use crate::support::Folder;

const SHEET: &str = "Control,Name,Owner,MSP does,Client does\n\
    3.1.1,Users,MSP,Set up accounts,\n\
    3.1.2,Roles,Both,Configure roles,Define roles\n\
    3.1.3,Flow,Client,,Control the flow\n";
const MAP: &str = r#"{ "format": "countersign/mapping/1", "vocabulary": "house", "catalog": "cmmc-l2", "columns": {
    "Control": "control", "Name": "title",
    "Owner": { "values": { "MSP": "provider", "Client": "client", "Both": "shared", "?": "unassigned" } },
    "MSP does": { "duty": "perform", "party": "provider" },
    "Client does": { "duty": "perform", "party": "client" } } }"#;

fn imported(sheet: &str) -> Folder {
    let folder = folder("s.csv", sheet);
    folder.write("map.json", MAP);
    super::matrix(&folder, &["s.csv", "--map", "map.json"]);
    folder
}

fn read(folder: &Folder) -> Value {
    serde_json::from_str(&folder.read("matrices/acme.json")).unwrap()
}

#[test]
fn the_sheet_that_a_matrix_was_made_of_is_no_change() {
    let folder = imported(SHEET);
    let before = folder.read("matrices/acme.json");
    let again = folder.countersign(&[
        "import",
        "s.csv",
        "--map",
        "map.json",
        "--into",
        "matrices/acme.json",
        "--write",
    ]);
    assert_eq!(again.code, 0, "{}{}", again.stdout, again.stderr);
    assert!(
        again.stdout.contains("3 rows matched") && again.stdout.contains("nothing to write"),
        "{}",
        again.stdout
    );
    assert_eq!(folder.read("matrices/acme.json"), before);
}

#[test]
fn rows_are_known_by_their_controls_in_any_spelling_and_the_rest_stays() {
    let folder = imported(SHEET);
    let path = "matrices/acme.json";
    let set = folder.countersign(&["set", path, "ac-l2-3-1-2,3-1-2", "cadence", "quarterly"]);
    let id = read(&folder)["rows"][1]["id"].as_str().unwrap().to_owned();
    let set =
        if set.code == 0 { set } else { folder.countersign(&["set", path, &id, "cadence", "quarterly"]) };
    assert_eq!(set.code, 0, "{}", set.stderr);
    // Another spelling, another order, one owner changed, one row new, one row not there.
    folder.write(
        "new.csv",
        "Control,Name,Owner,MSP does,Client does\nAC.L2-3.1.2,Roles,MSP,Configure roles,\nAC.L2-3.1.4,Duties,Both,a,b\nAC.L2-3.1.1,Users,MSP,Set up accounts,\n",
    );
    let args = ["import", "new.csv", "--map", "map.json", "--into", path];
    let dry = folder.countersign(&args);
    assert_eq!(dry.code, 0, "{}{}", dry.stdout, dry.stderr);
    for said in [
        "2 rows matched; 1 new",
        "1 of the matrix are not in the sheet and stay",
        "what this changes",
        "nothing was written",
    ] {
        assert!(dry.stdout.contains(said), "{said}: {}", dry.stdout);
    }
    let before = read(&folder);
    assert_eq!(folder.countersign(&[&args[..], &["--write"]].concat()).code, 0);
    let after = read(&folder);
    for field in ["id", "title", "controls", "allocation", "duties"] {
        assert_eq!(after["rows"][0][field], before["rows"][0][field], "{field}");
    }
    assert_eq!(after["rows"][2], before["rows"][2]);
    let changed = row(&after, &id);
    assert_eq!(changed["allocation"], "provider");
    assert_eq!(changed["cadence"], "quarterly");
    let parties: Vec<&Value> =
        changed["duties"].as_array().unwrap().iter().map(|duty| &duty["party"]).collect();
    assert_eq!(parties, [&json!("harbor-msp")]);
    assert_eq!(after["rows"].as_array().unwrap().len(), 4);
}

#[test]
fn what_the_sheet_leaves_empty_takes_nothing_from_the_matrix() {
    let folder = imported(SHEET);
    folder.write("new.csv", "Control,Name,Owner,MSP does,Client does\n3.1.1,,,,\n3.1.2,Roles,,,\n");
    let before = folder.read("matrices/acme.json");
    let output = folder.countersign(&[
        "import",
        "new.csv",
        "--map",
        "map.json",
        "--into",
        "matrices/acme.json",
        "--write",
    ]);
    assert!(output.code < 2, "{}{}", output.stdout, output.stderr);
    assert_eq!(folder.read("matrices/acme.json"), before, "{}", output.stdout);
}

#[test]
fn a_row_that_the_matrix_divides_otherwise_is_asked_about() {
    let folder = imported(
        "Control,Name,Owner,MSP does,Client does\n3.1.1[a],Users,MSP,a,\n3.1.1[b],Processes,Client,,b\n",
    );
    folder.write("new.csv", "Control,Name,Owner,MSP does,Client does\n3.1.1,Access,Both,a,b\n");
    let args = ["import", "new.csv", "--map", "map.json", "--into", "matrices/acme.json"];
    let dry = folder.countersign(&args);
    assert_eq!(dry.code, 1, "{}{}", dry.stdout, dry.stderr);
    assert!(dry.stdout.contains("the matrix divides it otherwise"), "{}", dry.stdout);
}

#[test]
fn a_poor_sheet_beside_a_starter_is_one_screen_and_what_is_taken_is_chosen() {
    let folder = folder("s.csv", SHEET);
    folder.write("map.json", MAP);
    let base = ["import", "s.csv", "--map", "map.json", "--onto", "cmmc-l2"];
    let names = ["--client", "Acme Defense", "--provider", "Harbor MSP", "--id", "acme"];
    let dry = folder.countersign(&base);
    assert_eq!(dry.code, 0, "{}", dry.stderr);
    assert!(dry.stdout.lines().count() < 60 && dry.stdout.contains("beside the starter"), "{}", dry.stdout);
    let undecided = folder.countersign(&[&base[..], &names, &["--write"]].concat());
    assert_eq!(undecided.code, 2);
    assert!(undecided.stderr.contains("--take"), "{}", undecided.stderr);
    let json = folder.countersign(&[&base[..], &["--format", "json"]].concat());
    let told: Value = serde_json::from_str(&json.stdout).unwrap();
    let differ = told["differ"].as_array().unwrap();
    let counted = told["agree"].as_u64().unwrap() + u64::try_from(differ.len()).unwrap();
    assert_eq!(counted, 3, "{told:#}");
    let written = folder.countersign(&[&base[..], &names, &["--take", "sheet", "--write"]].concat());
    assert_eq!(written.code, 0, "{}{}", written.stdout, written.stderr);
    let matrix = read(&folder);
    assert_eq!(matrix["rows"].as_array().unwrap().len(), 173);
    for one in differ {
        for id in one["rows"].as_array().unwrap() {
            assert_eq!(row(&matrix, id.as_str().unwrap())["allocation"], one["sheet"], "{id}");
        }
    }
    let check = folder.countersign(&["check", "matrices/acme.json", "--exit-zero"]);
    assert_eq!(check.code, 0, "{}", check.stderr);
}
