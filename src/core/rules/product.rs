//! Classes of product, the rows every other rule table refers to.

use crate::core::text::{Bilingual, Explain};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::hash::{Hash, Hasher};
use std::sync::LazyLock;

pub(super) const TEXT: &str = include_str!("data/products.toml");

static TABLE: LazyLock<Table> = LazyLock::new(|| super::basis::read(TEXT));

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    product: Vec<Row>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    code: String,
    zh: String,
    en: String,
    tags: Vec<Tag>,
    cold_profile: Option<String>,
    #[serde(default)]
    batch_test: bool,
}

/// What rules ask about a class of product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tag {
    /// Edible agricultural product 食用农产品.
    Agricultural,
    /// In the scope of the commitment certificate 承诺达标合格证 (MARA Order 2025 No. 4).
    Commitment,
    /// Live livestock or poultry, moved with an animal quarantine certificate.
    LiveAnimal,
    /// Meat or offal of slaughtered livestock.
    SlaughteredLivestock,
    /// Meat or offal of pigs, ruled by 生猪屠宰管理条例.
    Pork,
    /// Whole or half carcass, or offal, as it leaves the slaughter line.
    Carcass,
    /// Meat cut below the carcass, for which no quarantine certificate is issued since 2026.
    CutMeat,
    /// Meat of slaughtered poultry.
    PoultryMeat,
    /// Fresh vegetable.
    Vegetable,
    /// Fish, shellfish and the like.
    Aquatic,
    /// Grain and what is milled from it.
    Grain,
    /// Food of a licensed producer, in packages or in bulk, released with a factory inspection.
    Processed,
    /// Edible oil.
    EdibleOil,
    /// May travel by tanker under the bulk liquid sheet 重点液态食品散装运输联单.
    BulkLiquid,
    /// Milk and what is made of it.
    Dairy,
    /// Kept frozen.
    Frozen,
    /// Came from abroad.
    Imported,
    /// Meal for canteens and catering.
    Meal,
    /// Seasoning.
    Condiment,
    /// Alcoholic drink.
    Alcohol,
    /// Feed for animals, not food.
    Feed,
}

/// One class of product: a row of the embedded table, written as its code.
#[derive(Debug, Clone, Copy)]
pub struct ProductClass(&'static Row);

/// The code names no class of product in the rules in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such class of product")]
pub struct UnknownProductClass;

impl Explain for UnknownProductClass {
    fn code(&self) -> &'static str {
        "unknown_product_class"
    }

    fn explain(&self) -> Bilingual {
        Bilingual::new(
            "没有这个产品类别代码",
            "there is no class of product with this code",
        )
    }
}

impl ProductClass {
    /// Finds the class with this code.
    ///
    /// # Errors
    /// The code is not in the table.
    pub fn parse(code: &str) -> Result<Self, UnknownProductClass> {
        Self::all()
            .find(|class| class.code() == code)
            .ok_or(UnknownProductClass)
    }

    /// Every class, in the order of the table.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.product.iter().map(Self)
    }

    /// The code, as written in records.
    #[must_use]
    pub fn code(self) -> &'static str {
        &self.0.code
    }

    /// The Chinese name.
    #[must_use]
    pub fn zh(self) -> &'static str {
        &self.0.zh
    }

    /// The English name.
    #[must_use]
    pub fn en(self) -> &'static str {
        &self.0.en
    }

    /// Both names.
    #[must_use]
    pub fn name(self) -> Bilingual {
        Bilingual::new(self.zh(), self.en())
    }

    /// What rules may ask about the class.
    #[must_use]
    pub fn tags(self) -> &'static [Tag] {
        &self.0.tags
    }

    /// Whether the class bears `tag`.
    #[must_use]
    pub fn has(self, tag: Tag) -> bool {
        self.0.tags.contains(&tag)
    }

    /// Key of the temperature profile, if the class is kept at a temperature.
    #[must_use]
    pub fn cold_profile(self) -> Option<&'static str> {
        self.0.cold_profile.as_deref()
    }

    /// Whether every batch is expected to be tested 批批检测.
    #[must_use]
    pub fn batch_test(self) -> bool {
        self.0.batch_test
    }
}

impl PartialEq for ProductClass {
    fn eq(&self, other: &Self) -> bool {
        self.code() == other.code()
    }
}

impl Eq for ProductClass {}

impl PartialOrd for ProductClass {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ProductClass {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.code().cmp(other.code())
    }
}

impl Hash for ProductClass {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.code().hash(state);
    }
}

impl std::fmt::Display for ProductClass {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.code())
    }
}

impl std::str::FromStr for ProductClass {
    type Err = UnknownProductClass;

    fn from_str(code: &str) -> Result<Self, Self::Err> {
        Self::parse(code)
    }
}

impl Serialize for ProductClass {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for ProductClass {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&code).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_table_reads_and_every_code_stands_once() {
        let table: Table = toml::from_str(TEXT).unwrap();
        let codes: BTreeSet<_> = table.product.iter().map(|row| &row.code).collect();
        assert_eq!(codes.len(), table.product.len());
        assert!(codes.len() >= 25);
        for row in &table.product {
            let mut tags = row.tags.clone();
            tags.sort_unstable();
            tags.dedup();
            assert_eq!(
                tags.len(),
                row.tags.len(),
                "{}: a tag stands twice",
                row.code
            );
            assert!(!row.zh.is_empty() && !row.en.is_empty());
        }
    }

    #[test]
    fn a_class_is_written_as_its_code_and_an_unknown_code_is_refused() {
        let tomato = ProductClass::parse("tomato").unwrap();
        assert_eq!(serde_json::to_string(&tomato).unwrap(), "\"tomato\"");
        assert_eq!(
            serde_json::from_str::<ProductClass>("\"tomato\"").unwrap(),
            tomato
        );
        assert_eq!("tomato".parse::<ProductClass>(), Ok(tomato));
        assert!(serde_json::from_str::<ProductClass>("\"Tomato\"").is_err());
        assert_eq!(ProductClass::parse(""), Err(UnknownProductClass));
        assert_eq!(UnknownProductClass.code(), "unknown_product_class");
    }

    #[test]
    fn the_commitment_scope_holds_what_the_order_lists_and_nothing_made_from_it() {
        for code in [
            "live_pig",
            "live_chicken",
            "egg",
            "tomato",
            "leafy_vegetable",
            "vegetable_other",
            "fruit",
            "tea_leaf",
            "aquatic_farmed",
        ] {
            assert!(
                ProductClass::parse(code).unwrap().has(Tag::Commitment),
                "{code}"
            );
        }
        for code in [
            "tea",
            "aquatic_wild",
            "rice",
            "pork_cut",
            "meal",
            "feed",
            "other",
        ] {
            assert!(
                !ProductClass::parse(code).unwrap().has(Tag::Commitment),
                "{code}"
            );
        }
    }

    #[test]
    fn every_profile_a_class_names_exists() {
        for class in ProductClass::all() {
            if let Some(key) = class.cold_profile() {
                let found = super::super::cold_chain::profiles().any(|profile| profile.key == key);
                assert!(found, "{class} names the profile {key}");
            }
        }
    }
}
