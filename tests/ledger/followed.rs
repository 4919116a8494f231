//! Whoever follows entries that others appended still remembers only what is so: every fact that is
//! left is the one that whoever admitted all of them has.

use crate::model::{Model, entry};
use crate::workload::{Plan, workload};
use proptest::prelude::*;
use shisu::core::custody::{EntryKey, MoveKey, Table, Working};
use std::fmt::Debug;
use std::hash::Hash;

/// The state after the first entries were applied and the others followed.
fn followed(model: &Model, applied: usize) -> Working {
    let mut state = Working::new(usize::MAX);
    let all = || (0..).zip(model.records.iter().zip(&model.effects));
    for (index, (record, effects)) in all().take(applied) {
        state.apply(record, entry(index), effects);
    }
    let (mut answered, mut cited): (Vec<MoveKey>, Vec<EntryKey>) = (Vec::new(), Vec::new());
    for (index, (record, effects)) in all().skip(applied) {
        state.follow(record, entry(index));
        answered.extend(effects.moves.iter().filter_map(|line| line.of));
        cited.extend(effects.cites.iter());
    }
    state.forget_changed(&answered, &cited);
    state
}

/// Every fact of `left` is that of `all`; says how many there are.
fn agrees<K: Hash + Eq + Debug, V: PartialEq + Debug>(
    left: &Table<K, V>,
    all: &Table<K, V>,
) -> usize {
    for (key, value) in left.iter() {
        assert_eq!(Some(value), all.get(key), "{key:?}");
    }
    left.len()
}

fn all_agree(left: &Working, all: &Working) -> usize {
    agrees(&left.keys, &all.keys)
        + agrees(&left.feeds, &all.feeds)
        + agrees(&left.parties, &all.parties)
        + agrees(&left.sites, &all.sites)
        + agrees(&left.entries, &all.entries)
        + agrees(&left.moves, &all.moves)
        + agrees(&left.lots, &all.lots)
        + agrees(&left.codes, &all.codes)
        + agrees(&left.shipments, &all.shipments)
        + agrees(&left.papers, &all.papers)
        + agrees(&left.arrivals, &all.arrivals)
        + agrees(&left.numbers, &all.numbers)
        + agrees(&left.ended, &all.ended)
        + agrees(&left.used, &all.used)
}

fn plans() -> impl Strategy<Value = Plan> {
    let choice = (any::<u8>(), any::<u8>(), any::<u8>());
    let batch = (
        0_u64..7_200,
        Just(false),
        prop::collection::vec(choice, 1..10),
    );
    prop::collection::vec(batch, 5..40)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn what_is_left_after_following_is_so(plan in plans(), applied in any::<prop::sample::Index>()) {
        let model = workload(&plan).model;
        let applied = applied.index(model.records.len());
        let left = followed(&model, applied);
        let kept = all_agree(&left, &model.state);
        // Forgetting everything would be right as well, and of no use.
        prop_assert!(kept >= model.records.len());
    }
}
