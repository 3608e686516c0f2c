//! `check`: every matrix of a project against its schema, its packs' rules and its own.
//!
//! ```text
//! World -> Setup (configuration, packs, policies, waivers) -> one Judged per matrix, in parallel -> Report
//! ```

pub mod ids;
mod judge;
mod setup;
mod summary;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;
use rayon::prelude::*;

pub use judge::{Judged, judge_bytes};
pub use setup::Setup;

use crate::coverage::Owned;
use crate::error::{Error, Result};
use crate::finding::{Finding, Place, Severity, Stage};
use crate::policy::kinds;
use crate::report::Report;
use crate::world::{File, World};

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

/// How much text is kept for showing places in it, over all files.
const KEPT_TEXT: u64 = 48 << 20;

/// Checks a project.
///
/// # Errors
/// What kept us from looking at anything at all. What kept us from looking at a part stands in the report.
pub fn run(world: &World, request: &Request, progress: &(dyn Fn() + Sync)) -> Result<Report> {
    let reader = world.open()?;
    let setup = Setup::read(&reader, request)?;
    let mut report = Report {
        at: world.name().to_owned(),
        today: request.today,
        fail_on: request.fail_on,
        findings: Vec::new(),
        sources: BTreeMap::new(),
        matrices: Vec::new(),
        errors: Vec::new(),
        next: None,
    };
    if let Some(refusal) = &setup.refusal {
        report.findings.extend(refusal.findings.clone());
        report.sources.extend(refusal.sources.clone());
        report.errors.push(refusal.error.clone());
        sort(&mut report.findings);
        return Ok(report);
    }
    let files = setup.matrix_files(&reader, &request.paths)?;
    if files.is_empty() {
        report.errors.push(nothing(world, &request.paths));
    }
    let judged = judge_all(world, &setup, request, &files, progress);
    collect(&mut report, &setup, request, judged);
    report.errors.extend(setup.cannot_judge(&reader)?);
    sort(&mut report.findings);
    report.next = next_step(&report);
    Ok(report)
}

fn nothing(world: &World, paths: &[String]) -> Error {
    let place = if paths.is_empty() { world.root().display().to_string() } else { paths.join(", ") };
    Error::nothing(format!("found no matrix in {place}")).hint(
        "start one with `countersign init --framework cmmc-l2 --client NAME --provider NAME`, or see a whole \
         engagement with `countersign demo`",
    )
}

fn judge_all(
    world: &World,
    setup: &Setup,
    request: &Request,
    files: &[File],
    progress: &(dyn Fn() + Sync),
) -> Vec<Result<Judged>> {
    let mut kept = 0;
    let plan: Vec<(&File, bool)> = files
        .iter()
        .map(|file| {
            kept += file.size;
            (file, kept <= KEPT_TEXT)
        })
        .collect();
    let judged = plan.par_iter().map_init(
        || world.open(),
        |reader, (file, keep)| {
            let judged = match reader {
                Ok(reader) => judge::judge(reader, setup, request, file, *keep),
                Err(error) => Err(error.clone()),
            };
            progress();
            judged
        },
    );
    judged.collect()
}

/// Puts the results together and adds what only shows over all matrices.
fn collect(report: &mut Report, setup: &Setup, request: &Request, judged: Vec<Result<Judged>>) {
    report.findings.extend(setup.findings.iter().cloned());
    report.sources.extend(setup.sources.clone());
    let mut ids: BTreeMap<String, Arc<str>> = BTreeMap::new();
    let mut owned: BTreeMap<String, Owned> = BTreeMap::new();
    for one in judged {
        match one {
            Err(error) => report.errors.push(error),
            Ok(one) => {
                if let Some(id) = &one.id {
                    report.findings.extend(same_id(&ids, id, &one.file));
                    ids.entry(id.clone()).or_insert_with(|| Arc::clone(&one.file));
                    owned.insert(id.clone(), one.owned);
                }
                report.findings.extend(one.findings);
                report.matrices.extend(one.summary);
                report.sources.extend(one.source.map(|source| (source.path.to_string(), source)));
            }
        }
    }
    report.findings.extend(together(setup, &owned, report));
    if request.paths.is_empty() && request.waivers {
        let ids: Vec<&str> = ids.keys().map(String::as_str).collect();
        report.findings.extend(setup.waivers.strays(&ids));
    }
}

fn same_id(ids: &BTreeMap<String, Arc<str>>, id: &str, file: &Arc<str>) -> Option<Finding> {
    let first = ids.get(id)?;
    let message = format!("the matrix id `{id}` is also that of {first}");
    let mut finding = Finding::of_file("matrix-id-is-unique", file, Place::value("/id"), message);
    finding.matrix = Some(id.into());
    Some(finding.helped("give one of the two another id; a matrix that was copied is a new matrix"))
}

/// Judges the coverage of catalogues that several matrices cover together.
fn together(setup: &Setup, owned: &BTreeMap<String, Owned>, report: &Report) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, group) in setup.config.coverage.iter().enumerate() {
        let Some(catalogue) = setup.catalogue(&group.catalog) else { continue };
        let present: BTreeSet<&String> = group.matrices.iter().filter(|id| owned.contains_key(*id)).collect();
        if present.is_empty() || present.len() < group.matrices.len() {
            findings.extend(absent(group, at, &present, report));
            continue;
        }
        let mut all = Owned::default();
        for id in present {
            all.join(owned[id].clone());
        }
        let framework = setup::whole(&group.catalog);
        let rule = setup.policy.rules().find(|rule| {
            matches!(&rule.check, crate::policy::Check::Kind(kinds::Kind::Coverage(kind)) if kind.catalog == group.catalog)
        });
        let Some(rule) = rule.filter(|rule| rule.severity != Severity::Off) else { continue };
        for gap in all.gaps(catalogue, &framework) {
            let place = Place::value(format!("/coverage/{at}/catalog"));
            let hit = kinds::coverage_hit(&gap, place);
            let mut finding =
                Finding::of_file(&rule.id, crate::policy::config::FILE, hit.place.clone(), rule.words(&hit));
            finding.stage = rule.stage;
            finding.severity = if rule.stage == Stage::Signature {
                rule.severity.max(Severity::Warning)
            } else {
                rule.severity
            };
            finding.help = Some(Arc::clone(&rule.fix));
            findings.push(finding);
        }
    }
    findings
}

/// A matrix that the configuration counts on but that was not looked at makes the union unknown.
fn absent(
    group: &crate::policy::config::Together,
    at: usize,
    present: &BTreeSet<&String>,
    report: &Report,
) -> Vec<Finding> {
    if present.is_empty() || report.matrices.len() <= 1 {
        return Vec::new();
    }
    let missing = group.matrices.iter().enumerate().filter(|(_, id)| !present.contains(id));
    missing
        .map(|(which, id)| {
            let message = format!(
                "`{id}`, which `{}` is covered by, was not found or could not be read",
                group.catalog
            );
            let place = Place::value(format!("/coverage/{at}/matrices/{which}"));
            Finding::of_file("matrix-exists", crate::policy::config::FILE, place, message)
        })
        .collect()
}

/// Orders findings: worst first, what keeps a version from being signed before other warnings, then file,
/// place, rule and words.
fn sort(findings: &mut [Finding]) {
    findings.sort_by(|left, right| {
        let key = |finding: &Finding| {
            (
                finding.waived.is_some(),
                finding.severity,
                finding.stage == Stage::Signature,
                Arc::clone(&finding.file),
            )
        };
        key(left)
            .cmp(&key(right))
            .then_with(|| natural(left.place.pointer()).cmp(&natural(right.place.pointer())))
            .then_with(|| (&left.rule, &left.message).cmp(&(&right.rule, &right.message)))
    });
}

/// Returns a pointer in a form in which `/rows/10` comes after `/rows/9`.
fn natural(pointer: &str) -> Vec<(u64, &str)> {
    pointer.split('/').map(|part| part.parse().map_or((u64::MAX, part), |number| (number, ""))).collect()
}

fn next_step(report: &Report) -> Option<String> {
    let worst = report.counting().next()?;
    Some(format!("countersign explain {}", worst.rule))
}
