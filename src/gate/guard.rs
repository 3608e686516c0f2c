//! The files that guard an engagement: who may sign, what was signed, what runs the gate and whom a platform asks.
//!
//! A change of one of them is told before everything else, whatever it says.

use serde::Serialize;

use crate::finding::{Finding, Place, Severity};
use crate::git::{Fate, Touched};
use crate::report::words::{self, count};

/// So many files of one kind are named.
const MOST_NAMED: usize = 20;
const LINK: u32 = 0o120_000;
const SUBMODULE: u32 = 0o160_000;
/// The files at the top by which CI systems are told what to run.
const PIPELINES: [&str; 12] = [
    ".gitlab-ci.yml",
    "action.yml",
    "action.yaml",
    "bitbucket-pipelines.yml",
    "azure-pipelines.yml",
    "Jenkinsfile",
    ".pre-commit-config.yaml",
    ".drone.yml",
    ".woodpecker.yml",
    ".travis.yml",
    "Dockerfile",
    "Makefile",
];
/// The folders that hold such files.
const WORKFLOWS: [&str; 7] = [
    ".github/workflows/",
    ".github/actions/",
    ".forgejo/",
    ".gitea/",
    ".gitlab/",
    ".circleci/",
    ".woodpecker/",
];
/// Where platforms look for owners of files.
const OWNERS: [&str; 5] =
    ["CODEOWNERS", ".github/CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS", ".gitea/CODEOWNERS"];

/// What a file guards, the gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Guard {
    /// Who may sign, and which keys are revoked.
    Roster,
    /// What was offered, signed and marked.
    SignOff,
    /// What runs the gate.
    Workflow,
    /// Whom the platform asks to review.
    Owners,
    /// Rules, packs, waivers and settings.
    Rules,
    /// How git stores or shows files, and what it takes for one.
    Git,
    /// A link or a submodule: what lies behind it is not in the commit.
    Elsewhere,
}

impl Guard {
    /// Returns what is changed, in words.
    pub fn word(self) -> &'static str {
        match self {
            Self::Roster => "who may sign",
            Self::SignOff => "what is signed",
            Self::Workflow => "what runs the gate",
            Self::Owners => "whom the platform asks to review",
            Self::Rules => "rules, waivers and settings",
            Self::Git => "how git treats files",
            Self::Elsewhere => "links and submodules",
        }
    }

    /// Returns what a file guards, by its path from the root of its project and from the top of the repository.
    fn of(path: &str, whole: &str, mode: u32) -> Option<Self> {
        let is = |names: &[&str]| names.iter().any(|name| whole.eq_ignore_ascii_case(name));
        let name = whole.rsplit('/').next().unwrap_or(whole);
        if begins(path, "trust/") {
            Some(Self::Roster)
        } else if begins(path, "signoffs/") {
            Some(Self::SignOff)
        } else if is(&OWNERS) {
            Some(Self::Owners)
        } else if is(&PIPELINES) || WORKFLOWS.iter().any(|folder| begins(whole, folder)) {
            Some(Self::Workflow)
        } else if path == crate::policy::config::FILE
            || path == crate::policy::waiver::FILE
            || path.starts_with("policies/")
            || path.starts_with("packs/")
        {
            Some(Self::Rules)
        } else if matches!(name, ".gitattributes" | ".gitmodules" | ".gitignore") {
            Some(Self::Git)
        } else {
            matches!(mode, LINK | SUBMODULE).then_some(Self::Elsewhere)
        }
    }
}

/// Says whether a path lies below a folder, also on a disk that folds case.
fn begins(path: &str, folder: &str) -> bool {
    path.get(..folder.len()).is_some_and(|start| start.eq_ignore_ascii_case(folder))
}

/// A guarding file that a change touches.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Change {
    /// What it guards.
    pub guards: Guard,
    /// Its path from the top of the repository.
    pub file: String,
    /// What became of it: `adds`, `alters` or `removes`.
    pub verb: &'static str,
    /// What it is now, where that is no ordinary file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is: Option<&'static str>,
}

/// Returns the guarding files among those that changed, the gravest first; `project` is the project's folder with a final
/// slash, empty for the top.
pub(super) fn changes(touched: &[Touched], project: &str) -> Vec<Change> {
    let change = |one: &Touched| {
        let path = one.path.strip_prefix(project).unwrap_or(&one.path);
        let guards = Guard::of(path, &one.path, one.mode)?;
        let verb = match one.fate {
            Fate::Added => "adds",
            Fate::Altered => "alters",
            Fate::Removed => "removes",
        };
        let is = match one.mode {
            LINK => Some("a link"),
            SUBMODULE => Some("a submodule"),
            _ => None,
        };
        Some(Change { guards, file: one.path.clone(), verb, is })
    };
    let mut changes: Vec<Change> = touched.iter().filter_map(change).collect();
    changes.sort();
    changes.dedup();
    changes
}

/// Returns one line for each kind of guarding file that changed: what it guards, and the files.
pub(super) fn lines(changes: &[Change]) -> Vec<(Guard, Vec<String>)> {
    let mut lines: Vec<(Guard, Vec<String>)> = Vec::new();
    for one in changes {
        let is = one.is.map(|is| format!(" as {is}")).unwrap_or_default();
        let said = format!("{} `{}`{is}", one.verb, one.file);
        match lines.last_mut() {
            Some((guards, files)) if *guards == one.guards => files.push(said),
            _ => lines.push((one.guards, vec![said])),
        }
    }
    for (_, files) in &mut lines {
        if files.len() > MOST_NAMED {
            let more = files.len() - MOST_NAMED;
            files.truncate(MOST_NAMED);
            files.push(format!("touches {} more", count(more, "file")));
        }
    }
    lines
}

/// Returns a finding for each kind of guarding file that the change touches, at the first such file.
///
/// That something was signed is what everybody waits for, so that alone is a note.
pub(super) fn findings(changes: &[Change], project: &str) -> Vec<Finding> {
    let finding = |(guards, said): (Guard, Vec<String>)| {
        let mut own = changes.iter().filter(|one| one.guards == guards);
        let is_usual =
            guards == Guard::SignOff && own.clone().all(|one| one.verb == "adds" && one.is.is_none());
        let first = own.next().map(|one| one.file.strip_prefix(project).unwrap_or(&one.file));
        let message = format!("{}: this change {}", guards.word(), words::list(&said));
        let severity = if is_usual { Severity::Note } else { Severity::Warning };
        Finding::of_file("guard-is-reviewed", first.unwrap_or_default(), Place::File, message)
            .weighing(severity)
    };
    lines(changes).into_iter().map(finding).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_guarding_file_is_known_by_its_place() {
        let of = |path: &str| Guard::of(path, path, 0o100_644);
        assert_eq!(of("trust/1.json"), Some(Guard::Roster));
        assert_eq!(of("Signoffs/a/1.0/x"), Some(Guard::SignOff));
        assert_eq!(of(".github/workflows/x.yml"), Some(Guard::Workflow));
        assert_eq!(of("action.yml"), Some(Guard::Workflow));
        assert_eq!(of(".github/CODEOWNERS"), Some(Guard::Owners));
        assert_eq!(of("waivers.json"), Some(Guard::Rules));
        assert_eq!(of("matrices/.gitattributes"), Some(Guard::Git));
        assert_eq!(of("matrices/a.json"), None);
        assert_eq!(of("äöü"), None);
        assert_eq!(Guard::of("matrices/a.json", "matrices/a.json", LINK), Some(Guard::Elsewhere));
        assert_eq!(Guard::of("trust/1.json", "clients/a/trust/1.json", 0), Some(Guard::Roster));
    }
}
