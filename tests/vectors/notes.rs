//! `notes.json`: verifier keys, checkpoints, cosignatures, receipts and policies of C2SP.

use crate::receipts;
use crate::tools::{
    LOG, assert_names_are_unique, base64, key, of_base64, part, raised, replaced, settle,
};
use serde_json::{Value, json};
use shisu::core::log::key::SignatureKind;
use shisu::core::log::note::NoteSignature;
use shisu::core::log::{
    Checkpoint, Cosigner, NoteSigner, SignedCheckpoint, TreeEdge, VerifierKey, cosigned_at,
    leaf_hash,
};
use shisu::core::text::Explain;
use shisu::core::time::UnixSeconds;

/// When the witnesses cosigned, Unix seconds.
const COSIGNED_AT: u64 = 1_795_312_800;

pub fn log_signer() -> NoteSigner {
    NoteSigner::new(LOG.parse().unwrap(), key("log")).unwrap()
}

pub fn witness(name: &str) -> Cosigner {
    let origin = format!("witness.shisu.example/{name}");
    Cosigner::new(origin.parse().unwrap(), key(name)).unwrap()
}

pub fn log_key() -> String {
    log_signer().verifier_key().to_string()
}

/// The tree of five records, `record 0` to `record 4`.
pub fn tree() -> TreeEdge {
    let mut edge = TreeEdge::new();
    for number in 0..5 {
        edge.append(leaf_hash(format!("record {number}").as_bytes()));
    }
    edge
}

fn checkpoint() -> Checkpoint {
    let edge = tree();
    Checkpoint::new(LOG.parse().unwrap(), edge.size(), edge.root()).unwrap()
}

pub fn signed(witnesses: &[&str]) -> SignedCheckpoint {
    let mut signed = SignedCheckpoint::sign(checkpoint(), &log_signer()).unwrap();
    for name in witnesses {
        let time = UnixSeconds::new(COSIGNED_AT).unwrap();
        signed
            .add(witness(name).cosign(signed.checkpoint(), time))
            .unwrap();
    }
    signed
}

/// A list of vectors whose texts `judge` accepts or refuses with the code given.
pub fn judged(
    cases: Vec<(&str, String, &str)>,
    judge: impl Fn(&str) -> Result<(), &'static str>,
) -> (Vec<Value>, Vec<Value>) {
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    for (name, text, code) in cases {
        if code.is_empty() {
            assert_eq!(judge(&text), Ok(()), "{name}");
            good.push(json!({"name": name, "text": text}));
        } else {
            assert_eq!(judge(&text), Err(code), "{name}");
            bad.push(json!({"name": name, "text": text, "code": code}));
        }
    }
    assert_names_are_unique(&[&good, &bad]);
    (good, bad)
}

fn verifier_keys() -> Value {
    let genuine = log_key();
    let (name, id, key64) = {
        let mut parts = genuine.splitn(3, '+');
        let mut next = || parts.next().unwrap().to_owned();
        (next(), next(), next())
    };
    let bytes = of_base64(&key64);
    let weak = base64([&[1][..], &[1], &[0; 31]].concat());
    let other = base64([&[6][..], &bytes[1..]].concat());
    let cases = vec![
        ("log", genuine.clone(), ""),
        ("witness", witness("w1").verifier_key().to_string(), ""),
        (
            "of_the_signed_note_text",
            "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW".into(),
            "",
        ),
        ("empty", String::new(), "key_format"),
        ("name_alone", name.clone(), "key_format"),
        ("without_key", format!("{name}+{id}"), "key_format"),
        (
            "id_in_capitals",
            format!("{name}+{}+{key64}", id.to_uppercase()),
            "key_format",
        ),
        (
            "id_too_short",
            format!("{name}+{}+{key64}", part(&id, 1..)),
            "key_format",
        ),
        (
            "another_id",
            format!("{name}+00000000+{key64}"),
            "key_id_mismatch",
        ),
        ("another_name", format!("x{genuine}"), "key_id_mismatch"),
        ("padded", format!("{genuine}="), "key_format"),
        (
            "cut_short",
            part(&genuine, ..genuine.len() - 4).to_owned(),
            "key_format",
        ),
        ("name_with_a_space", format!(" {genuine}"), "key_name"),
        ("name_empty", format!("+{id}+{key64}"), "key_name"),
        (
            "unknown_kind",
            format!("{name}+{id}+{other}"),
            "key_algorithm",
        ),
        (
            "small_order",
            format!("{name}+{id}+{weak}"),
            "key_small_order",
        ),
    ];
    let judge = |text: &str| VerifierKey::parse(text).map(drop).map_err(|e| e.code());
    let (mut good, bad) = judged(cases, judge);
    for vector in &mut good {
        let key = VerifierKey::parse(vector["text"].as_str().unwrap()).unwrap();
        vector["name_of_signer"] = json!(key.name());
        vector["key_id"] = json!(format!("{:08x}", key.id()));
        vector["kind"] = json!(key.kind().byte());
    }
    json!({"good": good, "bad": bad})
}

fn judge_checkpoint(text: &str) -> Result<(), &'static str> {
    let key = VerifierKey::parse(&log_key()).unwrap();
    let signed = SignedCheckpoint::parse(text).map_err(|e| e.code())?;
    signed.verify(&key).map_err(|e| e.code())
}

/// Notes whose text is no checkpoint.
fn texts_of_no_checkpoint(genuine: &str) -> Vec<(&'static str, String, &'static str)> {
    let root = tree().root().to_base64();
    let with = |from: &str, to: &str| genuine.replacen(from, to, 1);
    vec![
        (
            "size_with_a_leading_zero",
            with("\n5\n", "\n05\n"),
            "checkpoint_size",
        ),
        (
            "size_beyond_63_bits",
            with("\n5\n", "\n9223372036854775808\n"),
            "checkpoint_size",
        ),
        (
            "root_without_padding",
            with(&root, root.trim_end_matches('=')),
            "checkpoint_root",
        ),
        (
            "empty_log_with_another_root",
            with("\n5\n", "\n0\n"),
            "checkpoint_empty_root",
        ),
        (
            "with_an_extension",
            with(&root, &format!("{root}\nmore")),
            "checkpoint_extension",
        ),
        (
            "origin_with_a_space",
            with("zhejiang.shisu", "zhejiang shisu"),
            "checkpoint_origin",
        ),
        (
            "two_lines",
            with(&format!("\n{root}"), ""),
            "checkpoint_format",
        ),
    ]
}

fn checkpoints() -> Value {
    let genuine = signed(&[]).to_string();
    let line = genuine.split("\n\n").nth(1).unwrap().to_owned();
    let impostor = NoteSigner::new(LOG.parse().unwrap(), key("impostor")).unwrap();
    let impostor = SignedCheckpoint::sign(checkpoint(), &impostor).unwrap();
    let with = |from: &str, to: &str| genuine.replacen(from, to, 1);
    let false_line = {
        let name = log_signer();
        let false_line = name.sign("another text\n");
        format!("{genuine}{false_line}\n")
    };
    let mut cases = vec![
        ("genuine", genuine.clone(), ""),
        (
            "with_a_strangers_signature",
            format!("{genuine}— grease.example AAAAAGdyZWFzZQ==\n"),
            "",
        ),
        ("cosigned", signed(&["w1", "w2"]).to_string(), ""),
        ("by_an_impostor", impostor.to_string(), "note_unsigned"),
        (
            "with_a_false_line_beside_the_genuine",
            false_line,
            "note_bad_signature",
        ),
        ("another_size", with("\n5\n", "\n6\n"), "note_bad_signature"),
        (
            "another_origin",
            with("zhejiang", "jiangsu"),
            "checkpoint_wrong_origin",
        ),
        ("unsigned", genuine.replace(&line, ""), "note_format"),
        (
            "no_last_newline",
            genuine.trim_end().to_owned(),
            "note_format",
        ),
        (
            "windows_line_ends",
            genuine.replace('\n', "\r\n"),
            "note_control_character",
        ),
        (
            "dash_for_the_em_dash",
            with("— ", "- "),
            "note_signature_line",
        ),
        (
            "space_at_the_end_of_a_line",
            with("=\n\n", "=\n\n").replace("\n— ", "\n—  "),
            "note_signature_line",
        ),
        (
            "signatures_65",
            format!("{genuine}{}", line.repeat(64)),
            "note_too_many_signatures",
        ),
        (
            "signature_with_s_raised_by_the_order",
            with_raised_s(&genuine),
            "note_bad_signature",
        ),
    ];
    cases.extend(texts_of_no_checkpoint(&genuine));
    let (good, bad) = judged(cases, judge_checkpoint);
    json!({"log_key": log_key(), "good": good, "bad": bad})
}

/// The checkpoint with the order of the group added to the S of its signature.
fn with_raised_s(note: &str) -> String {
    let line = note.lines().last().unwrap();
    let (start, text) = line.rsplit_once(' ').unwrap();
    let bytes = of_base64(text);
    let (id, signature) = bytes.split_at(4);
    let typed = [id, &raised(signature)].concat();
    replaced(note, line, &format!("{start} {}", base64(typed)))
}

fn cosignatures() -> Value {
    let judge = |text: &str| {
        let signed = SignedCheckpoint::parse(text).map_err(|e| e.code())?;
        match cosigned_at(signed.note(), witness("w1").verifier_key()) {
            Ok(Some(time)) if time.get() == COSIGNED_AT => Ok(()),
            Ok(Some(time)) => panic!("cosigned at {time:?}"),
            Ok(None) => Err("not_cosigned"),
            Err(error) => Err(error.code()),
        }
    };
    let (genuine, bare) = (signed(&["w1"]), signed(&[]));
    let line = genuine.note().signatures()[1].clone();
    let spoiled = |at: usize| {
        let mut bytes = line.key_id().to_be_bytes().to_vec();
        bytes.extend_from_slice(line.bytes());
        bytes[at] ^= 1;
        format!("{bare}— {} {}\n", line.name(), base64(bytes))
    };
    let short = format!(
        "— {} {}",
        line.name(),
        base64([&line.key_id().to_be_bytes()[..], &[0; 71]].concat())
    );
    let short = NoteSignature::parse(&short).unwrap();
    let cases = vec![
        ("genuine", genuine.to_string(), ""),
        ("among_others", signed(&["w2", "w1"]).to_string(), ""),
        (
            "by_another_witness",
            signed(&["w2"]).to_string(),
            "not_cosigned",
        ),
        ("not_cosigned", bare.to_string(), "not_cosigned"),
        ("moved_in_time", spoiled(11), "note_bad_signature"),
        ("signature_altered", spoiled(20), "note_bad_signature"),
        (
            "too_short",
            format!("{bare}{short}\n"),
            "note_bad_signature",
        ),
        (
            "of_another_checkpoint",
            genuine.to_string().replacen("\n5\n", "\n6\n", 1),
            "note_bad_signature",
        ),
    ];
    let (good, bad) = judged(cases, judge);
    json!({
        "witness_key": witness("w1").verifier_key().to_string(),
        "cosigned_at": COSIGNED_AT,
        "message": format!("cosignature/v1\ntime {COSIGNED_AT}\n{}", checkpoint()),
        "good": good, "bad": bad,
    })
}

#[test]
fn notes_checkpoints_receipts_and_policies_are_those_of_c2sp() {
    assert_eq!(SignatureKind::Ed25519.byte(), 1);
    settle(
        "notes.json",
        &json!({
            "tree": "five entries, the UTF-8 texts `record 0` to `record 4`",
            "verifier_keys": verifier_keys(),
            "checkpoints": checkpoints(),
            "cosignatures": cosignatures(),
            "receipts": receipts::receipts(),
            "policies": receipts::policies(),
        }),
    );
}
