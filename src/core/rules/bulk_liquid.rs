//! Liquid food in tankers 重点液态食品道路散装运输: which foods are listed, from when a carrier needs a
//! permit 准运证, and whether what the tank carried before was food.

use super::basis::{Basis, read};
use crate::core::text::{Bilingual, Explain};
use crate::core::time::ChinaDate;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

pub(super) const TEXT: &str = include_str!("data/bulk_liquid.toml");

static TABLE: LazyLock<Table> = LazyLock::new(|| read(TEXT));

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    catalogue: Vec<Catalogue>,
    kind: Vec<LiquidKind>,
    other_cargo: Vec<OtherCargo>,
}

/// The notice the list comes from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Catalogue {
    pub(super) id: String,
    pub(super) zh: String,
    pub(super) en: String,
    pub(super) basis: Basis,
}

/// The five classes of listed liquid food.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LiquidClass {
    /// Vegetable oil 植物油.
    VegetableOil,
    /// Seasoning 调味品.
    Condiment,
    /// Alcohol 酒类.
    Alcohol,
    /// Sugar 食糖.
    Sugar,
    /// Starch sugar 淀粉糖.
    StarchSugar,
}

/// One of the fourteen kinds of listed liquid food.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LiquidKind {
    /// Its class.
    pub class: LiquidClass,
    /// Its code, as written in records.
    pub code: String,
    /// Its Chinese name.
    pub zh: String,
    /// Its English name.
    pub en: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OtherCargo {
    code: String,
    zh: String,
    en: String,
    food: bool,
}

/// What a tank carried before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PreviousCargo {
    /// Food.
    Food,
    /// Not food: the tank may never carry food again.
    NonFood,
    /// Not in any list, so nothing is proven.
    Unknown,
}

impl Explain for PreviousCargo {
    fn code(&self) -> &'static str {
        match self {
            Self::Food => "previous_cargo_food",
            Self::NonFood => "previous_cargo_non_food",
            Self::Unknown => "previous_cargo_unknown",
        }
    }

    fn explain(&self) -> Bilingual {
        match self {
            Self::Food => Bilingual::new("前次装载为食品", "the tank carried food before"),
            Self::NonFood => Bilingual::new(
                "前次装载为非食品, 专用容器不得装载非食品",
                "the tank carried something that is not food, which a food tank never may",
            ),
            Self::Unknown => Bilingual::new(
                "前次装载货物不在目录内, 无法证实",
                "the previous cargo is in no list, so nothing is proven",
            ),
        }
    }
}

/// Every listed kind.
pub fn kinds() -> impl Iterator<Item = &'static LiquidKind> {
    TABLE.kind.iter()
}

/// The listed kind with this code.
#[must_use]
pub fn kind(code: &str) -> Option<&'static LiquidKind> {
    kinds().find(|kind| kind.code == code)
}

/// The codes and names of every cargo the table knows, for people to choose from.
pub fn cargoes() -> impl Iterator<Item = (&'static str, Bilingual)> {
    let listed = kinds().map(|kind| (kind.code.as_str(), Bilingual::new(&kind.zh, &kind.en)));
    let others = TABLE.other_cargo.iter();
    listed.chain(others.map(|cargo| (cargo.code.as_str(), Bilingual::new(&cargo.zh, &cargo.en))))
}

/// Whether a carrier needs a permit for listed liquid food on `date`.
#[must_use]
pub fn permit_needed(date: ChinaDate) -> bool {
    TABLE
        .catalogue
        .iter()
        .any(|notice| notice.basis.covers(date))
}

/// Judges a cargo the tank carried before by its code.
#[must_use]
pub fn judge_previous_cargo(code: &str) -> PreviousCargo {
    if kind(code).is_some() {
        return PreviousCargo::Food;
    }
    match TABLE.other_cargo.iter().find(|cargo| cargo.code == code) {
        Some(cargo) if cargo.food => PreviousCargo::Food,
        Some(_) => PreviousCargo::NonFood,
        None => PreviousCargo::Unknown,
    }
}

pub(super) fn catalogue() -> impl Iterator<Item = &'static Catalogue> {
    TABLE.catalogue.iter()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_list_has_five_classes_and_fourteen_kinds_and_every_code_stands_once() {
        let table: Table = toml::from_str(TEXT).unwrap();
        assert_eq!(table.kind.len(), 14);
        let classes: BTreeSet<_> = table.kind.iter().map(|kind| kind.class).collect();
        assert_eq!(classes.len(), 5);
        let codes: BTreeSet<_> = cargoes().map(|(code, _)| code).collect();
        assert_eq!(codes.len(), table.kind.len() + table.other_cargo.len());
        assert_eq!(kind("vinegar").unwrap().class, LiquidClass::Condiment);
    }

    #[test]
    fn a_tank_that_carried_fuel_carried_no_food_and_an_unlisted_cargo_is_unknown() {
        assert_eq!(
            judge_previous_cargo("edible_vegetable_oil"),
            PreviousCargo::Food
        );
        assert_eq!(judge_previous_cargo("drinking_water"), PreviousCargo::Food);
        assert_eq!(judge_previous_cargo("coal_liquid"), PreviousCargo::NonFood);
        for unlisted in ["", "oil", "COAL_LIQUID", "coal_liquid "] {
            assert_eq!(
                judge_previous_cargo(unlisted),
                PreviousCargo::Unknown,
                "{unlisted}"
            );
        }
    }

    #[test]
    fn each_result_has_its_own_code_and_words() {
        let all = [
            PreviousCargo::Food,
            PreviousCargo::NonFood,
            PreviousCargo::Unknown,
        ];
        let codes: BTreeSet<_> = all.iter().map(Explain::code).collect();
        let words: BTreeSet<_> = all.iter().map(|cargo| cargo.explain().zh).collect();
        assert_eq!((codes.len(), words.len()), (3, 3));
    }

    #[test]
    fn a_permit_is_needed_from_the_first_of_july_2026() {
        assert!(!permit_needed(ChinaDate::parse("2026-06-30").unwrap()));
        assert!(permit_needed(ChinaDate::parse("2026-07-01").unwrap()));
    }
}
