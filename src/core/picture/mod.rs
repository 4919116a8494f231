//! A picture of a trace: what a page shows of it, made of nothing but the records at hand. The
//! product, the stops of its way as a line that can be drawn, the temperatures, and for every
//! record that a finding rests on who said what where and when.

mod chart;
mod lanes;
mod product;
mod stop;

pub use chart::{CHARTS_MAX, Chart, ChartLine};
pub use lanes::{LANES_MAX, Rail};
pub use product::Product;
pub use stop::{Place, STOPS_MAX, Signature, Stop, StopKind, Who};

use crate::core::ids::SiteId;
use crate::core::record::{Blob, BlobClass, BlobHash, RecordId};
use crate::core::text::Bilingual;
use crate::core::time::UnixSeconds;
use crate::core::trace::{Found, Graph, Trace, step_word};
use crate::core::verdict::Verdict;
use std::collections::BTreeMap;

/// Records shown for one finding at most; how many more there are is said.
pub const EVIDENCE_MAX: usize = 8;

/// What a page shows of a trace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// What the lot is; none if no record brings it into being.
    pub product: Option<Product>,
    /// Where it was scanned, if a place was named and is registered.
    pub at: Option<(SiteId, Who, Place)>,
    /// The stops of its way, the earliest first.
    pub stops: Vec<Stop>,
    /// Stops that are not drawn because there are too many; they are the earliest.
    pub left_out: usize,
    /// Temperatures on the way.
    pub charts: Vec<Chart>,
    /// Who said what: every record that a finding or a paper names.
    pub evidence: BTreeMap<RecordId, Evidence>,
}

/// A record that something rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// What it does.
    pub word: Bilingual,
    /// Who signed it.
    pub who: Who,
    /// For whom they signed as an agent.
    pub on_behalf_of: Option<Who>,
    /// Where.
    pub place: Option<Place>,
    /// When the node admitted it.
    pub when: UnixSeconds,
    /// Pictures and documents that it names for everybody to see.
    pub files: Vec<BlobHash>,
}

/// Draws what a trace and its verdict show.
#[must_use]
pub fn picture(trace: &Trace, graph: &Graph<'_>, verdict: &Verdict) -> Picture {
    let (stops, left_out) = match trace.found {
        Found::Nowhere => (Vec::new(), 0),
        Found::Here | Found::InTransit | Found::NotAtSite => stop::stops(trace, graph, verdict),
    };
    Picture {
        product: product::product(trace, graph),
        at: at(trace, graph),
        stops,
        left_out,
        charts: chart::charts(graph, verdict),
        evidence: evidence(graph, verdict),
    }
}

fn at(trace: &Trace, graph: &Graph<'_>) -> Option<(SiteId, Who, Place)> {
    let id = trace.subject.at?;
    let site = graph.input().sites.get(&id)?;
    Some((id, Who::of(graph, &site.party), Place::of(site)))
}

fn public_files(blobs: &[Blob]) -> Vec<BlobHash> {
    let public = blobs.iter().filter(|blob| blob.class == BlobClass::Record);
    public.map(|blob| blob.hash).collect()
}

fn evidence(graph: &Graph<'_>, verdict: &Verdict) -> BTreeMap<RecordId, Evidence> {
    let of_findings = verdict.findings.iter();
    let of_findings = of_findings.flat_map(|finding| finding.evidence.iter().take(EVIDENCE_MAX));
    let of_papers = verdict.papers.iter().map(|paper| &paper.id);
    let ids = of_findings.chain(of_papers);
    let told = ids.filter_map(|id| {
        let entry = graph.entry_of(id)?;
        let claims = &entry.record.claims;
        let site = claims.site.and_then(|site| graph.input().sites.get(&site));
        let evidence = Evidence {
            word: step_word(&entry.record),
            who: Who::of(graph, &claims.iss),
            on_behalf_of: Who::behind(graph, &entry.record),
            place: site.map(Place::of),
            when: entry.admitted_at,
            files: public_files(&claims.blobs),
        };
        Some((*id, evidence))
    });
    told.collect()
}

#[cfg(test)]
mod tests;
