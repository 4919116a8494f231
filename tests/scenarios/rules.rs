//! The rule tables applied to the journeys: those that tell of good trade have every paper and an
//! unbroken cold chain, and the broken one is broken.

use super::book::{Book, scripted, today};
use shisu::app::scenario::{Journey, ScriptEvent};
use shisu::core::custody::{LotFacts, MoveFacts, MoveRole, SiteFacts};
use shisu::core::ids::LotCode;
use shisu::core::record::body::{
    Certify, Dispatch, LotInfo, PaperDetail, QuarantineForm, SiteKind,
};
use shisu::core::record::{Body, Record, RecordId, Subject};
use shisu::core::rules::cold_chain::{
    ColdReport, ColdVerdict, Leg, Monitored, Reading, SensorSeries, evaluate, max_interval,
    profile_for,
};
use shisu::core::rules::paper::{
    Occasion, PaperFact, PaperFinding, QuarantineTemplate, Step, judge,
};
use shisu::core::rules::product::Tag;
use shisu::core::text::Explain as _;
use std::collections::{BTreeMap, BTreeSet};

/// Everything said about lots that rules ask for.
struct Facts {
    book: Book,
    /// Codes of the lots a lot was made from, itself left out.
    ancestors: BTreeMap<LotCode, BTreeSet<LotCode>>,
    papers: Vec<(LotCode, Certify)>,
}

fn template(form: QuarantineForm) -> QuarantineTemplate {
    match form {
        QuarantineForm::AnimalA => QuarantineTemplate::AnimalA,
        QuarantineForm::AnimalB => QuarantineTemplate::AnimalB,
        QuarantineForm::ProductA => QuarantineTemplate::ProductA,
        QuarantineForm::ProductB => QuarantineTemplate::ProductB,
    }
}

impl Facts {
    fn gather() -> Self {
        let book = Book::of(&scripted(today()));
        let mut papers = Vec::new();
        for (_, record) in &book.records {
            if let Body::Certify(paper) = &record.body {
                for subject in record.claims.about.iter() {
                    if let Subject::Lot(code) = subject {
                        papers.push((code.clone(), (**paper).clone()));
                    }
                }
            }
        }
        let mut facts = Self {
            book,
            ancestors: BTreeMap::new(),
            papers,
        };
        for line in facts.book.lines.clone() {
            if line.role == MoveRole::Made {
                let made = facts.lot(&line).code.clone();
                let inputs: Vec<_> = facts
                    .book
                    .lines
                    .iter()
                    .filter(|used| {
                        used.role == MoveRole::Used && used.key.entry() == line.key.entry()
                    })
                    .map(|used| facts.lot(used).code.clone())
                    .collect();
                let mut all = BTreeSet::new();
                for input in inputs {
                    all.extend(facts.ancestors.get(&input).cloned().unwrap_or_default());
                    all.insert(input);
                }
                facts.ancestors.insert(made, all);
            }
        }
        facts
    }

    fn lot(&self, line: &MoveFacts) -> &LotFacts {
        self.book.replay().state().lots.get(&line.lot).unwrap()
    }

    fn site(&self, record: &Record) -> &SiteFacts {
        self.book
            .replay()
            .state()
            .sites
            .get(record.claims.site.as_ref().unwrap())
            .unwrap()
    }

    fn papers_for(&self, lot: &LotCode) -> Vec<PaperFact> {
        let none = BTreeSet::new();
        let ancestors = self.ancestors.get(lot).unwrap_or(&none);
        let about = |(code, _): &&(LotCode, Certify)| code == lot || ancestors.contains(code);
        let fact = |(code, paper): &(LotCode, Certify)| PaperFact {
            kind: paper.kind,
            standing: paper.standing,
            issued_on: paper.issued_on,
            valid_until: paper.valid_until,
            passed: paper.passed,
            template: match paper.detail.as_deref() {
                Some(PaperDetail::Quarantine(detail)) => Some(template(detail.form)),
                _ => None,
            },
            issuer_division: Some(paper.issued_in.number()),
            about_ancestor: code != lot,
            quantity: None,
        };
        self.papers.iter().filter(about).map(fact).collect()
    }

    fn dispatch(&self, id: RecordId) -> (&ScriptEvent, &Record, &Dispatch) {
        let found = self
            .book
            .records
            .iter()
            .find(|(_, record)| record.id == id)
            .unwrap();
        let Body::Dispatch(body) = &found.1.body else {
            panic!("{}: no dispatch", found.0.step)
        };
        (&found.0, &found.1, body)
    }

    /// What is wrong with the papers of every line of a journey, as step, lot and finding.
    fn paper_findings(&self, journey: &str) -> Vec<(String, PaperFinding)> {
        let mut found = Vec::new();
        let of_journey = |(event, _): &&(ScriptEvent, Record)| event.journey == journey;
        for (event, record) in self.book.records.iter().filter(of_journey) {
            for line in record.claims.moves.iter() {
                let key = self
                    .book
                    .replay()
                    .state()
                    .entries
                    .get(&record.id)
                    .unwrap()
                    .key
                    .line(line.n);
                let facts = self.book.replay().state().moves.get(&key).unwrap();
                let lot = self.lot(facts);
                for step in self.occasions(record, facts, lot) {
                    let occasion = Occasion {
                        class: lot.class,
                        step,
                        date: event.at.china_date(),
                        from_division: self.from(record),
                        to_division: self.to(record),
                    };
                    let findings = judge(&self.papers_for(&lot.code), &occasion);
                    found.extend(findings.into_iter().map(|finding| {
                        (format!("{}: {} {step:?}", event.step, lot.code), finding)
                    }));
                }
            }
        }
        found
    }

    fn from(&self, record: &Record) -> Option<u32> {
        match &record.body {
            Body::Receive(body) => Some(self.dispatch(body.dispatch).2.load_county.number()),
            _ => Some(self.site(record).county.number()),
        }
    }

    fn to(&self, record: &Record) -> Option<u32> {
        match &record.body {
            Body::Dispatch(body) => Some(body.unload_county.number()),
            Body::Receive(_) => Some(self.site(record).county.number()),
            _ => None,
        }
    }

    fn occasions(&self, record: &Record, line: &MoveFacts, lot: &LotFacts) -> Vec<Step> {
        let site = self.site(record).kind;
        match &record.body {
            Body::Dispatch(body) => {
                let place = match site {
                    SiteKind::Farm => Some(Step::LeaveFarm),
                    SiteKind::SlaughterLine => Some(Step::SlaughterOut),
                    _ => None,
                };
                let bulk = body.bulk.is_some().then_some(Step::BulkLiquidLoad);
                [Some(Step::Dispatch), place, bulk]
                    .into_iter()
                    .flatten()
                    .collect()
            }
            Body::Receive(_) => {
                let market = matches!(site, SiteKind::Shop | SiteKind::Booth | SiteKind::Kitchen);
                let enters = market.then_some(Step::EnterMarket);
                [Some(Step::Receive), enters]
                    .into_iter()
                    .flatten()
                    .collect()
            }
            Body::Transform(_) if line.role == MoveRole::Used && lot.class.has(Tag::LiveAnimal) => {
                vec![Step::SlaughterIn]
            }
            Body::Sell(_) => vec![Step::Sell],
            _ => Vec::new(),
        }
    }

    /// What a lot says about itself.
    fn label(&self, lot: &LotCode) -> &LotInfo {
        let infos = self.book.records.iter().flat_map(|(_, record)| {
            let lots: &[LotInfo] = match &record.body {
                Body::Create(body) => &body.lots,
                Body::Enter(body) => &body.lots,
                Body::Transform(body) => &body.lots,
                _ => &[],
            };
            lots.iter().map(move |info| (record, info))
        });
        let mut of_lot = infos.filter(|(record, info)| {
            record
                .claims
                .moves
                .iter()
                .any(|line| line.n == info.n && line.lot == *lot)
        });
        of_lot.next().unwrap().1
    }

    /// What the readings of every leg of a journey show, by the step of the dispatch.
    fn legs(&self, journey: &str) -> BTreeMap<String, ColdReport> {
        let mut legs = BTreeMap::new();
        let of_journey = |(event, _): &&(ScriptEvent, Record)| event.journey == journey;
        for (event, record) in self.book.records.iter().filter(of_journey) {
            let Body::Observe(body) = &record.body else {
                continue;
            };
            let Some(dispatch) = body.dispatch else {
                continue;
            };
            let (sent, dispatch_record, _) = self.dispatch(dispatch);
            let received = self
                .book
                .records
                .iter()
                .find_map(|(_, record)| match &record.body {
                    Body::Receive(receipt) if receipt.dispatch == dispatch => Some(receipt.at),
                    _ => None,
                });
            let sensors: Vec<_> = body
                .sensors
                .iter()
                .map(|sensor| SensorSeries {
                    device: sensor.device.to_string(),
                    calibrated_until: sensor.calibrated_until,
                    readings: sensor
                        .readings
                        .iter()
                        .map(|reading| Reading {
                            at: reading.at,
                            temp_c: reading.temp_c,
                            rh_pct: reading.rh_pct,
                            door_open: reading.door_open,
                        })
                        .collect(),
                })
                .collect();
            let leg = Leg {
                from: sent.at,
                to: received.unwrap(),
            };
            let on = event.at.china_date();
            let interval_s = max_interval(Monitored::Transport, on)
                .unwrap()
                .max_interval_s;
            for line in dispatch_record.claims.moves.iter() {
                let label = self.label(&line.lot);
                let profile = profile_for(label.class, label.temp_min_c, label.temp_max_c, on);
                // What needs no temperature may travel with what does.
                if let Some(profile) = profile.unwrap() {
                    let report = evaluate(&profile, &sensors, leg, interval_s).unwrap();
                    legs.insert(format!("{} line {}", sent.step, line.n), report);
                }
            }
        }
        legs
    }
}

#[test]
fn good_trade_has_every_paper() {
    let facts = Facts::gather();
    for journey in Journey::embedded().unwrap() {
        let findings = facts.paper_findings(&journey.key);
        for (place, finding) in &findings {
            println!(
                "{}: {place}: {} {}",
                journey.key,
                finding.code(),
                finding.explain().en
            );
        }
        if journey.expect.verdict == "complete" {
            assert_eq!(findings, [], "{}", journey.key);
        }
    }
}

#[test]
fn a_transcribed_paper_and_no_test_show_as_what_they_are() {
    let facts = Facts::gather();
    let codes: BTreeSet<_> = facts
        .paper_findings("greens")
        .iter()
        .map(|(_, finding)| finding.code())
        .collect();
    assert_eq!(codes, ["paper_missing", "paper_only_transcribed"].into());
}

#[test]
fn every_monitored_leg_is_in_range_but_the_one_that_is_meant_to_break() {
    let facts = Facts::gather();
    let mut legs = 0;
    for journey in Journey::embedded().unwrap() {
        for (step, report) in facts.legs(&journey.key) {
            legs += 1;
            let place = format!("{}: {step}: {report:?}", journey.key);
            assert_eq!(
                (report.disordered, report.sensors_disagree),
                (0, false),
                "{place}"
            );
            if journey.key == "chicken" {
                assert_eq!(report.verdict, ColdVerdict::Excursion, "{place}");
                assert_eq!(
                    (report.excursions.is_empty(), report.gaps.len()),
                    (false, 1),
                    "{place}"
                );
            } else {
                assert_eq!(report.verdict, ColdVerdict::InRange, "{place}");
            }
        }
    }
    assert!(legs >= 12, "{legs}");
}
