//! Final debits, stocktakes, and what authorities, laboratories and producers say about lots
//! (domain 3.8, 3.15).

use crate::core::ids::{Division, PartyId};
use crate::core::record::hashes::{Digest, RecordId};
use crate::core::record::words::{List, Name, Text};
use crate::core::time::{ChinaDate, UnixSeconds};
use serde::{Deserialize, Serialize};

/// To whom goods are sold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// 消费者.
    Consumer,
    /// 购货单位 that is not enrolled.
    Trade,
    /// 网络销售.
    Online,
    /// 就餐.
    Diner,
}

/// Final debit to a buyer 销售记录.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sell {
    /// To whom.
    pub channel: Channel,
    /// 销售日期; a till reports a day's total.
    pub sold_on: ChinaDate,
    /// Party for whom an agent signs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<PartyId>,
    /// Sealed: buyer, terms.
    #[serde(rename = "_sd")]
    pub sd: Vec<Digest>,
}

/// How goods end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisposalMethod {
    /// 无害化处理.
    Rendered,
    /// 销毁.
    Destroyed,
    /// 补救.
    Remedied,
    /// 作饲料.
    Feed,
    /// 自用.
    OwnUse,
    /// 废弃油脂回收.
    WasteOil,
    /// 灭失.
    Lost,
}

/// Why goods end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisposalReason {
    /// 检疫检验不合格.
    Condemned,
    /// 过期.
    Expired,
    /// 召回.
    Recalled,
    /// 变质、破损.
    Spoiled,
    /// 留样.
    Sample,
    /// 其他.
    Other,
}

/// Condemned, destroyed or otherwise ended goods.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dispose {
    /// How.
    pub method: DisposalMethod,
    /// Why.
    pub reason: DisposalReason,
    /// When.
    pub at: UnixSeconds,
    /// Party for whom an agent signs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<PartyId>,
    /// Sealed: witness, places.
    #[serde(rename = "_sd")]
    pub sd: Vec<Digest>,
}

/// A stocktake 盘点. Debits of the record take out what is missing; what differs shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Count {
    /// When it was counted.
    pub at: UnixSeconds,
    /// Party for whom an agent signs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<PartyId>,
    /// Sealed: what was counted.
    #[serde(rename = "_sd")]
    pub sd: Vec<Digest>,
}

/// How an inspection came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InspectionMode {
    /// 日常监督检查.
    Routine,
    /// 飞行检查.
    Unannounced,
    /// 专项检查.
    Special,
    /// 抽样检验.
    Sampling,
    /// 自查.
    SelfCheck,
}

/// Result of an inspection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inspect {
    /// How it came about.
    pub mode: InspectionMode,
    /// When.
    pub at: UnixSeconds,
    /// Whether what was inspected passed.
    pub passed: bool,
    /// What was inspected.
    #[serde(default, skip_serializing_if = "List::is_empty")]
    pub items: List<Name>,
    /// Party for whom an agent signs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<PartyId>,
    /// Sealed: note.
    #[serde(rename = "_sd")]
    pub sd: Vec<Digest>,
}

/// Why goods are blocked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HoldReason {
    /// 检验不合格.
    FailedTest,
    /// 待检验.
    AwaitingTest,
    /// 缺少证明.
    MissingPaper,
    /// 温度异常.
    Temperature,
    /// 风险预警.
    Alert,
    /// 案件调查.
    Investigation,
}

/// Blocks lots and everything made from them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hold {
    /// Why.
    pub reason: HoldReason,
    /// 文书编号.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<Name>,
    /// Sealed: note.
    #[serde(rename = "_sd")]
    pub sd: Vec<Digest>,
}

/// Ends a hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Release {
    /// The hold.
    pub hold: RecordId,
    /// Sealed: note.
    #[serde(rename = "_sd")]
    pub sd: Vec<Digest>,
}

/// Level of a recall; what each means is in the rule table of the policy version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum RecallLevel {
    /// 一级.
    #[serde(rename = "1")]
    One,
    /// 二级.
    #[serde(rename = "2")]
    Two,
    /// 三级.
    #[serde(rename = "3")]
    Three,
}

/// Whether a recall was ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecallForm {
    /// 主动召回.
    Voluntary,
    /// 责令召回.
    Ordered,
}

/// Calls lots back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recall {
    /// 召回编号.
    pub number: Name,
    /// 召回级别.
    pub level: RecallLevel,
    /// Version of the recall rules it follows.
    pub policy: Name,
    /// 主动 or 责令.
    pub form: RecallForm,
    /// 知悉风险时间; starts the clock.
    pub known_at: UnixSeconds,
    /// Product as the notice names it.
    pub product: Name,
    /// 召回原因.
    pub hazard: Text,
    /// 召回区域.
    #[serde(default, skip_serializing_if = "List::is_empty")]
    pub regions: List<Division>,
    /// 消费者须知.
    pub advice: Text,
    /// Party for whom an agent signs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<PartyId>,
    /// Sealed: note.
    #[serde(rename = "_sd")]
    pub sd: Vec<Digest>,
}

/// Ends a recall.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CloseRecall {
    /// The recall.
    pub recall: RecordId,
    /// 召回总结.
    pub summary: Text,
    /// Party for whom an agent signs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<PartyId>,
    /// Sealed: note.
    #[serde(rename = "_sd")]
    pub sd: Vec<Digest>,
}

/// What kind of mistake is corrected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CorrectionReason {
    /// 录入错误.
    Typing,
    /// 未曾发生.
    DidNotHappen,
    /// 数据不准确.
    IncorrectData,
}

/// One member said anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CorrectedMember {
    /// Member of the body, as a JSON pointer (RFC 6901).
    pub member: Name,
    /// What it should have said.
    pub value: Name,
}

/// Points at an earlier record of the same author. Both are shown; nothing moves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Correct {
    /// The record corrected.
    pub record: RecordId,
    /// What kind of mistake.
    pub reason: CorrectionReason,
    /// What it should have said.
    #[serde(default, skip_serializing_if = "List::is_empty")]
    pub members: List<CorrectedMember>,
    /// Party for whom an agent signs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<PartyId>,
    /// Sealed: note.
    #[serde(rename = "_sd")]
    pub sd: Vec<Digest>,
}
