//! Signing without a clone: one file comes, one file goes back.

use std::path::{Path, PathBuf};

use super::giving::Scene;
use super::signing::{self, Bearer, Hand};
use super::{Anchor, Global, output, terminal};
use crate::error::{Error, Result};
use crate::finding::Severity;
use crate::matrix::Matrix;
use crate::pack::{self, Packs};
use crate::report::words::{count, shell};
use crate::report::{Style, escape};
use crate::show::{self, Form, Options};
use crate::signoff::draft::{self, Offer};
use crate::signoff::parcel::{self, Bundle};
use crate::signoff::{brief, judging, portion, proof, signer, subject};
use crate::status::words::Names;
use crate::trust::judged::Judged;
use crate::trust::standing::Standing;
use crate::trust::statement::folder;
use crate::trust::{self, Tree};

/// Writes a version with all that a signer without a clone needs.
pub(super) fn prepare(bundle: &Bundle, file: &Path) -> Result<u8> {
    output::write(file, &bundle.to_text())?;
    let path = file.display();
    let name = shell(file.file_name().unwrap_or(file.as_os_str()).display());
    terminal::print(&format!(
        "Version {} of {} is written to {path}, ready to be signed.\nnext: send it to the signer, who needs no \
         git and types two commands:\n        countersign show {name}\n        countersign sign {name}\n      what the \
         second writes comes back to you; `countersign record FILE` records it\n",
        bundle.matrix.version, bundle.matrix.id
    ))?;
    Ok(0)
}

/// Shows what is in a bundle, signs it, and writes the reply.
pub(super) fn sign(
    file: &Path,
    bearer: &Bearer,
    anchor: &Anchor,
    out: Option<&Path>,
    global: &Global,
) -> Result<u8> {
    let bundle = parcel::bundle(file)?;
    let (now, anchor) = (signing::now(), anchor.digest()?);
    let today = signing::day(now);
    let tree = bundle.tree();
    let standing = trust::judge(&tree, anchor.as_ref(), today)?;
    let offer = offer(&bundle, &tree)?;
    draft::demand_approvable(&standing, &offer.head, now)?;
    let judged = judged(&offer)?;
    judging::demand_recent(&judged, today)?;
    let hand = bearer.hand(&signer::enrolled(&standing)?)?;
    let key = hand.key_for(&standing)?;
    let statement = hand.voice(&key, now).approve(&standing, &offer)?;
    let read = format!("countersign show {}", shell(file.display()));
    let matrix = matrix(&offer)?;
    let names = Names::of_matrix(&matrix);
    let before = draft::previous(&standing, &tree, &offer.head.id);
    let news = news(&matrix, before, (&hand, &read), &terminal::style(global.color));
    let signers = signers(&standing, &offer, &names, anchor.is_some())?;
    let sentence = brief::sentence(&statement, signer::roster(&standing)?, &hand.who, &names);
    terminal::print(&[news, said(&judged), signers, signing::paragraphs(&sentence)].concat())?;
    hand.confirm("To sign this version", &offer.head.version.to_string())?;
    let scene = Scene {
        tree: &tree,
        standing: &standing,
        anchor: anchor.as_ref(),
        today,
        offer: bundle.offer(),
        allowed: &[],
    };
    let given = scene.sign(statement, &key)?;
    let name =
        format!("{}-{}.{}.{}.signed.json", offer.head.id, offer.head.version, hand.who.party, hand.who.id);
    given.write(out.unwrap_or(&PathBuf::from(name)))
}

/// Says what the version brings: of a first one what falls to the signer's party, of a later one what changes.
fn news(
    matrix: &Matrix,
    before: Option<(Matrix, String)>,
    (hand, read): (&Hand, &str),
    style: &Style,
) -> String {
    match before {
        None => portion::of(matrix, hand.who.party.as_str(), read, style),
        Some(before) => changes(matrix, before, style),
    }
}

/// Says what a version changes, after the matrices that it ends.
fn changes(matrix: &Matrix, (before, name): (Matrix, String), style: &Style) -> String {
    let document = brief::document(Some((&before, name)), matrix, Vec::new());
    portion::endings(matrix, Some(&before), style) + &brief::changes(&document, None, style)
}

/// Says who has signed, and under which fingerprint the signers are believed.
fn signers(standing: &Standing, offer: &Offer, names: &Names, is_given: bool) -> Result<String> {
    let roll = signer::roster(standing)?;
    let version = standing.version(&offer.head.id, offer.head.version);
    Ok(brief::signatures(version, roll, names) + &brief::fingerprint(roll, is_given))
}

fn offer(bundle: &Bundle, tree: &Tree) -> Result<Offer> {
    let all = proof::with(tree, &bundle.offer());
    let folder = folder(&bundle.matrix.id, bundle.matrix.version);
    let read = |name: &str| {
        let bytes = subject::plain(&all, &format!("{folder}/{name}"));
        bytes.map(<[u8]>::to_vec).ok_or_else(|| Error::usage(format!("the bundle lacks `{folder}/{name}`")))
    };
    let (matrix, judged) = (read("matrix.json")?, read("judged.json")?);
    let head = trust::head::Head::parse(&matrix)
        .map_err(|flaw| Error::usage(format!("the version in the bundle cannot be signed: {flaw}")))?;
    let offer = Offer { head, matrix, judged };
    if offer.reference() != bundle.matrix {
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

fn matrix(offer: &Offer) -> Result<Matrix> {
    judging::read_matrix("matrix.json", &offer.matrix)
        .ok_or_else(|| Error::usage("the version in the file is not a matrix that can be read"))
}

/// Shows the version in a file that was sent: the text, how it was checked, who has signed, and how to sign it.
pub(super) fn show(
    file: &Path,
    party: Option<&str>,
    form: Form,
    anchor: &Anchor,
    global: &Global,
) -> Result<u8> {
    let bundle = parcel::bundle(file)?;
    let anchor = anchor.digest()?;
    let tree = bundle.tree();
    let standing = trust::judge(&tree, anchor.as_ref(), signing::day(signing::now()))?;
    let roll = signer::roster(&standing)?;
    let offer = offer(&bundle, &tree)?;
    let (matrix, judged) = (matrix(&offer)?, judged(&offer)?);
    let version = standing.version(&offer.head.id, offer.head.version);
    let missing = version.map_or_else(|| roll.missing([]), |one| one.missing.clone());
    let waiting = missing.keys().next().filter(|_| missing.len() == 1).map(ToString::to_string);
    let party = match party {
        Some(party) => Some(super::show::known_party(&matrix, party)?),
        None => waiting.as_deref().filter(|party| matrix.party(party).is_some()),
    };
    let words = "offered for signature, in a file that was sent";
    let style = terminal::style(global.color);
    let options = Options { party, standing: Some(words), proof: &[], style };
    let before = draft::previous(&standing, &tree, &offer.head.id);
    terminal::print(&page(form, &matrix, before, &options))?;
    if form != Form::Text {
        return Ok(0);
    }
    let mut text = said(&judged);
    text.push_str(&signers(&standing, &offer, &Names::of_matrix(&matrix), anchor.is_some())?);
    let name = escape::terminal(&shell(file.display()));
    text.push_str(&format!(
        "\na page for a browser: countersign show {name} --format html > matrix.html\nnext: countersign sign {name}\n"
    ));
    terminal::print(&text)?;
    Ok(0)
}

/// Returns the text of a version; for a terminal what it ends and, if it follows another, what it changes come first.
fn page(form: Form, matrix: &Matrix, before: Option<(Matrix, String)>, options: &Options) -> String {
    let packs = Packs::shipped(pack::shipped_ids());
    let text = show::render(form, matrix, options, &|name| super::show::label(&packs, name));
    match (form, before) {
        (Form::Text, None) => portion::endings(matrix, None, &options.style) + &text,
        (Form::Text, Some(before)) => {
            let heading = format!("\nVersion {} as a whole\n\n", matrix.version);
            changes(matrix, before, &options.style) + &heading + &text
        }
        _ => text,
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
        brief::accepted(judged)
    )
}
