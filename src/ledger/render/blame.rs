//! A matrix with where each row comes from, a few lines a row.

use super::super::agreed::Signature;
use super::super::blame::{self, Blame};
use super::super::commits::{Commit, Commits};
use super::super::record::Written;
use super::history::changed;
use crate::document::Block;
use crate::report::words::list;

/// Says of each row who agreed to it and who wrote it.
pub(super) fn lines(blame: &Blame) -> Vec<Block> {
    let mut lines = vec![Block::title(format!("{}: where each row comes from", blame.title))];
    let what = format!("{} {}, as commit {} has it", blame.matrix, blame.version, short(&blame.head));
    lines.push(Block::sentence(what));
    lines.extend(blame.notes.iter().cloned().map(Block::alarm));
    blame.rows.iter().for_each(|one| row(&mut lines, one));
    let rule = "Written: the commit that wrote what the row says; order and white space do not count.";
    lines.push(Block::part(format!("{rule} Commits: {}.", blame.rule)));
    lines
}

fn row(lines: &mut Vec<Block>, one: &blame::Line) {
    lines.push(Block::heading(format!("{} [{}]: {}", one.title, one.row, one.side)));
    lines.extend(one.remarks.iter().map(|(term, text)| Block::fact(*term, text.clone())));
    lines.push(match &one.agreed {
        None => Block::alarm("nobody has agreed to this yet".to_owned()),
        Some(agreed) => {
            let who: Vec<String> = agreed.signatures.iter().map(Signature::says).collect();
            let from = &agreed.effective_from;
            let said = format!("version {} (from {from}), agreed by {}", agreed.version, list(&who));
            Block::fact("Agreed", said)
        }
    });
    lines.push(Block::fact("Written", written(&one.written)));
    lines.extend(one.material.iter().map(|last| Block::fact("Who or what last changed", written(last))));
}

/// Says who wrote what when: "by Ann Author on 2026-05-04, commit 1234abcd: Offer 1.1".
pub(super) fn written(one: &Written) -> String {
    let day = one.recorded.split('T').next().unwrap_or(&one.recorded);
    let merge = if one.merge { " (a merge)" } else { "" };
    format!("by {}, recorded on {day}, commit {}{merge}: {}", one.author, short(&one.commit), one.summary)
}

fn short(id: &str) -> &str {
    id.get(..12).unwrap_or(id)
}

/// Says which commits changed something.
pub(super) fn commits(lines: &mut Vec<Block>, commits: &Commits) {
    lines.push(Block::part("What was recorded, agreed or not".to_owned()));
    let head = short(&commits.head);
    lines.push(Block::sentence(format!("Commits up to {head}; {}.", commits.rule)));
    if commits.list.is_empty() {
        lines.push(Block::alarm("no commit changed it".to_owned()));
    }
    commits.list.iter().for_each(|one| commit(lines, one));
}

fn commit(lines: &mut Vec<Block>, one: &Commit) {
    let version = one.written.version.as_ref().map(|version| format!(" {version}")).unwrap_or_default();
    lines.push(Block::heading(format!("{}{version}, {}", one.matrix, written(&one.written))));
    lines.extend(one.note.clone().map(Block::sentence));
    lines.extend(one.changes.iter().map(|change| Block::item(changed(change))));
}
