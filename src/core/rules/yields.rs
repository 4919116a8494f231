//! Yields: how much usually comes out of what goes in, and what cannot.
//!
//! Heads and kilograms do not add, so each dimension is judged for itself. Conservation has a
//! source of its own; the other bounds are usual figures that accuse nobody.

use super::basis::{Basis, read};
use super::product::ProductClass;
use crate::core::quantity::{Amount, Dimension, SignedDecimal, Uom};
use crate::core::text::Bilingual;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

pub(super) const TEXT: &str = include_str!("data/yields.toml");

/// Most lines one judgement takes; with as many, no sum can overflow.
pub const YIELD_LINES_MAX: usize = 1_000;

/// Millionths in one unit.
const MICRO: i128 = 1_000_000;

static TABLE: LazyLock<Table> = LazyLock::new(|| read(TEXT));

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    r#yield: Vec<YieldRule>,
}

/// What a transformation does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// Slaughter 屠宰.
    Slaughter,
    /// Cut 切割.
    Cut,
    /// Mix 混合.
    Mix,
    /// Pack 包装.
    Pack,
    /// Split a lot 拆分.
    Split,
    /// Change the label 换标.
    Relabel,
    /// Cook 烹饪.
    Cook,
    /// Process 加工.
    Process,
}

impl Operation {
    /// Every operation.
    pub const ALL: [Self; 8] = [
        Self::Slaughter,
        Self::Cut,
        Self::Mix,
        Self::Pack,
        Self::Split,
        Self::Relabel,
        Self::Cook,
        Self::Process,
    ];

    /// The words for it.
    #[must_use]
    pub fn words(self) -> Bilingual {
        let (zh, en) = match self {
            Self::Slaughter => ("屠宰", "slaughter"),
            Self::Cut => ("切割", "cutting"),
            Self::Mix => ("混合", "mixing"),
            Self::Pack => ("包装", "packing"),
            Self::Split => ("拆分批次", "splitting"),
            Self::Relabel => ("换标", "relabelling"),
            Self::Cook => ("烹饪", "cooking"),
            Self::Process => ("加工", "processing"),
        };
        Bilingual::new(zh, en)
    }
}

/// A class of product, or any.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fits {
    Any,
    Class(ProductClass),
}

impl<'de> Deserialize<'de> for Fits {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        if code == "*" {
            return Ok(Self::Any);
        }
        let class = ProductClass::parse(&code).map_err(serde::de::Error::custom)?;
        Ok(Self::Class(class))
    }
}

/// Bounds of a yield.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct YieldRule {
    /// Name of the rule.
    pub id: String,
    /// The operation it is for.
    pub operation: Operation,
    from: Vec<Fits>,
    to: Vec<Fits>,
    /// Unit of the inputs.
    pub uom_in: Uom,
    /// Unit of the outputs.
    pub uom_out: Uom,
    /// Least usual quantity out per quantity in, in `uom_out` per `uom_in`.
    pub low: Option<Amount>,
    /// Greatest quantity out per quantity in, in `uom_out` per `uom_in`.
    pub high: Option<Amount>,
    /// The rule in Chinese.
    pub zh: String,
    /// The rule in English.
    pub en: String,
    /// Where it comes from and when it holds.
    pub basis: Basis,
}

/// So much of a class of product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct YieldLine {
    /// The class.
    pub class: ProductClass,
    /// How much.
    pub amount: Amount,
    /// Its unit.
    pub uom: Uom,
}

/// What the rules say of a transformation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "yield", rename_all = "snake_case")]
pub enum YieldJudgement {
    /// Within the bounds of every rule that fits.
    Usual,
    /// Out of the bounds of a rule.
    Odd {
        /// Name of the rule.
        rule: &'static str,
        /// The rule in both languages.
        words: Bilingual,
        /// Quantity out per quantity in, rounded down to a millionth; none if nothing went in.
        ratio: Option<SignedDecimal>,
        /// Least usual.
        low: Option<Amount>,
        /// Greatest.
        high: Option<Amount>,
        /// The bounds are usual figures and accuse nobody.
        reference: bool,
    },
    /// No rule fits: nothing is said.
    NoRule,
}

/// Every rule on yields.
pub fn yield_rules() -> impl Iterator<Item = &'static YieldRule> {
    TABLE.r#yield.iter()
}

/// Judges a transformation. `lost` is what was condemned, destroyed or wasted of the inputs, in
/// the inputs' units: it is taken off what went in, so that a declared loss explains a low yield.
/// Every rule that fits is asked; of several findings one with a source goes before one for
/// reference, and the first in the table before the others.
///
/// More than [`YIELD_LINES_MAX`] lines are not judged.
#[must_use]
pub fn judge_yield(
    operation: Operation,
    inputs: &[YieldLine],
    outputs: &[YieldLine],
    lost: &[YieldLine],
) -> YieldJudgement {
    let lines = inputs
        .len()
        .saturating_add(outputs.len())
        .saturating_add(lost.len());
    if inputs.is_empty() || outputs.is_empty() || lines > YIELD_LINES_MAX {
        return YieldJudgement::NoRule;
    }
    let mut judged = YieldJudgement::NoRule;
    let rules = yield_rules();
    for rule in rules.filter(|rule| rule.operation == operation && rule.fits(inputs, outputs)) {
        match (rule.judge(inputs, outputs, lost), &judged) {
            (None, YieldJudgement::NoRule) => judged = YieldJudgement::Usual,
            (
                Some(odd),
                YieldJudgement::Odd {
                    reference: true, ..
                },
            ) if !rule.basis.reference => {
                judged = odd;
            }
            (Some(odd), YieldJudgement::NoRule | YieldJudgement::Usual) => judged = odd,
            _ => {}
        }
    }
    judged
}

impl YieldRule {
    fn fits(&self, inputs: &[YieldLine], outputs: &[YieldLine]) -> bool {
        let class = |fits: &[Fits], class: ProductClass| {
            fits.contains(&Fits::Any) || fits.contains(&Fits::Class(class))
        };
        inputs
            .iter()
            .all(|line| class(&self.from, line.class) && measures(self.uom_in, line.uom))
            && outputs
                .iter()
                .all(|line| class(&self.to, line.class) && measures(self.uom_out, line.uom))
    }

    /// What is odd by this rule, if anything.
    fn judge(
        &'static self,
        inputs: &[YieldLine],
        outputs: &[YieldLine],
        lost: &[YieldLine],
    ) -> Option<YieldJudgement> {
        let went_in = total(inputs, self.uom_in)
            .saturating_sub(total(lost, self.uom_in))
            .max(0);
        let came_out = total(outputs, self.uom_out);
        // out / factor_out against bound * in / factor_in, both sides times the factors.
        let (factor_in, factor_out) = (factor(self.uom_in), factor(self.uom_out));
        let left = came_out.saturating_mul(factor_in).saturating_mul(MICRO);
        let unit = went_in.saturating_mul(factor_out);
        let times = |bound: Amount| unit.saturating_mul(i128::from(bound.micro()));
        let below = self.low.is_some_and(|low| left < times(low));
        let above = self.high.is_some_and(|high| left > times(high));
        if !below && !above {
            return None;
        }
        let ratio = left.checked_div(unit);
        Some(YieldJudgement::Odd {
            rule: &self.id,
            words: Bilingual::new(&self.zh, &self.en),
            ratio: ratio.map(|r| SignedDecimal::from_micro(i64::try_from(r).unwrap_or(i64::MAX))),
            low: self.low,
            high: self.high,
            reference: self.basis.reference,
        })
    }
}

/// Whether a line in `uom` is what a rule in `rule` speaks of: any unit of weight or volume, but
/// the very unit of a count, because a head is no portion.
fn measures(rule: Uom, uom: Uom) -> bool {
    match rule.dimension() {
        Dimension::Count => rule == uom,
        dimension => dimension == uom.dimension(),
    }
}

fn factor(uom: Uom) -> i128 {
    i128::from(uom.factor())
}

/// The lines that `rule` measures, added up in millionths of the smallest unit.
fn total(lines: &[YieldLine], rule: Uom) -> i128 {
    let lines = lines.iter().filter(|line| measures(rule, line.uom));
    lines.fold(0, |sum: i128, line| {
        let amount = i128::from(line.amount.micro()).saturating_mul(factor(line.uom));
        sum.saturating_add(amount)
    })
}

#[cfg(test)]
mod tests;
