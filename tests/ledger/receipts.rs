//! What comes back from a submission, and that it proves what it says.

use crate::common::Draft;
use crate::common::draft::{create, dispatch, receive, sell};
use crate::place::{Place, on_both_databases};
use crate::town::{Town, line_of, parse};
use shisu::app::ledger::Outcome;
use shisu::core::text::Explain as _;

on_both_databases! {
    every_accepted_record_has_a_receipt_and_the_indices_are_in_order
    a_record_that_is_there_already_has_the_same_index_and_a_proof_that_holds_now
    a_record_far_behind_the_edge_of_the_tree_is_proven_too
    a_receipt_before_its_dispatch_waits_and_goes_in_with_it
    a_receipt_and_its_dispatch_may_come_in_one_batch_in_either_order
    a_refused_record_leaves_nothing_and_harms_no_other
    a_key_that_is_granted_may_sign_in_the_same_batch
}

fn harvest(lot: &str) -> Draft {
    create(lot, "10", "KGM", "leafy_vegetable")
}

fn codes(outcomes: &[Outcome]) -> Vec<&'static str> {
    outcomes.iter().map(Outcome::code).collect()
}

fn index(outcome: &Outcome) -> u64 {
    outcome.receipt().unwrap().index()
}

fn every_accepted_record_has_a_receipt_and_the_indices_are_in_order(place: Place) {
    let mut town = Town::new(place);
    let before = town.place.head().size;
    let texts: Vec<String> = (0..50)
        .map(|n| {
            town.sign(
                ["farm", "coop", "plant"][n % 3],
                &harvest(&format!("t/LOT-{n}")),
            )
        })
        .collect();
    let outcomes = town.submit(&texts);
    for ((text, outcome), expected) in texts.iter().zip(&outcomes).zip(before..) {
        assert_eq!(outcome.code(), "accepted");
        let receipt = town.proven(text, outcome);
        assert_eq!(receipt.index(), expected);
        let size = receipt.checkpoint().checkpoint().size();
        assert_eq!(size, before + 50, "one head for the whole batch");
    }
    let stored = town.place.entries();
    for (text, outcome) in texts.iter().zip(&outcomes) {
        let at = usize::try_from(index(outcome)).unwrap();
        let record = stored[at].record(|_| true).unwrap();
        assert_eq!(&record.to_sd_jwt(|_| true), text, "to the byte");
    }
    assert_eq!(town.check().entries, before + 50);
}

fn a_record_that_is_there_already_has_the_same_index_and_a_proof_that_holds_now(place: Place) {
    let mut town = Town::new(place);
    let first = town.put("farm", &harvest("t/LOT-1"));
    let size = town.place.head().size;
    for round in 0..3 {
        let again = town.submit_one(&first.text);
        assert_eq!(again.code(), "duplicate");
        let receipt = town.proven(&first.text, &again);
        assert_eq!(receipt.index(), first.receipt.index());
        let head = receipt.checkpoint().checkpoint().size();
        assert_eq!(
            head,
            town.place.head().size,
            "the head of now, round {round}"
        );
        town.put("coop", &harvest(&format!("t/OTHER-{round}")));
        town.pass(1);
        if round == 1 {
            town.reopen();
        }
    }
    assert_eq!(
        town.place.head().size,
        size + 3 + 2,
        "three records, and beats for the two in other seconds"
    );
    let twice = town.sign("shop", &harvest("t/LOT-2"));
    let outcomes = town.submit(&[twice.clone(), twice.clone(), first.text.clone()]);
    assert_eq!(codes(&outcomes), ["accepted", "duplicate", "duplicate"]);
    assert_eq!(index(&outcomes[0]), index(&outcomes[1]));
    town.proven(&twice, &outcomes[1]);
    town.check();
}

fn a_record_far_behind_the_edge_of_the_tree_is_proven_too(place: Place) {
    let mut town = Town::new(place);
    let old = town.put("farm", &harvest("t/LOT-1"));
    // More than the window of leaves that the edge remembers, and the batch that is under way.
    let texts: Vec<String> = (0..5_300)
        .map(|n| town.sign("coop", &harvest(&format!("t/LOT-{n}"))))
        .collect();
    let outcomes = town.submit(&texts);
    for at in [0, 1_023, 1_024, 5_299] {
        assert_eq!(outcomes[at].code(), "accepted");
        town.proven(&texts[at], &outcomes[at]);
    }
    for is_reopened in [false, true] {
        if is_reopened {
            town.reopen();
        }
        let texts = [old.text.clone(), texts[10].clone(), texts[5_299].clone()];
        let again = town.submit(&texts);
        assert_eq!(codes(&again), ["duplicate"; 3]);
        for (text, outcome) in texts.iter().zip(&again) {
            town.proven(text, outcome);
        }
        assert_eq!(index(&again[0]), old.receipt.index());
    }
    town.check();
}

fn a_receipt_before_its_dispatch_waits_and_goes_in_with_it(place: Place) {
    let mut town = Town::new(place);
    let credit = town.harvest("farm", "t/LOT-1", "10");
    let (sent, received) = town.signed_shipment("shop", &credit, "10");
    let size = town.place.head().size;
    for _ in 0..2 {
        let waiting = town.submit_one(&received);
        assert!(waiting.receipt().is_none());
        let Outcome::Parked { awaits } = waiting else {
            panic!("{waiting:?}")
        };
        assert_eq!(awaits, parse(&sent).id);
    }
    assert_eq!(town.place.head().size, size, "it has no place yet");
    town.reopen();
    let sent_at = index(&town.submit_one(&sent));
    assert_eq!(town.place.head().size, sent_at + 2, "both are in");
    let again = town.submit_one(&received);
    assert_eq!(again.code(), "duplicate");
    assert_eq!(town.proven(&received, &again).index(), sent_at + 1);
    let line = line_of(&parse(&received), 1);
    town.put("shop", &sell(&[(&line, "10")]));
    let parked = town.place.store().read(|reader| reader.parked(10));
    assert_eq!(parked.unwrap(), [], "nothing waits any more");
    town.check();
}

fn a_receipt_and_its_dispatch_may_come_in_one_batch_in_either_order(place: Place) {
    let mut town = Town::new(place);
    let credit = town.harvest("farm", "t/LOT-1", "10");
    let (sent, received) = town.signed_shipment("shop", &credit, "4");
    let outcomes = town.submit(&[sent, received]);
    assert_eq!(codes(&outcomes), ["accepted", "accepted"]);

    let (sent, received) = town.signed_shipment("shop", &credit, "6");
    let outcomes = town.submit(&[received.clone(), sent]);
    assert_eq!(codes(&outcomes), ["parked", "accepted"]);
    let again = town.submit_one(&received);
    assert_eq!(again.code(), "duplicate");
    assert_eq!(index(&again), index(&outcomes[1]) + 1);
    town.check();
}

fn a_refused_record_leaves_nothing_and_harms_no_other(place: Place) {
    let mut town = Town::new(place);
    let credit = town.harvest("farm", "t/LOT-1", "10");
    town.pass(60);
    let (head, rows) = (town.place.head(), town.place.projections());
    let stranger = town.world.clone().text("farm", &sell(&[(&credit, "11")]));
    let broken = stranger.replacen('.', ".A", 1);
    let bad = [stranger.clone(), "no record".into(), broken, String::new()];
    let outcomes = town.submit(&bad);
    let refused: Vec<String> = outcomes
        .iter()
        .map(|outcome| match outcome {
            Outcome::Refused(refusal) => refusal.code().to_owned(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(refused[0], "credit_exceeded");
    assert_eq!(town.place.head(), head, "no beat for nothing");
    assert_eq!(town.place.projections(), rows);

    let good = [
        town.sign("coop", &harvest("t/LOT-2")),
        town.sign("shop", &harvest("t/LOT-3")),
    ];
    let mixed = [
        bad[1].clone(),
        good[0].clone(),
        stranger,
        good[1].clone(),
        bad[2].clone(),
    ];
    let outcomes = town.submit(&mixed);
    assert_eq!(
        codes(&outcomes),
        ["refused", "accepted", "refused", "accepted", "refused"]
    );
    town.proven(&good[0], &outcomes[1]);
    town.proven(&good[1], &outcomes[3]);
    assert_eq!(town.place.head().size, head.size + 3, "and one beat");
    town.check();
}

fn a_key_that_is_granted_may_sign_in_the_same_batch(place: Place) {
    let mut town = Town::new(place);
    let unknown = {
        let mut world = town.world.clone();
        world.invent_author("nobody", "farm", Some("farm"));
        world.text("nobody", &harvest("t/LOT-1"))
    };
    let grant = town.world.add_key("phone", "farm", Some("farm"), "clerk");
    let grant = town.sign("registrar", &grant);
    let made = town.sign("phone", &harvest("t/LOT-2"));
    let credit = line_of(&parse(&made), 1);
    let shop = town.world.sites["shop"].clone();
    let sent = town.sign("phone", &dispatch(&shop, &[(&credit, "10")]));
    let received = town.sign("shop", &receive(&[(&line_of(&parse(&sent), 1), "10")]));
    let outcomes = town.submit(&[made.clone(), unknown, grant, made, sent, received]);
    assert_eq!(
        codes(&outcomes),
        [
            "refused", "refused", "accepted", "accepted", "accepted", "accepted"
        ]
    );
    town.check();
}
