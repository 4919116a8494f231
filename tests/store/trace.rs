//! Tracing over a small graph made by hand:
//!
//! ```text
//! 0  create A (line 1)
//! 1  dispatch of A, line 1 of 0         site 1
//! 2  receive  of A, line 1 of 1         site 2
//! 3  create B (line 1)                  site 2
//! 4  transform: used A (1, of 2), used B (2, of 3), made C (3), made D (4)
//! 5  sell C (of 4, line 3)
//! 6  create E, unrelated
//! 7  hold about lot A; 8 release cites 7; 9 reading cites 1; 10 paper cited by 1
//! ```

use crate::support::{
    Database, Ledger, SITE, entry_key, line, lot_code, lot_facts, move_facts, on_both_databases,
    record, zone_readings,
};
use shisu::core::custody::{Effects, EntryKey, MoveKey, MoveRole};
use shisu::core::quantity::{Amount, Uom};
use shisu::core::record::Subject;
use shisu::store::{CutReason, Reader, Store, StoreError, TraceDirection, TraceLimits, TraceRows};
use std::collections::BTreeSet;

on_both_databases! {
    back_goes_to_every_origin_and_nowhere_else
    forward_goes_to_every_shelf_and_nowhere_else
    both_ways_do_not_come_back_down_another_branch
    one_consignment_is_traced_without_the_rest_of_its_lot
    a_limit_that_is_met_is_reported
    what_belongs_to_a_trace_comes_along
    readings_of_premises_come_along_only_from_where_the_trace_begins
    holdings_and_balances_are_sums_of_lines
    findings_parties_and_papers_are_found_by_their_names
}

fn at(index: u64, n: u16) -> MoveKey {
    entry_key(index).line(n)
}

fn new_lot(index: u64, n: u16, code: u32) -> Effects {
    let key = at(index, n);
    Effects {
        moves: vec![move_facts(key, MoveRole::Created, key, None)],
        lots: vec![lot_facts(key, &lot_code(code))],
        ..Effects::default()
    }
}

fn one(role: MoveRole, key: MoveKey, lot: MoveKey, of: MoveKey) -> Effects {
    Effects {
        moves: vec![move_facts(key, role, lot, Some(of))],
        ..Effects::default()
    }
}

fn graph(database: &Database) -> Store {
    let store = database.create();
    let (a, b) = (at(0, 1), at(3, 1));
    let mut dispatch = one(MoveRole::Sent, at(1, 1), a, at(0, 1));
    dispatch.left.push((at(0, 1), Amount::whole(0)));
    dispatch.cites.push(entry_key(10));
    let mut transform = Effects {
        moves: vec![
            move_facts(at(4, 1), MoveRole::Used, a, Some(at(2, 1))),
            move_facts(at(4, 2), MoveRole::Used, b, Some(at(3, 1))),
            move_facts(at(4, 3), MoveRole::Made, at(4, 3), None),
            move_facts(at(4, 4), MoveRole::Made, at(4, 4), None),
        ],
        lots: vec![
            lot_facts(at(4, 3), &lot_code(3)),
            lot_facts(at(4, 4), &lot_code(4)),
        ],
        ..Effects::default()
    };
    transform.left = vec![(at(2, 1), Amount::whole(1)), (at(3, 1), Amount::whole(2))];
    let about = |subject: Subject| Effects {
        about: vec![subject],
        ..Effects::default()
    };
    let cites = |index| Effects {
        cites: vec![entry_key(index)],
        ..Effects::default()
    };
    let effects = vec![
        new_lot(0, 1, 1),
        dispatch,
        one(MoveRole::Received, at(2, 1), a, at(1, 1)),
        new_lot(3, 1, 2),
        transform,
        one(MoveRole::Sold, at(5, 1), at(4, 3), at(4, 3)),
        new_lot(6, 1, 6),
        about(Subject::Lot(lot_code(1))),
        cites(7),
        cites(1),
        Effects::default(),
    ];
    let lines = [line(1, "in", &lot_code(1))];
    let batch: Vec<_> = (1..)
        .zip(effects)
        .map(|(seq, effects)| (record(seq, &lines), effects))
        .collect();
    Ledger::new().append(&store, &batch).unwrap();
    store
}

fn trace(store: &Store, lot: MoveKey, direction: TraceDirection, limits: TraceLimits) -> TraceRows {
    store
        .read(|reader| reader.trace_lots(&[lot], direction, limits))
        .unwrap()
}

fn lines(rows: &TraceRows) -> Vec<(u64, u16)> {
    rows.moves
        .iter()
        .map(|line| (line.key.entry().index(), line.key.n()))
        .collect()
}

fn back_goes_to_every_origin_and_nowhere_else(database: &Database) {
    let store = graph(database);
    let rows = trace(
        &store,
        at(4, 3),
        TraceDirection::Back,
        TraceLimits::default(),
    );
    let expected = [
        (0, 1),
        (1, 1),
        (2, 1),
        (3, 1),
        (4, 1),
        (4, 2),
        (4, 3),
        (5, 1),
    ];
    assert_eq!(lines(&rows), expected);
    assert_eq!(rows.cut, None);
    let entries: Vec<u64> = rows.entries.iter().map(|key| key.index()).collect();
    assert_eq!(entries, [0, 1, 2, 3, 4, 5]);
}

fn forward_goes_to_every_shelf_and_nowhere_else(database: &Database) {
    let store = graph(database);
    let rows = trace(
        &store,
        at(3, 1),
        TraceDirection::Forward,
        TraceLimits::default(),
    );
    assert_eq!(
        lines(&rows),
        [(3, 1), (4, 2), (4, 3), (4, 4), (5, 1)],
        "not lot A beside it"
    );
    assert_eq!(rows.cut, None);
}

fn both_ways_do_not_come_back_down_another_branch(database: &Database) {
    let store = graph(database);
    let rows = trace(
        &store,
        at(4, 3),
        TraceDirection::Both,
        TraceLimits::default(),
    );
    assert!(
        !lines(&rows).contains(&(4, 4)),
        "the other output is not this lot's story"
    );
    assert!(lines(&rows).contains(&(0, 1)) && lines(&rows).contains(&(5, 1)));
}

fn one_consignment_is_traced_without_the_rest_of_its_lot(database: &Database) {
    let store = graph(database);
    let from_receipt = |reader: &mut Reader<'_>| {
        reader.trace_lines(&[at(2, 1)], TraceDirection::Back, TraceLimits::default())
    };
    let rows = store.read(from_receipt).unwrap();
    assert_eq!(
        lines(&rows),
        [(0, 1), (1, 1), (2, 1)],
        "not what was later used of it"
    );
}

fn a_limit_that_is_met_is_reported(database: &Database) {
    let store = graph(database);
    let whole = TraceLimits::default();
    for (limits, reason) in [
        (
            TraceLimits {
                depth_max: 2,
                ..whole
            },
            CutReason::Depth,
        ),
        (
            TraceLimits {
                entries_max: 3,
                ..whole
            },
            CutReason::Entries,
        ),
        (
            TraceLimits {
                lines_max: 3,
                ..whole
            },
            CutReason::Lines,
        ),
    ] {
        let rows = trace(&store, at(4, 3), TraceDirection::Back, limits);
        assert_eq!(rows.cut, Some(reason));
        assert!(rows.entries.len() <= limits.entries_max && rows.moves.len() <= limits.lines_max);
    }
}

fn what_belongs_to_a_trace_comes_along(database: &Database) {
    let store = graph(database);
    let rows = trace(
        &store,
        at(4, 3),
        TraceDirection::Back,
        TraceLimits::default(),
    );
    let keys: BTreeSet<MoveKey> = rows.moves.iter().map(|line| line.lot).collect();
    let keys: Vec<MoveKey> = keys.into_iter().collect();
    let related = store
        .read(|reader| {
            let lots = reader.lots(&keys)?;
            assert_eq!(lots.len(), 3);
            reader.related(&rows.entries, &lots, &[], 100)
        })
        .unwrap();
    let found: Vec<u64> = related.entries.iter().map(|key| key.index()).collect();
    assert_eq!(
        found,
        [7, 8, 9, 10],
        "hold, its release, the reading of the leg, the paper"
    );
    assert_eq!(related.cut, None);
    let few = store
        .read(|reader| reader.related(&rows.entries, &[], &[], 1))
        .unwrap();
    assert_eq!((few.entries.len(), few.cut), (1, Some(CutReason::Entries)));
}

fn readings_of_premises_come_along_only_from_where_the_trace_begins(database: &Database) {
    let store = database.create();
    let site = SITE.parse().unwrap();
    let about_the_site = || Effects {
        about: vec![Subject::Site(site)],
        ..Effects::default()
    };
    let batch = [
        (zone_readings(1), about_the_site()),
        (record(2, &[]), about_the_site()),
        (record(3, &[line(1, "in", &lot_code(1))]), new_lot(2, 1, 1)),
        (zone_readings(4), about_the_site()),
    ];
    Ledger::new().append(&store, &batch).unwrap();
    let trace = BTreeSet::from([entry_key(2)]);
    let related = store
        .read(|reader| reader.related(&trace, &[], &[site], 100))
        .unwrap();
    let found: Vec<u64> = related.entries.iter().map(|key| key.index()).collect();
    assert_eq!(
        found,
        [1, 3],
        "what else was said of the premises, and the later readings"
    );
}

fn holdings_and_balances_are_sums_of_lines(database: &Database) {
    let store = graph(database);
    store
        .read(|reader| {
            let held = reader.holdings(entry_key(0), None, 100)?;
            let keys: Vec<_> = held
                .iter()
                .map(|line| (line.key.entry().index(), line.key.n()))
                .collect();
            assert_eq!(
                keys,
                [(2, 1), (3, 1), (4, 3), (4, 4), (6, 1)],
                "the first is used up"
            );
            let page = reader.holdings(entry_key(0), Some(at(3, 1)), 1)?;
            assert_eq!(page.first().map(|line| line.key), Some(at(4, 3)));
            let balance = reader.lot_balance(at(0, 1))?;
            let received = balance.sums[&(MoveRole::Received, Uom::Kilogram)];
            assert_eq!(
                (received.lines, received.amount_micro, received.left_micro),
                (1, 5_000_000, 1_000_000)
            );
            assert_eq!(balance.sums.len(), 4);
            let codes = reader.lots_by_code(&lot_code(3))?;
            assert_eq!(
                codes.iter().map(|lot| lot.key).collect::<Vec<_>>(),
                [at(4, 3)]
            );
            Ok::<_, StoreError>(())
        })
        .unwrap();
}

fn findings_parties_and_papers_are_found_by_their_names(database: &Database) {
    let store = graph(database);
    store
        .read(|reader| {
            let (facts, feed) = reader
                .key(
                    crate::support::key_facts().entry.log(),
                    &crate::support::key_facts().kid,
                )?
                .unwrap();
            assert_eq!(facts, crate::support::key_facts());
            assert_eq!(feed.map(|feed| feed.seq_max), Some(11));
            let about = reader.about(&Subject::Lot(lot_code(1)))?;
            assert_eq!(about, [entry_key(7)]);
            assert_eq!(
                reader.about(&Subject::Lot(lot_code(2)))?,
                Vec::<EntryKey>::new()
            );
            assert!(reader.findings(&[entry_key(0)])?.is_empty());
            assert!(reader.papers_by_number("none")?.is_empty());
            assert!(reader.shipments_by_waybill("none")?.is_empty());
            Ok::<_, StoreError>(())
        })
        .unwrap();
}
