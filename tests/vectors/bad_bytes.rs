//! Records whose framing, header, spelling or signature is wrong, or that are too large.

use crate::bad_claims::{bad, decode, sealed, signed};
use crate::records::Bad;
use crate::story::{canteen, farm};
use crate::tools::{base64url, header, join, part, raised, replaced, sign_raw};
use serde_json::json;
use shisu::core::record::Jwk;

/// A genuine record: its header, payload and signature, and its disclosures.
fn genuine() -> ([String; 3], Vec<String>) {
    let (payload, disclosures) = sealed();
    let text = signed(payload.to_string().as_bytes(), &disclosures);
    let jwt = text.split('~').next().unwrap();
    let parts: Vec<String> = jwt.split('.').map(str::to_owned).collect();
    (parts.try_into().unwrap(), disclosures)
}

fn kid() -> String {
    Jwk::of(&canteen().key()).kid().to_string()
}

pub fn all() -> Vec<Bad> {
    let mut out = framing();
    out.extend(headers());
    out.extend(spellings());
    out.extend(signatures());
    out.extend(sizes());
    out
}

fn framing() -> Vec<Bad> {
    let n = "not_sd_jwt";
    let ([h, p, s], disclosures) = genuine();
    let jwt = format!("{h}.{p}.{s}");
    let whole = join(&jwt, &disclosures);
    vec![
        bad("empty", n, String::new()),
        bad("a_jwt_alone", n, jwt.clone()),
        bad(
            "last_tilde_missing",
            n,
            whole.trim_end_matches('~').to_owned(),
        ),
        bad("with_a_key_binding_jwt", n, format!("{whole}{jwt}")),
        bad("with_an_empty_disclosure", n, format!("{whole}~")),
        bad(
            "with_an_empty_disclosure_first",
            n,
            replaced(&whole, &format!("{s}~"), &format!("{s}~~")),
        ),
        bad("two_parts", n, join(&format!("{h}.{p}"), &disclosures)),
        bad("four_parts", n, join(&format!("{jwt}.{s}"), &disclosures)),
        bad("only_tildes", n, "~~".to_owned()),
        bad("newline_at_the_end", n, format!("{whole}\n")),
        bad(
            "white_space_before",
            "not_canonical_base64",
            format!(" {whole}"),
        ),
    ]
}

fn headers() -> Vec<Bad> {
    let (payload, disclosures) = sealed();
    let (kid, payload) = (kid(), payload.to_string());
    let of = |name: &str, code: &'static str, header: &[u8]| {
        let name = format!("header_{name}");
        bad(
            &name,
            code,
            sign_raw(header, payload.as_bytes(), &canteen().key(), &disclosures),
        )
    };
    let genuine = header(&kid);
    let (m, a) = ("header_members", "algorithm");
    let with = |from: &str, to: &str| replaced(&genuine, from, to).into_bytes();
    let mut latin = genuine.clone().into_bytes();
    latin[30] = 0xe9;
    let deep = format!("{{\"alg\":{}{}}}", "[".repeat(13), "]".repeat(13));
    vec![
        of("alg_none", a, &with("EdDSA", "none")),
        of("alg_hs256", a, &with("EdDSA", "HS256")),
        of("alg_es256", a, &with("EdDSA", "ES256")),
        of("alg_ed25519", a, &with("EdDSA", "Ed25519")),
        of("alg_in_small_letters", a, &with("EdDSA", "eddsa")),
        of("other_typ", m, &with("shisu-record+sd-jwt", "JWT")),
        of(
            "longer_typ",
            m,
            &with("shisu-record", "application/shisu-record"),
        ),
        of(
            "without_typ",
            m,
            &with("\"typ\":\"shisu-record+sd-jwt\",", ""),
        ),
        of("without_kid", m, &with(&format!(",\"kid\":\"{kid}\""), "")),
        of("without_alg", m, &with("\"alg\":\"EdDSA\",", "")),
        of("with_crit", m, &with("{", "{\"crit\":[],")),
        of("with_jwk", m, &with("}", ",\"jwk\":{}}")),
        of(
            "in_another_order",
            m,
            json!({"alg": "EdDSA", "kid": kid, "typ": "shisu-record+sd-jwt"})
                .to_string()
                .as_bytes(),
        ),
        of("with_white_space", m, &with(",\"typ\"", ", \"typ\"")),
        of("with_an_escape", m, &with("\"kid\"", "\"k\\u0069d\"")),
        of("kid_too_short", m, &with(&kid, part(&kid, 1..))),
        of("kid_with_padding", m, &with(&kid, &format!("{kid}="))),
        of("kid_with_loose_bits", m, &with(&kid, &loosened(&kid))),
        of("kid_is_a_number", m, &with(&format!("\"{kid}\""), "17")),
        of(
            "alg_doubled",
            "duplicate_member",
            &with("{", "{\"alg\":\"EdDSA\","),
        ),
        of("not_utf_8", "invalid_utf8", &latin),
        of("nested_deep", "too_deep", deep.as_bytes()),
        of("alg_is_a_float", "inexact_number", b"{\"alg\":1.5}"),
        of("is_a_list", m, b"[]"),
        of("is_empty", m, b""),
    ]
}

/// The same bytes spelled with bits in the last character that mean nothing.
fn loosened(text: &str) -> String {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    assert_ne!(text.len() % 4, 0, "{text} has no loose bits");
    let last = ALPHABET.find(text.chars().last().unwrap()).unwrap();
    format!(
        "{}{}",
        part(text, ..text.len() - 1),
        part(ALPHABET, last + 1..last + 2)
    )
}

fn spellings() -> Vec<Bad> {
    let n = "not_canonical_base64";
    let ([h, p, s], disclosures) = genuine();
    let of = |name: &str, h: &str, p: &str, s: &str| {
        bad(name, n, join(&format!("{h}.{p}.{s}"), &disclosures))
    };
    let spaced = format!("{} ", part(&s, ..85));
    let standard = s.replace('-', "+").replace('_', "/");
    assert_ne!(standard, s);
    let (payload, _) = sealed();
    // One byte more or less of white space decides whether the last character has loose bits.
    let loose = ["", " ", "  "].iter().find_map(|space| {
        let text = signed(format!("{payload}{space}").as_bytes(), &disclosures);
        let [h, p, s] =
            <[&str; 3]>::try_from(text.split('~').next()?.split('.').collect::<Vec<_>>()).ok()?;
        (p.len() % 4 == 2).then(|| format!("{h}.{}.{s}", loosened(p)))
    });
    vec![
        of("signature_with_loose_bits", &h, &p, &loosened(&s)),
        of("signature_with_padding", &h, &p, &format!("{s}==")),
        of("signature_in_the_other_alphabet", &h, &p, &standard),
        of("signature_with_white_space", &h, &p, &spaced),
        of("signature_too_short", &h, &p, part(&s, ..84)),
        of("signature_too_long", &h, &p, &format!("{s}AAAA")),
        of("signature_empty", &h, &p, ""),
        of("payload_with_padding", &h, &format!("{p}="), &s),
        of(
            "payload_with_a_character_too_many",
            &h,
            &format!("{p}A{}", "A".repeat((4 - p.len() % 4) % 4)),
            &s,
        ),
        bad(
            "payload_with_loose_bits",
            n,
            join(&loose.unwrap(), &disclosures),
        ),
        of("header_with_padding", &format!("{h}=="), &p, &s),
        of("header_with_a_tab", &format!("{h}\t"), &p, &s),
    ]
}

fn signatures() -> Vec<Bad> {
    let ([h, p, s], disclosures) = genuine();
    let of = |name: &str, h: &str, p: &str, s: &str| {
        bad(
            name,
            "signature",
            join(&format!("{h}.{p}.{s}"), &disclosures),
        )
    };
    let flipped = |at: usize| {
        let mut bytes = decode(&s);
        bytes[at] ^= 1;
        base64url(bytes)
    };
    let text = String::from_utf8(decode(&p)).unwrap();
    let altered = |from: &str, to: &str| base64url(replaced(&text, from, to));
    let other = sign_raw(
        header(&kid()).as_bytes(),
        text.as_bytes(),
        &farm().key(),
        &[],
    );
    let (other, _) = other.rsplit_once('~').unwrap();
    let other = other.rsplit_once('.').unwrap().1;
    vec![
        of("signature_with_r_altered", &h, &p, &flipped(0)),
        of("signature_with_s_altered", &h, &p, &flipped(32)),
        of(
            "signature_with_s_raised_by_the_order",
            &h,
            &p,
            &base64url(raised(&decode(&s))),
        ),
        of("signature_of_zeros", &h, &p, &base64url([0; 64])),
        of("signature_by_another_key", &h, &p, other),
        of(
            "payload_altered_after_signing",
            &h,
            &altered("\"seq\":42", "\"seq\":43"),
            &s,
        ),
        of(
            "payload_respelled_after_signing",
            &h,
            &altered("\"seq\":42", "\"seq\": 42"),
            &s,
        ),
        of(
            "digest_altered_after_signing",
            &h,
            &altered("\"KGM\"", "\"GRM\""),
            &s,
        ),
    ]
}

fn sizes() -> Vec<Bad> {
    let t = "too_large";
    let (mut payload, disclosures) = sealed();
    let whole = signed(payload.to_string().as_bytes(), &disclosures);
    payload["body"]["colour"] = json!("x".repeat(49_000));
    vec![
        bad(
            "record_of_more_than_65535_bytes",
            t,
            signed(payload.to_string().as_bytes(), &disclosures),
        ),
        bad(
            "submission_of_262145_bytes",
            t,
            format!("{whole}{}~", "A".repeat(262_144 - whole.len())),
        ),
        bad(
            "disclosures_513",
            t,
            format!(
                "{}{}",
                whole.split_once('~').unwrap().0,
                "~A".repeat(513) + "~"
            ),
        ),
    ]
}
