//! Asking about a journey's lot with nothing but the pure core.

use super::book::Book;
use shisu::app::scenario::{Cast, Journey};
use shisu::core::custody::FindingCode;
use shisu::core::ids::SiteId;
use shisu::core::time::UnixSeconds;
use shisu::core::trace::{Direction, Graph, Limits, Subject, TraceEntry, TraceInput, trace};
use shisu::core::verdict::{Scope, Verdict, judge};

/// Everything the book knows, as a node would hand it to a trace.
pub fn input(book: &Book) -> TraceInput {
    let state = book.replay().state();
    let mut input = TraceInput::default();
    for (event, record) in &book.records {
        let key = state.entries.get(&record.id).unwrap().key;
        let found = book.findings.iter().filter(|finding| finding.entry == key);
        let findings: Vec<FindingCode> = found.map(|finding| finding.code.clone()).collect();
        input.entries.push(TraceEntry {
            key,
            admitted_at: event.at,
            record: record.clone(),
            findings,
        });
        let party = state.parties.get(&record.claims.iss).unwrap();
        input.parties.insert(party.id, party.clone());
        let key = state.keys.get(&record.kid).unwrap();
        input.keys.insert(key.kid, key.clone());
    }
    let cast = Cast::embedded().unwrap();
    for site in &cast.sites {
        let facts = state.sites.get(&site.id).unwrap();
        input.sites.insert(site.id, facts.clone());
    }
    input
}

/// The verdict on the lot of a journey, anywhere or at a site.
pub fn ask(graph: &Graph<'_>, journey: &Journey, at: Option<SiteId>, now: UnixSeconds) -> Verdict {
    let subject = Subject {
        lot: journey.lot.clone(),
        origin: None,
        at,
    };
    let found = trace(graph, &subject, Direction::Back, &Limits::default());
    judge(&found, graph, now, Scope::Full)
}
