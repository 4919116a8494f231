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
