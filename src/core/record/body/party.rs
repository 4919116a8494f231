//! Who may sign, in which roles, where (domain 3.1, 3.12).

use crate::core::ids::{Division, Gln, PartyId, SiteId};
use crate::core::quantity::SignedDecimal;
use crate::core::record::hashes::{Digest, Kid};
use crate::core::record::keys::{Jwk, PossessionProof};
use crate::core::record::words::{List, Name};
use crate::core::time::{ChinaDate, UnixSeconds};
use serde::{Deserialize, Serialize};

/// What a party is in the chain 主体类型.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartyKind {
    /// 养殖场、种植企业.
    Farm,
    /// 农民专业合作社.
    Coop,
    /// 农户.
    Smallholder,
    /// 收购单位.
    Collector,
    /// 屠宰企业.
    Slaughterhouse,
    /// 食品生产企业.
    Processor,
    /// 小作坊.
    Workshop,
    /// 承运人.
    Carrier,
    /// 仓储服务.
    Warehouse,
    /// 批发市场.
    WholesaleMarket,
    /// 批发商.
    Wholesaler,
    /// 零售商.
    Retailer,
    /// 餐饮服务.
    Caterer,
    /// 集中用餐单位食堂.
    Canteen,
    /// 网络平台.
    Platform,
    /// 进口商.
    Importer,
    /// 检验机构.
    Lab,
    /// 市场监管部门.
    Regulator,
    /// 农业农村部门、动物卫生监督机构.
    AnimalHealth,
    /// 海关.
    Customs,
    /// 省级登记机构.
    Registrar,
}

impl PartyKind {
    /// Whether this is a public authority with powers over others' goods.
    #[must_use]
    pub const fn is_authority(self) -> bool {
        matches!(self, Self::Regulator | Self::AnimalHealth | Self::Customs)
    }
}

/// Kind of a licence 许可证种类; its number is on the site or the paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LicenceKind {
    /// 食品生产许可证.
    FoodProduction,
    /// 食品经营许可证.
    FoodOperation,
    /// 仅销售预包装食品备案.
    PrepackagedFiling,
    /// 生猪定点屠宰证.
    Slaughter,
    /// 动物防疫条件合格证.
    AnimalEpidemicPrevention,
    /// 道路运输经营许可证.
    RoadTransport,
    /// 仓储备案.
    StorageFiling,
    /// 检验检测机构资质认定 (CMA).
    Cma,
    /// 其他.
    Other,
}

/// A licence a party or site holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LicenceHeld {
    /// Kind.
    pub kind: LicenceKind,
    /// Number 许可证编号.
    pub number: Name,
    /// Last day of validity 有效期, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<ChinaDate>,
}

/// Risk grade 风险等级 (食品生产经营监督检查管理办法 art. 21), A low to D high.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum RiskGrade {
    /// Low.
    A,
    /// Medium.
    B,
    /// Higher.
    C,
    /// High.
    D,
}

/// Enrols a party 经营者, or says anew what changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterParty {
    /// 统一社会信用代码, or the number of a smallholder without one.
    pub party: PartyId,
    /// 主体类型.
    pub kind: PartyKind,
    /// Name 名称; absent for a natural person, whose name is sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// County where the party is 行政区划.
    pub county: Division,
    /// Licences of the party itself.
    #[serde(default, skip_serializing_if = "List::is_empty")]
    pub licences: List<LicenceHeld>,
    /// 全球位置码.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gln: Option<Gln>,
    /// 风险等级.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub risk_grade: Option<RiskGrade>,
    /// 食责险保单号.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub insurance_policy: Option<Name>,
    /// Party that acts for one without a phone (village, co-operative, market).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<PartyId>,
    /// Sealed: person in charge, identity, address.
    #[serde(rename = "_sd")]
    pub sd: Vec<Digest>,
}

/// What happens at a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SiteKind {
    /// 养殖场、种植基地.
    Farm,
    /// 屠宰线.
    SlaughterLine,
    /// 分割、加工车间.
    Plant,
    /// 车辆停放与调度点.
    Depot,
    /// 冷库、仓库.
    Warehouse,
    /// 批发市场入场点.
    Market,
    /// 摊位.
    Booth,
    /// 门店.
    Shop,
    /// 食堂、厨房.
    Kitchen,
    /// 实验室.
    Laboratory,
    /// 口岸监管区.
    Port,
    /// 办公场所.
    Office,
}

/// A room or zone with its own temperature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Zone {
    /// Name of the zone on site.
    pub zone: Name,
    /// Lowest temperature it is run at, °C.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temp_min_c: Option<SignedDecimal>,
    /// Highest temperature it is run at, °C.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temp_max_c: Option<SignedDecimal>,
}

/// Filing of storage services 仓储备案 (食品安全法实施条例 art. 25).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StorageFiling {
    /// 备案号.
    pub number: Name,
    /// 备案日期.
    pub filed_on: ChinaDate,
}

/// Enrols premises, or says anew what changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterSite {
    /// The site's code: its licence number, slaughter code, GLN, or the registrar's number.
    pub site: SiteId,
    /// Whose it is.
    pub party: PartyId,
    /// What happens there.
    pub kind: SiteKind,
    /// Name shown to people.
    pub name: Name,
    /// County where it is.
    pub county: Division,
    /// Its licence, where the code itself is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<LicenceHeld>,
    /// Its filing as storage, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filing: Option<StorageFiling>,
    /// Zones.
    #[serde(default, skip_serializing_if = "List::is_empty")]
    pub zones: List<Zone>,
    /// Whether it is in business.
    pub open: bool,
    /// 食品安全总监: the post, never a person's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub safety_director: Option<Name>,
    /// 食品安全员: the post, never a person's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub safety_officer: Option<Name>,
    /// Sealed: exact address.
    #[serde(rename = "_sd")]
    pub sd: Vec<Digest>,
}

/// What a key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyRole {
    /// Everything, and adding and revoking keys of the same party.
    Admin,
    /// Custody, papers and statements.
    Clerk,
    /// Legs of shipments.
    Driver,
    /// Readings only: a logger or gateway.
    Device,
    /// The node's own beats; only a log's first record can grant it.
    Node,
}

/// Says that a key may sign for a party.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddKey {
    /// For whom it signs.
    pub party: PartyId,
    /// Where it signs; empty means at every site of the party.
    #[serde(default, skip_serializing_if = "List::is_empty")]
    pub sites: List<SiteId>,
    /// As what.
    pub role: KeyRole,
    /// The public key (RFC 8037 JWK).
    pub jwk: Jwk,
    /// From when its signatures count.
    pub from: UnixSeconds,
    /// Until when, if it ends by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<UnixSeconds>,
    /// Signature of the new key that shows its holder has it.
    pub proof: PossessionProof,
    /// Sealed: who holds the device.
    #[serde(rename = "_sd")]
    pub sd: Vec<Digest>,
}

/// Why a key is revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevokeReason {
    /// The device is lost 遗失.
    Lost,
    /// Somebody else may have it 泄露.
    Compromised,
    /// The holder left 离职.
    Left,
    /// Replaced by another 更换.
    Replaced,
    /// The party is closed 注销.
    Closed,
}

/// Ends a key's standing from here on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevokeKey {
    /// The key.
    pub key: Kid,
    /// Why.
    pub reason: RevokeReason,
    /// Since when its signatures are suspect; adds findings to what came before, undoes nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspect_since: Option<UnixSeconds>,
    /// No sealed fields; must be absent or empty.
    #[serde(rename = "_sd", default, skip_serializing_if = "Vec::is_empty")]
    pub sd: Vec<Digest>,
}
