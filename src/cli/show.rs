//! `countersign show`

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use super::choose::one_of;
use super::facts::Opened;
use super::output::{self, Output};
use super::{AnchorArg, Global, When, check, facts, signing, terminal};
use crate::document::Layout;
use crate::error::{Error, Result};
use crate::ledger::Ledger;
use crate::matrix::{Matrix, MatrixKind};
use crate::pack::{self, Packs};
use crate::project::SignoffState;
use crate::project::words::{self, Names};
use crate::report::{Style, escape};
use crate::show::by::{self, View};
use crate::show::{self, Filter, Labels, Options};
use crate::signoff::reading::{self, Reading};
use crate::signoff::{Identity, Sent, bundle};
use crate::trust::name::{MatrixId, Version};

/// Show a matrix to read: who does what, in words
///
/// Without more, the working text. MATRIX@VERSION shows a version that was offered or signed, --as-of the version in
/// force on that day, with what proves it.
#[derive(Debug, clap::Args)]
#[command(disable_version_flag = true)]
pub(super) struct Args {
    /// The matrix: a file, or the id of one, or MATRIX@VERSION; or a file that was sent to you to be signed
    matrix: PathBuf,
    /// Show only what concerns this party: its duties, what it is told, what it may expect
    #[arg(long, value_name = "PARTY")]
    party: Option<String>,
    /// With --party: only what the party has to do
    #[arg(long, requires = "party")]
    only_mine: bool,
    /// From another side: a page for each objective, a sheet for each party, the list of the evidence, what each role has to do
    #[arg(long, value_name = "SIDE", value_parser = one_of::<View>())]
    by: Option<View>,
    /// Show only the rows of this family, such as AC or "Access Control"
    #[arg(long, value_name = "FAMILY")]
    family: Option<String>,
    /// Show only the rows that answer for this control
    #[arg(long, value_name = "CONTROL")]
    control: Option<String>,
    /// Show only the rows in which this party has a duty
    #[arg(long, value_name = "PARTY")]
    owner: Option<String>,
    /// Show only what holds in this scope
    #[arg(long, value_name = "SCOPE")]
    scope: Option<String>,
    /// Show an offered or signed version instead of the working text
    #[arg(long, value_name = "VERSION")]
    version: Option<Version>,
    #[command(flatten)]
    anchor: AnchorArg,
    /// The form
    #[arg(long, short, value_name = "FORMAT", value_parser = one_of::<Layout>(), default_value = "text")]
    format: Layout,
    /// Write it to a file too, in this form; may be repeated
    #[arg(long, short, value_name = "FORMAT=FILE")]
    output: Vec<Output<Layout>>,
    #[command(flatten)]
    when: When,
}

/// Which text of which matrix is asked for.
pub(super) struct Wanted<'a> {
    pub(super) matrix: &'a Path,
    pub(super) version: Option<Version>,
    pub(super) anchor: &'a AnchorArg,
    pub(super) when: &'a When,
}

/// What is shown, how it stands, and what proves that.
pub(super) struct Shown {
    pub(super) opened: Opened,
    pub(super) standing: String,
    pub(super) proof: Vec<String>,
}

/// Runs the command and returns the exit code.
pub(super) fn run(args: &Args, global: &Global) -> Result<u8> {
    args.when.warn_of_future();
    if bundle::is_bundle(&args.matrix) {
        return sent(args, global);
    }
    if args.when.at.is_none() {
        bundle::demand_no_reply(&args.matrix)?;
    }
    let wanted =
        Wanted { matrix: &args.matrix, version: args.version, anchor: &args.anchor, when: &args.when };
    let Shown { opened, standing, proof } = open(&wanted)?;
    let party = args.party.as_deref().map(|party| known_party(&opened.matrix, party)).transpose()?;
    let style = terminal::style(global.color);
    let only_mine = args.only_mine;
    let options = Options { party, only_mine, standing: Some(&standing), lead: &[], proof: &proof, style };
    let packs = &opened.setup.packs;
    let label = |name: &str| show::label(packs, name);
    let (matrix, standing) = filtered(args, &opened.matrix, &standing, &label)?;
    let options = Options { standing: Some(&standing), ..options };
    let render = |form: Layout| match args.by {
        Some(view) => by::render(form, view, &matrix, packs, &options),
        None => show::render(form, &matrix, &options, &label),
    };
    for output in &args.output {
        output::write(&output.file, &render(output.format))?;
    }
    terminal::print(&render(args.format))?;
    Ok(0)
}

/// Returns the rows that are asked for, and says with how it stands that they are not all.
fn filtered<'a>(
    args: &Args,
    matrix: &'a Matrix,
    standing: &str,
    labels: &Labels<'_>,
) -> Result<(Cow<'a, Matrix>, String)> {
    let owner = args.owner.as_deref().map(|owner| known_party(matrix, owner)).transpose()?;
    let filter = Filter {
        family: args.family.clone(),
        control: args.control.clone(),
        owner: owner.map(str::to_owned),
        scope: args.scope.clone(),
    };
    let conditions = [&filter.family, &filter.control, &filter.owner, &filter.scope];
    let conditions: Vec<&str> = conditions.into_iter().flatten().map(String::as_str).collect();
    if conditions.is_empty() {
        return Ok((Cow::Borrowed(matrix), standing.to_owned()));
    }
    let said = conditions.join(", ");
    let shown = filter
        .apply(matrix, labels)
        .map_err(|hint| Error::nothing(format!("no row of `{}` is of {said}", matrix.id)).hint(hint))?;
    let standing = format!("{standing}; only {said}: {} of {} rows", shown.rows.len(), matrix.rows.len());
    Ok((Cow::Owned(shown), standing))
}

/// Shows a file that was sent: first what its receiver has to know, then the text of the version in it. Whoever asks for a
/// part of the rows, or for another side of them, is shown that alone.
fn sent(args: &Args, global: &Global) -> Result<u8> {
    let style = terminal::style(global.color);
    let session = signing::session(Identity::default(), &args.anchor, false)?;
    let sent = Sent::read(&args.matrix)?;
    let reading = reading::read(&sent, args.party.as_deref(), &session, &style)?;
    let render = |form: Layout| match &reading.matrix {
        Some(matrix) => page_of(args, matrix, &reading, form, &style),
        None => {
            let heading = (reading.title.as_str(), reading.subtitle.as_str());
            Ok(show::leads(form, heading, &reading.lead, &style))
        }
    };
    for output in &args.output {
        output::write(&output.file, &render(output.format)?)?;
    }
    let name = escape::terminal(&sent.name);
    let mut text = reading.warnings.clone();
    text.push_str(&render(args.format)?);
    if args.format == Layout::Text {
        text.push_str(&format!("\na page for a browser: countersign show {name} --output html=page.html\n"));
        reading.next.iter().for_each(|line| text.push_str(&format!("next: {}\n", escape::terminal(line))));
    }
    terminal::print(&text)?;
    Ok(0)
}

/// Lays out what a file with a version says.
fn page_of(args: &Args, matrix: &Matrix, reading: &Reading, form: Layout, style: &Style) -> Result<String> {
    let packs = Packs::shipped(pack::shipped_ids());
    let label = |name: &str| show::label(&packs, name);
    let named = args.party.as_deref().map(|party| known_party(matrix, party)).transpose()?;
    let (shown, standing) = filtered(args, matrix, &reading.standing, &label)?;
    let standing = Some(standing.as_str());
    let options =
        Options { party: named, only_mine: args.only_mine, standing, lead: &[], proof: &[], style: *style };
    if let Some(view) = args.by {
        return Ok(by::render(form, view, &shown, &packs, &options));
    }
    if matches!(shown, Cow::Owned(_)) || args.only_mine {
        return Ok(show::render(form, &shown, &options, &label));
    }
    let (lead, party) = (&reading.lead[..], reading.party.as_deref());
    if form != Layout::Text {
        return Ok(show::render(form, matrix, &Options { party, lead, ..options }, &label));
    }
    let lead = if reading.is_later { &lead[1..] } else { lead };
    let heading = (reading.title.as_str(), reading.subtitle.as_str());
    let head = reading.changes.clone() + &show::leads(form, heading, lead, style);
    let whole = format!("Version {} as a whole\n\n", matrix.version);
    Ok(head + &whole + &show::render(form, matrix, &Options { party, ..options }, &label))
}

/// Opens the working text, a version, or what was in force on a day.
pub(super) fn open(args: &Wanted<'_>) -> Result<Shown> {
    let (name, version) = named(args);
    let opened = match (version, args.when.as_of) {
        (Some(version), _) => open_version(args, &name, version)?,
        (None, Some(_)) => return open_in_force(args, &name),
        (None, None) => facts::open(&name, args.when.at.as_deref(), args.when.today())?,
    };
    Ok(Shown { standing: standing(args, &opened)?, opened, proof: Vec::new() })
}

/// Takes MATRIX@VERSION apart, unless a file has that name.
fn named(args: &Wanted<'_>) -> (PathBuf, Option<Version>) {
    let whole = args.matrix.to_string_lossy();
    let parts = whole.rsplit_once('@').filter(|_| !args.matrix.exists());
    let version = parts.and_then(|(id, version)| Some((id, version.parse().ok()?)));
    match version {
        Some((id, version)) => (PathBuf::from(id), args.version.or(Some(version))),
        None => (args.matrix.to_path_buf(), args.version),
    }
}

/// Opens what was in force on the day that is asked about.
fn open_in_force(args: &Wanted<'_>, name: &Path) -> Result<Shown> {
    let (at, today) = (args.when.at.as_deref(), args.when.today());
    let id = id_of(args, name)?;
    let (world, _) = check::project(&[], at)?;
    let _progress = terminal::progress(terminal::READING);
    let signoffs = SignoffState::read(&world, args.anchor.digest()?.as_ref(), today)?;
    let whole = Ledger::open(&signoffs, world.name())?.whole(&id)?;
    let opened = facts::open_offered(at, today, |signoffs| signoffs.text(&id, whole.version).cloned())?;
    let opened =
        opened.ok_or_else(|| Error::cannot_judge(format!("{id} {} cannot be read", whole.version)))?;
    let at = at.map(|revision| format!(", at {revision}")).unwrap_or_default();
    Ok(Shown { opened, standing: format!("{}{at}", whole.standing), proof: whole.proof })
}

/// Returns the id that a name is, or that the file of that name has.
fn id_of(args: &Wanted<'_>, name: &Path) -> Result<MatrixId> {
    let wanted = name.to_string_lossy();
    match wanted.parse() {
        Ok(id) => Ok(id),
        Err(_) => facts::open(name, args.when.at.as_deref(), args.when.today())?
            .matrix
            .id
            .parse()
            .map_err(|error| Error::usage(format!("{error}"))),
    }
}

/// Opens a version that was offered for signature.
fn open_version(args: &Wanted<'_>, name: &Path, version: Version) -> Result<Opened> {
    let (at, today) = (args.when.at.as_deref(), args.when.today());
    let id = id_of(args, name)?;
    let opened = facts::open_offered(at, today, |signoffs| {
        let one = signoffs.standing.version(&id, version)?;
        signoffs.text(&one.id, one.version).cloned()
    })?;
    opened.ok_or_else(|| {
        Error::nothing(format!("version {version} of `{id}` was never offered for signature"))
            .hint(format!("`countersign status {id}` shows what was"))
    })
}

/// Says what the text is: how its version stands, or that it is a draft.
fn standing(args: &Wanted<'_>, opened: &Opened) -> Result<String> {
    let signoffs = SignoffState::read(&opened.world, args.anchor.digest()?.as_ref(), args.when.today());
    let at = args.when.at.as_ref().map(|revision| format!(", at {revision}")).unwrap_or_default();
    let signoffs = match signoffs {
        Ok(signoffs) => signoffs,
        Err(error) => return Ok(format!("how it stands cannot be judged: {error}{at}")),
    };
    let matrix = &opened.matrix;
    if matrix.kind == MatrixKind::Standard {
        return Ok(format!("a standard, which nobody signs{at}"));
    }
    if !signoffs.is_offered(&matrix.id, &matrix.version, &opened.bytes) {
        let force = signoffs.in_force(&matrix.id).map(|one| format!("; in force is version {}", one.version));
        return Ok(format!("draft{}{at}", force.unwrap_or_default()));
    }
    let names = Names::of_matrix(matrix);
    let one = signoffs.version(&matrix.id, &matrix.version).zip(signoffs.calendar(&matrix.id));
    let words = one.map(|(one, calendar)| words::standing(one, &calendar, &names)).unwrap_or_default();
    Ok(format!("{words}, judged as of {}{at}", signoffs.standing.day))
}

pub(super) fn known_party<'a>(matrix: &'a crate::matrix::Matrix, name: &str) -> Result<&'a str> {
    let same = |party: &&crate::matrix::Party| {
        party.id == name || party.name.eq_ignore_ascii_case(name) || party.side.word() == name
    };
    matrix.parties.iter().find(same).map(|party| party.id.as_str()).ok_or_else(|| {
        let known: Vec<&str> = matrix.parties.iter().map(|party| party.id.as_str()).collect();
        Error::nothing(format!("`{}` has no party `{name}`", matrix.id))
            .hint(format!("its parties are {}", known.join(", ")))
    })
}
