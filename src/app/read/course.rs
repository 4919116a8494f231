//! How warm it was on a leg so far, from everything that was read on the way by whomever: what a driver,
//! a sender and a receiver look at while the goods are under way. The verdict judges it afterwards.

use super::following::{Following, read_each};
use crate::app::AppError;
use crate::core::quantity::SignedDecimal;
use crate::core::record::{Body, RecordId};
use crate::core::rules::cold_chain::{Monitored, Range, max_interval};
use crate::core::time::UnixSeconds;
use crate::store::Reader;

/// Temperatures that are looked at, the newest: a month of a recorder that reports every minute.
const TEMPERATURES_MAX: usize = 50_000;

/// When, and how many degrees Celsius.
pub(super) type Measured = (UnixSeconds, SignedDecimal);

/// How warm it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Course {
    /// How many temperatures were read, measured at handovers too.
    pub readings: usize,
    /// Of them, out of the range that the dispatch asks for.
    pub outside: usize,
    /// How often nothing was read for longer than a recorder may be silent, between the first and the last.
    pub gaps: usize,
    /// The lowest, in degrees Celsius.
    pub min_c: SignedDecimal,
    /// The highest, in degrees Celsius.
    pub max_c: SignedDecimal,
    /// When the first was read.
    pub first_at: UnixSeconds,
    /// When the last was read.
    pub last_at: UnixSeconds,
    /// The last, in degrees Celsius; of several at once, the one furthest out of the range.
    pub last_c: SignedDecimal,
    /// Whether older ones were left out.
    pub cut: bool,
}

/// How warm it was on the way of this dispatch, by what people measured and by what sensors read; none if nothing
/// was.
pub(super) fn course(
    reader: &mut Reader<'_>,
    dispatch: RecordId,
    range: Range,
    (by_hand, about): (Vec<Measured>, &Following),
) -> Result<Option<Course>, AppError> {
    let mut read = by_hand;
    let mut keys = about.readings.clone();
    keys.reverse();
    let mut is_cut = about.cut;
    read_each(reader, &keys, |_, _, record| {
        if let Body::Observe(body) = &record.body
            && body.dispatch == Some(dispatch)
        {
            let all = body.sensors.iter().flat_map(|one| one.readings.iter());
            read.extend(all.map(|one| (one.at, one.temp_c)));
        }
        is_cut |= read.len() >= TEMPERATURES_MAX;
        read.len() < TEMPERATURES_MAX
    })?;
    Ok(summary(read, range, is_cut))
}

/// What a person measured when the goods changed hands on the way.
pub(super) fn by_hand(body: &Body, dispatch: RecordId) -> Option<Measured> {
    match body {
        Body::PickUp(body) if body.dispatch == dispatch => Some((body.at, body.temp_c?)),
        Body::HandOn(body) if body.dispatch == dispatch => Some((body.at, body.temp_c?)),
        Body::Deliver(body) if body.dispatch == dispatch => Some((body.at, body.temp_c?)),
        _ => None,
    }
}

fn summary(mut read: Vec<Measured>, range: Range, cut: bool) -> Option<Course> {
    let far = |temp_c: SignedDecimal| range.over_micro(temp_c).unsigned_abs();
    read.sort_by_key(|(at, temp_c)| (*at, far(*temp_c)));
    let (first_at, _) = *read.first()?;
    let (last_at, last_c) = *read.last()?;
    let temps = || read.iter().map(|(_, temp_c)| *temp_c);
    let longest = max_interval(Monitored::Transport, last_at.china_date());
    let longest_s = longest.map_or(u64::MAX, |rule| rule.max_interval_s);
    let pairs = read.iter().zip(read.iter().skip(1));
    let silent = pairs
        .filter(|((before, _), (after, _))| after.get().saturating_sub(before.get()) > longest_s);
    Some(Course {
        readings: read.len(),
        outside: temps().filter(|temp_c| far(*temp_c) > 0).count(),
        gaps: silent.count(),
        min_c: temps().min()?,
        max_c: temps().max()?,
        first_at,
        last_at,
        last_c,
        cut,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: u64 = 1_795_312_860;

    fn degrees(text: &str) -> SignedDecimal {
        SignedDecimal::parse(text).unwrap()
    }

    fn of(readings: &[(u64, &str)]) -> Option<Course> {
        let range = Range {
            min_c: Some(degrees("0")),
            max_c: Some(degrees("4")),
        };
        let read = readings.iter().map(|(minutes, temp_c)| {
            let at = UnixSeconds::new(START + minutes * 60).unwrap();
            (at, degrees(temp_c))
        });
        summary(read.collect(), range, false)
    }

    #[test]
    fn every_reading_counts_in_whatever_order_it_came() {
        assert_eq!(of(&[]), None);
        let course = of(&[(20, "3"), (0, "1"), (10, "9.5"), (5, "-0.1")]).unwrap();
        assert_eq!((course.readings, course.outside, course.gaps), (4, 2, 0));
        assert_eq!(course.min_c, degrees("-0.1"));
        assert_eq!(course.max_c, degrees("9.5"));
        assert_eq!(course.last_c, degrees("3"));
        assert_eq!(course.first_at.get(), START);
        assert_eq!(course.last_at.get(), START + 1_200);
    }

    #[test]
    fn silence_between_readings_of_more_than_ten_minutes_is_a_gap() {
        assert_eq!(of(&[(0, "1"), (10, "1"), (20, "1")]).unwrap().gaps, 0);
        assert_eq!(of(&[(0, "1"), (11, "1"), (40, "1")]).unwrap().gaps, 2);
    }

    #[test]
    fn of_two_sensors_at_once_the_one_furthest_out_is_the_last_word() {
        let course = of(&[(0, "1"), (10, "6"), (10, "2")]).unwrap();
        assert_eq!(course.last_c, degrees("6"));
    }
}
