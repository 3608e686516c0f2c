//! How fast `countersign check` is, against named peers in the same run.
//!
//! `cargo bench --bench check` after `benches/peers.sh`; `-- one many rows matrices` picks sections.

#[path = "generate/mod.rs"]
mod generate;
mod support;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use rayon::prelude::*;
use support::bar::Bars;
use support::measure::{self, Cost, Subject, mebibytes, milliseconds};
use support::peer::Peer;

/// The word that makes this program the peer that only reads, parses and validates.
const VALIDATE: &str = "validate-only";
const SEED: u64 = 1;
/// Rows of the matrices that are measured: what CMMC Level 2 has objectives.
const ROWS: usize = 320;

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    if let [VALIDATE, schema, folder] = words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        return end(validate_only(Path::new(schema), Path::new(folder)).map(|()| ExitCode::SUCCESS));
    }
    if !words.iter().any(|word| word == "--bench") {
        println!("not run: this is a bench, see cargo bench --bench check");
        return ExitCode::SUCCESS;
    }
    end(sections(&words))
}

fn end(outcome: Result<ExitCode, String>) -> ExitCode {
    outcome.unwrap_or_else(|reason| {
        eprintln!("cannot measure: {reason}");
        ExitCode::from(2)
    })
}

/// Runs the sections that the words name, or all.
fn sections(words: &[String]) -> Result<ExitCode, String> {
    support::bar::sections(words, &[("one", one), ("many", many), ("rows", rows), ("matrices", matrices)])
}

/// One matrix, the whole process, against a validator of the schema alone.
fn one(bars: &mut Bars) -> Result<(), String> {
    println!("\none matrix of {ROWS} rows, whole process: schema and all rules against the schema alone");
    let engagement = Engagement::of(1, ROWS)?;
    let file = "matrices/matrix-0000.json";
    let schema = schema()?.display().to_string();
    let program = Peer::CheckJsonschema.program()?;
    let peer =
        Subject::new("check-jsonschema", &program, &["--schemafile", &schema, file], engagement.path());
    let (ours, peer) = measure::paired(&engagement.check(&[file]), &peer)?;
    println!("{ours}\n{peer}");
    bars.less_cpu("check-jsonschema", (&peer, &ours), 20.0);
    Ok(())
}

/// A thousand matrices, against nothing but reading, parsing and validating, and against one thread.
fn many(bars: &mut Bars) -> Result<(), String> {
    println!(
        "\n1,000 matrices of {ROWS} rows: against reading, parsing and validating alone; two threads against one"
    );
    let engagement = Engagement::of(1000, ROWS)?;
    let two = engagement.check(&[]).with("RAYON_NUM_THREADS", "2");
    let peer = engagement.validate_only()?.with("RAYON_NUM_THREADS", "2");
    let (two_threads, peer) = measure::paired(&two, &peer)?;
    println!("{two_threads}\n{peer}");
    bars.at_most("times the CPU of validating alone", two_threads.cpu_ratio(&peer), 5.0);
    bars.at_most("MiB of peak memory", mebibytes(two_threads.peak()), 300.0);
    let one = engagement.check(&[]).with("RAYON_NUM_THREADS", "1");
    let (one_thread, two_threads) = measure::paired(&one, &two)?;
    println!("{one_thread}\n{two_threads}");
    bars.at_least("times faster on two threads, wall time", one_thread.wall_ratio(&two_threads), 1.6);
    Ok(())
}

/// Whether twice the rows cost at most about twice as much.
fn rows(bars: &mut Bars) -> Result<(), String> {
    println!("\none matrix of ever more rows");
    let measured = [80, 160, 320, 640, 1280].map(|rows| {
        let engagement = Engagement::of(1, rows)?;
        Ok((rows, measure::alone(&engagement.check(&["matrices/matrix-0000.json"]))?))
    });
    growth("rows", measured, bars)
}

/// Whether twice the matrices cost at most about twice as much.
fn matrices(bars: &mut Bars) -> Result<(), String> {
    println!("\never more matrices of {ROWS} rows, one thread");
    let measured = [125, 250, 500, 1000].map(|count| {
        let engagement = Engagement::of(count, ROWS)?;
        Ok((count, measure::alone(&engagement.check(&[]).with("RAYON_NUM_THREADS", "1"))?))
    });
    growth("matrices", measured, bars)
}

/// Prints a table of what doubling costs, and judges the worst doubling.
fn growth<const N: usize>(
    unit: &str,
    costs: [Result<(usize, Cost), String>; N],
    bars: &mut Bars,
) -> Result<(), String> {
    println!("  {unit:>9} {:>12} {:>12} {:>10}  times the line before", "cpu", "cpu each", "peak MiB");
    let (mut before, mut worst): (Option<f64>, f64) = (None, 0.0);
    for cost in costs {
        let (count, cost) = cost?;
        let each = cost.cpu() / u32::try_from(count).expect("counts are small");
        let growth = before.map(|before| cost.cpu().as_secs_f64() / before);
        println!(
            "  {count:>9} {:>12} {:>9.1} us {:>10.1}  {}",
            milliseconds(cost.cpu()),
            each.as_secs_f64() * 1e6,
            mebibytes(cost.peak()),
            growth.map_or(String::new(), |growth| format!("{growth:.2}")),
        );
        worst = worst.max(growth.unwrap_or(0.0));
        before = Some(cost.cpu().as_secs_f64());
    }
    bars.at_most(&format!("times the CPU for twice the {unit}, at worst"), worst, 2.3);
    Ok(())
}

/// A generated engagement in a folder that goes away with it.
struct Engagement(tempfile::TempDir);

impl Engagement {
    fn of(count: usize, rows: usize) -> Result<Self, String> {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).map_err(|error| error.to_string())?;
        generate::matrices(count, rows, SEED, folder.path()).map_err(|error| error.to_string())?;
        Ok(Self(folder))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// `countersign check`; findings are no failure of the bench.
    fn check(&self, paths: &[&str]) -> Subject {
        let words: Vec<&str> = [&["check"], paths].concat();
        Subject::ours(&words, self.path()).ending(&[0, 1])
    }

    fn validate_only(&self) -> Result<Subject, String> {
        let program = env::current_exe().map_err(|error| error.to_string())?;
        let schema = schema()?.display().to_string();
        Ok(Subject::new("validating alone", &program, &[VALIDATE, &schema, "matrices"], self.path()))
    }
}

/// Returns the schema of matrices.
fn schema() -> Result<PathBuf, String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/matrix.schema.json");
    if path.exists() { Ok(path) } else { Err(format!("{} is missing", path.display())) }
}

/// The peer: reads, parses and validates every file of a folder, on as many threads as rayon is told.
fn validate_only(schema: &Path, folder: &Path) -> Result<(), String> {
    let value = |path: &Path| -> Result<serde_json::Value, String> {
        let bytes = fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
        serde_json::from_slice(&bytes).map_err(|error| format!("{}: {error}", path.display()))
    };
    let validator = jsonschema::validator_for(&value(schema)?).map_err(|error| error.to_string())?;
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.par_iter().try_for_each(|path| match validator.is_valid(&value(path)?) {
        true => Ok(()),
        false => Err(format!("{} does not keep to the schema", path.display())),
    })?;
    println!("{} are valid", paths.len());
    Ok(())
}
