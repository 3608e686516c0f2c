//! Attacks through git on a repository that is in force: what is claimed in commits, names and objects has no say.

use std::fs;
use std::path::Path;

use countersign::project::Snapshot;
use countersign::project::signed_files;
use countersign::trust::force::Force;
use countersign::trust::name::{MatrixId, SignerId};
use countersign::trust::sshsig::Namespace;
use countersign::trust::standing::Standing;
use git2::{ObjectType, Oid};

use crate::standing::project::{DAY, Project, WORKING, check, matrix, rules, text, weighty};
use crate::support::Folder;
use crate::support::engagement::{AL, ANN, BOB, Engagement, ID, version};
use crate::support::people::Person;

const FOLDER: &str = "signoffs/acme-cmmc-l2/1.0";

fn judged(root: &Path) -> Standing {
    let tree = signed_files(&Snapshot::on_disk(root.to_path_buf()).unwrap()).unwrap();
    countersign::trust::judge(&tree, None, DAY.parse().unwrap()).unwrap()
}

/// Returns why a statement of the repository does not count.
fn code(one: &Project, path: &str) -> &'static str {
    let standing = judged(one.repo.root());
    let versions = standing.matrices.values().flat_map(|matrix| matrix.versions.values());
    let mut all = versions.flat_map(|version| &version.statements);
    let found = all.find(|one| one.path == path).expect("the statement is there");
    found.verdict.reason().map_or("accepted", |reason| reason.code())
}

/// Shows that a version is in force, whatever else lies there.
fn in_force(one: &Project, number: &str) {
    let force = judged(one.repo.root()).in_force(&ID.parse().unwrap(), DAY.parse().unwrap());
    assert_eq!(force, Force::Version(version(number)));
}

/// 1.0 in force, 1.1 approved by Ann: what an attacker needs is Bob's word.
fn open() -> Project {
    let mut one = Project::in_force();
    one.offer("1.1", "2026-11-20");
    one.signed.approve(ANN, "1.1");
    one.record("Ann signs");
    in_force(&one, "1.0");
    one
}

/// Rows 1, 2, 3, 28, 62: author, day and message of a commit are claims.
#[test]
fn a_commit_under_another_name_and_day_is_no_consent() {
    let eve = Person { key: "eve", ..BOB };
    for (who, signature, reason) in [
        (eve, Some("eve"), "unknown-key"),
        (BOB, Some("eve"), "signature-other-key"),
        (BOB, None, "signature-missing"),
    ] {
        let mut one = open();
        let path = one.signed.approve(who, "1.1");
        let bytes = one.signed.tree[&path].bytes.clone();
        one.signed.remove(&format!("{path}.sig"));
        if let Some(key) = signature {
            one.signed.put(
                format!("{path}.sig"),
                crate::support::keys::sign(key, Namespace::Statement.as_str(), &bytes),
            );
        }
        for (path, blob) in &one.signed.tree {
            one.repo.write(path, &*blob.bytes);
        }
        one.repo.git(&["add", "--all"]);
        let message = "signoff: acme/bob approves acme-cmmc-l2 1.1\n\nCountersign-Party: acme\nCountersign-Signer: bob\n";
        let author = ["--author", "Bob B. <bob@acme.example>", "--date", "2026-11-01T00:00:00Z"];
        one.repo.git(&[&["commit", "-q", "-m", message], &author[..]].concat());
        assert_eq!(code(&one, &path), reason);
        in_force(&one, "1.0");
    }
}

/// Rows 57 to 61: trailers in any shape decide nothing.
#[test]
fn trailers_of_every_shape_decide_nothing() {
    let own = "Countersign-Party: acme\nCountersign-Signer: bob\nCountersign-Decision: approve";
    for (message, is_told) in [
        (format!("Sign\n\n{own}\n\nmore words\n"), true),
        (format!("Sign\n\n---\n{own}\n"), true),
        ("Sign\n\nCountersign-Party: harbor\nCountersign-Party: acme\n".to_owned(), true),
        ("Sign\n\nCountersign-Party: harbor\n  acme\n".to_owned(), false),
        ("Sign\n\nCountersign-Party: harbor\r\n".to_owned(), true),
        ("Sign\n\nCountersign-Party: har\u{202e}bor\n".to_owned(), true),
    ] {
        let mut one = Project::in_force();
        one.offer("1.1", "2026-11-20");
        in_force(&one, "1.0");
        one.signed.approve(ANN, "1.1");
        one.record(&message);
        let told = weighty(&one.check(&[]).1).contains(&"record-trailers-agree");
        assert_eq!(told, is_told, "{message:?}");
        in_force(&one, "1.0");
    }
}

/// Row 22: a schema that lies in the repository is for its editors.
#[test]
fn a_schema_of_the_repository_weakens_nothing() {
    let one = Project::in_force();
    for path in
        ["schema/matrix.schema.json", ".vscode/countersign/matrix.schema.json", "matrices/schema.json"]
    {
        one.repo.write(path, "true\n");
    }
    let mut other = matrix("1.1", "2026-12-01");
    other["requireSignoff"] = false.into();
    one.repo.write(WORKING, text(&other)).commit("Anything goes");
    let (code, report) = one.check(&[WORKING]);
    assert_eq!((code, weighty(&report)), (1, vec!["schema-unknown-field"]), "{report:#}");
    in_force(&one, "1.0");
}

/// Rows 36 and 42: tags and mailmaps are never read.
#[test]
fn tags_and_mailmaps_have_no_say() {
    let one = Project::in_force();
    let before = one.check(&["--effective"]).1;
    one.repo.branch("other").remove("signoffs").commit("Nothing was signed");
    one.repo.tag("acme-cmmc-l2/1.0").tag("matrix/acme-cmmc-l2/v1.0").switch("main");
    one.repo.write(".mailmap", "Bob B. <bob@acme.example> Ann Author <ann@harbor.example>\n");
    one.repo.git(&["config", "mailmap.file", ".mailmap"]);
    one.prove();
    assert_eq!(one.check(&["--effective"]).1, before);
}

/// Row 38: what a merge brings that neither side had is judged like everything else.
#[test]
fn an_evil_merge_is_judged_by_its_tree() {
    let one = Project::in_force();
    one.repo.branch("side").write("side.txt", "side").commit("Side");
    one.repo.switch("main").write("main.txt", "main").commit("Main");
    one.prove();
    one.repo.git(&["merge", "-q", "--no-commit", "--no-ff", "side"]);
    let path = format!("{FOLDER}/matrix.json");
    one.repo.write(&path, one.repo.read(&path).replace("quarterly", "yearly")).commit("Merge side");
    assert_eq!(one.repo.git(&["rev-list", "--parents", "-1", "HEAD"]).split(' ').count(), 3);
    let approve = one.signed.approve_of(BOB, "1.0");
    assert_eq!(code(&one, &approve), "other-matrix");
    assert_eq!(one.check(&["--effective"]).0, 1);
}

/// Row 39: from a branch beside the one that is known, what was known there is missed.
#[test]
fn a_branch_beside_the_known_one_misses_what_was_known() {
    let mut one = Project::in_force();
    one.repo.branch("known");
    let contest = one.signed.contest(BOB, "1.0");
    let known = one.record("Bob disputes");
    one.repo.switch("main").write("notes.txt", "main went on").commit("Main went on");
    one.prove();
    let (code, report) = one.check(&["--since", &known]);
    assert_eq!((code, weighty(&report)), (1, vec!["record-is-kept"]), "{report:#}");
    assert_eq!(report["findings"][0]["file"], contest);
}

/// Row 43: an object under another's id is no evidence, and borrowed objects are as good as own ones.
#[test]
fn an_object_that_was_substituted_is_not_judged() {
    let one = Project::in_force();
    let shared = one.repo.root().with_file_name("shared");
    one.repo.git(&["clone", "-q", "--shared", ".", shared.to_str().unwrap()]);
    let anchor = one.anchor();
    let borrowed =
        ["-C", shared.to_str().unwrap(), "check", "--effective", "--anchor", &anchor, "--as-of", DAY];
    assert_eq!(one.repo.countersign(&borrowed).code, 0);
    one.prove();
    let object = |path: &str| {
        let id = one.repo.git(&["rev-parse", &format!("HEAD:{path}")]);
        one.repo.path(&format!(".git/objects/{}/{}", &id[..2], &id[2..]))
    };
    let (good, evil) = (object(&format!("{FOLDER}/matrix.json")), object("trust/1.json"));
    fs::remove_file(&good).unwrap();
    fs::copy(evil, &good).unwrap();
    assert_eq!(one.check(&["--effective", "--at", "HEAD"]).0, 4);
}

/// Rows 54 and 55: a submodule and a name that differs in case alone are no files of ours.
#[test]
fn submodules_and_twins_in_case_are_no_sign_offs() {
    let one = Project::in_force();
    one.repo.write(&format!("{FOLDER}/Matrix.json"), "{}").commit("A twin");
    let (code, report) = one.check(&["--effective"]);
    assert_eq!((code, weighty(&report)), (1, vec!["signoff-path", "names-are-portable"]));
    in_force(&one, "1.0");
    let one = Project::in_force();
    let (head, path) = (one.repo.head(), format!("{FOLDER}/matrix.json"));
    one.repo.git(&["update-index", "--cacheinfo", &format!("160000,{head},{path}")]);
    one.repo.git(&["commit", "-q", "-m", "A submodule"]);
    let (code, report) = one.check(&["--effective"]);
    assert_eq!(code, 1);
    assert!(weighty(&report).contains(&"signoff-path"), "{report:#}");
}

/// Puts another entry of the same name into the folder of a version, as no git would, and returns the commit.
fn with_entry_twice(one: &Project) -> Oid {
    let git = git2::Repository::open(one.repo.root()).unwrap();
    let odb = git.odb().unwrap();
    let head = git.head().unwrap().peel_to_commit().unwrap();
    let evil = git.blob(b"{}").unwrap();
    let folder = |path: &str| head.tree().unwrap().get_path(Path::new(path)).unwrap().id();
    let mut bytes = odb.read(folder(FOLDER)).unwrap().data().to_vec();
    bytes.extend_from_slice(b"100644 matrix.json\0");
    bytes.extend_from_slice(evil.as_bytes());
    let mut new = odb.write(ObjectType::Tree, &bytes).unwrap();
    let mut old = folder(FOLDER);
    for above in [Some("signoffs/acme-cmmc-l2"), Some("signoffs"), None] {
        let id = above.map_or(head.tree_id(), folder);
        let bytes = odb.read(id).unwrap().data().to_vec();
        let at = bytes.windows(20).position(|window| window == old.as_bytes()).unwrap();
        let changed = [&bytes[..at], new.as_bytes(), &bytes[at + 20..]].concat();
        new = odb.write(ObjectType::Tree, &changed).unwrap();
        old = id;
    }
    let raw =
        format!("tree {new}\nauthor A <a@b.example> 1 +0000\ncommitter A <a@b.example> 1 +0000\n\nTwice\n");
    odb.write(ObjectType::Commit, raw.as_bytes()).unwrap()
}

/// Row 56: two readers could take two different entries.
#[test]
fn a_tree_with_an_entry_twice_is_not_judged() {
    let one = Project::in_force();
    let commit = with_entry_twice(&one).to_string();
    one.prove();
    let output = one.repo.countersign(&["check", "--effective", "--at", &commit, "--as-of", DAY]);
    assert_eq!(output.code, 4, "{}{}", output.stdout, output.stderr);
    let all = format!("{}{}", output.stdout, output.stderr);
    assert!(all.contains("twice in one tree"), "{all}");
}

/// Row 79: what a partial clone lacks is not fetched, and nothing is said without it.
#[test]
fn a_clone_without_the_objects_judges_nothing() {
    let one = Project::in_force();
    one.repo.git(&["config", "uploadpack.allowFilter", "true"]);
    let partial = one.repo.root().with_file_name("partial");
    let source = format!("file://{}", one.repo.root().display());
    let words = ["clone", "-q", "--no-checkout", "--filter=blob:none", &source, partial.to_str().unwrap()];
    one.prove();
    one.repo.git(&words);
    let output =
        one.repo.countersign(&["-C", partial.to_str().unwrap(), "check", "--effective", "--at", "HEAD"]);
    assert_eq!(output.code, 4, "{}{}", output.stdout, output.stderr);
}

/// Row 79: a folder that is gone is no empty one; whoever thinks that nothing was ever signed lets everything pass.
#[test]
fn a_folder_that_is_gone_is_no_empty_one() {
    for folder in ["matrices", "trust", "signoffs", "signoffs/acme-cmmc-l2"] {
        let one = Project::in_force();
        let id = one.repo.git(&["rev-parse", &format!("HEAD:{folder}")]);
        fs::remove_file(one.repo.path(&format!(".git/objects/{}/{}", &id[..2], &id[2..]))).unwrap();
        for words in [&["--at", "HEAD"][..], &["--since", "HEAD"]] {
            let output = one.repo.countersign(&[&["check"], words].concat());
            assert_eq!(output.code, 4, "{folder} {words:?}: {}", output.stdout);
        }
    }
}

/// Row 79: one object that is gone is no empty file, whatever else can be read.
#[test]
fn an_object_that_is_gone_is_no_empty_file() {
    for path in ["trust/1.json", "signoffs/acme-cmmc-l2/1.0/judged.json"] {
        let one = Project::in_force();
        let id = one.repo.git(&["rev-parse", &format!("HEAD:{path}")]);
        fs::remove_file(one.repo.path(&format!(".git/objects/{}/{}", &id[..2], &id[2..]))).unwrap();
        for words in [&["--effective"][..], &["--effective", "--at", "HEAD"]] {
            assert_eq!(one.check(words).0, 4, "{path} {words:?}");
        }
    }
}

/// Row 78: what a shallow clone begins with recorded nothing.
#[test]
fn the_first_commit_of_a_shallow_clone_is_not_judged_as_a_record() {
    let mut one = Project::offered();
    one.signed.approve(ANN, "1.0");
    one.record("Ann signs");
    let whole = one.check(&[]).1;
    let shallow = one.repo.clone_depth(1);
    assert_eq!(weighty(&check(&shallow, &[]).1), weighty(&whole));
}

/// Row 81: a repository of somebody else is not read past git, as if it were a folder of files.
#[test]
fn a_repository_of_another_user_is_not_judged() {
    let one = Project::in_force();
    one.prove();
    for path in [".git", "."] {
        if std::os::unix::fs::chown(one.repo.path(path), Some(1), None).is_err() {
            return; // only root gives files away
        }
    }
    let output = one.repo.countersign(&["check", "--effective", "--as-of", DAY]);
    assert_eq!(output.code, 4, "{}{}", output.stdout, output.stderr);
    assert!(format!("{}{}", output.stdout, output.stderr).contains("safe.directory"), "{}", output.stdout);
}

/// Row 83: a work tree that is said to be elsewhere makes no plain folder of this one.
#[test]
fn a_work_tree_elsewhere_makes_no_folder_of_files() {
    let one = Project::in_force();
    let elsewhere = one.repo.root().with_file_name("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    one.prove();
    one.repo.git(&["config", "core.worktree", elsewhere.to_str().unwrap()]);
    let output = one.repo.countersign(&["check", "--effective", "--as-of", DAY]);
    assert_eq!(output.code, 4, "{}{}", output.stdout, output.stderr);
}

/// Row 83: a repository that lies in a folder of this one has no say here.
#[test]
fn a_repository_within_has_no_say() {
    let one = Project::in_force();
    one.repo.write("vendor/evil/HEAD", "ref: refs/heads/main\n");
    one.repo.write(
        "vendor/evil/config",
        "[core]\n\tbare = true\n\tfsmonitor = touch PWNED\n\tworktree = ../..\n",
    );
    one.repo.write("vendor/evil/refs/heads/.keep", "").write("vendor/evil/objects/.keep", "");
    one.repo.commit("Vendor something");
    one.prove();
    assert!(!one.repo.path("PWNED").exists() && !one.repo.path("vendor/evil/PWNED").exists());
}

/// Rows 87 and 88: two who are shown different states can tell.
#[test]
fn who_is_shown_another_state_reads_out_other_digits() {
    let mut one = Project::in_force();
    let read = |folder: &Folder| {
        let output = folder.countersign(&["status", "--as-of", DAY, "--format", "json"]);
        let value: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
        (value["compare"].to_string(), value["newest"].to_string())
    };
    let clone = one.repo.clone_whole();
    one.prove();
    assert_eq!(read(&clone), read(&one.repo));
    one.signed.contest(BOB, "1.0");
    one.record("Bob disputes");
    assert_ne!(read(&clone).0, read(&one.repo).0);
    let later = one.repo.clone_whole();
    one.signed.rotate(2, &[(&[BOB], 1), (&[ANN, AL], 1)], &[BOB, ANN, AL]);
    one.record("Al joins");
    assert_ne!(read(&later).0, read(&one.repo).0);
    let later = one.repo.clone_whole();
    one.signed.revoke(AL, &[AL], &[]);
    one.record("Al lost his key");
    assert_ne!(read(&later).0, read(&one.repo).0);
    assert!(read(&one.repo).1.contains("2026-"), "{:?}", read(&one.repo));
}

/// Row 89b: a second valid signature over the same statement makes no second approval.
#[test]
fn a_signature_in_another_form_approves_nothing_twice() {
    let bob = Person { key: "kind:ecdsa", ..BOB };
    let bea = Person { party: "acme", id: "bea", key: "bea" };
    let mut one = Engagement::with(&[(&[bob, bea], 1), (&[ANN], 1)]);
    one.offer("1.0", "2026-11-15");
    let approve = one.approve(bob, "1.0");
    one.approve(ANN, "1.0");
    one.acknowledge(bob, "1.0");
    one.mark("1.0", |_| ());
    one.prove("1.0");
    let before = one.standing("1.0").agreement.unwrap().approvals;
    let path = format!("{approve}.sig");
    let turned = turned(&one.tree[&path].bytes);
    assert_ne!(turned, one.tree[&path].bytes.to_vec());
    one.put(path, turned);
    assert_eq!(one.code(&approve), "accepted");
    assert_eq!(one.standing("1.0").agreement.unwrap().approvals, before);
    one.prove("1.0");
}

/// Returns the other valid form, (r, n - s), of an ECDSA signature in an SSH envelope.
fn turned(armored: &[u8]) -> Vec<u8> {
    let blob = crate::support::keys::blob(armored);
    let field = |at: usize| {
        let length = u32::from_be_bytes(blob[at..at + 4].try_into().unwrap()) as usize;
        (&blob[at + 4..at + 4 + length], at + 4 + length)
    };
    let mut at = 6 + 4;
    for _ in 0..4 {
        at = field(at).1;
    }
    let inner = at + 4;
    let (kind, after_kind) = field(inner);
    let (r, after_r) = field(after_kind + 4);
    let (s, _) = field(after_r);
    let padded = |bytes: &[u8]| {
        let digits = bytes.strip_prefix(&[0]).unwrap_or(bytes);
        [&vec![0; 32 - digits.len()][..], digits].concat()
    };
    let old = p256::ecdsa::Signature::from_slice(&[padded(r), padded(s)].concat()).unwrap();
    let (first, second) = old.split_scalars();
    let new = p256::ecdsa::Signature::from_scalars(first, -second).unwrap();
    let (r, s) = new.split_bytes();
    let fields = crate::support::keys::fields;
    let signature = fields(&[kind, &fields(&[&shortest(&r), &shortest(&s)])]);
    let whole = [&blob[..at], &fields(&[&signature])].concat();
    crate::support::keys::armor(&whole, 70)
}

fn shortest(bytes: &[u8]) -> Vec<u8> {
    let start = bytes.iter().position(|byte| *byte != 0).unwrap();
    let sign: &[u8] = if bytes[start] & 0x80 == 0 { &[] } else { &[0] };
    [sign, &bytes[start..]].concat()
}

/// Row 91: nothing in the name of a signer means anything to `ssh-keygen`.
#[test]
fn no_name_of_a_signer_is_a_pattern() {
    for wrong in [
        "*",
        "*@x",
        "!bob",
        "bob,eve",
        "bob\nnamespaces=git",
        "bob bea",
        "\"bob\"",
        "b?b",
        "Bob",
        "b\u{43e}b",
    ] {
        assert!(wrong.parse::<SignerId>().is_err(), "{wrong}");
        assert!(wrong.parse::<MatrixId>().is_err(), "{wrong}");
    }
    let one = Project::in_force();
    one.prove();
    let made = one.repo.countersign(&["evidence", "acme-cmmc-l2@1.0", "--as-of", DAY, "--out", "proof"]);
    assert_eq!(made.code, 0, "{}", made.stderr);
    assert!(!one.repo.path("proof/allowed-signers").exists(), "the commands make it from the signed list");
    let commands = one.repo.read("proof/verify.sh");
    assert!(commands.contains("$party.$signer namespaces="), "ids alone, which hold no pattern: {commands}");
}
