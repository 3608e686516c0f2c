//! A runner as CI systems have it: steps of a workflow or an action, an event file, a summary, outputs; and second readers.

use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest, Sha256};

use crate::support::{Folder, Output};

/// One step of a job or an action.
#[derive(Debug, Default)]
pub struct Step {
    pub name: String,
    pub env: Vec<(String, String)>,
    pub run: Option<String>,
}

/// Reads the steps of a job, whose names stand `indent` deep; just enough YAML for the files that are ours.
pub fn steps(text: &str, indent: usize) -> Vec<Step> {
    let (dash, inner) = (format!("{}- name: ", " ".repeat(indent)), " ".repeat(indent + 2));
    let deeper = format!("{inner}  ");
    let mut steps: Vec<Step> = Vec::new();
    let mut lines = text.lines().skip_while(|line| line.trim() != "steps:").skip(1).peekable();
    while let Some(line) = lines.next() {
        if let Some(name) = line.strip_prefix(&dash) {
            steps.push(Step { name: name.to_owned(), ..Step::default() });
        }
        let Some(step) = steps.last_mut() else { continue };
        if *line == format!("{inner}env:") {
            while let Some(entry) = lines.next_if(|line| line.starts_with(&deeper)) {
                let (name, value) = entry.trim().split_once(": ").unwrap();
                step.env.push((name.to_owned(), value.trim_matches('"').to_owned()));
            }
        }
        if *line == format!("{inner}run: |") {
            let mut block = String::new();
            while let Some(line) = lines.next_if(|line| line.is_empty() || line.starts_with(&deeper)) {
                block.push_str(line.get(deeper.len()..).unwrap_or_default());
                block.push('\n');
            }
            step.run = Some(block);
        } else if let Some(run) = line.strip_prefix(&format!("{inner}run: ")) {
            step.run = Some(run.to_owned());
        }
    }
    steps
}

/// Returns the script of the one job of a pipeline on GitLab: its blocks in their order.
pub fn gitlab_script(text: &str) -> String {
    let mut script = String::new();
    let mut lines = text.lines().skip_while(|line| line.trim() != "script:").skip(1).peekable();
    while let Some(line) = lines.next_if(|line| line.starts_with("    ")) {
        let Some(head) = line.strip_prefix("    - ") else { continue };
        let is_folded = head == ">-";
        assert!(is_folded || head == "|", "{line}");
        while let Some(line) = lines.next_if(|line| line.starts_with("      ") || line.is_empty()) {
            script.push_str(line.get(6..).unwrap_or_default());
            script.push(if is_folded { ' ' } else { '\n' });
        }
        script.push('\n');
    }
    script
}

/// Returns where the program that was built lies, and its SHA-256.
pub fn program() -> (String, String) {
    let path = env!("CARGO_BIN_EXE_countersign");
    let digest = Sha256::digest(std::fs::read(path).unwrap());
    (path.to_owned(), digest.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Runs a script as a runner does.
pub fn shell(folder: &Folder, script: &str, variables: &[(&str, &str)]) -> Output {
    let mut text = String::new();
    for (name, value) in variables {
        text.push_str(&format!("export {name}='{}'\n", value.replace('\'', "'\\''")));
    }
    text.push_str(script);
    folder.run("bash", &["--noprofile", "--norc", "-e", "-o", "pipefail", "-c", &text])
}

/// A runner of GitHub Actions for one event; what steps put on the path and into outputs is kept beside the repository.
pub struct Runner<'a> {
    clone: &'a Folder,
    beside: PathBuf,
}

impl<'a> Runner<'a> {
    pub fn new(clone: &'a Folder, event: &serde_json::Value) -> Self {
        let beside = clone.root().parent().unwrap().join("runner");
        std::fs::create_dir_all(beside.join("temp")).unwrap();
        std::fs::write(beside.join("event.json"), event.to_string()).unwrap();
        for file in ["summary.md", "output.txt", "path.txt"] {
            std::fs::write(beside.join(file), "").unwrap();
        }
        Self { clone, beside }
    }

    /// Puts a folder on the path of later steps, as a step that brings the program does.
    pub fn on_path(&self, folder: &Path) {
        std::fs::write(self.beside.join("path.txt"), format!("{}\n", folder.display())).unwrap();
    }

    /// Runs a step; `${{ inputs.NAME }}` is taken from the inputs, and every other expression is empty.
    pub fn run(&self, step: &Step, inputs: &[(&str, &str)]) -> Output {
        let file = |name: &str| self.beside.join(name).display().to_string();
        let mut variables = vec![
            ("GITHUB_ACTIONS".to_owned(), "true".to_owned()),
            ("GITHUB_EVENT_PATH".to_owned(), file("event.json")),
            ("GITHUB_STEP_SUMMARY".to_owned(), file("summary.md")),
            ("GITHUB_OUTPUT".to_owned(), file("output.txt")),
            ("GITHUB_PATH".to_owned(), file("path.txt")),
            ("RUNNER_TEMP".to_owned(), file("temp")),
            ("GITHUB_ACTION_PATH".to_owned(), env!("CARGO_MANIFEST_DIR").to_owned()),
        ];
        for (name, value) in &step.env {
            let given = value.strip_prefix("${{ inputs.").and_then(|rest| rest.strip_suffix(" }}"));
            let given = given
                .map(|input| inputs.iter().find(|(known, _)| *known == input).map_or("", |(_, value)| value));
            let value = given.unwrap_or(if value.starts_with("${{") { "" } else { value });
            variables.push((name.clone(), value.to_owned()));
        }
        let path = std::fs::read_to_string(self.beside.join("path.txt")).unwrap();
        let path: Vec<&str> = path.lines().collect();
        let script = format!("export PATH={}:\"$PATH\"\n{}", path.join(":"), step.run.as_deref().unwrap());
        let variables: Vec<(&str, &str)> =
            variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        shell(self.clone, &script, &variables)
    }

    pub fn summary(&self) -> String {
        std::fs::read_to_string(self.beside.join("summary.md")).unwrap()
    }

    pub fn outputs(&self) -> String {
        std::fs::read_to_string(self.beside.join("output.txt")).unwrap()
    }
}

/// Returns where a tool of the second readers lies, if this machine has it.
pub fn tool(name: &str) -> Option<PathBuf> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/second-readers/bin").join(name);
    let of_machine = PathBuf::from(name);
    [own, of_machine]
        .into_iter()
        .find(|path| Command::new(path).arg("--version").output().is_ok_and(|said| said.status.success()))
}

/// Lets `zizmor` read workflows and actions.
pub fn audited(files: &[&Path]) {
    let Some(program) = tool("zizmor") else {
        println!("ABSENT: zizmor is not installed; {files:?} were not audited");
        return;
    };
    let audit = Command::new(program)
        .args(["--offline", "--no-progress", "--color", "never"])
        .args(files)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&audit.stdout);
    assert!(audit.status.success(), "{said}{}", String::from_utf8_lossy(&audit.stderr));
}

/// Holds a file against a schema that `check-jsonschema` brings.
pub fn valid(schema: &str, file: &Path) {
    let Some(program) = tool("check-jsonschema") else {
        println!(
            "ABSENT: check-jsonschema is not installed; {} was not held against {schema}",
            file.display()
        );
        return;
    };
    let mut command = Command::new(program);
    command.args(["--builtin-schema", schema]);
    if schema.ends_with("gitlab-ci") {
        command.args(["--data-transform", "gitlab-ci"]);
    }
    let output = command.arg(file).output().unwrap();
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}
