//! What a verdict consists of.

use crate::core::custody::Gravity;
use crate::core::ids::{Division, LotCode};
use crate::core::record::RecordId;
use crate::core::rules;
use crate::core::rules::cold_chain::{ColdReport, Range};
use crate::core::rules::paper::{PaperKind, Standing};
use crate::core::text::Bilingual;
use crate::core::time::{ChinaDate, UnixSeconds};
use crate::core::trace::Subject;
use serde::{Deserialize, Serialize};

/// The state of a record, the gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// 已召回.
    Recalled,
    /// 已封存.
    Held,
    /// 已过保质期.
    Expired,
    /// 有异常: something contradicts a rule or another record.
    Anomaly,
    /// 有缺失: something that should be there is not.
    Missing,
    /// 未证实: something is there but proves nothing.
    Unproven,
    /// 记录完整.
    Complete,
    /// 查无此码.
    Unknown,
}

impl State {
    /// The state to which the gravest finding leads.
    #[must_use]
    pub const fn of(worst: Weight) -> Self {
        match worst {
            Weight::Recalled => Self::Recalled,
            Weight::Held => Self::Held,
            Weight::Expired => Self::Expired,
            Weight::Anomaly => Self::Anomaly,
            Weight::Missing => Self::Missing,
            Weight::Unproven => Self::Unproven,
            Weight::Reference | Weight::Note => Self::Complete,
        }
    }

    /// The headline.
    #[must_use]
    pub fn words(self) -> Bilingual {
        let (zh, en) = match self {
            Self::Recalled => ("已召回，请勿食用", "Recalled: do not eat"),
            Self::Held => ("已封存", "Held by an authority or laboratory"),
            Self::Expired => ("已过保质期", "Past its shelf life"),
            Self::Anomaly => ("有异常", "The record has anomalies"),
            Self::Missing => ("有缺失", "The record has gaps"),
            Self::Unproven => ("未证实", "The record is not fully proven"),
            Self::Complete => ("记录完整", "The record is complete"),
            Self::Unknown => ("查无此码", "No record of this code"),
        };
        Bilingual::new(zh, en)
    }
}

/// How much a finding weighs, the lightest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// Worth knowing, changes nothing.
    Note,
    /// Rests on a default without a source: for reference 参考, never an accusation.
    Reference,
    /// 未证实.
    Unproven,
    /// 有缺失.
    Missing,
    /// 有异常.
    Anomaly,
    /// 已过保质期.
    Expired,
    /// 已封存.
    Held,
    /// 已召回.
    Recalled,
}

impl From<Gravity> for Weight {
    fn from(gravity: Gravity) -> Self {
        match gravity {
            Gravity::Reference => Self::Reference,
            Gravity::Unproven => Self::Unproven,
            Gravity::Missing => Self::Missing,
            Gravity::Anomaly => Self::Anomaly,
        }
    }
}

/// For whom is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// The public, to whom quantities are never shown: balances are not judged, and the verdict
    /// lists that. It is the same whether quantities are open or closed.
    Public,
    /// Holders and authorities: quantities are judged, and a closed one is unproven.
    Full,
}

/// Something a person should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Stable code.
    pub code: String,
    /// How much it weighs.
    pub gravity: Weight,
    /// What it is, in a line.
    pub text: Bilingual,
    /// Records that show it.
    pub evidence: Vec<RecordId>,
    /// When the first of them was admitted; without any, when the newest record at hand was.
    pub at: UnixSeconds,
    /// It rests on a default without a source.
    pub reference: bool,
}

/// How the goods changed hands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Handovers {
    /// Shipments on the way to the subject.
    pub total: usize,
    /// Those that sender and receiver both signed.
    pub signed_by_both: usize,
    /// The sentence.
    pub text: Bilingual,
}

/// A paper on the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PaperSeen {
    /// The record.
    pub id: RecordId,
    /// When it was admitted.
    pub at: UnixSeconds,
    /// Which paper.
    pub kind: PaperKind,
    /// Its name.
    pub words: Bilingual,
    /// Issued, confirmed or transcribed.
    pub standing: Standing,
    /// What that means.
    pub standing_words: Bilingual,
    /// Its number.
    pub number: String,
    /// Its issuer, as the paper names it.
    pub issuer: String,
    /// Province of issue.
    pub issued_in: Division,
    /// Day of issue.
    pub issued_on: ChinaDate,
    /// Last day, if it says one.
    pub valid_until: Option<ChinaDate>,
    /// What it concludes, if it does.
    pub passed: Option<bool>,
    /// It is about a lot that the subject was made from.
    pub about_ancestor: bool,
}

/// What the readings of a shipment show for one lot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ColdLeg {
    /// The dispatch.
    pub dispatch: RecordId,
    /// The lot.
    pub lot: LotCode,
    /// Name of the temperature profile.
    pub profile: Bilingual,
    /// Limits with a source.
    pub limits: Range,
    /// Usual figures, for reference.
    pub reference: Range,
    /// What the readings show.
    pub report: ColdReport,
    /// The result in words.
    pub words: Bilingual,
}

/// What the records say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// About what.
    pub subject: Subject,
    /// The state.
    pub state: State,
    /// The state in words.
    pub headline: Bilingual,
    /// When it was judged.
    pub judged_at: UnixSeconds,
    /// For whom.
    pub scope: Scope,
    /// Version of the rule tables.
    pub rules: String,
    /// Records that move goods on the way to the subject.
    pub steps: usize,
    /// Signatures at the handovers.
    pub handovers: Handovers,
    /// Findings, the gravest first, then by time.
    pub findings: Vec<Finding>,
    /// Papers on the way, in order of time.
    pub papers: Vec<PaperSeen>,
    /// Temperatures on the way.
    pub cold: Vec<ColdLeg>,
    /// What was checked.
    pub checked: Vec<Bilingual>,
    /// What was not.
    pub not_checked: Vec<Bilingual>,
}

impl Verdict {
    /// The verdict about a code of which there is no record.
    #[must_use]
    pub fn unknown(subject: Subject, now: UnixSeconds, scope: Scope) -> Self {
        Self {
            subject,
            state: State::Unknown,
            headline: State::Unknown.words(),
            judged_at: now,
            scope,
            rules: rules::version().to_owned(),
            steps: 0,
            handovers: Handovers {
                total: 0,
                signed_by_both: 0,
                text: Bilingual::new("没有交接记录", "no handovers"),
            },
            findings: Vec::new(),
            papers: Vec::new(),
            cold: Vec::new(),
            checked: Vec::new(),
            not_checked: vec![Bilingual::new(
                "没有任何记录可以核验；商品可能未纳入追溯，也可能是编码有误",
                "there is nothing to check: the goods may not be traced here, or the code is wrong",
            )],
        }
    }
}
