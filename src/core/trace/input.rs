//! What a trace is computed from.

use crate::core::custody::{EntryKey, FindingCode, KeyFacts, PartyFacts, SiteFacts};
use crate::core::ids::{PartyId, SiteId};
use crate::core::record::{Kid, LineRef, Record};
use crate::core::text::Bilingual;
use crate::core::time::UnixSeconds;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A record with its place in the log and what the node knew when it admitted it.
#[derive(Debug, Clone)]
pub struct TraceEntry {
    /// Its place.
    pub key: EntryKey,
    /// Time of the beat before it: what counts for law.
    pub admitted_at: UnixSeconds,
    /// The record, perhaps with some disclosures closed.
    pub record: Record,
    /// What the node found when it admitted the record.
    pub findings: Vec<FindingCode>,
}

/// The records that belong to a trace, and the registrations of those who signed them.
#[derive(Debug, Clone, Default)]
pub struct TraceInput {
    /// The records, in any order, each once.
    pub entries: Vec<TraceEntry>,
    /// Parties named in them.
    pub parties: HashMap<PartyId, PartyFacts>,
    /// Sites named in them.
    pub sites: HashMap<SiteId, SiteFacts>,
    /// Keys that signed them.
    pub keys: HashMap<Kid, KeyFacts>,
    /// Why the records are not all there are, if whoever collected them stopped early.
    pub cut: Option<Cut>,
}

/// Why a trace ends before its origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case", deny_unknown_fields)]
pub enum Cut {
    /// It was deeper than the limit.
    Depth {
        /// The limit, in steps.
        max: u32,
    },
    /// It was wider than the limit.
    Lines {
        /// The limit, in lines.
        max: u32,
    },
    /// A record that is cited is not at hand.
    NotIncluded {
        /// The line cited.
        line: LineRef,
    },
}

impl Cut {
    /// What it means.
    #[must_use]
    pub fn words(&self) -> Bilingual {
        match self {
            Self::Depth { max } => Bilingual::new(
                format!("追溯链超过 {max} 个环节，未全部展开"),
                format!("the trace is deeper than {max} steps and was cut"),
            ),
            Self::Lines { max } => Bilingual::new(
                format!("追溯超过 {max} 行，未全部展开"),
                format!("the trace is wider than {max} lines and was cut"),
            ),
            Self::NotIncluded { line } => Bilingual::new(
                format!("所引用的记录不在手头：{} 第 {} 行", line.0, line.1),
                format!("a cited record is not at hand: {} line {}", line.0, line.1),
            ),
        }
    }
}
