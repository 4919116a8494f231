//! What a dispatch would ask for before it is signed, and what the entry check says about goods at the
//! door. Both are for those who may list what the premises have.

use super::expect_signed_in;
use super::sent::{Sent, sent};
use crate::app::AppError;
use crate::app::node::Node;
use crate::app::sight::{Audience, premises};
use crate::app::trace::{Question, collect};
use crate::core::access::{Data, Denied};
use crate::core::arrival::{Advice, Advised, Arrival, check};
use crate::core::custody::SiteFacts;
use crate::core::ids::{LotCode, SiteId};
use crate::core::quantity::SignedDecimal;
use crate::core::record::{Body, RecordId};
use crate::core::rules::cold_chain::Range;
use crate::core::rules::paper::PaperKind;
use crate::core::time::{ChinaDate, UnixSeconds};
use crate::core::trace::{Direction, Graph, Limits, Subject, TraceInput, trace};
use crate::core::verdict::{
    ENTRY_CHECK_PENDING, Finding, Papers, Route, Scope, Verdict, Weight, judge, papers_for,
};
use crate::store::Reader;
use std::collections::BTreeMap;

/// Lots that are looked at in one request at most.
pub const LOTS_MAX: usize = 64;

/// The code of a shipment that nobody has signed for.
const NOT_RECEIVED: &str = "not_received";

/// What somebody sees at the door.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AtTheDoor {
    /// Lots of the shipment that are asked about; all of it if none is named.
    pub lots: Vec<LotCode>,
    /// Measured temperature of every lot that is not named below, in degrees Celsius.
    pub every_c: Option<SignedDecimal>,
    /// Measured temperature of each lot, in degrees Celsius.
    pub measured_c: BTreeMap<LotCode, SignedDecimal>,
    /// Whether the seals are whole and those of the dispatch.
    pub seals_intact: Option<bool>,
    /// Kinds of papers in hand that are not on record.
    pub papers_seen: Vec<PaperKind>,
}

/// What is advised about one lot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LotAdvised {
    /// The lot.
    pub lot: LotCode,
    /// What is advised and why.
    pub advised: Advised,
    /// Temperatures with a source that are asked for.
    pub limits: Range,
    /// Usual temperatures, for reference.
    pub reference: Range,
}

/// The papers that a dispatch asks for one lot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LotPapers {
    /// The lot.
    pub lot: LotCode,
    /// Its papers; none if the lot is unknown.
    pub papers: Option<Papers>,
    /// What stops the goods whatever papers they have: recalls, holds, shelf life, and an entry check that is not
    /// cleared.
    pub stops: Vec<Finding>,
}

/// Whether something was found, or what is not enrolled or recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Looked<T> {
    /// What was asked for.
    Found(T),
    /// There is no such shipment, or no such site.
    Nothing,
    /// More lots than are looked at in one request.
    TooMany,
}

/// Everything that is read about a lot for one question.
pub(super) struct Gathered {
    pub lot: LotCode,
    pub input: TraceInput,
}

pub(super) fn gather(
    reader: &mut Reader<'_>,
    lots: &[LotCode],
    at: SiteId,
    audience: &Audience,
) -> Result<Vec<Gathered>, AppError> {
    let read = lots.iter().map(|lot| {
        let question = Question {
            lot: lot.clone(),
            at: Some(at),
            direction: Direction::Back,
        };
        Ok(Gathered {
            lot: lot.clone(),
            input: collect(reader, &question, audience)?,
        })
    });
    read.collect()
}

/// That whoever asks may list what these premises have.
fn admit(site: &SiteFacts, audience: &Audience) -> Result<(), Denied> {
    audience.check(Data::Stock, &premises(site))
}

/// Which papers a dispatch of these lots from one site to another asks for, and what is missing.
///
/// # Errors
/// [`Denied`] to whoever may not list what the sender has; what the database reports.
pub fn before_dispatch(
    node: &Node,
    audience: &Audience,
    (from, to): (&SiteId, &SiteId),
    lots: &[LotCode],
) -> Result<Looked<Vec<LotPapers>>, AppError> {
    if lots.len() > LOTS_MAX {
        return Ok(Looked::TooMany);
    }
    expect_signed_in(audience)?;
    let found = node.read(|reader| {
        let (Some(from), Some(to)) = (reader.site(from)?, reader.site(to)?) else {
            return Ok(None);
        };
        admit(&from, audience)?;
        let gathered = gather(reader, lots, from.id, audience)?;
        Ok::<_, AppError>(Some((from, to, gathered)))
    })?;
    let Some((from, to, gathered)) = found else {
        return Ok(Looked::Nothing);
    };
    let now = node.clock().now();
    Ok(Looked::Found(papers_of(gathered, (&from, &to, now))))
}

/// The same of lots that leave one site for another, as they are read.
pub(in crate::app) fn leaving(
    reader: &mut Reader<'_>,
    audience: &Audience,
    (from, to, now): (&SiteFacts, &SiteFacts, UnixSeconds),
    lots: &[LotCode],
) -> Result<Vec<LotPapers>, AppError> {
    let gathered = gather(reader, lots, from.id, audience)?;
    Ok(papers_of(gathered, (from, to, now)))
}

fn papers_of(
    gathered: Vec<Gathered>,
    (from, to, now): (&SiteFacts, &SiteFacts, UnixSeconds),
) -> Vec<LotPapers> {
    let route = Route {
        from,
        to,
        arrived: None,
    };
    let papers = gathered.into_iter().map(|one| {
        let graph = Graph::build(&one.input);
        let subject = subject(&one.lot, from.id);
        let traced = trace(&graph, &subject, Direction::Back, &Limits::default());
        let papers = papers_for(&traced, &graph, now, &route, &[]);
        let mut stops = judge(&traced, &graph, now, Scope::Public).findings;
        stops.retain(stops_goods);
        LotPapers {
            lot: one.lot,
            papers,
            stops,
        }
    });
    papers.collect()
}

/// Whether goods of which this is found stay where they are until somebody has decided.
fn stops_goods(finding: &Finding) -> bool {
    let grave = matches!(
        finding.gravity,
        Weight::Recalled | Weight::Held | Weight::Expired
    );
    grave || finding.code == ENTRY_CHECK_PENDING
}

pub(super) fn subject(lot: &LotCode, at: SiteId) -> Subject {
    Subject {
        lot: lot.clone(),
        origin: None,
        at: Some(at),
    }
}

/// What the entry check says about each lot of a shipment at the door of its consignee, and about all
/// of them together.
///
/// # Errors
/// [`Denied`] to whoever may not list what the consignee has; what the database reports.
pub fn at_arrival(
    node: &Node,
    audience: &Audience,
    dispatch: &RecordId,
    door: &AtTheDoor,
) -> Result<Looked<(Advice, Vec<LotAdvised>)>, AppError> {
    expect_signed_in(audience)?;
    let found = node.read(|reader| {
        let Some(mut sent) = sent(reader, dispatch)? else {
            return Ok(None);
        };
        admit(&sent.to, audience)?;
        if !door.lots.is_empty() {
            sent.lots.retain(|lot| door.lots.contains(lot));
        }
        if sent.lots.is_empty() {
            return Ok(None);
        }
        if sent.lots.len() > LOTS_MAX {
            return Ok(Some((sent, None, Vec::new())));
        }
        let ended = licence_ended(reader, &sent.from, node.clock().now().china_date())?;
        let gathered = gather(reader, &sent.lots, sent.to.id, audience)?;
        Ok::<_, AppError>(Some((sent, ended, gathered)))
    })?;
    let Some((Sent { from, to, .. }, ended, gathered)) = found else {
        return Ok(Looked::Nothing);
    };
    if gathered.is_empty() {
        return Ok(Looked::TooMany);
    }
    let route = Route {
        from: &from,
        to: &to,
        arrived: Some(*dispatch),
    };
    let advised: Vec<LotAdvised> = gathered
        .into_iter()
        .map(|one| advise(node, &one, &route, door, ended))
        .collect();
    let all = advised.iter().map(|one| one.advised.advice).max();
    Ok(Looked::Found((all.unwrap_or(Advice::Accept), advised)))
}

fn advise(
    node: &Node,
    one: &Gathered,
    route: &Route<'_>,
    door: &AtTheDoor,
    licence_ended: Option<ChinaDate>,
) -> LotAdvised {
    let now = node.clock().now();
    let graph = Graph::build(&one.input);
    let subject = subject(&one.lot, route.to.id);
    let traced = trace(&graph, &subject, Direction::Back, &Limits::default());
    let mut verdict = judge(&traced, &graph, now, Scope::Public);
    let mut findings = std::mem::take(&mut verdict.findings);
    findings.retain(|finding| !is_state_of(finding, route.arrived));
    let papers = papers_for(&traced, &graph, now, route, &door.papers_seen);
    let (limits, reference) = asked_temperatures(&verdict, route.arrived, &one.lot);
    let arrival = Arrival {
        findings: &findings,
        papers: papers.as_ref().map_or(&[], |papers| &papers.findings),
        measured_c: door.measured_c.get(&one.lot).copied().or(door.every_c),
        limits,
        reference,
        seals_intact: door.seals_intact,
        licence_ended,
    };
    LotAdvised {
        advised: check(&arrival),
        lot: one.lot.clone(),
        limits,
        reference,
    }
}

/// Whether a finding says no more than that this shipment is still to be signed for: whoever stands at the
/// door is about to.
fn is_state_of(finding: &Finding, arrived: Option<RecordId>) -> bool {
    let of_this = finding.evidence.iter().all(|id| Some(*id) == arrived);
    finding.code == NOT_RECEIVED && of_this
}

/// The temperatures that label, class and dispatch ask for on this shipment.
fn asked_temperatures(
    verdict: &Verdict,
    dispatch: Option<RecordId>,
    lot: &LotCode,
) -> (Range, Range) {
    let mut legs = verdict.cold.iter();
    let leg = legs.find(|leg| Some(leg.dispatch) == dispatch && leg.lot == *lot);
    leg.map_or_else(Default::default, |leg| (leg.limits, leg.reference))
}

/// The last day of a licence of the sender's that has run out: of the premises, or of the party.
fn licence_ended(
    reader: &mut Reader<'_>,
    site: &SiteFacts,
    today: ChinaDate,
) -> Result<Option<ChinaDate>, AppError> {
    let party = reader.party(&site.party)?;
    let mut last = Vec::new();
    for key in [Some(site.said), party.map(|party| party.said)] {
        let Some(key) = key else { continue };
        let stored = super::entry(reader, key)?;
        match crate::app::sight::opened(&stored, |_| false)?.body {
            Body::RegisterSite(body) => last.extend(body.licence.and_then(|held| held.valid_to)),
            Body::RegisterParty(body) => {
                last.extend(body.licences.iter().filter_map(|held| held.valid_to));
            }
            _ => {}
        }
    }
    Ok(last.into_iter().filter(|day| *day < today).min())
}
