//! `countersign renew`

use std::path::{Path, PathBuf};

use jiff::civil::Date;
use serde_json::{Value, json};

use super::edit::{Dry, Target};
use super::review::due;
use super::show::known_party;
use super::{Global, file, terminal, today};
use crate::edit::Held;
use crate::edit::rewrite::rewrite;
use crate::error::{Error, Result};
use crate::matrix::write;
use crate::matrix::{Matrix, Side};
use crate::report::escape;
use crate::schema;
use crate::state::{FOLDER, State};
use crate::trust::name::Digest;

/// Write down that a matrix was reviewed without change
///
/// The day goes into `state/<id>.json`, for the text of now alone: as soon as the matrix says something else, it does
/// not count any more. It needs no new version and nobody's signature, and is shown as not signed.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example: countersign renew acme --by acme,harbor --person \"acme=Bob B.\" && git commit -am \"Reviewed without change\""
)]
pub(super) struct Args {
    /// The matrix: a file, or the id of one
    matrix: PathBuf,
    /// Who looked at it: the parties; without it all that sign
    #[arg(long, value_name = "PARTY", value_delimiter = ',')]
    by: Vec<String>,
    /// Who looked at it for a party, as PARTY=NAME; may be repeated
    #[arg(long, value_name = "PARTY=NAME")]
    person: Vec<String>,
    /// The day; without it today
    #[arg(long, value_name = "DATE")]
    on: Option<Date>,
    /// Judge as of this day (UTC, YYYY-MM-DD) instead of today
    #[arg(long, value_name = "DATE")]
    as_of: Option<Date>,
    #[command(flatten)]
    dry: Dry,
}

/// Runs the command and returns the exit code.
pub(super) fn run(args: &Args, _: &Global) -> Result<u8> {
    let target = Target::open(&args.matrix)?;
    let today = args.as_of.unwrap_or_else(today);
    let on = args.on.unwrap_or(today);
    if on > today {
        return Err(Error::usage(format!(
            "nobody can have looked at anything on {on}, which is still to come"
        )));
    }
    let matrix = target.draft.matrix();
    let review = json!({
        "last": on, "version": matrix.version, "sha256": Digest::of(target.draft.text().as_bytes()).to_string(),
        "by": by(args, matrix)?,
    });
    let mut text = String::from("to be looked at, whoever renews vouches for it:\n");
    for line in due::lines(&target, today) {
        text.push_str(&format!("  {}\n", escape::terminal(&line)));
    }
    let path = format!("{FOLDER}/{}.json", matrix.id);
    write(&target, &path, review, args.dry.dry_run)?;
    let end = if args.dry.dry_run { "nothing was written (--dry-run)" } else { "written" };
    text.push_str(&format!(
        "reviewed without change on {on}: version {}, for this text alone; current, not signed\n{path}: {end}\n",
        escape::terminal(&matrix.version)
    ));
    terminal::print(&text)?;
    Ok(0)
}

fn by(args: &Args, matrix: &Matrix) -> Result<Vec<Value>> {
    let persons = super::edit::assigned(&args.person)?;
    let signing = matrix.parties.iter().filter(|party| matches!(party.side, Side::Client | Side::Provider));
    let parties: Vec<&str> = if args.by.is_empty() {
        signing.map(|party| party.id.as_str()).collect()
    } else {
        args.by.iter().map(|party| known_party(matrix, party)).collect::<Result<_>>()?
    };
    let entry = |party: &&str| match persons.iter().find(|(one, _)| one == party) {
        Some((_, name)) => json!({ "party": party, "by": name }),
        None => json!({ "party": party }),
    };
    Ok(parties.iter().map(entry).collect())
}

/// Writes the review into the state of the matrix; whatever else stands there stays.
fn write(target: &Target, path: &str, review: Value, is_dry: bool) -> Result<()> {
    let whole = target.opened.world.root().join(path);
    if whole.symlink_metadata().is_err() {
        let fields = [
            ("format", json!("countersign/state/1")),
            ("matrix", json!(target.draft.matrix().id)),
            ("review", review),
        ];
        if !is_dry {
            file::create(&whole, &write::fields(&fields))?;
        }
        return Ok(());
    }
    let mut held = Held::read(&whole)?;
    let text = renewed(&whole, path, held.bytes(), review)?;
    if is_dry { Ok(()) } else { held.replace(&text) }
}

fn renewed(whole: &Path, path: &str, bytes: &[u8], review: Value) -> Result<String> {
    let refused = |why: String| {
        Error::cannot_judge(format!("`{}` cannot be used", whole.display()))
            .because(why)
            .hint("`countersign check` shows every fault with its line")
    };
    let first = |findings: Vec<crate::finding::Finding>| {
        findings.first().map(|one| one.message.to_string()).unwrap_or_default()
    };
    State::of(path, bytes.to_vec()).map_err(|findings| refused(first(findings)))?;
    let text = String::from_utf8(bytes.to_vec()).map_err(|error| refused(error.to_string()))?;
    let before: Value = serde_json::from_str(&text).map_err(|error| refused(error.to_string()))?;
    let mut after = before.clone();
    after["review"] = review;
    if let Some(fault) = schema::validate(schema::Kind::State, &after).into_iter().next() {
        return Err(refused(fault.message));
    }
    Ok(rewrite(&text, &before, &after))
}
