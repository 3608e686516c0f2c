//! How fast `countersign diff` is, against named peers in the same run.
//!
//! `cargo bench --bench diff` after `benches/peers.sh diff`; `-- pair commits rewritten words` picks sections.

#[path = "generate/mod.rs"]
mod generate;
mod support;

use std::path::Path;
use std::process::{Command, ExitCode};
use std::{env, fs};

use serde_json::{Value, json};
use support::bar::Bars;
use support::measure::{self, Subject, mebibytes, milliseconds};
use support::peer::Peer;

const SEED: u64 = 1;
/// Rows of the matrices that are measured: what CMMC Level 2 has objectives.
const ROWS: usize = 320;
/// How many rows differ between the two versions of a pair.
const CHANGED: usize = 22;

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    if !words.iter().any(|word| word == "--bench") {
        println!("not run: this is a bench, see cargo bench --bench diff");
        return ExitCode::SUCCESS;
    }
    sections(&words).unwrap_or_else(|reason| {
        eprintln!("cannot measure: {reason}");
        ExitCode::from(2)
    })
}

/// Runs the sections that the words name, or all.
fn sections(words: &[String]) -> Result<ExitCode, String> {
    support::bar::sections(
        words,
        &[("pair", pair), ("commits", commits), ("rewritten", rewritten), ("words", many_words)],
    )
}

/// Two versions of one matrix, whole process, against structural comparers.
fn pair(bars: &mut Bars) -> Result<(), String> {
    println!("\ntwo versions of {ROWS} rows, {CHANGED} of which differ, whole process");
    let folder = Versions::of(|row, at| {
        if at % (ROWS / CHANGED) == 0 {
            row["title"] = json!("Another title for the same work");
            if let Some(duty) = row.pointer_mut("/duties/0") {
                duty["role"] = json!("Another role");
            }
        }
    })?;
    let ours = folder.ours();
    let patch =
        Subject::new("jsondiffpatch", &Peer::Jsondiffpatch.program()?, &FILES, folder.path()).ending(&[0, 1]);
    let (cost, peer) = measure::paired(&ours, &patch)?;
    println!("{cost}\n{peer}");
    bars.less_cpu("jsondiffpatch", (&peer, &cost), 15.0);
    let deep =
        Subject::new("DeepDiff", &Peer::Deepdiff.program()?, &["diff", FILES[0], FILES[1]], folder.path());
    let (cost, peer) = measure::paired(&ours, &deep)?;
    println!("{cost}\n{peer}");
    bars.less_cpu("DeepDiff", (&peer, &cost), 15.0);
    Ok(())
}

/// Two commits of repository L with some ninety changed matrices, against `git diff`.
fn commits(bars: &mut Bars) -> Result<(), String> {
    let folder = support::kept::repository("L")?;
    let base = base_of(&folder, 90)?;
    println!("\ntwo commits of repository L with some 90 changed matrices, whole process");
    let git = Subject::new(
        "git diff",
        Path::new("git"),
        &["--no-pager", "diff", &base, "main", "--", "matrices"],
        &folder,
    );
    let ours = Subject::ours(&["diff", &base, "main"], &folder);
    let (cost, peer) = measure::paired(&ours, &git)?;
    println!("{cost}\n{peer}");
    bars.at_most("times the CPU of git diff", cost.cpu_ratio(&peer), 1.5);
    bars.at_most("times the wall time of git diff", cost.wall_ratio(&peer), 1.0);
    Ok(())
}

/// Every text of every row is another one.
fn rewritten(bars: &mut Bars) -> Result<(), String> {
    println!("\ntwo versions of {ROWS} rows, all of whose texts differ");
    let folder = Versions::of(|row, at| {
        let turned = |text: &Value| {
            let mut words: Vec<&str> = text.as_str().unwrap_or_default().split(' ').collect();
            words.reverse();
            json!(format!("{} {at}", words.join(" ")))
        };
        row["activity"] = turned(&row["activity"]);
        for duty in row.get_mut("duties").and_then(Value::as_array_mut).into_iter().flatten() {
            duty["text"] = turned(&duty["text"]);
        }
    })?;
    let cost = measure::alone(&folder.ours())?;
    println!("{cost}");
    bars.at_most("milliseconds of CPU for a rewritten matrix", cost.cpu().as_secs_f64() * 1e3, 1000.0);
    Ok(())
}

/// Every second of 20,000 words is another one; texts are as long as the format allows.
fn many_words(bars: &mut Bars) -> Result<(), String> {
    println!("\n20,000 words in texts of one row, every second of which differs");
    let text = |part: usize, other: bool| {
        let word =
            |at: usize| if other && at.is_multiple_of(2) { format!("x{at}") } else { format!("w{at}") };
        (part * 500..part * 500 + 500).map(word).collect::<Vec<String>>().join(" ")
    };
    let folder = Versions::with(
        |row, _| row["duties"] = words_of(&|part| text(part, false)),
        |row, _| row["duties"] = words_of(&|part| text(part, true)),
        1,
    )?;
    let cost = measure::alone(&folder.ours())?;
    println!("{cost}\n  {} and {:.0} MiB", milliseconds(cost.cpu()), mebibytes(cost.peak()));
    bars.at_most("milliseconds of CPU for 20,000 words", cost.cpu().as_secs_f64() * 1e3, 1000.0);
    Ok(())
}

/// Forty duties of five hundred words each.
fn words_of(text: &dyn Fn(usize) -> String) -> Value {
    let duty = |part: usize| json!({ "id": format!("d{part}"), "do": "perform", "party": "provider", "text": text(part) });
    (0..40).map(duty).collect()
}

const FILES: [&str; 2] = ["before.json", "after.json"];

/// Two versions of a generated matrix in a folder that goes away with it.
struct Versions(tempfile::TempDir);

impl Versions {
    fn of(change: impl Fn(&mut Value, usize)) -> Result<Self, String> {
        Self::with(|_, _| (), change, ROWS)
    }

    fn with(
        first: impl Fn(&mut Value, usize),
        second: impl Fn(&mut Value, usize),
        rows: usize,
    ) -> Result<Self, String> {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).map_err(|error| error.to_string())?;
        let matrix: Value =
            serde_json::from_str(&generate::matrix(rows, SEED)).map_err(|error| error.to_string())?;
        let write = |name: &str, change: &dyn Fn(&mut Value, usize)| {
            let mut matrix = matrix.clone();
            let rows = matrix["rows"].as_array_mut().ok_or("a matrix has rows")?;
            rows.iter_mut().enumerate().for_each(|(at, row)| change(row, at));
            let text = serde_json::to_string_pretty(&matrix).map_err(|error| error.to_string())?;
            fs::write(folder.path().join(name), text).map_err(|error| error.to_string())
        };
        write(FILES[0], &first)?;
        write(FILES[1], &second)?;
        Ok(Self(folder))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn ours(&self) -> Subject {
        Subject::ours(&["diff", FILES[0], FILES[1]], self.path())
    }
}

/// Returns a first-parent ancestor of main from which about so many matrices differ.
fn base_of(folder: &Path, wanted: usize) -> Result<String, String> {
    let git = |words: &[&str]| -> Result<String, String> {
        let output = Command::new("git")
            .args(words)
            .current_dir(folder)
            .output()
            .map_err(|error| error.to_string())?;
        String::from_utf8(output.stdout).map_err(|error| error.to_string())
    };
    let commits = git(&["rev-list", "--first-parent", "main", "--", "matrices"])?;
    for base in commits.lines().step_by(20) {
        let changed = git(&["diff", "--name-only", base, "main", "--", "matrices"])?.lines().count();
        if changed >= wanted {
            println!("{changed} matrices differ between {base} and main");
            return Ok(base.to_owned());
        }
    }
    Err(format!("no ancestor differs in {wanted} matrices"))
}
