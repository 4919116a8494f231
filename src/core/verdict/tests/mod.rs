//! Each rule on a journey of pigs to pork in a shop, with one thing changed.

mod goods;
mod statements;
mod storage;
mod until;

use super::*;
use crate::core::ids::SiteId;
use crate::core::record::RecordId;
use crate::core::record::sealed::Class;
use crate::core::testing::{
    CARCASS, CUTS, Changes, HOUR, Journey, Ledger, PIGS, info, line, moment, pork,
};
use crate::core::trace::{Direction, Limits, Subject, trace};
use serde_json::json;

fn judged(ledger: &Ledger, lot: &str, at: Option<SiteId>, scope: Scope) -> Verdict {
    judged_input(&ledger.input(), lot, at, scope, ledger.now())
}

fn judged_input(
    input: &crate::core::trace::TraceInput,
    lot: &str,
    at: Option<SiteId>,
    scope: Scope,
    now: u64,
) -> Verdict {
    let graph = Graph::build(input);
    let subject = Subject {
        lot: lot.parse().unwrap(),
        origin: None,
        at,
    };
    let trace = trace(&graph, &subject, Direction::Back, &Limits::default());
    judge(&trace, &graph, moment(now), scope)
}

fn at_shop(journey: &Journey) -> Verdict {
    let site = journey.ledger.site("shop");
    judged(&journey.ledger, CUTS, Some(site), Scope::Full)
}

fn codes(verdict: &Verdict) -> Vec<(&str, Weight)> {
    let findings = verdict.findings.iter();
    findings.map(|f| (f.code.as_str(), f.gravity)).collect()
}

/// The finding with this code, which must be there.
fn found<'a>(verdict: &'a Verdict, code: &str) -> &'a Finding {
    let mut findings = verdict.findings.iter();
    findings
        .find(|f| f.code == code)
        .unwrap_or_else(|| panic!("{code} not in {:?}", codes(verdict)))
}
