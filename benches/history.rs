//! How fast the ledger answers, against git and against doing nothing but what cannot be left out.
//!
//! `cargo bench --bench history`; `-- medium large blame who` picks sections. CPU time, page cache warm.

#[path = "generate/mod.rs"]
mod generate;
mod support;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use serde_json::Value;
use support::bar::Bars;
use support::floor::{self, FLOOR};
use support::kept;
use support::measure::{self, Cost, Subject};

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    let outcome = match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [FLOOR, folder, ref ids @ ..] => floor::run(Path::new(folder), ids).map(|()| ExitCode::SUCCESS),
        _ if words.iter().any(|word| word == "--bench") => support::bar::sections(
            &words,
            &[("medium", medium), ("large", large), ("blame", blame), ("who", who)],
        ),
        _ => {
            println!("not run: this is a bench, see cargo bench --bench history");
            Ok(ExitCode::SUCCESS)
        }
    };
    outcome.unwrap_or_else(|reason| {
        eprintln!("cannot measure: {reason}");
        ExitCode::from(2)
    })
}

/// Every change of all rows of one matrix, against `git log -L` for one row, in a portfolio.
fn medium(bars: &mut Bars) -> Result<(), String> {
    println!("\nrepository M: all rows of a matrix against one row with git");
    let hot = Hot::of("M")?;
    graph(&hot.folder, Some("--changed-paths"))?;
    let (ours, peer) = pair(&hot.history(), &hot.row_log())?;
    bars.less_cpu("git log -L of one row", (&peer, &ours), 3.0);
    Ok(())
}

/// The same in a monorepo, with each kind of commit graph.
fn large(bars: &mut Bars) -> Result<(), String> {
    let hot = Hot::of("L")?;
    for (kind, words) in
        [("changed-path filters", "--changed-paths"), ("a plain commit graph", "--no-changed-paths")]
    {
        println!("\nrepository L with {kind}");
        graph(&hot.folder, Some(words))?;
        let (ours, peer) = pair(&hot.history(), &hot.row_log())?;
        bars.less_cpu("git log -L of one row", (&peer, &ours), 3.0);
    }
    println!("\nrepository L without a commit graph");
    graph(&hot.folder, None)?;
    let (ours, peer) = pair(&hot.history(), &hot.versions())?;
    bars.at_most("times the CPU of git log and reading each version", ours.cpu_ratio(&peer), 1.2);
    Ok(())
}

/// Who last changed each row, against who last changed each line.
fn blame(bars: &mut Bars) -> Result<(), String> {
    for size in ["M", "L"] {
        println!("\nrepository {size}: blame");
        let hot = Hot::of(size)?;
        graph(&hot.folder, Some("--changed-paths"))?;
        let ours = Subject::ours(&["blame", &hot.id], &hot.folder);
        let (ours, peer) = pair(&ours, &hot.git("git blame", &["blame", "--first-parent", generate::HOT]))?;
        bars.less_cpu("git blame", (&peer, &ours), 3.0);
    }
    Ok(())
}

/// Who owned a control on a day, against reading and verifying what is signed of the matrices that have it.
fn who(bars: &mut Bars) -> Result<(), String> {
    let folder = kept::engagement()?;
    let (control, ids) = asked(&folder)?;
    println!("\nwho owned {control}, which {} of {} matrices have", ids.len(), kept::MATRICES);
    let ours = Subject::ours(&["who", &control, "--as-of", "2020-06-15"], &folder);
    let program = env::current_exe().map_err(|error| error.to_string())?;
    let words: Vec<&str> = [FLOOR, "."].into_iter().chain(ids.iter().map(String::as_str)).collect();
    let peer =
        Subject::new("reading, hashing, parsing, validating, verifying these", &program, &words, &folder);
    let (ours, peer) = pair(&ours, &peer)?;
    bars.at_most("times the CPU of what cannot be left out", ours.cpu_ratio(&peer), 3.0);
    Ok(())
}

/// Returns the first control of the first matrix, and the ids of all matrices of which some version has it.
fn asked(folder: &Path) -> Result<(String, Vec<String>), String> {
    let read = |path: &Path| fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()));
    let first: Value = serde_json::from_str(&read(&folder.join("matrices/matrix-0000.json"))?)
        .map_err(|error| error.to_string())?;
    let control = first.pointer("/rows/0/controls/0").and_then(Value::as_str).ok_or("a row has a control")?;
    let name = control.split_once(':').map_or(control, |(_, name)| name).to_owned();
    let quoted = format!("\"{control}\"");
    let mut ids = Vec::new();
    for number in 0..kept::MATRICES {
        let id = format!("matrix-{number:04}");
        let text = |version: u32| read(&folder.join(format!("signoffs/{id}/1.{version}/matrix.json")));
        let texts = (0..kept::VERSIONS).map(text).collect::<Result<Vec<_>, _>>()?;
        if texts.iter().any(|text| text.contains(&quoted)) {
            ids.push(id);
        }
    }
    Ok((name, ids))
}

/// The matrix that most commits touch.
struct Hot {
    folder: PathBuf,
    id: String,
    /// The lines of one row.
    lines: (usize, usize),
}

impl Hot {
    fn of(size: &str) -> Result<Self, String> {
        let folder = kept::repository(size)?;
        let text = fs::read_to_string(folder.join(generate::HOT)).map_err(|error| error.to_string())?;
        let matrix: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
        let id = matrix["id"].as_str().ok_or("a matrix has an id")?.to_owned();
        let row = matrix.pointer("/rows/160/id").and_then(Value::as_str).ok_or("it has 320 rows")?;
        let quoted = format!("\"id\": \"{row}\"");
        let line = text.lines().position(|line| line.contains(&quoted)).ok_or("a row has a line")?;
        let indent = |line: &str| line.len() - line.trim_start().len();
        let open: Vec<&str> = text.lines().skip(line).collect();
        let depth = indent(open[0]);
        let length = open.iter().position(|line| indent(line) < depth).ok_or("a row ends")?;
        Ok(Self { folder, id, lines: (line, line + length + 1) })
    }

    fn history(&self) -> Subject {
        Subject::ours(&["history", &self.id, "--commits"], &self.folder)
    }

    fn row_log(&self) -> Subject {
        let range = format!("{},{}:{}", self.lines.0, self.lines.1, generate::HOT);
        self.git("git log -L", &["log", "--first-parent", "-L", &range])
    }

    /// Returns the command that lists the versions and prints each.
    fn versions(&self) -> Subject {
        let path = generate::HOT;
        let line =
            format!("git log --first-parent --format=%H:{path} -- {path} | git cat-file --batch --buffer");
        Subject::new("git log and cat-file", Path::new("sh"), &["-c", &line], &self.folder)
    }

    fn git(&self, name: &str, words: &[&str]) -> Subject {
        Subject::new(name, Path::new("git"), &[&["--no-pager"], words].concat(), &self.folder)
    }
}

/// Writes the commit graph anew with this word, or takes it away.
fn graph(folder: &Path, word: Option<&str>) -> Result<(), String> {
    let info = folder.join(".git/objects/info");
    // What is not there need not be removed.
    let _ = fs::remove_file(info.join("commit-graph"));
    let Some(word) = word else { return Ok(()) };
    let mut git = generate::git(folder);
    let status = git.args(["commit-graph", "write", "--reachable", "--no-progress", word]).status();
    let status = status.map_err(|error| error.to_string())?;
    if status.success() { Ok(()) } else { Err(format!("git commit-graph ended with {status}")) }
}

fn pair(ours: &Subject, peer: &Subject) -> Result<(Cost, Cost), String> {
    let (ours, peer) = measure::paired(ours, peer)?;
    println!("{ours}\n{peer}");
    Ok((ours, peer))
}
