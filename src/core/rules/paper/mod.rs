//! Papers: what kinds there are, which a step asks for, and what is wrong with those at hand.

mod judge;
mod plain;
mod required;

pub use judge::{Occasion, PaperFact, PaperFinding, PaperQuantity, judge};
pub use plain::{PlainWords, plain_words};
pub(super) use required::TEXT;
pub use required::{PaperRule, ValidityRule, required, rules, validity, validity_rules};

use crate::core::text::Bilingual;
use serde::{Deserialize, Serialize};

/// What a paper is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaperKind {
    /// Commitment certificate of grower or collector 承诺达标合格证.
    FarmCertificate,
    /// Quarantine certificate for live animals 动物检疫合格证明(动物).
    AnimalQuarantine,
    /// Quarantine certificate for animal products 动物检疫合格证明(产品).
    ProductQuarantine,
    /// Meat inspection certificate of a slaughterhouse 肉品品质检验合格证.
    MeatInspection,
    /// Report of a laboratory 检测报告.
    TestReport,
    /// Rapid test 快检.
    RapidTest,
    /// Release inspection of a factory 出厂检验合格证.
    FactoryInspection,
    /// Customs inspection of imports 入境货物检验检疫证明.
    Customs,
    /// Result of supervisory sampling 监督抽检结果.
    SamplingResult,
    /// Test of soil, water or air where the food grew 产地环境检测.
    EnvironmentTest,
    /// Permit of a container for liquid food in bulk 准运证.
    BulkLiquidPermit,
    /// Proof that a container was cleaned 清洗证明.
    CleaningCertificate,
    /// A stated reason why a batch need not be tested 免检说明.
    TestExemption,
    /// Anything else.
    Other,
}

impl PaperKind {
    /// Every kind.
    pub const ALL: [Self; 14] = [
        Self::FarmCertificate,
        Self::AnimalQuarantine,
        Self::ProductQuarantine,
        Self::MeatInspection,
        Self::TestReport,
        Self::RapidTest,
        Self::FactoryInspection,
        Self::Customs,
        Self::SamplingResult,
        Self::EnvironmentTest,
        Self::BulkLiquidPermit,
        Self::CleaningCertificate,
        Self::TestExemption,
        Self::Other,
    ];

    /// The code, as written in records.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::FarmCertificate => "farm_certificate",
            Self::AnimalQuarantine => "animal_quarantine",
            Self::ProductQuarantine => "product_quarantine",
            Self::MeatInspection => "meat_inspection",
            Self::TestReport => "test_report",
            Self::RapidTest => "rapid_test",
            Self::FactoryInspection => "factory_inspection",
            Self::Customs => "customs",
            Self::SamplingResult => "sampling_result",
            Self::EnvironmentTest => "environment_test",
            Self::BulkLiquidPermit => "bulk_liquid_permit",
            Self::CleaningCertificate => "cleaning_certificate",
            Self::TestExemption => "test_exemption",
            Self::Other => "other",
        }
    }

    /// The kind with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The words for it.
    #[must_use]
    pub fn words(self) -> Bilingual {
        let (zh, en) = match self {
            Self::FarmCertificate => ("承诺达标合格证", "commitment certificate"),
            Self::AnimalQuarantine => ("动物检疫合格证明", "animal quarantine certificate"),
            Self::ProductQuarantine => (
                "动物产品检疫合格证明",
                "quarantine certificate for animal products",
            ),
            Self::MeatInspection => ("肉品品质检验合格证", "meat inspection certificate"),
            Self::TestReport => ("检测报告", "test report"),
            Self::RapidTest => ("快速检测", "rapid test"),
            Self::FactoryInspection => ("出厂检验合格证", "factory release inspection"),
            Self::Customs => ("入境货物检验检疫证明", "customs inspection certificate"),
            Self::SamplingResult => ("监督抽检结果", "result of supervisory sampling"),
            Self::EnvironmentTest => ("产地环境检测", "test of the growing environment"),
            Self::BulkLiquidPermit => ("准运证", "bulk liquid permit"),
            Self::CleaningCertificate => ("清洗证明", "cleaning certificate"),
            Self::TestExemption => ("免检说明", "stated exemption from testing"),
            Self::Other => ("其他证明", "other paper"),
        };
        Bilingual::new(zh, en)
    }

    /// Whether the paper states a result, so that it answers a rule only when it says "passed".
    #[must_use]
    pub const fn states_a_result(self) -> bool {
        matches!(
            self,
            Self::TestReport | Self::RapidTest | Self::SamplingResult | Self::EnvironmentTest
        )
    }

    /// Whether the paper's validity is a time of transport, which no longer matters once the
    /// goods have arrived and been accepted.
    #[must_use]
    pub const fn is_for_transport(self) -> bool {
        matches!(self, Self::AnimalQuarantine | Self::ProductQuarantine)
    }
}

/// How well a paper is attested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Typed in by the holder 抄录.
    Transcribed,
    /// Checked at its source: by whom and when is recorded 核实.
    Confirmed,
    /// Signed by the issuer's own key 签发.
    Issued,
}

impl Standing {
    /// The words for it.
    #[must_use]
    pub fn words(self) -> Bilingual {
        match self {
            Self::Transcribed => Bilingual::new("持有人抄录", "transcribed by the holder"),
            Self::Confirmed => Bilingual::new("已向来源核实", "confirmed at its source"),
            Self::Issued => Bilingual::new("签发机构签名", "signed by its issuer"),
        }
    }
}

/// What happens to the goods when a rule asks for papers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Leaves the farm 产地准出.
    LeaveFarm,
    /// Enters a slaughterhouse 屠宰进场.
    SlaughterIn,
    /// Leaves a slaughterhouse 屠宰出场.
    SlaughterOut,
    /// Enters a market 市场准入.
    EnterMarket,
    /// Is sent on by a holder 发货.
    Dispatch,
    /// Is taken over from a supplier 进货.
    Receive,
    /// Is sold to a consumer 销售.
    Sell,
    /// Is served as a meal 供餐.
    Serve,
    /// Enters from abroad 进口.
    ImportEntry,
    /// Is loaded into a tanker 散装液态食品装载.
    BulkLiquidLoad,
}

impl Step {
    /// Whether the goods are on their way or just arriving.
    #[must_use]
    pub const fn is_transport(self) -> bool {
        !matches!(self, Self::Sell | Self::Serve)
    }
}

/// Form of a quarantine certificate, in force since 2010; it is not known whether the letters
/// outlive the new forms of 2026.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuarantineTemplate {
    /// Animals across provinces 动物A.
    AnimalA,
    /// Animals within a province 动物B.
    AnimalB,
    /// Products across provinces 产品A.
    ProductA,
    /// Products within a province 产品B.
    ProductB,
}

#[cfg(test)]
mod tests;
