//! `countersign blame`

use std::path::PathBuf;
use std::rc::Rc;

use super::{Anchor, Global, check, facts, terminal, today};
use crate::check::{Books, Request, Setup};
use crate::error::{Error, Result};
use crate::finding::Severity;
use crate::git::Repository;
use crate::ledger::Ledger;
use crate::ledger::record::Walk;
use crate::ledger::render::{self, Format};
use crate::matrix::Matrix;
use crate::policy::config::Config;
use crate::source::Limits;
use crate::world::{Reader, World};

/// Say for each row which version and which commit last changed who does what, and who agreed
///
/// It reads the committed text. What counts is who, where, by when and with which proof; other words, order and white
/// space do not. Needs the history of the branch.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The matrix: a file, or the id of one
    matrix: PathBuf,
    /// Look at a commit, tag or branch instead of HEAD
    #[arg(long, value_name = "REV")]
    at: Option<String>,
    #[command(flatten)]
    anchor: Anchor,
    /// The format
    #[arg(long, short, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

/// Runs the command and returns the exit code.
pub(super) fn run(args: &Args, global: &Global) -> Result<u8> {
    let at = args.at.as_deref().unwrap_or("HEAD");
    let id = match args.matrix.to_str().filter(|name| !name.contains(['/', '\\', '.'])) {
        Some(id) => id.to_owned(),
        None => facts::open(&args.matrix, args.at.as_deref(), today())?.matrix.id,
    };
    let (world, _) = check::project(&[], Some(at))?;
    let books = Books::read(&world, args.anchor.digest()?.as_ref(), today())?;
    let ledger = Ledger::open(&books, world.name())?;
    let recorded = Line::of(&world, at)?;
    let blame = ledger.blame(&id, &recorded.walk())?;
    terminal::print(&render::render(args.format, &blame, &terminal::style(global.color)))?;
    Ok(0)
}

/// The commits of a project.
pub(super) struct Line {
    repository: Repository,
    prefix: String,
    config: Config,
    head: git2::Oid,
}

impl Line {
    /// Finds the repository of a project, where its matrices lie, and the commit to begin at.
    pub(super) fn of(world: &World, revision: &str) -> Result<Self> {
        let store = world.store()?.ok_or_else(|| {
            Error::cannot_judge(
                "this project lies in no git repository, so nothing is known of what was recorded",
            )
            .hint("run it in a clone")
        })?;
        let setup = setup(&world.open()?)?;
        let head = store.repository.commit(revision)?.id;
        Ok(Self { head, config: setup.config, prefix: store.prefix, repository: store.repository })
    }

    /// Returns the way back from there.
    pub(super) fn walk(&self) -> Walk<'_> {
        Walk {
            repository: &self.repository,
            prefix: self.prefix.clone(),
            config: &self.config,
            head: self.head,
        }
    }
}

/// The working texts of a project.
pub(super) struct Working {
    /// Those that can be read.
    pub(super) drafts: Vec<Rc<Matrix>>,
    /// The paths of those that cannot.
    unread: Vec<String>,
}

impl Working {
    /// Refuses to answer from nothing: where there is no matrix, or one that cannot be read may have the answer.
    pub(super) fn must_be_whole(&self) -> Result<()> {
        if let Some(path) = self.unread.first() {
            let message = format!("nobody can say, because `{path}` cannot be read as a matrix");
            let hint = format!("`countersign check {path}` shows every fault with its line");
            return Err(Error::cannot_judge(message).hint(hint));
        }
        if self.drafts.is_empty() {
            let hint = "run it in a project, or name a state with `--known-at` or `--at`";
            return Err(Error::nothing("there is no matrix here").hint(hint));
        }
        Ok(())
    }
}

/// Reads the working texts of a project.
pub(super) fn working(world: &World) -> Result<Working> {
    let reader = world.open()?;
    let setup = setup(&reader)?;
    let (mut drafts, mut unread) = (Vec::new(), Vec::new());
    for file in setup.matrix_files(&reader, &[])? {
        let bytes = reader.read(&file, Limits::MATRIX.bytes);
        match bytes.ok().and_then(|bytes| Matrix::read(&file.path, bytes).ok()) {
            Some(matrix) => drafts.push(Rc::new(matrix)),
            None => unread.push(file.path.clone()),
        }
    }
    Ok(Working { drafts, unread })
}

fn setup(reader: &Reader<'_>) -> Result<Setup> {
    let request = Request { paths: Vec::new(), today: today(), fail_on: Severity::Error, waivers: false };
    Setup::read(reader, &request)
}
