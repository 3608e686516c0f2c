//! One row of the matrix out of what the cells of a source row say.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::clean::{is_blank, is_mark};
use super::mapping::{Column, Condition, Field, Meaning, Says};
use super::understand::{Held, Reading, Source};
use super::votes::{Votes, letters_of};

impl Reading<'_, '_> {
    pub(super) fn rows(&mut self) -> Vec<Value> {
        let mut taken = BTreeSet::new();
        let sources = std::mem::take(&mut self.sources);
        let is_kept = sources.len() <= super::MOST_ROWS;
        let mut rows = Vec::new();
        for source in sources {
            let row = self.row(&source, &mut taken);
            let owner = super::owner_word(row["allocation"].as_str().unwrap_or_default());
            *self.account.owners.entry(owner).or_default() += 1;
            self.account.rows += 1;
            if is_kept {
                rows.push(row);
            }
        }
        rows
    }

    /// Makes one row of the matrix.
    fn row(&mut self, source: &Source<'_>, taken: &mut BTreeSet<String>) -> Value {
        let mut row: Map<String, Value> = self.mapping.constants.clone();
        let mut votes = Votes::default();
        let mut texts: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
        let mut native: Vec<Value> = Vec::new();
        let mut controls: Vec<String> = Vec::new();
        for held in &source.cells {
            self.cell(held, &mut votes, &mut texts, &mut controls);
            if is_kept(held) {
                native.push(
                    json!({ "vocabulary": held.vocabulary(), "field": held.heading, "value": held.text }),
                );
            }
        }
        for decision in &self.mapping.decide {
            if decision.when.iter().all(|(column, condition)| holds(source, column, condition)) {
                votes.decide(&decision.then);
                break;
            }
        }
        for doubt in &self.mapping.doubts {
            if doubt.when.iter().all(|(column, condition)| holds(source, column, condition)) {
                self.account.combined.entry(doubt.say.clone()).or_default().push(source.key.clone());
            }
        }
        if let Some(why) = votes.contradiction() {
            self.account.combined.entry(why).or_default().push(source.key.clone());
        }
        let own_title = texts.remove("title").and_then(|it| it.into_iter().next());
        let is_titled = own_title.is_some();
        let title =
            own_title.or_else(|| self.controls.title(&controls)).unwrap_or_else(|| source.key.clone());
        let id = super::ids::unique(&source.key, &title, taken);
        if is_titled {
            self.titled.insert(id.clone());
        }
        row.insert("id".to_owned(), id.into());
        row.insert("title".to_owned(), title.into());
        row.insert("controls".to_owned(), controls.into());
        if !native.is_empty() {
            row.insert("native".to_owned(), native.into());
        }
        votes.fill(&mut row, &texts, self.parties);
        put_texts(&mut row, texts, source.group.as_deref());
        Value::Object(row)
    }

    /// Adds what one cell says.
    fn cell(
        &mut self,
        held: &Held<'_>,
        votes: &mut Votes,
        texts: &mut BTreeMap<&'static str, Vec<String>>,
        controls: &mut Vec<String>,
    ) {
        match held.meaning {
            None => {}
            Some(Column::Field(field)) => self.field(*field, held, texts, controls),
            Some(Column::Meaning(meaning)) => {
                if meaning.is_empty(&held.text) || meaning.ignore.is_some() {
                    return;
                }
                if let Some(field) = meaning.field {
                    self.field(field, held, texts, controls);
                } else if let (Some(deed), Some(party)) = (meaning.deed, &meaning.party) {
                    if !is_blank(&held.text) {
                        votes.duty(deed, (party, meaning.role.as_deref()), Some(&held.text));
                    }
                } else {
                    self.value(meaning, held, votes);
                }
            }
        }
    }

    fn field(
        &mut self,
        field: Field,
        held: &Held<'_>,
        texts: &mut BTreeMap<&'static str, Vec<String>>,
        controls: &mut Vec<String>,
    ) {
        let name = match field {
            Field::Control => {
                let (found, unknown) = self.controls.read(&held.text);
                for one in found {
                    if !controls.contains(&one) {
                        controls.push(one);
                    }
                }
                match unknown {
                    Some(_) if !self.controls.have_catalog() => {
                        self.without_catalog.push(self.place_of(held))
                    }
                    Some(why) => self.doubt(&self.place_of(held), &held.text, &why),
                    None => {}
                }
                return;
            }
            Field::ControlAndTitle => {
                let (control, title) = self.controls.split(&held.text);
                if let Some(control) = control {
                    let part = Held { text: control.to_owned().into(), ..held.clone() };
                    self.field(Field::Control, &part, texts, controls);
                }
                if !title.is_empty() {
                    texts.entry("title").or_default().push(title.to_owned());
                }
                return;
            }
            Field::Reference => "references",
            Field::Title => "title",
            Field::Activity => "activity",
            Field::Details => "details",
            Field::Justification => "justification",
            Field::Evidence => "evidence",
            Field::EvidenceLocation => "location",
            Field::Cadence => "cadence",
            Field::Tools => "tools",
            Field::Group => "group",
            Field::Statement => "statement",
            Field::Notes => "notes",
            Field::Id | Field::Native => return,
        };
        if field == Field::Cadence && super::votes::cadence(&held.text).is_none() {
            self.doubt(
                &self.place_of(held),
                &held.text,
                "no rhythm that the format knows, such as `quarterly`",
            );
            return;
        }
        texts.entry(name).or_default().push(held.text.clone().into_owned());
    }

    /// Adds what the value, the mark or the letters of a cell say.
    fn value(&mut self, meaning: &Meaning, held: &Held<'_>, votes: &mut Votes) {
        if let Some(effect) = &meaning.mark {
            if is_mark(&held.text) {
                votes.add(&effect.says());
            } else if !is_blank(&held.text) {
                self.doubt(&self.place_of(held), &held.text, "neither a mark nor empty");
            }
            return;
        }
        if let Some(party) = &meaning.raci {
            match letters_of(&held.text, &meaning.letters) {
                Ok(deeds) => votes.letters((party, meaning.role.as_deref()), &deeds),
                Err(letter) => self.doubt(
                    &self.place_of(held),
                    &held.text,
                    &format!("`{letter}` is no letter that the mapping knows"),
                ),
            }
            return;
        }
        match by_value(meaning, &held.text) {
            Ok(all) => all.iter().for_each(|says| votes.add(says)),
            Err(_) if matches!(held.text.trim(), "" | "-" | "–" | "—" | "--") => {}
            Err(part) => {
                let known: Vec<&str> = meaning.values.keys().map(String::as_str).collect();
                let near = crate::near::nearest(&part, known.iter().copied())
                    .map(|it| format!("; `{it}` is meant?"))
                    .unwrap_or_default();
                self.doubt(
                    &self.place_of(held),
                    &held.text,
                    &format!("the mapping does not say what `{part}` means{near}"),
                );
            }
        }
    }
}

/// Returns what the values of a cell say: the whole text, or each part of it; else the part that is unknown.
pub(super) fn by_value(meaning: &Meaning, text: &str) -> std::result::Result<Vec<Says>, String> {
    let of = |part: &str| {
        let fitting = || meaning.values.iter().filter(|(value, _)| super::mapping::fits(value, part));
        let exact = fitting().find(|(value, _)| !value.contains('*'));
        exact.or_else(|| fitting().next()).map(|(_, effect)| effect.says())
    };
    if let Some(says) = of(text) {
        return Ok(vec![says]);
    }
    let parts: Vec<&str> = text
        .split([',', ';', '/', '&', '+', '|'])
        .flat_map(|part| part.split(" and "))
        .map(str::trim)
        .filter(|it| !it.is_empty())
        .collect();
    if parts.len() < 2 {
        return Err(text.to_owned());
    }
    parts.into_iter().map(|part| of(part).ok_or_else(|| part.to_owned())).collect()
}

/// Returns whether a column of a row holds what a condition asks for.
fn holds(source: &Source<'_>, column: &str, condition: &Condition) -> bool {
    let texts: Vec<&str> =
        source.cells.iter().filter(|held| held.column == column).map(|held| &*held.text).collect();
    match condition {
        Condition::Filled(wanted) => texts.iter().any(|text| !is_blank(text)) == *wanted,
        Condition::Values(values) => {
            texts.iter().any(|text| values.fits(text))
                || (texts.is_empty() && values.all().iter().any(String::is_empty))
        }
    }
}

/// Returns whether the text of a cell is kept as the source has it.
fn is_kept(held: &Held<'_>) -> bool {
    match held.meaning {
        Some(Column::Meaning(meaning)) if meaning.ignore.is_some() => false,
        Some(column) => {
            !matches!(
                column.field(),
                Some(
                    Field::Title
                        | Field::Activity
                        | Field::Id
                        | Field::ControlAndTitle
                        | Field::Statement
                        | Field::Notes
                        | Field::Group
                )
            ) && !held.text.is_empty()
        }
        None => !held.text.is_empty(),
    }
}

fn put_texts(row: &mut Map<String, Value>, texts: BTreeMap<&'static str, Vec<String>>, group: Option<&str>) {
    let mut evidence: Vec<Value> = Vec::new();
    for (name, all) in &texts {
        let text = all.join("; ");
        match *name {
            "references" | "tools" => drop(row.insert((*name).to_owned(), json!(all))),
            "activity" | "justification" | "statement" | "notes" => {
                drop(row.insert((*name).to_owned(), text.into()))
            }
            "cadence" => drop(
                row.insert("cadence".to_owned(), super::votes::cadence(&text).unwrap_or_default().into()),
            ),
            "evidence" => evidence.push(json!({ "artifact": text })),
            _ => {}
        }
    }
    if let (Some(first), Some(location)) = (evidence.first_mut(), texts.get("location")) {
        first["location"] = location.join("; ").into();
    }
    if !evidence.is_empty() {
        row.insert("evidence".to_owned(), evidence.into());
    }
    let group = texts.get("group").and_then(|it| it.first()).map(String::as_str).or(group);
    if let Some(group) = group {
        row.insert("group".to_owned(), group.into());
    }
}
