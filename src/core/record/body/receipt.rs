//! Receipt with its entry check, and settlement of what came otherwise than it was sent (domain 3.11, 4.6).

use crate::core::ids::PartyId;
use crate::core::quantity::SignedDecimal;
use crate::core::record::hashes::{Digest, RecordId};
use crate::core::record::limits::MOVES_MAX;
use crate::core::record::words::{Bounded, Code, Line, List, line_number, measured_c_if_any};
use crate::core::rules::paper::PaperKind;
use crate::core::time::UnixSeconds;
use serde::{Deserialize, Serialize};

/// What the entry check concluded (domain 4.6), the mildest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryCheck {
    /// 准予入场.
    Accept,
    /// 备注接收.
    AcceptWithNote,
    /// 暂存待查.
    Hold,
    /// 拒收: nothing is taken in, and the differences say what was refused.
    Refuse,
}

/// Why the entry check concluded what it did: codes of what the check before it said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntryReason {
    /// Stable code.
    pub code: Code,
    /// What it alone leads to.
    pub check: EntryCheck,
    /// The paper that is missing or wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paper: Option<PaperKind>,
    /// Lines of this record that it is about; none for all of them.
    #[serde(default, skip_serializing_if = "Bounded::is_empty")]
    pub lines: Bounded<Line, MOVES_MAX>,
}

/// Closes dispatch lines and brings accepted goods in 收货、进货查验.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receive {
    /// The dispatch whose lines it closes.
    pub dispatch: RecordId,
    /// When the goods were handed over.
    pub at: UnixSeconds,
    /// Temperature measured, °C.
    #[serde(
        default,
        deserialize_with = "measured_c_if_any",
        skip_serializing_if = "Option::is_none"
    )]
    pub temp_c: Option<SignedDecimal>,
    /// Seals were intact; absent when there were none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seals_intact: Option<bool>,
    /// What the entry check concluded.
    pub check: EntryCheck,
    /// Why, the gravest first; absent when there is nothing to say.
    #[serde(default, skip_serializing_if = "List::is_empty")]
    pub reasons: List<EntryReason>,
    /// Party for whom an agent signs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<PartyId>,
    /// Sealed: differences, note.
    #[serde(rename = "_sd")]
    pub sd: Vec<Digest>,
}

/// What became of a disputed quantity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// 已退回: back at the sender's site.
    TakenBack,
    /// 已灭失.
    Lost,
    /// 已处置.
    Disposed,
}

/// One line of a settlement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettledLine {
    /// Line of this record.
    #[serde(deserialize_with = "line_number")]
    pub n: u16,
    /// What became of it.
    pub outcome: Outcome,
}

/// Answers what was short, damaged or refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settle {
    /// The dispatch that was received.
    pub dispatch: RecordId,
    /// The receipt whose disputed lines it answers; the dispatch itself where nobody received it,
    /// and then the lines answer those of the dispatch.
    pub receipt: RecordId,
    /// Line by line.
    pub lines: Bounded<SettledLine, MOVES_MAX>,
    /// Party for whom an agent signs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<PartyId>,
    /// Sealed: note.
    #[serde(rename = "_sd")]
    pub sd: Vec<Digest>,
}
