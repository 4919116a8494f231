//! Papers 证明 (domain 3.4 to 3.7): issued by whom they come from, confirmed at their source, or
//! transcribed by the holder. The record says which, and nobody may claim more than they did.

use crate::core::ids::{Division, EarTag, PartyId, SiteId};
use crate::core::quantity::{SignedDecimal, Uom};
use crate::core::record::hashes::Digest;
use crate::core::record::limits::EAR_TAGS_MAX;
use crate::core::record::words::{Bounded, List, Name, Text};
use crate::core::rules::paper::{PaperKind, Standing};
use crate::core::time::{ChinaDate, UnixSeconds};
use serde::{Deserialize, Serialize};

/// A paper about lots or a shipment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certify {
    /// Which paper.
    pub kind: PaperKind,
    /// Issued, confirmed or transcribed.
    pub standing: Standing,
    /// 证书编号.
    pub number: Name,
    /// Issuer as the paper names it.
    pub issuer: Name,
    /// Issuer's party, where it is enrolled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer_party: Option<PartyId>,
    /// Province of issue.
    pub issued_in: Division,
    /// 签发日期.
    pub issued_on: ChinaDate,
    /// Last day of validity, where the paper says one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<ChinaDate>,
    /// What the paper concludes 结论, where it concludes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passed: Option<bool>,
    /// Unit of the sealed quantity, where the paper has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uom: Option<Uom>,
    /// The one site that may draw on the paper's quantity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spender: Option<SiteId>,
    /// How it was confirmed at its source; must be there exactly if the standing is confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed: Option<Box<Confirmation>>,
    /// What is particular to the kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<Box<PaperDetail>>,
    /// Sealed: quantity, person (vet, inspector, promiser), vehicle, places.
    #[serde(rename = "_sd")]
    pub sd: Vec<Digest>,
}

/// Who checked a paper at its source, where, when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confirmation {
    /// The source that was asked (a platform, an office).
    pub source: Name,
    /// When.
    pub at: UnixSeconds,
}

/// What is particular to a kind of paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaperDetail {
    /// 承诺达标合格证.
    FarmCertificate(FarmCertificate),
    /// 动物检疫合格证明, animals or products.
    Quarantine(Quarantine),
    /// 肉品品质检验合格证.
    MeatInspection(MeatInspection),
    /// 检验报告, sampling result, rapid test.
    Test(Test),
    /// 入境货物检验检疫证明.
    Customs(CustomsPaper),
    /// 重点液态食品道路运输准运证.
    BulkPermit(BulkPermit),
}

impl PaperDetail {
    /// Whether papers of this kind have these particulars.
    #[must_use]
    pub const fn fits(&self, kind: PaperKind) -> bool {
        use PaperKind as K;
        match self {
            Self::FarmCertificate(_) => matches!(kind, K::FarmCertificate),
            Self::Quarantine(_) => matches!(kind, K::AnimalQuarantine | K::ProductQuarantine),
            Self::MeatInspection(_) => matches!(kind, K::MeatInspection),
            Self::Test(_) => matches!(
                kind,
                K::TestReport
                    | K::RapidTest
                    | K::FactoryInspection
                    | K::SamplingResult
                    | K::EnvironmentTest
            ),
            Self::Customs(_) => matches!(kind, K::Customs),
            Self::BulkPermit(_) => matches!(kind, K::BulkLiquidPermit),
        }
    }
}

/// Which form of the farm certificate (MARA Order 2025 No. 4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FarmCertificateForm {
    /// 样式一: producer.
    Producer,
    /// 样式二: collector.
    Collector,
}

/// What a promise rests on 承诺依据.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PromiseBasis {
    /// 质量安全控制符合要求.
    Control,
    /// 自行检测合格.
    SelfTest,
    /// 委托检测合格.
    CommissionedTest,
}

/// 承诺达标合格证; the promise itself is fixed by its form and never typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FarmCertificate {
    /// 样式一 or 样式二.
    pub form: FarmCertificateForm,
    /// 承诺依据, at least one.
    pub basis: List<PromiseBasis>,
}

/// Which quarantine certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuarantineForm {
    /// 动物A: animals, across provinces.
    AnimalA,
    /// 动物B: animals, within a province.
    AnimalB,
    /// 产品A: products, across provinces.
    ProductA,
    /// 产品B: products, within a province.
    ProductB,
}

/// What animals are moved for 用途.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnimalPurpose {
    /// 屠宰.
    Slaughter,
    /// 饲养.
    Raising,
    /// 种用.
    Breeding,
    /// 其他.
    Other,
}

/// 动物检疫合格证明.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quarantine {
    /// Form.
    pub form: QuarantineForm,
    /// Year of the template, 2010 or 2026.
    pub template: u16,
    /// 动物种类 or 产品名称.
    pub subject: Name,
    /// 用途, for animals.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<AnimalPurpose>,
    /// 启运地点 county.
    pub origin: Division,
    /// 到达地点 county; product certificates carry none since 2026-01-01.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destination: Option<Division>,
    /// 应于…日内到达有效.
    pub valid_days: u16,
    /// 装运前经…消毒.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disinfection: Option<Name>,
    /// 牲畜耳标号.
    #[serde(default, skip_serializing_if = "Bounded::is_empty")]
    pub ear_tags: Bounded<EarTag, EAR_TAGS_MAX>,
    /// 检疫标志号.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark_number: Option<Name>,
}

/// 肉品品质检验合格证 (生猪屠宰管理条例 arts. 15, 17).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeatInspection {
    /// 定点屠宰代码, where the number is not the site's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slaughter_code: Option<Name>,
    /// 生产(屠宰)日期.
    pub slaughtered_on: ChinaDate,
    /// 种猪、晚阉猪标明.
    #[serde(default)]
    pub sow_or_late_castrate: bool,
    /// What was inspected.
    #[serde(default, skip_serializing_if = "List::is_empty")]
    pub items: List<Name>,
}

/// One measured item of a test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TestItem {
    /// 检验项目.
    pub name: Name,
    /// 检验结果, as printed.
    pub result: Name,
    /// 标准值.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<Name>,
    /// 判定.
    pub passed: bool,
}

/// A test report, rapid test or sampling result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Test {
    /// 抽样单编号 or sample number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample_number: Option<Name>,
    /// 检验依据.
    pub basis: Name,
    /// CMA number of the laboratory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cma: Option<Name>,
    /// Inhibition rate of a rapid pesticide test, per cent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inhibition_rate_pct: Option<SignedDecimal>,
    /// Items.
    #[serde(default, skip_serializing_if = "List::is_empty")]
    pub items: List<TestItem>,
    /// Remark 备注.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<Text>,
}

/// Customs paper of imported goods.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomsPaper {
    /// 入境口岸.
    pub port: Name,
    /// Production lot abroad.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foreign_batch: Option<Name>,
}

/// Permit of one container for bulk liquid food 准运证.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BulkPermit {
    /// The container it is for: one container, one permit.
    pub container: Name,
}
