//! Where a gate runs and what it is to judge there: read from the environment of a CI system, never asked of a network.
//!
//! A value of the environment or of an event file is what a stranger may have chosen: a commit is taken as hexadecimal
//! digits, a branch as the name of one branch of `origin`, and neither as an expression of git.

use std::path::Path;

use serde_json::Value;

use crate::error::{Error, Result};

/// The most bytes of an event file; GitHub sends at most 25 MiB.
const MOST_BYTES: u64 = 32 << 20;

/// The CI systems that are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Host {
    /// GitHub Actions.
    GitHub,
    /// Forgejo or Gitea Actions.
    Forgejo,
    /// GitLab CI/CD.
    GitLab,
    /// Bitbucket Pipelines.
    Bitbucket,
    /// Azure Pipelines.
    Azure,
    /// Jenkins with a multibranch pipeline.
    Jenkins,
    /// None that is known: what is judged was said on the command line.
    Elsewhere,
}

impl Host {
    /// Returns its name.
    pub fn word(self) -> &'static str {
        match self {
            Self::GitHub => "GitHub Actions",
            Self::Forgejo => "Forgejo Actions",
            Self::GitLab => "GitLab CI/CD",
            Self::Bitbucket => "Bitbucket Pipelines",
            Self::Azure => "Azure Pipelines",
            Self::Jenkins => "Jenkins",
            Self::Elsewhere => "no CI system",
        }
    }

    /// Says whether annotations are read from what is printed.
    pub fn reads_annotations(self) -> bool {
        matches!(self, Self::GitHub | Self::Forgejo)
    }
}

/// Why the gate runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// Somebody proposes a change: a pull or merge request.
    Proposal,
    /// A merge queue or train tries one.
    Queue,
    /// A branch was pushed.
    Push,
    /// A tag was pushed.
    Tag,
    /// Any other reason, such as a schedule or a hand.
    Other,
}

impl Occasion {
    /// Returns what is judged, in words.
    pub fn word(self) -> &'static str {
        match self {
            Self::Proposal => "a proposed change",
            Self::Queue => "a change in the merge queue",
            Self::Push => "a push",
            Self::Tag => "a tag",
            Self::Other => "a run",
        }
    }
}

/// What a CI system says about a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The system.
    pub host: Host,
    /// Why it runs.
    pub occasion: Occasion,
    /// The commit whose rules judge, as a full id or as a branch of `origin`; `None` if there is none before it.
    pub base: Option<String>,
    /// The commit that was proposed; `None` if it is the one that is checked out.
    pub head: Option<String>,
    /// Whether the change comes from another repository.
    pub is_fork: bool,
    /// What to type where the base is not in the clone.
    pub fetch: Option<String>,
}

impl Event {
    /// Returns an event that says nothing.
    pub fn none(host: Host, occasion: Occasion) -> Self {
        Self { host, occasion, base: None, head: None, is_fork: false, fetch: None }
    }
}

/// The environment of the process, a value by its name.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Reads what the environment says.
///
/// # Errors
/// Where a CI system says that a change is proposed, and not which.
pub(super) fn read(of: Environment<'_>) -> Result<Event> {
    let get = |name: &str| of(name).filter(|value| !value.is_empty());
    let is = |name: &str| get(name).is_some_and(|value| value.eq_ignore_ascii_case("true"));
    if is("GITHUB_ACTIONS") {
        let host = if is("FORGEJO_ACTIONS") || is("GITEA_ACTIONS") { Host::Forgejo } else { Host::GitHub };
        return actions(host, &get);
    }
    if is("GITLAB_CI") {
        return gitlab(&get);
    }
    if get("BITBUCKET_BUILD_NUMBER").is_some() {
        return bitbucket(&get);
    }
    if is("TF_BUILD") {
        return azure(&get);
    }
    if get("JENKINS_URL").is_some() {
        return jenkins(&get);
    }
    Ok(Event::none(Host::Elsewhere, Occasion::Other))
}

type Get<'a> = &'a dyn Fn(&str) -> Option<String>;

/// GitHub Actions, and those that speak as it does: the event file says everything.
fn actions(host: Host, get: Get<'_>) -> Result<Event> {
    let path = get("GITHUB_EVENT_PATH").ok_or_else(|| {
        Error::cannot_judge("GITHUB_EVENT_PATH is not set, so nobody can say what is judged")
            .hint("name both sides: `countersign gate --base REV --head REV`")
    })?;
    let event = event_file(Path::new(&path))?;
    let at = |pointer: &str| event.pointer(pointer).and_then(Value::as_str).filter(|text| !text.is_empty());
    if event.get("pull_request").is_some_and(Value::is_object) {
        let base = demanded(at("/pull_request/base/sha"), "pull_request.base.sha")?;
        let head = demanded(at("/pull_request/head/sha"), "pull_request.head.sha")?;
        let branch = at("/pull_request/base/ref").and_then(|name| branch_name(name).ok());
        let (from, to) = (at("/pull_request/head/repo/full_name"), at("/pull_request/base/repo/full_name"));
        return Ok(Event {
            is_fork: to.is_some() && from != to,
            fetch: Some(format!("git fetch --no-tags origin {}", branch.as_deref().unwrap_or(&base))),
            ..Event { base: Some(base), head: Some(head), ..Event::none(host, Occasion::Proposal) }
        });
    }
    if event.get("merge_group").is_some_and(Value::is_object) {
        let base = demanded(at("/merge_group/base_sha"), "merge_group.base_sha")?;
        let head = demanded(at("/merge_group/head_sha"), "merge_group.head_sha")?;
        return Ok(Event { base: Some(base), head: Some(head), ..Event::none(host, Occasion::Queue) });
    }
    let name = at("/ref").map(str::to_owned).or_else(|| get("GITHUB_REF")).unwrap_or_default();
    if name.starts_with("refs/tags/") {
        return Ok(Event::none(host, Occasion::Tag));
    }
    match at("/before") {
        Some(before) if !is_zero(before) => {
            let base = Some(commit_id(before, "before")?);
            let head = at("/after").map(|after| commit_id(after, "after")).transpose()?;
            Ok(Event { base, head, ..Event::none(host, Occasion::Push) })
        }
        Some(_) => Ok(new_branch(host, at("/repository/default_branch"), &name)),
        None => Ok(Event::none(host, Occasion::Other)),
    }
}

/// The first push of a branch: what it changes is told from where it left the default branch.
fn new_branch(host: Host, default: Option<&str>, name: &str) -> Event {
    let default = default.filter(|default| name.strip_prefix("refs/heads/") != Some(default));
    let base = default.and_then(|default| branch_name(default).ok());
    let fetch = base.as_ref().map(|base| fetch_of(base));
    let base = base.map(|base| format!("refs/remotes/origin/{base}"));
    Event { base, fetch, ..Event::none(host, Occasion::Push) }
}

fn gitlab(get: Get<'_>) -> Result<Event> {
    let event = |occasion| Event::none(Host::GitLab, occasion);
    if get("CI_COMMIT_TAG").is_some() {
        return Ok(event(Occasion::Tag));
    }
    if get("CI_MERGE_REQUEST_IID").is_some() {
        let is_train = get("CI_MERGE_REQUEST_EVENT_TYPE").as_deref() == Some("merge_train");
        let branch = get("CI_MERGE_REQUEST_TARGET_BRANCH_NAME");
        let target = demanded_branch(branch.as_deref(), "CI_MERGE_REQUEST_TARGET_BRANCH_NAME")?;
        let exact = get("CI_MERGE_REQUEST_TARGET_BRANCH_SHA");
        let exact = exact.map(|id| commit_id(&id, "CI_MERGE_REQUEST_TARGET_BRANCH_SHA")).transpose()?;
        let source = get("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA").or_else(|| get("CI_COMMIT_SHA"));
        let head = demanded(source.as_deref(), "CI_COMMIT_SHA")?;
        let projects = (get("CI_MERGE_REQUEST_SOURCE_PROJECT_ID"), get("CI_MERGE_REQUEST_PROJECT_ID"));
        return Ok(Event {
            base: Some(exact.unwrap_or_else(|| format!("refs/remotes/origin/{target}"))),
            head: Some(head),
            is_fork: projects.0.is_some() && projects.0 != projects.1,
            fetch: Some(fetch_of(&target)),
            ..event(if is_train { Occasion::Queue } else { Occasion::Proposal })
        });
    }
    match get("CI_COMMIT_BEFORE_SHA").filter(|before| !is_zero(before)) {
        Some(before) => {
            let base = Some(commit_id(&before, "CI_COMMIT_BEFORE_SHA")?);
            Ok(Event { base, ..event(Occasion::Push) })
        }
        None => {
            let branch = get("CI_COMMIT_BRANCH").unwrap_or_default();
            let default = get("CI_DEFAULT_BRANCH");
            let is_push = get("CI_PIPELINE_SOURCE").as_deref() == Some("push");
            let default = default.filter(|_| is_push);
            Ok(new_branch(Host::GitLab, default.as_deref(), &format!("refs/heads/{branch}")))
        }
    }
}

fn bitbucket(get: Get<'_>) -> Result<Event> {
    let event = |occasion| Event::none(Host::Bitbucket, occasion);
    if get("BITBUCKET_TAG").is_some() {
        return Ok(event(Occasion::Tag));
    }
    if get("BITBUCKET_PR_ID").is_none() {
        return Ok(event(Occasion::Push));
    }
    let branch = get("BITBUCKET_PR_DESTINATION_BRANCH");
    let target = demanded_branch(branch.as_deref(), "BITBUCKET_PR_DESTINATION_BRANCH")?;
    let source = get("BITBUCKET_COMMIT").map(|id| commit_id(&id, "BITBUCKET_COMMIT")).transpose()?;
    let repositories = (get("BITBUCKET_PR_SOURCE_REPO_FULL_NAME"), get("BITBUCKET_REPO_FULL_NAME"));
    Ok(Event {
        base: Some(format!("refs/remotes/origin/{target}")),
        head: source,
        is_fork: repositories.0.is_some() && repositories.0 != repositories.1,
        fetch: Some(fetch_of(&target)),
        ..event(Occasion::Proposal)
    })
}

fn azure(get: Get<'_>) -> Result<Event> {
    let event = |occasion| Event::none(Host::Azure, occasion);
    if get("BUILD_SOURCEBRANCH").is_some_and(|name| name.starts_with("refs/tags/")) {
        return Ok(event(Occasion::Tag));
    }
    if get("SYSTEM_PULLREQUEST_PULLREQUESTID").is_none() {
        return Ok(event(Occasion::Push));
    }
    let branch = get("SYSTEM_PULLREQUEST_TARGETBRANCH");
    let branch = branch.as_deref().map(|name| name.strip_prefix("refs/heads/").unwrap_or(name));
    let target = demanded_branch(branch, "SYSTEM_PULLREQUEST_TARGETBRANCH")?;
    let source = get("SYSTEM_PULLREQUEST_SOURCECOMMITID");
    Ok(Event {
        base: Some(format!("refs/remotes/origin/{target}")),
        head: Some(demanded(source.as_deref(), "SYSTEM_PULLREQUEST_SOURCECOMMITID")?),
        is_fork: get("SYSTEM_PULLREQUEST_ISFORK").is_some_and(|fork| fork.eq_ignore_ascii_case("true")),
        fetch: Some(fetch_of(&target)),
        ..event(Occasion::Proposal)
    })
}

fn jenkins(get: Get<'_>) -> Result<Event> {
    let event = |occasion| Event::none(Host::Jenkins, occasion);
    if get("TAG_NAME").is_some() {
        return Ok(event(Occasion::Tag));
    }
    if get("CHANGE_ID").is_none() {
        let before = get("GIT_PREVIOUS_COMMIT").filter(|id| !is_zero(id));
        let base = before.map(|id| commit_id(&id, "GIT_PREVIOUS_COMMIT")).transpose()?;
        return Ok(Event { base, ..event(Occasion::Push) });
    }
    let target = demanded_branch(get("CHANGE_TARGET").as_deref(), "CHANGE_TARGET")?;
    Ok(Event {
        base: Some(format!("refs/remotes/origin/{target}")),
        is_fork: get("CHANGE_FORK").is_some(),
        fetch: Some(fetch_of(&target)),
        ..event(Occasion::Proposal)
    })
}

fn event_file(path: &Path) -> Result<Value> {
    let cannot = || {
        Error::cannot_judge(format!("cannot read the event file `{}`", path.display()))
            .hint("name both sides: `countersign gate --base REV --head REV`")
    };
    let size = std::fs::metadata(path).map_err(|error| cannot().because(error))?.len();
    if size > MOST_BYTES {
        return Err(cannot().because(format!("it has {size} bytes")));
    }
    let bytes = std::fs::read(path).map_err(|error| cannot().because(error))?;
    serde_json::from_slice(&bytes).map_err(|error| cannot().because(error))
}

fn fetch_of(branch: &str) -> String {
    let target = format!("+refs/heads/{branch}:refs/remotes/origin/{branch}");
    format!("git fetch --no-tags origin {}", crate::report::words::shell(target))
}

fn demanded(value: Option<&str>, name: &str) -> Result<String> {
    commit_id(value.unwrap_or_default(), name)
}

/// A commit is its id in full: anything else could name another one.
fn commit_id(text: &str, name: &str) -> Result<String> {
    let is_id = matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_id && !is_zero(text) {
        return Ok(text.to_ascii_lowercase());
    }
    let shown: String = text.chars().take(80).collect();
    Err(Error::cannot_judge(format!(
        "the CI system says that a change is judged, and `{name}` names no commit"
    ))
    .because(format!("it is `{shown}`"))
    .hint("name both sides: `countersign gate --base REV --head REV`"))
}

fn demanded_branch(value: Option<&str>, name: &str) -> Result<String> {
    branch_name(value.unwrap_or_default()).map_err(|()| {
        let message = format!("the CI system says that a change is judged, and `{name}` names no branch");
        Error::cannot_judge(message).hint("name both sides: `countersign gate --base REV --head REV`")
    })
}

/// The name of a branch as git allows it: nothing in it leads to another revision.
fn branch_name(text: &str) -> std::result::Result<String, ()> {
    let is_plain = |one: char| !one.is_control() && !" ~^:?*[\\".contains(one);
    let is_name = !text.is_empty()
        && text.chars().all(is_plain)
        && !text.contains("..")
        && !text.contains("@{")
        && !text.starts_with(['-', '/', '.'])
        && !text.ends_with(['/', '.']);
    if is_name { Ok(text.to_owned()) } else { Err(()) }
}

fn is_zero(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte == b'0')
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const ONE: &str = "1111111111111111111111111111111111111111";

    fn with(pairs: &[(&str, &str)]) -> Result<Event> {
        read(&|name| pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn every_system_names_the_base_of_a_proposal() {
        let gitlab = [
            ("GITLAB_CI", "true"),
            ("CI_MERGE_REQUEST_IID", "7"),
            ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main"),
            ("CI_COMMIT_SHA", ONE),
            ("CI_MERGE_REQUEST_SOURCE_PROJECT_ID", "1"),
            ("CI_MERGE_REQUEST_PROJECT_ID", "2"),
        ];
        let bitbucket = [
            ("BITBUCKET_BUILD_NUMBER", "1"),
            ("BITBUCKET_PR_ID", "7"),
            ("BITBUCKET_PR_DESTINATION_BRANCH", "main"),
        ];
        let azure = [
            ("TF_BUILD", "True"),
            ("SYSTEM_PULLREQUEST_PULLREQUESTID", "7"),
            ("SYSTEM_PULLREQUEST_TARGETBRANCH", "refs/heads/main"),
            ("SYSTEM_PULLREQUEST_SOURCECOMMITID", ONE),
        ];
        let jenkins = [("JENKINS_URL", "https://ci"), ("CHANGE_ID", "7"), ("CHANGE_TARGET", "main")];
        for pairs in [&gitlab[..], &bitbucket, &azure, &jenkins] {
            let event = with(pairs).unwrap();
            assert_eq!(event.base.as_deref(), Some("refs/remotes/origin/main"), "{:?}", event.host);
            assert_eq!(event.occasion, Occasion::Proposal);
            assert!(event.fetch.unwrap().contains("refs/heads/main"));
        }
        assert!(with(&gitlab).unwrap().is_fork);
    }

    #[test]
    fn no_name_of_a_branch_is_an_expression() {
        for name in ["", "main^", "a..b", "x@{1}", "-f", "a:b", "a b", "a\nb", "../x"] {
            let pairs = [("JENKINS_URL", "https://ci"), ("CHANGE_ID", "7"), ("CHANGE_TARGET", name)];
            assert_eq!(with(&pairs).unwrap_err().kind.exit_code(), 4, "{name}");
        }
    }

    #[test]
    fn without_a_ci_system_nothing_is_known() {
        assert_eq!(with(&[]).unwrap(), Event::none(Host::Elsewhere, Occasion::Other));
    }
}
