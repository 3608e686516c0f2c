//! A document as one HTML file: no script, nothing fetched, readable on paper, a telephone and by ear.
//!
//! The template escapes by itself; before, what no reader would see is written out.

use askama::Template;
use base64ct::{Base64, Encoding};
use sha2::{Digest, Sha256};

use super::{Block, Document, Entries, Inline, Role};
use crate::report::escape;

/// The style sheet of all pages; its hash is the only thing that a page's policy allows.
pub const STYLE: &str = include_str!("style.css");

/// Returns the content policy of a page that has this style sheet and nothing else.
pub fn policy(style: &str) -> String {
    let hash = Base64::encode_string(&Sha256::digest(style.as_bytes()));
    format!("default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'")
}

#[derive(Template)]
#[template(path = "document.html")]
struct Page {
    title: String,
    policy: String,
    style: &'static str,
    /// The parts that hold entries, to go to at once.
    contents: Vec<Link>,
    body: String,
}

/// Where the entries of a part begin.
struct Link {
    id: String,
    title: String,
    caption: String,
}

/// Blocks in a row, each as one element of the page.
#[derive(Template)]
#[template(path = "blocks.html")]
struct Blocks {
    nodes: Vec<Node>,
}

/// A stretch of text, ready to be escaped, with the element that it stands in.
struct Run {
    text: String,
    tag: Option<&'static str>,
}

type Runs = Vec<Run>;

struct Fact {
    term: String,
    runs: Runs,
    items: Vec<Runs>,
}

/// An entry; its cells are rendered already.
struct Entry {
    name: Runs,
    id: String,
    first: String,
    cells: Vec<String>,
}

struct Change {
    sign: char,
    label: String,
    says: Runs,
    sides: Option<(Runs, Runs)>,
    further: Vec<Runs>,
    notes: Vec<Runs>,
}

enum Node {
    Heading { level: u8, id: String, runs: Runs },
    Subtitle(Runs),
    Alarm(Runs),
    Sentence(Runs),
    List(Vec<Runs>),
    Facts(Vec<Fact>),
    Legend(String),
    Table { columns: Vec<&'static str>, rows: Vec<Vec<Runs>> },
    Grid { caption: String, columns: Vec<&'static str>, entries: Vec<Entry> },
    Articles(Vec<Entry>),
    Change(Change),
}

/// Renders a document as a page of its own.
pub(super) fn render(document: &Document) -> String {
    let title = document.blocks.iter().find_map(|block| match block {
        Block::Page(text) | Block::Title(text) | Block::Part(text) => Some(plain(text)),
        _ => None,
    });
    let title = title.unwrap_or_default();
    let contents = contents(document);
    let page = Page { title, policy: policy(STYLE), style: STYLE, contents, body: blocks(&document.blocks) };
    page.render().expect("a template without filters of ours cannot fail")
}

fn plain(text: &Inline) -> String {
    escape::terminal(&text.plain())
}

/// Returns the parts under which entries stand, in order.
fn contents(document: &Document) -> Vec<Link> {
    let mut links: Vec<Link> = Vec::new();
    let (mut number, mut part) = (0, None);
    for block in &document.blocks {
        match block {
            Block::Part(text) => {
                part = Some((place(number), plain(text)));
                number += 1;
            }
            Block::Entries(entries) => {
                if let Some((id, title)) = part.take() {
                    links.push(Link { id, title, caption: escape::terminal(&entries.caption) });
                }
            }
            _ => {}
        }
    }
    links
}

/// Returns the name by which a part is gone to.
fn place(number: usize) -> String {
    format!("part-{number}")
}

/// Renders blocks, with what stands in them.
fn blocks(blocks: &[Block]) -> String {
    let (mut nodes, mut parts) = (Vec::new(), 0);
    for block in blocks {
        add(&mut nodes, block, &mut parts);
    }
    Blocks { nodes }.render().expect("a template without filters of ours cannot fail")
}

fn add(nodes: &mut Vec<Node>, block: &Block, parts: &mut usize) {
    let heading = |level, text| Node::Heading { level, id: String::new(), runs: runs(text) };
    match block {
        Block::Page(text) | Block::Title(text) => nodes.push(heading(1, text)),
        Block::Part(text) => {
            nodes.push(Node::Heading { level: 2, id: place(*parts), runs: runs(text) });
            *parts += 1;
        }
        Block::Heading(text) => nodes.push(heading(3, text)),
        Block::Group(text) => nodes.push(heading(4, text)),
        Block::Subtitle(text) => nodes.push(Node::Subtitle(runs(text))),
        Block::Alarm(text) => nodes.push(Node::Alarm(runs(text))),
        Block::Sentence(text) => nodes.push(Node::Sentence(runs(text))),
        Block::Fact(term, text) => fact(nodes, term, runs(text)),
        Block::Item(text) => item(nodes, runs(text)),
        Block::Legend(signs) => nodes.push(Node::Legend(escape::terminal(signs))),
        Block::Step(what, command) => {
            let step = Inline::from(format!("{what}: ")).with(Role::Code, command.as_str());
            fact(nodes, "next", runs(&step));
        }
        Block::Table(table) => nodes.push(Node::Table {
            columns: table.columns.clone(),
            rows: table.rows.iter().map(|row| row.iter().map(runs).collect()).collect(),
        }),
        Block::Change(one) => nodes.push(Node::Change(change(one))),
        Block::Entries(all) => nodes.push(entries(all)),
    }
}

fn fact(nodes: &mut Vec<Node>, term: &str, runs: Runs) {
    let fact = Fact { term: escape::terminal(term), runs, items: Vec::new() };
    match nodes.last_mut() {
        Some(Node::Facts(facts)) => facts.push(fact),
        _ => nodes.push(Node::Facts(vec![fact])),
    }
}

/// Puts an item to the fact before it, or into a list of its own.
fn item(nodes: &mut Vec<Node>, item: Runs) {
    match nodes.last_mut() {
        Some(Node::Facts(facts)) => facts.last_mut().expect("a first fact makes it").items.push(item),
        Some(Node::List(list)) => list.push(item),
        _ => nodes.push(Node::List(vec![item])),
    }
}

fn change(one: &super::Change) -> Change {
    let has_sides = !one.before.is_empty() || !one.after.is_empty();
    Change {
        sign: one.sign,
        label: escape::terminal(&one.label),
        says: runs(&one.says),
        sides: has_sides.then(|| (runs(&one.before), runs(&one.after))),
        further: one.further.iter().map(runs).collect(),
        notes: one.notes.iter().map(runs).collect(),
    }
}

fn entries(all: &Entries) -> Node {
    let entry = |one: &super::Entry| {
        let mut cells = one.cells.iter().map(|cell| blocks(cell));
        let (name, id) = (runs(&one.name), escape::terminal(&one.id));
        Entry { name, id, first: cells.next().unwrap_or_default(), cells: cells.collect() }
    };
    let entries = all.entries.iter().map(entry).collect();
    if all.columns.is_empty() {
        return Node::Articles(entries);
    }
    Node::Grid { caption: escape::terminal(&all.caption), columns: all.columns.clone(), entries }
}

fn runs(text: &Inline) -> Runs {
    let run = |span: &super::Span| Run {
        text: escape::terminal(&span.text),
        tag: match span.role {
            Role::Plain => None,
            Role::Strong => Some("strong"),
            Role::Code => Some("code"),
            Role::Added => Some("ins"),
            Role::Removed => Some("del"),
        },
    };
    text.spans().iter().map(run).collect()
}
