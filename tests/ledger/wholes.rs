//! Records submitted as a whole: all of them are admitted, in one commit, or none.

use crate::common::draft::{create, dispatch, receive};
use crate::place::{Place, on_both_databases};
use crate::town::{Town, line_of, parse, sign};
use shisu::app::check::check;
use shisu::app::ledger::{BATCH_RECORDS_MAX, Outcome};

on_both_databases! {
    a_whole_is_admitted_in_order_like_any_other_records
    one_bad_record_keeps_the_whole_out_and_the_others_are_not_blamed
    a_whole_that_waits_for_a_dispatch_is_kept_out_and_nothing_is_parked
    a_whole_that_is_in_the_log_already_is_answered_with_the_same_places
    a_bad_whole_makes_the_ledger_forget_nothing
}

fn codes(outcomes: &[Outcome]) -> Vec<&'static str> {
    outcomes.iter().map(Outcome::code).collect()
}

fn indices(outcomes: &[Outcome]) -> Vec<u64> {
    let index = |outcome: &Outcome| outcome.receipt().unwrap().index();
    outcomes.iter().map(index).collect()
}

fn lots(town: &mut Town, numbers: std::ops::Range<u32>) -> Vec<String> {
    numbers
        .map(|n| {
            let lot = create(&format!("t/WHOLE-{n}"), "5", "KGM", "leafy_vegetable");
            sign(&mut town.world, "farm", &lot)
        })
        .collect()
}

/// The same record with another signature.
fn altered(text: &str) -> String {
    let (jwt, sealed) = text.split_once('~').unwrap();
    let (signed, signature) = jwt.rsplit_once('.').unwrap();
    let turned: String = signature.chars().rev().collect();
    // Both ends of a signature have loose bits; in the middle every letter is free.
    let middle = turned.get(1..85).unwrap();
    format!("{signed}.A{middle}A~{sealed}")
}

fn a_whole_is_admitted_in_order_like_any_other_records(place: Place) {
    let mut town = Town::new(place);
    let before = town.place.head().size;
    let texts = lots(&mut town, 0..5);
    let outcomes = town.ledger().submit_whole(&texts).unwrap();
    assert_eq!(codes(&outcomes), ["accepted"; 5]);
    assert_eq!(indices(&outcomes), Vec::from_iter(before..before + 5));
    for (text, outcome) in texts.iter().zip(&outcomes) {
        town.proven(text, outcome);
    }
}

fn one_bad_record_keeps_the_whole_out_and_the_others_are_not_blamed(place: Place) {
    let mut town = Town::new(place);
    let before = town.place.head();
    let mut texts = lots(&mut town, 0..4);
    let good = std::mem::take(&mut texts[2]);
    texts[2] = altered(&good);
    let outcomes = town.ledger().submit_whole(&texts).unwrap();
    // The fourth names the third as the one before it, which is not there.
    assert_eq!(
        codes(&outcomes),
        ["withheld", "withheld", "refused", "refused"]
    );
    assert_eq!(town.place.head(), before);
    texts[2] = good;
    let outcomes = town.ledger().submit_whole(&texts).unwrap();
    assert_eq!(codes(&outcomes), ["accepted"; 4]);
    town.close();
    check(&town.place.options(), &|_| {}).unwrap();
}

fn a_whole_that_waits_for_a_dispatch_is_kept_out_and_nothing_is_parked(place: Place) {
    let mut town = Town::new(place);
    let lot = lots(&mut town, 0..1);
    assert_eq!(codes(&town.submit(&lot)), ["accepted"]);
    let made = line_of(&parse(&lot[0]), 1);
    let shop = town.world.sites["shop"].clone();
    let sent = sign(&mut town.world, "farm", &dispatch(&shop, &[(&made, "5")]));
    let sent_line = line_of(&parse(&sent), 1);
    let taken = sign(&mut town.world, "shop", &receive(&[(&sent_line, "5")]));
    let before = town.place.head();
    let outcomes = town
        .ledger()
        .submit_whole(std::slice::from_ref(&taken))
        .unwrap();
    assert_eq!(codes(&outcomes), ["refused"]);
    assert_eq!(town.place.head(), before);
    assert_eq!(codes(&town.submit(&[sent])), ["accepted"]);
    // Had it been parked, it would be in the log now.
    assert_eq!(codes(&town.submit(&[taken])), ["accepted"]);
}

fn a_whole_that_is_in_the_log_already_is_answered_with_the_same_places(place: Place) {
    let mut town = Town::new(place);
    let texts = lots(&mut town, 0..3);
    let first = town.ledger().submit_whole(&texts).unwrap();
    let again = town.ledger().submit_whole(&texts).unwrap();
    assert_eq!(codes(&again), ["duplicate"; 3]);
    assert_eq!(indices(&again), indices(&first));
}

fn a_bad_whole_makes_the_ledger_forget_nothing(place: Place) {
    let mut town = Town::new(place);
    let texts = lots(&mut town, 0..2);
    town.submit(&texts);
    for _ in 0..3 {
        let outcomes = town.ledger().submit_whole(&[altered(&texts[0])]).unwrap();
        assert_eq!(codes(&outcomes), ["refused"]);
    }
    let more = lots(&mut town, 2..4);
    let outcomes = town.submit(&more);
    assert_eq!(codes(&outcomes), ["accepted"; 2]);
    for (text, outcome) in more.iter().zip(&outcomes) {
        town.proven(text, outcome);
    }
    let too_many = vec![texts[0].clone(); BATCH_RECORDS_MAX + 1];
    let error = town.ledger().submit_whole(&too_many).unwrap_err();
    assert!(!error.is_fatal(), "{error}");
}
