//! The stops of a lot's way: who, where and when, who signed, and what is missing.

use super::lanes::{Rail, lay_out};
use crate::core::custody::SiteFacts;
use crate::core::ids::{LotCode, PartyId};
use crate::core::record::body::Transport;
use crate::core::record::{Body, Record, RecordId, RecordType, Subject};
use crate::core::rules::paper::Standing;
use crate::core::text::Bilingual;
use crate::core::time::UnixSeconds;
use crate::core::trace::{EdgeKind, Found, Graph, Step, Trace, step_word};
use crate::core::verdict::{PaperSeen, Verdict};
use std::collections::{BTreeMap, BTreeSet};

/// Stops that are drawn at most.
pub const STOPS_MAX: usize = 60;

/// Lots named at one stop at most.
const LOTS_MAX: usize = 6;

/// A party as everybody may see it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Who {
    /// Legal name; the number of a natural person, whose name is sealed.
    pub name: String,
    /// A natural person.
    pub is_person: bool,
}

impl Who {
    /// A party that the records name.
    pub(super) fn of(graph: &Graph<'_>, party: &PartyId) -> Self {
        let facts = graph.input().parties.get(party);
        let name = facts.and_then(|facts| facts.name.clone());
        Self {
            is_person: facts.is_some() && name.is_none(),
            name: name.unwrap_or_else(|| party.to_string()),
        }
    }

    /// The party for whom an agent signed a record.
    pub(super) fn behind(graph: &Graph<'_>, record: &Record) -> Option<Self> {
        let party = record.body.on_behalf_of();
        party.map(|party| Self::of(graph, &party))
    }
}

/// A place as everybody may see it: county, not street.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Name of the site.
    pub site: String,
    /// Province, city and county.
    pub county: String,
}

impl Place {
    pub(super) fn of(site: &SiteFacts) -> Self {
        Self {
            site: site.name.clone(),
            county: site.county.full_name(),
        }
    }
}

/// What a stop stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopKind {
    /// Goods came into being, entered or were made into others.
    Work,
    /// Goods are on their way.
    Road,
    /// Goods arrived.
    Arrival,
    /// Something that should be on record and is not.
    Missing,
}

/// Whether somebody signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// In which role.
    pub role: Bilingual,
    /// Who did; none if nobody has.
    pub who: Option<Who>,
}

/// A stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// The record; none for something missing.
    pub id: Option<RecordId>,
    /// What it stands for.
    pub kind: StopKind,
    /// What happened, or what is missing.
    pub word: Bilingual,
    /// Who says so.
    pub who: Option<Who>,
    /// For whom they signed as an agent.
    pub on_behalf_of: Option<Who>,
    /// Where; where from, if goods are on their way.
    pub place: Option<Place>,
    /// Where to, if goods are on their way.
    pub to: Option<Place>,
    /// When the node admitted the record.
    pub when: Option<UnixSeconds>,
    /// The lots, with the names of their products.
    pub lots: Vec<(LotCode, Option<String>)>,
    /// Who signed, and who should have.
    pub signatures: Vec<Signature>,
    /// Papers about these lots or this shipment.
    pub papers: Vec<(Bilingual, Standing)>,
    /// What the node found when it admitted the record.
    pub marks: Vec<Bilingual>,
    /// Where its lines run.
    pub rail: Rail,
}

/// The stops that lead to the subject, the earliest first, and how many are not drawn.
pub(super) fn stops(trace: &Trace, graph: &Graph<'_>, verdict: &Verdict) -> (Vec<Stop>, usize) {
    let steps: Vec<&Step> = trace.upstream().collect();
    let left_out = steps.len().saturating_sub(STOPS_MAX);
    let drawn = steps.get(left_out..).unwrap_or_default();
    let mut drawing = Drawing::of(trace, graph, verdict);
    if left_out > 0 || trace.cut.is_some() {
        drawing.missing(
            Bilingual::new("更早的环节未画出", "earlier steps are not drawn"),
            Vec::new(),
        );
    }
    for step in drawn {
        drawing.add(step);
    }
    if trace.found == Found::NotAtSite {
        let last = drawing.stops.len().checked_sub(1);
        let word = Bilingual::new(
            "没有记录表明到过扫码的场所",
            "no record says that it came to where it was scanned",
        );
        drawing.missing(word, last.into_iter().collect());
    }
    (drawing.done(), left_out)
}

struct Drawing<'a> {
    graph: &'a Graph<'a>,
    before: BTreeMap<RecordId, BTreeSet<RecordId>>,
    receipts: BTreeMap<RecordId, BTreeSet<RecordId>>,
    papers: Vec<(&'a PaperSeen, &'a [Subject])>,
    places: BTreeMap<RecordId, usize>,
    stops: Vec<Stop>,
    parents: Vec<Vec<usize>>,
}

impl<'a> Drawing<'a> {
    fn of(trace: &'a Trace, graph: &'a Graph<'a>, verdict: &'a Verdict) -> Self {
        let mut before: BTreeMap<RecordId, BTreeSet<RecordId>> = BTreeMap::new();
        let mut receipts: BTreeMap<RecordId, BTreeSet<RecordId>> = BTreeMap::new();
        for edge in trace.edges.iter().filter(|edge| edge.from.0 != edge.to.0) {
            before.entry(edge.to.0).or_default().insert(edge.from.0);
            let kind = graph.entry_of(&edge.to.0).map(|entry| entry.record.kind());
            if edge.kind == EdgeKind::Answers && kind == Some(RecordType::Receive) {
                receipts.entry(edge.from.0).or_default().insert(edge.to.0);
            }
        }
        let papers = verdict.papers.iter().filter_map(|paper| {
            let entry = graph.entry_of(&paper.id)?;
            Some((paper, &*entry.record.claims.about))
        });
        Self {
            graph,
            before,
            receipts,
            papers: papers.collect(),
            places: BTreeMap::new(),
            stops: Vec::new(),
            parents: Vec::new(),
        }
    }

    fn add(&mut self, step: &Step) {
        let Some(entry) = self.graph.entry(step.place) else {
            return;
        };
        let mut parents: Vec<usize> = self
            .before
            .get(&step.id)
            .into_iter()
            .flatten()
            .filter_map(|id| self.places.get(id).copied())
            .collect();
        if let Body::Enter(body) = &entry.record.body {
            let word = match body.import {
                Some(_) => Bilingual::new(
                    "入境前的环节不在记录内",
                    "what came before import is not on record",
                ),
                None => Bilingual::new(
                    "此前环节缺失:供货者未登记",
                    "missing: the supplier is not enrolled",
                ),
            };
            parents.push(self.missing(word, Vec::new()));
        }
        let record = &entry.record;
        let sites = &self.graph.input().sites;
        let site = record.claims.site.and_then(|site| sites.get(&site));
        let (kind, to) = match &record.body {
            Body::Dispatch(body) => (StopKind::Road, sites.get(&body.consignee).map(Place::of)),
            Body::Receive(_) => (StopKind::Arrival, None),
            _ => (StopKind::Work, None),
        };
        let lots = self.lots(step);
        let stop = Stop {
            id: Some(step.id),
            kind,
            word: step_word(record),
            who: Some(Who::of(self.graph, &record.claims.iss)),
            on_behalf_of: Who::behind(self.graph, record),
            place: site.map(Place::of),
            to,
            when: Some(entry.admitted_at),
            papers: self.papers(step, &lots, kind),
            lots,
            signatures: self.signatures(step),
            marks: entry
                .findings
                .iter()
                .map(|finding| finding.word())
                .collect(),
            rail: Rail::default(),
        };
        let place = self.put(stop, parents);
        self.places.insert(step.id, place);
        let on_the_way = kind == StopKind::Road && !self.receipts.contains_key(&step.id);
        if on_the_way {
            let word = Bilingual::new("收货方尚未签收", "nobody has signed for it yet");
            self.missing(word, vec![place]);
        }
    }

    fn put(&mut self, stop: Stop, parents: Vec<usize>) -> usize {
        let place = self.stops.len();
        self.stops.push(stop);
        self.parents.push(parents);
        place
    }

    fn missing(&mut self, word: Bilingual, parents: Vec<usize>) -> usize {
        let stop = Stop {
            id: None,
            kind: StopKind::Missing,
            word,
            who: None,
            on_behalf_of: None,
            place: None,
            to: None,
            when: None,
            lots: Vec::new(),
            signatures: Vec::new(),
            papers: Vec::new(),
            marks: Vec::new(),
            rail: Rail::default(),
        };
        self.put(stop, parents)
    }

    /// The lots that a step brings in, or takes out if it brings in nothing.
    fn lots(&self, step: &Step) -> Vec<(LotCode, Option<String>)> {
        let lines = || {
            let positions = step.lines.iter().filter_map(|at| self.graph.position(at));
            positions.filter_map(|place| self.graph.line(place))
        };
        let brings = lines().any(|line| line.role.is_credit());
        let lines = lines().filter(|line| !brings || line.role.is_credit());
        let keys: BTreeSet<_> = lines.map(|line| &line.lot).collect();
        let named = keys.into_iter().take(LOTS_MAX).map(|lot| {
            let info = self.graph.lot_info(&lot.origin);
            (lot.code.clone(), info.map(|info| info.name.to_string()))
        });
        named.collect()
    }

    /// Papers are shown where the lot they are about came into being, or at their shipment.
    fn papers(
        &self,
        step: &Step,
        lots: &[(LotCode, Option<String>)],
        kind: StopKind,
    ) -> Vec<(Bilingual, Standing)> {
        let is_about = |subject: &Subject| match subject {
            Subject::Lot(code) | Subject::LotOf(code, _) => {
                kind == StopKind::Work && lots.iter().any(|(lot, _)| lot == code)
            }
            Subject::Record(id) => *id == step.id,
            Subject::Site(_) => false,
        };
        let here = self.papers.iter();
        here.filter(|(_, about)| about.iter().any(is_about))
            .map(|(paper, _)| (paper.words.clone(), paper.standing))
            .collect()
    }

    /// Both sides of a shipment, and the carrier if there is one; else whoever signed.
    fn signatures(&self, step: &Step) -> Vec<Signature> {
        let signed = |role: (&str, &str), who: Option<Who>| Signature {
            role: Bilingual::new(role.0, role.1),
            who,
        };
        let Some(entry) = self.graph.entry(step.place) else {
            return Vec::new();
        };
        let author = Who::of(self.graph, &entry.record.claims.iss);
        let Body::Dispatch(body) = &entry.record.body else {
            return Vec::new();
        };
        let who_signed = |id: &RecordId| {
            let entry = self.graph.entry_of(id)?;
            Some(Who::of(self.graph, &entry.record.claims.iss))
        };
        let mut signatures = vec![signed(("发货方", "sender"), Some(author.clone()))];
        if body.transport == Transport::Carrier {
            let legs = step.legs.iter().filter_map(who_signed);
            let carrier = legs.into_iter().find(|who| *who != author);
            signatures.push(signed(("承运方", "carrier"), carrier));
        }
        let receipts = self.receipts.get(&step.id).into_iter().flatten();
        let receiver = receipts.filter_map(who_signed).next();
        signatures.push(signed(("收货方", "receiver"), receiver));
        signatures
    }

    fn done(mut self) -> Vec<Stop> {
        let is_missing = |stop: &Stop| stop.kind == StopKind::Missing;
        let missing: Vec<bool> = self.stops.iter().map(is_missing).collect();
        let rails = lay_out(&self.parents, &missing);
        for (stop, rail) in self.stops.iter_mut().zip(rails) {
            stop.rail = rail;
        }
        self.stops
    }
}
