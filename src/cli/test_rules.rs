//! `countersign test-rules`

use std::fmt::Write as _;

use super::{Global, rules, terminal};
use crate::error::{Error, Result};
use crate::policy::example;
use crate::report::escape;

/// Test the examples that every rule carries
///
/// Every rule, shipped or the engagement's own, has examples that pass and examples that fail. A rule that does
/// not judge its own examples as it says is broken.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Only these rules
    #[arg(value_name = "RULE")]
    rules: Vec<String>,
}

/// Runs the command and returns the exit code.
pub(super) fn run(args: &Args, _: &Global) -> Result<u8> {
    let setup = rules::setup()?;
    if let Some(unknown) = args.rules.iter().find(|id| setup.policy.rule(id).is_none()) {
        let near = setup.policy.like(unknown).map(|near| format!("did you mean `{near}`?"));
        let error = Error::nothing(format!("there is no rule `{unknown}`"));
        return Err(near.map_or(error.clone(), |near| error.hint(near)));
    }
    let is_wanted = |id: &str| args.rules.is_empty() || args.rules.iter().any(|wanted| wanted == id);
    let outcome = example::run(&setup.policy, &setup.packs, &is_wanted);
    let mut text = String::new();
    for failure in &outcome.failures {
        let _ = writeln!(text, "{}", escape::terminal(&failure.to_string()));
    }
    let _ = writeln!(
        text,
        "{} rules, {} examples, {} wrong",
        outcome.rules,
        outcome.examples,
        outcome.failures.len()
    );
    terminal::print(&text)?;
    Ok(u8::from(!outcome.failures.is_empty()))
}
