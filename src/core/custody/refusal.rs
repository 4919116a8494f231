//! Refusals: what breaks signature, feed, citation, balance, authority, or an express ban of law.

use crate::core::quantity::{Amount, Uom};
use crate::core::record::{RecordError, RecordId};
use crate::core::text::{Bilingual, Explain};
use crate::core::time::ChinaDate;

macro_rules! refusals {
    ($($(#[$doc:meta])* $variant:ident $({ $($(#[$fdoc:meta])* $field:ident : $ty:ty),* })? $code:literal, $zh:literal, $en:literal;)*) => {
        /// Why a node does not admit a record. Nothing of a refused record is kept.
        #[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
        pub enum Refusal {
            /// The bytes are no record.
            #[error(transparent)]
            Record(#[from] RecordError),
            $($(#[$doc])* #[error($en)] $variant $({ $($(#[$fdoc])* $field: $ty),* })?,)*
        }

        impl Explain for Refusal {
            fn code(&self) -> &'static str {
                match self {
                    Self::Record(error) => error.code(),
                    $(Self::$variant { .. } => $code,)*
                }
            }

            fn explain(&self) -> Bilingual {
                match self {
                    Self::Record(error) => error.explain(),
                    $(Self::$variant $({ $($field),* })? => Bilingual::new({ $($(let _ = &$field;)*)? format!($zh) }, self.to_string()),)*
                }
            }
        }
    };
}

refusals! {
    /// Written for another log.
    WrongLog { /// The log it names.
        log: String, /// This node's log.
        home: String } "wrong_log", "记录是写给日志 {log} 的,本节点的日志是 {home}", "record is written for log {log}; this log is {home}";
    /// The key is not registered here.
    UnknownKey "unknown_key", "密钥未登记", "the key is not registered here";
    /// The key counts only from a later time.
    KeyNotYetValid "key_not_yet_valid", "密钥尚未生效", "the key is not valid yet";
    /// The key ended by itself.
    KeyExpired "key_expired", "密钥已到期", "the key has expired";
    /// The key was revoked before this record.
    KeyRevoked "key_revoked", "密钥已吊销", "the key was revoked";
    /// The key signs for another party.
    KeyOfOtherParty "key_of_other_party", "密钥属于其他主体", "the key belongs to another party";
    /// The key does not sign at this site.
    KeyOfOtherSite "key_of_other_site", "密钥无权在该场所签名", "the key may not sign at this site";
    /// The key's role does not allow this type.
    KeyRole "key_role", "密钥角色无权提交此类记录", "the key's role does not allow this type of record";
    /// The party may not say this.
    NotEntitled { /// What the record does, in Chinese.
        zh: &'static str, /// What the record does.
        en: &'static str } "not_entitled", "该主体无权{zh}", "the party is not entitled to {en}";
    /// The author never produced nor held what they speak ill of or say they checked.
    NotConcerned "not_concerned", "该主体未生产也未经手该批次,不能自查或登记不合格结论", "the party neither produced nor held this, so it may neither check it itself nor record that it failed";
    /// The party is not enrolled.
    UnknownParty "unknown_party", "主体未登记", "the party is not enrolled";
    /// The site is not enrolled, or none is named where one is needed.
    UnknownSite "unknown_site", "场所未登记", "the site is not enrolled or not named";
    /// The site belongs to another party.
    SiteOfOtherParty "site_of_other_party", "场所属于其他主体", "the site belongs to another party";
    /// The site is closed.
    SiteClosed "site_closed", "场所已关闭", "the site is closed";
    /// Goods are sent to a site that is closed.
    ConsigneeClosed "consignee_closed", "收货场所已关闭,不能向它发货", "the site the goods are sent to is closed";
    /// The author's clock is ahead of the node's.
    ClockAhead { /// Seconds ahead.
        seconds: u64 } "clock_ahead", "记录时间比节点时钟快 {seconds} 秒", "the record's time is {seconds} s ahead of the node's clock";
    /// Another record of this key has the same number: portable proof that the key was misused.
    SeqReused { /// The record admitted first.
        first: RecordId, /// This record.
        second: RecordId } "seq_reused", "同一密钥序号重复:{first} 与 {second}", "two records of one key have one number: {first} and {second}";
    /// `prev` names no record that has a receipt here.
    PrevUnknown "prev_unknown", "前一条记录不存在或没有回执", "prev is unknown or has no receipt";
    /// `prev` is not an earlier record of the same key.
    PrevNotOfFeed "prev_not_of_feed", "前一条记录不是本密钥更早的记录", "prev is not an earlier record of this key";
    /// `prev` is null although the feed is anchored.
    PrevMissing "prev_missing", "必须引用前一条有回执的记录", "prev must name a record of this key that has a receipt";
    /// A record relies on one that is not here.
    CitationUnknown { /// The id cited.
        id: RecordId } "citation_unknown", "引用的记录不存在:{id}", "cites a record that is not here: {id}";
    /// A record relies on one of the wrong type.
    CitationKind { /// The id cited.
        id: RecordId } "citation_kind", "引用的记录类型不符:{id}", "cites a record of the wrong type: {id}";
    /// A debit names no credit.
    CreditUnknown "credit_unknown", "出库行没有引用有效的入库行", "a debit cites no credit that exists";
    /// A debit draws on goods that are at another site.
    CreditOfOther "credit_of_other", "引用的货物不在本场所", "a debit draws on goods held at another site";
    /// A debit is larger than what its credit still holds.
    CreditExceeded { /// What is left.
        left: Amount, /// What was asked.
        asked: Amount, /// Unit.
        uom: Uom } "credit_exceeded", "出库 {asked} {uom} 超过结余 {left} {uom}", "debit of {asked} {uom} exceeds the {left} {uom} that are left";
    /// A line has another unit than the one it answers.
    UnitMismatch { /// The unit it has.
        found: Uom, /// The unit it should have.
        expected: Uom } "unit_mismatch", "单位 {found} 与 {expected} 不符", "unit {found} differs from {expected}";
    /// A line has another lot than the one it answers.
    LotMismatch "lot_mismatch", "批次与所引用的行不符", "the lot differs from that of the line cited";
    /// A dispatch line is answered a second time.
    LineClosed "line_closed", "该发货行已经收货", "the dispatch line is already closed";
    /// The consignee may still receive what the sender settles alone.
    StillAwaited { /// First day on which the sender may settle.
        until: ChinaDate } "still_awaited", "收货方仍可收货,发货方自 {until} 起才能自行处理", "the consignee may still receive the goods; the sender may settle alone from {until}";
    /// A dispatch line is answered by a site it was not sent to.
    LineOfOtherSite "line_of_other_site", "该发货行不是发给本场所的", "the dispatch line was sent to another site";
    /// Accepted, short, damaged and refused do not add up to what was sent.
    LineSum { /// What was sent.
        sent: Amount, /// What the parts add up to.
        answered: Amount, /// Unit.
        uom: Uom } "line_sum", "签收合计 {answered} {uom} 不等于发货 {sent} {uom}", "the parts add up to {answered} {uom}, but {sent} {uom} were sent";
    /// A type that moves nothing has lines, or one that moves has none, or in the wrong direction.
    Lines { /// What is wrong.
        what: &'static str } "lines", "货物行不符合该类型记录的要求:{what}", "the lines do not fit the type of record: {what}";
    /// A line moves nothing.
    NothingMoved "nothing_moved", "货物行数量为零", "a line moves nothing";
    /// Quantities are larger than the ledger can add.
    Overflow "overflow", "数量过大", "quantities are too large to add";
    /// A new lot is not described, or described twice, or a description has no line.
    LotInfo "lot_info", "新批次与其说明不对应", "new lots and their descriptions do not correspond";
    /// A statement is about a lot that is not here.
    UnknownLot "unknown_lot", "没有这个批次", "the lot is not here";
    /// Only the lot's own author may add to it.
    LotOfOther "lot_of_other", "只有批次的原主体可以追加", "only the lot's author may add to it";
    /// The key is registered already.
    KeyKnown "key_known", "密钥已登记", "the key is registered already";
    /// The hold was lifted or the recall ended before.
    AlreadyClosed "already_closed", "该封存或召回此前已经结束", "the hold or recall has ended already";
    /// As many receipts as may wait for this dispatch are waiting.
    ParkedFull { /// The dispatch.
        id: RecordId } "parked_full", "等待发货记录 {id} 的收货记录已满,发货到达后再提交", "no more receipts may wait for dispatch {id}; submit again once it is here";
    /// Another record stands for the rows of an import for which this one was signed. The node that is
    /// told so beside the record says it, not the log.
    AlreadyImported { /// The record that stands for them.
        id: RecordId } "already_imported", "表格中的这些行已由另一条记录入账:{id}", "another record was recorded for these rows of a table: {id}";
    /// A member contradicts another.
    Contradiction { /// Which.
        what: &'static str } "contradiction", "内容自相矛盾:{what}", "the record contradicts itself: {what}";
    /// The law forbids it in so many words.
    ExpressBan { /// What is forbidden, in Chinese.
        zh: &'static str, /// What is forbidden.
        en: &'static str, /// Where.
        basis: &'static str } "express_ban", "法规明令禁止:{zh}({basis})", "expressly banned: {en} ({basis})";
    /// Only the node itself writes these.
    NodeOnly "node_only", "此类记录只能由节点自己写入", "only the node itself writes records of this type";
    /// The log's first record is not the beginning of a log.
    NotGenesis "not_genesis", "日志的第一条记录必须是创世节拍", "the first record of a log must be its genesis beat";
    /// A later record of the log claims to be its beginning.
    SecondGenesis "second_genesis", "日志只有一个开头,不能再次创世", "a log has one beginning";
    /// A beat says an earlier time than the beat before it.
    BeatBackwards "beat_backwards", "节拍时间早于前一节拍", "the beat is earlier than the one before it";
}
