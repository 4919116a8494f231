//! `quantities.json`: exact decimals, units, dates and times.

use crate::tools::settle;
use serde_json::{Value, json};
use shisu::core::quantity::{Amount, AmountError, SignedDecimal, Uom};
use shisu::core::time::{ChinaDate, UnixSeconds};

const GOOD: [&str; 14] = [
    "0",
    "1",
    "12",
    "0.5",
    "0.000001",
    "398.5",
    "10.01",
    "123456789.123456",
    "999999999999.999999",
    "1000000000000",
    "-0.000001",
    "-18",
    "-12.25",
    "-1000000000000",
];

const BAD: [(&str, AmountError); 27] = {
    use AmountError::{NotCanonical as N, TooFine as F, TooLarge as L};
    [
        ("", N),
        ("-", N),
        (".", N),
        (" 1", N),
        ("1 ", N),
        ("+1", N),
        ("-0", N),
        ("--1", N),
        ("01", N),
        ("00", N),
        ("1.", N),
        (".5", N),
        ("0.0", N),
        ("1.50", N),
        ("-0.0", N),
        ("1e3", N),
        ("0x10", N),
        ("1,5", N),
        ("1_000", N),
        ("１", N),
        ("一", N),
        ("1.2.3", N),
        ("0.0000001", F),
        ("1.1234567", F),
        ("1000000000000.000001", L),
        ("1000000000001", L),
        ("99999999999999999999", L),
    ]
};

/// The name of a refusal in the vectors; records are refused with `malformed`.
const fn word(error: AmountError) -> &'static str {
    match error {
        AmountError::NotCanonical => "not_canonical",
        AmountError::TooFine => "too_fine",
        AmountError::TooLarge => "too_large",
    }
}

fn decimals() -> (Vec<Value>, Vec<Value>) {
    let mut good = Vec::new();
    for text in GOOD {
        let decimal = SignedDecimal::parse(text).unwrap();
        assert_eq!(decimal.to_string(), text);
        let amount = Amount::parse(text);
        assert_eq!(amount.is_err(), text.starts_with('-'), "{text}");
        if let Ok(amount) = amount {
            assert_eq!(
                (amount.micro(), amount.to_string().as_str()),
                (decimal.micro(), text)
            );
        }
        // Millionths may be beyond 2^53, so they are text here.
        let micro = decimal.micro().to_string();
        good.push(json!({"text": text, "micro": micro, "is_amount": amount.is_ok()}));
    }
    let mut bad = Vec::new();
    for (text, error) in BAD {
        assert_eq!(SignedDecimal::parse(text), Err(error), "{text:?}");
        assert_eq!(Amount::parse(text), Err(error), "{text:?}");
        bad.push(json!({"text": text, "error": word(error)}));
    }
    (good, bad)
}

fn dates() -> Value {
    let good = ["2026-01-01", "2024-02-29", "1999-12-31", "9999-12-31"];
    let bad = [
        "+10000-01-01",
        "-0001-01-01",
        "2026-1-01",
        "2026-02-29",
        "2026-13-01",
        "2026-00-10",
        "20260101",
        "2026-01-01 ",
        "２０２６-01-01",
        "",
        "2026-01-01T00:00:00Z",
    ];
    let begins = |text: &str| {
        let date = ChinaDate::parse(text).unwrap();
        json!({"text": text, "begins_at": date.begins()})
    };
    for text in bad {
        assert_eq!(ChinaDate::parse(text), None, "{text:?}");
    }
    json!({"good": good.map(begins), "bad": bad})
}

fn times() -> Value {
    let good = [0, 1, 1_795_312_800, 1_767_198_600, 253_402_300_799];
    let bad = [9_007_199_254_740_991_u64, 9_007_199_254_740_992, u64::MAX];
    for seconds in bad {
        assert_eq!(UnixSeconds::new(seconds), None, "{seconds}");
    }
    let date = |seconds: u64| {
        let time = UnixSeconds::new(seconds).unwrap();
        json!({"seconds": seconds, "china_date": time.china_date(), "utc": time.rfc3339()})
    };
    json!({"good": good.map(date), "bad": bad.map(|seconds| seconds.to_string())})
}

#[test]
fn decimals_units_dates_and_times_have_one_spelling() {
    let (good, bad) = decimals();
    let units = Uom::ALL.map(|uom| {
        assert_eq!(Uom::from_code(uom.code()), Some(uom));
        json!({"code": uom.code(), "dimension": uom.dimension(), "factor": uom.factor(), "zh": uom.zh()})
    });
    let strangers = ["kgm", "KG", "XYZ", ""];
    assert!(strangers.iter().all(|code| Uom::from_code(code).is_none()));
    settle(
        "quantities.json",
        &json!({
            "decimals": {"good": good, "bad": bad},
            "units": {"good": units, "bad": strangers},
            "dates": dates(),
            "times": times(),
        }),
    );
}
