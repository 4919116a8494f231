//! Deadlines and allowances: late entry, recall, near expiry and the other clocks of procedure.

use super::basis::{Basis, read};
use super::workday::{BeyondTable, add_workdays};
use crate::core::text::Bilingual;
use crate::core::time::{ChinaDate, UnixSeconds};
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

pub(super) const TEXT: &str = include_str!("data/clocks.toml");

/// Seconds in an hour.
const HOUR_S: u64 = 3_600;

/// Seconds in a day.
const DAY_S: u64 = 86_400;

static TABLE: LazyLock<Table> = LazyLock::new(|| read(TEXT));

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    clock: Vec<Clock>,
    recall: Vec<RecallPolicy>,
    near_expiry: Vec<NearExpiry>,
}

/// Unit of a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ClockUnit {
    /// Seconds 秒.
    #[serde(rename = "s")]
    Second,
    /// Hours 小时.
    #[serde(rename = "h")]
    Hour,
    /// Days 日.
    #[serde(rename = "d")]
    Day,
    /// Working days 工作日.
    #[serde(rename = "workday")]
    Workday,
}

impl ClockUnit {
    /// The unit as text in the table of sources.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Second => "s",
            Self::Hour => "h",
            Self::Day => "d",
            Self::Workday => "workday",
        }
    }
}

/// A deadline or allowance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clock {
    /// Name of the rule.
    pub id: String,
    /// How long, in `unit`.
    pub value: u16,
    /// Unit of `value`.
    pub unit: ClockUnit,
    /// What it is for, in Chinese.
    pub zh: String,
    /// What it is for, in English.
    pub en: String,
    /// Where it comes from and when it holds.
    pub basis: Basis,
}

impl Clock {
    /// Length in seconds; none for working days, whose length depends on the calendar.
    #[must_use]
    pub fn seconds(&self) -> Option<u64> {
        let value = u64::from(self.value);
        match self.unit {
            ClockUnit::Second => Some(value),
            ClockUnit::Hour => Some(value.saturating_mul(HOUR_S)),
            ClockUnit::Day => Some(value.saturating_mul(DAY_S)),
            ClockUnit::Workday => None,
        }
    }

    /// The last moment of the clock when it starts at `start`. Working days end with their day.
    ///
    /// # Errors
    /// The table of working days does not reach as far.
    pub fn due(&self, start: UnixSeconds) -> Result<UnixSeconds, BeyondTable> {
        match self.seconds() {
            Some(seconds) => Ok(start.plus(seconds)),
            None => add_workdays(start.china_date(), self.value).map(day_ends),
        }
    }
}

/// The severity of a recall, the first being the gravest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "u8", try_from = "u8")]
pub enum RecallLevel {
    /// Level 1 一级: serious harm or death.
    One,
    /// Level 2 二级: general harm.
    Two,
    /// Level 3 三级: false label.
    Three,
}

impl RecallLevel {
    /// Every level.
    pub const ALL: [Self; 3] = [Self::One, Self::Two, Self::Three];
}

impl From<RecallLevel> for u8 {
    fn from(level: RecallLevel) -> Self {
        match level {
            RecallLevel::One => 1,
            RecallLevel::Two => 2,
            RecallLevel::Three => 3,
        }
    }
}

impl TryFrom<u8> for RecallLevel {
    type Error = &'static str;

    fn try_from(number: u8) -> Result<Self, Self::Error> {
        let found = Self::ALL
            .into_iter()
            .find(|level| u8::from(*level) == number);
        found.ok_or("a recall has level 1, 2 or 3")
    }
}

/// One edition of the rules on recall. A recall names the edition it follows, because the day on
/// which the edition of 2026 came into force is not known here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecallPolicy {
    /// Name of the policy, written in recalls as `policy_version`.
    pub id: String,
    /// Its Chinese title.
    pub zh: String,
    /// Its English title.
    pub en: String,
    /// Hours from knowing of the risk to the start of the recall, by level.
    start_h: [u16; 3],
    /// Working days from the announcement to the end of the recall, by level, if known.
    finish_workdays: Option<[u16; 3]>,
    /// Where it comes from and when it holds.
    pub basis: Basis,
}

impl RecallPolicy {
    /// Hours from knowing of the risk to the start of the recall.
    #[must_use]
    pub const fn start_h(&self, level: RecallLevel) -> u16 {
        by_level(self.start_h, level)
    }

    /// Working days from the announcement to the end of the recall, if known.
    #[must_use]
    pub fn finish_workdays(&self, level: RecallLevel) -> Option<u16> {
        self.finish_workdays.map(|days| by_level(days, level))
    }

    /// The last moment to start a recall of a risk known since `known_at`.
    #[must_use]
    pub fn start_due(&self, level: RecallLevel, known_at: UnixSeconds) -> UnixSeconds {
        known_at.plus(u64::from(self.start_h(level)).saturating_mul(HOUR_S))
    }

    /// The last moment to finish a recall announced on `announced_on`; none if the policy's
    /// deadline is not known.
    ///
    /// # Errors
    /// The table of working days does not reach as far.
    pub fn finish_due(
        &self,
        level: RecallLevel,
        announced_on: ChinaDate,
    ) -> Result<Option<UnixSeconds>, BeyondTable> {
        let days = self.finish_workdays(level);
        days.map(|days| add_workdays(announced_on, days).map(day_ends))
            .transpose()
    }

    /// The policy's title.
    #[must_use]
    pub fn title(&self) -> Bilingual {
        Bilingual::new(&self.zh, &self.en)
    }
}

const fn by_level(values: [u16; 3], level: RecallLevel) -> u16 {
    let [one, two, three] = values;
    match level {
        RecallLevel::One => one,
        RecallLevel::Two => two,
        RecallLevel::Three => three,
    }
}

/// From how many days before the end of shelf life goods count as near expiry 临期.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NearExpiry {
    /// Name of the rule.
    pub id: String,
    /// Shortest shelf life it is for, in days.
    pub shelf_life_days_min: u32,
    /// Longest shelf life it is for, in days; absent without an upper end.
    pub shelf_life_days_max: Option<u32>,
    /// Days before the end.
    pub near_days: u16,
    /// Where it comes from and when it holds.
    pub basis: Basis,
}

/// The last second of a China date.
fn day_ends(date: ChinaDate) -> UnixSeconds {
    date.begins().plus(DAY_S.saturating_sub(1))
}

/// Every clock.
pub fn clocks() -> impl Iterator<Item = &'static Clock> {
    TABLE.clock.iter()
}

/// The clock with this id on `date`.
#[must_use]
pub fn clock(id: &str, date: ChinaDate) -> Option<&'static Clock> {
    clocks().find(|clock| clock.id == id && clock.basis.covers(date))
}

/// How much later than its own time a record may reach the ledger before it is marked 补录, in
/// seconds.
#[must_use]
pub fn late_entry_allowance_s() -> u64 {
    seconds_of("late_entry_allowance")
}

/// Days between self-checks of premises, unless they say otherwise; and whether a rule says so, or it is for
/// reference only.
#[must_use]
pub fn self_check(date: ChinaDate) -> Option<(u16, &'static Basis)> {
    clock("self_check", date).map(|clock| (clock.value, &clock.basis))
}

/// How far a record's time may lie ahead of the node's, in seconds.
#[must_use]
pub fn future_skew_s() -> u64 {
    seconds_of("future_skew")
}

/// How long the consignee has to receive what was sent before its sender may settle it alone, in
/// seconds.
#[must_use]
pub fn receipt_wait_s() -> u64 {
    seconds_of("receipt_wait")
}

/// A project default in seconds; zero, the strictest, were it missing.
fn seconds_of(id: &str) -> u64 {
    let found = clocks().find(|clock| clock.id == id);
    found.and_then(Clock::seconds).unwrap_or(0)
}

/// Every policy on recall.
pub fn recall_policies() -> impl Iterator<Item = &'static RecallPolicy> {
    TABLE.recall.iter()
}

/// The policy on recall with this id.
#[must_use]
pub fn recall_policy(id: &str) -> Option<&'static RecallPolicy> {
    recall_policies().find(|policy| policy.id == id)
}

/// Every rule on near expiry.
pub fn near_expiry_rules() -> impl Iterator<Item = &'static NearExpiry> {
    TABLE.near_expiry.iter()
}

/// The rule on near expiry for goods of this shelf life; none for those too short to have one.
#[must_use]
pub fn near_expiry(shelf_life_days: u32) -> Option<&'static NearExpiry> {
    near_expiry_rules().find(|rule| {
        rule.shelf_life_days_min <= shelf_life_days
            && rule
                .shelf_life_days_max
                .is_none_or(|max| shelf_life_days <= max)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn day(text: &str) -> ChinaDate {
        ChinaDate::parse(text).unwrap()
    }

    #[test]
    fn the_table_reads_and_every_id_stands_once() {
        let table: Table = toml::from_str(TEXT).unwrap();
        let ids = table.clock.iter().map(|row| &row.id);
        let ids = ids.chain(table.recall.iter().map(|row| &row.id));
        let ids: BTreeSet<_> = ids
            .chain(table.near_expiry.iter().map(|row| &row.id))
            .collect();
        let count = table.clock.len() + table.recall.len() + table.near_expiry.len();
        assert_eq!(ids.len(), count);
    }

    #[test]
    fn a_record_may_come_a_day_late_and_five_minutes_early() {
        assert_eq!(late_entry_allowance_s(), 86_400);
        assert_eq!(future_skew_s(), 300);
        for id in ["late_entry_allowance", "future_skew"] {
            let clock = clock(id, day("2026-01-01")).unwrap();
            assert_eq!(clock.basis.source.as_deref(), Some("project default"));
        }
        assert_eq!(seconds_of("no such clock"), 0);
    }

    #[test]
    fn a_clock_in_working_days_ends_with_its_day_and_refuses_to_guess() {
        let clock = clock("complaint_accept", day("2026-09-28")).unwrap();
        let due = clock.due(day("2026-09-28").begins()).unwrap();
        assert_eq!(due.china_minute(), "2026-10-13 23:59");
        assert!(clock.due(day("2026-12-28").begins()).is_err());
        assert_eq!(clock.seconds(), None);
    }

    #[test]
    fn a_clock_in_hours_runs_over_nights() {
        let clock = clock("animal_arrival_report", day("2026-09-28")).unwrap();
        let start = day("2026-09-28").begins();
        assert_eq!(clock.due(start).unwrap().since(start), 86_400);
    }

    #[test]
    fn recall_limits_depend_on_the_policy_a_recall_names() {
        let known = day("2026-03-02").begins();
        let hours = |id: &str, level| {
            recall_policy(id)
                .unwrap()
                .start_due(level, known)
                .since(known)
                / HOUR_S
        };
        assert_eq!(
            RecallLevel::ALL.map(|level| hours("recall_2015", level)),
            [24, 48, 72]
        );
        assert_eq!(
            RecallLevel::ALL.map(|level| hours("recall_2026", level)),
            [24, 36, 48]
        );
        assert!(recall_policy("recall_2026").unwrap().basis.reference);
        assert!(!recall_policy("recall_2015").unwrap().basis.reference);
        assert_eq!(recall_policy("recall_2030"), None);
    }

    #[test]
    fn the_end_of_a_recall_is_known_only_for_the_older_policy() {
        let end = |id: &str, level, on| recall_policy(id).unwrap().finish_due(level, day(on));
        let known = end("recall_2015", RecallLevel::One, "2026-03-02")
            .unwrap()
            .unwrap();
        assert_eq!(known.china_minute(), "2026-03-16 23:59");
        assert_eq!(end("recall_2026", RecallLevel::One, "2026-03-02"), Ok(None));
        assert!(end("recall_2015", RecallLevel::Three, "2026-12-01").is_err());
    }

    #[test]
    fn a_recall_level_is_written_as_its_number() {
        for level in RecallLevel::ALL {
            let text = serde_json::to_string(&level).unwrap();
            assert_eq!(serde_json::from_str::<RecallLevel>(&text).unwrap(), level);
        }
        assert!(serde_json::from_str::<RecallLevel>("0").is_err());
        assert!(serde_json::from_str::<RecallLevel>("4").is_err());
    }

    #[test]
    fn near_expiry_covers_every_shelf_life_from_three_days_once() {
        let days = |shelf_life| near_expiry(shelf_life).map(|rule| rule.near_days);
        assert_eq!(days(2), None);
        for (shelf_life, near) in [
            (3, 2),
            (15, 2),
            (16, 5),
            (29, 5),
            (30, 10),
            (90, 15),
            (180, 20),
            (364, 20),
            (365, 45),
            (u32::MAX, 45),
        ] {
            assert_eq!(days(shelf_life), Some(near), "{shelf_life}");
        }
        for shelf_life in 3..800 {
            let matching = near_expiry_rules().filter(|rule| {
                rule.shelf_life_days_min <= shelf_life
                    && rule.shelf_life_days_max.is_none_or(|max| shelf_life <= max)
            });
            assert_eq!(matching.count(), 1, "{shelf_life}");
        }
        assert!(near_expiry_rules().all(|rule| rule.basis.reference));
    }
}
