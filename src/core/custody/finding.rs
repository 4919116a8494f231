//! Findings: what is wrong with what a record says, though the record stands. Real trade goes
//! on, and a ledger that turned it away would record nothing.

use super::keys::EntryKey;
use crate::core::ids::PartyId;
use crate::core::quantity::{Amount, SignedDecimal, Uom};
use crate::core::text::Bilingual;
use crate::core::time::ChinaDate;
use serde::{Deserialize, Serialize};

/// How much a finding weighs in a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gravity {
    /// Rests on a default without a source: 参考, never an accusation.
    Reference,
    /// Something was not proven 未证实.
    Unproven,
    /// Something is missing 有缺失.
    Missing,
    /// Something contradicts a rule or another record 有异常.
    Anomaly,
}

/// A finding about an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The entry it is about.
    #[serde(skip, default = "no_entry")]
    pub entry: EntryKey,
    /// What was found.
    pub code: FindingCode,
}

const fn no_entry() -> EntryKey {
    EntryKey::from_i64(0)
}

/// What was found at admission. What is found by looking at a whole trace is the verdict's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum FindingCode {
    /// Recorded later than the allowance 补录.
    LateEntry {
        /// Hours between what the author says and the node's beat.
        hours: u64,
    },
    /// One code, two origins.
    CodeWithTwoOrigins {
        /// The code.
        lot: String,
    },
    /// A paper's quantity was drawn on beyond what it covers.
    PaperOverUsed {
        /// The paper's number.
        paper: String,
        /// Drawn beyond the quantity.
        over: Amount,
        /// Unit.
        uom: Uom,
    },
    /// A paper had run out when it was relied on.
    PaperExpired {
        /// The paper's number.
        paper: String,
        /// Its last day.
        valid_until: ChinaDate,
    },
    /// A paper that did not pass was relied on.
    PaperNotPassed {
        /// The paper's number.
        paper: String,
    },
    /// Goods short, damaged or refused at a receipt, until they are settled.
    DisputedQuantity {
        /// The receipt's line.
        n: u16,
        /// Disputed quantity.
        amount: Amount,
        /// Unit.
        uom: Uom,
    },
    /// A yield outside the usual range.
    OddYield {
        /// Whether the range rests on no source.
        reference: bool,
        /// The rule that was applied.
        rule: String,
        /// Quantity out per quantity in; none if nothing went in.
        ratio: Option<SignedDecimal>,
    },
    /// A stocktake found another quantity than the ledger holds.
    StocktakeDifference {
        /// What the ledger held.
        held: Amount,
        /// What was counted.
        counted: Amount,
        /// Unit.
        uom: Uom,
    },
    /// Readings that are late, repeated or out of order.
    DisorderedReadings {
        /// How many.
        count: u32,
    },
    /// Signed while the key was under suspicion.
    SuspectKey,
    /// A cargo before the last that is not in the catalogue.
    UnknownPreviousCargo {
        /// What was written.
        cargo: String,
    },
    /// The bulk-liquid permit is missing or had run out.
    BulkPermit,
    /// A tank loaded without a record of its cleaning.
    TankNotCleaned,
    /// The dedicated mark was not seen on the tank.
    TankMark,
    /// Goods were stored at a cold store without filing.
    StorageNotFiled,
    /// Goods that were sent and that nobody received: what became of them is said by one side.
    NeverReceived,
    /// Goods made of others keep longer than is usual for the operation.
    LongerShelfLife {
        /// Whether the range rests on no source.
        reference: bool,
        /// Days beyond the earliest end of shelf life among what went in.
        days: u64,
    },
    /// A party of a kind that does not usually bring such lots into being.
    UnusualProducer {
        /// Whether what is usual rests on no source.
        reference: bool,
    },
    /// A site passed to another party; nothing tells what became of the goods there.
    SiteChangedHands {
        /// Whose it was.
        from: PartyId,
    },
    /// Signed for another party, with no proof of their consent attached.
    NoConsent,
    /// An issuer gave one number to two papers of a kind.
    PaperNumberReused {
        /// The number.
        paper: String,
    },
}

impl FindingCode {
    /// The same finding without the quantities that it tells, for whoever may not see them.
    #[must_use]
    pub fn withheld(self) -> Self {
        match self {
            Self::PaperOverUsed { paper, uom, .. } => Self::PaperOverUsed {
                paper,
                over: Amount::ZERO,
                uom,
            },
            Self::DisputedQuantity { n, uom, .. } => Self::DisputedQuantity {
                n,
                amount: Amount::ZERO,
                uom,
            },
            Self::StocktakeDifference { uom, .. } => Self::StocktakeDifference {
                held: Amount::ZERO,
                counted: Amount::ZERO,
                uom,
            },
            Self::OddYield {
                reference, rule, ..
            } => Self::OddYield {
                reference,
                rule,
                ratio: None,
            },
            other => other,
        }
    }

    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::LateEntry { .. } => "late_entry",
            Self::CodeWithTwoOrigins { .. } => "code_with_two_origins",
            Self::PaperOverUsed { .. } => "paper_over_used",
            Self::PaperExpired { .. } => "paper_expired",
            Self::PaperNotPassed { .. } => "paper_not_passed",
            Self::DisputedQuantity { .. } => "disputed_quantity",
            Self::OddYield { .. } => "odd_yield",
            Self::StocktakeDifference { .. } => "stocktake_difference",
            Self::DisorderedReadings { .. } => "disordered_readings",
            Self::SuspectKey => "suspect_key",
            Self::UnknownPreviousCargo { .. } => "unknown_previous_cargo",
            Self::BulkPermit => "bulk_permit",
            Self::TankNotCleaned => "tank_not_cleaned",
            Self::TankMark => "tank_mark",
            Self::StorageNotFiled => "storage_not_filed",
            Self::NeverReceived => "never_received",
            Self::LongerShelfLife { .. } => "longer_shelf_life",
            Self::UnusualProducer { .. } => "unusual_producer",
            Self::SiteChangedHands { .. } => "site_changed_hands",
            Self::NoConsent => "no_consent",
            Self::PaperNumberReused { .. } => "paper_number_reused",
        }
    }

    /// How much it weighs.
    #[must_use]
    pub const fn gravity(&self) -> Gravity {
        match self {
            Self::LateEntry { .. } | Self::SuspectKey | Self::UnknownPreviousCargo { .. } => {
                Gravity::Unproven
            }
            Self::OddYield {
                reference: true, ..
            }
            | Self::LongerShelfLife {
                reference: true, ..
            }
            | Self::UnusualProducer { reference: true } => Gravity::Reference,
            Self::BulkPermit | Self::TankNotCleaned | Self::TankMark | Self::StorageNotFiled => {
                Gravity::Missing
            }
            Self::DisorderedReadings { .. }
            | Self::NeverReceived
            | Self::NoConsent
            | Self::SiteChangedHands { .. } => Gravity::Unproven,
            _ => Gravity::Anomaly,
        }
    }

    /// A word or two for it, where there is no room to explain.
    #[must_use]
    pub fn word(&self) -> Bilingual {
        let (zh, en) = match self {
            Self::LateEntry { .. } => ("补录", "entered late"),
            Self::CodeWithTwoOrigins { .. } => ("一码两源", "two origins"),
            Self::PaperOverUsed { .. } => ("证明超用", "paper used beyond its quantity"),
            Self::PaperExpired { .. } => ("证明过期", "paper expired"),
            Self::PaperNotPassed { .. } => ("证明不合格", "paper says failed"),
            Self::DisputedQuantity { .. } => ("数量争议", "disputed quantity"),
            Self::OddYield { .. } => ("得率异常", "odd yield"),
            Self::StocktakeDifference { .. } => ("盘点差异", "stocktake differs"),
            Self::DisorderedReadings { .. } => ("读数失序", "readings out of order"),
            Self::SuspectKey => ("密钥存疑", "key under suspicion"),
            Self::UnknownPreviousCargo { .. } => ("前次装载未列名", "previous cargo not listed"),
            Self::BulkPermit => ("缺准运证", "no transport permit"),
            Self::TankNotCleaned => ("缺清洗记录", "tank not cleaned"),
            Self::TankMark => ("未验专用标识", "tank mark not checked"),
            Self::StorageNotFiled => ("仓储未备案", "store not filed"),
            Self::NeverReceived => ("无人签收", "never received"),
            Self::LongerShelfLife { .. } => ("保质期延长", "keeps longer than usual"),
            Self::UnusualProducer { .. } => ("生产者少见", "unusual producer"),
            Self::SiteChangedHands { .. } => ("场所易主", "site changed hands"),
            Self::NoConsent => ("未附委托证明", "no proof of consent"),
            Self::PaperNumberReused { .. } => ("证号重复", "paper number reused"),
        };
        Bilingual::new(zh, en)
    }

    /// What it means.
    #[must_use]
    pub fn explain(&self) -> Bilingual {
        match self {
            Self::LateEntry { hours } => Bilingual::new(
                format!("补录:事后 {hours} 小时才提交"),
                format!("recorded {hours} hours after the fact"),
            ),
            Self::CodeWithTwoOrigins { lot } => Bilingual::new(
                format!("批次码 {lot} 有两个来源"),
                format!("lot code {lot} has two origins"),
            ),
            Self::PaperOverUsed { paper, over, uom } => Bilingual::new(
                format!("证明 {paper} 数量超用 {over} {}", uom.zh()),
                format!("paper {paper} was drawn on {over} {uom} beyond its quantity"),
            ),
            Self::PaperExpired { paper, valid_until } => Bilingual::new(
                format!("证明 {paper} 已于 {valid_until} 到期"),
                format!("paper {paper} ran out on {valid_until}"),
            ),
            Self::PaperNotPassed { paper } => Bilingual::new(
                format!("证明 {paper} 结论为不合格"),
                format!("paper {paper} concludes that the goods did not pass"),
            ),
            Self::DisputedQuantity { n, amount, uom } => Bilingual::new(
                format!("第 {n} 行有 {amount} {} 短少、破损或拒收", uom.zh()),
                format!("line {n}: {amount} {uom} short, damaged or refused"),
            ),
            Self::OddYield {
                reference, ratio, ..
            } => odd_yield(*reference, ratio.as_ref()),
            Self::StocktakeDifference { held, counted, uom } => Bilingual::new(
                format!("盘点差异:账面 {held},实点 {counted} {}", uom.zh()),
                format!("stocktake counted {counted} {uom} where the ledger holds {held}"),
            ),
            Self::DisorderedReadings { count } => Bilingual::new(
                format!("{count} 个读数迟到、重复或乱序"),
                format!("{count} readings are late, repeated or out of order"),
            ),
            Self::SuspectKey => Bilingual::new(
                "签名密钥当时已存疑",
                "signed with a key that was under suspicion",
            ),
            Self::UnknownPreviousCargo { cargo } => Bilingual::new(
                format!("前次装载“{cargo}”不在目录中"),
                format!("previous cargo {cargo:?} is not in the catalogue"),
            ),
            Self::BulkPermit => {
                Bilingual::new("缺少有效的准运证", "no valid permit for bulk liquid food")
            }
            Self::TankNotCleaned => {
                Bilingual::new("缺少罐体清洗记录", "no record that the tank was cleaned")
            }
            Self::TankMark => {
                Bilingual::new("未查验罐体专用标识", "the tank's mark was not checked")
            }
            Self::StorageNotFiled => Bilingual::new("仓储场所未备案", "the store has no filing"),
            Self::NeverReceived => never_received(),
            Self::LongerShelfLife { days, .. } => longer_shelf_life(*days),
            Self::UnusualProducer { .. } => unusual_producer(),
            Self::SiteChangedHands { from } => site_changed_hands(from),
            Self::NoConsent => Bilingual::new(
                "代他人签名,未附委托证明",
                "signed for another party with no proof of their consent",
            ),
            Self::PaperNumberReused { paper } => Bilingual::new(
                format!("同一签发方两次使用证明编号 {paper}"),
                format!("one issuer gave the number {paper} to two papers"),
            ),
        }
    }
}

fn odd_yield(reference: bool, ratio: Option<&SignedDecimal>) -> Bilingual {
    let ratio = ratio.map_or_else(|| "—".to_owned(), ToString::to_string);
    let (zh, en) = if reference {
        ("参考", "reference")
    } else {
        ("规定", "required")
    };
    Bilingual::new(
        format!("得率 {ratio} 超出{zh}范围"),
        format!("yield of {ratio} is outside the {en} range"),
    )
}

fn never_received() -> Bilingual {
    Bilingual::new(
        "货物发出后无人收货,去向由一方说明",
        "sent and never received; one side alone says what became of the goods",
    )
}

fn longer_shelf_life(days: u64) -> Bilingual {
    Bilingual::new(
        format!("加工后保质期比原料长 {days} 天,超出参考范围"),
        format!("keeps {days} days longer than what it was made of, beyond the reference range"),
    )
}

fn unusual_producer() -> Bilingual {
    Bilingual::new(
        "该类主体通常不从事此类生产(参考)",
        "a party of this kind does not usually produce this (for reference)",
    )
}

fn site_changed_hands(from: &PartyId) -> Bilingual {
    Bilingual::new(
        format!("场所由 {from} 转归其他主体,场所内货物去向未记录"),
        format!("the site passed from {from} to another party; no record tells of the goods there"),
    )
}
