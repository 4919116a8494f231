//! The part of `notes.json` about receipts and about whom to believe.

use crate::notes::{judged, log_key, signed, tree, witness};
use crate::tools::part;
use serde_json::{Value, json};
use shisu::core::log::{Policy, Receipt, leaf_hash};
use shisu::core::text::Explain;
use std::sync::Arc;

fn policy() -> String {
    format!(
        "log {}\nwitness w1 {}\nquorum w1\n",
        log_key(),
        witness("w1").verifier_key()
    )
}

fn judge_receipt(text: &str) -> Result<(), &'static str> {
    let policy = Policy::parse(&policy()).unwrap();
    let receipt = Receipt::parse(text).map_err(|e| e.code())?;
    receipt
        .verify(&leaf_hash(b"record 2"), &policy)
        .map(drop)
        .map_err(|e| e.code())
}

/// The receipt said or spelled in another way.
fn respelled(genuine: &str) -> Vec<(&'static str, String, &'static str)> {
    let with = |from: &str, to: &str| genuine.replacen(from, to, 1);
    vec![
        ("another_size", with("\n5\n", "\n6\n"), "note_bad_signature"),
        (
            "another_origin",
            with("\nzhejiang", "\njiangsu"),
            "trust_unknown_log",
        ),
        ("another_version", with("@v1", "@v2"), "receipt_format"),
        (
            "extra_not_canonical",
            with("index 2\n", "extra AAF\nindex 2\n"),
            "receipt_extra",
        ),
        (
            "windows_line_ends",
            genuine.replace('\n', "\r\n"),
            "receipt_format",
        ),
        (
            "no_last_newline",
            genuine.trim_end().to_owned(),
            "note_format",
        ),
        ("empty", String::new(), "receipt_format"),
    ]
}

pub fn receipts() -> Value {
    let proof = tree().prove_recent(2).unwrap();
    let genuine = Receipt::new(2, proof.clone(), Arc::new(signed(&["w1"])))
        .unwrap()
        .to_string();
    let bare = Receipt::new(2, proof.clone(), Arc::new(signed(&[])))
        .unwrap()
        .to_string();
    let with = |from: &str, to: &str| genuine.replacen(from, to, 1);
    let lines = proof
        .iter()
        .map(|hash| format!("{}\n", hash.to_base64()))
        .collect::<Vec<_>>();
    let without_the_log: String = genuine
        .split_inclusive('\n')
        .filter(|line| !line.starts_with("— zhejiang"))
        .collect();
    let mut cases = vec![
        ("genuine", genuine.clone(), ""),
        (
            "with_extra_data",
            with("index 2\n", "extra AAEC\nindex 2\n"),
            "",
        ),
        (
            "with_a_strangers_signature",
            format!("{genuine}— grease.example AAAAAGdyZWFzZQ==\n"),
            "",
        ),
        ("without_the_witness", bare, "trust_quorum"),
        ("without_the_log", without_the_log, "note_unsigned"),
        ("another_index", with("index 2", "index 3"), "proof_root"),
        (
            "index_beyond_the_tree",
            with("index 2", "index 5"),
            "proof_out_of_tree",
        ),
        (
            "index_with_a_leading_zero",
            with("index 2", "index 02"),
            "receipt_index",
        ),
        ("index_missing", with("index 2\n", ""), "receipt_index"),
        ("proof_too_short", with(&lines[2], ""), "proof_length"),
        (
            "proof_out_of_order",
            with(&lines[..2].concat(), &(lines[1].clone() + &lines[0])),
            "proof_root",
        ),
        (
            "proof_line_cut",
            with(&lines[0], part(&lines[0], 1..)),
            "receipt_proof_line",
        ),
        (
            "proof_of_64_lines",
            with(&lines[0], &lines[0].repeat(62)),
            "receipt_proof_too_long",
        ),
    ];
    cases.extend(respelled(&genuine));
    let (good, bad) = judged(cases, judge_receipt);
    json!({"entry": "record 2", "policy": policy(), "good": good, "bad": bad})
}

fn policies_of_bad_names(w1: &str, two: &str) -> Vec<(&'static str, String, &'static str)> {
    vec![
        (
            "key_twice",
            format!("{two}witness c {w1}\n"),
            "policy_duplicate_key",
        ),
        (
            "name_twice",
            format!("{two}group a any b\n"),
            "policy_duplicate_name",
        ),
        (
            "name_unknown",
            format!("{two}group g any c\n"),
            "policy_unknown_name",
        ),
        (
            "member_twice",
            format!("{two}group g any a a\n"),
            "policy_member_twice",
        ),
        (
            "threshold_zero",
            format!("{two}group g 0 a b\n"),
            "policy_threshold",
        ),
        (
            "threshold_above_the_members",
            format!("{two}group g 3 a b\n"),
            "policy_threshold",
        ),
        (
            "second_quorum",
            format!("{two}quorum a\nquorum a\n"),
            "policy_second_quorum",
        ),
    ]
}

pub fn policies() -> Value {
    let (log, w1, w2) = (log_key(), witness("w1"), witness("w2"));
    let (w1, w2) = (w1.verifier_key().to_string(), w2.verifier_key().to_string());
    let two = format!("witness a {w1}\nwitness b {w2} https://w.example/\n");
    let mut cases = vec![
        ("log_alone", format!("log {log}\nquorum none\n"), ""),
        ("one_witness", policy(), ""),
        (
            "two_of_two_with_comments",
            format!(
                "# 注释\nlog {log} https://log.example/\n\n{two}\t group  g all a\tb \nquorum g\n"
            ),
            "",
        ),
        ("empty", String::new(), "policy_no_quorum"),
        ("quorum_missing", format!("log {log}\n"), "policy_no_quorum"),
        (
            "last_line_unterminated",
            format!("log {log}\nquorum none"),
            "policy_unterminated",
        ),
        (
            "control_character",
            "quorum no\rne\n".into(),
            "policy_control_character",
        ),
        ("unknown_word", "quorums none\n".into(), "policy_word"),
        ("too_few_items", "log\n".into(), "policy_items"),
        ("too_many_items", "quorum a b\n".into(), "policy_items"),
        ("key_unreadable", "log nonsense\n".into(), "key_format"),
        ("witness_as_log", format!("log {w1}\n"), "policy_key_kind"),
        (
            "log_as_witness",
            format!("witness a {log}\n"),
            "policy_key_kind",
        ),
        (
            "too_long",
            format!("#{}\n", "x".repeat(65_536)),
            "policy_too_long",
        ),
    ];
    cases.extend(policies_of_bad_names(&w1, &two));
    let judge = |text: &str| Policy::parse(text).map(drop).map_err(|e| e.code());
    let (good, bad) = judged(cases, judge);
    json!({"good": good, "bad": bad})
}
