//! Feeds: every record is chained to an earlier one of its key, so that nobody can reorder, drop
//! or contradict what they said.

use crate::common::draft::create;
use crate::common::{Draft, Ledger};
use serde_json::json;
use shisu::core::custody::Refusal;

fn harvest(lot: &str) -> Draft {
    create(lot, "10", "KGM", "leafy_vegetable")
}

#[test]
fn a_record_written_for_another_log_is_refused() {
    let mut ledger = Ledger::with_chain();
    let elsewhere = harvest("t/LOT-1").set("log", "anhui.example/log");
    ledger
        .submit("farm", &elsewhere)
        .expect_refusal("wrong_log");
}

#[test]
fn two_records_with_one_number_are_proof_of_misuse_and_both_are_named() {
    let mut ledger = Ledger::with_chain();
    let first = ledger.put("farm", &harvest("t/LOT-1"));
    let second = harvest("t/LOT-2").set("seq", 1).set("prev", json!(null));
    let text = ledger.world.text("farm", &second);
    let refusal = ledger
        .submit_text("farm", &text)
        .expect_refusal("seq_reused");
    let Refusal::SeqReused {
        first: a,
        second: b,
    } = refusal
    else {
        panic!("{refusal:?}");
    };
    assert_eq!(a, first.record.id);
    assert_ne!(a, b);
    let jwt = text.split('~').next().unwrap();
    let hash: [u8; 32] = <sha2::Sha256 as sha2::Digest>::digest(jwt).into();
    assert_eq!(
        b.as_bytes(),
        &hash,
        "the second id is that of the refused bytes"
    );
}

#[test]
fn the_same_record_again_gives_the_same_index() {
    let mut ledger = Ledger::with_chain();
    let first = ledger.put("farm", &harvest("t/LOT-1"));
    ledger.put("farm", &harvest("t/LOT-2"));
    let size = ledger.replay.size();
    ledger
        .submit_text("farm", &first.text)
        .expect_duplicate(first.entry);
    assert_eq!(ledger.replay.size(), size);
}

#[test]
fn numbers_may_leave_gaps_and_arrive_out_of_order() {
    let mut ledger = Ledger::with_chain();
    let late = ledger.world.text("farm", &harvest("t/LOT-1").set("seq", 3));
    ledger.put("farm", &harvest("t/LOT-2").set("seq", 7));
    ledger.submit_text("farm", &late).admitted();
    ledger.put("farm", &harvest("t/LOT-3").set("seq", 9_000));
}

#[test]
fn a_number_stays_used_when_an_earlier_one_arrives_after_it() {
    let mut ledger = Ledger::with_chain();
    let early = ledger.world.text("farm", &harvest("t/LOT-1").set("seq", 3));
    let seventh = ledger.put("farm", &harvest("t/LOT-2").set("seq", 7));
    ledger.submit_text("farm", &early).admitted();
    ledger
        .submit_text("farm", &seventh.text)
        .expect_duplicate(seventh.entry);
    let other = harvest("t/LOT-3").set("seq", 7);
    ledger.submit("farm", &other).expect_refusal("seq_reused");
}

#[test]
fn a_feed_is_anchored_from_its_first_record_with_a_predecessor_on() {
    let mut ledger = Ledger::with_chain();
    for (seq, lot) in [(1, "t/LOT-1"), (4, "t/LOT-4"), (9, "t/LOT-9")] {
        ledger.put("farm", &harvest(lot).set("seq", seq));
    }
    let loose = |seq: u64, lot: &str| harvest(lot).set("seq", seq).set("prev", json!(null));
    ledger
        .submit("farm", &loose(5, "t/LOT-5"))
        .expect_refusal("prev_missing");
    ledger.put("farm", &loose(3, "t/LOT-3"));
}

#[test]
fn a_predecessor_that_is_not_here_is_unknown() {
    let mut ledger = Ledger::with_chain();
    ledger.put("farm", &harvest("t/LOT-1"));
    let unsent = harvest("t/LOT-2").set("prev", json!(ledger.world.jwk("farm").kid()));
    ledger
        .submit("farm", &unsent)
        .expect_refusal("prev_unknown");
}

#[test]
fn a_record_that_was_refused_is_no_predecessor() {
    let mut ledger = Ledger::with_chain();
    let refused = harvest("t/LOT-1").set("log", "anhui.example/log");
    let text = ledger.world.text("farm", &refused);
    ledger
        .submit_text("farm", &text)
        .expect_refusal("wrong_log");
    let jwt = text.split('~').next().unwrap();
    let hash: [u8; 32] = <sha2::Sha256 as sha2::Digest>::digest(jwt).into();
    let id = shisu::core::record::RecordId::from_bytes(hash);
    let next = harvest("t/LOT-2").set("seq", 2).set("prev", json!(id));
    ledger.submit("farm", &next).expect_refusal("prev_unknown");
}

#[test]
fn a_predecessor_of_another_key_is_refused() {
    let mut ledger = Ledger::with_chain();
    let others = ledger.put("coop", &harvest("t/LOT-1"));
    let draft = harvest("t/LOT-2").set("prev", json!(others.record.id));
    ledger
        .submit("farm", &draft)
        .expect_refusal("prev_not_of_feed");
}

#[test]
fn a_predecessor_with_the_same_or_a_later_number_is_refused() {
    let mut ledger = Ledger::with_chain();
    let tenth = ledger.put("farm", &harvest("t/LOT-1").set("seq", 10));
    let before = harvest("t/LOT-2")
        .set("seq", 5)
        .set("prev", json!(tenth.record.id));
    ledger
        .submit("farm", &before)
        .expect_refusal("prev_not_of_feed");
}

#[test]
fn a_device_without_receipts_may_sign_several_records_in_a_row() {
    let mut ledger = Ledger::with_chain();
    for seq in 1..=3 {
        let lot = format!("t/LOT-{seq}");
        ledger.put(
            "farm",
            &harvest(&lot).set("seq", seq).set("prev", json!(null)),
        );
    }
}

#[test]
fn once_a_feed_is_anchored_every_later_record_names_its_predecessor() {
    let mut ledger = Ledger::with_chain();
    ledger.put("farm", &harvest("t/LOT-1"));
    ledger.put("farm", &harvest("t/LOT-2"));
    let loose = harvest("t/LOT-3").set("prev", json!(null));
    ledger.submit("farm", &loose).expect_refusal("prev_missing");
}

#[test]
fn a_clock_far_ahead_is_refused_and_one_a_little_ahead_is_not() {
    let mut ledger = Ledger::with_chain();
    let now = ledger.world.now;
    let ahead = harvest("t/LOT-1").set("iat", now + 301);
    ledger.submit("farm", &ahead).expect_refusal("clock_ahead");
    let admitted = ledger.put("farm", &harvest("t/LOT-1").set("iat", now + 300));
    assert_eq!(admitted.findings(), []);
}

#[test]
fn what_a_record_relies_on_must_be_here() {
    let mut ledger = Ledger::with_chain();
    let absent = shisu::core::record::RecordId::from_bytes([9; 32]);
    let draft = harvest("t/LOT-1").refs(&[absent]);
    ledger
        .submit("farm", &draft)
        .expect_refusal("citation_unknown");
    let first = ledger.put("farm", &harvest("t/LOT-1"));
    let citing = ledger.put("farm", &harvest("t/LOT-2").refs(&[first.record.id]));
    assert_eq!(citing.effects.cites, [first.entry]);
}
