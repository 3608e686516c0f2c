//! The acts as functions: signed, withdrawn, revoked and marked without the program.

use countersign::error::{Error, Result};
use countersign::report::Style;
use countersign::signoff::approve::approve;
use countersign::signoff::key::Wish;
use countersign::signoff::known::Memory;
use countersign::signoff::mark::mark;
use countersign::signoff::notice::{Notice, notice};
use countersign::signoff::roster::revoke::{StandsBy, Wanted, revoke};
use countersign::signoff::roster::sign::sign;
use countersign::signoff::{Identity, Origin, Outcome, Prompt, Recorded, Session};
use countersign::trust::day::Moment;

use crate::signoff::scene::{ID, Scene, day, state, verdict};
use crate::support::{Key, Repo};

/// A person who reads everything and types what is asked for, or nothing.
struct Person {
    read: String,
    asked: Vec<String>,
    confirms: bool,
}

impl Prompt for Person {
    fn show(&mut self, text: &str) -> Result<()> {
        self.read.push_str(text);
        Ok(())
    }

    fn confirm(&mut self, _: &str, word: &str) -> Result<()> {
        self.asked.push(word.to_owned());
        if self.confirms { Ok(()) } else { Err(Error::usage("not confirmed")) }
    }

    fn style(&self) -> Style {
        Style { color: false, unicode: true, width: 100 }
    }
}

fn person() -> Person {
    Person { read: String::new(), asked: Vec::new(), confirms: true }
}

fn session(who: &str, key: &Key) -> Session {
    let wish = Wish {
        file: Some(key.file().to_path_buf()),
        configured: countersign::git::SigningSettings::default(),
        home: None,
    };
    let now = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).datetime();
    Session {
        identity: Identity { who: Some(who.parse().unwrap()), wish },
        anchor: None,
        now: Moment(now.with().subsec_nanosecond(0).build().unwrap()),
        environment: |name| match name {
            "GIT_AUTHOR_NAME" => Some("Somebody".to_owned()),
            "GIT_AUTHOR_EMAIL" => Some("somebody@company.example".to_owned()),
            _ => None,
        },
        memory: Memory::default(),
        records: true,
    }
}

fn place(repo: &Repo) -> Origin {
    Origin::checked_out(repo.root()).unwrap()
}

/// Records what was signed.
fn recorded(outcome: Outcome, place: &Origin, session: &Session) -> Recorded {
    match outcome {
        Outcome::Signed(signed) => signed.record(place.checkout().unwrap(), session).unwrap(),
        other => panic!("nothing was signed: {other:?}"),
    }
}

fn sign_version(repo: &Repo, who: &str, key: &Key) -> Recorded {
    let (place, session, mut person) = (place(repo), session(who, key), person());
    let outcome = approve(&place, Some(&ID.parse().unwrap()), &session, &mut person).unwrap();
    assert_eq!(person.asked, ["1.0"]);
    assert!(person.read.contains(&format!("{} of", who.rsplit('/').next().unwrap())), "{}", person.read);
    recorded(outcome, &place, &session)
}

#[test]
fn both_sign_a_list_and_a_version_and_it_is_marked() {
    let scene = Scene::new();
    scene.start(&[]);
    for (who, key) in [("harbor/ann", &scene.ann), ("acme/bob", &scene.bob)] {
        let (place, session, mut person) = (place(&scene.harbor), session(who, key), person());
        let outcome = sign(&place, false, &session, &mut person).unwrap();
        assert_eq!(person.asked, ["1"]);
        recorded(outcome, &place, &session);
    }
    assert!(sign_version(&scene.harbor, "harbor/ann", &scene.ann).said.contains("has still to sign"));
    sign_version(&scene.harbor, "acme/bob", &scene.bob);
    let (place, session) = (place(&scene.harbor), session("harbor/ann", &scene.ann));
    let outcome = mark(&place, Some(&ID.parse().unwrap()), &session, &mut person()).unwrap();
    recorded(outcome, &place, &session);
    assert_eq!(verdict(scene.harbor.root(), 1).0["1.0"], "in-force");
    assert!(scene.harbor.path("signoffs/minimal/1.0/effective.json").exists());
}

#[test]
fn what_is_not_confirmed_is_not_signed() {
    let scene = Scene::with_roster();
    let before = scene.harbor.head();
    let mut person = Person { confirms: false, ..person() };
    let (place, session) = (place(&scene.harbor), session("harbor/ann", &scene.ann));
    let refused = approve(&place, None, &session, &mut person).unwrap_err();
    assert_eq!(refused.message, "not confirmed");
    assert!(person.read.contains("fingerprint for the contract"), "{}", person.read);
    assert_eq!(scene.harbor.head(), before);
}

#[test]
fn an_approval_is_withdrawn_and_a_key_revoked() {
    let scene = Scene::with_roster();
    sign_version(&scene.harbor, "harbor/ann", &scene.ann);
    let (before, session) = (place(&scene.harbor), session("harbor/ann", &scene.ann));
    let name = format!("{ID}@1.0").parse().unwrap();
    let outcome = notice(&before, Some(&name), Notice::Withdraw, &session, &mut person()).unwrap();
    let withdrawn = recorded(outcome, &before, &session);
    assert!(
        scene.harbor.git(&["log", "-1", "--format=%s"]).contains("gives notice on"),
        "{}",
        withdrawn.said
    );
    let wanted = Wanted {
        key: scene.ann.fingerprint().parse().unwrap(),
        reason: Some(format!("laptop lost before {}", day(0))),
        stands_by: Some(StandsBy::All),
        end: true,
        list: None,
    };
    let after = place(&scene.harbor);
    let outcome = revoke(&after, &wanted, &session, &mut person()).unwrap();
    assert!(recorded(outcome, &after, &session).said.contains("is revoked"));
    assert_ne!(state(&scene.harbor, "1.0"), "in-force");
}
