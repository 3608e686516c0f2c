//! The files of JSONTestSuite: what is no JSON is refused, and what is JSON is read, but for what we refuse on purpose.

use std::collections::BTreeMap;

use countersign::source::{Limits, load};

const SUITE: &str = include_str!("../../golden/json-test-suite.txt");

/// What is JSON and is refused all the same, each with the rule that refuses it: numbers that two readers could round
/// otherwise, a key that stands there twice, letters that nobody sees.
const REFUSED: [(&str, &str); 25] = [
    ("y_number", "safe-numbers"),
    ("y_number_real_capital_e", "safe-numbers"),
    ("y_number_real_exponent", "safe-numbers"),
    ("y_number_real_fraction_exponent", "safe-numbers"),
    ("y_object_duplicated_key", "no-duplicate-keys"),
    ("y_object_duplicated_key_and_value", "no-duplicate-keys"),
    ("y_object_escaped_null_in_key", "no-hidden-characters"),
    ("y_object_extreme_numbers", "safe-numbers"),
    ("y_string_allowed_escapes", "no-hidden-characters"),
    ("y_string_escaped_control_character", "no-hidden-characters"),
    ("y_string_escaped_noncharacter", "no-hidden-characters"),
    ("y_string_last_surrogates_1_and_2", "no-hidden-characters"),
    ("y_string_nonCharacterInUTF-8_U+10FFFF", "no-hidden-characters"),
    ("y_string_nonCharacterInUTF-8_U+FFFF", "no-hidden-characters"),
    ("y_string_null_escape", "no-hidden-characters"),
    ("y_string_u+2028_line_sep", "no-hidden-characters"),
    ("y_string_u+2029_par_sep", "no-hidden-characters"),
    ("y_string_unescaped_char_delete", "no-hidden-characters"),
    ("y_string_unicode_U+10FFFE_nonchar", "no-hidden-characters"),
    ("y_string_unicode_U+1FFFE_nonchar", "no-hidden-characters"),
    ("y_string_unicode_U+200B_ZERO_WIDTH_SPACE", "no-hidden-characters"),
    ("y_string_unicode_U+2064_invisible_plus", "no-hidden-characters"),
    ("y_string_unicode_U+FDD0_nonchar", "no-hidden-characters"),
    ("y_string_unicode_U+FFFE_nonchar", "no-hidden-characters"),
    ("y_string_with_del_character", "no-hidden-characters"),
];

fn files() -> impl Iterator<Item = (&'static str, Vec<u8>)> {
    SUITE.lines().filter(|line| !line.starts_with('#')).map(|line| {
        let mut parts = line.split('\t');
        let (name, times) = (parts.next().unwrap(), parts.next().unwrap().parse::<usize>().unwrap());
        let whole = [bytes(parts.next().unwrap()).repeat(times), bytes(parts.next().unwrap())].concat();
        (name, whole)
    })
}

fn bytes(digits: &str) -> Vec<u8> {
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect()
}

/// Returns the rule that refuses a text, if one does.
fn refused(bytes: Vec<u8>) -> Option<String> {
    load("m.json", bytes, Limits::MATRIX).err().map(|it| it.findings[0].rule.to_string())
}

#[test]
fn every_file_is_judged_as_it_should_be() {
    let known: BTreeMap<&str, &str> = REFUSED.into_iter().collect();
    let (mut wrong, mut counts) = (Vec::new(), [0, 0, 0]);
    for (name, bytes) in files() {
        let found = refused(bytes);
        let kind = ["y_", "n_", "i_"]
            .iter()
            .position(|start| name.starts_with(start))
            .expect("a name says what it is");
        counts[kind] += 1;
        let is_right = match (kind, &found) {
            (0, found) => found.as_deref() == known.get(name).copied(),
            (1, found) => found.is_some(),
            _ => true,
        };
        if !is_right {
            wrong.push(format!("{name}: {found:?}"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert_eq!((counts, counts.iter().sum::<usize>()), ([95, 188, 35], 318));
}
