//! What a matrix's changes come to: the summary in one line, what it means for each party, why, and the version due.

use super::meaning::{Meaning, meanings, short};
use super::phrase::{Speaker, bare};
use super::times::{Time, Times};
use super::{Compared, Draft, Presence};
use crate::diff::{Bump, Change, Class, Diff, Edition, is_native};
use crate::report::words::{count, some};

/// Returns the one line that hides nothing; each figure counts a list that stands below.
pub(super) fn lead(diff: &Diff) -> String {
    if diff.is_empty() {
        return "no change of responsibility, wording or terms".to_owned();
    }
    let speaker = Speaker::of(diff);
    let times = Times::of(&speaker);
    lead_of(&speaker, &meanings(&speaker, &times), &times)
}

/// Returns the same where the meanings are known already.
pub(super) fn lead_of(speaker: &Speaker<'_>, meanings: &[Meaning], times: &Times<'_>) -> String {
    let diff = speaker.diff;
    if diff.is_empty() {
        return lead(diff);
    }
    let mut parts: Vec<String> = lost(diff).into_iter().collect();
    parts.extend(diff.editions.iter().map(edition));
    if !diff.nobody.is_empty() {
        parts.push(format!("{} owned by nobody", count(diff.nobody.len(), "row")));
    }
    let texts = diff.of_class(Class::WordsMayChangeDuty).count();
    parts.extend((texts > 0).then(|| format!("words that may change the duty in {}", count(texts, "text"))));
    let came = diff.changes.iter().filter(is_newcomer).filter_map(|change| change.after.as_object());
    parts.extend(came.map(|party| speaker.newcomer(party)));
    let moved = meanings.iter().filter(|meaning| !meaning.figures.is_empty());
    parts.extend(moved.map(|meaning| format!("{} {}", short(meaning), meaning.sum())));
    parts.extend((!diff.moved.is_empty()).then(|| {
        format!(
            "{} in other hands through rows that were split, merged or renumbered",
            count(diff.moved.len(), "control")
        )
    }));
    for (class, tail) in [(Class::RowAdded, "added"), (Class::RowRemoved, "removed")] {
        let rows = diff.of_class(class).count();
        parts.extend((rows > 0).then(|| format!("{} {tail}", count(rows, "row"))));
    }
    for time in Time::ALL {
        let rows = times.count(time);
        parts.extend((rows > 0).then(|| format!("{} {}", time.says(), count(rows, "row"))));
    }
    parts.extend(others(speaker));
    let columns = diff.columns.len();
    parts.extend((columns > 0).then(|| format!("{} of the source changed", count(columns, "column"))));
    let comma =
        if parts.iter().any(|part| part.contains([',']) || part.contains(" and ")) { "; " } else { ", " };
    if parts.is_empty() { count(diff.changes.len(), "change") } else { parts.join(comma) }
}

/// Controls that the summary names before it only counts.
const NAMED: usize = 8;

/// Says which controls have no row any more; a version without any rows says that by itself.
fn lost(diff: &Diff) -> Option<String> {
    let controls: Vec<String> = diff.lost.iter().map(|control| bare(control).to_owned()).collect();
    let no_longer = count(controls.len(), "control");
    (!controls.is_empty())
        .then(|| format!("no row answers any more for {no_longer}: {}", some(&controls, NAMED)))
}

/// Says which edition of a framework a matrix follows now, and what that alone explains.
fn edition(edition: &Edition) -> String {
    let Edition { from, to, renumbered, rows, open } = edition;
    let controls = count(*renumbered, "control");
    let said = format!("{from} became {to}: {controls} in {} only renumbered", count(*rows, "row"));
    match &open[..] {
        [] => said,
        open => format!("{said}, none or several of the new ones for {}", some(open, NAMED)),
    }
}

/// Returns what moves no work, counted as it is listed.
fn others(speaker: &Speaker<'_>) -> Vec<String> {
    let told = |change: &&Change| {
        let is_deadline_of_row = deadline(change.class) && change.row.is_some();
        !is_newcomer(change) && !is_deadline_of_row && !speaker.is_folded(change) && !is_native(change)
    };
    let handed = speaker.diff.of_class(Class::DutyMoved).filter(|change| change.row.is_none()).count();
    let mut parts = Vec::new();
    parts.extend((handed > 0).then(|| format!("{} in other hands", count(handed, "service"))));
    for (class, noun, tail) in OTHERS {
        let changes: Vec<&Change> = speaker.diff.of_class(class).filter(told).collect();
        if !changes.is_empty() {
            parts.push(format!("{}{tail}", count(changes.len(), noun)));
        }
    }
    parts
}

fn deadline(class: Class) -> bool {
    matches!(class, Class::DeadlineTightened | Class::DeadlineLoosened | Class::DeadlineChanged)
}

/// How the summary counts what moves no work.
const OTHERS: [(Class, &str, &str); 10] = [
    (Class::DeadlineTightened, "period of the whole", " shortened"),
    (Class::DeadlineLoosened, "period of the whole", " lengthened"),
    (Class::DeadlineChanged, "period of the whole", " measured otherwise"),
    (Class::ScopeChanged, "change", " of scope or services"),
    (Class::EvidenceChanged, "change", " of evidence"),
    (Class::InheritanceChanged, "change", " of inheritance"),
    (Class::PartiesChanged, "change", " of parties"),
    (Class::TermsChanged, "change", " of terms"),
    (Class::DescribedOtherwise, "text", " with the work described otherwise"),
    (Class::WordingOnly, "change", " of spelling or references"),
];

/// Returns why rows changed, where their justification is new.
pub(super) fn reasons(diff: &Diff, speaker: &Speaker<'_>) -> Vec<String> {
    let said = diff.changes.iter().filter_map(|change| {
        let row = change.row.as_ref()?;
        let own = change.edits.iter().find(|edit| edit.field == "justification").map(|edit| &edit.after);
        let whole = (change.field == "rows").then(|| change.after.get("justification")).flatten();
        let why = own.or(whole)?.as_str()?;
        Some(format!("{}: {why}", speaker.row(row)))
    });
    said.collect()
}

/// Returns whether a party is new.
fn is_newcomer(change: &&Change) -> bool {
    change.field == "parties" && change.before.is_null()
}

/// Returns which version this has to be and why, and when it is in force.
pub(super) fn bump(compared: &Compared) -> String {
    let diff = &compared.diff;
    let Some(why) = compared.bump().why() else { return free(compared) };
    let after = &diff.version.after;
    let grows = match diff.bump {
        Bump::Major => "a first number that grows",
        Bump::Minor | Bump::None => "a second number that grows",
    };
    let due = match (diff.version_due(), diff.rise()) {
        (Some(due), _) => format!("This has to be version {due} at least ({grows}), and it says {after},"),
        (None, Some(rise)) if rise > diff.bump => {
            format!("This is version {after}, and {grows} would be enough,")
        }
        (None, _) => format!("This has to be version {after} ({grows}),"),
    };
    let sign = if diff.frame.signers.is_empty() { "" } else { "; both parties sign it" };
    format!("{due} because {why}{sign}. {}", day(diff))
}

fn day(diff: &Diff) -> String {
    let day = diff.frame.in_force.map_or("none stated".to_owned(), |day| day.to_string());
    format!("Day in force: {day}.")
}

/// Says why no number has to grow.
fn free(compared: &Compared) -> String {
    let diff = &compared.diff;
    let why = match (compared.presence, &compared.draft) {
        (Presence::Removed, _) => return "No version is due: the matrix is gone.".to_owned(),
        (Presence::Changed, _) if diff.bump == Bump::None => return "No new version is due.".to_owned(),
        (Presence::Changed, Some(Draft { last: Some(last) })) => format!(
            " since version {}, a draft that was not offered for signature. What is due since version {last}: \
             countersign diff {}@{last}",
            diff.version.before, diff.id
        ),
        (Presence::Changed, _) => ": no version was offered for signature before".to_owned(),
        (Presence::Added, _) => ": the matrix is new".to_owned(),
    };
    format!("No number has to grow{why}. {}", day(diff))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test stops where its fixture is wrong")]

    use std::collections::BTreeSet;

    use super::*;
    use crate::diff::render::Comparison;
    use crate::diff::render::page::{Page, Section};
    use crate::diff::{Both, compare};
    use crate::matrix::Matrix;

    /// Every case, and every case's beginning with the ends of some others.
    fn documents() -> Vec<Comparison> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/diff");
        let mut cases: Vec<_> = std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
        cases.sort();
        let read = |at: usize, side: &str| {
            let text = std::fs::read(cases[at % cases.len()].join(side)).unwrap();
            Matrix::of(&serde_json::from_slice(&text).unwrap()).unwrap()
        };
        let pairs = (0..cases.len()).flat_map(|at| [0, 1, 7, 23].map(|step| (at, at + step)));
        let diffs = pairs.map(|(was, is)| compare(&read(was, "before.json"), &read(is, "after.json")));
        let documents = diffs.map(|diff| {
            let compared = Compared { diff, presence: Presence::Changed, file: Both::default(), draft: None };
            Comparison { matrices: vec![compared], ..Comparison::default() }
        });
        documents.collect()
    }

    fn number(said: &str) -> usize {
        said.split(' ').find_map(|word| word.parse().ok()).unwrap()
    }

    #[test]
    fn every_figure_of_a_party_counts_the_list_below_it() {
        for document in documents() {
            let section = &Page::of(&document).matrices[0];
            for meaning in &section.effects {
                for (said, rows) in &meaning.points {
                    assert!(number(said) == rows.len() || rows.len() < number(said), "{said}: {rows:?}");
                }
                for (does, rows) in &meaning.figures {
                    let listed = format!("{does} {}", count(*rows, "row"));
                    assert!(meaning.points.iter().any(|(said, _)| *said == listed), "{listed}");
                    assert!(section.lead.contains(&format!("{does} {rows}")), "{}", section.lead);
                }
            }
        }
    }

    #[test]
    fn every_deadline_in_the_headline_stands_in_a_list_of_somebody() {
        for document in documents() {
            let section = &Page::of(&document).matrices[0];
            for time in Time::ALL {
                let has = format!("has a {}", time.says());
                let lists = section.effects.iter().flat_map(|it| &it.points);
                let rows = lists.filter(|(said, _)| said.starts_with(&has)).flat_map(|(_, rows)| rows);
                let rows: BTreeSet<&str> = rows.filter_map(|row| Some(row.split_once(": ")?.0)).collect();
                let figure = format!("{} {}", time.says(), count(rows.len(), "row"));
                assert_eq!(section.lead.contains(&figure), !rows.is_empty(), "{figure}: {}", section.lead);
                assert_eq!(section.lead.contains(time.says()), !rows.is_empty(), "{}", section.lead);
            }
        }
    }

    #[test]
    fn every_other_figure_counts_what_the_detail_shows() {
        for document in documents() {
            let section = &Page::of(&document).matrices[0];
            let parties = document.changes().filter(is_newcomer).count();
            for (class, noun, tail) in OTHERS.into_iter().filter(|it| !deadline(it.0)) {
                let newcomers = if class == Class::PartiesChanged { parties } else { 0 };
                let shown = shown(section, class) - newcomers;
                let figure = format!("{}{tail}", count(shown, noun));
                assert_eq!(section.lead.contains(&figure), shown > 0, "{figure}: {}", section.lead);
            }
        }
    }

    fn shown(section: &Section, class: Class) -> usize {
        let entries = section.groups().flat_map(|group| &group.entries);
        let lines = |lines: &[crate::diff::render::page::Line]| {
            lines.iter().filter(|line| line.class == class).count()
        };
        entries.map(|entry| lines(&entry.lines) * entry.shared.max(1)).sum()
    }
}
