//! One matrix: from its bytes to its findings and its summary.

use std::sync::Arc;

use super::base::{self, Bases};
use super::ids;
use super::{Request, Setup, change, summary};
use crate::coverage::Owned;
use crate::error::Result;
use crate::facts::Facts;
use crate::finding::Spot;
use crate::finding::{Finding, Place, Severity, Stage};
use crate::matrix::{Matrix, MatrixKind, Side};
use crate::policy::Base;
use crate::policy::kinds::Subject;
use crate::project::precondition;
use crate::project::{File, Reader};
use crate::project::{OfferedText, SignoffState};
use crate::report::Summary;
use crate::schema;
use crate::source::place::Places;
use crate::source::{self, Document, Limits, Source};
use crate::state::State;

/// What came of one file.
#[derive(Debug)]
pub struct JudgedFile {
    /// The file.
    pub file: Arc<str>,
    /// The matrix's id, where it could be read.
    pub id: Option<String>,
    /// The version that it says it is, where it could be read.
    pub version: String,
    /// Whether it is a provider's own standard, which nobody signs.
    pub is_standard: bool,
    /// Whether it was judged as a version that is offered for signature.
    pub is_offered: bool,
    /// The least version that its changes since the agreed one ask for, where it is less.
    pub version_due: Option<String>,
    /// What was found, each with its place computed.
    pub findings: Vec<Finding>,
    /// What the matrix amounts to, where it could be read.
    pub summary: Option<Summary>,
    /// What its rows own, for catalogues that several matrices cover.
    pub owned: Owned,
    /// The text, where it is kept for showing places in it.
    pub source: Option<Source>,
    /// The matrix, where it could be read and whoever asked for one text keeps it.
    pub matrix: Option<Matrix>,
}

/// A text and what is known around it.
pub struct FileText<'a> {
    /// Where it lies.
    pub path: &'a str,
    /// The text.
    pub bytes: Vec<u8>,
    /// The text before it.
    pub before: Option<&'a Matrix>,
    /// Says what a matrix and its text are compared with.
    pub bases: &'a dyn Fn(&Matrix, &str) -> Vec<Base>,
    /// Its current state, beside what is signed.
    pub state: Option<&'a State>,
    /// Says of a matrix and its text whether it is offered for signature: then what a draft may lack is an error.
    pub is_offered: &'a dyn Fn(&Matrix, &str) -> bool,
}

/// Judges the matrix in a file of the project, a working text.
///
/// # Errors
/// Where the file cannot be read at all.
pub(super) fn judge(
    reader: &Reader<'_>,
    setup: &Setup,
    request: &Request,
    bases: &Bases<'_>,
    (file, keep): (&File, bool),
) -> Result<JudgedFile> {
    if !file.is_plain {
        let message = "the matrix is a link, a submodule or an executable file; only ordinary files are read";
        return Ok(unread(
            &file.path,
            vec![Finding::of_file("matrix-is-regular-file", &file.path, Place::File, message)],
        ));
    }
    if let Some(finding) = source::too_large(&file.path, file.size, Limits::MATRIX) {
        return Ok(unread(&file.path, vec![finding]));
    }
    let bytes = reader.read(file, Limits::MATRIX.bytes)?;
    let before = reader.before(file, &bytes)?.and_then(|bytes| earlier(&file.path, bytes));
    let is_offered = |matrix: &Matrix, text: &str| {
        bases
            .signoffs
            .is_some_and(|signoffs| signoffs.is_offered(&matrix.id, &matrix.version, text.as_bytes()))
    };
    let earlier = |matrix: &Matrix, text: &str| bases.of(&file.path, matrix, text);
    let before = before.as_ref();
    let state = Matrix::id_in(&bytes).and_then(|id| bases.states.by_id.get(&id));
    let text = FileText { path: &file.path, bytes, before, bases: &earlier, state, is_offered: &is_offered };
    let mut judged = judge_text(setup, request, text, &About::Waivers);
    let matrix = judged.matrix.take();
    if let Some((matrix, signoffs)) = matrix.zip(bases.signoffs).filter(|_| !judged.is_offered) {
        let found = unsignable(&matrix, &file.path, signoffs, request);
        let blocking = found.iter().filter(|one| one.stage == Stage::Signature).count();
        judged.summary.iter_mut().for_each(|summary| summary.blocking += blocking);
        judged.findings.extend(found);
    }
    locate(&mut judged);
    if !keep {
        judged.source = None;
    }
    Ok(judged)
}

/// Tells what else stands before a signature of a draft than its rules: the list by which `sign` goes too.
fn unsignable(matrix: &Matrix, path: &str, signoffs: &SignoffState, request: &Request) -> Vec<Finding> {
    // A text under a number that was offered has to be that offer first; `offered-text-is-kept` says so.
    if signoffs.version(&matrix.id, &matrix.version).is_some_and(|one| one.sha256.is_some()) {
        return Vec::new();
    }
    let obstacles = precondition::of_matrix(matrix, &signoffs.standing, request.today);
    let finding = |one: precondition::Obstacle| {
        let rule = if one.blocks { "version-can-be-signed" } else { "replaces-current-version" };
        let cause = one.because.map(|cause| format!("; {cause}")).unwrap_or_default();
        let place = Place::value(one.pointer);
        let mut finding =
            Finding::of_file(rule, path, place, format!("{}{cause}", one.message)).helped(one.help);
        finding.severity = Severity::Warning;
        finding.stage = if one.blocks { Stage::Signature } else { Stage::Always };
        finding.matrix = Some(matrix.id.as_str().into());
        finding
    };
    obstacles.into_iter().map(finding).collect()
}

/// Judges the text of a version that was offered for signature; the text before is the version that it follows.
pub(super) fn judge_offered(
    setup: &Setup,
    request: &Request,
    signoffs: &SignoffState,
    offered: &OfferedText,
) -> JudgedFile {
    let before = base::agreed(signoffs, &offered.id, Some(offered.version));
    // What was agreed changes nothing any more; only whether it was read is still told.
    let (agreed, before) = if offered.is_agreed { (None, before) } else { (before, None) };
    let comparer = setup.comparer();
    let bases = |matrix: &Matrix, _: &str| {
        agreed.iter().map(|before| Base::agreed(before.clone(), matrix, &comparer)).collect()
    };
    let bytes = offered.bytes.to_vec();
    let (path, before) = (offered.path.as_str(), before.as_ref());
    let text = FileText { path, bytes, before, bases: &bases, state: None, is_offered: &|_, _| true };
    let mut judged = judge_text(setup, request, text, &About::Nothing);
    if offered.is_agreed {
        judged.findings.iter_mut().for_each(soften_agreed);
    }
    judged.matrix = None;
    locate(&mut judged);
    judged
}

/// What was agreed cannot be mended but by the next version, so it must not keep that one from being merged.
fn soften_agreed(finding: &mut Finding) {
    finding.severity = finding.severity.max(Severity::Warning);
    finding.stage = Stage::Always;
    finding.help = Some("what was agreed stays as it is; the next version can mend this".into());
}

fn unread(path: &str, findings: Vec<Finding>) -> JudgedFile {
    let (file, version) = (path.into(), String::new());
    JudgedFile {
        file,
        id: None,
        version,
        is_standard: false,
        is_offered: false,
        version_due: None,
        findings,
        summary: None,
        owned: Owned::default(),
        source: None,
        matrix: None,
    }
}

/// Reads the matrix as it was before, if it was one.
fn earlier(path: &str, bytes: Vec<u8>) -> Option<Matrix> {
    Matrix::read(path, bytes).ok()
}

/// Computes where the findings are while the text is at hand.
fn locate(judged: &mut JudgedFile) {
    let Some(source) = &judged.source else { return };
    if judged.findings.is_empty() {
        return;
    }
    let places = Places::of(source);
    for finding in judged.findings.iter_mut().filter(|finding| *finding.file == *source.path) {
        finding.located = Spot::of(&places.locate(&finding.place));
    }
}

/// Whether something is to be said about waivers; of several texts of one matrix, once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// Say which are incomplete, ended or unused.
    Waivers,
    /// Say nothing.
    Nothing,
}

/// Judges a text.
pub fn judge_text(setup: &Setup, request: &Request, text: FileText<'_>, about: &About) -> JudgedFile {
    let path = text.path;
    let document = match source::load(path, text.bytes, Limits::MATRIX) {
        Ok(document) => document,
        Err(unreadable) => {
            return JudgedFile { source: unreadable.source, ..unread(path, unreadable.findings) };
        }
    };
    let Document { source, value, mut findings } = document;
    let mut faults = schema::validate(schema::Kind::Matrix, &value);
    if !faults.is_empty() {
        ids::help(&mut faults, &value, &setup.packs);
        findings.extend(faults.into_iter().map(|fault| fault.in_file(path)));
        return JudgedFile { source: Some(source), ..unread(path, findings) };
    }
    let matrix = match Matrix::of(&value) {
        Ok(matrix) => matrix,
        Err(error) => {
            let message = format!("the matrix cannot be used: {error}");
            findings.push(Finding::of_file("schema-value", path, Place::File, message));
            return JudgedFile { source: Some(source), ..unread(path, findings) };
        }
    };
    findings.extend(unknown_packs(setup, &matrix, path));
    let offered = (text.is_offered)(&matrix, &source.text);
    let mut facts = Facts::of(&matrix, value, &setup.packs, request.today, offered);
    if let Some(state) = text.state {
        findings.extend(state.findings(&matrix, source.text.as_bytes(), request.today));
        let renewed = state.review.as_ref().map(|one| one.counts(source.text.as_bytes(), request.today));
        if let Some(Ok(day)) = renewed {
            facts.renew(&matrix, day, request.today);
        }
    }
    let together: Vec<String> = in_union(setup, &matrix);
    let bases = (text.bases)(&matrix, &source.text);
    let subject = Subject {
        matrix: &matrix,
        facts: &facts,
        packs: &setup.packs,
        today: request.today,
        offered,
        before: text.before,
        bases: &bases,
        together: &together,
    };
    findings.extend(setup.policy.evaluate(&subject, &source.path));
    settle(setup, request, &matrix, &mut findings, *about);
    findings.extend(unused_accepts(&matrix, &findings, path));
    for finding in &mut findings {
        finding.matrix.get_or_insert_with(|| matrix.id.as_str().into());
    }
    JudgedFile {
        summary: Some(summary::of(&matrix, &setup.packs, path, &findings, request.today)),
        owned: if together.is_empty() { Owned::default() } else { Owned::of([&matrix]) },
        file: Arc::clone(&source.path),
        is_offered: offered,
        version_due: bases.iter().find(|base| base.is_agreed).and_then(|base| base.diff.version_due()),
        is_standard: matrix.kind == MatrixKind::Standard
            && !matrix.parties.iter().any(|one| one.side == Side::Client),
        id: Some(matrix.id.clone()),
        version: matrix.version.clone(),
        findings,
        source: Some(source),
        matrix: Some(matrix),
    }
}

/// Marks what was accepted, and what only this change accepts, which does not count.
fn settle(setup: &Setup, request: &Request, matrix: &Matrix, findings: &mut Vec<Finding>, about: About) {
    setup.waivers.accept(matrix, findings, request.today);
    if let Some(proposed) = &setup.proposed_waivers {
        change::mark(proposed, matrix, findings, request.today);
    }
    if about == About::Waivers {
        findings.extend(setup.waivers.about(matrix, request.today));
    }
}

fn unknown_packs(setup: &Setup, matrix: &Matrix, path: &str) -> Vec<Finding> {
    let frameworks = matrix.frameworks.iter().enumerate();
    let unknown = frameworks.filter(|(_, framework)| setup.packs.get(&framework.pack).is_none());
    unknown
        .map(|(at, framework)| {
            let message =
                format!("this version has no pack `{}`, so nothing is checked against it", framework.pack);
            let place = Place::value(format!("/frameworks/{at}/pack"));
            let known: Vec<&str> = setup.packs.iter().map(|pack| pack.id.as_str()).collect();
            let help = format!("the packs at hand are {}; everything else was checked", known.join(", "));
            Finding::of_file("pack-is-known", path, place, message).helped(help)
        })
        .collect()
}

/// Returns the catalogues that this matrix covers together with others.
fn in_union(setup: &Setup, matrix: &Matrix) -> Vec<String> {
    let groups = setup.config.coverage.iter().filter(|group| group.matrices.contains(&matrix.id));
    groups.map(|group| group.catalog.clone()).collect()
}

/// An exception that excepts nothing is a sentence that both parties sign for nothing.
fn unused_accepts(matrix: &Matrix, findings: &[Finding], path: &str) -> Vec<Finding> {
    let mut unused = Vec::new();
    for (at, row) in matrix.rows.iter().enumerate() {
        for (which, accept) in row.accepts.iter().enumerate() {
            let is_used =
                findings.iter().any(|one| *one.rule == *accept.rule && one.row.as_deref() == Some(&*row.id));
            if !is_used {
                let message =
                    format!("row `{}` accepts `{}`, and there is nothing to accept", row.id, accept.rule);
                let place = Place::value(format!("/rows/{at}/accepts/{which}/rule"));
                let mut finding = Finding::of_file("accept-is-used", path, place, message);
                finding.severity = Severity::Warning;
                finding.row = Some(row.id.as_str().into());
                unused.push(finding);
            }
        }
    }
    unused
}
