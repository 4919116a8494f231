//! Records whose bytes are in order and whose claims are not.

use crate::bad_json;
use crate::records::Bad;
use crate::story::{canteen, line};
use crate::tools::{LOG, header, salts, sign_raw};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use shisu::core::record::{Jwk, author};

/// A well-formed id of a record.
pub const SOME_ID: &str = "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU";

/// The bytes of base64url.
pub fn decode(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).unwrap()
}

/// The claims from which bad records are made: a receipt of one line.
pub fn claims() -> Value {
    let lot = "01/09520001123467/10/QP20261120C1";
    json!({
        "type": "receive", "log": LOG, "iss": canteen().party, "site": canteen().site,
        "iat": 1_795_312_800, "seq": 42, "prev": SOME_ID,
        "moves": [line(1, "in", lot, Some((SOME_ID, 1)), ("398.5", "KGM"))],
        "refs": [SOME_ID], "about": [format!("lot/{lot}")],
        "blobs": [{"hash": SOME_ID, "bytes": 9, "class": "trade"}],
        "body": {
            "dispatch": SOME_ID, "at": 1_795_312_700, "temp_c": "3.5", "check": "accept",
            "differences": [], "note": "备注",
        },
    })
}

/// The payload to sign for those claims, and its disclosures.
pub fn sealed() -> (Value, Vec<String>) {
    author::seal(claims(), &mut salts("bad")).unwrap()
}

/// Signs a payload with the key that the vectors name.
pub fn signed(payload: &[u8], disclosures: &[String]) -> String {
    let key = canteen().key();
    let kid = Jwk::of(&key).kid().to_string();
    sign_raw(header(&kid).as_bytes(), payload, &key, disclosures)
}

pub fn bad(name: &str, code: &'static str, sd_jwt: String) -> Bad {
    let name = name.to_owned();
    Bad { name, code, sd_jwt }
}

/// A record whose payload says `value` at `pointer`.
pub fn with(name: &str, code: &'static str, pointer: &str, value: Value) -> Bad {
    let (mut payload, disclosures) = sealed();
    let (parent, member) = pointer.rsplit_once('/').unwrap();
    let parent = payload.pointer_mut(parent).unwrap();
    match parent {
        Value::Array(list) => list[member.parse::<usize>().unwrap()] = value,
        Value::Object(members) => {
            members.insert(member.to_owned(), value);
        }
        _ => unreachable!("{pointer}"),
    }
    bad(
        name,
        code,
        signed(payload.to_string().as_bytes(), &disclosures),
    )
}

fn without(name: &str, pointer: &str) -> Bad {
    let (mut payload, disclosures) = sealed();
    let (parent, member) = pointer.rsplit_once('/').unwrap();
    let members = payload
        .pointer_mut(parent)
        .unwrap()
        .as_object_mut()
        .unwrap();
    members.remove(member).unwrap();
    bad(
        name,
        "malformed",
        signed(payload.to_string().as_bytes(), &disclosures),
    )
}

/// Lines that other lines are said to be.
fn cited_lines() -> Vec<Bad> {
    let l = "line_numbers";
    vec![
        with(
            "line_reference_to_line_0",
            l,
            "/moves/0/of",
            json!([SOME_ID, 0]),
        ),
        with(
            "line_reference_to_line_1000",
            l,
            "/moves/0/of",
            json!([SOME_ID, 1000]),
        ),
    ]
}

pub fn all() -> Vec<Bad> {
    let mut out = missing();
    out.extend(bad_json::unusual_forms());
    out.extend(cited_lines());
    out.extend(members());
    out.extend(identifiers());
    out.extend(references());
    out.extend(values());
    out.extend(bounds());
    out.extend(bad_json::numbers());
    out.extend(bad_json::json_texts());
    out.extend(bad_json::doubled());
    out
}

fn missing() -> Vec<Bad> {
    let pointers = [
        "/v",
        "/type",
        "/log",
        "/iss",
        "/iat",
        "/seq",
        "/body",
        "/_sd_alg",
        "/moves/0/n",
        "/moves/0/op",
        "/moves/0/lot",
        "/moves/0/uom",
        "/moves/0/_sd",
        "/body/_sd",
        "/body/dispatch",
        "/body/check",
        "/blobs/0/class",
    ];
    let name = |pointer: &str| format!("without{}", pointer.replace('/', "_"));
    pointers
        .iter()
        .map(|pointer| without(&name(pointer), pointer))
        .collect()
}

fn members() -> Vec<Bad> {
    let m = "malformed";
    vec![
        with("unknown_member_of_the_payload", m, "/exp", json!(1)),
        with("unknown_member_of_a_line", m, "/moves/0/price", json!("1")),
        with(
            "unknown_member_of_the_body",
            m,
            "/body/colour",
            json!("red"),
        ),
        with("unknown_member_of_a_blob", m, "/blobs/0/name", json!("x")),
        with("digests_beside_the_body", m, "/_sd", json!([])),
        with("other_digest_algorithm", m, "/_sd_alg", json!("sha-512")),
        with("version_0", "version", "/v", json!(0)),
        with("version_2", "version", "/v", json!(2)),
        with("version_as_text", m, "/v", json!("1")),
        with("unknown_type", "unknown_type", "/type", json!("teleport")),
        with(
            "type_in_capitals",
            "unknown_type",
            "/type",
            json!("Receive"),
        ),
        with("type_of_another_body", m, "/type", json!("deliver")),
        with("body_is_a_list", m, "/body", json!([])),
        with("body_is_null", m, "/body", Value::Null),
        with("moves_is_null", m, "/moves", Value::Null),
        with(
            "note_in_the_clear",
            "sealed_in_clear",
            "/body/note",
            json!("x"),
        ),
        with(
            "differences_in_the_clear",
            "sealed_in_clear",
            "/body/differences",
            json!([]),
        ),
        with(
            "sealed_null_in_the_clear",
            "sealed_in_clear",
            "/body/note",
            Value::Null,
        ),
        with(
            "quantity_in_the_clear",
            "sealed_in_clear",
            "/moves/0/quantity",
            json!("398.5"),
        ),
    ]
}

fn identifiers() -> Vec<Bad> {
    let m = "malformed";
    let loose = SOME_ID.replace("uFU", "uFV");
    let padded = format!("{SOME_ID}=");
    let hidden = "zhejiang.shisu\u{200b}.example/log";
    vec![
        with(
            "party_with_a_wrong_check_digit",
            m,
            "/iss",
            json!("91310118MA1J000225"),
        ),
        with(
            "party_in_lower_case",
            m,
            "/iss",
            json!("91310118ma1j000224"),
        ),
        with(
            "site_with_a_wrong_check_digit",
            m,
            "/site",
            json!("JY13101180000016"),
        ),
        with("site_is_a_plate", m, "/site", json!("沪A12345")),
        with("log_with_a_space", m, "/log", json!("zhejiang example")),
        with("log_with_an_invisible_character", m, "/log", json!(hidden)),
        with("prev_with_loose_bits", m, "/prev", json!(loose)),
        with("prev_with_padding", m, "/prev", json!(padded)),
        with("ref_too_short", m, "/refs/0", json!("47DEQpj8")),
        with("ref_is_null", m, "/refs/0", Value::Null),
    ]
}

fn references() -> Vec<Bad> {
    let m = "malformed";
    let loose = SOME_ID.replace("uFU", "uFV");
    vec![
        with(
            "lot_not_canonical",
            m,
            "/moves/0/lot",
            json!("01/09520001123467/10/%41"),
        ),
        with(
            "lot_is_a_product",
            m,
            "/moves/0/lot",
            json!("01/09520001123467"),
        ),
        with(
            "line_reference_too_short",
            m,
            "/moves/0/of",
            json!([SOME_ID]),
        ),
        with(
            "line_reference_too_long",
            m,
            "/moves/0/of",
            json!([SOME_ID, 1, 1]),
        ),
        with(
            "line_reference_beyond_16_bits",
            m,
            "/moves/0/of",
            json!([SOME_ID, 65_536]),
        ),
        with(
            "line_reference_is_an_object",
            m,
            "/moves/0/of",
            json!({"id": SOME_ID, "n": 1}),
        ),
        with(
            "subject_of_an_unknown_kind",
            m,
            "/about/0",
            json!("party/91310118MA1J000224"),
        ),
        with("subject_without_its_code", m, "/about/0", json!("lot/")),
        with(
            "subject_with_a_wrong_origin",
            m,
            "/about/0",
            json!("lot@x/t/ABCD"),
        ),
        with("blob_hash_not_canonical", m, "/blobs/0/hash", json!(loose)),
        with(
            "blob_of_an_unknown_class",
            m,
            "/blobs/0/class",
            json!("secret"),
        ),
    ]
}

fn values() -> Vec<Bad> {
    let m = "malformed";
    let mut out = vec![
        with("time_is_null", m, "/iat", Value::Null),
        with("time_is_text", m, "/iat", json!("1795312800")),
        with("time_is_negative", m, "/iat", json!(-1)),
        with(
            "time_beyond_the_calendar",
            m,
            "/iat",
            json!(9_007_199_254_740_991_u64),
        ),
        with("direction_unknown", m, "/moves/0/op", json!("IN")),
        with("unit_unknown", m, "/moves/0/uom", json!("kg")),
        with("check_unknown", m, "/body/check", json!("reject")),
        with("flag_is_a_number", m, "/body/seals_intact", json!(1)),
        with("decimal_is_a_number", m, "/body/temp_c", json!(3)),
    ];
    for (name, decimal) in [
        ("with_a_plus", "+3.5"),
        ("with_a_leading_zero", "03.5"),
        ("with_a_trailing_zero", "3.50"),
        ("without_a_whole_part", ".5"),
        ("without_a_fraction", "3."),
        ("of_minus_zero", "-0"),
        ("with_an_exponent", "3e1"),
        ("with_a_comma", "3,5"),
        ("with_seven_places", "0.0000001"),
        ("too_large", "1000000000000.000001"),
        ("in_full_width", "３"),
        ("with_a_space", "3 "),
        ("empty", ""),
    ] {
        let name = format!("decimal_{name}");
        out.push(with(&name, m, "/body/temp_c", json!(decimal)));
    }
    for (name, measured) in [
        ("colder_than_anything_kept", "-80.000001"),
        ("of_an_oven", "100.000001"),
        ("with_a_slip_of_the_finger", "350"),
    ] {
        let name = format!("temperature_{name}");
        out.push(with(&name, m, "/body/temp_c", json!(measured)));
    }
    for (name, reason) in [
        ("without_its_code", json!({"check": "hold"})),
        (
            "with_words_for_a_code",
            json!({"code": "缺证", "check": "hold"}),
        ),
        (
            "of_line_nought",
            json!({"code": "paper_missing", "check": "hold", "lines": [0]}),
        ),
    ] {
        let name = format!("reason_{name}");
        out.push(with(&name, m, "/body/reasons", json!([reason])));
    }
    out
}

fn bounds() -> Vec<Bad> {
    let m = "malformed";
    let l = "line_numbers";
    let (payload, disclosures) = sealed();
    let mut twice = payload.clone();
    let line = twice["moves"][0].clone();
    twice["moves"].as_array_mut().unwrap().push(line);
    let ids = |count: usize| json!(vec![SOME_ID; count]);
    let subjects = json!(vec![format!("record/{SOME_ID}"); 257]);
    let blob = payload["blobs"][0].clone();
    vec![
        with("line_number_0", l, "/moves/0/n", json!(0)),
        with("line_number_1000", l, "/moves/0/n", json!(1000)),
        with("line_number_beyond_16_bits", m, "/moves/0/n", json!(65_537)),
        bad(
            "line_number_doubled",
            l,
            signed(twice.to_string().as_bytes(), &disclosures),
        ),
        with("refs_65", "too_many", "/refs", ids(65)),
        with("about_257", "too_many", "/about", subjects),
        with("blobs_33", "too_many", "/blobs", json!(vec![blob; 33])),
        with(
            "blob_of_20_mebibytes_and_one",
            "too_large",
            "/blobs/0/bytes",
            json!(20_971_521),
        ),
        with(
            "seq_2_to_the_53",
            "inexact_number",
            "/seq",
            json!(9_007_199_254_740_992_u64),
        ),
    ]
}
