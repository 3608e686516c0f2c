//! Random acts by two parties in two clones, with kills, pulls and files in between.
//!
//! After each step `check` and `status` understand both clones, and nothing that was signed is lost. The seed is fixed; the
//! steps in the gate are few, and `SOAK_SECONDS=600 SOAK_SEED=7 cargo test --test all soak` goes on for so long.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use crate::signoff::scene::{FILE, ID, Scene, file, matrix, text};
use crate::support::Repo;

/// Steps in the gate.
const STEPS: usize = 16;

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

struct Soak {
    scene: Scene,
    dice: Dice,
    version: u64,
    /// What lay in the last commit of each clone.
    kept: [BTreeSet<String>; 2],
    acts: Vec<String>,
}

impl Soak {
    fn clone(&self, which: u64) -> (&Repo, &'static str, String) {
        match which {
            0 => (&self.scene.harbor, "harbor/ann", file(&self.scene.ann).to_owned()),
            _ => (&self.scene.acme, "acme/bob", file(&self.scene.bob).to_owned()),
        }
    }

    /// Runs the program, to its end or until it is killed after some milliseconds.
    fn run(&mut self, which: u64, words: &[&str]) {
        let kill = (self.dice.below(3) == 0).then(|| self.dice.below(400));
        let (repo, ..) = self.clone(which);
        let act = format!("{which}: {} {kill:?}", words.join(" "));
        match kill {
            None => drop(repo.countersign(words)),
            Some(after) => {
                let quoted: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
                let program = env!("CARGO_BIN_EXE_countersign");
                let script = format!(
                    "{program} {} >/dev/null 2>&1 & p=$!; sleep 0.{after:03}; kill -9 $p 2>/dev/null; wait $p; true",
                    quoted.join(" ")
                );
                drop(repo.run("sh", &["-c", &script]));
            }
        }
        self.acts.push(act);
    }

    fn step(&mut self) {
        let which = self.dice.below(2);
        let (_, who, key) = self.clone(which);
        match self.dice.below(9) {
            0 => self.edit(),
            1..=3 => self.run(which, &["sign", ID, "--as", who, "--key", &key, "--yes"]),
            4 => self.run(which, &["mark", ID, "--key", &key, "--yes"]),
            5 => self.run(which, &["contest", ID, "--as", who, "--key", &key, "--reason", "no", "--yes"]),
            6 => self.by_file(),
            _ => self.share(which),
        }
    }

    /// The provider commits the text of the next version.
    fn edit(&mut self) {
        self.version += 1;
        self.scene.change(&matrix(&format!("1.{}", self.version), 1 + i64::try_from(self.version).unwrap()));
        self.acts.push(format!("edit 1.{}", self.version));
    }

    /// A file goes to the client, who has no git there, and comes back signed.
    fn by_file(&mut self) {
        self.run(0, &["sign", ID, "--prepare", "../out.json"]);
        let key = file(&self.scene.bob).to_owned();
        self.run(
            0,
            &["sign", "../out.json", "--as", "acme/bob", "--key", &key, "--yes", "--out", "../back.json"],
        );
        self.run(0, &["record", "../back.json"]);
    }

    /// A clone pulls and pushes; where both sides changed one file, it gives up and takes nothing.
    fn share(&mut self, which: u64) {
        let (repo, ..) = self.clone(which);
        let script = "git reset -q --hard HEAD && git clean -qfd && (git pull -q --no-rebase --no-edit || git merge --abort) \
                      >/dev/null 2>&1; git push -q origin HEAD >/dev/null 2>&1; true";
        drop(repo.run("sh", &["-c", script]));
        self.acts.push(format!("{which}: share"));
    }

    /// What was signed is still there, and both clones are understood.
    fn hold(&mut self) {
        for which in 0..2 {
            let (repo, ..) = self.clone(which);
            let listed = repo.git(&["ls-tree", "-r", "HEAD", "signoffs", "trust"]);
            let there: BTreeSet<String> = listed.lines().map(str::to_owned).collect();
            let lost: Vec<&String> = self.kept[which as usize].difference(&there).collect();
            assert!(lost.is_empty(), "{lost:?} after {:#?}", self.acts);
            for words in [&["check", "--quiet"][..], &["status"]] {
                let said = repo.countersign(words);
                assert!(
                    matches!(said.code, 0 | 1 | 5),
                    "{words:?}: {}{} after {:#?}",
                    said.stdout,
                    said.stderr,
                    self.acts
                );
            }
            self.kept[which as usize] = there;
        }
    }
}

fn number(setting: &str) -> Option<u64> {
    std::env::var(setting).ok()?.parse().ok()
}

#[test]
fn whatever_two_parties_do_is_understood_and_nothing_signed_is_lost() {
    let scene = Scene::with_roster();
    scene.to_acme();
    assert!(scene.acme.read(FILE) == text(&matrix("1.0", 1)));
    let mut soak = Soak {
        scene,
        dice: Dice(number("SOAK_SEED").unwrap_or(20_261_129)),
        version: 0,
        kept: Default::default(),
        acts: Vec::new(),
    };
    let most = number("SOAK_SECONDS").map(Duration::from_secs);
    let begin = Instant::now();
    let mut steps = 0;
    while most.map_or(steps < STEPS, |most| begin.elapsed() < most) {
        soak.step();
        soak.hold();
        steps += 1;
    }
    let signed = soak.kept.iter().flatten().filter(|line| line.ends_with(".sig")).count();
    assert!(signed > 2, "something was signed in {steps} steps: {:#?}", soak.acts);
    eprintln!("{steps} steps in {:?}, {signed} signatures", begin.elapsed());
}
