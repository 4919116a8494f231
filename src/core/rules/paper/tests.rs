use super::*;
use crate::core::quantity::{Amount, Uom};
use crate::core::rules::product::{ProductClass, Tag};
use crate::core::text::Explain;
use crate::core::time::ChinaDate;
use std::collections::BTreeSet;

const SHANGHAI: u32 = 310_118;
const JIAXING: u32 = 330_421;
const WENZHOU: u32 = 330_302;

fn class(code: &str) -> ProductClass {
    ProductClass::parse(code).unwrap()
}

fn day(text: &str) -> ChinaDate {
    ChinaDate::parse(text).unwrap()
}

fn occasion(code: &str, step: Step, date: &str, from: u32, to: u32) -> Occasion {
    Occasion {
        class: class(code),
        step,
        date: day(date),
        from_division: Some(from),
        to_division: Some(to),
    }
}

fn paper(kind: PaperKind, issued_on: &str) -> PaperFact {
    PaperFact {
        kind,
        standing: Standing::Issued,
        issued_on: day(issued_on),
        valid_until: None,
        passed: None,
        template: None,
        issuer_division: Some(JIAXING),
        about_ancestor: false,
        quantity: None,
    }
}

fn quarantine(template: QuarantineTemplate, issued_on: &str) -> PaperFact {
    let kind = match template {
        QuarantineTemplate::AnimalA | QuarantineTemplate::AnimalB => PaperKind::AnimalQuarantine,
        QuarantineTemplate::ProductA | QuarantineTemplate::ProductB => PaperKind::ProductQuarantine,
    };
    PaperFact {
        template: Some(template),
        ..paper(kind, issued_on)
    }
}

fn codes(papers: &[PaperFact], occasion: &Occasion) -> Vec<&'static str> {
    judge(papers, occasion).iter().map(Explain::code).collect()
}

fn rule_ids(code: &str, step: Step, date: &str) -> Vec<&'static str> {
    let found = required(class(code), step, day(date), true);
    found.iter().map(|rule| rule.id.as_str()).collect()
}

#[test]
fn the_table_reads_and_no_two_rules_ask_the_same_on_one_day() {
    let table: required::Table = toml::from_str(TEXT).unwrap();
    assert!(table.rule.len() >= 10 && table.validity.len() >= 4);
    let ids: BTreeSet<_> = table.rule.iter().map(|rule| &rule.id).collect();
    assert_eq!(ids.len(), table.rule.len());
    for (place, one) in table.rule.iter().enumerate() {
        assert!(!one.steps.is_empty());
        assert!(
            ProductClass::all().any(|class| one.concerns(class)),
            "{} concerns nobody",
            one.id
        );
        for two in &table.rule[place + 1..] {
            let same = one.kind == two.kind
                && one.basis.overlaps(&two.basis)
                && one.steps.iter().any(|step| two.steps.contains(step))
                && ProductClass::all().any(|class| one.concerns(class) && two.concerns(class));
            assert!(!same, "{} and {} overlap", one.id, two.id);
        }
    }
    for (place, one) in table.validity.iter().enumerate() {
        for two in &table.validity[place + 1..] {
            assert!(
                one.template != two.template || !one.basis.overlaps(&two.basis),
                "{}",
                one.id
            );
        }
    }
}

#[test]
fn kinds_are_found_again_by_their_code_which_is_how_they_are_written() {
    for kind in PaperKind::ALL {
        assert_eq!(PaperKind::from_code(kind.code()), Some(kind));
        assert_eq!(
            serde_json::to_string(&kind).unwrap(),
            format!("\"{}\"", kind.code())
        );
        assert!(!kind.words().zh.is_empty());
    }
    assert_eq!(PaperKind::from_code("none"), None);
    assert!(Standing::Issued > Standing::Confirmed && Standing::Confirmed > Standing::Transcribed);
    assert_eq!(Standing::Confirmed.words().zh, "已向来源核实");
}

#[test]
fn tomatoes_enter_a_market_with_a_commitment_certificate_and_a_test() {
    assert_eq!(
        rule_ids("tomato", Step::EnterMarket, "2026-02-01"),
        ["farm_certificate_2026", "batch_test"]
    );
    assert_eq!(
        rule_ids("tomato", Step::LeaveFarm, "2026-01-31"),
        ["farm_certificate"]
    );
    assert!(rule_ids("flour", Step::LeaveFarm, "2026-02-01").is_empty());
}

#[test]
fn a_missing_commitment_certificate_is_said_and_rests_on_law() {
    let at = occasion("tomato", Step::LeaveFarm, "2026-03-01", JIAXING, SHANGHAI);
    let findings = judge(&[], &at);
    assert_eq!(findings.len(), 1);
    assert!(!findings[0].is_reference());
    assert!(findings[0].explain().zh.starts_with("缺承诺达标合格证"));
    assert!(judge(&[paper(PaperKind::FarmCertificate, "2026-03-01")], &at).is_empty());
}

#[test]
fn cut_meat_needs_its_own_certificate_in_2025_and_its_carcass_s_in_2026() {
    let mut papers = vec![
        quarantine(QuarantineTemplate::ProductA, "2025-12-31"),
        paper(PaperKind::MeatInspection, "2025-12-31"),
    ];
    for paper in &mut papers {
        paper.about_ancestor = true;
    }
    let old = occasion("pork_cut", Step::Receive, "2025-12-31", JIAXING, SHANGHAI);
    assert_eq!(codes(&papers, &old), ["paper_missing"]);
    let new = occasion("pork_cut", Step::Receive, "2026-01-01", JIAXING, SHANGHAI);
    assert!(codes(&papers, &new).is_empty());
    assert_eq!(
        codes(&[], &new),
        ["paper_missing", "paper_missing"],
        "both of the two certificates"
    );
}

#[test]
fn a_form_a_for_animals_holds_five_days_also_over_a_leap_day() {
    let certificate = [
        quarantine(QuarantineTemplate::AnimalA, "2024-02-26"),
        paper(PaperKind::FarmCertificate, "2024-02-26"),
    ];
    let on = |date: &str| occasion("live_pig", Step::SlaughterIn, date, JIAXING, SHANGHAI);
    assert!(
        codes(&certificate, &on("2024-03-02")).is_empty(),
        "29 February is one of the days"
    );
    assert_eq!(
        judge(&certificate, &on("2024-03-03")),
        [PaperFinding::Expired {
            kind: PaperKind::AnimalQuarantine,
            valid_until: day("2024-03-02"),
            reference: false,
        }]
    );
}

#[test]
fn a_form_b_holds_on_its_day_and_in_its_province() {
    let papers = [
        quarantine(QuarantineTemplate::ProductB, "2025-06-01"),
        paper(PaperKind::MeatInspection, "2025-06-01"),
    ];
    let near = |date| occasion("pork_carcass", Step::Receive, date, JIAXING, WENZHOU);
    assert!(codes(&papers, &near("2025-06-01")).is_empty());
    assert_eq!(codes(&papers, &near("2025-06-02")), ["paper_expired"]);
    let far = occasion(
        "pork_carcass",
        Step::Receive,
        "2025-06-01",
        JIAXING,
        SHANGHAI,
    );
    assert_eq!(codes(&papers, &far), ["paper_wrong_route"]);
    let mut unknown_origin = far;
    unknown_origin.from_division = None;
    assert_eq!(
        codes(&papers, &unknown_origin),
        ["paper_wrong_route"],
        "its issuer tells the province"
    );
}

#[test]
fn for_certificates_of_2026_the_route_is_not_judged_and_the_term_is_for_reference() {
    let papers = [
        quarantine(QuarantineTemplate::ProductB, "2026-06-01"),
        paper(PaperKind::MeatInspection, "2026-06-01"),
    ];
    let same_day = occasion(
        "pork_carcass",
        Step::Receive,
        "2026-06-01",
        JIAXING,
        SHANGHAI,
    );
    assert!(codes(&papers, &same_day).is_empty());
    let next_day = occasion(
        "pork_carcass",
        Step::Receive,
        "2026-06-02",
        JIAXING,
        SHANGHAI,
    );
    let findings = judge(&papers, &next_day);
    assert_eq!(findings.len(), 1);
    assert!(findings[0].is_reference() && findings[0].code() == "paper_expired");

    let mut stated = papers.to_vec();
    stated[0].valid_until = Some(day("2026-06-03"));
    assert!(
        judge(&stated, &next_day).is_empty(),
        "the paper's own word beats a reference figure"
    );
    let late = occasion(
        "pork_carcass",
        Step::Receive,
        "2026-06-04",
        JIAXING,
        SHANGHAI,
    );
    assert!(!judge(&stated, &late)[0].is_reference());
}

#[test]
fn a_paper_cannot_give_itself_a_longer_term_than_the_rule() {
    let mut certificate = quarantine(QuarantineTemplate::ProductA, "2025-06-01");
    certificate.valid_until = Some(day("2025-12-01"));
    let at = occasion(
        "chicken_chilled",
        Step::Receive,
        "2025-06-09",
        JIAXING,
        SHANGHAI,
    );
    assert_eq!(codes(&[certificate], &at), ["paper_expired"]);
}

#[test]
fn the_term_of_transport_no_longer_matters_when_the_meat_is_sold() {
    let papers = [
        quarantine(QuarantineTemplate::ProductA, "2025-06-01"),
        paper(PaperKind::MeatInspection, "2025-06-01"),
        PaperFact {
            passed: Some(true),
            ..paper(PaperKind::TestReport, "2025-06-01")
        },
    ];
    let sold = occasion("pork_carcass", Step::Sell, "2025-07-01", SHANGHAI, SHANGHAI);
    assert!(codes(&papers, &sold).is_empty());
}

#[test]
fn the_term_of_the_carcass_s_certificate_does_not_bind_the_meat_cut_from_it() {
    let mut papers = [
        quarantine(QuarantineTemplate::ProductA, "2025-12-20"),
        paper(PaperKind::MeatInspection, "2025-12-20"),
    ];
    let at = occasion("pork_cut", Step::Receive, "2026-01-10", JIAXING, SHANGHAI);
    assert_eq!(codes(&papers, &at), ["paper_expired"]);
    papers[0].about_ancestor = true;
    assert!(codes(&papers, &at).is_empty());
}

#[test]
fn one_good_paper_is_enough_beside_an_expired_one() {
    let papers = [
        quarantine(QuarantineTemplate::ProductA, "2025-05-01"),
        quarantine(QuarantineTemplate::ProductA, "2025-06-01"),
    ];
    let at = occasion(
        "chicken_chilled",
        Step::Receive,
        "2025-06-02",
        JIAXING,
        SHANGHAI,
    );
    assert!(codes(&papers, &at).is_empty());
    // In 2026 the old one is past a reference term: the good one silences that too.
    let papers = [
        quarantine(QuarantineTemplate::ProductA, "2026-05-01"),
        quarantine(QuarantineTemplate::ProductA, "2026-06-01"),
    ];
    let at = occasion(
        "chicken_chilled",
        Step::Receive,
        "2026-06-02",
        JIAXING,
        SHANGHAI,
    );
    assert!(codes(&papers, &at).is_empty());
}

#[test]
fn a_paper_issued_after_the_step_did_not_exist_then() {
    let at = occasion("tomato", Step::LeaveFarm, "2026-03-01", JIAXING, SHANGHAI);
    let late = paper(PaperKind::FarmCertificate, "2026-03-02");
    assert_eq!(codes(&[late], &at), ["paper_issued_later"]);
}

#[test]
fn a_paper_typed_in_by_the_holder_is_said_to_be_one_unless_a_better_one_is_there() {
    let at = occasion("tomato", Step::LeaveFarm, "2026-03-01", JIAXING, SHANGHAI);
    let mut typed = paper(PaperKind::FarmCertificate, "2026-03-01");
    typed.standing = Standing::Transcribed;
    assert_eq!(codes(&[typed.clone()], &at), ["paper_only_transcribed"]);
    let mut checked = typed.clone();
    checked.standing = Standing::Confirmed;
    assert!(codes(&[typed, checked], &at).is_empty());
}

#[test]
fn every_batch_tested_means_a_passed_test_or_a_stated_exemption() {
    let at = occasion("tomato", Step::EnterMarket, "2026-03-01", JIAXING, SHANGHAI);
    let with = |kind: PaperKind, passed: Option<bool>| {
        let test = PaperFact {
            passed,
            ..paper(kind, "2026-03-01")
        };
        judge(
            &[paper(PaperKind::FarmCertificate, "2026-03-01"), test],
            &at,
        )
    };
    for kind in [
        PaperKind::TestReport,
        PaperKind::RapidTest,
        PaperKind::SamplingResult,
    ] {
        assert!(with(kind, Some(true)).is_empty());
        let silent = with(kind, None);
        assert_eq!(
            silent.len(),
            1,
            "a test that does not say its result proves nothing"
        );
        assert!(silent[0].is_reference() && silent[0].code() == "paper_missing");
        let failed: Vec<_> = with(kind, Some(false)).iter().map(Explain::code).collect();
        assert_eq!(failed, ["paper_not_passed", "paper_missing"]);
    }
    assert!(with(PaperKind::TestExemption, None).is_empty());
    assert_eq!(with(PaperKind::EnvironmentTest, Some(true)).len(), 1);
    let flour = occasion("flour", Step::Sell, "2026-03-01", JIAXING, SHANGHAI);
    assert!(
        codes(&[], &flour).is_empty(),
        "flour is not asked for a test"
    );
}

#[test]
fn a_failed_test_is_not_undone_by_a_passed_one() {
    let at = occasion("tomato", Step::EnterMarket, "2026-03-01", JIAXING, SHANGHAI);
    let test = |passed| PaperFact {
        passed: Some(passed),
        ..paper(PaperKind::RapidTest, "2026-03-01")
    };
    let papers = [
        paper(PaperKind::FarmCertificate, "2026-03-01"),
        test(true),
        test(false),
    ];
    assert_eq!(codes(&papers, &at), ["paper_not_passed"]);
}

#[test]
fn more_goods_than_the_certificate_covers_is_a_finding() {
    let at = occasion("tomato", Step::LeaveFarm, "2026-03-01", JIAXING, SHANGHAI);
    let mut certificate = paper(PaperKind::FarmCertificate, "2026-03-01");
    let used = |used: u32| {
        Some(PaperQuantity {
            stated: Amount::whole(100),
            used: Amount::whole(used),
            uom: Uom::Kilogram,
        })
    };
    certificate.quantity = used(100);
    assert!(codes(&[certificate.clone()], &at).is_empty());
    certificate.quantity = used(101);
    assert_eq!(codes(&[certificate], &at), ["paper_over_used"]);
}

#[test]
fn a_tanker_needs_a_permit_from_july_2026() {
    let ids = |date| rule_ids("soybean_oil", Step::BulkLiquidLoad, date);
    assert_eq!(ids("2026-06-30"), ["bulk_liquid_cleaning"]);
    assert_eq!(
        ids("2026-07-01"),
        ["bulk_liquid_permit", "bulk_liquid_cleaning"]
    );
    let at = occasion(
        "soybean_oil",
        Step::BulkLiquidLoad,
        "2026-07-01",
        JIAXING,
        SHANGHAI,
    );
    let permit = PaperFact {
        valid_until: Some(day("2026-06-30")),
        ..paper(PaperKind::BulkLiquidPermit, "2025-07-01")
    };
    let cleaned = paper(PaperKind::CleaningCertificate, "2026-07-01");
    assert_eq!(codes(&[permit, cleaned], &at), ["paper_expired"]);
}

#[test]
fn an_unknown_division_is_not_taken_for_another_province() {
    let mut at = occasion(
        "pork_carcass",
        Step::Receive,
        "2025-06-01",
        JIAXING,
        SHANGHAI,
    );
    assert!(at.provinces_differ());
    at.to_division = Some(WENZHOU);
    assert!(!at.provinces_differ());
    at.to_division = None;
    assert!(!at.provinces_differ());
}

#[test]
fn every_finding_says_itself_in_both_languages() {
    let rule = rules().next().unwrap();
    let quantity = PaperQuantity {
        stated: Amount::whole(1),
        used: Amount::whole(2),
        uom: Uom::Head,
    };
    let kind = PaperKind::AnimalQuarantine;
    let all = [
        PaperFinding::Missing { rule },
        PaperFinding::Expired {
            kind,
            valid_until: day("2026-01-01"),
            reference: true,
        },
        PaperFinding::IssuedLater {
            kind,
            issued_on: day("2026-01-01"),
        },
        PaperFinding::OnlyTranscribed { kind },
        PaperFinding::NotPassed { kind },
        PaperFinding::WrongRoute {
            template: QuarantineTemplate::AnimalB,
        },
        PaperFinding::OverUsed { kind, quantity },
    ];
    let codes: BTreeSet<_> = all.iter().map(Explain::code).collect();
    assert_eq!(codes.len(), all.len());
    for finding in &all {
        let words = finding.explain();
        assert!(!words.zh.is_empty() && words.en.is_ascii(), "{words}");
        assert!(serde_json::to_string(finding).unwrap().contains("finding"));
    }
    assert!(all[1].explain().zh.contains("参考"));
    assert_eq!(
        serde_json::to_string(&all[0]).unwrap(),
        r#"{"finding":"missing","rule":"farm_certificate"}"#
    );
}

#[test]
fn only_slaughtered_livestock_is_asked_for_a_meat_inspection() {
    for class in ProductClass::all() {
        let asked = rules()
            .filter(|rule| rule.kind == PaperKind::MeatInspection)
            .any(|rule| rule.concerns(class));
        assert!(!asked || class.has(Tag::SlaughteredLivestock), "{class}");
    }
}
