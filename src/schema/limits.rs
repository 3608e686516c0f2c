//! What a schema from a rule may not do: point elsewhere, loop, or cost more than its size.

use std::iter::Peekable;
use std::str::Chars;

use serde_json::Value;

use super::keyword::{FORMATS, Holds, REFUSED, holds, names};
use super::outline::below;
use super::words::{quote, suggest, visible};

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";
const MOST_BYTES: usize = 16 * 1024;
const MOST_PARTS: usize = 2_000;
const DEEPEST: usize = 64;
const MOST_ALTERNATIVES: usize = 3;
const LONGEST_PATTERN: usize = 200;

/// Returns why `schema` is refused, if it is.
pub(super) fn inspect(schema: &Value) -> Result<(), String> {
    if schema.to_string().len() > MOST_BYTES {
        return Err("the schema is longer than 16 KiB".to_owned());
    }
    let mut walk = Walk { root: schema, parts: 0, references: Vec::new() };
    walk.schema(schema, &Place::default())
}

/// How far a walk has come.
#[derive(Clone, Default)]
struct Place {
    pointer: String,
    depth: usize,
    alternatives: usize,
}

impl Place {
    fn below(&self, token: &str) -> Self {
        Self { pointer: below(&self.pointer, token), depth: self.depth + 1, ..*self }
    }

    fn refuse<T>(&self, why: &str) -> Result<T, String> {
        match self.pointer.as_str() {
            "" => Err(why.to_owned()),
            pointer => Err(format!("{why}, at `{}`", visible(pointer))),
        }
    }
}

/// A walk through a schema that follows its references, as a validator does.
struct Walk<'a> {
    root: &'a Value,
    parts: usize,
    references: Vec<&'a str>,
}

impl<'a> Walk<'a> {
    fn schema(&mut self, schema: &'a Value, place: &Place) -> Result<(), String> {
        self.parts += 1;
        if self.parts > MOST_PARTS || place.depth > DEEPEST {
            return Err("the schema unfolds to more than can be judged quickly".to_owned());
        }
        match schema {
            Value::Bool(_) => Ok(()),
            Value::Object(keywords) => keywords
                .iter()
                .try_for_each(|(keyword, value)| self.keyword(keyword, value, &place.below(keyword))),
            _ => place.refuse("a schema is a group of keywords, `true` or `false`"),
        }
    }

    fn keyword(&mut self, keyword: &str, value: &'a Value, place: &Place) -> Result<(), String> {
        let place = &self.counted(keyword, place)?;
        match known(keyword, place)? {
            Holds::Schema => self.schema(value, place),
            Holds::Schemas => self.each(value, place),
            Holds::Named => self.named(value, place),
            Holds::ByPattern => {
                let keys = value.as_object().into_iter().flatten().map(|(key, _)| key);
                keys.into_iter().try_for_each(|key| pattern(key, place))?;
                self.named(value, place)
            }
            Holds::Definitions => self.definitions(value, place),
            Holds::Reference => self.reference(value, place),
            Holds::Pattern => pattern(value.as_str().unwrap_or_default(), place),
            Holds::Format => format(value.as_str().unwrap_or_default(), place),
            Holds::Dialect => dialect(value, place),
            Holds::Plain => Ok(()),
        }
    }

    fn counted(&self, keyword: &str, place: &Place) -> Result<Place, String> {
        let is_alternative = matches!(keyword, "anyOf" | "oneOf" | "allOf" | "not");
        let place = Place { alternatives: place.alternatives + usize::from(is_alternative), ..place.clone() };
        if place.alternatives > MOST_ALTERNATIVES {
            return place.refuse("more than 3 of `anyOf`, `oneOf`, `allOf` and `not` inside each other");
        }
        Ok(place)
    }

    fn each(&mut self, value: &'a Value, place: &Place) -> Result<(), String> {
        let schemas = value.as_array().into_iter().flatten().enumerate();
        schemas.into_iter().try_for_each(|(at, schema)| self.schema(schema, &place.below(&at.to_string())))
    }

    fn named(&mut self, value: &'a Value, place: &Place) -> Result<(), String> {
        let schemas = value.as_object().into_iter().flatten();
        schemas.into_iter().try_for_each(|(name, schema)| self.schema(schema, &place.below(name)))
    }

    /// Judges each definition by itself; its weight counts where it is referred to.
    fn definitions(&mut self, value: &'a Value, place: &Place) -> Result<(), String> {
        let before = std::mem::take(&mut self.references);
        let outcome = self.named(value, &Place { alternatives: 0, ..place.clone() });
        self.references = before;
        outcome
    }

    fn reference(&mut self, value: &'a Value, place: &Place) -> Result<(), String> {
        let to = value.as_str().unwrap_or_default();
        let Some(target) = to.strip_prefix('#').filter(|rest| rest.starts_with('/')) else {
            return place
                .refuse(&format!("`$ref` must stay inside the rule's own schema, found {}", quote(to)));
        };
        let Some(schema) = self.root.pointer(target) else {
            return place.refuse(&format!("`$ref` leads nowhere: {}", quote(to)));
        };
        if self.references.contains(&to) {
            return place.refuse(&format!("`$ref` comes back to itself: {}", quote(to)));
        }
        self.references.push(to);
        let outcome = self.schema(schema, place);
        self.references.pop();
        outcome
    }
}

fn known(keyword: &str, place: &Place) -> Result<Holds, String> {
    if REFUSED.contains(&keyword) {
        return place.refuse(&format!("{} is not allowed in a rule", quote(keyword)));
    }
    if let Some(holds) = holds(keyword) {
        return Ok(holds);
    }
    let hint = suggest(keyword, names()).map(|meant| format!("; did you mean {}?", quote(meant)));
    place.refuse(&format!("{} is no keyword of JSON Schema{}", quote(keyword), hint.unwrap_or_default()))
}

fn format(name: &str, place: &Place) -> Result<(), String> {
    if FORMATS.contains(&name) {
        return Ok(());
    }
    let hint = suggest(name, FORMATS).map(|meant| format!("; did you mean {}?", quote(meant)));
    place.refuse(&format!("{} is no format that is checked{}", quote(name), hint.unwrap_or_default()))
}

fn dialect(value: &Value, place: &Place) -> Result<(), String> {
    match value.as_str() {
        Some(DIALECT) => Ok(()),
        _ => place.refuse("`$schema` must be draft 2020-12"),
    }
}

fn pattern(text: &str, place: &Place) -> Result<(), String> {
    if text.chars().count() > LONGEST_PATTERN {
        return place.refuse("a pattern is longer than 200 characters");
    }
    if counts_inside_counts(text) {
        return place.refuse("a counted repetition stands inside another in a pattern");
    }
    Ok(())
}

/// Returns whether something that is repeated a counted number of times holds another such repetition.
fn counts_inside_counts(pattern: &str) -> bool {
    let mut groups = vec![false];
    let mut before_counts = false;
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        let is_count = c == '{' && chars.peek().is_some_and(char::is_ascii_digit);
        if is_count && before_counts {
            return true;
        }
        before_counts = match c {
            '?' | '*' | '+' => before_counts,
            ')' => close(&mut groups),
            '{' if is_count => skip_count(&mut groups, &mut chars),
            _ => {
                skip_atom(c, &mut groups, &mut chars);
                false
            }
        };
    }
    false
}

fn skip_atom(c: char, groups: &mut Vec<bool>, chars: &mut Peekable<Chars<'_>>) {
    match c {
        '\\' => drop(chars.next()),
        '[' => skip_class(chars),
        '(' => groups.push(false),
        _ => {}
    }
}

/// Goes to the end of a counted repetition, which is part of the group around it.
fn skip_count(groups: &mut [bool], chars: &mut Peekable<Chars<'_>>) -> bool {
    mark(groups);
    chars.any(|c| c == '}')
}

/// Closes a group and returns whether it counts; what it counts, the group around it counts too.
fn close(groups: &mut Vec<bool>) -> bool {
    let counts = groups.pop().unwrap_or_default();
    if counts {
        mark(groups);
    }
    counts
}

fn mark(groups: &mut [bool]) {
    if let Some(group) = groups.last_mut() {
        *group = true;
    }
}

fn skip_class(chars: &mut Peekable<Chars<'_>>) {
    while let Some(c) = chars.next() {
        match c {
            '\\' => drop(chars.next()),
            ']' => return,
            _ => {}
        }
    }
}
