//! The gate: one run that judges a change by what stood before it, and says what it means and who has still to sign.
//!
//! ```text
//! environment, event file -> host::Event -> range::Range -> one project::JudgedProject a project -> Outcome -> page, report
//! ```
//!
//! Rules, waivers, configuration and the list of signers come from the base. Nothing is fetched and nothing is posted: what
//! a platform is to be told is written to files, and a workflow hands them on.

mod demand;
mod guard;
mod hidden;
mod host;
mod json;
mod kept;
mod kind;
mod page;
mod project;
mod range;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use jiff::civil::Date;

pub use guard::{Change, Guard};
pub use host::{Environment, Event, Host, Occasion};
pub use kind::Kind;
pub use range::Range;

use crate::diff::render::Comparison;
use crate::error::{Error, Kind as ErrorKind, Result};
use crate::evidence::Files;
use crate::finding::{RuleText, Severity};
use crate::git::Repository;
use crate::pack::{self, Packs};
use crate::policy::Policy;
use crate::policy::config::Config;
use crate::project::{Request, Setup, Snapshot, nested};
use crate::report::Report;
use crate::status::Step;
use crate::trust::name::Digest;

/// What a gate is asked.
pub struct Ask<'a> {
    /// A folder of the repository.
    pub folder: PathBuf,
    /// The environment that says what is judged.
    pub environment: Environment<'a>,
    /// The revision whose rules judge, instead of what the environment says.
    pub base: Option<String>,
    /// The revision that is judged, instead of what the environment says.
    pub head: Option<String>,
    /// The fingerprint in the contract; without it, the list of the base is believed.
    pub anchor: Option<Digest>,
    /// The day that is judged.
    pub today: Date,
    /// Whether everything has to be in force, as before a release.
    pub release: bool,
    /// Whether evidence of what is in force is wanted.
    pub evidence: bool,
    /// Whether matrices are judged that the change does not touch.
    pub all: bool,
}

/// What a gate found.
#[derive(Debug)]
pub struct Outcome {
    /// What the CI system said; `None` if that could not be read.
    pub event: Option<Event>,
    /// What the change is told from, in words; `None` if there is nothing before it.
    pub from: Option<String>,
    /// What was judged, in words.
    pub head: String,
    /// The guarding files that the change touches, the gravest first.
    pub guards: Vec<Change>,
    /// What moves to whom, a project each.
    pub documents: Vec<(String, Comparison)>,
    /// Who can do what now.
    pub steps: Vec<Step>,
    /// The evidence of each version in force, by the name of its folder.
    pub evidence: Vec<(String, Files)>,
    /// What the reader has to know about how it was judged.
    pub notes: Vec<String>,
    /// Everything that was found, with paths from the top of the repository.
    pub report: Report,
}

impl Outcome {
    /// Returns an outcome that says only why nothing could be judged.
    pub fn refused(error: Error, event: Option<Event>, today: Date) -> Self {
        let mut report = Report::empty("nothing", today, Severity::Error);
        report.errors.push(error);
        let head = "nothing".to_owned();
        Self {
            event,
            from: None,
            head,
            guards: Vec::new(),
            documents: Vec::new(),
            steps: Vec::new(),
            evidence: Vec::new(),
            notes: Vec::new(),
            report,
        }
    }

    /// Returns the exit code, as `check` has it.
    pub fn exit_code(&self) -> u8 {
        self.report.exit_code()
    }
}

/// Returns what the rules say about themselves, for formats that have room for it.
fn rule_texts() -> BTreeMap<String, RuleText> {
    let packs = Packs::shipped(pack::shipped_ids());
    let policy = Policy::assemble(&packs, &[], &Config::default()).unwrap_or_default();
    policy.rules().map(|rule| (rule.id.to_string(), rule.text())).collect()
}

/// Judges a change. What keeps the gate from judging is part of the outcome, so that every report says it.
pub fn run(ask: &Ask<'_>) -> Outcome {
    let event = match event(ask) {
        Ok(event) => event,
        Err(error) => return Outcome::refused(error, None, ask.today),
    };
    judge(ask, &event).unwrap_or_else(|error| Outcome::refused(error, Some(event), ask.today))
}

fn event(ask: &Ask<'_>) -> Result<Event> {
    if ask.base.is_none() && ask.head.is_none() {
        return host::read(ask.environment);
    }
    let host = host::read(ask.environment).map_or(Host::Elsewhere, |event| event.host);
    let occasion = if ask.base.is_some() { Occasion::Proposal } else { Occasion::Other };
    Ok(Event { base: ask.base.clone(), head: ask.head.clone(), ..Event::none(host, occasion) })
}

fn judge(ask: &Ask<'_>, event: &Event) -> Result<Outcome> {
    let repository = Repository::around(&ask.folder)?.ok_or_else(|| {
        Error::cannot_judge(format!("`{}` is not in a git repository", ask.folder.display()))
            .hint("run the gate in the clone of the repository")
    })?;
    let mut range = Range::find(&repository, event)?;
    if let (Some(head), Some(_)) = (&ask.head, &event.head) {
        range.head = repository.commit(head)?;
    }
    let touched = match &range.from {
        Some(from) => repository.touched(from.tree, range.head.tree)?,
        None => Vec::new(),
    };
    let mut outcome = Outcome {
        event: Some(event.clone()),
        from: range.from.as_ref().map(|from| repository.tell(from)),
        head: repository.tell(&range.head),
        report: Report::empty(repository.tell(&range.head), ask.today, Severity::Error),
        ..Outcome::refused(Error::usage(""), None, ask.today)
    };
    outcome.notes = notes(&range, event);
    let places = places(ask, &repository, &range)?;
    for place in &places {
        let is_touched = touched.iter().any(|one| one.path.starts_with(&place.prefix));
        if place.prefix.is_empty()
            || places.len() == 1
            || ask.all
            || ask.release
            || range.from.is_none()
            || is_touched
        {
            let judged = project::judge(ask, place, &touched);
            outcome.take(&place.prefix, judged);
        }
    }
    if places.len() > 1 && !outcome.report.matrices.is_empty()
        || places.len() > 1 && !(ask.all || ask.release)
    {
        // The top of a repository of many projects may hold no matrix of its own.
        outcome.report.errors.retain(|error| error.kind != ErrorKind::Nothing);
    }
    outcome.finish();
    Ok(outcome)
}

fn notes(range: &Range, event: &Event) -> Vec<String> {
    let mut notes = Vec::new();
    if event.is_fork {
        notes.push("the change comes from another repository (a fork)".to_owned());
    }
    if range.is_behind() {
        notes.push(
            "the base went on since this change left it; the rules of the base as it is now judged the change by itself"
                .to_owned(),
        );
    }
    if range.base.is_none() {
        notes.push("nothing before it was named, so it was judged by its own rules".to_owned());
    }
    notes
}

/// Returns the projects of a repository, as its base lists them; a repository without a list is one project.
fn places(ask: &Ask<'_>, repository: &Repository, range: &Range) -> Result<Vec<project::Place>> {
    let top = repository.work_tree().unwrap_or_else(|| repository.path().to_path_buf());
    let whole = project::Place::at(repository, &top, range);
    let judge = whole.before.as_ref().unwrap_or(&whole.head);
    let config = setup(judge, ask.today)?.config;
    if config.projects.is_empty() {
        return match own_folder(ask, &top, judge)? {
            Some(folder) => Ok(vec![whole.below(&folder)?]),
            None => Ok(vec![whole]),
        };
    }
    let mut folders = BTreeSet::new();
    for world in [Some(&whole.head), whole.before.as_ref()].into_iter().flatten() {
        folders.extend(nested::projects(&world.open()?, &config)?);
    }
    let below = folders.iter().map(|folder| whole.clone().below(folder)).collect::<Result<Vec<_>>>()?;
    Ok(std::iter::once(whole).chain(below).collect())
}

/// Returns the folder of the project that the gate was started in, where that is not the top: the nearest one in which
/// the base has a configuration.
fn own_folder(ask: &Ask<'_>, top: &Path, base: &Snapshot) -> Result<Option<String>> {
    let cannot = |error| Error::usage(format!("cannot open `{}`", ask.folder.display())).because(error);
    let (here, top) =
        (std::fs::canonicalize(&ask.folder).map_err(cannot)?, std::fs::canonicalize(top).map_err(cannot)?);
    let Some(below) = here.strip_prefix(&top).ok().and_then(Path::to_str) else { return Ok(None) };
    let below = below.replace('\\', "/");
    let reader = base.open()?;
    for folder in Path::new(&below).ancestors().filter_map(Path::to_str).filter(|folder| !folder.is_empty()) {
        if reader.file(&format!("{folder}/{}", crate::policy::config::FILE))?.is_some() {
            return Ok(Some(folder.to_owned()));
        }
    }
    Ok(None)
}

/// Reads how a state of a project is set up.
fn setup(world: &Snapshot, today: Date) -> Result<Setup> {
    Setup::read(&world.open()?, &Request::on(today))
}

impl Outcome {
    /// Adds what was found in one project.
    fn take(&mut self, prefix: &str, judged: Result<project::JudgedProject>) {
        let judged = match judged {
            Ok(judged) => judged,
            Err(error) => return self.report.errors.push(error),
        };
        self.guards.extend(judged.guards);
        self.documents.push((prefix.to_owned(), judged.document));
        self.steps.extend(judged.steps);
        self.evidence.extend(judged.evidence);
        let mut report = judged.report;
        if !prefix.is_empty() {
            page::place_below(&mut report, prefix);
        }
        self.report.findings.extend(report.findings);
        self.report.sources.extend(report.sources);
        self.report.matrices.extend(report.matrices);
        self.report.not_in_force.extend(report.not_in_force);
        self.report.unread.extend(report.unread);
        self.report.errors.extend(report.errors);
    }

    /// Puts the whole in order once all projects were judged.
    fn finish(&mut self) {
        self.guards.sort();
        self.guards.dedup();
        crate::check::sort(&mut self.report.findings);
        self.report.next = match self.exit_code() {
            0 => self.steps.first().map(|step| step.command.clone()),
            5 => Some("countersign status".to_owned()),
            _ => self.report.counting().next().map(|worst| format!("countersign explain {}", worst.rule)),
        };
    }
}
