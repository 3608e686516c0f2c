//! Workbooks that LibreOffice has saved. Where it is not installed, or cannot convert a file, this target says ABSENT and
//! tests nothing.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use serde_json::Value;
use tempfile::TempDir;

/// A name, and what holds of a folder with `m.json`, `m.xlsx` made of it, and LibreOffice.
type Test = (&'static str, fn(&Office, &Path));

fn main() -> ExitCode {
    let tests: [Test; 3] = [
        ("saved as XLSX it is no change, byte for byte", saved_is_no_change),
        ("through ODS and back to XLSX it is no change", through_ods_is_no_change),
        ("one cell edited in ODS is that one change", an_edit_in_ods_is_one_change),
    ];
    let Some(office) = Office::find() else {
        println!("LibreOffice: ABSENT, {} tests not run", tests.len());
        return ExitCode::SUCCESS;
    };
    println!("LibreOffice: RUN");
    let mut failed = 0;
    for framework in ["cmmc-l2", "soc2"] {
        let folder = prepared(framework);
        for (name, test) in tests {
            let outcome = std::panic::catch_unwind(|| test(&office, folder.path()));
            println!("test {framework}: {name} ... {}", if outcome.is_ok() { "ok" } else { "FAILED" });
            failed += usize::from(outcome.is_err());
        }
    }
    println!("\noffice: {} passed, {failed} failed", 2 * tests.len() - failed);
    ExitCode::from(u8::from(failed > 0))
}

/// LibreOffice with a profile of its own, so that a window that is open does not matter.
struct Office {
    program: &'static str,
    profile: TempDir,
}

impl Office {
    /// Finds it, and has it convert a small file.
    fn find() -> Option<Self> {
        let has =
            |name: &&str| Command::new(name).arg("--version").output().is_ok_and(|it| it.status.success());
        let program = ["soffice", "libreoffice"].into_iter().find(has)?;
        let office = Self { program, profile: tempfile::tempdir().ok()? };
        let folder = tempfile::tempdir().ok()?;
        std::fs::write(folder.path().join("a.csv"), "a,b\n1,2\n").ok()?;
        office.convert(&folder.path().join("a.csv"), "ods", folder.path()).is_file().then_some(office)
    }

    /// Saves a file in another form in a folder, and returns where it would lie.
    fn convert(&self, file: &Path, form: &str, folder: &Path) -> PathBuf {
        let profile = format!("-env:UserInstallation=file://{}", self.profile.path().display());
        let output = Command::new(self.program)
            .args([&profile, "--headless", "--convert-to", form, "--outdir"])
            .arg(folder)
            .arg(file)
            .output();
        if let Ok(output) = output
            && !output.status.success()
        {
            println!("{}", String::from_utf8_lossy(&output.stderr));
        }
        folder.join(file.file_name().expect("a file has a name")).with_extension(form)
    }
}

/// Runs the program in a folder and returns its code and what it printed.
fn run(folder: &Path, args: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    let output = command.current_dir(folder).args(args).output().expect("the binary runs");
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&said).into_owned())
}

fn prepared(framework: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let init = [
        "init",
        "--framework",
        framework,
        "--client",
        "Acme Defense",
        "--provider",
        "Harbor MSP",
        "--id",
        "m",
    ];
    let (code, said) = run(folder.path(), &init);
    assert_eq!(code, Some(0), "{said}");
    let (code, said) = run(folder.path(), &["export", "m", "-o", "m.xlsx"]);
    assert_eq!(code, Some(0), "{said}");
    folder
}

/// Brings a workbook back, and demands that it is no change.
fn assert_no_change(folder: &Path, file: &Path) {
    let matrix = folder.join("matrices/m.json");
    let before = std::fs::read(&matrix).expect("it can be read");
    let (code, said) = run(folder, &["import", &file.display().to_string(), "--into", "m", "--write"]);
    assert!(code == Some(0) && said.contains("nothing to write"), "{said}");
    assert!(std::fs::read(&matrix).expect("it can be read") == before, "the matrix changed");
}

fn saved_is_no_change(office: &Office, folder: &Path) {
    let saved = tempfile::tempdir().expect("a folder can be made");
    assert_no_change(folder, &office.convert(&folder.join("m.xlsx"), "xlsx", saved.path()));
}

fn through_ods_is_no_change(office: &Office, folder: &Path) {
    let saved = tempfile::tempdir().expect("a folder can be made");
    let ods = office.convert(&folder.join("m.xlsx"), "ods", saved.path());
    assert_no_change(folder, &ods);
    assert_no_change(folder, &office.convert(&ods, "xlsx", saved.path()));
}

/// Changes the title of the first row in the flat XML that LibreOffice writes of the ODS.
fn an_edit_in_ods_is_one_change(office: &Office, folder: &Path) {
    let saved = tempfile::tempdir().expect("a folder can be made");
    let before: Value =
        serde_json::from_slice(&std::fs::read(folder.join("matrices/m.json")).expect("it can be read"))
            .expect("it is JSON");
    let title = before["rows"][0]["title"].as_str().expect("a title").to_owned();
    let flat = office.convert(&folder.join("m.xlsx"), "fods", saved.path());
    let text = std::fs::read_to_string(&flat).expect("it can be read");
    let cell = format!("<text:p>{title}</text:p>");
    assert!(text.contains(&cell), "the title stands in a cell of its own");
    std::fs::write(&flat, text.replacen(&cell, "<text:p>A title of LibreOffice</text:p>", 1))
        .expect("it can be written");
    let edited = office.convert(&flat, "ods", saved.path());
    let (code, said) =
        run(folder, &["import", &edited.display().to_string(), "--into", "m", "--format", "json"]);
    assert_eq!(code, Some(0), "{said}");
    let told: Value = serde_json::from_str(&said).expect("it is JSON");
    assert_eq!(told["changes"].as_array().map(Vec::len), Some(1), "{told:#}");
    assert_eq!(told["changes"][0]["after"], "A title of LibreOffice", "{told:#}");
}
