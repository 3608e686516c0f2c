//! Makes synthetic matrices and repositories for benches: `cargo bench --bench generate -- S /tmp/small`.

#[path = "generate/mod.rs"]
mod generate;

use std::path::Path;
use std::process::ExitCode;
use std::{env, fs};

const USAGE: &str = "usage: cargo bench --bench generate -- WHAT [--seed N]

  S|M|L FOLDER                  a git repository of 200, 5,000 or 50,000 commits
  matrix ROWS FILE              one matrix
  matrices COUNT ROWS FOLDER    a folder with countersign.json and matrices

Relative paths start at the root of the crate. The same seed (default 1) gives the same bytes.";

fn main() -> ExitCode {
    let mut words: Vec<String> = env::args().skip(1).filter(|word| word != "--bench").collect();
    if words.is_empty() {
        println!("{USAGE}");
        return ExitCode::SUCCESS;
    }
    match seed(&mut words).and_then(|seed| make(&words, seed)) {
        Ok(made) => {
            println!("{made}");
            ExitCode::SUCCESS
        }
        Err(reason) => {
            eprintln!("{reason}\n\n{USAGE}");
            ExitCode::from(2)
        }
    }
}

/// Takes `--seed N` out of the words.
fn seed(words: &mut Vec<String>) -> Result<u64, String> {
    let Some(at) = words.iter().position(|word| word == "--seed") else { return Ok(1) };
    let seed = words.get(at + 1).ok_or("--seed names no number")?;
    let seed = seed.parse().map_err(|_| format!("`{seed}` is no seed"))?;
    words.drain(at..at + 2);
    Ok(seed)
}

/// Makes what the words ask for and says what it made.
fn make(words: &[String], seed: u64) -> Result<String, String> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["matrix", rows, file] => {
            let text = generate::matrix(number(rows)?, seed);
            fs::write(file, &text).map_err(|error| format!("cannot write {file}: {error}"))?;
            Ok(format!("{file}: {rows} rows, {} bytes", text.len()))
        }
        ["matrices", count, rows, folder] => {
            generate::matrices(number(count)?, number(rows)?, seed, Path::new(folder))
                .map_err(|error| format!("cannot fill {folder}: {error}"))?;
            Ok(format!("{folder}: {count} matrices of {rows} rows"))
        }
        [size, folder] => {
            let size = generate::SIZES.iter().find(|known| known.name == *size);
            let size = size.ok_or_else(|| format!("`{}` is no size", words[0]))?;
            let made = generate::repository(size, seed, Path::new(folder))
                .map_err(|error| format!("cannot make {folder}: {error}"))?;
            Ok(format!(
                "{folder}: {} commits, {} of them ordinary changes to {} matrices, {} sign-offs",
                made.commits, made.matrix_commits, size.matrices, made.signoffs
            ))
        }
        _ => Err("that is nothing to make".to_owned()),
    }
}

fn number(word: &str) -> Result<usize, String> {
    word.parse().map_err(|_| format!("`{word}` is no number"))
}
