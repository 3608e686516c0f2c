//! The walk through the rows of a matrix on a terminal: one row a screen, each answer written at once.

use std::io::Write;
use std::process::Command;

use console::{Key, Term};
use jiff::civil::Date;
use serde_json::Value;

use super::earlier::{self, Earlier};
use super::{screen, walked};
use crate::check::{self, Gate};
use crate::cli::edit::Target;
use crate::cli::{Global, terminal, today};
use crate::edit::name::Noun;
use crate::edit::review::Review;
use crate::error::{Error, Result, without_path};
use crate::finding::Finding;
use crate::matrix::Outcome;
use crate::project::Request;
use crate::report::{Style, escape, words};
use crate::source::{self, Limits};

const KEYS: &str = "[a]gree  [d]ispute  [e]dit  [s]kip  [b]ack  [q]uit and keep";

/// What to do next.
enum Next {
    Forward,
    Back,
    Stay,
    Quit,
}

/// A walk that is under way. Whatever was answered is in the file, so that it can end at any moment.
struct Walk {
    target: Target,
    rows: Vec<String>,
    parties: Vec<(String, Option<String>)>,
    on: Date,
    term: Term,
    style: Style,
    earlier: Earlier,
    findings: Vec<Finding>,
    answered: usize,
}

/// Walks through the rows and returns the exit code.
pub(super) fn run(
    target: Target,
    rows: Vec<String>,
    parties: Vec<(String, Option<String>)>,
    on: Date,
    global: &Global,
) -> Result<u8> {
    let term = Term::stdout();
    if rows.is_empty() {
        say(&term, &format!("{}; no row is left to review here\n", walked(target.draft.matrix())))?;
        return Ok(0);
    }
    let probe = Review { parties: parties.clone(), on, outcome: Outcome::Agreed, note: None };
    probe.demand_sound(today())?;
    let names: Vec<String> =
        parties.iter().map(|(party, _)| super::name(target.draft.matrix(), party)).collect();
    say(
        &term,
        &format!(
            "{} to read together, as {} on {on} (`--by` and `--on` say otherwise)\n",
            words::count(rows.len(), "row"),
            words::list(&names)
        ),
    )?;
    let (earlier, findings) = (earlier::find(&target), findings(&target));
    let style = terminal::style(global.color);
    let mut walk = Walk { target, rows, parties, on, term, style, earlier, findings, answered: 0 };
    walk.go()?;
    let end = format!(
        "\n{} answered; {}\n",
        words::count(walk.answered, "row"),
        walked(walk.target.draft.matrix())
    );
    say(&walk.term, &end)?;
    Ok(0)
}

impl Walk {
    fn go(&mut self) -> Result<()> {
        let mut at = 0;
        while at < self.rows.len() {
            self.show(at)?;
            match self.answer(at)? {
                Next::Forward => at += 1,
                Next::Back => at = at.saturating_sub(1),
                Next::Stay => {}
                Next::Quit => return Ok(()),
            }
        }
        Ok(())
    }

    fn show(&self, at: usize) -> Result<()> {
        let matrix = self.target.draft.matrix();
        let Some(row) = matrix.rows.iter().find(|row| row.id == self.rows[at]) else { return Ok(()) };
        let progress = format!("row {} of {}; {}", at + 1, self.rows.len(), walked(matrix));
        let screen = screen::of(&self.target, row, (&self.earlier, &self.findings), &progress, &self.style);
        say(&self.term, &format!("{screen}{KEYS} > "))
    }

    fn answer(&mut self, at: usize) -> Result<Next> {
        loop {
            let key = self
                .term
                .read_key()
                .map_err(|error| Error::usage("cannot read the terminal").because(error))?;
            let next = match key {
                Key::Char('a') => self.agree(at)?,
                Key::Char('d') => self.dispute(at)?,
                Key::Char('e') => self.edit(at)?,
                Key::Char('s') => Next::Forward,
                Key::Char('b') => Next::Back,
                Key::Char('q') | Key::Escape => Next::Quit,
                Key::Unknown => {
                    return Err(Error::usage("the terminal has gone away; what was answered is written"));
                }
                _ => continue,
            };
            return Ok(next);
        }
    }

    fn agree(&mut self, at: usize) -> Result<Next> {
        say(&self.term, "agreed\n")?;
        self.write(
            at,
            &[Review { parties: self.parties.clone(), on: self.on, outcome: Outcome::Agreed, note: None }],
        )
    }

    /// Asks who disputes, and what; the others agree.
    fn dispute(&mut self, at: usize) -> Result<Next> {
        say(&self.term, "disputed\n")?;
        let mut disputing = self.parties.clone();
        if self.parties.len() > 1 {
            let known: Vec<&str> = self.parties.iter().map(|(party, _)| party.as_str()).collect();
            let who = self.ask(&format!("who disputes ({}; nothing for all)? ", known.join(", ")))?;
            if !who.is_empty() {
                disputing.retain(|(party, _)| *party == who);
            }
            if disputing.is_empty() {
                say(&self.term, "nobody of that name is here; nothing was written\n")?;
                return Ok(Next::Stay);
            }
        }
        let note = self.ask("what is disputed? ")?;
        if note.is_empty() {
            say(&self.term, "a dispute says what it is about; nothing was written\n")?;
            return Ok(Next::Stay);
        }
        let others: Vec<_> = self.parties.iter().filter(|one| !disputing.contains(one)).cloned().collect();
        let mut reviews =
            vec![Review { parties: disputing, on: self.on, outcome: Outcome::Disputed, note: Some(note) }];
        if !others.is_empty() {
            reviews.push(Review { parties: others, on: self.on, outcome: Outcome::Agreed, note: None });
        }
        self.write(at, &reviews)
    }

    fn ask(&self, question: &str) -> Result<String> {
        say(&self.term, question)?;
        let line =
            self.term.read_line().map_err(|error| Error::usage("cannot read the terminal").because(error))?;
        Ok(line.trim().to_owned())
    }

    fn write(&mut self, at: usize, reviews: &[Review]) -> Result<Next> {
        let row = self.rows[at].clone();
        let (after, ()) = self
            .target
            .draft
            .edit(|matrix| reviews.iter().try_for_each(|review| review.write(matrix, &row)))?;
        self.target.held.replace(after.text())?;
        self.target.draft = after;
        self.answered += 1;
        Ok(Next::Forward)
    }

    /// Lets the person edit the row as JSON; what the format refuses is told, and nothing is written.
    fn edit(&mut self, at: usize) -> Result<Next> {
        say(&self.term, "edit\n")?;
        if let Err(error) = self.edited(at) {
            let cause = error.causes.first().map(|cause| format!(": {cause}")).unwrap_or_default();
            say(
                &self.term,
                &format!("not written: {}{}\n", escape::terminal(&error.message), escape::terminal(&cause)),
            )?;
        }
        Ok(Next::Stay)
    }

    fn edited(&mut self, at: usize) -> Result<()> {
        let id = self.rows[at].clone();
        let place = Noun::Row.find(self.target.draft.value(), &id)?;
        let row = self.target.draft.value().pointer(&place).cloned().unwrap_or_default();
        let Some(edited) = in_editor(&row)? else { return say(&self.term, "nothing changed\n") };
        let (after, ()) = self.target.draft.edit(|matrix| {
            if edited["id"] != id.as_str() {
                return Err(Error::usage("the id of a row is changed by `countersign rename`"));
            }
            if let Some(row) = matrix.pointer_mut(&place) {
                *row = edited;
            }
            Ok(())
        })?;
        self.target.held.replace(after.text())?;
        self.target.draft = after;
        (self.earlier, self.findings) = (earlier::find(&self.target), findings(&self.target));
        Ok(())
    }
}

/// Opens a row in the editor of the person, and returns what it says afterwards, if it says something else.
fn in_editor(row: &Value) -> Result<Option<Value>> {
    let editor =
        ["VISUAL", "EDITOR"].iter().find_map(|name| std::env::var(name).ok().filter(|one| !one.is_empty()));
    let editor =
        editor.ok_or_else(|| Error::usage("no editor is set").hint("set EDITOR, such as EDITOR=nano"))?;
    let cannot = |error: std::io::Error| {
        Error::usage("cannot give the row to an editor").because(without_path(&error))
    };
    let mut file = tempfile::Builder::new().prefix("row-").suffix(".json").tempfile().map_err(cannot)?;
    let text = serde_json::to_string_pretty(row).expect("a JSON value has a text");
    file.write_all(format!("{text}\n").as_bytes()).map_err(cannot)?;
    let mut words = editor.split_whitespace();
    let program = words.next().unwrap_or("vi");
    let status = Command::new(program).args(words).arg(file.path()).status().map_err(cannot)?;
    if !status.success() {
        return Err(Error::usage(format!("`{editor}` ended with an error")));
    }
    let bytes = std::fs::read(file.path()).map_err(cannot)?;
    let document = source::load("row.json", bytes, Limits::OTHER).map_err(|unreadable| {
        let why = unreadable.findings.first().map(|one| one.message.to_string()).unwrap_or_default();
        Error::usage("what the editor left is no JSON").because(why)
    })?;
    Ok((document.value != *row).then_some(document.value))
}

/// Returns what `check` finds in the matrix; where it cannot be checked, nothing is shown beside the rows.
fn findings(target: &Target) -> Vec<Finding> {
    let request = Request { paths: vec![target.opened.path.clone()], ..Request::on(today()) };
    check::run(&target.opened.world, &request, &Gate::default(), &|| ())
        .map(|report| report.findings)
        .unwrap_or_default()
}

fn say(term: &Term, text: &str) -> Result<()> {
    let written = term.write_str(text).and_then(|()| term.flush());
    written.map_err(|error| Error::usage("cannot write to the terminal").because(error))
}
