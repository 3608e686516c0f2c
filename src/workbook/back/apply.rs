//! What came back, brought into the matrix as it is now: by object and field, and never over what others changed meanwhile.

use serde_json::{Map, Value};

use super::{Edit, Missing, Question, Returned};

/// What became of the changes.
#[derive(Clone, Debug, Default)]
pub struct Applied {
    /// The edits that were made.
    pub made: Vec<Edit>,
    /// What could not be brought in, with the cells.
    pub questions: Vec<Question>,
}

/// Makes the edits in a matrix that may have changed since `base`; takes lines out that are gone, if `removes`.
///
/// Rows that are gone are left to the caller, for other things name them.
pub fn apply(returned: &Returned, base: &Value, matrix: &mut Value, removes: bool) -> Applied {
    let now = matrix.clone();
    let mut applied = Applied::default();
    for edit in &returned.edits {
        match target(edit, base, &now) {
            Ok(Some(pointer)) => {
                put(matrix, &pointer, edit);
                applied.made.push(edit.clone());
            }
            Ok(None) => {}
            Err(why) => applied.questions.push(Question {
                place: edit.place.clone(),
                held: shown(edit.value.as_ref()),
                why,
            }),
        }
    }
    if removes {
        remove(returned, base, matrix, &mut applied);
    }
    applied
}

/// Returns the matrix that the workbook holds: its version, with what was changed in it.
pub fn held(returned: &Returned, base: &Value) -> Value {
    let mut held = base.clone();
    returned.edits.iter().for_each(|edit| put(&mut held, &edit.pointer, edit));
    held
}

/// Returns the object that an edit changes; `None` if it says so already.
fn target(edit: &Edit, base: &Value, now: &Value) -> Result<Option<String>, String> {
    let Some(pointer) = carry(&edit.pointer, base, now) else {
        return Err(format!("`{}` was changed or removed since the workbook was exported", edit.key));
    };
    let was = base.pointer(&format!("{}/{}", edit.pointer, edit.path));
    let is = now.pointer(&format!("{pointer}/{}", edit.path));
    match () {
        () if is == edit.value.as_ref() => Ok(None),
        () if is == was => Ok(Some(pointer)),
        () => Err(format!(
            "`{}` of `{}` says {} now, and said {} when the workbook was exported",
            edit.path.replace('/', "."),
            edit.key,
            shown(is),
            shown(was)
        )),
    }
}

fn shown(value: Option<&Value>) -> String {
    match value {
        None => "nothing".to_owned(),
        Some(Value::String(text)) => format!("`{}`", crate::workbook::table::short(text)),
        Some(other) => format!("`{}`", crate::workbook::table::short(&other.to_string())),
    }
}

/// Finds the object of one matrix in another: by its id, else by what it says, else by its place in an unchanged list.
fn carry(pointer: &str, base: &Value, now: &Value) -> Option<String> {
    let (mut from, mut to, mut path) = (base, now, String::new());
    for token in pointer.split('/').skip(1) {
        let (was, is) = (from, to);
        match was {
            Value::Array(items) => {
                let wanted = items.get(token.parse::<usize>().ok()?)?;
                let at = position(wanted, items, is.as_array()?)?;
                (from, to) = (wanted, &is[at]);
                path.push_str(&format!("/{at}"));
            }
            _ => {
                (from, to) = (was.get(token)?, is.get(token)?);
                path.push_str(&format!("/{token}"));
            }
        }
    }
    Some(path)
}

fn position(wanted: &Value, from: &[Value], to: &[Value]) -> Option<usize> {
    let only = |list: &[Value], fits: &dyn Fn(&Value) -> bool| {
        let mut found = (0..list.len()).filter(|at| fits(&list[*at]));
        found.next().filter(|_| found.next().is_none())
    };
    for name in ["id", "pack"] {
        if let Some(id) = wanted.get(name).filter(|id| id.is_string()) {
            return only(to, &|one| one.get(name) == Some(id));
        }
    }
    if from == to {
        return from.iter().position(|one| std::ptr::eq(one, wanted));
    }
    only(from, &|one| one == wanted)?;
    only(to, &|one| one == wanted)
}

/// Puts what an edit says into its object; an object that says nothing any more goes.
fn put(matrix: &mut Value, pointer: &str, edit: &Edit) {
    let Some(object) = matrix.pointer_mut(pointer).and_then(Value::as_object_mut) else { return };
    let (parent, field) =
        edit.path.split_once('/').map_or((None, edit.path), |(parent, field)| (Some(parent), field));
    let is_row = pointer.strip_prefix("/rows/").is_some_and(|rest| !rest.contains('/'));
    match (parent, &edit.value) {
        (None, Some(value)) => drop(object.insert(field.to_owned(), value.clone())),
        // A row says of which controls it is, even if of none.
        (None, None) if is_row && field == "controls" => {
            drop(object.insert(field.to_owned(), Value::Array(Vec::new())))
        }
        (None, None) => drop(object.remove(field)),
        (Some(parent), Some(value)) => {
            let inner = object.entry(parent).or_insert_with(|| Value::Object(Map::new()));
            if let Some(inner) = inner.as_object_mut() {
                inner.insert(field.to_owned(), value.clone());
            }
        }
        (Some(parent), None) => {
            let inner = object.get_mut(parent).and_then(Value::as_object_mut);
            if inner.is_some_and(|inner| inner.remove(field).is_some() && inner.is_empty()) {
                object.remove(parent);
            }
        }
    }
}

/// Takes objects out whose lines are gone, from behind; rows are the caller's.
fn remove(returned: &Returned, base: &Value, matrix: &mut Value, applied: &mut Applied) {
    let mut gone: Vec<(String, &Missing)> = Vec::new();
    for missing in returned.parts_missing() {
        match carry(&missing.pointer, base, matrix) {
            Some(pointer) if base.pointer(&missing.pointer) == matrix.pointer(&pointer) => {
                gone.push((pointer, missing))
            }
            _ => applied.questions.push(Question {
                place: missing.sheet.to_owned(),
                held: missing.key.clone(),
                why: "the line is gone from the workbook, and was changed meanwhile".to_owned(),
            }),
        }
    }
    let order =
        |pointer: &str| -> Vec<usize> { pointer.split('/').filter_map(|it| it.parse().ok()).collect() };
    gone.sort_by_key(|(pointer, _)| std::cmp::Reverse(order(pointer)));
    for (pointer, _) in gone {
        let Some((list, at)) = pointer.rsplit_once('/') else { continue };
        let (Some(items), Ok(at)) =
            (matrix.pointer_mut(list).and_then(Value::as_array_mut), at.parse::<usize>())
        else {
            continue;
        };
        if at < items.len() {
            items.remove(at);
        }
        if items.is_empty()
            && let Some((parent, field)) = list.rsplit_once('/')
            && let Some(object) = matrix.pointer_mut(parent).and_then(Value::as_object_mut)
        {
            object.remove(field);
        }
    }
}

impl Returned {
    /// Returns the rows that are gone.
    pub fn rows_missing(&self) -> impl Iterator<Item = &Missing> {
        self.missing.iter().filter(|one| one.sheet == "Matrix")
    }

    /// Returns the lines that are gone of rows that are not.
    fn parts_missing(&self) -> impl Iterator<Item = &Missing> {
        let is_of_gone = |one: &Missing| {
            self.rows_missing().any(|row| one.pointer.starts_with(&format!("{}/", row.pointer)))
        };
        self.missing.iter().filter(move |one| one.sheet != "Matrix" && !is_of_gone(one))
    }

    /// Returns the lines that are gone, those of rows that are gone left out.
    pub fn gone(&self) -> impl Iterator<Item = &Missing> {
        self.rows_missing().chain(self.parts_missing())
    }
}
