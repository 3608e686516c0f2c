//! One document, three layouts: each says everything, each escapes for its place.

use countersign::document::{Block, Document, Inline, Role, Table};
use countersign::report::Style;

const HOSTILE: &str = "<script>x</script> ##vso[task] *a* [b](http://c) | \u{202e}";
const STYLE: Style = Style { color: false, unicode: true, width: 200 };

/// A document with a block of each kind, each with a word of its own.
fn whole(text: &str) -> Document {
    let say = |word: &str| Inline::from(format!("{word} {text}"));
    Document {
        blocks: vec![
            Block::Title(say("title")),
            Block::Part(say("part")),
            Block::Heading(say("heading")),
            Block::Alarm(say("alarm")),
            Block::Sentence(say("sentence")),
            Block::fact("term", say("fact")),
            Block::Item(say("item")),
            Block::Step(format!("step {text}"), "countersign check".into()),
            Block::Sentence(
                Inline::from("quoted ")
                    .with(Role::Removed, "went")
                    .with(Role::Plain, " ")
                    .with(Role::Added, "came"),
            ),
            Block::Sentence(
                Inline::default().with(Role::Strong, say("strong").plain()).with(Role::Plain, " plain"),
            ),
            Block::Table(Table {
                columns: vec!["first", "second"],
                rows: vec![vec![say("cell"), say("other")]],
            }),
        ],
    }
}

const WORDS: [&str; 13] = [
    "title",
    "part",
    "heading",
    "alarm",
    "sentence",
    "term",
    "fact",
    "item",
    "step",
    "countersign check",
    "strong",
    "cell",
    "other",
];

#[test]
fn every_layout_says_everything() {
    let document = whole("words");
    for said in [document.text(&STYLE), document.markdown(), document.html()] {
        for word in WORDS {
            assert!(said.contains(word), "{word}: {said}");
        }
    }
}

#[test]
fn a_spreadsheet_has_a_line_for_each_block_or_the_only_table() {
    let (columns, rows) = whole("words").sheet();
    assert_eq!(columns, ["part", "term", "text"]);
    let said = rows.iter().flatten().cloned().collect::<Vec<_>>().join("\n");
    for word in WORDS.iter().filter(|word| !["title", "part"].contains(word)) {
        assert!(said.contains(word), "{word}: {said}");
    }
    assert!(rows.iter().all(|row| row.len() == 3), "{rows:?}");
    assert_eq!(rows[2], ["heading words", "term", "fact words"]);
    let table = Table { columns: vec!["first", "second"], rows: vec![vec!["a".into(), "b".into()]] };
    let document = Document { blocks: vec![Block::Page("page".into()), Block::Table(table)] };
    assert_eq!(document.sheet(), (vec!["first", "second"], vec![vec!["a".to_owned(), "b".to_owned()]]));
}

#[test]
fn a_message_names_exactly_what_stands_between_backticks() {
    let read =
        |message: &str| Document { blocks: vec![Block::Sentence(Inline::of_message(message))] }.markdown();
    assert_eq!(read("below `trust/` only"), "- below `trust/` only\n");
    assert_eq!(read("an odd ` tick"), "- an odd \\` tick\n");
}

#[test]
fn marks_need_no_colour() {
    let document = whole("words");
    assert!(document.text(&STYLE).contains("quoted [-went-] {+came+}"));
    assert!(document.markdown().contains("quoted <del>went</del> <ins>came</ins>"));
    assert!(document.html().contains("quoted <del>went</del> <ins>came</ins>"));
}

#[test]
fn facts_and_their_items_are_one_list() {
    let html = whole("words").html();
    let list = "<dl>\n<dt>term</dt><dd>fact words<ul><li>item words</li></ul></dd>\n<dt>next</dt>\
                <dd>step words: <code>countersign check</code></dd>\n</dl>";
    assert!(html.contains(list), "{html}");
    assert!(html.contains("<title>title words</title>"), "{html}");
}

#[test]
fn no_layout_obeys_a_text() {
    let document = whole(HOSTILE);
    let (text, page, html) = (document.text(&STYLE), document.markdown(), document.html());
    for said in [&text, &page, &html] {
        assert!(!said.contains("##vso[") && !said.contains('\u{202e}'), "{said}");
    }
    assert!(!html.contains("<script"), "{html}");
    assert!(!page.contains("<script") && !page.replace("\\[", "").contains("[b]("), "{page}");
    let table: Vec<&str> = page.lines().filter(|line| line.starts_with("| cell")).collect();
    assert_eq!(table[0].replace("\\|", "").matches('|').count(), 3, "no text ends a cell: {page}");
}

#[test]
fn an_empty_document_is_an_empty_page() {
    let document = Document::default();
    assert_eq!((document.text(&STYLE), document.markdown()), (String::new(), String::new()));
    assert!(document.html().contains("<main id=\"content\">"));
}
