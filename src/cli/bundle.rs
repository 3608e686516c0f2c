//! Signing without a clone: one file comes, one file goes back.

use std::path::{Path, PathBuf};

use super::giving::Scene;
use super::signing::{self, Hand};
use super::{Anchor, Global, output, terminal};
use crate::check::grouped;
use crate::error::{Error, Result};
use crate::finding::Severity;
use crate::report::words::count;
use crate::signoff::draft::{self, Offer};
use crate::signoff::parcel::{self, Bundle};
use crate::signoff::{brief, judging, proof, signer, subject};
use crate::trust::judged::Judged;
use crate::trust::standing::Standing;
use crate::trust::statement::folder;
use crate::trust::{self, Tree};

/// Writes a version with all that a signer without a clone needs.
pub(super) fn prepare(bundle: &Bundle, file: &Path) -> Result<u8> {
    output::write(file, &bundle.to_text())?;
    let name = file.display();
    terminal::print(&format!(
        "Version {} of {} is written to {name}, ready to be signed.\nnext: send {name} to the signer, who runs \
         `countersign sign {name} --as PARTY/SIGNER`\n",
        bundle.matrix.version, bundle.matrix.id
    ))?;
    Ok(0)
}

/// Shows what is in a bundle, signs it, and writes the reply.
pub(super) fn sign(
    file: &Path,
    hand: &Hand,
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
    let key = hand.key_for(&standing)?;
    let statement = hand.voice(&key, now).approve(&standing, &offer)?;
    let roll = signer::roster(&standing)?;
    let mut text = changes(&standing, &tree, &offer, global)?;
    text.push_str(&said(&judged));
    let version = standing.version(&offer.head.id, offer.head.version);
    text.push_str(&brief::signatures(version, roll));
    if anchor.is_none() {
        text.push_str(&format!(
            "\ncompare this with the fingerprint in your contract before you sign; if it differs, do not sign\n  {}\n",
            grouped(&roll.digest)
        ));
    }
    text.push_str(&brief::sentence(&statement, roll, &hand.who));
    terminal::print(&text)?;
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
        return Err(Error::usage("the bundle says it holds another version than it does"));
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

fn changes(standing: &Standing, tree: &Tree, offer: &Offer, global: &Global) -> Result<String> {
    let matrix = judging::read_matrix("matrix.json", &offer.matrix)
        .ok_or_else(|| Error::usage("the version in the bundle is not a matrix that can be read"))?;
    let last = draft::last_standing(standing, &offer.head.id);
    let before = last.and_then(|one| {
        let path = format!("{}/matrix.json", folder(&one.id, one.version));
        let matrix = judging::read_matrix(&path, subject::plain(tree, &path)?)?;
        Some((matrix, format!("version {}", one.version)))
    });
    let before = before.as_ref().map(|(matrix, name)| (matrix, name.clone()));
    Ok(brief::changes(&brief::document(before, &matrix, Vec::new()), &terminal::style(global.color)))
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
