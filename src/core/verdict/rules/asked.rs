//! Which papers a step that is still to come asks for a lot: before a dispatch is signed, and at the
//! door of whoever receives.

use super::papers::{AtHand, asked, entering, fact, papers};
use crate::core::custody::SiteFacts;
use crate::core::ids::Division;
use crate::core::record::body::SiteKind;
use crate::core::record::{RecordId, RecordType};
use crate::core::rules::paper::{
    self, Occasion, PaperFact, PaperFinding, PaperKind, PaperRule, Standing,
};
use crate::core::rules::product::ProductClass;
use crate::core::time::UnixSeconds;
use crate::core::trace::{Graph, LotKey, Trace};
use crate::core::verdict::Scope;
use crate::core::verdict::case::Case;

/// From where to where, and what happens there.
#[derive(Debug, Clone, Copy)]
pub struct Route<'a> {
    /// The sender's premises.
    pub from: &'a SiteFacts,
    /// The receiver's.
    pub to: &'a SiteFacts,
    /// The goods are there already, with this dispatch; otherwise they are about to leave, or they
    /// stay if both premises are one.
    pub arrived: Option<RecordId>,
}

impl Route<'_> {
    /// What happens, in the sense of the rules.
    const fn step(&self) -> paper::Step {
        if self.arrived.is_some() {
            return entering(Some(self.to.kind));
        }
        match self.from.kind {
            SiteKind::Farm => paper::Step::LeaveFarm,
            SiteKind::SlaughterLine => paper::Step::SlaughterOut,
            _ => paper::Step::Dispatch,
        }
    }

    /// Whether the goods go nowhere.
    fn stays(&self) -> bool {
        self.arrived.is_none() && self.from.id == self.to.id
    }
}

/// A paper that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AskedPaper {
    /// Why.
    pub rule: &'static PaperRule,
    /// How well the best one at hand is attested; none if there is none.
    pub at_hand: Option<Standing>,
}

/// The papers of one lot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Papers {
    /// Class of the goods.
    pub class: ProductClass,
    /// What is asked for.
    pub asked: Vec<AskedPaper>,
    /// What is wrong.
    pub findings: Vec<PaperFinding>,
}

/// What a step asks for the subject of a trace, and of goods that stay also what was asked when they came
/// in. `seen` are kinds of papers that somebody holds in their hands and that are not on record: they
/// count as transcribed. None if no record brings the lot into being.
#[must_use]
pub fn papers_for(
    trace: &Trace,
    graph: &Graph<'_>,
    now: UnixSeconds,
    route: &Route<'_>,
    seen: &[PaperKind],
) -> Option<Papers> {
    let case = Case::new(trace, graph, now, Scope::Public);
    let mut own = trace.lots.iter().filter(|traced| !traced.ancestor);
    let lot: &LotKey = &own.next()?.lot;
    let class = graph.lot_info(&lot.origin)?.class;
    let of_shipment = route.arrived.and_then(|id| {
        let steps = case.steps_of(RecordType::Dispatch);
        steps.into_iter().find(|(step, _)| step.id == id)
    });
    let at_hand: Vec<AtHand<'_>> = papers(&case, lot, of_shipment);
    let today = now.china_date();
    let in_hand = seen.iter().map(|kind| PaperFact {
        kind: *kind,
        standing: Standing::Transcribed,
        issued_on: today,
        valid_until: None,
        passed: kind.states_a_result().then_some(true),
        template: None,
        issuer_division: None,
        about_ancestor: false,
        quantity: None,
    });
    let facts: Vec<PaperFact> = at_hand.iter().map(fact).chain(in_hand).collect();
    let occasion = Occasion {
        class,
        step: route.step(),
        date: today,
        from_division: Some(route.from.county.number()),
        to_division: Some(route.to.county.number()),
    };
    let rules = paper::required(
        class,
        occasion.step,
        occasion.date,
        occasion.provinces_differ(),
    );
    let rules = rules.into_iter().map(|rule| {
        let answers = |fact: &&PaperFact| {
            rule.is_answered_by(fact.kind) && (!fact.about_ancestor || rule.ancestor_suffices)
        };
        let best = facts.iter().filter(answers).map(|fact| fact.standing).max();
        AskedPaper {
            rule,
            at_hand: best,
        }
    });
    let mut findings = paper::judge(&facts, &occasion);
    if route.stays() {
        for finding in since_entry(&case, lot, class, route.to) {
            if !findings.contains(&finding) {
                findings.push(finding);
            }
        }
    }
    Some(Papers {
        class,
        asked: rules.collect(),
        findings,
    })
}

/// What was wrong when the lot came into these premises, and still is.
fn since_entry(
    case: &Case<'_>,
    lot: &LotKey,
    class: ProductClass,
    site: &SiteFacts,
) -> Vec<PaperFinding> {
    let mut found = Vec::new();
    for step in case.steps() {
        let Some(entry) = case.graph.entry(step.place) else {
            continue;
        };
        let came_in = matches!(
            entry.record.kind(),
            RecordType::Receive | RecordType::Enter
        );
        let is_here = entry.record.claims.site == Some(site.id);
        if !came_in || !is_here || !case.lots(step).contains(&lot) {
            continue;
        }
        let papers = papers(case, lot, Some((step, entry)));
        let facts: Vec<PaperFact> = papers.iter().map(fact).collect();
        for (step, date, from, to) in asked(case, entry) {
            let occasion = Occasion {
                class,
                step,
                date,
                from_division: from.map(Division::number),
                to_division: to.map(Division::number),
            };
            found.extend(paper::judge(&facts, &occasion));
        }
    }
    found
}
