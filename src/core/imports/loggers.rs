//! How temperature loggers write their files: which columns they have, and how times and temperatures are
//! written in them. The table is that of the workbench, too.

use super::cell::{Epoch, date_of, degrees_of, half_width};
use super::fault::What;
use super::read::RowRead;
use crate::core::enrol::Cell;
use crate::core::quantity::SignedDecimal;
use crate::core::record::words::can_be_measured;
use crate::core::time::{ChinaDate, UnixSeconds};
use serde::Deserialize;
use std::sync::LazyLock;

const TEXT: &str = include_str!("data/loggers.toml");

static LOGGERS: LazyLock<Table> = LazyLock::new(|| toml::from_str(TEXT).unwrap_or_default());

/// Seconds by which China's time is ahead.
const CHINA_S: i64 = 8 * 3_600;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    logger: Vec<Logger>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Logger {
    /// Its kind, for whoever reads the table.
    #[serde(rename = "zh")]
    _zh: String,
    #[serde(rename = "en")]
    _en: String,
    /// The column of the date, where it stands apart from the time.
    #[serde(default)]
    date: Vec<String>,
    time: Vec<String>,
    temp: Vec<String>,
    order: Order,
}

/// In which order a date's parts stand, unless it begins with a year of four digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Order {
    Ymd,
    Dmy,
    Mdy,
}

/// How a file is laid out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layout {
    pub date: Option<usize>,
    pub time: usize,
    pub temp: usize,
    order: Order,
    /// Seconds by which times are ahead of UTC unless they say otherwise.
    ahead_s: i64,
}

/// Where times and temperatures stand, if the row heads them: the first layout that fits.
pub(super) fn columns(row: &RowRead) -> Option<Layout> {
    let heads: Vec<(usize, String)> = row
        .cells
        .iter()
        .filter_map(|(place, cell)| match cell {
            Cell::Text(text) => Some((*place, plain(text))),
            _ => None,
        })
        .collect();
    let place = |names: &[String]| {
        let is_named = |head: &str| {
            names.iter().any(|name| match name.strip_suffix('*') {
                Some(begins) => head.starts_with(begins),
                None => head == name,
            })
        };
        let found = heads.iter().find(|(_, head)| is_named(head));
        found.map(|(place, _)| *place)
    };
    let layout = |logger: &Logger| {
        Some(Layout {
            date: place(&logger.date),
            time: place(&logger.time)?,
            temp: place(&logger.temp)?,
            order: logger.order,
            ahead_s: CHINA_S,
        })
    };
    let fits = |logger: &&Logger| {
        layout(logger).is_some_and(|it| it.date.is_some() != logger.date.is_empty())
    };
    let mut found = layout(LOGGERS.logger.iter().find(fits)?)?;
    // A column "date" beside one of the time means that the time alone has none.
    let has_date = heads
        .iter()
        .any(|(_, head)| head == "date" || head == "日期");
    if found.date.is_none() && has_date {
        let mut all = LOGGERS.logger.iter().filter_map(layout);
        found = all.find(|it| it.date.is_some()).unwrap_or(found);
    }
    let head = heads.iter().find(|(place, _)| *place == found.time);
    let zone = head.and_then(|(_, head)| head.split_once("gmt"));
    if let Some((_, ahead_s)) = zone.and_then(|(_, zone)| zoned(zone, CHINA_S)) {
        found.ahead_s = ahead_s;
    }
    Some(found)
}

/// A heading without spaces and case, with brackets of half width.
fn plain(text: &str) -> String {
    let text = half_width(text);
    let kept = text.chars().filter(|c| !c.is_whitespace());
    kept.flat_map(char::to_lowercase).collect()
}

pub(super) fn degrees(cell: &Cell) -> Result<SignedDecimal, What> {
    // A comma before one or two digits is that of a decimal; before three it could be either.
    let read = |text: &str| {
        let decimals = text.split_once(',').map(|(_, rest)| {
            let digits = rest.chars().take_while(char::is_ascii_digit).count();
            (1..=2).contains(&digits) && !rest.contains([',', '.'])
        });
        let found = match decimals {
            None => degrees_of(text),
            Some(true) => degrees_of(&text.replacen(',', ".", 1)),
            Some(false) => None,
        };
        found
            .filter(|read| can_be_measured(*read))
            .ok_or(What::BadTemperature)
    };
    match cell {
        Cell::Text(text) | Cell::Number(text) => read(text),
        Cell::Rounded => Err(What::BadTemperature),
        Cell::Failed => Err(What::FailedFormula),
    }
}

/// A moment as loggers write it; that of the file's zone unless it says otherwise.
pub(super) fn time_of(
    date: Option<&Cell>,
    time: &Cell,
    layout: Layout,
    epoch: Epoch,
) -> Result<UnixSeconds, What> {
    let text = match (date, time) {
        (Some(Cell::Text(date)), Cell::Text(time)) => half_width(&format!("{date} {time}")),
        (None, Cell::Text(time)) => half_width(time),
        _ => return Err(What::BadTime),
    };
    let (date, clock) = text.split_once([' ', 'T']).ok_or(What::BadTime)?;
    let date = in_order(date, layout.order);
    let (date, is_serial) = date_of(&date, epoch).map_err(|_none| What::BadTime)?;
    let seconds = clock_of(clock.trim(), layout.ahead_s).filter(|_| !is_serial);
    seconds
        .and_then(|seconds| moment(date, seconds))
        .ok_or(What::BadTime)
}

/// A date with its year first. A year of two digits is read only where the logger is known by its columns.
fn in_order(date: &str, order: Order) -> String {
    let mut parts = date.split(['-', '/', '.']);
    let three = (parts.next(), parts.next(), parts.next(), parts.next());
    let (Some(first), Some(second), Some(third), None) = three else {
        return date.to_owned();
    };
    let (day, month) = match order {
        Order::Dmy => (first, second),
        Order::Mdy => (second, first),
        Order::Ymd => return date.to_owned(),
    };
    match (first.len(), third.len()) {
        (1 | 2, 4) => format!("{third}-{month}-{day}"),
        (1 | 2, 2) => format!("20{third}-{month}-{day}"),
        _ => date.to_owned(),
    }
}

/// Seconds of the day in China, of `8:30`, `08:30:15.5`, `8:30 PM`, `8时30分` or `00:30:00Z`.
fn clock_of(text: &str, ahead_s: i64) -> Option<i64> {
    let (clock, ahead) = zoned(text, ahead_s)?;
    let (clock, half) = halved(clock.trim_end());
    let clock = clock.trim_end_matches('秒').trim_end_matches('分');
    let mut parts = clock.split([':', '时', '分']);
    let hour = two(parts.next()?, 23)?;
    let hour = match half {
        None => hour,
        Some(noon) if (1..=12).contains(&hour) => (hour % 12).checked_add(noon)?,
        Some(_) => return None,
    };
    let minute = two(parts.next()?, 59)?;
    let second = match parts.next() {
        None => 0,
        // Fractions of a second are nothing to a temperature.
        Some(second) => two(second.split(['.', ',']).next()?, 59)?,
    };
    let seconds = hour
        .checked_mul(3_600)?
        .checked_add(minute.checked_mul(60)?)?
        .checked_add(second)?;
    parts
        .next()
        .is_none()
        .then(|| seconds.checked_sub(ahead)?.checked_add(CHINA_S))?
}

/// The clock without AM or PM, and the hours that are added to it.
fn halved(clock: &str) -> (&str, Option<i64>) {
    let without = |half: &[&str]| half.iter().find_map(|it| clock.strip_suffix(it));
    match (without(&["AM", "am"]), without(&["PM", "pm"])) {
        (Some(clock), _) => (clock.trim_end(), Some(0)),
        (_, Some(clock)) => (clock.trim_end(), Some(12)),
        _ => (clock, None),
    }
}

/// The clock, and by how many seconds it is ahead of UTC; by `otherwise` if it does not say so.
fn zoned(text: &str, otherwise: i64) -> Option<(&str, i64)> {
    if let Some(clock) = text.strip_suffix(['Z', 'z']) {
        return Some((clock, 0));
    }
    let Some(at) = text.find(['+', '-']) else {
        return Some((text, otherwise));
    };
    let (clock, zone) = text.split_at_checked(at)?;
    let (sign, zone) = match zone.strip_prefix('-') {
        Some(zone) => (-1, zone),
        None => (1, zone.strip_prefix('+')?),
    };
    let (hours, minutes) = zone.split_once(':').or_else(|| zone.split_at_checked(2))?;
    let ahead = two(hours, 14)?
        .checked_mul(3_600)?
        .checked_add(two(minutes, 59)?.checked_mul(60)?)?;
    Some((clock, ahead.checked_mul(sign)?))
}

fn two(text: &str, max: i64) -> Option<i64> {
    let is_two = (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    let number: i64 = text.parse().ok()?;
    (is_two && number <= max).then_some(number)
}

fn moment(date: ChinaDate, seconds: i64) -> Option<UnixSeconds> {
    let begins = i64::try_from(date.begins().get()).ok()?;
    UnixSeconds::new(u64::try_from(begins.checked_add(seconds)?).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_loggers_is_read() {
        assert!(LOGGERS.logger.len() >= 8);
    }
}
