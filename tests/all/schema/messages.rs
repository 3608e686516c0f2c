//! Every kind of mistake and what is said of it.
//!
//! `tests/fixtures/schema/messages.json` holds changes to example files and the faults they lead to; run with
//! `BLESS=1` to write the faults anew, then review them like code.

use countersign::schema::{self, Fault};
use serde_json::{Value, json};

use crate::schema::{example, kind_of, remove, set};

fn table_path() -> String {
    format!("{}/tests/fixtures/schema/messages.json", env!("CARGO_MANIFEST_DIR"))
}

fn broken(case: &Value) -> (Value, Value) {
    let original = example(case["file"].as_str().unwrap());
    let mut document = original.clone();
    for pointer in case["remove"].as_array().into_iter().flatten() {
        remove(&mut document, pointer.as_str().unwrap());
    }
    for (pointer, value) in case["set"].as_object().into_iter().flatten() {
        set(&mut document, pointer, value.clone());
    }
    (original, document)
}

fn told(fault: &Fault) -> Value {
    let place = format!("{:?} {}", fault.anchor, fault.pointer);
    let mut told = json!({ "at": place, "rule": fault.rule, "message": fault.message });
    if let Some(help) = &fault.help {
        told["help"] = json!(help);
    }
    told
}

#[test]
fn every_mistake_is_told_as_the_table_says() {
    let mut table: Value = serde_json::from_str(&std::fs::read_to_string(table_path()).unwrap()).unwrap();
    let bless = std::env::var_os("BLESS").is_some();
    for case in table.as_array_mut().unwrap() {
        let (original, document) = broken(case);
        let faults: Vec<Value> = schema::validate(kind_of(&original), &document).iter().map(told).collect();
        if bless {
            case["faults"] = json!(faults);
        }
        assert_eq!(case["faults"], json!(faults), "{}", case["name"]);
        assert!(!faults.is_empty(), "{}", case["name"]);
    }
    if bless {
        std::fs::write(table_path(), format!("{table:#}\n")).unwrap();
    }
}

fn only_fault(file: &str, pointer: &str, value: Value) -> Fault {
    let mut document = example(file);
    let kind = kind_of(&document);
    set(&mut document, pointer, value);
    let mut faults = schema::validate(kind, &document);
    assert_eq!(faults.len(), 1, "{faults:#?}");
    faults.remove(0)
}

#[test]
fn a_misspelt_word_is_answered_with_the_right_one() {
    let fault = only_fault("matrix", "/rows/0/allocation", json!("sharde"));
    assert_eq!(fault.rule, "schema-value");
    assert_eq!(fault.pointer, "/rows/0/allocation");
    assert_eq!(fault.help.as_deref(), Some("did you mean `shared`?"));
    assert!(fault.message.contains("`not-applicable`"), "all allowed words: {}", fault.message);
}

#[test]
fn a_day_that_no_calendar_has_is_refused() {
    let fault = only_fault("matrix", "/effectiveFrom", json!("2026-02-30"));
    assert_eq!((fault.rule, fault.message.as_str()), ("schema-pattern", "`2026-02-30` is not a valid day"));
    only_fault("matrix", "/effectiveFrom", json!("2027-1-1"));
    only_fault("matrix", "/effectiveFrom", json!("2027-01-01T00:00:00Z"));
}

#[test]
fn ids_that_windows_reserves_are_refused() {
    for reserved in ["con", "prn", "aux", "nul", "com0", "com9", "lpt0", "lpt9"] {
        assert_eq!(only_fault("matrix", "/id", json!(reserved)).rule, "schema-value");
    }
    for fine in ["console", "com10", "lpt", "0", &"a".repeat(63)] {
        let mut document = example("matrix");
        set(&mut document, "/id", json!(fine));
        assert_eq!(schema::validate(schema::Kind::Matrix, &document), []);
    }
}

#[test]
fn lengths_of_time_are_those_of_iso_8601() {
    let mut document = example("matrix");
    for fine in ["P1Y", "P12M", "P2W", "P5D", "PT4H", "PT15M", "PT30S", "P1Y2M3D", "P1DT12H", "PT1H30M"] {
        set(&mut document, "/review/every", json!(fine));
        assert_eq!(schema::validate(schema::Kind::Matrix, &document), [], "{fine}");
    }
    for wrong in [
        "PT", "P1", "1D", "1D1", "P1DT", "PT1D", "P-1D", "P1.5D", "p1d", "P1Y2W", "P1H", " P1D", "P1D\n",
        "P123456D", "PT1S1M", "P1D1M",
    ] {
        let fault = only_fault("matrix", "/review/every", json!(wrong));
        assert_eq!(fault.rule, "schema-pattern", "{wrong}");
    }
    let fault = only_fault("matrix", "/review/every", json!("P"));
    assert_eq!(fault.message, "`every` needs at least 3 characters, found 1");
    assert_eq!(
        fault.help.as_deref(),
        Some(
            "A length of time as ISO 8601 writes it: P6Y is six years, P5D five days, PT4H four hours; for example `P5D`"
        )
    );
}

#[test]
fn version_numbers_have_no_leading_zeros_and_two_parts() {
    for wrong in ["1", "1.2.3", "01.2", "1.02", "v1.2", "1.1234567", "1.2 "] {
        assert_eq!(only_fault("matrix", "/version", json!(wrong)).rule, "schema-pattern", "{wrong}");
    }
}

#[test]
fn controls_are_plain_ascii() {
    for wrong in
        ["AC.L2-3.1.1", "cmmc-l2:", "cmmc-l2: AC", "cmmc-l2:АС.L2-3.1.1", "CMMC:AC", "cmmc-l2:AC\u{200b}"]
    {
        assert_eq!(
            only_fault("matrix", "/rows/0/controls/0", json!(wrong)).rule,
            "schema-pattern",
            "{wrong}"
        );
    }
}

#[test]
fn a_whole_list_in_the_wrong_place_is_told_in_a_few_words() {
    let rows = example("matrix")["rows"].clone();
    let fault = only_fault("matrix", "/title", rows);
    assert_eq!(fault.message, "`title` must be a text, found a list with 1 entry");
}

#[test]
fn one_misspelt_kind_of_check_is_one_fault() {
    let mut document = example("policy-kind");
    let check = document.pointer_mut("/rules/0/check").unwrap();
    *check = json!({ "knd": "coverage" });
    let faults = schema::validate(schema::Kind::Policy, &document);
    assert_eq!(faults.len(), 1, "{faults:#?}");
    assert_eq!(faults[0].help.as_deref(), Some("did you mean `kind`?"));
}

/// What a person copied looks right and is not: the message says what cannot be seen, the help what was meant.
#[test]
fn an_id_that_only_looks_right_is_told_for_what_it_is() {
    let fault = |id: &str| {
        let mut matrix = example("matrix");
        matrix["rows"][0]["id"] = json!(id);
        let faults = schema::validate(schema::Kind::Matrix, &matrix);
        let fault = faults.into_iter().find(|fault| fault.pointer == "/rows/0/id").expect(id);
        (fault.message, fault.help.unwrap())
    };
    for (id, what, meant) in [
        ("access ", "it ends with a blank", "`access`"),
        ("\u{a0}access", "it begins with a no-break space (U+00A0)", "`access`"),
        ("access\u{2011}reviews", "is a dash (U+2011) and no hyphen", "`access-reviews`"),
        ("acc\u{435}ss", "is a letter of another script (U+0435) and no `e`", "`access`"),
        ("proc\u{e9}dure", "is no plain letter (U+00E9)", "`procedure`"),
        ("proce\u{301}dure", "an accent in it stands apart from its letter (U+0301)", "`procedure`"),
        ("Access Reviews", "is not a valid id", "`access-reviews`"),
    ] {
        let (message, help) = fault(id);
        assert!(message.contains(what), "{id:?}: {message}");
        assert_eq!(help, format!("did you mean {meant}?"), "{id:?}");
    }
    let (_, help) = fault("\u{6f22}");
    assert!(help.starts_with("1 to 63 lowercase letters"), "nothing is guessed: {help}");
}
