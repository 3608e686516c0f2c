//! `countersign sign`

use std::path::PathBuf;

use jiff::civil::Date;

use super::giving::Scene;
use super::signing::{self, Hand};
use super::{Anchor, Global, bundle, terminal};
use crate::diff::render::Document;
use crate::error::{Error, Result};
use crate::finding::{Finding, Severity};
use crate::matrix::Matrix;
use crate::report::{Report, View};
use crate::signoff::draft::{self, Offer};
use crate::signoff::judging::{self, Judging};
use crate::signoff::parcel::Bundle;
use crate::signoff::proof::Files;
use crate::signoff::subject::{Name, Subject};
use crate::signoff::{Desk, brief, gate, signer};
use crate::trust;
use crate::trust::day::Moment;
use crate::trust::judged::Judged;
use crate::trust::name::Digest;
use crate::trust::standing::{Standing, VersionStanding};

/// Sign a version: approve it for your party
///
/// Shows in plain words what the version changes, how it was checked and who has signed, asks you to type the
/// version, signs with your own `ssh-keygen`, and records your approval in a commit of its own. What is signed
/// is the text of the last commit. Once it is offered, every party signs those same bytes.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The matrix: a file, an id, or id@version; or a bundle that was sent to you
    #[arg(value_name = "MATRIX")]
    name: String,
    #[command(flatten)]
    hand: Hand,
    #[command(flatten)]
    anchor: Anchor,
    /// Do not record the approval here: write it to a file that `countersign record` records elsewhere
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Do not sign: write the version to a file for a signer without a clone, who runs `countersign sign FILE`
    #[arg(long, value_name = "FILE", conflicts_with = "out")]
    prepare: Option<PathBuf>,
}

/// A version with everything that is known before it is signed.
struct Case {
    desk: Desk,
    standing: Standing,
    subject: Subject,
    previous: Option<(Matrix, String)>,
    matrix: Matrix,
    at: Moment,
    anchor: Option<Digest>,
}

/// Runs the command and returns the exit code.
pub(super) fn run(args: &Args, global: &Global) -> Result<u8> {
    let file = std::path::Path::new(&args.name);
    if crate::signoff::parcel::is_bundle(file) {
        return bundle::sign(file, &args.hand, &args.anchor, args.out.as_deref(), global);
    }
    let case = Case::open(args)?;
    if let Some(done) = case.is_done(args).filter(|_| args.prepare.is_none()) {
        terminal::print(&done)?;
        return Ok(0);
    }
    if args.out.is_none() && args.prepare.is_none() {
        // Whoever reads and types a version should not learn afterwards that git lacks his name.
        signing::author(&case.desk)?;
    }
    draft::demand_approvable(&case.standing, &case.subject.head, case.at)?;
    let (judging, differences) = case.judge()?;
    let blocking = judging.blocking();
    if !blocking.is_empty() {
        return refuse(blocking, judging, &case, global);
    }
    let document = case.document(&judging)?;
    case.demand_bump(&document)?;
    let judged = case.subject.judged.clone().unwrap_or_else(|| judging.judged.to_bytes());
    let offer = Offer { head: case.subject.head.clone(), matrix: case.subject.bytes.clone(), judged };
    let new = case.new_files(&offer);
    if let Some(file) = &args.prepare {
        let packed = Bundle::of(&case.desk.tree, &new, offer.reference());
        return bundle::prepare(&packed, file);
    }
    let scene = Scene {
        tree: &case.desk.tree,
        standing: &case.standing,
        anchor: case.anchor.as_ref(),
        today: signing::day(case.at),
        offer: new,
        allowed: &[],
    };
    let key = args.hand.key_for(&case.standing)?;
    let statement = args.hand.voice(&key, case.at).approve(&case.standing, &offer)?;
    let roll = signer::roster(&case.standing)?;
    let mut text = brief::changes(&document, &terminal::style(global.color));
    text.push_str(&brief::checks(&judging));
    differences
        .iter()
        .for_each(|line| text.push_str(&format!("  differs from the check when it was offered: {line}\n")));
    text.push_str(&brief::signatures(case.version(), roll));
    text.push_str(&brief::sentence(&statement, roll, &args.hand.who));
    terminal::print(&text)?;
    args.hand.confirm("To sign this version", &case.subject.head.version.to_string())?;
    scene.sign(statement, &key)?.finish(&case.desk, args.out.as_deref())
}

impl Case {
    fn open(args: &Args) -> Result<Self> {
        let name: Name = args.name.parse().map_err(Error::usage)?;
        let desk = signing::desk()?;
        let subject = Subject::find(&desk, &name)?;
        desk.demand_committed(&[
            &subject.path,
            crate::policy::config::FILE,
            crate::policy::waiver::FILE,
            "policies",
            "packs",
            "trust",
            "signoffs",
        ])?;
        let at = signing::now();
        let anchor = args.anchor.digest()?;
        let standing = trust::judge(&desk.tree, anchor.as_ref(), signing::day(at))?;
        let matrix = judging::read_matrix(&subject.path, &subject.bytes).ok_or_else(|| {
            Error::usage(format!("`{}` is not a matrix that can be signed", subject.path))
                .hint(format!("`countersign check {}` shows every fault with its line", subject.path))
        })?;
        let last = draft::last_standing(&standing, &subject.head.id);
        let previous = last.and_then(|one| {
            let path = format!("{}/matrix.json", trust::statement::folder(&one.id, one.version));
            let bytes = crate::signoff::subject::plain(&desk.tree, &path)?;
            Some((judging::read_matrix(&path, bytes)?, format!("version {}", one.version)))
        });
        Ok(Self { desk, standing, subject, previous, matrix, at, anchor })
    }

    fn today(&self) -> Date {
        signing::day(self.at)
    }

    fn version(&self) -> Option<&VersionStanding> {
        self.standing.version(&self.subject.head.id, self.subject.head.version)
    }

    /// Says that the signer has nothing to do, if his approval counts already.
    fn is_done(&self, args: &Args) -> Option<String> {
        let version = self.version()?;
        let own = draft::own_approve(version, &args.hand.who)?.statement.as_ref()?;
        let current = self.standing.roster()?;
        let previous = draft::last_standing(&self.standing, &version.id).map(|one| one.version);
        let holds = own.roster == current.reference() && own.previous.map(|one| one.version) == previous;
        if !holds && !version.state.is_standing() {
            return None;
        }
        let (said, next) = brief::outcome(version, &version.id);
        let mut text = format!("{} has signed this version already\n{said}\n", args.hand.who);
        next.iter().for_each(|line| text.push_str(&format!("next: {line}\n")));
        Some(text)
    }

    /// Judges the version: as of today for a new offer, as of its day for one that is there.
    fn judge(&self) -> Result<(Judging, Vec<String>)> {
        let version = judging::Version {
            path: &self.subject.path,
            bytes: &self.subject.bytes,
            head: &self.subject.head,
            matrix: &self.matrix,
            before: self.previous.as_ref().map(|(matrix, _)| matrix),
        };
        let Some(bytes) = &self.subject.judged else {
            return Ok((judging::judge(&self.desk.world, version, self.today())?, Vec::new()));
        };
        let offered = Judged::parse(bytes).map_err(|flaw| {
            Error::usage(format!(
                "`judged.json` of {} cannot be read: {flaw}",
                draft::name(&self.subject.head)
            ))
            .hint("raise `version` in the matrix and offer it again")
        })?;
        judging::demand_recent(&offered, self.today())?;
        let now = judging::judge(&self.desk.world, version, offered.as_of.0)?;
        let differences = judging::compare(&offered, &now.judged)?;
        Ok((now, differences))
    }

    /// Returns what the signer takes on, and what in the checks is weaker than for the version before.
    fn document(&self, judging: &Judging) -> Result<Document> {
        let last = draft::last_standing(&self.standing, &self.subject.head.id);
        let before = gate::before(&self.desk, last)?;
        let mut weakened = crate::review::weakened(&before, &judging.setup);
        weakened.retain(|one| one.matrix.as_ref().is_none_or(|id| *id == self.matrix.id));
        let before = self.previous.as_ref().map(|(matrix, name)| (matrix, name.clone()));
        Ok(brief::document(before, &self.matrix, weakened))
    }

    /// Refuses a version whose number does not grow as its changes ask for.
    fn demand_bump(&self, document: &Document) -> Result<()> {
        let Some(last) = draft::last_standing(&self.standing, &self.subject.head.id) else { return Ok(()) };
        let diff = document.matrices.first().map(|matrix| &matrix.diff);
        let Some((diff, due)) = diff.and_then(|diff| Some((diff, diff.version_due()?))) else {
            return Ok(());
        };
        let version = self.subject.head.version;
        Err(Error::usage(format!("version {version} has to be {due} at least"))
            .because(format!("since version {}, {}", last.version, diff.bump.why().unwrap_or_default()))
            .hint(format!("set `version` to {due}; `countersign diff` shows what changed")))
    }

    /// Returns the files of the offer that are not there yet.
    fn new_files(&self, offer: &Offer) -> Files {
        let folder = offer.folder();
        let files = [("matrix.json", &offer.matrix), ("judged.json", &offer.judged)];
        let paths = files.map(|(name, bytes)| (format!("{folder}/{name}"), Some(bytes.clone())));
        paths.into_iter().filter(|(path, _)| !self.desk.tree.contains_key(path)).collect()
    }
}

/// Shows what keeps the version from being signed.
fn refuse(findings: Vec<Finding>, judging: Judging, case: &Case, global: &Global) -> Result<u8> {
    let number = findings.len();
    let mut sources = judging.setup.sources;
    sources.extend(judging.source.map(|source| (source.path.to_string(), source)));
    let report = Report {
        at: "the last commit".to_owned(),
        today: judging.judged.as_of.0,
        fail_on: Severity::Error,
        findings,
        sources,
        matrices: Vec::new(),
        not_in_force: Vec::new(),
        errors: Vec::new(),
        next: Some(format!("countersign check {}", case.subject.path)),
    };
    let view = View { style: terminal::style(global.color), ..View::default() };
    terminal::print(&crate::report::render(crate::report::Format::Text, &report, &view))?;
    let what = crate::report::words::count(number, "finding");
    let name = draft::name(&case.subject.head);
    terminal::print(&format!("\nnot signed: {name} has {what} to settle first\n"))?;
    Ok(1)
}
