//! One project of the repository, judged by what stood before the change.

use std::path::Path;

use super::guard::{self, Change, Guard};
use super::hidden::Hiding;
use super::range::Range;
use super::{Ask, demand, kept, setup};
use crate::check::{self, Gate};
use crate::diff::render::Comparison;
use crate::error::Result;
use crate::evidence::{self, Files};
use crate::finding::{Finding, Severity};
use crate::git::{Commit, Repository, Touched};
use crate::project::{Request, SignoffState, Snapshot};
use crate::report::{NotInForce, Report, Summary};
use crate::review::{self, Outcome, ReviewSide, Sides};
use crate::status::{Status, Step};
use crate::trust::name::Digest;

/// A project at the states that a gate looks at.
#[derive(Clone)]
pub(super) struct Place {
    /// Its folder below the top with a final slash, empty for the top.
    pub(super) prefix: String,
    /// The state whose rules judge; `None` if there is nothing before.
    pub(super) before: Option<Snapshot>,
    /// The state that the change is told from.
    from: Option<(Snapshot, Commit, String)>,
    /// The state that is judged.
    pub(super) head: Snapshot,
    commit: Commit,
    told: String,
}

/// What was found in a project.
pub(super) struct JudgedProject {
    pub(super) guards: Vec<Change>,
    pub(super) document: Comparison,
    pub(super) steps: Vec<Step>,
    pub(super) evidence: Vec<(String, Files)>,
    pub(super) report: Report,
}

impl Place {
    /// Returns the project at the top of a repository.
    pub(super) fn at(repository: &Repository, top: &Path, range: &Range) -> Self {
        let world = |commit: &Commit| Snapshot::of_commit(top, repository, commit, commit.id.to_string());
        Self {
            prefix: String::new(),
            before: range.base.as_ref().map(world),
            from: range.from.as_ref().map(|from| (world(from), from.clone(), repository.tell(from))),
            head: world(&range.head),
            commit: range.head.clone(),
            told: repository.tell(&range.head),
        }
    }

    /// Returns the project in a folder below.
    pub(super) fn below(self, folder: &str) -> Result<Self> {
        let from =
            self.from.map(|(world, commit, told)| world.below(folder).map(|world| (world, commit, told)));
        Ok(Self {
            prefix: format!("{}{folder}/", self.prefix),
            before: self.before.map(|before| before.below(folder)).transpose()?,
            from: from.transpose()?,
            head: self.head.below(folder)?,
            ..self
        })
    }
}

/// Judges a project: by the rules of before, and where the change gives it other rules, by those too.
pub(super) fn judge(ask: &Ask<'_>, place: &Place, touched: &[Touched]) -> Result<JudgedProject> {
    let own: Vec<Touched> =
        touched.iter().filter(|one| one.path.starts_with(&place.prefix)).cloned().collect();
    let guards = guard::changes(touched, &place.prefix);
    let has_other_rules = guards.iter().any(|one| one.guards == Guard::Rules);
    let gate = Gate {
        anchor: anchor(ask, place)?,
        needs_anchor: ask.release || place.before.is_none() && has_signers(place)?,
        effective: ask.release,
        since: place.from.as_ref().map(|(world, ..)| world.name().to_owned()),
        trust_from: place.before.as_ref().map(|world| world.name().to_owned()),
        only_changed: !(ask.all || ask.release || has_other_rules),
        ..Gate::default()
    };
    let request = Request::on(ask.today);
    let (mut report, signoffs) = check::look(&place.head, &request, &gate, &|| ())?;
    if ask.release {
        let drafts = drafts(&report);
        report.not_in_force.extend(drafts);
    }
    let mut document = Comparison::default();
    if let (Some(before), Some(from)) = (&place.before, &place.from) {
        document = compared(ask, place, from, &mut report)?;
        let sides = (setup(before, ask.today)?, setup(&place.head, ask.today)?);
        if has_other_rules {
            by_own_rules(ask, place, &gate, &mut report)?;
        }
        let hiding = Hiding::of((before, &sides.0), (&place.head, &sides.1), &document, signoffs.as_ref())?;
        hiding.fail(&mut report.findings);
        report.findings.extend(kept::lost(place, &from.0, &own, (&sides.0, signoffs.as_ref()))?);
        let demands = &sides.0.config.gate;
        report.findings.extend(demand::findings(demands, &document, &report, signoffs.as_ref()));
    }
    report.findings.extend(guard::findings(&guards, &place.prefix));
    let steps = signoffs.as_ref().map(|signoffs| steps(&report, signoffs)).unwrap_or_default();
    let evidence = match signoffs.as_ref().filter(|_| ask.evidence) {
        Some(signoffs) => bundles(signoffs)?,
        None => Vec::new(),
    };
    Ok(JudgedProject { guards, document, steps, evidence, report })
}

/// Returns the fingerprint by which lists of signers are believed: the one that was given, or that of the base's list.
fn anchor(ask: &Ask<'_>, place: &Place) -> Result<Option<Digest>> {
    let (None, Some(before)) = (&ask.anchor, &place.before) else { return Ok(ask.anchor) };
    let signoffs = SignoffState::read(before, None, ask.today)?;
    Ok(signoffs.standing.roster().map(|roll| roll.digest))
}

/// Says whether anybody may sign what is judged: then a fingerprint has to say whose list that is.
fn has_signers(place: &Place) -> Result<bool> {
    Ok(!place.head.open()?.files(&["trust", "signoffs"])?.is_empty())
}

/// Names the matrices whose working text is not the version in force: what is released has to be what was signed.
fn drafts(report: &Report) -> Vec<NotInForce> {
    let is_known = |id: &str| report.not_in_force.iter().any(|one| one.matrix == id);
    let is_other = |one: &&Summary| {
        let is_current = one.in_force.as_ref().is_some_and(|current| current.version == one.version);
        !(is_current && one.standing == "in-force")
    };
    let others =
        report.matrices.iter().filter(is_other).filter(|one| !is_known(&one.id) && one.in_force.is_some());
    others
        .map(|one| {
            let current = one.in_force.as_ref().map(|current| current.version.as_str()).unwrap_or_default();
            let why = format!(
                "the working text is version {}, {}; in force is version {current}",
                one.version, one.standing
            );
            NotInForce { matrix: one.id.clone(), why }
        })
        .collect()
}

/// Tells what moves to whom.
fn compared(
    ask: &Ask<'_>,
    place: &Place,
    (world, commit, told): &(Snapshot, Commit, String),
    report: &mut Report,
) -> Result<Comparison> {
    let side = |world: &Snapshot, commit: &Commit, told: &str| ReviewSide::Project {
        world: world.clone(),
        name: told.to_owned(),
        commit: Some(commit.id),
    };
    let before = side(world, commit, told);
    let after = side(&place.head, &place.commit, &place.told);
    let Outcome { document, errors } = review::run(&Sides { before, after }, &[], ask.today)?;
    let is_new = |message: &str| report.errors.iter().all(|known| known.message != message);
    let errors: Vec<_> = errors.into_iter().filter(|error| is_new(&error.message)).collect();
    report.errors.extend(errors);
    Ok(document)
}

/// Judges by the rules that the change brings, which hold once it is merged.
fn by_own_rules(ask: &Ask<'_>, place: &Place, gate: &Gate, report: &mut Report) -> Result<()> {
    let gate = Gate { trust_from: None, ..gate.clone() };
    let (own, _) = check::look(&place.head, &Request::on(ask.today), &gate, &|| ())?;
    let is_known = |one: &Finding| {
        let same =
            |known: &&Finding| known.rule == one.rule && known.file == one.file && known.row == one.row;
        report.findings.iter().any(|known| same(&known) && known.severity <= one.severity)
    };
    let new: Vec<Finding> = own
        .counting()
        .filter(|one| one.severity == Severity::Error && !is_known(one))
        .map(|one| Finding {
            message: format!("by the rules of this change: {}", one.message).into(),
            ..one.clone()
        })
        .collect();
    report.findings.extend(new);
    let errors = own
        .errors
        .into_iter()
        .filter(|error| report.errors.iter().all(|known| known.message != error.message));
    let errors: Vec<_> = errors.collect();
    report.errors.extend(errors);
    Ok(())
}

/// Returns the evidence of every version in force, by the name of its folder.
fn bundles(signoffs: &SignoffState) -> Result<Vec<(String, Files)>> {
    let ids = signoffs.standing.matrices.keys();
    let versions = ids.filter_map(|id| signoffs.in_force(id.as_str()));
    versions
        .map(|one| {
            let evidence = evidence::of(signoffs, &one.id, one.version)?;
            Ok((format!("{}-{}", one.id, one.version), evidence.files))
        })
        .collect()
}

/// Returns who can do what now about the matrices that were judged.
fn steps(report: &Report, signoffs: &SignoffState) -> Vec<Step> {
    Status::of(report, signoffs, true, false).steps().cloned().collect()
}
