//! Approving a version: `countersign sign`, in a checkout or from a file that was sent.
//!
//! In a checkout the version is judged by the project's rules before it is signed, and its text is read once: its head,
//! its matrix and what the rules find go through the whole act.

mod sent;

use super::act::Outcome;
use super::basis::{Basis, Files};
use super::bundle::{Act, Bundle};
use super::checkout::Checkout;
use super::draft::{self, Offer};
use super::judging::{self, Judging};
use super::place::Origin;
use super::refused::Refused;
use super::session::{Acting, Prompt, Session};
use super::subject::{self, Candidate, Name};
use super::{fingerprint, gate, lookback, preview, share, signer, verified};
use crate::diff::Weaker;
use crate::diff::render::Comparison;
use crate::error::{Error, Result};
use crate::matrix::Matrix;
use crate::project::precondition;
use crate::project::words::Names;
use crate::report::Style;
use crate::report::words::{every_fault, shell};
use crate::trust::head::Head;
use crate::trust::judged::Judged;
use crate::trust::standing::VersionStanding;
use crate::trust::statement::{Statement, folder};

pub(in crate::signoff) use sent::read;

/// The files whose committed text decides what is signed.
const DECIDING: [&str; 6] =
    [crate::policy::config::FILE, crate::policy::waiver::FILE, "policies", "packs", "trust", "signoffs"];

/// Approves a version: the one that is named, or the one that waits for a signature.
///
/// # Errors
/// Where it cannot be approved, or was not confirmed.
pub fn approve(
    place: &Origin,
    name: Option<&Name>,
    session: &Session,
    prompt: &mut dyn Prompt,
) -> Result<Outcome> {
    let basis = place.basis(session)?;
    let checkout = match place {
        Origin::Checkout(checkout) => checkout,
        Origin::Sent(sent) => return sent::approve(sent, &basis, session, prompt),
    };
    let version = match Version::open(checkout, &basis, name)? {
        Ok(version) => version,
        Err(refused) => return Ok(Outcome::Refused(refused)),
    };
    let acting = session.identity.resolve(&signer::enrolled(&basis.standing)?)?;
    place.demand_no_other_list(&basis, &acting.who)?;
    if let Some(done) = version.is_done(&acting) {
        return Ok(Outcome::AlreadyDone(done));
    }
    // Whoever reads and types a version should not learn afterwards that git lacks his name.
    place.demand_author(session)?;
    match version.check()? {
        Ok(checked) => version.sign(&checked, &acting, session, prompt),
        Err(refused) => Ok(Outcome::Refused(refused)),
    }
}

/// Puts a version that may be signed into a bundle for a signer without a clone.
///
/// # Errors
/// Where it cannot be approved.
pub fn prepare(
    checkout: &Checkout,
    name: Option<&Name>,
    session: &Session,
) -> Result<std::result::Result<Bundle, Box<Refused>>> {
    let basis = Basis::of(&checkout.tree, session)?;
    lookback::demand_kept(checkout, &basis)?;
    let version = match Version::open(checkout, &basis, name)? {
        Ok(version) => version,
        Err(refused) => return Ok(Err(refused)),
    };
    let checked = match version.check()? {
        Ok(checked) => checked,
        Err(refused) => return Ok(Err(refused)),
    };
    let new = version.new_files(&checked.offer);
    let bundle = Bundle::of_version(Act::Approve, &checkout.tree, &new, checked.offer.reference());
    verified::sendable(bundle, session).map(Ok)
}

/// A version that somebody wants to approve, as it was committed.
struct Version<'a> {
    checkout: &'a Checkout,
    basis: &'a Basis<'a>,
    candidate: Candidate,
    previous: Option<(Matrix, String)>,
}

/// A version that may be signed, and what its signer reads.
struct Checked {
    judging: Judging,
    /// What is other than when it was offered.
    differences: Vec<String>,
    document: Comparison,
    offer: Offer,
}

impl<'a> Version<'a> {
    fn open(
        checkout: &'a Checkout,
        basis: &'a Basis<'a>,
        name: Option<&Name>,
    ) -> Result<std::result::Result<Self, Box<Refused>>> {
        let name =
            name.map_or_else(|| subject::waiting(checkout, &basis.standing), |name| Ok(name.clone()))?;
        let text = subject::text(checkout, &name)?;
        let head = Head::parse(&text.bytes);
        if head.is_err()
            && let Some(refused) = unfinished(checkout, &text, basis)?
        {
            // What `check` finds clean in the file is of no use before it is committed.
            checkout.demand_committed(&[&refused.path])?;
            return Ok(Err(refused));
        }
        let candidate = Candidate::of(checkout, text, head)?;
        let paths: Vec<&str> = [candidate.path.as_str()].into_iter().chain(DECIDING).collect();
        checkout.demand_committed(&paths)?;
        let previous = draft::previous(&basis.standing, basis.tree, &candidate.head.id);
        Ok(Ok(Self { checkout, basis, candidate, previous }))
    }

    /// Checks everything that does not depend on who signs.
    fn check(&self) -> Result<std::result::Result<Box<Checked>, Box<Refused>>> {
        draft::demand_approvable(&self.basis.standing, &self.candidate.head, self.basis.now)?;
        let (judging, differences) = self.judge()?;
        let findings = judging.blocking();
        if !findings.is_empty() {
            let Judging { judged, source, setup, .. } = judging;
            let path = self.candidate.path.clone();
            return Ok(Err(Box::new(Refused { findings, source, setup, as_of: judged.as_of.0, path })));
        }
        demand_signable(&judging.matrix, self.basis)?;
        let document = self.document(&judging)?;
        self.demand_bump(&document)?;
        let judged = self.candidate.judged.clone().unwrap_or_else(|| judging.judged.to_bytes());
        let offer = Offer { head: self.candidate.head.clone(), matrix: self.candidate.bytes.clone(), judged };
        Ok(Ok(Box::new(Checked { judging, differences, document, offer })))
    }

    /// Shows the version, asks, and signs.
    fn sign(
        &self,
        checked: &Checked,
        acting: &Acting,
        session: &Session,
        prompt: &mut dyn Prompt,
    ) -> Result<Outcome> {
        let key = acting.key_for(self.basis)?;
        let signatory = acting.signatory(&key, self.basis);
        let statement = signatory.approve(&self.basis.standing, &checked.offer)?;
        prompt.show(&preview::warnings(session, self.basis))?;
        prompt.show(&self.preview(checked, acting, &statement, (session, &prompt.style()))?)?;
        prompt.confirm("To sign this version", &self.candidate.head.version.to_string())?;
        let signed = self.basis.sign(statement, &key, self.new_files(&checked.offer), &[])?;
        session.memory.keep(self.basis, Some(&signed.statement.matrix));
        Ok(Outcome::Signed(signed.finish(Act::Approve, self.basis)))
    }

    /// Returns all that the signer reads.
    fn preview(
        &self,
        checked: &Checked,
        acting: &Acting,
        statement: &Statement,
        (session, style): (&Session, &Style),
    ) -> Result<String> {
        let roll = signer::roster(&self.basis.standing)?;
        let matrix = &checked.judging.matrix;
        let names = Names::of_matrix(matrix);
        let mut text = self.news(matrix, &checked.document, acting, style);
        text.push_str(&share::vouched(matrix, acting.who.party.as_str(), style));
        text.push_str(&preview::checks(&checked.judging));
        for line in &checked.differences {
            text.push_str(&format!("  differs from the check when it was offered: {line}\n"));
        }
        text.push_str(&preview::signatures(self.standing(), roll, &names));
        text.push_str(&fingerprint::say(self.basis));
        let name = draft::name(&self.candidate.head);
        let bond = preview::bond(&name, self.standing(), roll, &acting.who.party, &names);
        let beside = preview::beside(session, self.basis, &self.candidate.head, &acting.who.party, &names);
        let sentence = preview::sentence(statement, roll, &acting.who, &names);
        text.push_str(&preview::paragraphs(&(beside + &bond + &sentence), style));
        Ok(text)
    }

    fn standing(&self) -> Option<&VersionStanding> {
        self.basis.standing.version(&self.candidate.head.id, self.candidate.head.version)
    }

    /// Says that the signer has nothing to do, if his approval counts already.
    fn is_done(&self, acting: &Acting) -> Option<String> {
        let version = self.standing()?;
        let own = draft::own_approve(version, &acting.who)?.statement.as_ref()?;
        let current = self.basis.standing.roster()?;
        let previous = draft::last_standing(&self.basis.standing, &version.id).map(|one| one.version);
        let holds = own.roster == current.reference() && own.previous.map(|one| one.version) == previous;
        if !holds && !version.state.is_final() {
            return None;
        }
        let names = preview::names(self.basis.tree, &version.id, version.version);
        let (said, next) = preview::outcome(version, &names);
        let mut text = format!("{} has signed this version already\n{said}\n", acting.who);
        next.iter().for_each(|line| text.push_str(&format!("next: {line}\n")));
        Some(text)
    }

    /// Judges the version: as of today for a new offer, as of its day for one that is there.
    fn judge(&self) -> Result<(Judging, Vec<String>)> {
        let version = judging::Version {
            path: &self.candidate.path,
            bytes: &self.candidate.bytes,
            head: &self.candidate.head,
            before: self.previous.as_ref().map(|(matrix, _)| matrix),
        };
        let today = self.basis.today();
        let Some(bytes) = &self.candidate.judged else {
            return Ok((judging::judge(&self.checkout.world, version, today)?, Vec::new()));
        };
        let offered = Judged::parse(bytes).map_err(|flaw| {
            Error::usage(format!(
                "`judged.json` of {} cannot be read: {flaw}",
                draft::name(&self.candidate.head)
            ))
            .hint("raise `version` in the matrix and offer it again")
        })?;
        judging::demand_recent(&offered, today)?;
        let now = judging::judge(&self.checkout.world, version, offered.as_of.0)?;
        let differences = judging::compare(&offered, &now.judged)?;
        Ok((now, differences))
    }

    /// Returns what the signer takes on, and what in the checks is weaker than for the version before.
    fn document(&self, judging: &Judging) -> Result<Comparison> {
        let last = draft::last_standing(&self.basis.standing, &self.candidate.head.id);
        let before = gate::before(self.checkout, last)?;
        let mut weakened = crate::review::weakened(&before, &judging.setup);
        weakened.retain(|one| one.matrix.as_ref().is_none_or(|id| *id == judging.matrix.id));
        // That a project keeps its matrices elsewhere than the program's own settings say makes no check weaker.
        weakened.retain(|one| last.is_some() || one.kind != Weaker::MatricesNarrowed);
        let before = self.previous.as_ref().map(|(matrix, name)| (matrix, name.clone()));
        let comparer = judging.setup.comparer();
        Ok(preview::document(before, &judging.matrix, weakened, &comparer))
    }

    /// Says what the version brings: of a first one what falls to the signer's party, of a later one what changes.
    fn news(&self, matrix: &Matrix, document: &Comparison, acting: &Acting, style: &Style) -> String {
        let (id, path) = (&self.candidate.head.id, &self.candidate.path);
        let last = draft::last_standing(&self.basis.standing, id).filter(|_| self.previous.is_some());
        if let Some(last) = last {
            let before = folder(id, last.version);
            let all = format!("countersign diff {before}/matrix.json {}", shell(path));
            let before = self.previous.as_ref().map(|(matrix, _)| matrix);
            let endings = share::endings(matrix, before, &self.basis.standing, style);
            return endings + &preview::changes(document, Some(&all), style);
        }
        let version = match self.candidate.judged {
            Some(_) => format!(" --version {}", self.candidate.head.version),
            None => String::new(),
        };
        let read = format!("countersign show {id}{version} --party {}", acting.who.party);
        let standing = &self.basis.standing;
        let mut text = share::of(matrix, standing, acting.who.party.as_str(), &read, style);
        text.push_str(&preview::weakened(document, style));
        text
    }

    /// Refuses a version whose number does not grow as its changes ask for.
    fn demand_bump(&self, document: &Comparison) -> Result<()> {
        let last = draft::last_standing(&self.basis.standing, &self.candidate.head.id);
        let Some(last) = last else { return Ok(()) };
        let diff = document.matrices.first().map(|matrix| &matrix.diff);
        let Some((diff, due)) = diff.and_then(|diff| Some((diff, diff.version_due()?))) else {
            return Ok(());
        };
        let version = self.candidate.head.version;
        Err(Error::usage(format!("version {version} has to be {due} at least"))
            .because(format!("since version {}, {}", last.version, diff.bump.why().unwrap_or_default()))
            .hint(format!("set `version` to {due}; `countersign diff` shows what changed")))
    }

    /// Returns the files of the offer that are not there yet.
    fn new_files(&self, offer: &Offer) -> Files {
        let folder = offer.folder();
        let files = [("matrix.json", &offer.matrix), ("judged.json", &offer.judged)];
        let paths = files.map(|(name, bytes)| (format!("{folder}/{name}"), Some(bytes.clone())));
        paths.into_iter().filter(|(path, _)| !self.basis.tree.contains_key(path)).collect()
    }
}

/// Refuses what the list of preconditions refuses, the whole matrix at hand.
fn demand_signable(matrix: &Matrix, basis: &Basis<'_>) -> Result<()> {
    let obstacles = precondition::of_matrix(matrix, &basis.standing, basis.today());
    obstacles.into_iter().find(|one| one.blocks).map_or(Ok(()), |one| Err(draft::refused(one)))
}

/// Judges a matrix that can be read and lacks what every version needs, such as its first day.
fn unfinished(
    checkout: &Checkout,
    text: &subject::NamedText,
    basis: &Basis<'_>,
) -> Result<Option<Box<Refused>>> {
    let found = judging::look(&checkout.world, &text.path, &text.bytes, None, basis.today())?;
    let findings = judging::blocking(&found.findings);
    if found.matrix.is_none() || findings.is_empty() {
        return Ok(None);
    }
    let (source, setup, path) = (found.source, found.setup, text.path.clone());
    Ok(Some(Box::new(Refused { findings, source, setup, as_of: basis.today(), path })))
}

/// Returns the error of a text that is no matrix.
pub(super) fn no_matrix(path: &str) -> Error {
    Error::usage(format!("`{path}` is not a matrix that can be signed")).hint(every_fault(path))
}
