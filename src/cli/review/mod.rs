//! `countersign review`

pub(super) mod due;
mod earlier;
mod screen;
mod walk;

use std::collections::BTreeSet;
use std::io::{IsTerminal, stdin, stdout};
use std::path::PathBuf;

use clap::ValueEnum;
use jiff::civil::Date;

use super::edit::{Dry, Target};
use super::show::known_party;
use super::{Global, terminal, today};
use crate::edit::review::Review;
use crate::error::{Error, Result};
use crate::matrix::{Matrix, Outcome, Row, Side};
use crate::policy::kinds;
use crate::project::SignoffState;
use crate::report::{escape, words};
use crate::trust::name::Version;

/// Walk through the rows with the other side, and write down what each party says
///
/// On a terminal one row a screen: what changed since it was read, who does what, what was found. Each answer is
/// written at once, so that the walk can end at any moment and goes on where it ended. With --by and --outcome it
/// writes without asking. A review is of the text as it stands: a row that changes has to be read again.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples: countersign review acme\n          \
                  countersign review acme --family AC\n          \
                  countersign review acme --rows log-review,patching --by acme,harbor --outcome agreed\n          \
                  countersign review acme --rows wireless --by acme --outcome disputed --note \"There is no wireless network\"")]
pub(super) struct Args {
    /// The matrix: a file, or the id of one
    matrix: PathBuf,
    /// Only rows that this party has a duty in
    #[arg(long, value_name = "PARTY")]
    party: Option<String>,
    /// Only rows that answer for controls of this family, such as AC
    #[arg(long, value_name = "FAMILY")]
    family: Option<String>,
    /// Only rows that changed since this version
    #[arg(long, value_name = "VERSION")]
    changed_since: Option<Version>,
    /// Only these rows, by id or by a control that one alone answers for
    #[arg(long, value_name = "ROW", value_delimiter = ',', num_args = 1..)]
    rows: Vec<String>,
    /// Rows that stand reviewed, too
    #[arg(long)]
    all: bool,
    /// List what the calendar asks to be looked at, and write nothing
    #[arg(long, conflicts_with_all = ["by", "outcome", "rows", "family", "party", "changed_since"])]
    due: bool,
    /// Of --due: judge as of this day (UTC, YYYY-MM-DD) instead of today
    #[arg(long, value_name = "DATE", requires = "due")]
    as_of: Option<Date>,
    /// Who was there: the parties
    #[arg(long, value_name = "PARTY", value_delimiter = ',')]
    by: Vec<String>,
    /// Who was there for a party, as PARTY=NAME; may be repeated
    #[arg(long, value_name = "PARTY=NAME")]
    person: Vec<String>,
    /// The day; without it today
    #[arg(long, value_name = "DATE")]
    on: Option<Date>,
    /// What came of it: writes without asking
    #[arg(long, value_name = "OUTCOME", requires = "by")]
    outcome: Option<Came>,
    /// What is disputed, or was remarked
    #[arg(long, value_name = "TEXT", requires = "outcome")]
    note: Option<String>,
    #[command(flatten)]
    dry: Dry,
}

/// What came of a walk-through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Came {
    Agreed,
    Disputed,
}

impl Came {
    fn outcome(self) -> Outcome {
        match self {
            Self::Agreed => Outcome::Agreed,
            Self::Disputed => Outcome::Disputed,
        }
    }
}

/// Runs the command and returns the exit code.
pub(super) fn run(args: &Args, global: &Global) -> Result<u8> {
    let target = Target::open(&args.matrix)?;
    if args.due {
        let due = due::lines(&target, args.as_of.unwrap_or_else(today));
        terminal::print(&lines(&due.join("\n")))?;
        return Ok(0);
    }
    let rows = chosen(args, &target)?;
    let parties = parties(args, target.draft.matrix())?;
    let on = args.on.unwrap_or_else(today);
    if let Some(came) = args.outcome {
        let review = Review { parties, on, outcome: came.outcome(), note: args.note.clone() };
        review.demand_sound(today())?;
        return write(args, target, &rows, &review);
    }
    if stdin().is_terminal() && stdout().is_terminal() {
        return walk::run(target, rows, parties, on, global);
    }
    open(&target, &rows)
}

/// Writes one review into several rows.
fn write(args: &Args, mut target: Target, rows: &[String], review: &Review) -> Result<u8> {
    let is_narrow = args.party.is_some() || args.family.is_some() || args.changed_since.is_some();
    if !is_narrow && args.rows.is_empty() && !args.all {
        return Err(Error::usage(format!(
            "this would write one review into {}",
            words::count(rows.len(), "row")
        ))
        .because("a review says that these rows were read")
        .hint("say which: `--rows`, `--family`, `--party`, `--changed-since`, or `--all`"));
    }
    if rows.is_empty() {
        terminal::print("no row is left to review here; `--all` takes those that stand reviewed, too\n")?;
        return Ok(0);
    }
    let (after, ()) =
        target.draft.edit(|matrix| rows.iter().try_for_each(|row| review.write(matrix, row)))?;
    if !args.dry.dry_run {
        target.held.replace(after.text())?;
    }
    let names: Vec<String> = review.parties.iter().map(|(party, _)| name(after.matrix(), party)).collect();
    let mut text = format!(
        "{} {} by {} on {}\n",
        words::count(rows.len(), "row"),
        review.outcome.word(),
        words::list(&names),
        review.on
    );
    text.push_str(&format!("{}\n", walked(after.matrix())));
    let end = if args.dry.dry_run { "nothing was written (--dry-run)" } else { "written" };
    text.push_str(&format!("{}: {end}\n", target.opened.path));
    terminal::print(&lines(&text))?;
    Ok(0)
}

/// Tells which rows are left, where nobody can be asked.
fn open(target: &Target, rows: &[String]) -> Result<u8> {
    let matrix = target.draft.matrix();
    let mut text = String::new();
    for row in matrix.rows.iter().filter(|row| rows.contains(&row.id)) {
        let who =
            kinds::absent(matrix, row, today()).unwrap_or_else(|| "since it changed, nobody has".to_owned());
        text.push_str(&format!("{}: {}; {who} walked through it\n", row.id, row.label()));
    }
    text.push_str(&format!("{}\n", walked(matrix)));
    terminal::print(&lines(&text))?;
    terminal::tell(
        "on a terminal `countersign review` goes through these rows; with --by and --outcome it writes\n",
    );
    Ok(0)
}

/// Makes lines that hold texts of a matrix fit for a terminal.
fn lines(text: &str) -> String {
    text.lines().map(|line| format!("{}\n", escape::terminal(line))).collect()
}

/// Returns how many rows stand reviewed.
fn walked(matrix: &Matrix) -> String {
    let count = matrix.rows.iter().filter(|row| is_walked(matrix, row)).count();
    words::reviewed(count, matrix.rows.len())
}

/// Returns whether everybody read the row as it stands and agreed.
fn is_walked(matrix: &Matrix, row: &Row) -> bool {
    row.is_agreed() && kinds::absent(matrix, row, today()).is_none()
}

fn name(matrix: &Matrix, party: &str) -> String {
    matrix.party(party).map_or(party, |party| crate::matrix::short_name(&party.name)).to_owned()
}

/// Returns the rows that are meant, in their order; those that stand reviewed only where they were asked for.
fn chosen(args: &Args, target: &Target) -> Result<Vec<String>> {
    let matrix = target.draft.matrix();
    let named: BTreeSet<String> = args.rows.iter().map(|row| target.row(row)).collect::<Result<_>>()?;
    let party = args.party.as_deref().map(|party| known_party(matrix, party)).transpose()?;
    let changed = args.changed_since.map(|version| changed_since(target, version)).transpose()?;
    let packs = &target.opened.setup.packs;
    let in_family = |row: &Row, family: &str| {
        row.controls.iter().any(|name| {
            let own = name.split_once(':').map_or(name.as_str(), |(_, own)| own);
            let group = packs.control(name).map(|control| control.group.as_str());
            group.is_some_and(|group| group.eq_ignore_ascii_case(family))
                || own.split(['.', '-']).next().is_some_and(|first| first.eq_ignore_ascii_case(family))
        })
    };
    let is_meant = |row: &&Row| {
        (named.is_empty() || named.contains(&row.id))
            && party.is_none_or(|party| matrix.duties(row).any(|duty| duty.party == party))
            && args.family.as_deref().is_none_or(|family| in_family(row, family))
            && changed.as_ref().is_none_or(|changed| changed.contains(&row.id))
            && (args.all || !named.is_empty() || !is_walked(matrix, row))
    };
    Ok(matrix.rows.iter().filter(is_meant).map(|row| row.id.clone()).collect())
}

/// Returns the rows that say something else than in a version that was offered.
fn changed_since(target: &Target, version: Version) -> Result<BTreeSet<String>> {
    let matrix = target.draft.matrix();
    let signoffs = SignoffState::read(&target.opened.world, None, today())?;
    let id = matrix.id.parse().map_err(|error| Error::usage(format!("{error}")))?;
    let before = signoffs.read_matrix(&id, version).ok_or_else(|| {
        Error::nothing(format!("version {version} of `{}` was never offered for signature", matrix.id))
            .hint(format!("`countersign status {}` shows what was", matrix.id))
    })?;
    let changes = target.opened.setup.comparer().compare(&before, matrix).changes;
    Ok(changes.iter().filter_map(|change| change.row.as_ref()?.after.clone()).collect())
}

/// Returns who was there; where nobody is named, everybody who signs.
fn parties(args: &Args, matrix: &Matrix) -> Result<Vec<(String, Option<String>)>> {
    let persons = super::edit::assigned(&args.person)?;
    let person = |party: &str| persons.iter().find(|(one, _)| one == party).map(|(_, name)| name.clone());
    if args.by.is_empty() {
        let signs = matrix.parties.iter().filter(|party| matches!(party.side, Side::Client | Side::Provider));
        return Ok(signs.map(|party| (party.id.clone(), person(&party.id))).collect());
    }
    let mut there = Vec::new();
    for party in &args.by {
        let party = known_party(matrix, party)?;
        if there.iter().all(|(one, _)| one != party) {
            there.push((party.to_owned(), person(party)));
        }
    }
    Ok(there)
}
