//! Cold chain: temperature profiles, and what the readings of a leg prove against them.
//!
//! A reading counts for the time until the next one; nothing is read into a gap. All arithmetic
//! is on millionths of a degree and whole seconds.

mod decimate;
mod evaluate;
mod profile;

pub use decimate::{BUCKETS_MAX, Bucket, decimate};
pub use evaluate::evaluate;
pub use profile::{
    ColdProfile, IntervalRule, Monitored, ProfileRow, Range, interval_rules, max_interval,
    profile_for, profiles,
};
pub(super) use profile::{TEXT, defaults};

use crate::core::quantity::SignedDecimal;
use crate::core::text::{Bilingual, Explain};
use crate::core::time::UnixSeconds;
use serde::{Deserialize, Serialize};

/// Most sensors one evaluation takes.
pub const SENSORS_MAX: usize = 64;

/// Most readings one evaluation takes, over all sensors (a year of ten-minute readings is 52,560).
pub const READINGS_MAX: usize = 200_000;

/// One measurement of one sensor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    /// When it was measured.
    pub at: UnixSeconds,
    /// Temperature in degrees Celsius.
    pub temp_c: SignedDecimal,
    /// Relative humidity in percent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rh_pct: Option<SignedDecimal>,
    /// Whether the door stood open.
    #[serde(default)]
    pub door_open: bool,
}

/// The readings of one sensor in the order in which they arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SensorSeries {
    /// Code of the device.
    pub device: String,
    /// Last day on which its calibration is valid; absent if nobody has shown one.
    pub calibrated_until: Option<crate::core::time::ChinaDate>,
    /// Its readings.
    pub readings: Vec<Reading>,
}

/// The time that is judged, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leg {
    /// When the goods came under this monitoring.
    pub from: UnixSeconds,
    /// When they left it, or the present if they have not.
    pub to: UnixSeconds,
}

/// A run of readings out of range that lasted longer than the grace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Excursion {
    /// First reading out of range.
    pub from: UnixSeconds,
    /// When it was measured to be over, or the last moment known.
    pub to: UnixSeconds,
    /// The reading furthest out of range, in degrees Celsius.
    pub peak_c: SignedDecimal,
    /// Degrees out of range times minutes, rounded down to a millionth.
    pub degree_minutes: SignedDecimal,
    /// Too cold rather than too warm.
    pub too_cold: bool,
    /// Code of the device.
    pub sensor: String,
    /// The limit is a reference figure: shown for reference, no accusation.
    pub reference: bool,
    /// The device's calibration was valid.
    pub proven: bool,
}

/// A time in which a sensor said nothing for longer than it may.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// Last reading before it, or the leg's beginning.
    pub from: UnixSeconds,
    /// First reading after it, or the leg's end.
    pub to: UnixSeconds,
    /// Code of the device.
    pub sensor: String,
}

/// What the readings of a leg show, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColdVerdict {
    /// There are no readings at all 无读数.
    NoReadings,
    /// A calibrated sensor was out of a range that has a source 超温.
    Excursion,
    /// Readings are missing for longer than allowed 断档.
    Gap,
    /// A sensor's calibration is not shown, or sensors contradict each other 未证实.
    Unproven,
    /// Out of a range that is a reference figure 参考超温.
    ReferenceExcursion,
    /// Every reading is in range and none is missing 在范围内.
    InRange,
}

impl ColdVerdict {
    /// The words for it.
    #[must_use]
    pub fn words(self) -> Bilingual {
        let (zh, en) = match self {
            Self::NoReadings => ("无温度读数", "no readings"),
            Self::Excursion => ("超出温度范围", "out of range"),
            Self::Gap => ("读数断档", "readings are missing"),
            Self::Unproven => ("读数未证实", "readings are unproven"),
            Self::ReferenceExcursion => (
                "超出参考温度范围(仅供参考)",
                "out of the reference range (for reference)",
            ),
            Self::InRange => ("温度在范围内", "in range"),
        };
        Bilingual::new(zh, en)
    }
}

/// Everything the readings of a leg show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ColdReport {
    /// Lowest temperature measured in the leg, in degrees Celsius.
    pub min_c: Option<SignedDecimal>,
    /// Highest temperature measured in the leg, in degrees Celsius.
    pub max_c: Option<SignedDecimal>,
    /// Whole minutes out of range by the sensor that was out longest, short runs included.
    pub minutes_out_of_range: u64,
    /// Runs out of range longer than the grace, in order of time.
    pub excursions: Vec<Excursion>,
    /// Missing readings, in order of time.
    pub gaps: Vec<Gap>,
    /// Readings that arrived after a later one or claim a moment already measured.
    pub disordered: usize,
    /// Readings outside the leg, which are not judged.
    pub outside_leg: usize,
    /// Sensors differed by more than the profile allows at the same time.
    pub sensors_disagree: bool,
    /// Devices without a calibration valid through the leg.
    pub unproven_sensors: Vec<String>,
    /// The result.
    pub verdict: ColdVerdict,
    /// The profile has no limit with a source: whatever is said is for reference.
    pub reference_only: bool,
}

/// Why nothing can be evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ColdError {
    /// The label's range and the class's range have no temperature in common.
    #[error("no temperature satisfies both ranges")]
    EmptyRange {
        /// Only a reference figure contradicts the label.
        reference: bool,
    },
    /// The leg ends before it begins.
    #[error("the leg ends before it begins")]
    LegReversed,
    /// More sensors than one evaluation takes.
    #[error("more than {SENSORS_MAX} sensors")]
    TooManySensors,
    /// More readings than one evaluation takes.
    #[error("more than {READINGS_MAX} readings")]
    TooManyReadings,
}

impl Explain for ColdError {
    fn code(&self) -> &'static str {
        match self {
            Self::EmptyRange { .. } => "cold_range_empty",
            Self::LegReversed => "cold_leg_reversed",
            Self::TooManySensors => "cold_too_many_sensors",
            Self::TooManyReadings => "cold_too_many_readings",
        }
    }

    fn explain(&self) -> Bilingual {
        match self {
            Self::EmptyRange { reference: true } => Bilingual::new(
                "标签温度与该类产品的参考温度没有交集",
                "the label's temperatures and the reference range of this class do not meet",
            ),
            Self::EmptyRange { reference: false } => Bilingual::new(
                "标签温度与该类产品的温度要求没有交集",
                "the label's temperatures and the range required of this class do not meet",
            ),
            Self::LegReversed => {
                Bilingual::new("运段的结束早于开始", "the leg ends before it begins")
            }
            Self::TooManySensors => Bilingual::new(
                format!("传感器超过{SENSORS_MAX}个"),
                format!("more than {SENSORS_MAX} sensors"),
            ),
            Self::TooManyReadings => Bilingual::new(
                format!("读数超过{READINGS_MAX}条"),
                format!("more than {READINGS_MAX} readings"),
            ),
        }
    }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
