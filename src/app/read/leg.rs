//! How a leg stands at this moment, from the readings that were recorded: in range, out of it, or silent.

use crate::core::quantity::SignedDecimal;
use crate::core::record::body::Observe;
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
}

/// A leg, as far as its readings tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leg {
    /// How it stands.
    pub standing: Standing,
    /// When something was read last, and what: in degrees Celsius. Of several sensors that read at once,
    /// the one that is furthest out of the range.
    pub last: Option<(UnixSeconds, SignedDecimal)>,
}

/// What is measured at handovers stands apart from what sensors say: no sensor has an empty name.
const BY_HAND: &str = "";

/// What each sensor read last, gathered from record to record.
#[derive(Debug, Default)]
pub(super) struct Readings(Vec<(String, UnixSeconds, SignedDecimal)>);

impl Readings {
    /// Takes one temperature of one thermometer.
    pub fn note(&mut self, device: &str, at: UnixSeconds, temp_c: SignedDecimal) {
        let found = self.0.iter_mut().find(|(name, _, _)| name == device);
        match found {
            Some((_, last, read)) if at >= *last => (*last, *read) = (at, temp_c),
            Some(_) => {}
            None => self.0.push((device.to_owned(), at, temp_c)),
        }
    }

    /// Takes what a person measured when the goods changed hands.
    pub fn by_hand(&mut self, at: UnixSeconds, temp_c: Option<SignedDecimal>) {
        if let Some(temp_c) = temp_c {
            self.note(BY_HAND, at, temp_c);
        }
    }

    /// Takes what sensors read.
    pub fn observe(&mut self, body: &Observe) {
        for sensor in body.sensors.iter() {
            for one in sensor.readings.iter() {
                self.note(sensor.device.as_str(), one.at, one.temp_c);
            }
        }
    }

    /// How the leg stands at a moment.
    pub fn standing(&self, range: Range, now: UnixSeconds) -> Leg {
        let Some(newest) = self.0.iter().map(|(_, at, _)| *at).max() else {
            return Leg {
                standing: Standing::NoReadings,
                last: None,
            };
        };
        let longest = max_interval(Monitored::Transport, now.china_date());
        let longest_s = longest.map_or(u64::MAX, |rule| rule.max_interval_s);
        let spoken =
            |at: UnixSeconds, until: UnixSeconds| until.get().saturating_sub(at.get()) <= longest_s;
        // A sensor that fell silent says nothing about now.
        let fresh = self.0.iter().filter(|(_, at, _)| spoken(*at, newest));
        let far = |temp_c: &SignedDecimal| range.over_micro(*temp_c).unsigned_abs();
        let last = fresh.max_by_key(|(_, at, temp_c)| (far(temp_c), *at));
        let last = last.map(|(_, at, temp_c)| (*at, *temp_c));
        let is_out = last.is_some_and(|(_, temp_c)| range.over_micro(temp_c) != 0);
        let is_asked = range.min_c.is_some() || range.max_c.is_some();
        let standing = match (is_asked, spoken(newest, now), is_out) {
            (false, _, _) => Standing::NotAsked,
            (true, false, _) => Standing::Silent,
            (true, true, true) => Standing::Excursion,
            (true, true, false) => Standing::InRange,
        };
        Leg { standing, last }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_795_312_860;

    fn degrees(text: &str) -> SignedDecimal {
        SignedDecimal::parse(text).unwrap()
    }

    fn asked() -> Range {
        Range {
            min_c: Some(degrees("0")),
            max_c: Some(degrees("4")),
        }
    }

    /// What the readings say `(thermometer, minutes ago, degrees)`.
    fn leg(readings: &[(&str, u64, &str)]) -> Leg {
        let mut all = Readings::default();
        for (device, minutes, temp_c) in readings {
            let at = UnixSeconds::new(NOW - minutes * 60).unwrap();
            all.note(device, at, degrees(temp_c));
        }
        all.standing(asked(), UnixSeconds::new(NOW).unwrap())
    }

    #[test]
    fn the_newest_reading_says_how_the_leg_stands() {
        assert_eq!(leg(&[]).standing, Standing::NoReadings);
        assert_eq!(leg(&[("A", 5, "3")]).standing, Standing::InRange);
        assert_eq!(leg(&[("A", 5, "4.1")]).standing, Standing::Excursion);
        assert_eq!(
            leg(&[("A", 9, "9"), ("A", 5, "3.9")]).standing,
            Standing::InRange
        );
        // In whatever order they were recorded.
        assert_eq!(
            leg(&[("A", 5, "3.9"), ("A", 9, "9")]).standing,
            Standing::InRange
        );
    }

    #[test]
    fn after_more_than_ten_minutes_without_a_reading_the_leg_is_silent_whatever_was_read() {
        assert_eq!(leg(&[("A", 10, "3")]).standing, Standing::InRange);
        assert_eq!(leg(&[("A", 11, "3")]).standing, Standing::Silent);
        assert_eq!(leg(&[("A", 11, "9")]).standing, Standing::Silent);
    }

    #[test]
    fn where_no_range_is_asked_for_nothing_is_in_it_or_out_of_it() {
        let mut all = Readings::default();
        all.note("A", UnixSeconds::new(NOW - 3_600).unwrap(), degrees("21"));
        let none = Range {
            min_c: None,
            max_c: None,
        };
        let leg = all.standing(none, UnixSeconds::new(NOW).unwrap());
        assert_eq!(leg.standing, Standing::NotAsked);
        assert_eq!(leg.last.unwrap().1, degrees("21"));
    }

    #[test]
    fn of_two_sensors_the_worse_counts_unless_it_fell_silent() {
        let both = leg(&[("A", 2, "3"), ("B", 4, "-0.5")]);
        assert_eq!(both.standing, Standing::Excursion);
        assert_eq!(both.last.unwrap().1, degrees("-0.5"));
        let one = leg(&[("A", 2, "3"), ("B", 40, "9")]);
        assert_eq!(one.standing, Standing::InRange);
    }
}
