//! Time as the ledger speaks of it: whole seconds in UTC for what is stored, China dates
//! (+08:00) for what counts in law. The core never reads a clock; times come in as arguments.

use chrono::{DateTime, Datelike, Days, FixedOffset, NaiveDate, TimeZone, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// Largest integer that JSON readers in every language keep exact (2^53 - 1).
pub const INTEGER_MAX: u64 = (1 << 53) - 1;

/// Characters of `YYYY-MM-DD`.
const DATE_CHARS: usize = 10;

/// Offset of China Standard Time in seconds; China has used no other since 1992.
const CHINA_OFFSET_S: i32 = 8 * 3600;

/// Seconds since 1970-01-01T00:00:00Z, whole, at most 2^53 - 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
#[serde(transparent)]
pub struct UnixSeconds(u64);

impl UnixSeconds {
    /// Accepts `seconds` if every JSON reader can hold it exactly and it is a civil date.
    #[must_use]
    pub fn new(seconds: u64) -> Option<Self> {
        let signed = i64::try_from(seconds).ok()?;
        (seconds <= INTEGER_MAX && DateTime::<Utc>::from_timestamp(signed, 0).is_some())
            .then_some(Self(seconds))
    }

    /// The number of seconds.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The number of seconds as a database integer.
    #[must_use]
    pub fn as_i64(self) -> i64 {
        i64::try_from(self.0).unwrap_or(i64::MAX)
    }

    /// This moment plus `seconds`, or the last representable moment.
    #[must_use]
    pub fn plus(self, seconds: u64) -> Self {
        Self::new(self.0.saturating_add(seconds)).unwrap_or(self)
    }

    /// This moment minus `seconds`, or the epoch.
    #[must_use]
    pub const fn minus(self, seconds: u64) -> Self {
        Self(self.0.saturating_sub(seconds))
    }

    /// Seconds from `earlier` to this moment; zero if `earlier` is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }

    /// The date in China at this moment; dates of law are China dates.
    #[must_use]
    pub fn china_date(self) -> ChinaDate {
        ChinaDate(self.china_time().date_naive())
    }

    /// The moment as `YYYY-MM-DD HH:MM` in China time, for people.
    #[must_use]
    pub fn china_minute(self) -> String {
        self.china_time().format("%Y-%m-%d %H:%M").to_string()
    }

    /// The moment as RFC 3339 in UTC, for machines.
    #[must_use]
    pub fn rfc3339(self) -> String {
        self.utc().format("%Y-%m-%dT%H:%M:%SZ").to_string()
    }

    /// Reads a moment as RFC 3339 writes it; what is beneath a second is left out.
    #[must_use]
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        let time = DateTime::parse_from_rfc3339(text).ok()?;
        Self::new(u64::try_from(time.timestamp()).ok()?)
    }

    fn utc(self) -> DateTime<Utc> {
        DateTime::<Utc>::from_timestamp(self.as_i64(), 0).unwrap_or_default()
    }

    fn china_time(self) -> DateTime<FixedOffset> {
        match FixedOffset::east_opt(CHINA_OFFSET_S) {
            Some(offset) => offset.from_utc_datetime(&self.utc().naive_utc()),
            None => self.utc().fixed_offset(),
        }
    }
}

impl<'de> Deserialize<'de> for UnixSeconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let seconds = u64::deserialize(deserializer)?;
        Self::new(seconds).ok_or_else(|| D::Error::custom("time is beyond 2^53 seconds"))
    }
}

/// A civil date in China, written `YYYY-MM-DD`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChinaDate(NaiveDate);

impl ChinaDate {
    /// Reads `YYYY-MM-DD` and nothing else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        // chrono also reads years with a sign, which have more digits.
        if text.len() != DATE_CHARS {
            return None;
        }
        let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
        (date.format("%Y-%m-%d").to_string() == text).then_some(Self(date))
    }

    /// The date with this year, month and day, if there is one.
    #[must_use]
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Option<Self> {
        NaiveDate::from_ymd_opt(year, month, day).map(Self)
    }

    /// The year.
    #[must_use]
    pub fn year(self) -> i32 {
        self.0.year()
    }

    /// The date `days` later, if the calendar reaches that far.
    #[must_use]
    pub fn plus_days(self, days: u64) -> Option<Self> {
        self.0.checked_add_days(Days::new(days)).map(Self)
    }

    /// The date `days` earlier, if the calendar reaches that far.
    #[must_use]
    pub fn minus_days(self, days: u64) -> Option<Self> {
        self.0.checked_sub_days(Days::new(days)).map(Self)
    }

    /// Whole days from `earlier` to this date; negative if `earlier` is later.
    #[must_use]
    pub fn days_since(self, earlier: Self) -> i64 {
        self.0.signed_duration_since(earlier.0).num_days()
    }

    /// The moment at which this date begins in China.
    #[must_use]
    pub fn begins(self) -> UnixSeconds {
        let midnight = self
            .0
            .and_time(chrono::NaiveTime::MIN)
            .and_utc()
            .timestamp();
        let seconds = midnight.saturating_sub(i64::from(CHINA_OFFSET_S));
        UnixSeconds(u64::try_from(seconds).unwrap_or(0))
    }

    /// The civil date without a zone, for calendar arithmetic.
    #[must_use]
    pub const fn naive(self) -> NaiveDate {
        self.0
    }
}

impl std::fmt::Display for ChinaDate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0.format("%Y-%m-%d"))
    }
}

impl Serialize for ChinaDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ChinaDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom("date is not YYYY-MM-DD"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_issued_after_midnight_in_china_bears_the_china_date() {
        // 2026-01-01T00:30+08:00 is still 2025 in UTC; the new template applies all the same.
        let moment = UnixSeconds::new(1_767_198_600).unwrap();
        assert_eq!(moment.rfc3339(), "2025-12-31T16:30:00Z");
        assert_eq!(moment.china_date().to_string(), "2026-01-01");
    }

    #[test]
    fn what_is_written_for_machines_is_read_again() {
        let moment = UnixSeconds::new(1_767_198_600).unwrap();
        assert_eq!(UnixSeconds::parse_rfc3339(&moment.rfc3339()), Some(moment));
        let china = UnixSeconds::parse_rfc3339("2026-01-01T00:30:00+08:00");
        assert_eq!(china, Some(moment));
        for wrong in ["", "2026-01-01", "1969-12-31T23:59:59Z", "昨天"] {
            assert_eq!(UnixSeconds::parse_rfc3339(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_date_begins_at_midnight_in_china() {
        let date = ChinaDate::parse("2026-01-01").unwrap();
        assert_eq!(date.begins().rfc3339(), "2025-12-31T16:00:00Z");
        assert_eq!(date.begins().china_date(), date);
    }

    #[test]
    fn dates_have_one_spelling() {
        for bad in [
            "+10000-01-01",
            "-0001-01-01",
            "2026-1-01",
            "2026-01-1",
            "2026-02-30",
            "20260101",
            " 2026-01-01",
            "+2026-01-01",
        ] {
            assert_eq!(ChinaDate::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn times_beyond_exact_integers_are_refused() {
        assert!(serde_json::from_str::<UnixSeconds>("9007199254740993").is_err());
        assert!(serde_json::from_str::<UnixSeconds>("1.5").is_err());
        assert!(serde_json::from_str::<UnixSeconds>("-1").is_err());
    }
}
