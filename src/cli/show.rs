//! `countersign show`

use std::path::PathBuf;

use super::facts::Opened;
use super::{Anchor, Global, When, bundle, facts, terminal};
use crate::check::Books;
use crate::error::{Error, Result};
use crate::pack::Packs;
use crate::show::{self, Form, Label, Options};
use crate::signoff::parcel;
use crate::status::words::{self, Names};
use crate::trust::name::{MatrixId, Version};

/// Show a matrix to read: who does what, in words
#[derive(Debug, clap::Args)]
#[command(disable_version_flag = true)]
pub(super) struct Args {
    /// The matrix: a file, or the id of one; or a file that was sent to you to be signed
    matrix: PathBuf,
    /// Show only what concerns this party: its duties, what it is told, what it may expect
    #[arg(long, value_name = "PARTY")]
    party: Option<String>,
    /// Show an offered or signed version instead of the working text
    #[arg(long, value_name = "VERSION")]
    version: Option<Version>,
    #[command(flatten)]
    anchor: Anchor,
    /// The form
    #[arg(long, short, value_name = "FORMAT", default_value = "text")]
    format: Form,
    #[command(flatten)]
    when: When,
}

/// Runs the command and returns the exit code.
pub(super) fn run(args: &Args, global: &Global) -> Result<u8> {
    if parcel::is_bundle(&args.matrix) {
        return bundle::show(&args.matrix, args.party.as_deref(), args.format, &args.anchor, global);
    }
    let opened = match args.version {
        Some(version) => open_version(args, version)?,
        None => facts::open(&args.matrix, args.when.at.as_deref(), args.when.today())?,
    };
    let party = args.party.as_deref().map(|party| known_party(&opened.matrix, party)).transpose()?;
    let standing = standing(args, &opened)?;
    let options = Options { party, standing: Some(&standing), style: terminal::style(global.color) };
    let label = |name: &str| label(&opened.setup.packs, name);
    terminal::print(&show::render(args.format, &opened.matrix, &options, &label))?;
    Ok(0)
}

/// Returns what a control is called.
pub(super) fn label(packs: &Packs, name: &str) -> Option<Label> {
    let control = packs.control(name)?;
    let catalogue = packs.catalogue(name.split_once(':')?.0)?;
    let whole = control.parent.as_ref().and_then(|parent| catalogue.get(parent)).unwrap_or(control);
    let group = catalogue.group_title(&control.group).unwrap_or(&control.group);
    Some(Label { title: whole.title.clone(), group: group.to_owned() })
}

/// Opens a version that was offered for signature.
fn open_version(args: &Args, version: Version) -> Result<Opened> {
    let wanted = args.matrix.to_string_lossy();
    let (at, today) = (args.when.at.as_deref(), args.when.today());
    let id: MatrixId = match wanted.parse() {
        Ok(id) => id,
        Err(_) => facts::open(&args.matrix, at, today)?
            .matrix
            .id
            .parse()
            .map_err(|error| Error::usage(format!("{error}")))?,
    };
    let opened = facts::open_offered(at, today, |books| {
        let one = books.standing.version(&id, version)?;
        books.text(&one.id, one.version).cloned()
    })?;
    opened.ok_or_else(|| {
        Error::nothing(format!("version {version} of `{id}` was never offered for signature"))
            .hint(format!("`countersign status {id}` shows what was"))
    })
}

/// Says what the text is: how its version stands, or that it is a draft.
fn standing(args: &Args, opened: &Opened) -> Result<String> {
    let books = Books::read(&opened.world, args.anchor.digest()?.as_ref(), args.when.today());
    let at = args.when.at.as_ref().map(|revision| format!(", at {revision}")).unwrap_or_default();
    let books = match books {
        Ok(books) => books,
        Err(error) => return Ok(format!("how it stands cannot be judged: {error}{at}")),
    };
    let matrix = &opened.matrix;
    if !books.is_offered(&matrix.id, &matrix.version, &opened.bytes) {
        let force = books.in_force(&matrix.id).map(|one| format!("; in force is version {}", one.version));
        return Ok(format!("draft{}{at}", force.unwrap_or_default()));
    }
    let names = Names::of_matrix(matrix);
    let one = books.version(&matrix.id, &matrix.version);
    let words = one.map(|one| words::standing(one, &names)).unwrap_or_default();
    Ok(format!("{words}, judged as of {}{at}", books.standing.day))
}

pub(super) fn known_party<'a>(matrix: &'a crate::matrix::Matrix, name: &str) -> Result<&'a str> {
    let same = |party: &&crate::matrix::Party| {
        party.id == name || party.name.eq_ignore_ascii_case(name) || party.side.word() == name
    };
    matrix.parties.iter().find(same).map(|party| party.id.as_str()).ok_or_else(|| {
        let known: Vec<&str> = matrix.parties.iter().map(|party| party.id.as_str()).collect();
        Error::usage(format!("`{}` has no party `{name}`", matrix.id))
            .hint(format!("its parties are {}", known.join(", ")))
    })
}
