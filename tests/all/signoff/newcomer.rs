//! What somebody is told who does this for the first time.

use serde_json::{Value, json};

use crate::signoff::scene::{
    FILE, ID, Scene, close, day, fails, file, judge, matrix, ok, public, sign, state, text,
};
use crate::support::{Folder, Key, Repo};

pub fn status(place: &Folder) -> String {
    ok(place, &["status"])
}

pub fn holds(text: &str, lines: &[&str]) {
    lines.iter().for_each(|line| assert!(text.contains(line), "{line} is not in:\n{text}"));
}

fn lacks(text: &str, lines: &[&str]) {
    lines.iter().for_each(|line| assert!(!text.contains(line), "{line} is in:\n{text}"));
}

#[test]
fn a_list_that_waits_names_those_who_have_to_sign_it() {
    let scene = Scene::new();
    let before = status(&scene.harbor);
    holds(&before, &["countersign roster start --help", "judged as of"]);
    lacks(&before, &["by phone"]);
    scene.start(&[]);
    let text = status(&scene.harbor);
    holds(&text, &["ann of Harbor MSP signs list 1", "countersign roster sign --as harbor/ann"]);
    holds(&text, &["countersign roster sign --as acme/bob"]);
    lacks(&text, &["roster start", "PARTY/SIGNER", "by phone"]);
    ok(&scene.harbor, &["roster", "sign", "--as", "harbor/ann", "--key", file(&scene.ann), "--yes"]);
    let text = status(&scene.harbor);
    holds(&text, &["countersign roster sign --as acme/bob"]);
    lacks(&text, &["--as harbor/ann"]);
}

#[test]
fn between_agreement_and_first_day_everything_is_said_once() {
    let scene = Scene::with_roster();
    sign(&scene.harbor, "harbor/ann", &scene.ann);
    scene.to_acme();
    let said = sign(&scene.acme, "acme/bob", &scene.bob);
    let first = day(1);
    let waits =
        format!("All parties have approved version 1.0 of {ID}. It waits for the last word of Harbor MSP.");
    holds(&said, &[&waits]);
    scene.to_harbor();
    let said = close(&scene.harbor, &scene.ann);
    let closed = format!(
        "All parties have given their last word on version 1.0 of {ID}. It comes into force on {first}."
    );
    holds(&said.split_whitespace().collect::<Vec<_>>().join(" "), &[&closed]);
    let text = status(&scene.harbor);
    holds(&text, &["in force: nothing yet", &format!("agreed: 1.0, comes into force on {first}, marked")]);
    lacks(&text, &["not in force", "proposed", "takes effect"]);
    assert_eq!(text.matches(&first).count(), 1, "{text}");
}

#[test]
fn an_edit_of_the_offered_text_is_brought_back_or_gets_a_new_number() {
    let scene = Scene::with_roster();
    sign(&scene.harbor, "harbor/ann", &scene.ann);
    let mut other = matrix("1.0", 1);
    other["title"] = "Another title".into();
    scene.change(&other);
    let told = status(&scene.harbor);
    let command = format!("cp signoffs/{ID}/1.0/matrix.json {FILE}");
    holds(&told, &["not the text that was offered", "raise `version` above 1.0", &command]);
    lacks(&told, &["offer 1.0 for signature"]);
    scene.harbor.write(FILE, text(&matrix("1.0", 1)));
    scene.harbor.commit("Bring it back");
    holds(&status(&scene.harbor), &["1.0, as it was offered"]);
}

#[test]
fn outside_a_repository_the_way_in_is_named() {
    let folder = Folder::new();
    for words in
        [&["sign", ID][..], &["mark", ID], &["roster", "start"], &["withdraw", ID, "--as", "acme/bob"]]
    {
        let output = folder.countersign(words);
        assert_eq!(output.code, 2, "{words:?}: {}", output.stderr);
        holds(&output.stderr, &["is not in a git repository", "git clone"]);
    }
    let output = folder.countersign(&["-C", "no-such-folder", "status"]);
    assert_eq!(output.code, 2);
    holds(&output.stderr, &["cannot enter `no-such-folder`", "help:"]);
}

/// Puts a key where its owner has it.
fn carry(place: &Folder, name: &str, key: &Key) {
    let folder = place.path("../home/.ssh");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::copy(file(key), folder.join(name)).unwrap();
    std::fs::copy(public(key), folder.join(format!("{name}.pub"))).unwrap();
}

/// Puts the offered version in a file of this name, which is all that its receiver has.
fn mailed(scene: &Scene, name: &str) -> Folder {
    let bundle = scene.harbor.path(&format!("../{name}"));
    ok(&scene.harbor, &["sign", "--prepare", bundle.to_str().unwrap()]);
    let mail = Folder::new();
    std::fs::copy(&bundle, mail.path(name)).unwrap();
    mail
}

/// The client's IT manager: the program, a key, and a mail with a file.
#[test]
fn whoever_knows_no_git_signs_in_two_commands() {
    let scene = Scene::with_roster();
    sign(&scene.harbor, "harbor/ann", &scene.ann);
    let bundle = scene.harbor.path("../acme-1.0.json").display().to_string();
    let said = ok(&scene.harbor, &["sign", "--prepare", &bundle]);
    holds(&said, &["countersign show acme-1.0.json", "countersign sign acme-1.0.json"]);
    let mail = Folder::new();
    std::fs::copy(&bundle, mail.path("acme-1.0.json")).unwrap();
    carry(&mail, "id_ed25519", &scene.bob);
    let shown = ok(&mail, &["show", "acme-1.0.json"]);
    holds(&shown, &["what concerns Acme Defense", "harbor/ann approved on", "fingerprint for the contract"]);
    holds(&shown, &["still to sign: Acme Defense (1 signature)", "next: countersign sign acme-1.0.json"]);
    let signed = ok(&mail, &["sign", "acme-1.0.json", "--yes"]);
    holds(&signed, &["you sign as Bob B., IT manager, for Acme Defense", "what falls to Acme Defense"]);
    holds(&signed, &["next: send minimal-1.0.acme.bob.signed.json"]);
    for word in ["show", "sign"] {
        let said = fails(&mail, 2, &[word, "minimal-1.0.acme.bob.signed.json"]);
        holds(
            &said,
            &["is a signed reply", "send it back", "countersign record minimal-1.0.acme.bob.signed.json"],
        );
        holds(&fails(&mail, 2, &[word, "nofile.json"]), &["there is no file `nofile.json`"]);
    }
    let reply = mail.path("minimal-1.0.acme.bob.signed.json").display().to_string();
    holds(&ok(&scene.harbor, &["record", &reply]), &["All parties have approved version 1.0"]);
}

#[test]
fn a_file_that_was_changed_on_its_way_is_neither_shown_nor_signed() {
    let scene = Scene::with_roster();
    let bundle = scene.harbor.path("../acme-1.0.json");
    ok(&scene.harbor, &["sign", "--prepare", bundle.to_str().unwrap()]);
    let changed =
        std::fs::read_to_string(&bundle).unwrap().replace("Review every quarter", "Review every year");
    let mail = Folder::new();
    mail.write("acme-1.0.json", changed);
    for words in
        [&["show", "acme-1.0.json"][..], &["sign", "acme-1.0.json", "--yes", "--key", file(&scene.bob)]]
    {
        holds(
            &fails(&mail, 2, words),
            &["the file was changed since it was written", "help: ask the sender"],
        );
    }
}

#[test]
fn in_a_clone_the_key_at_hand_says_who_signs_what_waits() {
    let scene = Scene::new();
    scene.start(&[]);
    let (ann, bob) = (["--yes", "--key", file(&scene.ann)], ["--yes", "--key", file(&scene.bob)]);
    ok(&scene.harbor, &[&["roster", "sign"], &ann[..]].concat());
    scene.to_acme();
    ok(&scene.acme, &[&["roster", "sign"], &bob[..]].concat());
    scene.to_harbor();
    let said = ok(&scene.harbor, &[&["sign"], &ann[..]].concat());
    holds(&said, &["ann of harbor approves", "Acme Defense has still to sign", "do not sign if it differs"]);
    let anchor = judge(scene.harbor.root()).roster().unwrap().digest.to_string();
    let groups: Vec<&str> = (0..64).step_by(4).map(|at| &anchor[at..at + 4]).collect();
    holds(&said, &[&groups.join(" ")]);
    scene.to_acme();
    let said = ok(&scene.acme, &[&["sign", "--anchor", &anchor], &bob[..]].concat());
    holds(
        &said,
        &["All parties have approved version 1.0", "the fingerprint that was given is that of the list"],
    );
}

#[test]
fn two_keys_at_hand_are_a_question_and_none_is_an_answer() {
    let scene = Scene::with_roster();
    let none = fails(&scene.harbor, 2, &["sign", "--yes"]);
    holds(
        &none,
        &["no key to sign with was named", "--key FILE", "acme/bob and harbor/ann", "ssh-keygen -t ed25519"],
    );
    lacks(&none, &["yours are", "SHA256:"]);
    carry(&scene.harbor, "one", &scene.ann);
    carry(&scene.harbor, "two", &scene.bob);
    let two = fails(&scene.harbor, 2, &["sign", "--yes"]);
    holds(&two, &["keys of acme/bob and harbor/ann are at hand", "--as acme/bob"]);
    assert_eq!(state(&scene.harbor, "1.0"), "none");
}

#[test]
fn a_fresh_draft_is_told_what_to_fill_and_where() {
    let repo = Repo::new();
    ok(&repo, &["init", "--framework", "cmmc-l2", "--client", "Acme Defense", "--provider", "Harbor MSP"]);
    let checked = ok(&repo, &["check"]);
    holds(
        &checked,
        &["0 errors, 182 warnings; 181 of these to settle", "next: countersign show acme-defense"],
    );
    repo.commit("Start");
    let refused = fails(&repo, 1, &["sign", "--as", "acme-defense/bob"]);
    holds(
        &refused,
        &["error[matrix-has-first-day]", "Add `effectiveFrom`", "matrices/acme-defense-cmmc-l2.json:4:9"],
    );
    holds(&refused, &["not signed: 181 findings to settle first"]);
    lacks(&refused, &["malformed"]);
}

/// Whoever changes what was signed must not be answered with the advice to copy it.
#[test]
fn an_edit_of_what_was_signed_is_not_copied_over_the_good_text() {
    let scene = Scene::agreed();
    let path = format!("signoffs/{ID}/1.0/matrix.json");
    scene.harbor.write(&path, scene.harbor.read(&path).replace("Review every quarter", "Review every year"));
    scene.harbor.commit("Tidy up");
    for words in [&["status"][..], &["check"]] {
        let told = fails(&scene.harbor, 1, words).split_whitespace().collect::<Vec<_>>().join(" ");
        holds(&told, &[&format!("git log -- {path}")]);
        lacks(&told, &[&format!("cp {path}")]);
    }
}

fn many_rows(version: &str, word: &str) -> Value {
    let mut many = matrix(version, 1);
    let row = many["rows"][0].clone();
    let rows = many["rows"].as_array_mut().unwrap();
    for number in 0..60 {
        let mut next = row.clone();
        next["id"] = format!("review-{number}").into();
        next["title"] = format!("Review {number}").into();
        next["activity"] =
            format!("Review every quarter {word} number {number} and remove what nobody needs").into();
        rows.push(next);
    }
    crate::support::reviews::read_all(&mut many, &day(-1));
    many
}

#[test]
fn what_is_signed_is_told_in_bounds() {
    let scene = Scene::with_roster();
    scene.change(&many_rows("1.0", "drive"));
    let first = sign(&scene.harbor, "harbor/ann", &scene.ann);
    assert!(first.lines().count() < 50, "{first}");
    holds(&first, &["61 rows: ", "what falls to Harbor MSP", "does a part of the work in all 61 rows"]);
    holds(&first, &[&format!("all of it, in words: countersign show {ID} --party harbor")]);
    scene.to_acme();
    let second = sign(&scene.acme, "acme/bob", &scene.bob);
    scene.to_harbor();
    close(&scene.harbor, &scene.ann);
    scene.to_acme();
    holds(&second, &[&format!("countersign show {ID} --version 1.0 --party acme")]);
    scene.to_harbor();
    let mut next = many_rows("2.0", "share");
    crate::support::reviews::read_all(&mut next, &day(0));
    scene.change(&next);
    let later = sign(&scene.harbor, "harbor/ann", &scene.ann);
    let all = format!("countersign diff signoffs/{ID}/1.0/matrix.json {FILE}");
    assert!(later.lines().count() < 290, "{}", later.lines().count());
    holds(&later, &["from version 1.0 to version 2.0", "lines more; all of them", &all]);
    let words: Vec<&str> = all.split(' ').skip(1).collect();
    assert!(ok(&scene.harbor, &words).lines().count() > 250);
}

/// Returns the lines before the first one that has `end` in it.
fn lead<'a>(text: &'a str, end: &str) -> Vec<&'a str> {
    text.lines().take_while(|line| !line.contains(end)).collect()
}

#[test]
fn a_version_that_names_another_matrix_as_ended_says_so_first() {
    let scene = Scene::with_roster();
    let mut first = matrix("1.0", 1);
    let ends = |id: &str| json!({ "id": id, "version": "1.0", "sha256": "0".repeat(64) });
    first["replaces"] = json!([ends("main-matrix")]);
    first["rows"][0]["accepts"] = json!([{ "rule": "row-has-activity", "reason": "Agreed on the phone" }]);
    scene.change(&first);
    let mail = mailed(&scene, "acme-1.0.json");
    let shown = ok(&mail, &["show", "acme-1.0.json"]);
    let by_mail = ok(&mail, &["sign", "acme-1.0.json", "--key", file(&scene.bob), "--yes"]);
    let in_clone = sign(&scene.harbor, "harbor/ann", &scene.ann);
    let line = format!(
        "names `main-matrix` 1.0 as ended on {}, which was never agreed here: it ends nothing",
        day(1)
    );
    for said in [&shown, &by_mail, &in_clone] {
        assert!(said.starts_with(&line), "{said}");
    }
    for said in [&by_mail, &in_clone] {
        holds(said, &["1 accepted finding written into the matrix, changing no requirement: access-reviews"]);
    }
    scene.to_acme();
    sign(&scene.acme, "acme/bob", &scene.bob);
    scene.to_harbor();
    close(&scene.harbor, &scene.ann);
    scene.to_acme();
    scene.to_harbor();
    let mut next = first.clone();
    next["version"] = "2.0".into();
    next["replaces"] = json!([ends("main-matrix"), ends("night-desk")]);
    scene.change(&next);
    let later = sign(&scene.harbor, "harbor/ann", &scene.ann);
    let line = format!(
        "names `night-desk` 1.0 as ended on {}, which was never agreed here: it ends nothing",
        day(1)
    );
    assert_eq!(lead(&later, "from version 1.0"), [line], "{later}");
    holds(&later, &["matrix that this one ends added", "night-desk"]);
}

#[test]
fn whoever_takes_a_word_back_or_disputes_one_is_known_by_the_key() {
    let scene = Scene::with_roster();
    sign(&scene.harbor, "harbor/ann", &scene.ann);
    let said = ok(&scene.harbor, &["withdraw", ID, "--key", file(&scene.ann), "--yes"]);
    holds(&said, &["Ann"]);
    assert_eq!(state(&scene.harbor, "1.0"), "offered");
    let stranger = fails(&scene.harbor, 2, &["contest", "minimal@1.0", "--reason", "late", "--yes"]);
    holds(&stranger, &["those who may sign here are"]);
    let dispute = ["contest", "minimal@1.0", "--reason", "late", "--key", file(&scene.ann), "--yes"];
    holds(&ok(&scene.harbor, &dispute), &["a dispute is shown for ever"]);
}

#[test]
fn whoever_closes_a_version_is_known_by_the_key() {
    let scene = Scene::with_roster();
    sign(&scene.harbor, "harbor/ann", &scene.ann);
    scene.to_acme();
    sign(&scene.acme, "acme/bob", &scene.bob);
    scene.to_harbor();
    let none = fails(&scene.harbor, 2, &["mark", ID, "--yes"]);
    holds(&none, &["no key to sign with was named", "waits for the last word of Harbor MSP"]);
    fails(&scene.acme, 2, &["mark", ID, "--key", file(&scene.bob), "--yes"]);
    carry(&scene.harbor, "id_ed25519", &scene.ann);
    let closed = ok(&scene.harbor, &["mark", ID, "--yes"]);
    holds(
        &closed,
        &["you sign as Ann A., vCISO, for Harbor MSP", "you close version 1.0: Harbor MSP is bound"],
    );
    let standing = judge(scene.harbor.root());
    assert!(standing.matrices.values().all(|one| one.versions.values().all(|one| one.waits_for.is_empty())));
    assert_eq!(standing.faults, []);
    lacks(&ok(&scene.harbor, &["mark", ID]), &["Ann"]);
}

#[test]
fn whoever_revokes_a_key_is_known_by_the_key() {
    let scene = Scene::with_roster();
    let lost = scene.bob.fingerprint();
    let words = ["roster", "revoke", &lost, "--reason", "lost", "--stands-by", "all", "--end", "--yes"];
    let none = fails(&scene.acme, 2, &words);
    holds(&none, &["no key to sign with was named", "those who may sign here are acme/bob"]);
    let stranger = fails(&scene.acme, 2, &[&words[..], &["--key", file(&scene.ann)]].concat());
    holds(&stranger, &["not one that you may sign with", "those who may sign here are acme/bob"]);
    carry(&scene.acme, "id_ecdsa", &scene.bob);
    holds(&ok(&scene.acme, &words), &[&format!("The key {lost} is revoked")]);
}

#[test]
fn a_later_version_that_was_sent_is_shown_by_what_it_changes_first() {
    let scene = Scene::with_roster();
    scene.agree();
    scene.to_harbor();
    let mut next = matrix("2.0", 3);
    next["rows"][0]["cadence"] = json!("weekly");
    crate::support::reviews::read(&mut next, 0, &day(0));
    scene.change(&next);
    let mail = mailed(&scene, "acme-2.0.json");
    let shown = ok(&mail, &["show", "acme-2.0.json"]);
    let changes = lead(&shown, "Version 2.0 as a whole").join("\n");
    holds(&changes, &["from version 1.0", "weekly"]);
}
