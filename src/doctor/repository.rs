//! The repository: its depth, its line endings, what is not committed, its workflows.

use super::{Level, Line};
use crate::error::Result;
use crate::project::{Reader, Snapshot};
use crate::signoff::Checkout;
use crate::source::Limits;

/// The folders whose bytes are signed.
const SIGNED: [&str; 3] = ["matrices", "signoffs", "trust"];

pub(super) fn lines(world: &Snapshot) -> Result<Vec<Line>> {
    let reader = world.open()?;
    let mut lines = Vec::new();
    match world.store()? {
        None => {
            let found = "there is none here; a file that was sent to you can be read and signed without one";
            let help =
                "`countersign show FILE` says what to do with it; whoever keeps the matrix works in a clone";
            lines.push(Line::warn("repository", found, help));
        }
        Some(store) => {
            if let Err(error) = store.repository.refuse_grafts() {
                lines.push(Line::of("history", Level::Error, &error));
            }
            lines.push(if store.repository.is_shallow() {
                let found = "it is cut off, so nobody can say who owned what before";
                Line::warn("history", found, "git fetch --unshallow")
            } else {
                Line::ok("history", "all of it is here")
            });
            lines.extend(uncommitted(world));
        }
    }
    if world.store()?.is_some() {
        lines.push(line_endings(&reader)?);
        lines.push(workflow(&reader)?);
    }
    Ok(lines)
}

/// Verdicts read what git holds; what differs in the work tree is not what counts.
fn uncommitted(world: &Snapshot) -> Option<Line> {
    if !world.is_on_disk() {
        return None;
    }
    let differs =
        Checkout::open(world.root()).and_then(|checkout| checkout.demand_committed(&["trust", "signoffs"]));
    match differs {
        Ok(()) => Some(Line::ok("sign-off files", "they are as they were committed")),
        Err(error) => Some(Line::of("sign-off files", Level::Warn, &error)),
    }
}

fn text(reader: &Reader<'_>, path: &str) -> Result<String> {
    let Some(file) = reader.file(path)?.filter(|file| file.is_plain) else { return Ok(String::new()) };
    let bytes = reader.read(&file, Limits::OTHER.bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn line_endings(reader: &Reader<'_>) -> Result<Line> {
    const ABOUT: &str = "line endings";
    let attributes = text(reader, ".gitattributes")?;
    let lacking: Vec<&str> = SIGNED.into_iter().filter(|folder| !keeps_bytes(&attributes, folder)).collect();
    Ok(match lacking.first() {
        None => Line::ok(ABOUT, "git leaves the bytes that are signed alone"),
        Some(first) => {
            let all = lacking.join("/, ");
            let found = format!("git may change line endings in {all}/, and so the bytes that are signed");
            Line::warn(
                ABOUT,
                found,
                format!("add `/{first}/** -text` to .gitattributes, and so for each folder"),
            )
        }
    })
}

/// Says whether the attributes tell git to leave a folder's bytes alone; the last word counts.
fn keeps_bytes(attributes: &str, folder: &str) -> bool {
    let mut keeps = false;
    for line in attributes.lines() {
        let mut words = line.split_whitespace();
        let pattern = words.next().unwrap_or_default();
        let own = pattern.trim_start_matches('/');
        if own != "*" && own != "**" && own != format!("{folder}/**") {
            continue;
        }
        for word in words {
            match word {
                "-text" | "binary" => keeps = true,
                "text" | "text=auto" | "!text" => keeps = false,
                _ => {}
            }
        }
    }
    keeps
}

fn workflow(reader: &Reader<'_>) -> Result<Line> {
    const ABOUT: &str = "workflow";
    let mut faults = Vec::new();
    let mut found = None;
    let files = reader.files(&[".github/workflows"])?;
    for file in files.iter().filter(|file| file.is_plain) {
        let text = text(reader, &file.path)?;
        if text.contains("countersign") {
            found = Some(file.path.clone());
            faults.extend(faults_of(&text).into_iter().map(|fault| format!("{}: {fault}", file.path)));
        }
    }
    let Some(path) = found else {
        if text(reader, ".gitlab-ci.yml")?.contains("countersign") {
            return Ok(Line::ok(ABOUT, ".gitlab-ci.yml runs countersign"));
        }
        let message = "none runs countersign, so nothing keeps an unsigned version from being used";
        return Ok(Line::warn(ABOUT, message, "`countersign init` shows one"));
    };
    Ok(match faults.first() {
        None => Line::ok(ABOUT, format!("{path} runs on pull requests and in the merge queue")),
        Some(_) => Line::warn(
            ABOUT,
            faults.join("; "),
            "edit the file; `countersign init` in an empty folder shows one",
        ),
    })
}

/// Reads lines, not YAML: a doctor that misses a fault is better than one that invents it.
fn faults_of(text: &str) -> Vec<&'static str> {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.starts_with('#')).collect();
    let has = |word: &str| lines.iter().any(|line| line.contains(word));
    let begins = |word: &str| lines.iter().any(|line| line.starts_with(word));
    let mut faults = Vec::new();
    if !has("merge_group") {
        faults.push("without `merge_group` a merge queue waits for ever");
    }
    if begins("paths:") || begins("paths-ignore:") {
        faults.push("with `paths` a required check that is skipped blocks the pull request for ever");
    }
    if has("pull_request_target") {
        faults.push("`pull_request_target` runs with secrets on what anybody proposes; use `pull_request`");
    }
    if has("countersign check") && !has("--ci") && !has("COUNTERSIGN_ANCHOR") {
        faults.push("without COUNTERSIGN_ANCHOR and `--ci` a whole new roster would be believed");
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_on_line_endings_counts() {
        assert!(keeps_bytes("/trust/** -text\n", "trust"));
        assert!(keeps_bytes("* text=auto\n/trust/** -text\n", "trust"));
        assert!(!keeps_bytes("/trust/** -text\n* text=auto\n", "trust"));
        assert!(!keeps_bytes("", "trust"));
    }

    #[test]
    fn comments_in_a_workflow_are_no_faults() {
        let good = "# paths: none, never pull_request_target\non:\n  pull_request:\n  merge_group:\n- run: countersign check --ci\n";
        assert_eq!(faults_of(good), Vec::<&str>::new());
        assert_eq!(faults_of("on:\n  pull_request:\n    paths: [a]\n").len(), 2);
    }
}
