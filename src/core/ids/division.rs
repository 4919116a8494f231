//! Administrative divisions (GB/T 2260) of the four provinces of the Yangtze River Delta, with
//! the years in which each code had each name. The table is `data/divisions.tsv`.

use std::sync::LazyLock;

use super::ascii::{Ascii, text_identifier};
use super::error::{Fault, IdError, IdKind};
use crate::core::time::ChinaDate;

/// The table, with its sources in its header.
const TABLE_TEXT: &str = include_str!("data/divisions.tsv");

/// First two digits of the provinces the table covers.
const PROVINCES_COVERED: std::ops::RangeInclusive<u32> = 31..=34;

/// First two digits of all provinces (GB/T 2260), and 10 for authorities of the whole country.
const PROVINCES: [u32; 35] = [
    10, 11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51,
    52, 53, 54, 61, 62, 63, 64, 65, 71, 81, 82,
];

/// One name of one code.
#[derive(Debug)]
struct Row {
    code: u32,
    name: &'static str,
    /// First calendar year, if the code is not older than the published tables.
    from_year: Option<i32>,
    /// Last calendar year, if the name is no longer in use.
    to_year: Option<i32>,
}

impl Row {
    fn covers(&self, year: i32) -> bool {
        self.from_year.is_none_or(|from| from <= year) && self.to_year.is_none_or(|to| year <= to)
    }
}

static TABLE: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let mut rows: Vec<Row> = TABLE_TEXT.lines().filter_map(read_row).collect();
    rows.sort_by_key(|row| (row.code, row.from_year));
    rows
});

/// One line of the table; comments and the header are no rows.
fn read_row(line: &'static str) -> Option<Row> {
    let mut columns = line.split('\t');
    let code = columns.next()?.parse().ok()?;
    let name = columns.next()?;
    let mut year = || columns.next().and_then(|text| text.trim().parse().ok());
    Some(Row {
        code,
        name,
        from_year: year(),
        to_year: year(),
    })
}

/// All names a code has had, oldest first.
fn rows_of(code: u32) -> &'static [Row] {
    let table = TABLE.as_slice();
    let from = table.partition_point(|row| row.code < code);
    let to = table.partition_point(|row| row.code <= code);
    table.get(from..to).unwrap_or_default()
}

/// Whether a region inside a licence or credit code is known: listed, or in a province that the
/// table does not cover, about which it can say nothing more.
pub(super) fn is_known_region(code: u32) -> bool {
    let province = code / 10_000;
    if PROVINCES_COVERED.contains(&province) {
        // Summary codes (市辖区, 县) name no place, but authorities do put them into numbers.
        let summary = matches!(code, 310_100 | 310_200)
            || (code % 100 == 1 && !rows_of(code.saturating_sub(1)).is_empty());
        summary || !rows_of(code).is_empty()
    } else {
        PROVINCES.contains(&province)
    }
}

/// How deep in the hierarchy a division is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DivisionLevel {
    /// A province or a city directly under the central government.
    Province,
    /// A city with counties or, earlier, a prefecture.
    Prefecture,
    /// A county, district, or city at county level.
    County,
}

/// A code of GB/T 2260 that is in the table, now or earlier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Division {
    text: Ascii<6>,
    code: u32,
}

text_identifier!(Division);

impl Division {
    /// Reads six digits that the table lists.
    ///
    /// # Errors
    /// Says which character is wrong, or that no division has this code.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let kind = IdKind::Division;
        let text = Ascii::<6>::read(kind, text, 6, |_, byte| byte.is_ascii_digit())?;
        let code = text
            .as_str()
            .parse()
            .ok()
            .filter(|code| !rows_of(*code).is_empty())
            .ok_or(kind.fault(Fault::NotListed))?;
        Ok(Self { text, code })
    }

    /// The division with this number, if the table lists it.
    #[must_use]
    pub fn from_number(code: u32) -> Option<Self> {
        Self::parse(&format!("{code:06}")).ok()
    }

    /// Every division of the table once, by code.
    pub fn all() -> impl Iterator<Item = Self> {
        let mut last = 0;
        TABLE.iter().filter_map(move |row| {
            let fresh = row.code != last;
            last = row.code;
            fresh.then(|| Self::from_number(row.code)).flatten()
        })
    }

    /// The six digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.text.as_str()
    }

    /// The six digits as a number, as the database keeps them.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.code
    }

    /// The name in use, or the last one it had, e.g. `嘉善县`.
    #[must_use]
    pub fn name(self) -> &'static str {
        rows_of(self.code).last().map_or("", |row| row.name)
    }

    /// The name it had in the year of `date`; where a year saw two, the later.
    #[must_use]
    pub fn name_on(self, date: ChinaDate) -> Option<&'static str> {
        rows_of(self.code)
            .iter()
            .rfind(|row| row.covers(date.year()))
            .map(|row| row.name)
    }

    /// The name with those of the divisions above it, e.g. `浙江省嘉兴市嘉善县`.
    #[must_use]
    pub fn full_name(self) -> String {
        let mut name = String::new();
        let province = self.province();
        if province != self {
            name.push_str(province.name());
        }
        if let Some(prefecture) = self.prefecture().filter(|above| *above != self) {
            name.push_str(prefecture.name());
        }
        name.push_str(self.name());
        name
    }

    /// How deep in the hierarchy it is.
    #[must_use]
    pub const fn level(self) -> DivisionLevel {
        if self.code.is_multiple_of(10_000) {
            DivisionLevel::Province
        } else if self.code.is_multiple_of(100) {
            DivisionLevel::Prefecture
        } else {
            DivisionLevel::County
        }
    }

    /// The province it lies in; a province lies in itself.
    #[must_use]
    pub fn province(self) -> Self {
        Self::from_number(self.code / 10_000 * 10_000).unwrap_or(self)
    }

    /// The prefecture it lies in, itself if it is one; Shanghai's districts and, in the 1980s,
    /// some cities under a province have none.
    #[must_use]
    pub fn prefecture(self) -> Option<Self> {
        if self.level() == DivisionLevel::Province {
            return None;
        }
        Self::from_number(self.code / 100 * 100)
    }

    /// Whether `other` is this division or lies in it.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        match self.level() {
            DivisionLevel::Province => self.code / 10_000 == other.code / 10_000,
            DivisionLevel::Prefecture => self.code / 100 == other.code / 100,
            DivisionLevel::County => self.code == other.code,
        }
    }

    /// Whether the code was in use in the year of `date`. The table knows years only, so in the
    /// year of a change both the old and the new code count as valid.
    #[must_use]
    pub fn valid_on(self, date: ChinaDate) -> bool {
        rows_of(self.code).iter().any(|row| row.covers(date.year()))
    }

    /// First and last calendar year of the code; `None` at an open end.
    #[must_use]
    pub fn years(self) -> (Option<i32>, Option<i32>) {
        let rows = rows_of(self.code);
        (
            rows.first().and_then(|row| row.from_year),
            rows.last().and_then(|row| row.to_year),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn division(code: &str) -> Division {
        Division::parse(code).unwrap()
    }

    fn date(text: &str) -> ChinaDate {
        ChinaDate::parse(text).unwrap()
    }

    #[test]
    fn the_three_pilot_counties_have_their_names() {
        assert_eq!(division("330421").full_name(), "浙江省嘉兴市嘉善县");
        assert_eq!(division("310118").full_name(), "上海市青浦区");
        assert_eq!(division("320509").full_name(), "江苏省苏州市吴江区");
        assert_eq!(division("330421").province().name(), "浙江省");
        assert_eq!(division("330421").prefecture().unwrap().name(), "嘉兴市");
        assert_eq!(division("310118").prefecture(), None);
    }

    #[test]
    fn a_code_is_valid_in_its_own_years_only() {
        assert!(division("320584").valid_on(date("2011-06-01")));
        assert!(!division("320584").valid_on(date("2013-01-01")));
        assert!(!division("320509").valid_on(date("2011-06-01")));
        assert!(division("320509").valid_on(date("2026-11-22")));
        assert!(division("310229").valid_on(date("1990-01-01")));
        assert_eq!(division("340203").years(), (Some(1983), Some(2020)));
        assert_eq!(
            division("340203").name_on(date("2004-05-01")),
            Some("马塘区")
        );
        assert_eq!(division("340203").name(), "弋江区");
    }

    #[test]
    fn zones_of_the_statistics_bureau_are_no_divisions() {
        for zone in ["320371", "320576", "340176", "340271", "330197", "321392"] {
            let error = Division::parse(zone).unwrap_err();
            assert_eq!(error.fault(), Fault::NotListed, "{zone}");
        }
    }

    #[test]
    fn the_present_counties_are_all_there() {
        let now = date("2026-01-01");
        let count = |province: u32| {
            Division::all()
                .filter(|d| d.number() / 10_000 == province)
                .filter(|d| d.level() == DivisionLevel::County && d.valid_on(now))
                .count()
        };
        assert_eq!(
            [count(31), count(32), count(33), count(34)],
            [16, 95, 90, 104]
        );
        assert_eq!(Division::all().filter(|d| d.name().is_empty()).count(), 0);
        for (code, name) in [
            ("330102", "上城区"),
            ("330110", "余杭区"),
            ("330113", "临平区"),
            ("330114", "钱塘区"),
            ("330127", "淳安县"),
            ("310101", "黄浦区"),
            ("310115", "浦东新区"),
            ("320508", "姑苏区"),
            ("340111", "包河区"),
            ("340209", "弋江区"),
            ("340212", "繁昌区"),
        ] {
            assert_eq!(division(code).name(), name);
            assert!(division(code).valid_on(now));
        }
    }

    #[test]
    fn every_row_of_the_table_is_read() {
        let lines = TABLE_TEXT
            .lines()
            .filter(|line| !line.starts_with('#'))
            .count();
        assert_eq!(TABLE.len(), lines - 1, "all lines but the header are rows");
    }

    #[test]
    fn containment_follows_the_hierarchy() {
        assert!(division("330000").contains(division("330421")));
        assert!(division("330400").contains(division("330421")));
        assert!(!division("330400").contains(division("330102")));
        assert!(!division("330421").contains(division("330400")));
    }
}
