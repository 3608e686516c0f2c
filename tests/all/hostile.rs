//! Hostile projects: whatever a pull request brings, a check ends soon, with an exit code and without a panic.

use std::time::{Duration, Instant};

use crate::support::{Folder, Repo};
use serde_json::{Value, json};

const CLEAN: &str = include_str!("../../policies/core/minimal.json");
/// Far more than any of these takes, far less than a hang.
const SOON: Duration = Duration::from_secs(120);

fn clean() -> Value {
    serde_json::from_str(CLEAN).expect("the minimal matrix is JSON")
}

/// Checks a folder and returns the exit code and everything it printed.
fn check(folder: &Folder) -> (i32, String) {
    let begin = Instant::now();
    let output = folder.countersign(&["check", "--as-of", "2026-11-20"]);
    assert!(begin.elapsed() < SOON, "it took {:?}", begin.elapsed());
    assert_ne!(output.code, 70, "{}", output.stderr);
    assert!(!output.stderr.contains("internal error"), "{}", output.stderr);
    (output.code, format!("{}{}", output.stdout, output.stderr))
}

fn matrix(bytes: impl AsRef<[u8]>) -> Folder {
    let folder = Folder::new();
    folder.write("matrices/acme.json", bytes);
    folder
}

#[test]
fn files_that_are_no_clean_json_are_refused_by_name() {
    let text = CLEAN.to_owned();
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let cases: [(&str, Vec<u8>, &str); 12] = [
        ("a byte order mark", [b"\xEF\xBB\xBF".as_slice(), text.as_bytes()].concat(), "text-encoding"),
        ("UTF-16", [b"\xFF\xFE".as_slice(), &utf16].concat(), "text-encoding"),
        ("Latin-1", text.replace("Acme", "Acm\u{1}").replace('\u{1}', "_").into_bytes(), ""),
        ("a lone surrogate", text.replace("Acme Defense", "Acme \\ud800").into_bytes(), "strict-json"),
        (
            "a key twice",
            text.replacen("\"id\"", "\"id\": \"x\", \"id\"", 1).into_bytes(),
            "no-duplicate-keys",
        ),
        (
            "a key twice by an escape",
            text.replacen("\"id\"", "\"\\u0069d\": \"x\", \"id\"", 1).into_bytes(),
            "no-duplicate-keys",
        ),
        (
            "2^53+1",
            text.replacen("\"id\"", "\"n\": 9007199254740993, \"id\"", 1).into_bytes(),
            "safe-numbers",
        ),
        ("1e400", text.replacen("\"id\"", "\"n\": 1e400, \"id\"", 1).into_bytes(), "safe-numbers"),
        (
            "depth 10,000",
            format!("{}{}", "[".repeat(10_000), "]".repeat(10_000)).into_bytes(),
            "nesting-depth",
        ),
        ("a conflict", text.replacen("{\n", "{\n<<<<<<< HEAD\n", 1).into_bytes(), "no-conflict-markers"),
        ("a hidden letter", text.replacen("Acme", "A\u{202e}cme", 1).into_bytes(), "no-hidden-characters"),
        (
            "a hidden letter in a key",
            text.replacen("\"id\"", "\"i\u{200b}d\"", 1).into_bytes(),
            "no-hidden-characters",
        ),
    ];
    for (name, bytes, rule) in cases {
        let (code, text) = check(&matrix(bytes));
        if rule.is_empty() {
            continue;
        }
        assert_eq!(code, 1, "{name}: {text}");
        assert!(text.contains(rule), "{name}: {text}");
    }
}

#[test]
fn a_huge_file_is_refused_before_it_is_read() {
    let folder = matrix("");
    let file = std::fs::File::create(folder.path("matrices/huge.json")).expect("a file can be made");
    file.set_len(100 << 20).expect("a file can be made long");
    let (code, text) = check(&folder);
    assert_eq!(code, 1);
    assert!(text.contains("file-size"), "{text}");
}

#[test]
fn a_fault_far_along_one_line_is_shown_in_part() {
    let mut long = clean();
    long["title"] = json!("x".repeat(3_000));
    let filler: Vec<Value> = (0..400)
        .map(|number| json!({ "vocabulary": "v", "field": format!("f{number}"), "value": "y".repeat(700) }))
        .collect();
    long["rows"][0]["native"] = json!(filler);
    long["rows"][0]["zzz"] = json!("unknown");
    let minified = serde_json::to_string(&long).expect("a value has a text");
    assert!(minified.find("zzz").is_some_and(|at| at > 300_000));
    let (code, text) = check(&matrix(minified));
    assert_eq!(code, 1);
    assert!(text.contains("schema-unknown-field") && text.len() < 20_000, "{}", text.len());
}

#[test]
fn texts_that_imitate_commands_stay_texts() {
    let evil =
        "\u{fffd}::error file=x::pwned\n::warning::x <script>alert(1)</script> | `x` @everyone =cmd() %0A";
    let mut value = clean();
    value["title"] = json!(evil);
    value["rows"][0]["title"] = json!(evil);
    value["rows"][0]["duties"][0]["party"] = json!("nobody-at-all");
    let folder = matrix(serde_json::to_string_pretty(&value).expect("a value has a text"));
    let formats = ["text", "github", "markdown", "json", "sarif", "gitlab", "junit"];
    for format in formats {
        let output = folder.countersign(&["check", "--format", format, "--as-of", "2026-11-20"]);
        let commands = output.stdout.lines().filter(|line| line.trim_start().starts_with("::"));
        let ours = commands.filter(|line| !line.contains("title=") && !line.contains("file=matrices"));
        assert_eq!(ours.count(), 0, "{format}: {}", output.stdout);
        assert!(!output.stdout.contains('\u{1b}'), "{format}");
        if format == "markdown" {
            assert!(!output.stdout.contains("<script>"), "{}", output.stdout);
        }
    }
    for form in ["text", "markdown", "html", "csv"] {
        let output = folder.countersign(&["show", "matrices/acme.json", "--format", form]);
        let is_markup = form == "markdown" || form == "html";
        assert!(!is_markup || !output.stdout.contains("<script>alert"), "{form}");
        assert!(!output.stdout.lines().any(|line| line.starts_with("::") || line.starts_with('=')), "{form}");
    }
}

fn policy(check: &Value) -> Folder {
    let folder = matrix(CLEAN);
    let rule = json!({ "id": "x-rule", "title": "X", "why": "w", "fix": "f", "severity": "error", "stage": "always",
        "references": [], "check": check, "message": "m", "examples": { "pass": [{}], "fail": [{}] } });
    let policy = json!({ "format": "countersign/policy/1", "id": "x", "title": "X", "rules": [rule] });
    folder.write("policies/x.json", serde_json::to_string(&policy).expect("a value has a text"));
    folder
}

#[test]
fn bombs_in_a_policy_are_refused_with_their_place() {
    let must = json!({ "type": "object" });
    let mut nested = json!({ "type": "string" });
    for _ in 0..20 {
        nested = json!({ "anyOf": [nested.clone(), nested] });
        if nested.to_string().len() > 20_000 {
            break;
        }
    }
    let cases = [
        ("a field that does not exist", json!({ "given": "$.rows[*].dutys[*]", "must": must })),
        ("nested filters", json!({ "given": "$.rows[?@.duties[?@.to[?@.x[?@.y]]]]", "must": must })),
        ("two descents", json!({ "given": "$..*..*", "must": must })),
        ("brackets", json!({ "given": format!("$.rows{}", "[?@".repeat(300)), "must": must })),
        (
            "a pattern bomb in a path",
            json!({ "given": "$.rows[?search(@.title,'((a{0,100}){0,100}){0,100}')]", "must": must }),
        ),
        (
            "a pattern bomb in a schema",
            json!({ "given": "$.rows[*]", "must": { "properties": { "title": { "pattern": "((a{0,100}){0,100}){0,100}" } } } }),
        ),
        (
            "a look-behind",
            json!({ "given": "$.rows[*]", "must": { "properties": { "title": { "pattern": "(?<=a)b" } } } }),
        ),
        (
            "a remote schema",
            json!({ "given": "$.rows[*]", "must": { "$ref": "https://example.com/x.json" } }),
        ),
        ("a file", json!({ "given": "$.rows[*]", "must": { "$ref": "file:///etc/passwd" } })),
        ("a schema that refers to itself", json!({ "given": "$.rows[*]", "must": { "$ref": "#" } })),
        (
            "a recursive choice",
            json!({ "given": "$", "must": { "$defs": { "a": { "anyOf": [{ "$ref": "#/$defs/a" }, { "items": { "$ref": "#/$defs/a" } }] } }, "$ref": "#/$defs/a" } }),
        ),
        ("nested choices", json!({ "given": "$.rows[*]", "must": nested })),
        ("a mistyped keyword", json!({ "given": "$.rows[*]", "must": { "requird": ["x"] } })),
        ("a kind that does not exist", json!({ "kind": "no-such-kind" })),
        ("a parameter that does not exist", json!({ "kind": "provider-share", "mots": 0.5 })),
        ("both at once", json!({ "kind": "acyclic", "given": "$", "must": must })),
    ];
    for (name, check_of_rule) in cases {
        let (code, text) = check(&policy(&check_of_rule));
        assert_eq!(code, 2, "{name}: {text}");
        assert!(text.contains("policies/x.json"), "{name}: {text}");
    }
}

#[test]
fn links_and_programs_among_the_matrices_are_not_followed() {
    let repo = Repo::new();
    repo.write("matrices/acme.json", CLEAN);
    std::os::unix::fs::symlink("/etc/passwd", repo.path("matrices/link.json")).expect("a link can be made");
    repo.commit("a link");
    for words in [&["check"][..], &["check", "--at", "HEAD"]] {
        let output = repo.countersign(words);
        assert_eq!(output.code, 1, "{}", output.stdout);
        assert!(output.stdout.contains("matrix-is-regular-file") && !output.stdout.contains("root:"));
    }
}

#[test]
fn names_of_files_cannot_write_to_the_terminal() {
    let folder = Folder::new();
    folder.write("matrices/a\u{1b}[31m::error::x\u{202e}.json", "{");
    let (code, text) = check(&folder);
    assert_eq!(code, 1);
    assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'), "{text}");
}

#[test]
fn a_hostile_repository_configuration_runs_nothing() {
    let repo = Repo::new();
    repo.write("matrices/acme.json", CLEAN);
    repo.commit("start");
    let marker = repo.path("pwned");
    let run = format!("touch {}", marker.display());
    for key in [
        "core.fsmonitor",
        "gpg.program",
        "gpg.ssh.program",
        "core.sshCommand",
        "diff.external",
        "filter.x.smudge",
    ] {
        repo.git(&["config", key, &run]);
    }
    repo.write(".gitattributes", "*.json filter=x diff=x\n");
    for words in [
        &["check"][..],
        &["check", "--at", "HEAD"],
        &["show", "matrices/acme.json"],
        &["facts", "matrices/acme.json"],
    ] {
        repo.countersign(words);
    }
    assert!(!marker.exists(), "a check ran a program of the repository");
}

#[test]
fn a_thousand_faults_are_told_in_bounded_space() {
    let mut value = clean();
    let row = value["rows"][0].clone();
    let rows: Vec<Value> = (0..1_000)
        .map(|number| {
            let mut row = row.clone();
            row["id"] = json!(format!("row-{number}"));
            row["duties"][0]["party"] = json!("nobody-at-all");
            row
        })
        .collect();
    value["rows"] = json!(rows);
    for text in [value.to_string(), serde_json::to_string_pretty(&value).expect("a value has a text")] {
        let folder = matrix(text);
        let (code, text) = check(&folder);
        assert_eq!(code, 1);
        assert!(text.len() < 30_000, "{}", text.len());
        let all = folder.countersign(&["check", "--all", "--as-of", "2026-11-20"]);
        assert!(all.stdout.matches("error[party-exists]").count() >= 1_000);
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_is_refused_and_not_waited_for() {
    let folder = Folder::new();
    let made = std::process::Command::new("mkfifo").arg(folder.path("pipe.json")).status();
    assert!(made.expect("mkfifo is at hand").success());
    for command in [
        &["show", "pipe.json"][..],
        &["sign", "pipe.json"],
        &["record", "pipe.json"],
        &["check", "pipe.json"],
    ] {
        let begin = Instant::now();
        let output = folder.countersign(command);
        assert!(begin.elapsed() < SOON, "{command:?} took {:?}", begin.elapsed());
        assert_ne!(output.code, 0, "{command:?}: {}{}", output.stdout, output.stderr);
    }
}

#[test]
fn what_cannot_be_read_is_nobodys_answer() {
    let folder = matrix("{ broken");
    for command in [&["who", "3.1.1"][..], &["history"]] {
        let output = folder.countersign(command);
        assert_eq!(output.code, 4, "{command:?}: {}{}", output.stdout, output.stderr);
        assert!(output.stderr.contains("`matrices/acme.json` cannot be read"), "{}", output.stderr);
    }
    folder.write("before.json", CLEAN);
    let output = folder.countersign(&["diff", "before.json", "matrices/acme.json"]);
    assert_eq!(output.code, 4, "{}", output.stdout);
    assert!(
        output.stdout.contains("Not compared") && !output.stdout.contains("no matrix changed"),
        "{}",
        output.stdout
    );
    let nothing = Folder::new().countersign(&["who", "3.1.1"]);
    assert_eq!(nothing.code, 3, "{}{}", nothing.stdout, nothing.stderr);
}

#[test]
fn two_files_are_compared_whatever_lies_around_them() {
    let folder = matrix(CLEAN);
    let after = CLEAN.replace("\"version\": \"1.0\"", "\"version\": \"1.1\"");
    assert_ne!(after, CLEAN, "one word differs");
    folder.write("after.json", after);
    for (file, text) in
        [("HEAD", "ref: refs/heads/main"), ("config", "[core"), ("objects/a", ""), ("refs/a", "")]
    {
        folder.write(&format!(".git/{file}"), text);
    }
    let state = folder.countersign(&["diff"]);
    assert_eq!(state.code, 4, "a state is read from the repository: {}{}", state.stdout, state.stderr);
    folder.write("countersign.json", "{ broken");
    let files = ["matrices/acme.json", "after.json"];
    let output = folder.countersign(&["diff", files[0], files[1]]);
    assert_eq!((output.code, output.stderr.as_str()), (0, ""), "{}", output.stdout);
    assert!(output.stdout.contains("1.1"), "{}", output.stdout);
}

/// Runs git in a repository with something to read.
fn git_reads(repo: &Repo, words: &[&str], input: &[u8]) -> String {
    use std::io::Write;
    use std::process::{Command, Stdio};

    let mut git = Command::new("git");
    git.arg("-C").arg(repo.root()).args(["-c", "user.name=A", "-c", "user.email=a@example.com"]).args(words);
    let mut child = git.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("git is at hand");
    child.stdin.take().expect("a pipe").write_all(input).expect("git reads");
    let output = child.wait_with_output().expect("git ends");
    assert!(output.status.success(), "git {words:?}");
    String::from_utf8(output.stdout).expect("a name of an object").trim().to_owned()
}

/// Four trees of a thousand entries each, one in the other, are more files than any disk holds.
#[test]
fn a_tree_that_holds_itself_many_times_is_left_while_it_is_listed() {
    let repo = Repo::new();
    let blob = git_reads(&repo, &["hash-object", "-w", "--stdin"], b"{}");
    let mut entry = format!("100644 blob {}", blob);
    for _ in 0..4 {
        let lines: String = (0..1000).map(|at| format!("{entry}\t{at:04}.json\n")).collect();
        entry = format!("040000 tree {}", git_reads(&repo, &["mktree"], lines.as_bytes()));
    }
    for folder in ["matrices", "policies", "packs"] {
        let tree = git_reads(&repo, &["mktree"], format!("{entry}\t{folder}\n").as_bytes());
        let commit = git_reads(&repo, &["commit-tree", &tree, "-m", "bomb"], b"");
        let begin = Instant::now();
        let output = repo.countersign(&["check", "--at", &commit]);
        assert!(begin.elapsed() < SOON, "{folder} took {:?}", begin.elapsed());
        assert_eq!(output.code, 4, "{folder}: {}{}", output.stdout, output.stderr);
    }
}

/// `trust` imports nothing, so it has a list of its own. What the loader lets pass in a text by its neighbours (a selector of
/// a variant behind a letter) is never in what is signed about a text.
#[test]
fn what_is_hidden_is_hidden_to_the_loader_and_to_trust() {
    let is_selector = |c: char| matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}');
    for c in '\0'..=char::MAX {
        let (loader, trust) =
            (countersign::source::hidden::is_hidden(c), countersign::trust::canonical::is_hidden(c));
        assert_eq!(trust, loader || is_selector(c), "U+{:04X}", u32::from(c));
    }
}
