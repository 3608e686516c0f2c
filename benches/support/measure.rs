//! What commands cost: CPU time with that of their children, wall time, peak memory; medians and paired ratios.
//!
//! CPU time comes from `wait4(2)` of the one child, so neither this process nor other commands are in it. Peak
//! memory counts what the child inherits while it starts: keep the measuring process small.

use std::fmt;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::NamedTempFile;
use wait4::Wait4;

/// How often a command is measured, after one run that warms the caches.
pub(crate) const TIMES: usize = 11;

/// How much of an output is quoted in a report.
const QUOTED: u64 = 400;

/// A command to measure.
#[derive(Clone)]
pub(crate) struct Subject {
    name: String,
    program: PathBuf,
    words: Vec<String>,
    folder: PathBuf,
    settings: Vec<(String, String)>,
    codes: Vec<i32>,
}

impl Subject {
    /// Names a command that runs in `folder` and ends with exit code 0.
    pub(crate) fn new(name: &str, program: &Path, words: &[&str], folder: &Path) -> Self {
        Self {
            name: name.to_owned(),
            program: program.to_owned(),
            words: words.iter().map(|word| (*word).to_owned()).collect(),
            folder: folder.to_owned(),
            settings: Vec::new(),
            codes: vec![0],
        }
    }

    /// Names a command of countersign.
    pub(crate) fn ours(words: &[&str], folder: &Path) -> Self {
        Self::new("countersign", Path::new(env!("CARGO_BIN_EXE_countersign")), words, folder)
    }

    /// Sets an environment variable.
    pub(crate) fn with(mut self, key: &str, value: &str) -> Self {
        self.settings.push((key.to_owned(), value.to_owned()));
        self
    }

    /// Takes these exit codes as success.
    pub(crate) fn ending(mut self, codes: &[i32]) -> Self {
        self.codes = codes.to_vec();
        self
    }

    /// Runs the command once and returns what it cost and the beginning of its output.
    fn run(&self) -> Result<(Run, String), String> {
        let fault = |what: &str, why: &dyn fmt::Display| format!("{what} `{self}`: {why}");
        let outputs = Outputs::new().map_err(|error| fault("no file for the output of", &error))?;
        let mut command = Command::new(&self.program);
        command.args(&self.words).envs(self.settings.iter().cloned()).current_dir(&self.folder);
        outputs.catch(&mut command).map_err(|error| fault("no file for the output of", &error))?;
        let start = Instant::now();
        let child = command.spawn().map_err(|error| fault("cannot run", &error))?;
        let used = child.wait4().map_err(|error| fault("cannot wait for", &error))?;
        let wall = start.elapsed();
        if !used.status.code().is_some_and(|code| self.codes.contains(&code)) {
            return Err(fault("failed:", &format!("{}\n    | {}", used.status, quote(&outputs.errors))));
        }
        let output = outputs.out.as_file().metadata().map_or(0, |metadata| metadata.len());
        if output == 0 {
            return Err(fault("nothing measured of", &"it printed nothing, so it may have done nothing"));
        }
        let cpu = used.rusage.utime + used.rusage.stime;
        Ok((Run { cpu, wall, peak: used.rusage.maxrss, output }, quote(&outputs.out)))
    }
}

/// Files that take what a command prints: pipes would have to be read while it runs.
struct Outputs {
    out: NamedTempFile,
    errors: NamedTempFile,
}

impl Outputs {
    fn new() -> io::Result<Self> {
        Ok(Self { out: NamedTempFile::new()?, errors: NamedTempFile::new()? })
    }

    fn catch(&self, command: &mut Command) -> io::Result<()> {
        command.stdin(Stdio::null()).stdout(self.out.reopen()?).stderr(self.errors.reopen()?);
        Ok(())
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (key, value) in &self.settings {
            write!(f, "{key}={value} ")?;
        }
        write!(f, "{}", self.program.display())?;
        self.words.iter().try_for_each(|word| write!(f, " {word}"))
    }
}

/// Returns the beginning of an output, for a report.
fn quote(output: &NamedTempFile) -> String {
    let mut bytes = Vec::new();
    // An output that cannot be read again is quoted as empty; its size is known.
    let _ = output.reopen().and_then(|file| file.take(QUOTED).read_to_end(&mut bytes));
    String::from_utf8_lossy(&bytes).trim_end().replace('\n', "\n    | ")
}

#[derive(Clone, Copy)]
struct Run {
    cpu: Duration,
    wall: Duration,
    peak: u64,
    output: u64,
}

/// What the runs of one command cost.
pub(crate) struct Cost {
    subject: Subject,
    runs: Vec<Run>,
    quoted: String,
}

impl Cost {
    /// Returns the median CPU time, user and system, children included.
    pub(crate) fn cpu(&self) -> Duration {
        median(self.runs.iter().map(|run| run.cpu))
    }

    /// Returns the median wall time.
    pub(crate) fn wall(&self) -> Duration {
        median(self.runs.iter().map(|run| run.wall))
    }

    /// Returns the highest peak memory in bytes.
    pub(crate) fn peak(&self) -> u64 {
        self.runs.iter().map(|run| run.peak).max().unwrap_or(0)
    }

    /// Returns how many times the CPU time of `other` this one took: the median over rounds.
    pub(crate) fn cpu_ratio(&self, other: &Self) -> f64 {
        self.ratio(other, |run| run.cpu)
    }

    /// Returns how many times the wall time of `other` this one took: the median over rounds.
    pub(crate) fn wall_ratio(&self, other: &Self) -> f64 {
        self.ratio(other, |run| run.wall)
    }

    fn ratio(&self, other: &Self, time: impl Fn(&Run) -> Duration) -> f64 {
        let rounds = self.runs.iter().zip(&other.runs);
        let mut ratios: Vec<f64> =
            rounds.map(|(own, peer)| time(own).as_secs_f64() / time(peer).as_secs_f64()).collect();
        ratios.sort_by(f64::total_cmp);
        ratios[ratios.len() / 2]
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "  {}", self.subject.name)?;
        writeln!(f, "    $ {}    (in {})", self.subject, self.subject.folder.display())?;
        writeln!(f, "    | {}", self.quoted)?;
        write!(
            f,
            "    median of {}: cpu {}, wall {}, peak {:.1} MiB, output {} bytes",
            self.runs.len(),
            milliseconds(self.cpu()),
            milliseconds(self.wall()),
            mebibytes(self.peak()),
            self.runs.last().map_or(0, |run| run.output),
        )
    }
}

/// Measures one command.
///
/// # Errors
/// The command line that failed, and why.
pub(crate) fn alone(subject: &Subject) -> Result<Cost, String> {
    let [cost] = rounds([subject])?;
    Ok(cost)
}

/// Measures two commands in turn, so that both meet the same weather.
///
/// # Errors
/// The command line that failed, and why.
pub(crate) fn paired(one: &Subject, other: &Subject) -> Result<(Cost, Cost), String> {
    let [one, other] = rounds([one, other])?;
    Ok((one, other))
}

fn rounds<const N: usize>(subjects: [&Subject; N]) -> Result<[Cost; N], String> {
    let mut costs =
        subjects.map(|subject| Cost { subject: subject.clone(), runs: Vec::new(), quoted: String::new() });
    for round in 0..=TIMES {
        for cost in &mut costs {
            let (run, quoted) = cost.subject.run()?;
            cost.quoted = quoted;
            if round > 0 {
                cost.runs.push(run);
            }
        }
    }
    Ok(costs)
}

fn median(times: impl Iterator<Item = Duration>) -> Duration {
    let mut times: Vec<Duration> = times.collect();
    times.sort();
    times[times.len() / 2]
}

/// Returns a time as milliseconds with as many digits as it deserves.
pub(crate) fn milliseconds(time: Duration) -> String {
    let time = time.as_secs_f64() * 1e3;
    if time < 100.0 { format!("{time:.2} ms") } else { format!("{time:.0} ms") }
}

/// Returns bytes as MiB.
pub(crate) fn mebibytes(bytes: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a size to print")]
    let bytes = bytes as f64;
    bytes / 1024.0 / 1024.0
}
