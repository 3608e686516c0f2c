//! README says what is true: its rule list is the data's, its paths exist, its commands are known.

use std::path::Path;

use crate::support::Folder;

const README: &str = include_str!("../../README.md");

#[test]
fn the_rule_list_is_made_from_the_data() {
    let printed = Folder::new().countersign(&["rules", "--format", "markdown"]);
    let open = README.find("`countersign rules --format markdown` -->\n").expect("the list begins");
    let begin = open + README[open..].find('\n').expect("a line ends") + 1;
    let end = README.find("<!-- /rules -->").expect("the list ends");
    if std::env::var_os("BLESS").is_some() {
        let whole = format!("{}{}{}", &README[..begin], printed.stdout, &README[end..]);
        std::fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md"), whole)
            .expect("README can be written");
        return;
    }
    assert!(printed.stdout.contains("| `row-has-approver` | core |"), "{}", printed.stdout);
    assert_eq!(&README[begin..end], printed.stdout, "run `BLESS=1 cargo test --test all docs`");
}

#[test]
fn links_lead_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let targets: Vec<&str> = README
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
        .filter(|link| !link.contains(':'))
        .collect();
    assert!(!targets.is_empty());
    for target in targets {
        assert!(root.join(target).exists(), "{target}");
    }
}

#[test]
fn commands_in_readme_are_known() {
    let words = README.split("countersign ").skip(1).filter_map(|rest| rest.split([' ', '`', '\n']).next());
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
