//! Entries that were judged by rules which this program does not have. A beat names the version of
//! the rules that judge what follows it. Bytes, signatures, feeds, balances and the tree do not
//! depend on those rules and are checked all the same; what was found by them is not.

use crate::app::AppError;
use crate::core::custody::Refusal;
use crate::core::record::{Body, Record};
use crate::core::rules;
use crate::core::text::Explain as _;
use std::ops::Range;

/// Where the log was judged by other rules.
#[derive(Debug, Default)]
pub(super) struct OtherRules {
    /// What the last beat names, where this program does not know it.
    named: Option<String>,
    /// Places in the log, in order.
    spans: Vec<Range<u64>>,
}

impl OtherRules {
    /// Reads the next entry of the log.
    pub(super) fn read(&mut self, index: u64, record: &Record) {
        if let Body::Beat(beat) = &record.body {
            let is_known = beat.rules.as_str() == rules::version();
            self.named = (!is_known).then(|| beat.rules.to_string());
        }
        if self.named.is_none() {
            return;
        }
        let next = index.saturating_add(1);
        match self.spans.last_mut() {
            Some(span) if span.end == index => span.end = next,
            _ => self.spans.push(index..next),
        }
    }

    /// How many entries were judged by other rules.
    pub(super) fn count(&self) -> u64 {
        let lengths = self.spans.iter().map(|span| span.end.abs_diff(span.start));
        lengths.fold(0, u64::saturating_add)
    }

    /// Whether the entry at this place was.
    pub(super) fn judged(&self, index: u64) -> bool {
        let after = self.spans.partition_point(|span| span.end <= index);
        self.spans
            .get(after)
            .is_some_and(|span| span.contains(&index))
    }

    /// Why the entry at this place, the last one read, is refused here and was not there: none if no
    /// table of rules can be why, and the log is damaged.
    pub(super) fn explain(&self, index: u64, refusal: &Refusal) -> Option<AppError> {
        let by_table = match refusal {
            Refusal::ExpressBan { .. }
            | Refusal::ClockAhead { .. }
            | Refusal::KeyExpired
            | Refusal::StillAwaited { .. } => true,
            Refusal::Contradiction { what } => *what == "policy",
            _ => false,
        };
        let rules = self.named.clone().filter(|_| by_table)?;
        Some(AppError::OtherRules {
            index,
            rules,
            reason: format!("{}: {refusal}", refusal.code()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(spans: &[(u64, u64)]) -> OtherRules {
        OtherRules {
            named: Some("r0".into()),
            spans: spans.iter().map(|(from, to)| *from..*to).collect(),
        }
    }

    #[test]
    fn an_entry_was_judged_by_other_rules_from_their_beat_to_the_next() {
        let other = spans(&[(2, 4), (7, 8)]);
        let judged: Vec<u64> = (0..10).filter(|index| other.judged(*index)).collect();
        assert_eq!(judged, [2, 3, 7]);
        assert_eq!(other.count(), 3);
        assert!(!OtherRules::default().judged(0));
    }

    #[test]
    fn only_what_a_table_decides_can_be_decided_otherwise() {
        let other = spans(&[(2, 4)]);
        let why = other.explain(3, &Refusal::ClockAhead { seconds: 301 });
        assert!(matches!(why, Some(AppError::OtherRules { index: 3, .. })));
        assert!(other.explain(3, &Refusal::LineClosed).is_none());
        let known = OtherRules::default();
        assert!(
            known
                .explain(3, &Refusal::ClockAhead { seconds: 301 })
                .is_none()
        );
    }
}
