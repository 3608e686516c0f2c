//! A synthetic matrix that is edited over and over: rows are kept as text, so an edit costs one row.

use serde_json::{Value, json};

use super::control;
use super::random::Random;
use super::row::{CLOUD, Deed, PROVIDER, Row, SCOPES, SERVICES};

/// A matrix between one client and one provider.
pub(crate) struct Matrix {
    id: String,
    client: String,
    /// The part of the version after the point; the part before it stays 1.
    minor: u32,
    rows: Vec<Row>,
    texts: Vec<String>,
}

impl Matrix {
    /// Makes a matrix of `rows` rows.
    pub(crate) fn make(id: &str, client: &str, rows: usize, random: &mut Random) -> Self {
        let rows: Vec<Row> =
            control::list(rows).into_iter().map(|control| Row::make(control, client, random)).collect();
        let texts = rows.iter().map(Row::text).collect();
        Self { id: id.to_owned(), client: client.to_owned(), minor: 0, rows, texts }
    }

    /// Returns the id.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Returns the client's id.
    pub(crate) fn client(&self) -> &str {
        &self.client
    }

    /// Returns the version.
    pub(crate) fn version(&self) -> String {
        format!("1.{}", self.minor)
    }

    /// Begins the next version.
    pub(crate) fn advance(&mut self) {
        self.minor += 1;
    }

    /// Changes one to five rows, the first more often than others, and returns what changed.
    pub(crate) fn edit(&mut self, random: &mut Random) -> Vec<Deed> {
        let times = [1, 1, 1, 2, 3, 5][random.index(6)];
        (0..times)
            .map(|_| {
                let at = if random.chance(80) { 0 } else { random.index(self.rows.len()) };
                let deed = self.rows[at].edit(&self.client, random);
                self.texts[at] = self.rows[at].text();
                deed
            })
            .collect()
    }

    /// Returns the file: two-space indent, LF, a final newline.
    pub(crate) fn text(&self) -> String {
        let mut text = String::from("{\n");
        for (key, value) in self.head() {
            let pretty = serde_json::to_string_pretty(&value).expect("a head has string keys only");
            text.push_str(&format!("  \"{key}\": {},\n", pretty.replace('\n', "\n  ")));
        }
        text.push_str("  \"rows\": [\n");
        text.push_str(&self.texts.join(",\n"));
        text.push_str("\n  ]\n}\n");
        text
    }

    /// Returns everything before the rows, in the order of the format.
    fn head(&self) -> [(&'static str, Value); 14] {
        [
            ("format", json!("countersign/matrix/1")),
            ("id", json!(self.id)),
            ("kind", json!("engagement")),
            ("version", json!(self.version())),
            ("title", json!(format!("{} and Harbor MSP: CMMC Level 2", self.client))),
            ("frameworks", json!([{ "pack": "cmmc-l2", "coverage": "listed" }])),
            ("agreement", json!({ "kind": "msa", "reference": "MSA-2026-014", "exhibit": "C" })),
            ("documents", self.documents()),
            ("effectiveFrom", json!("2027-01-01")),
            ("review", json!({ "every": "P12M", "last": "2026-10-02", "triggers": ["a service is added"] })),
            ("parties", self.parties()),
            ("services", services()),
            ("scopes", scopes()),
            ("defaults", self.defaults()),
        ]
    }

    fn documents(&self) -> Value {
        json!([
            { "id": "ssp", "kind": "ssp", "party": self.client, "reference": "SSP 4.2" },
            { "id": "services", "kind": "service-description", "party": PROVIDER, "reference": "SD-2026-03" },
        ])
    }

    fn defaults(&self) -> Value {
        json!({ "duties": [{ "do": "accountable", "party": self.client, "role": "Affirming official" },
                           { "do": "retain-evidence", "party": self.client, "role": "Compliance lead" }],
                "retention": "P6Y" })
    }

    fn parties(&self) -> Value {
        json!([
            { "id": self.client, "side": "client", "name": format!("{} Defense, Inc.", self.client), "kind": "osa",
              "handles": ["cui"], "businessHours": "Mon-Fri 08:00-17:00 America/New_York",
              "contacts": [{ "id": "it-manager", "role": "IT manager", "channel": "it@client.example", "escalation": 1 }] },
            { "id": PROVIDER, "side": "provider", "name": "Harbor MSP, LLC", "kind": "esp-msp", "handles": ["spd"],
              "contacts": [{ "id": "desk", "role": "Security desk", "channel": "+1 555 0100", "hours": "24x7", "escalation": 1 }] },
            { "id": CLOUD, "side": "subprovider", "boundBy": PROVIDER, "name": "Azure Government", "kind": "csp",
              "handles": ["cui"],
              "authorizations": [{ "kind": "fedramp-high", "reference": "F1603087869", "asOf": "2026-10-01" }] },
        ])
    }
}

fn services() -> Value {
    let service = |id: &&str| json!({ "id": id, "party": PROVIDER, "name": id.replace('-', " "), "startsOn": "2027-01-01" });
    SERVICES.iter().map(service).collect()
}

fn scopes() -> Value {
    let scope = |id: &&str| {
        json!({ "id": id, "title": id.replace('-', " "), "environment": "cloud", "assets": "cui", "data": ["cui"],
                "systems": ["Entra ID"], "excludes": ["guest Wi-Fi"] })
    };
    SCOPES.iter().map(scope).collect()
}
