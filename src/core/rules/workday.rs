//! Chinese working days. Weekend days are swapped around holidays (调休) by a yearly notice of the
//! State Council, so the table is the only truth and nothing is computed beyond it.

use crate::core::text::{Bilingual, Explain};
use crate::core::time::ChinaDate;
use chrono::{Datelike, Weekday};
use std::collections::BTreeMap;
use std::sync::LazyLock;

pub(super) const TEXT: &str = include_str!("data/workdays.tsv");

/// Where the table comes from.
pub(super) const SOURCE: &str =
    "国务院办公厅关于部分节假日安排的通知 (each year's notice and its changes)";

/// Most working days one deadline may count (the longest in law is 45).
pub const WORKDAYS_MAX: u16 = 1_000;

static TABLE: LazyLock<BTreeMap<ChinaDate, Row>> = LazyLock::new(|| parse(TEXT));

/// Why a day is not an ordinary one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpecialDay {
    /// Nobody works 放假.
    Holiday,
    /// A Saturday or Sunday on which people work 调休上班.
    Workday,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    kind: SpecialDay,
    name: &'static str,
}

/// The table of holidays does not reach this date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the table of working days does not reach {date}")]
pub struct BeyondTable {
    /// The date asked for.
    pub date: ChinaDate,
}

impl Explain for BeyondTable {
    fn code(&self) -> &'static str {
        "workday_beyond_table"
    }

    fn explain(&self) -> Bilingual {
        let date = self.date;
        Bilingual::new(
            format!("{date}的放假安排不在工作日表内, 不作推算"),
            format!("the table of holidays does not reach {date}, and nothing is guessed"),
        )
    }
}

fn parse(text: &'static str) -> BTreeMap<ChinaDate, Row> {
    text.lines().filter_map(parse_line).collect()
}

fn parse_line(line: &'static str) -> Option<(ChinaDate, Row)> {
    let mut cells = line.split('\t');
    let date = ChinaDate::parse(cells.next()?)?;
    let kind = match cells.next()? {
        "holiday" => SpecialDay::Holiday,
        "workday" => SpecialDay::Workday,
        _ => return None,
    };
    let name = cells.next()?;
    Some((date, Row { kind, name }))
}

/// First and last year of the table; every year between has its notice.
#[must_use]
pub fn years() -> Option<(i32, i32)> {
    let (first, _) = TABLE.first_key_value()?;
    let (last, _) = TABLE.last_key_value()?;
    Some((first.year(), last.year()))
}

/// Why `date` is special, and the name of the holiday, if the notice of its year names it.
#[must_use]
pub fn special_day(date: ChinaDate) -> Option<(SpecialDay, &'static str)> {
    TABLE.get(&date).map(|row| (row.kind, row.name))
}

/// Whether people work on `date`.
///
/// # Errors
/// The table does not reach the year.
pub fn is_workday(date: ChinaDate) -> Result<bool, BeyondTable> {
    let known = years().is_some_and(|(first, last)| (first..=last).contains(&date.year()));
    if !known {
        return Err(BeyondTable { date });
    }
    Ok(match special_day(date) {
        Some((kind, _)) => kind == SpecialDay::Workday,
        None => !matches!(date.naive().weekday(), Weekday::Sat | Weekday::Sun),
    })
}

/// The `count`-th working day after `start`; the day of the event itself does not count. Zero
/// working days later is `start` itself. At most [`WORKDAYS_MAX`] are counted.
///
/// # Errors
/// The table does not reach as far, or `count` is larger than any deadline.
pub fn add_workdays(start: ChinaDate, count: u16) -> Result<ChinaDate, BeyondTable> {
    let mut date = start;
    is_workday(start)?;
    if count > WORKDAYS_MAX {
        return Err(BeyondTable { date });
    }
    let mut left = count;
    while left > 0 {
        date = date.plus_days(1).ok_or(BeyondTable { date })?;
        if is_workday(date)? {
            left = left.saturating_sub(1);
        }
    }
    Ok(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> ChinaDate {
        ChinaDate::parse(text).unwrap()
    }

    #[test]
    fn every_line_of_the_table_reads_in_order_and_swapped_days_are_weekend_days() {
        let lines: Vec<_> = TEXT
            .lines()
            .filter(|line| !line.starts_with('#') && !line.starts_with("date\t"))
            .collect();
        let rows: Vec<_> = lines
            .iter()
            .map(|line| parse_line(line).expect(line))
            .collect();
        assert!(rows.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert_eq!(rows.len(), TABLE.len());
        for (date, row) in &rows {
            let weekend = matches!(date.naive().weekday(), Weekday::Sat | Weekday::Sun);
            assert!(row.kind == SpecialDay::Holiday || weekend, "{date}");
            assert!(!row.name.is_empty());
        }
        assert_eq!(years(), Some((2019, 2026)));
        for year in 2019..=2026 {
            let holidays = rows
                .iter()
                .filter(|(date, row)| date.year() == year && row.kind == SpecialDay::Holiday);
            assert!(holidays.count() >= 28, "{year} has its notice");
        }
    }

    #[test]
    fn a_broken_line_is_no_row() {
        for line in [
            "2026-01-01\tparty\t元旦",
            "2026-13-01\tholiday\t元旦",
            "2026-01-01\tholiday",
            "",
        ] {
            assert_eq!(parse_line(line), None, "{line}");
        }
    }

    #[test]
    fn people_work_on_a_swapped_saturday_and_not_on_a_holiday_weekday() {
        assert_eq!(is_workday(day("2026-02-14")), Ok(true));
        assert_eq!(
            special_day(day("2026-02-14")),
            Some((SpecialDay::Workday, "春节"))
        );
        assert_eq!(
            is_workday(day("2026-02-16")),
            Ok(false),
            "a Monday in Spring Festival"
        );
        assert_eq!(
            is_workday(day("2026-11-21")),
            Ok(false),
            "an ordinary Saturday"
        );
        assert_eq!(
            is_workday(day("2026-11-20")),
            Ok(true),
            "an ordinary Friday"
        );
        assert_eq!(special_day(day("2026-11-20")), None);
        assert_eq!(
            is_workday(day("2020-01-31")),
            Ok(false),
            "the holiday prolonged in 2020"
        );
    }

    #[test]
    fn working_days_are_counted_across_swapped_days_holidays_and_leap_days() {
        for (start, count, end) in [
            ("2026-09-18", 1, "2026-09-20"),
            ("2026-09-30", 1, "2026-10-08"),
            ("2026-09-30", 3, "2026-10-10"),
            ("2024-02-28", 1, "2024-02-29"),
            ("2024-02-28", 2, "2024-03-01"),
            ("2026-11-21", 1, "2026-11-23"),
            ("2026-11-21", 0, "2026-11-21"),
        ] {
            assert_eq!(
                add_workdays(day(start), count),
                Ok(day(end)),
                "{start} + {count}"
            );
        }
    }

    #[test]
    fn beyond_the_table_nothing_is_guessed() {
        assert_eq!(
            is_workday(day("2027-01-04")),
            Err(BeyondTable {
                date: day("2027-01-04")
            })
        );
        assert!(is_workday(day("2018-12-31")).is_err());
        assert_eq!(
            add_workdays(day("2026-12-25"), 15),
            Err(BeyondTable {
                date: day("2027-01-01")
            })
        );
        assert!(add_workdays(day("2027-01-04"), 0).is_err());
        assert!(add_workdays(day("2019-01-02"), WORKDAYS_MAX + 1).is_err());
        assert!(
            BeyondTable {
                date: day("2027-01-01")
            }
            .explain()
            .zh
            .contains("2027-01-01")
        );
    }

    #[test]
    fn each_year_has_about_two_hundred_and_fifty_working_days() {
        for year in 2019..=2026 {
            let first = ChinaDate::from_ymd(year, 1, 1).unwrap();
            let count = (0..366)
                .filter_map(|days| first.plus_days(days))
                .filter(|date| date.year() == year && is_workday(*date) == Ok(true))
                .count();
            assert!((247..=252).contains(&count), "{year}: {count}");
        }
    }
}
