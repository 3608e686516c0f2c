//! What clap offers of our own closed lists.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use crate::choice::Choice;
use crate::document::Format;

/// The formats of what is said as lines or as an object only.
pub(super) const LINES_OR_OBJECT: &[Format] = &[Format::Text, Format::Json];

/// Returns a parser that takes every word of the list.
pub(super) fn one_of<T: Choice>() -> impl TypedValueParser<Value = T> {
    among(T::ALL)
}

/// Returns a parser that takes these of the list.
pub(super) fn among<T: Choice>(some: &'static [T]) -> impl TypedValueParser<Value = T> {
    let offered = some.iter().map(|one| possible(*one));
    PossibleValuesParser::new(offered).map(|word| T::named(&word).expect("clap takes only words of the list"))
}

fn possible<T: Choice>(one: T) -> PossibleValue {
    let value = PossibleValue::new(one.word());
    if one.about().is_empty() { value } else { value.help(one.about()) }
}
