//! What a column may mean, by its heading, its cells and the columns beside it.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::super::book::Sheet;
use super::super::clean::{clean, is_blank, is_mark};
use super::super::votes;
use super::known::Known;
use super::{Column, LOOKED_AT, words};
use crate::pack::spelling::folded;

/// The most different values that a column of a vocabulary has.
const MOST_VALUES: usize = 14;
/// The longest of them, in characters.
const LONGEST_VALUE: usize = 60;
/// The longest usual name of a row, in characters.
const LONGEST_TITLE: usize = 160;

/// What a column may mean, and why.
pub(super) struct Guess {
    means: Value,
    why: Option<Cow<'static, str>>,
}

impl Guess {
    fn sure(means: Value) -> Self {
        Self { means, why: None }
    }

    fn of(means: Value, why: impl Into<Cow<'static, str>>) -> Self {
        Self { means, why: Some(why.into()) }
    }

    fn field(field: &str, why: impl Into<Cow<'static, str>>) -> Self {
        Self::of(json!({ "field": field }), why)
    }

    /// Returns whether a person has to look at it.
    pub(super) fn is_guessed(&self) -> bool {
        self.why.is_some()
    }

    /// Returns it as a mapping has it.
    pub(super) fn value(&self) -> Value {
        let mut value = self.means.clone();
        if let (Some(why), Some(fields)) = (&self.why, value.as_object_mut()) {
            fields.insert("guess".to_owned(), why.as_ref().into());
        }
        value
    }
}

/// What is known of the sheet as a whole.
pub(super) struct Guessing<'a> {
    pub(super) columns: &'a [Column],
    pub(super) known: &'a Known,
    /// What short words stand for, by the sheet's own legend.
    pub(super) legend: BTreeMap<String, &'static str>,
}

impl Guessing<'_> {
    /// Guesses every column; a field that only one column can be is given once.
    pub(super) fn all(&self) -> Vec<(String, Guess)> {
        let mut taken: BTreeSet<String> = BTreeSet::new();
        if self.known.has_titles {
            taken.insert("title".to_owned());
        }
        let mut guesses: Vec<(String, Guess)> = Vec::new();
        for column in self.columns {
            let mut guess = self.column(column, &taken);
            if let Some(field) = guess.means["field"].as_str().filter(|field| *field != "native")
                && !taken.insert(field.to_owned())
                && !matches!(field, "reference" | "notes" | "evidence")
            {
                guess = Guess::field("native", "another column is that already; kept as it is");
            }
            guesses.push((column.key.clone(), guess));
        }
        self.with_key(&mut guesses);
        guesses
    }

    /// Sees to it that a row is known by something.
    fn with_key(&self, guesses: &mut [(String, Guess)]) {
        let known = ["control", "control-and-title", "title", "id", "reference"];
        let is_key =
            |guess: &Guess| known.iter().any(|word| guess.means == **word || guess.means["field"] == **word);
        let is_text = |text: &&String| text.chars().any(char::is_alphabetic) && !is_mark(text);
        let texts = |column: &Column| match is_lettered(column) {
            true => 0,
            false => column.cells.iter().filter(is_text).collect::<BTreeSet<_>>().len(),
        };
        if guesses.iter().any(|(_, guess)| is_key(guess)) {
            return;
        }
        let most = self.columns.iter().filter(|column| !column.is_apart).map(texts).max();
        let first = self.columns.iter().position(|column| !column.is_apart && Some(texts(column)) == most);
        if let Some((_, guess)) = first.and_then(|at| guesses.get_mut(at)) {
            *guess = Guess::field("title", "say what a row is known by");
        }
    }

    fn column(&self, column: &Column, taken: &BTreeSet<String>) -> Guess {
        if Some(column.at) == self.known.column {
            return self.control();
        }
        if column.is_apart {
            return Guess::of(json!({ "ignore": "stands apart from the table" }), "behind an empty column");
        }
        if words::is_private(&column.heading()) {
            return Guess::of(
                json!({ "ignore": "may both parties read it?" }),
                "sounds as if it were for one side; say `native` or `notes` if both may read it",
            );
        }
        let guess = self.offered(column).or_else(|| self.marks(column)).or_else(|| self.letters(column));
        let guess = guess.or_else(|| self.vocabulary(column)).or_else(|| self.status(column));
        guess.or_else(|| self.words(column, taken)).unwrap_or_else(|| match column.cells.is_empty() {
            true => Guess::field("native", "empty; colours and shapes say nothing here"),
            false => Guess::field("native", kept(column)),
        })
    }

    fn control(&self) -> Guess {
        match (&self.known.catalog, self.known.has_titles) {
            (None, _) => {
                Guess::field("reference", "no catalogue at hand has these; with a `catalog` it is `control`")
            }
            (Some(_), true) => Guess::sure(json!("control-and-title")),
            (Some(_), false) => Guess::sure(json!("control")),
        }
    }

    /// What others may inherit.
    fn offered(&self, column: &Column) -> Option<Guess> {
        let values = values(column);
        if !folded(&column.heading()).contains("inherit") || values.is_empty() {
            return None;
        }
        let means = |value: &&str| match words::offered(value) {
            Some(offered) => json!({ "offered": offered }),
            None => json!("nothing"),
        };
        let known = values.iter().filter(|value| words::offered(value).is_some()).count();
        let is_one = known * 2 > values.len() && values.len() <= MOST_VALUES;
        is_one.then(|| {
            let all: Map<String, Value> =
                values.iter().map(|value| ((*value).to_owned(), means(value))).collect();
            Guess::of(json!({ "values": all }), "what others may inherit; not whose the row is")
        })
    }

    /// Marks, or an empty column among columns of marks.
    fn marks(&self, column: &Column) -> Option<Guess> {
        let is_beside_marks = column.cells.is_empty() && self.columns.iter().any(is_crossed);
        if !is_marked(column) && !is_beside_marks {
            return None;
        }
        let name = folded(&column.heading());
        let is_answer =
            ["answer", "response", "compliant", "in place"].iter().any(|word| name.contains(word));
        if is_answer && !is_crossed(column) {
            return Some(Guess::field("native", "answers to a question, which do not say whose the row is"));
        }
        if name.contains("applicable")
            && !name.contains("not applicable")
            && column.cells.iter().any(|it| is_mark(it))
        {
            let of = |value: &&str| json!(if is_mark(value) { "nothing" } else { "not-applicable" });
            let all: Map<String, Value> =
                values(column).iter().map(|value| ((*value).to_owned(), of(value))).collect();
            return Some(Guess::of(
                json!({ "values": all }),
                "a row that is not applicable belongs to nobody",
            ));
        }
        let effect = match words::side(&column.heading()) {
            _ if words::status(column.lowest()).is_some() => {
                json!({ "status": words::status(column.lowest()) })
            }
            _ if words::owner(column.lowest()) == Some("not-applicable") => json!("not-applicable"),
            Some("client") if name.contains("configured") => json!({
                "owner": "shared", "mode": "configured",
                "duties": [{ "do": "perform", "party": "provider" }, { "do": "configure", "party": "client" }]
            }),
            Some(side @ ("client" | "provider")) if words::deed(column.lowest()).is_some() => {
                json!({ "duties": [{ "do": words::deed(column.lowest()), "party": side }] })
            }
            Some(side) => json!(side),
            None if column.cells.is_empty() => return None,
            None => return Some(Guess::field("native", "marks whose meaning the heading does not say")),
        };
        let mut means = json!({ "mark": effect });
        let is_empty = |text: &&String| !is_mark(text) && !is_blank(text);
        let empty: BTreeSet<&String> = column.cells.iter().filter(is_empty).collect();
        if !empty.is_empty() {
            means["empty"] = json!(empty);
        }
        Some(Guess::of(means, "what a mark says, by the heading"))
    }

    /// The letters of RACI.
    fn letters(&self, column: &Column) -> Option<Guess> {
        if !is_lettered(column) || self.columns.iter().filter(|one| is_lettered(one)).count() < 2 {
            return None;
        }
        let side = words::side(&column.heading());
        let Some(side @ ("client" | "provider")) = side else {
            return Some(Guess::field("native", "letters of RACI; say whose, as { \"raci\": \"provider\" }"));
        };
        let mut means = json!({ "raci": side });
        let is_role = column.parts.len() > 1 && words::side(column.lowest()).is_none();
        if is_role {
            means["role"] = column.lowest().into();
        }
        Some(Guess::of(means, "letters of RACI"))
    }

    /// Values that say whose a row is.
    fn vocabulary(&self, column: &Column) -> Option<Guess> {
        let values = values(column);
        let is_short = values.iter().all(|it| it.chars().count() <= LONGEST_VALUE);
        if values.is_empty() || values.len() > MOST_VALUES || !is_short {
            return None;
        }
        let owner = |value: &str| {
            let by_legend = self.legend.get(&value.to_lowercase()).copied();
            by_legend.or_else(|| words::owner(value))
        };
        let owned = values.iter().filter(|value| owner(value).is_some()).count();
        let asks = words::asks_whose(&column.heading());
        let is_side = matches!(words::side(&column.heading()), Some("client" | "provider"));
        let is_one = match asks && !is_side {
            true => owned * 2 >= values.len(),
            false => owned == values.len() && values.len() >= 2,
        };
        let is_coded = asks && values.len() <= 6 && values.iter().all(|value| value.chars().count() <= 3);
        if !is_one && !is_coded {
            return None;
        }
        let all: Map<String, Value> = values
            .iter()
            .map(|value| ((*value).to_owned(), json!(owner(value).unwrap_or("unassigned"))))
            .collect();
        let why = match owned == values.len() {
            true => "whose each value makes the row",
            false => "whose each value makes the row; say it where it is `unassigned`",
        };
        Some(Guess::of(json!({ "values": all }), why))
    }

    /// Values that say how far a row is implemented.
    fn status(&self, column: &Column) -> Option<Guess> {
        let values = values(column);
        let known = values.iter().filter(|value| words::status(value).is_some()).count();
        let is_one = known > 0 && known * 2 >= values.len() && values.len() <= MOST_VALUES;
        is_one.then(|| {
            let means = |value: &str| {
                words::status(value).map_or(json!("nothing"), |status| json!({ "status": status }))
            };
            let all: Map<String, Value> =
                values.iter().map(|value| ((*value).to_owned(), means(value))).collect();
            Guess::of(json!({ "values": all }), "how far it is implemented")
        })
    }

    /// Texts, by the heading.
    fn words(&self, column: &Column, taken: &BTreeSet<String>) -> Option<Guess> {
        let name = folded(&column.heading());
        let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
        let side = words::side(&column.heading());
        let is_number = name
            .split(' ')
            .next_back()
            .is_some_and(|last| matches!(last, "id" | "number" | "no" | "nr" | "ref"));
        if column.cells.is_empty() || is_number {
            return None;
        }
        let by_heading = |field: &str| Some(Guess::field(field, "by its heading"));
        let is_named = column.cells.iter().filter(|it| it.chars().any(char::is_alphabetic)).count() * 2
            > column.cells.len();
        let is_title = !taken.contains("title")
            && is_named
            && column.cells.iter().all(|it| it.chars().count() <= LONGEST_TITLE);
        let is_side = matches!(side, Some("client" | "provider"));
        match () {
            () if has(&["evidence", "artifact", "nachweis"]) => {
                by_heading(if has(&["location", "where", "link", "path"]) {
                    "evidence-location"
                } else {
                    "evidence"
                })
            }
            () if has(&["frequency", "cadence", "how often", "häufigkeit"]) => by_heading("cadence"),
            () if has(&["justification", "rationale", "reason"]) => by_heading("justification"),
            () if has(&["remark", "note", "bemerkung"]) && !(is_side && has(&["responsib"])) => {
                by_heading("notes")
            }
            () if side == Some("shared") || has(&["how shared", "how it is shared", "shared detail"]) => {
                by_heading("details")
            }
            () if has(&["tool", "service", "product"]) && !has(&["responsib", "service provider"]) => {
                by_heading("tools")
            }
            () if is_side && has(&["owner"]) => {
                Some(Guess::field("native", "a role or a person of one side"))
            }
            () if is_side => Some(Guess::of(
                json!({ "duty": "perform", "party": side, "empty": ["N/A*", "None", "-"] }),
                "what this side does",
            )),
            () if has(&["statement", "specification", "requirement text", "control text"]) => {
                by_heading("statement")
            }
            () if is_title && is_called(column) => by_heading("title"),
            () if has(&["domain", "family", "section", "category", "bereich"]) => by_heading("group"),
            () if has(&["description", "activit", "task", "question"]) => by_heading("activity"),
            () if is_title && self.columns.iter().any(is_called) => None,
            () if is_title
                && has(&["control", "requirement", "safeguard", "criteri", "practice", "area", "topic"]) =>
            {
                by_heading("title")
            }
            () => None,
        }
    }
}

/// Says that a column is kept as it is, and which few values it has: one of such columns may say whose the rows are.
fn kept(column: &Column) -> String {
    let values = values(column);
    let is_short = values.iter().all(|value| value.chars().count() <= 24);
    match (2..=6).contains(&values.len()) && column.cells.len() > values.len() && is_short {
        true => {
            let all: Vec<&str> = values.into_iter().collect();
            format!(
                "kept as it is; it holds {}: if these say whose a row is, give it `values`",
                all.join(", ")
            )
        }
        false => "kept as it is".to_owned(),
    }
}

/// Returns whether a heading says that its column names the rows.
fn is_called(column: &Column) -> bool {
    let name = folded(&column.heading());
    ["title", "name", "bezeichnung"].iter().any(|word| name.contains(word))
        && !["domain", "family"].iter().any(|word| name.contains(word))
}

/// Returns the different texts of a column that say anything.
fn values(column: &Column) -> BTreeSet<&str> {
    let is_no_answer = |text: &str| matches!(text, "" | "-" | "–" | "—" | "--");
    column.cells.iter().map(String::as_str).filter(|text| !is_no_answer(text)).collect()
}

/// Returns whether all cells are marks, or say that there is none.
fn is_marked(column: &Column) -> bool {
    let is_one =
        |text: &String| is_mark(text) || is_blank(text) || words::owner(text) == Some("not-applicable");
    column.cells.iter().any(|text| is_mark(text)) && column.cells.iter().all(is_one)
}

/// Returns whether a column holds crosses, and not answers to a question.
fn is_crossed(column: &Column) -> bool {
    is_marked(column)
        && column.cells.iter().all(|text| !matches!(&*text.to_lowercase(), "yes" | "no" | "1" | "0"))
}

/// Returns whether all cells are letters of RACI, with somebody who does or answers for the work.
fn is_lettered(column: &Column) -> bool {
    let known = BTreeMap::new();
    let is_short = |text: &String| text.chars().count() <= 9;
    let is_one = |text: &String| is_short(text) && votes::letters_of(text, &known).is_ok();
    let name = folded(&column.heading());
    let is_other =
        ["family", "title", "name", "id"].iter().any(|word| name.split(' ').any(|one| one == *word));
    !is_other
        && column.cells.iter().any(|text| !votes::letters_of(text, &known).unwrap_or_default().is_empty())
        && column.cells.iter().all(is_one)
}

/// Reads what short words stand for: `P = Provider`, or a cell with the word beside one with what it means.
pub(super) fn legend(sheet: &Sheet) -> BTreeMap<String, &'static str> {
    let mut legend = BTreeMap::new();
    let mut note = |short: &str, long: &str| {
        let short = short.trim();
        let is_short = (1..=3).contains(&short.chars().count())
            && short.chars().all(char::is_uppercase)
            && words::owner(short).is_none();
        if let (true, Some(owner)) = (is_short, words::owner(long)) {
            legend.insert(short.to_lowercase(), owner);
        }
    };
    for (_, line) in sheet.lines.iter().take(LOOKED_AT) {
        for (at, (column, cell)) in line.cells.iter().enumerate() {
            let text = clean(&cell.text).0;
            for part in text.split([',', ';', '|']) {
                if let Some((short, long)) = part.split_once(['=', ':', '–']) {
                    note(short, long);
                }
            }
            if let Some((next, beside)) = line.cells.get(at + 1).filter(|_| line.cells.len() - at == 2)
                && *next == column + 1
            {
                note(&text, &beside.text);
            }
        }
    }
    legend
}
