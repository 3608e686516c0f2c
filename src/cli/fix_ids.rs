//! `countersign check --fix-ids`

use std::fmt::Write as _;

use super::terminal;
use crate::check::ids::{self, Respelled};
use crate::edit::Held;
use crate::error::Result;
use crate::project::Snapshot;
use crate::project::{Request, Setup};
use crate::report::{escape, words};
use crate::source::{self, Limits};

/// Respells the control ids of the matrices on disk and tells on standard error what became of them.
///
/// A file that cannot be read is left to the check that follows.
pub(super) fn run(world: &Snapshot, request: &Request) -> Result<()> {
    let reader = world.open()?;
    let setup = Setup::read(&reader, request)?;
    if setup.refusal.is_some() {
        return Ok(());
    }
    let (mut text, mut changed, mut files, mut unclear) = (String::new(), 0, 0, 0);
    for found in setup.matrix_files(&reader, &request.paths)? {
        if !found.is_plain || source::too_large(&found.path, found.size, Limits::MATRIX).is_some() {
            continue;
        }
        let mut held = Held::read(&world.root().join(&found.path))?;
        let bytes = held.bytes().to_vec();
        let Ok(document) = source::load(&found.path, bytes, Limits::MATRIX) else { continue };
        let done = ids::respell(&document.source.text, &document.value, &setup.packs);
        if !done.changed.is_empty() {
            held.replace(&done.text)?;
            files += 1;
        }
        changed += done.changed.len();
        unclear += done.unclear.len();
        text.push_str(&sentence(&found.path, &done));
    }
    let _ = match (changed, unclear) {
        (0, 0) => writeln!(text, "every control id is spelled as in its catalogue"),
        (0, left) => writeln!(text, "nothing was changed; {} for you to decide", words::count(left, "id")),
        (_, left) => {
            let left = if left > 0 {
                format!("; {} left for you to decide", words::count(left, "id"))
            } else {
                String::new()
            };
            writeln!(
                text,
                "{} respelled in {}{left}",
                words::count(changed, "id"),
                words::count(files, "file")
            )
        }
    };
    terminal::tell(&format!("{text}\n"));
    Ok(())
}

fn sentence(path: &str, done: &Respelled) -> String {
    let path = escape::terminal(path);
    let mut text = String::new();
    for one in &done.changed {
        let (from, to) = (escape::terminal(&one.from), escape::terminal(&one.to));
        let _ = writeln!(text, "fixed {path}:{}: `{from}` is now `{to}`", one.line);
    }
    for one in &done.unclear {
        let (id, why) = (escape::terminal(&one.id), escape::terminal(&one.why));
        let _ = writeln!(text, "left  {path}:{}: `{id}`: {why}", one.line);
    }
    text
}
