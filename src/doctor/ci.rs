//! The gate in the CI system, as its files on disk say: each fault with the line that mends it.
//!
//! It reads lines and not YAML: a doctor that misses a fault is better than one that invents it. What only the platform knows
//! (required checks, who may merge) is named, not guessed.

use super::{Level, Line};
use crate::error::Result;
use crate::project::{Reader, Snapshot};
use crate::source::Limits;

/// The file of a pipeline on GitLab.
const GITLAB: &str = ".gitlab-ci.yml";
/// Where platforms look for owners of files.
const OWNERS: [&str; 4] = [".github/CODEOWNERS", ".gitlab/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];
/// What the owners of an engagement have to be asked about.
const GUARDED: [&str; 3] = ["/trust/", "/signoffs/", "/countersign.json"];
/// Words by which a program is installed by a name that anybody may hold.
const BY_NAME: [&str; 7] = [
    "cargo install countersign",
    "cargo binstall countersign",
    "pip install countersign",
    "pipx install countersign",
    "npm install countersign",
    "npx countersign",
    "brew install countersign",
];

/// Looks at every file that runs the gate.
///
/// # Errors
/// Where a file cannot be read.
pub(super) fn lines(world: &Snapshot) -> Result<Vec<Line>> {
    let reader = world.open()?;
    let mut lines = Vec::new();
    for path in workflows(&reader)? {
        let text = text(&reader, &path)?;
        let file = Workflow::of(&path, &text);
        if file.has("countersign") {
            lines.push(Line::ok("workflow", format!("{path} runs countersign")));
            lines.extend(file.faults());
        }
    }
    let pipeline = text(&reader, GITLAB)?;
    let pipeline = Workflow::of(GITLAB, &pipeline);
    if pipeline.has("countersign") {
        lines.push(Line::ok("workflow", format!("{GITLAB} runs countersign")));
        lines.extend(pipeline.faults_of_gitlab());
    }
    if lines.is_empty() {
        let found = "no workflow and no pipeline runs countersign, so nothing keeps an unsigned version from being used";
        let help = "countersign init --ci github --from ADDRESS --sha256 HEX";
        return Ok(vec![Line::error("workflow", found, help)]);
    }
    lines.push(owners(&reader)?);
    lines.push(Line::ok(
        "required check",
        "not seen from here: require the check `countersign` in the rules of the default branch, from GitHub Actions alone, also \
         for administrators",
    ));
    lines.push(Line::ok(
        "merge settings",
        "not seen from here: what is signed are files, so merge, squash and rebase all keep it; only a merge commit keeps the \
         commits in which each was recorded by itself",
    ));
    Ok(lines)
}

fn workflows(reader: &Reader<'_>) -> Result<Vec<String>> {
    let files = reader.files(&[".github/workflows", ".forgejo/workflows", ".gitea/workflows"])?;
    let is_workflow = |path: &str| path.ends_with(".yml") || path.ends_with(".yaml");
    Ok(files
        .into_iter()
        .filter(|file| file.is_plain && is_workflow(&file.path))
        .map(|file| file.path)
        .collect())
}

fn text(reader: &Reader<'_>, path: &str) -> Result<String> {
    let Some(file) = reader.file(path)?.filter(|file| file.is_plain) else { return Ok(String::new()) };
    Ok(String::from_utf8_lossy(&reader.read(&file, Limits::OTHER.bytes)?).into_owned())
}

/// The lines of a file that say something.
struct Workflow<'a> {
    path: &'a str,
    lines: Vec<&'a str>,
}

impl<'a> Workflow<'a> {
    fn of(path: &'a str, text: &'a str) -> Self {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        Self { path, lines: lines.collect() }
    }

    fn has(&self, word: &str) -> bool {
        self.lines.iter().any(|line| line.contains(word))
    }

    fn begins(&self, word: &str) -> bool {
        self.lines.iter().any(|line| line.trim_start_matches("- ").starts_with(word))
    }

    fn line(&self, about: &'static str, level: Level, found: &str, help: &str) -> Line {
        Line { about, level, found: format!("{}: {found}", self.path), help: Some(help.to_owned()), code: 1 }
    }

    fn faults(&self) -> Vec<Line> {
        let mut lines = self.triggers();
        let mut say = |about, level, is_wrong: bool, found: &str, help: &str| {
            lines.extend(is_wrong.then(|| self.line(about, level, found, help)));
        };
        let uses_action =
            self.lines.iter().any(|line| line.contains("uses:") && line.contains("countersign"));
        let has_depth = self.has("fetch-depth: 0") || (uses_action && !self.has("actions/checkout"));
        let shallow = "only the last commit is fetched, so where a change left the base cannot be told";
        say(
            "depth",
            Level::Error,
            !has_depth,
            shallow,
            "under `with:` of actions/checkout: `fetch-depth: 0`",
        );
        let open = "the job has every permission that the repository gives";
        say(
            "permissions",
            Level::Warn,
            !self.begins("permissions"),
            open,
            "`permissions: { contents: read }`",
        );
        let writes = self.lines.iter().any(|line| line.ends_with(": write") || line.contains("write-all"));
        let wide = "the gate needs to read and nothing else";
        say("permissions", Level::Warn, writes, wide, "`contents: read`; let another job post the comment");
        let anchors = self.has("COUNTERSIGN_ANCHOR") || self.has("anchor:");
        let trusting = "no fingerprint is given, so a first list of signers is believed unseen";
        let anchor = "`COUNTERSIGN_ANCHOR: ${{ vars.COUNTERSIGN_ANCHOR }}` under `env:`";
        say("fingerprint", Level::Warn, !anchors, trusting, anchor);
        lines.extend(self.by_name());
        lines.extend(self.judged_by_itself());
        lines.extend(self.unpinned());
        lines
    }

    fn triggers(&self) -> Vec<Line> {
        let listed = |word: &str| {
            self.lines.iter().any(|line| {
                let words = line.split(|one: char| !(one.is_ascii_alphanumeric() || one == '_'));
                words.into_iter().any(|one| one == word)
            })
        };
        let mut lines = Vec::new();
        for (word, found) in [
            ("pull_request", "no pull request is judged"),
            ("merge_group", "a merge queue waits for ever"),
            ("push", "what is pushed past a pull request is not judged"),
        ] {
            let is_called = word != "merge_group" && listed("workflow_call");
            if !listed(word) && !is_called {
                lines.push(self.line("triggers", Level::Warn, found, &format!("under `on:`: `{word}:`")));
            }
        }
        if self.begins("paths:") || self.begins("paths-ignore:") {
            let found = "with `paths` a required check that is skipped blocks the pull request for ever";
            lines.push(self.line(
                "triggers",
                Level::Warn,
                found,
                "take `paths` away; the gate judges only what changed",
            ));
        }
        if listed("pull_request_target") {
            let found = "`pull_request_target` runs with secrets on what anybody proposes";
            lines.push(self.line("triggers", Level::Error, found, "`pull_request:` in its place"));
        }
        lines
    }

    fn by_name(&self) -> Option<Line> {
        let name = BY_NAME.into_iter().find(|name| self.has(name))?;
        let found = format!("`{name}` runs what whoever holds that name put there");
        let help =
            "countersign init --ci github --from ADDRESS --sha256 HEX, in an empty folder, shows the lines";
        Some(self.line("program", Level::Error, &found, help))
    }

    /// A change that is judged by its own rules can switch off what would say no.
    fn judged_by_itself(&self) -> Option<Line> {
        let checks =
            self.has("countersign check") && !self.has("--trust-from") && !self.has("countersign gate");
        let found = "a change is judged by the rules that it brings";
        checks.then(|| {
            self.line("rules", Level::Error, found, "`countersign gate` in place of `countersign check`")
        })
    }

    fn unpinned(&self) -> Vec<Line> {
        let used = self.lines.iter().filter_map(|line| line.trim_start_matches("- ").strip_prefix("uses:"));
        let used =
            used.map(|used| used.split('#').next().unwrap_or_default().trim().trim_matches(['"', '\'']));
        let is_pinned = |used: &str| {
            let pin = used.rsplit_once('@').map(|(_, pin)| pin).unwrap_or_default();
            used.starts_with("./")
                || pin.len() == 40 && pin.bytes().all(|byte| byte.is_ascii_hexdigit())
                || pin.starts_with("sha256:")
        };
        let name = |used: &str| used.split('@').next().unwrap_or_default().to_owned();
        used.filter(|used| !is_pinned(used))
            .map(|used| {
                let found = format!("`{used}` may be another program tomorrow");
                let help = format!("`uses: {}@` and the 40 hex digits of a commit", name(used));
                self.line("actions", Level::Warn, &found, &help)
            })
            .collect()
    }

    fn faults_of_gitlab(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        let mut say = |about, level, is_wrong: bool, found: &str, help: &str| {
            lines.extend(is_wrong.then(|| self.line(about, level, found, help)));
        };
        let has_depth = self.lines.iter().any(|line| {
            line.starts_with("GIT_DEPTH:")
                && line.contains('0')
                && !line.contains(['1', '2', '3', '4', '5', '6', '7', '8', '9'])
        });
        let is_own = !self.has("component:");
        let shallow = "only the last commits are fetched, so where a change left its target cannot be told";
        say("depth", Level::Error, is_own && !has_depth, shallow, "under `variables:`: `GIT_DEPTH: \"0\"`");
        let events = self.has("merge_request_event") || !is_own;
        say(
            "triggers",
            Level::Warn,
            !events,
            "no merge request is judged",
            "under `rules:`: `- if: $CI_PIPELINE_SOURCE == \"merge_request_event\"`",
        );
        let fetches = !is_own || self.has("git fetch");
        say(
            "base",
            Level::Warn,
            !fetches,
            "the target branch, whose rules judge, is not fetched",
            "`git fetch origin \"+refs/heads/$CI_MERGE_REQUEST_TARGET_BRANCH_NAME:refs/remotes/origin/$CI_MERGE_REQUEST_TARGET_BRANCH_NAME\"`",
        );
        lines.extend(self.by_name());
        lines.extend(self.judged_by_itself());
        lines
    }
}

fn owners(reader: &Reader<'_>) -> Result<Line> {
    const ABOUT: &str = "owners";
    let mut found = None;
    for path in OWNERS {
        let text = text(reader, path)?;
        if !text.is_empty() {
            found = Some((path, text));
            break;
        }
    }
    let Some((path, text)) = found else {
        let message = "no CODEOWNERS asks both parties to review";
        return Ok(Line::warn(
            ABOUT,
            message,
            "`/trust/ @your-org/client @your-org/provider`, and so for signoffs and countersign.json",
        ));
    };
    let active: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.starts_with('#')).collect();
    let covers = |folder: &str| {
        active
            .iter()
            .any(|line| line.starts_with(folder) || line.starts_with("* ") || line.starts_with(&folder[1..]))
    };
    let lacking: Vec<&str> = GUARDED.into_iter().filter(|folder| !covers(folder)).collect();
    Ok(match lacking.first() {
        None => Line::ok(ABOUT, format!("{path} asks for the review of what guards the engagement")),
        Some(first) => Line::warn(
            ABOUT,
            format!("{path} asks nobody about {}", lacking.join(", ")),
            format!("`{first} @your-org/client @your-org/provider`"),
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::Workflow;

    fn faults(text: &str) -> Vec<String> {
        let faults = Workflow::of("w.yml", text).faults();
        faults
            .iter()
            .map(|line| format!("{} {}", line.about, line.help.as_deref().unwrap_or_default()))
            .collect()
    }

    const GOOD: &str = "on:\n  pull_request:\n  merge_group:\n  push:\npermissions: {}\n- uses: actions/checkout@8e8c483db84b4bee98b60c0593521ed34d9990e8 # v6\n  with:\n    fetch-depth: 0\nenv:\n  COUNTERSIGN_ANCHOR: x\nrun: countersign gate\n";

    #[test]
    fn a_good_workflow_has_no_faults_and_each_fault_is_told() {
        assert_eq!(faults(GOOD), Vec::<String>::new());
        for (good, bad, about) in [
            ("  merge_group:\n", "", "triggers under `on:`: `merge_group:`"),
            ("  push:\n", "", "triggers under `on:`: `push:`"),
            ("  push:\n", "  push:\n    paths: [a]\n", "triggers take `paths` away"),
            ("  pull_request:\n", "  pull_request:\n  pull_request_target:\n", "triggers `pull_request:`"),
            ("fetch-depth: 0", "fetch-depth: 1", "depth"),
            ("permissions: {}\n", "", "permissions"),
            ("permissions: {}", "permissions:\n  contents: write", "permissions `contents: read`"),
            ("@8e8c483db84b4bee98b60c0593521ed34d9990e8", "@v6", "actions"),
            ("  COUNTERSIGN_ANCHOR: x\n", "", "fingerprint"),
            ("countersign gate", "countersign check --ci", "rules"),
            ("countersign gate", "cargo install countersign && countersign gate", "program"),
        ] {
            let found = faults(&GOOD.replace(good, bad));
            assert!(found.len() == 1 && found[0].starts_with(about), "{about}: {found:?}");
        }
        assert_eq!(faults(&format!("# paths: never pull_request_target\n{GOOD}")), Vec::<String>::new());
    }
}
