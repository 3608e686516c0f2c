//! Projects within a project: the folders of a repository that its own configuration names as projects of their own.
//!
//! A provider keeps many engagements in one repository: `"projects": ["clients/*"]` in the `countersign.json` at the top. Only
//! what stands there is a project of its own; a `countersign.json`, `trust/` or `signoffs/` that lies anywhere else below is
//! told, for whoever brings it would choose by which rules and signers it is judged.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::{Reader, Snapshot};
use crate::error::Result;
use crate::finding::{Finding, Place};
use crate::policy::config::{self, Config};

/// Returns the folders that are projects of their own, with paths relative to the root, in path order.
///
/// `config` is the configuration at the root; a gate takes it from the base of a change: then what the change lists is no
/// project yet, and `check` of the root tells of it. A folder counts where it holds a `countersign.json`, `trust/` or
/// `signoffs/`; that a pattern names nothing is no fault, for the first client may come later. Judge each of them with
/// [`Snapshot::below`].
///
/// # Errors
/// Where the folders cannot be listed.
pub fn projects(reader: &Reader<'_>, config: &Config) -> Result<Vec<String>> {
    let mut found = BTreeSet::new();
    let below: Vec<&str> = config.project_folders().collect();
    for file in reader.files(&below)? {
        found.extend(marked(&file.path).filter(|folder| config.is_project(folder)).map(str::to_owned));
    }
    Ok(found.into_iter().collect())
}

/// Returns the root for a folder below one root: that of the project of its own that the configuration there lists, if the
/// folder lies in one.
pub(super) fn owner(root: &Path, folder: &Path) -> Result<PathBuf> {
    let Ok(below) = folder.strip_prefix(root) else { return Ok(root.to_path_buf()) };
    let config = config_of(&Snapshot::on_disk(root.to_path_buf())?.open()?)?;
    let steps = below.ancestors().filter(|step| !step.as_os_str().is_empty());
    let listed =
        steps.filter(|step| step.to_str().is_some_and(|path| config.is_project(&path.replace('\\', "/"))));
    Ok(listed.last().map_or_else(|| root.to_path_buf(), |step| root.join(step)))
}

/// Returns the configuration at a root; what is wrong in it counts as not there, for `check` of the root says so.
fn config_of(reader: &Reader<'_>) -> Result<Config> {
    let Some(file) = reader.file(config::FILE)?.filter(|file| file.is_plain) else {
        return Ok(Config::default());
    };
    let bytes = reader.read(&file, crate::source::Limits::OTHER.bytes)?;
    Ok(Config::read(bytes).unwrap_or_default())
}

/// Tells of what would be a project of its own below the paths that are looked at, or around the root, and is not listed.
///
/// # Errors
/// Where the files cannot be listed.
pub fn unlisted(reader: &Reader<'_>, config: &Config, paths: &[String]) -> Result<Vec<Finding>> {
    let folders: Vec<&str> = match paths {
        [] => config.folders().collect(),
        some => some.iter().map(String::as_str).collect(),
    };
    let mut told: BTreeSet<(String, String)> = BTreeSet::new();
    let mut files = reader.files(&folders)?;
    let above: Vec<String> = paths.iter().flat_map(|path| marks_above(path)).collect();
    files.extend(reader.files(&above.iter().map(String::as_str).collect::<Vec<_>>())?);
    for file in files {
        let own = marked(&file.path).next().filter(|folder| !is_within(config, folder));
        told.extend(own.map(|folder| (folder.to_owned(), mark_of(&file.path, folder).to_owned())));
    }
    let mut findings: Vec<Finding> = told.iter().map(|(folder, mark)| below(folder, mark)).collect();
    findings.dedup_by(|left, right| left.message == right.message);
    findings.extend(around(reader)?);
    Ok(findings)
}

/// Returns where the files lie by which the folders above a path would be projects of their own.
fn marks_above(path: &str) -> impl Iterator<Item = String> {
    let folders =
        Path::new(path).ancestors().skip(1).filter_map(Path::to_str).filter(|folder| !folder.is_empty());
    folders.flat_map(|folder| [config::FILE, "trust", "signoffs"].map(|mark| format!("{folder}/{mark}")))
}

/// Says whether a folder is, or lies in, a project that the configuration lists.
fn is_within(config: &Config, folder: &str) -> bool {
    Path::new(folder).ancestors().any(|step| step.to_str().is_some_and(|step| config.is_project(step)))
}

fn below(folder: &str, mark: &str) -> Finding {
    let message = format!("`{folder}` looks like a project of its own, and `projects` here does not list it");
    Finding::of_file("nested-project-is-listed", &format!("{folder}/{mark}"), Place::File, message).helped(format!(
        "it was not judged by what lies in it; move that away, or list `{folder}` under `projects` in `{}` here, in a \
         change that both parties see",
        config::FILE
    ))
}

/// Tells that a project above the root does not list this one: then whoever brought this root chose its rules.
fn around(reader: &Reader<'_>) -> Result<Option<Finding>> {
    let Some(prefix) = reader.prefix()?.filter(|prefix| !prefix.is_empty()) else { return Ok(None) };
    let own = prefix.trim_end_matches('/');
    let Some((folder, bytes)) = reader.above(config::FILE)?.pop() else { return Ok(None) };
    let path = own.strip_prefix(&folder).unwrap_or(own);
    if is_within(&Config::read(bytes).unwrap_or_default(), path) {
        return Ok(None);
    }
    let message =
        format!("this project lies in another, at `/{folder}`, whose `projects` does not list `{path}`");
    let help = format!("list `{path}` under `projects` in `/{folder}{}`, or move it", config::FILE);
    Ok(Some(Finding::of_file("nested-project-is-listed", config::FILE, Place::File, message).helped(help)))
}

/// Returns the folders that a file marks as projects of their own, the outermost first.
fn marked(path: &str) -> impl Iterator<Item = &str> {
    let starts = path.match_indices('/').map(|(at, _)| at);
    starts.filter(move |at| is_mark(&path[at + 1..])).map(|at| &path[..at])
}

/// Says whether a path below a folder is of a file by which a folder is a project.
fn is_mark(below: &str) -> bool {
    let parts: Vec<&str> = below.split('/').collect();
    match parts[..] {
        [file] => file == config::FILE,
        ["trust", list] => list.strip_suffix(".json").is_some_and(|number| number.parse::<u32>().is_ok()),
        ["signoffs", _, _, ..] => true,
        _ => false,
    }
}

fn mark_of<'a>(path: &'a str, folder: &str) -> &'a str {
    path[folder.len() + 1..].split('/').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::marked;

    #[test]
    fn a_project_is_known_by_its_files() {
        let all = |path: &'static str| marked(path).collect::<Vec<_>>();
        assert_eq!(all("clients/acme/countersign.json"), ["clients/acme"]);
        assert_eq!(all("clients/acme/trust/1.json"), ["clients/acme"]);
        assert_eq!(all("clients/acme/signoffs/m/1.0/matrix.json"), ["clients/acme"]);
        assert_eq!(all("matrices/trust/acme.json"), Vec::<&str>::new(), "a client may be called so");
        assert_eq!(all("countersign.json"), Vec::<&str>::new(), "the root itself");
    }
}
