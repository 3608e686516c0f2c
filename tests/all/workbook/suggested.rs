//! A first mapping for sheets as publishers lay them out: what it guesses is marked, and nobody is given work by it in silence.

use rust_xlsxwriter::{Format, Workbook, Worksheet};
use serde_json::{Value, json};

use super::{account, folder, matrix, row};
use crate::support::Folder;

/// Writes rows of texts from the first cell on; an empty text leaves the cell out.
fn fill(sheet: &mut Worksheet, rows: &[&[&str]]) {
    for (down, row) in (0..).zip(rows) {
        for (right, text) in (0..).zip(*row).filter(|(_, text)| !text.is_empty()) {
            sheet.write_string(down, right, *text).unwrap();
        }
    }
}

/// Makes a folder with a workbook of one sheet.
fn sheet(rows: &[&[&str]], finish: impl Fn(&mut Worksheet)) -> Folder {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("Matrix").unwrap();
    fill(sheet, rows);
    finish(sheet);
    let folder = Folder::new();
    folder.write("s.xlsx", book.save_to_buffer().unwrap());
    folder
}

/// Writes the suggested mapping beside the sheet and returns it, and what was said of it.
fn suggested(folder: &Folder) -> (Value, String) {
    let output = folder.countersign(&["import", "s.xlsx", "--suggest"]);
    assert_eq!(output.code, 0, "{}", output.stderr);
    folder.write("map.json", &output.stdout);
    (serde_json::from_str(&output.stdout).unwrap(), output.stderr)
}

fn merge(sheet: &mut Worksheet, area: [u32; 4], text: &str) {
    let [top, left, bottom, right] = area;
    let columns = (u16::try_from(left).unwrap(), u16::try_from(right).unwrap());
    sheet.merge_range(top, columns.0, bottom, columns.1, text, &Format::new()).unwrap();
}

#[test]
fn a_cell_that_is_merged_downwards_speaks_for_each_of_its_rows() {
    let rows: &[&[&str]] = &[
        &[
            "Practice",
            "Assessment Objective",
            "Responsibility",
            "Provider Implementation",
            "Customer Implementation",
        ],
        &["", "3.1.1[a] authorized users are identified", "Customer", "", "Identify users"],
        &["", "3.1.1[b] processes are identified", "", "", "List processes"],
        &["AC.L2-3.1.2", "3.1.2[a] types of transactions are defined", "Shared", "Propose", "Define"],
    ];
    let folder = sheet(rows, |sheet| {
        merge(sheet, [1, 0, 2, 0], "AC.L2-3.1.1");
        merge(sheet, [1, 2, 2, 2], "Customer");
    });
    let (mapping, _) = suggested(&folder);
    assert_eq!(mapping["columns"]["Assessment Objective"], "control-and-title", "{mapping:#}");
    let matrix = matrix(&folder, &["s.xlsx", "--map", "map.json"]);
    let second = row(&matrix, "3-1-1-b");
    assert_eq!(
        (&second["allocation"], &second["controls"]),
        (&json!("client"), &json!(["cmmc-l2:AC.L2-3.1.1[b]"]))
    );
    assert_eq!(second["title"], "processes are identified");
}

#[test]
fn roles_under_merged_headings_are_letters_of_their_party() {
    let rows: &[&[&str]] = &[
        &["Activity", "", "MSP", "", "Client", ""],
        &["No", "What", "Service Desk", "SOC", "IT Manager", "CISO"],
        &["1. Access"],
        &["1.1", "Create accounts", "R", "", "A", "I"],
        &["1.2", "Review accounts", "C", "", "R", "A"],
        &["2. Monitoring"],
        &["2.1", "Watch alerts", "I", "R/A", "I", "I"],
    ];
    let folder = sheet(rows, |sheet| {
        for (left, text) in [(0, "Activity"), (2, "MSP"), (4, "Client")] {
            merge(sheet, [0, left, 0, left + 1], text);
        }
    });
    let (mapping, _) = suggested(&folder);
    assert_eq!(mapping["columns"]["SOC"]["raci"], "provider", "{mapping:#}");
    assert!(mapping.get("catalog").is_none(), "1.1 numbers a list and is no control: {mapping:#}");
    let matrix = matrix(&folder, &["s.xlsx", "--map", "map.json"]);
    let watch = row(&matrix, "watch-alerts");
    let by_soc = json!({ "do": "perform", "party": "harbor-msp", "role": "SOC" });
    assert!(watch["duties"].as_array().unwrap().contains(&by_soc), "{watch:#}");
    assert_eq!((&watch["allocation"], &watch["group"]), (&json!("provider"), &json!("2. Monitoring")));
}

#[test]
fn columns_of_one_heading_are_told_apart_by_a_number() {
    let folder = folder("s.csv", "Control,Owner,Task,Task\n3.1.1,MSP,set up,approve\n3.1.2,Client,,define\n");
    let map = |key: &str| {
        json!({ "format": "countersign/mapping/1", "catalog": "cmmc-l2", "columns": {
            "Control": "control", "Owner": { "values": { "MSP": "provider", "Client": "client" } },
            "Task": { "duty": "perform", "party": "provider" }, key: { "duty": "approve", "party": "client" } } })
    };
    folder.write("both.json", map("Task (2)").to_string());
    let read = matrix(&folder, &["s.csv", "--map", "both.json"]);
    let duties = row(&read, "3-1-1")["duties"].as_array().unwrap().clone();
    assert_eq!((&duties[0]["text"], &duties[1]["text"]), (&json!("set up"), &json!("approve")));
    folder.write("one.json", map("Nothing").to_string().replace("\"Nothing\"", "\"Owner2\""));
    let refused = folder.countersign(&["import", "s.csv", "--map", "one.json"]);
    assert_eq!(refused.code, 2);
    assert!(
        refused.stderr.contains("columns C, D") && refused.stderr.contains("`Task (2)`"),
        "{}",
        refused.stderr
    );
}

#[test]
fn short_words_are_read_by_the_sheet_s_own_legend_and_never_without_one() {
    let rows: &[&[&str]] = &[
        &["Req #", "Requirement text", "Resp."],
        &["3.1.1", "Limit access", "S"],
        &["3.1.2", "Limit transactions", "P"],
        &["3.1.3", "Control the flow", "C"],
    ];
    let (mapping, _) = suggested(&sheet(rows, |_| {}));
    assert_eq!(
        mapping["columns"]["Resp."]["values"],
        json!({ "C": "unassigned", "P": "unassigned", "S": "unassigned" })
    );
    let legend: Vec<&[&str]> =
        rows.iter().copied().chain([&[][..], &["C = CSP, P = Customer, S = Shared"][..]]).collect();
    let (mapping, _) = suggested(&sheet(&legend, |_| {}));
    assert_eq!(
        mapping["columns"]["Resp."]["values"],
        json!({ "C": "provider", "P": "client", "S": "shared" })
    );
}

#[test]
fn answers_and_private_columns_give_work_to_nobody() {
    let rows: &[&[&str]] = &[
        &[
            "Question ID",
            "Question",
            "CSP CAIQ Answer",
            "SSRM Control Ownership",
            "Internal comment",
            "CCM Control ID",
        ],
        &["A&A-01.1", "Are policies established?", "Yes", "CSP-owned", "they never pay", "A&A-01"],
        &["A&A-02.1", "Are audits conducted?", "Yes", "CSC-owned", "", "A&A-02"],
        &["DCS-01.1", "Is equipment disposed of?", "No", "3rd-party outsourced", "", "DCS-01"],
    ];
    let folder = sheet(rows, |_| {});
    let (mapping, _) = suggested(&folder);
    let columns = &mapping["columns"];
    assert_eq!(columns["CSP CAIQ Answer"]["field"], "native", "{mapping:#}");
    assert!(columns["Internal comment"]["ignore"].is_string(), "{mapping:#}");
    assert_eq!(
        columns["SSRM Control Ownership"]["values"]["3rd-party outsourced"], "unassigned",
        "{mapping:#}"
    );
    let account = account(&folder, &["s.xlsx", "--map", "map.json"]);
    assert_eq!(account["owners"], json!({ "client": 1, "provider": 1, "unassigned": 1 }), "{account:#}");
    let said = account.to_string();
    assert!(!said.contains("never pay") && said.contains("read by a guess"), "{account:#}");
}

#[test]
fn a_plain_sheet_takes_a_dozen_lines_and_a_preset_that_fits_is_named() {
    let folder = folder("s.xlsx", "");
    let mut book = Workbook::new();
    let rows: Vec<Vec<&str>> = include_str!("../../fixtures/sheets/plain.csv")
        .lines()
        .map(|line| line.split(',').collect())
        .collect();
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    fill(book.add_worksheet(), &rows);
    folder.write("s.xlsx", book.save_to_buffer().unwrap());
    let (_, said) = suggested(&folder);
    assert!(folder.read("map.json").lines().count() <= 13, "{}", folder.read("map.json"));
    assert!(said.contains("the preset `plain` fits") && said.contains("controls of `cmmc-l2`"), "{said}");
}

#[test]
fn a_column_of_few_values_that_nobody_explained_is_named_with_them() {
    let rows: &[&[&str]] = &[
        &["Control", "Handled", "AWS services"],
        &["3.1.1", "platform", "IAM"],
        &["3.1.2", "people", "IAM; SSO"],
        &["3.1.3", "platform", "VPC"],
    ];
    let (mapping, _) = suggested(&sheet(rows, |_| {}));
    let guess = mapping["columns"]["Handled"]["guess"].as_str().unwrap();
    assert!(guess.contains("it holds people, platform") && guess.contains("`values`"), "{guess}");
    assert_eq!(mapping["columns"]["AWS services"]["field"], "tools", "{mapping:#}");
}

#[test]
fn a_range_of_controls_is_each_of_them() {
    let folder = folder(
        "s.csv",
        "Controls,Title,Owner\n3.3.1-3.3.3,Audit,MSP\n3.4.1 through 3.4.2,Config,Client\n3.1.1; 3.1.5,Access,MSP\n3.9.9-3.3.1,None,MSP\n",
    );
    folder.write(
        "map.json",
        r#"{ "format": "countersign/mapping/1", "catalog": "cmmc-l2", "columns": { "Controls": "control", "Title": "title",
            "Owner": { "values": { "MSP": "provider", "Client": "client" } } } }"#,
    );
    let account = account(&folder, &["s.csv", "--map", "map.json"]);
    assert_eq!(account["doubtful"].as_array().unwrap().len(), 1, "{account:#}");
    let matrix = matrix(&folder, &["s.csv", "--map", "map.json"]);
    let ids = |title: &str| -> Vec<String> {
        let row = matrix["rows"].as_array().unwrap().iter().find(|row| row["title"] == title).unwrap();
        row["controls"].as_array().unwrap().iter().map(|it| it.as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(ids("Audit"), ["cmmc-l2:AU.L2-3.3.1", "cmmc-l2:AU.L2-3.3.2", "cmmc-l2:AU.L2-3.3.3"]);
    assert_eq!((ids("Config").len(), ids("Access").len()), (2, 2));
}

#[test]
fn a_number_is_doubtful_only_where_it_may_have_lost_a_zero() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    fill(sheet, &[&["Safeguard", "Responsible"], &["", "MSP"], &["", "Client"], &["", "MSP"]]);
    for (row, number) in [(1, 1.1), (2, 3.1), (3, 1.5)] {
        sheet.write_number(row, 0, number).unwrap();
    }
    let folder = folder(
        "map.json",
        r#"{ "format": "countersign/mapping/1", "catalog": "cis-8-1", "columns": { "Safeguard": "control",
        "Responsible": { "values": { "MSP": "provider", "Client": "client" } } } }"#,
    );
    folder.write("s.xlsx", book.save_to_buffer().unwrap());
    let account = account(&folder, &["s.xlsx", "--map", "map.json"]);
    let places: Vec<&Value> =
        account["doubtful"].as_array().unwrap().iter().map(|one| &one["place"]).collect();
    assert_eq!(places, [&json!("s.xlsx!Sheet1!A3")], "{account:#}");
}
