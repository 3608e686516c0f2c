//! `countersign facts`

use std::path::PathBuf;
use std::sync::Arc;

use super::{Global, When, check, terminal};
use crate::error::{Error, Kind, Result};
use crate::facts::Facts;
use crate::matrix::Matrix;
use crate::project::Snapshot;
use crate::project::{Request, Setup, SignoffState};
use crate::report::words::every_fault;
use crate::source::Limits;

/// Print a matrix as rules see it, for other policy tools
///
/// Defaults are resolved, each duty says its side, each row its frameworks and catalogue labels, and ages are in
/// days. Pipe it to OPA or Conftest if your company's rules live there.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The matrix: a file, or the id of one
    matrix: PathBuf,
    #[command(flatten)]
    when: When,
}

/// Runs the command and returns the exit code.
pub(super) fn run(args: &Args, _: &Global) -> Result<u8> {
    let today = args.when.today();
    let opened = open(&args.matrix, args.when.at.as_deref(), today)?;
    let facts = Facts::of(&opened.matrix, opened.value, &opened.setup.packs, today, false);
    let text = serde_json::to_string_pretty(&facts.value).expect("a JSON value has a text");
    terminal::print(&format!("{text}\n"))?;
    Ok(0)
}

/// One matrix that somebody named, with the project around it.
pub(super) struct Opened {
    pub(super) setup: Setup,
    pub(super) matrix: Matrix,
    pub(super) value: serde_json::Value,
    /// Its text.
    pub(super) bytes: Vec<u8>,
    /// Its file, relative to the root of the project.
    pub(super) path: String,
    pub(super) world: Snapshot,
}

/// Opens the text of an offered version that `pick` takes from the sign-offs, if it takes one.
pub(super) fn open_offered(
    at: Option<&str>,
    today: jiff::civil::Date,
    pick: impl FnOnce(&SignoffState) -> Option<Arc<[u8]>>,
) -> Result<Option<Opened>> {
    let (world, _) = check::project(&[], at)?;
    let Some(bytes) = pick(&SignoffState::read(&world, None, today)?) else { return Ok(None) };
    let request = Request::on(today);
    let setup = Setup::read(&world.open()?, &request)?;
    let (matrix, value) = read("matrix.json", bytes.to_vec())?;
    Ok(Some(Opened { setup, matrix, value, bytes: bytes.to_vec(), path: "matrix.json".to_owned(), world }))
}

/// Opens the matrix that `name` means: a file, or the id of a matrix of the project.
pub(super) fn open(name: &std::path::Path, at: Option<&str>, today: jiff::civil::Date) -> Result<Opened> {
    let by_id = !name.exists() && name.components().count() == 1;
    let found = if by_id { check::project(&[], at) } else { check::project(&[name.to_path_buf()], at) };
    let (world, paths) = match found {
        // A plain file needs no repository, so that one that cannot be read is not in the way.
        Err(error) if error.kind == Kind::CannotJudge && at.is_none() && name.is_file() => {
            apart(name).ok_or(error)?
        }
        found => found?,
    };
    let request = Request { paths, ..Request::on(today) };
    let reader = world.open()?;
    let setup = Setup::read(&reader, &request)?;
    let files = setup.matrix_files(&reader, &request.paths)?;
    let wanted = name.to_string_lossy();
    let mut unread = None;
    for file in &files {
        let bytes = reader.read(file, Limits::MATRIX.bytes)?;
        match read(&file.path, bytes.clone()) {
            Ok((matrix, value)) if !by_id || matrix.id == *wanted => {
                drop(reader);
                return Ok(Opened { setup, matrix, value, bytes, path: file.path.clone(), world });
            }
            Err(error) if !by_id || file.path.ends_with(&format!("/{wanted}.json")) => return Err(error),
            Err(error) => drop(unread.get_or_insert(error)),
            Ok(_) => {}
        }
    }
    // What cannot be read may be what was asked for.
    Err(unread.unwrap_or_else(|| no_such(&wanted, &world, &files)))
}

/// Looks at a file by itself.
fn apart(name: &std::path::Path) -> Option<(Snapshot, Vec<String>)> {
    let full = std::fs::canonicalize(name).ok()?;
    let file = full.file_name()?.to_str()?.to_owned();
    Some((Snapshot::apart(full.parent()?.to_path_buf()), vec![file]))
}

fn read(path: &str, bytes: Vec<u8>) -> Result<(Matrix, serde_json::Value)> {
    let unusable = |why: String| {
        Error::cannot_judge(format!("`{path}` is not a matrix that can be used"))
            .because(why)
            .hint(every_fault(path))
    };
    Matrix::read_with_value(path, bytes).map_err(unusable)
}

fn no_such(name: &str, world: &Snapshot, files: &[crate::project::File]) -> Error {
    let known: Vec<&str> = files.iter().map(|file| file.path.as_str()).take(10).collect();
    let error = Error::nothing(format!("there is no matrix `{name}` in {}", world.root().display()));
    if known.is_empty() {
        return error
            .hint("start one with `countersign init --framework cmmc-l2 --client NAME --provider NAME`");
    }
    error.hint(format!("the matrices here are {}", known.join(", ")))
}
