//! A comparison as a document, which every layout can show: the net effect first, then what is material, then the rest.

use super::legend::Legend;
use super::page::{self, Page, Section, joined, say_more};
use super::words::Piece;
use super::{COLUMNS, FIRST, GLANCE, GRAVEST, NOT_COMPARED, RECORDS, WEAKER};
use crate::diff::Class;
use crate::document::{Block, Change, Document, Entries, Entry, Inline, Role, Tone};
use crate::report::words::count;

/// Returns everything that a reader gets to see.
pub(super) fn of(run: &super::Comparison) -> Document {
    let page = Page::of(run);
    let sides = format!("from {} to {}", page.sides.before, page.sides.after);
    let mut blocks = vec![Block::Page("Responsibility changes".into()), Block::Subtitle(sides.into())];
    alarms(&mut blocks, NOT_COMPARED, &run.unread);
    alarms(&mut blocks, RECORDS, &run.record_lines());
    alarms(&mut blocks, WEAKER, &page.weakened);
    if !page.commits.is_empty() {
        blocks.push(Block::part("Commits between them:"));
        blocks.extend(page.commits.iter().map(|one| Block::sentence(one.clone())));
    }
    // Signs and marks are explained once, where they first occur.
    let mut legend = Legend::of(&page).blocks();
    page.matrices.iter().for_each(|section| matrix(&mut blocks, section, &mut legend));
    if page.matrices.is_empty() && run.unread.is_empty() {
        blocks.push(Block::Subtitle("no matrix changed".into()));
    }
    Document { blocks }
}

fn alarms(blocks: &mut Vec<Block>, heading: &str, all: &[String]) {
    if !all.is_empty() {
        blocks.push(Block::part(heading));
        blocks.extend(all.iter().map(|one| Block::alarm(one.clone())));
    }
}

fn matrix(blocks: &mut Vec<Block>, section: &Section, legend: &mut Vec<Block>) {
    blocks.push(Block::part(section.title.clone()));
    blocks.push(Block::Subtitle(section.id.clone().into()));
    blocks.push(Block::Sentence(Inline::default().with(Role::Strong, section.lead.clone())));
    blocks.push(Block::sentence(section.bump.clone()));
    if !section.nobody.is_empty() {
        blocks.push(Block::alarm(format!("Nobody owns these now: {}", joined(&section.nobody))));
    }
    list(blocks, GLANCE, &section.glance.figures);
    list(blocks, GRAVEST, &section.glance.gravest);
    groups(blocks, FIRST, &section.first, legend);
    meaning(blocks, section);
    groups(blocks, "Material changes", &section.material, legend);
    groups(blocks, "Other changes", &section.rest, legend);
    list(blocks, COLUMNS, &section.columns);
    list(blocks, "What is left to do", &section.remaining);
}

fn list(blocks: &mut Vec<Block>, title: &str, lines: &[String]) {
    if !lines.is_empty() {
        blocks.push(Block::heading(title));
        blocks.extend(lines.iter().map(|line| Block::sentence(line.clone())));
    }
}

/// Says what the changes mean for each party, and why, in the words of the rows.
fn meaning(blocks: &mut Vec<Block>, section: &Section) {
    if section.effects.is_empty() && section.reasons.is_empty() {
        return;
    }
    blocks.push(Block::heading("What it means"));
    for effect in &section.effects {
        blocks.push(Block::Group(effect.name.clone().into()));
        for (said, rows) in &effect.points {
            if say_more(rows) {
                blocks.extend(Block::facts(said.clone(), rows.iter().cloned()));
            } else {
                blocks.push(Block::fact(said.clone(), joined(rows)));
            }
        }
    }
    if !section.reasons.is_empty() {
        blocks.push(Block::Group("Reasons given".into()));
        blocks.extend(section.reasons.iter().map(|why| Block::sentence(why.clone())));
    }
}

fn groups(blocks: &mut Vec<Block>, title: &str, groups: &[page::Group], legend: &mut Vec<Block>) {
    if groups.is_empty() {
        return;
    }
    blocks.push(Block::heading(title));
    blocks.append(legend);
    for group in groups {
        blocks.push(Block::Group(group.title.clone().into()));
        let entries = group.entries.iter().map(entry).collect();
        blocks.push(Block::Entries(Entries { entries, ..Entries::default() }));
    }
}

fn entry(entry: &page::Entry) -> Entry {
    let mut said: Vec<Block> = entry.lines.iter().map(|line| Block::Change(Box::new(change(line)))).collect();
    said.extend(entry.now.iter().map(|now| Block::fact("now", now.clone())));
    if !entry.rows.is_empty() {
        said.push(Block::fact(format!("in {}", count(entry.shared, "row")), joined(&entry.rows)));
    }
    Entry { name: entry.title.clone().into(), id: entry.id.clone(), cells: vec![said] }
}

fn change(line: &page::Line) -> Change {
    let side = |pieces: &[Piece], role: Role| {
        pieces.iter().fold(Inline::default(), |said, piece| {
            let role = if piece.marked && !line.marked.whole { role } else { Role::Plain };
            said.with(role, piece.text.clone())
        })
    };
    let inline = |all: &[String]| all.iter().map(|one| one.clone().into()).collect();
    Change {
        sign: line.sign(),
        tone: tone(line.class),
        label: line.label(),
        says: line.sentence.clone().into(),
        before: side(&line.marked.before, Role::Removed),
        after: side(&line.marked.after, Role::Added),
        further: inline(&line.agreed),
        notes: inline(&line.notes),
    }
}

fn tone(class: Class) -> Tone {
    match class {
        Class::OwnedByNobody => Tone::Alarm,
        Class::TakenOn | Class::RowAdded | Class::BecomesShared => Tone::Gain,
        Class::GivenUp | Class::RowRemoved => Tone::Loss,
        Class::WordsMayChangeDuty => Tone::Doubt,
        Class::WordingOnly | Class::TermsChanged => Tone::Quiet,
        _ => Tone::Other,
    }
}
