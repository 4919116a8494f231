//! What every row of a rule table says about itself: where it comes from, whether that is enough
//! to accuse anybody, and on which days it holds.

use crate::core::time::ChinaDate;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// Where a rule comes from and when it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Basis {
    /// Statute, standard, notice, or `project default`; absent only for reference figures.
    pub source: Option<String>,
    /// The figure is usual but unchecked: it may be shown "for reference" 参考, never accuse.
    #[serde(default)]
    pub reference: bool,
    /// First day on which the rule holds; absent where the table does not know of an earlier rule.
    pub in_force_from: Option<ChinaDate>,
    /// Last day on which the rule holds; absent while no later rule is known.
    pub in_force_to: Option<ChinaDate>,
}

impl Basis {
    /// Whether the rule holds on `date`.
    #[must_use]
    pub fn covers(&self, date: ChinaDate) -> bool {
        self.in_force_from.is_none_or(|from| from <= date)
            && self.in_force_to.is_none_or(|to| date <= to)
    }

    /// Whether there is a day on which both rules hold.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        let starts_before_end = |from: Option<ChinaDate>, to: Option<ChinaDate>| match (from, to) {
            (Some(from), Some(to)) => from <= to,
            _ => true,
        };
        starts_before_end(self.in_force_from, other.in_force_to)
            && starts_before_end(other.in_force_from, self.in_force_to)
    }
}

/// Reads an embedded table. The texts are part of the program and a test reads every one of
/// them, so an unreadable table cannot leave the tests; were it to, the table would be empty.
pub(super) fn read<T: DeserializeOwned + Default>(text: &str) -> T {
    toml::from_str(text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn basis(from: Option<&str>, to: Option<&str>) -> Basis {
        let day = |text: &str| ChinaDate::parse(text).unwrap();
        Basis {
            source: None,
            reference: true,
            in_force_from: from.map(day),
            in_force_to: to.map(day),
        }
    }

    #[test]
    fn a_rule_holds_on_its_first_and_last_day() {
        let day = |text: &str| ChinaDate::parse(text).unwrap();
        let rule = basis(Some("2026-01-01"), Some("2026-01-31"));
        for (date, holds) in [
            ("2025-12-31", false),
            ("2026-01-01", true),
            ("2026-01-31", true),
            ("2026-02-01", false),
        ] {
            assert_eq!(rule.covers(day(date)), holds, "{date}");
        }
        assert!(basis(None, None).covers(day("1990-01-01")));
    }

    #[test]
    fn rules_that_follow_each_other_do_not_overlap_and_open_ends_reach_far() {
        let old = basis(None, Some("2026-01-31"));
        let new = basis(Some("2026-02-01"), None);
        assert!(!old.overlaps(&new) && !new.overlaps(&old));
        let early = basis(Some("2026-01-31"), None);
        assert!(old.overlaps(&early) && early.overlaps(&old));
        assert!(basis(None, None).overlaps(&new));
    }

    #[test]
    fn a_misspelt_field_is_refused_rather_than_ignored() {
        assert!(
            toml::from_str::<Basis>("reference = true\nin_force_till = \"2026-01-31\"").is_err()
        );
        assert!(toml::from_str::<Basis>("in_force_to = \"2026-02-30\"").is_err());
    }
}
