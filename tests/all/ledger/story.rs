//! Three years of Acme Defense and Harbor MSP: two matrices, thirteen versions, two rosters, one quarrel.
//!
//! Every step is a commit on the day on which it was recorded. What a signer claims (`signedAt`) and what a
//! commit records differ once, on purpose: Ann's withdrawal of `acme-soc` 2.0.

use std::sync::OnceLock;

use countersign::trust::name::{Digest, MatrixId};
use countersign::trust::statement::{self, Decision, JudgedRef, MatrixRef, Statement, VersionRef, folder};
use serde_json::{Value, json};

use crate::ledger::texts::*;
use crate::support::Repo;
use crate::support::engagement::{AL, ANN, BEA, BOB, Engagement, Person, day, judged, version};

/// The repository at the end of the story, and the sign-offs that lie in it.
pub struct Story {
    pub repo: Repo,
    pub signed: Engagement,
}

/// When a signer says to have signed: a day, at nine.
type SignedOn<'a> = &'a str;

impl Story {
    /// Returns the story in a repository of its own; it is played once and then copied.
    pub fn new() -> Self {
        static PLAYED: OnceLock<(Vec<u8>, Engagement)> = OnceLock::new();
        let (bundle, signed) = PLAYED.get_or_init(|| {
            let story = Self::play();
            story.repo.git(&["bundle", "create", "-q", "../story", "--all"]);
            (std::fs::read(story.repo.path("../story")).unwrap(), story.signed)
        });
        let repo = Repo::new();
        repo.write("../story", bundle);
        repo.git(&["fetch", "-q", "../story", "main:story", "refs/tags/*:refs/tags/*"]);
        repo.git(&["reset", "-q", "--hard", "story"]);
        repo.git(&["branch", "-q", "-D", "story"]);
        Self { repo, signed: signed.clone() }
    }

    fn play() -> Self {
        let mut story = Self { repo: Repo::new(), signed: Engagement::new() };
        story.repo.write(".gitattributes", "matrices/** -text\nsignoffs/** -text\ntrust/** -text\n");
        let config = json!({ "format": "countersign/config/1", "packs": ["core", "cmmc-l2"] });
        story.repo.write("countersign.json", text(&config));
        story.record("2026-01-05", "Settle who may sign");
        story.first_year();
        story.second_year();
        story.third_year();
        story
    }

    fn first_year(&mut self) {
        self.offer("2026-01-10", &msp_1_0());
        self.approve(ANN, MSP, "1.0", "2026-01-12");
        self.approve(BOB, MSP, "1.0", "2026-01-14");
        self.close(ANN, MSP, "1.0", "2026-01-14");
        self.agree(&msp_1_1(), [("2026-05-04", ANN), ("2026-05-06", BOB)]);
        self.offer("2026-08-01", &msp_1_2());
        let approve = self.approve(ANN, MSP, "1.2", "2026-08-03");
        self.repo.tag("offered-1.2");
        self.say(ANN, Decision::Withdraw, MSP, "1.2", "2026-08-10", |one| one.of = Some(approve));
        self.record("2026-08-10", "Ann withdraws 1.2");
        self.agree(&msp_2_0(), [("2026-09-14", ANN), ("2026-09-16", BOB)]);
        self.repo.tag("before-2.1");
    }

    fn second_year(&mut self) {
        self.agree(&msp_2_1(), [("2027-02-20", ANN), ("2027-02-22", BOB)]);
        self.agree(&msp_2_2(), [("2027-03-10", ANN), ("2027-03-12", BOB)]);
        self.signed.rotate(2, &[(&[BEA], 1), (&[ANN, AL], 1)], &[BOB, ANN, BEA, AL]);
        self.record("2027-05-20", "Bea signs for Acme in place of Bob");
        self.agree(&msp_2_3(), [("2027-06-10", ANN), ("2027-06-12", BEA)]);
        self.agree(&soc_1_0(), [("2027-11-02", ANN), ("2027-11-03", BEA)]);
    }

    fn third_year(&mut self) {
        self.agree(&soc_1_1(), [("2027-12-21", ANN), ("2028-01-10", BEA)]);
        self.agree(&msp_3_0(), [("2027-12-20", ANN), ("2028-01-10", BEA)]);
        self.agree(&msp_3_1(), [("2028-02-10", ANN), ("2028-02-12", BEA)]);
        self.say(BEA, Decision::Contest, MSP, "3.1", "2028-04-05", |one| {
            one.of = Some(one.matrix.sha256);
            one.reason = Some("Harbor never restored a sample in March".into());
        });
        self.record("2028-04-05", "Bea contests 3.1");
        self.quarrel();
        self.agree(&msp_4_0(), [("2028-08-01", ANN), ("2028-08-03", BEA)]);
    }

    /// Al offers, Bea accepts, Al closes, and a week later Harbor revokes Al's key.
    fn quarrel(&mut self) {
        self.offer("2028-05-09", &soc_2_0());
        self.approve(AL, SOC, "2.0", "2028-05-10");
        self.repo.tag("soc-2-offered");
        self.approve(BEA, SOC, "2.0", "2028-05-12");
        self.close(AL, SOC, "2.0", "2028-05-12");
        self.repo.tag("soc-2-complete");
        self.signed.revoke(AL, &[ANN], &[]);
        self.record("2028-05-20", "Harbor revokes the key of Al");
    }

    /// Offers a version on the day of the first signature; the signatures follow.
    pub fn agree(&mut self, matrix: &Value, by: [(SignedOn<'_>, Person); 2]) {
        self.offer(by[0].0, matrix);
        let (id, number) = (matrix["id"].as_str().unwrap(), matrix["version"].as_str().unwrap());
        for (on, who) in by {
            self.approve(who, id, number, on);
        }
        self.close(by[0].1, id, number, by[1].0);
    }

    /// Lets who signed first give the last word.
    pub fn close(&mut self, who: Person, id: &str, number: &str, on: &str) {
        self.say(who, Decision::Acknowledge, id, number, on, |_| ());
        self.record(on, &format!("{} closes {id} {number}", who.id));
    }

    pub fn offer(&mut self, on: &str, matrix: &Value) {
        let bytes = text(matrix).into_bytes();
        let (id, number) = (matrix["id"].as_str().unwrap(), matrix["version"].as_str().unwrap());
        let name =
            MatrixRef { id: id.parse().unwrap(), version: version(number), sha256: Digest::of(&bytes) };
        let judged = judged::clean(name, day(on));
        let folder = folder(&id.parse().unwrap(), version(number));
        self.repo.write(&format!("matrices/{id}.json"), &bytes);
        self.signed.put(format!("{folder}/matrix.json"), bytes);
        self.signed.put(format!("{folder}/judged.json"), judged.to_bytes());
        self.record(on, &format!("Offer {id} {number}"));
    }

    pub fn approve(&mut self, who: Person, id: &str, number: &str, on: &str) -> Digest {
        let path = self.say(who, Decision::Approve, id, number, on, |_| ());
        self.record(on, &format!("{} approves {id} {number}", who.id));
        self.signed.digest(&path)
    }

    fn say(
        &mut self,
        who: Person,
        decision: Decision,
        id: &str,
        number: &str,
        on: &str,
        change: impl FnOnce(&mut Statement),
    ) -> String {
        let mut draft = self.draft(who, decision, id, number, on);
        change(&mut draft);
        self.signed.record(who, &draft.finished())
    }

    /// What an honest client would sign now.
    pub fn draft(&self, who: Person, decision: Decision, id: &str, number: &str, on: &str) -> Statement {
        let now = self.signed.judge();
        let matrix: MatrixId = id.parse().unwrap();
        let (number, versions) = (version(number), &now.matrices[&matrix].versions);
        let standing = versions.iter().rev().find(|(n, one)| **n < number && one.state.is_final());
        let bytes = |name: &str| &self.signed.tree[&format!("{}/{name}", folder(&matrix, number))].bytes;
        Statement {
            format: statement::FORMAT.into(),
            engagement: self.signed.number,
            decision,
            matrix: MatrixRef {
                id: matrix.clone(),
                version: number,
                sha256: Digest::of(bytes("matrix.json")),
            },
            judged: JudgedRef { sha256: Digest::of(bytes("judged.json")) },
            previous: standing.map(|(n, one)| VersionRef { version: *n, sha256: one.sha256.unwrap() }),
            roster: now.roster().unwrap().reference(),
            party: who.party_id(),
            signer: who.signer_id(),
            key: who.fingerprint(),
            effective_from: versions[&number].head.as_ref().unwrap().effective_from,
            signed_at: format!("{on}T09:00:00Z").parse().unwrap(),
            after: versions[&number].seen(),
            of: None,
            reason: None,
            text: String::new(),
        }
    }

    /// Commits everything that was signed, on a day.
    pub fn record(&self, on: &str, message: &str) {
        for (path, blob) in &self.signed.tree {
            self.repo.write(path, &*blob.bytes);
        }
        self.repo.on_day(on).commit(message);
    }
}

fn text(value: &Value) -> String {
    format!("{}\n", serde_json::to_string_pretty(value).unwrap())
}
