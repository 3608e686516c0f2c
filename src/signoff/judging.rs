//! What the rules say of a version that is offered, as it is signed along with it.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::check::{self, About, FileText, Gate, judge_text};
use crate::error::{Error, Result};
use crate::finding::{Finding, Severity, Stage};
use crate::matrix::Matrix;
use crate::pack;
use crate::policy::Base;
use crate::project::open;
use crate::project::{Request, Setup, Snapshot};
use crate::schema;
use crate::source::{Limits, Source};
use crate::trust::day::Day;
use crate::trust::head::Head;
use crate::trust::judged::{self, Judged, JudgedFinding, JudgedPack, JudgedPolicy, JudgedWaiver};
use crate::trust::name::Digest;
use crate::trust::statement::MatrixRef;

/// The rules' word about a version, with everything that a report of it needs.
#[derive(Debug)]
pub struct Judging {
    /// What is signed.
    pub judged: Judged,
    /// What was found, each with its words.
    pub findings: Vec<Finding>,
    /// The text.
    pub source: Option<Source>,
    /// The rules, configuration and accepted findings that judged.
    pub setup: Setup,
    /// The matrix.
    pub matrix: Matrix,
}

/// The text of a version and where it lies.
#[derive(Clone, Copy, Debug)]
pub struct Version<'a> {
    /// The path that reports name.
    pub path: &'a str,
    /// The bytes.
    pub bytes: &'a [u8],
    /// What it says about itself.
    pub head: &'a Head,
    /// The version in force before it.
    pub before: Option<&'a Matrix>,
}

/// What the rules find in a text that is to be signed.
#[derive(Debug)]
pub struct Found {
    /// What was found, each with its words.
    pub findings: Vec<Finding>,
    /// The text.
    pub source: Option<Source>,
    /// The rules, configuration and accepted findings that judged.
    pub setup: Setup,
    /// The matrix; None if the text is none.
    pub matrix: Option<Matrix>,
}

/// Looks at a text as at an offered version, by the rules of a project, as of a day.
///
/// # Errors
/// Where the project's own files cannot be read.
pub fn look(
    world: &Snapshot,
    path: &str,
    bytes: &[u8],
    before: Option<&Matrix>,
    as_of: Date,
) -> Result<Found> {
    let reader = world.open()?;
    let request = Request::on(as_of);
    let setup = Setup::read(&reader, &request)?;
    if let Some(refusal) = setup.refusal.clone().or_else(|| check::unproven(&setup)) {
        let mut error = refusal.error;
        error
            .causes
            .extend(refusal.findings.iter().take(3).map(|one| format!("{}: {}", one.file, one.message)));
        return Err(error);
    }
    let comparer = setup.comparer();
    let bases = |matrix: &Matrix, _: &str| {
        before.map(|before| Base::agreed(before.clone(), matrix, &comparer)).into_iter().collect()
    };
    let text = FileText {
        path,
        bytes: bytes.to_vec(),
        before: None,
        bases: &bases,
        state: None,
        is_offered: &|_, _| true,
    };
    let judged = judge_text(&setup, &request, text, &About::Waivers);
    let mut findings = judged.findings;
    if let Some(id) = &judged.id {
        findings.extend(together(world, &setup, &request, id)?);
    }
    Ok(Found { findings, source: judged.source, setup, matrix: judged.matrix })
}

/// Judges a version by the rules of a project, as of a day.
///
/// # Errors
/// Where the project's own files cannot be read.
pub fn judge(world: &Snapshot, version: Version<'_>, as_of: Date) -> Result<Judging> {
    let found = look(world, version.path, version.bytes, version.before, as_of)?;
    let matrix = found.matrix.ok_or_else(|| super::approve::no_matrix(version.path))?;
    let (reader, setup) = (world.open()?, found.setup);
    let digest_of = |path: &str| -> Result<Option<Digest>> {
        let Some(file) = reader.file(path)? else { return Ok(None) };
        Ok(Some(Digest::of(&reader.read(&file, Limits::OTHER.bytes)?)))
    };
    let mut policies = Vec::new();
    for file in reader.files(&["policies"])? {
        if let Some(sha256) = digest_of(&file.path)? {
            policies.push(JudgedPolicy { path: file.path, sha256 });
        }
    }
    let own = |one: &&Finding| *one.file == *version.path;
    let judged = Judged {
        format: judged::FORMAT.to_owned(),
        as_of: Day(as_of),
        tool: env!("CARGO_PKG_VERSION").to_owned(),
        matrix: MatrixRef {
            id: version.head.id.clone(),
            version: version.head.version,
            sha256: Digest::of(version.bytes),
        },
        schema: Digest::of(schema::text(schema::Kind::Matrix).as_bytes()),
        packs: packs(&setup, &matrix),
        config: digest_of(crate::policy::config::FILE)?,
        waivers_file: digest_of(crate::policy::waiver::FILE)?,
        policies,
        waivers: waivers(&found.findings),
        findings: sorted(found.findings.iter().filter(own)),
    };
    Ok(Judging { judged, findings: found.findings, source: found.source, setup, matrix })
}

/// Returns what several matrices that cover one catalogue together leave open.
fn together(world: &Snapshot, setup: &Setup, request: &Request, id: &str) -> Result<Vec<Finding>> {
    let groups = setup.config.coverage.iter().enumerate();
    let own: Vec<String> = groups
        .filter(|(_, group)| group.matrices.iter().any(|one| one == id))
        .map(|(at, _)| format!("/coverage/{at}/"))
        .collect();
    if own.is_empty() {
        return Ok(Vec::new());
    }
    let mut findings = check::run(world, request, &Gate::default(), &|| ())?.findings;
    findings.retain(|one| {
        *one.file == *crate::policy::config::FILE
            && own.iter().any(|start| one.place.pointer().starts_with(start))
    });
    for one in findings.iter_mut().filter(|one| one.stage == Stage::Signature) {
        one.severity = Severity::Error;
    }
    Ok(findings)
}

/// Returns the packs that have a say: `core`, those that the matrix or the configuration names, and the engagement's own.
fn packs(setup: &Setup, matrix: &Matrix) -> Vec<JudgedPack> {
    let has_say = |pack: &&std::sync::Arc<pack::Pack>| {
        pack.id == "core"
            || !pack.is_shipped
            || setup.config.packs.contains(&pack.id)
            || matrix.catalogs().any(|named| named == pack.id)
    };
    let digest = |pack: &pack::Pack| pack.digest.clone().or_else(|| pack::shipped_digest(&pack.id));
    let packs = setup
        .packs
        .iter()
        .filter(has_say)
        .filter_map(|pack| Some(JudgedPack { id: pack.id.clone(), sha256: digest(pack)?.parse().ok()? }));
    packs.collect()
}

fn waivers(findings: &[Finding]) -> Vec<JudgedWaiver> {
    let mut all = Vec::new();
    let mut seen = BTreeSet::new();
    for one in findings {
        let Some(waived) = one.waived.as_ref().filter(|waived| waived.expires.is_some()) else { continue };
        if seen.insert((one.rule.to_string(), one.row.clone())) {
            all.push(JudgedWaiver {
                rule: one.rule.to_string(),
                row: one.row.as_deref().map(str::to_owned),
                reason: waived.reason.clone(),
                owner: Some(waived.owner.clone()),
                approved_by: Some(waived.approved_by.clone()),
                expires: waived.expires.as_ref().and_then(|day| day.parse().ok()),
            });
        }
    }
    all.sort_by(|a, b| (&a.rule, &a.row).cmp(&(&b.rule, &b.row)));
    all
}

fn sorted<'a>(findings: impl Iterator<Item = &'a Finding>) -> Vec<JudgedFinding> {
    let mut all: Vec<JudgedFinding> = findings
        .map(|one| JudgedFinding {
            rule: one.rule.to_string(),
            severity: one.severity.into(),
            row: one.row.as_deref().map(str::to_owned),
            pointer: one.place.pointer().to_owned(),
            waived: one.waived.is_some(),
        })
        .collect();
    all.sort_by(|a, b| {
        (a.severity, &a.rule, &a.pointer, &a.row).cmp(&(b.severity, &b.rule, &b.pointer, &b.row))
    });
    all
}

impl Judging {
    /// Returns what keeps the version from being signed.
    pub fn blocking(&self) -> Vec<Finding> {
        blocking(&self.findings)
    }
}

/// Returns the findings that keep a version from being signed.
pub fn blocking(findings: &[Finding]) -> Vec<Finding> {
    let blocks = |one: &&Finding| one.severity == Severity::Error && one.waived.is_none();
    findings.iter().filter(blocks).cloned().collect()
}

/// Reads a matrix that was or is to be signed, where it can be compared.
pub fn read_matrix(path: &str, bytes: &[u8]) -> Option<Matrix> {
    Matrix::read(path, bytes.to_vec()).ok()
}

/// Refuses a judgement of a day that is too far away.
///
/// # Errors
/// Where it lies in the future, or further back than anyone should rely on.
pub fn demand_recent(judged: &Judged, today: Date) -> Result<()> {
    let days = open::days(judged.as_of.0, today);
    if (0..=open::MOST_DAYS).contains(&days) {
        return Ok(());
    }
    let said = format!("version {} was offered for signature on {}", judged.matrix.version, judged.as_of);
    let error = if days < 0 {
        Error::usage(format!("{said}, which has not come yet")).because("one of the clocks is wrong")
    } else {
        Error::usage(format!("{said}, {days} days ago; nobody should rely on a check that old"))
    };
    Err(error.hint("raise `version` in the matrix, commit it, and offer it again with `countersign sign`"))
}

/// Compares what was judged with what is found now, as of the same day: nothing, differences that have a reason and have
/// to be accepted, or a refusal.
///
/// # Errors
/// Where the same program and the same rules find something else: then somebody has changed `judged.json`.
pub fn compare(offered: &Judged, now: &Judged) -> Result<Vec<String>> {
    let mut lines = Vec::new();
    let mut differs = |is_equal: bool, line: String| {
        if !is_equal {
            lines.push(line);
        }
    };
    differs(
        offered.tool == now.tool,
        format!("it was judged by countersign {}, this is {}", offered.tool, now.tool),
    );
    differs(offered.schema == now.schema, "the schema of matrices is another one".to_owned());
    differs(offered.packs == now.packs, "the rules of the packs are other ones".to_owned());
    differs(offered.config == now.config, "`countersign.json` is not what it was".to_owned());
    differs(offered.waivers_file == now.waivers_file, "`waivers.json` is not what it was".to_owned());
    differs(offered.policies == now.policies, "the engagement's own rules are not what they were".to_owned());
    let is_same_gate = lines.is_empty();
    let same_word = offered.findings == now.findings && offered.waivers == now.waivers;
    if is_same_gate && !same_word {
        return Err(Error::usage(
            "what was judged when this version was offered is not what the same rules find",
        )
        .because(format!("{} findings then, {} now", offered.findings.len(), now.findings.len()))
        .hint("somebody has changed `judged.json`; raise `version` in the matrix and offer it again"));
    }
    let was: BTreeSet<_> = offered.findings.iter().map(key).collect();
    let is: BTreeSet<_> = now.findings.iter().map(key).collect();
    lines.extend(is.difference(&was).map(|one| format!("found now and not then: {}", line(one))));
    lines.extend(was.difference(&is).map(|one| format!("found then and not now: {}", line(one))));
    Ok(lines)
}

type Key<'a> = (&'a str, &'a str, &'static str, bool);

fn key(one: &JudgedFinding) -> Key<'_> {
    (&one.rule, &one.pointer, crate::finding::Severity::from(one.severity).word(), one.waived)
}

fn line((rule, pointer, severity, waived): &Key<'_>) -> String {
    let waived = if *waived { ", accepted" } else { "" };
    format!("{severity} {rule} at {pointer}{waived}")
}
