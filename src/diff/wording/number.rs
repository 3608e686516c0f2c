//! Figures in words: "seventy-two" is 72.

use super::token::Token;

/// Figures in words.
const FIGURES: [(&str, &str); 43] = [
    ("zero", "0"),
    ("one", "1"),
    ("two", "2"),
    ("three", "3"),
    ("four", "4"),
    ("five", "5"),
    ("six", "6"),
    ("seven", "7"),
    ("eight", "8"),
    ("nine", "9"),
    ("ten", "10"),
    ("eleven", "11"),
    ("twelve", "12"),
    ("thirteen", "13"),
    ("fourteen", "14"),
    ("fifteen", "15"),
    ("sixteen", "16"),
    ("seventeen", "17"),
    ("eighteen", "18"),
    ("nineteen", "19"),
    ("twenty", "20"),
    ("thirty", "30"),
    ("forty", "40"),
    ("fifty", "50"),
    ("sixty", "60"),
    ("seventy", "70"),
    ("eighty", "80"),
    ("ninety", "90"),
    ("hundred", "100"),
    ("first", "1"),
    ("third", "3"),
    ("fourth", "4"),
    ("fifth", "5"),
    ("sixth", "6"),
    ("seventh", "7"),
    ("eighth", "8"),
    ("ninth", "9"),
    ("tenth", "10"),
    ("twelfth", "12"),
    ("fifteenth", "15"),
    ("twentieth", "20"),
    ("thirtieth", "30"),
    ("thousand", "1000"),
];

/// Returns the figure that a word says.
pub(super) fn of(word: &str) -> Option<&'static str> {
    FIGURES.iter().find(|(known, _)| *known == word).map(|(_, figure)| *figure)
}

/// Puts figures together that stand beside each other in words.
pub(super) fn joined(tokens: Vec<Token>) -> Vec<Token> {
    let mut joined: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        // "one hundred and twenty"
        let is_joint = token.word == "and"
            && joined.last().and_then(in_words).is_some_and(|figure| figure >= 100)
            && tokens.peek().and_then(in_words).is_some_and(|next| next < 100);
        if is_joint {
            continue;
        }
        let sum =
            joined.last().and_then(in_words).zip(in_words(&token)).and_then(|(one, other)| sum(one, other));
        match (sum, joined.last_mut()) {
            (Some(sum), Some(last)) => {
                last.word = sum.to_string();
                last.said = format!("{} {}", last.said, token.said);
            }
            _ => joined.push(token),
        }
    }
    joined
}

/// Units of time and how many of them are one of the next; a day is no 24 hours and a month no 30 days.
const UNITS: [(&str, u64, &str); 4] =
    [("second", 60, "minutes"), ("minute", 60, "hours"), ("day", 7, "weeks"), ("month", 12, "years")];

/// Writes spans of time in the larger unit where that leaves nothing over: 14 days are two weeks.
pub(super) fn in_large_units(mut tokens: Vec<Token>) -> Vec<Token> {
    for at in 1..tokens.len() {
        let unit = tokens[at].word.trim_end_matches('s');
        let Some((_, size, larger)) = UNITS.iter().find(|(name, ..)| *name == unit) else { continue };
        let rest: Vec<&str> = tokens[at + 1..].iter().take(2).map(|token| token.word.as_str()).collect();
        // "seven days a week" is no span.
        let is_rate = matches!(rest[..], ["a" | "per" | "each" | "every", ..]);
        let figure = tokens[at - 1].word.parse::<u64>().ok().filter(|_| tokens[at - 1].is_figure);
        let Some(figure) = figure.filter(|figure| !is_rate && *figure > 0 && figure.is_multiple_of(*size))
        else {
            continue;
        };
        tokens[at - 1].word = (figure / size).to_string();
        tokens[at].word = if figure == *size { larger.trim_end_matches('s') } else { larger }.to_owned();
    }
    tokens
}

/// Returns the figure of a token that says it in words.
fn in_words(token: &Token) -> Option<u64> {
    let is_said = token.is_figure && token.said.chars().all(|c| c.is_alphabetic() || c == ' ');
    token.word.parse().ok().filter(|_| is_said)
}

fn sum(one: u64, other: u64) -> Option<u64> {
    match (one, other) {
        (20..=90, 1..=9) if one.is_multiple_of(10) => Some(one + other),
        (1..=99, 100 | 1000) | (100..=999, 1000) => Some(one * other),
        (100..=900, 1..=99) if one.is_multiple_of(100) => Some(one + other),
        _ => None,
    }
}
