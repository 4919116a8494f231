//! Records whose payload is irregular as JSON.

use crate::bad_claims::{SOME_ID, bad, sealed, signed, with};
use crate::records::Bad;
use crate::tools::replaced;
use serde_json::json;

/// A record in whose payload's text `from` is `to`.
fn text(name: &str, code: &'static str, from: &str, to: &str) -> Bad {
    let (payload, disclosures) = sealed();
    let changed = replaced(&payload.to_string(), from, to);
    bad(name, code, signed(changed.as_bytes(), &disclosures))
}

pub fn numbers() -> Vec<Bad> {
    let i = "inexact_number";
    vec![
        text("number_with_a_fraction", i, "\"seq\":42", "\"seq\":42.0"),
        text("number_with_an_exponent", i, "\"seq\":42", "\"seq\":42e0"),
        text("number_minus_zero", i, "\"seq\":42", "\"seq\":-0"),
        text(
            "time_2_to_the_53",
            i,
            "\"iat\":1795312800",
            "\"iat\":9007199254740992",
        ),
        text(
            "number_beyond_64_bits",
            i,
            "\"seq\":42",
            "\"seq\":18446744073709551616",
        ),
        text(
            "decimal_as_a_float",
            i,
            "\"temp_c\":\"3.5\"",
            "\"temp_c\":3.5",
        ),
        text(
            "number_with_a_leading_zero",
            "malformed",
            "\"seq\":42",
            "\"seq\":042",
        ),
        text(
            "number_not_a_number",
            "malformed",
            "\"seq\":42",
            "\"seq\":NaN",
        ),
    ]
}

pub fn json_texts() -> Vec<Bad> {
    let (payload, disclosures) = sealed();
    let whole = payload.to_string();
    let (m, t) = ("malformed", "too_deep");
    let of = |name: &str, code, bytes: &[u8]| bad(name, code, signed(bytes, &disclosures));
    let deep = format!("\"exp\":{}{},\"seq\":42", "[".repeat(12), "]".repeat(12));
    let deeper = format!(
        "\"exp\":{}{},\"seq\":42",
        "[".repeat(10_000),
        "]".repeat(10_000)
    );
    let mut latin = whole.clone().into_bytes();
    let at = whole.find("zhejiang").unwrap();
    latin[at] = 0xe9;
    let overlong = replaced(&whole, "\"receive\"", "\"recei\u{7f}e\"").into_bytes();
    let overlong: Vec<u8> = overlong
        .into_iter()
        .flat_map(|byte| {
            if byte == 0x7f {
                vec![0xc1, 0xb6]
            } else {
                vec![byte]
            }
        })
        .collect();
    vec![
        text("nested_13_deep", t, "\"seq\":42", &deep),
        text("nested_10001_deep", t, "\"seq\":42", &deeper),
        text("comma_at_the_end", m, "\"seq\":42", "\"seq\":42,,"),
        text("lone_surrogate", m, "\"receive\"", "\"rec\\ud800eive\""),
        text(
            "control_character_in_text",
            m,
            "\"receive\"",
            "\"rec\neive\"",
        ),
        text("single_quotes", m, "\"receive\"", "'receive'"),
        of("text_in_latin_1", "invalid_utf8", &latin),
        of("text_in_overlong_utf_8", "invalid_utf8", &overlong),
        of("byte_order_mark", m, format!("\u{feff}{whole}").as_bytes()),
        of(
            "something_after_the_payload",
            m,
            format!("{whole}{{}}").as_bytes(),
        ),
        of("payload_cut_short", m, &whole.as_bytes()[..whole.len() - 1]),
        of("payload_is_a_list", m, format!("[{whole}]").as_bytes()),
        of("payload_is_null", m, b"null"),
        of("payload_is_empty", m, b""),
    ]
}

pub fn doubled() -> Vec<Bad> {
    let d = "duplicate_member";
    vec![
        text("member_doubled", d, "\"seq\":42", "\"seq\":42,\"seq\":42"),
        text(
            "member_doubled_by_an_escape",
            d,
            "\"seq\":42",
            "\"seq\":42,\"s\\u0065q\":42",
        ),
        text(
            "member_of_the_body_doubled",
            d,
            "\"at\":1795312700",
            "\"at\":1,\"at\":1795312700",
        ),
        text(
            "member_of_a_line_doubled",
            d,
            "\"n\":1,",
            "\"n\":1,\"n\":1,",
        ),
        text(
            "unknown_member_doubled",
            d,
            "\"seq\":42",
            "\"seq\":42,\"x\":1,\"x\":1",
        ),
    ]
}

/// Objects written as the list of their members' values, and words as objects: some readers take
/// them, so that one record would have two readings.
pub fn unusual_forms() -> Vec<Bad> {
    let m = "malformed";
    let (payload, _) = sealed();
    let (line, blob, body) = (&payload["moves"][0], &payload["blobs"][0], &payload["body"]);
    let blob = json!([blob["hash"], blob["bytes"], blob["class"]]);
    let line = json!([
        line["n"],
        line["op"],
        line["lot"],
        line["of"],
        line["uom"],
        line["_sd"]
    ]);
    let body = json!([SOME_ID, body["at"], "3.5", true, body["check"], body["_sd"]]);
    vec![
        with("body_as_the_list_of_its_values", m, "/body", body),
        with("line_as_the_list_of_its_values", m, "/moves/0", line),
        with("blob_as_the_list_of_its_values", m, "/blobs/0", blob),
        with(
            "word_as_an_object",
            m,
            "/body/check",
            json!({"accept": null}),
        ),
        with("unit_as_an_object", m, "/moves/0/uom", json!({"KGM": null})),
    ]
}
