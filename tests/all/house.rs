//! The floor plan: which module may import which, and where each foreign crate is let in.
//!
//! The plan stands in `docs/ARCHITECTURE.md`, once, as text that people read; this test reads the same text and holds
//! the `use` lines and `crate::` paths of the program against it. Test code inside `src` is left out.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// One import of production code.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Import {
    file: String,
    /// The path behind `crate::`, or the name of a foreign crate and what follows.
    path: String,
}

impl Import {
    fn from(&self) -> &str {
        top(&self.file)
    }

    fn to(&self) -> &str {
        self.path.split("::").next().unwrap()
    }
}

fn top(file: &str) -> &str {
    file.split('/').next().unwrap().trim_end_matches(".rs")
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The production code of every file of the program, without comments.
fn sources() -> Vec<(String, String)> {
    fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, files);
            } else if path.extension().is_some_and(|it| it == "rs") && path.file_stem().unwrap() != "tests" {
                files.push(path);
            }
        }
    }
    let src = root().join("src");
    let mut files = Vec::new();
    walk(&src, &mut files);
    let name = |path: &Path| path.strip_prefix(&src).unwrap().to_str().unwrap().replace('\\', "/");
    files.iter().map(|path| (name(path), production(&fs::read_to_string(path).unwrap()))).collect()
}

/// Cuts comments off, and the test module, which closes a file.
fn production(text: &str) -> String {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let test_module = lines.iter().enumerate().position(|(at, line)| {
        let next = lines[at + 1..].iter().find(|line| !line.starts_with("#["));
        *line == "#[cfg(test)]" && next.is_some_and(|next| next.starts_with("mod ") && next.ends_with('{'))
    });
    lines[..test_module.unwrap_or(lines.len())].join("\n")
}

/// Returns the paths behind every `root::`, with lists of names taken apart.
fn paths_behind(text: &str, root: &str) -> Vec<String> {
    let mut paths = Vec::new();
    let mark = format!("{root}::");
    for (at, _) in text.match_indices(&mark) {
        let before = text[..at].chars().next_back();
        if before.is_some_and(|one| one.is_alphanumeric() || matches!(one, '_' | ':' | '.' | '$')) {
            continue;
        }
        spread("", &text[at + mark.len()..], &mut paths);
    }
    paths
}

/// Reads one path, or the paths of one list in braces, from the start of a text; returns what follows.
fn spread<'a>(before: &str, text: &'a str, paths: &mut Vec<String>) -> &'a str {
    let text = text.trim_start();
    if let Some(mut rest) = text.strip_prefix('{') {
        loop {
            rest = spread(before, rest, paths).trim_start();
            rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
            if let Some(rest) = rest.strip_prefix('}') {
                return rest;
            }
        }
    }
    let end = text.find(|one: char| !one.is_alphanumeric() && one != '_' && one != '*').unwrap_or(text.len());
    assert!(end > 0, "cannot read this import: {}", &text[..text.len().min(60)]);
    let (name, rest) = text.split_at(end);
    let path = match (before, name) {
        ("", name) => name.to_owned(),
        (before, "self") => before.to_owned(),
        (before, name) => format!("{before}::{name}"),
    };
    if let Some(rest) = rest.strip_prefix("::") {
        return spread(&path, rest, paths);
    }
    paths.push(path);
    let renamed = rest.strip_prefix(" as ");
    renamed.map_or(rest, |rest| rest.trim_start_matches(|one: char| one.is_alphanumeric() || one == '_'))
}

/// Every import of one of our modules from another.
fn imports() -> Vec<Import> {
    let all = sources().into_iter().flat_map(|(file, text)| {
        paths_behind(&text, "crate").into_iter().map(move |path| Import { file: file.clone(), path })
    });
    all.filter(|one| one.from() != one.to() && !matches!(one.from(), "lib" | "main")).collect()
}

/// The lines of a marked block of `docs/ARCHITECTURE.md`.
fn block(name: &str) -> Vec<String> {
    let text = fs::read_to_string(root().join("docs/ARCHITECTURE.md")).unwrap();
    let start = text.find(&format!("```text {name}\n")).unwrap_or_else(|| panic!("no block `{name}`"));
    let lines = text[start..].lines().skip(1).take_while(|line| *line != "```");
    lines.map(str::to_owned).filter(|line| !line.trim().is_empty()).collect()
}

/// The floor that each module stands on, counted from the top.
fn floors() -> BTreeMap<String, usize> {
    let mut floors = BTreeMap::new();
    for (floor, line) in block("floors").iter().enumerate() {
        for module in line.split_whitespace() {
            assert_eq!(floors.insert(module.to_owned(), floor), None, "`{module}` stands in the plan twice");
        }
    }
    floors
}

/// A line of the block `borders`: `A imports only B, C`, `A never imports B, C`, `A takes of B only C, D`.
struct Border {
    from: String,
    kind: Kind,
    names: BTreeSet<String>,
}

enum Kind {
    Only,
    Never,
    Of(String),
}

fn borders() -> Vec<Border> {
    let read = |line: &String| {
        let (from, rest) = line.trim().split_once(' ').unwrap();
        let (kind, names) = if let Some(names) = rest.strip_prefix("imports only ") {
            (Kind::Only, names)
        } else if let Some(names) = rest.strip_prefix("never imports ") {
            (Kind::Never, names)
        } else {
            let (of, names) = rest.strip_prefix("takes of ").unwrap().split_once(" only ").unwrap();
            (Kind::Of(of.to_owned()), names)
        };
        let names = names.split(", ").filter(|name| *name != "nothing").map(str::to_owned).collect();
        Border { from: from.to_owned(), kind, names }
    };
    block("borders").iter().map(read).collect()
}

impl Border {
    fn allows(&self, import: &Import) -> bool {
        if self.from != import.from() {
            return true;
        }
        match &self.kind {
            Kind::Only => self.names.contains(import.to()),
            Kind::Never => !self.names.contains(import.to()),
            Kind::Of(of) => {
                let mut parts = import.path.split("::");
                parts.next() != Some(of) || parts.next().is_some_and(|part| self.names.contains(part))
            }
        }
    }
}

/// Imports that the plan does not have.
fn against_the_plan() -> Vec<Import> {
    let (floors, borders) = (floors(), borders());
    let is_wrong = |one: &Import| {
        let (Some(from), Some(to)) = (floors.get(one.from()), floors.get(one.to())) else { return true };
        to <= from || !borders.iter().all(|border| border.allows(one))
    };
    imports().into_iter().filter(is_wrong).collect()
}

#[test]
fn imports_go_down_and_cross_no_border() {
    assert_eq!(against_the_plan(), [], "these imports are against the plan in docs/ARCHITECTURE.md");
}

#[test]
fn the_plan_names_every_module_and_no_other() {
    let lib = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let modules: BTreeSet<String> = lib
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ").or(line.strip_prefix("mod "))?.strip_suffix(';'))
        .map(str::to_owned)
        .collect();
    assert_eq!(floors().into_keys().collect::<BTreeSet<_>>(), modules);
    let drawn: Vec<&str> = lib
        .lines()
        .skip_while(|line| *line != "//! ```text")
        .skip(1)
        .take_while(|line| *line != "//! ```")
        .collect();
    let drawn: Vec<&str> = drawn.iter().map(|line| line.trim_start_matches("//!").trim()).collect();
    let plan = block("floors");
    assert_eq!(drawn, plan.iter().map(|line| line.trim()).collect::<Vec<_>>(), "lib.rs draws another plan");
    for border in borders() {
        assert!(modules.contains(&border.from), "no module `{}`", border.from);
        let names = border.names.iter().chain(if let Kind::Of(of) = &border.kind { Some(of) } else { None });
        let is_room = !matches!(border.kind, Kind::Of(_));
        assert!(names.into_iter().all(|name| !is_room || modules.contains(name)), "{:?}", border.names);
    }
}

/// The doors of the block `doors`: `crate: place, place`, where a place is a module or a path below `src`.
fn doors() -> BTreeMap<String, Vec<String>> {
    let read = |line: &String| {
        let (name, places) = line.trim().split_once(": ").unwrap();
        (name.to_owned(), places.split(", ").map(str::to_owned).collect())
    };
    block("doors").iter().map(read).collect()
}

#[test]
fn a_foreign_crate_is_used_at_its_door_only() {
    let doors = doors();
    let mut wrong = Vec::new();
    let mut used: BTreeSet<(&str, &str)> = BTreeSet::new();
    for (file, text) in sources() {
        for (name, places) in &doors {
            let ident = name.replace('-', "_");
            let is_own = text.contains(&format!("mod {ident};")) || text.contains(&format!("mod {ident} "));
            if is_own || !uses(&text, &ident) {
                continue;
            }
            match places.iter().find(|place| **place == "everywhere" || is_below(&file, place)) {
                Some(place) => drop(used.insert((name, place))),
                None => wrong.push(format!("{file} uses {name}; its door is {}", places.join(", "))),
            }
        }
    }
    assert_eq!(wrong, [] as [String; 0], "put it behind the door, or open another in docs/ARCHITECTURE.md");
    let all = doors
        .iter()
        .flat_map(|(name, places)| places.iter().map(move |place| (name.as_str(), place.as_str())));
    let unused: Vec<_> =
        all.filter(|(_, place)| *place != "not called").filter(|one| !used.contains(one)).collect();
    assert_eq!(unused, [], "nobody goes through these doors");
}

fn is_below(file: &str, place: &str) -> bool {
    let rest = file.strip_prefix(place);
    rest.is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
}

/// Says whether a text uses a crate: a path that begins with its name, or one of its macros.
fn uses(text: &str, ident: &str) -> bool {
    text.match_indices(ident).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let begins =
            !before.is_some_and(|one| one.is_alphanumeric() || matches!(one, '_' | ':' | '.' | '"' | '`'));
        let after = &text[at + ident.len()..];
        let in_use = text[..at].ends_with("use ") && after.starts_with(';');
        begins && (after.starts_with("::") || after.starts_with("!(") || in_use)
    })
}

#[test]
fn every_dependency_has_a_door() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let lines = manifest.lines().skip_while(|line| *line != "[dependencies]").skip(1);
    let names: BTreeSet<String> = lines
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split_once(" = ").map(|(name, _)| name.to_owned()))
        .filter(|name| !name.starts_with('#'))
        .collect();
    assert_eq!(doors().into_keys().collect::<BTreeSet<_>>(), names);
}

#[test]
fn imports_are_read_as_the_compiler_reads_them() {
    let text = production(
        "use crate::a::{self, b::{C, d as e}, f};\nuse crate::g;\n// use crate::no;\nfn x() { crate::h::i(1) }\n\
         #[cfg(test)]\n#[allow(x)]\nmod tests {\n    use crate::never;\n}\n",
    );
    let found = paths_behind(&text, "crate");
    assert_eq!(found, ["a", "a::b::C", "a::b::d", "a::f", "g", "h::i"]);
    assert!(uses("let x = git2::Oid::zero();", "git2") && uses("use csv;", "csv"));
    assert!(!uses("crate::git2::x", "git2") && !uses("show::csv::render", "csv"));
}
