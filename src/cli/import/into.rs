//! `countersign import --into`: what came back from the other side, into a matrix that is there.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Value, json};

use super::{Args, Sheet};
use crate::cli::edit::{self, Target};
use crate::cli::{Global, terminal, today};
use crate::document::Format;
use crate::edit::Draft;
use crate::edit::name::Noun;
use crate::edit::review::Review;
use crate::error::{Error, Result};
use crate::matrix::{Matrix, Outcome, ROWS, text_digest};
use crate::pack::Packs;
use crate::project::text_by_digest;
use crate::report::escape;
use crate::report::words::{count, some};
use crate::show;
use crate::trust::name::Digest;
use crate::workbook::back::{self, Applied, Question, Returned};
use crate::workbook::layout::{self, Wanted};
use crate::workbook::{self, Book, Mapping, Merge, Parties, Stamp};

/// What becomes of lines that an exported workbook does not have any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(in crate::cli) enum Gone {
    /// They stay in the matrix
    Keep,
    /// They go from the matrix, with what names them
    Remove,
}

/// How many of many things are told one by one.
const TOLD: usize = 40;

/// Brings back what was changed in a workbook that was exported.
pub(super) fn back(args: &Args, into: &Path, book: &Book, stamp: &Stamp, global: &Global) -> Result<u8> {
    let target = Target::open(into)?;
    let own = &target.draft.matrix().id;
    if *own != stamp.id {
        return Err(Error::usage(format!("the workbook was exported from `{}`, not from `{own}`", stamp.id)));
    }
    let base = base(&target, stamp)?;
    let labels = |name: &str| show::label(&target.opened.setup.packs, name);
    let laid =
        Wanted { matrix: base.matrix(), value: base.value(), party: stamp.party.as_deref(), labels: &labels };
    let file = args.file.file_name().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default();
    let mut returned = back::compare(book, &file, &layout::tables(&laid)?, base.value(), stamp)?;
    ask_about_missing(args.missing, &mut returned);
    let (after, applied) = bring_in(&target.draft, &base, &returned, args.missing == Some(Gone::Remove))?;
    returned.questions.extend(applied.questions.clone());
    let told = Told {
        file: &file,
        stamp,
        returned: &returned,
        applied: &applied,
        before: &target.draft,
        after: &after,
    };
    finish(args, target.held, &told, &target.opened.path, global)
}

/// Brings in a sheet of somebody else, by its mapping.
pub(super) fn foreign(
    args: &Args,
    into: &Path,
    (book, hidden): (&Book, Vec<String>),
    packs: &Packs,
    global: &Global,
) -> Result<u8> {
    let mut target = Target::open(into)?;
    let matrix = target.draft.matrix().clone();
    let parties = |mapping: &Mapping| {
        Parties::of_matrix(&matrix, mapping).ok_or_else(|| {
            Error::usage(format!("`{}` has no client or no provider yet", matrix.id))
                .hint("`countersign add party` adds one")
        })
    };
    let catalog = match &matrix.frameworks[..] {
        [only] => Some(only.pack.as_str()),
        _ => None,
    };
    let sheet = Sheet::read(args, (book, hidden), packs, catalog, &parties)?;
    let understood = &sheet.understood;
    understood.demand_room()?;
    let (after, merge) =
        target.draft.edit(|matrix| Ok(workbook::merge(matrix, understood, &sheet.parties)))?;
    let is_changed = after.text() != target.draft.text();
    let path = escape::terminal(&target.opened.path);
    let is_stopped = !merge.questions.is_empty() && !args.rest;
    match args.format {
        Format::Json => {
            let mut account = workbook::json(&understood.account);
            account["into"] = json!(target.opened.path);
            account["matched"] = json!(merge.matched);
            account["added"] = json!(merge.added);
            account["unspoken"] = json!(merge.unspoken);
            account["questions"] =
                merge.questions.iter().map(|it| json!({ "held": it.held, "why": it.why })).collect();
            terminal::print(&escape::json(&format!("{account:#}\n")))?;
        }
        _ => {
            let mut out = workbook::text(&understood.account);
            out.push_str(&brought(&merge, &path));
            if is_changed {
                out.push_str("\nwhat this changes\n");
                out.push_str(&edit::change(&target.draft, &after, global));
            }
            terminal::print(&out)?;
        }
    }
    let end = match (is_changed, args.write, is_stopped) {
        (false, ..) => format!("\n{path} says all of this already; nothing to write\n"),
        (true, false, _) => format!("\nnothing was written; the same with `--write` changes {path}\n"),
        (true, true, true) => {
            return Err(Error::usage(format!(
                "{} in question, so nothing was written",
                count(merge.questions.len(), "row")
            ))
            .hint("`--rest` writes what is clear"));
        }
        (true, true, false) => {
            target.held.replace(after.text())?;
            format!("\nwrote {path}\nnext: countersign diff\n")
        }
    };
    if args.format != Format::Json {
        terminal::print(&end)?;
    }
    Ok(u8::from(!merge.questions.is_empty()))
}

/// Says which rows of a sheet are rows of the matrix.
fn brought(merge: &Merge, path: &str) -> String {
    let clean = |text: &str| escape::terminal(text);
    let mut out = format!("\ninto {path}: {} matched", count(merge.matched, "row"));
    if !merge.added.is_empty() {
        let _ = write!(out, "; {} new: {}", merge.added.len(), clean(&some(&merge.added, 8)));
    }
    if !merge.unspoken.is_empty() {
        let _ = write!(out, "; {} of the matrix are not in the sheet and stay", merge.unspoken.len());
    }
    out.push('\n');
    if !merge.questions.is_empty() {
        let _ = writeln!(out, "\nin question: {}", merge.questions.len());
    }
    for one in merge.questions.iter().take(TOLD) {
        let _ = writeln!(out, "  {}: {}", clean(&one.held), clean(&one.why));
    }
    more(&mut out, merge.questions.len());
    out
}

/// Finds the version that a workbook was made of: the matrix as it is, as it was offered, or as it was committed.
fn base(target: &Target, stamp: &Stamp) -> Result<Draft> {
    let path = &target.opened.path;
    if Digest::of(target.held.bytes()).to_string() == stamp.sha256 {
        return Ok(target.draft.clone());
    }
    let found = text_by_digest(&target.opened.world, path, &stamp.sha256)?;
    let bytes = found.ok_or_else(|| {
        Error::usage(format!("nobody knows the text of `{}` {} that the workbook was made of", stamp.id, stamp.version))
            .because(format!("its SHA-256 is {}; neither `{path}`, its commits nor `signoffs/` has it", stamp.sha256))
            .hint("commit a matrix before you export it; of a clone without history, `git fetch --unshallow` gets the rest")
    })?;
    Draft::of(path, bytes)
}

/// Makes a question of the lines that are gone, unless it was answered.
fn ask_about_missing(answer: Option<Gone>, returned: &mut Returned) {
    if answer.is_some() {
        return;
    }
    let questions: Vec<Question> = returned
        .gone()
        .map(|one| Question {
            place: one.sheet.to_owned(),
            held: one.key.clone(),
            why:
                "the line is gone; `--missing remove` takes it out of the matrix, `--missing keep` leaves it"
                    .to_owned(),
        })
        .collect();
    returned.questions.extend(questions);
}

/// Makes the changes in the matrix as it is now.
fn bring_in(now: &Draft, base: &Draft, returned: &Returned, removes: bool) -> Result<(Draft, Applied)> {
    let held = back::held(returned, base.value());
    let defaults = held.get("defaults").unwrap_or(&Value::Null);
    let text = |id: &str| {
        let mut rows = held[ROWS].as_array().into_iter().flatten();
        rows.find(|row| row["id"] == *id).map(|row| text_digest(row, defaults))
    };
    let edit = |matrix: &mut Value| {
        let applied = back::apply(returned, base.value(), matrix, removes);
        for one in returned.rows_missing().filter(|_| removes) {
            crate::edit::remove::remove(matrix, Noun::Row, &one.key)?;
        }
        for said in &returned.reviews {
            let review = Review {
                parties: vec![(said.party.clone(), None)],
                on: today(),
                outcome: said.outcome,
                note: said.note.clone(),
            };
            review.write_of(matrix, &said.row, text(&said.row).as_deref())?;
        }
        Ok(applied)
    };
    now.edit(edit).map_err(|error| match guilty(now, base, returned) {
        Some(place) => error.because(format!("the cell is {place}")),
        None => error,
    })
}

/// Returns the first cell whose change alone would be refused.
fn guilty(now: &Draft, base: &Draft, returned: &Returned) -> Option<String> {
    let alone = |edit: &back::Edit| Returned { edits: vec![edit.clone()], ..Returned::default() };
    let is_refused = |edit: &&back::Edit| {
        now.edit(|matrix| Ok(back::apply(&alone(edit), base.value(), matrix, false))).is_err()
    };
    returned.edits.iter().find(is_refused).map(|edit| edit.place.clone())
}

/// What there is to tell.
struct Told<'a> {
    file: &'a str,
    stamp: &'a Stamp,
    returned: &'a Returned,
    applied: &'a Applied,
    before: &'a Draft,
    after: &'a Draft,
}

fn finish(args: &Args, held: crate::edit::Held, told: &Told<'_>, path: &str, global: &Global) -> Result<u8> {
    let (mut held, questions) = (held, &told.returned.questions);
    let is_changed = told.after.text() != told.before.text();
    let is_stopped = !questions.is_empty() && !args.rest;
    let writes = args.write && is_changed && !is_stopped;
    if writes {
        held.replace(told.after.text())?;
    }
    match args.format {
        Format::Json => terminal::print(&escape::json(&format!("{:#}\n", json(told, path, writes))))?,
        _ => terminal::print(&text(told, path, (args.write, writes, is_changed), global))?,
    }
    if args.write && is_stopped {
        return Err(Error::usage(format!(
            "{} in question, so nothing was written",
            count(questions.len(), "cell or line")
        ))
        .hint("correct the workbook, or write what is clear with `--rest`"));
    }
    Ok(u8::from(!questions.is_empty()))
}

fn text(
    told: &Told<'_>,
    path: &str,
    (asked, written, is_changed): (bool, bool, bool),
    global: &Global,
) -> String {
    let clean = |text: &str| escape::terminal(text);
    let Told { file, stamp, returned, applied, .. } = told;
    let mut out = format!("{}, exported from {} {}\n", clean(file), clean(&stamp.id), clean(&stamp.version));
    if stamp.sha256 != Digest::of(told.before.text().as_bytes()).to_string() {
        out.push_str("the matrix has changed since; the changes are brought together by row and field\n");
    }
    let _ = writeln!(out, "\n{} changed", count(applied.made.len(), "cell"));
    for edit in applied.made.iter().take(TOLD) {
        let _ = writeln!(
            out,
            "  {}  {} of {}",
            clean(&edit.place),
            edit.path.replace('/', "."),
            clean(&edit.key)
        );
    }
    more(&mut out, applied.made.len());
    if !returned.reviews.is_empty() {
        out.push_str(&reviews(told.before.matrix(), returned));
    }
    if is_changed {
        out.push_str("\nwhat this changes\n");
        out.push_str(&edit::change(told.before, told.after, global));
    }
    if !returned.questions.is_empty() {
        let _ = writeln!(out, "\nin question: {}", returned.questions.len());
        for one in returned.questions.iter().take(TOLD) {
            let held = if one.held.is_empty() { String::new() } else { format!("  `{}`", clean(&one.held)) };
            let _ = writeln!(out, "  {}{held}: {}", clean(&one.place), clean(&one.why));
        }
        more(&mut out, returned.questions.len());
    }
    returned.notices.iter().for_each(|notice| {
        let _ = writeln!(out, "note: {}", clean(notice));
    });
    let path = clean(path);
    out.push_str(&match (is_changed, written, asked) {
        (false, ..) => format!("\n{path} says all of this already; nothing to write\n"),
        (_, true, _) => format!("\nwrote {path}\nnext: countersign diff\n"),
        (_, _, false) => format!("\nnothing was written; the same with `--write` changes {path}\n"),
        _ => String::new(),
    });
    out
}

fn more(out: &mut String, all: usize) {
    if all > TOLD {
        let _ = writeln!(out, "  and {} more; `--format json` names all", all - TOLD);
    }
}

/// Says what each party said, in one line a party and outcome.
fn reviews(matrix: &Matrix, returned: &Returned) -> String {
    let mut out = String::from("\nreviews\n");
    for party in &matrix.parties {
        for (outcome, verb) in [(Outcome::Agreed, "agrees with"), (Outcome::Disputed, "disputes")] {
            let said = returned.reviews.iter().filter(|one| one.party == party.id && one.outcome == outcome);
            let rows: Vec<String> = said.map(|one| one.row.clone()).collect();
            if !rows.is_empty() {
                let _ = writeln!(
                    out,
                    "  {} {verb} {}: {}",
                    escape::terminal(&party.name),
                    count(rows.len(), "row"),
                    some(&rows, 8)
                );
            }
        }
    }
    out
}

fn json(told: &Told<'_>, path: &str, written: bool) -> Value {
    let Told { file, stamp, returned, applied, .. } = told;
    let edits = applied.made.iter().map(|edit| {
        let was = told.before.value().pointer(&format!("{}/{}", edit.pointer, edit.path));
        json!({ "place": edit.place, "of": edit.key, "field": edit.path.replace('/', "."), "before": was, "after": edit.value })
    });
    let reviews = returned.reviews.iter().map(|one| {
        json!({ "place": one.place, "row": one.row, "party": one.party, "outcome": one.outcome.word(), "note": one.note })
    });
    let questions =
        returned.questions.iter().map(|one| json!({ "place": one.place, "held": one.held, "why": one.why }));
    json!({
        "format": "countersign/import/1",
        "file": file,
        "into": path,
        "exportedFrom": { "id": stamp.id, "version": stamp.version, "sha256": stamp.sha256 },
        "changes": edits.collect::<Vec<_>>(),
        "reviews": reviews.collect::<Vec<_>>(),
        "questions": questions.collect::<Vec<_>>(),
        "notices": returned.notices,
        "written": written,
    })
}
