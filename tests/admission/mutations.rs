//! What always holds of bytes: no change of valid ones is admitted, and nothing makes a reader panic.

use crate::common::draft::{receive, sell};
use crate::common::{Ledger, Outcome};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use shisu::core::quantity::Amount;
use shisu::core::record::{Completeness, Record};
use std::cell::RefCell;

/// A change of some bytes.
#[derive(Debug, Clone)]
enum Change {
    Put(usize, char),
    Insert(usize, char),
    Delete(usize, usize),
    Swap(usize, usize),
    Repeat(usize, usize),
    Cut(usize),
}

fn change() -> impl Strategy<Value = Change> {
    let at = || any::<prop::sample::Index>().prop_map(|at| at.index(100_000));
    let character = || prop_oneof![prop::char::range('\0', '\u{7f}'), any::<char>()];
    prop_oneof![
        (at(), character()).prop_map(|(at, it)| Change::Put(at, it)),
        (at(), character()).prop_map(|(at, it)| Change::Insert(at, it)),
        (at(), 1..40_usize).prop_map(|(at, length)| Change::Delete(at, length)),
        (at(), at()).prop_map(|(one, other)| Change::Swap(one, other)),
        (at(), 1..40_usize).prop_map(|(at, length)| Change::Repeat(at, length)),
        at().prop_map(Change::Cut),
    ]
}

fn changed(text: &str, change: &Change) -> String {
    let mut text: Vec<char> = text.chars().collect();
    let length = text.len();
    match *change {
        Change::Put(at, it) => text[at % length] = it,
        Change::Insert(at, it) => text.insert(at % length, it),
        Change::Delete(at, many) => {
            let end = (at % length + many).min(length);
            text.drain(at % length..end);
        }
        Change::Swap(one, other) => text.swap(one % length, other % length),
        Change::Repeat(at, many) => {
            let end = (at % length + many).min(length);
            let part: Vec<char> = text[at % length..end].to_vec();
            text.splice(end..end, part);
        }
        Change::Cut(at) => text.truncate(at % length),
    }
    text.into_iter().collect()
}

#[test]
fn no_change_of_valid_bytes_is_admitted() {
    let mut ledger = Ledger::with_chain();
    let credit = ledger.harvest("farm", "t/LOT-1", "10");
    let sent = ledger.send("farm", "shop", &credit, "10");
    let admitted = ledger.put("shop", &receive(&[(&sent, "10")]));
    let next = ledger
        .world
        .text("shop", &sell(&[(&admitted.line(1), "4")]));
    let ledger = RefCell::new(ledger);
    let mut runner = TestRunner::new(Config::with_cases(4000));
    let outcome = runner.run(&change(), |change| {
        for text in [&admitted.text, &next] {
            let altered = changed(text, &change);
            if altered == *text {
                continue;
            }
            let outcome = ledger.borrow_mut().submit_text("shop", &altered);
            prop_assert!(
                matches!(outcome, Outcome::Refused(_)),
                "{altered}: {outcome:?}"
            );
        }
        Ok(())
    });
    outcome.unwrap();
    let mut ledger = ledger.into_inner();
    ledger
        .submit_text("shop", &admitted.text)
        .expect_duplicate(admitted.entry);
    ledger.submit_text("shop", &next).admitted();
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,200}") {
        prop_assert!(Record::parse(&text, Completeness::Complete).is_err());
    }

    #[test]
    fn no_payload_that_is_signed_makes_admission_panic(
        at in any::<prop::sample::Index>(), byte in any::<u8>(), insert in any::<bool>()
    ) {
        let mut ledger = Ledger::with_chain();
        let credit = ledger.harvest("farm", "t/LOT-1", "10");
        let mut wire = ledger.world.wire("farm", &sell(&[(&credit, "4")]));
        let at = at.index(wire.payload.len());
        if insert {
            wire.payload.insert(at, byte);
        } else {
            wire.payload[at] = byte;
        }
        let text = wire.sign();
        if let Outcome::Admitted(admitted) = ledger.submit_text("farm", &text) {
            // A change that makes another valid record is the author's own, and still conserves.
            let left = admitted.effects.left;
            prop_assert!(left.iter().all(|(_, left)| *left <= Amount::whole(10)));
        }
    }
}
