//! A provider and a client with a clone each, a remote between them, and a key each.

use std::collections::BTreeMap;
use std::path::Path;

use countersign::project::Snapshot;
use countersign::project::signed_files;
use countersign::trust::{self, standing::Standing};
use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::{Value, json};

use crate::support::{Folder, Key, KeyKind, Output, Repo};

const CLEAN: &str = include_str!("../../../policies/core/minimal.json");
pub const ID: &str = "minimal";
pub const FILE: &str = "matrices/acme.json";

/// Returns the day this many days from now. What is signed carries the machine's own day.
pub fn day(from_now: i64) -> String {
    today().checked_add(from_now.days()).unwrap().to_string()
}

/// Returns the day on which the tests began, the same for all of them: midnight may come while they run.
fn today() -> Date {
    static TODAY: std::sync::OnceLock<Date> = std::sync::OnceLock::new();
    *TODAY.get_or_init(|| jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date())
}

/// Returns a matrix on which no rule has anything to say today.
pub fn matrix(version: &str, from: i64) -> Value {
    let mut matrix: Value = serde_json::from_str(CLEAN).unwrap();
    matrix["version"] = json!(version);
    matrix["effectiveFrom"] = json!(day(from));
    matrix["review"]["last"] = json!(day(-5));
    matrix["services"][0]["startsOn"] = json!(day(-3));
    crate::support::reviews::read_all(&mut matrix, &day(-1));
    matrix
}

pub fn text(value: &Value) -> String {
    format!("{}\n", serde_json::to_string_pretty(value).unwrap())
}

pub struct Scene {
    pub remote: Repo,
    pub harbor: Repo,
    pub acme: Repo,
    pub ann: Key,
    pub bob: Key,
}

/// Runs a command that has to succeed.
pub fn ok(place: &Folder, words: &[&str]) -> String {
    let output = place.countersign(words);
    assert_eq!(output.code, 0, "{words:?}\n{}{}", output.stdout, output.stderr);
    output.stdout
}

/// Runs a command that has to fail with this exit code, and returns what it complained about.
pub fn fails(place: &Folder, code: i32, words: &[&str]) -> String {
    let output = place.countersign(words);
    assert_eq!(output.code, code, "{words:?}\n{}{}", output.stdout, output.stderr);
    format!("{}{}", output.stdout, output.stderr)
}

pub fn file(key: &Key) -> &str {
    key.file().to_str().unwrap()
}

pub fn public(key: &Key) -> String {
    format!("{}.pub", file(key))
}

/// Gives the last word on the version that waits for it, and marks it.
pub fn close(place: &Folder, key: &Key) -> String {
    ok(place, &["mark", ID, "--key", file(key), "--yes"])
}

/// Signs a version.
pub fn sign(place: &Folder, who: &str, key: &Key) -> String {
    ok(place, &["sign", ID, "--as", who, "--key", file(key), "--yes"])
}

pub fn judge(root: &Path) -> Standing {
    let tree = signed_files(&Snapshot::on_disk(root.to_path_buf()).unwrap()).unwrap();
    trust::judge(&tree, None, today()).unwrap()
}

/// Returns how every version stands on a day, and every fault.
pub fn verdict(root: &Path, from_now: i64) -> (BTreeMap<String, &'static str>, Vec<String>) {
    let tree = signed_files(&Snapshot::on_disk(root.to_path_buf()).unwrap()).unwrap();
    let standing = trust::judge(&tree, None, day(from_now).parse().unwrap()).unwrap();
    let versions = standing.matrices.values().flat_map(|matrix| matrix.versions.values());
    let states = versions.map(|one| (one.version.to_string(), one.state.code())).collect();
    let faults = standing.faults.iter().map(|one| format!("{} {} {}", one.rule, one.file, one.message));
    (states, faults.collect())
}

/// Returns the state of a version today.
pub fn state(place: &Folder, version: &str) -> String {
    verdict(place.root(), 0).0.get(version).copied().unwrap_or("none").to_owned()
}

/// Nothing is left over in the work tree, the index or the repository.
pub fn assert_tidy(repo: &Repo) {
    assert_eq!(repo.git(&["status", "--porcelain"]), "");
    assert!(!repo.path(".git/countersign.unfinished").exists());
    repo.git(&["fsck", "--strict", "--no-dangling"]);
}

impl Scene {
    /// A committed matrix in two clones; nobody may sign yet.
    pub fn new() -> Self {
        let harbor = Repo::new();
        harbor.write(FILE, text(&matrix("1.0", 1)));
        harbor.write(".gitattributes", "/matrices/** -text\n/signoffs/** -text\n/trust/** -text\n");
        harbor.commit("Start");
        let remote = harbor.bare_remote();
        let acme = remote.clone_whole();
        let (ann, bob) = (harbor.key(KeyKind::Ed25519), harbor.key(KeyKind::EcdsaP256));
        Self { remote, harbor, acme, ann, bob }
    }

    /// Both keys have signed who may sign.
    pub fn with_roster() -> Self {
        let scene = Self::new();
        scene.start(&[]);
        ok(&scene.harbor, &["roster", "sign", "--as", "harbor/ann", "--key", file(&scene.ann), "--yes"]);
        scene.to_acme();
        ok(&scene.acme, &["roster", "sign", "--as", "acme/bob", "--key", file(&scene.bob), "--yes"]);
        scene.to_harbor();
        scene
    }

    /// Both have signed version 1.0, and Harbor, who offered it, has closed and marked it.
    pub fn agreed() -> Self {
        let scene = Self::with_roster();
        scene.agree();
        assert_eq!(verdict(scene.harbor.root(), 1).0["1.0"], "in-force");
        scene
    }

    pub fn start(&self, more: &[&str]) -> String {
        let (bob, ann) = (public(&self.bob), public(&self.ann));
        let mut words = vec!["roster", "start"];
        words.extend([
            "--party",
            "acme",
            "--signer",
            "bob",
            "--name",
            "Bob B.",
            "--role",
            "IT manager",
            "--key",
            &bob,
        ]);
        words.extend([
            "--party", "harbor", "--signer", "ann", "--name", "Ann A.", "--role", "vCISO", "--key", &ann,
        ]);
        words.extend(more);
        ok(&self.harbor, &words)
    }

    /// Brings what the provider recorded to the client.
    pub fn to_acme(&self) {
        self.harbor.push();
        self.acme.pull();
    }

    /// Brings what the client recorded to the provider.
    pub fn to_harbor(&self) {
        self.acme.push();
        self.harbor.pull();
    }

    /// Harbor offers what it has, Acme accepts it, Harbor closes it; both have it in the end.
    pub fn agree(&self) {
        sign(&self.harbor, "harbor/ann", &self.ann);
        self.to_acme();
        sign(&self.acme, "acme/bob", &self.bob);
        self.to_harbor();
        close(&self.harbor, &self.ann);
        self.to_acme();
    }

    /// Commits another text as a pull request would bring it.
    pub fn change(&self, matrix: &Value) {
        self.harbor.write(FILE, text(matrix));
        self.harbor.commit("Change the matrix");
    }
}

/// Runs a program with a terminal of its own, fed with a line.
pub fn at_terminal(place: &Folder, words: &[&str], line: &str) -> Output {
    let quoted: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
    let command = format!("{} {}", env!("CARGO_BIN_EXE_countersign"), quoted.join(" "));
    place
        .run("sh", &["-c", &format!("(sleep 1; echo {line}; sleep 1) | script -qec \"{command}\" /dev/null")])
}
