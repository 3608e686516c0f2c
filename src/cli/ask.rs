//! Plain questions to whoever sits at the terminal.

use std::io::{BufRead, Write};

use crate::error::{Error, Result};
use crate::report::escape;

/// How often a question is asked before we give up.
const TRIES: usize = 5;

/// Where questions go and answers come from.
pub(super) struct Questions<R, W> {
    /// Answers, one a line.
    pub(super) input: R,
    /// Questions.
    pub(super) output: W,
}

impl<R: BufRead, W: Write> Questions<R, W> {
    /// Asks for a text that is not empty.
    pub(super) fn text(&mut self, question: &str) -> Result<String> {
        for _ in 0..TRIES {
            let answer = self.answer(&format!("{question} "))?;
            if !answer.is_empty() {
                return Ok(answer);
            }
        }
        Err(Error::usage("there was no answer"))
    }

    /// Asks for some of several things, by number or by any name that `is_known` takes; commas part them.
    pub(super) fn one_of(
        &mut self,
        question: &str,
        choices: &[(String, String)],
        is_known: &dyn Fn(&str) -> Result<()>,
    ) -> Result<Vec<String>> {
        self.say(&format!("{question} (several: with commas between)\n"))?;
        let width = choices.iter().map(|(id, _)| id.len()).max().unwrap_or_default();
        for (at, (id, title)) in choices.iter().enumerate() {
            self.say(&format!("  {:2}  {id:width$}  {}\n", at + 1, escape::terminal(title)))?;
        }
        for _ in 0..TRIES {
            let answer = self.answer("> ")?;
            let chosen: Vec<String> = answer.split(',').map(|one| chosen(one.trim(), choices)).collect();
            match chosen.iter().try_for_each(|name| is_known(name)) {
                Ok(()) => return Ok(chosen),
                Err(error) => self.say(&format!("{}\n", escape::terminal(&error.message)))?,
            }
        }
        Err(Error::usage("there was no answer"))
    }

    fn answer(&mut self, question: &str) -> Result<String> {
        self.say(question)?;
        let mut line = String::new();
        let read = self.input.read_line(&mut line);
        match read {
            Ok(0) => Err(Error::usage("the answers ended before the questions")),
            Ok(_) => Ok(line.trim().to_owned()),
            Err(error) => Err(Error::usage("cannot read the answer").because(error)),
        }
    }

    fn say(&mut self, text: &str) -> Result<()> {
        self.output
            .write_all(text.as_bytes())
            .and_then(|()| self.output.flush())
            .map_err(|error| Error::usage("cannot ask on this terminal").because(error))
    }
}

/// Returns the choice that a number means, or the name as it was typed.
fn chosen(answer: &str, choices: &[(String, String)]) -> String {
    let number = answer.parse::<usize>().ok().and_then(|number| choices.get(number.checked_sub(1)?));
    number.map_or_else(|| answer.to_owned(), |(id, _)| id.clone())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where its fixture is wrong")]
mod tests {
    use super::Questions;
    use crate::error::{Error, Result};

    fn known(name: &str) -> Result<()> {
        if ["cmmc-l2", "soc2"].contains(&name) { Ok(()) } else { Err(Error::usage(format!("no `{name}`"))) }
    }

    #[test]
    fn a_choice_is_a_number_or_a_name_and_is_asked_again() {
        let mut asked = Vec::new();
        let mut questions = Questions { input: &b"iso\n1, soc2\n"[..], output: &mut asked };
        let choices = [("cmmc-l2".to_owned(), "CMMC Level 2".to_owned())];
        assert_eq!(questions.one_of("Which?", &choices, &known).unwrap(), ["cmmc-l2", "soc2"]);
        assert!(String::from_utf8(asked).unwrap().contains("no `iso`"));
    }

    #[test]
    fn an_empty_answer_is_asked_again_and_an_end_is_an_error() {
        let mut questions = Questions { input: &b"\n Acme \n"[..], output: Vec::new() };
        assert_eq!(questions.text("Who?").unwrap(), "Acme");
        assert_eq!(questions.text("Who?").unwrap_err().message, "the answers ended before the questions");
    }
}
