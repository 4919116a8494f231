//! The table of required papers and of how long quarantine certificates hold.

use super::{PaperKind, QuarantineTemplate, Step};
use crate::core::rules::basis::{Basis, read};
use crate::core::rules::product::{ProductClass, Tag};
use crate::core::text::Bilingual;
use crate::core::time::ChinaDate;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

pub(in crate::core::rules) const TEXT: &str = include_str!("../data/papers.toml");

static TABLE: LazyLock<Table> = LazyLock::new(|| read(TEXT));

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    pub(super) rule: Vec<PaperRule>,
    pub(super) validity: Vec<ValidityRule>,
}

/// A rule that asks for a paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaperRule {
    /// Name of the rule.
    pub id: String,
    /// Classes with one of these tags are asked.
    #[serde(default)]
    pub tags: Vec<Tag>,
    /// These classes are asked too.
    #[serde(default)]
    pub classes: Vec<ProductClass>,
    /// Classes of which every batch is to be tested are asked too.
    #[serde(default)]
    pub batch_test: bool,
    /// These classes are never asked.
    #[serde(default)]
    pub except: Vec<ProductClass>,
    /// The steps at which the rule asks.
    pub steps: Vec<Step>,
    /// The paper asked for.
    pub kind: PaperKind,
    /// Papers that answer the rule as well.
    #[serde(default)]
    pub or_kinds: Vec<PaperKind>,
    /// A paper about what the lot was made from counts too.
    pub ancestor_suffices: bool,
    /// Asked only when goods go from one province to another.
    #[serde(default)]
    pub only_across_provinces: bool,
    /// The rule in Chinese.
    pub zh: String,
    /// The rule in English.
    pub en: String,
    /// Where it comes from and when it holds.
    pub basis: Basis,
}

impl PaperRule {
    /// Whether the rule asks `class` for a paper, on whatever day and step.
    #[must_use]
    pub fn concerns(&self, class: ProductClass) -> bool {
        let named = self.classes.contains(&class) || self.tags.iter().any(|tag| class.has(*tag));
        (named || (self.batch_test && class.batch_test())) && !self.except.contains(&class)
    }

    /// Whether a paper of `kind` answers the rule.
    #[must_use]
    pub fn is_answered_by(&self, kind: PaperKind) -> bool {
        self.kind == kind || self.or_kinds.contains(&kind)
    }

    /// The rule in both languages.
    #[must_use]
    pub fn words(&self) -> Bilingual {
        Bilingual::new(&self.zh, &self.en)
    }
}

/// How long a quarantine certificate holds, and how far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValidityRule {
    /// Name of the rule.
    pub id: String,
    /// The form of certificate.
    pub template: QuarantineTemplate,
    /// Days after the day of issue on which it still holds; 0 is the same day only.
    pub valid_days: u16,
    /// It does not hold in another province.
    pub same_province_only: bool,
    /// Where it comes from and when it holds, by day of issue.
    pub basis: Basis,
}

/// Every rule that asks for a paper.
pub fn rules() -> impl Iterator<Item = &'static PaperRule> {
    TABLE.rule.iter()
}

/// Every rule on validity.
pub fn validity_rules() -> impl Iterator<Item = &'static ValidityRule> {
    TABLE.validity.iter()
}

/// The rule on a certificate of this form issued on this day.
#[must_use]
pub fn validity(
    template: QuarantineTemplate,
    issued_on: ChinaDate,
) -> Option<&'static ValidityRule> {
    validity_rules().find(|rule| rule.template == template && rule.basis.covers(issued_on))
}

/// The rules that ask `class` for papers at `step` on `date`.
#[must_use]
pub fn required(
    class: ProductClass,
    step: Step,
    date: ChinaDate,
    provinces_differ: bool,
) -> Vec<&'static PaperRule> {
    rules()
        .filter(|rule| {
            rule.steps.contains(&step)
                && rule.concerns(class)
                && rule.basis.covers(date)
                && (provinces_differ || !rule.only_across_provinces)
        })
        .collect()
}
