//! Three years of Acme Defense and Harbor MSP: two matrices, thirteen versions, two rosters, one quarrel.
//!
//! Every step is a commit on the day on which it was recorded. What a signer claims (`signedAt`) and what a
//! commit records differ once, on purpose: Ann's withdrawal of `acme-soc` 2.0.

use countersign::trust::judged::Judged;
use countersign::trust::name::{Digest, MatrixId};
use countersign::trust::statement::{self, Decision, JudgedRef, MatrixRef, Statement, VersionRef, folder};
use serde_json::{Value, json};

use crate::engagement::{ANN, BEA, BOB, Engagement, Person, day, version};
use crate::support::Repo;

pub const MSP: &str = "acme-msp";
pub const SOC: &str = "acme-soc";

/// The repository at the end of the story, and the sign-offs that lie in it.
pub struct Story {
    pub repo: Repo,
    pub signed: Engagement,
}

/// When a signer says to have signed: a day, at nine.
type SignedOn<'a> = &'a str;

impl Story {
    pub fn new() -> Self {
        let mut story = Self { repo: Repo::new(), signed: Engagement::new() };
        story.repo.write(".gitattributes", "matrices/** -text\nsignoffs/** -text\ntrust/** -text\n");
        let config = json!({ "format": "countersign/config/1", "packs": ["core", "cmmc-l2"] });
        story.repo.write("countersign.json", text(&config));
        story.record("2026-01-05", "Settle who may sign");
        story.first_year();
        story.second_year();
        story.third_year();
        story
    }

    fn first_year(&mut self) {
        self.offer("2026-01-10", &msp_1_0());
        self.approve(ANN, MSP, "1.0", "2026-01-12");
        self.approve(BOB, MSP, "1.0", "2026-01-14");
        self.agree(&msp_1_1(), [("2026-05-04", ANN), ("2026-05-06", BOB)]);
        self.offer("2026-08-01", &msp_1_2());
        let approve = self.approve(ANN, MSP, "1.2", "2026-08-03");
        self.repo.tag("offered-1.2");
        self.say(ANN, Decision::Withdraw, MSP, "1.2", "2026-08-10", |one| one.of = Some(approve));
        self.record("2026-08-10", "Ann withdraws 1.2");
        self.agree(&msp_2_0(), [("2026-09-14", ANN), ("2026-09-16", BOB)]);
        self.repo.tag("before-2.1");
    }

    fn second_year(&mut self) {
        self.agree(&msp_2_1(), [("2027-02-20", ANN), ("2027-02-22", BOB)]);
        self.agree(&msp_2_2(), [("2027-03-10", ANN), ("2027-03-12", BOB)]);
        self.signed.rotate(2, &[(&[BEA], 1), (&[ANN], 1)], &[BOB, ANN, BEA]);
        self.record("2027-05-20", "Bea signs for Acme in place of Bob");
        self.agree(&msp_2_3(), [("2027-06-10", ANN), ("2027-06-12", BEA)]);
        self.agree(&soc_1_0(), [("2027-11-02", ANN), ("2027-11-03", BEA)]);
    }

    fn third_year(&mut self) {
        self.agree(&soc_1_1(), [("2027-12-21", ANN), ("2028-01-10", BEA)]);
        self.agree(&msp_3_0(), [("2027-12-20", ANN), ("2028-01-10", BEA)]);
        self.agree(&msp_3_1(), [("2028-02-10", ANN), ("2028-02-12", BEA)]);
        self.say(BEA, Decision::Contest, MSP, "3.1", "2028-04-05", |one| {
            one.of = Some(one.matrix.sha256);
            one.reason = Some("Harbor never restored a sample in March".into());
        });
        self.record("2028-04-05", "Bea contests 3.1");
        self.quarrel();
        self.agree(&msp_4_0(), [("2028-08-01", ANN), ("2028-08-03", BEA)]);
    }

    /// Ann approves, Bea approves, and Ann's withdrawal, which neither saw, turns up a week later.
    fn quarrel(&mut self) {
        self.offer("2028-05-09", &soc_2_0());
        let approve = self.approve(ANN, SOC, "2.0", "2028-05-10");
        self.repo.tag("soc-2-offered");
        let mut withdraw = self.draft(ANN, Decision::Withdraw, SOC, "2.0", "2028-05-11");
        withdraw.of = Some(approve);
        self.approve(BEA, SOC, "2.0", "2028-05-12");
        self.repo.tag("soc-2-complete");
        self.signed.record(ANN, &withdraw.finished());
        self.record("2028-05-20", "Ann's withdrawal arrives");
    }

    /// Offers a version on the day of the first signature; the signatures follow.
    fn agree(&mut self, matrix: &Value, by: [(SignedOn<'_>, Person); 2]) {
        self.offer(by[0].0, matrix);
        let (id, number) = (matrix["id"].as_str().unwrap(), matrix["version"].as_str().unwrap());
        for (on, who) in by {
            self.approve(who, id, number, on);
        }
    }

    fn offer(&mut self, on: &str, matrix: &Value) {
        let bytes = text(matrix).into_bytes();
        let (id, number) = (matrix["id"].as_str().unwrap(), matrix["version"].as_str().unwrap());
        let name =
            MatrixRef { id: id.parse().unwrap(), version: version(number), sha256: Digest::of(&bytes) };
        let judged = Judged {
            format: "countersign/judged/1".into(),
            as_of: day(on),
            tool: "0.1.0".into(),
            schema: Digest::of(b"schema"),
            packs: Vec::new(),
            config: None,
            waivers_file: None,
            policies: Vec::new(),
            waivers: Vec::new(),
            findings: Vec::new(),
            matrix: name,
        };
        let folder = folder(&id.parse().unwrap(), version(number));
        self.repo.write(&format!("matrices/{id}.json"), &bytes);
        self.signed.put(format!("{folder}/matrix.json"), bytes);
        self.signed.put(format!("{folder}/judged.json"), judged.to_bytes());
        self.record(on, &format!("Offer {id} {number}"));
    }

    fn approve(&mut self, who: Person, id: &str, number: &str, on: &str) -> Digest {
        let path = self.say(who, Decision::Approve, id, number, on, |_| ());
        self.record(on, &format!("{} approves {id} {number}", who.id));
        self.signed.digest(&path)
    }

    fn say(
        &mut self,
        who: Person,
        decision: Decision,
        id: &str,
        number: &str,
        on: &str,
        change: impl FnOnce(&mut Statement),
    ) -> String {
        let mut draft = self.draft(who, decision, id, number, on);
        change(&mut draft);
        self.signed.record(who, &draft.finished())
    }

    /// What an honest client would sign now.
    fn draft(&self, who: Person, decision: Decision, id: &str, number: &str, on: &str) -> Statement {
        let now = self.signed.judge();
        let matrix: MatrixId = id.parse().unwrap();
        let (number, versions) = (version(number), &now.matrices[&matrix].versions);
        let standing = versions.iter().rev().find(|(n, one)| **n < number && one.state.is_standing());
        let bytes = |name: &str| &self.signed.tree[&format!("{}/{name}", folder(&matrix, number))].bytes;
        Statement {
            format: statement::FORMAT.into(),
            engagement: self.signed.number,
            decision,
            matrix: MatrixRef {
                id: matrix.clone(),
                version: number,
                sha256: Digest::of(bytes("matrix.json")),
            },
            judged: JudgedRef { sha256: Digest::of(bytes("judged.json")) },
            previous: standing.map(|(n, one)| VersionRef { version: *n, sha256: one.sha256.unwrap() }),
            roster: now.roster().unwrap().reference(),
            party: who.party_id(),
            signer: who.signer_id(),
            key: who.fingerprint(),
            effective_from: versions[&number].head.as_ref().unwrap().effective_from,
            signed_at: format!("{on}T09:00:00Z").parse().unwrap(),
            after: versions[&number].seen(),
            of: None,
            reason: None,
            text: String::new(),
        }
    }

    /// Commits everything that was signed, on a day.
    fn record(&self, on: &str, message: &str) {
        for (path, blob) in &self.signed.tree {
            self.repo.write(path, &*blob.bytes);
        }
        self.repo.on_day(on).commit(message);
    }
}

fn text(value: &Value) -> String {
    format!("{}\n", serde_json::to_string_pretty(value).unwrap())
}

/// What stands around the rows of both matrices.
fn matrix(id: &str, title: &str, number: &str, from: &str, rows: Value) -> Value {
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

fn msp_1_0() -> Value {
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
fn msp_1_1() -> Value {
    let mut one = msp_1_0();
    (one["version"], one["effectiveFrom"]) = (json!("1.1"), json!("2026-06-01"));
    one["rows"][0] = log_review("log-review", "acme");
    one
}

/// Acme was to take on backup; Ann withdraws before Bob has signed.
fn msp_1_2() -> Value {
    let mut one = msp_1_1();
    (one["version"], one["effectiveFrom"]) = (json!("1.2"), json!("2026-09-01"));
    one["rows"][3] = backup("backup", BOTH, "acme");
    one
}

/// Backup is split in two.
fn msp_2_0() -> Value {
    let mut one = msp_1_1();
    (one["version"], one["effectiveFrom"]) = (json!("2.0"), json!("2026-10-01"));
    one["rows"][3] = backup("backup-run", RUN, "harbor");
    one["rows"].as_array_mut().unwrap().insert(4, backup("backup-restore-test", RESTORE, "acme"));
    one
}

/// Log review went back to Harbor on New Year's day; the paper came late.
fn msp_2_1() -> Value {
    let mut one = msp_2_0();
    (one["version"], one["effectiveFrom"]) = (json!("2.1"), json!("2027-01-01"));
    one["retroactive"] = json!("The log platform moved to Harbor on New Year's day; the paper came late");
    one["rows"][0] = log_review("log-review", "harbor");
    one
}

/// Access control and least privilege are split by objective.
fn msp_2_2() -> Value {
    let mut one = msp_2_0();
    (one["version"], one["effectiveFrom"]) = (json!("2.2"), json!("2027-04-01"));
    one["rows"][0] = log_review("log-review", "harbor");
    one["rows"][2] = least_privilege(true);
    let limits = access_control("harbor", "access-system-limits", "cmmc-l2:AC.L2-3.1.1[d]");
    one["rows"].as_array_mut().unwrap().insert(2, limits);
    one
}

/// Another telephone number of the desk, and an end.
fn msp_2_3() -> Value {
    let mut one = msp_2_2();
    (one["version"], one["effectiveFrom"]) = (json!("2.3"), json!("2027-07-01"));
    one["effectiveUntil"] = json!("2027-12-01");
    one["parties"][1]["contacts"][0]["channel"] = json!("+1 555 0199");
    one
}

/// After six weeks without an agreement; log review is now a matter of security operations.
fn msp_3_0() -> Value {
    let mut one = msp_2_3();
    (one["version"], one["effectiveFrom"]) = (json!("3.0"), json!("2028-01-15"));
    one.as_object_mut().unwrap().remove("effectiveUntil");
    one["rows"].as_array_mut().unwrap().remove(0);
    one
}

/// Harbor takes on the restore test.
fn msp_3_1() -> Value {
    let mut one = msp_3_0();
    (one["version"], one["effectiveFrom"]) = (json!("3.1"), json!("2028-03-01"));
    let rows = one["rows"].as_array_mut().unwrap();
    let place = rows.iter().position(|row| row["id"] == "backup-restore-test").unwrap();
    rows[place] = backup("backup-restore-test", RESTORE, "harbor");
    one
}

/// The last version: other words for the report, and the end of the engagement.
fn msp_4_0() -> Value {
    let mut one = msp_3_1();
    (one["version"], one["effectiveFrom"]) = (json!("4.0"), json!("2028-09-01"));
    one["effectiveUntil"] = json!("2029-01-01");
    let rows = one["rows"].as_array_mut().unwrap();
    *rows.last_mut().unwrap() = incident_report("Report every cyber incident to the Department of Defense");
    one
}

fn soc_1_0() -> Value {
    let rows = json!([{
        "id": "alerts", "title": "Alerts", "controls": ["cmmc-l2:AU.L2-3.3.5"],
        "activity": "Correlate the alerts of the CUI enclave", "allocation": "provider",
        "duties": [{ "do": "perform", "party": "harbor" }, { "do": "approve", "party": "acme" }]
    }]);
    soc("1.0", "2027-11-15", rows)
}

/// Log review moves here.
fn soc_1_1() -> Value {
    let mut one = soc_1_0();
    (one["version"], one["effectiveFrom"]) = (json!("1.1"), json!("2028-01-15"));
    one["rows"].as_array_mut().unwrap().push(log_review("soc-log-review", "harbor"));
    one
}

/// Acme was to take on log review, or has: nobody can tell.
fn soc_2_0() -> Value {
    let mut one = soc_1_1();
    (one["version"], one["effectiveFrom"]) = (json!("2.0"), json!("2028-06-01"));
    one["rows"][1] = log_review("soc-log-review", "acme");
    one
}
