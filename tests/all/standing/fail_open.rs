//! Gates that must not fail open: what cannot be judged, or would be judged by what the change itself brings, is never clean.

use std::fs;

use crate::standing::project::{DAY, Project, WORKING, check, matrix, policy, rules, text, weighty};
use crate::support::engagement::{AL, ANN, BOB, Engagement};
use crate::support::{Folder, Repo};

const WRONG: &str = "abababababababababababababababababababababababababababababababab";
const FORMATS: [&str; 7] = ["text", "json", "markdown", "github", "junit", "sarif", "gitlab"];

type Spoil = fn(&Project);

fn code(folder: &Folder, words: &[&str]) -> i32 {
    folder.countersign(words).code
}

/// Every command that takes a fingerprint ends with 4 where it is of no list here; so does `check` in every format.
#[test]
fn a_wrong_fingerprint_is_exit_4_in_every_command() {
    let one = Project::in_force();
    let commands: [&[&str]; 17] = [
        &["check"],
        &["check", "--exit-zero"],
        &["check", "--effective", "--exit-zero"],
        &["status"],
        &["status", "--format", "json"],
        &["who", "access-reviews"],
        &["history"],
        &["show", "acme-cmmc-l2", "--as-of", "2026-11-20"],
        &["evidence", "acme-cmmc-l2@1.0", "--out", "../e"],
        &["blame", "acme-cmmc-l2"],
        &["doctor"],
        &["roster", "show"],
        &["roster", "sign", "--yes"],
        &["sign", "--yes"],
        &["mark", "acme-cmmc-l2", "--yes"],
        &["withdraw", "acme-cmmc-l2@1.0", "--yes"],
        &["contest", "acme-cmmc-l2@1.0", "--reason", "x", "--yes"],
    ];
    for words in commands {
        let said = one.repo.countersign(&[words, &["--anchor", WRONG]].concat());
        assert_eq!(said.code, 4, "{words:?}: {}{}", said.stdout, said.stderr);
    }
    for format in FORMATS {
        assert_eq!(code(&one.repo, &["check", "--format", format, "--anchor", WRONG]), 4, "{format}");
        assert_eq!(code(&one.repo, &["check", "--format", format, "--anchor", &one.anchor()]), 0, "{format}");
    }
}

/// A run that fails before it judges anything leaves every report that was asked for, each with the failure in it.
#[test]
fn a_failed_run_writes_every_report() {
    let one = Project::in_force();
    let failures: [(&[&str], i32); 4] = [
        (&["--at", "nope"], 4),
        (&["matrices/none.json"], 2),
        (&["--anchor", "123"], 2),
        (&["--trust-from", "nope"], 4),
    ];
    for (words, expected) in failures {
        let files: Vec<String> = FORMATS.iter().map(|format| format!("../out-{format}")).collect();
        let asked: Vec<String> =
            FORMATS.iter().zip(&files).map(|(format, file)| format!("-o={format}={file}")).collect();
        let mut all = vec!["check"];
        all.extend(words);
        all.extend(asked.iter().map(String::as_str));
        let said = one.repo.countersign(&all);
        assert_eq!(said.code, expected, "{words:?}: {}", said.stderr);
        assert!(said.stderr.contains("error: "), "{words:?}: {}", said.stderr);
        for file in &files {
            let written = one.repo.read(file);
            assert!(written.contains("judge") || written.contains("error"), "{words:?} {file}: {written}");
            fs::remove_file(one.repo.path(file)).unwrap();
        }
    }
    let junk = one.repo.countersign(&["check", "-o=sarif=no/such/folder/x", "-o=junit=../junit.xml"]);
    assert_eq!(junk.code, 2, "{}", junk.stderr);
    assert!(one.repo.read("../junit.xml").contains("testsuites"), "the other report is there");
}

#[test]
fn a_draft_beside_the_version_in_force_is_said_and_can_be_refused() {
    let one = Project::in_force();
    let words = ["--effective", "--anchor", &one.anchor()];
    assert!(!rules(&one.check(&words).1).contains(&"working-text-is-in-force"));
    assert_eq!(one.check(&["--no-draft", "--anchor", &one.anchor()]).0, 0);
    one.repo.write(WORKING, text(&matrix("1.1", "2026-12-01"))).commit("A draft");
    let (code, report) = one.check(&words);
    assert_eq!((code, rules(&report).contains(&"working-text-is-in-force")), (0, true), "{report:#}");
    let (code, report) = one.check(&["--no-draft", "--anchor", &one.anchor()]);
    let why = report["notInForce"][0]["why"].as_str().unwrap_or_default().to_owned();
    assert_eq!(code, 5, "{report:#}");
    assert!(why.contains("version 1.1, a draft; in force is version 1.0"), "{why}");
    for format in FORMATS {
        assert_eq!(code_of(&one, &["--no-draft", "--format", format]), 5, "{format}");
    }
}

fn code_of(one: &Project, words: &[&str]) -> i32 {
    code(&one.repo, &[&["check", "--as-of", DAY, "--anchor", &one.anchor()], words].concat())
}

/// A standard is nobody's contract; one that names a client is.
#[test]
fn a_standard_with_a_client_has_to_be_in_force() {
    let repo = Repo::new();
    let mut standard = matrix("1.0", "2026-11-15");
    standard["kind"] = "standard".into();
    repo.write(WORKING, text(&standard)).commit("A standard?");
    let (code, report) = check(&repo, &["--effective"]);
    assert!(
        matches!(code, 1 | 5) && report["notInForce"].as_array().is_some_and(|all| all.len() == 1),
        "{report:#}"
    );
}

#[test]
fn a_name_that_could_mean_two_things_decides_nothing() {
    let one = Project::in_force();
    let base = one.repo.head();
    one.repo.git(&["update-ref", "refs/remotes/origin/main", &base]);
    one.repo.write("note.txt", "later").commit("Later");
    assert_eq!(one.check(&["--trust-from", "origin/main"]).0, 0);
    let names = ["origin/main", "v1", &base[..7], "heads/main", "HEAD"];
    one.repo.git(&["branch", "v1"]);
    one.repo.git(&["tag", "v1", &base]);
    one.repo.git(&["tag", "origin/main"]);
    one.repo.git(&["update-ref", &format!("refs/heads/{}", &base[..7]), "HEAD"]);
    one.repo.git(&["update-ref", "refs/tags/heads/main", &base]);
    one.repo.git(&["update-ref", "refs/heads/HEAD", &base]);
    for name in names {
        for (step, most) in [("", 6), ("~0", 1), ("^{commit}", 1)] {
            let name = format!("{name}{step}");
            let commands: [&[&str]; 6] = [
                &["check", "--trust-from", &name],
                &["check", "--since", &name],
                &["check", "--at", &name],
                &["who", "access-reviews", "--known-at", &name],
                &["history", "--at", &name],
                &["diff", &name],
            ];
            for words in &commands[..most] {
                let said = one.repo.countersign(words);
                assert_eq!(said.code, 4, "{words:?}: {}{}", said.stdout, said.stderr);
                let all = format!("{}{}", said.stdout, said.stderr);
                assert!(all.contains("could mean"), "{words:?}: {all}");
            }
        }
    }
    for sure in [base.as_str(), "refs/heads/main", "refs/remotes/origin/main", "main"] {
        let said = one.repo.countersign(&["check", "--since", sure]);
        assert_eq!(said.code, 0, "{sure}: {}{}", said.stdout, said.stderr);
    }
    one.repo.git(&["update-ref", "-d", "refs/tags/heads/main"]);
    // A branch that is called like a whole id is never taken for it.
    one.repo.git(&["update-ref", &format!("refs/heads/{base}"), "HEAD"]);
    assert_eq!(code(&one.repo, &["check", "--since", &base]), 0);
}

#[test]
fn what_is_checked_never_chooses_the_root() {
    let one = Project::in_force();
    one.repo.write("policies/acme.json", policy("error")).write(WORKING, text(&matrix("1.1", "2026-12-01")));
    one.repo.commit("A rule of ours");
    assert_eq!(one.check(&[WORKING]).0, 1);
    one.repo.write("matrices/countersign.json", "{ \"format\": \"countersign/config/1\", \"packs\": [] }\n");
    one.repo.commit("Another root");
    for paths in [&[][..], &[WORKING], &["matrices"], &["matrices/countersign.json"]] {
        let (code, report) = check_paths(&one, paths);
        assert_eq!(code, 1, "{paths:?}: {report:#}");
        let found = rules(&report);
        assert!(found.contains(&"nested-project-is-listed"), "{paths:?}: {found:?}");
        if paths != ["matrices/countersign.json"] {
            assert!(found.contains(&"acme-is-gold"), "{paths:?}: {found:?}");
        }
    }
    let inside = one.repo.countersign(&["-C", "matrices", "check", "--format", "json"]);
    assert_eq!(inside.code, 3, "nothing matches there: {}", inside.stdout);
}

fn check_paths(one: &Project, paths: &[&str]) -> (i32, serde_json::Value) {
    one.check(paths)
}

/// Sign-offs of an older state below the path that is checked are not those that count.
#[test]
fn a_copy_of_older_sign_offs_below_a_path_does_not_count() {
    let one = Project::in_force();
    for path in one.signed.tree.keys() {
        one.repo.write(&format!("matrices/{path}"), one.repo.read(path));
    }
    one.repo.write(WORKING, text(&matrix("1.1", "2026-12-01"))).commit("A copy of what was signed");
    let (code, report) = one.check(&["matrices", "--effective", "--anchor", &one.anchor()]);
    assert_eq!(code, 1, "{report:#}");
    assert!(rules(&report).contains(&"nested-project-is-listed"), "{report:#}");
}

/// Many clients in one repository, each a project of its own, where the configuration above lists them.
#[test]
fn a_project_that_is_listed_is_a_project() {
    let repo = Repo::new();
    let config = |projects: &str| {
        format!(
            "{{ \"format\": \"countersign/config/1\", \"packs\": [\"core\"], \"projects\": [{projects}] }}\n"
        )
    };
    let own = "{ \"format\": \"countersign/config/1\", \"packs\": [\"core\"] }\n";
    repo.write("countersign.json", config("\"clients/*\""))
        .write("matrices/own.json", text(&matrix("1.0", "2026-12-01")));
    repo.write("clients/acme/countersign.json", own)
        .write("clients/acme/matrices/m.json", text(&matrix("1.0", "2026-12-01")));
    repo.write("clients/acme/policies/acme.json", policy("error"));
    let base = repo.commit("Two projects");
    let (code, report) = check(&repo, &["clients/acme"]);
    assert_eq!((code, rules(&report).contains(&"acme-is-gold")), (1, true), "its own rules: {report:#}");
    assert!(!rules(&report).contains(&"nested-project-is-listed"), "{report:#}");
    let inside = repo.countersign(&["-C", "clients/acme", "check", "--format", "json"]);
    assert_eq!(inside.code, 1, "{}", inside.stdout);
    assert!(!inside.stdout.contains("nested-project-is-listed"), "{}", inside.stdout);
    repo.write("countersign.json", config("")).commit("Nobody lists it");
    let (_, report) = check(&repo, &["clients/acme"]);
    assert!(rules(&report).contains(&"nested-project-is-listed"), "{report:#}");
    assert!(!rules(&report).contains(&"acme-is-gold"), "{report:#}");
    let inside = repo.countersign(&["-C", "clients/acme", "check", "--format", "json"]);
    assert!(inside.stdout.contains("nested-project-is-listed"), "{}", inside.stdout);
    // What a change lists is no project yet: the base says which there are.
    repo.write("countersign.json", config("\"clients/*\", \"matrices\""))
        .write("matrices/countersign.json", own);
    repo.commit("One more");
    let (_, report) = check(&repo, &["--trust-from", &base]);
    assert!(rules(&report).contains(&"nested-project-is-listed"), "{report:#}");
}

/// Every way in which git would hide a change of a file that is there, told at its line.
#[test]
fn attributes_are_asked_as_git_reads_them() {
    let one = Project::in_force();
    one.repo.write("matrices/a b.json", "{}");
    let keep = "matrices/** -text\nsignoffs/** -text\ntrust/** -text\n";
    let hidden: [(&str, &str); 13] = [
        (".gitattributes", "matrices/acme.json -diff"),
        (".gitattributes", "signoffs/acme-cmmc-l2/** -diff"),
        (".gitattributes", "[attr]quiet -diff\nmatrices/** quiet"),
        (".gitattributes", "\"matrices/a b.json\" -diff"),
        ("matrices/.gitattributes", "acme.json -diff"),
        (".gitattributes", "matrices/ac\\me.json -diff"),
        (".gitattributes", "**/acme.json binary"),
        ("signoffs/acme-cmmc-l2/1.0/.gitattributes", "* -diff"),
        (".gitattributes", "trust/1/*.sig linguist-generated"),
        (".gitattributes", "*.json filter=lfs diff=lfs merge=lfs"),
        (".gitattributes", "matrices/* working-tree-encoding=UTF-16"),
        (".gitattributes", "signoffs/** export-ignore"),
        ("trust/.gitattributes", "[0-9].json gitlab-generated"),
    ];
    for (file, lines) in hidden {
        let whole =
            if file == ".gitattributes" { format!("{keep}\n{lines}\n") } else { format!("{lines}\n") };
        one.repo.write(".gitattributes", keep).write(file, &whole);
        for at_commit in [false, true] {
            if at_commit {
                one.repo.commit(lines);
            }
            let words: &[&str] = if at_commit { &["--at", "HEAD"] } else { &[] };
            let (_, report) = one.check(words);
            let found: Vec<_> = report["findings"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|it| it["rule"] == "changes-are-shown")
                .collect();
            assert!(!found.is_empty(), "{file}: {lines}");
            assert_eq!(found[0]["file"], file, "{lines}");
            let line = whole.lines().count();
            assert_eq!(found[0]["line"], line, "{lines}: {:#}", found[0]);
        }
        if file != ".gitattributes" {
            one.repo.remove(file);
        }
    }
    for shown in [
        "*.png binary",
        "matrices/** diff",
        "*.json -diff\nmatrices/** diff\nsignoffs/** diff\ntrust/** diff",
        "state/*.json -diff",
        "[attr]quiet -diff",
    ] {
        one.repo.write(".gitattributes", format!("{keep}{shown}\n"));
        let (_, report) = one.check(&[]);
        assert!(!rules(&report).contains(&"changes-are-shown"), "{shown}: {report:#}");
    }
}

#[test]
fn a_git_folder_that_cannot_be_opened_is_no_folder_without_git() {
    let broken: [(&str, Spoil); 4] = [
        ("no HEAD", |one| fs::remove_file(one.repo.path(".git/HEAD")).unwrap()),
        ("a pointer to nowhere", |one| {
            fs::remove_dir_all(one.repo.path(".git")).unwrap();
            fs::write(one.repo.path(".git"), "gitdir: ../nowhere\n").unwrap();
        }),
        ("an empty folder", |one| {
            fs::remove_dir_all(one.repo.path(".git")).unwrap();
            fs::create_dir(one.repo.path(".git")).unwrap();
        }),
        ("no work tree", |one| drop(one.repo.git(&["config", "core.bare", "true"]))),
    ];
    for (name, spoil) in broken {
        let one = Project::in_force();
        let path = one.signed.tree.keys().find(|path| path.ends_with(".sig")).unwrap().clone();
        spoil(&one);
        one.repo.write(&path, "not what was signed");
        for words in [
            &["check"][..],
            &["check", WORKING],
            &["check", "matrices"],
            &["status"],
            &["who", "access-reviews"],
            &["history"],
            &["roster", "show"],
        ] {
            let said = one.repo.countersign(words);
            assert_eq!(said.code, 4, "{name} {words:?}: {}{}", said.stdout, said.stderr);
        }
        for format in FORMATS {
            assert_eq!(code(&one.repo, &["check", "--format", format]), 4, "{name} {format}");
        }
    }
}

/// The signature of a revocation was overwritten: the stolen key must not come back.
#[test]
fn an_overwritten_revocation_is_tampering_for_every_question() {
    let mut one = Project::in_force();
    one.signed.rotate(2, &[(&[BOB], 1), (&[ANN, AL], 1)], &[BOB, ANN, AL]);
    let revocation = one.signed.revoke(AL, &[AL], &[]);
    one.record("Al joins and loses his key");
    assert_eq!(code(&one.repo, &["who", "access-reviews", "--as-of", DAY]), 0);
    one.repo.write(&format!("{revocation}.sig"), one.repo.read("trust/1.json")).commit("Overwritten");
    assert_eq!(one.check(&[]).0, 1);
    for words in [&["who", "access-reviews"][..], &["history"], &["show", "acme-cmmc-l2", "--as-of", DAY]] {
        let said = one.repo.countersign(words);
        assert_eq!(said.code, 4, "{words:?}: {}{}", said.stdout, said.stderr);
        assert!(said.stderr.contains("a revocation is not as it was signed"), "{}", said.stderr);
    }
}

/// Two entries of one name in a tree, of a file or of a folder, at the root or below.
#[test]
fn a_tree_that_names_something_twice_is_refused() {
    let one = Project::in_force();
    let blob = one.repo.git(&["rev-parse", &format!("HEAD:{WORKING}")]);
    let raw = |entries: &[(&str, &str, &str)]| {
        let script: String = std::iter::once("true; ".to_owned())
            .chain(entries.iter().map(|(mode, name, id)| {
                let bytes: String = (0..40)
                    .step_by(2)
                    .map(|at| format!("\\{:03o}", u8::from_str_radix(&id[at..at + 2], 16).unwrap()))
                    .collect();
                format!("printf '{mode} {name}\\000{bytes}'; ")
            }))
            .collect();
        let made = one
            .repo
            .run("sh", &["-c", &format!("( {script} ) | git hash-object -t tree -w --literally --stdin")]);
        assert_eq!(made.code, 0, "{}", made.stderr);
        made.stdout.trim().to_owned()
    };
    let folder = |name: &str| one.repo.git(&["rev-parse", &format!("HEAD:{name}")]);
    let (matrices, signoffs, trust) = (folder("matrices"), folder("signoffs"), folder("trust"));
    let empty = raw(&[]);
    let twice = raw(&[("100644", "acme.json", &blob), ("100644", "acme.json", &blob)]);
    let trees = [
        raw(&[
            ("40000", "matrices", &matrices),
            ("40000", "signoffs", &signoffs),
            ("40000", "signoffs", &empty),
            ("40000", "trust", &trust),
        ]),
        raw(&[
            ("40000", "matrices", &empty),
            ("40000", "matrices", &matrices),
            ("40000", "signoffs", &signoffs),
            ("40000", "trust", &trust),
        ]),
        raw(&[("40000", "matrices", &twice), ("40000", "signoffs", &signoffs), ("40000", "trust", &trust)]),
        raw(&[
            ("40000", "matrices", &matrices),
            ("100644", "trust", &blob),
            ("40000", "signoffs", &signoffs),
            ("40000", "trust", &trust),
        ]),
    ];
    for tree in trees {
        let commit = one.repo.git(&["commit-tree", &tree, "-m", "Twice"]);
        let said = one.repo.countersign(&["check", "--at", &commit]);
        assert_eq!(said.code, 4, "{}{}", said.stdout, said.stderr);
        assert!(format!("{}{}", said.stdout, said.stderr).contains("twice"), "{}", said.stdout);
    }
}

#[test]
fn names_that_other_machines_read_otherwise_are_told() {
    let one = Project::in_force();
    one.repo.write("Trust/1.json", "{}").write("matrices/aux.json", "{}").write("matrices/a\\b.json", "{}");
    one.repo
        .write("tru\u{17f}t/1.json", "{}")
        .write("COUNTERSIGN.json", "{}")
        .write("matrices/ACME.json", "{}");
    one.repo.commit("Names");
    for words in [&[][..], &["--at", "HEAD"]] {
        let (_, report) = one.check(words);
        let told: Vec<String> = report["findings"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|it| it["rule"] == "names-are-portable")
            .map(|it| it["file"].as_str().unwrap().to_owned())
            .collect();
        for file in [
            "Trust",
            "tru\u{17f}t",
            "COUNTERSIGN.json",
            "matrices/aux.json",
            "matrices/a\\b.json",
            "matrices/acme.json",
        ] {
            assert!(told.iter().any(|it| it == file), "{file}: {told:?}");
        }
    }
}

/// What each command says of one state, by its exit code: the same wherever it is asked, in every format.
#[test]
fn one_state_has_one_code() {
    let good = Project::in_force();
    let anchor = good.anchor();
    let unsigned = Repo::new();
    unsigned.write(WORKING, text(&matrix("1.0", "2026-12-01"))).commit("A draft");
    let empty = Repo::new();
    empty.write("README", "nothing").commit("Nothing");
    let table: [(&str, &Folder, &[&str], i32); 9] = [
        ("in force", &good.repo, &["check", "--effective", "--anchor", &anchor], 0),
        ("a wrong setting", &good.repo, &["check", "--anchor", "12"], 2),
        ("no matrix", &empty, &["check"], 3),
        ("no such revision", &good.repo, &["check", "--at", "nope"], 4),
        ("no fingerprint", &good.repo, &["check", "--ci"], 4),
        ("another fingerprint", &good.repo, &["check", "--anchor", WRONG], 4),
        ("not in force", &unsigned, &["check", "--effective"], 5),
        ("another fingerprint and not in force", &good.repo, &["check", "--effective", "--anchor", WRONG], 4),
        ("no fingerprint and no such revision", &good.repo, &["check", "--ci", "--since", "nope"], 4),
    ];
    for (state, folder, words, expected) in table {
        for format in FORMATS {
            let extras: &[&[&str]] =
                if format == "text" { &[&[], &["--exit-zero"], &["--quiet"], &["--all"]] } else { &[&[]] };
            for extra in extras {
                let said =
                    folder.countersign(&[words, &["--as-of", DAY, "--format", format], extra].concat());
                assert_eq!(
                    said.code, expected,
                    "{state}, {format} {extra:?}: {}{}",
                    said.stdout, said.stderr
                );
            }
        }
    }
    for words in [
        &["who", "access-reviews"][..],
        &["history"],
        &["status"],
        &["show", "acme-cmmc-l2"],
        &["facts", "acme-cmmc-l2"],
        &["blame", "acme-cmmc-l2"],
    ] {
        let flag = if words[0] == "who" { "--known-at" } else { "--at" };
        let said = good.repo.countersign(&[words, &[flag, "nope"]].concat());
        assert_eq!(said.code, 4, "{words:?}: {}", said.stderr);
    }
}
