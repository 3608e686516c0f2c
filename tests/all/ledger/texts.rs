//! The thirteen texts of the story, each made from the one before it.

use serde_json::{Value, json};

pub const MSP: &str = "acme-msp";
pub const SOC: &str = "acme-soc";

/// What stands around the rows of both matrices.
pub fn matrix(id: &str, title: &str, number: &str, from: &str, rows: Value) -> Value {
    json!({
        "format": "countersign/matrix/1", "id": id, "kind": "engagement", "version": number, "title": title,
        "frameworks": [{ "pack": "cmmc-l2", "coverage": "listed" }],
        "agreement": { "kind": "msa", "reference": "MSA-2026-014", "exhibit": "C" },
        "effectiveFrom": from,
        "parties": [
            { "id": "acme", "side": "client", "name": "Acme Defense, Inc.", "contacts": [
                { "id": "it-manager", "role": "IT manager", "channel": "it@acme.example", "escalation": 2 },
                { "id": "duty-officer", "role": "Duty officer", "channel": "+1 555 0300", "hours": "24x7", "escalation": 1 }
            ] },
            { "id": "harbor", "side": "provider", "name": "Harbor MSP, LLC", "contacts": [
                { "id": "desk", "role": "Security desk", "channel": "+1 555 0100", "hours": "24x7", "escalation": 1 },
                { "id": "vciso", "role": "vCISO", "channel": "+1 555 0101", "escalation": 2 }
            ] },
            { "id": "dod", "side": "external", "name": "Department of Defense" }
        ],
        "defaults": {
            "duties": [
                { "do": "accountable", "party": "acme", "role": "Affirming official" },
                { "do": "retain-evidence", "party": "acme", "role": "Compliance lead" }
            ],
            "retention": "P6Y"
        },
        "rows": rows
    })
}

fn log_review(id: &str, performer: &str) -> Value {
    let (allocation, role, late) = match performer {
        "acme" => ("client", "IT analyst", "acme/duty-officer"),
        _ => ("provider", "Security desk", "harbor/vciso"),
    };
    json!({
        "id": id, "title": "Log review", "controls": ["cmmc-l2:AU.L2-3.3.3"],
        "activity": "Review the logs of the CUI enclave every day", "allocation": allocation,
        "duties": [
            { "do": "perform", "party": performer, "role": role, "text": "Read the logs and open a ticket for what is odd",
              "cadence": "daily", "within": { "time": "PT24H", "of": "the end of the day", "clock": "wall" }, "escalate": [late] },
            { "do": "approve", "party": "acme", "role": "IT manager" }
        ],
        "evidence": [{ "artifact": "Signed log review", "kind": "record", "collector": performer, "location": "Evidence library, log-review" }]
    })
}

fn access_control(party: &str, id: &str, control: &str) -> Value {
    json!({
        "id": id, "title": "Access control", "controls": [control], "activity": "Grant and remove access to the CUI enclave",
        "allocation": if party == "acme" { "client" } else { "provider" },
        "duties": [{ "do": "perform", "party": party }, { "do": "approve", "party": "acme" }]
    })
}

fn least_privilege(is_split: bool) -> Value {
    let duties = if is_split {
        json!([
            { "id": "ours", "do": "perform", "party": "acme", "text": "Name the privileged accounts and functions",
              "controls": ["cmmc-l2:AC.L2-3.1.5[a]", "cmmc-l2:AC.L2-3.1.5[b]", "cmmc-l2:AC.L2-3.1.5[c]"] },
            { "id": "theirs", "do": "perform", "party": "harbor", "text": "Limit access to security functions",
              "controls": ["cmmc-l2:AC.L2-3.1.5[d]"] },
            { "do": "approve", "party": "acme" }
        ])
    } else {
        json!([{ "do": "perform", "party": "harbor" }, { "do": "approve", "party": "acme" }])
    };
    json!({
        "id": "least-privilege", "title": "Least privilege", "controls": ["cmmc-l2:AC.L2-3.1.5"],
        "activity": "Give nobody more access than the work needs", "allocation": "shared",
        "shared": { "mode": if is_split { "split-objective" } else { "handoff" } }, "duties": duties
    })
}

fn backup(id: &str, activity: &str, performer: &str) -> Value {
    json!({
        "id": id, "title": "Backup", "controls": ["cmmc-l2:MP.L2-3.8.9"], "activity": activity,
        "allocation": if performer == "acme" { "client" } else { "provider" },
        "duties": [{ "do": "perform", "party": performer, "text": activity }, { "do": "approve", "party": "acme" }]
    })
}

fn incident_report(activity: &str) -> Value {
    json!({
        "id": "incident-report", "title": "Report of cyber incidents", "controls": [], "references": ["DFARS 252.204-7012(c)(1)(ii)"],
        "activity": activity, "allocation": "client",
        "duties": [{ "do": "notify", "party": "acme", "to": ["dod"], "role": "IT manager",
                     "within": { "time": "PT72H", "of": "discovery", "clock": "wall" }, "escalate": ["acme/duty-officer"] }]
    })
}

const WHOLE: &str = "cmmc-l2:AC.L2-3.1.1";
const RUN: &str = "Back up the CUI enclave every night";
const RESTORE: &str = "Restore a sample of the backup every month";
const BOTH: &str = "Back up the CUI enclave every night and restore a sample every month";
const REPORT: &str = "Report cyber incidents to the Department of Defense";

fn msp(number: &str, from: &str, rows: Value) -> Value {
    matrix(MSP, "Acme Defense and Harbor MSP: managed services", number, from, rows)
}

fn soc(number: &str, from: &str, rows: Value) -> Value {
    matrix(SOC, "Acme Defense and Harbor MSP: security operations", number, from, rows)
}

pub fn msp_1_0() -> Value {
    let rows = json!([
        log_review("log-review", "harbor"),
        access_control("acme", "access-control", WHOLE),
        least_privilege(false),
        backup("backup", BOTH, "harbor"),
        incident_report(REPORT)
    ]);
    msp("1.0", "2026-02-01", rows)
}

/// Acme takes on log review.
pub fn msp_1_1() -> Value {
    let mut one = msp_1_0();
    (one["version"], one["effectiveFrom"]) = (json!("1.1"), json!("2026-06-01"));
    one["rows"][0] = log_review("log-review", "acme");
    one
}

/// Acme was to take on backup; Ann withdraws before Bob has signed.
pub fn msp_1_2() -> Value {
    let mut one = msp_1_1();
    (one["version"], one["effectiveFrom"]) = (json!("1.2"), json!("2026-09-01"));
    one["rows"][3] = backup("backup", BOTH, "acme");
    one
}

/// Backup is split in two.
pub fn msp_2_0() -> Value {
    let mut one = msp_1_1();
    (one["version"], one["effectiveFrom"]) = (json!("2.0"), json!("2026-10-01"));
    one["rows"][3] = backup("backup-run", RUN, "harbor");
    one["rows"].as_array_mut().unwrap().insert(4, backup("backup-restore-test", RESTORE, "acme"));
    one
}

/// Log review went back to Harbor on New Year's day; the paper came late.
pub fn msp_2_1() -> Value {
    let mut one = msp_2_0();
    (one["version"], one["effectiveFrom"]) = (json!("2.1"), json!("2027-01-01"));
    one["retroactive"] = json!("The log platform moved to Harbor on New Year's day; the paper came late");
    one["rows"][0] = log_review("log-review", "harbor");
    one
}

/// Access control and least privilege are split by objective.
pub fn msp_2_2() -> Value {
    let mut one = msp_2_0();
    (one["version"], one["effectiveFrom"]) = (json!("2.2"), json!("2027-04-01"));
    one["rows"][0] = log_review("log-review", "harbor");
    one["rows"][2] = least_privilege(true);
    let limits = access_control("harbor", "access-system-limits", "cmmc-l2:AC.L2-3.1.1[d]");
    one["rows"].as_array_mut().unwrap().insert(2, limits);
    one
}

/// Another telephone number of the desk, and an end.
pub fn msp_2_3() -> Value {
    let mut one = msp_2_2();
    (one["version"], one["effectiveFrom"]) = (json!("2.3"), json!("2027-07-01"));
    one["effectiveUntil"] = json!("2027-12-01");
    one["parties"][1]["contacts"][0]["channel"] = json!("+1 555 0199");
    one
}

/// After six weeks without an agreement; log review is now a matter of security operations.
pub fn msp_3_0() -> Value {
    let mut one = msp_2_3();
    (one["version"], one["effectiveFrom"]) = (json!("3.0"), json!("2028-01-15"));
    one.as_object_mut().unwrap().remove("effectiveUntil");
    one["rows"].as_array_mut().unwrap().remove(0);
    one
}

/// Harbor takes on the restore test.
pub fn msp_3_1() -> Value {
    let mut one = msp_3_0();
    (one["version"], one["effectiveFrom"]) = (json!("3.1"), json!("2028-03-01"));
    let rows = one["rows"].as_array_mut().unwrap();
    let place = rows.iter().position(|row| row["id"] == "backup-restore-test").unwrap();
    rows[place] = backup("backup-restore-test", RESTORE, "harbor");
    one
}

/// The last version: other words for the report, and the end of the engagement.
pub fn msp_4_0() -> Value {
    let mut one = msp_3_1();
    (one["version"], one["effectiveFrom"]) = (json!("4.0"), json!("2028-09-01"));
    one["effectiveUntil"] = json!("2029-01-01");
    let rows = one["rows"].as_array_mut().unwrap();
    *rows.last_mut().unwrap() = incident_report("Report every cyber incident to the Department of Defense");
    one
}

pub fn soc_1_0() -> Value {
    let rows = json!([{
        "id": "alerts", "title": "Alerts", "controls": ["cmmc-l2:AU.L2-3.3.5"],
        "activity": "Correlate the alerts of the CUI enclave", "allocation": "provider",
        "duties": [{ "do": "perform", "party": "harbor" }, { "do": "approve", "party": "acme" }]
    }]);
    soc("1.0", "2027-11-15", rows)
}

/// Log review moves here.
pub fn soc_1_1() -> Value {
    let mut one = soc_1_0();
    (one["version"], one["effectiveFrom"]) = (json!("1.1"), json!("2028-01-15"));
    one["rows"].as_array_mut().unwrap().push(log_review("soc-log-review", "harbor"));
    one
}

/// Acme was to take on log review, or has: nobody can tell.
pub fn soc_2_0() -> Value {
    let mut one = soc_1_1();
    (one["version"], one["effectiveFrom"]) = (json!("2.0"), json!("2028-06-01"));
    one["rows"][1] = log_review("soc-log-review", "acme");
    one
}
