//! Plates, animals, inputs and certificates.

use proptest::prelude::*;

use crate::core::ids::*;

#[test]
fn plates_of_all_kinds_are_told_apart() {
    for (text, kind) in [
        ("沪A12345", PlateKind::Ordinary),
        ("苏E8H3K9", PlateKind::Ordinary),
        ("浙FA123挂", PlateKind::Trailer),
        ("皖A1234学", PlateKind::Training),
        ("沪A1234警", PlateKind::Police),
        ("粤ZA123港", PlateKind::HongKong),
        ("粤ZA123澳", PlateKind::Macao),
        ("沪AD12345", PlateKind::NewEnergySmall),
        ("沪AFA1234", PlateKind::NewEnergySmall),
        ("浙A12345D", PlateKind::NewEnergyLarge),
        ("浙A12345K", PlateKind::NewEnergyLarge),
    ] {
        let plate = Plate::parse(text).unwrap();
        assert_eq!((plate.as_str(), plate.kind()), (text, kind));
    }
}

#[test]
fn plates_that_cannot_exist_are_refused_with_the_character() {
    for (text, position, found) in [
        ("沪AI2345", 3, 'I'),
        ("沪O12345", 2, 'O'),
        ("沪a12345", 2, 'a'),
        ("沪A1234５", 7, '５'),
        ("港A12345", 1, '港'),
        ("沪A挂1234", 3, '挂'),
        ("沪AL12345", 3, 'L'),
        ("沪A12345L", 8, 'L'),
        ("沪A1234D5", 7, 'D'),
        ("沪·A12345", 2, '·'),
    ] {
        assert_eq!(
            Plate::parse(text).unwrap_err().fault(),
            Fault::Character { position, found },
            "{text}"
        );
    }
    assert!(matches!(
        Plate::parse("沪A1234").unwrap_err().fault(),
        Fault::Length {
            found: 6,
            min: 7,
            max: 8
        }
    ));
}

#[test]
fn plate_colours_have_the_codes_of_transport_reporting() {
    let codes: Vec<i16> = PlateColour::ALL
        .iter()
        .map(|colour| colour.number())
        .collect();
    assert_eq!(codes, [1, 2, 3, 4, 5, 9, 91, 92, 93, 94]);
    for colour in PlateColour::ALL {
        assert_eq!(
            PlateColour::parse(&colour.number().to_string()),
            Ok(*colour)
        );
    }
    assert!(PlateColour::parse("6").is_err());
    assert!(PlateColour::parse("01").is_err());
}

#[test]
fn an_ear_tag_tells_species_and_county() {
    let tag = EarTag::parse("133042100000017").unwrap();
    assert_eq!((tag.species(), tag.region()), (Species::Pig, "330421"));
    assert!(tag.warnings().is_empty());
    assert_eq!(
        EarTag::parse("733042100000017").unwrap().species(),
        Species::BreedingSow
    );
    assert_eq!(
        EarTag::parse("133099900000017").unwrap().warnings().len(),
        1
    );
    assert!(EarTag::parse("433042100000017").is_err());
    assert!(EarTag::parse("13304210000017").is_err());
}

#[test]
fn drug_and_certificate_codes_say_what_they_hold() {
    let drug = VetDrugCode::parse("202611190123412345678901").unwrap();
    assert_eq!(drug.requested_on().unwrap().to_string(), "2026-11-19");
    assert_eq!(drug.enterprise(), "01234");
    assert_eq!(
        VetDrugCode::parse("202613190123412345678901")
            .unwrap_err()
            .fault(),
        Fault::Date
    );
    let organic = OrganicCode::parse("12326000000000017").unwrap();
    assert_eq!((organic.body(), organic.year()), ("123", "26"));
    assert!(PesticideCode::parse(&"1".repeat(32)).is_ok());
    assert!(PesticideCode::parse(&"1".repeat(31)).is_err());
    assert!(PlantQuarantineNo::parse("33042101202600017").is_ok());
    assert!(PlantQuarantineNo::parse("33042101302600017").is_err());
    assert!(CustomsCertificateNo::parse("310100026000017").is_ok());
    assert!(HistoricLicence::parse("QS330406010001").is_ok());
    assert!(HistoricLicence::parse("QS33040601000").is_err());
}

#[test]
fn a_quarantine_number_is_kept_as_printed() {
    assert_eq!(
        QuarantineNo::parse("3100000001").unwrap().as_str(),
        "3100000001"
    );
    assert!(QuarantineNo::parse("浙A-0001").is_ok());
    for bad in [
        "",
        "1 2",
        "１２",
        "1\u{0}",
        "A\u{202e}B",
        "1234567890123456789012345678901",
    ] {
        assert!(QuarantineNo::parse(bad).is_err(), "{bad:?}");
    }
}

proptest! {
    #[test]
    fn no_text_makes_these_parsers_panic(text in "\\PC{0,40}", digits in "[0-9]{0,33}") {
        let _ = (Plate::parse(&text), QuarantineNo::parse(&text), PlateColour::parse(&text));
        for text in [&text, &digits] {
            let _ = (EarTag::parse(text), VetDrugCode::parse(text), PesticideCode::parse(text));
            let _ = (OrganicCode::parse(text), PlantQuarantineNo::parse(text));
        }
    }

    #[test]
    fn plates_come_back_as_they_were(text in "[沪苏浙皖][A-HJ-NP-Z][A-HJ-NP-Z0-9]{4}[A-HJ-NP-Z0-9挂学警]") {
        let plate = Plate::parse(&text).unwrap();
        prop_assert_eq!(plate.to_string(), text);
    }
}
