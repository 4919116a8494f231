//! Digital Links, element strings, and what the resolver takes a scanned text for.

use serde_json::{Value, json};
use shisu::core::ids::{DigitalLink, LinkError, Resolved, Scanned, resolve};
use shisu::core::text::Explain;

const GOOD_LINKS: [&str; 16] = [
    "https://id.gs1.org/01/09520001123467/10/QP1/21/7",
    "HTTPS://ID.GS1.ORG/01/09520001123467/10/QP1/21/7",
    "http://shop.example:8080/some/path/01/09520001123467/10/QP1/21/7#top",
    "https://shop.example/gtin/09520001123467/lot/QP1/ser/7",
    "https://shop.example/01/9520001123467/10/%51P1/21/7?linkType=gs1:traceability",
    "https://shop.example/01/10/01/09520001123467/10/QP1/21/7",
    "https://id.gs1.org/01/05412345000013/10/ABC%26%2B123?3103=000189&3923=2172",
    "https://a.example/01/09520001123467/10/A?17=261130&11=261100&3103=003120&422=156&7030=156A31010001",
    "https://a.example/00/095200010000000010?02=09520001123467&37=40&10=B1&4331=000400&4333=000000",
    "https://a.example/01/09520001123467",
    "https://a.example/414/9520001000010/254/Z-1",
    "https://a.example/417/9520001000010",
    "https://a.example/253/9520001000010CERT-1",
    "https://a.example/8003/09520001000010CRATE1",
    "https://a.example/8004/9520001TRUCK-7",
    "https://a.example/01/09520001123467/235/TP1",
];

const BAD_LINKS: [&str; 22] = [
    "01/09520001123467/10/A",
    "ftp://a.example/01/09520001123467",
    "https://u@a.example/01/09520001123467",
    "https:///01/09520001123467",
    "https://a.example/shop/17",
    "https://a.example/01/09520001123467/21/1/10/A",
    "https://a.example/01/09520001123467/10/A/22/V",
    "https://a.example/01/09520001123467/10",
    "https://a.example/01/09520001123467/10/A/",
    "https://a.example/01/09520001123467/10/A/10/B",
    "https://a.example/01/09520001123467?10=A",
    "https://a.example/01/09520001123467?00=095200010000000010",
    "https://a.example/01/09520001123467?17=261130&17=261130",
    "https://a.example/01/09520001123467?8888=1",
    "https://a.example/01/09520001123467?17",
    "https://a.example/01/09520001123467/10/A%2",
    "https://a.example/01/09520001123467/10/%FF",
    "https://a.example/01/09520001123467?4331=000400",
    "https://a.example/01/09520001123467?17=261131",
    "https://a.example/01/09520001123468/10/A",
    "https://a.example/01/09520001123467/10/%2E%2E",
    "https://a.example/01/09520001123467/10/批20261119",
];

const GOOD_STRINGS: [&str; 6] = [
    "(3103)000189(01)05412345000013(3923)2172(10)ABC&+123",
    "(01)09520001123467(17)261130(10)A(1)(21)7",
    "]Q3010952000112346717261130",
    "]C1010952000112346710A(1)\u{1d}217\u{1d}17261130",
    "\u{1d}01095200011234671726113010A(1)\u{1d}217",
    "01095200011234671726113010A(1)\u{1d}217",
];

const BAD_STRINGS: [&str; 8] = [
    "(01)09520001123467(1234)5(10)A",
    "(1234)5",
    "(01",
    "(01)09520001123467(00)095200010000000010",
    "(02)09520001123467",
    "(10)ABC",
    "(400)ABC",
    "(01)09520001123467(10)..",
];

const TEXTS: [&str; 48] = [
    "https://zj.example/01/09520001123467/10/QP1",
    "(01)09520001123467(10)QP1",
    "010952000112346710QP1",
    "0109520001123467",
    "00095200010000000010",
    "01/09520001123467/10/QP1",
    "t/JX-2026-117",
    "https://zj.example/t/JX-2026-117",
    "https://zj.example/s/JY13101180000015",
    "9520001123467",
    "09520001123467",
    "095200010000000010",
    "202611190123412345678901",
    "12326000000000017",
    "133042100000017",
    "11111111111111111111111111111111",
    "91310118MA1J000224",
    "NH-330421-0000174",
    "S-330421-0000174",
    "A31010001",
    "SC10433042100018",
    "YB13101180000015",
    "QS330406010001",
    "ZSL:123",
    "https://q.zheshilian.example/x?id=1",
    "33042101202600017",
    "",
    " ",
    "hello",
    "12345",
    "沪A12345",
    "9520001123467 ",
    "９520001123467",
    "t/abc?",
    "09520001123468",
    "91310118ma1j000224",
    "91310118MA1J00O224",
    "９1310118MA1J000224",
    "SC10633042101885",
    "https://a.example/01/09520001123467/10/批",
    "https://a.example/x",
    "310100026000017",
    "https://evilzheshilian.example/x",
    "https://zj.example/t/abc",
    "https://zj.example/s/X",
    "(01)09520001123468",
    "t/-ABCD",
    "01/09520001123467/10/%41",
];

fn described(link: &DigitalLink) -> Value {
    let (ai, value) = link.key();
    let elements: Vec<Value> = link
        .elements()
        .map(|(ai, value)| json!([ai, value]))
        .collect();
    json!({
        "canonical": link.to_string(), "key": [ai, value], "elements": elements,
        "lot": link.lot_code(), "element_string": link.element_string(),
    })
}

fn judged(good: &[&str], bad: &[&str], read: fn(&str) -> Result<DigitalLink, LinkError>) -> Value {
    let mut taken = Vec::new();
    for text in good {
        let link = read(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(
            DigitalLink::parse(&link.to_string()).as_ref(),
            Ok(&link),
            "{text}"
        );
        let mut vector = described(&link);
        vector["text"] = json!(text);
        taken.push(vector);
    }
    let refused = |text: &&str| json!({"text": text, "code": read(text).expect_err(text).code()});
    json!({"good": taken, "bad": bad.iter().map(refused).collect::<Vec<_>>()})
}

pub fn links() -> Value {
    judged(&GOOD_LINKS, &BAD_LINKS, DigitalLink::parse)
}

pub fn element_strings() -> Value {
    judged(
        &GOOD_STRINGS,
        &BAD_STRINGS,
        DigitalLink::parse_element_string,
    )
}

fn meaning(scanned: &Scanned) -> Value {
    json!({
        "scheme": scanned.scheme(), "key": scanned.key(), "lot": scanned.lot_code(),
        "verified": scanned.is_verified(),
    })
}

/// What each text is taken for: one meaning, several, or none with a hint.
pub fn resolved() -> Vec<Value> {
    let long = "1".repeat(2001);
    let texts = TEXTS.iter().copied().chain([long.as_str()]);
    let mut out = Vec::new();
    for text in texts {
        let (outcome, meanings, hint) = match resolve(text) {
            Resolved::One(scanned) => ("one", vec![meaning(&scanned)], None),
            Resolved::Ambiguous(all) => ("ambiguous", all.iter().map(meaning).collect(), None),
            Resolved::Unknown { hint, .. } => ("unknown", vec![], hint.map(|hint| hint.code())),
            Resolved::TooLong { .. } => ("too_long", vec![], None),
        };
        out.push(json!({"text": text, "outcome": outcome, "meanings": meanings, "hint": hint}));
    }
    out
}
