//! References: what only says where something stands, and what names a requirement, a standard or its edition.
//!
//! Where something stands may change without the duty; another requirement or another edition may ask for more. Both
//! are written in many forms, which are brought to one.

use super::lexicon::List;
use super::token::After;

/// The letters that requirements of the common catalogues begin with.
const FAMILIES: [&str; 22] = [
    "AC", "AT", "AU", "CA", "CC", "CM", "CP", "IA", "IR", "MA", "MP", "PE", "PI", "PL", "PM", "PS", "PT",
    "RA", "SA", "SC", "SI", "SR",
];

/// Returns the requirements and editions that a word names, none for a word that only says where something stands; nothing
/// for a word that is no reference.
pub(super) fn of(bare: &str, after: After, is_strength: bool, list: &List) -> Option<Vec<String>> {
    if bare.contains("://") || bare.starts_with("www.") {
        return Some(Vec::new());
    }
    let has_figure = bare.chars().any(|c| c.is_ascii_digit());
    let is_letter = bare.chars().count() == 1 && bare.chars().all(char::is_uppercase);
    if after == After::Place && (has_figure || is_letter) {
        return Some(Vec::new());
    }
    let small = bare.trim_start_matches('§').to_lowercase();
    if bare.contains('§') || after == After::Standard && has_figure {
        return Some(edition(&small));
    }
    if after == After::Edition && has_figure {
        return Some(vec![format!("rev {small}")]);
    }
    if is_strength {
        return None;
    }
    let head: String = bare.chars().take_while(char::is_ascii_alphabetic).collect();
    let tail = &bare[head.len()..];
    if head.is_empty() {
        return is_number(&small).then(|| edition(&small));
    }
    let is_version = head == "v" && has_figure && tail.chars().all(|c| c.is_ascii_digit() || c == '.');
    let is_parted = has_figure && tail.contains(['-', '.', '(', ':', '[']);
    let has_word = bare.split(|c: char| !c.is_ascii_lowercase()).any(|run| run.len() > 1);
    let is_code = is_parted && !has_word && head.len() <= 8 && head.chars().all(|c| c.is_ascii_uppercase());
    if is_version {
        return Some(Vec::new());
    }
    if !is_code || list.is_strength(&head.to_lowercase()) {
        return None;
    }
    // A family of controls; other letters are a document.
    let is_control = FAMILIES.contains(&head.as_str()) || tail.starts_with(".L");
    Some(if is_control { vec![control(&small)] } else { Vec::new() })
}

/// Returns whether figures alone are a requirement or a publication: `3.1.5`, `800-171`, `252.204-7012`.
fn is_number(small: &str) -> bool {
    let core = small.split(['(', '[', 'r']).next().unwrap_or_default();
    let is_plain = core.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-'));
    let parts = core.split('-').collect::<Vec<_>>();
    let is_publication = parts.len() == 2 && parts[0].len() >= 3 && !parts[1].is_empty();
    is_plain && (core.matches('.').count() >= 2 || is_publication)
}

/// Returns the figures of a requirement, without the level before them.
fn control(small: &str) -> String {
    match small.rsplit_once('-') {
        Some((_, figures)) if figures.matches('.').count() >= 2 => closed(figures),
        _ => closed(small),
    }
}

/// Returns a standard, and its edition where it is written to it: `800-171r2`.
fn edition(small: &str) -> Vec<String> {
    let small = small.strip_prefix('v').unwrap_or(small);
    match small.rsplit_once('r') {
        Some((number, edition)) if !edition.is_empty() && edition.chars().all(|c| c.is_ascii_digit()) => {
            let number = number.trim_end_matches(|c: char| !c.is_alphanumeric());
            let number = (!number.is_empty()).then(|| closed(number));
            number.into_iter().chain([format!("rev {edition}")]).collect()
        }
        _ => vec![closed(small)],
    }
}

/// Returns a reference with the bracket that was cut off at its end.
fn closed(small: &str) -> String {
    let is_open = small.matches('(').count() > small.matches(')').count();
    if is_open { format!("{small})") } else { small.to_owned() }
}
