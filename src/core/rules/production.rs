//! What is usual when food comes into being or is made into other food: who does it, and how much
//! longer the outcome keeps.

use super::basis::{Basis, read};
use super::yields::Operation;
use crate::core::record::body::{Creation, PartyKind};
use crate::core::time::ChinaDate;
use serde::Deserialize;
use std::sync::LazyLock;

pub(super) const TEXT: &str = include_str!("data/production.toml");

static TABLE: LazyLock<Table> = LazyLock::new(|| read(TEXT));

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    shelf_life: Vec<ShelfLife>,
    producer: Vec<Producer>,
}

/// By how much an operation may lengthen shelf life.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShelfLife {
    /// Name of the rule.
    pub id: String,
    /// The operation.
    pub operation: Operation,
    /// Days beyond the end of the inputs' shelf life, at most.
    pub longer_days_max: u16,
    /// Where it comes from and when it holds.
    pub basis: Basis,
}

/// Which kinds of party bring lots into being in which way.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Producer {
    /// Name of the rule.
    pub id: String,
    /// The ways.
    pub how: Vec<Creation>,
    /// The kinds of party.
    pub kinds: Vec<PartyKind>,
    /// Where it comes from and when it holds.
    pub basis: Basis,
}

/// Every rule on shelf life.
pub fn shelf_life_rules() -> impl Iterator<Item = &'static ShelfLife> {
    TABLE.shelf_life.iter()
}

/// Every rule on producers.
pub fn producer_rules() -> impl Iterator<Item = &'static Producer> {
    TABLE.producer.iter()
}

/// The rule that an outcome breaks which keeps `longer_days` more than what went into it; none if
/// that is usual, or no rule speaks of the operation.
#[must_use]
pub fn unusual_shelf_life(
    operation: Operation,
    longer_days: u64,
    on: ChinaDate,
) -> Option<&'static ShelfLife> {
    shelf_life_rules().find(|rule| {
        rule.operation == operation
            && rule.basis.covers(on)
            && longer_days > u64::from(rule.longer_days_max)
    })
}

/// The rule by which a party of this kind does not usually bring lots into being in this way.
#[must_use]
pub fn unusual_producer(
    how: Creation,
    kind: PartyKind,
    on: ChinaDate,
) -> Option<&'static Producer> {
    producer_rules().find(|rule| {
        rule.how.contains(&how) && rule.basis.covers(on) && !rule.kinds.contains(&kind)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day() -> ChinaDate {
        ChinaDate::parse("2026-11-22").unwrap()
    }

    #[test]
    fn every_way_of_production_has_one_rule_and_none_accuses() {
        use Creation as C;
        for how in [C::Harvest, C::Catch, C::Herd, C::Yield, C::Production] {
            let rules = producer_rules().filter(|rule| rule.how.contains(&how));
            assert_eq!(rules.count(), 1, "{how:?}");
        }
        assert!(producer_rules().all(|rule| rule.basis.reference));
        assert!(shelf_life_rules().all(|rule| rule.basis.reference));
    }

    #[test]
    fn a_shop_cooks_and_does_not_farm() {
        let shop = |how| unusual_producer(how, PartyKind::Retailer, day());
        assert_eq!(shop(Creation::Production), None);
        assert_eq!(shop(Creation::Harvest).unwrap().id, "who_farms");
        assert_eq!(
            unusual_producer(Creation::Herd, PartyKind::Farm, day()),
            None
        );
    }

    #[test]
    fn food_is_mixed_without_keeping_longer_and_cooked_for_some_days_more() {
        let unusual = |operation, days| unusual_shelf_life(operation, days, day()).is_some();
        assert!(unusual(Operation::Mix, 1) && !unusual(Operation::Mix, 0));
        assert!(unusual(Operation::Cook, 8) && !unusual(Operation::Cook, 7));
        assert!(!unusual(Operation::Slaughter, 999), "no rule speaks of it");
    }
}
