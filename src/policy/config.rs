//! `countersign.json`: packs in use, which files are matrices, settings of rules.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Map, Value};

use super::demand::Demands;
use crate::diff::{Comparer, Words};
use crate::finding::{Finding, Place, Severity, Stage};
use crate::schema;
use crate::source::{self, Limits};

/// The file's name in the root.
pub const FILE: &str = "countersign.json";

/// The configuration of an engagement.
#[derive(Clone, Debug, Deserialize)]
pub struct Config {
    /// Packs whose rules run where a matrix names them; `core` always runs.
    #[serde(default)]
    pub packs: Vec<String>,
    /// Which files are matrices, as patterns relative to the root.
    #[serde(default = "everywhere")]
    pub matrices: Vec<String>,
    /// Which folders below are projects of their own, as patterns relative to the root.
    #[serde(default)]
    pub projects: Vec<String>,
    /// Catalogues that several matrices cover together.
    #[serde(default)]
    pub coverage: Vec<Together>,
    /// What is changed about the words that may change a duty.
    #[serde(default)]
    pub words: Words,
    /// Settings by rule id.
    #[serde(default)]
    pub rules: BTreeMap<String, Setting>,
    /// What a gate demands of a change beyond the rules.
    #[serde(default)]
    pub gate: Demands,
}

/// Matrices that cover a catalogue together.
#[derive(Clone, Debug, Deserialize)]
pub struct Together {
    /// The catalogue.
    pub catalog: String,
    /// The ids of the matrices.
    pub matrices: Vec<String>,
}

/// What an engagement sets of a rule.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Setting {
    /// Another severity, or `off`.
    #[serde(default)]
    pub severity: Option<Severity>,
    /// Another stage.
    #[serde(default)]
    pub stage: Option<Stage>,
    /// Parameters laid over the rule's own.
    #[serde(default)]
    pub params: Map<String, Value>,
}

fn everywhere() -> Vec<String> {
    vec!["matrices/**/*.json".to_owned()]
}

impl Default for Config {
    fn default() -> Self {
        Self {
            packs: Vec::new(),
            matrices: everywhere(),
            projects: Vec::new(),
            coverage: Vec::new(),
            words: Words::default(),
            rules: BTreeMap::new(),
            gate: Demands::default(),
        }
    }
}

impl Config {
    /// Reads the file's bytes.
    ///
    /// # Errors
    /// Everything that is wrong with the file, with its places.
    pub fn read(bytes: Vec<u8>) -> Result<Self, (Vec<Finding>, Option<source::Source>)> {
        let document = source::load(FILE, bytes, Limits::OTHER)
            .map_err(|unreadable| (unreadable.findings, unreadable.source))?;
        let faults = schema::validate(schema::Kind::Config, &document.value);
        if !faults.is_empty() {
            let findings = faults.into_iter().map(|fault| fault.in_file(FILE)).collect();
            return Err((findings, Some(document.source)));
        }
        let config = Self::deserialize(&document.value).map_err(|error| error.to_string());
        let config = config.and_then(|config| config.patterns_compile().map(|()| config));
        config.map_err(|error| {
            let finding = Finding::of_file("config-is-valid", FILE, Place::File, error);
            (vec![finding], Some(document.source))
        })
    }

    fn patterns_compile(&self) -> Result<(), String> {
        let compile = |pattern: &String| {
            glob::Pattern::new(pattern).map(drop).map_err(|error| format!("`{pattern}`: {error}"))
        };
        self.matrices.iter().chain(&self.projects).try_for_each(compile)
    }

    /// Returns what compares versions by the words of this engagement.
    pub fn comparer(&self) -> Comparer {
        Comparer::of(&self.words)
    }

    /// Returns the folders, or the files, that all matrices lie in or below.
    pub fn folders(&self) -> impl Iterator<Item = &str> {
        self.matrices.iter().map(|pattern| folder_of(pattern))
    }

    /// Returns the folders that all projects of their own are or lie below.
    pub fn project_folders(&self) -> impl Iterator<Item = &str> {
        self.projects.iter().map(|pattern| folder_of(pattern))
    }

    /// Returns the patterns that say no longer which files are matrices, though others may match the same files.
    pub fn patterns_lost<'a>(&'a self, after: &Self) -> Vec<&'a String> {
        self.matrices.iter().filter(|pattern| !after.matrices.contains(pattern)).collect()
    }

    /// Returns the catalogues that other matrices cover together than before. Whether that asks for less, only a
    /// reader can tell: one matrix more may hide a gap as one group less does.
    pub fn coverage_changed<'a>(&'a self, after: &'a Self) -> BTreeSet<&'a str> {
        let groups = self.coverage.iter().chain(&after.coverage);
        let catalogues: BTreeSet<&str> = groups.map(|group| group.catalog.as_str()).collect();
        let differs = |catalogue: &&str| self.groups(catalogue) != after.groups(catalogue);
        catalogues.into_iter().filter(differs).collect()
    }

    /// Returns which matrices cover a catalogue together.
    pub fn groups(&self, catalogue: &str) -> BTreeSet<BTreeSet<&str>> {
        let groups = self.coverage.iter().filter(|group| group.catalog == catalogue);
        groups.map(|group| group.matrices.iter().map(String::as_str).collect()).collect()
    }

    /// Returns whether a path relative to the root is a matrix's.
    pub fn is_matrix(&self, path: &str) -> bool {
        self.matrices.iter().any(|pattern| matches(pattern, path))
    }

    /// Returns whether a folder relative to the root is a project of its own.
    pub fn is_project(&self, folder: &str) -> bool {
        self.projects.iter().any(|pattern| matches(pattern.trim_end_matches('/'), folder))
    }
}

/// Says whether a pattern matches a path; an asterisk stands for no slash, two for any folders.
pub fn matches(pattern: &str, path: &str) -> bool {
    let options = glob::MatchOptions { require_literal_separator: true, ..glob::MatchOptions::default() };
    glob::Pattern::new(pattern).is_ok_and(|pattern| pattern.matches_with(path, options))
}

/// Returns the folder, or the file, that all that a pattern matches is or lies below.
pub fn folder_of(pattern: &str) -> &str {
    let wild = pattern.find(['*', '?', '[']).unwrap_or(pattern.len());
    let end = if wild == pattern.len() { Some(wild) } else { pattern[..wild].rfind('/') };
    end.map_or("", |end| &pattern[..end])
}
