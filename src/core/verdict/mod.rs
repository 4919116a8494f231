//! The verdict: what the records of a trace say when every rule has been asked.
//!
//! A verdict speaks about the record, not the food. A gap, an unproven reading, a transcribed
//! paper and an unknown code are states of their own, and nothing is called complete because
//! data is missing: what was not checked is listed.

mod case;
mod rules;
mod state;

pub use state::{ColdLeg, Finding, Handovers, PaperSeen, Scope, State, Verdict, Weight};

use crate::core::rules::version;
use crate::core::time::UnixSeconds;
use crate::core::trace::{Found, Graph, Trace};
use case::Case;

/// Judges the part of a trace that leads to its subject, at the time `now`.
#[must_use]
pub fn judge(trace: &Trace, graph: &Graph<'_>, now: UnixSeconds, scope: Scope) -> Verdict {
    if trace.found == Found::Nowhere {
        return Verdict::unknown(trace.subject.clone(), now, scope);
    }
    let mut case = Case::new(trace, graph, now, scope);
    for rule in rules::ALL {
        rule(&mut case);
    }
    let handovers = rules::handovers(&mut case);
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
    Verdict {
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
    }
}

#[cfg(test)]
mod tests;
