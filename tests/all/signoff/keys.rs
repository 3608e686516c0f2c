//! Keys as people have them: in an agent, behind a passphrase, in their git configuration; and the auto-sign trap.

use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command};
use std::time::Duration;

use crate::signoff::scene::{ID, Scene, at_terminal, fails, file, ok, public, sign, state, verdict};
use crate::support::Folder;

/// An agent of one test, ended with it.
struct Agent {
    child: Child,
    socket: String,
}

impl Agent {
    fn holding(place: &Folder, key: &str) -> Self {
        let socket = place.path("../agent.sock").display().to_string();
        let child = Command::new("ssh-agent").args(["-D", "-a", &socket]).spawn().unwrap();
        let agent = Self { child, socket };
        for _ in 0..100 {
            let added = Command::new("ssh-add")
                .args(["-q", key])
                .env("SSH_AUTH_SOCK", &agent.socket)
                .output()
                .unwrap();
            if added.status.success() {
                return agent;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("the agent does not take the key");
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_key_in_an_agent_signs_by_its_public_half() {
    let scene = Scene::with_roster();
    let agent = Agent::holding(&scene.harbor, file(&scene.ann));
    std::fs::remove_file(file(&scene.ann)).unwrap();
    let words = ["sign", ID, "--as", "harbor/ann", "--key", &public(&scene.ann), "--yes"];
    let alone = scene.harbor.countersign(&words);
    assert_eq!(alone.code, 2, "{}", alone.stderr);
    assert!(alone.stderr.contains("`ssh-keygen` did not sign"), "{}", alone.stderr);
    let output = scene.harbor.countersign_with(&words, &[("SSH_AUTH_SOCK", &agent.socket)]);
    assert_eq!(output.code, 0, "{}{}", output.stdout, output.stderr);
    assert_eq!(state(&scene.harbor, "1.0"), "offered");
}

/// A key that nobody named and that no file holds: the agent alone has it.
#[test]
fn a_key_that_only_an_agent_holds_signs() {
    let scene = Scene::with_roster();
    let agent = Agent::holding(&scene.harbor, file(&scene.ann));
    std::fs::remove_file(file(&scene.ann)).unwrap();
    std::fs::remove_file(public(&scene.ann)).unwrap();
    let words = ["sign", ID, "--as", "harbor/ann", "--yes"];
    let output = scene.harbor.countersign_with(&words, &[("SSH_AUTH_SOCK", &agent.socket)]);
    assert_eq!(output.code, 0, "{}{}", output.stdout, output.stderr);
    assert_eq!(state(&scene.harbor, "1.0"), "offered");
}

/// The program of one's own configuration signs, also where a file is included for this folder; the repository's never runs.
#[test]
fn the_program_of_ones_own_configuration_signs() {
    let scene = Scene::with_roster();
    let script = |name: &str| {
        let path = scene.harbor.path(&format!("../{name}"));
        let text = format!("#!/bin/sh\ntouch '{}.ran'\nexec ssh-keygen \"$@\"\n", path.display());
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        path.display().to_string()
    };
    let (own, evil) = (script("own-signer"), script("evil-signer"));
    let included = scene.harbor.path("../included");
    std::fs::write(
        &included,
        format!("[gpg \"ssh\"]\n\tprogram = {own}\n[user]\n\tsigningkey = {}\n", file(&scene.ann)),
    )
    .unwrap();
    let home = format!(
        "[includeIf \"gitdir:{}/\"]\n\tpath = {}\n",
        scene.harbor.root().display(),
        included.display()
    );
    std::fs::write(scene.harbor.path("../home/.gitconfig"), home).unwrap();
    scene.harbor.git(&["config", "gpg.ssh.program", &evil]);
    ok(&scene.harbor, &["sign", ID, "--as", "harbor/ann", "--yes"]);
    assert!(std::fs::exists(format!("{own}.ran")).unwrap());
    assert!(!std::fs::exists(format!("{evil}.ran")).unwrap());
    assert_eq!(state(&scene.harbor, "1.0"), "offered");
}

/// What cannot be used says why, with the setting and without the path of a temporary file.
#[test]
fn a_configured_key_that_cannot_be_used_says_why() {
    let scene = Scene::with_roster();
    let other = scene.harbor.key(crate::support::KeyKind::Ed25519);
    let literal = std::fs::read_to_string(public(&other)).unwrap();
    let config = format!("[user]\n\tsigningkey = \"key::{}\"\n", literal.trim());
    std::fs::write(scene.harbor.path("../home/.gitconfig"), config).unwrap();
    let said = scene.harbor.countersign(&["sign", ID, "--as", "harbor/ann", "--yes"]);
    assert_eq!(said.code, 2, "{}", said.stdout);
    assert!(
        said.stderr.contains("user.signingkey") && said.stderr.contains("not one that you may sign with"),
        "{}",
        said.stderr
    );
    assert!(!said.stderr.contains("/tmp"), "{}", said.stderr);
}

/// The setting of one's own names the keys; the repository's is never run, and one that names none says why.
#[test]
fn the_command_that_names_keys_is_ones_own() {
    let scene = Scene::with_roster();
    let script = |name: &str, key: &str| {
        let path = scene.harbor.path(&format!("../{name} keys"));
        std::fs::write(&path, format!("#!/bin/sh\ntouch '{}.ran'\ncat \"$1\"\n", path.display())).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        (path.display().to_string(), format!("\\\"{}\\\" '{key}'", path.display()))
    };
    let (own, own_command) = script("own", &public(&scene.ann));
    let (evil, _) = script("evil", &public(&scene.ann));
    scene.harbor.git(&["config", "gpg.ssh.defaultKeyCommand", &format!("'{evil}' x")]);
    let agent = Agent::holding(&scene.harbor, file(&scene.ann));
    let elsewhere = scene.harbor.path("../elsewhere.pub");
    std::fs::rename(public(&scene.ann), &elsewhere).unwrap();
    let config = |command: &str| {
        let text = format!("[gpg \"ssh\"]\n\tdefaultKeyCommand = \"{command}\"\n");
        std::fs::write(scene.harbor.path("../home/.gitconfig"), text).unwrap();
    };
    let words = ["sign", ID, "--as", "harbor/ann", "--yes"];
    config("/nowhere/at-all");
    let said = scene.harbor.countersign(&words);
    assert_eq!(said.code, 2, "{}", said.stdout);
    assert!(
        said.stderr.contains("`gpg.ssh.defaultKeyCommand` of your own git configuration cannot be run"),
        "{}",
        said.stderr
    );
    config(&own_command.replace(&public(&scene.ann), &elsewhere.display().to_string()));
    let output = scene.harbor.countersign_with(&words, &[("SSH_AUTH_SOCK", &agent.socket)]);
    assert_eq!(output.code, 0, "{}{}", output.stdout, output.stderr);
    assert!(std::fs::exists(format!("{own}.ran")).unwrap());
    assert!(!std::fs::exists(format!("{evil}.ran")).unwrap());
}

/// Files as mail and editors leave them: what is wrong with them is said, with the command that mends them, and it does.
#[test]
fn the_file_of_a_key_that_was_spoilt_says_how_it_is_mended() {
    let scene = Scene::with_roster();
    let whole = std::fs::read_to_string(file(&scene.ann)).unwrap();
    let spoilt = [
        ("end as on Windows", whole.replace('\n', "\r\n")),
        ("has no line end", whole.trim_end().to_owned()),
        ("byte order mark", format!("\u{feff}{whole}")),
        ("blanks", whole.replace("KEY-----\n", "KEY----- \n")),
    ];
    let words = ["sign", ID, "--as", "harbor/ann", "--key", file(&scene.ann), "--yes"];
    for with_public in [true, false] {
        for (why, text) in &spoilt {
            std::fs::write(file(&scene.ann), text).unwrap();
            let said = fails(&scene.harbor, 2, &words);
            assert!(said.contains(why), "{said}");
            let help = said.split("help: ").nth(1).and_then(|help| help.split('`').nth(1)).expect(&said);
            let mended = scene.harbor.run("sh", &["-c", &help.replace("\n", " ")]);
            assert_eq!(mended.code, 0, "{help}: {}", mended.stderr);
            assert_eq!(std::fs::read_to_string(file(&scene.ann)).unwrap(), whole, "{help}");
        }
        if with_public {
            std::fs::remove_file(public(&scene.ann)).unwrap();
        }
    }
    ok(&scene.harbor, &words);
}

/// A public half with line ends of Windows, a byte order mark, or no line end is the same key.
#[test]
fn the_public_half_is_read_as_it_comes() {
    let scene = Scene::with_roster();
    let line = std::fs::read_to_string(public(&scene.ann)).unwrap();
    for text in [line.replace('\n', "\r\n"), line.trim_end().to_owned(), format!("\u{feff}{line}")] {
        std::fs::write(public(&scene.ann), &text).unwrap();
        let (private, half) = (file(&scene.ann).to_owned(), public(&scene.ann));
        for key in [&private, &half] {
            let said = scene.harbor.countersign(&["doctor", "--as", "harbor/ann", "--key", key]);
            let is_read = said.stdout.contains("a trial signature with it is good");
            assert!(is_read || (*key == half && text.starts_with('\u{feff}')), "{text:?}: {}", said.stdout);
        }
    }
}

/// What a program says of a key that was given as text names no temporary path.
#[test]
fn no_message_names_a_temporary_path() {
    let scene = Scene::with_roster();
    let literal = std::fs::read_to_string(public(&scene.ann)).unwrap();
    std::fs::remove_file(file(&scene.ann)).unwrap();
    std::fs::remove_file(public(&scene.ann)).unwrap();
    let config = |more: &str| {
        let text = format!("[user]\n\tsigningkey = \"key::{}\"\n{more}", literal.trim());
        std::fs::write(scene.harbor.path("../home/.gitconfig"), text).unwrap();
    };
    let temporary = std::env::temp_dir().display().to_string();
    let own = scene.harbor.root().display().to_string();
    for more in ["", "[gpg \"ssh\"]\n\tprogram = ssh-keygen\n"] {
        config(more);
        for words in [&["sign", ID, "--as", "harbor/ann", "--yes"][..], &["doctor", "--as", "harbor/ann"]] {
            let said = scene.harbor.countersign(words);
            assert_ne!(said.code, 0);
            let all = format!("{}{}", said.stdout, said.stderr);
            assert!(all.contains("did not sign"), "{all}");
            assert!(!all.replace(&own, "").contains(&temporary), "{all}");
        }
    }
    let unwritable = scene.harbor.countersign(&["show", "minimal", "--output", "html=nowhere/page.html"]);
    assert_eq!(unwritable.code, 2);
    assert!(unwritable.stderr.contains("cannot write `nowhere/page.html`"), "{}", unwritable.stderr);
    assert!(!unwritable.stderr.contains("/.tmp"), "{}", unwritable.stderr);
}

/// A key for OpenPGP in `user.signingkey`, as people have it for commits, is told for what it is.
#[test]
fn an_openpgp_key_in_the_configuration_is_told() {
    let scene = Scene::with_roster();
    std::fs::write(scene.harbor.path("../home/.gitconfig"), "[user]\n\tsigningkey = 3AA5C34371567BD2\n")
        .unwrap();
    for words in [&["sign", ID, "--as", "harbor/ann", "--yes"][..], &["doctor", "--as", "harbor/ann"]] {
        let said = scene.harbor.countersign(words);
        let all = format!("{}{}", said.stdout, said.stderr);
        assert!(all.contains("names an OpenPGP key") && all.contains("3AA5C34371567BD2"), "{all}");
    }
}

#[test]
fn a_key_behind_a_passphrase_signs() {
    let scene = Scene::with_roster();
    let changed =
        scene.harbor.run("ssh-keygen", &["-q", "-p", "-P", "", "-N", "open sesame", "-f", file(&scene.ann)]);
    assert_eq!(changed.code, 0, "{}", changed.stderr);
    scene.harbor.write("../ask.sh", "#!/bin/sh\necho open sesame\n");
    let ask = scene.harbor.path("../ask.sh");
    std::fs::set_permissions(&ask, std::fs::Permissions::from_mode(0o755)).unwrap();
    let settings =
        [("SSH_ASKPASS", ask.to_str().unwrap()), ("SSH_ASKPASS_REQUIRE", "force"), ("DISPLAY", ":0")];
    let words = ["sign", ID, "--as", "harbor/ann", "--key", file(&scene.ann), "--yes"];
    let output = scene.harbor.countersign_with(&words, &settings);
    assert_eq!(output.code, 0, "{}{}", output.stdout, output.stderr);
}

#[test]
fn the_signing_key_comes_from_the_signers_own_configuration_only() {
    let scene = Scene::with_roster();
    scene.harbor.git(&["config", "user.signingkey", file(&scene.ann)]);
    let words = ["sign", ID, "--as", "harbor/ann", "--yes"];
    let refused = fails(&scene.harbor, 2, &words);
    assert!(refused.contains("git config --global user.signingkey"), "{refused}");
    let home = scene.harbor.path("../home");
    std::fs::write(home.join(".gitconfig"), format!("[user]\n\tsigningkey = {}\n", public(&scene.ann)))
        .unwrap();
    ok(&scene.harbor, &words);
}

#[test]
fn a_key_in_the_home_is_found_by_itself() {
    let scene = Scene::with_roster();
    let folder = scene.harbor.path("../home/.ssh");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::copy(file(&scene.ann), folder.join("id_work")).unwrap();
    std::fs::copy(public(&scene.ann), folder.join("id_work.pub")).unwrap();
    ok(&scene.harbor, &["sign", ID, "--as", "harbor/ann", "--yes"]);
}

#[test]
fn another_key_is_refused_before_anything_is_signed() {
    let scene = Scene::with_roster();
    let refused =
        fails(&scene.harbor, 2, &["sign", ID, "--as", "harbor/ann", "--key", file(&scene.bob), "--yes"]);
    assert!(refused.contains("is not one that you may sign with here"), "{refused}");
    assert_eq!(state(&scene.harbor, "1.0"), "none");
}

#[test]
fn on_a_terminal_the_version_is_typed() {
    let scene = Scene::with_roster();
    let words = ["sign", ID, "--as", "harbor/ann", "--key", file(&scene.ann)];
    let silent = fails(&scene.harbor, 2, &words);
    assert!(silent.contains("there is no terminal to ask on"), "{silent}");
    let output = at_terminal(&scene.harbor, &words, "yes");
    assert!(output.stdout.contains("nothing was signed"), "{}", output.stdout);
    assert_eq!(state(&scene.harbor, "1.0"), "none");
    let output = at_terminal(&scene.harbor, &words, "1.0");
    assert!(output.stdout.contains("recorded in commit"), "{}", output.stdout);
    assert_eq!(state(&scene.harbor, "1.0"), "offered");
}

#[test]
fn a_client_who_signs_all_commits_signs_no_version_by_rebasing() {
    let scene = Scene::with_roster();
    sign(&scene.harbor, "harbor/ann", &scene.ann);
    let shape = "signoff: acme/bob approves minimal 1.0\n\nCountersign-Matrix: minimal@1.0\nCountersign-Party: acme\n\
                 Countersign-Signer: bob\nCountersign-Decision: approve\n";
    scene.harbor.git(&[
        "commit",
        "-q",
        "--allow-empty",
        "-m",
        shape,
        "--author",
        "Bob B. <bob@acme.example>",
    ]);
    scene.harbor.push();
    let acme = &scene.acme;
    acme.git(&["config", "gpg.format", "ssh"]);
    acme.git(&["config", "user.signingkey", file(&scene.bob)]);
    acme.git(&["config", "commit.gpgsign", "true"]);
    acme.write("notes.txt", "ours\n");
    acme.commit("Ours");
    acme.git(&["fetch", "-q"]);
    acme.git(&["rebase", "-q", "--keep-empty", "--no-ff", "HEAD", "origin/main"]);
    assert!(acme.git(&["log", "-1", "--format=%B"]).contains("acme/bob approves"));
    assert!(acme.git(&["cat-file", "commit", "HEAD"]).contains("gpgsig"));
    assert_eq!(verdict(acme.root(), 1).0["1.0"], "offered");
}
