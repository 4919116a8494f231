//! Times of a story, told from its last day: `-2T06:30` is half past six in the morning, China
//! time, two days before.

use crate::core::time::{ChinaDate, UnixSeconds};
use serde::{Deserialize, Deserializer, de::Error as _};

/// Most days a story may reach back.
const DAYS_BACK_MAX: u64 = 3_650;

/// A moment told from the last day of the story.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct DayTime {
    /// Days relative to the last day, at most 0.
    days: i64,
    /// Seconds since midnight in China.
    seconds: u64,
}

impl DayTime {
    /// Nothing of a story happens after this moment, eight o'clock on its last day, so that a demo
    /// started in the morning has all of it behind itself.
    pub const LAST: Self = Self {
        days: 0,
        seconds: 8 * 3600,
    };

    /// Reads `<days>T<hh>:<mm>` or `<days>T<hh>:<mm>:<ss>`; days are `0` or negative.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (days, clock) = text.split_once('T')?;
        let mut parts = clock.split(':');
        let (hours, minutes) = (parts.next()?, parts.next()?);
        let seconds = parts.next().unwrap_or("00");
        if parts.next().is_some() {
            return None;
        }
        let two = |digits: &str, below: u64| {
            let plain = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
            let value: u64 = digits.parse().ok()?;
            (plain && value < below).then_some(value)
        };
        let minutes = two(hours, 24)?
            .checked_mul(60)?
            .checked_add(two(minutes, 60)?)?;
        let seconds = minutes.checked_mul(60)?.checked_add(two(seconds, 60)?)?;
        Some(Self {
            days: parse_days(days)?,
            seconds,
        })
    }

    /// The moment, if `base` is the last day of the story.
    #[must_use]
    pub fn on(self, base: ChinaDate) -> Option<UnixSeconds> {
        Some(date(base, self.days)?.begins().plus(self.seconds))
    }
}

impl<'de> Deserialize<'de> for DayTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text)
            .ok_or_else(|| D::Error::custom(format!("{text:?} is not a time like -2T06:30")))
    }
}

/// Reads a number of days relative to the last day. Dates on papers may lie ahead of it.
pub(super) fn parse_days(text: &str) -> Option<i64> {
    let days: i64 = text.parse().ok()?;
    (!text.starts_with('+') && days.unsigned_abs() <= DAYS_BACK_MAX).then_some(days)
}

/// The date `days` after `base`, or before it if negative.
pub(super) fn date(base: ChinaDate, days: i64) -> Option<ChinaDate> {
    if days < 0 {
        base.minus_days(days.unsigned_abs())
    } else {
        base.plus_days(days.unsigned_abs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_from_the_last_day_in_china_time() {
        let base = ChinaDate::parse("2026-11-22").unwrap();
        let at = DayTime::parse("-2T06:30").unwrap().on(base).unwrap();
        assert_eq!(at.rfc3339(), "2026-11-19T22:30:00Z");
        let at = DayTime::parse("0T07:59:30").unwrap().on(base).unwrap();
        assert_eq!(at.rfc3339(), "2026-11-21T23:59:30Z");
        assert_eq!(DayTime::parse("0T08:00"), Some(DayTime::LAST));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for bad in [
            "",
            "0",
            "T06:30",
            "-2 06:30",
            "-2T6:30",
            "-2T24:00",
            "-2T06:60",
            "-2T06:30:99",
            "-2T06:30:00:00",
            "-2T+6:30",
            "+1T06:30",
            "-99999T06:30",
        ] {
            assert_eq!(DayTime::parse(bad), None, "{bad}");
        }
    }
}
