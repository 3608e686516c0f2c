//! What only shows over all matrices of a project.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::coverage::Owned;
use crate::finding::{Finding, Place, Severity, Stage};
use crate::matrix::{Coverage, Framework};
use crate::policy::kinds;
use crate::policy::{Check, config};
use crate::project::Setup;
use crate::report::Report;

/// Two working texts with one id cannot both be meant by what names it.
pub(super) fn same_id(ids: &BTreeMap<String, Arc<str>>, id: &str, file: &Arc<str>) -> Option<Finding> {
    let first = ids.get(id)?;
    let message = format!("the matrix id `{id}` is also that of {first}");
    let mut finding = Finding::of_file("matrix-id-is-unique", file, Place::value("/id"), message);
    finding.matrix = Some(id.into());
    Some(finding.helped("give one of the two another id; a matrix that was copied is a new matrix"))
}

/// Judges the coverage of catalogues that several matrices cover together.
pub(super) fn together(setup: &Setup, owned: &BTreeMap<String, Owned>, report: &Report) -> Vec<Finding> {
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
        let framework = whole(&group.catalog);
        let rule = setup.policy.rules().find(|rule| {
            matches!(&rule.check, Check::Kind(kinds::Kind::Coverage(kind)) if kind.judges(&group.catalog, &setup.packs))
        });
        let Some(rule) = rule.filter(|rule| rule.severity != Severity::Off) else { continue };
        for gap in all.gaps(catalogue, &framework) {
            let place = Place::value(format!("/coverage/{at}/catalog"));
            let hit = kinds::coverage_hit(&gap, place);
            let mut finding = Finding::of_file(&rule.id, config::FILE, hit.place.clone(), rule.words(&hit));
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
fn absent(group: &config::Together, at: usize, present: &BTreeSet<&String>, report: &Report) -> Vec<Finding> {
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
            Finding::of_file("matrix-exists", config::FILE, place, message)
        })
        .collect()
}

/// Returns an entry that asks for a whole catalogue.
fn whole(catalog: &str) -> Framework {
    Framework { pack: catalog.to_owned(), edition: None, include: Vec::new(), coverage: Coverage::Complete }
}
