//! One matrix: from its bytes to its findings and its summary.

use std::sync::Arc;

use super::{Request, Setup, summary};
use crate::coverage::Owned;
use crate::error::Result;
use crate::facts::Facts;
use crate::finding::{Finding, Place, Severity};
use crate::matrix::Matrix;
use crate::policy::kinds::Subject;
use crate::report::Summary;
use crate::schema;
use crate::source::place::Places;
use crate::source::{self, Document, Limits, Source};
use crate::world::{File, Reader};

/// What came of one file.
#[derive(Debug)]
pub struct Judged {
    /// The file.
    pub file: Arc<str>,
    /// The matrix's id, where it could be read.
    pub id: Option<String>,
    /// What was found, each with its place computed.
    pub findings: Vec<Finding>,
    /// What the matrix amounts to, where it could be read.
    pub summary: Option<Summary>,
    /// What its rows own, for catalogues that several matrices cover.
    pub owned: Owned,
    /// The text, where it is kept for showing places in it.
    pub source: Option<Source>,
}

/// Judges the matrix in a file of the project.
///
/// # Errors
/// Where the file cannot be read at all.
pub(super) fn judge(
    reader: &Reader<'_>,
    setup: &Setup,
    request: &Request,
    file: &File,
    keep: bool,
) -> Result<Judged> {
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
    let before = reader.before(file, &bytes).and_then(|bytes| earlier(&file.path, bytes));
    let mut judged = judge_bytes(setup, request, &file.path, bytes, before.as_ref());
    locate(&mut judged);
    if !keep {
        judged.source = None;
    }
    Ok(judged)
}

fn unread(path: &str, findings: Vec<Finding>) -> Judged {
    Judged { file: path.into(), id: None, findings, summary: None, owned: Owned::default(), source: None }
}

/// Reads the matrix as it was before, if it was one.
fn earlier(path: &str, bytes: Vec<u8>) -> Option<Matrix> {
    let document = source::load(path, bytes, Limits::MATRIX).ok()?;
    if !schema::validate(schema::Kind::Matrix, &document.value).is_empty() {
        return None;
    }
    Matrix::of(&document.value).ok()
}

/// Computes where the findings are while the text is at hand.
fn locate(judged: &mut Judged) {
    let Some(source) = &judged.source else { return };
    if judged.findings.is_empty() {
        return;
    }
    let places = Places::of(source);
    for finding in judged.findings.iter_mut().filter(|finding| *finding.file == *source.path) {
        finding.located = Some(places.locate(&finding.place));
    }
}

/// Judges the bytes of a matrix.
pub fn judge_bytes(
    setup: &Setup,
    request: &Request,
    path: &str,
    bytes: Vec<u8>,
    before: Option<&Matrix>,
) -> Judged {
    let document = match source::load(path, bytes, Limits::MATRIX) {
        Ok(document) => document,
        Err(unreadable) => return Judged { source: unreadable.source, ..unread(path, unreadable.findings) },
    };
    let Document { source, value, mut findings } = document;
    let faults = schema::validate(schema::Kind::Matrix, &value);
    if !faults.is_empty() {
        findings.extend(faults.into_iter().map(|fault| fault.in_file(path)));
        return Judged { source: Some(source), ..unread(path, findings) };
    }
    let matrix = match Matrix::of(&value) {
        Ok(matrix) => matrix,
        Err(error) => {
            findings.push(Finding::of_file(
                "schema-value",
                path,
                Place::File,
                format!("the matrix cannot be used: {error}"),
            ));
            return Judged { source: Some(source), ..unread(path, findings) };
        }
    };
    let file = Arc::clone(&source.path);
    findings.extend(unknown_packs(setup, &matrix, path));
    let facts = Facts::of(&matrix, value, &setup.packs, request.today, false);
    let together: Vec<String> = in_union(setup, &matrix);
    let subject = Subject {
        matrix: &matrix,
        facts: &facts,
        packs: &setup.packs,
        today: request.today,
        offered: false,
        before,
        together: &together,
    };
    findings.extend(setup.policy.evaluate(&subject, &file));
    setup.waivers.accept(&matrix, &mut findings, request.today);
    findings.extend(setup.waivers.about(&matrix, request.today));
    findings.extend(unused_accepts(&matrix, &findings, path));
    for finding in &mut findings {
        finding.matrix.get_or_insert_with(|| matrix.id.as_str().into());
    }
    let owned = if together.is_empty() { Owned::default() } else { Owned::of([&matrix]) };
    Judged {
        summary: Some(summary::of(&matrix, &setup.packs, path, &findings)),
        id: Some(matrix.id),
        file,
        findings,
        owned,
        source: Some(source),
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
                findings.iter().any(|one| *one.rule == *accept.rule && one.row.as_ref() == Some(&row.id));
            if !is_used {
                let message =
                    format!("row `{}` accepts `{}`, and there is nothing to accept", row.id, accept.rule);
                let place = Place::value(format!("/rows/{at}/accepts/{which}/rule"));
                let mut finding = Finding::of_file("accept-is-used", path, place, message);
                finding.severity = Severity::Warning;
                finding.row = Some(row.id.clone());
                unused.push(finding);
            }
        }
    }
    unused
}
