//! What a dishonest node can put into its log, and what gives each of them away.

use crate::forged::{LOT, Log, sealed, stranger, with_false_signature};
use crate::story::{farm, node, registrar};
use crate::tools::{base64url, jwk, key, of_base64};
use serde_json::{Value, json};

/// What is told of each: name, bundle, code.
type Tell<'a> = dyn FnMut(&str, &str, &str) + 'a;

/// A key whose point is the identity: one signature fits all messages.
const IDENTITY: &str = "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

pub fn tell(tell: &mut Tell<'_>) {
    by_keys(tell);
    by_registrations(tell);
    by_feeds_and_citations(tell);
    by_form(tell);
}

fn revoke(log: &mut Log, name: &str) {
    let kid = shisu::core::record::Jwk::of(&key(name)).kid();
    log.say(
        registrar(),
        "revoke_key",
        json!({"key": kid, "reason": "lost"}),
    );
}

fn by_keys(tell: &mut Tell<'_>) {
    let mut log = Log::of_a_farm();
    revoke(&mut log, "farm");
    let herd = log.herd("t/JX-2026-118");
    log.put(herd);
    tell(
        "signed_by_a_key_that_was_revoked_before",
        &log.forged(),
        "bundle_refused",
    );

    let mut log = Log::of_a_farm();
    let mut herd = log.herd("t/JX-2026-118");
    herd.by = stranger();
    log.put(herd);
    tell(
        "signed_by_a_key_that_was_never_registered",
        &log.forged(),
        "bundle_key_unregistered",
    );

    let mut log = Log::enrolled();
    let herd = log.herd(LOT);
    let grant = log.texts.pop().unwrap();
    log.put(herd);
    log.put_text(&registrar(), &grant);
    tell(
        "signed_by_a_key_that_was_registered_after",
        &log.forged(),
        "bundle_key_unregistered",
    );

    let mut log = Log::enrolled();
    let herd = log.herd(LOT);
    let text = with_false_signature(&log.sign(&herd));
    log.put_text(&farm(), &text);
    tell(
        "with_a_false_signature_in_the_log",
        &log.forged(),
        "bundle_signature",
    );

    for (name, member, value) in [
        ("signed_before_the_key_counts", "from", 1_895_226_400_u64),
        ("signed_after_the_key_ended", "until", 1_795_226_401),
    ] {
        let mut log = Log::enrolled();
        log.texts.pop();
        let mut grant = log.grant("farm", &farm().party);
        grant.claims["seq"] = json!(2);
        grant.claims["body"][member] = json!(value);
        log.put(grant);
        let herd = log.herd(LOT);
        log.put(herd);
        tell(name, &log.forged(), "bundle_refused");
    }
}

fn by_registrations(tell: &mut Tell<'_>) {
    let mut log = Log::of_a_farm();
    let mut grant = log.grant("another", &farm().party);
    grant.claims["body"]["jwk"] = jwk(&key("yet another"));
    log.put(grant);
    tell(
        "with_a_key_that_was_registered_without_its_holder",
        &log.forged(),
        "bundle_signature",
    );

    let mut log = Log::of_a_farm();
    let point = of_base64(IDENTITY);
    let mut grant = log.grant("another", &farm().party);
    grant.claims["body"]["jwk"] = json!({"crv": "Ed25519", "kty": "OKP", "x": base64url(&point)});
    grant.claims["body"]["proof"] = json!(base64url([point, vec![0; 32]].concat()));
    log.put(grant);
    tell("with_a_weak_key", &log.forged(), "bundle_signature");

    let mut log = Log::of_a_farm();
    let mut grant = log.grant("another", &registrar().party);
    grant.by = farm();
    grant.claims["iss"] = json!(farm().party);
    grant.claims["seq"] = json!(9);
    grant.claims["prev"] = Value::Null;
    log.put(grant);
    tell(
        "with_a_key_that_nobody_entitled_granted",
        &log.forged(),
        "bundle_refused",
    );

    let mut log = Log::of_a_farm();
    let body = json!({"party": farm().party, "kind": "coop", "name": "示例", "county": "330421"});
    let draft = log.draft(farm(), "register_party", body);
    log.put(draft);
    tell(
        "with_a_party_that_enrols_itself",
        &log.forged(),
        "bundle_refused",
    );

    let mut log = Log::of_a_farm();
    let again = log.draft(
        registrar(),
        "beat",
        json!({"at": log.clock, "rules": "rules"}),
    );
    log.put(again);
    tell(
        "with_a_beat_that_is_not_the_nodes",
        &log.forged(),
        "bundle_refused",
    );

    let mut log = Log::of_a_farm();
    let early = log.draft(
        node(),
        "beat",
        json!({"at": 1_700_000_000, "rules": "rules"}),
    );
    log.put(early);
    tell(
        "with_a_beat_that_goes_back",
        &log.forged(),
        "bundle_refused",
    );
}

fn by_feeds_and_citations(tell: &mut Tell<'_>) {
    let mut log = Log::of_a_farm();
    let mut again = log.herd("t/JX-2026-118");
    again.claims["seq"] = json!(0);
    again.claims["prev"] = Value::Null;
    log.put(again);
    tell(
        "with_one_number_of_a_key_twice",
        &log.forged(),
        "bundle_refused",
    );

    let mut log = Log::of_a_farm();
    let mut herd = log.herd("t/JX-2026-118");
    let last = log.texts.get(3).unwrap().split('~').next().unwrap();
    herd.claims["prev"] = json!(crate::forged::id_of(last));
    log.put(herd);
    tell(
        "after_a_record_of_another_key",
        &log.forged(),
        "bundle_refused",
    );

    let mut log = Log::of_a_farm();
    let later = log.herd("t/JX-2026-119");
    let id = crate::forged::id_of(&log.sign(&later));
    let mut citing = log.herd("t/JX-2026-118");
    citing.claims["refs"] = json!([id]);
    citing.claims["seq"] = json!(7);
    let later = log.sign(&later);
    log.put(citing);
    log.put_text(&farm(), &later);
    tell(
        "with_a_citation_of_what_comes_after",
        &log.forged(),
        "bundle_refused",
    );

    let mut log = Log::of_a_farm();
    let mut ahead = log.herd("t/JX-2026-118");
    ahead.claims["iat"] = json!(log.clock + 86_400);
    log.put(ahead);
    tell("with_a_record_of_tomorrow", &log.forged(), "bundle_refused");

    let mut log = Log::of_a_farm();
    let mut sale = log.draft(
        farm(),
        "sell",
        json!({"channel": "consumer", "sold_on": "2026-11-22"}),
    );
    sale.claims["moves"] = json!([]);
    log.put(sale);
    tell("with_a_sale_of_nothing", &log.forged(), "bundle_refused");
}

fn by_form(tell: &mut Tell<'_>) {
    let mut log = Log::of_a_farm();
    let herd = log.herd("t/JX-2026-118");
    let text = log.sign(&herd).replacen('.', ".A", 1);
    log.put_text(&farm(), &text);
    tell(
        "with_a_malformed_record_in_the_log",
        &log.forged(),
        "bundle_record",
    );

    let mut log = Log::of_a_farm();
    let mut herd = log.herd("t/JX-2026-118");
    herd.claims["log"] = json!("jiangsu.shisu.example/log");
    log.put(herd);
    tell(
        "with_a_record_for_another_log",
        &log.forged(),
        "bundle_other_log",
    );

    let log = Log::of_a_farm();
    let mut value: Value = serde_json::from_str(&log.forged()).unwrap();
    let records = value["records"].as_array_mut().unwrap();
    let hash = records[0]["proof"][0].clone();
    records[0]["proof"] = json!(vec![hash; 64]);
    tell(
        "with_64_hashes_in_a_proof",
        &sealed(value),
        "bundle_too_many",
    );

    let log = Log::of_a_farm();
    let mut value: Value = serde_json::from_str(&log.forged()).unwrap();
    value["records"].as_array_mut().unwrap().remove(3);
    tell(
        "without_the_registration_of_a_key",
        &sealed(value),
        "bundle_key_unregistered",
    );

    let log = Log::of_a_farm();
    let mut value: Value = serde_json::from_str(&log.forged()).unwrap();
    value["verdict"]["rules"] = json!("other");
    tell(
        "with_a_verdict_under_other_rules",
        &sealed(value),
        "bundle_rules",
    );
}
