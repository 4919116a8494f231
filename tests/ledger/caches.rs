//! Nothing that a ledger remembers or forgets changes what it says: with caches that hold next to
//! nothing, with large ones, and in the model, the same log comes of the same submissions.

use crate::model::{LEDGERS, Model, Said};
use crate::place::Place;
use crate::town::{begin, prove, world};
use crate::workload::{Batch, Plan, workload, workload_in_turns};
use proptest::prelude::*;
use shisu::app::check::check;
use shisu::app::ledger::{Ledger, Options};
use shisu::app::rebuild::rebuild;
use std::collections::BTreeMap;

/// Facts of each kind that the forgetful ledgers remember, per generation.
const FEW_FACTS: std::ops::Range<usize> = 1..6;

/// Runs a workload and compares every answer and the log with the model's.
fn run(place: &Place, facts_max: Option<usize>, batches: &[Batch], model: &Model) -> Vec<String> {
    let world = world();
    begin(place, &world);
    let others: Vec<Options> = (1..LEDGERS)
        .map(|n| place.another_node(&format!("node-{n}")))
        .collect();
    let open = |turn: usize| {
        let first = || place.options();
        let another = turn.checked_sub(1).map(|n| others[n].clone());
        let mut options = another.unwrap_or_else(first);
        options.facts_max = facts_max.unwrap_or(options.facts_max);
        Ledger::open(&options).unwrap()
    };
    let mut ledgers: Vec<Option<Ledger>> = (0..LEDGERS).map(|_| None).collect();
    for (number, batch) in batches.iter().enumerate() {
        place.set_clock(batch.now);
        if batch.is_reopened
            && let Some(ledger) = ledgers[batch.turn].take()
        {
            ledger.close();
        }
        let ledger = ledgers[batch.turn].get_or_insert_with(|| open(batch.turn));
        let outcomes = ledger.submit(&batch.texts).unwrap();
        let said: Vec<Said> = outcomes.iter().map(Said::of).collect();
        assert_eq!(said, batch.said, "batch {number}");
        for (text, outcome) in batch.texts.iter().zip(&outcomes) {
            if let Some(receipt) = outcome.receipt() {
                prove(&world, text, receipt);
            }
        }
    }
    ledgers.into_iter().flatten().for_each(Ledger::close);
    let head = place.head();
    assert_eq!((head.size, head.root), (model.size(), model.root()));
    // The check replays the log and compares every row with what comes of it.
    check(&place.options(), &|_| {}).unwrap();
    place.projections()
}

fn plans(batches: usize) -> impl Strategy<Value = Plan> {
    let seconds = prop_oneof![4 => Just(0_u64), 2 => Just(1), 2 => 2_u64..7_200, 1 => Just(86_400)];
    let choice = (any::<u8>(), any::<u8>(), any::<u8>());
    let batch = (
        seconds,
        prop::bool::weighted(0.2),
        prop::collection::vec(choice, 0..10),
    );
    prop::collection::vec(batch, 5..batches)
}

fn holds(plan: &Plan, facts: usize, place: impl Fn() -> Place) {
    let work = workload(plan);
    let (few, many) = (place(), place());
    let rows = run(&few, Some(facts), &work.batches, &work.model);
    assert_eq!(run(&many, None, &work.batches, &work.model), rows);
    rebuild(&few.options(), &|_| {}).unwrap();
    assert_eq!(few.projections(), rows, "a rebuild gives the same rows");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn caches_change_nothing_on_sqlite(plan in plans(24), facts in FEW_FACTS) {
        holds(&plan, facts, Place::sqlite);
    }
}

/// Two ledgers over one database, each with what it remembers, say what one would that forgets
/// everything all the time, and what the model does.
fn holds_in_turns(plan: &Plan, turns: &[usize], facts: usize, place: impl Fn() -> Place) {
    let work = workload_in_turns(plan, turns);
    let (many, few) = (place(), place());
    let rows = run(&many, None, &work.batches, &work.model);
    assert_eq!(run(&few, Some(facts), &work.batches, &work.model), rows);
}

fn turns() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(0..LEDGERS, 1..12)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn who_follows_another_on_sqlite_knows_what_it_did(plan in plans(24), turns in turns(), facts in FEW_FACTS) {
        holds_in_turns(&plan, &turns, facts, Place::sqlite);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4, ..ProptestConfig::default() })]

    #[test]
    fn who_follows_another_on_postgresql_knows_what_it_did(plan in plans(24), turns in turns(), facts in FEW_FACTS) {
        holds_in_turns(&plan, &turns, facts, Place::postgres);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]

    #[test]
    fn caches_change_nothing_on_postgresql(plan in plans(24), facts in FEW_FACTS) {
        holds(&plan, facts, Place::postgres);
    }
}

/// A property over workloads in which nearly everything is refused would prove little.
#[test]
fn the_workloads_are_rich_in_admissions_and_in_refusals() {
    use proptest::strategy::ValueTree as _;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    let mut findings = 0;
    for _ in 0..24 {
        let plan = plans(30).new_tree(&mut runner).unwrap().current();
        let work = workload(&plan);
        for said in work.batches.iter().skip(1).flat_map(|batch| &batch.said) {
            let word = match said {
                Said::Accepted(_) => "accepted".to_owned(),
                Said::Duplicate(_) => "duplicate".to_owned(),
                Said::Parked(_) => "parked".to_owned(),
                Said::Refused(code) => format!("refused {code}"),
            };
            *seen.entry(word).or_default() += 1;
        }
        let found = work
            .model
            .effects
            .iter()
            .map(|effects| effects.findings.len());
        findings += found.sum::<usize>();
    }
    let refused = seen
        .keys()
        .filter(|word| word.starts_with("refused"))
        .count();
    assert!(seen["accepted"] > 400, "{seen:?}");
    assert!(seen["duplicate"] > 20 && seen["parked"] > 20, "{seen:?}");
    assert!(refused >= 8, "{seen:?}");
    assert!(findings > 20, "{findings}");
}
