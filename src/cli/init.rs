//! `countersign init`

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{IsTerminal, stderr, stdin};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::choose::one_of;
use super::file::{self, Created};
use super::{Global, ask, terminal, today};
use crate::error::{Error, Result};
use crate::init::ci::{From, System};
use crate::init::{self, Engagement, Start};
use crate::matrix::{Allocation, Matrix, Side};
use crate::pack::{self, Pack, Packs};
use crate::project::Snapshot;
use crate::project::{Request, Setup};
use crate::report::{escape, words};
use crate::source::Limits;

/// Start an engagement: a complete draft of who does what, and the checks around it
///
/// Writes a matrix with a sensible division of work for every requirement of the framework, the configuration, editor
/// settings and a page for readers, and with --ci the gate for a CI system. Nothing that is there already is overwritten.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples: countersign init --framework cmmc-l2 --client \"Acme Defense\" --provider \"Harbor MSP\"
          countersign init --ci github --from https://downloads.example/countersign.tar.gz --sha256 HEX

Frameworks: cmmc-l2, hipaa and soc2 start with a usual division of the work. nist-800-53r5, nist-800-53r4,
nist-800-171r3, nist-csf-2, pci-dss-4, iso-27001-2022, cis-8-1 and the engagement's own in packs/<id>/ start
with a row for each requirement that belongs to nobody yet; `nist-800-53r5:moderate` takes one baseline of it.
With several, a piece of work that all of them ask for is one row.")]
pub(super) struct Args {
    /// The folder of the engagement; it is made where it does not exist
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,
    /// What the client has to meet, such as cmmc-l2, hipaa or soc2; may be repeated
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    framework: Vec<String>,
    /// The client's legal name
    #[arg(long, value_name = "NAME")]
    client: Option<String>,
    /// The provider's legal name
    #[arg(long, value_name = "NAME")]
    provider: Option<String>,
    /// The matrix's id, instead of one made of the client's name and the frameworks
    #[arg(long, value_name = "ID")]
    id: Option<String>,
    /// Write the gate for a CI system too; without anything else, into an engagement that was begun
    #[arg(long, value_name = "SYSTEM", value_parser = one_of::<System>())]
    ci: Option<System>,
    /// Where the CI job takes the program from: an https address or a path, or OWNER/REPOSITORY@COMMIT of an action
    #[arg(long, value_name = "WHERE", requires = "ci")]
    from: Option<String>,
    /// The SHA-256 of what --from names
    #[arg(long, value_name = "HEX", requires = "from")]
    sha256: Option<String>,
}

/// Runs the command and returns the exit code.
pub(super) fn run(args: &Args, global: &Global) -> Result<u8> {
    let ci = ci(args)?;
    if let Some(ci) = &ci
        && is_begun(args)
    {
        return add_ci(args, ci);
    }
    if args.framework.is_empty()
        && let Some(steps) = super::import::offered(&args.folder)?
    {
        return terminal::print(&steps).map(|()| 0);
    }
    let packs = packs(&args.folder)?;
    let engagement = Engagement { ci, ..engagement(args, &packs)? };
    let start = init::start(&engagement, &packs)?;
    if args.folder.join(&start.path).symlink_metadata().is_ok() {
        return Err(Error::usage(format!("there is a matrix `{}` already; nothing was written", start.path))
            .hint("go on with that one, or start another with `--id`"));
    }
    let done = write(&args.folder, &start)?;
    terminal::print(&summary(args, &start, &done, global))?;
    Ok(0)
}

/// Returns the CI system that was asked for and where the program comes from.
fn ci(args: &Args) -> Result<Option<(System, From)>> {
    let Some(system) = args.ci.filter(|system| *system != System::None) else { return Ok(None) };
    let from = From::read(args.from.as_deref(), args.sha256.as_deref())?;
    init::ci::demand(system, &from)?;
    Ok(Some((system, from)))
}

/// Says whether only files for a CI system are asked for, of an engagement that is there.
fn is_begun(args: &Args) -> bool {
    let asks_nothing = args.framework.is_empty() && args.client.is_none() && args.provider.is_none();
    asks_nothing && args.folder.join("countersign.json").is_file()
}

/// Adds the gate to an engagement that was begun.
fn add_ci(args: &Args, (system, from): &(System, From)) -> Result<u8> {
    let world = Snapshot::on_disk(args.folder.clone())?;
    let (client, provider) = parties(&world)?;
    let mut text = String::new();
    for new in init::ci::files(*system, from, (&client, &provider)) {
        let created = file::create(&args.folder.join(&new.path), &new.text)?;
        let (word, note) = became(created, &new.path, &new.holds);
        let _ = writeln!(text, "  {word}  {}  {note}", new.path);
    }
    text.push_str("\nnext:\n  countersign doctor --ci  whether the gate does what it should\n");
    terminal::print(&text)?;
    Ok(0)
}

/// Returns the ids of client and provider, as the first matrix that can be read has them.
fn parties(world: &Snapshot) -> Result<(String, String)> {
    let reader = world.open()?;
    let setup = Setup::read(&reader, &Request::on(today()))?;
    for file in setup.matrix_files(&reader, &[])?.into_iter().filter(|file| file.is_plain) {
        let Ok(matrix) = Matrix::read(&file.path, reader.read(&file, Limits::MATRIX.bytes)?) else {
            continue;
        };
        let id =
            |side: Side| matrix.parties.iter().find(|party| party.side == side).map(|party| party.id.clone());
        if let (Some(client), Some(provider)) = (id(Side::Client), id(Side::Provider)) {
            return Ok((client, provider));
        }
    }
    Ok(("client".to_owned(), "provider".to_owned()))
}

/// Says what became of a file, and what it is for.
fn became<'a>(created: Created, path: &str, holds: &'a str) -> (&'static str, &'a str) {
    match created {
        Created::Written => ("wrote", holds),
        Created::Same => ("there", "the same as it would be now"),
        Created::Left => ("left ", left(path)),
    }
}

/// Returns the shipped packs and those of the folder's own.
fn packs(folder: &Path) -> Result<Packs> {
    if !folder.exists() {
        return Ok(Packs::shipped(pack::shipped_ids()));
    }
    if !folder.is_dir() {
        return Err(Error::usage(format!("`{}` is not a folder", folder.display())));
    }
    let world = Snapshot::on_disk(folder.to_path_buf())?;
    let request = Request { waivers: false, ..Request::on(today()) };
    let setup = Setup::read(&world.open()?, &request)?;
    let Some(refusal) = setup.refusal else { return Ok(setup.packs) };
    let mut error = refusal.error.hint("`countersign check` shows each place in the file");
    error.causes.extend(refusal.findings.iter().map(|finding| {
        let place = refusal.sources.get(&*finding.file).map(|source| {
            let at = crate::source::place::Places::of(source).locate(&finding.place);
            format!(":{}:{}", at.line, at.column)
        });
        format!("{}{}: {}", finding.file, place.unwrap_or_default(), finding.message)
    }));
    Err(error)
}

/// Returns what was asked for; asks for the rest where somebody is there to answer.
fn engagement(args: &Args, packs: &Packs) -> Result<Engagement> {
    let mut names = args.framework.clone();
    let (mut client, mut provider) = (args.client.clone(), args.provider.clone());
    let is_complete = !names.is_empty() && client.is_some() && provider.is_some();
    if !is_complete && stdin().is_terminal() && stderr().is_terminal() {
        let mut ask = ask::Questions { input: stdin().lock(), output: stderr() };
        if names.is_empty() {
            names = ask.one_of("Which framework has the client to meet?", &choices(packs), &|name| {
                framework(packs, name).map(drop)
            })?;
        }
        client = Some(client.map_or_else(|| ask.text("What is the client's name?"), Ok)?);
        provider = Some(provider.map_or_else(|| ask.text("What is the provider's name?"), Ok)?);
    }
    let missing: Vec<&str> = [
        ("--framework", names.is_empty()),
        ("--client", client.is_none()),
        ("--provider", provider.is_none()),
    ]
    .into_iter()
    .filter_map(|(flag, is_missing)| is_missing.then_some(flag))
    .collect();
    let (Some(client), Some(provider), true) = (client, provider, missing.is_empty()) else {
        let missing: Vec<String> = missing.into_iter().map(str::to_owned).collect();
        return Err(Error::usage(format!("{} must be given", words::list(&missing))).hint(
            "countersign init --framework cmmc-l2 --client \"Acme Defense, Inc.\" --provider \"Harbor MSP, LLC\"",
        ));
    };
    let mut frameworks: Vec<Arc<Pack>> = Vec::new();
    let mut include: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for name in &names {
        let (name, subset) = parted(packs, name);
        let pack = framework(packs, name)?;
        if let Some(subset) = subset {
            include.entry(pack.id.clone()).or_default().push(included(pack.as_ref(), subset)?);
        }
        if frameworks.iter().all(|known| known.id != pack.id) {
            frameworks.push(pack);
        }
    }
    let [client, provider] = [client, provider].map(|name| name.trim().to_owned());
    Ok(Engagement { client, provider, frameworks, include, id: args.id.clone(), ci: None })
}

/// Parts `nist-800-53r5:moderate` into the framework and the group or baseline of it.
fn parted<'a>(packs: &Packs, name: &'a str) -> (&'a str, Option<&'a str>) {
    match name.rsplit_once(':') {
        Some((framework, subset)) if packs.framework(name).is_none() => (framework, Some(subset.trim())),
        _ => (name, None),
    }
}

fn included(pack: &Pack, subset: &str) -> Result<String> {
    let is_there = pack.catalogue().is_some_and(|catalogue| catalogue.has_subset(subset));
    if let Some(variant) = pack.variant(subset) {
        return Ok(variant.id.clone());
    }
    if pack.starter.is_some() {
        return Err(Error::usage(format!("a matrix for {} starts with all of its rows", pack.title))
            .hint("start with them, then take out what is not in scope and name the rest in `include`"));
    }
    if is_there {
        return Ok(subset.to_owned());
    }
    let names = pack.catalogue().map(|catalogue| {
        let groups = catalogue.groups.iter().map(|group| group.id.as_str());
        catalogue.baselines().into_iter().chain(groups).map(str::to_owned).collect::<Vec<_>>()
    });
    Err(Error::usage(format!("`{subset}` is no group and no baseline of {}", pack.title))
        .hint(format!("there are {}", words::list(&names.unwrap_or_default()))))
}

fn framework(packs: &Packs, name: &str) -> Result<Arc<Pack>> {
    if let Some(pack) = packs.framework(name) {
        return Ok(Arc::clone(pack));
    }
    let known: Vec<String> = packs.frameworks().map(|pack| format!("{} ({})", pack.id, pack.title)).collect();
    Err(Error::usage(format!("there is no framework `{name}`"))
        .hint(format!("there are {}; a framework of your own lies in packs/<id>/", words::list(&known))))
}

fn choices(packs: &Packs) -> Vec<(String, String)> {
    let about = |pack: &Pack| {
        let size = pack.catalogue().map_or(0, |catalogue| catalogue.tops().count());
        let noun = pack.catalogue().map_or("rows", |catalogue| catalogue.noun.as_str());
        let noun = if noun.is_empty() { "controls" } else { noun };
        let start = if pack.starter.is_some() {
            "a usual division of the work"
        } else {
            "rows that belong to nobody yet"
        };
        format!("{}: {size} {noun}; {start}", pack.title)
    };
    // What starts with a division of the work stands first.
    let (divided, bare): (Vec<_>, Vec<_>) = packs.frameworks().partition(|pack| pack.starter.is_some());
    divided.into_iter().chain(bare).map(|pack| (pack.id.clone(), about(pack))).collect()
}

/// What became of each file.
type Done = Vec<(String, String, Created)>;

fn write(folder: &Path, start: &Start) -> Result<Done> {
    let mut done = Done::new();
    for new in &start.files {
        let created = file::create(&folder.join(&new.path), &new.text)?;
        done.push((new.path.clone(), new.holds.clone(), created));
    }
    Ok(done)
}

/// Says what there is now, what was left alone, and what to type next.
fn summary(args: &Args, start: &Start, done: &Done, global: &Global) -> String {
    let style = terminal::style(global.color);
    let matrix = &start.matrix;
    let mut text = format!("{}\n", style.paint("1", &escape::terminal(&matrix.title)));
    let (schemas, mut others): (Vec<_>, Vec<_>) =
        done.iter().partition(|(path, _, _)| path.starts_with(".vscode/countersign/"));
    others.rotate_right(1); // the matrix is written last and matters most
    let width = others.iter().map(|(path, _, _)| path.len()).max().unwrap_or_default();
    for (path, holds, created) in others {
        let (word, note) = became(*created, path, holds);
        let _ = writeln!(text, "  {word}  {path:width$}  {note}");
    }
    let written = schemas.iter().filter(|(_, _, created)| *created == Created::Written).count();
    if written > 0 {
        let path = ".vscode/countersign/";
        let _ = writeln!(
            text,
            "  wrote  {path:width$}  {} for the editor, offline",
            words::count(written, "schema")
        );
    }
    let _ = write!(text, "\n{}", draft(start));
    let _ = write!(text, "\n{}", next(args, start, &style));
    text
}

/// Returns what to say of a file that was there and is another.
fn left(path: &str) -> &'static str {
    match path {
        ".gitattributes" => {
            "was there; add the line `/matrices/** -text`, and the same for signoffs and trust"
        }
        "countersign.json" => "was there; `packs` should name the framework",
        ".github/workflows/countersign.yml" | ".gitlab-ci.yml" => "was there; it decides what is checked",
        _ => "was there and is not ours to change",
    }
}

fn draft(start: &Start) -> String {
    let is_divided = start.matrix.rows.iter().all(|row| row.allocation != Allocation::Unassigned);
    let what = if is_divided {
        "It is a draft: a usual division of work, and nothing is agreed."
    } else {
        "It is a draft: rows that are `unassigned` belong to nobody yet."
    };
    format!(
        "{what} Both parties walk through each row,\n\
         change what is not theirs, and say so in the row. `countersign check` says how far that is.\n"
    ) + if start.matrix.frameworks.len() > 1 {
        "Work that several frameworks ask for is one row.\n"
    } else {
        ""
    }
}

/// How many steps are named at the end.
const STEPS: usize = 3;

fn next(args: &Args, start: &Start, style: &crate::report::Style) -> String {
    let mut steps: Vec<(String, &str)> = ready(&args.folder, args.ci.is_some()).into_iter().collect();
    steps.push(("countersign check".to_owned(), "what is missing before it can be signed"));
    let client = start.matrix.parties.iter().find(|party| party.side == crate::matrix::Side::Client);
    if let Some(client) = client {
        let command = format!("countersign show {} --party {}", start.matrix.id, client.id);
        steps.push((command, "what falls to the client, in words"));
    }
    if args.ci.is_none() {
        let command = "countersign init --ci github --from WHERE --sha256 HEX".to_owned();
        steps.push((command, "the gate for pull requests"));
    } else {
        steps.push(("countersign doctor --ci".to_owned(), "whether the gate does what it should"));
    }
    steps.truncate(STEPS);
    let width = steps.iter().map(|(command, _)| command.len()).max().unwrap_or_default();
    let mut text = "next:\n".to_owned();
    for (command, why) in steps {
        let _ = writeln!(text, "  {}  {why}", style.paint("1", &format!("{command:width$}")));
    }
    text
}

/// Returns what has to be typed before anything else works; `None` if one stands in the top of a repository.
fn ready(folder: &Path, has_ci: bool) -> Option<(String, &'static str)> {
    let go = (folder != Path::new(".")).then(|| format!("cd {}", words::shell(folder.display())));
    let (then, why) = match top(folder) {
        None => {
            (Some("git init && git add --all && git commit -m 'Start the matrix'"), "the record is git's")
        }
        Some(false) if has_ci => (
            Some("mv .github \"$(git rev-parse --show-toplevel)\""),
            "GitHub looks for workflows at the top of a repository only",
        ),
        Some(_) => (None, "go there"),
    };
    let command: Vec<String> = go.into_iter().chain(then.map(str::to_owned)).collect();
    (!command.is_empty()).then(|| (command.join(" && "), why))
}

/// Returns whether a folder is the top of its repository, or nothing where it lies in none.
fn top(folder: &Path) -> Option<bool> {
    let tree = Snapshot::work_tree_around(folder)?;
    Some(std::fs::canonicalize(tree).ok()? == std::fs::canonicalize(folder).ok()?)
}
