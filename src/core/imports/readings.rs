//! Readings of temperature loggers 温度记录仪: a file of times and temperatures becomes records that
//! observe a leg or a zone.

use super::cell::{Epoch, date_of, degrees_of, half_width};
use super::fault::{Fault, What};
use super::plan::Draft;
use super::read::{NoTable, RowRead};
use crate::core::enrol::Cell;
use crate::core::ids::SiteId;
use crate::core::quantity::SignedDecimal;
use crate::core::record::RecordId;
use crate::core::record::limits::READINGS_MAX;
use crate::core::record::words::Name;
use crate::core::time::{ChinaDate, UnixSeconds};
use serde::Deserialize;
use serde_json::{Map, json};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::sync::LazyLock;

const TEXT: &str = include_str!("data/loggers.toml");

static LOGGERS: LazyLock<Table> = LazyLock::new(|| toml::from_str(TEXT).unwrap_or_default());

/// Rows among which the headings are looked for: loggers put their settings above.
const HEADING_ROWS_MAX: usize = 40;

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
    time: Vec<String>,
    temp: Vec<String>,
}

/// What a file of readings is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Observed {
    /// A leg, by the record that dispatched the goods.
    Leg(RecordId),
    /// A zone of the site.
    Zone(Name),
}

/// What a logger's file says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Readings {
    /// Readings by their times.
    pub found: BTreeMap<UnixSeconds, SignedDecimal>,
    /// What is wrong.
    pub faults: Vec<Fault>,
}

/// Reads a logger's file.
///
/// # Errors
/// [`NoTable`] if no row heads a column of times and one of temperatures.
pub fn read_readings(rows: &[RowRead], epoch: Epoch) -> Result<Readings, NoTable> {
    let mut heads = rows.iter().take(HEADING_ROWS_MAX).enumerate();
    let found = heads.find_map(|(at, row)| Some((at, columns(row)?)));
    let (at, (time_at, temp_at)) = found.ok_or(NoTable::NoHeadings)?;
    let mut readings = Readings::default();
    for row in rows.iter().skip(at.saturating_add(1)) {
        let cell = |place: usize| {
            row.cells
                .iter()
                .find_map(|(at, cell)| (*at == place).then_some(cell))
        };
        let time = cell(time_at).map_or(Err(What::Missing), |cell| time_of(cell, epoch));
        let temp = cell(temp_at).map_or(Err(What::Missing), degrees);
        match (time, temp) {
            (Ok(time), Ok(temp)) => drop(readings.found.insert(time, temp)),
            (time, temp) => {
                let wrong = [(time_at, time.err()), (temp_at, temp.err())];
                for (place, what) in wrong
                    .into_iter()
                    .filter_map(|(place, what)| Some((place, what?)))
                {
                    readings.faults.push(Fault {
                        row: row.number,
                        place: Some(place),
                        column: None,
                        what,
                    });
                }
            }
        }
    }
    Ok(readings)
}

/// Where times and temperatures stand, if the row heads them.
fn columns(row: &RowRead) -> Option<(usize, usize)> {
    let plain = |text: &str| half_width(text).to_lowercase().replace(' ', "");
    let place = |names: &[String]| {
        let mut cells = row.cells.iter();
        cells.find_map(|(place, cell)| match cell {
            Cell::Text(text) => {
                let text = plain(text);
                names
                    .iter()
                    .any(|name| plain(name) == text)
                    .then_some(*place)
            }
            _ => None,
        })
    };
    let mut loggers = LOGGERS.logger.iter();
    loggers.find_map(|logger| Some((place(&logger.time)?, place(&logger.temp)?)))
}

fn degrees(cell: &Cell) -> Result<SignedDecimal, What> {
    match cell {
        Cell::Text(text) | Cell::Number(text) => degrees_of(text).ok_or(What::BadTemperature),
        Cell::Rounded => Err(What::BadTemperature),
        Cell::Failed => Err(What::FailedFormula),
    }
}

/// A moment as loggers write it; China's unless it says otherwise.
fn time_of(cell: &Cell, epoch: Epoch) -> Result<UnixSeconds, What> {
    let Cell::Text(text) = cell else {
        return Err(What::BadTime);
    };
    let text = half_width(text);
    let (date, clock) = text.split_once([' ', 'T']).ok_or(What::BadTime)?;
    let (date, is_serial) = date_of(date, epoch).map_err(|_none| What::BadTime)?;
    let seconds = clock_of(clock.trim()).filter(|_| !is_serial);
    seconds
        .and_then(|seconds| moment(date, seconds))
        .ok_or(What::BadTime)
}

/// Seconds of the day in China, of `8:30`, `08:30:15.5`, `8时30分` or `00:30:00Z`.
fn clock_of(text: &str) -> Option<i64> {
    let (clock, ahead) = zoned(text)?;
    let clock = clock.trim_end_matches('秒').trim_end_matches('分');
    let mut parts = clock.split([':', '时', '分']);
    let hour = two(parts.next()?, 23)?;
    let minute = two(parts.next()?, 59)?;
    let second = match parts.next() {
        None => 0,
        // Fractions of a second are nothing to a temperature.
        Some(second) => two(second.split('.').next()?, 59)?,
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

/// The clock, and by how many seconds it is ahead of UTC.
fn zoned(text: &str) -> Option<(&str, i64)> {
    if let Some(clock) = text.strip_suffix(['Z', 'z']) {
        return Some((clock, 0));
    }
    let Some(at) = text.find(['+', '-']) else {
        return Some((text, CHINA_S));
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

/// Records of these readings: one for each day in China, or more where a day has more than a record
/// has room for. What a later file says of a day that is complete is the same record.
#[must_use]
pub fn readings_drafts(
    readings: &Readings,
    about: &Observed,
    sensor: &Name,
    site: SiteId,
) -> Vec<Draft> {
    let mut days: BTreeMap<ChinaDate, Vec<(UnixSeconds, SignedDecimal)>> = BTreeMap::new();
    for (time, temp) in &readings.found {
        days.entry(time.china_date())
            .or_default()
            .push((*time, *temp));
    }
    let parts = days.values().flat_map(|day| day.chunks(READINGS_MAX));
    parts.map(|part| draft(part, about, sensor, site)).collect()
}

fn draft(
    part: &[(UnixSeconds, SignedDecimal)],
    about: &Observed,
    sensor: &Name,
    site: SiteId,
) -> Draft {
    let mut body = Map::new();
    match about {
        Observed::Leg(dispatch) => body.insert("dispatch".to_owned(), json!(dispatch)),
        Observed::Zone(zone) => body.insert("zone".to_owned(), json!(zone)),
    };
    let readings: Vec<(UnixSeconds, SignedDecimal)> = part.to_vec();
    body.insert(
        "sensors".to_owned(),
        json!([{ "device": sensor, "readings": readings }]),
    );
    let hash = Sha256::digest(json!(["readings", body]).to_string().as_bytes());
    Draft {
        key: hash
            .iter()
            .take(16)
            .map(|byte| format!("{byte:02x}"))
            .collect(),
        rows: Vec::new(),
        kind: "observe",
        site,
        body,
        moves: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(table: &str) -> Vec<RowRead> {
        let row = |(number, line): (u32, &str)| RowRead {
            number,
            cells: (0..)
                .zip(line.split('|'))
                .filter(|(_, text)| !text.is_empty())
                .map(|(place, text)| (place, Cell::Text(text.to_owned())))
                .collect(),
        };
        (1..).zip(table.lines()).map(row).collect()
    }

    fn read(table: &str) -> Readings {
        read_readings(&rows(table), Epoch::Y1900).unwrap()
    }

    #[test]
    fn the_table_of_loggers_is_read() {
        assert!(LOGGERS.logger.len() >= 2);
    }

    #[test]
    fn times_are_chinas_unless_they_say_otherwise() {
        let readings = read(
            "记录仪|L-1\n序号|记录时间|温度（℃）\n1|2026-01-05 08:30|-18.5\n2|2026/1/5 8:31:00|-18.50℃\n3|2026-01-05T00:32:00Z|3\n4|2026年1月5日 9时33分|4\n5|2026-01-05 09:34:00+09:00|5",
        );
        assert_eq!(readings.faults, []);
        let told: Vec<String> = readings
            .found
            .iter()
            .map(|(time, temp)| format!("{} {temp}", time.china_minute()))
            .collect();
        assert_eq!(
            told,
            [
                "2026-01-05 08:30 -18.5",
                "2026-01-05 08:31 -18.5",
                "2026-01-05 08:32 3",
                "2026-01-05 08:34 5",
                "2026-01-05 09:33 4"
            ]
        );
    }

    #[test]
    fn what_is_no_reading_names_its_cell() {
        let readings = read(
            "time|temp\n2026-01-05|4\n2026-01-05 25:00|4\n2026-01-05 10:00|warm\n|4\n05/01/26 10:00|4",
        );
        let told: Vec<(String, What)> = readings
            .faults
            .into_iter()
            .map(|fault| (fault.address().unwrap(), fault.what))
            .collect();
        let cell = |at: &str, what| (at.to_owned(), what);
        assert_eq!(
            told,
            [
                cell("A2", What::BadTime),
                cell("A3", What::BadTime),
                cell("B4", What::BadTemperature),
                cell("A5", What::Missing),
                cell("A6", What::BadTime),
            ]
        );
        assert_eq!(
            read_readings(&rows("a|b\n1|2"), Epoch::Y1900),
            Err(NoTable::NoHeadings)
        );
    }

    #[test]
    fn a_day_is_a_record_and_stays_the_same_when_another_follows() {
        let table = "time|temp\n2026-01-05 10:00|4\n2026-01-05 23:59|5";
        let site = SiteId::parse("S-330421-0000174").unwrap();
        let sensor = Name::new("L-1").unwrap();
        let about = Observed::Leg(RecordId::from_bytes([7; 32]));
        let one = readings_drafts(&read(table), &about, &sensor, site);
        let two = readings_drafts(
            &read(&format!("{table}\n2026-01-06 00:00|6")),
            &about,
            &sensor,
            site,
        );
        assert_eq!((one.len(), two.len()), (1, 2));
        assert_eq!(one[0], two[0]);
        assert_eq!(one[0].claims()["type"], "observe");
        assert_eq!(one[0].body["sensors"][0]["readings"][0][1], "4");
        let zone = readings_drafts(
            &read(table),
            &Observed::Zone(Name::new("1号库").unwrap()),
            &sensor,
            site,
        );
        assert_eq!(zone[0].body["zone"], "1号库");
        assert_ne!(zone[0].key, one[0].key);
    }
}
