//! Statements that change nothing that stands: `withdraw` and `contest`.

use super::act::Outcome;
use super::basis::Basis;
use super::bundle::{Act, Bundle};
use super::draft::{self, Offer, Signatory};
use super::place::Origin;
use super::session::{Prompt, Session};
use super::signer::Signer;
use super::subject::{self, Name};
use super::{preview, signer, verified};
use crate::error::{Error, Result};
use crate::report::escape;
use crate::trust::standing::{Standing, VersionStanding};
use crate::trust::statement::Statement;

/// What a notice or a dispute may make wrong on purpose: nothing.
pub(super) const PURPOSE: &[&str] = &[];

/// What is said of an offered version.
#[derive(Clone, Copy, Debug)]
pub enum Notice<'a> {
    /// The signer's approval is no longer wanted.
    Withdraw,
    /// The version is disputed, for this reason.
    Contest(&'a str),
}

impl Notice<'_> {
    fn act(self) -> Act {
        match self {
            Self::Withdraw => Act::Withdraw,
            Self::Contest(_) => Act::Contest,
        }
    }

    /// Says whether a version is one that the notice can be about, if none was named.
    fn is_about(self, who: &Signer, version: &VersionStanding) -> bool {
        match self {
            Self::Withdraw => !version.state.is_final() && draft::own_approve(version, who).is_some(),
            Self::Contest(_) => version.is_complete(),
        }
    }

    fn draft(self, signatory: &Signatory, standing: &Standing, offer: &Offer) -> Result<Statement> {
        match self {
            Self::Withdraw => signatory.withdraw(standing, offer),
            Self::Contest(reason) => signatory.contest(standing, offer, reason),
        }
    }

    /// Says what the notice will do.
    fn explain(self, who: &Signer, version: &VersionStanding) -> &'static str {
        match self {
            Self::Contest(_) => "a dispute is shown for ever, and changes nothing that is in force",
            Self::Withdraw if version.bound.contains(&who.party) => {
                "your party has given its last word on this version and stays bound: the notice changes nothing; \
                 whoever has not closed the version can still close it"
            }
            Self::Withdraw => {
                "this is a notice to the others and changes nothing by itself: your party is not bound as long as it \
                 does not give its last word with `countersign mark`"
            }
        }
    }
}

/// Signs a notice about an offered version: the one named, or the highest that the notice can be about.
///
/// # Errors
/// Where there is none, or it was not confirmed.
pub fn notice(
    place: &Origin,
    name: Option<&Name>,
    notice: Notice<'_>,
    session: &Session,
    prompt: &mut dyn Prompt,
) -> Result<Outcome> {
    let basis = place.basis_for_notice(session)?;
    let standing = &basis.standing;
    let acting = session.identity.resolve(&signer::enrolled(standing)?)?;
    let version = subject::choose(place, standing, name, &|one| notice.is_about(&acting.who, one))?;
    let offer = subject::offer(basis.tree, version)?;
    // Not even while a next list waits for signatures: else a party could keep another one from disputing.
    let roll = signer::roster(standing)?;
    let key = acting.choose(&acting.who.keys_in(roll, standing)?)?;
    let statement = notice.draft(&acting.signatory(&key, &basis), standing, &offer)?;
    let names = preview::names(basis.tree, &version.id, version.version);
    let style = prompt.style();
    let sentence = preview::sentence(&statement, roll, &acting.who, &names);
    let text = [
        preview::warnings(session, &basis),
        format!("version {} of {}\n", version.version, version.id),
        preview::signatures(Some(version), roll, &names),
        format!("\n{}\n", escape::terminal(notice.explain(&acting.who, version))),
        preview::paragraphs(&sentence, &style),
    ];
    prompt.show(&text.concat())?;
    prompt.confirm("To sign this", &version.version.to_string())?;
    let signed = basis.sign(statement, &key, Vec::new(), PURPOSE)?;
    session.memory.keep_notice(&basis, &signed.statement);
    Ok(Outcome::Signed(signed.finish(notice.act(), &basis)))
}

/// Puts an offered version into a bundle, for somebody without a clone to say something about.
///
/// # Errors
/// Where no version is meant.
pub fn prepare(place: &Origin, name: Option<&Name>, act: Act, session: &Session) -> Result<Bundle> {
    let basis = Basis::of(place.tree(), session)?;
    let version = subject::choose(place, &basis.standing, name, &|one| one.is_complete())
        .or_else(|_| subject::choose(place, &basis.standing, name, &|_| true))?;
    let offer = subject::offer(basis.tree, version)?;
    if act == Act::Mark && !version.is_complete() {
        let version = format!("version {} of `{}`", version.version, version.id);
        return Err(Error::usage(format!("{version} cannot be closed: not all parties have approved it"))
            .hint("`countersign status` says who has still to sign"));
    }
    verified::sendable(Bundle::of_version(act, basis.tree, &Vec::new(), offer.reference()), session)
}
