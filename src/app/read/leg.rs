//! A leg: from when until when it lasts, and how it stands at this moment, from what was read on it. The
//! driver and a checkpoint are told by the same rule.

use super::course::{Course, Measured};
use crate::core::record::words::Name;
use crate::core::record::{Body, Record, RecordId};
use crate::core::rules::clocks::future_skew_s;
use crate::core::rules::cold_chain::{Monitored, Range, max_interval};
use crate::core::time::UnixSeconds;

/// How a leg stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nothing was read yet.
    NoReadings,
    /// What was read last is in the range that is asked for.
    InRange,
    /// Something was read, and no range is asked for: there is nothing to be in or out of.
    NotAsked,
    /// What a sensor read last is out of that range.
    Excursion,
    /// Nothing was read for longer than a recorder may be silent.
    Silent,
    /// The goods were handed over.
    Over,
}

/// A leg, as far as its readings tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leg {
    /// How it stands.
    pub standing: Standing,
    /// When something was read last, and what: in degrees Celsius. Of several sensors that are not silent,
    /// the one that is furthest out of the range.
    pub last: Option<Measured>,
}

/// A recorder that fell silent while the goods were under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fallen {
    /// The recorder.
    pub sensor: String,
    /// When it was heard last.
    pub since: UnixSeconds,
    /// The recorder that began after it, if one did: then nobody waits for it any more.
    pub replaced_by: Option<String>,
}

/// What became of a shipment on its way, as far as its temperatures and seals go.
#[derive(Debug, Clone)]
pub struct Way {
    /// The dispatch.
    pub(super) dispatch: RecordId,
    sent_at: UnixSeconds,
    picked_at: Option<UnixSeconds>,
    /// When the goods were handed over, if they were: the same as the verdict counts.
    pub to: Option<UnixSeconds>,
    /// What the dispatch asks for.
    pub range: Range,
    /// Seals that are on it now: those of the dispatch, or of whoever took it over last and put on new ones.
    pub seals: Vec<Name>,
    /// What people measured when the goods changed hands.
    pub(super) by_hand: Vec<Measured>,
}

impl Way {
    /// The way that begins with a dispatch.
    pub(super) fn of(dispatch: &Record) -> Self {
        let (range, seals) = match &dispatch.body {
            Body::Dispatch(body) => {
                let range = Range {
                    min_c: body.temp_min_c,
                    max_c: body.temp_max_c,
                };
                (range, body.seals.to_vec())
            }
            _ => (Range::default(), Vec::new()),
        };
        Self {
            dispatch: dispatch.id,
            sent_at: dispatch.claims.iat,
            picked_at: None,
            to: None,
            range,
            seals,
            by_hand: Vec::new(),
        }
    }

    /// Takes what a record says of it.
    pub(super) fn take(&mut self, body: &Body) {
        let measured = match body {
            Body::PickUp(body) if body.dispatch == self.dispatch => {
                self.picked_at = Some(self.picked_at.map_or(body.at, |at| at.min(body.at)));
                body.temp_c.map(|temp_c| (body.at, temp_c))
            }
            Body::HandOn(body) if body.dispatch == self.dispatch => {
                if !body.seals.is_empty() {
                    self.seals = body.seals.to_vec();
                }
                body.temp_c.map(|temp_c| (body.at, temp_c))
            }
            Body::Deliver(body) if body.dispatch == self.dispatch => {
                self.to = self.to.max(Some(body.at));
                body.temp_c.map(|temp_c| (body.at, temp_c))
            }
            Body::Receive(body) if body.dispatch == self.dispatch => {
                self.to = self.to.max(Some(body.at));
                None
            }
            _ => None,
        };
        self.by_hand.extend(measured);
    }

    /// When the goods came under it: when they were taken over, or else sent off, as the verdict counts.
    pub fn from(&self) -> UnixSeconds {
        self.picked_at.unwrap_or(self.sent_at)
    }

    /// Whether a reading of this moment is one of this leg. What lies ahead of every clock was not read.
    pub(super) fn covers(&self, at: UnixSeconds, now: UnixSeconds) -> bool {
        let latest = now.plus(future_skew_s());
        at >= self.from() && at <= self.to.map_or(latest, |to| to.min(latest))
    }

    /// Seconds for which a recorder may be silent.
    pub(super) fn silence_s(&self) -> u64 {
        let longest = max_interval(Monitored::Transport, self.from().china_date());
        longest.map_or(u64::MAX, |rule| rule.max_interval_s)
    }
}

/// How a leg stands at a moment.
pub(super) fn standing(course: Option<&Course>, way: &Way, now: UnixSeconds) -> Leg {
    let bare = |standing| Leg {
        standing,
        last: None,
    };
    let course = match (way.to, course) {
        (Some(_), _) => return bare(Standing::Over),
        (None, None) => return bare(Standing::NoReadings),
        (None, Some(course)) => course,
    };
    let longest_s = way.silence_s();
    let is_silent = now.since(course.last_at) > longest_s;
    let until = if is_silent { course.last_at } else { now };
    // A sensor that fell silent says nothing about now.
    let sensors = course.sensors.iter();
    let fresh = sensors.filter(|one| until.since(one.last_at) <= longest_s);
    let far = |temp_c| way.range.over_micro(temp_c).unsigned_abs();
    let worst = fresh.max_by_key(|one| (far(one.last_c), one.last_at));
    let last = worst.map(|one| (one.last_at, one.last_c));
    let is_out = last.is_some_and(|(_, temp_c)| far(temp_c) > 0);
    let standing = match (way.range.is_open(), is_silent, is_out) {
        (true, _, _) => Standing::NotAsked,
        (false, true, _) => Standing::Silent,
        (false, false, true) => Standing::Excursion,
        (false, false, false) => Standing::InRange,
    };
    Leg { standing, last }
}

/// The recorders that fell silent before the leg was over, where a range is asked for.
pub(super) fn fallen(course: &Course, way: &Way, now: UnixSeconds) -> Vec<Fallen> {
    let until = way.to.map_or(now, |to| to.min(now));
    let longest_s = way.silence_s();
    let recorders = || course.sensors.iter().filter(|one| one.is_recorder);
    let silent = recorders()
        .filter(|one| !way.range.is_open() && until.since(one.last_at) > longest_s)
        .map(|one| {
            let later = recorders().filter(|other| other.first_at >= one.last_at && other != &one);
            let next = later.min_by_key(|other| other.first_at);
            Fallen {
                sensor: one.name.clone(),
                since: one.last_at,
                replaced_by: next.map(|other| other.name.clone()),
            }
        });
    silent.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::read::course::{Read, summary};
    use crate::core::quantity::SignedDecimal;

    /// The goods were taken over.
    const START: u64 = 1_795_312_860;

    fn degrees(text: &str) -> SignedDecimal {
        SignedDecimal::parse(text).unwrap()
    }

    /// So many minutes after the goods were taken over.
    fn minute(after: i64) -> UnixSeconds {
        UnixSeconds::new(START.checked_add_signed(after * 60).unwrap()).unwrap()
    }

    fn way() -> Way {
        Way {
            dispatch: RecordId::parse(&"A".repeat(43)).unwrap(),
            sent_at: minute(-30),
            picked_at: Some(minute(0)),
            to: None,
            range: Range {
                min_c: Some(degrees("0")),
                max_c: Some(degrees("4")),
            },
            seals: Vec::new(),
            by_hand: Vec::new(),
        }
    }

    /// `(thermometer, minutes after the goods were taken over, degrees)`.
    type Told<'a> = (&'a str, i64, &'a str);

    /// What readings say of a way, as they were recorded when it was `now`.
    fn on(way: &Way, readings: &[Told<'_>], now: i64) -> Option<Course> {
        let mut read = Read::new();
        for (name, at, temp_c) in readings {
            if way.covers(minute(*at), minute(now)) {
                let known = read.entry((*name).to_owned()).or_default();
                known.push((minute(*at), degrees(temp_c)));
            }
        }
        summary(read, way, false)
    }

    fn course(readings: &[Told<'_>]) -> Course {
        on(&way(), readings, 600).unwrap()
    }

    fn leg(readings: &[Told<'_>], now: i64) -> Leg {
        let way = way();
        standing(on(&way, readings, now).as_ref(), &way, minute(now))
    }

    /// Which recorders fell silent, when they were heard last, and what came after them.
    fn silent(way: &Way, readings: &[Told<'_>], now: i64) -> Vec<(String, UnixSeconds, String)> {
        let course = on(way, readings, now).unwrap();
        let all = fallen(&course, way, minute(now)).into_iter();
        all.map(|one| (one.sensor, one.since, one.replaced_by.unwrap_or_default()))
            .collect()
    }

    /// A recorder that says the same every ten minutes.
    fn every_ten<'a>(name: &'a str, from: i64, to: i64) -> Vec<Told<'a>> {
        let count = (to - from) / 10;
        (0..=count).map(|n| (name, from + n * 10, "3")).collect()
    }

    #[test]
    fn every_reading_counts_in_whatever_order_it_came() {
        assert_eq!(on(&way(), &[], 0), None);
        let course = course(&[
            ("A", 20, "3"),
            ("A", 0, "1"),
            ("A", 10, "9.5"),
            ("A", 5, "-0.1"),
        ]);
        assert_eq!((course.readings, course.outside, course.gaps), (4, 2, 0));
        assert_eq!(
            (course.min_c, course.max_c),
            (degrees("-0.1"), degrees("9.5"))
        );
        assert_eq!(course.last_c, degrees("3"));
        assert_eq!((course.first_at, course.last_at), (minute(0), minute(20)));
    }

    #[test]
    fn of_two_sensors_at_once_the_one_furthest_out_is_the_last_word() {
        let course = course(&[("A", 0, "1"), ("A", 10, "6"), ("B", 10, "2")]);
        assert_eq!(course.last_c, degrees("6"));
    }

    #[test]
    fn what_was_recorded_twice_was_read_once() {
        let course = course(&[("A", 0, "1"), ("A", 5, "9"), ("A", 5, "9"), ("A", 0, "1")]);
        assert_eq!((course.readings, course.outside), (2, 1));
    }

    #[test]
    fn silence_of_more_than_ten_minutes_is_a_gap_from_the_beginning_of_the_leg_to_its_end() {
        let gaps = |readings: &[Told<'_>]| course(readings).gaps;
        assert_eq!(gaps(&every_ten("A", 0, 20)), 0);
        assert_eq!(gaps(&[("A", 0, "1"), ("A", 11, "1"), ("A", 40, "1")]), 2);
        assert_eq!(gaps(&every_ten("A", 60, 90)), 1, "nothing at first");
        let mut over = way();
        over.to = Some(minute(60));
        let until = |to| on(&over, &every_ten("A", 0, to), 600).unwrap().gaps;
        assert_eq!((until(50), until(40)), (0, 1));
    }

    #[test]
    fn each_recorder_has_gaps_of_its_own_which_others_do_not_hide() {
        let front = [every_ten("front", 0, 20), every_ten("front", 50, 80)].concat();
        let both = [front, every_ten("rear", 0, 80)].concat();
        assert_eq!(course(&both).gaps, 1);
        // Somebody who measures twice is no recorder.
        let by_hand = [
            every_ten("rear", 0, 80),
            vec![("hand", 3, "3"), ("hand", 70, "3")],
        ];
        assert_eq!(course(&by_hand.concat()).gaps, 0);
    }

    #[test]
    fn what_was_read_before_the_goods_were_there_or_after_they_were_handed_over_is_not_theirs() {
        let mut way = way();
        let all = [
            ("A", -60, "22"),
            ("A", -1, "22"),
            ("A", 0, "3"),
            ("A", 9, "3"),
            ("A", 30, "20"),
        ];
        way.to = Some(minute(10));
        let course = on(&way, &all, 60).unwrap();
        assert_eq!((course.readings, course.outside, course.gaps), (2, 0, 0));
        // Until somebody says that the goods were taken over, they are there from the dispatch on.
        way.picked_at = None;
        assert_eq!(on(&way, &all, 60).unwrap().outside, 1);
    }

    #[test]
    fn the_newest_reading_says_how_the_leg_stands() {
        assert_eq!(leg(&[], 5).standing, Standing::NoReadings);
        assert_eq!(leg(&[("A", 0, "3")], 5).standing, Standing::InRange);
        assert_eq!(leg(&[("A", 0, "4.1")], 5).standing, Standing::Excursion);
        let was_warm = [("A", 0, "9"), ("A", 5, "3.9")];
        assert_eq!(leg(&was_warm, 9).standing, Standing::InRange);
        let late = [("A", 5, "3.9"), ("A", 0, "9")];
        assert_eq!(leg(&late, 9).standing, Standing::InRange);
    }

    #[test]
    fn after_more_than_ten_minutes_without_a_reading_the_leg_is_silent_whatever_was_read() {
        assert_eq!(leg(&[("A", 0, "3")], 10).standing, Standing::InRange);
        assert_eq!(leg(&[("A", 0, "3")], 11).standing, Standing::Silent);
        assert_eq!(leg(&[("A", 0, "9")], 11).standing, Standing::Silent);
    }

    #[test]
    fn what_lies_ahead_of_every_clock_was_not_read_and_hides_no_silence() {
        let ahead = [("A", 0, "3"), ("A", 1_000_000, "3"), ("B", 6 + 61, "3")];
        let told = leg(&ahead, 61);
        assert_eq!(told.standing, Standing::Silent);
        assert_eq!(told.last, Some((minute(0), degrees("3"))));
        // Clocks differ by as much as a record may.
        assert_eq!(leg(&[("A", 65, "3")], 60).standing, Standing::InRange);
    }

    #[test]
    fn where_no_range_is_asked_for_nothing_is_in_it_or_out_of_it() {
        let mut way = way();
        way.range = Range::default();
        let course = on(&way, &every_ten("A", 0, 20), 90);
        let leg = standing(course.as_ref(), &way, minute(90));
        assert_eq!(leg.standing, Standing::NotAsked);
        assert_eq!(leg.last, Some((minute(20), degrees("3"))));
        assert_eq!(fallen(&course.unwrap(), &way, minute(90)), []);
    }

    #[test]
    fn of_two_sensors_the_worse_counts_unless_it_fell_silent() {
        let both = leg(&[("A", 58, "3"), ("B", 56, "-0.5")], 60);
        assert_eq!(both.standing, Standing::Excursion);
        assert_eq!(both.last.unwrap().1, degrees("-0.5"));
        let one = leg(&[("A", 58, "3"), ("B", 20, "9")], 60);
        assert_eq!(one.standing, Standing::InRange);
    }

    #[test]
    fn a_recorder_that_fell_silent_is_named_though_another_reads_on() {
        let both = [every_ten("front", 0, 60), every_ten("rear", 0, 100)].concat();
        assert_eq!(leg(&both, 100).standing, Standing::InRange);
        let front = ("front".to_owned(), minute(60), String::new());
        assert_eq!(silent(&way(), &both, 100), std::slice::from_ref(&front));
        assert_eq!(silent(&way(), &both, 70), []);
        // Once the goods are there nobody waits for more, and what was missing stays told.
        let mut over = way();
        over.to = Some(minute(100));
        assert_eq!(silent(&over, &both, 10_000), [front]);
    }

    #[test]
    fn a_thermometer_in_somebodys_hand_is_not_waited_for_nor_is_a_recorder_that_was_replaced() {
        let hand = [
            vec![("hand", 0, "3"), ("hand", 5, "3")],
            every_ten("rear", 0, 100),
        ]
        .concat();
        assert_eq!(silent(&way(), &hand, 100), []);
        let next = [every_ten("old", 0, 40), every_ten("new", 50, 100)].concat();
        let told = ("old".to_owned(), minute(40), "new".to_owned());
        assert_eq!(silent(&way(), &next, 100), [told]);
    }
}
