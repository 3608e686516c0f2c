//! Drawing up a changed list of those who may sign.

use super::{Edit, describe, differences, edited, files, fingerprint, lacks};
use crate::error::{Error, Result};
use crate::signoff::act::{Change, Drawn};
use crate::signoff::basis::Basis;
use crate::signoff::checkout::Checkout;
use crate::signoff::session::{Prompt, Session};
use crate::signoff::{lookback, signer};

/// Draws up the list that follows the one in force.
///
/// # Errors
/// Where another waits already and is not to be replaced, or the result would not be well formed.
pub fn propose(
    checkout: &Checkout,
    edits: Vec<Edit>,
    replace: bool,
    session: &Session,
    prompt: &mut dyn Prompt,
) -> Result<Drawn> {
    let basis = Basis::of(&checkout.tree, session)?;
    lookback::demand_kept(checkout, &basis)?;
    let now = signer::roster(&basis.standing)?;
    let mut text = String::new();
    if let Some(waiting) = basis.standing.proposed() {
        if !replace {
            return Err(Error::usage("a changed list is there already and waits for signatures")
                .because(lacks(waiting))
                .hint("sign it with `countersign roster sign`, or draw up another with `--replace`"));
        }
        if !waiting.signed.is_empty() {
            text.push_str(
                "warning: the list that this one replaces was signed already; whoever kept it can still complete it\n\n",
            );
        }
    }
    let roll = edited(&basis.standing, edits)?;
    let files = files(basis.tree, &roll);
    let after = basis.prove(&files, &[])?;
    let number = roll.roster.number;
    text.push_str(&format!("what changes with list {number}\n"));
    differences(now, &roll).iter().for_each(|line| text.push_str(&format!("  {line}\n")));
    text.push_str(&format!("  {} signed files are kept\n\n", roll.roster.seals.len()));
    text.push_str(&format!("who may sign by it\n{}\n{}", describe(&roll, &after), fingerprint(&roll.digest)));
    prompt.show(&text)?;
    let lacks = after.proposed().map(lacks).unwrap_or_default();
    Ok(Drawn {
        change: Change { files, message: format!("roster: propose who may sign, list {number}") },
        said: format!("List {number} is drawn up; {lacks}."),
        next: vec!["git push".to_owned(), "countersign roster sign".to_owned()],
    })
}
