//! How long a verdict holds while no record is added.

use super::*;
use crate::core::time::{ChinaDate, UnixSeconds};

/// The verdict at a moment, without its moment, and until when it holds.
fn held(
    ledger: &Ledger,
    lot: &str,
    at: Option<SiteId>,
    now: UnixSeconds,
) -> (Verdict, Option<UnixSeconds>) {
    let input = ledger.input();
    let graph = Graph::build(&input);
    let subject = Subject {
        lot: lot.parse().unwrap(),
        origin: None,
        at,
    };
    let trace = trace(&graph, &subject, Direction::Back, &Limits::default());
    let Judged { mut verdict, until } = judge_until(&trace, &graph, now, Scope::Full);
    verdict.judged_at = UnixSeconds::default();
    (verdict, until)
}

/// The verdict is the same until the moment it says, second for second around both ends.
fn holds_throughout(ledger: &Ledger, lot: &str, at: Option<SiteId>, now: UnixSeconds) {
    let (verdict, until) = held(ledger, lot, at, now);
    let Some(until) = until else {
        let far = now.plus(400 * 24 * HOUR);
        assert_eq!(held(ledger, lot, at, far).0, verdict);
        return;
    };
    assert!(now < until, "{now:?} {until:?}");
    let length = until.since(now);
    for part in [0, 1, length / 2, length - 1] {
        let (same, still) = held(ledger, lot, at, now.plus(part));
        if length > 60 {
            assert_eq!(same, verdict, "{part} s later");
        }
        assert_eq!(still, Some(until), "{part} s later");
    }
}

#[test]
fn a_verdict_about_a_lot_holds_until_its_last_day_is_over_and_then_for_good() {
    let journey = pork();
    let now = moment(journey.ledger.now());
    let (before, until) = held(&journey.ledger, CUTS, None, now);
    assert_eq!(before.state, State::Complete);
    let until = until.unwrap();
    assert_eq!(until, ChinaDate::parse("2026-11-28").unwrap().begins());
    holds_throughout(&journey.ledger, CUTS, None, now);
    let (after, forever) = held(&journey.ledger, CUTS, None, until);
    assert_eq!((after.state, forever), (State::Expired, None));
    holds_throughout(&journey.ledger, CUTS, None, until);
}

#[test]
fn a_verdict_at_a_shop_holds_for_the_day_since_papers_are_asked_for_by_it() {
    let journey = pork();
    let shop = Some(journey.ledger.site("shop"));
    let now = moment(journey.ledger.now());
    let (_, until) = held(&journey.ledger, CUTS, shop, now);
    let tomorrow = now.china_date().plus_days(1).unwrap();
    assert_eq!(until, Some(tomorrow.begins()));
    holds_throughout(&journey.ledger, CUTS, shop, now);
}

#[test]
fn while_goods_are_on_the_road_a_verdict_holds_for_the_minute() {
    let mut journey = pork();
    journey
        .ledger
        .enrol("kitchen", "canteen", "kitchen", "310118");
    let kitchen = journey.ledger.site("kitchen");
    journey.ledger.say("slaughter", "dispatch", json!({
        "moves": [line(1, "out", CUTS, Some((journey.cutting, 2)), "5")],
        "body": {"waybill": "W3", "consignee": kitchen, "transport": "own", "load_county": "330421", "unload_county": "310118"},
    }));
    let now = moment(journey.ledger.now());
    let (_, until) = held(&journey.ledger, CUTS, Some(kitchen), now);
    let until = until.unwrap();
    assert!(until.since(now) <= 60 && until.get().is_multiple_of(60));
    holds_throughout(&journey.ledger, CUTS, Some(kitchen), now);
}

#[test]
fn a_code_nobody_brought_in_is_unknown_until_somebody_does() {
    let journey = pork();
    let now = moment(journey.ledger.now());
    assert_eq!(held(&journey.ledger, "t/NO-SUCH", None, now).1, None);
}

#[test]
fn a_finding_that_no_record_shows_does_not_change_with_the_clock() {
    let mut journey = pork();
    journey
        .ledger
        .enrol("kitchen", "canteen", "kitchen", "310118");
    let kitchen = Some(journey.ledger.site("kitchen"));
    let now = moment(journey.ledger.now());
    let (early, _) = held(&journey.ledger, CUTS, kitchen, now);
    let (late, _) = held(&journey.ledger, CUTS, kitchen, now.plus(30));
    assert_eq!(
        found(&early, "not_at_site").at,
        found(&late, "not_at_site").at
    );
    assert!(found(&early, "not_at_site").at <= now);
}
