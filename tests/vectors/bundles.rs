//! `bundles.json`: evidence bundles, good ones of several journeys, and bad ones: damaged, altered with a
//! digest that fits, of another log, and written by a dishonest node.

use crate::altered;
use crate::forged::Log;
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
pub struct File {
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

    /// A good bundle of the file.
    pub fn base(&self, of: &str) -> &Value {
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
    pub fn edited(&mut self, name: &str, of: &str, edits: &[(String, String)], code: &str) {
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
    let farmer = Log::of_a_smallholder();
    let later = farmer.clock + 86_400;
    file.good("smallholder", "vectors", later, &farmer.bundle());
    altered::damage(&mut file);
    altered::forge(&mut file);
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
