//! What the journeys do to a log.

use super::book::{Book, scripted, today};
use proptest::prelude::*;
use shisu::app::scenario::{CAST_JOURNEY, Cast, Journey, RecordedFinding};
use shisu::core::custody::MoveRole;
use shisu::core::quantity::Amount;
use shisu::core::record::RecordType;
use shisu::core::time::ChinaDate;
use std::collections::{BTreeMap, BTreeSet};

#[test]
fn every_journey_replays_without_refusal_and_finds_at_admission_what_its_file_expects() {
    let script = scripted(today());
    let book = Book::of(&script);
    assert_eq!(book.records.len(), script.events.len());
    for journey in Journey::embedded().unwrap() {
        assert_eq!(
            recorded(&book, &journey.key),
            journey.expect.recorded,
            "{}",
            journey.key
        );
        assert!(
            script
                .events
                .iter()
                .any(|event| event.journey == journey.key),
            "{} happens",
            journey.key
        );
    }
    assert_eq!(recorded(&book, CAST_JOURNEY), [], "enrolment is clean");
}

/// Findings at the admission of a journey's steps.
fn recorded(book: &Book, journey: &str) -> Vec<RecordedFinding> {
    let of_journey = |finding: &&shisu::core::custody::Finding| {
        book.steps
            .get(&finding.entry)
            .is_some_and(|(of, _)| of == journey)
    };
    book.findings
        .iter()
        .filter(of_journey)
        .map(|finding| RecordedFinding {
            step: book.steps[&finding.entry].1.clone(),
            code: finding.code.code().to_owned(),
        })
        .collect()
}

/// Where the quantity of a lot is.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Balance {
    pub brought_in: Amount,
    pub held: Amount,
    pub in_transit: Amount,
    pub disputed: Amount,
    pub used: Amount,
    pub sold: Amount,
    pub disposed: Amount,
}

impl Balance {
    fn is_even(&self) -> bool {
        let parts = [
            self.held,
            self.in_transit,
            self.disputed,
            self.used,
            self.sold,
            self.disposed,
        ];
        let sum = parts
            .iter()
            .try_fold(Amount::ZERO, |sum, part| sum.checked_add(*part));
        sum == Some(self.brought_in)
    }
}

/// The balance of every lot by its code, from the state as it is now.
pub fn balances(book: &Book) -> BTreeMap<String, Balance> {
    let state = book.replay().state();
    let mut balances = BTreeMap::new();
    for line in &book.lines {
        let now = state.moves.get(&line.key).unwrap();
        let lot = state.lots.get(&now.lot).unwrap();
        let balance: &mut Balance = balances.entry(lot.code.to_string()).or_default();
        let add = |to: &mut Amount, amount: Amount| *to = to.checked_add(amount).unwrap();
        match now.role {
            MoveRole::Created | MoveRole::Entered | MoveRole::Made => {
                add(&mut balance.brought_in, now.amount);
                add(&mut balance.held, now.left);
            }
            MoveRole::Received | MoveRole::TakenBack => {
                add(&mut balance.held, now.left);
                add(&mut balance.disputed, now.disputed);
            }
            MoveRole::Sent => add(&mut balance.in_transit, now.left),
            MoveRole::Used => add(&mut balance.used, now.amount),
            MoveRole::Sold => add(&mut balance.sold, now.amount),
            MoveRole::Disposed | MoveRole::CountedOff | MoveRole::Lost | MoveRole::Destroyed => {
                add(&mut balance.disposed, now.amount);
            }
        }
    }
    balances
}

#[test]
fn what_was_brought_in_is_held_or_in_transit_or_disputed_or_used_or_sold_or_disposed_of() {
    let book = Book::of(&scripted(today()));
    let balances = balances(&book);
    assert!(balances.len() >= 20, "{}", balances.len());
    for (lot, balance) in &balances {
        assert!(balance.is_even(), "{lot}: {balance:?}");
        assert!(!balance.brought_in.is_zero(), "{lot}");
    }
}

#[test]
fn every_type_that_tells_a_journey_is_told_somewhere() {
    let book = Book::of(&scripted(today()));
    let told: BTreeSet<_> = book
        .records
        .iter()
        .map(|(event, _)| event.kind.code())
        .collect();
    // Keys are revoked and records of the node are written outside the journeys.
    let elsewhere = [RecordType::Beat, RecordType::RevokeKey];
    for kind in RecordType::ALL
        .iter()
        .filter(|kind| !elsewhere.contains(kind))
    {
        assert!(told.contains(kind.code()), "{kind}");
    }
}

#[test]
fn a_day_gives_the_same_bytes_every_time_and_another_day_gives_others() {
    let (one, two) = (scripted(today()), scripted(today()));
    assert_eq!(one, two);
    let tomorrow = scripted(today().plus_days(1).unwrap());
    let ids = |script: &shisu::app::scenario::Script| -> BTreeSet<_> {
        script
            .events
            .iter()
            .map(|event| event.id.to_string())
            .collect()
    };
    assert_eq!(ids(&one).intersection(&ids(&tomorrow)).count(), 0);
}

#[test]
fn nothing_happens_after_eight_in_the_morning_of_the_last_day_and_time_never_runs_back() {
    let script = scripted(today());
    let last = today().begins().plus(8 * 3600);
    let mut before = script.events.first().unwrap().at;
    for event in &script.events {
        assert!(event.at >= before && event.at <= last, "{}", event.step);
        before = event.at;
    }
}

#[test]
fn pictures_come_with_the_record_that_names_them() {
    let book = Book::of(&scripted(today()));
    let mut pictures = 0;
    for (event, record) in &book.records {
        let named: Vec<u64> = record.claims.blobs.iter().map(|blob| blob.bytes).collect();
        let length = |bytes: &Vec<u8>| u64::try_from(bytes.len()).unwrap();
        let brought: Vec<u64> = event.blobs.iter().map(length).collect();
        assert_eq!(named, brought, "{}", event.step);
        pictures += brought.len();
    }
    assert!(pictures > 0);
}

#[test]
fn the_lot_that_is_asked_about_came_to_the_site_where_somebody_asks() {
    let book = Book::of(&scripted(today()));
    let (cast, state) = (Cast::embedded().unwrap(), book.replay().state());
    for journey in Journey::embedded().unwrap() {
        let name = journey.at.as_deref().unwrap();
        let site = state
            .sites
            .get(&cast.site(&journey.key, name).unwrap().id)
            .unwrap();
        let came = book.lines.iter().any(|line| {
            let lot = state.lots.get(&line.lot).unwrap();
            line.role.is_credit() && line.site == site.entry && lot.code == journey.lot
        });
        assert!(came, "{}: {} at {name}", journey.key, journey.lot);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]

    /// From the day on which the farm certificates of 2026 begin.
    #[test]
    fn the_journeys_hold_on_any_day(days in 0_u64..2_000) {
        let base = ChinaDate::parse("2026-02-01").unwrap().plus_days(days).unwrap();
        let book = Book::of(&scripted(base));
        for journey in Journey::embedded().unwrap() {
            prop_assert_eq!(recorded(&book, &journey.key), journey.expect.recorded);
        }
    }
}
