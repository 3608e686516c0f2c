//! A document as one HTML file: no script, nothing fetched, readable on paper, a telephone and by ear.
//!
//! The template escapes by itself; before, what no reader would see is written out.

use askama::Template;
use base64ct::{Base64, Encoding};
use sha2::{Digest, Sha256};

use super::{Block, Document, Role, Text};
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
    nodes: Vec<Node>,
}

/// A stretch of text, ready to be escaped, with the element that it stands in.
struct Run {
    text: String,
    tag: Option<&'static str>,
}

type Runs = Vec<Run>;

struct Fact {
    term: &'static str,
    runs: Runs,
    items: Vec<Runs>,
}

enum Node {
    Heading { level: u8, runs: Runs },
    Alarm(Runs),
    Sentence(Runs),
    List(Vec<Runs>),
    Facts(Vec<Fact>),
    Table { columns: Vec<&'static str>, rows: Vec<Vec<Runs>> },
}

/// Renders a document as a page of its own.
pub(super) fn render(document: &Document) -> String {
    let title = document.blocks.iter().find_map(|block| match block {
        Block::Page(text) | Block::Title(text) | Block::Part(text) => Some(escape::terminal(&text.plain())),
        _ => None,
    });
    let mut nodes = Vec::new();
    document.blocks.iter().for_each(|block| add(&mut nodes, block));
    let page = Page { title: title.unwrap_or_default(), policy: policy(STYLE), style: STYLE, nodes };
    page.render().expect("a template without filters of ours cannot fail")
}

fn add(nodes: &mut Vec<Node>, block: &Block) {
    let heading = |level, text| Node::Heading { level, runs: runs(text) };
    match block {
        Block::Page(text) | Block::Title(text) => nodes.push(heading(1, text)),
        Block::Part(text) => nodes.push(heading(2, text)),
        Block::Heading(text) => nodes.push(heading(3, text)),
        Block::Alarm(text) => nodes.push(Node::Alarm(runs(text))),
        Block::Sentence(text) => nodes.push(Node::Sentence(runs(text))),
        Block::Fact(term, text) => fact(nodes, Fact { term, runs: runs(text), items: Vec::new() }),
        Block::Item(text) => item(nodes, runs(text)),
        Block::Step(what, command) => {
            let step = Text::from(format!("{what}: ")).with(Role::Code, command.as_str());
            fact(nodes, Fact { term: "next", runs: runs(&step), items: Vec::new() });
        }
        Block::Table(table) => nodes.push(Node::Table {
            columns: table.columns.clone(),
            rows: table.rows.iter().map(|row| row.iter().map(runs).collect()).collect(),
        }),
    }
}

fn fact(nodes: &mut Vec<Node>, fact: Fact) {
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

fn runs(text: &Text) -> Runs {
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
