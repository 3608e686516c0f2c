//! Hostile text stays text, whatever shows it.

use std::collections::BTreeSet;

use countersign::document::Layout;
use countersign::finding::{Finding, Place, Severity, Waived};
use countersign::matrix::Matrix;
use countersign::report::{Format, Report, Style, View, render};
use countersign::show::{self, Label, Options};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::report::sample::{finding, report};

/// What an attacker writes, and glue.
const TOKENS: [&str; 42] = [
    "::error file=x::owned",
    "::set-output name=a::b",
    "\n::warning::x",
    "##[add-mask]a",
    "##vso[task.setvariable]",
    "</script>",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\"",
    "'",
    "&lt;",
    "<!--",
    "]]>",
    "=cmd()",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=x",
    "\r=x",
    "\u{1b}[31m",
    "\u{1b}]8;;http://x\u{7}",
    "\u{9b}2J",
    "\u{202e}gnp",
    "\u{feff}",
    "\u{ffff}",
    "\u{0}",
    "|",
    "``",
    "`",
    "@user",
    "@org/team",
    "#1",
    "# h",
    "- x",
    "> q",
    "[a](http://x)",
    "![i](http://x)",
    "https://evil.example",
    "www.evil.example",
    "**b**_i_~s~$m$",
    "\\",
    " words ",
];

fn hostile() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(TOKENS.to_vec()), 1..6).prop_map(|tokens| tokens.concat())
}

/// A report with `text` wherever a report has text.
fn poisoned(text: &str) -> Report {
    let mut report = report();
    for severity in [Severity::Error, Severity::Warning, Severity::Note] {
        let mut bad = finding("owner-present", severity, Some(text), Place::value("/rows/0/id"), text);
        (bad.help, bad.file, bad.matrix) = (Some(text.into()), text.into(), Some(text.into()));
        bad.related = Some(Box::new((Place::value("/id"), text.to_owned())));
        let waived = Waived {
            reason: text.to_owned(),
            owner: text.to_owned(),
            approved_by: text.to_owned(),
            expires: Some(text.to_owned()),
        };
        report.findings.push(Finding { waived: Some(Box::new(waived)), ..bad.clone() });
        report.findings.push(bad);
    }
    let source = report.sources.values().next().unwrap().clone();
    let text_of_file = format!("{{\"id\": {}}}\n", serde_json::to_string(text).unwrap()) + &source.text;
    report
        .sources
        .insert(text.to_owned(), countersign::source::Source { path: text.into(), text: text_of_file });
    let summary = &mut report.matrices[0];
    (summary.title, summary.standing) = (text.to_owned(), text.to_owned());
    summary.parties[0].name = text.to_owned();
    summary.nobody = vec![text.to_owned()];
    summary.coverage.values_mut().for_each(|cover| cover.title = text.to_owned());
    report.errors.push(crate::report::sample::problem().because(text).hint(text));
    report.errors[0].message = text.to_owned();
    (report.at, report.next) = (text.to_owned(), Some(text.to_owned()));
    report
}

/// A matrix with `text` wherever a matrix has free text.
fn poisoned_matrix(text: &str) -> Matrix {
    let duty = json!({
        "do": "notify", "party": "acme", "to": ["harbor", text], "role": text, "text": text, "cadence": text,
        "within": { "time": text, "of": text, "clock": "business" }, "escalate": [text], "phase": text,
        "for": text, "scope": [text], "controls": [text],
    });
    let value = json!({
        "format": "countersign/matrix/1", "id": "m", "kind": "engagement", "version": "1.0", "title": text,
        "frameworks": [{ "pack": "cmmc-l2", "edition": text, "include": [text] }],
        "agreement": { "kind": text, "reference": text, "exhibit": text },
        "documents": [{ "id": "d", "kind": text, "party": "acme", "reference": text, "sha256": text }],
        "review": { "every": text, "triggers": [text] },
        "parties": [
            { "id": "acme", "side": "client", "name": text, "kind": text, "handles": [text], "businessHours": text,
              "contacts": [{ "id": "c", "role": text, "channel": text }],
              "authorizations": [{ "kind": text, "reference": text }] },
            { "id": "harbor", "side": "provider", "name": "Harbor" },
        ],
        "services": [{ "id": "s", "party": "harbor", "name": text }],
        "scopes": [{ "id": "z", "title": text, "environment": text, "systems": [text], "excludes": [text] }],
        "defaults": { "duties": [duty], "retention": text, "cadence": text },
        "rows": [{
            "id": text, "title": text, "controls": [format!("cmmc-l2:{text}")], "references": [text],
            "activity": text, "allocation": "shared", "shared": { "mode": "handoff", "details": text },
            "duties": [duty], "services": [text, "s"], "scope": ["z"], "offered": text, "cadence": text,
            "inherits": [{ "by": "acme", "from": text, "extent": text, "document": "d",
                           "responsibilities": [{ "text": text, "row": text }] }],
            "evidence": [{ "artifact": text, "kind": text, "location": text, "retention": text }],
            "reports": [{ "by": "harbor", "to": ["acme"], "what": text }], "tools": [text],
            "status": { "implementation": text, "plan": text }, "justification": text,
            "accepts": [{ "rule": text, "reason": text, "reference": text }],
        }],
    });
    Matrix::of(&value).unwrap()
}

fn shown(form: Layout, text: &str, party: Option<&str>) -> String {
    let style = Style { color: false, unicode: true, width: 60 };
    let options = Options { party, only_mine: false, standing: Some(text), lead: &[], proof: &[], style };
    let label = |_: &str| Some(Label { title: text.to_owned(), group: text.to_owned() });
    show::render(form, &poisoned_matrix(text), &options, &label)
}

/// Nothing hidden, nothing that a build log obeys.
#[track_caller]
fn assert_plain(out: &str) {
    let control = |c: &char| (c.is_control() && *c != '\n') || ('\u{202a}'..='\u{202e}').contains(c);
    assert_eq!(out.chars().find(control), None, "{out}");
    assert!(!out.contains(['\u{feff}', '\u{ffff}']), "{out}");
    assert!(!out.contains("##[") && !out.contains("##vso["), "{out}");
    assert!(!out.lines().any(|line| line.trim_start().starts_with("::")), "{out}");
}

/// Every tag is one of `known`, every one that opens closes, every `&` begins an entity.
#[track_caller]
fn assert_markup(out: &str, known: &[&str], empty: &[&str]) {
    let mut open: Vec<&str> = Vec::new();
    for part in out.split('<').skip(1) {
        let (tag, text) = part.split_once('>').unwrap();
        assert!(!text.contains('>'), "a stray bracket in {text:?}");
        let name = tag.trim_start_matches('/').split([' ', '/', '\n']).next().unwrap();
        if tag.starts_with(['!', '?']) {
            continue;
        }
        assert!(known.contains(&name), "unknown tag {tag:?}");
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name), "{tag}");
        } else if !tag.ends_with('/') && !empty.contains(&name) {
            assert_eq!(tag.matches('"').count() % 2, 0, "a quote escaped from {tag:?}");
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?}");
    let entity = |rest: &str| {
        ["amp;", "lt;", "gt;", "quot;", "apos;", "#34;", "#38;", "#39;", "#60;", "#62;"]
            .iter()
            .any(|one| rest.starts_with(one))
    };
    assert!(out.split('&').skip(1).all(entity), "{out}");
}

/// No markup of the text's own: every special character is escaped or stands in a code span of ours.
#[track_caller]
fn assert_markdown(out: &str) {
    assert_plain(out);
    let tags: BTreeSet<&str> = out.split('<').skip(1).map(|part| part.split('>').next().unwrap()).collect();
    assert!(tags.is_empty() || tags == BTreeSet::from(["br"]), "{tags:?}");
    for line in out.lines() {
        let mut bare = String::new();
        for (index, part) in line.replace("\\\\", "").replace("\\`", "").split('`').enumerate() {
            assert!(index % 2 == 0 || !part.contains('|'), "{line}");
            bare.push_str(if index % 2 == 0 { part } else { "code" });
        }
        let ours = bare.replace("**", "");
        for (at, found) in ours.match_indices(['[', '*', '_', '~', '$']) {
            assert!(ours[..at].ends_with('\\'), "{found} is bare in {line}");
        }
        let cells = bare.replace("\\|", "").matches('|').count();
        assert!(cells == 0 || cells == 5, "{cells} bars in {line}");
        assert!(!bare.contains("://") && !bare.to_lowercase().contains("www."), "{line}");
        let mention = |rest: &str| !rest.starts_with("&#8203;");
        assert!(!bare.split('@').skip(1).any(mention), "{line}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn text_obeys_nobody(text in hostile()) {
        assert_plain(&render(Format::Text, &poisoned(&text), &View { all: true, ..View::default() }));
        assert_plain(&shown(Layout::Text, &text, None));
        assert_plain(&shown(Layout::Text, &text, Some("acme")));
    }

    #[test]
    fn json_decodes_to_what_was_written(text in hostile()) {
        for format in [Format::Json, Format::Sarif, Format::Gitlab] {
            let out = render(format, &poisoned(&text), &View::default());
            prop_assert!(!out.contains("##[") && !out.contains("##vso["));
            prop_assert!(serde_json::from_str::<Value>(&out).is_ok());
        }
        let out = render(Format::Json, &poisoned(&text), &View::default());
        let value: Value = serde_json::from_str(&out).unwrap();
        prop_assert_eq!(value["at"].as_str(), Some(&*text));
    }

    #[test]
    fn workflow_commands_are_ours_only(text in hostile()) {
        let report = poisoned(&text);
        let out = render(Format::Github, &report, &View::default());
        let lines: Vec<&str> = out.lines().collect();
        prop_assert_eq!(lines.len(), report.counting().count() + report.errors.len() + 1);
        for line in &lines[..lines.len() - 1] {
            let known = ["::error ", "::warning ", "::notice "];
            prop_assert!(known.iter().any(|command| line.starts_with(command)), "{}", line);
            let properties = line[2..].split("::").next().unwrap();
            let keys = ["file", "line", "endLine", "col", "endColumn", "title"];
            let own = |pair: &str| pair.split_once('=').is_some_and(|(key, _)| keys.contains(&key));
            prop_assert!(properties.split_once(' ').unwrap().1.split(',').all(own), "{}", properties);
        }
        let hidden = ['\r', '\u{1b}', '\u{202e}'];
        prop_assert!(!out.contains(hidden));
    }

    #[test]
    fn xml_stays_well_formed(text in hostile()) {
        let out = render(Format::Junit, &poisoned(&text), &View::default());
        assert_plain(&out);
        let tags = ["testsuites", "testsuite", "testcase", "failure", "skipped", "system-out", "error"];
        assert_markup(&out, &tags, &[]);
    }

    #[test]
    fn markdown_formats_nothing(text in hostile()) {
        assert_markdown(&render(Format::Markdown, &poisoned(&text), &View::default()));
        assert_markdown(&shown(Layout::Markdown, &text, None));
        assert_markdown(&shown(Layout::Markdown, &text, Some("acme")));
    }

    #[test]
    fn html_has_our_tags_only(text in hostile()) {
        let tags = [
            "html", "head", "title", "style", "body", "a", "header", "main", "h1", "h2", "p", "section", "ul", "li",
            "strong", "b", "nav", "table", "caption", "thead", "tbody", "tr", "th", "td", "span", "dl", "dt", "dd",
            "meta",
        ];
        let out = shown(Layout::Html, &text, None);
        assert_plain(&out);
        assert_markup(&out, &tags, &["meta"]);
    }

    #[test]
    fn no_cell_is_a_formula(text in hostile()) {
        let out = shown(Layout::Csv, &text, None);
        let mut reader = csv::Reader::from_reader(out.as_bytes());
        let width = reader.headers().unwrap().len();
        let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        prop_assert_eq!(records.len(), 2 - usize::from(records.len() == 1));
        for record in records {
            prop_assert_eq!(record.len(), width);
            prop_assert!(!record.iter().any(|cell| cell.trim_start().starts_with(['=', '+', '-', '@'])), "{:?}", record);
        }
    }
}

#[test]
fn a_message_of_ours_keeps_its_code_in_markdown() {
    use countersign::report::escape::{csv, markdown, markdown_message, terminal};
    assert_eq!(markdown_message("row `a-b` names *no* owner"), "row `a-b` names \\*no\\* owner");
    assert_eq!(markdown_message("row `a`b` is odd"), "row \\`a\\`b\\` is odd");
    assert_eq!(
        markdown("ask @ann, see #12 and https://x"),
        "ask @&#8203;ann, see #&#8203;12 and https&#58;//x"
    );
    assert_eq!(csv("=1+1"), "'=1+1");
    assert_eq!(terminal("\u{1b}[2J::x\nb"), "\\u{1b}[2J::x b");
}
