//! `bundles.json`: evidence bundles, good ones of several journeys, and bad ones: damaged, altered with a
//! digest that fits, of another log, and written by a dishonest node.

use crate::forged::{Log, sealed};
use crate::journeys::{self, Journeys};
use crate::notes::{log_key, witness};
use crate::tools::{LOG, assert_names_are_unique, key, settle};
use serde_json::{Value, json};
use shisu::app::bundle::Audience;
use shisu::core::bundle::{Bundle, ReportError, verify};
use shisu::core::log::{NoteSigner, Policy};
use shisu::core::text::Explain;
use shisu::core::time::UnixSeconds;
use std::collections::BTreeMap;

/// Codes that take rules of verdicts or sums of quantities to find.
const NEEDS_JUDGING: [&str; 2] = ["bundle_verdict", "bundle_balance"];

/// The code of the fault inside a fault, if there is one.
fn cause(error: &ReportError) -> Option<&'static str> {
    match error {
        ReportError::Checkpoint(error) => Some(error.code()),
        ReportError::NotTrusted(error) => Some(error.code()),
        ReportError::Record(error) | ReportError::Signature(error) => Some(error.code()),
        ReportError::NotIncluded(error) => Some(error.code()),
        ReportError::Refused(error) => Some(error.code()),
        _ => None,
    }
}

fn judge(text: &str, policy: &str, now: u64) -> Result<usize, ReportError> {
    let policy = Policy::parse(policy).unwrap();
    let bundle = Bundle::parse(text)?;
    let report = verify(&bundle, Some(&policy), UnixSeconds::new(now).unwrap());
    match report.first_error {
        Some(fault) => Err(fault.error),
        None => Ok(report.checked.signatures),
    }
}

/// The file in the making.
struct File {
    policies: BTreeMap<&'static str, String>,
    good: Vec<Value>,
    bad: Vec<Value>,
}

impl File {
    fn good(&mut self, name: &str, policy: &str, now: u64, bundle: &Bundle) {
        let text = bundle.to_json();
        let signatures = judge(&text, &self.policies[policy], now).unwrap();
        self.good.push(json!({
            "name": name, "policy": policy, "now": now, "signatures": signatures,
            "state": bundle.verdict["state"], "bundle": text,
        }));
    }

    /// A bundle of its own that is bad.
    fn bad(&mut self, name: &str, text: &str, code: &str) {
        let now = Log::of_a_farm().clock + 86_400;
        let error = judge(text, &self.policies["vectors"], now).expect_err(name);
        assert_eq!(error.code(), code, "{name}: {error}");
        self.bad.push(json!({
            "name": name, "policy": "vectors", "now": now, "code": code, "cause": cause(&error),
            "bundle": text,
        }));
    }

    fn base(&self, of: &str) -> &Value {
        self.good.iter().find(|good| good["name"] == of).unwrap()
    }

    /// A good bundle under another policy or at another time.
    fn elsewhere(&mut self, name: &str, of: &str, (policy, later): (&str, i64), code: &str) {
        let base = self.base(of);
        let now = base["now"]
            .as_u64()
            .unwrap()
            .checked_add_signed(later)
            .unwrap();
        let text = base["bundle"].as_str().unwrap();
        let error = judge(text, &self.policies[policy], now).expect_err(name);
        assert_eq!(error.code(), code, "{name}: {error}");
        self.bad.push(json!({
            "name": name, "of": of, "policy": policy, "now": now, "code": code,
            "cause": cause(&error), "edits": [],
        }));
    }

    /// A good bundle in which texts were replaced, each standing in it once.
    fn edited(&mut self, name: &str, of: &str, edits: &[(String, String)], code: &str) {
        let base = self.base(of).clone();
        let mut text = base["bundle"].as_str().unwrap().to_owned();
        for (from, to) in edits {
            assert_eq!(text.matches(from.as_str()).count(), 1, "{name}: {from}");
            text = text.replacen(from.as_str(), to, 1);
        }
        let policy = base["policy"].as_str().unwrap();
        let error = judge(&text, &self.policies[policy], base["now"].as_u64().unwrap());
        let error = error.expect_err(name);
        assert_eq!(error.code(), code, "{name}: {error}");
        let mut vector = json!({
            "name": name, "of": of, "policy": policy, "now": base["now"], "code": code,
            "cause": cause(&error), "edits": edits,
        });
        if NEEDS_JUDGING.contains(&code) {
            vector["needs_judging"] = json!(true);
        }
        self.bad.push(vector);
    }
}

fn policies(journeys: &Journeys) -> BTreeMap<&'static str, String> {
    let vectors = log_key();
    let same_name = NoteSigner::new(LOG.parse().unwrap(), key("impostor")).unwrap();
    let witnessed = format!(
        "log {vectors}\nwitness w1 {}\nquorum w1\n",
        witness("w1").verifier_key()
    );
    BTreeMap::from([
        ("demo", journeys.policy.clone()),
        ("vectors", format!("log {vectors}\nquorum none\n")),
        (
            "another_key",
            format!("log {}\nquorum none\n", same_name.verifier_key()),
        ),
        ("witnessed", witnessed),
    ])
}

/// One text for another, and a digest that fits what comes of it.
fn forge(base: &Value, from: &str, to: &str) -> Vec<(String, String)> {
    let text = base["bundle"].as_str().unwrap();
    assert_eq!(text.matches(from).count(), 1, "{from}");
    let changed = sealed(serde_json::from_str(&text.replacen(from, to, 1)).unwrap());
    let digest = |text: &str| {
        let value: Value = serde_json::from_str(text).unwrap();
        value["digest"].as_str().unwrap().to_owned()
    };
    vec![
        (from.to_owned(), to.to_owned()),
        (digest(text), digest(&changed)),
    ]
}

/// The first `chars` characters after `start`, which stands in the text once.
fn after(text: &str, start: &str, chars: usize) -> String {
    let (_, rest) = text.split_once(start).unwrap();
    rest.chars().take(chars).collect()
}

fn flipped(part: &str) -> String {
    let first = part.chars().next().unwrap();
    let other = if first == 'A' { 'B' } else { 'A' };
    part.replacen(first, &other.to_string(), 1)
}

fn damaged(file: &mut File) {
    let base = file.base("greens")["bundle"].as_str().unwrap().to_owned();
    let value: Value = serde_json::from_str(&base).unwrap();
    let record = value["records"][7]["sd_jwt"].as_str().unwrap().to_owned();
    let jwt = record.split('~').next().unwrap();
    let [payload, signature] = [1, 2].map(|at| jwt.split('.').nth(at).unwrap());
    let parts = [
        ("payload", payload),
        ("signature", signature),
        ("proof", value["records"][7]["proof"][0].as_str().unwrap()),
        (
            "checkpoint",
            &after(&base, "— zhejiang.shisu.example/demo ", 60),
        ),
        ("verdict", "\"state\":\"missing\""),
        ("digest", value["digest"].as_str().unwrap()),
    ];
    for (name, part) in parts {
        let altered = match name {
            "verdict" => part.replacen("missing", "missinG", 1),
            _ => flipped(part),
        };
        let edits = [(part.to_owned(), altered)];
        let name = format!("a_byte_of_the_{name}_flipped");
        file.edited(&name, "greens", &edits, "bundle_damaged");
    }
    let small = file.base("farm")["bundle"].as_str().unwrap();
    let half = small.get(small.len() / 2..).unwrap().to_owned();
    let cut = [(half, String::new())];
    file.edited("truncated", "farm", &cut, "bundle_malformed");
    for (name, from, to, code) in [
        (
            "another_format",
            "shisu-bundle/v1",
            "shisu-bundle/v2",
            "bundle_format",
        ),
        (
            "an_unknown_member",
            "{\"format\"",
            "{\"more\":1,\"format\"",
            "bundle_malformed",
        ),
        (
            "a_member_twice",
            "{\"format\"",
            "{\"rules\":\"\",\"format\"",
            "bundle_malformed",
        ),
        (
            "no_records",
            "\"records\":[",
            "\"records\":{}, \"x\":[",
            "bundle_malformed",
        ),
    ] {
        file.edited(name, "greens", &[(from.into(), to.into())], code);
    }
}

fn altered_with_a_digest_that_fits(file: &mut File) {
    let base = file.base("greens").clone();
    let text = base["bundle"].as_str().unwrap();
    let value: Value = serde_json::from_str(text).unwrap();
    let entry = &value["records"][7];
    let jwt = entry["sd_jwt"].as_str().unwrap().split('~').next().unwrap();
    let signature = jwt.rsplit('.').next().unwrap();
    let index = format!("\"index\":{},", entry["index"]);
    let before = format!(
        "\"index\":{},",
        value["records"][6]["index"].as_u64().unwrap()
    );
    let hash = entry["proof"][0].as_str().unwrap();
    let made_at = value["made_at"].as_u64().unwrap();
    let made = format!("\"made_at\":{made_at}");
    let cases = [
        (
            "signature",
            signature.to_owned(),
            flipped(signature),
            "bundle_not_included",
        ),
        (
            "proof",
            hash.to_owned(),
            flipped(hash),
            "bundle_not_included",
        ),
        (
            "proof_cut",
            format!("\"proof\":[\"{hash}\","),
            "\"proof\":[".into(),
            "bundle_not_included",
        ),
        (
            "index_of_the_one_before",
            index.clone(),
            before,
            "bundle_order",
        ),
        (
            "index_beyond_the_log",
            index,
            "\"index\":9999,".into(),
            "bundle_order",
        ),
        (
            "log",
            "\"log\":\"zhejiang".into(),
            "\"log\":\"jiangsu".into(),
            "bundle_other_log",
        ),
        (
            "size_of_the_checkpoint",
            "demo\\n423\\n".into(),
            "demo\\n424\\n".into(),
            "bundle_checkpoint",
        ),
        (
            "made_in_the_future",
            made.clone(),
            format!("\"made_at\":{}", made_at + 86_400),
            "bundle_made_at",
        ),
        (
            "made_before_its_records",
            made,
            "\"made_at\":1700000000".into(),
            "bundle_made_at",
        ),
        (
            "claimed_state",
            "\"state\":\"missing\"".into(),
            "\"state\":\"complete\"".into(),
            "bundle_verdict",
        ),
    ];
    for (name, from, to, code) in cases {
        let edits = forge(&base, &from, &to);
        file.edited(&format!("forged_{name}"), "greens", &edits, code);
    }
    let first = text.find("{\"index\":0,").unwrap();
    let second = text.find(",{\"index\":1,").unwrap();
    let genesis = text.get(first..second + 1).unwrap().to_owned();
    let edits = forge(&base, &genesis, "");
    file.edited("forged_without_genesis", "greens", &edits, "bundle_genesis");
    let hidden = file.base("sausage").clone();
    let edits = forge(&hidden, "\"state\":\"recalled\"", "\"state\":\"complete\"");
    file.edited(
        "forged_to_hide_a_recall",
        "sausage",
        &edits,
        "bundle_verdict",
    );
}

#[test]
fn bundles_are_accepted_or_refused_for_a_reason() {
    let journeys = journeys::tell();
    let mut file = File {
        policies: policies(&journeys),
        good: Vec::new(),
        bad: Vec::new(),
    };
    let now = journeys.now.get();
    for (name, journey, audience) in [
        ("greens", "greens", Audience::Public),
        ("greens_with_quantities", "greens", Audience::Full),
        ("chicken", "chicken", Audience::Public),
        ("sausage", "sausage", Audience::Public),
    ] {
        let bundle = journeys.bundle(journey, &audience);
        file.good(name, "demo", now, &bundle);
    }
    let farm = Log::of_a_farm();
    file.good("farm", "vectors", farm.clock + 86_400, &farm.bundle());
    damaged(&mut file);
    altered_with_a_digest_that_fits(&mut file);
    for (name, of, where_and_when, code) in [
        (
            "of_a_log_that_the_policy_does_not_know",
            "greens",
            ("vectors", 0),
            "bundle_not_trusted",
        ),
        (
            "of_a_log_whose_key_is_another",
            "farm",
            ("another_key", 0),
            "bundle_not_trusted",
        ),
        (
            "without_the_witness_that_the_policy_asks_for",
            "farm",
            ("witnessed", 0),
            "bundle_not_trusted",
        ),
        (
            "checked_by_a_clock_that_is_far_behind",
            "greens",
            ("demo", -86_400),
            "bundle_made_at",
        ),
    ] {
        file.elsewhere(name, of, where_and_when, code);
    }
    crate::dishonest::tell(&mut |name, text, code| file.bad(name, text, code));
    assert_names_are_unique(&[&file.good, &file.bad]);
    settle(
        "bundles.json",
        &json!({"policies": file.policies, "good": file.good, "bad": file.bad}),
    );
}
