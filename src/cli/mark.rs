//! `countersign mark`

use super::giving::Scene;
use super::signing::{self, Bearer, Hand};
use super::withdraw::choose;
use super::{Anchor, Global, terminal};
use crate::error::Result;
use crate::git::NewCommit;
use crate::signoff::proof::{self, Files};
use crate::signoff::subject::{self, Name};
use crate::signoff::{Desk, brief, signer};
use crate::status::words::Names;
use crate::trust;
use crate::trust::mark::{self, Mark};
use crate::trust::name::Digest;
use crate::trust::standing::{MarkState, Standing, VersionStanding};
use crate::trust::statement::{MatrixRef, folder};

/// Exit code of a version that is not in force and has no agreement to be marked.
const NOT_IN_FORCE: u8 = 5;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The matrix: a file, an id, or id@version
    #[arg(value_name = "MATRIX")]
    name: Name,
    /// Sign too that your party has seen all approvals, which closes the version for it
    #[arg(long)]
    close: bool,
    #[command(flatten)]
    bearer: Bearer,
    #[command(flatten)]
    anchor: Anchor,
}

/// Runs the command and returns the exit code.
pub(super) fn run(args: &Args, _: &Global) -> Result<u8> {
    let desk = signing::desk()?;
    desk.demand_committed(&["trust", "signoffs"])?;
    let anchor = args.anchor.digest()?;
    let today = signing::day(signing::now());
    let standing = trust::judge(&desk.tree, anchor.as_ref(), today)?;
    let version = choose(&desk, &standing, &args.name, &|one| one.state.is_standing())
        .or_else(|_| choose(&desk, &standing, &args.name, &|_| true))?;
    if !version.state.is_standing() {
        return not_agreed(version, &brief::names(&desk.tree, &version.id, version.version));
    }
    let mut files = mark(version)?;
    let mut commits = Vec::new();
    if version.mark == MarkState::Holds {
        files.clear();
    } else {
        proof::prove(&standing, &desk.tree, &files, anchor.as_ref(), today, &[])?;
        commits.push(desk.change(files.clone(), message(version)));
    }
    let marked = trust::judge(&proof::with(&desk.tree, &files), anchor.as_ref(), today)?;
    if args.close || args.bearer.is_named() {
        let hand = args.bearer.hand(&signer::enrolled(&standing)?)?;
        commits.extend(acknowledge(&desk, &marked, &files, version, &hand, anchor.as_ref())?);
    }
    if commits.is_empty() {
        terminal::print(&format!(
            "version {} of {} is marked already, and the mark holds\n",
            version.version, version.id
        ))?;
        return Ok(0);
    }
    let commit = desk.record(&commits, &signing::author(&desk)?)?;
    let after = marked.version(&version.id, version.version).unwrap_or(version);
    let names = brief::names(&desk.tree, &version.id, version.version);
    let (said, next) = brief::outcome(after, &names);
    signing::recorded(commit, &said, &next)?;
    Ok(0)
}

fn not_agreed(version: &VersionStanding, names: &Names) -> Result<u8> {
    let (said, next) = brief::outcome(version, names);
    let mut text = format!(
        "version {} of {} cannot be marked: not all parties have approved it\n",
        version.version, version.id
    );
    text.push_str(&format!("its state is: {}\n", version.state.code()));
    if version.missing.is_empty() {
        text.push_str(&format!("{said}\n"));
    }
    next.iter().skip(1).for_each(|line| text.push_str(&format!("next: {line}\n")));
    terminal::print(&text)?;
    Ok(NOT_IN_FORCE)
}

/// Returns the file that marks a version.
fn mark(version: &VersionStanding) -> Result<Files> {
    let parts = version.agreement.as_ref().zip(version.sha256).zip(version.head.as_ref());
    let ((agreement, sha256), head) = parts.ok_or_else(|| {
        crate::error::Error::cannot_judge(format!(
            "version {} of `{}` stands without its text",
            version.version, version.id
        ))
    })?;
    let mark = Mark {
        format: mark::FORMAT.to_owned(),
        matrix: MatrixRef { id: version.id.clone(), version: version.version, sha256 },
        effective_from: head.effective_from,
        roster: agreement.roster,
        statements: agreement.approvals.clone(),
    };
    let path = format!("{}/effective.json", folder(&version.id, version.version));
    Ok(vec![(path, Some(mark.to_bytes()))])
}

fn message(version: &VersionStanding) -> String {
    let from = version.head.as_ref().map(|head| format!(" from {}", head.effective_from)).unwrap_or_default();
    format!("signoff: mark {} {} as in force{from}", version.id, version.version)
}

/// Signs that all approvals were seen; nothing is left to do where the signer has said so before.
fn acknowledge(
    desk: &Desk,
    standing: &Standing,
    mark: &Files,
    version: &VersionStanding,
    hand: &Hand,
    anchor: Option<&Digest>,
) -> Result<Vec<NewCommit>> {
    if !version.open_for.contains(&hand.who.party) {
        terminal::print(&format!(
            "version {} is closed for {} already; nothing to sign\n",
            version.version, hand.who.party
        ))?;
        return Ok(Vec::new());
    }
    let tree = proof::with(&desk.tree, mark);
    let offer = subject::offer(&tree, version)?;
    let now = signing::now();
    let key = hand.key_for(standing)?;
    let statement = hand.voice(&key, now).acknowledge(standing, &offer)?;
    let roll = signer::roster(standing)?;
    let names = brief::names(&tree, &version.id, version.version);
    let mut text = brief::signatures(Some(version), roll, &names);
    text.push_str(&signing::paragraphs(&brief::sentence(&statement, roll, &hand.who, &names)));
    terminal::print(&text)?;
    hand.confirm("To sign this", &version.version.to_string())?;
    let today = signing::day(now);
    let scene = Scene { tree: &tree, standing, anchor, today, offer: Vec::new(), allowed: &[] };
    Ok(scene.sign(statement, &key)?.commits(desk))
}
