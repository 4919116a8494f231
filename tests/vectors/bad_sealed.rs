//! Records whose sealed fields are wrong.

use crate::bad_claims::{bad, claims, decode, sealed, signed};
use crate::records::Bad;
use crate::tools::{base64url, join, part, salts};
use serde_json::{Value, json};
use shisu::core::record::author;
use shisu::core::record::sealed::disclosure_digest;

const SALT: &str = "AAECAwQFBgcICQoLDA0ODw";

pub fn all() -> Vec<Bad> {
    let mut out = counts();
    out.extend(sets());
    out.extend(salts_and_names());
    out.extend(spellings());
    out.extend(shapes());
    out.extend(values());
    out
}

fn counts() -> Vec<Bad> {
    let c = "digest_count";
    let of = |name: &str, change: fn(&mut Value)| {
        let (mut payload, disclosures) = sealed();
        change(&mut payload);
        bad(
            name,
            c,
            signed(payload.to_string().as_bytes(), &disclosures),
        )
    };
    fn pop(digests: &mut Value) {
        digests.as_array_mut().unwrap().pop();
    }
    fn push(digests: &mut Value) {
        let digest = json!(disclosure_digest("decoy"));
        digests.as_array_mut().unwrap().push(digest);
    }
    vec![
        of("body_with_a_digest_too_few", |payload| {
            pop(&mut payload["body"]["_sd"])
        }),
        of("body_with_a_decoy_digest", |payload| {
            push(&mut payload["body"]["_sd"])
        }),
        of("body_without_digests", |payload| {
            payload["body"]["_sd"] = json!([])
        }),
        of("line_without_digest", |payload| {
            pop(&mut payload["moves"][0]["_sd"])
        }),
        of("line_with_a_decoy_digest", |payload| {
            push(&mut payload["moves"][0]["_sd"])
        }),
    ]
}

fn sets() -> Vec<Bad> {
    let (payload, disclosures) = sealed();
    let whole = signed(payload.to_string().as_bytes(), &disclosures);
    let jwt = whole.split('~').next().unwrap();
    let of = |name: &str, code, list: &[&String]| {
        let list: Vec<String> = list.iter().map(|it| (*it).clone()).collect();
        bad(name, code, join(jwt, &list))
    };
    let [a, b, c] = disclosures.as_slice() else {
        unreachable!()
    };
    let (m, u, d) = (
        "disclosure_missing",
        "disclosure_unknown",
        "disclosure_doubled",
    );
    let stranger = base64url(json!([SALT, "note", "x"]).to_string());
    let mut altered = decode(c);
    let end = altered.len() - 3;
    altered[end] ^= 1;
    let altered = base64url(altered);
    let mut twice = payload.clone();
    twice["body"]["_sd"][1] = twice["body"]["_sd"][0].clone();
    let mut across = payload.clone();
    across["body"]["_sd"][0] = across["moves"][0]["_sd"][0].clone();
    vec![
        of("no_disclosure", m, &[]),
        of("quantity_withheld", m, &[b, c]),
        of("note_withheld", m, &[a, b]),
        of("a_disclosure_of_something_else", u, &[a, b, c, &stranger]),
        of("a_disclosure_swapped", u, &[a, b, &stranger]),
        of("a_disclosure_altered", u, &[a, b, &altered]),
        of("a_disclosure_with_padding", u, &[a, b, &format!("{c}=")]),
        of("a_disclosure_doubled", d, &[a, b, c, c]),
        bad(
            "a_digest_doubled",
            d,
            signed(twice.to_string().as_bytes(), &disclosures),
        ),
        bad(
            "a_digest_doubled_across_places",
            d,
            signed(across.to_string().as_bytes(), &disclosures),
        ),
    ]
}

/// A record whose sealed field at `slot` (0 the quantity, 1 the differences, 2 the note) has this
/// disclosure, with the digest of it signed.
fn with_disclosure(name: &str, code: &'static str, slot: usize, disclosure: String) -> Bad {
    let (mut payload, mut disclosures) = sealed();
    let place = ["/moves/0/_sd/0", "/body/_sd/0", "/body/_sd/1"][slot];
    *payload.pointer_mut(place).unwrap() = json!(disclosure_digest(&disclosure));
    disclosures[slot] = disclosure;
    bad(
        name,
        code,
        signed(payload.to_string().as_bytes(), &disclosures),
    )
}

fn with_json(name: &str, code: &'static str, slot: usize, json: &str) -> Bad {
    with_disclosure(name, code, slot, base64url(json))
}

fn salts_and_names() -> Vec<Bad> {
    let w = "weak_salt";
    let salted =
        |name: &str, salt: &str| with_json(name, w, 2, &json!([salt, "note", "x"]).to_string());
    let mut out = vec![
        salted("salt_of_15_bytes", part(SALT, ..20)),
        salted(
            "salt_of_65_bytes",
            &base64url([&[1_u8; 32][..], &[2; 33]].concat()),
        ),
        salted("salt_of_one_byte_repeated", &base64url([7; 16])),
        salted("salt_empty", ""),
        salted("salt_with_padding", &format!("{SALT}==")),
        salted("salt_with_loose_bits", &SALT.replace("Dw", "Dx")),
        salted("salt_not_base64url", "not a salt but a phrase"),
    ];
    let m = "disclosure_mismatch";
    out.push(with_json(
        "sealed_field_of_another_name",
        m,
        2,
        &json!([SALT, "price", "1"]).to_string(),
    ));
    out.push(with_json(
        "sealed_digests",
        m,
        2,
        &json!([SALT, "_sd", []]).to_string(),
    ));
    // The digests of the body in each other's places.
    let (mut payload, disclosures) = sealed();
    payload["body"]["_sd"].as_array_mut().unwrap().reverse();
    out.push(bad(
        "sealed_fields_in_each_others_places",
        m,
        signed(payload.to_string().as_bytes(), &disclosures),
    ));
    out
}

fn spellings() -> Vec<Bad> {
    let n = "not_canonical_base64";
    let good = json!([SALT, "note", "xy"]).to_string();
    let spelled = ["", " ", "  "]
        .iter()
        .map(|space| base64url(format!("{good}{space}")));
    let loose = spelled
        .into_iter()
        .find(|text| text.len() % 4 == 2)
        .unwrap();
    let loose = format!(
        "{}{}",
        part(&loose, ..loose.len() - 1),
        if loose.ends_with('A') { 'B' } else { 'h' }
    );
    let in_latin = [
        format!("[\"{SALT}\",\"note\",\"").as_bytes(),
        &[0xe9],
        b"\"]",
    ]
    .concat();
    vec![
        with_disclosure(
            "disclosure_with_padding",
            n,
            2,
            format!("{}==", base64url(&good)),
        ),
        with_disclosure("disclosure_with_loose_bits", n, 2, loose),
        with_disclosure("disclosure_not_base64url", n, 2, "a+b/".to_owned()),
        with_disclosure(
            "disclosure_not_utf_8",
            "invalid_utf8",
            2,
            base64url(in_latin),
        ),
    ]
}

fn shapes() -> Vec<Bad> {
    let m = "malformed";
    let good = json!([SALT, "note", "xy"]).to_string();
    let deep = format!("[\"{SALT}\",\"note\",{}{}]", "[".repeat(13), "]".repeat(13));
    vec![
        with_json(
            "disclosure_of_two_elements",
            m,
            2,
            &json!([SALT, "x"]).to_string(),
        ),
        with_json(
            "disclosure_of_four_elements",
            m,
            2,
            &json!([SALT, "note", "x", "y"]).to_string(),
        ),
        with_json(
            "disclosure_is_an_object",
            m,
            2,
            &json!({"note": "x"}).to_string(),
        ),
        with_json(
            "salt_with_an_escape",
            m,
            2,
            &good.replace("AAEC", "\\u0041AEC"),
        ),
        with_json(
            "name_with_an_escape",
            m,
            2,
            &good.replace("note", "n\\u006fte"),
        ),
        with_json("salt_is_a_number", m, 2, "[17,\"note\",\"x\"]"),
        with_json("something_after_the_disclosure", m, 2, &format!("{good}[]")),
        with_json("value_nested_deep", "too_deep", 2, &deep),
        with_disclosure(
            "disclosure_of_131073_bytes",
            "too_large",
            2,
            "A".repeat(131_073),
        ),
    ]
}

/// Differences of lines that no record has.
pub fn differences_of_no_line() -> Vec<Bad> {
    let of = |n: u16| {
        let value = json!([{
            "n": n, "short": "1", "damaged": "0", "refused": "0", "reason": "short",
        }]);
        let disclosure = json!([SALT, "differences", value]).to_string();
        with_json(
            &format!("differences_of_line_{n}"),
            "malformed",
            1,
            &disclosure,
        )
    };
    vec![of(0), of(1000)]
}

fn values() -> Vec<Bad> {
    let m = "malformed";
    let quantity = |name: &str, code, value: &str| {
        with_json(
            &format!("quantity_{name}"),
            code,
            0,
            &format!("[\"{SALT}\",\"quantity\",{value}]"),
        )
    };
    let difference = |name: &str, code, value: &str| {
        with_json(
            &format!("differences_{name}"),
            code,
            1,
            &format!("[\"{SALT}\",\"differences\",{value}]"),
        )
    };
    let note = |name: &str, value: Value| {
        with_json(
            &format!("note_{name}"),
            m,
            2,
            &json!([SALT, "note", value]).to_string(),
        )
    };
    let whole =
        "{\"n\":1,\"short\":\"1\",\"damaged\":\"0\",\"refused\":\"0\",\"reason\":\"short\"}";
    let doubled = whole.replace("\"n\":1", "\"n\":1,\"n\":1");
    let cut = whole.replace("\"n\":1,", "");
    vec![
        quantity("is_null", m, "null"),
        quantity("is_a_number", m, "398"),
        quantity("is_a_float", "inexact_number", "398.5"),
        quantity("is_negative", m, "\"-1\""),
        quantity("is_not_canonical", m, "\"398.50\""),
        quantity("has_seven_places", m, "\"0.0000001\""),
        quantity("is_too_large", m, "\"1000000000000.000001\""),
        difference("are_null", m, "null"),
        difference(
            "with_a_member_doubled",
            "duplicate_member",
            &format!("[{doubled}]"),
        ),
        difference("without_a_member", m, &format!("[{cut}]")),
        difference(
            "as_lists_of_their_values",
            m,
            "[[1,\"1\",\"0\",\"0\",\"short\"]]",
        ),
        note("empty", json!("")),
        note("with_white_space_around", json!(" x")),
        note("with_a_reversing_mark", json!("a\u{202e}b")),
        note("of_2001_characters", json!("注".repeat(2001))),
        note("is_a_list", json!(["x"])),
        plate_of_no_kind(),
    ]
}

/// A dispatch whose vehicle has a plate that cannot exist.
fn plate_of_no_kind() -> Bad {
    let mut claims = claims();
    claims["type"] = json!("pick_up");
    claims["body"] = json!({
        "dispatch": crate::bad_claims::SOME_ID, "at": 1_795_312_700, "seals_intact": true,
        "vehicle": {"plate": "沪AI2345", "colour": "2"},
    });
    let (payload, disclosures) = author::seal(claims, &mut salts("bad plate")).unwrap();
    bad(
        "vehicle_with_a_plate_of_no_kind",
        "malformed",
        signed(payload.to_string().as_bytes(), &disclosures),
    )
}
