//! What workbooks cost: 50,000 rows that come in, 320 rows that go out, beside openpyxl doing the same.
//!
//! `cargo bench --bench sheets`; `-- in out` picks sections. The start of Python with openpyxl is measured and taken off.

#[path = "generate/mod.rs"]
mod generate;
mod support;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;
use std::{env, fs};

use rust_xlsxwriter::Workbook;
use serde_json::json;
use support::bar::Bars;
use support::measure::{self, Cost, Subject};

const MANY: u32 = 50_000;
const FEW: u32 = 320;

const MAP: &str = r#"{ "format": "countersign/mapping/1", "vocabulary": "house", "catalog": "house-catalogue", "columns": {
    "Control": "control", "Name": "title", "Owner": { "values": { "MSP": "provider", "Client": "client", "Both": "shared" } },
    "MSP does": { "duty": "perform", "party": "provider" }, "Client does": { "duty": "perform", "party": "client" },
    "How it is shared": "details", "Evidence": "evidence", "Remarks": "notes" } }"#;

/// Reads every row and counts whose it is.
const READ: &str = "import openpyxl, collections
sheet = openpyxl.load_workbook('in.xlsx').active
print(collections.Counter(row[2].value for row in sheet.iter_rows(min_row=2)))
";
/// Writes every row of the matrix with its duties, and nothing else of what our workbook has.
const WRITE: &str = "import openpyxl, json
book = openpyxl.Workbook()
sheet, duties = book.active, book.create_sheet('Duties')
for row in json.load(open('m.json'))['rows']:
    sheet.append([row['id'], row['controls'][0], row['title'], row['allocation'], row['activity']])
    for duty in row['duties']:
        duties.append([row['id'], duty['party'], duty['do'], duty['text']])
book.save('theirs.xlsx')
print('written')
";
const START: &str = "import openpyxl\nprint('started')\n";

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    if !words.iter().any(|word| word == "--bench") {
        println!("not run: this is a bench, see cargo bench --bench sheets");
        return ExitCode::SUCCESS;
    }
    support::bar::sections(&words, &[("in", come_in), ("out", go_out)]).unwrap_or_else(|reason| {
        eprintln!("cannot measure: {reason}");
        ExitCode::from(2)
    })
}

/// Judges ours against openpyxl without its start.
fn judge(bars: &mut Bars, what: &str, (ours, theirs, start): (&Cost, &Cost, &Cost)) {
    println!("{ours}\n{theirs}\n{start}");
    let left = theirs.cpu().saturating_sub(start.cpu());
    let times = left.as_secs_f64() / ours.cpu().as_secs_f64();
    bars.at_least(&format!("times less CPU than openpyxl, its start taken off, {what}"), times, 10.0);
}

fn python(name: &str, script: &str, folder: &Path) -> Subject {
    Subject::new(name, Path::new("python3"), &["-c", script], folder)
}

/// A sheet of 50,000 rows is understood.
fn come_in(bars: &mut Bars) -> Result<(), String> {
    println!("\n{MANY} rows come in");
    let folder = folder("in")?;
    fs::write(folder.join("map.json"), MAP).map_err(|error| error.to_string())?;
    sheet(&folder.join("in.xlsx")).map_err(|error| error.to_string())?;
    let ours = Subject::ours(&["import", "in.xlsx", "--map", "map.json"], &folder);
    let (ours, theirs) = measure::paired(&ours, &python("openpyxl", READ, &folder))?;
    let start = measure::alone(&python("its start", START, &folder))?;
    judge(bars, "of 50,000 rows", (&ours, &theirs, &start));
    bars.at_most("seconds of CPU", ours.cpu().as_secs_f64(), 3.0);
    bars.at_most("MiB at the peak", measure::mebibytes(ours.peak()), 200.0);
    Ok(())
}

/// A matrix of 320 rows is exported.
fn go_out(bars: &mut Bars) -> Result<(), String> {
    println!("\n{FEW} rows go out");
    let folder = folder("out")?;
    fs::write(folder.join("m.json"), matrix()).map_err(|error| error.to_string())?;
    let ours = Subject::ours(&["export", "m.json", "-o", "ours.xlsx"], &folder);
    let (ours, theirs) = measure::paired(&ours, &python("openpyxl", WRITE, &folder))?;
    let start = measure::alone(&python("its start", START, &folder))?;
    judge(bars, "of 320 rows", (&ours, &theirs, &start));
    bars.at_most(
        "milliseconds of CPU",
        ours.cpu().as_secs_f64() * 1e3,
        Duration::from_millis(50).as_secs_f64() * 1e3,
    );
    Ok(())
}

fn folder(name: &str) -> Result<PathBuf, String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("sheets").join(name);
    fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    Ok(folder)
}

fn sheet(path: &Path) -> Result<(), rust_xlsxwriter::XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let head =
        ["Control", "Name", "Owner", "MSP does", "Client does", "How it is shared", "Evidence", "Remarks"];
    for (column, heading) in (0..).zip(head) {
        sheet.write_string(0, column, heading)?;
    }
    for row in 0..MANY {
        let owner = ["MSP", "Client", "Both"][row as usize % 3];
        let text = |is: bool, text: &str| if is { format!("{text} {row}") } else { String::new() };
        let cells = [
            format!("X-{}.{}", row / 100, row % 100),
            format!("Requirement number {row}"),
            owner.to_owned(),
            text(owner != "Client", "Sets up and reviews the thing"),
            text(owner != "MSP", "Approves each quarter the thing"),
            text(owner == "Both", "MSP sets up; client approves"),
            format!("Report {row}"),
            "as agreed in May".to_owned(),
        ];
        for (column, cell) in (0..).zip(cells).filter(|(_, cell)| !cell.is_empty()) {
            sheet.write_string(row + 1, column, cell)?;
        }
    }
    book.save(path)
}

fn matrix() -> String {
    let rows: Vec<serde_json::Value> = (0..FEW)
        .map(|row| {
            json!({ "id": format!("r{row}"), "title": format!("Requirement number {row}"), "controls": [format!("house:X-{row}")],
                "activity": format!("Do the thing number {row} each quarter"), "allocation": "shared",
                "shared": { "mode": "handoff", "details": "Harbor sets up; Acme approves" },
                "duties": [
                    { "do": "perform", "party": "harbor", "text": format!("Set up the thing {row}") },
                    { "do": "approve", "party": "acme", "text": format!("Approve the thing {row}") }],
                "evidence": [{ "artifact": format!("Report {row}"), "collector": "harbor", "location": "vault" }] })
        })
        .collect();
    let matrix = json!({ "format": "countersign/matrix/1", "id": "m", "kind": "engagement", "version": "1.0", "title": "M",
        "parties": [{ "id": "acme", "side": "client", "name": "Acme" }, { "id": "harbor", "side": "provider", "name": "Harbor" }],
        "rows": rows });
    format!("{matrix:#}\n")
}
