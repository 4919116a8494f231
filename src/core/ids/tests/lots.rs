//! GS1 keys and lot codes.

use proptest::prelude::*;

use super::keys::{neighbours_swapped, one_digit_changed};
use crate::core::ids::*;

#[test]
fn gs1_keys_pass_and_catch_every_changed_digit() {
    for text in ["09520001123450", "09520001123467"] {
        assert_eq!(Gtin::parse(text).unwrap().as_str(), text);
        for bad in one_digit_changed(text) {
            assert!(Gtin::parse(&bad).is_err(), "{bad}");
        }
    }
    for last in ["010", "027", "034", "041", "058"] {
        let text = format!("9520001000{last}");
        assert!(Gln::parse(&text).is_ok());
        for bad in one_digit_changed(&text) {
            assert!(Gln::parse(&bad).is_err(), "{bad}");
        }
    }
    assert!(Gln::parse("4012345000115").is_ok());
    for text in [
        "095200010000000010",
        "095200010000000027",
        "040123450000001112",
    ] {
        assert!(Sscc::parse(text).is_ok());
        for bad in one_digit_changed(text) {
            assert!(Sscc::parse(&bad).is_err(), "{bad}");
        }
    }
}

#[test]
fn gs1_check_digits_miss_only_swaps_of_digits_that_differ_by_five() {
    let text = "040123450000001112";
    for bad in neighbours_swapped(text) {
        let place = (0..text.len())
            .find(|i| bad.as_bytes()[*i] != text.as_bytes()[*i])
            .unwrap();
        let apart = text.as_bytes()[place].abs_diff(text.as_bytes()[place + 1]);
        assert_eq!(Sscc::parse(&bad).is_ok(), apart == 5, "{bad}");
    }
}

#[test]
fn a_gtin_of_any_length_is_kept_as_fourteen_digits() {
    assert_eq!(
        Gtin::parse("6901234567892").unwrap().as_str(),
        "06901234567892"
    );
    assert_eq!(Gtin::parse("96385074").unwrap().as_str(), "00000096385074");
    assert_eq!(
        Gtin::parse("036000291452").unwrap().as_str(),
        "00036000291452"
    );
    assert!(Gtin::parse("690123456789").is_err());
    assert!(Gtin::parse("012345678").is_err());
    assert!(
        serde_json::from_str::<Gtin>("\"6901234567892\"").is_err(),
        "records have one spelling"
    );
    assert!(serde_json::from_str::<Gtin>("\"06901234567892\"").is_ok());
}

#[test]
fn assets_and_attributes_keep_to_the_gs1_character_set() {
    assert!(Giai::parse("9520001TRUCK-7").is_ok());
    assert!(Grai::parse("09520001000010CRATE1").is_ok());
    assert!(Grai::parse("09520001000011CRATE1").is_err());
    assert!(Grai::parse("19520001000010").is_err());
    assert_eq!((0..=255).filter(|byte| is_cset82(*byte)).count(), 82);
    assert_eq!(
        BatchNo::parse("批20261119").unwrap_err().fault(),
        Fault::Character {
            position: 1,
            found: '批'
        }
    );
    assert!(BatchNo::parse("").is_err());
    assert!(BatchNo::parse("A23456789012345678901").is_err());
    assert!(BatchNo::parse("AB C").is_err());
}

#[test]
fn a_lot_code_is_a_digital_link_path_or_an_own_code() {
    let text = "01/09520001123467/10/QP20261120C1";
    let lot = LotCode::parse(text).unwrap();
    assert_eq!(lot.gtin().unwrap().as_str(), "09520001123467");
    assert_eq!(lot.batch().unwrap().as_str(), "QP20261120C1");
    assert_eq!((lot.serial(), lot.own_code()), (None, None));
    let item = LotCode::parse("01/09520001123467/22/2A/10/ABC%26%2B123/21/1%2F2").unwrap();
    assert_eq!(item.variant().unwrap().as_str(), "2A");
    assert_eq!(item.batch().unwrap().as_str(), "ABC&+123");
    assert_eq!(item.serial().unwrap().as_str(), "1/2");
    let rebuilt = LotCode::from_parts(
        &item.gtin().unwrap(),
        item.variant().as_ref(),
        &item.batch().unwrap(),
        item.serial().as_ref(),
    );
    assert_eq!(rebuilt.unwrap(), item);
    let own = LotCode::parse("t/JX-2026-117").unwrap();
    assert_eq!(own.own_code(), Some("JX-2026-117"));
    assert_eq!((own.gtin(), own.batch()), (None, None));
}

#[test]
fn a_lot_code_has_one_spelling() {
    for bad in [
        "01/09520001123467",
        "01/09520001123467/",
        "01/09520001123467/10/",
        "01/09520001123467/21/1",
        "01/09520001123467/10/A/",
        "01/09520001123467/10/A/21",
        "01/09520001123467/10/A/21/",
        "01/09520001123467/10/A/21/1/",
        "01/09520001123467/21/1/10/A",
        "01/09520001123467/10/A/22/1",
        "/01/09520001123467/10/A",
        "01/9520001123467/10/A",
        "01/09520001123466/10/A",
        "gtin/09520001123467/lot/A",
        "01/09520001123467/10/A&B",
        "01/09520001123467/10/A%2b",
        "01/09520001123467/10/%41",
        "01/09520001123467/10/A%2",
        "01/09520001123467/10/A%",
        "01/09520001123467/10/A%GG",
        "01/09520001123467/10/A%20B",
        "01/09520001123467/10/%00",
        "01/09520001123467/10/~",
        "01/09520001123467/10/.",
        "01/09520001123467/10/..",
        "01/09520001123467/10/批1",
        "01/09520001123467/10/%E6%89%B91",
        "01/09520001123467/10/123456789012345678901",
        "t/ABC",
        "t/-ABCD",
        "t/ABCD-",
        "t/abcd",
        "t/AB/CD",
        "T/ABCD",
        "t/12345678901234567890123456789012345678901",
        "",
        "/",
    ] {
        assert!(LotCode::parse(bad).is_err(), "{bad}");
    }
    let long = format!("01/09520001123467/10/{}", "A".repeat(4000));
    assert!(LotCode::parse(&long).is_err());
    let widest = format!("01/09520001123467/22/{0}/10/{0}/21/{0}", "%2F".repeat(20));
    assert!(LotCode::parse(&widest).is_ok());
    assert_eq!(
        LotCode::parse("01/09520001123467/10/%E6%89%B91")
            .unwrap_err()
            .fault(),
        Fault::Character {
            position: 1,
            found: '批'
        }
    );
}

proptest! {
    #[test]
    fn every_batch_of_the_gs1_set_round_trips(
        batch in "[!\"%-?A-Z_a-z]{1,20}",
        serial in proptest::option::of("[!\"%-?A-Z_a-z]{1,20}"),
    ) {
        prop_assume!(![".", ".."].contains(&batch.as_str()));
        prop_assume!(!serial.as_deref().is_some_and(|s| [".", ".."].contains(&s)));
        let gtin = Gtin::parse("09520001123467").unwrap();
        let batch = BatchNo::parse(&batch).unwrap();
        let serial = serial.map(|text| Serial::parse(&text).unwrap());
        let lot = LotCode::from_parts(&gtin, None, &batch, serial.as_ref()).unwrap();
        prop_assert_eq!(lot.batch(), Some(batch));
        prop_assert_eq!(lot.serial(), serial);
        prop_assert_eq!(LotCode::parse(lot.as_str()).unwrap(), lot);
    }
}
