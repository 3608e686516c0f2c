//! One row of a synthetic matrix: how it is made, and how an edit changes it.
//!
//! Rows are healthy: duties agree with the allocation, shared rows have a mode, evidence has a place.

use serde::Serialize;

use super::control::Control;
use super::random::Random;
use super::words;

pub(crate) const PROVIDER: &str = "harbor";
pub(crate) const CLOUD: &str = "azure-gov";
pub(crate) const SCOPES: &[&str] = &["cui-enclave", "plant-network", "branch-offices", "laboratory"];
pub(crate) const SERVICES: &[&str] = &["managed-identity", "managed-endpoints", "managed-siem"];
const CLIENT_ROLES: &[&str] = &["IT manager", "Compliance lead", "Plant manager", "HR", "Affirming official"];
const PROVIDER_ROLES: &[&str] =
    &["Service desk lead", "SOC analyst", "vCISO", "Network engineer", "Cloud engineer"];
const CADENCES: &[&str] = &["weekly", "monthly", "quarterly", "semiannual", "annual"];
const TIMES: &[&str] = &["PT4H", "PT24H", "P2D", "P5D", "P10D", "P30D"];
const STATES: &[&str] = &["implemented", "implemented", "partial", "planned"];
const MODES: &[&str] = &["handoff", "joint", "configured"];
const ALLOCATIONS: &[&str] = &[
    "provider",
    "provider",
    "provider",
    "client",
    "client",
    "client",
    "shared",
    "shared",
    "shared",
    "shared",
    "inherited",
    "not-applicable",
];

/// A row in the order in which a person writes it.
#[derive(Serialize)]
pub(crate) struct Row {
    id: String,
    title: String,
    controls: Vec<String>,
    activity: String,
    allocation: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    shared: Option<Shared>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    duties: Vec<Duty>,
    services: Vec<&'static str>,
    scope: Vec<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    inherits: Vec<Edge>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cadence: Option<&'static str>,
    evidence: Vec<Evidence>,
    #[serde(skip_serializing_if = "Option::is_none")]
    justification: Option<String>,
    status: Status,
    reviewed: Reviewed,
}

#[derive(Serialize)]
struct Shared {
    mode: &'static str,
    details: String,
}

#[derive(Serialize)]
struct Duty {
    #[serde(rename = "do")]
    deed: &'static str,
    party: String,
    role: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    to: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cadence: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    within: Option<Within>,
}

#[derive(Serialize)]
struct Within {
    time: &'static str,
    of: &'static str,
    clock: &'static str,
}

#[derive(Serialize)]
struct Edge {
    by: &'static str,
    from: &'static str,
    extent: &'static str,
    document: &'static str,
    reference: String,
}

#[derive(Serialize)]
struct Evidence {
    artifact: String,
    kind: &'static str,
    collector: String,
    location: String,
    retention: &'static str,
}

#[derive(Serialize)]
struct Status {
    implementation: &'static str,
}

#[derive(Serialize)]
struct Reviewed {
    on: String,
    by: Vec<String>,
    outcome: &'static str,
}

/// What an edit did, for the commit message.
pub(crate) type Deed = &'static str;

impl Row {
    /// Makes the row that answers `control` in a matrix with `client`.
    pub(crate) fn make(control: Control, client: &str, random: &mut Random) -> Self {
        let mut row = Self {
            id: control.row,
            title: words::title(random),
            controls: vec![control.name],
            activity: words::long_deed(random),
            allocation: "unassigned",
            shared: None,
            duties: Vec::new(),
            services: Vec::new(),
            scope: vec![SCOPES[control.round % SCOPES.len()]],
            inherits: Vec::new(),
            cadence: None,
            evidence: Vec::new(),
            justification: None,
            status: Status { implementation: random.pick(STATES) },
            reviewed: Reviewed {
                on: day(2026, random),
                by: vec![client.to_owned(), PROVIDER.to_owned()],
                outcome: "agreed",
            },
        };
        row.allocate(random.pick(ALLOCATIONS), client, random);
        row
    }

    /// Changes one thing and returns what it was, in words.
    pub(crate) fn edit(&mut self, client: &str, random: &mut Random) -> Deed {
        match random.below(100) {
            0..30 => {
                self.allocate(random.pick(ALLOCATIONS), client, random);
                "allocation"
            }
            30..45 if self.duties.len() > 1 => {
                let duty = self.duties.last_mut().expect("there are several duties");
                let party = if duty.party == PROVIDER { client } else { PROVIDER };
                *duty = Duty::plain(duty.deed, party, random);
                "duty"
            }
            30..55 if !self.duties.is_empty() => {
                self.duties[0].within = Some(Within::some(random));
                "deadline"
            }
            30..70 if self.shared.is_some() => {
                self.shared = Some(Shared { mode: random.pick(MODES), details: details(random) });
                "division"
            }
            30..85 => {
                self.activity = words::long_deed(random);
                "wording"
            }
            85..95 => {
                self.status.implementation = random.pick(STATES);
                "status"
            }
            _ => {
                self.reviewed.on = day(2027, random);
                "review"
            }
        }
    }

    /// Gives the row to a side, with everything that follows from it.
    fn allocate(&mut self, allocation: &'static str, client: &str, random: &mut Random) {
        self.allocation = allocation;
        self.shared = None;
        self.inherits = Vec::new();
        self.justification = None;
        self.services = Vec::new();
        let works = !matches!(allocation, "inherited" | "not-applicable");
        self.cadence = works.then(|| random.pick(CADENCES));
        self.duties = duties(allocation, self.cadence, client, random);
        self.evidence = Vec::new();
        if works {
            let collector = if allocation == "client" { client } else { PROVIDER };
            self.evidence = (0..random.between(1, 2)).map(|_| Evidence::some(collector, random)).collect();
        }
        match allocation {
            "provider" => self.services = vec![random.pick(SERVICES)],
            "shared" => {
                self.services = vec![random.pick(SERVICES)];
                self.shared = Some(Shared { mode: random.pick(MODES), details: details(random) });
            }
            "inherited" => self.inherits = vec![Edge::some(random)],
            "not-applicable" => self.justification = Some(words::deed(random)),
            _ => {}
        }
    }

    /// Returns the row as it stands in a pretty-printed matrix, without the comma after it.
    pub(crate) fn text(&self) -> String {
        let pretty = serde_json::to_string_pretty(self).expect("a row has string keys only");
        format!("    {}", pretty.replace('\n', "\n    "))
    }
}

/// Returns the duties that go with an allocation: who performs, who approves, who documents.
fn duties(allocation: &str, cadence: Option<&'static str>, client: &str, random: &mut Random) -> Vec<Duty> {
    let mut perform = |party: &str| {
        let mut duty = Duty::plain("perform", party, random);
        duty.text = Some(words::deed(random));
        duty.cadence = cadence;
        duty.within = Some(Within::some(random));
        duty
    };
    let mut duties = match allocation {
        "client" => vec![perform(client)],
        "provider" => vec![perform(PROVIDER)],
        "shared" => vec![perform(PROVIDER), perform(client)],
        _ => return Vec::new(),
    };
    duties.push(Duty::plain("approve", client, random));
    if allocation == "shared" && random.chance(500) {
        duties.push(Duty::notice(client, PROVIDER, random));
    }
    let keeper = if allocation == "client" { client } else { PROVIDER };
    duties.push(Duty::plain("document", keeper, random));
    duties
}

impl Duty {
    fn plain(deed: &'static str, party: &str, random: &mut Random) -> Self {
        let role = random.pick(if party == PROVIDER { PROVIDER_ROLES } else { CLIENT_ROLES });
        let party = party.to_owned();
        Self { deed, party, role, text: None, to: Vec::new(), cadence: None, within: None }
    }

    fn notice(from: &str, to: &str, random: &mut Random) -> Self {
        let mut duty = Self::plain("notify", from, random);
        duty.to = vec![to.to_owned()];
        duty.within = Some(Within::some(random));
        duty
    }
}

impl Within {
    fn some(random: &mut Random) -> Self {
        let of =
            random.pick(&["the end of the period", "the request", "the alert", "the end of an employment"]);
        Self { time: random.pick(TIMES), of, clock: random.pick(&["business", "wall"]) }
    }
}

impl Edge {
    fn some(random: &mut Random) -> Self {
        let reference = format!("{}-{}", random.pick(&["AC", "AU", "PE", "SC"]), random.between(1, 28));
        Self { by: PROVIDER, from: CLOUD, extent: "full", document: "services", reference }
    }
}

impl Evidence {
    fn some(collector: &str, random: &mut Random) -> Self {
        Self {
            artifact: words::artifact(random),
            kind: random.pick(&["record", "configuration", "report"]),
            collector: collector.to_owned(),
            location: words::location(random),
            retention: "P6Y",
        }
    }
}

/// Returns how two parties divide a row, in words.
fn details(random: &mut Random) -> String {
    format!("Provider: {}. Client: {}.", words::deed(random), words::deed(random))
}

fn day(year: u16, random: &mut Random) -> String {
    format!("{year}-{:02}-{:02}", random.between(1, 10), random.between(1, 28))
}
