//! Safety interval 安全间隔期 and withdrawal period 休药期: the days that must pass between the last
//! use of a pesticide or veterinary drug and harvest, slaughter or catch
//! (农产品质量安全法 art. 27 has both dates recorded; the certificate promises that it was kept).

use crate::core::text::{Bilingual, Explain};
use crate::core::time::ChinaDate;
use serde::{Deserialize, Serialize};

/// What was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InputKind {
    /// Pesticide 农药, with a safety interval.
    Pesticide,
    /// Veterinary drug 兽药, with a withdrawal period.
    VeterinaryDrug,
    /// Feed 饲料; with an interval only if it is medicated.
    Feed,
    /// Fertiliser 肥料; asked for no interval.
    Fertiliser,
    /// Anything else 其他.
    Other,
}

impl InputKind {
    /// Whether nothing is proven while the interval of such an input is unknown.
    #[must_use]
    pub const fn needs_interval(self) -> bool {
        matches!(self, Self::Pesticide | Self::VeterinaryDrug | Self::Other)
    }
}

/// One use of an input on a lot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InputUse {
    /// Name of the input.
    pub name: String,
    /// Last day of use.
    pub until: ChinaDate,
    /// Days that must pass after it, as its label says.
    pub interval_days: Option<u16>,
    /// What it is.
    pub kind: InputKind,
}

/// Why a harvest is not shown to be allowed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "finding", rename_all = "snake_case")]
pub enum IntervalFinding {
    /// Harvested before the interval was over.
    TooEarly {
        /// Name of the input.
        name: String,
        /// First day on which harvest is allowed.
        allowed_from: ChinaDate,
    },
    /// The interval is not known, so nothing is proven.
    Unproven {
        /// Name of the input.
        name: String,
    },
    /// The input was still used after the harvest it is recorded for.
    UsedAfterHarvest {
        /// Name of the input.
        name: String,
        /// Last day of use.
        until: ChinaDate,
    },
}

impl Explain for IntervalFinding {
    fn code(&self) -> &'static str {
        match self {
            Self::TooEarly { .. } => "interval_too_early",
            Self::Unproven { .. } => "interval_unproven",
            Self::UsedAfterHarvest { .. } => "interval_used_after_harvest",
        }
    }

    fn explain(&self) -> Bilingual {
        match self {
            Self::TooEarly { name, allowed_from } => Bilingual::new(
                format!("{name}的安全间隔期(休药期)未满, {allowed_from}起方可采收"),
                format!(
                    "the interval after {name} is not over; harvest is allowed from {allowed_from}"
                ),
            ),
            Self::Unproven { name } => Bilingual::new(
                format!("{name}的安全间隔期(休药期)未知, 无法证实"),
                format!("the interval after {name} is unknown, so nothing is proven"),
            ),
            Self::UsedAfterHarvest { name, until } => Bilingual::new(
                format!("{name}在采收之后({until})仍有使用记录"),
                format!("{name} is recorded as used until {until}, after the harvest"),
            ),
        }
    }
}

/// Judges a harvest by the inputs used before it: allowed if `harvest >= until + interval` for
/// each. An unknown interval is a finding of its own, never fine.
#[must_use]
pub fn harvest_allowed(uses: &[InputUse], harvest: ChinaDate) -> Vec<IntervalFinding> {
    uses.iter()
        .filter_map(|used| judge_use(used, harvest))
        .collect()
}

fn judge_use(used: &InputUse, harvest: ChinaDate) -> Option<IntervalFinding> {
    let name = used.name.clone();
    if used.until > harvest {
        let until = used.until;
        return Some(IntervalFinding::UsedAfterHarvest { name, until });
    }
    let Some(days) = used.interval_days else {
        let finding = IntervalFinding::Unproven { name };
        return used.kind.needs_interval().then_some(finding);
    };
    match used.until.plus_days(u64::from(days)) {
        Some(allowed_from) if allowed_from <= harvest => None,
        Some(allowed_from) => Some(IntervalFinding::TooEarly { name, allowed_from }),
        None => Some(IntervalFinding::Unproven { name }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> ChinaDate {
        ChinaDate::parse(text).unwrap()
    }

    fn spray(until: &str, interval_days: Option<u16>) -> InputUse {
        InputUse {
            name: "吡虫啉".into(),
            until: day(until),
            interval_days,
            kind: InputKind::Pesticide,
        }
    }

    #[test]
    fn harvest_is_allowed_from_the_day_the_interval_is_over_also_across_a_leap_day() {
        let used = [spray("2024-02-25", Some(7))];
        assert!(harvest_allowed(&used, day("2024-03-03")).is_empty());
        assert_eq!(
            harvest_allowed(&used, day("2024-03-02")),
            [IntervalFinding::TooEarly {
                name: "吡虫啉".into(),
                allowed_from: day("2024-03-03")
            }]
        );
    }

    #[test]
    fn an_unknown_interval_is_unproven_however_long_ago() {
        let findings = harvest_allowed(&[spray("2020-01-01", None)], day("2026-01-01"));
        assert_eq!(findings[0].code(), "interval_unproven");
        let mut drug = spray("2020-01-01", None);
        drug.kind = InputKind::VeterinaryDrug;
        assert_eq!(harvest_allowed(&[drug], day("2026-01-01")).len(), 1);
    }

    #[test]
    fn plain_feed_and_fertiliser_are_asked_for_no_interval_but_keep_one_they_state() {
        for kind in [InputKind::Feed, InputKind::Fertiliser] {
            let mut plain = spray("2026-01-01", None);
            plain.kind = kind;
            assert!(harvest_allowed(&[plain.clone()], day("2026-01-01")).is_empty());
            plain.interval_days = Some(5);
            assert_eq!(harvest_allowed(&[plain], day("2026-01-05")).len(), 1);
        }
    }

    #[test]
    fn use_after_the_harvest_is_a_contradiction_of_its_own() {
        let findings = harvest_allowed(&[spray("2026-01-02", Some(0))], day("2026-01-01"));
        assert_eq!(findings[0].code(), "interval_used_after_harvest");
        assert!(harvest_allowed(&[spray("2026-01-01", Some(0))], day("2026-01-01")).is_empty());
    }

    #[test]
    fn every_use_is_judged() {
        let used = [spray("2026-01-01", Some(7)), spray("2026-01-01", None)];
        let codes: Vec<_> = harvest_allowed(&used, day("2026-01-02"))
            .iter()
            .map(|finding| (finding.code(), finding.explain().zh.is_empty()))
            .collect();
        assert_eq!(
            codes,
            [("interval_too_early", false), ("interval_unproven", false)]
        );
    }
}
