//! Approving a version without a clone: the bundle shows what its sender's checks found, and one file goes back.

use crate::error::{Error, Result};
use crate::finding::Severity;
use crate::matrix::Matrix;
use crate::project::words::Names;
use crate::report::Style;
use crate::report::words::count;
use crate::signoff::act::Outcome;
use crate::signoff::basis::{self, Basis};
use crate::signoff::bundle::{Act, Bundle};
use crate::signoff::draft::{self, Offer};
use crate::signoff::place::{Sent, no_version};
use crate::signoff::session::{Acting, Prompt, Session};
use crate::signoff::{judging, preview, share, signer, subject};
use crate::trust::Tree;
use crate::trust::head::Head;
use crate::trust::judged::Judged;
use crate::trust::statement::folder;

/// The version that a bundle holds.
struct Version {
    offer: Offer,
    matrix: Matrix,
    judged: Judged,
    names: Names,
    before: Option<(Matrix, String)>,
    /// The command that shows all of it.
    read: String,
}

impl Version {
    fn of(sent: &Sent, basis: &Basis<'_>) -> Result<Self> {
        let offer = offer(&sent.bundle, &sent.tree)?;
        let matrix = judging::read_matrix("matrix.json", &offer.matrix)
            .ok_or_else(|| Error::usage("the version in the file is not a matrix that can be read"))?;
        let judged = judged(&offer)?;
        let names = Names::of_matrix(&matrix);
        let before = draft::previous(&basis.standing, &sent.tree, &offer.head.id);
        let read = format!("countersign show {}", sent.name);
        Ok(Self { offer, matrix, judged, names, before, read })
    }

    /// Says what the version brings: of a first one what falls to the signer's party, of a later one what changes.
    fn news(&self, acting: &Acting, style: &Style) -> String {
        match &self.before {
            None => share::of(&self.matrix, acting.who.party.as_str(), &self.read, style),
            Some(_) => self.changes(style),
        }
    }

    /// Says what a version changes, after the matrices that it ends.
    fn changes(&self, style: &Style) -> String {
        let Some((before, name)) = &self.before else { return share::endings(&self.matrix, None, style) };
        let document = preview::document(Some((before, name.clone())), &self.matrix, Vec::new());
        share::endings(&self.matrix, Some(before), style) + &preview::changes(&document, None, style)
    }

    /// Says who has signed, and under which fingerprint the signers are believed.
    fn signers(&self, basis: &Basis<'_>) -> Result<String> {
        let roll = signer::roster(&basis.standing)?;
        let version = basis.standing.version(&self.offer.head.id, self.offer.head.version);
        let fingerprint = preview::fingerprint(roll, basis.anchor.is_some());
        Ok(preview::signatures(version, roll, &self.names) + &fingerprint)
    }
}

/// Shows what is in a bundle, and signs it.
pub(super) fn approve(
    sent: &Sent,
    basis: &Basis<'_>,
    session: &Session,
    prompt: &mut dyn Prompt,
) -> Result<Outcome> {
    let offer = offer(&sent.bundle, &sent.tree)?;
    draft::demand_approvable(&basis.standing, &offer.head, basis.now)?;
    judging::demand_recent(&judged(&offer)?, basis.today())?;
    let acting = session.identity.resolve(&signer::enrolled(&basis.standing)?)?;
    let key = acting.key_for(basis)?;
    let statement = acting.signatory(&key, basis).approve(&basis.standing, &offer)?;
    let version = Version::of(sent, basis)?;
    let style = prompt.style();
    let sentence =
        preview::sentence(&statement, signer::roster(&basis.standing)?, &acting.who, &version.names);
    let text = [
        version.news(&acting, &style),
        said(&version.judged),
        version.signers(basis)?,
        preview::paragraphs(&sentence, &style),
    ];
    prompt.show(&text.concat())?;
    prompt.confirm("To sign this version", &offer.head.version.to_string())?;
    let signed = basis.sign(statement, &key, sent.bundle.offer(), &[])?;
    Ok(Outcome::Signed(signed.finish(Act::Approve, basis)))
}

fn offer(bundle: &Bundle, tree: &Tree) -> Result<Offer> {
    let named = bundle.matrix.as_ref().ok_or_else(no_version)?;
    let all = basis::with(tree, &bundle.offer());
    let folder = folder(&named.id, named.version);
    let read = |name: &str| {
        let bytes = subject::plain(&all, &format!("{folder}/{name}"));
        bytes.map(<[u8]>::to_vec).ok_or_else(|| Error::usage(format!("the bundle lacks `{folder}/{name}`")))
    };
    let (matrix, judged) = (read("matrix.json")?, read("judged.json")?);
    let head = Head::parse(&matrix)
        .map_err(|flaw| Error::usage(format!("the version in the bundle cannot be signed: {flaw}")))?;
    let offer = Offer { head, matrix, judged };
    if offer.reference() != *named {
        return Err(Error::usage(
            "the file was changed since it was written: it holds another text than it says",
        )
        .hint("ask the sender for it again, and compare the fingerprint with the contract"));
    }
    Ok(offer)
}

fn judged(offer: &Offer) -> Result<Judged> {
    let judged = Judged::parse(&offer.judged)
        .map_err(|flaw| Error::usage(format!("`judged.json` in the bundle cannot be read: {flaw}")))?;
    let blocking = judged.findings.iter().find(|one| one.severity == Severity::Error && !one.waived);
    match blocking {
        None => Ok(judged),
        Some(one) => Err(Error::usage("the version in the bundle was offered although it has errors")
            .because(format!("{} at {}", one.rule, one.pointer))
            .hint("ask for one that has none")),
    }
}

/// Says what the check of the one who offered it found; it is not repeated here, where the rules are not at hand.
fn said(judged: &Judged) -> String {
    let number = |severity: Severity| {
        judged.findings.iter().filter(|one| one.severity == severity && !one.waived).count()
    };
    format!(
        "\nchecked on {} by countersign {}, where it was offered: {}, {}\n{}",
        judged.as_of,
        judged.tool,
        count(number(Severity::Error), "error"),
        count(number(Severity::Warning), "warning"),
        preview::accepted(judged)
    )
}

/// A version in a file that was sent, as it is shown.
#[derive(Debug)]
pub struct Shown {
    /// The matrix.
    pub matrix: Matrix,
    /// The only party that has still to sign, if it is one.
    pub waiting: Option<String>,
    /// What it changes, or which matrices it ends.
    pub changes: String,
    /// Whether a version was agreed before it.
    pub is_later: bool,
    /// How it was checked, who has signed, under which fingerprint.
    pub proof: String,
}

/// Returns the version in a file that was sent: the text, how it was checked, who has signed.
///
/// # Errors
/// Where the file holds none.
pub fn show(sent: &Sent, session: &Session, style: &Style) -> Result<Shown> {
    let basis = Basis::of(&sent.tree, session)?;
    let roll = signer::roster(&basis.standing)?;
    let version = Version::of(sent, &basis)?;
    let head = &version.offer.head;
    let known = basis.standing.version(&head.id, head.version);
    let missing = known.map_or_else(|| roll.missing([]), |one| one.missing.clone());
    let waiting = missing.keys().next().filter(|_| missing.len() == 1).map(ToString::to_string);
    Ok(Shown {
        waiting: waiting.filter(|party| version.matrix.party(party).is_some()),
        changes: version.changes(style),
        is_later: version.before.is_some(),
        proof: said(&version.judged) + &version.signers(&basis)?,
        matrix: version.matrix,
    })
}
