//! A trace as a tree that can be drawn on a terminal or a page. The trace is a graph; where two
//! ways meet, the second shows the step again and says that it was drawn before.

use super::graph::{EdgeKind, Graph};
use super::steps::{Direction, Side, Step, Trace};
use crate::core::ids::{LotCode, PartyId, SiteId};
use crate::core::quantity::{Amount, Uom};
use crate::core::record::body::Creation;
use crate::core::record::{Body, LineRef, Record, RecordId, RecordType};
use crate::core::text::Bilingual;
use crate::core::time::UnixSeconds;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Goods of one lot in a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Goods {
    /// The lot.
    pub lot: LotCode,
    /// Name of the product, as the lot's origin says.
    pub name: Option<String>,
    /// How much, over all lines of the step; none if any of them is closed.
    pub quantity: Option<Amount>,
    /// Unit.
    pub uom: Uom,
}

/// A leg of a shipment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LegLabel {
    /// The record.
    pub id: RecordId,
    /// What happened.
    pub word: Bilingual,
    /// Who signed it.
    pub who: String,
    /// When, by the node's clock.
    pub when: UnixSeconds,
}

/// A step as it is drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TreeNode {
    /// The record; none for the root above several records.
    pub id: Option<RecordId>,
    /// What happened.
    pub word: Bilingual,
    /// Who: legal name; the number of a natural person.
    pub who: String,
    /// Who, as a code.
    pub party: Option<PartyId>,
    /// For whom they signed as an agent: legal name; the number of a natural person.
    pub on_behalf_of: Option<String>,
    /// Where, as a code.
    pub site: Option<SiteId>,
    /// Name of the site.
    pub site_name: Option<String>,
    /// Province, city and county.
    pub place: Option<String>,
    /// When, by the node's clock.
    pub when: Option<UnixSeconds>,
    /// Steps from the subject.
    pub depth: u32,
    /// On which side of the subject.
    pub side: Side,
    /// What the step brought in, or took out if it brought in nothing.
    pub goods: Vec<Goods>,
    /// Legs of a dispatch.
    pub legs: Vec<LegLabel>,
    /// Codes of what was found when the record was admitted.
    pub marks: Vec<&'static str>,
    /// The same in words, in the same order.
    pub mark_words: Vec<Bilingual>,
    /// What it came from; what became of it when the trace goes forward.
    pub children: Vec<TreeNode>,
    /// Drawn before: its children stand there.
    pub repeated: bool,
}

/// Draws a trace: backwards from the subject, or forwards if the trace goes only forward.
#[must_use]
pub fn tree(trace: &Trace, graph: &Graph<'_>) -> TreeNode {
    let mut drawing = Drawing::of(trace, graph);
    let mut roots: Vec<&Step> = trace
        .steps
        .iter()
        .filter(|step| step.side == Side::Start)
        .collect();
    // A start that another start leads to is drawn under it.
    let under: HashSet<RecordId> = roots
        .iter()
        .flat_map(|step| drawing.next_of(&step.id))
        .collect();
    if roots.iter().any(|step| !under.contains(&step.id)) {
        roots.retain(|step| !under.contains(&step.id));
    }
    let mut nodes: Vec<TreeNode> = roots.iter().map(|step| drawing.draw(step)).collect();
    if nodes.len() == 1 {
        return nodes.remove(0);
    }
    TreeNode {
        id: None,
        word: Bilingual::new("批次", "lot"),
        who: trace.subject.lot.to_string(),
        party: None,
        on_behalf_of: None,
        site: trace.subject.at,
        site_name: None,
        place: None,
        when: None,
        depth: 0,
        side: Side::Start,
        goods: Vec::new(),
        legs: Vec::new(),
        marks: Vec::new(),
        mark_words: Vec::new(),
        children: nodes,
        repeated: false,
    }
}

struct Drawing<'a> {
    graph: &'a Graph<'a>,
    steps: HashMap<RecordId, &'a Step>,
    next: BTreeMap<RecordId, BTreeSet<(usize, RecordId)>>,
    drawn: HashSet<RecordId>,
}

impl<'a> Drawing<'a> {
    fn of(trace: &'a Trace, graph: &'a Graph<'a>) -> Self {
        let order: HashMap<RecordId, usize> = trace
            .steps
            .iter()
            .enumerate()
            .map(|(place, step)| (step.id, place))
            .collect();
        let mut next: BTreeMap<RecordId, BTreeSet<(usize, RecordId)>> = BTreeMap::new();
        let forward = trace.direction == Direction::Forward;
        for edge in &trace.edges {
            let (near, far) = if forward {
                (edge.from.0, edge.to.0)
            } else {
                (edge.to.0, edge.from.0)
            };
            if near != far && edge.kind != EdgeKind::Becomes {
                let place = order.get(&far).copied().unwrap_or(usize::MAX);
                next.entry(near).or_default().insert((place, far));
            }
        }
        Self {
            graph,
            steps: trace.steps.iter().map(|step| (step.id, step)).collect(),
            next,
            drawn: HashSet::new(),
        }
    }

    fn next_of(&self, id: &RecordId) -> Vec<RecordId> {
        let next = self.next.get(id).into_iter().flatten();
        next.map(|(_, id)| *id).collect()
    }

    /// Depth of recursion is that of the trace, which is limited.
    fn draw(&mut self, step: &Step) -> TreeNode {
        let repeated = !self.drawn.insert(step.id);
        let mut node = self.label(step);
        node.repeated = repeated;
        if !repeated {
            for id in self.next_of(&step.id) {
                if let Some(next) = self.steps.get(&id).copied() {
                    node.children.push(self.draw(next));
                }
            }
        }
        node
    }

    fn label(&self, step: &Step) -> TreeNode {
        let entry = self.graph.entry(step.place);
        let record = entry.map(|entry| &entry.record);
        let party = record.map(|record| record.claims.iss);
        let behalf = record.and_then(|record| record.body.on_behalf_of());
        let site = record.and_then(|record| record.claims.site);
        let facts = site.and_then(|site| self.graph.input().sites.get(&site));
        let place = facts.map(|facts| facts.county).or_else(|| {
            let party = self.graph.input().parties.get(&party?)?;
            Some(party.county)
        });
        let findings = entry.map_or(&[][..], |entry| &entry.findings);
        TreeNode {
            id: Some(step.id),
            word: record.map_or_else(|| Bilingual::new("", ""), step_word),
            who: party.map_or_else(String::new, |party| name_of(self.graph, &party)),
            party,
            on_behalf_of: behalf.map(|party| name_of(self.graph, &party)),
            site,
            site_name: facts.map(|facts| facts.name.clone()),
            place: place.map(|county| county.full_name()),
            when: entry.map(|entry| entry.admitted_at),
            depth: step.depth,
            side: step.side,
            goods: goods(self.graph, &step.lines),
            legs: step.legs.iter().filter_map(|id| self.leg(id)).collect(),
            marks: findings.iter().map(|finding| finding.code()).collect(),
            mark_words: findings.iter().map(|finding| finding.word()).collect(),
            children: Vec::new(),
            repeated: false,
        }
    }

    fn leg(&self, id: &RecordId) -> Option<LegLabel> {
        let entry = self.graph.entry_of(id)?;
        Some(LegLabel {
            id: *id,
            word: step_word(&entry.record),
            who: name_of(self.graph, &entry.record.claims.iss),
            when: entry.admitted_at,
        })
    }
}

/// Legal name of a party; the number of a natural person, whose name is sealed.
#[must_use]
pub fn name_of(graph: &Graph<'_>, party: &PartyId) -> String {
    let facts = graph.input().parties.get(party);
    facts
        .and_then(|facts| facts.name.clone())
        .unwrap_or_else(|| party.to_string())
}

/// What a step brought in, or took out if it brought in nothing, lot by lot.
fn goods(graph: &Graph<'_>, lines: &[LineRef]) -> Vec<Goods> {
    let lines = || {
        let positions = lines.iter().filter_map(|at| graph.position(at));
        positions.filter_map(|position| graph.line(position))
    };
    let has_credit = lines().any(|line| line.role.is_credit());
    let mut goods: Vec<(LineRef, Goods)> = Vec::new();
    for line in lines().filter(|line| !has_credit || line.role.is_credit()) {
        let known = goods
            .iter_mut()
            .find(|(origin, goods)| *origin == line.lot.origin && goods.uom == line.uom);
        match known {
            Some((_, known)) => {
                let sum = known.quantity.zip(line.quantity);
                known.quantity = sum.and_then(|(sum, amount)| sum.checked_add(amount));
            }
            None => goods.push((
                line.lot.origin,
                Goods {
                    lot: line.lot.code.clone(),
                    name: graph
                        .lot_info(&line.lot.origin)
                        .map(|info| info.name.to_string()),
                    quantity: line.quantity,
                    uom: line.uom,
                },
            )),
        }
    }
    goods.into_iter().map(|(_, goods)| goods).collect()
}

/// What a record does, in words.
#[must_use]
pub fn step_word(record: &Record) -> Bilingual {
    match &record.body {
        Body::Create(body) => creation_words(body.how),
        Body::Transform(body) => body.operation.words(),
        _ => type_words(record.kind()),
    }
}

/// How a lot came into being, in words.
#[must_use]
pub fn creation_words(how: Creation) -> Bilingual {
    match how {
        Creation::Harvest => Bilingual::new("采收", "harvest"),
        Creation::Catch => Bilingual::new("捕捞", "catch"),
        Creation::Herd => Bilingual::new("出栏", "herd"),
        Creation::Yield => Bilingual::new("产出", "yield"),
        Creation::Production => Bilingual::new("生产", "production"),
    }
}

/// The type of a record, in words.
#[must_use]
pub fn type_words(kind: RecordType) -> Bilingual {
    Bilingual::new(kind.zh(), type_en(kind))
}

/// The type of a record in English.
const fn type_en(kind: RecordType) -> &'static str {
    use RecordType as T;
    match kind {
        T::Beat => "beat",
        T::RegisterParty => "enrolment",
        T::RegisterSite => "site enrolled",
        T::AddKey => "key granted",
        T::RevokeKey => "key revoked",
        T::Create => "produced",
        T::Enter => "entered",
        T::UseInput => "input used",
        T::Certify => "paper",
        T::Dispatch => "sent",
        T::PickUp => "picked up",
        T::Observe => "readings",
        T::HandOn => "handed on",
        T::Deliver => "delivered",
        T::Receive => "received",
        T::Settle => "settled",
        T::Transform => "made",
        T::Sell => "sold",
        T::Dispose => "disposed of",
        T::Count => "stocktake",
        T::Inspect => "inspection",
        T::Hold => "held",
        T::Release => "released",
        T::Recall => "recalled",
        T::CloseRecall => "recall ended",
        T::Correct => "correction",
    }
}
