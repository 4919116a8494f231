use super::*;
use crate::core::rules::product::ProductClass;
use crate::core::time::ChinaDate;

const TEN_MINUTES_S: u64 = 600;

fn dec(text: &str) -> SignedDecimal {
    SignedDecimal::parse(text).unwrap()
}

pub(super) fn day(text: &str) -> ChinaDate {
    ChinaDate::parse(text).unwrap()
}

/// Minutes after an arbitrary morning.
pub(super) fn at(minute: u64) -> UnixSeconds {
    day("2026-11-20").begins().plus(8 * 3600 + minute * 60)
}

fn leg(minutes: u64) -> Leg {
    Leg {
        from: at(0),
        to: at(minutes),
    }
}

/// A calibrated sensor that read these temperatures at these minutes.
fn sensor(readings: &[(u64, &str)]) -> SensorSeries {
    SensorSeries {
        device: "probe-1".into(),
        calibrated_until: Some(day("2027-01-01")),
        readings: readings
            .iter()
            .map(|(minute, temp)| Reading {
                at: at(*minute),
                temp_c: dec(temp),
                rh_pct: None,
                door_open: false,
            })
            .collect(),
    }
}

fn profile(min: Option<&str>, max: Option<&str>) -> ColdProfile {
    profile_for(
        ProductClass::parse("other").unwrap(),
        min.map(dec),
        max.map(dec),
        day("2026-11-20"),
    )
    .unwrap()
    .unwrap()
}

pub(super) fn class_profile(code: &str) -> ColdProfile {
    profile_for(
        ProductClass::parse(code).unwrap(),
        None,
        None,
        day("2026-11-20"),
    )
    .unwrap()
    .unwrap()
}

pub(super) fn judge(profile: &ColdProfile, sensors: &[SensorSeries], minutes: u64) -> ColdReport {
    evaluate(profile, sensors, leg(minutes), TEN_MINUTES_S).unwrap()
}

#[test]
fn the_table_reads_and_no_key_has_two_profiles_on_one_day() {
    let table: profile::Table = toml::from_str(TEXT).unwrap();
    assert!(table.profile.len() >= 10);
    for (place, one) in table.profile.iter().enumerate() {
        for two in &table.profile[place + 1..] {
            assert!(
                one.key != two.key || !one.basis.overlaps(&two.basis),
                "{}",
                one.key
            );
        }
        let limits = one.min_c.is_some() || one.max_c.is_some();
        assert_eq!(
            limits, !one.basis.reference,
            "{}: a limit has a source",
            one.id
        );
    }
}

#[test]
fn a_vehicle_records_every_ten_minutes_and_a_cold_store_figure_is_only_for_reference() {
    let vehicle = max_interval(Monitored::Transport, day("2026-11-20")).unwrap();
    assert_eq!(
        (vehicle.max_interval_s, vehicle.basis.reference),
        (600, false)
    );
    let store = max_interval(Monitored::Storage, day("2026-11-20")).unwrap();
    assert!(store.basis.reference);
}

#[test]
fn a_leg_read_in_time_and_in_range_is_in_range() {
    let report = judge(
        &profile(Some("0"), Some("4")),
        &[sensor(&[(0, "0"), (10, "4"), (20, "2.5")])],
        20,
    );
    assert_eq!(report.verdict, ColdVerdict::InRange);
    assert_eq!(
        (report.min_c, report.max_c),
        (Some(dec("0")), Some(dec("4")))
    );
    assert_eq!((report.disordered, report.minutes_out_of_range), (0, 0));
    assert!(report.gaps.is_empty() && report.excursions.is_empty() && !report.reference_only);
}

#[test]
fn a_run_out_of_range_longer_than_the_grace_is_an_excursion_with_its_degree_minutes() {
    let report = judge(
        &profile(None, Some("4")),
        &[sensor(&[
            (0, "3"),
            (10, "5"),
            (20, "6.5"),
            (30, "4"),
            (40, "3"),
        ])],
        40,
    );
    assert_eq!(report.verdict, ColdVerdict::Excursion);
    let found = &report.excursions[0];
    assert_eq!((found.from, found.to), (at(10), at(30)));
    assert_eq!(found.peak_c, dec("6.5"));
    // One degree for ten minutes, two and a half for ten.
    assert_eq!(found.degree_minutes, dec("35"));
    assert!(!found.too_cold && !found.reference && found.proven);
    assert_eq!(report.minutes_out_of_range, 20);
}

#[test]
fn a_run_shorter_than_the_grace_is_forgiven_but_its_minutes_are_counted() {
    let report = judge(
        &profile(None, Some("4")),
        &[sensor(&[(0, "3"), (10, "9"), (20, "3")])],
        20,
    );
    assert_eq!(report.verdict, ColdVerdict::InRange);
    assert_eq!(report.minutes_out_of_range, 10);
    assert_eq!(report.max_c, Some(dec("9")));
}

#[test]
fn a_run_as_long_as_the_grace_is_not_forgiven() {
    let report = judge(
        &profile(None, Some("4")),
        &[sensor(&[(0, "5"), (8, "5"), (15, "4"), (20, "4")])],
        20,
    );
    assert_eq!(report.excursions.len(), 1);
    assert_eq!(report.excursions[0].to, at(15));
}

#[test]
fn a_short_run_is_forgiven_while_the_door_is_open_and_not_otherwise() {
    let mut strict = profile(None, Some("4"));
    strict.grace_s = 0;
    let mut series = sensor(&[(0, "3"), (5, "9"), (14, "3"), (20, "3")]);
    assert_eq!(
        judge(&strict, &[series.clone()], 20).verdict,
        ColdVerdict::Excursion
    );
    series.readings[1].door_open = true;
    assert_eq!(judge(&strict, &[series], 20).verdict, ColdVerdict::InRange);

    let mut long = sensor(&[(0, "3"), (5, "9"), (10, "9"), (15, "3"), (20, "3")]);
    long.readings[1].door_open = true;
    long.readings[2].door_open = true;
    let report = judge(&strict, &[long.clone()], 20);
    assert_eq!(
        report.verdict,
        ColdVerdict::Excursion,
        "ten minutes are too long for a door"
    );
    long.readings[3].at = at(14);
    assert_eq!(
        judge(&strict, &[long.clone()], 20).verdict,
        ColdVerdict::InRange
    );
    long.readings[2].door_open = false;
    assert_eq!(
        judge(&strict, &[long], 20).verdict,
        ColdVerdict::Excursion,
        "it was shut again"
    );
}

#[test]
fn too_cold_is_an_excursion_too() {
    let report = judge(
        &profile(Some("8"), Some("13")),
        &[sensor(&[(0, "9"), (10, "5"), (20, "4.5"), (30, "9")])],
        30,
    );
    assert_eq!(report.verdict, ColdVerdict::Excursion);
    assert!(report.excursions[0].too_cold);
    assert_eq!(report.excursions[0].peak_c, dec("4.5"));
    assert_eq!(report.excursions[0].degree_minutes, dec("65"));
}

#[test]
fn a_chilled_tomato_is_only_a_reference_excursion_because_its_range_has_no_source() {
    let profile = class_profile("tomato");
    assert!(profile.is_reference_only());
    let report = judge(&profile, &[sensor(&[(0, "3"), (10, "3"), (20, "3")])], 20);
    assert_eq!(report.verdict, ColdVerdict::ReferenceExcursion);
    assert!(report.reference_only);
    assert!(
        report
            .excursions
            .iter()
            .all(|found| found.reference && found.too_cold)
    );
}

#[test]
fn chilled_meat_at_six_degrees_is_out_of_the_reference_range_and_at_nine_out_of_the_standard() {
    let meat = class_profile("pork_carcass");
    let at_six = judge(&meat, &[sensor(&[(0, "6"), (10, "6"), (20, "6")])], 20);
    assert_eq!(at_six.verdict, ColdVerdict::ReferenceExcursion);
    assert!(!at_six.reference_only);
    let at_nine = judge(&meat, &[sensor(&[(0, "9"), (10, "9"), (20, "9")])], 20);
    assert_eq!(at_nine.verdict, ColdVerdict::Excursion);
    assert_eq!(
        at_nine
            .excursions
            .iter()
            .filter(|found| !found.reference)
            .count(),
        1
    );
}

#[test]
fn going_from_too_cold_to_too_warm_makes_two_excursions() {
    let report = judge(
        &profile(Some("2"), Some("4")),
        &[sensor(&[
            (0, "1"),
            (10, "1"),
            (20, "6"),
            (30, "6"),
            (40, "3"),
        ])],
        40,
    );
    let spans: Vec<_> = report
        .excursions
        .iter()
        .map(|e| (e.from, e.to, e.too_cold))
        .collect();
    assert_eq!(spans, [(at(0), at(20), true), (at(20), at(40), false)]);
}

#[test]
fn silence_longer_than_the_interval_is_a_gap_at_the_beginning_in_the_middle_and_at_the_end() {
    let series = sensor(&[(11, "3"), (21, "3"), (32, "3"), (40, "3")]);
    let report = judge(&profile(None, Some("4")), &[series], 51);
    assert_eq!(report.verdict, ColdVerdict::Gap);
    let spans: Vec<_> = report.gaps.iter().map(|gap| (gap.from, gap.to)).collect();
    assert_eq!(spans, [(at(0), at(11)), (at(21), at(32)), (at(40), at(51))]);
}

#[test]
fn silence_of_exactly_the_interval_is_no_gap() {
    let report = judge(
        &profile(None, Some("4")),
        &[sensor(&[(10, "3"), (20, "3")])],
        30,
    );
    assert!(report.gaps.is_empty());
}

#[test]
fn nothing_is_read_into_a_gap_and_a_run_it_cuts_off_is_not_forgiven() {
    let series = sensor(&[(0, "9"), (10, "9"), (60, "9"), (65, "3"), (70, "3")]);
    let report = judge(&profile(None, Some("4")), &[series], 70);
    let spans: Vec<_> = report.excursions.iter().map(|e| (e.from, e.to)).collect();
    assert_eq!(
        spans,
        [(at(0), at(10))],
        "the second run is known to have been short"
    );
    assert_eq!(report.excursions[0].degree_minutes, dec("50"));
    assert_eq!(report.minutes_out_of_range, 15);
}

#[test]
fn a_last_reading_out_of_range_before_a_silent_end_is_not_forgiven() {
    let report = judge(
        &profile(None, Some("4")),
        &[sensor(&[(0, "3"), (10, "9")])],
        30,
    );
    assert_eq!(report.excursions.len(), 1);
    assert_eq!(report.verdict, ColdVerdict::Excursion);
    assert_eq!(report.gaps.len(), 1);
}

#[test]
fn a_last_reading_out_of_range_counts_until_the_end_of_the_leg() {
    let report = judge(
        &profile(None, Some("4")),
        &[sensor(&[(0, "9"), (10, "9")])],
        18,
    );
    assert_eq!(
        (report.excursions[0].from, report.excursions[0].to),
        (at(0), at(18))
    );
}

#[test]
fn without_readings_in_the_leg_the_verdict_is_no_readings() {
    let cold = profile(None, Some("4"));
    for sensors in [vec![], vec![sensor(&[])], vec![sensor(&[(90, "3")])]] {
        let report = judge(&cold, &sensors, 60);
        assert_eq!(report.verdict, ColdVerdict::NoReadings);
        assert_eq!(report.gaps.len(), sensors.len());
        assert_eq!((report.min_c, report.max_c), (None, None));
    }
    assert_eq!(judge(&cold, &[sensor(&[(90, "30")])], 60).outside_leg, 1);
    // Even a leg shorter than the interval is not proven by silence.
    assert_eq!(judge(&cold, &[sensor(&[])], 5).gaps.len(), 1);
}

#[test]
fn readings_out_of_order_are_sorted_and_counted() {
    let series = sensor(&[(0, "3"), (20, "3"), (10, "3"), (20, "3"), (30, "3")]);
    let report = judge(&profile(None, Some("4")), &[series], 30);
    assert_eq!(report.disordered, 2);
    assert_eq!(report.verdict, ColdVerdict::InRange);
}

#[test]
fn an_uncalibrated_sensor_proves_nothing_neither_good_nor_bad() {
    let cold = profile(None, Some("4"));
    for until in [None, Some(day("2026-11-19"))] {
        for temp in ["3", "9"] {
            let mut series = sensor(&[(0, temp), (10, temp), (20, temp)]);
            series.calibrated_until = until;
            let report = judge(&cold, &[series], 20);
            assert_eq!(report.verdict, ColdVerdict::Unproven, "{temp} {until:?}");
            assert_eq!(report.unproven_sensors, ["probe-1"]);
            assert_eq!(report.excursions.len(), usize::from(temp == "9"));
            assert!(report.excursions.iter().all(|found| !found.proven));
        }
    }
    let mut last_day = sensor(&[(0, "3"), (10, "3")]);
    last_day.calibrated_until = Some(day("2026-11-20"));
    assert_eq!(judge(&cold, &[last_day], 20).verdict, ColdVerdict::InRange);
}

#[test]
fn the_worst_sensor_decides() {
    let good = sensor(&[(0, "3"), (10, "3"), (20, "3")]);
    let mut bad = sensor(&[(0, "5"), (10, "5"), (20, "5")]);
    bad.device = "probe-2".into();
    let report = judge(&profile(None, Some("4")), &[good, bad], 20);
    assert_eq!(report.verdict, ColdVerdict::Excursion);
    assert_eq!(report.excursions[0].sensor, "probe-2");
    assert_eq!(
        (report.min_c, report.max_c),
        (Some(dec("3")), Some(dec("5")))
    );
    assert!(
        !report.sensors_disagree,
        "two degrees apart is not more than two"
    );
}

#[test]
fn sensors_more_than_two_degrees_apart_are_a_fault_and_not_a_proof() {
    let one = sensor(&[(0, "1"), (10, "1"), (20, "1")]);
    let mut two = sensor(&[(3, "1"), (13, "3.1"), (20, "1")]);
    two.device = "probe-2".into();
    let report = judge(&profile(None, Some("4")), &[one, two], 20);
    assert!(report.sensors_disagree);
    assert_eq!(report.verdict, ColdVerdict::Unproven);
}

#[test]
fn sensors_are_compared_only_while_their_readings_are_fresh() {
    let one = sensor(&[(0, "1"), (10, "1")]);
    let later = |first: u64| {
        let mut two = sensor(&[(first, "4"), (30, "4")]);
        two.device = "probe-2".into();
        judge(&profile(None, Some("4")), &[one.clone(), two], 30).sensors_disagree
    };
    assert!(later(20), "ten minutes old is fresh");
    assert!(!later(21));
}

#[test]
fn sensors_that_move_together_at_the_same_moments_do_not_disagree() {
    let one = sensor(&[(0, "1"), (10, "9")]);
    let mut two = sensor(&[(0, "1"), (10, "9")]);
    two.device = "probe-2".into();
    assert!(!judge(&profile(None, Some("10")), &[one, two], 10).sensors_disagree);
}

#[test]
fn label_and_class_must_agree_and_the_tighter_limit_counts() {
    let meat = ProductClass::parse("pork_carcass").unwrap();
    let today = day("2026-11-20");
    let cold = profile_for(meat, Some(dec("-1")), Some(dec("5")), today)
        .unwrap()
        .unwrap();
    assert_eq!(cold.limits.max_c, Some(dec("5")));
    assert_eq!(cold.range().max_c, Some(dec("4")));
    assert_eq!(cold.range().min_c, Some(dec("0")));
    let warm = profile_for(meat, Some(dec("2")), None, today)
        .unwrap()
        .unwrap();
    assert_eq!(
        (warm.reference.min_c, warm.reference.max_c),
        (None, Some(dec("4")))
    );
    let clear = profile_for(meat, None, Some(dec("3")), today)
        .unwrap()
        .unwrap();
    assert_eq!(
        clear.reference.max_c, None,
        "the label is tighter than the reference figure"
    );
    assert_eq!(
        profile_for(meat, Some(dec("10")), None, today),
        Err(ColdError::EmptyRange { reference: false })
    );
    assert_eq!(
        profile_for(
            ProductClass::parse("tomato").unwrap(),
            None,
            Some(dec("4")),
            today
        ),
        Err(ColdError::EmptyRange { reference: true })
    );
    assert_eq!(
        profile_for(ProductClass::parse("flour").unwrap(), None, None, today),
        Ok(None)
    );
}

#[test]
fn limits_on_input_are_refused_clearly() {
    let cold = profile(None, Some("4"));
    let reversed = Leg {
        from: at(1),
        to: at(0),
    };
    assert_eq!(
        evaluate(&cold, &[], reversed, 600),
        Err(ColdError::LegReversed)
    );
    let many = vec![sensor(&[]); SENSORS_MAX + 1];
    assert_eq!(
        evaluate(&cold, &many, leg(1), 600),
        Err(ColdError::TooManySensors)
    );
    let mut long = sensor(&[(0, "3")]);
    long.readings = vec![long.readings[0]; READINGS_MAX + 1];
    assert_eq!(
        evaluate(&cold, &[long], leg(1), 600),
        Err(ColdError::TooManyReadings)
    );
    assert_eq!(ColdError::LegReversed.code(), "cold_leg_reversed");
}

#[test]
fn a_picture_keeps_the_extremes_and_shows_the_gap() {
    let series = sensor(&[(0, "3"), (1, "9"), (2, "3"), (90, "2"), (99, "1")]);
    let buckets = decimate(&series.readings, 10);
    assert_eq!(buckets.len(), 2);
    assert_eq!((buckets[0].min_c, buckets[0].max_c), (dec("3"), dec("9")));
    assert_eq!((buckets[1].min_c, buckets[1].max_c), (dec("1"), dec("2")));
    assert_eq!((buckets[1].from, buckets[1].to), (at(90), at(99)));
    assert!(decimate(&[], 10).is_empty());
    assert_eq!(decimate(&series.readings, 0).len(), 1);
}
