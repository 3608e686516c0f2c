//! Approving a version without a clone: the bundle shows what its sender's checks found, and one file goes back.

use crate::diff::Comparer;
use crate::error::{Error, Result};
use crate::finding::Severity;
use crate::matrix::Matrix;
use crate::pack::{self, Packs};
use crate::policy::Policy;
use crate::policy::config::Config;
use crate::project::calendar::Calendar;
use crate::project::dispute;
use crate::project::words::{self, Names};
use crate::report::words::count;
use crate::report::{Style, escape};
use crate::show::Lead;
use crate::signoff::act::Outcome;
use crate::signoff::basis::{self, Basis};
use crate::signoff::bundle::{Act, Bundle};
use crate::signoff::draft::{self, Offer};
use crate::signoff::place::{Sent, no_version};
use crate::signoff::reading::{Reading, lines};
use crate::signoff::session::{Acting, Prompt, Session};
use crate::signoff::{fingerprint, judging, preview, share, signer, subject};
use crate::trust::Tree;
use crate::trust::head::Head;
use crate::trust::judged::Judged;
use crate::trust::standing::{State, VersionStanding};
use crate::trust::statement::folder;

/// The most warnings of a check that are named.
const MOST_FOUND: usize = 10;

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
        let before = draft::before(&basis.standing, &sent.tree, &offer.head);
        let read = format!("countersign show {}", sent.name);
        Ok(Self { offer, matrix, judged, names, before, read })
    }

    /// Says what the version brings: of a first one what falls to the signer's party, of a later one what changes.
    fn news(&self, acting: &Acting, basis: &Basis<'_>, style: &Style) -> String {
        match &self.before {
            None => share::of(&self.matrix, &basis.standing, acting.who.party.as_str(), &self.read, style),
            Some(_) => self.changes(basis, style),
        }
    }

    /// Says what a version changes, after the matrices that it ends.
    fn changes(&self, basis: &Basis<'_>, style: &Style) -> String {
        let Some((before, name)) = &self.before else {
            return share::endings(&self.matrix, None, &basis.standing, style);
        };
        let document =
            preview::document(Some((before, name.clone())), &self.matrix, Vec::new(), &Comparer::default());
        share::endings(&self.matrix, Some(before), &basis.standing, style)
            + &preview::changes(&document, None, style)
    }

    /// Returns the only party that has still to sign, if it is one.
    fn waiting(&self, basis: &Basis<'_>) -> Option<String> {
        let head = &self.offer.head;
        let known = basis.standing.version(&head.id, head.version);
        let roll = basis.standing.roster()?;
        let missing = known.map_or_else(|| roll.missing([]), |one| one.missing.clone());
        let waiting = missing.keys().next().filter(|_| missing.len() == 1).map(ToString::to_string);
        waiting.filter(|party| self.matrix.party(party).is_some())
    }

    /// Says how the version stands.
    fn stands(&self, basis: &Basis<'_>) -> String {
        let head = &self.offer.head;
        let matrix = basis.standing.matrices.get(&head.id);
        let known = matrix.and_then(|matrix| Some((matrix, matrix.versions.get(&head.version)?)));
        match known {
            Some((matrix, one)) => {
                words::standing(one, &Calendar::of(matrix, basis.standing.day), &self.names)
            }
            None => "offered for signature; nobody has signed it yet".to_owned(),
        }
    }

    /// Says who has signed, and under which fingerprint the signers are believed.
    fn signers(&self, basis: &Basis<'_>) -> Result<String> {
        let roll = signer::roster(&basis.standing)?;
        let version = basis.standing.version(&self.offer.head.id, self.offer.head.version);
        Ok(preview::signatures(version, roll, &self.names) + &fingerprint::say(basis))
    }
}

/// Shows what is in a bundle, and signs it.
pub(super) fn approve(
    sent: &Sent,
    basis: &Basis<'_>,
    session: &Session,
    prompt: &mut dyn Prompt,
) -> Result<Outcome> {
    // Whoever may no longer sign by an old file should learn first that it is old.
    prompt.show(&preview::warnings(session, basis))?;
    let offer = offer(&sent.bundle, &sent.tree)?;
    draft::demand_approvable(&basis.standing, &offer.head, basis.now)?;
    judging::demand_recent(&judged(&offer)?, basis.today())?;
    let acting = session.identity.resolve(&signer::enrolled(&basis.standing)?)?;
    let key = acting.key_for(basis)?;
    let statement = acting.signatory(&key, basis).approve(&basis.standing, &offer)?;
    let version = Version::of(sent, basis)?;
    super::demand_signable(&version.matrix, basis)?;
    let style = prompt.style();
    let roll = signer::roster(&basis.standing)?;
    let known = basis.standing.version(&offer.head.id, offer.head.version);
    let bond = preview::bond(&draft::name(&offer.head), known, roll, &acting.who.party, &version.names);
    let beside = preview::beside(session, basis, &offer.head, &acting.who.party, &version.names);
    let sentence = preview::sentence(&statement, roll, &acting.who, &version.names);
    let text = [
        version.news(&acting, basis, &style),
        share::vouched(&version.matrix, acting.who.party.as_str(), &style),
        said(&version.judged),
        version.signers(basis)?,
        preview::paragraphs(&(beside + &bond + &sentence), &style),
    ];
    prompt.show(&text.concat())?;
    prompt.confirm("To sign this version", &offer.head.version.to_string())?;
    let signed = basis.sign(statement, &key, sent.bundle.offer(), &[])?;
    session.memory.keep(basis, Some(&signed.statement.matrix));
    Ok(Outcome::Signed(signed.finish(Act::Approve, basis)))
}

/// Says how a version stands, and who disputes it.
fn said_of(standing: &str, known: Option<&VersionStanding>, names: &Names) -> Vec<String> {
    let disputed = known.and_then(|one| dispute::says(one, names));
    [Some(standing.to_owned()), disputed].into_iter().flatten().collect()
}

/// Returns what can be typed with a file, by how the version in it stands.
fn next(act: Act, file: &str, known: Option<&VersionStanding>) -> Vec<String> {
    match (act, known.map(|one| &one.state)) {
        (Act::Withdraw | Act::Contest, _) => vec![act.typed(file)],
        (_, None | Some(State::Offered)) => vec![Act::Approve.typed(file)],
        (_, Some(State::Complete | State::InQuestion(_))) => vec![Act::Mark.typed(file)],
        (_, Some(State::Future | State::InForce | State::Superseded(_) | State::Ended | State::InDoubt)) => {
            vec!["nothing: all parties have given their last word on this version".to_owned()]
        }
    }
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
    let blocking =
        judged.findings.iter().find(|one| Severity::from(one.severity) == Severity::Error && !one.waived);
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
        judged.findings.iter().filter(|one| Severity::from(one.severity) == severity && !one.waived).count()
    };
    format!(
        "\nchecked on {} by countersign {}, where it was offered: {}, {}\n{}",
        judged.as_of,
        judged.tool,
        count(number(Severity::Error), "error"),
        count(number(Severity::Warning), "warning"),
        found(judged) + &preview::accepted(judged)
    )
}

/// Says what each warning is that the check counted.
fn found(judged: &Judged) -> String {
    let packs = Packs::shipped(pack::shipped_ids());
    let policy = Policy::assemble(&packs, &[], &Config::default()).unwrap_or_default();
    let told =
        judged.findings.iter().filter(|one| !one.waived && Severity::from(one.severity) == Severity::Warning);
    let lines: Vec<String> = told
        .map(|one| {
            let title =
                policy.rule(&one.rule).map(|rule| format!(": {}", rule.text().title)).unwrap_or_default();
            let row = one.row.as_ref().map(|row| format!(", in row {row}")).unwrap_or_default();
            format!("warning {}{row}{title}", one.rule)
        })
        .collect();
    let mut text: String =
        lines.iter().take(MOST_FOUND).map(|line| format!("  {}\n", escape::terminal(line))).collect();
    if lines.len() > MOST_FOUND {
        text.push_str(&format!("  and {} more\n", lines.len() - MOST_FOUND));
    }
    text
}

/// Returns what a file with a version says, first what its receiver has to know.
///
/// # Errors
/// Where the file holds none, or something in it does not verify.
pub(in crate::signoff) fn read(
    sent: &Sent,
    basis: &Basis<'_>,
    party: Option<&str>,
    session: &Session,
    style: &Style,
) -> Result<Reading> {
    let version = Version::of(sent, basis)?;
    let head = &version.offer.head;
    let party = party.map(str::to_owned).or_else(|| version.waiting(basis));
    let plain = Style { color: false, ..*style };
    let known = basis.standing.version(&head.id, head.version);
    let standing = version.stands(basis);
    let news = match version.before {
        Some(_) => version.changes(basis, &plain),
        None => {
            share::endings(&version.matrix, None, &basis.standing, &plain)
                + &share::figures(&version.matrix, &plain)
        }
    };
    let mut lead = vec![
        Lead { title: "What this version brings", lines: lines(&news) },
        Lead { title: "How it stands", lines: said_of(&standing, known, &version.names) },
    ];
    if let Some(party) = &party {
        let falls = share::falls_to(&version.matrix, party, &version.read, &plain)
            + &share::vouched(&version.matrix, party, &plain);
        lead.push(Lead { title: "What falls to the party that signs", lines: lines(&falls) });
    }
    let act = sent.bundle.act;
    lead.push(Lead {
        title: "Who has signed, and under which fingerprint",
        lines: lines(&version.signers(basis)?),
    });
    lead.push(Lead { title: "How it was checked", lines: lines(&said(&version.judged)) });
    let digest = format!("sha256 of the text that is signed: {}", version.offer.reference().sha256);
    lead.push(Lead { title: "Digest", lines: vec![digest] });
    let next = next(act, &sent.name, known);
    lead.push(Lead { title: "What comes next", lines: next.clone() });
    let warnings = preview::warnings(session, basis);
    Ok(Reading {
        title: version.matrix.title.clone(),
        standing,
        next,
        subtitle: format!("version {} of {}, in a file that was sent", head.version, head.id),
        changes: version.changes(basis, style),
        is_later: version.before.is_some(),
        matrix: Some(version.matrix),
        party,
        warnings,
        lead,
    })
}
