//! README says what is true: its rule list is the data's, its paths exist, its commands are known.

use std::path::{Path, PathBuf};

use crate::support::Folder;

const README: &str = include_str!("../../README.md");
const USAGE: &str = include_str!("../../docs/usage.md");

#[test]
fn the_rule_list_is_made_from_the_data() {
    let printed = Folder::new().countersign(&["rules", "--format", "markdown"]).stdout;
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules.md");
    let whole = format!(
        "# Rules\n\nMade from the rules themselves by `countersign rules --format markdown`. `countersign explain RULE` says \
         why a rule is there, and what to do.\n\n{printed}"
    );
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(path, whole).expect("the page can be written");
        return;
    }
    assert!(printed.contains("| `row-has-approver` | core |"), "{printed}");
    assert!(!printed.contains('\\'), "a title is escaped where it is meant as code");
    let page = std::fs::read_to_string(path).expect("the page is there");
    assert_eq!(page, whole, "run `BLESS=1 cargo test --test all docs`");
}

/// The pages that people read, by their paths.
fn pages() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let in_docs = std::fs::read_dir(root.join("docs")).unwrap().map(|entry| entry.unwrap().path());
    let at_top = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"].map(|name| root.join(name));
    let pages = in_docs.filter(|path| path.extension().is_some_and(|it| it == "md")).chain(at_top);
    pages.map(|path| (path.clone(), std::fs::read_to_string(path).unwrap())).collect()
}

#[test]
fn links_lead_somewhere() {
    for (path, text) in pages() {
        let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        let targets = links.map(|link| link.split('#').next().unwrap()).filter(|link| !link.contains(':'));
        for target in targets.filter(|target| !target.is_empty()) {
            assert!(path.parent().unwrap().join(target).exists(), "{}: {target}", path.display());
        }
    }
}

/// Where the architecture names a file, it is there.
#[test]
fn places_in_the_architecture_are_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(root.join("docs/ARCHITECTURE.md")).unwrap();
    let (_, walks) = text.split_once("## How `check` runs").expect("the walks are there");
    let named = walks.split('`').skip(1).step_by(2).filter(|word| word.contains('/') && !word.contains('<'));
    let is_there = |name: &str| {
        let below =
            [root.join(name), root.join("src").join(name), root.join("src").join(format!("{name}.rs"))];
        below.iter().any(|path| path.exists())
    };
    let named: Vec<&str> = named.filter(|name| !["trust/", "signoffs/"].contains(name)).collect();
    assert!(named.len() > 15, "{named:?}");
    for name in named {
        assert!(is_there(name), "{name}");
    }
}

#[test]
fn the_glossary_is_short() {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/ARCHITECTURE.md"));
    let text = text.unwrap();
    let (_, glossary) = text.split_once("## Glossary").expect("it is there");
    let words = glossary.lines().filter(|line| line.starts_with("| ")).skip(1).flat_map(|line| {
        line.trim_start_matches("| ").split(" | ").next().unwrap().split(", ").collect::<Vec<_>>()
    });
    assert!((20..=40).contains(&words.count()));
}

#[test]
fn commands_that_pages_name_are_known() {
    let pages = [README, USAGE].into_iter().flat_map(|page| page.split("countersign ").skip(1));
    let words = pages.filter_map(|rest| rest.split([' ', '`', '\n']).next());
    let commands: Vec<&str> = words
        .filter(|word| word.len() > 2 && word.chars().all(|c| c.is_ascii_lowercase() || c == '-'))
        .collect();
    let help = Folder::new().countersign(&["--help"]).stdout;
    let known: Vec<&str> =
        help.lines().filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next()).collect();
    for command in commands {
        assert!(known.contains(&command) || ["itself"].contains(&command), "`{command}` is no command");
    }
}

/// The commands of a folder of evidence stand apart from any folder too.
#[test]
fn the_commands_that_verify_evidence_are_published() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/verify.md");
    let page = std::fs::read_to_string(&path).expect("the page is there");
    let commands = countersign::evidence::commands();
    let digest = countersign::trust::name::Digest::of(commands.as_bytes());
    let (head, rest) = page.split_once("<!-- verify.sh -->\n").expect("the commands begin");
    let (_, tail) = rest.split_once("<!-- /verify.sh -->\n").expect("the commands end");
    let made = format!("SHA-256 of `verify.sh`: `{digest}`\n\n```sh\n{commands}```\n");
    let whole = format!("{head}<!-- verify.sh -->\n{made}<!-- /verify.sh -->\n{tail}");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(path, whole).expect("the page can be written");
        return;
    }
    assert_eq!(page, whole, "run `BLESS=1 cargo test --test all docs`");
    let taken: Vec<&str> = page.lines().skip_while(|line| *line != "```sh").skip(1).collect();
    let end = taken.iter().position(|line| *line == "```").expect("the block ends");
    assert_eq!(taken[..end].join("\n") + "\n", commands, "the first block is the commands");
}
