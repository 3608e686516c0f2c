//! A repository with a matrix that both parties signed.

use serde_json::{Value, json};

use crate::support::engagement::{ANN, BOB, Engagement, ID};
use crate::support::{Folder, Output, Repo};

/// The shipped minimal matrix, on which no rule has anything to say on this day.
const CLEAN: &str = include_str!("../../../policies/core/minimal.json");
pub const DAY: &str = "2026-11-20";
pub const WORKING: &str = "matrices/acme.json";

/// Returns the text of a version.
pub fn matrix(version: &str, from: &str) -> Value {
    let mut matrix: Value = serde_json::from_str(CLEAN).unwrap();
    matrix["id"] = json!(ID);
    matrix["version"] = json!(version);
    matrix["effectiveFrom"] = json!(from);
    // The service starts with the first version, so that a later one is no material change.
    matrix["services"][0]["startsOn"] = json!(if version == "1.0" { from } else { "2026-11-15" });
    matrix
}

pub fn text(value: &Value) -> String {
    format!("{}\n", serde_json::to_string_pretty(value).unwrap())
}

/// A repository and the sign-offs that lie in it.
pub struct Project {
    pub repo: Repo,
    pub signed: Engagement,
}

impl Project {
    /// A version that is offered and that nobody has signed.
    pub fn offered() -> Self {
        let mut signed = Engagement::new();
        signed.offer_json("1.0", &matrix("1.0", "2026-11-15"));
        let one = Self { repo: Repo::new(), signed };
        one.repo.write(WORKING, text(&matrix("1.0", "2026-11-15")));
        one.repo.write(".gitattributes", "matrices/** -text\nsignoffs/** -text\ntrust/** -text\n");
        one.record("Offer 1.0");
        one
    }

    /// A version that both signed, in force and marked.
    pub fn in_force() -> Self {
        let mut one = Self::offered();
        one.signed.approve(ANN, "1.0");
        one.record("Ann signs");
        one.signed.approve(BOB, "1.0");
        one.record("Bob signs");
        one.signed.acknowledge(ANN, "1.0");
        one.record("Ann has seen both");
        one.signed.mark("1.0", |_| ());
        one.record("Mark 1.0");
        one.prove();
        one
    }

    /// Writes what is signed and commits everything.
    pub fn record(&self, message: &str) -> String {
        for (path, blob) in &self.signed.tree {
            self.repo.write(path, &*blob.bytes);
        }
        self.repo.commit(message)
    }

    /// Returns the fingerprint for the contract.
    pub fn anchor(&self) -> String {
        self.signed.digest("trust/1.json").to_string()
    }

    /// Shows that all is well and in force: where an attack starts.
    pub fn prove(&self) {
        let (code, report) = self.check(&["--effective", "--anchor", &self.anchor(), "--fail-on", "warning"]);
        assert_eq!((code, weighty(&report)), (0, vec![]), "{report:#}");
        assert_eq!(report["matrices"][0]["standing"], "in-force");
    }

    pub fn check(&self, words: &[&str]) -> (i32, Value) {
        check(&self.repo, words)
    }

    /// Offers the next version as the working text and commits it.
    pub fn offer(&mut self, version: &str, from: &str) {
        self.signed.offer_json(version, &matrix(version, from));
        self.repo.write(WORKING, text(&matrix(version, from)));
        self.record("Offer");
    }
}

pub fn check(folder: &Folder, words: &[&str]) -> (i32, Value) {
    check_with(folder, words, &[])
}

pub fn check_with(folder: &Folder, words: &[&str], settings: &[(&str, &str)]) -> (i32, Value) {
    let all: Vec<&str> = ["check", "--format", "json", "--as-of", DAY].iter().chain(words).copied().collect();
    let Output { code, stdout, stderr } = folder.countersign_with(&all, settings);
    let report = serde_json::from_str(&stdout).unwrap_or_else(|error| panic!("{error}: {stdout}{stderr}"));
    (code, report)
}

pub fn rules(report: &Value) -> Vec<&str> {
    report["findings"].as_array().unwrap().iter().map(|one| one["rule"].as_str().unwrap()).collect()
}

/// Returns the rules of errors and warnings.
pub fn weighty(report: &Value) -> Vec<&str> {
    let findings = report["findings"].as_array().unwrap().iter().filter(|one| one["severity"] != "note");
    findings.map(|one| one["rule"].as_str().unwrap()).collect()
}

/// A rule of the engagement's own that the matrix does not hold.
pub fn policy(severity: &str) -> String {
    text(&json!({ "format": "countersign/policy/1", "id": "acme", "title": "Acme's own rules", "rules": [{
        "id": "acme-is-gold", "title": "Everything is gold", "why": "Gold lasts.", "fix": "Use gold.",
        "severity": severity, "stage": "always", "references": [],
        "check": { "given": "$.rows[?@.id == 'access-reviews']", "must": { "properties": { "title": { "pattern": "gold" } } } },
        "message": "row `{row}` is not gold", "examples": { "pass": [{ "rows": [{ "title": "gold" }] }], "fail": [{ "rows": [{ "title": "tin" }] }] }
    }] }))
}
