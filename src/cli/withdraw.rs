//! `countersign withdraw` and `countersign contest`

use super::signing::{self, Travel, Who};
use super::{Anchor, Global};
use crate::error::{Error, Result};
use crate::signoff::bundle::Act;
use crate::signoff::notice::{self, Notice};

#[derive(Debug, clap::Args)]
pub(super) struct Withdraw {
    #[command(flatten)]
    about: About,
}

#[derive(Debug, clap::Args)]
pub(super) struct Contest {
    /// What is disputed, in a sentence
    #[arg(long, value_name = "TEXT", required_unless_present = "prepare")]
    reason: Option<String>,
    #[command(flatten)]
    about: About,
}

#[derive(Debug, clap::Args)]
struct About {
    /// The matrix: a file, an id, or id@version; or a file that was sent to you
    #[arg(value_name = "MATRIX")]
    name: String,
    #[command(flatten)]
    who: Who,
    #[command(flatten)]
    anchor: Anchor,
    #[command(flatten)]
    travel: Travel,
}

impl Withdraw {
    /// Runs the command and returns the exit code.
    pub(super) fn run(&self, global: &Global) -> Result<u8> {
        self.about.run(Notice::Withdraw, Act::Withdraw, global)
    }
}

impl Contest {
    /// Runs the command and returns the exit code.
    pub(super) fn run(&self, global: &Global) -> Result<u8> {
        self.about.run(Notice::Contest(self.reason.as_deref().unwrap_or_default()), Act::Contest, global)
    }
}

impl About {
    fn run(&self, notice: Notice<'_>, act: Act, global: &Global) -> Result<u8> {
        let session = self.who.session(&self.anchor, self.travel.out.is_none())?;
        let (place, sent) = signing::place(Some(&self.name))?;
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
