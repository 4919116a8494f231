//! Reading back: proofs, erasure, rebuilding, chunks.

use crate::append::{everything, party, site};
use crate::support::{
    Database, Ledger, entry_key, key_facts, line, lot_code, on_both_databases, record, time,
};
use shisu::core::custody::{Effects, PaperFacts, ShipmentFacts, Working};
use shisu::core::log::{Prover, TreeEdge, verify_inclusion};
use shisu::core::quantity::{Amount, Uom};
use shisu::core::record::RecordId;
use shisu::core::record::sealed::Class;
use shisu::core::rules::paper::PaperKind;
use shisu::core::time::ChinaDate;
use shisu::store::{Projection, StoreError};

on_both_databases! {
    proofs_come_from_tiles_and_entries
    an_erased_value_is_gone_and_the_record_stays
    emptied_projections_come_back_the_same
    entries_are_read_in_chunks_and_by_id
}

fn proofs_come_from_tiles_and_entries(database: &Database) {
    let store = database.create();
    let mut ledger = Ledger::new();
    let lines = [line(1, "in", &lot_code(1))];
    for batch in [1..=200, 201..=600] {
        let batch: Vec<_> = batch
            .map(|seq| (record(seq, &lines), Effects::default()))
            .collect();
        ledger.append(&store, &batch).unwrap();
    }
    store
        .read(|reader| {
            let tiles = reader.hashes(shisu::core::custody::LogNo::HOME)?;
            assert_eq!(tiles.size(), 600);
            let edge = TreeEdge::restore(600, &tiles).unwrap();
            assert_eq!(edge.root(), ledger.tree.root());
            let mut prover = Prover::new(600, &tiles).unwrap();
            for index in [0, 255, 256, 511, 512, 599] {
                let proof = prover.inclusion(index).unwrap();
                let seq = index + 1;
                let leaf = record(seq, &lines).leaf;
                verify_inclusion(&leaf, index, 600, &proof, &edge.root()).unwrap();
            }
            Ok::<_, StoreError>(())
        })
        .unwrap();
}

fn an_erased_value_is_gone_and_the_record_stays(database: &Database) {
    let store = database.create();
    let first = record(1, &[line(1, "in", &lot_code(1))]);
    Ledger::new()
        .append(&store, &[(first.clone(), Effects::default())])
        .unwrap();
    let read = || {
        store
            .read(|reader| reader.entry_by_id(&first.id))
            .unwrap()
            .unwrap()
    };
    let quantity = |class| read().record(|seen| seen == class).unwrap().quantity(1);
    assert_eq!(quantity(Class::Balance), Some(Amount::whole(5)));
    store
        .append(|tx| tx.erase_disclosure(entry_key(0), Class::Balance))
        .unwrap();
    store
        .append(|tx| tx.erase_disclosure(entry_key(0), Class::Balance))
        .unwrap();
    assert_eq!(quantity(Class::Balance), None);
    assert_eq!(read().jwt, first.jwt());
    assert!(
        read().disclosures_of(Class::Personal).is_some(),
        "other classes stay"
    );
}

/// Papers and shipments, which no other test writes.
fn trade(index: u64) -> Effects {
    let key = entry_key(index);
    Effects {
        shipment: Some(ShipmentFacts {
            key,
            waybill: "YD0001".into(),
            from: site(),
            sender: party(),
            to: site(),
            carrier: Some(party()),
            carried_before: vec![party(), party()],
            sent_at: time(1_795_312_800),
        }),
        paper: Some(PaperFacts {
            key,
            kind: PaperKind::ALL[0],
            number: "3100001".into(),
            valid_until: ChinaDate::from_ymd(2026, 12, 31),
            passed: Some(true),
            spender: Some(site()),
            uom: Some(Uom::Kilogram),
            left: Some(Amount::whole(10)),
            lots: vec![lot_code(1)],
        }),
        cites: vec![entry_key(0)],
        ..Effects::default()
    }
}

fn emptied_projections_come_back_the_same(database: &Database) {
    let store = database.create();
    let mut ledger = Ledger::new();
    let lines = [line(1, "in", &lot_code(1))];
    let used = Effects {
        paper_left: vec![(entry_key(1), Amount::whole(4))],
        shipment: trade(1).shipment.map(|shipment| ShipmentFacts {
            carrier: None,
            carried_before: Vec::new(),
            ..shipment
        }),
        revoked: Some((key_facts().kid, Some(time(9)))),
        ..Effects::default()
    };
    let mut batch = [
        (record(1, &lines), everything(0)),
        (record(2, &lines), trade(1)),
        (record(3, &lines), used),
    ];
    ledger.append(&store, &batch[..2]).unwrap();
    ledger.append(&store, &batch[2..]).unwrap();
    let dump = || {
        let mut rows = Vec::new();
        for projection in Projection::ALL {
            store
                .read(|reader| {
                    reader.dump(projection, |row| {
                        rows.push(format!("{} {row}", projection.table()))
                    })
                })
                .unwrap();
        }
        rows
    };
    let before = dump();
    assert_eq!(before.len(), 12, "{before:#?}");
    assert!(
        before
            .iter()
            .any(|row| row.starts_with("paper") && row.contains(":4000000"))
    );
    assert!(
        before
            .iter()
            .any(|row| row.starts_with("shipment") && row.contains("\"carrier\":null"))
    );
    batch[0].1.keys.push(key_facts());
    store.append(|tx| tx.clear_projections()).unwrap();
    assert!(dump().is_empty());
    // All in one batch this time: batches leave no trace.
    let mut working = Working::new(100);
    for (index, (record, effects)) in (0..).zip(&batch) {
        working.apply(record, entry_key(index), effects);
    }
    let entries: Vec<_> = (0..)
        .zip(&batch)
        .map(|(index, (record, effects))| shisu::store::NewEntry {
            key: entry_key(index),
            record,
            kid_entry: None,
            effects,
        })
        .collect();
    store
        .append(|tx| tx.write_projections(&entries, &working))
        .unwrap();
    assert_eq!(dump(), before);
}

fn entries_are_read_in_chunks_and_by_id(database: &Database) {
    let store = database.create();
    let lines = [line(1, "in", &lot_code(1))];
    let batch: Vec<_> = (1..=5)
        .map(|seq| (record(seq, &lines), Effects::default()))
        .collect();
    Ledger::new().append(&store, &batch).unwrap();
    let home = shisu::core::custody::LogNo::HOME;
    store
        .read(|reader| {
            let all = reader.entries(home, 0, 100)?;
            let ids: Vec<_> = all.iter().map(|entry| entry.id).collect();
            assert_eq!(
                ids,
                batch
                    .iter()
                    .map(|(record, _)| record.id)
                    .collect::<Vec<_>>()
            );
            let some = reader.entries(home, 1, 3)?;
            assert_eq!(some.as_slice(), &all[1..3]);
            assert_eq!(reader.entry_at(entry_key(4))?.as_ref(), all.last());
            assert_eq!(reader.entry_at(entry_key(5))?, None);
            assert_eq!(reader.entry_by_id(&RecordId::from_bytes([0; 32]))?, None);
            assert_eq!(
                all[0].record(|_| true).unwrap().to_sd_jwt(|_| true),
                batch[0].0.to_sd_jwt(|_| true)
            );
            Ok::<_, StoreError>(())
        })
        .unwrap();
}
