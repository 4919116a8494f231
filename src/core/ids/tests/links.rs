//! Digital Link and element strings.

use proptest::prelude::*;

use crate::core::ids::*;
use crate::core::text::Explain;

fn link(uri: &str) -> DigitalLink {
    DigitalLink::parse(uri).unwrap_or_else(|error| panic!("{uri}: {error}"))
}

fn link_error(uri: &str) -> LinkError {
    DigitalLink::parse(uri).expect_err(uri)
}

#[test]
fn the_published_example_reads_and_prints_both_ways() {
    let printed = "(3103)000189(01)05412345000013(3923)2172(10)ABC&+123";
    let canonical = "https://id.gs1.org/01/05412345000013/10/ABC%26%2B123?3103=000189&3923=2172";
    let from_string = DigitalLink::parse_element_string(printed).unwrap();
    assert_eq!(from_string.to_string(), canonical);
    assert_eq!(link(canonical), from_string);
    assert_eq!(
        from_string.element_string(),
        "(01)05412345000013(10)ABC&+123(3103)000189(3923)2172"
    );
}

#[test]
fn any_host_prefix_case_and_old_name_reads_to_one_canonical_form() {
    let canonical = "https://id.gs1.org/01/09520001123467/10/QP1/21/7";
    for uri in [
        canonical,
        "HTTPS://ID.GS1.ORG/01/09520001123467/10/QP1/21/7",
        "http://shop.example:8080/some/path/01/09520001123467/10/QP1/21/7#top",
        "https://shop.example/gtin/09520001123467/lot/QP1/ser/7",
        "https://shop.example/01/9520001123467/10/%51P1/21/7?linkType=gs1:traceability",
        "https://shop.example/01/10/01/09520001123467/10/QP1/21/7",
    ] {
        assert_eq!(link(uri).to_string(), canonical, "{uri}");
    }
    assert_eq!(
        link(canonical).with_host("zj.example/x"),
        "https://zj.example/x/01/09520001123467/10/QP1/21/7"
    );
    let lot = link(canonical).lot_code().unwrap();
    assert_eq!(lot.as_str(), "01/09520001123467/10/QP1/21/7");
    assert_eq!(link("https://a.example/01/09520001123467").lot_code(), None);
}

#[test]
fn attributes_stand_in_the_query_in_the_order_of_their_numbers() {
    let uri = "https://a.example/01/09520001123467/10/A?17=261130&11=261100&3103=003120&422=156&7030=156A31010001";
    assert_eq!(
        link(uri).to_string(),
        "https://id.gs1.org/01/09520001123467/10/A?11=261100&17=261130&3103=003120&422=156&7030=156A31010001"
    );
    assert_eq!(
        link(uri).get("11"),
        Some("261100"),
        "day 00 is the end of the month"
    );
    let pallet = link(
        "https://a.example/00/095200010000000010?02=09520001123467&37=40&10=B1&4331=000400&4333=000000",
    );
    assert_eq!(pallet.sscc().unwrap().as_str(), "095200010000000010");
    assert_eq!(
        pallet.get("10"),
        Some("B1"),
        "the batch of what is contained"
    );
    assert_eq!(pallet.lot_code(), None, "a pallet is no lot");
}

#[test]
fn every_kind_of_key_reads() {
    for (uri, ai) in [
        ("https://a.example/00/095200010000000010", "00"),
        ("https://a.example/414/9520001000010/254/Z-1", "414"),
        ("https://a.example/417/9520001000010", "417"),
        ("https://a.example/253/9520001000010CERT-1", "253"),
        ("https://a.example/8003/09520001000010CRATE1", "8003"),
        ("https://a.example/8004/9520001TRUCK-7", "8004"),
        ("https://a.example/01/09520001123467/235/TP1", "01"),
    ] {
        let read = link(uri);
        assert_eq!(read.key().0, ai);
        assert_eq!(read.to_string(), uri.replace("a.example", CANONICAL_HOST));
    }
    assert!(link("https://a.example/417/9520001000010").gln().is_some());
}

#[test]
fn wrong_links_say_what_is_wrong() {
    assert_eq!(
        link_error("01/09520001123467/10/A"),
        LinkError::NotWebAddress
    );
    assert_eq!(
        link_error("ftp://a.example/01/09520001123467"),
        LinkError::NotWebAddress
    );
    assert_eq!(
        link_error("https://u@a.example/01/09520001123467"),
        LinkError::NotWebAddress
    );
    assert_eq!(
        link_error("https:///01/09520001123467"),
        LinkError::NotWebAddress
    );
    assert_eq!(link_error("https://a.example/shop/17"), LinkError::NoKey);
    let gtin = "https://a.example/01/09520001123467";
    for path in [
        "/21/1/10/A",
        "/10/A/22/V",
        "/10",
        "/10/A/",
        "/",
        "/99/x",
        "/10/A/10/B",
    ] {
        assert_eq!(
            link_error(&format!("{gtin}{path}")),
            LinkError::Qualifiers,
            "{path}"
        );
    }
}

#[test]
fn wrong_queries_and_values_say_what_is_wrong() {
    let gtin = "https://a.example/01/09520001123467";
    assert_eq!(
        link_error(&format!("{gtin}?10=A")),
        LinkError::PathOnly { ai: "10" }
    );
    assert_eq!(
        link_error(&format!("{gtin}?00=095200010000000010")),
        LinkError::PathOnly { ai: "00" }
    );
    assert_eq!(
        link_error(&format!("{gtin}?17=261130&17=261130")),
        LinkError::Duplicate { ai: "17" }
    );
    assert_eq!(
        link_error(&format!("{gtin}?8888=1")),
        LinkError::UnknownQueryAi
    );
    assert_eq!(link_error(&format!("{gtin}?17")), LinkError::Query);
    assert_eq!(link_error(&format!("{gtin}/10/A%2")), LinkError::Encoding);
    assert_eq!(link_error(&format!("{gtin}/10/%FF")), LinkError::Encoding);
    assert_eq!(
        link_error(&format!("{gtin}?4331=000400")),
        LinkError::Requires {
            ai: "4331",
            needs: "00"
        }
    );
    assert_eq!(
        link_error(&format!("{gtin}?17=261131")),
        LinkError::Value {
            ai: "17",
            fault: Fault::Date
        }
    );
    assert!(matches!(
        link_error("https://a.example/01/09520001123468/10/A"),
        LinkError::Value {
            ai: "01",
            fault: Fault::CheckDigit {
                expected: '7',
                found: '8'
            }
        }
    ));
    assert_eq!(
        link_error(&format!("{gtin}/10/%2E%2E")),
        LinkError::Value {
            ai: "10",
            fault: Fault::DotSegment
        }
    );
    assert_eq!(
        link_error(&format!("{gtin}/21/1?{}", "x=1&".repeat(600))),
        LinkError::TooLong {
            bytes: gtin.len() + 6 + 2400
        }
    );
}

#[test]
fn chinese_in_a_batch_number_is_refused_in_words() {
    for batch in ["批20261119", "%E6%89%B920261119"] {
        let error = link_error(&format!("https://a.example/01/09520001123467/10/{batch}"));
        assert_eq!(
            error,
            LinkError::Value {
                ai: "10",
                fault: Fault::Character {
                    position: 1,
                    found: '批'
                }
            }
        );
        assert!(error.explain().zh.contains("不能用汉字"));
        assert!(
            error
                .explain()
                .en
                .contains("Chinese characters are not allowed")
        );
    }
}

#[test]
fn element_strings_read_with_brackets_and_with_separators() {
    let expected = link("https://id.gs1.org/01/09520001123467/10/A(1)/21/7?17=261130");
    for text in [
        "(01)09520001123467(17)261130(10)A(1)(21)7",
        "]Q3010952000112346717261130",
    ] {
        let read = DigitalLink::parse_element_string(text).unwrap();
        assert_eq!(read.gtin(), expected.gtin());
        assert_eq!(read.get("17"), Some("261130"));
    }
    for text in [
        "]C1010952000112346710A(1)\u{1d}217\u{1d}17261130",
        "\u{1d}01095200011234671726113010A(1)\u{1d}217",
        "01095200011234671726113010A(1)\u{1d}217",
    ] {
        assert_eq!(
            DigitalLink::parse_element_string(text).unwrap(),
            expected,
            "{text:?}"
        );
    }
    let error = |text| DigitalLink::parse_element_string(text).unwrap_err();
    assert_eq!(
        error("(01)09520001123467(1234)5(10)A"),
        LinkError::Value {
            ai: "01",
            fault: Fault::Length {
                found: 21,
                min: 14,
                max: 14
            },
        }
    );
    assert_eq!(error("(1234)5"), LinkError::UnknownAi { position: 1 });
    assert_eq!(error("(01"), LinkError::Brackets);
    assert_eq!(
        error("(01)09520001123467(00)095200010000000010"),
        LinkError::TwoKeys
    );
    assert_eq!(
        error("(02)09520001123467"),
        LinkError::Requires {
            ai: "02",
            needs: "37"
        }
    );
    assert_eq!(
        error("(10)ABC"),
        LinkError::Requires {
            ai: "10",
            needs: "01,02"
        }
    );
    assert_eq!(error("(400)ABC"), LinkError::NoKey);
    assert_eq!(
        error("(01)09520001123467(10).."),
        LinkError::Value {
            ai: "10",
            fault: Fault::DotSegment,
        }
    );
}

proptest! {
    #[test]
    fn the_canonical_form_reads_back_to_the_same(
        batch in "[!\"%-?A-Z_a-z]{1,20}",
        serial in "[!\"%-?A-Z_a-z]{1,20}",
        kilograms in 0u32..1_000_000,
        day in 0u32..29,
    ) {
        let text = format!("\u{1d}0109520001123467310{}{kilograms:06}10{batch}\u{1d}21{serial}\u{1d}112611{day:02}", kilograms % 6);
        let Ok(read) = DigitalLink::parse_element_string(&text) else {
            prop_assert!([&batch, &serial].iter().any(|v| matches!(v.as_str(), "." | "..")));
            return Ok(());
        };
        prop_assert_eq!(read.get("10"), Some(batch.as_str()));
        let canonical = read.to_string();
        let again = DigitalLink::parse(&canonical).unwrap();
        prop_assert_eq!(again.to_string(), canonical);
        prop_assert_eq!(&again, &read);
        prop_assert_eq!(again.lot_code(), read.lot_code());
        prop_assert!(read.lot_code().is_some());
    }
}
