//! What holds for all readings.

use super::tests::{at, class_profile, day, judge};
use super::*;
use proptest::prelude::*;

proptest! {
    #[test]
    fn a_reference_profile_never_accuses(
        rows in proptest::collection::vec((0_u64..200, -40_i64..60, any::<bool>()), 0..60),
    ) {
        let series = SensorSeries {
            device: "probe-1".into(),
            calibrated_until: Some(day("2027-01-01")),
            readings: rows.iter().map(|(minute, temp, door_open)| Reading {
                at: at(*minute),
                temp_c: SignedDecimal::from_micro(temp * 1_000_000),
                rh_pct: None,
                door_open: *door_open,
            }).collect(),
        };
        for code in ["tomato", "leafy_vegetable", "egg", "meal", "meal_chilled"] {
            let report = judge(&class_profile(code), std::slice::from_ref(&series), 180);
            prop_assert!(report.verdict != ColdVerdict::Excursion);
            prop_assert!(report.excursions.iter().all(|found| found.reference));
        }
    }

    #[test]
    fn the_extremes_of_a_picture_are_the_extremes_of_the_readings(
        rows in proptest::collection::vec((any::<u32>(), any::<i64>()), 1..80),
        buckets in any::<u32>(),
    ) {
        let readings: Vec<Reading> = rows.iter().map(|(at, micro)| Reading {
            at: UnixSeconds::new(u64::from(*at)).unwrap(),
            temp_c: SignedDecimal::from_micro(*micro),
            rh_pct: None,
            door_open: false,
        }).collect();
        let picture = decimate(&readings, buckets);
        prop_assert!(picture.len() <= readings.len());
        let low = picture.iter().map(|bucket| bucket.min_c).min();
        let high = picture.iter().map(|bucket| bucket.max_c).max();
        prop_assert_eq!(low, readings.iter().map(|reading| reading.temp_c).min());
        prop_assert_eq!(high, readings.iter().map(|reading| reading.temp_c).max());
    }

    #[test]
    fn no_readings_make_the_evaluation_overflow(
        rows in proptest::collection::vec((any::<u32>(), any::<i64>()), 0..20),
        interval in any::<u64>(),
    ) {
        let series = SensorSeries {
            device: String::new(),
            calibrated_until: None,
            readings: rows.iter().map(|(at, micro)| Reading {
                at: UnixSeconds::new(u64::from(*at)).unwrap(),
                temp_c: SignedDecimal::from_micro(*micro),
                rh_pct: None,
                door_open: false,
            }).collect(),
        };
        let whole = Leg {
            from: UnixSeconds::new(0).unwrap(),
            to: UnixSeconds::new(u64::from(u32::MAX)).unwrap(),
        };
        let report = evaluate(&class_profile("pork_cut"), &[series], whole, interval).unwrap();
        prop_assert_eq!(report.min_c.is_none(), rows.is_empty());
    }
}
