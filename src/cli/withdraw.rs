//! `countersign withdraw`

use super::signing::{self, Travel, Who};
use super::{AnchorArg, Global};
use crate::error::{Error, Result};
use crate::signoff::bundle::Act;
use crate::signoff::notice::{self, Notice};

/// Give notice that you do not want your approval of a version to be completed
///
/// The notice is shown to the others and changes nothing by itself: who offered is bound only by `mark`, and who has
/// given the last word stays bound.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    about: About,
}

// What a notice is about, of either kind.
#[derive(Debug, clap::Args)]
pub(super) struct About {
    /// The matrix: a file, an id, or id@version; or a file that was sent to you
    #[arg(value_name = "MATRIX")]
    name: String,
    #[command(flatten)]
    who: Who,
    #[command(flatten)]
    anchor: AnchorArg,
    #[command(flatten)]
    travel: Travel,
}

/// Runs the command and returns the exit code.
pub(super) fn run(args: &Args, global: &Global) -> Result<u8> {
    args.about.run(Notice::Withdraw, Act::Withdraw, global)
}

impl About {
    /// Gives the notice, or writes what its signer needs elsewhere, and returns the exit code.
    pub(super) fn run(&self, notice: Notice<'_>, act: Act, global: &Global) -> Result<u8> {
        let session = self.who.session(&self.anchor, &self.travel)?;
        let (place, sent) = signing::place_with_replies(&self.name, &session)?;
        let name = match sent {
            Some(_) => None,
            None => Some(self.name.parse().map_err(Error::usage)?),
        };
        if let Some(file) = &self.travel.prepare {
            return signing::prepare(&notice::prepare(&place, name.as_ref(), act, &session)?, file);
        }
        let outcome = notice::notice(&place, name.as_ref(), notice, &session, &mut self.who.prompt(global))?;
        signing::deliver(outcome, &place, &session, self.travel.out.as_deref(), global)
    }
}
