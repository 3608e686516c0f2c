//! The gate in a CI system: the files of the caller's side, and where the program comes from.
//!
//! What is written works on the day it is written: the program is named by an address or a path with its SHA-256, or by a commit
//! of a repository whose action carries the digests, and never by a name that anybody could take.

use super::File;
use crate::choice::choices;
use crate::error::{Error, Result};
use crate::pack::starter::fill;

/// The repository whose action and releases are used where nothing else is named, as `OWNER/REPOSITORY@COMMIT`; empty until
/// there is one.
pub const HOME: &str = "";

choices! {
    /// The CI systems that files can be written for.
    System {
        /// GitHub Actions: a workflow, owners of files, a hook for pre-commit.
        Github "github",
        /// GitLab CI/CD: a pipeline, owners of files, a hook for pre-commit.
        Gitlab "gitlab",
        /// No files for a CI system.
        None "none",
    }
}

/// Where a job takes the program from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum From {
    /// An action at a commit, which carries the digests of its releases.
    Action(String),
    /// An https address or a path on the runner, with the SHA-256 of what lies there.
    File(String, String),
}

impl From {
    /// Reads where the program comes from: `OWNER/REPOSITORY@COMMIT`, or an address or a path with its digest.
    ///
    /// # Errors
    /// Where a digest is missing or what is named cannot stand in a workflow.
    pub fn read(from: Option<&str>, sha256: Option<&str>) -> Result<Self> {
        let help = "`--from https://.../countersign-x86_64-unknown-linux-musl.tar.gz --sha256 HEX`, a path on the runner with its \
                    digest, or `--from OWNER/REPOSITORY@COMMIT` of an action with 40 hex digits";
        let refuse = |message: &str| Err(Error::usage(message).hint(help));
        let Some(from) = from.or((!HOME.is_empty()).then_some(HOME)) else {
            return refuse("`--ci` needs `--from`: no release of the program has an address yet");
        };
        if !from.chars().all(|one| one.is_ascii_alphanumeric() || ":/._~%+=@-".contains(one)) {
            return refuse("`--from` has a character that cannot stand in a workflow");
        }
        if let Some(action) = action(from) {
            return Ok(Self::Action(action));
        }
        let digest = sha256.unwrap_or_default().to_ascii_lowercase();
        if digest.len() != 64 || !digest.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return refuse("`--from` needs `--sha256`, 64 hex digits: what is not verified is never run");
        }
        if from.contains("://") && !from.starts_with("https://") || from.starts_with('-') {
            return refuse("`--from` is an https address or a path");
        }
        Ok(Self::File(from.to_owned(), digest))
    }
}

/// Returns an action at a commit in full; a branch or a tag can be moved.
fn action(text: &str) -> Option<String> {
    let (repository, commit) = text.split_once('@')?;
    let (owner, name) = repository.split_once('/')?;
    let is_name = |one: &str| !one.is_empty() && !one.starts_with('.') && !one.contains(['/', ':', '@']);
    let is_commit = commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
    (is_name(owner) && is_name(name) && is_commit).then(|| text.to_owned())
}

/// Returns the files of the caller's side; `parties` are the ids of client and provider.
pub fn files(system: System, from: &From, (client, provider): (&str, &str)) -> Vec<File> {
    let parties = [("client", client), ("provider", provider)];
    let hook = File::new(
        ".pre-commit-config.yaml",
        include_str!("template/pre-commit.yaml"),
        "the check before each commit, for those who use pre-commit",
    );
    let owners = |path: &str| {
        File::new(
            path,
            fill(include_str!("template/CODEOWNERS"), &parties),
            "who is asked to review; put your teams in",
        )
    };
    match system {
        System::None => Vec::new(),
        System::Github => vec![
            File::new(
                ".github/workflows/countersign.yml",
                github(from),
                "the gate, on every pull request and push",
            ),
            owners(".github/CODEOWNERS"),
            hook,
        ],
        System::Gitlab => vec![
            File::new(".gitlab-ci.yml", gitlab(from), "the gate, on every merge request and push"),
            owners(".gitlab/CODEOWNERS"),
            hook,
        ],
    }
}

fn github(from: &From) -> String {
    let steps = match from {
        From::Action(action) => {
            fill(include_str!("template/github-action.yml"), &[("action", action.as_str())])
        }
        From::File(address, digest) => {
            let values = [("from", address.as_str()), ("sha256", digest.as_str())];
            fill(include_str!("template/github-file.yml"), &values)
        }
    };
    fill(include_str!("template/workflow.yml"), &[("steps", steps.as_str())])
}

/// GitLab knows no actions: a commit of a repository is fetched from there no more than from anywhere else.
fn gitlab(from: &From) -> String {
    let (address, digest) = match from {
        From::File(address, digest) => (address.as_str(), digest.as_str()),
        From::Action(_) => ("", ""),
    };
    fill(include_str!("template/gitlab.yml"), &[("from", address), ("sha256", digest)])
}

/// Refuses what a system cannot use.
///
/// # Errors
/// Where GitLab is to use an action.
pub fn demand(system: System, from: &From) -> Result<()> {
    if system == System::Gitlab && matches!(from, From::Action(_)) {
        return Err(Error::usage("GitLab cannot use an action")
            .hint("name an https address or a path on the runner: `--from ADDRESS --sha256 HEX`"));
    }
    Ok(())
}
