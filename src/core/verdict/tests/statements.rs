use super::*;

#[test]
fn a_journey_with_every_paper_and_reading_is_complete_and_says_what_was_not_checked() {
    let verdict = at_shop(&pork());
    assert!(
        codes(&verdict)
            .iter()
            .all(|(_, weight)| *weight <= Weight::Reference),
        "{:?}",
        codes(&verdict)
    );
    assert_eq!(
        (verdict.state, verdict.headline.zh.as_str()),
        (State::Complete, "记录完整")
    );
    assert_eq!(verdict.handovers.text.zh, "2 个交接环节中 2 个由双方签收");
    assert_eq!(
        (verdict.steps, verdict.papers.len(), verdict.cold.len()),
        (7, 4, 1)
    );
    assert!(!verdict.not_checked.is_empty());
}

#[test]
fn a_verdict_reads_the_same_as_json_every_time() {
    let mut verdict = at_shop(&pork());
    verdict.rules = "[version]".into();
    insta::assert_json_snapshot!(verdict);
}

#[test]
fn a_code_nobody_brought_in_is_unknown() {
    let verdict = judged(&pork().ledger, "t/NEVER-SEEN", None, Scope::Public);
    assert_eq!(
        (verdict.state, verdict.headline.zh.as_str()),
        (State::Unknown, "查无此码")
    );
}

#[test]
fn a_recall_of_an_ancestor_beats_everything_until_it_is_closed() {
    let mut journey = pork();
    let recall = journey.ledger.say("regulator", "recall", json!({
        "about": [format!("lot/{PIGS}")],
        "body": {"number": "R-1", "level": "1", "policy": "recall_2015", "form": "ordered", "known_at": journey.ledger.now(),
                 "product": "猪肉", "hazard": "兽药残留超标", "advice": "请勿食用"},
    }));
    journey.ledger.wait(30 * 24 * HOUR);
    let verdict = at_shop(&journey);
    assert_eq!(
        verdict.state,
        State::Recalled,
        "although it has expired too"
    );
    assert_eq!(verdict.headline.zh, "已召回，请勿食用");
    assert_eq!(found(&verdict, "recalled").evidence, [recall]);
    found(&verdict, "expired");
    journey.ledger.say(
        "regulator",
        "close_recall",
        json!({"body": {"recall": recall, "summary": "已召回完毕"}}),
    );
    let verdict = at_shop(&journey);
    assert_eq!(verdict.state, State::Expired);
    assert_eq!(found(&verdict, "recall_closed").gravity, Weight::Note);
}

#[test]
fn a_recall_of_other_goods_does_not_concern_the_lot() {
    let mut journey = pork();
    journey.ledger.say("farm", "create", json!({
        "moves": [line(1, "in", "t/OTHER-1", None, "1")],
        "body": {"how": "herd", "plot": "4号舍", "lots": [info(1, "live_pig", "生猪", json!({}))]},
    }));
    journey.ledger.say("regulator", "recall", json!({
        "about": ["lot/t/OTHER-1"],
        "body": {"number": "R-2", "level": "2", "policy": "recall_2015", "form": "ordered", "known_at": journey.ledger.now(),
                 "product": "猪肉", "hazard": "某", "advice": "某"},
    }));
    assert_eq!(at_shop(&journey).state, State::Complete);
}

#[test]
fn a_hold_on_what_the_lot_was_made_from_holds_it_until_released() {
    let mut journey = pork();
    let hold = journey.ledger.say(
        "regulator",
        "hold",
        json!({
            "about": [format!("lot/{CARCASS}")], "body": {"reason": "awaiting_test"},
        }),
    );
    assert_eq!(at_shop(&journey).state, State::Held);
    journey
        .ledger
        .say("regulator", "release", json!({"body": {"hold": hold}}));
    let verdict = at_shop(&journey);
    assert_eq!(verdict.state, State::Complete);
    found(&verdict, "hold_released");
}

#[test]
fn the_last_day_of_shelf_life_is_not_yet_past() {
    let mut journey = pork();
    journey.ledger.wait(7 * 24 * HOUR);
    assert_eq!(
        journey.ledger.now(),
        crate::core::testing::DAWN + 7 * 24 * HOUR + 6 * HOUR
    );
    assert_eq!(
        at_shop(&journey).state,
        State::Complete,
        "27 November in China"
    );
    journey.ledger.wait(24 * HOUR);
    assert_eq!(at_shop(&journey).state, State::Expired);
}

#[test]
fn a_missing_quarantine_certificate_is_a_gap_told_once_with_every_step_that_asked_for_it() {
    let changes = Changes {
        papers: &["farm_certificate", "animal_quarantine", "meat_inspection"],
        ..Changes::default()
    };
    let verdict = at_shop(&Journey::with(&changes));
    assert_eq!(verdict.state, State::Missing);
    let finding = found(&verdict, "paper_missing");
    assert!(
        finding.text.zh.contains("动物产品检疫合格证明"),
        "{}",
        finding.text.zh
    );
    assert_eq!(
        finding.evidence.len(),
        2,
        "dispatch and receipt; the sale is the receipt"
    );
}

#[test]
fn papers_that_were_only_typed_in_prove_nothing() {
    let changes = Changes {
        standing: "transcribed",
        ..Changes::default()
    };
    let verdict = at_shop(&Journey::with(&changes));
    assert_eq!(verdict.state, State::Unproven);
    assert_eq!(
        found(&verdict, "paper_only_transcribed").gravity,
        Weight::Unproven
    );
    assert_eq!(verdict.papers[0].standing_words.zh, "持有人抄录");
}

#[test]
fn a_test_that_failed_is_an_anomaly_whether_or_not_a_rule_asks_for_it() {
    let mut journey = pork();
    journey.ledger.enrol("lab", "lab", "laboratory", "330106");
    journey.ledger.say("lab", "certify", json!({"about": [format!("lot/{PIGS}")], "body": {
        "kind": "test_report", "standing": "issued", "number": "T-1", "issuer": "某检验机构",
        "issuer_party": journey.ledger.party("lab"), "issued_in": "330000", "issued_on": "2026-11-20", "passed": false,
    }}));
    let verdict = at_shop(&journey);
    assert_eq!(verdict.state, State::Anomaly);
    found(&verdict, "paper_not_passed");
}

fn with_temps(temps_c: Option<Vec<&str>>, calibrated_until: Option<&'static str>) -> Verdict {
    let temps_c = temps_c.map(|temps| temps.into_iter().map(str::to_owned).collect());
    at_shop(&Journey::with(&Changes {
        temps_c,
        calibrated_until,
        ..Changes::default()
    }))
}

#[test]
fn readings_above_a_sourced_limit_are_an_anomaly_and_say_how_warm_it_was() {
    let mut temps = vec!["3"; 25];
    temps[5..10].fill("9.5");
    let verdict = with_temps(Some(temps), Some("2027-01-01"));
    assert_eq!(verdict.state, State::Anomaly);
    assert!(found(&verdict, "cold_excursion").text.zh.contains("9.5 °C"));
    assert_eq!(verdict.cold[0].report.excursions.len(), 1, "of 50 minutes");
}

#[test]
fn readings_outside_a_reference_figure_accuse_nobody() {
    let temps_c = Some(vec!["6".to_owned(); 25]);
    let verdict = at_shop(&Journey::with(&Changes {
        temps_c,
        label_max_c: None,
        ..Changes::default()
    }));
    assert_eq!(verdict.state, State::Complete);
    assert!(found(&verdict, "cold_reference_excursion").reference);
}

#[test]
fn no_readings_a_gap_and_an_uncalibrated_sensor_are_told_apart() {
    let none = with_temps(None, None);
    assert_eq!(
        (none.state, found(&none, "cold_no_readings").gravity),
        (State::Missing, Weight::Missing)
    );
    let gap = with_temps(Some(vec!["3"; 12]), Some("2027-01-01"));
    found(&gap, "cold_gap");
    let unproven = with_temps(Some(vec!["3"; 25]), None);
    assert_eq!(
        (unproven.state, found(&unproven, "cold_unproven").gravity),
        (State::Unproven, Weight::Unproven)
    );
}
