//! Appending: what is written is found again, and only one appends at a time.

use crate::support::{
    Database, Ledger, entry_key, key_facts, line, lot_code, lot_facts, move_facts,
    on_both_databases, record, signer, time,
};
use serde_json::json;
use shisu::core::custody::{
    Effects, Finding, FindingCode, MoveRole, Needs, PartyFacts, SiteFacts, Working,
};
use shisu::core::ids::{Division, PartyId, SiteId};
use shisu::core::quantity::Amount;
use shisu::core::record::{Jwk, LineRef, RecordId, Subject};
use shisu::store::{Store, StoreError};
use std::sync::Barrier;
use std::time::Duration;

on_both_databases! {
    every_fact_is_found_as_it_was_written
    what_is_absent_does_not_exist
    the_last_state_of_a_batch_is_what_is_kept
    taken_numbers_of_a_feed_are_found
    a_batch_that_fails_leaves_nothing
    a_second_append_waits_and_sees_the_new_head
    a_head_that_moved_is_not_moved_again
    parked_records_wait_until_they_are_taken
    each_log_has_a_head_of_its_own
}

pub fn party() -> PartyId {
    PartyId::parse("91310118MA1J000224").unwrap()
}

pub fn site() -> SiteId {
    SiteId::parse("JY13101180000015").unwrap()
}

fn county() -> Division {
    Division::parse("310118").unwrap()
}

/// Effects with one of everything, for the entry at `index`.
pub fn everything(index: u64) -> Effects {
    let key = entry_key(index);
    let origin = key.line(1);
    let credit = move_facts(origin, MoveRole::Created, origin, None);
    Effects {
        moves: vec![credit],
        lots: vec![lot_facts(origin, &lot_code(1))],
        party: Some(PartyFacts {
            id: party(),
            entry: key,
            said: key,
            kind: serde_json::from_value(json!("farm")).unwrap(),
            name: Some("青浦示例养殖场".into()),
            county: county(),
            agent: None,
        }),
        site: Some(SiteFacts {
            id: site(),
            entry: key,
            said: key,
            party: party(),
            kind: serde_json::from_value(json!("shop")).unwrap(),
            name: "一号门店".into(),
            county: county(),
            open: true,
            filed: false,
        }),
        about: vec![Subject::Lot(lot_code(1)), Subject::Site(site())],
        findings: vec![Finding {
            entry: key,
            code: FindingCode::LateEntry { hours: 30 },
        }],
        ..Effects::default()
    }
}

fn reload(store: &Store, needs: &Needs) -> Working {
    let mut working = Working::new(1_000);
    store.append(|tx| tx.load(needs, &mut working)).unwrap();
    working
}

fn every_fact_is_found_as_it_was_written(database: &Database) {
    let store = database.create();
    let mut ledger = Ledger::new();
    let first = record(1, &[line(1, "in", &lot_code(1))]);
    let effects = everything(0);
    ledger
        .append(&store, &[(first.clone(), effects.clone())])
        .unwrap();
    let needs = Needs {
        kids: [first.kid].into(),
        parties: [party()].into(),
        sites: [site()].into(),
        records: [first.id].into(),
        lines: [LineRef(first.id, 1)].into(),
        codes: [lot_code(1), lot_code(2)].into(),
        ..Needs::default()
    };
    let found = reload(&store, &needs);
    let known = &ledger.working;
    assert_eq!(found.keys.get(&first.kid), Some(&key_facts()));
    assert_eq!(found.feeds.get(&first.kid), known.feeds.get(&first.kid));
    assert_eq!(found.parties.get(&party()), effects.party.as_ref());
    assert_eq!(found.sites.get(&site()), effects.site.as_ref());
    assert_eq!(found.entries.get(&first.id), known.entries.get(&first.id));
    let origin = entry_key(0).line(1);
    assert_eq!(found.moves.get(&origin), effects.moves.first());
    assert_eq!(found.lots.get(&origin), effects.lots.first());
    assert_eq!(found.codes.get(&lot_code(1)), Some(&vec![origin]));
    assert_eq!(
        found.codes.get(&lot_code(2)),
        Some(&vec![]),
        "looked for, not found"
    );
}

fn what_is_absent_does_not_exist(database: &Database) {
    let store = database.create();
    let id = RecordId::from_bytes([1; 32]);
    let kid = Jwk::of(&signer()).kid();
    let needs = Needs {
        kids: [kid].into(),
        records: [id].into(),
        lines: [LineRef(id, 1)].into(),
        ..Needs::default()
    };
    let found = reload(&store, &needs);
    assert!(found.keys.is_empty() && found.entries.is_empty() && found.moves.is_empty());
    reload(&store, &Needs::default());
}

fn the_last_state_of_a_batch_is_what_is_kept(database: &Database) {
    let store = database.create();
    let mut ledger = Ledger::new();
    let origin = entry_key(0).line(1);
    let debit = |index: u64, left: u32| Effects {
        moves: vec![move_facts(
            entry_key(index).line(1),
            MoveRole::Sold,
            origin,
            Some(origin),
        )],
        left: vec![(origin, Amount::whole(left))],
        disputed: vec![(origin, Amount::whole(index.try_into().unwrap()))],
        cites: vec![entry_key(0)],
        ..Effects::default()
    };
    let lines = [line(1, "in", &lot_code(1))];
    let of = |seq| record(seq, &lines);
    let needs = Needs {
        lines: [LineRef(of(1).id, 1)].into(),
        ..Needs::default()
    };
    let kept = |store: &Store| {
        let found = reload(store, &needs).moves.get(&origin).cloned().unwrap();
        (found.left, found.disputed)
    };
    let batch = [
        (of(1), everything(0)),
        (of(2), debit(1, 4)),
        (of(3), debit(2, 3)),
    ];
    ledger.append(&store, &batch).unwrap();
    assert_eq!(
        kept(&store),
        (Amount::whole(3), Amount::whole(2)),
        "within the batch"
    );
    ledger
        .append(&store, &[(of(4), debit(3, 2)), (of(5), debit(4, 1))])
        .unwrap();
    assert_eq!(
        kept(&store),
        (Amount::whole(1), Amount::whole(4)),
        "of an earlier batch"
    );
    let needs = Needs {
        kids: [of(1).kid].into(),
        ..Needs::default()
    };
    let feed = *reload(&store, &needs).feeds.get(&of(1).kid).unwrap();
    assert_eq!((feed.seq_max, feed.last), (5, of(5).id));
}

fn taken_numbers_of_a_feed_are_found(database: &Database) {
    let store = database.create();
    let lines = [line(1, "in", &lot_code(1))];
    let batch = [1, 5].map(|seq| (record(seq, &lines), Effects::default()));
    Ledger::new().append(&store, &batch).unwrap();
    let kid = batch[0].0.kid;
    let mut found = Working::new(10);
    let asked = [(kid, 1), (kid, 2), (kid, 5)];
    store.append(|tx| tx.load_used(&asked, &mut found)).unwrap();
    assert_eq!(
        found.used.get(&(kid, 1)),
        Some(&(batch[0].0.id, entry_key(0)))
    );
    assert_eq!(
        found.used.get(&(kid, 5)),
        Some(&(batch[1].0.id, entry_key(1)))
    );
    assert_eq!(found.used.get(&(kid, 2)), None);
}

fn a_batch_that_fails_leaves_nothing(database: &Database) {
    let store = database.create();
    let lines = [line(1, "in", &lot_code(1))];
    let mut ledger = Ledger::new();
    let failed: Result<(), StoreError> = store.append(|tx| {
        tx.park(&record(9, &lines), &RecordId::from_bytes([2; 32]), time(5))?;
        Err(StoreError::Refused("by the caller".into()))
    });
    assert!(failed.is_err());
    assert!(store.read(|reader| reader.parked(10)).unwrap().is_empty());
    ledger
        .append(&store, &[(record(1, &lines), everything(0))])
        .unwrap();
    assert!(!store.is_stopped());
}

fn a_second_append_waits_and_sees_the_new_head(database: &Database) {
    let store = database.create();
    let other = Store::open(&database.url, None).unwrap();
    let locked = Barrier::new(2);
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| {
            locked.wait();
            other.append(|tx| Ok::<_, StoreError>(*tx.head()))
        });
        let new = store.append(|tx| {
            locked.wait();
            std::thread::sleep(Duration::from_millis(300));
            let new = shisu::store::Head {
                size: 3,
                ..*tx.head()
            };
            tx.advance(0, &new)?;
            Ok::<_, StoreError>(new)
        });
        assert_eq!(waiting.join().unwrap().unwrap(), new.unwrap());
    });
}

fn a_head_that_moved_is_not_moved_again(database: &Database) {
    let store = database.create();
    let moved: Result<(), StoreError> = store.append(|tx| {
        let new = shisu::store::Head {
            size: 3,
            ..*tx.head()
        };
        tx.advance(0, &new)?;
        tx.advance(0, &new)
    });
    assert_eq!(moved, Err(StoreError::HeadMoved { expected: 0 }));
    let size = store.append(|tx| {
        tx.bump()?;
        Ok::<_, StoreError>(tx.head().size)
    });
    assert_eq!(size.unwrap(), 0, "all of it was rolled back");
}

/// Admission refuses this before. On PostgreSQL an index would too; SQLite has none for it
/// (docs/decisions/0010), and `check`, which admits every entry anew, finds it.
#[test]
fn one_number_of_a_feed_is_taken_once_on_postgres() {
    let database = Database::postgres();
    let store = database.create();
    let mut ledger = Ledger::new();
    let grant = record(1, &[line(1, "in", &lot_code(1))]);
    let one = record(2, &[line(1, "in", &lot_code(1))]);
    let two = record(2, &[line(1, "in", &lot_code(2))]);
    ledger
        .append(&store, &[(grant, Effects::default())])
        .unwrap();
    ledger.append(&store, &[(one, Effects::default())]).unwrap();
    let taken = ledger.append(&store, &[(two, Effects::default())]);
    assert!(matches!(taken, Err(StoreError::Refused(_))), "{taken:?}");
}

fn parked_records_wait_until_they_are_taken(database: &Database) {
    let store = database.create();
    let waiting = record(1, &[line(1, "in", &lot_code(1))]);
    let [awaited, other] = [[1; 32], [2; 32]].map(RecordId::from_bytes);
    // The same first eight bytes: found by the index, told apart by the rest.
    let mut alike = [1; 32];
    alike[31] = 9;
    store
        .append(|tx| {
            tx.park(&waiting, &awaited, time(100))?;
            tx.park(&waiting, &awaited, time(200))
        })
        .unwrap();
    let found = store.append(|tx| tx.awaiting(&[other, awaited])).unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].id, found[0].awaits, found[0].parked_at),
        (waiting.id, awaited, time(100))
    );
    assert_eq!(found[0].sd_jwt, waiting.to_sd_jwt(|_| true));
    let none = store
        .append(|tx| tx.awaiting(&[RecordId::from_bytes(alike)]))
        .unwrap();
    assert!(none.is_empty());
    store.append(|tx| tx.unpark(&[waiting.id])).unwrap();
    assert!(store.read(|reader| reader.parked(10)).unwrap().is_empty());
}

fn each_log_has_a_head_of_its_own(database: &Database) {
    let store = database.create();
    let peer = shisu::core::custody::LogNo::new(2).unwrap();
    let origin = shisu::core::log::Origin::new("jiangsu.example/log").unwrap();
    let unknown = store.append_to(peer, |tx| Ok::<_, StoreError>(*tx.head()));
    assert!(
        matches!(unknown, Err(StoreError::Corrupt(_))),
        "{unknown:?}"
    );
    store.add_log(peer, &origin).unwrap();
    store.add_log(peer, &origin).unwrap();
    let other = shisu::core::log::Origin::new("anhui.example/log").unwrap();
    assert!(matches!(
        store.add_log(peer, &other),
        Err(StoreError::Refused(_))
    ));
    let moved = store.append_to(peer, |tx| {
        let new = shisu::store::Head {
            size: 4,
            ..*tx.head()
        };
        tx.advance(0, &new)
    });
    moved.unwrap();
    let home = store.append(|tx| Ok::<_, StoreError>(tx.head().size));
    assert_eq!(home.unwrap(), 0);
}
