//! The verdict: what the records of a trace say when every rule has been asked.
//!
//! A verdict speaks about the record, not the food. A gap, an unproven reading, a transcribed
//! paper and an unknown code are states of their own, and nothing is called complete because
//! data is missing: what was not checked is listed.

mod case;
mod rules;
mod state;

pub use rules::{AskedPaper, ENTRY_CHECK_PENDING, Papers, Route, papers_for};
pub use state::{ColdLeg, Finding, Handovers, PaperSeen, Scope, State, Verdict, Weight};

use crate::core::rules::version;
use crate::core::time::UnixSeconds;
use crate::core::trace::{Found, Graph, Trace};
use case::Case;

/// A verdict, and how long it holds if no record is added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// The verdict.
    pub verdict: Verdict,
    /// The first moment at which the clock alone can change it: the day after the last of a shelf
    /// life, the end of a day where papers are asked for by its date, the next minute while goods
    /// are on the road. None if time changes nothing.
    pub until: Option<UnixSeconds>,
}

/// Judges the part of a trace that leads to its subject, at the time `now`.
#[must_use]
pub fn judge(trace: &Trace, graph: &Graph<'_>, now: UnixSeconds, scope: Scope) -> Verdict {
    judge_until(trace, graph, now, scope).verdict
}

/// As [`judge`], and says until when the clock changes nothing.
#[must_use]
pub fn judge_until(trace: &Trace, graph: &Graph<'_>, now: UnixSeconds, scope: Scope) -> Judged {
    if trace.found == Found::Nowhere {
        return Judged {
            verdict: Verdict::unknown(trace.subject.clone(), now, scope),
            until: None,
        };
    }
    let mut case = Case::new(trace, graph, now, scope);
    for rule in rules::ALL {
        rule(&mut case);
    }
    let handovers = rules::handovers(&mut case);
    let until = case.until();
    let Case {
        mut findings,
        mut papers,
        cold,
        checked,
        not_checked,
        ..
    } = case;
    for finding in &mut findings {
        finding.evidence.sort_unstable();
        finding.evidence.dedup();
    }
    findings.sort_by(|a, b| {
        let rank = |finding: &Finding| (std::cmp::Reverse(finding.gravity), finding.at);
        (rank(a), &a.code, &a.text.zh).cmp(&(rank(b), &b.code, &b.text.zh))
    });
    papers.sort_by_key(|paper| (paper.at, paper.id));
    let worst = findings.iter().map(|finding| finding.gravity).max();
    let state = State::of(worst.unwrap_or(Weight::Note));
    let verdict = Verdict {
        subject: trace.subject.clone(),
        state,
        headline: state.words(),
        judged_at: now,
        scope,
        rules: version().to_owned(),
        steps: trace.upstream().count(),
        handovers,
        findings,
        papers,
        cold,
        checked,
        not_checked,
    };
    Judged { verdict, until }
}

#[cfg(test)]
mod tests;
