//! `countersign sign`

mod refusal;

use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::giving::Scene;
use super::signing::{self, Bearer, Hand};
use super::{Anchor, Global, bundle, terminal};
use crate::diff::Weaker;
use crate::diff::render::Document;
use crate::error::{Error, Result};
use crate::matrix::Matrix;
use crate::report::Style;
use crate::report::words::{every_fault, shell};
use crate::signoff::draft::{self, Offer};
use crate::signoff::judging::{self, Judging};
use crate::signoff::parcel::{self, Bundle};
use crate::signoff::proof::Files;
use crate::signoff::subject::{self, Subject};
use crate::signoff::{Desk, brief, gate, portion, signer};
use crate::status::words::Names;
use crate::trust;
use crate::trust::day::Moment;
use crate::trust::judged::Judged;
use crate::trust::name::Digest;
use crate::trust::standing::{Standing, VersionStanding};
use crate::trust::statement::Statement;

use refusal::Refusal;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  countersign sign                  the version that waits, with your key in ~/.ssh
  countersign sign acme-1.0.json    a file that was sent to you")]
pub(super) struct Args {
    /// The matrix: a file, an id, or id@version; or a file that was sent to you; default: what waits
    #[arg(value_name = "MATRIX")]
    name: Option<String>,
    #[command(flatten)]
    bearer: Bearer,
    #[command(flatten)]
    anchor: Anchor,
    /// Do not record the approval here: write it to a file that `countersign record` records elsewhere
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Do not sign: write the version to a file to be sent to a signer, who needs no git for `countersign sign FILE`
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

/// A version, or why its text cannot be one yet.
enum Opened {
    Ready(Box<Case>),
    Unfinished(Box<Refusal>),
}

/// Runs the command and returns the exit code.
pub(super) fn run(args: &Args, global: &Global) -> Result<u8> {
    let file = args.name.as_ref().map(Path::new).filter(|file| parcel::is_bundle(file));
    if let Some(file) = file {
        return bundle::sign(file, &args.bearer, &args.anchor, args.out.as_deref(), global);
    }
    args.name.as_ref().map_or(Ok(()), |name| parcel::demand_no_reply(Path::new(name)))?;
    let case = match Case::open(args)? {
        Opened::Ready(case) => case,
        Opened::Unfinished(refusal) => return refusal.print(global),
    };
    if let Some(file) = &args.prepare {
        return match case.check()? {
            Ok(checked) => bundle::prepare(&case.bundle(&checked.offer), file),
            Err(refusal) => refusal.print(global),
        };
    }
    let hand = args.bearer.hand(&signer::enrolled(&case.standing)?)?;
    if let Some(done) = case.is_done(&hand) {
        terminal::print(&done)?;
        return Ok(0);
    }
    if args.out.is_none() {
        // Whoever reads and types a version should not learn afterwards that git lacks his name.
        signing::author(&case.desk)?;
    }
    match case.check()? {
        Ok(checked) => case.sign(&checked, &hand, args.out.as_deref(), &terminal::style(global.color)),
        Err(refusal) => refusal.print(global),
    }
}

/// A version that may be signed, and what is told of it before.
struct Checked {
    judging: Judging,
    /// What is other than when it was offered.
    differences: Vec<String>,
    document: Document,
    offer: Offer,
}

impl Case {
    fn open(args: &Args) -> Result<Opened> {
        let named = args.name.as_ref().map(|name| name.parse().map_err(Error::usage)).transpose()?;
        let desk = signing::desk()?;
        let at = signing::now();
        let anchor = args.anchor.digest()?;
        let standing = trust::judge(&desk.tree, anchor.as_ref(), signing::day(at))?;
        let name = named.map_or_else(|| subject::waiting(&desk, &standing), Ok)?;
        let text = subject::text(&desk, &name)?;
        if let Some(refusal) = Refusal::of_unfinished(&desk, &text, signing::day(at))? {
            // What `check` finds clean in the file is of no use before it is committed.
            desk.demand_committed(&[&refusal.path])?;
            return Ok(Opened::Unfinished(Box::new(refusal)));
        }
        let subject = Subject::of(&desk, text)?;
        desk.demand_committed(&[
            &subject.path,
            crate::policy::config::FILE,
            crate::policy::waiver::FILE,
            "policies",
            "packs",
            "trust",
            "signoffs",
        ])?;
        let matrix = judging::read_matrix(&subject.path, &subject.bytes).ok_or_else(|| {
            Error::usage(format!("`{}` is not a matrix that can be signed", subject.path))
                .hint(every_fault(&subject.path))
        })?;
        let previous = draft::previous(&standing, &desk.tree, &subject.head.id);
        Ok(Opened::Ready(Box::new(Self { desk, standing, subject, previous, matrix, at, anchor })))
    }

    fn today(&self) -> Date {
        signing::day(self.at)
    }

    /// Checks everything that does not depend on who signs.
    fn check(&self) -> Result<std::result::Result<Box<Checked>, Box<Refusal>>> {
        draft::demand_approvable(&self.standing, &self.subject.head, self.at)?;
        let (judging, differences) = self.judge()?;
        let findings = judging.blocking();
        if !findings.is_empty() {
            let Judging { judged, source, setup, .. } = judging;
            let path = self.subject.path.clone();
            return Ok(Err(Box::new(Refusal { findings, source, setup, as_of: judged.as_of.0, path })));
        }
        let document = self.document(&judging)?;
        self.demand_bump(&document)?;
        let judged = self.subject.judged.clone().unwrap_or_else(|| judging.judged.to_bytes());
        let offer = Offer { head: self.subject.head.clone(), matrix: self.subject.bytes.clone(), judged };
        Ok(Ok(Box::new(Checked { judging, differences, document, offer })))
    }

    fn bundle(&self, offer: &Offer) -> Bundle {
        Bundle::of(&self.desk.tree, &self.new_files(offer), offer.reference())
    }

    /// Shows the version, asks, and signs.
    fn sign(&self, checked: &Checked, hand: &Hand, out: Option<&Path>, style: &Style) -> Result<u8> {
        let key = hand.key_for(&self.standing)?;
        let statement = hand.voice(&key, self.at).approve(&self.standing, &checked.offer)?;
        terminal::print(&self.told(checked, hand, &statement, style)?)?;
        hand.confirm("To sign this version", &self.subject.head.version.to_string())?;
        let scene = Scene {
            tree: &self.desk.tree,
            standing: &self.standing,
            anchor: self.anchor.as_ref(),
            today: self.today(),
            offer: self.new_files(&checked.offer),
            allowed: &[],
        };
        scene.sign(statement, &key)?.finish(&self.desk, out)
    }

    /// Returns all that the signer reads.
    fn told(&self, checked: &Checked, hand: &Hand, statement: &Statement, style: &Style) -> Result<String> {
        let roll = signer::roster(&self.standing)?;
        let names = Names::of_matrix(&self.matrix);
        let mut text = self.news(&checked.document, hand, style);
        text.push_str(&brief::checks(&checked.judging));
        for line in &checked.differences {
            text.push_str(&format!("  differs from the check when it was offered: {line}\n"));
        }
        text.push_str(&brief::signatures(self.version(), roll, &names));
        text.push_str(&brief::fingerprint(roll, self.anchor.is_some()));
        text.push_str(&signing::paragraphs(&brief::sentence(statement, roll, &hand.who, &names)));
        Ok(text)
    }

    fn version(&self) -> Option<&VersionStanding> {
        self.standing.version(&self.subject.head.id, self.subject.head.version)
    }

    /// Says that the signer has nothing to do, if his approval counts already.
    fn is_done(&self, hand: &Hand) -> Option<String> {
        let version = self.version()?;
        let own = draft::own_approve(version, &hand.who)?.statement.as_ref()?;
        let current = self.standing.roster()?;
        let previous = draft::last_standing(&self.standing, &version.id).map(|one| one.version);
        let holds = own.roster == current.reference() && own.previous.map(|one| one.version) == previous;
        if !holds && !version.state.is_standing() {
            return None;
        }
        let (said, next) = brief::outcome(version, &Names::of_matrix(&self.matrix));
        let mut text = format!("{} has signed this version already\n{said}\n", hand.who);
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
        // That a project keeps its matrices elsewhere than the program's own settings say makes no check weaker.
        weakened.retain(|one| last.is_some() || one.kind != Weaker::MatricesNarrowed);
        let before = self.previous.as_ref().map(|(matrix, name)| (matrix, name.clone()));
        Ok(brief::document(before, &self.matrix, weakened))
    }

    /// Says what the version brings: of a first one what falls to the signer's party, of a later one what changes.
    fn news(&self, document: &Document, hand: &Hand, style: &Style) -> String {
        let (id, path) = (&self.subject.head.id, &self.subject.path);
        if let Some(last) = draft::last_standing(&self.standing, id).filter(|_| self.previous.is_some()) {
            let before = trust::statement::folder(id, last.version);
            let all = format!("countersign diff {before}/matrix.json {}", shell(path));
            let before = self.previous.as_ref().map(|(matrix, _)| matrix);
            let endings = portion::endings(&self.matrix, before, style);
            return endings + &brief::changes(document, Some(&all), style);
        }
        let version = match self.subject.judged {
            Some(_) => format!(" --version {}", self.subject.head.version),
            None => String::new(),
        };
        let read = format!("countersign show {id}{version} --party {}", hand.who.party);
        let mut text = portion::of(&self.matrix, hand.who.party.as_str(), &read, style);
        text.push_str(&brief::weakened(document, style));
        text
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
