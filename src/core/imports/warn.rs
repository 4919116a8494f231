//! What is worth knowing of goods before rows of a file send or sell them: that something stops them, and papers that
//! are asked for and not there. It stops nothing: whoever signs decides, as at a screen where one lot is sold.

use super::fault::{Fault, What};
use super::read::Plan;
use super::table::File;
use super::wish::{Doing, Wish};
use crate::core::ids::{LotCode, SiteId};
use std::collections::{BTreeMap, BTreeSet};

/// Lots that are looked at for one file at most, each once for every place to which it goes.
pub const LOOKED_AT_MAX: usize = 256;

/// A lot that leaves.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Leaving {
    /// The lot.
    pub lot: LotCode,
    /// The site to which it is sent; none if it is sold.
    pub to: Option<SiteId>,
}

/// What was found of each lot that was looked at.
pub type Found = BTreeMap<Leaving, Vec<What>>;

/// What rows that are not done send and sell, in the order of the file: as much of it as is looked at.
#[must_use]
pub fn leaving(plan: &Plan, done: &BTreeSet<String>) -> Vec<Leaving> {
    let mut known = BTreeSet::new();
    let lots = open(plan, done)
        .flat_map(lots_of)
        .map(|(leaving, _)| leaving);
    lots.filter(|leaving| known.insert(leaving.clone()))
        .take(LOOKED_AT_MAX)
        .collect()
}

/// Tells by row what was found of what leaves, and from which row on nothing was looked at.
pub fn warn(file: File, plan: &mut Plan, done: &BTreeSet<String>, found: &Found) {
    let mut told = Vec::new();
    let mut is_cut = false;
    for (leaving, fault) in open(plan, done).flat_map(lots_of) {
        let whats = match found.get(&leaving) {
            Some(whats) => whats.clone(),
            None if is_cut => Vec::new(),
            None => {
                is_cut = true;
                vec![What::NotLookedAt]
            }
        };
        let (row, place) = fault;
        told.extend(whats.into_iter().map(|what| Fault {
            row,
            place,
            column: file.column("lot"),
            what,
        }));
    }
    for fault in told {
        plan.tell(fault);
    }
    plan.sort();
}

fn open<'a>(plan: &'a Plan, done: &'a BTreeSet<String>) -> impl Iterator<Item = &'a Wish> {
    let wishes = plan.wishes.iter();
    wishes.filter(|wish| !done.contains(&wish.key))
}

/// Lots that leave by this, each with its row and cell.
fn lots_of(wish: &Wish) -> Vec<(Leaving, (u32, Option<usize>))> {
    let to = match &wish.doing {
        Doing::Shipment(one) => Some(one.consignee),
        Doing::Sale(_) => None,
        Doing::Lot(_) | Doing::Entry(_) => return Vec::new(),
    };
    let lines = wish.doing.lines().iter();
    lines
        .map(|line| {
            let lot = line.lot.clone();
            (Leaving { lot, to }, (line.row, line.lot_at))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::imports::tests::{plan, told};
    use crate::core::text::Bilingual;

    const SENT: &str = "\
运单号|收货场所|批次码|数量|单位
YD-1|JY13101180000015|CQ-1|1|公斤
YD-1|JY13101180000015|CQ-2|1|公斤
YD-2|JY13101180000015|CQ-1|2|公斤";

    fn cold() -> What {
        What::Stopped(Bilingual::new("已召回", "recalled"))
    }

    #[test]
    fn a_lot_is_looked_at_once_for_each_place_and_told_of_in_each_row() {
        let mut plan = plan(File::Shipments, SENT);
        let lots = leaving(&plan, &BTreeSet::new());
        let codes: Vec<&str> = lots.iter().map(|one| one.lot.as_str()).collect();
        assert_eq!(codes, ["t/CQ-1", "t/CQ-2"]);
        let found = lots
            .into_iter()
            .map(|one| match one.lot.as_str().ends_with('1') {
                true => (one, vec![cold()]),
                false => (one, Vec::new()),
            });
        warn(
            File::Shipments,
            &mut plan,
            &BTreeSet::new(),
            &found.collect(),
        );
        let stopped = |cell: &str| (cell.to_owned(), "goods_stopped");
        assert_eq!(told(&plan), [stopped("C2"), stopped("C4")]);
        assert!(plan.is_sound(), "it stops nothing");
    }

    #[test]
    fn what_is_done_is_not_looked_at_and_where_looking_ends_is_told_once() {
        let mut plan = plan(File::Shipments, SENT);
        let done = BTreeSet::from([plan.wishes[0].key.clone()]);
        assert_eq!(leaving(&plan, &done).len(), 1);
        warn(File::Shipments, &mut plan, &BTreeSet::new(), &Found::new());
        assert_eq!(told(&plan), [("C2".to_owned(), "not_looked_at")]);
        assert!(plan.is_sound());
    }

    #[test]
    fn no_more_lots_are_looked_at_than_is_said() {
        let row = |n: usize| format!("LOT-{n}|1|公斤|2026-01-05\n");
        let rows: String = (0..LOOKED_AT_MAX + 5).map(row).collect();
        let table = format!("批次码|数量|单位|销售日期\n{rows}");
        let mut plan = plan(File::Sales, &table);
        let lots = leaving(&plan, &BTreeSet::new());
        assert_eq!(lots.len(), LOOKED_AT_MAX);
        assert!(lots.iter().all(|one| one.to.is_none()));
        let found = lots.into_iter().map(|one| (one, Vec::new())).collect();
        warn(File::Sales, &mut plan, &BTreeSet::new(), &found);
        let first = format!("A{}", LOOKED_AT_MAX + 2);
        assert_eq!(told(&plan), [(first, "not_looked_at")]);
    }
}
