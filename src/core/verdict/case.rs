//! A trace under judgement.

use super::state::{ColdLeg, Finding, PaperSeen, Scope, Weight};
use crate::core::custody::SiteFacts;
use crate::core::record::{LineRef, RecordId, RecordType};
use crate::core::text::Bilingual;
use crate::core::time::{ChinaDate, UnixSeconds};
use crate::core::trace::{EdgeKind, Graph, Line, LotKey, Step, Trace, TraceEntry};
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Seconds for which what depends on the very moment is judged the same.
const MOMENT_S: u64 = 60;

/// The trace, and what the rules have found so far.
pub(super) struct Case<'a> {
    pub trace: &'a Trace,
    pub graph: &'a Graph<'a>,
    /// Rules ask by [`today`](Self::today), [`is_over`](Self::is_over) and
    /// [`this_moment`](Self::this_moment), so that it is known how long the verdict holds.
    now: UnixSeconds,
    until: Cell<Option<UnixSeconds>>,
    pub scope: Scope,
    pub findings: Vec<Finding>,
    pub papers: Vec<PaperSeen>,
    pub cold: Vec<ColdLeg>,
    pub checked: Vec<Bilingual>,
    pub not_checked: Vec<Bilingual>,
    known: HashMap<(String, String), usize>,
    ancestors: BTreeMap<LotKey, BTreeSet<LotKey>>,
}

impl<'a> Case<'a> {
    pub fn new(trace: &'a Trace, graph: &'a Graph<'a>, now: UnixSeconds, scope: Scope) -> Self {
        Self {
            trace,
            graph,
            now,
            until: Cell::new(None),
            scope,
            findings: Vec::new(),
            papers: Vec::new(),
            cold: Vec::new(),
            checked: Vec::new(),
            not_checked: Vec::new(),
            known: HashMap::new(),
            ancestors: ancestors(trace, graph),
        }
    }

    /// The date in China; with it the verdict holds until the day ends.
    pub fn today(&self) -> ChinaDate {
        let today = self.now.china_date();
        if let Some(tomorrow) = today.plus_days(1) {
            self.holds_until(tomorrow.begins());
        }
        today
    }

    /// Whether a last day has passed. If it has not, the verdict holds until it does.
    pub fn is_over(&self, last: ChinaDate) -> bool {
        if last < self.now.china_date() {
            return true;
        }
        if let Some(next) = last.plus_days(1) {
            self.holds_until(next.begins());
        }
        false
    }

    /// The moment of judging; with it the verdict holds for the minute.
    pub fn this_moment(&self) -> UnixSeconds {
        let into = self.now.get().checked_rem(MOMENT_S).unwrap_or(0);
        self.holds_until(self.now.plus(MOMENT_S.saturating_sub(into)));
        self.now
    }

    fn holds_until(&self, end: UnixSeconds) {
        let until = self.until.get().map_or(end, |until| until.min(end));
        self.until.set(Some(until));
    }

    /// The first moment at which the clock alone can change what was asked about it so far; none
    /// if nothing was.
    pub fn until(&self) -> Option<UnixSeconds> {
        self.until.get()
    }

    /// When the newest record at hand was admitted: since then the records have (or lack) what they
    /// have now.
    fn newest(&self) -> UnixSeconds {
        let entries = self.graph.input().entries.iter();
        let newest = entries.map(|entry| entry.admitted_at).max();
        newest.unwrap_or_default()
    }

    /// Adds a finding; one that says the same as an earlier one adds its evidence to it.
    pub fn find(&mut self, gravity: Weight, code: &str, text: Bilingual, evidence: &[RecordId]) {
        let at = evidence
            .iter()
            .filter_map(|id| self.graph.entry_of(id))
            .map(|entry| entry.admitted_at)
            .min()
            .unwrap_or_else(|| self.newest());
        let key = (code.to_owned(), text.zh.clone());
        let known = self.known.get(&key).copied();
        if let Some(known) = known.and_then(|place| self.findings.get_mut(place)) {
            known.evidence.extend_from_slice(evidence);
            known.at = known.at.min(at);
            known.gravity = known.gravity.max(gravity);
            known.reference = known.gravity == Weight::Reference;
            return;
        }
        self.known.insert(key, self.findings.len());
        self.findings.push(Finding {
            code: code.to_owned(),
            gravity,
            text,
            evidence: evidence.to_vec(),
            at,
            reference: gravity == Weight::Reference,
        });
    }

    /// The steps that lead to the subject.
    pub fn steps(&self) -> Vec<&'a Step> {
        self.trace.upstream().collect()
    }

    /// Those of one type, with their entries.
    pub fn steps_of(&self, kind: RecordType) -> Vec<(&'a Step, &'a TraceEntry)> {
        let steps = self.trace.upstream().filter(|step| step.kind == kind);
        steps
            .filter_map(|step| Some((step, self.graph.entry(step.place)?)))
            .collect()
    }

    /// The lines of a step that belong to the trace.
    pub fn lines(&self, step: &Step) -> Vec<&'a Line> {
        let graph = self.graph;
        let positions = step.lines.iter().filter_map(|at| graph.position(at));
        positions.filter_map(|place| graph.line(place)).collect()
    }

    /// The lots of a step that belong to the trace, each once.
    pub fn lots(&self, step: &Step) -> BTreeSet<&'a LotKey> {
        self.lines(step).into_iter().map(|line| &line.lot).collect()
    }

    /// The lots a lot was made from, however far back.
    pub fn ancestors_of(&self, lot: &LotKey) -> impl Iterator<Item = &LotKey> {
        self.ancestors.get(lot).into_iter().flatten()
    }

    /// The site where a record was signed.
    pub fn site(&self, entry: &TraceEntry) -> Option<&'a SiteFacts> {
        let site = entry.record.claims.site?;
        self.graph.input().sites.get(&site)
    }

    /// Records of one type that concern the subject: about its lots or those they were made
    /// from, or about a record on the way.
    pub fn concerning(&self, kind: RecordType) -> Vec<&'a TraceEntry> {
        let attached = self.graph.attached();
        let mut places = BTreeSet::new();
        for traced in &self.trace.lots {
            places.extend(attached.about_lot(&traced.lot.code, &traced.lot.origin.0));
        }
        for step in self.trace.upstream() {
            places.extend(attached.about_record(&step.id));
        }
        let entries = places
            .into_iter()
            .filter_map(|place| self.graph.entry(place));
        entries
            .filter(|entry| entry.record.kind() == kind)
            .collect()
    }

    /// The earliest record of one type whose body names `id`: a release, an end of a recall.
    pub fn answer(&self, id: &RecordId, kind: RecordType) -> Option<&'a TraceEntry> {
        let places = self
            .graph
            .attached()
            .naming_as(self.graph.input(), id, kind);
        places
            .filter_map(|place| self.graph.entry(place))
            .min_by_key(|entry| entry.key)
    }

    /// The receipts, within the trace, of a dispatch's lines.
    pub fn receipts(&self, dispatch: &Step) -> Vec<&'a TraceEntry> {
        let sent: BTreeSet<LineRef> = dispatch.lines.iter().copied().collect();
        let answers = self
            .trace
            .edges
            .iter()
            .filter(|edge| edge.kind == EdgeKind::Answers && sent.contains(&edge.from));
        let ids: BTreeSet<RecordId> = answers.map(|edge| edge.to.0).collect();
        ids.iter()
            .filter_map(|id| self.graph.entry_of(id))
            .filter(|entry| entry.record.kind() == RecordType::Receive)
            .collect()
    }
}

/// For every lot of the trace, what it was made from, directly or not. The edges of a trace have
/// no circles, so following them in causal order closes the relation in one pass.
fn ancestors(trace: &Trace, graph: &Graph<'_>) -> BTreeMap<LotKey, BTreeSet<LotKey>> {
    let mut made: HashMap<RecordId, BTreeSet<(LotKey, LotKey)>> = HashMap::new();
    for edge in trace
        .edges
        .iter()
        .filter(|edge| edge.kind == EdgeKind::Becomes)
    {
        let lot = |at: &LineRef| Some(graph.line(graph.position(at)?)?.lot.clone());
        if let (Some(from), Some(to)) = (lot(&edge.from), lot(&edge.to)) {
            made.entry(edge.to.0).or_default().insert((to, from));
        }
    }
    let mut closed: BTreeMap<LotKey, BTreeSet<LotKey>> = BTreeMap::new();
    for step in &trace.steps {
        for (to, from) in made.remove(&step.id).into_iter().flatten() {
            let mut further = closed.get(&from).cloned().unwrap_or_default();
            further.insert(from);
            closed.entry(to).or_default().extend(further);
        }
    }
    closed
}
