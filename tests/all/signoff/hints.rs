//! What `status` prints as next is true: whoever types it comes, from every kind of state, to one version in force.

use serde_json::Value;

use crate::signoff::answers::all_say;
use crate::signoff::scene::{ID, Scene, file, matrix, ok, public, sign, state};
use crate::support::{Key, KeyKind, Repo};

/// Who has which key: the party's name, the signer, the key.
type Hands<'a> = &'a [(&'a str, &'a str, &'a Key)];

/// The most commands that one state may need.
const MOST: usize = 6;

/// Returns the next command that signs something, with what it is for.
fn next(place: &Repo) -> Option<(String, String)> {
    let status = place.countersign(&["status", "--format", "json"]).stdout;
    let status: Value = serde_json::from_str(&status).unwrap();
    let lists = status["matrices"].as_array().unwrap().iter().map(|one| &one["next"]);
    let all = lists.chain([&status["next"]]).flat_map(|list| list.as_array().unwrap().clone());
    let signs = |command: &str| {
        ["countersign sign ", "countersign mark ", "countersign roster sign "]
            .iter()
            .any(|start| command.starts_with(start))
    };
    let text = |step: &Value, field: &str| step[field].as_str().unwrap().to_owned();
    let mut steps = all.map(|step| (text(&step, "what"), text(&step, "command")));
    steps.find(|(_, command)| signs(command))
}

/// Types what is printed until nothing more is to be signed; the hand is the one that the step names.
fn follow(place: &Repo, hands: Hands<'_>) -> usize {
    for typed in 0..MOST {
        let Some((what, command)) = next(place) else { return typed };
        let is_named = |(party, signer, _): &&(&str, &str, &Key)| {
            command.contains(signer)
                || (!command.contains("--as") || command.contains("SIGNER")) && what.contains(party)
        };
        let any = || hands.first().filter(|_| !command.contains("--as"));
        let (_, signer, key) =
            hands.iter().find(is_named).or_else(any).unwrap_or_else(|| panic!("{what}: {command}"));
        let given: Vec<String> = command.split(' ').skip(1).map(str::to_owned).collect();
        let words = given.iter().map(|word| if word.ends_with("/SIGNER") { *signer } else { word.as_str() });
        let words: Vec<&str> = words.chain(["--key", file(key), "--yes"]).collect();
        ok(place, &words);
    }
    panic!("after {MOST} commands there is still {:?}", next(place));
}

#[test]
fn from_every_kind_of_state_the_printed_commands_lead_to_one_version_in_force() {
    let scene = Scene::with_roster();
    let harbor = &scene.harbor;
    let amy = harbor.key(KeyKind::Ed25519);
    let hands = [("Acme Defense", "acme/bob", &scene.bob), ("Harbor MSP", "harbor/ann", &scene.ann)];
    // A draft; then an offer that one has signed, and one that waits for a last word.
    assert!(follow(harbor, &hands) >= 1);
    assert_eq!(state(harbor, "1.0"), "future");
    all_say(harbor, 1, &["1.0"]);
    // An offer of which its author gave notice while the other signed it.
    scene.change(&matrix("1.1", 2));
    sign(harbor, "harbor/ann", &scene.ann);
    ok(harbor, &["withdraw", ID, "--key", file(&scene.ann), "--yes"]);
    sign(harbor, "acme/bob", &scene.bob);
    all_say(harbor, 2, &["1.0"]);
    // Nobody is urged to close what its author does not want; it can be closed all the same.
    assert_eq!(follow(harbor, &hands), 0);
    all_say(harbor, 2, &["1.0"]);
    ok(harbor, &["mark", "minimal@1.1", "--key", file(&scene.ann), "--yes"]);
    all_say(harbor, 2, &["1.1"]);
    // A list that one has signed.
    let added = public(&amy);
    let person = ["--party", "harbor", "--signer", "amy", "--name", "Amy", "--role", "CFO", "--key", &added];
    ok(harbor, &[&["roster", "propose"][..], &person].concat());
    ok(harbor, &["roster", "sign", "--as", "harbor/ann", "--key", file(&scene.ann), "--yes"]);
    let all = [("Harbor MSP", "harbor/amy", &amy), hands[0], hands[1]];
    assert_eq!(follow(harbor, &all), 2);
    all_say(harbor, 2, &["1.1"]);
    // A version that is in question, because the key that closed it is revoked.
    scene.change(&matrix("1.2", 3));
    sign(harbor, "harbor/amy", &amy);
    sign(harbor, "acme/bob", &scene.bob);
    ok(harbor, &["mark", ID, "--key", file(&amy), "--yes"]);
    let stolen = amy.fingerprint();
    let words = ["roster", "revoke", &stolen, "--key", file(&scene.ann), "--reason", "stolen", "--yes"];
    ok(harbor, &[&words[..], &["--stands-by", "none"]].concat());
    all_say(harbor, 3, &["1.2", "1.1"]);
    let left = [hands[1], hands[0]];
    assert!(follow(harbor, &left) >= 1);
    all_say(harbor, 3, &["1.2"]);
}
