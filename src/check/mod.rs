//! `check`: every matrix of a project against its schema, its packs' rules and its own.
//!
//! ```text
//! Snapshot -> Setup (configuration, packs, policies, waivers) -> one JudgedFile per matrix, in parallel -> Report
//! ```

mod absence;
mod across;
mod attributes;
mod base;
mod change;
mod consent;
mod gate;
mod hidden;
pub mod ids;
mod judge;
mod narrow;
mod order;
mod portable;
mod proof;
mod record;
mod shared;
mod since;
mod summary;

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use base::Bases;
pub use change::is_waived_by_change;
pub use gate::{Gate, fingerprint};
pub use judge::{About, FileText, JudgedFile, judge_text};
pub use order::sort;
pub use proof::unproven;
use shared::Shared;

use crate::coverage::Owned;
use crate::error::{Error, Result};
use crate::finding::Severity;
use crate::project::{File, Reader, Snapshot, nested};
use crate::project::{Refusal, Request, Setup, SignoffState};
use crate::report::Report;
use crate::state::States;

/// How much text is kept for showing places in it, over all files.
const KEPT_TEXT: u64 = 48 << 20;
/// How many matrices a thread judges before the results are put together; the next ones use the room of these.
const BATCH: usize = 32;

/// Checks a project.
///
/// # Errors
/// What kept us from looking at anything at all. What kept us from looking at a part stands in the report.
pub fn run(world: &Snapshot, request: &Request, gate: &Gate, progress: &(dyn Fn() + Sync)) -> Result<Report> {
    look(world, request, gate, progress).map(|(report, _)| report)
}

/// Checks a project and returns the sign-offs too, where they could be judged.
///
/// # Errors
/// As [`run`].
pub fn look(
    world: &Snapshot,
    request: &Request,
    gate: &Gate,
    progress: &(dyn Fn() + Sync),
) -> Result<(Report, Option<SignoffState>)> {
    let reader = world.open()?;
    let own = Setup::read(&reader, request)?;
    let mut report = Report::empty(world.name(), request.today, request.fail_on);
    report.below = reader.prefix().ok().flatten().unwrap_or_default();
    report.errors.extend(gate.lacks());
    let consent = consent::Consent::read(world, request, gate, &mut report);
    if let Some(signoffs) = &consent.signoffs {
        report.findings.extend(hidden::unstaged(world, &reader, signoffs)?);
    }
    let refused = refuse(&mut report, own.refusal.as_ref());
    let setup = match &gate.trust_from {
        Some(revision) => consent::rules_of(world, revision, request, own, &reader, &mut report)?,
        None => own,
    };
    if refused
        || refuse(&mut report, setup.refusal.as_ref())
        || refuse(&mut report, unproven(&setup).as_ref())
    {
        consent.tell(&mut report);
        order::sort(&mut report.findings);
        return Ok((report, consent.signoffs));
    }
    report.findings.extend(attributes::hiding(&reader, &setup.config)?);
    report.findings.extend(portable::names(&reader, &setup.config)?);
    report.findings.extend(nested::unlisted(&reader, &setup.config, &request.paths)?);
    report.errors.extend(absence::unread(world, &reader, &setup.config, &request.paths)?);
    if request.paths.is_empty() {
        report.findings.extend(absence::idle_patterns(&reader, &setup.config)?);
    }
    let mut files = setup.matrix_files(&reader, &request.paths)?;
    files.retain(|file| !is_signed(&file.path));
    let narrowed = narrow::Narrowed::of(world, &setup, gate, &files)?;
    let has_matrices = !files.is_empty();
    let is_left = |file: &File| narrowed.as_ref().is_some_and(|narrowed| narrowed.leaves(file));
    let left: Vec<File> = files.iter().filter(|file| is_left(file)).cloned().collect();
    files.retain(|file| !is_left(file));
    let mut offered = consent.to_judge(&reader, &files, &request.paths)?;
    let has_offers = !offered.is_empty();
    if let Some(narrowed) = &narrowed {
        narrowed.retain_offered(&reader, &mut offered)?;
    }
    if !has_matrices && !has_offers && !request.paths.iter().any(|path| is_signed(path)) {
        report.errors.push(nothing(world, &request.paths));
    }
    let beside: Vec<JudgedFile> = consent.judge(&setup, request, &offered);
    let mut states = States::read(&reader)?;
    report.findings.append(&mut states.findings);
    let bases = Bases::read(world, &setup, gate, consent.signoffs.as_ref(), (states, narrowed.as_ref()))?;
    let judged = judge_all(world, &setup, request, &bases, &files, progress);
    let working = collect(&mut report, &setup, request, judged, beside, narrowed.is_none());
    if let Some(narrowed) = &narrowed {
        report.findings.extend(narrowed.taken(&reader, &bases, &working)?);
    }
    consent.settle(&mut report, gate, request, &working);
    if let Some(signoffs) = consent.signoffs.as_ref().filter(|_| request.paths.is_empty()) {
        let mut lacking = absence::lacking(signoffs, &working);
        if let Some(narrowed) = &narrowed {
            lacking = narrowed.newly_signed(lacking)?;
        }
        let left = consent::ids_among(&reader, &left, &lacking)?;
        report.findings.extend(absence::without_text(signoffs, &lacking, &left, &report.unread));
    }
    order::sort(&mut report.findings);
    report.next = next_step(&report);
    if gate.lacks().is_some() {
        without_fingerprint(&mut report);
    }
    Ok((report, consent.signoffs))
}

/// Takes back what would need a fingerprint to be said, and names what is missing.
fn without_fingerprint(report: &mut Report) {
    for summary in report.matrices.iter_mut().filter(|summary| summary.standing != "draft") {
        summary.standing = "unknown".to_owned();
        summary.standing_words = Some("not judged without the fingerprint in the contract".to_owned());
    }
    report.matrices.iter_mut().for_each(|summary| summary.in_force = None);
    report.next = Some("countersign check --ci --anchor FINGERPRINT".to_owned());
}

/// Says whether a path lies where sign-offs lie; nothing there is a working text.
fn is_signed(path: &str) -> bool {
    let top = path.split('/').next().unwrap_or_default();
    top == "signoffs" || top == "trust"
}

/// Takes over why nothing can be judged by these rules, if so.
fn refuse(report: &mut Report, refusal: Option<&Refusal>) -> bool {
    let Some(refusal) = refusal else { return false };
    report.findings.extend(refusal.findings.clone());
    report.sources.extend(refusal.sources.clone());
    report.errors.push(refusal.error.clone());
    true
}

fn nothing(world: &Snapshot, paths: &[String]) -> Error {
    let place = if paths.is_empty() { world.root().display().to_string() } else { paths.join(", ") };
    Error::nothing(format!("found no matrix in {place}")).hint(
        "start one with `countersign init --framework cmmc-l2 --client NAME --provider NAME`, or see a whole \
         engagement with `countersign demo`",
    )
}

/// Judges files in parallel, in their order, a batch at a time when it is asked for.
fn judge_all(
    world: &Snapshot,
    setup: &Setup,
    request: &Request,
    bases: &Bases<'_>,
    files: &[File],
    progress: &(dyn Fn() + Sync),
) -> impl Iterator<Item = Result<JudgedFile>> {
    let shared = Shared::default();
    let judge = move |reader: &mut Result<Reader<'_>>, planned: &(&File, bool)| {
        let mut judged = match reader {
            Ok(reader) => judge::judge(reader, setup, request, bases, *planned),
            Err(error) => Err(error.clone()),
        };
        judged.iter_mut().for_each(|judged| shared.join(&mut judged.findings));
        progress();
        judged
    };
    let plan = plan(files);
    let size = if plan.len() > 1 { BATCH * rayon::current_num_threads() } else { 1 };
    (0..plan.len()).step_by(size).flat_map(move |start| match &plan[start..plan.len().min(start + size)] {
        [only] => vec![judge(&mut world.open(), only)], // threads would cost more than they save
        batch => batch.par_iter().map_init(|| world.open(), &judge).collect(),
    })
}

/// Says of which files the text is kept.
fn plan(files: &[File]) -> Vec<(&File, bool)> {
    let mut size = 0;
    let mut is_kept = |file: &File| {
        size += file.size;
        size <= KEPT_TEXT
    };
    files.iter().map(|file| (file, is_kept(file))).collect()
}

/// A working text that could be read.
struct Working {
    id: String,
    version: String,
    file: Arc<str>,
    /// A provider's own standard needs no signature.
    is_standard: bool,
    /// Whether it is, byte for byte, the version that was offered under its number.
    is_offered: bool,
    /// The least version that its changes ask for, where it is less.
    version_due: Option<String>,
}

/// Puts the results together and adds what only shows over all matrices; returns the working texts.
fn collect(
    report: &mut Report,
    setup: &Setup,
    request: &Request,
    judged: impl Iterator<Item = Result<JudgedFile>>,
    beside: Vec<JudgedFile>,
    is_whole: bool,
) -> Vec<Working> {
    report.findings.extend(setup.findings.iter().cloned());
    report.sources.extend(setup.sources.clone());
    let mut ids: BTreeMap<String, Arc<str>> = BTreeMap::new();
    let mut owned: BTreeMap<String, Owned> = BTreeMap::new();
    let mut working = Vec::new();
    for one in judged {
        let one = match one {
            Ok(one) => one,
            Err(error) => {
                report.errors.push(error);
                continue;
            }
        };
        if let Some(id) = &one.id {
            report.findings.extend(across::same_id(&ids, id, &one.file));
            ids.entry(id.clone()).or_insert_with(|| Arc::clone(&one.file));
            owned.insert(id.clone(), one.owned.clone());
            working.push(Working {
                id: id.clone(),
                version: one.version.clone(),
                file: Arc::clone(&one.file),
                is_standard: one.is_standard,
                is_offered: one.is_offered,
                version_due: one.version_due.clone(),
            });
        }
        take(report, one, true);
    }
    for one in beside {
        let is_described = one.id.as_ref().is_some_and(|id| !ids.contains_key(id));
        if let (true, Some(id)) = (is_described, &one.id) {
            ids.insert(id.clone(), Arc::clone(&one.file));
        }
        take(report, one, is_described);
    }
    report.findings.extend(across::together(setup, &owned, report));
    if is_whole && request.paths.is_empty() && request.waivers {
        let ids: Vec<&str> = ids.keys().map(String::as_str).collect();
        report.findings.extend(setup.waivers.strays(&ids));
    }
    working
}

fn take(report: &mut Report, one: JudgedFile, with_summary: bool) {
    if one.id.is_none() {
        report.unread.push(one.file.to_string());
    }
    report.findings.extend(one.findings);
    report.matrices.extend(one.summary.filter(|_| with_summary));
    report.sources.extend(one.source.map(|source| (source.path.to_string(), source)));
}

fn next_step(report: &Report) -> Option<String> {
    if report.exit_code() == 5 {
        return Some("countersign status".to_owned());
    }
    let worst = report.counting().next()?;
    let signed = worst.file.strip_prefix("signoffs/").and_then(|rest| {
        let mut parts = rest.split('/');
        Some(format!("{}@{}", parts.next()?, parts.next()?))
    });
    match (&*worst.rule, signed) {
        ("mark-present", Some(version)) => Some(format!("countersign mark {version}")),
        ("version-closed", Some(_)) => Some("countersign status".to_owned()),
        _ => Some(unread(report).unwrap_or_else(|| format!("countersign explain {}", worst.rule))),
    }
}

/// Returns the command that shows a draft which both parties have yet to walk through, where nothing is worse.
fn unread(report: &Report) -> Option<String> {
    let [draft] = report.matrices.as_slice() else { return None };
    let is_unread = report.count(Severity::Error) == 0 && draft.blocking > 0 && draft.reviewed < draft.rows;
    is_unread.then(|| format!("countersign show {}", draft.id))
}
