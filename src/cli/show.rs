//! `countersign show`

use std::path::PathBuf;

use super::{Global, When, facts, terminal};
use crate::error::{Error, Result};
use crate::show::{self, Form, Label, Options};

/// Show a matrix to read: who does what, in words
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The matrix: a file, or the id of one
    matrix: PathBuf,
    /// Show only what concerns this party: its duties, what it is told, what it may expect
    #[arg(long, value_name = "PARTY")]
    party: Option<String>,
    /// The form
    #[arg(long, short, value_name = "FORMAT", default_value = "text")]
    format: Form,
    #[command(flatten)]
    when: When,
}

/// Runs the command and returns the exit code.
pub(super) fn run(args: &Args, global: &Global) -> Result<u8> {
    let opened = facts::open(&args.matrix, args.when.at.as_deref(), args.when.today())?;
    let party = args.party.as_deref().map(|party| known_party(&opened.matrix, party)).transpose()?;
    let standing = match &args.when.at {
        Some(revision) => format!("draft, as of {revision}"),
        None => "draft".to_owned(),
    };
    let options = Options { party, standing: Some(&standing), style: terminal::style(global.color) };
    let label = |name: &str| {
        let control = opened.setup.packs.control(name)?;
        let catalogue = opened.setup.packs.catalogue(name.split_once(':')?.0)?;
        let whole = control.parent.as_ref().and_then(|parent| catalogue.get(parent)).unwrap_or(control);
        let group = catalogue.group_title(&control.group).unwrap_or(&control.group);
        Some(Label { title: whole.title.clone(), group: group.to_owned() })
    };
    terminal::print(&show::render(args.format, &opened.matrix, &options, &label))?;
    Ok(0)
}

fn known_party<'a>(matrix: &'a crate::matrix::Matrix, name: &str) -> Result<&'a str> {
    let same = |party: &&crate::matrix::Party| {
        party.id == name || party.name.eq_ignore_ascii_case(name) || party.side.word() == name
    };
    matrix.parties.iter().find(same).map(|party| party.id.as_str()).ok_or_else(|| {
        let known: Vec<&str> = matrix.parties.iter().map(|party| party.id.as_str()).collect();
        Error::usage(format!("`{}` has no party `{name}`", matrix.id))
            .hint(format!("its parties are {}", known.join(", ")))
    })
}
