use super::*;
use crate::app::memory::{Basis, Eye};
use crate::core::ids::LotCode;
use crate::core::trace::{Direction, Rests};
use std::time::Instant;

fn topic(lot: &str) -> Topic {
    let mut rests = Rests::default();
    rests.on_moves_of(&LotCode::parse(lot).unwrap());
    rests.topics().next().unwrap()
}

fn key(lot: &str) -> Key {
    Key {
        lot: LotCode::parse(lot).unwrap(),
        at: None,
        direction: Direction::Back,
        eye: Eye::Public,
        form: "test",
    }
}

fn at(seconds: u64) -> UnixSeconds {
    UnixSeconds::new(seconds).unwrap()
}

fn kept(size: u64, topics: &[Topic], until: Option<u64>, bytes: usize) -> Kept {
    Kept {
        formed: Arc::new(Formed {
            body: vec![0; bytes],
            meaning: [0; 16],
        }),
        basis: Basis {
            size,
            topics: topics.into(),
            judged_at: at(1_000),
            until: until.map(at),
        },
        made: Instant::now(),
    }
}

fn batch(from: u64, to: u64, topics: &[Topic]) -> Appended {
    Appended {
        from,
        to,
        topics: topics.to_vec(),
    }
}

fn state(size: u64) -> State {
    let mut state = State::default();
    state.forget(size);
    state
}

#[test]
fn an_answer_is_kept_until_a_record_speaks_of_what_it_rests_on() {
    let (mine, other) = (topic("t/LOT-1"), topic("t/LOT-2"));
    let mut state = state(10);
    state.put(key("t/LOT-1"), kept(10, &[mine], None, 10));
    assert!(state.take_up(batch(10, 12, &[other])));
    assert!(state.get(&key("t/LOT-1"), at(1_000)).is_some());
    assert!(state.take_up(batch(12, 13, &[other, mine])));
    assert!(state.get(&key("t/LOT-1"), at(1_000)).is_none());
    assert_eq!(state.holds(), (0, 0));
}

#[test]
fn an_answer_that_was_overtaken_while_it_was_made_is_not_kept() {
    let mine = topic("t/LOT-1");
    let mut state = state(10);
    assert!(state.take_up(batch(10, 12, &[mine])));
    state.put(key("t/LOT-1"), kept(10, &[mine], None, 10));
    assert!(state.get(&key("t/LOT-1"), at(1_000)).is_none());
    state.put(key("t/LOT-1"), kept(12, &[mine], None, 10));
    assert!(state.get(&key("t/LOT-1"), at(1_000)).is_some());
    state.put(key("t/LOT-2"), kept(9, &[mine], None, 10));
    assert!(
        state.get(&key("t/LOT-2"), at(1_000)).is_none(),
        "what was spoken of before the beginning is not known"
    );
}

#[test]
fn an_answer_from_ahead_of_the_last_look_is_held_against_what_comes() {
    let mine = topic("t/LOT-1");
    let mut state = state(10);
    state.put(key("t/LOT-1"), kept(12, &[mine], None, 10));
    assert!(state.get(&key("t/LOT-1"), at(1_000)).is_some());
    assert!(state.take_up(batch(10, 12, &[mine])));
    assert!(
        state.get(&key("t/LOT-1"), at(1_000)).is_some(),
        "it has seen that"
    );
    assert!(state.take_up(batch(12, 13, &[mine])));
    assert!(state.get(&key("t/LOT-1"), at(1_000)).is_none());
}

#[test]
fn an_answer_goes_when_the_clock_reaches_its_end_or_steps_back() {
    for (now, holds) in [(999, false), (1_000, true), (1_059, true), (1_060, false)] {
        let mut state = state(10);
        state.put(key("t/LOT-1"), kept(10, &[], Some(1_060), 10));
        let found = state.get(&key("t/LOT-1"), at(now)).is_some();
        assert_eq!(found, holds, "{now}");
    }
}

#[test]
fn behind_a_gap_nothing_is_taken_up_and_what_is_known_says_nothing_new() {
    let mut state = state(10);
    assert!(!state.take_up(batch(11, 12, &[])));
    assert_eq!(state.through(), 10);
    assert!(state.take_up(batch(8, 10, &[])));
    assert!(state.take_up(batch(8, 12, &[])));
    assert_eq!(state.through(), 12);
}

#[test]
fn forgetting_what_was_spoken_of_keeps_the_answers_that_hold() {
    let (mine, other) = (topic("t/LOT-1"), topic("t/LOT-2"));
    let mut state = state(10);
    state.put(key("t/LOT-1"), kept(10, &[mine], None, 10));
    state.put(key("t/LOT-2"), kept(10, &[other], None, 10));
    assert!(state.take_up(batch(10, 11, &[other])));
    for n in 0..2_u64 {
        let many: Vec<Topic> = (0..TOPICS_MAX)
            .map(|i| topic(&format!("t/N{n}-{i}")))
            .collect();
        assert!(state.take_up(batch(11 + n, 12 + n, &many)));
    }
    assert!(state.get(&key("t/LOT-1"), at(1_000)).is_some());
    assert!(state.get(&key("t/LOT-2"), at(1_000)).is_none());
    let before = kept(11, &[mine], None, 10);
    state.put(key("t/LOT-3"), before);
    assert!(
        state.get(&key("t/LOT-3"), at(1_000)).is_none(),
        "older than what is known"
    );
}

#[test]
fn answers_take_no_more_room_than_they_may_and_those_in_use_stay() {
    let mut state = state(10);
    let bytes = GENERATION_BYTES_MAX / 4;
    for n in 0..40 {
        state.put(key(&format!("t/LOT-{n}")), kept(10, &[], None, bytes));
        assert!(state.get(&key("t/LOT-0"), at(1_000)).is_some(), "{n}");
        assert!(state.holds().1 <= ANSWERS_BYTES_MAX);
    }
    assert!(state.get(&key("t/LOT-1"), at(1_000)).is_none());
    let counted: usize = [&state.young, &state.old]
        .iter()
        .flat_map(|answers| answers.by_key.values())
        .map(Kept::bytes)
        .sum();
    assert_eq!(state.holds().1, counted);
    state.put(key("t/HUGE"), kept(10, &[], None, ANSWERS_BYTES_MAX));
    assert!(state.get(&key("t/HUGE"), at(1_000)).is_none());
}
