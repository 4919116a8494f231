//! A log that was judged by rules which this program does not have: the beats of the ledger in memory
//! name rules that nobody knows.

use crate::common::draft::create;
use crate::common::ledger::Ledger;
use crate::place::Place;
use shisu::app::AppError;
use shisu::app::check::{Checked, check};
use shisu::core::custody::{LogNo, Replay};
use shisu::core::log::{Origin, TreeEdge};
use shisu::core::record::{Completeness, Record};
use shisu::core::text::Explain as _;
use shisu::core::time::UnixSeconds;
use shisu::store::{DatabaseUrl, Head, Instance, NewEntry, Store};
use uuid::Uuid;

/// A database with a log in which a lot with two origins was found.
fn judged_elsewhere(place: &Place) -> u64 {
    let mut ledger = Ledger::with_chain();
    for name in ["farm", "coop"] {
        let found = ledger.put(name, &create("t/LOT-1", "10", "KGM", "leafy_vegetable"));
        assert_eq!(found.findings().is_empty(), name == "farm");
    }
    let instance = Instance {
        uuid: Uuid::from_u128(7),
        origin: Origin::new(&ledger.world.log).unwrap(),
        created_at: UnixSeconds::default(),
    };
    let mut replay = Replay::new(instance.origin.clone());
    let (mut tree, mut admitted) = (TreeEdge::new(), Vec::new());
    for text in &ledger.texts {
        let record = Record::parse(text, Completeness::Complete).unwrap();
        let (key, effects) = replay.push(&record).unwrap();
        tree.append(record.leaf);
        let granted = replay.state().keys.get(&record.kid).unwrap().entry;
        admitted.push((key, granted, record, effects.unwrap()));
    }
    let entries: Vec<NewEntry<'_>> = admitted
        .iter()
        .map(|(key, granted, record, effects)| NewEntry {
            key: *key,
            record,
            kid_entry: (key.index() > 0).then_some(*granted),
            effects,
        })
        .collect();
    let store = Store::create(&DatabaseUrl::parse(&place.url).unwrap(), &instance).unwrap();
    let written = store.append(|tx| {
        tx.write(&entries, replay.state())?;
        tx.tiles(&tree.drain_tiles())?;
        let head = Head {
            size: tree.size(),
            root: tree.root(),
            beat_at: replay.now(),
        };
        tx.advance(0, &head)
    });
    written.unwrap();
    assert!(
        store
            .read(|reader| reader.head(LogNo::HOME))
            .unwrap()
            .is_some()
    );
    tree.size()
}

fn checked(place: &Place) -> Result<Checked, AppError> {
    check(&place.options(), &|_| {})
}

#[test]
fn a_log_that_other_rules_judged_is_checked_and_said_to_be_so() {
    let place = Place::sqlite();
    let size = judged_elsewhere(&place);
    let sound = checked(&place).unwrap();
    assert_eq!((sound.entries, sound.other_rules), (size, size));
    // These rules do not know what those found, so nothing is said of it.
    place.sql("DELETE FROM finding");
    let unjudged = checked(&place).unwrap();
    assert_eq!(unjudged.rows, sound.rows);
}

#[test]
fn what_no_rule_decides_is_damage_whatever_rules_the_beats_name() {
    let place = Place::sqlite();
    judged_elsewhere(&place);
    place.sql("UPDATE movement SET left_amount = left_amount + 1");
    assert_eq!(checked(&place).unwrap_err().code(), "contradicts");
}
