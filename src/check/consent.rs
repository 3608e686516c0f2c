//! Sign-offs in a check: what they come to, which texts they add, what they make of each matrix.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rayon::prelude::*;

use super::{Gate, JudgedFile, Request, Setup, Working, change, judge, record, since};
use crate::error::{Error, Result};
use crate::finding::{Finding, Place, Severity};
use crate::matrix::Matrix;
use crate::project::words::{self, Names};
use crate::project::{File, Reader, Snapshot};
use crate::project::{LINE_ENDS, OfferedText, SignoffState};
use crate::report::words::shell;
use crate::report::{InForce, NotInForce, Report, Summary};
use crate::source::{Limits, Source};
use crate::trust::force::Force;
use crate::trust::standing::State;

/// The sign-offs of a project, if they could be judged.
pub(super) struct Consent {
    pub(super) signoffs: Option<SignoffState>,
}

impl Consent {
    /// Judges the sign-offs; what keeps us from that stands in the report.
    pub(super) fn read(world: &Snapshot, request: &Request, gate: &Gate, report: &mut Report) -> Self {
        let signoffs = match SignoffState::read(world, gate.anchor.as_ref(), request.today) {
            Ok(signoffs) => signoffs,
            Err(error) => {
                report.errors.push(error);
                return Self { signoffs: None };
            }
        };
        if !signoffs.standing.is_anchored {
            report.errors.push(
                Error::cannot_judge(words::NOT_BELIEVED).hint(
                    "compare it with the contract; `countersign roster show` prints the one that is here",
                ),
            );
        }
        let looked_back = look_back(world, request, gate, &signoffs);
        for found in [record::lints(world, &signoffs), looked_back] {
            match found {
                Ok(findings) => report.findings.extend(findings),
                Err(error) => report.errors.push(error),
            }
        }
        Self { signoffs: Some(signoffs) }
    }

    /// Returns the texts to judge beside the working texts: those that are not a working text byte for byte.
    pub(super) fn to_judge(
        &self,
        reader: &Reader<'_>,
        files: &[File],
        paths: &[String],
    ) -> Result<Vec<OfferedText>> {
        let Some(signoffs) = &self.signoffs else { return Ok(Vec::new()) };
        let mut offered = signoffs.to_judge();
        if offered.is_empty() {
            return Ok(offered);
        }
        let sizes: BTreeSet<u64> = offered.iter().map(|one| one.bytes.len() as u64).collect();
        let mut same = BTreeSet::new();
        for file in files.iter().filter(|file| file.is_plain && sizes.contains(&file.size)) {
            same.insert(reader.read(file, Limits::MATRIX.bytes)?);
        }
        offered.retain(|one| !same.contains(&*one.bytes));
        if !paths.is_empty() {
            let ids = ids_of(reader, files)?;
            let is_named =
                |one: &OfferedText| paths.iter().any(|path| Path::new(&one.path).starts_with(path));
            offered.retain(|one| ids.contains(one.id.as_str()) || is_named(one));
        }
        Ok(offered)
    }

    /// Judges texts beside the working texts.
    pub(super) fn judge(&self, setup: &Setup, request: &Request, offered: &[OfferedText]) -> Vec<JudgedFile> {
        let Some(signoffs) = &self.signoffs else { return Vec::new() };
        offered.par_iter().map(|one| judge::judge_offered(setup, request, signoffs, one)).collect()
    }

    /// Tells what is wrong with sign-offs where nothing else can be judged: no configuration has a say in them.
    pub(super) fn tell(&self, report: &mut Report) {
        report.findings.extend(self.signoffs.iter().flat_map(SignoffState::findings));
    }

    /// Says of every matrix how it stands, and what of that is wrong or missing.
    pub(super) fn settle(&self, report: &mut Report, gate: &Gate, request: &Request, working: &[Working]) {
        let Some(signoffs) = &self.signoffs else {
            report.matrices.iter_mut().for_each(|summary| summary.standing = "unknown".to_owned());
            return;
        };
        let mut findings = signoffs.findings();
        findings
            .extend(working.iter().filter_map(|one| edited(signoffs, one, report.sources.get(&*one.file))));
        if gate.effective {
            let unmarked = |one: &&mut Finding| &*one.rule == "mark-present";
            findings.iter_mut().filter(unmarked).for_each(|one| one.severity = Severity::Error);
            report.not_in_force = not_in_force(signoffs, report, request, working);
            let drafts: Vec<(&Working, String)> =
                working.iter().filter_map(|one| draft(signoffs, one)).collect();
            if gate.no_draft {
                report.not_in_force.extend(
                    drafts.iter().map(|(one, why)| NotInForce { matrix: one.id.clone(), why: why.clone() }),
                );
            }
            findings.extend(drafts.into_iter().map(|(one, why)| told_draft(one, why)));
        }
        if !request.paths.is_empty() {
            let ids: BTreeSet<&str> = report.matrices.iter().map(|summary| summary.id.as_str()).collect();
            findings.retain(|one| concerns(one, &ids));
        }
        report.findings.extend(findings);
        let drafts: BTreeSet<&str> =
            working.iter().filter(|one| !one.is_offered).map(|one| &*one.file).collect();
        for summary in &mut report.matrices {
            let is_draft = drafts.contains(summary.file.as_str());
            describe(signoffs, summary, is_draft);
        }
    }
}

/// Returns the ids of matrices without looking at the rest of them.
pub(super) fn ids_of(reader: &Reader<'_>, files: &[File]) -> Result<BTreeSet<String>> {
    let mut ids = BTreeSet::new();
    for file in files.iter().filter(|file| file.is_plain) {
        let bytes = reader.read(file, Limits::MATRIX.bytes)?;
        ids.extend(Matrix::id_in(&bytes));
    }
    Ok(ids)
}

/// Returns those of some ids that matrices in these files have; no more files are read than that takes, and first those
/// whose names are ids.
pub(super) fn ids_among(
    reader: &Reader<'_>,
    files: &[File],
    wanted: &BTreeSet<String>,
) -> Result<BTreeSet<String>> {
    let is_named = |file: &&File| {
        let name = file.path.rsplit('/').next().and_then(|name| name.strip_suffix(".json"));
        name.is_some_and(|name| wanted.contains(name))
    };
    let (first, rest): (Vec<&File>, Vec<&File>) =
        files.iter().filter(|file| file.is_plain).partition(is_named);
    let mut found = BTreeSet::new();
    for file in first.into_iter().chain(rest) {
        if found.len() == wanted.len() {
            break;
        }
        let id = Matrix::id_in(&reader.read(file, Limits::MATRIX.bytes)?);
        found.extend(id.filter(|id| wanted.contains(id)));
    }
    Ok(found)
}

/// Says whether a finding about sign-offs is about one of these matrices, or about who may sign.
fn concerns(finding: &Finding, ids: &BTreeSet<&str>) -> bool {
    let below = finding.file.strip_prefix("signoffs/").and_then(|rest| rest.split('/').next());
    below.is_none_or(|id| ids.contains(id))
}

/// A working text of an offered version has to be that version, byte for byte.
fn edited(signoffs: &SignoffState, one: &Working, source: Option<&Source>) -> Option<Finding> {
    let version = signoffs.version(&one.id, &one.version)?;
    if version.sha256.is_none() || one.is_offered {
        return None;
    }
    let has_other_ends = has_other_ends(signoffs, one, source);
    let differs = if has_other_ends {
        "only the line ends of this text differ: CRLF"
    } else {
        "this text differs from it"
    };
    let message = format!("version {} of `{}` was offered for signature, and {differs}", one.version, one.id);
    let folder = crate::trust::statement::folder(&version.id, version.version);
    let due = one.version_due.as_ref().map(|due| format!(" to {due}")).unwrap_or_default();
    let help = if has_other_ends {
        LINE_ENDS.to_owned()
    } else if version.was_touched() {
        format!(
            "what was signed is not what lies in {folder} now: `git log -- {folder}/matrix.json` shows who changed it"
        )
    } else {
        format!(
            "raise `version`{due} if the change is meant; `cp {folder}/matrix.json {}` restores the text that was offered",
            shell(&one.file)
        )
    };
    let mut finding =
        Finding::of_file("offered-text-is-kept", &one.file, Place::value("/version"), message).helped(help);
    finding.matrix = Some(one.id.as_str().into());
    Some(finding)
}

/// Says whether a text is the version that was offered, but for the ends of its lines.
fn has_other_ends(signoffs: &SignoffState, one: &Working, source: Option<&Source>) -> bool {
    let Some(source) = source.filter(|source| source.text.contains('\r')) else { return false };
    signoffs.is_offered(&one.id, &one.version, source.text.replace("\r\n", "\n").as_bytes())
}

/// Says how a working text differs from the version that is in force; None if it is that version, or none is in force.
fn draft<'a>(signoffs: &SignoffState, one: &'a Working) -> Option<(&'a Working, String)> {
    let current = signoffs.in_force(&one.id)?;
    if one.is_offered && current.version.to_string() == one.version {
        return None;
    }
    let is = if one.is_offered { "offered, and not in force" } else { "a draft" };
    Some((
        one,
        format!("the working text is version {}, {is}; in force is version {}", one.version, current.version),
    ))
}

fn told_draft(one: &Working, message: String) -> Finding {
    let mut finding =
        Finding::of_file("working-text-is-in-force", &one.file, Place::value("/version"), message)
            .weighing(Severity::Note)
            .helped("`--no-draft` fails where it is not; `countersign diff` shows what is not agreed yet");
    finding.matrix = Some(one.id.as_str().into());
    finding
}

fn not_in_force(
    signoffs: &SignoffState,
    report: &Report,
    request: &Request,
    working: &[Working],
) -> Vec<NotInForce> {
    let mut ids: BTreeSet<&str> =
        working.iter().filter(|one| !one.is_standard).map(|one| one.id.as_str()).collect();
    if request.paths.is_empty() {
        ids.extend(signoffs.agreed().into_iter().filter(|id| !matches!(signoffs.force(id), Force::Ended(_))));
    }
    let names: BTreeMap<&str, Names> =
        report.matrices.iter().map(|one| (one.id.as_str(), names_of(one))).collect();
    ids.into_iter()
        .filter_map(|id| {
            let nobody = Names::default();
            let names = names.get(id).unwrap_or(&nobody);
            let why = words::not_in_force(signoffs.calendar(id).as_ref(), names)?;
            let why = if signoffs.standing.is_anchored { why } else { words::NOT_BELIEVED.to_owned() };
            Some(NotInForce { matrix: id.to_owned(), why })
        })
        .collect()
}

fn names_of(summary: &Summary) -> Names {
    Names::of(summary.parties.iter().map(|party| (party.party.as_str(), party.name.as_str())))
}

/// Says in a summary how its version stands and what is in force of its matrix.
fn describe(signoffs: &SignoffState, summary: &mut Summary, is_draft: bool) {
    let Some(calendar) = signoffs.calendar(&summary.id) else { return };
    let now = calendar.now();
    if let (Force::Version(version), Some(since)) = (&now.force, now.from) {
        summary.in_force = Some(InForce { version: version.to_string(), since: since.to_string() });
    }
    let Some(one) = signoffs.version(&summary.id, &summary.version).filter(|_| !is_draft) else { return };
    summary.standing = one.state.code().to_owned();
    summary.standing_words = Some(words::standing(one, &calendar, &names_of(summary)));
    if !matches!(one.state, State::Offered | State::Complete) {
        summary.blocking = 0;
    }
}

/// Compares with what verified before, where a revision is given for that.
fn look_back(world: &Snapshot, request: &Request, gate: &Gate, now: &SignoffState) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let at = |revision: &str| {
        let before = world.earlier(revision)?;
        SignoffState::read(&before, None, request.today)
    };
    if let Some(revision) = &gate.since {
        findings.extend(since::missing(&at(revision)?, now, revision));
    }
    if let Some(revision) = gate.trust_from.as_ref().filter(|revision| gate.since.as_ref() != Some(revision))
    {
        findings.extend(since::chain_kept(&at(revision)?, now, revision));
    }
    Ok(findings)
}

/// Returns the rules, configuration and waivers of a revision, and tells how the change would weaken them.
pub(super) fn rules_of(
    world: &Snapshot,
    revision: &str,
    request: &Request,
    own: Setup,
    reader: &Reader<'_>,
    report: &mut Report,
) -> Result<Setup> {
    let before = world.earlier(revision)?;
    let earlier = before.open()?;
    let mut setup = Setup::read(&earlier, request)?;
    let sides = (change::Side { setup: &setup, reader: &earlier }, change::Side { setup: &own, reader });
    report.findings.extend(change::weakened(&sides.0, &sides.1, revision)?);
    report.findings.extend(own.findings.into_iter().map(|one| Finding { place: Place::File, ..one }));
    let added = own.config.matrices.into_iter().filter(|pattern| !setup.config.matrices.contains(pattern));
    let added: Vec<String> = added.collect();
    setup.config.matrices.extend(added);
    setup.proposed_waivers = Some(own.waivers);
    Ok(setup)
}
