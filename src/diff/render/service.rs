//! Services in words: which rows they come with, since when, and what is left where one ends.

use serde_json::Value;

use super::phrase::Speaker;
use crate::diff::change::{Both, Change};
use crate::diff::frame::{self, Frame};
use crate::matrix::Service;
use crate::report::words::list;

impl Speaker<'_> {
    /// Says with which services a row is delivered now, and with which it no longer is.
    pub(super) fn services(&self, change: &Change) -> String {
        let ids = |value: &Value| -> Vec<String> {
            let ids = value.as_array().into_iter().flatten().filter_map(Value::as_str);
            ids.map(str::to_owned).collect()
        };
        let (was, is) = (ids(&change.before), ids(&change.after));
        let came: Vec<String> =
            is.iter().filter(|id| !was.contains(id)).map(|id| self.known_since(id)).collect();
        let went: Vec<String> =
            was.iter().filter(|id| !is.contains(id)).map(|id| self.left_behind(id)).collect();
        let mut said = Vec::new();
        if !came.is_empty() {
            said.push(format!("now delivered with the service {}", list(&came)));
        }
        if !went.is_empty() {
            said.push(format!("no longer delivered with the service {}", list(&went)));
        }
        if is.is_empty() {
            said.push("the row names no service now".to_owned());
        }
        said.join("; ")
    }

    fn known_since(&self, id: &str) -> String {
        let services = &self.diff.frame.services;
        let name = self.diff.title("services", id);
        let start = |service: &Service| service.starts_on.map(|day| day.to_string());
        match (Frame::service(&services.before, id), Frame::service(&services.after, id)) {
            (Some(_), Some(now)) => match start(now) {
                Some(day) => format!("{name} (existing since {day})"),
                None => format!("{name} (the matrix had it before)"),
            },
            (None, Some(now)) => match start(now) {
                Some(day) => format!("{name} (new in this version, from {day})"),
                None => format!("{name} (new in this version)"),
            },
            (_, None) => format!("{name} (which the matrix does not have)"),
        }
    }

    fn left_behind(&self, id: &str) -> String {
        let name = self.diff.title("services", id);
        match Frame::service(&self.diff.frame.services.after, id) {
            Some(_) => format!("{name} (which goes on for other rows)"),
            None => format!("{name} (no longer in the matrix)"),
        }
    }

    /// Says that a service came or went, and which rows used it.
    pub(super) fn service(&self, change: &Change) -> String {
        let piece = if change.after.is_null() { &change.before } else { &change.after };
        let id = piece.get("id").and_then(Value::as_str).unwrap_or_default();
        let name = self.diff.title("services", id);
        let rows = |side: for<'s> fn(&Both<&'s [String]>) -> &'s [String]| -> Vec<String> {
            frame::users(&self.diff.told, id, side).map(|(row, _)| self.row(row)).collect()
        };
        if change.before.is_null() {
            let rows = rows(|services| services.after);
            return match &rows[..] {
                [] => format!("the service {name} is new in this version; no row that changed comes with it"),
                rows => {
                    format!("the service {name} is new in this version and comes with: {}", rows.join(", "))
                }
            };
        }
        format!("the service {name} is no longer in the matrix{}", self.used_by(id))
    }

    /// Says who provides a service now.
    pub(super) fn service_moved(&self, change: &Change) -> String {
        let place = change.pointer.after.split('/').nth(2).and_then(|place| place.parse::<usize>().ok());
        let service = place.and_then(|place| self.diff.frame.services.after.get(place));
        let name = service.map_or("this", |service| self.diff.title("services", &service.id));
        match (self.before(change), self.after(change)) {
            (was, is) if is.is_empty() => format!("the service {name} is no longer provided by {was}"),
            (was, is) if was.is_empty() => format!("the service {name} is now provided by {is}"),
            (was, is) => format!("the service {name} is now provided by {is}, and no longer by {was}"),
        }
    }

    /// Says which rows used a service that is gone, and what they name now.
    fn used_by(&self, id: &str) -> String {
        let users = frame::users(&self.diff.told, id, |services| services.before);
        let mut said: Vec<String> = users
            .map(|(row, told)| match (&row.after, told.services().after.is_empty()) {
                (None, _) => format!("{} (the row is gone too)", self.row(row)),
                (_, true) => format!("{} (names no service now)", self.row(row)),
                (_, false) => {
                    let now =
                        told.services().after.iter().map(|id| self.diff.title("services", id).to_owned());
                    format!("{} (now with {})", self.row(row), list(&now.collect::<Vec<_>>()))
                }
            })
            .collect();
        let stranded = self.diff.frame.stranded.get(id).into_iter().flatten();
        said.extend(stranded.map(|row| format!("{row} (still names it)")));
        said.sort();
        if said.is_empty() {
            "; no row used it".to_owned()
        } else {
            format!("; rows that used it: {}", said.join("; "))
        }
    }
}
