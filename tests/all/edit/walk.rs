//! The walk through the rows on a terminal, played on a pseudo-terminal.

use serde_json::{Value, json};

use super::support::{FILE, Project};

/// Plays steps on a pseudo-terminal: waits for a text, then sends keys; `KILL` kills the program at once.
const PLAYER: &str = r#"
import json, os, pty, select, signal, sys, time
steps, command = json.loads(sys.argv[1]), sys.argv[2:]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(command[0], command)
seen, at = b"", 0
def wait(text):
    global seen, at
    end = time.time() + 60
    while text.encode() not in seen[at:]:
        ready, _, _ = select.select([terminal], [], [], 1)
        if not ready:
            if time.time() > end:
                sys.exit("waited in vain for %r; seen: %s" % (text, seen[-1500:].decode()))
            continue
        try:
            more = os.read(terminal, 65536)
        except OSError:
            more = b""
        if not more:
            if text.encode() in seen[at:]:
                break
            sys.exit("ended before %r; seen: %s" % (text, seen[-1500:].decode()))
        seen += more
    at = seen.index(text.encode(), at) + len(text)
for text, keys in steps:
    wait(text)
    if keys == "KILL":
        os.kill(pid, signal.SIGKILL)
        break
    time.sleep(0.05)
    os.write(terminal, keys.encode())
while True:
    try:
        more = os.read(terminal, 65536)
    except OSError:
        break
    if not more:
        break
    seen += more
os.waitpid(pid, 0)
sys.stdout.write(seen.decode())
"#;

const KEYS: &str = "[q]uit and keep > ";

/// Returns a project with forty rows that nobody has walked through.
fn forty() -> Project {
    let one = Project::clean();
    let mut matrix = one.value();
    let mut row = matrix["rows"][0].clone();
    row.as_object_mut().unwrap().remove("reviewed");
    let rows = (0..40).map(|number| {
        let mut next = row.clone();
        next["id"] = json!(format!("row-{number:02}"));
        next["title"] = json!(format!("Building {number}"));
        next["activity"] = json!(format!("Review every quarter who may enter building {number}"));
        next
    });
    matrix["rows"] = rows.collect();
    one.0.write(FILE, format!("{}\n", serde_json::to_string_pretty(&matrix).unwrap()));
    one
}

#[track_caller]
fn play(one: &Project, words: &[&str], steps: &[(&str, &str)]) -> String {
    let steps = serde_json::to_string(steps).unwrap();
    let program = env!("CARGO_BIN_EXE_countersign");
    let editor = one.0.root().join("editor.sh");
    let played = std::process::Command::new("python3")
        .args(["-c", PLAYER, &steps, program])
        .args(words)
        .current_dir(one.0.root())
        .env("EDITOR", format!("sh {}", editor.display()))
        .env_remove("VISUAL")
        .env("TERM", "xterm")
        .env("NO_COLOR", "1")
        .output()
        .expect("python3 plays the terminal");
    let told = String::from_utf8_lossy(&played.stderr);
    assert!(played.status.success(), "{told}");
    String::from_utf8_lossy(&played.stdout).into_owned()
}

fn outcomes(one: &Project, row: usize) -> Vec<String> {
    let reviewed = one.value()["rows"][row]["reviewed"].clone();
    let entries = reviewed.as_array().into_iter().flatten();
    entries
        .map(|entry| format!("{} {}", entry["party"].as_str().unwrap(), entry["outcome"].as_str().unwrap()))
        .collect()
}

#[test]
fn forty_rows_are_walked_through_disputed_edited_left_and_taken_up_again() {
    let one = forty();
    one.0.write("editor.sh", "sed -i 's/every quarter/every month/; s/quarterly/monthly/' \"$1\"\n");
    let steps = [
        ("row 1 of 40", ""),
        (KEYS, "a"),
        ("row 2 of 40", ""),
        (KEYS, "d"),
        ("who disputes", "harbor\r"),
        ("what is disputed? ", "Five days are too few\r"),
        ("row 3 of 40", ""),
        (KEYS, "e"),
        ("every month", ""),
        (KEYS, "a"),
        ("row 4 of 40", ""),
        (KEYS, "b"),
        ("row 3 of 40", ""),
        ("agreed on", ""),
        (KEYS, "s"),
        ("row 4 of 40", ""),
        (KEYS, "s"),
        ("row 5 of 40", ""),
        (KEYS, "d"),
        ("who disputes", "\r"),
        ("what is disputed? ", "\r"),
        ("nothing was written", ""),
        (KEYS, "q"),
        ("walked through and agreed: 2 of 40 rows", ""),
    ];
    let seen = play(&one, &["review", "minimal"], &steps);
    assert!(seen.contains("40 rows to read together, as Acme Defense and Harbor MSP"), "{seen}");
    assert_eq!(outcomes(&one, 0), ["acme agreed", "harbor agreed"]);
    assert_eq!(outcomes(&one, 1), ["acme agreed", "harbor disputed"]);
    assert_eq!(one.value()["rows"][1]["reviewed"][1]["note"], "Five days are too few");
    assert_eq!(one.value()["rows"][2]["cadence"], "monthly");
    assert_eq!((outcomes(&one, 2).len(), outcomes(&one, 3).len(), outcomes(&one, 4).len()), (2, 0, 0));
    // What is left is taken up again: the disputed row, those that were skipped, and the rest.
    let mut steps = vec![("row 1 of 38", ""), ("disputed on", ""), (KEYS, "s")];
    for _ in 0..20 {
        steps.push((KEYS, "a"));
    }
    steps.push((KEYS, "KILL"));
    play(&one, &["review", "minimal"], &steps);
    let answered = |value: &Value| {
        value["rows"].as_array().unwrap().iter().filter(|row| row.get("reviewed").is_some()).count()
    };
    assert_eq!(answered(&one.value()), 3 + 20, "nothing that was answered is lost");
    let mut steps = vec![("row 1 of 18", ""), (KEYS, "a")];
    steps.extend((0..17).map(|_| (KEYS, "a")));
    steps.push(("walked through and agreed: all 40 rows", ""));
    play(&one, &["review", "minimal"], &steps);
    let seen = play(&one, &["review", "minimal"], &[("no row is left to review", "")]);
    assert!(!seen.contains(KEYS), "{seen}");
}

#[test]
fn what_an_editor_breaks_is_told_and_not_written() {
    let one = forty();
    let before = one.text();
    one.0.write("editor.sh", "echo '{' > \"$1\"\n");
    play(
        &one,
        &["review", "minimal"],
        &[
            (KEYS, "e"),
            ("not written: what the editor left is no JSON", ""),
            (KEYS, "q"),
            ("0 rows answered", ""),
        ],
    );
    one.0.write("editor.sh", "sed -i 's/\"shared\"/\"everybody\"/' \"$1\"\n");
    play(
        &one,
        &["review", "minimal"],
        &[
            (KEYS, "e"),
            ("not written: the format does not allow this", ""),
            (KEYS, "q"),
            ("0 rows answered", ""),
        ],
    );
    assert_eq!(one.text(), before);
}

#[test]
fn what_changed_since_it_was_read_comes_first() {
    let one = Project::clean();
    one.0.run("git", &["init", "-q"]);
    one.0.run("git", &["add", "-A"]);
    one.0.run("git", &["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "start"]);
    one.ok(&["set", "minimal", "access-reviews", "duties.perform.party", "acme"]);
    let seen = play(
        &one,
        &["review", "minimal"],
        &[("row 1 of 1", ""), ("! since it was read: ", ""), (KEYS, "a"), ("all 1 row", "")],
    );
    let (change, says) = (seen.find("! since it was read").unwrap(), seen.find("who acts").unwrap());
    assert!(change < says, "{seen}");
}
