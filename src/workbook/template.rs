//! The client's own layout, filled from a matrix: the cells whose meaning differs are written anew, in the words of the sheet.

use std::collections::BTreeMap;

use serde_json::Value;

use super::mapping::{Column, Field, Meaning, Owner, Says, SheetMap};
use super::merge::{Found, Index};
use super::votes::Votes;
use super::{Book, Mapping, Parties, Understood};
use crate::matrix::{Deed, ROWS};

/// What a template gets, and what it has no place for.
#[derive(Clone, Debug, Default)]
pub struct Filled {
    /// The cells that are written anew.
    pub cells: Vec<Fill>,
    /// How many rows of the template are rows of the matrix.
    pub rows: usize,
    /// Rows of the matrix that the template has no line for.
    pub without_line: Vec<String>,
    /// Fields of the matrix that the template has no column for, each with how many rows have it.
    pub without_column: BTreeMap<&'static str, usize>,
    /// What the sheet has no word for, and lines that are several rows of the matrix.
    pub questions: Vec<String>,
}

/// A cell that is written anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fill {
    /// The sheet.
    pub sheet: String,
    /// The row, from 0.
    pub row: u32,
    /// The column, from 0.
    pub column: u32,
    /// What it holds from now on.
    pub text: String,
}

/// Fills a template that a mapping understood.
pub fn fill(
    matrix: &Value,
    book: &Book,
    understood: &Understood,
    mapping: &Mapping,
    parties: &Parties,
) -> Filled {
    let index = Index::of(matrix);
    let mut filled = Filled::default();
    let mut seen: Vec<usize> = Vec::new();
    let maps = mapping.sheet_maps();
    for (row, places) in understood.rows.iter().zip(&understood.places) {
        let at = match index.find(row) {
            Found::One(at) => at,
            Found::None => continue,
            Found::Several(rows) => {
                let called = super::merge::called(row);
                filled
                    .questions
                    .push(format!("`{called}` is several rows of the matrix: {}", rows.join(", ")));
                seen.extend(rows.iter().map(|id| index.at(id)));
                continue;
            }
        };
        seen.push(at);
        filled.rows += 1;
        let own = &matrix[ROWS][at];
        for (sheet, number) in places {
            let found = book.sheets.iter().find(|one| one.name == *sheet);
            let fitting = |map: &&SheetMap| {
                map.name.fits(sheet) && found.is_some_and(|one| super::table::find(one, map).is_ok())
            };
            let (Some(found), Some(map)) = (found, maps.iter().find(fitting)) else { continue };
            let Ok(table) = super::table::find(found, map) else { continue };
            let filling =
                Filling { own, was: row, map, parties, vocabulary: vocabulary(map, mapping, sheet) };
            for (key, column) in &table.columns {
                let heading = table.headings.get(column).map(String::as_str).unwrap_or_default();
                let held = found.lines.get(number).and_then(|line| line.cell(*column));
                let held =
                    held.map(|cell| super::clean::clean(&cell.text).0.into_owned()).unwrap_or_default();
                match filling.text(&map.columns[key], heading, &held) {
                    Ok(Some(text)) if text != held => {
                        filled.cells.push(Fill { sheet: sheet.clone(), row: *number, column: *column, text });
                    }
                    Ok(_) => {}
                    Err(why) => filled
                        .questions
                        .push(format!("{sheet}!{}: {why}", super::book::address(*number, *column))),
                }
            }
        }
    }
    let rows = matrix[ROWS].as_array().into_iter().flatten();
    filled.without_line =
        index.ids.iter().enumerate().filter(|(at, _)| !seen.contains(at)).map(|(_, id)| id.clone()).collect();
    for row in rows {
        for field in lacking(&maps) {
            if row.get(field).is_some_and(|value| !value.as_array().is_some_and(Vec::is_empty)) {
                *filled.without_column.entry(field).or_default() += 1;
            }
        }
    }
    filled
}

fn vocabulary(map: &SheetMap, mapping: &Mapping, sheet: &str) -> String {
    map.vocabulary.clone().or_else(|| mapping.vocabulary.clone()).unwrap_or_else(|| sheet.to_owned())
}

/// Returns the fields of a row that no column of a mapping speaks of.
fn lacking(maps: &[SheetMap]) -> Vec<&'static str> {
    let fields: Vec<Field> =
        maps.iter().flat_map(|map| map.columns.values()).filter_map(Column::field).collect();
    let spoken = [
        ("activity", Field::Activity),
        ("shared", Field::Details),
        ("justification", Field::Justification),
        ("evidence", Field::Evidence),
        ("cadence", Field::Cadence),
        ("tools", Field::Tools),
        ("references", Field::Reference),
        ("group", Field::Group),
        ("statement", Field::Statement),
        ("notes", Field::Notes),
    ];
    let missing = spoken.into_iter().filter(|(_, field)| !fields.contains(field)).map(|(name, _)| name);
    missing.chain(["byScope", "scope", "services", "documents", "reports", "reviewed"]).collect()
}

/// One row of the matrix beside what its line in the template says.
struct Filling<'a> {
    own: &'a Value,
    was: &'a Value,
    map: &'a SheetMap,
    parties: &'a Parties,
    vocabulary: String,
}

impl Filling<'_> {
    /// Returns what a cell holds from now on; `None` if it stays as it is.
    fn text(&self, column: &Column, heading: &str, held: &str) -> Result<Option<String>, String> {
        let meaning = match column {
            Column::Field(field) => return Ok(self.field(*field)),
            Column::Meaning(meaning) => meaning,
        };
        if let Some(field) = meaning.field {
            return Ok(self.field(field));
        }
        if let (Some(deed), Some(party)) = (meaning.deed, &meaning.party) {
            let role = meaning.role.as_deref();
            let (is, was) =
                (self.duty(self.own, deed, (party, role)), self.duty(self.was, deed, (party, role)));
            return Ok((is != was).then(|| is.unwrap_or_default()));
        }
        if let Some(effect) = &meaning.mark {
            let is_marked = self.agrees(self.own, &effect.says());
            let is_held = super::clean::is_mark(held);
            let mark =
                || self.native(heading).filter(|word| super::clean::is_mark(word)).unwrap_or("X").to_owned();
            return Ok((is_marked != is_held).then(|| if is_marked { mark() } else { String::new() }));
        }
        if let Some(party) = &meaning.raci {
            let letters = self.letters(party, meaning);
            let known = super::votes::letters_of(held, &meaning.letters).unwrap_or_default();
            let now = super::votes::letters_of(&letters, &meaning.letters).unwrap_or_default();
            let is_same =
                |deeds: &[Deed]| deeds.len() == now.len() && deeds.iter().all(|deed| now.contains(deed));
            let means =
                |word: &&str| super::votes::letters_of(word, &meaning.letters).is_ok_and(|it| is_same(&it));
            let own = self.native(heading).filter(means).map(str::to_owned);
            return Ok((!is_same(&known)).then(|| own.unwrap_or(letters)));
        }
        if meaning.values.is_empty() { Ok(None) } else { self.value(meaning, heading, held) }
    }

    /// Returns a field whose text in the matrix is another than in the template.
    fn field(&self, field: Field) -> Option<String> {
        let joined = |value: &Value, between: &str| {
            let all: Vec<&str> = value.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            all.join(between)
        };
        let evidence = |row: &Value, name: &str| {
            let all: Vec<&str> = row["evidence"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|one| one[name].as_str())
                .collect();
            all.join("; ")
        };
        let text = |row: &Value| match field {
            Field::Title => row["title"].as_str().unwrap_or_default().to_owned(),
            Field::Activity => row["activity"].as_str().unwrap_or_default().to_owned(),
            Field::Details => row["shared"]["details"].as_str().unwrap_or_default().to_owned(),
            Field::Justification => row["justification"].as_str().unwrap_or_default().to_owned(),
            Field::Cadence => row["cadence"].as_str().unwrap_or_default().to_owned(),
            Field::Tools => joined(&row["tools"], ", "),
            Field::Reference => joined(&row["references"], "; "),
            Field::Evidence => evidence(row, "artifact"),
            Field::EvidenceLocation => evidence(row, "location"),
            Field::Group => row["group"].as_str().unwrap_or_default().to_owned(),
            Field::Statement => row["statement"].as_str().unwrap_or_default().to_owned(),
            Field::Notes => row["notes"].as_str().unwrap_or_default().to_owned(),
            Field::Control | Field::ControlAndTitle | Field::Id | Field::Native => String::new(),
        };
        let (is, was) = (text(self.own), text(self.was));
        (is != was).then_some(is)
    }

    fn duty(&self, row: &Value, deed: Deed, (party, role): (&str, Option<&str>)) -> Option<String> {
        let id = self.parties.id(party);
        let duties = row["duties"].as_array().into_iter().flatten();
        let own = duties.filter(|duty| {
            let is_role = role.is_none_or(|role| duty["role"] == role);
            duty["do"] == deed.word() && duty["party"] == id && is_role
        });
        let texts: Vec<&str> = own.filter_map(|duty| duty["text"].as_str()).collect();
        (!texts.is_empty()).then(|| texts.join("; "))
    }

    fn letters(&self, party: &str, meaning: &Meaning) -> String {
        let usual = [
            ("R", Deed::Perform),
            ("A", Deed::Accountable),
            ("S", Deed::Support),
            ("C", Deed::Consult),
            ("I", Deed::Inform),
        ];
        let id = self.parties.id(party);
        let known: Vec<(&str, Deed)> = match meaning.letters.is_empty() {
            true => usual.to_vec(),
            false => meaning.letters.iter().map(|(letter, deed)| (letter.as_str(), *deed)).collect(),
        };
        let has = |deed: Deed| {
            self.own["duties"]
                .as_array()
                .into_iter()
                .flatten()
                .filter(|duty| meaning.role.as_deref().is_none_or(|role| duty["role"] == role))
                .any(|duty| duty["party"] == id && duty["do"] == deed.word())
        };
        let letters: Vec<&str> =
            known.iter().filter(|(_, deed)| has(*deed)).map(|(letter, _)| *letter).collect();
        letters.join("/")
    }

    /// Returns the word of the sheet for what the row is: the one that it holds, the one of the source, else the first.
    fn value(&self, meaning: &Meaning, heading: &str, held: &str) -> Result<Option<String>, String> {
        let fits = |text: &str| match super::row::by_value(meaning, text).as_deref() {
            Ok([says]) => self.agrees(self.own, says),
            Ok(several) => {
                let mut votes = Votes::default();
                several.iter().for_each(|says| votes.add(says));
                self.own["allocation"] == votes.owner(self.parties).allocation().word()
            }
            Err(_) => false,
        };
        if fits(held) || (held.is_empty() && self.own["allocation"] == "unassigned") {
            return Ok(None);
        }
        if let Some(word) = self.native(heading).filter(|word| fits(word)) {
            return Ok(Some(word.to_owned()));
        }
        let word = meaning.values.keys().find(|word| !word.contains(['*', '|']) && fits(word));
        match word {
            Some(word) => Ok(Some(word.clone())),
            None => Err(format!(
                "the sheet has no word for `{}` in `{heading}`",
                self.own["allocation"].as_str().unwrap_or_default()
            )),
        }
    }

    /// Returns what the source had under a heading.
    fn native(&self, heading: &str) -> Option<&str> {
        let native = self.own["native"].as_array().into_iter().flatten();
        let mut same = native.filter(|one| one["vocabulary"] == *self.vocabulary && one["field"] == *heading);
        same.next().and_then(|one| one["value"].as_str())
    }

    /// Says whether an effect holds for a row.
    fn agrees(&self, row: &Value, says: &Says) -> bool {
        let allocation = row["allocation"].as_str().unwrap_or_default();
        let owner = says.owner.is_none_or(|owner| {
            owner.allocation().word() == allocation || (allocation == "shared" && self.is_half(owner))
        });
        let mode = says.mode.is_none_or(|mode| row["shared"]["mode"] == mode.word());
        let offered = says.offered.as_ref().is_none_or(|offered| row["offered"] == **offered);
        let status = says.status.as_ref().is_none_or(|status| row["status"]["implementation"] == **status);
        let inherits = says.inherits.as_ref().is_none_or(|edge| {
            row["inherits"]
                .as_array()
                .into_iter()
                .flatten()
                .any(|one| one["from"] == self.parties.id(&edge.from))
        });
        owner && mode && offered && status && inherits
    }

    /// Says whether a mark of one side is half of a shared row, where the sheet has no mark for shared rows.
    fn is_half(&self, owner: Owner) -> bool {
        let marks_shared = self.map.columns.values().any(|column| match column {
            Column::Meaning(it) => {
                let marks = it.mark.iter().chain(it.values.values());
                marks.into_iter().any(|effect| effect.says().owner == Some(Owner::Shared))
            }
            Column::Field(_) => false,
        });
        matches!(owner, Owner::Client | Owner::Provider) && !marks_shared
    }
}
