//! Papers 证明: what the rules ask for at each step, and what is there. Issued, confirmed and
//! transcribed papers are told apart; one that was only transcribed proves nothing.

use crate::core::ids::{Division, SiteId};
use crate::core::record::body::{Certify, PaperDetail, Quarantine, QuarantineForm, SiteKind};
use crate::core::record::{Body, RecordId, RecordType, Subject};
use crate::core::rules::paper::{
    self, Occasion, PaperFact, PaperFinding, PaperKind, QuarantineTemplate, Standing,
};
use crate::core::text::{Bilingual, Explain};
use crate::core::time::ChinaDate;
use crate::core::trace::{LotKey, Step, TraceEntry};
use crate::core::verdict::case::Case;
use crate::core::verdict::{PaperSeen, Weight};
use std::collections::BTreeMap;

pub(in crate::core::verdict) fn judge(case: &mut Case<'_>) {
    for step in case.steps() {
        let Some(entry) = case.graph.entry(step.place) else {
            continue;
        };
        for lot in case.lots(step) {
            let found = papers(case, lot, Some((step, entry)));
            for (at, date, from, to) in asked(case, entry) {
                let place = Place { at, date, from, to };
                judge_lot(case, lot, &found, place, step.id);
            }
            see(case, &found);
        }
    }
    on_sale(case);
    let (mut proven, mut typed) = (0_usize, 0_usize);
    for paper in &case.papers {
        let count = if paper.standing == Standing::Transcribed {
            &mut typed
        } else {
            &mut proven
        };
        *count = count.saturating_add(1);
    }
    case.checked.push(Bilingual::new(
        format!("各环节应有的证明：签发或核实 {proven} 份，抄录 {typed} 份"),
        format!("papers asked for at each step: {proven} issued or confirmed, {typed} transcribed"),
    ));
}

/// Where papers are asked for.
#[derive(Clone, Copy)]
struct Place {
    at: paper::Step,
    date: ChinaDate,
    from: Option<Division>,
    to: Option<Division>,
}

/// A paper at hand, and whether it is about what the lot was made from.
pub(super) struct AtHand<'a> {
    id: RecordId,
    entry: &'a TraceEntry,
    body: &'a Certify,
    about_ancestor: bool,
}

/// The steps, in the sense of the rules, that a record is.
pub(super) fn asked(
    case: &Case<'_>,
    entry: &TraceEntry,
) -> Vec<(paper::Step, ChinaDate, Option<Division>, Option<Division>)> {
    let county = |site: Option<SiteId>| {
        let site = case.graph.input().sites.get(&site?)?;
        Some(site.county)
    };
    let date = entry.admitted_at.china_date();
    let here = county(entry.record.claims.site);
    let kind = case.site(entry).map(|site| site.kind);
    match &entry.record.body {
        Body::Dispatch(body) => {
            let to = county(Some(body.consignee)).or(Some(body.unload_county));
            let step = match kind {
                Some(SiteKind::Farm) => paper::Step::LeaveFarm,
                Some(SiteKind::SlaughterLine) => paper::Step::SlaughterOut,
                _ => paper::Step::Dispatch,
            };
            vec![(step, date, here.or(Some(body.load_county)), to)]
        }
        Body::Receive(body) => {
            let sender = case.graph.entry_of(&body.dispatch);
            let from = county(sender.and_then(|sender| sender.record.claims.site));
            vec![(entering(kind), date, from, here)]
        }
        Body::Enter(body) if body.import.is_some() => {
            vec![
                (paper::Step::ImportEntry, date, None, here),
                (entering(kind), date, None, here),
            ]
        }
        Body::Enter(_) => vec![(entering(kind), date, None, here)],
        _ => Vec::new(),
    }
}

pub(super) const fn entering(kind: Option<SiteKind>) -> paper::Step {
    match kind {
        Some(SiteKind::SlaughterLine) => paper::Step::SlaughterIn,
        Some(SiteKind::Market | SiteKind::Booth) => paper::Step::EnterMarket,
        _ => paper::Step::Receive,
    }
}

/// Goods at a shop are on sale, goods in a kitchen are served, also before the till says so.
fn on_sale(case: &mut Case<'_>) {
    let site = case.trace.subject.at;
    let site = site.and_then(|site| case.graph.input().sites.get(&site));
    let at = match site.map(|site| site.kind) {
        Some(SiteKind::Shop | SiteKind::Booth | SiteKind::Market) => paper::Step::Sell,
        Some(SiteKind::Kitchen) => paper::Step::Serve,
        _ => return,
    };
    let county = site.map(|site| site.county);
    let place = Place {
        at,
        date: case.today(),
        from: county,
        to: county,
    };
    let start = case.trace.starts.first().map(|line| line.0);
    let own = case.trace.lots.iter().filter(|traced| !traced.ancestor);
    let own: Vec<&LotKey> = own.map(|traced| &traced.lot).collect();
    for (lot, start) in own.into_iter().zip(start.into_iter().cycle()) {
        let found = papers(case, lot, None);
        judge_lot(case, lot, &found, place, start);
        see(case, &found);
    }
}

/// The papers about a lot, about what it was made from, or about the shipment it is in. A paper
/// about another lot does not become one about this lot by being cited.
pub(super) fn papers<'a>(
    case: &Case<'a>,
    lot: &LotKey,
    step: Option<(&Step, &TraceEntry)>,
) -> Vec<AtHand<'a>> {
    let attached = case.graph.attached();
    let mut places: BTreeMap<usize, bool> = BTreeMap::new();
    for place in attached.about_lot(&lot.code, &lot.origin.0) {
        places.insert(place, false);
    }
    if let Some((step, entry)) = step {
        let shipment = match &entry.record.body {
            Body::Receive(body) => body.dispatch,
            _ => step.id,
        };
        for place in attached.about_record(&shipment) {
            places.insert(*place, false);
        }
        for id in entry.record.claims.refs.iter() {
            let place = case.graph.place_of(id);
            let cited = place.and_then(|place| Some((place, case.graph.entry(place)?)));
            if let Some((place, cited)) = cited
                && !names_a_lot(cited)
            {
                places.entry(place).or_insert(false);
            }
        }
    }
    for ancestor in case.ancestors_of(lot) {
        for place in attached.about_lot(&ancestor.code, &ancestor.origin.0) {
            places.entry(place).or_insert(true);
        }
    }
    let at_hand = places.into_iter().filter_map(|(place, about_ancestor)| {
        let entry = case.graph.entry(place)?;
        match &entry.record.body {
            Body::Certify(body) => Some(AtHand {
                id: entry.record.id,
                entry,
                body,
                about_ancestor,
            }),
            _ => None,
        }
    });
    at_hand.collect()
}

fn names_a_lot(entry: &TraceEntry) -> bool {
    let about = &entry.record.claims.about;
    entry.record.kind() != RecordType::Certify
        || about
            .iter()
            .any(|subject| matches!(subject, Subject::Lot(_) | Subject::LotOf(..)))
}

fn judge_lot(
    case: &mut Case<'_>,
    lot: &LotKey,
    found: &[AtHand<'_>],
    place: Place,
    step: RecordId,
) {
    let Some(info) = case.graph.lot_info(&lot.origin) else {
        return;
    };
    let occasion = Occasion {
        class: info.class,
        step: place.at,
        date: place.date,
        from_division: place.from.map(Division::number),
        to_division: place.to.map(Division::number),
    };
    let facts: Vec<PaperFact> = found.iter().map(fact).collect();
    for finding in paper::judge(&facts, &occasion) {
        let mut evidence = vec![step];
        if let Some(kind) = kind_of(&finding) {
            let of_kind = found.iter().filter(|paper| paper.body.kind == kind);
            evidence.extend(of_kind.map(|paper| paper.id));
        }
        case.find(
            weigh(&finding),
            finding.code(),
            finding.explain(),
            &evidence,
        );
    }
}

fn weigh(finding: &PaperFinding) -> Weight {
    if finding.is_reference() {
        return Weight::Reference;
    }
    match finding {
        PaperFinding::Missing { .. } => Weight::Missing,
        PaperFinding::OnlyTranscribed { .. } => Weight::Unproven,
        PaperFinding::Expired { .. }
        | PaperFinding::IssuedLater { .. }
        | PaperFinding::NotPassed { .. }
        | PaperFinding::WrongRoute { .. }
        | PaperFinding::OverUsed { .. } => Weight::Anomaly,
    }
}

const fn kind_of(finding: &PaperFinding) -> Option<PaperKind> {
    match finding {
        PaperFinding::Expired { kind, .. }
        | PaperFinding::IssuedLater { kind, .. }
        | PaperFinding::OnlyTranscribed { kind }
        | PaperFinding::NotPassed { kind }
        | PaperFinding::OverUsed { kind, .. } => Some(*kind),
        PaperFinding::Missing { .. } | PaperFinding::WrongRoute { .. } => None,
    }
}

pub(super) fn fact(paper: &AtHand<'_>) -> PaperFact {
    let body = paper.body;
    let quarantine = quarantine(body);
    // 应于…日内到达有效 is the certificate's own word on how long it holds.
    let arrive_by = quarantine.and_then(|q| body.issued_on.plus_days(u64::from(q.valid_days)));
    PaperFact {
        kind: body.kind,
        standing: body.standing,
        issued_on: body.issued_on,
        valid_until: body.valid_until.or(arrive_by),
        passed: body.passed,
        template: quarantine.map(|q| match q.form {
            QuarantineForm::AnimalA => QuarantineTemplate::AnimalA,
            QuarantineForm::AnimalB => QuarantineTemplate::AnimalB,
            QuarantineForm::ProductA => QuarantineTemplate::ProductA,
            QuarantineForm::ProductB => QuarantineTemplate::ProductB,
        }),
        issuer_division: Some(body.issued_in.number()),
        about_ancestor: paper.about_ancestor,
        // What is drawn on a paper is judged when each debit is admitted, over all lots.
        quantity: None,
    }
}

fn quarantine(body: &Certify) -> Option<&Quarantine> {
    match body.detail.as_deref() {
        Some(PaperDetail::Quarantine(quarantine)) => Some(quarantine),
        _ => None,
    }
}

/// Lists the papers, and says of each that failed that it did, whether or not a rule asks for it.
fn see(case: &mut Case<'_>, found: &[AtHand<'_>]) {
    for paper in found {
        if case.papers.iter().any(|seen| seen.id == paper.id) {
            continue;
        }
        let body = paper.body;
        if body.passed == Some(false) {
            let finding = PaperFinding::NotPassed { kind: body.kind };
            case.find(
                Weight::Anomaly,
                finding.code(),
                finding.explain(),
                &[paper.id],
            );
        }
        case.papers.push(PaperSeen {
            id: paper.id,
            at: paper.entry.admitted_at,
            kind: body.kind,
            words: body.kind.words(),
            standing: body.standing,
            standing_words: body.standing.words(),
            number: body.number.to_string(),
            issuer: body.issuer.to_string(),
            issued_in: body.issued_in,
            issued_on: body.issued_on,
            valid_until: body.valid_until,
            passed: body.passed,
            about_ancestor: is_about_ancestor(case, paper.entry),
        });
    }
}

/// Whether a paper names only lots that the subject was made from.
fn is_about_ancestor(case: &Case<'_>, paper: &TraceEntry) -> bool {
    let mut lots = paper
        .record
        .claims
        .about
        .iter()
        .filter_map(|subject| match subject {
            Subject::Lot(code) | Subject::LotOf(code, _) => Some(code),
            Subject::Site(_) | Subject::Record(_) => None,
        });
    names_a_lot(paper) && lots.all(|code| *code != case.trace.subject.lot)
}
