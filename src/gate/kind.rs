//! What a gate writes, and for whom.

use super::{Outcome, json, page, rule_texts};
use crate::choice::choices;
use crate::report::{self, Format, Style, View};

choices! {
    /// The shapes that an outcome can take.
    Kind {
        /// For people at a terminal or in a log.
        Text "text",
        /// Annotations of GitHub, Forgejo and Gitea Actions.
        Github "github",
        /// A page for the summary of a job.
        Summary "summary",
        /// The text of the one comment on a pull request.
        Comment "comment",
        /// An object for programs, `countersign/gate/1`.
        Json "json",
        /// SARIF 2.1.0, for code scanning.
        Sarif "sarif",
        /// A code quality report of GitLab.
        Gitlab "gitlab",
        /// JUnit XML, for test reports.
        Junit "junit",
    }
}

impl Outcome {
    /// Returns the outcome in one shape; `style` is that of a terminal.
    pub fn render(&self, kind: Kind, style: &Style) -> String {
        let as_report = |format| {
            let view = View { rules: rule_texts(), ..View::default() };
            report::render(format, &self.report, &view)
        };
        match kind {
            Kind::Text => page::text(self, style),
            Kind::Github => as_report(Format::Github),
            Kind::Summary => page::summary(self),
            Kind::Comment => page::comment(self),
            Kind::Json => json::render(self),
            Kind::Sarif => as_report(Format::Sarif),
            Kind::Gitlab => as_report(Format::Gitlab),
            Kind::Junit => as_report(Format::Junit),
        }
    }
}
