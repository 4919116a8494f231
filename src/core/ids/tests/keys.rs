//! Parties, sites and licences, and what all identifiers have in common.

use proptest::prelude::*;

use crate::core::ids::*;
use crate::core::text::Explain;

/// Texts that differ from `id` in one character, with every other digit in its place.
pub(super) fn one_digit_changed(id: &str) -> Vec<String> {
    let mut out = Vec::new();
    for (place, byte) in id.bytes().enumerate() {
        if byte.is_ascii_digit() {
            for digit in (b'0'..=b'9').filter(|digit| *digit != byte) {
                let mut bytes = id.as_bytes().to_vec();
                bytes[place] = digit;
                out.push(String::from_utf8(bytes).unwrap());
            }
        }
    }
    out
}

/// Texts in which two different neighbours are exchanged.
pub(super) fn neighbours_swapped(id: &str) -> Vec<String> {
    (1..id.len())
        .filter(|place| id.as_bytes()[place - 1] != id.as_bytes()[*place])
        .map(|place| {
            let mut bytes = id.as_bytes().to_vec();
            bytes.swap(place - 1, place);
            String::from_utf8(bytes).unwrap()
        })
        .collect()
}

/// The spellings people and scanners produce that must not be silently accepted.
fn sloppy(id: &str) -> Vec<String> {
    let full_width: String = id
        .chars()
        .map(|c| match c {
            '0'..='9' => char::from_u32(u32::from(c) + 0xfee0).unwrap(),
            other => other,
        })
        .collect();
    let mut out = vec![
        full_width,
        format!(" {id}"),
        format!("{id} "),
        format!("{id}\n"),
    ];
    out.push(id.replacen('0', "O", 1));
    if id.to_lowercase() != id {
        out.push(id.to_lowercase());
    }
    out.retain(|text| text != id);
    out
}

const USCCS: [&str; 8] = [
    "91110000600037341L",
    "91440300708461136T",
    "91330100716105852F",
    "91330100799655058B",
    "93330421MA2B00019Q",
    "91310118MA1J000224",
    "91320509MA1M00033P",
    "91340111MA2N000444",
];

const LICENCES: [&str; 18] = [
    "SC10633019702613",
    "SC11333019700024",
    "SC11834020305037",
    "SC11532139200465",
    "SC12434017430075",
    "SC11464010500015",
    "SC11837048101233",
    "SC12636098200051",
    "SC11432010400101",
    "JY13301080111719",
    "SC10433042100018",
    "SC10431011800028",
    "SC10532050900035",
    "SC11634011100041",
    "JY13101180000015",
    "JY23304210000022",
    "JY33205090000038",
    "JY13401110000041",
];

#[test]
fn published_and_synthetic_credit_codes_pass_without_warning() {
    for text in USCCS {
        let uscc = Uscc::parse(text).unwrap();
        assert_eq!(uscc.to_string(), text);
        assert_eq!(uscc.warnings(), [], "{text}");
        assert_eq!(PartyId::parse(text).unwrap(), PartyId::Uscc(uscc));
    }
    assert_eq!(Uscc::parse(USCCS[4]).unwrap().region(), "330421");
    assert_eq!(Uscc::parse(USCCS[0]).unwrap().organisation(), "600037341");
}

#[test]
fn credit_codes_catch_every_changed_digit_and_every_swap() {
    for text in USCCS {
        for bad in one_digit_changed(text)
            .into_iter()
            .chain(neighbours_swapped(text))
        {
            assert!(Uscc::parse(&bad).is_err(), "{bad}");
        }
    }
}

#[test]
fn malformed_credit_codes_say_what_is_wrong() {
    let fault = |text: &str| Uscc::parse(text).unwrap_err().fault();
    assert!(matches!(
        fault("12345"),
        Fault::Length {
            found: 5,
            min: 18,
            max: 18
        }
    ));
    // A letter may stand first, so this one fails by its check character.
    assert!(matches!(
        fault("A1110000600037341L"),
        Fault::CheckDigit { found: 'L', .. }
    ));
    assert_eq!(
        fault("91110000600037341M"),
        Fault::CheckDigit {
            expected: 'L',
            found: 'M'
        }
    );
    assert_eq!(
        fault("9111A000600037341L"),
        Fault::Character {
            position: 5,
            found: 'A'
        }
    );
    assert_eq!(
        fault("91110000600037341I"),
        Fault::Character {
            position: 18,
            found: 'I'
        }
    );
    assert_eq!(
        fault("9１110000600037341L"),
        Fault::Character {
            position: 2,
            found: '１'
        }
    );
}

#[test]
fn a_credit_code_may_begin_with_a_letter() {
    let body = "N1330421MF1234567";
    let check = char::from(uscc_check(body.as_bytes()).unwrap());
    assert!(Uscc::parse(&format!("{body}{check}")).is_ok());
}

#[test]
fn odd_regions_and_organisation_codes_are_warnings_only() {
    let body = "91330197600037342";
    let check = char::from(uscc_check(body.as_bytes()).unwrap());
    let warnings = Uscc::parse(&format!("{body}{check}")).unwrap().warnings();
    assert_eq!(
        warnings,
        [
            IdWarning::UnknownRegion { region: 330_197 },
            IdWarning::OrgCodeCheck {
                expected: '1',
                found: '2'
            }
        ]
    );
    assert!(OrgCode::parse("600037341").unwrap().warnings().is_empty());
    assert_eq!(OrgCode::parse("600037342").unwrap().warnings().len(), 1);
}

#[test]
fn published_licence_numbers_pass_as_printed() {
    for text in LICENCES {
        assert_eq!(Licence::parse(text).unwrap().to_string(), text);
        assert!(matches!(SiteId::parse(text).unwrap(), SiteId::Licence(_)));
    }
}

#[test]
fn the_one_misprinted_licence_number_is_refused_with_the_digit_it_should_have() {
    assert_eq!(
        Licence::parse("SC10633042101885").unwrap_err().fault(),
        Fault::CheckDigit {
            expected: '7',
            found: '5'
        }
    );
}

#[test]
fn licences_of_development_zones_pass_with_a_warning() {
    let warnings = |text: &str| Licence::parse(text).unwrap().warnings();
    assert_eq!(
        warnings("SC10633019702613"),
        [IdWarning::UnknownRegion { region: 330_197 }]
    );
    assert_eq!(
        warnings("SC11532139200465"),
        [IdWarning::UnknownRegion { region: 321_392 }]
    );
    assert_eq!(
        warnings("SC12434017430075"),
        [IdWarning::UnknownRegion { region: 340_174 }]
    );
    assert_eq!(
        warnings("SC11834020305037"),
        [],
        "340203 is retired, not unknown"
    );
    assert_eq!(
        warnings("SC11464010500015"),
        [],
        "the table says nothing about Ningxia"
    );
    assert_eq!(warnings("SC10433042100018"), []);
}

#[test]
fn a_licence_tells_its_kind_class_and_form_of_business() {
    let sc = Licence::parse("SC10433042100018").unwrap();
    assert_eq!(sc.kind(), LicenceKind::Production);
    assert_eq!(sc.production_class(), Some("104"));
    assert_eq!(sc.region(), "330421");
    assert_eq!(sc.business_form(), None);
    let jy = Licence::parse("JY33205090000038").unwrap();
    assert_eq!(jy.kind(), LicenceKind::Operation);
    assert_eq!(jy.region(), "320509");
    assert_eq!(jy.business_form(), Some(BusinessForm::Canteen));
    assert_eq!(jy.production_class(), None);
    let yb = Licence::parse("YB13101180000015").unwrap();
    assert_eq!(yb.kind(), LicenceKind::PrepackagedFiling);
    assert_eq!(yb.business_form(), Some(BusinessForm::Sale));
    assert!(Licence::parse("JB13101180000015").is_err());
}

#[test]
fn licences_catch_every_changed_digit_and_nearly_every_swap() {
    let (mut swaps, mut missed) = (0, 0);
    for text in LICENCES {
        for bad in one_digit_changed(text) {
            assert!(Licence::parse(&bad).is_err(), "{bad}");
        }
        for bad in neighbours_swapped(text) {
            swaps += 1;
            missed += usize::from(Licence::parse(&bad).is_ok());
        }
    }
    assert!(
        missed * 40 <= swaps,
        "{missed} of {swaps}; MOD 11,10 misses 2.2 in a hundred"
    );
}

#[test]
fn smallholders_and_unlicensed_premises_have_numbers_of_the_registrar() {
    let holder = PartyId::parse("NH-330421-0000174").unwrap();
    assert!(matches!(holder, PartyId::Smallholder(_)));
    assert!(holder.warnings().is_empty());
    let site = SiteId::parse("S-330421-0000174").unwrap();
    assert!(matches!(site, SiteId::Registrar(_)));
    let county = Division::parse("330421").unwrap();
    assert_eq!(
        SmallholderNo::issue(county, 17).unwrap().as_str(),
        "NH-330421-0000174"
    );
    assert_eq!(
        SiteNo::issue(county, 17).unwrap().as_str(),
        "S-330421-0000174"
    );
    assert_eq!(SiteNo::issue(county, 1_000_000), None);
    for bad in one_digit_changed("NH-330421-0000174") {
        assert!(PartyId::parse(&bad).is_err(), "{bad}");
    }
    for bad in one_digit_changed("S-330421-0000174") {
        assert!(SiteId::parse(&bad).is_err(), "{bad}");
    }
    let error = PartyId::parse("NH-330421-0000170").unwrap_err();
    assert_eq!(error.kind(), IdKind::Smallholder);
    assert_eq!(
        error.fault(),
        Fault::CheckDigit {
            expected: '4',
            found: '0'
        }
    );
    assert!(error.explain().zh.contains('4'));
}

#[test]
fn sites_are_licences_slaughterhouses_locations_or_registered_premises() {
    assert!(matches!(
        SiteId::parse("A31010001").unwrap(),
        SiteId::Slaughter(_)
    ));
    assert!(matches!(
        SiteId::parse("9520001000010").unwrap(),
        SiteId::Gln(_)
    ));
    for bad in [
        "",
        "X",
        "A3101000",
        "a31010001",
        "9520001000011",
        "91310118MA1J000224",
        "SC",
        "沪A12345",
    ] {
        assert!(SiteId::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn sloppy_spellings_are_refused_everywhere() {
    for id in USCCS.iter().chain(&["NH-330421-0000174"]) {
        for bad in sloppy(id) {
            assert!(PartyId::parse(&bad).is_err(), "{bad:?}");
        }
    }
    let sites = ["S-330421-0000174", "A31010001", "9520001000010"];
    for id in LICENCES.iter().chain(&sites) {
        for bad in sloppy(id) {
            assert!(SiteId::parse(&bad).is_err(), "{bad:?}");
        }
    }
    for bad in sloppy("09520001123450") {
        assert!(Gtin::parse(&bad).is_err(), "{bad:?}");
    }
}

#[test]
fn identifiers_are_strings_in_json_and_strict_when_read() {
    let party: PartyId = serde_json::from_str("\"91310118MA1J000224\"").unwrap();
    assert_eq!(
        serde_json::to_string(&party).unwrap(),
        "\"91310118MA1J000224\""
    );
    assert!(serde_json::from_str::<PartyId>("\"91310118MA1J000225\"").is_err());
    assert!(serde_json::from_str::<LotCode>("\"t/abc\"").is_err());
    assert!(serde_json::from_str::<SiteId>("17").is_err());
    // An escape in the JSON does not change which identifier it is.
    let lot: LotCode = serde_json::from_str("\"t\\/ABCD\"").unwrap();
    assert_eq!(lot.as_str(), "t/ABCD");
}

#[test]
fn every_error_explains_itself_in_both_languages() {
    for error in [
        Uscc::parse("12345").unwrap_err(),
        Uscc::parse("９1310118MA1J000224").unwrap_err(),
        Licence::parse("SC10633042101885").unwrap_err(),
        SiteId::parse("?").unwrap_err(),
        Division::parse("330999").unwrap_err(),
        LotCode::parse("01/09520001123467/10/%41").unwrap_err(),
        LotCode::parse("01/09520001123467/10/%4").unwrap_err(),
        LotCode::parse("01/09520001123467/10/..").unwrap_err(),
    ] {
        let text = error.explain();
        assert!(!text.zh.is_ascii() && text.en.len() > 20, "{text}");
        assert!(error.code().starts_with("id_"));
        assert!(!error.to_string().is_empty());
    }
}

proptest! {
    #[test]
    fn no_text_makes_a_parser_panic(text in "\\PC{0,60}") {
        let _ = (PartyId::parse(&text), SiteId::parse(&text), LotCode::parse(&text));
        let _ = (Gtin::parse(&text), Sscc::parse(&text), Grai::parse(&text), Division::parse(&text));
        let _ = LotCode::parse(&format!("01/09520001123467/10/{text}"));
        let _ = LotCode::parse(&format!("t/{text}"));
        let _ = PartyId::parse(&format!("NH-{text}"));
    }

    #[test]
    fn issued_numbers_parse(serial in 0u32..1_000_000) {
        let county = Division::parse("310118").unwrap();
        let number = SmallholderNo::issue(county, serial).unwrap();
        prop_assert_eq!(PartyId::parse(number.as_str()).unwrap(), PartyId::Smallholder(number));
    }
}
