//! The profiles: which temperatures a class of product is kept at, and how often one must look.

use super::ColdError;
use crate::core::quantity::SignedDecimal;
use crate::core::rules::basis::{Basis, read};
use crate::core::rules::product::ProductClass;
use crate::core::time::ChinaDate;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

pub(in crate::core::rules) const TEXT: &str = include_str!("../data/cold_profiles.toml");

static TABLE: LazyLock<Table> = LazyLock::new(|| read(TEXT));

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    pub(super) defaults: Defaults,
    pub(super) interval: Vec<IntervalRule>,
    pub(super) profile: Vec<ProfileRow>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Defaults {
    pub(super) grace_s: u64,
    pub(super) door_grace_s: u64,
    pub(super) sensors_disagree_c: SignedDecimal,
    pub(super) basis: Option<Basis>,
}

/// What is monitored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Monitored {
    /// A vehicle on its way.
    Transport,
    /// A cold room.
    Storage,
}

/// How often a recorder must record.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IntervalRule {
    /// Name of the rule.
    pub id: String,
    /// What is monitored.
    pub place: Monitored,
    /// Longest time between two readings, in seconds.
    pub max_interval_s: u64,
    /// The rule in Chinese.
    pub zh: String,
    /// The rule in English.
    pub en: String,
    /// Where it comes from and when it holds.
    pub basis: Basis,
}

/// A row of the table of profiles.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfileRow {
    /// Name of the rule.
    pub id: String,
    /// The name by which classes of product refer to it.
    pub key: String,
    /// Its Chinese name.
    pub zh: String,
    /// Its English name.
    pub en: String,
    /// Lowest temperature with a source, in degrees Celsius.
    pub min_c: Option<SignedDecimal>,
    /// Highest temperature with a source, in degrees Celsius.
    pub max_c: Option<SignedDecimal>,
    /// Lowest usual temperature, for reference, in degrees Celsius.
    pub reference_min_c: Option<SignedDecimal>,
    /// Highest usual temperature, for reference, in degrees Celsius.
    pub reference_max_c: Option<SignedDecimal>,
    /// Where it comes from and when it holds.
    pub basis: Basis,
}

/// A range of temperatures, both ends included; an absent end is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Range {
    /// Lowest allowed, in degrees Celsius.
    pub min_c: Option<SignedDecimal>,
    /// Highest allowed, in degrees Celsius.
    pub max_c: Option<SignedDecimal>,
}

impl Range {
    /// What both ranges allow.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        // `None < Some` makes `max` right for lower ends; upper ends need the other reading.
        let max_c = match (self.max_c, other.max_c) {
            (Some(one), Some(two)) => Some(one.min(two)),
            (one, two) => one.or(two),
        };
        Self {
            min_c: self.min_c.max(other.min_c),
            max_c,
        }
    }

    /// Whether no temperature is allowed.
    #[must_use]
    pub fn is_empty(self) -> bool {
        matches!((self.min_c, self.max_c), (Some(min), Some(max)) if min > max)
    }

    /// Whether every temperature is allowed.
    #[must_use]
    pub fn is_open(self) -> bool {
        self.min_c.is_none() && self.max_c.is_none()
    }

    /// Millionths of a degree by which `temp_c` is out of the range: negative if too cold,
    /// positive if too warm, zero if in range.
    #[must_use]
    pub fn over_micro(self, temp_c: SignedDecimal) -> i64 {
        if let Some(min) = self.min_c.filter(|min| temp_c < *min) {
            return temp_c.micro().saturating_sub(min.micro());
        }
        match self.max_c.filter(|max| temp_c > *max) {
            Some(max) => temp_c.micro().saturating_sub(max.micro()),
            None => 0,
        }
    }
}

/// The temperatures a lot is judged by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ColdProfile {
    /// Key of the class's profile, or `label` if only the label says anything.
    pub key: String,
    /// Its Chinese name.
    pub zh: String,
    /// Its English name.
    pub en: String,
    /// Limits with a source: the label, a standard.
    pub limits: Range,
    /// Usual figures, for reference only.
    pub reference: Range,
    /// A run out of range shorter than this is forgiven, in seconds.
    pub grace_s: u64,
    /// A run with the door open shorter than this is forgiven, in seconds.
    pub door_grace_s: u64,
    /// Sensors further apart than this disagree, in degrees Celsius.
    pub sensors_disagree_c: SignedDecimal,
}

impl ColdProfile {
    /// The range in which nothing at all is to be said.
    #[must_use]
    pub fn range(&self) -> Range {
        self.limits.and(self.reference)
    }

    /// Whether no limit has a source, so that whatever is said is for reference.
    #[must_use]
    pub fn is_reference_only(&self) -> bool {
        self.limits.is_open()
    }
}

/// Every row of the table.
pub fn profiles() -> impl Iterator<Item = &'static ProfileRow> {
    TABLE.profile.iter()
}

/// Every rule on how often to record.
pub fn interval_rules() -> impl Iterator<Item = &'static IntervalRule> {
    TABLE.interval.iter()
}

/// The project's own defaults, as name, value and basis.
pub(in crate::core::rules) fn defaults()
-> impl Iterator<Item = (&'static str, String, &'static Basis)> {
    let defaults = &TABLE.defaults;
    defaults.basis.iter().flat_map(|basis| {
        [
            ("cold_grace", format!("{} s", defaults.grace_s), basis),
            (
                "cold_door_grace",
                format!("{} s", defaults.door_grace_s),
                basis,
            ),
            (
                "cold_sensors_disagree",
                format!("{} °C", defaults.sensors_disagree_c),
                basis,
            ),
        ]
    })
}

/// The rule on how often a recorder at `place` must record on `date`, if there is one.
#[must_use]
pub fn max_interval(place: Monitored, date: ChinaDate) -> Option<&'static IntervalRule> {
    interval_rules().find(|rule| rule.place == place && rule.basis.covers(date))
}

/// The temperatures a lot of `class` with this label is judged by on `date`: what label and
/// class both allow. None if neither says anything.
///
/// # Errors
/// `EmptyRange` if label and class contradict each other.
pub fn profile_for(
    class: ProductClass,
    label_min_c: Option<SignedDecimal>,
    label_max_c: Option<SignedDecimal>,
    date: ChinaDate,
) -> Result<Option<ColdProfile>, ColdError> {
    let label = Range {
        min_c: label_min_c,
        max_c: label_max_c,
    };
    let row = class
        .cold_profile()
        .and_then(|key| profiles().find(|row| row.key == key && row.basis.covers(date)));
    if row.is_none() && label.is_open() {
        return Ok(None);
    }
    let text = |of: fn(&ProfileRow) -> &str, or: &str| row.map_or(or, of).to_owned();
    let class_limits = row.map_or_else(Range::default, |row| Range {
        min_c: row.min_c,
        max_c: row.max_c,
    });
    let limits = label.and(class_limits);
    let profile = ColdProfile {
        key: text(|row| &row.key, "label"),
        zh: text(|row| &row.zh, "标签温度"),
        en: text(|row| &row.en, "temperature on the label"),
        limits,
        // A reference figure that a limit makes idle would only say the same thing twice.
        reference: row.map_or_else(Range::default, |row| Range {
            min_c: row.reference_min_c.filter(|min| Some(*min) > limits.min_c),
            max_c: row
                .reference_max_c
                .filter(|max| limits.max_c.is_none_or(|limit| *max < limit)),
        }),
        grace_s: TABLE.defaults.grace_s,
        door_grace_s: TABLE.defaults.door_grace_s,
        sensors_disagree_c: TABLE.defaults.sensors_disagree_c,
    };
    if profile.limits.is_empty() {
        return Err(ColdError::EmptyRange { reference: false });
    }
    if profile.range().is_empty() {
        return Err(ColdError::EmptyRange { reference: true });
    }
    Ok(Some(profile))
}
