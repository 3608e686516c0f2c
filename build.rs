//! What is known when the program is built is worked out then: the schemas that judge files, as code, and their
//! patterns, as automata. The shipped packs are compiled in, so that a changed rule is a changed binary.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use jsonschema_regex::{analyze_pattern, to_rust_regex};
use regex_automata::dfa::dense::{self, DFA};
use serde_json::{Value, json};

/// The kinds of files that are judged, as the words of `Kind`.
const KINDS: [&str; 14] = [
    "matrix",
    "state",
    "config",
    "waivers",
    "policy",
    "pack",
    "catalogue",
    "obligations",
    "roster",
    "statement",
    "revocation",
    "judged",
    "mark",
    "report",
];

/// The members of a schema that hold values; a property of such a name keeps its patterns as they are.
const VALUES: [&str; 4] = ["const", "default", "enum", "examples"];

fn main() {
    println!("cargo::rerun-if-changed=policies");
    println!("cargo::rerun-if-changed=schema");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo says where to write"));
    let write = |file: &str, bytes: &[u8]| {
        fs::write(out.join(file), bytes).expect("the folder of the build can be written");
    };
    let mut patterns = Vec::new();
    for kind in KINDS {
        let file = format!("{kind}.schema.json");
        let text = fs::read(Path::new("schema").join(&file)).expect("every kind has a schema");
        let mut schema = serde_json::from_slice(&text).expect("a schema is JSON");
        take_patterns(&mut schema, &mut patterns);
        write(&file, schema.to_string().as_bytes());
    }
    for (number, pattern) in patterns.iter().enumerate() {
        write(&format!("pattern-{number}.dfa"), &automaton(pattern));
    }
    write("compiled.rs", code(&out, patterns.len()).as_bytes());
}

/// Makes a format of each pattern that needs more than a comparison of texts, and adds it to those that are known.
fn take_patterns(schema: &mut Value, known: &mut Vec<String>) {
    match schema {
        Value::Object(members) => {
            let schemas = members.iter_mut().filter(|(key, _)| !VALUES.contains(&key.as_str()));
            schemas.for_each(|(_, schema)| take_patterns(schema, known));
            let pattern = members.get("pattern").and_then(Value::as_str);
            let Some(pattern) = pattern.filter(|it| analyze_pattern(it).is_none()).map(str::to_owned) else {
                return;
            };
            let number = known.iter().position(|it| *it == pattern).unwrap_or(known.len());
            if number == known.len() {
                known.push(pattern);
            }
            members.remove("pattern");
            let all = members.entry("allOf").or_insert_with(|| json!([]));
            all.as_array_mut()
                .expect("`allOf` is a list")
                .push(json!({ "format": format!("pattern-{number}") }));
        }
        Value::Array(list) => list.iter_mut().for_each(|one| take_patterns(one, known)),
        _ => {}
    }
}

/// Returns the bytes of the smallest automaton that finds a pattern, as the machine that will run it reads them.
fn automaton(pattern: &str) -> Vec<u8> {
    let pattern = to_rust_regex(pattern).expect("a pattern of ours is one");
    let config = dense::Config::new().minimize(true);
    let dfa: DFA<Vec<u32>> =
        dense::Builder::new().configure(config).build(&pattern).expect("a pattern of ours is small");
    let is_big = env::var("CARGO_CFG_TARGET_ENDIAN").is_ok_and(|endian| endian == "big");
    let (bytes, padding) = if is_big { dfa.to_bytes_big_endian() } else { dfa.to_bytes_little_endian() };
    bytes[padding..].to_vec()
}

/// Returns a type for each kind, which `jsonschema` makes a judge of, and a function for each pattern.
fn code(out: &Path, patterns: usize) -> String {
    let mut code = String::new();
    let mut formats = String::new();
    for number in 0..patterns {
        let file = out.join(format!("pattern-{number}.dfa"));
        let _ = writeln!(code, "pattern!(pattern_{number}, {file:?});");
        let _ = write!(formats, "\"pattern-{number}\" => crate::schema::compiled::pattern_{number}, ");
    }
    let mut arms = String::new();
    for kind in KINDS {
        let name = kind[..1].to_uppercase() + &kind[1..];
        let file = out.join(format!("{kind}.schema.json"));
        let _ = writeln!(
            code,
            "#[jsonschema::validator(path = {file:?}, draft = Draft202012, validate_formats = true, \
             ignore_unknown_formats = false, formats = {{ {formats} }}, \
             pattern_options = {{ engine = regex, size_limit = 1_048_576 }}, \
             methods = {{ is_valid = true, validate = false, iter_errors = false }})]\nstruct {name};"
        );
        let _ = writeln!(arms, "Kind::{name} => {name}::is_valid(value),");
    }
    let _ = writeln!(
        code,
        "/// Says whether `value` has the shape of its kind.\n\
         pub(super) fn is_valid(kind: Kind, value: &Value) -> bool {{ match kind {{ {arms} }} }}"
    );
    code
}
