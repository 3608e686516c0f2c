//! `countersign withdraw` and `countersign contest`

use std::path::PathBuf;

use super::giving::Scene;
use super::signing::{self, Bearer};
use super::{Anchor, Global, terminal};
use crate::error::{Error, Result};
use crate::report::escape;
use crate::signoff::draft::{self, Voice};
use crate::signoff::subject::{self, Name};
use crate::signoff::{Desk, Signer, brief, signer};
use crate::trust;
use crate::trust::name::MatrixId;
use crate::trust::standing::{Standing, VersionStanding};
use crate::trust::statement::Statement;

/// What taking an approval back may make wrong on purpose.
pub(super) const PURPOSE: &[&str] = &["version-is-certain", "mark-holds"];

#[derive(Debug, clap::Args)]
pub(super) struct Withdraw {
    #[command(flatten)]
    about: About,
}

#[derive(Debug, clap::Args)]
pub(super) struct Contest {
    /// What is disputed, in a sentence
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    about: About,
}

#[derive(Debug, clap::Args)]
struct About {
    /// The matrix: a file, an id, or id@version
    #[arg(value_name = "MATRIX")]
    name: Name,
    #[command(flatten)]
    bearer: Bearer,
    #[command(flatten)]
    anchor: Anchor,
    /// Do not record it here: write it to a file that `countersign record` records elsewhere
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl Withdraw {
    /// Runs the command and returns the exit code.
    pub(super) fn run(&self, _: &Global) -> Result<u8> {
        let own = |who: &Signer, one: &VersionStanding| {
            !one.is_complete() && draft::own_approve(one, who).is_some()
        };
        let explain = |who: &Signer, version: &VersionStanding| {
            if !version.is_complete() {
                "not all parties have approved this version; without your approval it will not come into force".to_owned()
            } else if version.open_for.contains(&who.party) {
                "all parties have approved this version, and nobody can show that they had before you took your \
                 approval back: it will be in question, and in force for no gate, until it is settled"
                    .to_owned()
            } else {
                "all parties have approved this version before: your word will be kept as a dispute and changes \
                 nothing that is in force"
                    .to_owned()
            }
        };
        self.about.say(&own, &explain, &|voice, standing, offer| voice.withdraw(standing, offer))
    }
}

impl Contest {
    /// Runs the command and returns the exit code.
    pub(super) fn run(&self, _: &Global) -> Result<u8> {
        let explain = |_: &Signer, _: &VersionStanding| {
            "a dispute is shown for ever, and changes nothing that is in force".to_owned()
        };
        let complete = |_: &Signer, one: &VersionStanding| one.is_complete();
        self.about
            .say(&complete, &explain, &|voice, standing, offer| voice.contest(standing, offer, &self.reason))
    }
}

type Say<'a> = dyn Fn(&Voice, &Standing, &draft::Offer) -> Result<Statement> + 'a;

impl About {
    /// Signs and records a statement about an offered version: the one named, or the highest that is `meant`.
    fn say(
        &self,
        meant: &dyn Fn(&Signer, &VersionStanding) -> bool,
        explain: &dyn Fn(&Signer, &VersionStanding) -> String,
        draft: &Say<'_>,
    ) -> Result<u8> {
        let desk = signing::desk()?;
        desk.demand_committed(&["trust", "signoffs"])?;
        let (now, anchor) = (signing::now(), self.anchor.digest()?);
        let today = signing::day(now);
        let standing = trust::judge(&desk.tree, anchor.as_ref(), today)?;
        let hand = self.bearer.hand(&signer::enrolled(&standing)?)?;
        let version = choose(&desk, &standing, &self.name, &|one| meant(&hand.who, one))?;
        let offer = subject::offer(&desk.tree, version)?;
        let key = hand.key_for(&standing)?;
        let statement = draft(&hand.voice(&key, now), &standing, &offer)?;
        let roll = signer::roster(&standing)?;
        let names = brief::names(&desk.tree, &version.id, version.version);
        let mut text = format!("version {} of {}\n", version.version, version.id);
        text.push_str(&brief::signatures(Some(version), roll, &names));
        text.push_str(&format!("\n{}\n", escape::terminal(&explain(&hand.who, version))));
        text.push_str(&signing::paragraphs(&brief::sentence(&statement, roll, &hand.who, &names)));
        terminal::print(&text)?;
        hand.confirm("To sign this", &version.version.to_string())?;
        let scene = Scene {
            tree: &desk.tree,
            standing: &standing,
            anchor: anchor.as_ref(),
            today,
            offer: Vec::new(),
            allowed: PURPOSE,
        };
        scene.sign(statement, &key)?.finish(&desk, self.out.as_deref())
    }
}

/// Returns the version that a name means: the one it names, else the highest that `meant` allows.
pub(super) fn choose<'a>(
    desk: &Desk,
    standing: &'a Standing,
    name: &Name,
    meant: &dyn Fn(&VersionStanding) -> bool,
) -> Result<&'a VersionStanding> {
    let id = id(desk, name)?;
    let matrix = standing.matrices.get(&id).ok_or_else(|| {
        Error::nothing(format!("no version of `{id}` was ever offered for signature"))
            .hint(format!("`countersign sign {id}` offers one"))
    })?;
    let found = match name.version {
        Some(version) => matrix.versions.get(&version),
        None => matrix.versions.values().rev().find(|one| meant(one)),
    };
    found.ok_or_else(|| {
        let all: Vec<String> =
            matrix.versions.values().map(|one| format!("{} ({})", one.version, one.state.code())).collect();
        Error::nothing(format!("there is no such version of `{id}`"))
            .because(format!("its versions are {}", all.join(", ")))
            .hint(format!("name one: `{id}@VERSION`"))
    })
}

/// Returns the id of a matrix that was named by its id or its file.
fn id(desk: &Desk, name: &Name) -> Result<MatrixId> {
    if let Ok(id) = name.matrix.parse() {
        return Ok(id);
    }
    let plain = Name { version: None, ..name.clone() };
    subject::Subject::find(desk, &plain).map(|subject| subject.head.id)
}
