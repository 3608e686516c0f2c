//! `countersign pack add`

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::super::{file, terminal};
use super::Global;
use crate::error::{Error, Result};
use crate::finding::Finding;
use crate::matrix::slug::{self, slug};
use crate::pack::oscal::{self, Made, Refusal};
use crate::pack::{Packs, shipped_ids};
use crate::report::{escape, words};
use crate::source::place::Places;
use crate::source::{self, Document, Limits, Source};

/// Make a pack of an OSCAL catalogue or profile
///
/// Reads any OSCAL 1.x catalogue in JSON, or a profile together with the catalogue that it imports, and writes
/// packs/ID/pack.json and packs/ID/catalogue.json. Nothing that is there is overwritten. A file that is malformed,
/// or an import that is not given, is exit 4.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples: countersign pack add NIST_SP-800-53_rev5_catalog.json --id agency-800-53
          countersign pack add LOW-baseline_profile.json --catalog NIST_SP-800-53_rev5_catalog.json")]
pub(super) struct Args {
    /// The catalogue or profile, as JSON
    source: PathBuf,
    /// The catalogue that the profile imports
    #[arg(long, value_name = "FILE")]
    catalog: Option<PathBuf>,
    /// The id of the pack, instead of one made of the file's name
    #[arg(long, value_name = "ID")]
    id: Option<String>,
}

/// Runs the command and returns the exit code.
pub(super) fn run(args: &Args, _: &Global) -> Result<u8> {
    let id = args.id.clone().unwrap_or_else(|| {
        let stem = args.source.file_stem().unwrap_or_default().to_string_lossy();
        slug(&stem, "catalogue", slug::LONGEST)
    });
    is_free(&id)?;
    let document = open(&args.source)?;
    let imported = args.catalog.as_deref().map(open).transpose()?;
    let made = oscal::make(&id, &document, imported.as_ref()).map_err(|refusal| match refusal {
        Refusal::Wrong(finding) => {
            let documents = [Some(&document), imported.as_ref()];
            let of = documents.into_iter().flatten().find(|it| *it.source.path == *finding.file);
            refused(&finding, of.map(|it| &it.source))
        }
        Refusal::Missing(wanted) => missing(&args.source, &wanted),
    })?;
    Packs::default().add(&id, &made.files).map_err(|findings| {
        let why = findings.first().map(|finding| finding.message.to_string()).unwrap_or_default();
        let place = findings.first().map(|finding| finding.place.pointer().to_owned()).unwrap_or_default();
        let name = escape::terminal(&document.source.path);
        Error::cannot_judge(format!("what `{name}` holds is no catalogue that can be used"))
            .because(format!("catalogue.json{place}: {}", escape::terminal(&why)))
            .hint("`--id` takes 1 to 63 lowercase letters, digits and dashes; texts take 4,000 characters")
    })?;
    write(&id, &made)?;
    Ok(0)
}

fn is_free(id: &str) -> Result<()> {
    let is_plain = |one: u8| one.is_ascii_lowercase() || one.is_ascii_digit() || one == b'-';
    if id.is_empty() || id.len() > 63 || id.starts_with('-') || !id.bytes().all(is_plain) {
        return Err(Error::usage(format!("`{}` is no id for a pack", escape::terminal(id)))
            .hint("give `--id` 1 to 63 lowercase letters, digits and dashes"));
    }
    if shipped_ids().contains(&id) {
        return Err(Error::usage(format!("`{id}` is a pack that comes with countersign"))
            .hint("choose another id with `--id`"));
    }
    if std::fs::symlink_metadata(format!("packs/{id}")).is_ok() {
        return Err(Error::usage(format!("`packs/{id}` is there already, and nothing is overwritten"))
            .hint("choose another id with `--id`, or remove the folder first"));
    }
    Ok(())
}

/// Reads a file, no more of it than a catalogue may measure.
fn open(path: &Path) -> Result<Document> {
    let name = path.display().to_string();
    let cannot = |error| {
        Error::cannot_judge(format!("cannot read `{}`", escape::terminal(&name)))
            .because(error)
            .hint("give the JSON file of an OSCAL catalogue or profile")
    };
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(cannot)?;
    file.take(Limits::MATRIX.bytes + 1).read_to_end(&mut bytes).map_err(cannot)?;
    source::load(&name, bytes, Limits::MATRIX).map_err(|unreadable| {
        let worst = unreadable.findings.iter().min_by_key(|finding| finding.severity);
        let worst = worst.expect("a file is unreadable for a reason");
        refused(worst, unreadable.source.as_ref())
    })
}

fn refused(finding: &Finding, source: Option<&Source>) -> Error {
    let line = source.map(|source| format!(":{}", Places::of(source).locate(&finding.place).line));
    let pointer = finding.place.pointer();
    let at = if pointer.is_empty() { String::new() } else { format!(" at {}", escape::terminal(pointer)) };
    let name = escape::terminal(&finding.file);
    Error::cannot_judge(format!("`{name}` cannot be made a pack"))
        .because(format!("{name}{}{at}: {}", line.unwrap_or_default(), escape::terminal(&finding.message)))
        .hint("correct the file, or take the catalogue as its publisher has it")
}

fn missing(profile: &Path, wanted: &[String]) -> Error {
    let names: Vec<String> = wanted.iter().map(|name| format!("`{}`", escape::terminal(name))).collect();
    let profile = profile.display().to_string();
    let error = Error::cannot_judge(format!(
        "a catalogue that `{}` imports is not at hand",
        escape::terminal(&profile)
    ))
    .because(format!("it imports {}", words::list(&names)));
    if wanted.len() > 1 {
        return error.hint("give the resolved catalogue of the profile instead: one file holds all of it");
    }
    error.hint(format!("give the file of {} with `--catalog FILE`", names[0]))
}

fn write(id: &str, made: &Made) -> Result<()> {
    for (name, bytes) in &made.files.files {
        let path = PathBuf::from(&made.files.folder).join(name);
        let text = std::str::from_utf8(bytes).expect("JSON is text");
        if file::create(&path, text)? == file::Created::Left {
            return Err(Error::usage(format!("`{}` is there already and was left alone", path.display())));
        }
    }
    let count = |level: &str| made.levels.get(level).copied().unwrap_or_default();
    let figures = [
        words::count(count("control"), "control"),
        words::count(count("enhancement"), "enhancement"),
        words::count(count("part"), "part"),
        words::count(made.groups, "group"),
        format!("{} withdrawn", made.withdrawn),
    ];
    terminal::print(&format!(
        "packs/{id}: {}\nnext: countersign init --framework {id} --client NAME --provider NAME\n",
        words::list(&figures)
    ))
}
