//! The resolver.

use proptest::prelude::*;

use super::keys::one_digit_changed;
use crate::core::ids::*;
use crate::core::text::Explain;

/// Texts with the scheme and key they resolve to.
const KINDS: &[(&str, &str, &str)] = &[
    (
        "https://zj.example/01/09520001123467/10/QP1",
        "digital_link",
        "01/09520001123467",
    ),
    (
        "(01)09520001123467(10)QP1",
        "element_string",
        "01/09520001123467",
    ),
    (
        "010952000112346710QP1",
        "element_string",
        "01/09520001123467",
    ),
    ("0109520001123467", "element_string", "01/09520001123467"),
    (
        "00095200010000000010",
        "element_string",
        "00/095200010000000010",
    ),
    (
        "01/09520001123467/10/QP1",
        "lot",
        "01/09520001123467/10/QP1",
    ),
    ("t/JX-2026-117", "lot", "t/JX-2026-117"),
    ("https://zj.example/t/JX-2026-117", "lot", "t/JX-2026-117"),
    (
        "https://zj.example/s/JY13101180000015",
        "site",
        "JY13101180000015",
    ),
    ("9520001123467", "gtin", "09520001123467"),
    ("09520001123467", "gtin", "09520001123467"),
    ("095200010000000010", "sscc", "095200010000000010"),
    (
        "202611190123412345678901",
        "vet_drug",
        "202611190123412345678901",
    ),
    ("12326000000000017", "organic", "12326000000000017"),
    ("133042100000017", "ear_tag", "133042100000017"),
    ("91310118MA1J000224", "party", "91310118MA1J000224"),
    ("NH-330421-0000174", "party", "NH-330421-0000174"),
    ("S-330421-0000174", "site", "S-330421-0000174"),
    ("A31010001", "site", "A31010001"),
    ("SC10433042100018", "site", "SC10433042100018"),
    ("QS330406010001", "historic_licence", "QS330406010001"),
    ("ZSL:123", "platform", "ZSL:123"),
    (
        "https://q.zheshilian.example/x?id=1",
        "platform",
        "https://q.zheshilian.example/x?id=1",
    ),
];

fn one(text: &str) -> Scanned {
    match resolve(text) {
        Resolved::One(scanned) => scanned,
        other => panic!("{text}: {other:?}"),
    }
}

fn hint_code(text: &str) -> Option<&'static str> {
    match resolve(text) {
        Resolved::Unknown { raw, hint } => {
            assert_eq!(&*raw, text, "the text is kept as it came");
            hint.map(|hint| hint.code())
        }
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn the_resolver_knows_every_kind_of_code() {
    for &(text, scheme, key) in KINDS {
        let scanned = one(text);
        assert_eq!(
            (scanned.scheme(), scanned.key().as_str()),
            (scheme, key),
            "{text}"
        );
    }
    assert_eq!(
        one("010952000112346710QP1").lot_code().unwrap().as_str(),
        "01/09520001123467/10/QP1"
    );
}

#[test]
fn kinds_whose_layout_has_no_published_source_say_so() {
    let pesticide = "1".repeat(32);
    for text in [
        pesticide.as_str(),
        "ZSL:123",
        "A31010001",
        "YB13101180000015",
    ] {
        assert!(!one(text).is_verified(), "{text}");
    }
    for text in ["SC10433042100018", "9520001123467", "91310118MA1J000224"] {
        assert!(one(text).is_verified(), "{text}");
    }
}

#[test]
fn a_digit_string_that_fits_two_schemes_is_ambiguous() {
    // Find, rather than assume, an all-digit credit code that is also a valid SSCC.
    let both = (0..100_000)
        .map(|serial| format!("913301001{serial:08}"))
        .filter_map(|body| {
            let check = uscc_check(body.as_bytes())?;
            let agrees = check.is_ascii_digit() && gs1_check(body.as_bytes()) == Some(check);
            agrees.then(|| format!("{body}{}", char::from(check)))
        })
        .next()
        .unwrap();
    let Resolved::Ambiguous(found) = resolve(&both) else {
        panic!("{both} fits both");
    };
    let schemes: Vec<&str> = found.iter().map(Scanned::scheme).collect();
    assert_eq!(schemes, ["sscc", "party"]);
    let Resolved::Ambiguous(found) = resolve("33042101202600017") else {
        panic!("organic goods and plant quarantine both have 17 digits");
    };
    assert_eq!(found.len(), 2);
}

#[test]
fn the_resolver_never_guesses() {
    for text in [
        "",
        " ",
        "hello",
        "12345",
        "沪A12345",
        "9520001123467 ",
        "９520001123467",
        "t/abc?",
    ] {
        assert!(
            matches!(resolve(text), Resolved::Unknown { .. }),
            "{text:?}"
        );
    }
    for bad in one_digit_changed("09520001123467") {
        assert_eq!(hint_code(&bad), Some("id_check_digit"), "{bad}");
    }
    assert_eq!(hint_code("91310118ma1j000224"), Some("id_character"));
    assert_eq!(hint_code("91310118MA1J00O224"), Some("id_character"));
    assert_eq!(hint_code("９1310118MA1J000224"), Some("id_character"));
    assert_eq!(hint_code("SC10633042101885"), Some("id_check_digit"));
    assert_eq!(
        hint_code("https://a.example/01/09520001123467/10/批"),
        Some("link_value")
    );
    assert_eq!(hint_code("https://a.example/x"), Some("link_no_key"));
    assert_eq!(
        hint_code("310100026000017"),
        None,
        "an old customs number, not a sheep"
    );
    assert_eq!(
        resolve(&"1".repeat(2001)),
        Resolved::TooLong { bytes: 2001 }
    );
}

#[test]
fn platforms_are_four_and_say_that_their_syntax_is_unverified() {
    let regions: Vec<&str> = Platform::all().map(Platform::region).collect();
    assert_eq!(regions, ["33", "31", "32", "34"]);
    assert!(Platform::all().all(|platform| !platform.is_verified()));
    assert!(matches!(
        resolve("https://evilzheshilian.example/x"),
        Resolved::Unknown { .. }
    ));
}

proptest! {
    #[test]
    fn nothing_scanned_makes_the_resolver_panic(text in "\\PC{0,80}", bytes in "[\\x00-\\x7f]{0,80}") {
        for text in [text.as_str(), &bytes] {
            let _ = resolve(text);
            let _ = DigitalLink::parse_element_string(text);
            let _ = DigitalLink::parse(&format!("https://a.example/01/09520001123467/10/{text}"));
            let _ = DigitalLink::parse(&format!("https://a.example/00/095200010000000010?{text}"));
            let _ = resolve(&format!("01095200011234671{text}"));
            let _ = resolve(&format!("({text}"));
        }
    }

    #[test]
    fn all_digit_texts_resolve_without_panic_and_keep_their_digits(text in "[0-9]{1,40}") {
        if let Resolved::Unknown { raw, .. } = resolve(&text) {
            prop_assert_eq!(&*raw, &text);
        }
    }
}
