//! `countersign import`

mod into;
mod offer;
mod onto;

use std::path::{Path, PathBuf};

pub(super) use offer::offered;

use super::choose::{LINES_OR_OBJECT, among};
use super::file::{self, Created};
use super::{Global, terminal};
use crate::document::Format;
use crate::error::{Error, Result};
use crate::pack::{Packs, shipped_ids};
use crate::project::{Snapshot, Terms};
use crate::report::escape;
use crate::report::words::shell;
use crate::workbook::mapping::OneOrMany;
use crate::workbook::{self, Book, Controls, Mapping, Parties, Stamp, Wish};

/// Make a matrix of a spreadsheet
///
/// Reads XLSX, XLS, ODS, CSV, TSV and Markdown tables by a mapping: one that comes with the program (`--preset`), or a file
/// of yours (`--map`) that says what each column means. Says what was understood, and writes only with `--write`; nobody is
/// given work by a guess.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  countersign import responsibilities.xlsx --suggest > mappings/responsibilities.json
  countersign import responsibilities.xlsx --map mappings/responsibilities.json \\
      --id acme-cmmc-l2 --client \"Acme Defense\" --provider \"Harbor MSP\" --write
  countersign import cis-crm.xlsx --preset fedramp --id acme --client Agency --provider \"Cloud Co\"

Presets: fedramp (CIS and CRM together), pci-dss, csa-ccm, csa-ccm-iaas, csa-ccm-paas,
csa-ccm-saas, hitrust, cmmc-objectives, plain, raci.")]
pub(super) struct Args {
    /// The spreadsheet or table
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The sheet that holds the matrix, where several have the headings
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// What the columns mean, in a file that is checked in
    #[arg(long, value_name = "MAP.json", conflicts_with = "preset")]
    map: Option<PathBuf>,
    /// What the columns mean, by a mapping that comes with the program
    #[arg(long, value_name = "NAME")]
    preset: Option<String>,
    /// Print a first mapping for this file, with what was guessed marked
    #[arg(long, conflicts_with_all = ["map", "preset", "write"])]
    suggest: bool,
    /// The framework whose controls the sheet names, where the mapping does not say
    #[arg(long, value_name = "NAME")]
    framework: Option<String>,
    /// The id of the new matrix
    #[arg(long, value_name = "ID")]
    id: Option<String>,
    /// The client's legal name
    #[arg(long, value_name = "NAME")]
    client: Option<String>,
    /// The provider's legal name
    #[arg(long, value_name = "NAME")]
    provider: Option<String>,
    /// The name of the party upstream that the mapping speaks of, such as a cloud
    #[arg(long, value_name = "NAME")]
    upstream: Option<String>,
    /// What the matrix is called
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// Bring the sheet into this matrix, by its file or id
    ///
    /// A workbook that `export` wrote gives back what was changed in it. Any other sheet is read by its mapping: rows are
    /// matched by their controls, and what the sheet does not speak of stays.
    #[arg(long, value_name = "MATRIX", conflicts_with_all = ["id", "client", "provider", "title", "suggest"])]
    into: Option<PathBuf>,
    /// Compare the sheet with the starter of a framework, and take for each row what you choose
    #[arg(long, value_name = "FRAMEWORK", conflicts_with_all = ["into", "suggest"])]
    onto: Option<String>,
    /// What is taken where sheet and starter differ: `sheet`, `starter`, or the rows of the sheet with commas between
    #[arg(long, value_name = "WHAT", requires = "onto")]
    take: Option<String>,
    /// What becomes of lines that an exported workbook does not have any more
    #[arg(long, value_name = "WHAT", requires = "into")]
    missing: Option<into::Gone>,
    /// Write what is clear, and leave what is in question as it is
    #[arg(long, requires_all = ["into", "write"])]
    rest: bool,
    /// Read hidden sheets, rows and columns too
    #[arg(long)]
    hidden: bool,
    /// Write matrices/ID.json
    #[arg(long)]
    write: bool,
    /// How to print what was understood
    #[arg(short, long, value_name = "FORMAT", value_parser = among(LINES_OR_OBJECT), default_value = "text")]
    format: Format,
}

/// Runs the command and returns the exit code.
pub(super) fn run(args: &Args, global: &Global) -> Result<u8> {
    let progress = terminal::progress("reading the sheet");
    let mut book = workbook::read(&args.file)?;
    let stamp = Stamp::read(&book)?;
    match (&args.into, stamp) {
        (Some(matrix), Some(stamp)) => return into::back(args, matrix, &book, &stamp, global),
        (None, Some(stamp)) if args.map.is_none() && args.preset.is_none() => {
            return Err(Error::usage(format!(
                "the workbook was exported from `{}` {}",
                stamp.id, stamp.version
            ))
            .hint(format!(
                "countersign import {} --into {}",
                shell(args.file.display()),
                stamp.id
            )));
        }
        _ => {}
    }
    workbook::fill_merged(&mut book);
    let hidden = if args.hidden { Vec::new() } else { workbook::leave_out_hidden(&mut book) };
    let packs = packs();
    if args.suggest {
        return suggest(args, &book, hidden, &packs);
    }
    let (client, provider) =
        (args.client.as_deref().unwrap_or("Client"), args.provider.as_deref().unwrap_or("Provider"));
    if let Some(matrix) = &args.into {
        return into::foreign(args, matrix, (&book, hidden), &packs, global);
    }
    if let Some(framework) = &args.onto {
        return onto::run(args, framework, (&book, hidden), &packs);
    }
    let parties = |mapping: &Mapping| Parties::of(client, provider, mapping, args.upstream.as_deref());
    let sheet = Sheet::read(args, (&book, hidden), &packs, None, &parties)?;
    drop(progress);
    finish(args, sheet.understood, &sheet.mapping, &sheet.parties)
}

/// Prints a first mapping, and on standard error how it came to be.
fn suggest(args: &Args, book: &Book, hidden: Vec<String>, packs: &Packs) -> Result<u8> {
    let suggested = workbook::suggest(book, args.sheet.as_deref(), packs)?;
    let file = shell(args.file.display());
    let mut notes = suggested.notes;
    notes.extend(hidden);
    for preset in workbook::fitting(book, packs) {
        notes.push(format!(
            "the preset `{preset}` fits as it is: countersign import {file} --preset {preset}"
        ));
    }
    notes.push(format!("next: countersign import {file} --map FILE-OF-THIS-MAPPING"));
    terminal::print(&suggested.text)?;
    notes.iter().for_each(|note| terminal::tell(&format!("{}\n", escape::terminal(note))));
    Ok(0)
}

/// A sheet that was understood, with the mapping and the parties by which it was.
struct Sheet {
    understood: workbook::Understood,
    mapping: Mapping,
    parties: Parties,
}

impl Sheet {
    /// Reads a sheet by the first mapping that fits; controls are of `catalog` where neither person nor mapping says.
    fn read(
        args: &Args,
        (book, hidden): (&Book, Vec<String>),
        packs: &Packs,
        catalog: Option<&str>,
        parties_of: &dyn Fn(&Mapping) -> Result<Parties>,
    ) -> Result<Self> {
        let file = args.file.file_name().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default();
        let wish = Wish { sheet: args.sheet.clone(), hidden: args.hidden };
        let mut refused = None;
        for (name, mut mapping) in mappings(args, book, packs)? {
            let mut notices = hidden.clone();
            if let Some(catalog) = &args.framework {
                let id = packs.framework(catalog).map_or_else(|| catalog.clone(), |pack| pack.id.clone());
                mapping.catalog = Some(OneOrMany::One(id));
            }
            notices.extend(workbook::settle(&mut mapping, book, packs, catalog));
            let parties = parties_of(&mapping)?;
            let catalog = mapping.catalog();
            let controls = Controls::of(catalog, catalog.and_then(|it| packs.catalogue(it)));
            match workbook::understand(book, &mapping, &parties, &controls, &wish, &file) {
                Ok(mut understood) => {
                    understood.account.mapping = name;
                    understood.account.notices.extend(notices);
                    return Ok(Self { understood, mapping, parties });
                }
                Err(error) => refused = refused.or(Some(error)),
            }
        }
        Err(hidden.into_iter().fold(refused.expect("there is a mapping"), Error::because))
    }
}

/// Returns the mappings to try, with what they are called.
fn mappings(args: &Args, book: &Book, packs: &Packs) -> Result<Vec<(String, Mapping)>> {
    match named(args.map.as_deref(), args.preset.as_deref())? {
        Some(named) => Ok(named),
        None => Err(match workbook::fitting(book, packs).as_slice() {
            [] => Error::usage("what do the columns mean? give a mapping").hint(format!(
                "countersign import {} --suggest > mappings/NAME.json writes a first one",
                shell(args.file.display())
            )),
            fitting => Error::usage("what do the columns mean? give a preset or a mapping")
                .because(format!("the headings are those of the preset {}", fitting.join(" and of ")))
                .hint(match fitting {
                    [one] => format!("countersign import {} --preset {one}", shell(args.file.display())),
                    _ => format!(
                        "countersign import {} --preset NAME, with that which is meant",
                        shell(args.file.display())
                    ),
                }),
        }),
    }
}

/// Returns the mapping in a file, or those of a preset; `None` if neither is given.
pub(super) fn named(map: Option<&Path>, preset: Option<&str>) -> Result<Option<Vec<(String, Mapping)>>> {
    if let Some(path) = map {
        let text = std::fs::read_to_string(path).map_err(|error| {
            Error::usage(format!("cannot read the mapping `{}`", path.display())).because(error)
        })?;
        let name = path.display().to_string();
        return Ok(Some(vec![(format!("mapping {name}"), Mapping::read(&name, &text)?)]));
    }
    let Some(name) = preset else { return Ok(None) };
    Ok(Some(Mapping::presets(name)?.into_iter().map(|it| (format!("preset {name}"), it)).collect()))
}

fn finish(args: &Args, understood: workbook::Understood, mapping: &Mapping, parties: &Parties) -> Result<u8> {
    let account = &understood.account;
    let shown = match args.format {
        Format::Json => format!("{:#}\n", workbook::json(account)),
        _ => workbook::text(account),
    };
    let names = [("--id", &args.id), ("--client", &args.client), ("--provider", &args.provider)];
    let missing: Vec<&str> =
        names.iter().filter(|(_, value)| value.is_none()).map(|(flag, _)| *flag).collect();
    if args.write && !missing.is_empty() {
        terminal::print(&shown)?;
        return Err(Error::usage(format!("{} must be given to write a matrix", missing.join(", "))));
    }
    if !args.write && understood.account.rows > workbook::MOST_ROWS {
        terminal::print(&shown)?;
        let most = workbook::MOST_ROWS;
        let note = format!(
            "\n`--write` will refuse this: a matrix has at most {most} rows; split the sheet by family\n"
        );
        if args.format != Format::Json {
            terminal::print(&note)?;
        }
        return Ok(0);
    }
    let id = args.id.as_deref().unwrap_or("imported");
    let title = args.title.clone().unwrap_or_else(|| match (&args.client, &args.provider) {
        (Some(client), Some(provider)) => format!("{client} and {provider}"),
        _ => account.file.clone(),
    });
    if let Err(error) = understood.demand_room() {
        terminal::print(&shown)?;
        return Err(error);
    }
    let (text, _) = workbook::matrix(id, &title, understood.rows, mapping, parties)?;
    terminal::print(&shown)?;
    let path = format!("matrices/{id}.json");
    if args.format == Format::Json && !args.write {
        return Ok(0);
    }
    if !args.write {
        terminal::print(&format!("\nnothing was written; the same with `--write` makes {path}\n"))?;
        return Ok(0);
    }
    match file::create(Path::new(&path), &text)? {
        Created::Written => terminal::print(&format!("\nwrote {path}\nnext: countersign check {path}\n"))?,
        Created::Same => terminal::print(&format!("\n{path} is there and the same\n"))?,
        Created::Left => {
            return Err(Error::usage(format!("there is a matrix `{path}` already; nothing was written"))
                .hint("take another `--id`, or bring the sheet into that matrix with `--into`"));
        }
    }
    Ok(0)
}

/// Returns the packs of the project that one stands in; the shipped ones where there is none.
fn packs() -> Packs {
    let project = Snapshot::root_of(Path::new(".")).and_then(Snapshot::on_disk);
    let terms = project.and_then(|found| Terms::read(&found.open()?));
    let mut packs = terms.map(|terms| terms.packs).unwrap_or_default();
    for id in shipped_ids() {
        packs.want(id);
    }
    packs
}
