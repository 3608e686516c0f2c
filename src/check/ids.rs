//! Other spellings of control ids in a matrix, brought to the catalogue's in the text itself.
//!
//! Only the strings that are ids are touched: everything else in the file stays as it is, byte for byte.

use serde_json::Value;

use crate::lookalike;
use crate::pack::{Catalogue, Packs, numbering};
use crate::report::words;
use crate::schema::Fault;
use crate::source::line::Lines;
use crate::source::span::Spans;

/// The longest id, in bytes, that is looked for in the catalogues.
const LONGEST: usize = 200;

/// A text with its ids respelled, and what was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Respelled {
    /// The new text; the old one where nothing changed.
    pub text: String,
    /// The ids that changed, in the order of the text.
    pub changed: Vec<Changed>,
    /// The ids that nobody but a person can respell.
    pub unclear: Vec<Unclear>,
}

/// One id that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// The line, from 1.
    pub line: usize,
    /// How it was written.
    pub from: String,
    /// How the catalogue writes it.
    pub to: String,
}

/// One id that was left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unclear {
    /// The line, from 1.
    pub line: usize,
    /// How it is written.
    pub id: String,
    /// Why it was left, and what may be meant.
    pub why: String,
}

/// Respells the control ids of a matrix; `value` is what `text` says.
pub fn respell(text: &str, value: &Value, packs: &Packs) -> Respelled {
    let speller = Speller { packs, frameworks: frameworks(value) };
    let (spans, lines) = (Spans::of(text), Lines::of(text));
    let mut ids = Vec::new();
    for (at, row) in items(value, "rows") {
        controls(row, &format!("/rows/{at}"), &mut ids);
        for list in ["duties", "evidence"] {
            for (which, part) in items(row, list) {
                controls(part, &format!("/rows/{at}/{list}/{which}"), &mut ids);
            }
        }
    }
    let mut places: Vec<_> =
        ids.into_iter().map(|(pointer, id)| (spans.resolve(&pointer).value, id)).collect();
    places.sort_by_key(|(span, _)| span.start);
    let mut done =
        Respelled { text: String::with_capacity(text.len()), changed: Vec::new(), unclear: Vec::new() };
    let mut copied = 0;
    for (span, id) in places {
        let line = lines.position(text, span.start).line;
        match speller.spell(id) {
            Spelling::Right => {}
            Spelling::Unclear(why) => done.unclear.push(Unclear { line, id: id.to_owned(), why }),
            Spelling::Meant(to) => {
                done.text.push_str(&text[copied..span.start]);
                done.text.push_str(&Value::from(to.as_str()).to_string());
                copied = span.end;
                done.changed.push(Changed { line, from: id.to_owned(), to });
            }
        }
    }
    done.text.push_str(&text[copied..]);
    done
}

fn items<'a>(value: &'a Value, list: &str) -> impl Iterator<Item = (usize, &'a Value)> {
    value.get(list).and_then(Value::as_array).into_iter().flatten().enumerate()
}

fn controls<'a>(value: &'a Value, pointer: &str, ids: &mut Vec<(String, &'a str)>) {
    for (at, id) in items(value, "controls") {
        ids.extend(id.as_str().map(|id| (format!("{pointer}/controls/{at}"), id)));
    }
}

fn frameworks(matrix: &Value) -> Vec<&str> {
    items(matrix, "frameworks").filter_map(|(_, framework)| framework.get("pack")?.as_str()).collect()
}

/// Says of each control that is of no control's form which one is meant, as far as the packs know.
pub(super) fn help(faults: &mut [Fault], value: &Value, packs: &Packs) {
    let speller = Speller { packs, frameworks: frameworks(value) };
    for fault in faults.iter_mut().filter(|fault| fault.rule == "schema-pattern") {
        let Some((list, _)) = fault.pointer.rsplit_once('/') else { continue };
        let id = value.pointer(&fault.pointer).and_then(Value::as_str);
        let Some(id) = id.filter(|id| list.ends_with("/controls") && id.len() <= LONGEST) else { continue };
        match speller.spell(id) {
            Spelling::Right => {}
            Spelling::Meant(to) => {
                fault.help = Some(format!("write `{to}`; `countersign check --fix-ids` does that"));
            }
            Spelling::Unclear(why) => {
                let form = fault.help.take().unwrap_or_default();
                fault.help = Some(format!("{why}. {form}"));
            }
        }
    }
}

/// How an id is written, and how it should be.
enum Spelling {
    Right,
    Meant(String),
    Unclear(String),
}

struct Speller<'a> {
    packs: &'a Packs,
    frameworks: Vec<&'a str>,
}

impl Speller<'_> {
    fn spell(&self, id: &str) -> Spelling {
        if self.packs.control(id).is_some() {
            return Spelling::Right;
        }
        let id = &*lookalike::plain(id);
        if self.packs.control(id).is_some() {
            return Spelling::Meant(id.to_owned());
        }
        if let Some((prefix, bare)) = id.split_once(':') {
            return match self.packs.framework(prefix).and_then(|pack| pack.catalogue()) {
                Some(catalogue) => within(catalogue, bare),
                None => Spelling::Unclear(format!("no framework is called `{prefix}`")),
            };
        }
        let named: Vec<&Catalogue> =
            self.frameworks.iter().filter_map(|id| self.packs.catalogue(id)).collect();
        match named[..] {
            [] => Spelling::Unclear("the matrix names no framework that it could belong to".to_owned()),
            [only] => within(only, id),
            ref several => {
                let meant: Vec<String> =
                    several.iter().flat_map(|catalogue| quoted(catalogue, &catalogue.meant(id))).collect();
                let meant =
                    if meant.is_empty() { String::new() } else { format!("; did you mean {}?", or(&meant)) };
                Spelling::Unclear(format!("the matrix has several frameworks{meant}"))
            }
        }
    }
}

fn within(catalogue: &Catalogue, bare: &str) -> Spelling {
    let meant = catalogue.meant(bare);
    if let [one] = meant[..] {
        return Spelling::Meant(format!("{}:{}", catalogue.id, one.id));
    }
    if !meant.is_empty() {
        return Spelling::Unclear(format!("did you mean {}?", or(&quoted(catalogue, &meant))));
    }
    if let Some(elsewhere) = numbering::elsewhere(catalogue, bare) {
        return Spelling::Unclear(format!("{} has no such id; {elsewhere}", catalogue.title));
    }
    let like: Vec<_> = catalogue.like(bare).into_iter().filter_map(|id| catalogue.get(id)).collect();
    let like = if like.is_empty() {
        String::new()
    } else {
        format!("; did you mean {}?", or(&quoted(catalogue, &like)))
    };
    Spelling::Unclear(format!("{} has no such id{like}", catalogue.title))
}

fn quoted(catalogue: &Catalogue, controls: &[&crate::pack::Control]) -> Vec<String> {
    controls.iter().map(|control| format!("`{}:{}`", catalogue.id, control.id)).collect()
}

/// Joins what may be meant: "a, b or c".
fn or(words: &[String]) -> String {
    match words.split_last() {
        Some((last, first)) if !first.is_empty() => format!("{} or {last}", first.join(", ")),
        _ => words::list(words),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where its fixture is wrong")]
mod tests {
    use serde_json::json;

    use super::respell;
    use crate::pack::{Packs, shipped_ids};

    #[track_caller]
    fn spelled(frameworks: &[&str], id: &str) -> Result<String, String> {
        let frameworks: Vec<_> = frameworks.iter().map(|pack| json!({ "pack": pack })).collect();
        let value = json!({ "frameworks": frameworks, "rows": [{ "controls": [id] }] });
        let done = respell(&value.to_string(), &value, &Packs::shipped(shipped_ids()));
        match (done.changed.first(), done.unclear.first()) {
            (Some(changed), None) => Ok(changed.to.clone()),
            (None, Some(unclear)) => Err(unclear.why.clone()),
            (None, None) => Ok("right".to_owned()),
            both => panic!("{both:?}"),
        }
    }

    #[test]
    fn spellings_of_the_wild_are_understood() {
        let cmmc = [
            ("cmmc-l2:3.1.1", "AC.L2-3.1.1"),
            ("3.1.1", "AC.L2-3.1.1"),
            ("03.01.01", "AC.L2-3.1.1"),
            ("AC.L2-3.1.1", "AC.L2-3.1.1"),
            ("AC.L1-3.1.1", "AC.L2-3.1.1"),
            ("AC.L1-b.1.i", "AC.L2-3.1.1"),
            ("AC.L1-B.1.I", "AC.L2-3.1.1"),
            ("AC.1.001", "AC.L2-3.1.1"),
            ("AC.1.003", "AC.L2-3.1.20"),
            ("SI.L1-b.1.xv", "SI.L2-3.14.5"),
            ("3.1.1[a]", "AC.L2-3.1.1[a]"),
            ("3.1.1.a", "AC.L2-3.1.1[a]"),
            ("3.1.1a", "AC.L2-3.1.1[a]"),
            ("3.1.1_obj.a", "AC.L2-3.1.1[a]"),
            ("AC.L1-3.1.1[a]", "AC.L2-3.1.1[a]"),
            ("3.4.4", "CM.L2-3.4.4"),
            ("3.4.4 (no letter)", "CM.L2-3.4.4[a]"),
            ("NIST SP 800-171:3.4.4", "CM.L2-3.4.4"),
            ("AC.2.013", "AC.L2-3.1.12"),
            ("cmmc-l2:RM.2.141", "RA.L2-3.11.1"),
            ("cmmc-l2:AC.L2-3.1.12\u{a0}", "AC.L2-3.1.12"),
            ("cmmc-l2:AC.L2\u{2011}3.1.12 ", "AC.L2-3.1.12"),
            ("\u{410}C.L2-3.1.12", "AC.L2-3.1.12"),
        ];
        let hipaa = [
            ("§164.308(a)(1)(ii)(A)", "164.308(a)(1)(ii)(A)"),
            ("164_308_a_1_ii_a", "164.308(a)(1)(ii)(A)"),
            ("45 CFR 164.308(a)(1)(ii)(A)", "164.308(a)(1)(ii)(A)"),
        ];
        let soc2 = [("cc_6_1", "CC6.1"), ("SOC 2:CC6.1", "CC6.1")];
        for (pack, spellings) in [("cmmc-l2", &cmmc[..]), ("hipaa", &hipaa), ("soc2", &soc2)] {
            for (spelling, id) in spellings {
                assert_eq!(spelled(&[pack], spelling), Ok(format!("{pack}:{id}")), "{spelling}");
            }
        }
        assert_eq!(spelled(&["soc2"], "soc2:CC6.1"), Ok("right".to_owned()));
    }

    #[test]
    fn what_may_mean_several_is_left_with_a_question() {
        let why = spelled(&["cmmc-l2"], "PE.L1-b.1.ix").unwrap_err();
        assert_eq!(
            why,
            "did you mean `cmmc-l2:PE.L2-3.10.3`, `cmmc-l2:PE.L2-3.10.4` or `cmmc-l2:PE.L2-3.10.5`?"
        );
        let why = spelled(&["cmmc-l2", "hipaa"], "3.1.1").unwrap_err();
        assert_eq!(why, "the matrix has several frameworks; did you mean `cmmc-l2:AC.L2-3.1.1`?");
        assert!(spelled(&["cmmc-l2"], "3.1.99").unwrap_err().contains("did you mean"));
        assert_eq!(spelled(&["cmmc-l2"], "iso:5.1").unwrap_err(), "no framework is called `iso`");
    }

    #[test]
    fn an_id_of_another_framework_is_told_for_what_it_is() {
        let why = |pack: &str, id: &str| spelled(&[pack], id).unwrap_err();
        let session_lock = why("cmmc-l2", "AC-11");
        assert!(
            session_lock.ends_with(
                "no such id; did you mean `cmmc-l2:AC.L2-3.1.10` (Session Lock)? This is `nist-800-53r4:AC-11`"
            ),
            "{session_lock}"
        );
        assert!(why("cmmc-l2", "CIS 4.3").ends_with("this is `cis-8-1:4.3`"));
        assert!(why("hipaa", "hipaa:CC6.1").ends_with("this is `soc2:CC6.1`"));
    }

    /// CMMC 1.0 numbered each of the 110 requirements once.
    #[test]
    fn every_requirement_has_its_number_of_cmmc_1() {
        let packs = Packs::shipped(shipped_ids());
        let form = |alias: &str| {
            let parts: Vec<&str> = alias.split('.').collect();
            matches!(parts[..], [family, level, number] if family.len() == 2 && level.len() == 1 && number.len() == 3)
        };
        let catalogue = packs.catalogue("cmmc-l2").unwrap();
        let requirements = catalogue.items.iter().filter(|item| item.level == "requirement");
        let numbers: Vec<&String> = requirements
            .flat_map(|item| {
                let numbers: Vec<&String> = item.aliases.iter().filter(|alias| form(alias)).collect();
                assert_eq!(numbers.len(), 1, "{}", item.id);
                numbers
            })
            .collect();
        let distinct: std::collections::BTreeSet<&String> = numbers.iter().copied().collect();
        assert_eq!((numbers.len(), distinct.len()), (110, 110));
    }

    #[test]
    fn nothing_but_the_id_changes() {
        let text = "{ \"frameworks\":[{\"pack\":\"soc2\"}],\r\n  \"rows\": [ {\"title\":\"cc_6_1\", \"controls\":[\"cc_6_\\u0031\" ],\n\
                    \"duties\":[{\"controls\":[\"soc2:CC6.1\",\"soc2:cc6.2\"]}]}]}";
        let done = respell(text, &serde_json::from_str(text).unwrap(), &Packs::shipped(shipped_ids()));
        let expected = text.replace("\"cc_6_\\u0031\"", "\"soc2:CC6.1\"").replace("soc2:cc6.2", "soc2:CC6.2");
        assert_eq!(done.text, expected);
        assert_eq!(done.changed.iter().map(|one| one.line).collect::<Vec<_>>(), [2, 3]);
    }
}
