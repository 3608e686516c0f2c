//! What a run needs before it looks at a matrix: configuration, packs, policies, waivers.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{File, Reader};
use crate::diff::Comparer;
use crate::error::{Error, Result};
use crate::finding::{Finding, Severity};
use crate::pack::{self, Catalogue, Packs};
use crate::policy::Policy;
use crate::policy::config::{self, Config};
use crate::policy::waiver::{self, Waivers};
use crate::schema;
use crate::source::{self, Document, Limits, Source};

/// Everything that a run knows before it looks at a matrix.
#[derive(Debug)]
pub struct Setup {
    /// The configuration.
    pub config: Config,
    /// The packs at hand.
    pub packs: Packs,
    /// The rules.
    pub policy: Policy,
    /// The accepted findings.
    pub waivers: Waivers,
    /// The accepted findings as a change would have them, where the gate comes from before the change.
    pub proposed_waivers: Option<Waivers>,
    /// What is wrong with these files without making them unusable.
    pub findings: Vec<Finding>,
    /// The texts that findings may point into.
    pub sources: BTreeMap<String, Source>,
    /// Why nothing can be judged, if so.
    pub refusal: Option<Refusal>,
}

impl Setup {
    /// Returns what compares versions by the words and packs of this project.
    pub fn comparer(&self) -> Comparer {
        self.config.comparer().with_packs(&self.packs)
    }
}

/// What a run of `check` was asked for.
#[derive(Clone, Debug)]
pub struct Request {
    /// Files and folders relative to the root; empty for all matrices.
    pub paths: Vec<String>,
    /// The day that ages are counted to.
    pub today: Date,
    /// The severity from which findings fail the run.
    pub fail_on: Severity,
    /// Whether waivers count.
    pub waivers: bool,
}

impl Request {
    /// Asks for all matrices on a day: errors fail, and waivers count.
    pub fn on(today: Date) -> Self {
        Self { paths: Vec::new(), today, fail_on: Severity::Error, waivers: true }
    }
}

/// Which files are matrices, and the packs that say what their words mean: for questions that judge nothing.
#[derive(Debug)]
pub struct Terms {
    /// The configuration.
    pub config: Config,
    /// The packs at hand.
    pub packs: Packs,
}

/// A project whose own files are wrong.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// What is wrong and where.
    pub findings: Vec<Finding>,
    /// The texts that the findings point into.
    pub sources: BTreeMap<String, Source>,
    /// The error that ends the run.
    pub error: Error,
}

impl Default for Terms {
    fn default() -> Self {
        Self { config: Config::default(), packs: Packs::shipped(pack::shipped_ids()) }
    }
}

impl Terms {
    /// Reads the project's configuration and packs; what is wrong in them counts as not there.
    ///
    /// # Errors
    /// Where a file is there and cannot be read.
    pub fn read(reader: &Reader<'_>) -> Result<Self> {
        Gather::of(reader).terms()
    }
}

impl Setup {
    /// Reads the project's own files.
    ///
    /// # Errors
    /// Where a file is there and cannot be read.
    pub fn read(reader: &Reader<'_>, request: &Request) -> Result<Self> {
        let mut gather = Gather::of(reader);
        let Terms { config, packs } = gather.terms()?;
        let own = gather.policies()?;
        let policy = match Policy::assemble(&packs, &own, &config) {
            Ok(policy) => policy,
            Err(findings) => {
                gather.findings.extend(findings);
                Policy::default()
            }
        };
        for document in own {
            gather.sources.insert(document.source.path.to_string(), document.source);
        }
        let refusal = gather.refusal();
        let waivers = if request.waivers { gather.waivers()? } else { Waivers::default() };
        let mut sources = gather.sources;
        sources.extend(waivers.source.clone().map(|source| (source.path.to_string(), source)));
        let findings = waivers.findings.clone();
        let proposed_waivers = None;
        Ok(Self { config, packs, policy, waivers, proposed_waivers, findings, sources, refusal })
    }

    /// Returns the files that are matrices: those asked for, or all that the configuration names.
    ///
    /// # Errors
    /// Where a path that was asked for does not exist.
    pub fn matrix_files(&self, reader: &Reader<'_>, paths: &[String]) -> Result<Vec<File>> {
        if paths.is_empty() {
            return matrix_files(&self.config, reader);
        }
        let mut all = Vec::new();
        for path in paths {
            let files = reader.files(&[path])?;
            if files.is_empty() {
                return Err(Error::usage(format!("there is no file `{path}`")));
            }
            let one = files.len() == 1 && files[0].path == *path;
            if one && let Some(what) = other_than_matrix(path) {
                return Err(Error::usage(format!("`{path}` is not a matrix: {what}"))
                    .hint("`countersign check` without a path checks all matrices"));
            }
            let all_below = path.is_empty() || path == ".";
            all.extend(files.into_iter().filter(|file| {
                one || self.config.is_matrix(&file.path) || (!all_below && self.is_json_outside(&file.path))
            }));
        }
        all.sort_by(|left, right| left.path.cmp(&right.path));
        all.dedup_by(|left, right| left.path == right.path);
        Ok(all)
    }

    /// A folder of matrices that no configuration knows is checked for what it holds.
    fn is_json_outside(&self, path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        name.ends_with(".matrix.json")
    }

    /// Returns the catalogue with this id.
    pub fn catalogue(&self, id: &str) -> Option<&Catalogue> {
        self.packs.catalogue(id)
    }
}

/// Returns all files that the configuration calls matrices.
///
/// # Errors
/// Where the project cannot be listed.
pub fn matrix_files(config: &Config, reader: &Reader<'_>) -> Result<Vec<File>> {
    let folders: Vec<&str> = config.folders().collect();
    let files = reader.files(&folders)?;
    Ok(files.into_iter().filter(|file| config.is_matrix(&file.path)).collect())
}

/// Says what a file is that cannot be a matrix by its name.
fn other_than_matrix(path: &str) -> Option<&'static str> {
    let name = path.rsplit('/').next().unwrap_or(path);
    match name {
        _ if path == crate::policy::config::FILE => {
            Some("it says which rules apply, and every check reads it")
        }
        _ if path == crate::policy::waiver::FILE => {
            Some("it holds accepted findings, and every check reads it")
        }
        _ if name.to_ascii_lowercase().ends_with(".json") => None,
        _ => Some("a matrix is a file that ends in `.json`"),
    }
}

struct Gather<'a> {
    reader: &'a Reader<'a>,
    findings: Vec<Finding>,
    sources: BTreeMap<String, Source>,
}

impl<'a> Gather<'a> {
    fn of(reader: &'a Reader<'a>) -> Self {
        Self { reader, findings: Vec::new(), sources: BTreeMap::new() }
    }

    fn terms(&mut self) -> Result<Terms> {
        let config = self.config()?;
        let mut packs = Packs::shipped(pack::shipped_ids());
        self.packs(&config, &mut packs)?;
        Ok(Terms { config, packs })
    }

    fn bytes(&self, path: &str) -> Result<Option<Vec<u8>>> {
        let Some(file) = self.reader.file(path)? else { return Ok(None) };
        if !file.is_plain {
            return Err(Error::usage(format!("`{path}` is not an ordinary file")));
        }
        if source::too_large(path, file.size, Limits::OTHER).is_some() {
            return Err(Error::usage(format!("`{path}` is larger than {} bytes", Limits::OTHER.bytes)));
        }
        self.reader.read(&file, Limits::OTHER.bytes).map(Some)
    }

    fn config(&mut self) -> Result<Config> {
        let Some(bytes) = self.bytes(config::FILE)? else { return Ok(Config::default()) };
        let text = String::from_utf8_lossy(&bytes).into_owned();
        match Config::read(bytes) {
            Ok(config) => {
                let source = Source { path: config::FILE.into(), text };
                self.sources.insert(config::FILE.to_owned(), source);
                Ok(config)
            }
            Err((findings, source)) => {
                self.findings.extend(findings);
                self.sources.extend(source.map(|source| (source.path.to_string(), source)));
                Ok(Config::default())
            }
        }
    }

    fn packs(&mut self, config: &Config, packs: &mut Packs) -> Result<()> {
        let mut folders: BTreeMap<String, pack::Files> = BTreeMap::new();
        for file in self.reader.files(&["packs"])? {
            let Some((id, name)) = file.path.strip_prefix("packs/").and_then(|rest| rest.split_once('/'))
            else {
                continue;
            };
            if !file.is_plain || source::too_large(&file.path, file.size, Limits::MATRIX).is_some() {
                return Err(Error::usage(format!("`{}` is not an ordinary file, or too large", file.path)));
            }
            let bytes = self.reader.read(&file, Limits::MATRIX.bytes)?;
            let files = folders.entry(id.to_owned()).or_default();
            files.folder = format!("packs/{id}");
            files.files.insert(name.to_owned(), bytes);
        }
        for (id, files) in &folders {
            if let Err(findings) = packs.add(id, files) {
                self.findings.extend(findings);
                self.texts(files);
            }
        }
        for (at, id) in config.packs.iter().enumerate() {
            if packs.get(id).is_none() && !folders.contains_key(id) {
                let place = crate::finding::Place::value(format!("/packs/{at}"));
                let message =
                    format!("there is no pack `{id}`; this version ships {}", pack::shipped_ids().join(", "));
                self.findings.push(Finding::of_file("pack-is-known", config::FILE, place, message));
            }
        }
        Ok(())
    }

    fn texts(&mut self, files: &pack::Files) {
        for (name, bytes) in &files.files {
            if let Ok(text) = String::from_utf8(bytes.clone()) {
                let path = format!("{}/{name}", files.folder);
                self.sources.insert(path.clone(), Source { path: path.as_str().into(), text });
            }
        }
    }

    fn policies(&mut self) -> Result<Vec<Document>> {
        let mut documents = Vec::new();
        for file in self.reader.files(&["policies"])? {
            let is_own = file.path.strip_prefix("policies/").is_some_and(|name| !name.contains('/'));
            if !is_own || !file.path.ends_with(".json") {
                continue;
            }
            if !file.is_plain || source::too_large(&file.path, file.size, Limits::OTHER).is_some() {
                return Err(Error::usage(format!("`{}` is not an ordinary file, or too large", file.path)));
            }
            let bytes = self.reader.read(&file, Limits::OTHER.bytes)?;
            documents.extend(self.policy(&file.path, bytes));
        }
        Ok(documents)
    }

    fn policy(&mut self, path: &str, bytes: Vec<u8>) -> Option<Document> {
        match source::load(path, bytes, Limits::OTHER) {
            Err(unreadable) => {
                self.findings.extend(unreadable.findings);
                self.sources.extend(unreadable.source.map(|source| (source.path.to_string(), source)));
                None
            }
            Ok(document) => {
                let faults = schema::validate(schema::Kind::Policy, &document.value);
                if faults.is_empty() {
                    return Some(document);
                }
                self.findings.extend(faults.into_iter().map(|fault| fault.in_file(path)));
                self.sources.insert(path.to_owned(), document.source);
                None
            }
        }
    }

    fn waivers(&mut self) -> Result<Waivers> {
        let Some(file) = self.reader.file(waiver::FILE)? else { return Ok(Waivers::default()) };
        let bytes = self.reader.read(&file, Limits::OTHER.bytes)?;
        Ok(Waivers::read(bytes))
    }

    /// A gate whose own rules cannot be read judges nothing; a pack that is not shipped leaves the rest.
    fn refusal(&mut self) -> Option<Refusal> {
        let fatal: Vec<Finding> =
            self.findings.iter().filter(|one| &*one.rule != "pack-is-known").cloned().collect();
        let first = fatal.first()?;
        let error = Error::usage(format!("`{}` cannot be used", first.file))
            .hint("mend what is marked above and run the command again");
        Some(Refusal { findings: fatal, sources: self.sources.clone(), error })
    }
}
