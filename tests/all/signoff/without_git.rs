//! A client without git, and without a clone, takes part in every act by files alone.

use serde_json::json;

use crate::signoff::scene::{FILE, ID, Scene, day, file, matrix, ok, sign, state, text, verdict};
use crate::support::{Folder, Key, Output};

/// A folder of a signer on whose machine there is `ssh-keygen` and nothing else.
pub struct Client {
    pub folder: Folder,
    path: String,
}

impl Client {
    pub fn new() -> Self {
        let folder = Folder::new();
        folder.write("bin/README", "programs");
        let found = folder.run("sh", &["-c", "command -v ssh-keygen"]).stdout;
        std::os::unix::fs::symlink(found.trim(), folder.path("bin/ssh-keygen")).unwrap();
        let path = folder.path("bin").display().to_string();
        Self { folder, path }
    }

    pub fn run(&self, words: &[&str]) -> Output {
        self.folder.countersign_with(words, &[("PATH", &self.path)])
    }

    pub fn ok(&self, words: &[&str]) -> String {
        let output = self.run(words);
        assert_eq!(output.code, 0, "{words:?}\n{}{}", output.stdout, output.stderr);
        output.stdout
    }

    /// Runs an act with a key and returns the file that goes back.
    pub fn act(&self, words: &[&str], key: &Key) -> (String, String) {
        let said = self.ok(&[words, &["--key", file(key), "--yes"]].concat());
        let name = said.split("written to ").nth(1).and_then(|rest| rest.split(". It counts").next());
        let name = name.unwrap_or_else(|| panic!("{said}"));
        (said.clone(), self.path(name))
    }

    pub fn path(&self, name: &str) -> String {
        self.folder.path(name).display().to_string()
    }
}

/// Prepares a file in the provider's clone, outside of it.
pub fn prepared(scene: &Scene, words: &[&str], name: &str) -> String {
    let path = scene.harbor.path(&format!("../{name}.json")).display().to_string();
    let said = ok(&scene.harbor, &[words, &["--prepare", &path]].concat());
    assert!(said.contains("countersign show"), "{said}");
    path
}

#[test]
fn every_act_has_a_file_form() {
    let scene = Scene::new();
    scene.start(&[]);
    let client = Client::new();
    assert_ne!(client.run(&["status"]).code, 0);
    let list = prepared(&scene, &["roster", "sign"], "list");
    let shown = client.ok(&["show", &list]);
    assert!(shown.contains("fingerprint for the contract"), "{shown}");
    assert!(shown.contains("countersign roster sign"), "{shown}");
    let (said, back) = client.act(&["roster", "sign", &list], &scene.bob);
    assert!(said.contains("who may sign by list 1"), "{said}");
    ok(&scene.harbor, &["record", &back]);
    ok(&scene.harbor, &["roster", "sign", "--as", "harbor/ann", "--key", file(&scene.ann), "--yes"]);

    let offer = prepared(&scene, &["sign", ID], "offer");
    let (_, back) = client.act(&["sign", &offer], &scene.bob);
    ok(&scene.harbor, &["record", &back]);
    sign(&scene.harbor, "harbor/ann", &scene.ann);

    let closing = prepared(&scene, &["mark", ID], "closing");
    let shown = client.ok(&["show", &closing]);
    assert!(shown.contains("countersign mark"), "{shown}");
    let (_, back) = client.act(&["mark", &closing], &scene.bob);
    ok(&scene.harbor, &["record", &back]);
    ok(&scene.harbor, &["mark", ID]);
    assert_eq!(verdict(scene.harbor.root(), 1).0["1.0"], "in-force");
    assert!(scene.harbor.path("signoffs/minimal/1.0/effective.json").exists());

    // Nobody has to prepare a dispute: any file that holds the version will do.
    let (_, back) = client.act(&["contest", &closing, "--reason", "the reports are late"], &scene.bob);
    ok(&scene.harbor, &["record", &back]);
    let log = scene.harbor.git(&["log", "--format=%s"]);
    assert!(log.contains("acme/bob contests minimal 1.0"), "{log}");

    let mut next = matrix("2.0", 3);
    next["rows"][0]["activity"] =
        json!("Read the reports of the log system each month and say what is missing");
    crate::support::reviews::read_all(&mut next, &day(0));
    scene.change(&next);
    let offer = prepared(&scene, &["sign", ID], "next");
    let (said, back) = client.act(&["sign", &offer], &scene.bob);
    assert!(said.contains("from version 1.0 to version 2.0"), "{said}");
    ok(&scene.harbor, &["record", &back]);
    let notice = prepared(&scene, &["withdraw", "minimal@2.0"], "notice");
    let (_, back) = client.act(&["withdraw", &notice], &scene.bob);
    ok(&scene.harbor, &["record", &back]);
    assert_ne!(state(&scene.harbor, "2.0"), "in-force");

    let key = scene.bob.fingerprint();
    let lost = prepared(&scene, &["roster", "revoke", &key], "lost");
    let words = ["roster", "revoke", &key, &lost, "--reason", "laptop lost", "--stands-by", "all", "--end"];
    let (_, back) = client.act(&words, &scene.bob);
    ok(&scene.harbor, &["record", &back]);
    assert!(ok(&scene.harbor, &["roster", "show"]).contains("revoked"));
    assert!(text(&next).contains("2.0") && scene.harbor.path(FILE).exists());
}
