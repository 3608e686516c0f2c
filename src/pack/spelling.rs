//! Spellings of one control's id that are met in the wild, brought to one form for comparing.
//!
//! `3.1.1`, `03.01.01` and `3.1.1_obj.a` differ in punctuation, zeros and filler only; names that differ in
//! more (`AC.1.001` of CMMC 1.0) are aliases in the catalogue.

/// Words inside an id that say nothing: object and statement markers, and what people put before an id.
const FILLER: [&str; 9] = ["obj", "smt", "stmt", "req", "requirement", "cfr", "sec", "section", "control"];

/// Returns the form in which two spellings of one id are equal: runs of letters and of digits in lower
/// case, without leading zeros and filler, joined by dots.
pub fn normal(id: &str) -> String {
    let mut runs: Vec<String> = Vec::new();
    let mut last = Class::Other;
    for c in id.chars() {
        let class = Class::of(c);
        match class {
            Class::Other => {}
            _ if class == last => runs.last_mut().expect("a run is open").push(c.to_ascii_lowercase()),
            _ => runs.push(c.to_ascii_lowercase().to_string()),
        }
        last = class;
    }
    let mut kept: Vec<&str> =
        runs.iter().map(|run| without_zeros(run)).filter(|run| !FILLER.contains(run)).collect();
    if kept.len() > 2 && kept[0] == "45" && kept[1] == "164" {
        kept.remove(0);
    }
    kept.join(".")
}

/// Returns a text without case, punctuation and double spaces.
pub fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        if !folded.is_empty() {
            folded.push(' ');
        }
        match word.is_ascii() {
            true => folded.extend(word.chars().map(|c| c.to_ascii_lowercase())),
            false => folded.push_str(&word.to_lowercase()),
        }
    }
    folded
}

#[derive(Clone, Copy, PartialEq)]
enum Class {
    Letter,
    Digit,
    Other,
}

impl Class {
    fn of(c: char) -> Self {
        match c {
            '0'..='9' => Self::Digit,
            _ if c.is_ascii_alphabetic() => Self::Letter,
            _ => Self::Other,
        }
    }
}

fn without_zeros(run: &str) -> &str {
    let short = run.trim_start_matches('0');
    if short.is_empty() { &run[run.len() - 1..] } else { short }
}

#[cfg(test)]
mod tests {
    use super::normal;

    #[test]
    fn spellings_of_one_id_are_equal() {
        for same in [
            &["3.1.1", "03.01.01", "3_1_1"][..],
            &["3.1.1[a]", "3.1.1.a", "3.1.1a", "3.1.1_obj.a"],
            &["AC.L2-3.1.1", "ac.l2-3.1.1", "AC L2 3.1.1"],
            &[
                "164.308(a)(1)(ii)(A)",
                "§164.308(a)(1)(ii)(A)",
                "164_308_a_1_ii_a",
                "45 CFR 164.308(a)(1)(ii)(A)",
            ],
            &["CC6.1", "cc_6_1", "cc6.1"],
            &["12.8.5", "Req 12.8.5"],
        ] {
            for spelling in same {
                assert_eq!(normal(spelling), normal(same[0]), "{spelling}");
            }
        }
    }

    #[test]
    fn different_ids_stay_different() {
        assert_ne!(normal("3.1.1"), normal("3.11"));
        assert_ne!(normal("3.1.10"), normal("3.1.1"));
        assert_ne!(normal("164.308(a)(1)(i)"), normal("164.308(a)(1)(ii)"));
    }
}
