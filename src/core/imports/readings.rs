//! Readings of temperature loggers 温度记录仪: a file of times and temperatures becomes records that
//! observe a leg or a zone.

use super::cell::Epoch;
use super::fault::{Fault, What};
use super::loggers::{columns, degrees, time_of};
use super::plan::Draft;
use super::read::{NoTable, RowRead};
use crate::core::ids::SiteId;
use crate::core::quantity::SignedDecimal;
use crate::core::record::RecordId;
use crate::core::record::limits::READINGS_MAX;
use crate::core::record::words::Name;
use crate::core::time::{ChinaDate, UnixSeconds};
use serde_json::{Map, json};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// Rows among which the headings are looked for: loggers put their settings above.
const HEADING_ROWS_MAX: usize = 40;

/// What a file of readings is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Observed {
    /// A leg, by the record that dispatched the goods.
    Leg(RecordId),
    /// A zone of the site.
    Zone(Name),
}

/// Where the link of a waybill begins that names its dispatch.
const WAYBILL: &str = "/w/";

impl Observed {
    /// A leg by what people have of it: the id of the record that dispatched the goods, or the link on its waybill.
    #[must_use]
    pub fn leg(text: &str) -> Option<Self> {
        let id = match text.rsplit_once(WAYBILL) {
            Some((_, behind)) => behind.split(['?', '#']).next().unwrap_or_default(),
            None => text,
        };
        RecordId::parse(id.trim()).map(Self::Leg)
    }
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
    let (at, layout) = found.ok_or(NoTable::NoHeadings)?;
    let mut readings = Readings::default();
    for row in rows.iter().skip(at.saturating_add(1)) {
        let cell = |place: usize| {
            row.cells
                .iter()
                .find_map(|(at, cell)| (*at == place).then_some(cell))
        };
        let date = layout.date.map(|place| cell(place).ok_or(What::Missing));
        let time = cell(layout.time).ok_or(What::Missing);
        let time = time.and_then(|time| time_of(date.transpose()?, time, layout, epoch));
        let temp = cell(layout.temp).map_or(Err(What::Missing), degrees);
        match (time, temp) {
            (Ok(time), Ok(temp)) => drop(readings.found.insert(time, temp)),
            (time, temp) => {
                let wrong = [(layout.time, time.err()), (layout.temp, temp.err())];
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
        blobs: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::enrol::Cell;

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
    fn files_of_common_loggers_are_read_by_their_own_columns_orders_of_dates_and_zones() {
        for table in [
            "No.|Time|Temperature(°C)\n1|2026-11-22 09:30:00|3.5",
            "BOX-7|Time|Celsius(°C)|High Alarm\n1|22/11/2026 09:30:00|3.5|8.0",
            "BOX-7|Time|Celsius(C)\n1|2026-11-22 09:30:00|3.5",
            "#|Date Time, GMT+08:00|Temp, °C (LGR S/N: 10755220)\n1|11/22/26 09:30:00 AM|3.5",
            "#|Date Time, GMT+00:00|Temp, °C (LGR S/N: 1)\n1|11/22/2026 01:30:00 AM|3.5",
            "#|Date Time, GMT-05:00|Temp, °C (LGR S/N: 1)\n1|11/21/2026 08:30:00 PM|3.5",
            "Serial|LI-1\nTimestamp|T [°C]\n22.11.2026 09:30:00|3,5",
            "日期|时间|温度\n2026-11-22|09:30:00|3.5",
            "Date|Time|Temperature(C)\n2026-11-22|9:30:00 AM|3.5",
            "设备编号|温度（℃）|湿度|上报时间\nA1|3.5|80|2026-11-22 09:30:00",
        ] {
            let readings = read(table);
            let told: Vec<String> = readings
                .found
                .iter()
                .map(|(time, temp)| format!("{} {temp}", time.china_minute()))
                .collect();
            assert_eq!(told, ["2026-11-22 09:30 3.5"], "{table}: {readings:?}");
        }
    }

    #[test]
    fn a_date_that_may_be_three_days_and_another_scale_are_not_guessed_at() {
        let unclear = read(
            "time|temperature\n11/12/26 09:30|3.5\n12/11/2026 09:30|3.5\n2026-11-22 13:30 AM|3.5\n2026-11-22 09:30|3,5,0",
        );
        let wrong: Vec<u32> = unclear.faults.iter().map(|fault| fault.row).collect();
        assert_eq!((wrong, unclear.found.len()), (vec![2, 3, 4, 5], 0));
        for table in [
            "No.|Time|Temperature(°F)\n1|2026-11-22 09:30:00|38.3",
            "#|Date Time, GMT+08:00|Temp, °F (LGR S/N: 1)\n1|11/22/26 09:30:00 AM|38.3",
        ] {
            let read = read_readings(&rows(table), Epoch::Y1900);
            assert_eq!(read, Err(NoTable::NoHeadings), "{table}");
        }
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
