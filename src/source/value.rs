//! Builds the value, and notes in the same pass what needs a closer look.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::number::LARGEST;

/// What the pass came across; places are looked up later, if at all.
#[derive(Debug, Default)]
pub(super) struct Noted {
    /// An object had two equal keys.
    pub(super) duplicates: Cell<bool>,
    /// A number may not arrive as written: it is large, or no whole number.
    pub(super) numbers: Cell<bool>,
    /// Nesting went beyond the limit, and reading stopped.
    pub(super) too_deep: Cell<bool>,
}

/// Reads `text` strictly, containers nested at most `depth` deep.
pub(super) fn build(text: &str, depth: usize, noted: &Noted) -> serde_json::Result<Value> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = Build { noted, left: depth }.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(value)
}

#[derive(Clone, Copy)]
struct Build<'n> {
    noted: &'n Noted,
    /// How many levels may still open.
    left: usize,
}

impl Build<'_> {
    fn inside<E: Error>(self) -> Result<Self, E> {
        if self.left == 0 {
            self.noted.too_deep.set(true);
            return Err(E::custom("nested too deeply"));
        }
        Ok(Self { left: self.left - 1, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for Build<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Build<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        if value > LARGEST {
            self.noted.numbers.set(true);
        }
        Ok(Value::Number(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        if value.unsigned_abs() > LARGEST {
            self.noted.numbers.set(true);
        }
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        self.noted.numbers.set(true);
        Ok(Value::from(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let inside = self.inside()?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(inside)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let inside = self.inside()?;
        let mut object = Map::new();
        while let Some(key) = members.next_key::<String>()? {
            let value = members.next_value_seed(inside)?;
            if object.insert(key, value).is_some() {
                self.noted.duplicates.set(true);
            }
        }
        Ok(Value::Object(object))
    }
}
