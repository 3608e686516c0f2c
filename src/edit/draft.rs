//! A matrix that is being edited: its text, what it says, and what an edit may not do to it.

use serde_json::Value;

use super::name::Noun;
use super::rewrite::rewrite;
use crate::error::{Error, Kind, Result};
use crate::matrix::Matrix;
use crate::near;
use crate::report::words::every_fault;
use crate::schema;
use crate::source::{self, Limits};

/// A matrix that is being edited.
#[derive(Clone, Debug)]
pub struct Draft {
    path: String,
    text: String,
    value: Value,
    matrix: Matrix,
}

impl Draft {
    /// Reads the bytes of the file at `path`.
    ///
    /// # Errors
    /// Where they are no matrix that can be used: what is not understood is not edited.
    pub fn of(path: &str, bytes: Vec<u8>) -> Result<Self> {
        Self::read(path, bytes).map_err(|why| {
            Error::cannot_judge(format!("`{path}` is not a matrix that can be edited"))
                .because(why)
                .hint(every_fault(path))
        })
    }

    fn read(path: &str, bytes: Vec<u8>) -> std::result::Result<Self, String> {
        let document = source::load(path, bytes, Limits::MATRIX).map_err(|unreadable| {
            unreadable.findings.first().map(|finding| finding.message.to_string()).unwrap_or_default()
        })?;
        if let Some(fault) = schema::validate(schema::Kind::Matrix, &document.value).into_iter().next() {
            return Err(format!("{} (at {})", fault.message, fault.pointer));
        }
        let matrix = Matrix::of(&document.value)?;
        Ok(Self { path: path.to_owned(), text: document.source.text, value: document.value, matrix })
    }

    /// Returns its text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns what it says, as JSON.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// Returns what it says.
    pub fn matrix(&self) -> &Matrix {
        &self.matrix
    }

    /// Makes an edit, and returns the draft after it with what the edit returns.
    ///
    /// # Errors
    /// Where the edit itself is refused, or the loader, the schema or a name in the matrix would refuse what it makes.
    pub fn edit<T>(&self, edit: impl FnOnce(&mut Value) -> Result<T>) -> Result<(Self, T)> {
        let mut value = self.value.clone();
        let done = edit(&mut value)?;
        demand_shape(&value)?;
        demand_names(&self.value, &value)?;
        let text = rewrite(&self.text, &self.value, &value);
        let after = Self::read(&self.path, text.into_bytes()).map_err(|why| refused().because(why))?;
        if after.value != value {
            return Err(Error::new(Kind::Bug, "the edited text does not say what was asked for"));
        }
        Ok((after, done))
    }
}

fn refused() -> Error {
    Error::usage("this edit makes a matrix that nobody could read, so nothing was changed")
}

fn demand_shape(value: &Value) -> Result<()> {
    let Some(fault) = schema::validate(schema::Kind::Matrix, value).into_iter().next() else { return Ok(()) };
    let error = Error::usage("the format does not allow this, so nothing was changed")
        .because(format!("{} (at {})", fault.message, fault.pointer));
    Err(match fault.help {
        Some(help) => error.hint(help.to_string()),
        None => error,
    })
}

/// Refuses a name that nothing has any more or that two have now; what was wrong before stays for `check` to tell.
fn demand_names(before: &Value, after: &Value) -> Result<()> {
    for noun in Noun::ALL {
        let known = noun.dangling(before);
        if let Some(name) = noun.dangling(after).into_iter().find(|name| !known.contains(name)) {
            let given: Vec<String> = noun.given(after).into_iter().map(|one| one.name).collect();
            let used = noun.used(after).into_iter().filter(|one| one.name == name);
            let first = used.map(|one| one.pointer).next().unwrap_or_default();
            let error =
                Error::usage(format!("the matrix has no {} `{name}`, so nothing was changed", noun.word()))
                    .because(format!("it is used at {first}"));
            let near = near::nearest(&name, given.iter().map(String::as_str));
            return Err(match near {
                Some(near) => error.hint(format!("did you mean `{near}`?")),
                None => error.hint(format!("`countersign add {}` adds it", noun.word())),
            });
        }
        let known = noun.doubled(before);
        if let Some(name) = noun.doubled(after).into_iter().find(|name| !known.contains(name)) {
            return Err(Error::usage(format!(
                "there is a {} `{name}` already, so nothing was changed",
                noun.word()
            )));
        }
    }
    Ok(())
}
