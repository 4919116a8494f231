//! What became of a record, as other programs read it.

use crate::api::problem::Words;
use crate::app::ledger::Outcome;
use crate::core::custody::Refusal;
use crate::core::log::SignedCheckpoint;
use crate::core::text::Explain as _;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// The text of the signed head that was written last.
#[derive(Debug, Default)]
pub struct HeadText(Option<(Arc<SignedCheckpoint>, String)>);

impl HeadText {
    fn of(&mut self, head: &Arc<SignedCheckpoint>) -> &str {
        if self
            .0
            .as_ref()
            .is_none_or(|(last, _)| !Arc::ptr_eq(last, head))
        {
            self.0 = None;
        }
        let (_, text) = self
            .0
            .get_or_insert_with(|| (Arc::clone(head), head.to_string()));
        text
    }
}

/// What became of one record.
#[derive(Debug, Serialize, ToSchema)]
pub struct OutcomeBody {
    /// Line of the body it stood in, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 1)]
    pub line: Option<usize>,
    /// `accepted`, `duplicate`, `parked`, `refused` or, of a whole that failed, `withheld`.
    #[schema(example = "accepted")]
    pub outcome: &'static str,
    /// Its index in the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 42)]
    pub index: Option<u64>,
    /// Entries of the log under the signed checkpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 43)]
    pub size: Option<u64>,
    /// The receipt (C2SP `tlog-proof`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receipt: Option<String>,
    /// The dispatch a parked record waits for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub awaits: Option<String>,
    /// The record that stands for the same rows of a table, if that is why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub earlier: Option<String>,
    /// Stable code of a refusal.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "unknown_key")]
    pub code: Option<&'static str>,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<Words>,
}

impl OutcomeBody {
    const fn empty(outcome: &'static str) -> Self {
        Self {
            line: None,
            outcome,
            index: None,
            size: None,
            receipt: None,
            awaits: None,
            earlier: None,
            code: None,
            why: None,
        }
    }

    /// What the ledger said.
    #[must_use]
    pub fn of(outcome: &Outcome) -> Self {
        Self::written(outcome, &mut HeadText::default())
    }

    /// The same for one of many, which mostly have one signed head.
    #[must_use]
    pub fn written(outcome: &Outcome, head: &mut HeadText) -> Self {
        let mut body = Self::empty(outcome.code());
        match outcome {
            Outcome::Accepted(receipt) | Outcome::Duplicate(receipt) => {
                body.index = Some(receipt.index());
                body.size = Some(receipt.checkpoint().checkpoint().size());
                body.receipt = Some(receipt.text_under(head.of(receipt.checkpoint())));
            }
            Outcome::Parked { awaits } => body.awaits = Some(awaits.to_string()),
            Outcome::Refused(refusal) => {
                if let Refusal::AlreadyImported { id } = refusal {
                    body.earlier = Some(id.to_string());
                }
                body.code = Some(refusal.code());
                body.why = Some(refusal.explain().into());
            }
            Outcome::Withheld => {
                body.why = Some(Words {
                    zh: "整批中另有记录被拒,本条未入账".to_owned(),
                    en: "not recorded, because another record of the whole was refused".to_owned(),
                });
            }
        }
        body
    }

    /// A line that holds no record.
    #[must_use]
    pub fn not_json() -> Self {
        Self {
            code: Some("bad_json"),
            why: Some(Words {
                zh: "该行不是 {\"record\": \"…\"} 或 JSON 字符串".to_owned(),
                en: "the line is neither {\"record\": \"…\"} nor a JSON string".to_owned(),
            }),
            ..Self::empty("refused")
        }
    }
}
