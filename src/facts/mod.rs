//! The matrix as rules see it: defaults resolved, sides, catalogue labels and ages filled in.
//!
//! RFC 9535 has no joins and no clock, so whatever a rule would have to look up is written beside the value
//! it belongs to. Nothing is removed or reordered: the pointer of a fact is the pointer in the file, except
//! for duties that come from the defaults, which [`Facts::source_pointer`] leads back to where they stand.

use jiff::civil::Date;
use serde_json::{Map, Value, json};

use crate::matrix::{Deed, Duty, Matrix, Reviewed, Row};
use crate::pack::Packs;

/// A matrix with everything filled in that rules may ask for.
#[derive(Debug)]
pub struct Facts {
    /// The matrix's value with the computed fields added.
    pub value: Value,
    /// For each row, how many duties are its own; what follows are defaults.
    own_duties: Vec<usize>,
    /// For each row, the place in `/defaults/duties` of each default duty appended to it.
    defaults: Vec<Vec<usize>>,
    /// For each row, whether its review stands in the older form, one object for all parties.
    older_reviews: Vec<bool>,
}

impl Facts {
    /// Fills in a matrix. `value` is the value that `matrix` was read from; it is taken over, not copied.
    pub fn of(matrix: &Matrix, mut value: Value, packs: &Packs, today: Date, offered: bool) -> Self {
        let filler = Filler { matrix, packs, today };
        filler.head(&mut value, offered);
        let defaults: Vec<Vec<usize>> = matrix.rows.iter().map(|row| filler.appended(row)).collect();
        let rows = value.get_mut("rows").and_then(Value::as_array_mut).into_iter().flatten();
        for ((row, facts), appended) in matrix.rows.iter().zip(rows).zip(&defaults) {
            if let Some(facts) = facts.as_object_mut() {
                filler.row(row, appended, facts);
            }
        }
        let own_duties = matrix.rows.iter().map(|row| row.duties.len()).collect();
        let is_older = |row: &Row| row.reviewed.iter().any(|entry| entry.is_older_form);
        let older_reviews = matrix.rows.iter().map(is_older).collect();
        Self { value, own_duties, defaults, older_reviews }
    }

    /// Counts the age of the matrix's review from a later day, on which it was reviewed without change.
    pub fn renew(&mut self, matrix: &Matrix, day: Date, today: Date) {
        let Some(review) = matrix.review.as_ref().filter(|review| review.last.is_none_or(|last| last < day))
        else {
            return;
        };
        if let Some(facts) = self.value.pointer_mut("/review").and_then(Value::as_object_mut) {
            insert_days(facts, "ageDays", Some(days(day, today)));
            let every = review.every.as_ref().and_then(|every| every.span());
            let due = every.and_then(|every| day.checked_add(every).ok());
            insert_days(facts, "dueInDays", due.map(|due| days(today, due)));
        }
    }

    /// Returns where in the file the fact at `pointer` comes from.
    pub fn source_pointer(&self, pointer: &str) -> String {
        let elsewhere = self.default_pointer(pointer).or_else(|| self.review_pointer(pointer));
        elsewhere.unwrap_or_else(|| pointer.to_owned())
    }

    /// A review of the older form is one object for all parties: each of its entries is in the same place.
    fn review_pointer(&self, pointer: &str) -> Option<String> {
        let (row, rest) = row_of(pointer)?;
        let rest = rest.strip_prefix("/reviewed/").filter(|_| self.older_reviews.get(row) == Some(&true))?;
        let field = rest.split_once('/').map(|(_, field)| field);
        let field = field.filter(|field| matches!(*field, "on" | "outcome" | "note"));
        let field = field.map(|field| format!("/{field}")).unwrap_or_default();
        Some(format!("/rows/{row}/reviewed{field}"))
    }

    fn default_pointer(&self, pointer: &str) -> Option<String> {
        let (row, rest) = row_of(pointer)?;
        let rest = rest.strip_prefix("/duties/")?;
        let (at, tail) =
            rest.split_once('/').map_or((rest, String::new()), |(at, tail)| (at, format!("/{tail}")));
        let appended = at.parse::<usize>().ok()?.checked_sub(*self.own_duties.get(row)?)?;
        let default = self.defaults.get(row)?.get(appended)?;
        Some(format!("/defaults/duties/{default}{tail}"))
    }
}

/// Returns the index of the row that a pointer leads into, and the rest of the pointer.
pub fn row_of(pointer: &str) -> Option<(usize, &str)> {
    let rest = pointer.strip_prefix("/rows/")?;
    let (at, rest) = rest.find('/').map_or((rest, ""), |end| rest.split_at(end));
    Some((at.parse().ok()?, rest))
}

struct Filler<'a> {
    matrix: &'a Matrix,
    packs: &'a Packs,
    today: Date,
}

impl Filler<'_> {
    fn head(&self, value: &mut Value, offered: bool) {
        let Some(head) = value.as_object_mut() else { return };
        head.insert("today".into(), json!(self.today));
        head.insert("offered".into(), json!(offered));
        for (party, facts) in self.matrix.parties.iter().zip(objects(head.get_mut("parties"))) {
            for (authorization, facts) in
                party.authorizations.iter().zip(objects(facts.get_mut("authorizations")))
            {
                insert_days(facts, "ageDays", authorization.as_of.map(|day| days(day, self.today)));
                insert_days(facts, "expiresInDays", authorization.expires.map(|day| days(self.today, day)));
            }
        }
        for (service, facts) in self.matrix.services.iter().zip(objects(head.get_mut("services"))) {
            facts.insert("inForce".into(), json!(self.is_in_force(service)));
        }
        if let (Some(review), Some(Value::Object(facts))) = (&self.matrix.review, head.get_mut("review")) {
            insert_days(facts, "ageDays", review.last.map(|day| days(day, self.today)));
            let due = review.last.zip(review.every.as_ref().and_then(|every| every.span()));
            let due = due.and_then(|(last, every)| last.checked_add(every).ok());
            insert_days(facts, "dueInDays", due.map(|day| days(self.today, day)));
        }
    }

    /// A service is in force on the first day of the matrix, or today where that day is not known.
    fn is_in_force(&self, service: &crate::matrix::Service) -> bool {
        let day = self.matrix.effective_from.unwrap_or(self.today).max(self.today);
        service.starts_on.is_none_or(|start| start <= day) && service.ends_on.is_none_or(|end| day < end)
    }

    fn appended(&self, row: &Row) -> Vec<usize> {
        let named = |deed: Deed| row.duties.iter().any(|duty| duty.deed == deed);
        let defaults = self.matrix.defaults.duties.iter().enumerate();
        defaults.filter(|(_, default)| !named(default.deed)).map(|(at, _)| at).collect()
    }

    fn row(&self, row: &Row, appended: &[usize], facts: &mut Map<String, Value>) {
        for (duty, facts) in row.duties.iter().zip(objects(facts.get_mut("duties"))) {
            self.duty(row, duty, facts);
        }
        self.append_defaults(row, appended, facts);
        for (evidence, facts) in row.evidence.iter().zip(objects(facts.get_mut("evidence"))) {
            let retention = evidence.retention.as_ref().or(self.matrix.defaults.retention.as_ref());
            if let Some(retention) = retention {
                facts.insert("keptFor".into(), json!(retention.as_str()));
            }
        }
        for (edge, facts) in row.inherits.iter().zip(objects(facts.get_mut("inherits"))) {
            let is_authorized =
                self.matrix.party(&edge.from).is_some_and(|party| !party.authorizations.is_empty());
            facts.insert("isAuthorized".into(), json!(is_authorized));
        }
        self.labels(row, facts);
        let mut sides: Vec<&str> =
            row.duties.iter().filter_map(|duty| Some(self.matrix.side(&duty.party)?.word())).collect();
        sides.sort_unstable();
        sides.dedup();
        facts.insert("sides".into(), json!(sides));
        if let Some(cadence) = self.matrix.cadence(row) {
            facts.insert("cadence".into(), json!(cadence));
        }
        facts.insert("isNotice".into(), json!(row.is_notice()));
        facts.insert("isWork".into(), json!(row.allocation.is_work() && !row.is_notice()));
        if !row.reviewed.is_empty() {
            let reviews = row.reviewed.iter().map(|entry| self.review(entry)).collect();
            facts.insert("reviewed".into(), Value::Array(reviews));
        }
    }

    /// Returns a review in the form of today, whatever its form in the file.
    fn review(&self, entry: &Reviewed) -> Value {
        let mut facts = Map::new();
        let fields =
            [("party", &entry.party), ("by", &entry.by), ("note", &entry.note), ("sha256", &entry.sha256)];
        for (name, value) in fields {
            if let Some(value) = value {
                facts.insert(name.into(), json!(value));
            }
        }
        if let Some(on) = entry.on {
            facts.insert("on".into(), json!(on));
            facts.insert("ageDays".into(), json!(days(on, self.today)));
        }
        if let Some(outcome) = entry.outcome {
            facts.insert("outcome".into(), json!(outcome.word()));
        }
        facts.insert("text".into(), json!(entry.text.word()));
        Value::Object(facts)
    }

    fn append_defaults(&self, row: &Row, appended: &[usize], facts: &mut Map<String, Value>) {
        if appended.is_empty() {
            return;
        }
        let Value::Array(duties) = facts.entry("duties").or_insert_with(|| json!([])) else { return };
        for duty in appended.iter().filter_map(|at| self.matrix.defaults.duties.get(*at)) {
            let mut default = Map::new();
            default.insert("do".into(), json!(duty.deed.word()));
            default.insert("party".into(), json!(duty.party));
            if let Some(role) = &duty.role {
                default.insert("role".into(), json!(role));
            }
            default.insert("fromDefaults".into(), json!(true));
            self.duty(row, duty, &mut default);
            duties.push(Value::Object(default));
        }
    }

    fn duty(&self, row: &Row, duty: &Duty, facts: &mut Map<String, Value>) {
        if let Some(side) = self.matrix.side(&duty.party) {
            facts.insert("side".into(), json!(side.word()));
        }
        facts.insert("counts".into(), json!(duty.deed.counts().word()));
        let rhythm = duty.cadence.as_deref().or_else(|| self.matrix.cadence(row));
        if let Some(rhythm) = rhythm {
            facts.insert("rhythm".into(), json!(rhythm));
        }
    }

    fn labels(&self, row: &Row, facts: &mut Map<String, Value>) {
        let mut frameworks: Vec<&str> = Vec::new();
        let mut labels = Vec::new();
        let mut periodic = false;
        for name in &row.controls {
            let catalog = name.split_once(':').map_or("", |(catalog, _)| catalog);
            if !frameworks.contains(&catalog) {
                frameworks.push(catalog);
            }
            let Some(control) = self.packs.control(name) else { continue };
            let whole = control.parent.as_ref().and_then(|parent| self.packs.catalogue(catalog)?.get(parent));
            periodic |= control.periodic.is_some();
            let title = whole.map_or(&control.title, |whole| &whole.title);
            labels.push(
                json!({ "control": name, "title": title, "group": control.group, "level": control.level }),
            );
        }
        facts.insert("frameworks".into(), json!(frameworks));
        facts.insert("labels".into(), Value::Array(labels));
        facts.insert("periodic".into(), json!(periodic));
    }
}

fn objects(list: Option<&mut Value>) -> impl Iterator<Item = &mut Map<String, Value>> {
    list.and_then(Value::as_array_mut).into_iter().flatten().filter_map(Value::as_object_mut)
}

/// Returns the days from one date to another, negative when the second is earlier.
fn days(from: Date, to: Date) -> i64 {
    i64::from(from.until(to).map_or(0, |span| span.get_days()))
}

fn insert_days(facts: &mut Map<String, Value>, name: &str, days: Option<i64>) {
    if let Some(days) = days {
        facts.insert(name.into(), json!(days));
    }
}
