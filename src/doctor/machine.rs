//! The machine: `ssh-keygen`, the agent, the key.

use std::process::{Command, Output, Stdio};

use super::{Level, Line, Question};
use crate::project::SignoffState;
use crate::trust::sshsig::PublicKey;

/// The first version of OpenSSH that signs files.
const NEEDED: (u32, u32) = (8, 1);

pub(super) fn lines(question: &Question) -> Vec<Line> {
    vec![openssh(), agent(question)]
}

fn output(program: &str, words: &[&str]) -> std::io::Result<Output> {
    Command::new(program).args(words).stdin(Stdio::null()).output()
}

fn openssh() -> Line {
    const ABOUT: &str = "ssh-keygen";
    let install = "install the OpenSSH client; it is part of Windows, macOS and every Linux";
    if let Err(error) = output("ssh-keygen", &["-?"]) {
        return Line::error(ABOUT, format!("it cannot be run ({error}), and nothing can be signed"), install);
    }
    let said = output("ssh", &["-V"]).map(|output| String::from_utf8_lossy(&output.stderr).into_owned());
    let said = said.unwrap_or_default();
    let word = said.split([' ', ',']).next().unwrap_or_default();
    match version(word) {
        Some(version) if version < NEEDED => {
            let found = format!("{word} cannot sign files; {}.{} can", NEEDED.0, NEEDED.1);
            Line::error(ABOUT, found, install)
        }
        Some(_) => Line::ok(ABOUT, format!("found, {word}")),
        None => Line::warn(ABOUT, "found, of unknown version", "`ssh -V` should name 8.1 or later"),
    }
}

/// Reads "OpenSSH_9.2p1" and "`OpenSSH_for_Windows_9.5p1`".
fn version(word: &str) -> Option<(u32, u32)> {
    let number = word.strip_prefix("OpenSSH_")?;
    let number = number.strip_prefix("for_Windows_").unwrap_or(number);
    let (major, rest) = number.split_once('.')?;
    let minor: String = rest.chars().take_while(char::is_ascii_digit).collect();
    Some((major.parse().ok()?, minor.parse().ok()?))
}

fn agent(question: &Question) -> Line {
    const ABOUT: &str = "agent";
    if question.agent.as_ref().is_none_or(|socket| socket.is_empty()) {
        return Line::ok(ABOUT, "none is running; a key file works without one");
    }
    match output("ssh-add", &["-l"]) {
        Ok(output) if output.status.success() => {
            let keys = String::from_utf8_lossy(&output.stdout).lines().count();
            Line::ok(ABOUT, format!("it holds {}", crate::report::words::count(keys, "key")))
        }
        Ok(output) if output.status.code() == Some(1) => {
            Line::ok(ABOUT, "it holds no key; a key file works without one")
        }
        _ => Line::warn(
            ABOUT,
            "SSH_AUTH_SOCK is set, and no agent answers",
            "`eval $(ssh-agent)`, then `ssh-add`",
        ),
    }
}

/// Looks for a key with which somebody may sign here.
pub(super) fn key(signoffs: &SignoffState, question: &Question) -> Line {
    const ABOUT: &str = "key";
    let Some(roll) = signoffs.standing.roster() else {
        return Line::ok(ABOUT, "not looked for: nobody may sign yet");
    };
    let found = match &question.who {
        Some(who) => who.keys(&signoffs.standing).and_then(|listed| question.wish.choose(&listed)),
        None => {
            let listed: Vec<&PublicKey> = roll.keys.iter().map(|one| &one.key).collect();
            question.wish.choose(&listed).map_err(|_| question.wish.refuse(&listed))
        }
    };
    let tried = found.and_then(|key| key.try_out(roll.touch()).map(|()| key));
    match tried {
        Ok(key) => {
            let print = key.public.fingerprint();
            let whose = roll.keys.iter().find(|one| one.key.fingerprint() == print);
            let whose = whose.map(|one| format!("{}/{}", one.party, one.signer)).unwrap_or_default();
            Line::ok(ABOUT, format!("{print} may sign as {whose}, and a trial signature with it is good"))
        }
        Err(error) => {
            let level = if question.who.is_some() { Level::Error } else { Level::Warn };
            Line::of(ABOUT, level, &error)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::version;

    #[test]
    fn versions_are_read_as_openssh_writes_them() {
        assert_eq!(version("OpenSSH_9.2p1"), Some((9, 2)));
        assert_eq!(version("OpenSSH_for_Windows_9.5p1"), Some((9, 5)));
        assert_eq!(version("OpenSSH_10.0p2"), Some((10, 0)));
        assert_eq!(version("LibreSSL 3.3"), None);
    }
}
