//! Bringing goods in and making them into others (domain 3.2, 3.3, 3.6, 3.8).

use crate::core::ids::{Division, LotCode, PartyId};
use crate::core::quantity::SignedDecimal;
use crate::core::record::hashes::Digest;
use crate::core::record::words::{List, Name, Text, line_number};
use crate::core::rules::product::ProductClass;
use crate::core::rules::yields::Operation;
use crate::core::time::ChinaDate;
use serde::{Deserialize, Serialize};

/// What a lot is 产品、批次. One for each line that brings a new lot in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LotInfo {
    /// The line of this record it describes.
    #[serde(deserialize_with = "line_number")]
    pub n: u16,
    /// Class of the product; decides which rules apply 食品类别.
    pub class: ProductClass,
    /// 名称.
    pub name: Name,
    /// Variety 品种.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variety: Option<Name>,
    /// 规格.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spec: Option<Name>,
    /// 商标.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brand: Option<Name>,
    /// 生产批号 as printed, where it is not the code's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<Name>,
    /// Batch numbers of suppliers by which people will look for it.
    #[serde(default, skip_serializing_if = "List::is_empty")]
    pub aliases: List<Name>,
    /// 产品标准代号.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standard: Option<Name>,
    /// 生产许可证编号 of prepackaged food.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<Name>,
    /// Date of harvest, slaughter, catch or production 生产日期.
    pub made_on: ChinaDate,
    /// Last day of shelf life 保质期至, where the product has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub best_before: Option<ChinaDate>,
    /// County of origin 产地; absent for goods from abroad.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Division>,
    /// Country of origin, ISO 3166-1 alpha-2, for goods from abroad.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<Country>,
    /// Lowest storage temperature on the label, °C.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temp_min_c: Option<SignedDecimal>,
    /// Highest storage temperature on the label, °C.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temp_max_c: Option<SignedDecimal>,
    /// 四清 of bulk baijiu: brand, batch, ingredients, flow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bulk_label: Option<Box<BulkLabel>>,
}

/// A country, ISO 3166-1 alpha-2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country([u8; 2]);

impl Country {
    /// Reads two capital letters.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = <[u8; 2]>::try_from(text.as_bytes()).ok()?;
        bytes
            .iter()
            .all(u8::is_ascii_uppercase)
            .then_some(Self(bytes))
    }

    /// The two letters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("??")
    }
}

impl Serialize for Country {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Country {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("country is two capital letters"))
    }
}

/// 四清 of bulk liquor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BulkLabel {
    /// 品牌品名.
    pub brand: Name,
    /// 标签配料.
    pub ingredients: Text,
    /// Alcohol by volume, per cent.
    pub abv_pct: SignedDecimal,
    /// 产品流向.
    pub flow: Name,
}

/// How a producer brought a lot into being.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Creation {
    /// 采收.
    Harvest,
    /// 捕捞.
    Catch,
    /// 出栏群 of animals raised together.
    Herd,
    /// 产蛋、挤奶.
    Yield,
    /// 生产 from ingredients that are not lots of the ledger.
    Production,
}

/// Brings in a new lot 生产记录.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Create {
    /// How.
    pub how: Creation,
    /// What, line by line. Empty only when every line adds to a lot by citing its origin.
    #[serde(default, skip_serializing_if = "List::is_empty")]
    pub lots: List<LotInfo>,
    /// Plot, pond, house or line of the site; inputs used there are judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plot: Option<Name>,
    /// 疫病、病虫草害发生和防治.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub health_record: Option<Text>,
    /// Smallholder for whom an agent signs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<PartyId>,
    /// Sealed: free note.
    #[serde(rename = "_sd")]
    pub sd: Vec<Digest>,
}

/// What the buyer checked of an unenrolled supplier 查验 (食品安全法 arts. 50, 53).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Checked {
    /// 供货者许可证.
    Licence,
    /// 出厂检验合格证或者其他合格证明.
    Conformity,
    /// 承诺达标合格证.
    FarmCertificate,
    /// 检疫证明.
    Quarantine,
    /// 进货凭证.
    Voucher,
    /// 中文标签.
    ChineseLabel,
    /// 入境货物检验检疫证明.
    Customs,
}

/// Particulars of imported goods (食品安全法 art. 98).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Import {
    /// 入境口岸.
    pub port: Name,
    /// 报关单号 or 入境货物检验检疫证明编号.
    pub customs_number: Name,
    /// 境外出口商.
    pub exporter: Name,
    /// Day of entry.
    pub entered_on: ChinaDate,
}

/// Brings in goods whose supplier is not enrolled, or that come from abroad.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Enter {
    /// What, line by line.
    pub lots: List<LotInfo>,
    /// 进货日期.
    pub received_on: ChinaDate,
    /// What was checked.
    #[serde(default, skip_serializing_if = "List::is_empty")]
    pub checked: List<Checked>,
    /// For goods from abroad.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub import: Option<Box<Import>>,
    /// Party for whom an agent signs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<PartyId>,
    /// Sealed: supplier, free note.
    #[serde(rename = "_sd")]
    pub sd: Vec<Digest>,
}

/// Kind of a farm input 农业投入品.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InputKind {
    /// 农药.
    Pesticide,
    /// 兽药.
    VeterinaryDrug,
    /// 饲料.
    Feed,
    /// 肥料.
    Fertiliser,
}

/// An input used 农产品生产记录 (农产品质量安全法 art. 27).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UseInput {
    /// Kind.
    pub kind: InputKind,
    /// 名称.
    pub name: Name,
    /// 来源.
    pub source: Name,
    /// Its own trace code, scanned from the package.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Name>,
    /// 用法.
    pub usage: Name,
    /// 用量.
    pub dose: Name,
    /// Plot, pond or house of the site where it was used.
    pub plot: Name,
    /// 使用日期.
    pub from: ChinaDate,
    /// 停用日期.
    pub until: ChinaDate,
    /// 安全间隔期 or 休药期, days; absent when not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval_days: Option<u16>,
    /// Party for whom an agent signs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<PartyId>,
    /// Sealed: free note.
    #[serde(rename = "_sd")]
    pub sd: Vec<Digest>,
}

/// Makes lots into others. The lines say what went in and what came out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transform {
    /// What was done.
    pub operation: Operation,
    /// The new lots, line by line.
    pub lots: List<LotInfo>,
    /// For whom a slaughterhouse worked 代宰.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<PartyId>,
    /// Earlier lot whose label this one replaces, for relabelling.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<LotCode>,
    /// Party for whom an agent signs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<PartyId>,
    /// Sealed: free note.
    #[serde(rename = "_sd")]
    pub sd: Vec<Digest>,
}
