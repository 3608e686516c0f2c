//! The page of commands: what to type, what has to come out, and what that does not show.

use std::fmt::Write as _;

use super::{MANIFEST, complete, signers_path};
use crate::project::SignoffState;
use crate::project::calendar::Calendar;
use crate::project::words::{self, Names};
use crate::trust::roster::{Roll, Roster};
use crate::trust::sshsig::{self, Namespace};
use crate::trust::standing::{RevocationState, RevokedKey, StatementStanding, Verdict, VersionStanding};
use crate::trust::statement::{Statement, folder};

const BEGIN: &str = "\
The fingerprint to compare with comes from the contract, not from this folder.

Run every command below in this folder, in a POSIX shell, with `sha256sum`, `ssh-keygen` (OpenSSH 8.1 or later), \
`grep`, `find`, `sort` and `git` as your system has them. Each command of a block has to succeed; a command that \
fails shows what was tampered with.
";

const NOT_SHOWN: &str = "\
## What this does not show

- Freshness: whether this is the newest state. Ask each party for its own clone.
- Later statements that somebody left out: the list of files shows what is here, not what is not.
- True time: days and times are what the signers claimed.
- Who held a key when it signed: a key proves a key.
- `ssh-keygen` checks neither whether a security key was touched nor whether a key is of small order (for which \
anyone could sign); `countersign check --anchor FINGERPRINT` in a clone checks both.
- Whether the statements that are here suffice, in the order in which they were made: the rules are in the format's \
description; `countersign status` applies them.
";

/// Everything that the page tells.
pub(super) struct Page<'a> {
    pub(super) signoffs: &'a SignoffState,
    pub(super) one: &'a VersionStanding,
    pub(super) calendar: Calendar<'a>,
    /// Files that are no file of ours and were left out.
    pub(super) left_out: usize,
}

impl Page<'_> {
    pub(super) fn render(&self) -> String {
        let mut out = BEGIN.to_owned();
        let (id, version, day) = (&self.one.id, self.one.version, self.signoffs.standing.day);
        let says = words::standing(self.one, &self.calendar, &Names::default());
        let _ = writeln!(out, "\nThis is about version {version} of `{id}`. Judged as of {day}: {says}.");
        if self.left_out > 0 {
            let _ = writeln!(out, "\nLeft out: {} files that have no place among sign-offs.", self.left_out);
        }
        self.fingerprint(&mut out);
        whole(&mut out);
        self.rosters(&mut out);
        for version in
            self.signoffs.standing.matrices.get(id).into_iter().flat_map(|one| one.versions.values())
        {
            self.version(&mut out, version);
        }
        self.revocations(&mut out);
        out.push('\n');
        out.push_str(NOT_SHOWN);
        out
    }

    fn fingerprint(&self, out: &mut String) {
        out.push_str("\n## 1. The fingerprint\n\nThe contract has to name one of these, digit by digit:\n\n");
        for roll in complete(self.signoffs) {
            let _ = writeln!(out, "- roster {}: {}", roll.roster.number, roll.digest.grouped());
        }
        let commands =
            complete(self.signoffs).map(|roll| is_digest(&roll.digest.to_string(), &roll.roster.path()));
        block(out, &commands.collect::<Vec<_>>());
    }

    fn rosters(&self, out: &mut String) {
        out.push_str(
            "\n## 3. Who may sign\n\nEach roster names the one before it by its digest and is signed.\n",
        );
        let mut commands = Vec::new();
        let rolls: Vec<&Roll> = complete(self.signoffs).collect();
        for roll in &rolls {
            let number = roll.roster.number;
            commands.push(same_keys(roll));
            if let Some(before) = number.checked_sub(2).and_then(|at| rolls.get(at as usize)) {
                let previous = format!("\"previous\":\"{}\"", before.digest);
                commands.push(format!("grep -qF '{previous}' {}", roll.roster.path()));
            }
            let signed = self.signoffs.standing.rosters.get(&number).map(|one| one.signed.as_slice());
            for (party, signer, key) in signed.unwrap_or_default() {
                let lists = roll.key(party, signer, key).is_some();
                let by = if lists { number } else { number.saturating_sub(1) };
                let path = Roster::signature_path(number, party, signer, key);
                let who = format!("{party}.{signer}");
                commands.push(verify(by, &who, Namespace::Roster, &path, &roll.roster.path()));
            }
        }
        block(out, &commands);
    }

    fn version(&self, out: &mut String, version: &VersionStanding) {
        let place = folder(&version.id, version.version);
        let says = words::standing(version, &self.calendar, &Names::default());
        let _ = writeln!(out, "\n## Version {}: {says}\n", version.version);
        let mut commands = Vec::new();
        if let Some(digest) = version.sha256 {
            let path = format!("{place}/matrix.json");
            let _ = writeln!(
                out,
                "In a clone, `git ls-tree HEAD {path}` names the same blob as `git hash-object --no-filters {path}`."
            );
            commands.push(is_digest(&digest.to_string(), &path));
            commands.push(format!("git hash-object --no-filters {path}"));
        }
        for one in &version.statements {
            match (&one.statement, &one.verdict) {
                (Some(statement), Verdict::Accepted | Verdict::Void(_)) => {
                    commands.extend(commands_of(statement, one, &place));
                }
                (_, verdict) => {
                    let why = verdict.reason().map(|reason| reason.code()).unwrap_or_default();
                    let _ = writeln!(out, "\n`{}` does not count ({why}).", one.path);
                }
            }
            if let Verdict::Void(reason) = &one.verdict {
                let _ = writeln!(out, "\n`{}` is signed and does not count ({}).", one.path, reason.code());
            }
        }
        block(out, &commands);
    }

    fn revocations(&self, out: &mut String) {
        let counts = |one: &&RevokedKey| !matches!(one.state, RevocationState::Refused(_));
        let mut commands = Vec::new();
        for one in self.signoffs.standing.revocations.iter().filter(counts) {
            let number = one.revocation.roster.number;
            let signature = format!("{}.sig", one.path);
            let Some(roll) = complete(self.signoffs).find(|roll| roll.roster.number == number) else {
                continue;
            };
            let key =
                self.signoffs.tree.get(&signature).and_then(|blob| sshsig::claimed_key(&blob.bytes).ok());
            let Some(by) = roll.keys.iter().find(|listed| Some(&listed.key) == key.as_ref()) else {
                continue;
            };
            let who = format!("{}.{}", by.party, by.signer);
            commands.push(verify(number, &who, Namespace::Revocation, &signature, &one.path));
        }
        if !commands.is_empty() {
            out.push_str("\n## Keys that were revoked\n");
            block(out, &commands);
        }
    }
}

fn whole(out: &mut String) {
    let _ = writeln!(
        out,
        "\n## 2. The files\n\nThe first command checks every file of the list, the second finds files that are not in it.\n\
         Keep the digest of the list itself where you keep your report: `sha256sum {MANIFEST}`."
    );
    let listed = format!("cut -c67- {MANIFEST}");
    let found = "find . ! -type d | sed 's|^\\./||'";
    block(
        out,
        &[
            format!("sha256sum --quiet -c {MANIFEST}"),
            format!("test -z \"$({{ {listed}; {found}; }} | sort | uniq -u | grep -vx {MANIFEST})\""),
        ],
    );
}

/// The keys that `ssh-keygen` is given have to be those of the roster, no more and no less.
fn same_keys(roll: &Roll) -> String {
    let path = roll.roster.path();
    let listed = format!(
        "grep -oE '\"keys\":\\[[^]]*\\]' {path} | grep -oE '\"[^\"]*\"' | grep -v keys | tr -d '\"' | sort"
    );
    let given = format!("sed 's/^.*\" //' {} | sort", signers_path(roll.roster.number));
    format!("test \"$({listed})\" = \"$({given})\"")
}

fn commands_of(statement: &Statement, one: &StatementStanding, place: &str) -> [String; 5] {
    let matrix = &statement.matrix;
    let says = |text: String| format!("grep -qF '{text}' {}", one.path);
    let who = format!("{}.{}", statement.party, statement.signer);
    let number = statement.roster.number;
    [
        verify(number, &who, Namespace::Statement, &format!("{}.sig", one.path), &one.path),
        says(format!(
            "\"matrix\":{{\"id\":\"{}\",\"sha256\":\"{}\",\"version\":\"{}\"}}",
            matrix.id, matrix.sha256, matrix.version
        )),
        says(format!("\"roster\":{{\"number\":{number},\"sha256\":\"{}\"}}", statement.roster.sha256)),
        is_digest(&statement.judged.sha256.to_string(), &format!("{place}/judged.json")),
        format!("grep -o '\"text\":\"[^\"]*\"' {}", one.path),
    ]
}

fn verify(roster: u32, who: &str, namespace: Namespace, signature: &str, file: &str) -> String {
    let (signers, namespace) = (signers_path(roster), namespace.as_str());
    format!("ssh-keygen -Y verify -f {signers} -I {who} -n {namespace} -s {signature} < {file}")
}

fn is_digest(digest: &str, path: &str) -> String {
    format!("test \"$(sha256sum < {path} | cut -c1-64)\" = {digest}")
}

fn block(out: &mut String, commands: &[String]) {
    if !commands.is_empty() {
        let _ = writeln!(out, "\n```sh\n{}\n```", commands.join("\n"));
    }
}
