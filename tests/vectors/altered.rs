//! Good bundles in which something was altered: by accident, and by somebody who makes the digest fit.

use crate::bundles::File;
use crate::forged::sealed;
use serde_json::Value;

/// What is replaced by what.
type Edits = Vec<(String, String)>;

/// The record that is altered, by its place in the bundle.
const PLACE: usize = 7;

/// The bundle `of` as text and read.
fn read(file: &File, of: &str) -> (String, Value) {
    let text = file.base(of)["bundle"].as_str().unwrap().to_owned();
    let value = serde_json::from_str(&text).unwrap();
    (text, value)
}

/// One text for another, and a digest that fits what comes of it.
fn fitting(text: &str, from: &str, to: &str) -> Edits {
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

/// Bytes that changed on the way, and texts that are no such bundle.
pub fn damage(file: &mut File) {
    let (text, value) = read(file, "greens");
    let entry = &value["records"][PLACE];
    let jwt = entry["sd_jwt"].as_str().unwrap().split('~').next().unwrap();
    let [payload, signature] = [1, 2].map(|at| jwt.split('.').nth(at).unwrap());
    for (name, part) in [
        ("payload", payload),
        ("signature", signature),
        ("proof", entry["proof"][0].as_str().unwrap()),
        (
            "checkpoint",
            &after(&text, "— zhejiang.shisu.example/demo ", 60),
        ),
        ("digest", value["digest"].as_str().unwrap()),
    ] {
        let name = format!("a_byte_of_the_{name}_flipped");
        let edits = [(part.to_owned(), flipped(part))];
        file.edited(&name, "greens", &edits, "bundle_damaged");
    }
    let state = [("\"state\":\"missing", "\"state\":\"missinG")];
    let edits = state.map(|(from, to)| (from.to_owned(), to.to_owned()));
    let name = "a_byte_of_the_verdict_flipped";
    file.edited(name, "greens", &edits, "bundle_damaged");
    for (name, from, to, code) in [
        ("another_format", "e/v1", "e/v2", "bundle_format"),
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
            "\"records\":{},\"x\":[",
            "bundle_malformed",
        ),
    ] {
        file.edited(name, "greens", &[(from.into(), to.into())], code);
    }
    let (small, _) = read(file, "farm");
    let half = small.get(small.len() / 2..).unwrap().to_owned();
    let cut = [(half, String::new())];
    file.edited("truncated", "farm", &cut, "bundle_malformed");
}

/// What a forger altered who made the digest fit.
pub fn forge(file: &mut File) {
    forge_a_record(file);
    forge_the_frame(file);
    let (text, _) = read(file, "greens");
    let first = text.find("{\"index\":0,").unwrap();
    let second = text.find("{\"index\":1,").unwrap();
    let genesis = text.get(first..second).unwrap();
    let edits = fitting(&text, genesis, "");
    file.edited("forged_without_genesis", "greens", &edits, "bundle_genesis");
    let (hidden, _) = read(file, "sausage");
    let edits = fitting(&hidden, "\"state\":\"recalled\"", "\"state\":\"complete\"");
    file.edited(
        "forged_to_hide_a_recall",
        "sausage",
        &edits,
        "bundle_verdict",
    );
}

fn forge_a_record(file: &mut File) {
    let (text, value) = read(file, "greens");
    let entry = &value["records"][PLACE];
    let jwt = entry["sd_jwt"].as_str().unwrap().split('~').next().unwrap();
    let signature = jwt.rsplit('.').next().unwrap();
    let hash = entry["proof"][0].as_str().unwrap();
    let proof = format!("\"proof\":[\"{hash}\",");
    let index = format!("\"index\":{},", entry["index"]);
    let before = format!("\"index\":{},", value["records"][PLACE - 1]["index"]);
    for (name, from, to, code) in [
        (
            "signature",
            signature,
            flipped(signature),
            "bundle_not_included",
        ),
        ("proof", hash, flipped(hash), "bundle_not_included"),
        (
            "proof_cut",
            &proof,
            "\"proof\":[".into(),
            "bundle_not_included",
        ),
        ("index_of_the_one_before", &index, before, "bundle_order"),
        (
            "index_beyond_the_log",
            &index,
            "\"index\":9999,".into(),
            "bundle_order",
        ),
    ] {
        let edits = fitting(&text, from, &to);
        file.edited(&format!("forged_{name}"), "greens", &edits, code);
    }
}

fn forge_the_frame(file: &mut File) {
    let (text, value) = read(file, "greens");
    let made = format!("\"made_at\":{}", value["made_at"]);
    let tomorrow = value["made_at"].as_u64().unwrap() + 86_400;
    let log = "\"log\":\"zhejiang";
    for (name, from, to, code) in [
        ("log", log, "\"log\":\"jiangsu".into(), "bundle_other_log"),
        (
            "size_of_the_checkpoint",
            "demo\\n423\\n",
            "demo\\n424\\n".into(),
            "bundle_checkpoint",
        ),
        (
            "made_in_the_future",
            &made,
            format!("\"made_at\":{tomorrow}"),
            "bundle_made_at",
        ),
        (
            "made_before_its_records",
            &made,
            "\"made_at\":1700000000".into(),
            "bundle_made_at",
        ),
        (
            "claimed_state",
            "\"state\":\"missing\"",
            "\"state\":\"complete\"".into(),
            "bundle_verdict",
        ),
    ] {
        let edits = fitting(&text, from, &to);
        file.edited(&format!("forged_{name}"), "greens", &edits, code);
    }
}
