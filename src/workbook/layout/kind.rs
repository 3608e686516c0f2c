//! What a cell of an exported workbook holds: how a value of the matrix is written there, and read back.

use serde_json::Value;

use super::names::Names;
use crate::schema;

/// The most characters of a cell, in the units of the format of workbooks (UTF-16).
const MOST: usize = 32_767;

/// What a cell holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A text.
    Text,
    /// A word of a closed vocabulary: that of this field of this definition in the schema of a matrix.
    Word(&'static str, &'static str),
    /// Several such words, a line each.
    Words(&'static str, &'static str),
    /// How often: one of the usual words, or a length of time.
    Cadence,
    /// Yes or no.
    Flag,
    /// A whole number.
    Number,
    /// A party, a service or a scope by its name.
    Name(Noun),
    /// Several of them, a line each.
    Named(Noun),
    /// Several texts, a line each.
    Texts,
    /// Several controls, a line each; without the catalogue where the matrix has only one.
    Controls,
}

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noun {
    /// A party.
    Party,
    /// A service.
    Service,
    /// A scope.
    Scope,
    /// A document.
    Document,
}

impl Kind {
    /// Returns what a cell shows for a value; `None` if no cell can show it so that it could be read back.
    pub fn shown(self, value: Option<&Value>, names: &Names) -> Option<String> {
        let Some(value) = value else { return Some(String::new()) };
        if value.as_array().is_some_and(Vec::is_empty) {
            return Some(String::new());
        }
        let text = self.written(value, names)?;
        let fits = text.encode_utf16().count() <= MOST && !text.chars().any(is_lost) && !text.is_empty();
        (fits && self.read(&text, names) == Ok(Some(value.clone()))).then_some(text)
    }

    /// Returns a value as a text, whether it could be read back or not.
    fn written(self, value: &Value, names: &Names) -> Option<String> {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let lines = |of: &dyn Fn(&Value) -> Option<String>| {
            let all: Option<Vec<String>> = value.as_array()?.iter().map(of).collect();
            all.map(|all| all.join("\n"))
        };
        match self {
            Self::Text | Self::Word(..) | Self::Cadence => text(value),
            Self::Words(..) | Self::Texts => lines(&text),
            Self::Flag => value.as_bool().map(|is| if is { "yes" } else { "no" }.to_owned()),
            Self::Number => value.as_i64().map(|number| number.to_string()),
            Self::Name(noun) => value.as_str().map(|id| names.shown(noun, id).to_owned()),
            Self::Named(noun) => lines(&|id| Some(names.shown(noun, id.as_str()?).to_owned())),
            Self::Controls => lines(&|control| Some(names.control(control.as_str()?).to_owned())),
        }
    }

    /// Returns the value that a text of a cell stands for; `None` for an empty one.
    ///
    /// # Errors
    /// Why the text cannot stand for a value.
    pub fn read(self, text: &str, names: &Names) -> Result<Option<Value>, String> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let value = match self {
            Self::Text => text.into(),
            Self::Cadence => cadence(text)?.into(),
            Self::Word(object, field) => word(text, &words(object, field))?.into(),
            Self::Words(object, field) => {
                let known = words(object, field);
                lines(text, true).map(|one| word(one, &known)).collect::<Result<Vec<_>, _>>()?.into()
            }
            Self::Flag => match &*text.to_lowercase() {
                "yes" | "true" | "x" | "y" => true.into(),
                "no" | "false" | "n" => false.into(),
                _ => return Err("it is `yes` or `no`".to_owned()),
            },
            Self::Number => text.parse::<i64>().map_err(|_| "it is no whole number".to_owned())?.into(),
            Self::Name(noun) => names.id(noun, text)?.into(),
            Self::Named(noun) => {
                lines(text, false).map(|one| names.id(noun, one)).collect::<Result<Vec<_>, _>>()?.into()
            }
            Self::Texts => lines(text, false).map(str::to_owned).collect::<Vec<_>>().into(),
            Self::Controls => {
                lines(text, true).map(|one| names.whole_control(one)).collect::<Vec<_>>().into()
            }
        };
        Ok(Some(value))
    }

    /// Returns the words that may stand in a cell, where there are only these.
    pub fn choices(self, names: &Names) -> Vec<String> {
        match self {
            Self::Word(object, field) => words(object, field),
            Self::Flag => vec!["yes".to_owned(), "no".to_owned()],
            Self::Name(noun) => names.all(noun),
            Self::Cadence => cadences(),
            Self::Text | Self::Words(..) | Self::Number | Self::Named(_) | Self::Texts | Self::Controls => {
                Vec::new()
            }
        }
    }

    /// Returns whether other texts than the choices may stand in a cell.
    pub fn is_open(self) -> bool {
        self == Self::Cadence
    }
}

/// Returns whether programs drop or change a character on the way.
fn is_lost(character: char) -> bool {
    (character.is_control() && character != '\n') || matches!(character, '\u{fffe}' | '\u{ffff}')
}

/// Splits the lines of a cell; ids may stand beside each other with commas between them, too.
fn lines(text: &str, by_comma: bool) -> impl Iterator<Item = &str> {
    let parts = text.split(move |it: char| it == '\n' || (by_comma && matches!(it, ',' | ';')));
    parts.map(str::trim).filter(|part| !part.is_empty())
}

fn word(text: &str, known: &[String]) -> Result<String, String> {
    let typed = text.trim().to_lowercase().replace([' ', '_'], "-");
    if let Some(found) = known.iter().find(|one| **one == typed) {
        return Ok(found.clone());
    }
    Err(match crate::near::nearest(&typed, known.iter().map(String::as_str)) {
        Some(near) => format!("`{near}` is meant? it can be {}", known.join(", ")),
        None => format!("it can be {}", known.join(", ")),
    })
}

fn cadence(text: &str) -> Result<String, String> {
    match text.starts_with('P') {
        true => Ok(text.to_owned()),
        false => word(text, &cadences()),
    }
}

fn cadences() -> Vec<String> {
    strings(&schema::value(schema::Kind::Matrix)["$defs"]["cadence"]["else"]["enum"])
}

/// Returns the words that the schema allows in a field of a definition, or in each item of it.
fn words(object: &str, field: &str) -> Vec<String> {
    let pointer = format!("/$defs/{object}/properties/{}", field.replace('.', "/properties/"));
    let field = schema::value(schema::Kind::Matrix).pointer(&pointer).unwrap_or(&Value::Null);
    strings(&field.get("items").unwrap_or(field)["enum"])
}

fn strings(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Kind, Names, words};

    #[test]
    fn vocabularies_are_those_of_the_schema() {
        assert!(words("row", "allocation").contains(&"not-applicable".to_owned()));
        assert!(words("division", "mode").contains(&"split-scope".to_owned()));
        assert!(words("party", "handles").contains(&"cui".to_owned()));
    }

    #[test]
    fn what_could_not_be_read_back_is_not_shown_to_be_edited() {
        let names = Names::default();
        for (kind, value) in [
            (Kind::Text, json!(" outer space ")),
            (Kind::Text, json!("a\u{7}bell")),
            (Kind::Text, json!("x".repeat(40_000))),
            (Kind::Texts, json!(["two\nlines"])),
            (Kind::Word("row", "allocation"), json!("nobody")),
        ] {
            assert_eq!(kind.shown(Some(&value), &names), None, "{value}");
        }
        assert_eq!(Kind::Texts.shown(Some(&json!(["a", "b; c"])), &names), Some("a\nb; c".to_owned()));
        assert_eq!(
            Kind::Word("row", "allocation").read("Not Applicable", &names),
            Ok(Some(json!("not-applicable")))
        );
    }
}
