use super::*;
use serde_json::Value;

/// Seconds between readings of a cold store.
const EVERY_S: u64 = 1800;

/// The zones that the shop registers.
fn with_zones(journey: &mut Journey, zones: Value) {
    let (site, party) = (journey.ledger.site("shop"), journey.ledger.party("shop"));
    journey.ledger.say(
        "registrar",
        "register_site",
        json!({"body": {
            "site": site, "party": party, "kind": "shop", "name": "某商店", "county": "310118",
            "open": true, "zones": zones,
        }}),
    );
}

fn chilled() -> Value {
    json!({"zone": "冷藏柜", "temp_min_c": "0", "temp_max_c": "4"})
}

/// Readings of one zone of the shop, from when the goods came.
fn measured(journey: &mut Journey, zone: &str, temps_c: &[&str], calibrated: bool) {
    let since = journey.ledger.now();
    let rows = (0..).zip(temps_c);
    let rows: Vec<Value> = rows
        .map(|(i, temp)| json!([since + i * EVERY_S, temp]))
        .collect();
    journey.ledger.wait(EVERY_S * 8);
    let mut sensor = json!({"device": format!("{zone}-1"), "readings": rows});
    if calibrated {
        sensor["calibrated_until"] = json!("2027-06-30");
    }
    journey.ledger.say(
        "shop",
        "observe",
        json!({"body": {"zone": zone, "sensors": [sensor]}}),
    );
}

/// What is said of how goods were kept.
fn of_storage(verdict: &Verdict) -> Vec<(&str, Weight)> {
    let mut codes = codes(verdict);
    codes.retain(|(code, _)| code.starts_with("storage_"));
    codes
}

fn checks_storage(verdict: &Verdict) -> bool {
    let mut checked = verdict.checked.iter();
    checked.any(|text| text.zh.contains("贮存温度"))
}

#[test]
fn goods_that_were_kept_cool_are_checked_and_nothing_is_said_of_them() {
    let mut journey = pork();
    assert!(!checks_storage(&at_shop(&journey)), "nobody measured");
    with_zones(&mut journey, json!([chilled()]));
    measured(&mut journey, "冷藏柜", &["2", "3", "2.5", "3.5"], true);
    let verdict = at_shop(&journey);
    assert_eq!(
        (of_storage(&verdict), verdict.state),
        (vec![], State::Complete)
    );
    assert!(checks_storage(&verdict));
    // The slaughterhouse keeps meat, too, and nobody measured there.
    let mut rest = verdict.not_checked.iter();
    assert!(rest.any(|text| text.zh == "其他仓库与门店内的贮存温度"));
}

#[test]
fn a_store_that_was_too_warm_is_an_anomaly_with_the_receipt_and_the_readings_as_evidence() {
    let mut journey = pork();
    with_zones(&mut journey, json!([chilled()]));
    measured(&mut journey, "冷藏柜", &["2", "12", "12", "3"], true);
    let verdict = at_shop(&journey);
    assert_eq!(
        of_storage(&verdict),
        [("storage_excursion", Weight::Anomaly)]
    );
    assert_eq!(verdict.state, State::Anomaly);
    let finding = found(&verdict, "storage_excursion");
    assert!(finding.evidence.contains(&journey.receipt));
    assert_eq!(finding.evidence.len(), 2);
    assert!(
        finding.text.zh.contains("贮存于“冷藏柜”"),
        "{}",
        finding.text.zh
    );
}

#[test]
fn nobody_is_accused_of_a_room_in_which_such_goods_are_not_kept() {
    let mut journey = pork();
    let frozen = json!({"zone": "冷冻柜", "temp_min_c": "-25", "temp_max_c": "-15"});
    let dry = json!({"zone": "干货", "temp_min_c": "10", "temp_max_c": "30"});
    with_zones(&mut journey, json!([chilled(), frozen, dry]));
    measured(&mut journey, "干货", &["21", "22", "22", "21"], true);
    let verdict = at_shop(&journey);
    assert_eq!(of_storage(&verdict), []);
    assert!(!checks_storage(&verdict), "the chilled zone said nothing");
}

#[test]
fn of_two_rooms_that_fit_the_better_is_believed_and_a_silent_one_leaves_it_unproven() {
    let mut journey = pork();
    let second = json!({"zone": "冷藏库", "temp_min_c": "0", "temp_max_c": "4"});
    with_zones(&mut journey, json!([chilled(), second]));
    measured(&mut journey, "冷藏柜", &["2", "12", "12", "3"], true);
    let one = at_shop(&journey);
    assert_eq!(of_storage(&one), [("storage_excursion", Weight::Unproven)]);
    assert_eq!(one.state, State::Unproven);

    let mut journey = pork();
    let second = json!({"zone": "冷藏库", "temp_min_c": "0", "temp_max_c": "4"});
    with_zones(&mut journey, json!([chilled(), second]));
    let came = journey.ledger.now();
    measured(&mut journey, "冷藏柜", &["2", "12", "12", "3"], true);
    let rows: Vec<Value> = (0..8).map(|i| json!([came + i * EVERY_S, "3"])).collect();
    let sensor = json!({"device": "B-1", "calibrated_until": "2027-06-30", "readings": rows});
    journey.ledger.say(
        "shop",
        "observe",
        json!({"body": {"zone": "冷藏库", "sensors": [sensor]}}),
    );
    assert_eq!(of_storage(&at_shop(&journey)), []);
}

#[test]
fn a_sensor_without_calibration_and_one_that_fell_silent_prove_nothing() {
    let mut journey = pork();
    with_zones(&mut journey, json!([chilled()]));
    measured(&mut journey, "冷藏柜", &["2", "3", "3"], false);
    assert_eq!(
        of_storage(&at_shop(&journey)),
        [("storage_unproven", Weight::Unproven)]
    );

    let mut journey = pork();
    with_zones(&mut journey, json!([chilled()]));
    measured(&mut journey, "冷藏柜", &["2", "3"], true);
    measured(&mut journey, "冷藏柜", &["2", "3"], true);
    assert_eq!(
        of_storage(&at_shop(&journey)),
        [("storage_gap", Weight::Reference)],
        "how often a store measures is a usual figure and accuses nobody"
    );
}

#[test]
fn readings_from_before_the_goods_came_and_after_they_went_do_not_count() {
    let mut journey = pork();
    with_zones(&mut journey, json!([chilled()]));
    let came = journey.ledger.now();
    let rows: Vec<Value> = (1..6)
        .map(|i| json!([came - 10 * HOUR + i * EVERY_S, "20"]))
        .collect();
    let sensor = json!({"device": "A-1", "calibrated_until": "2027-06-30", "readings": rows});
    journey.ledger.say(
        "shop",
        "observe",
        json!({"body": {"zone": "冷藏柜", "sensors": [sensor]}}),
    );
    let verdict = at_shop(&journey);
    assert_eq!(of_storage(&verdict), []);
    assert!(!checks_storage(&verdict));
}
