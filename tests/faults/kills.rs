//! A program that is killed in the middle of its work, again and again.

use crate::support::{Fixture, Receipts, Stream};
use std::time::Duration;

/// How often it is killed.
const KILLS: u64 = 100;
/// Kills between two full checks.
const CHECK_EVERY: u64 = 20;
/// Records that are waiting whenever it starts: more than it can do before it is killed.
const WAITING: usize = 600;

#[test]
fn no_receipt_is_lost_in_a_hundred_kills_under_load() {
    let mut fixture = Fixture::new();
    let mut receipts = Receipts::default();
    let mut waiting = Vec::new();
    let (mut under_load, mut kept_untold) = (0, 0);
    for kill in 1..=KILLS {
        if waiting.len() < WAITING {
            let missing = WAITING - waiting.len();
            waiting.extend(fixture.supply.next(missing));
        }
        let stream = Stream::start(fixture.home(), waiting, &[]);
        // Sometimes while it starts, mostly while batches are on their way.
        let pause = Duration::from_millis(20 + kill * 37 % 181);
        if kill % 4 != 0 {
            stream.wait_for(1, Duration::from_secs(20));
            std::thread::sleep(pause / 3);
        } else {
            std::thread::sleep(pause);
        }
        let (was_running, told) = stream.kill();
        kept_untold += told.duplicates();
        receipts.keep_all(told.receipts());
        let had_begun = told.count() > 0;
        waiting = told.untold();
        under_load += u64::from(was_running && had_begun && !waiting.is_empty());
        if kill % CHECK_EVERY == 0 {
            fixture.assert_sound();
        }
    }
    assert!(
        under_load >= KILLS / 2,
        "only {under_load} kills hit work under way"
    );
    eprintln!(
        "{KILLS} kills, {under_load} under load; {} receipts; {kept_untold} records were kept \
         whose receipts were cut off",
        receipts.count()
    );
    receipts.assert_kept(&fixture);
    assert!(fixture.assert_sound() >= receipts.size_max());
}
