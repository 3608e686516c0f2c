//! Bars: what a bench promises, and whether this run kept it.

use std::process::ExitCode;
use std::time::Duration;

use super::measure::Cost;

/// What nobody feels: below it a ratio is no bar.
const BRIEF: Duration = Duration::from_millis(10);

/// The promises of one bench, printed as they are judged.
#[derive(Default)]
pub(crate) struct Bars {
    missed: usize,
}

impl Bars {
    /// Judges `value`, which has to be at least `bar`.
    pub(crate) fn at_least(&mut self, what: &str, value: f64, bar: f64) {
        self.judge(value >= bar, &format!("{what}: {value:.2}, the bar is at least {bar}"));
    }

    /// Judges how much less CPU we take than a peer. Below [`BRIEF`] nobody feels a difference, whatever the ratio.
    pub(crate) fn less_cpu(&mut self, peer: &str, (theirs, ours): (&Cost, &Cost), bar: f64) {
        let (ratio, spent) = (theirs.cpu_ratio(ours), ours.cpu());
        let milliseconds = spent.as_secs_f64() * 1e3;
        self.judge(
            ratio >= bar || spent < BRIEF,
            &format!("times less CPU than {peer}: {ratio:.2} at {milliseconds:.1} ms, the bar is at least {bar} or under 10 ms"),
        );
    }

    /// Judges `value`, which may be `bar` at most.
    pub(crate) fn at_most(&mut self, what: &str, value: f64, bar: f64) {
        self.judge(value <= bar, &format!("{what}: {value:.2}, the bar is at most {bar}"));
    }

    fn judge(&mut self, kept: bool, line: &str) {
        println!("  {} {line}", if kept { "KEPT  " } else { "MISSED" });
        self.missed += usize::from(!kept);
    }

    /// Returns failure if any bar was missed.
    pub(crate) fn verdict(&self) -> ExitCode {
        match self.missed {
            0 => {
                println!("\nevery bar kept");
                ExitCode::SUCCESS
            }
            missed => {
                println!("\n{missed} missed");
                ExitCode::FAILURE
            }
        }
    }
}

/// A part of a bench by its name.
pub(crate) type Section = (&'static str, fn(&mut Bars) -> Result<(), String>);

/// Runs the sections that the words name, or all, and judges their bars together.
pub(crate) fn sections(words: &[String], known: &[Section]) -> Result<ExitCode, String> {
    let named = |name: &str| words.iter().any(|word| word == name);
    let all = !known.iter().any(|(name, _)| named(name));
    let mut bars = Bars::default();
    for (_, section) in known.iter().filter(|(name, _)| all || named(name)) {
        section(&mut bars)?;
    }
    Ok(bars.verdict())
}
