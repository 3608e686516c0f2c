//! Bars: what a bench promises, and whether this run kept it.

use std::process::ExitCode;

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
