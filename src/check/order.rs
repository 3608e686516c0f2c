//! The order in which findings are told.

use std::cmp::Ordering;

use super::change;
use crate::finding::{Finding, Severity, Stage};

/// Orders findings: worst first, what keeps a version from being signed before other warnings, then file,
/// place, rule and words.
pub fn sort(findings: &mut [Finding]) {
    // Sorting numbers takes a fraction of the room that sorting the findings themselves would.
    let mut order: Vec<usize> = (0..findings.len()).collect();
    order.sort_by(|left, right| compare(&findings[*left], &findings[*right]));
    arrange(findings, order);
}

/// Puts at every place the item whose number stands there in `order`.
fn arrange<T>(items: &mut [T], mut order: Vec<usize>) {
    for place in 0..items.len() {
        // What belongs here may have given way to an earlier one: it lies where that one was.
        let mut from = order[place];
        while from < place {
            from = order[from];
        }
        items.swap(place, from);
        order[place] = from;
    }
}

fn compare(left: &Finding, right: &Finding) -> Ordering {
    weight(left)
        .cmp(&weight(right))
        .then_with(|| natural(left.place.pointer()).cmp(natural(right.place.pointer())))
        .then_with(|| (&left.rule, &left.message).cmp(&(&right.rule, &right.message)))
}

fn weight(finding: &Finding) -> (bool, bool, bool, Severity, bool, &str) {
    (
        finding.waived.is_some(),
        !change::is_waived_by_change(finding),
        &*finding.rule != "anchor-in-chain",
        finding.severity,
        finding.stage == Stage::Signature,
        &finding.file,
    )
}

/// Returns a pointer in a form in which `/rows/10` comes after `/rows/9`.
fn natural(pointer: &str) -> impl Iterator<Item = (u64, &str)> {
    pointer.split('/').map(|part| part.parse().map_or((u64::MAX, part), |number| (number, "")))
}

#[cfg(test)]
mod tests {
    use super::{arrange, sort};
    use crate::finding::{Finding, Place, Severity};

    #[test]
    fn every_item_comes_to_the_place_that_has_its_number() {
        let mut items = ['a', 'b', 'c', 'd', 'e', 'f'];
        arrange(&mut items, vec![3, 0, 5, 4, 1, 2]);
        assert_eq!(items, ['d', 'a', 'f', 'e', 'b', 'c']);
    }

    #[test]
    fn equal_findings_keep_their_order_and_rows_go_by_number() {
        let finding = |pointer: &str, row: &str| {
            let mut one = Finding::of_file("a-rule", "m.json", Place::value(pointer), "it is wrong");
            one.row = Some(row.into());
            one
        };
        let worst = finding("/rows/99", "worst");
        let others = [finding("/rows/10", "a"), finding("/rows/9", "b"), finding("/rows/10", "c")];
        let mut findings = others.map(|one| one.weighing(Severity::Warning)).to_vec();
        findings.push(worst);
        sort(&mut findings);
        let rows: Vec<&str> = findings.iter().filter_map(|one| one.row.as_deref()).collect();
        assert_eq!(rows, ["worst", "b", "a", "c"]);
    }
}
