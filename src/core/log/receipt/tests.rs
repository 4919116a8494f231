//! Receipts, against bytes that a separate implementation computed.

use proptest::prelude::*;

use super::super::checkpoint::Checkpoint;
use super::super::hash::leaf_hash;
use super::super::note::NoteError;
use super::super::testing::{
    LOG_KEY, RECEIPT, WITNESS_KEY, leaf, log_signer, moment, naive_root, receipt_vectors, witness,
};
use super::super::tree::TreeEdge;
use super::*;

fn log_key() -> VerifierKey {
    VerifierKey::parse(LOG_KEY).unwrap()
}

fn policy() -> Policy {
    let text = format!("log {LOG_KEY}\nwitness w1 {WITNESS_KEY}\nquorum w1\n");
    Policy::parse(&text).unwrap()
}

#[test]
fn a_receipt_has_the_bytes_a_separate_implementation_computes() {
    let mut edge = TreeEdge::new();
    for number in 0..5 {
        edge.append(leaf_hash(format!("record {number}").as_bytes()));
    }
    let origin = log_key().name().clone();
    let checkpoint = Checkpoint::new(origin, edge.size(), edge.root()).unwrap();
    let mut signed = SignedCheckpoint::sign(checkpoint, &log_signer()).unwrap();
    signed
        .add(witness(1).cosign(signed.checkpoint(), moment()))
        .unwrap();
    let proof = edge.prove_recent(2).unwrap();
    let receipt = Receipt::new(2, proof, Arc::new(signed)).unwrap();
    assert_eq!(receipt.to_string(), RECEIPT);
    assert_eq!(Receipt::parse(RECEIPT), Ok(receipt));
}

#[test]
fn a_receipt_proves_its_record_and_no_other() {
    let receipt = Receipt::parse(RECEIPT).unwrap();
    let policy = policy();
    let leaf = leaf_hash(b"record 2");
    let endorsement = receipt.verify(&leaf, &policy).unwrap();
    assert_eq!(endorsement.log.key, log_key());
    assert_eq!(endorsement.cosignatures.len(), 1);
    receipt.verify_signed_by(&leaf, &log_key()).unwrap();
    let other = leaf_hash(b"record 3");
    assert_eq!(
        receipt.verify(&other, &policy),
        Err(ReceiptError::Proof(ProofError::Root))
    );
    assert!(receipt.verify_signed_by(&other, &log_key()).is_err());
}

#[test]
fn a_receipt_without_its_witness_is_genuine_but_not_yet_witnessed() {
    let bare: String = RECEIPT
        .split_inclusive('\n')
        .filter(|l| !l.contains("witness"))
        .collect();
    let receipt = Receipt::parse(&bare).unwrap();
    let leaf = leaf_hash(b"record 2");
    receipt.verify_signed_by(&leaf, &log_key()).unwrap();
    let policy = policy();
    let refused = receipt.verify(&leaf, &policy);
    assert_eq!(
        refused,
        Err(ReceiptError::Trust(TrustError::Quorum(vec![])))
    );
}

#[test]
fn extra_data_comes_along_but_nothing_vouches_for_it() {
    let text = RECEIPT.replacen("index 2\n", "extra AAEC\nindex 2\n", 1);
    let receipt = Receipt::parse(&text).unwrap();
    assert_eq!(receipt.extra(), Some(&[0, 1, 2][..]));
    assert_eq!(receipt.to_string(), text);
    receipt
        .verify_signed_by(&leaf_hash(b"record 2"), &log_key())
        .unwrap();
    assert_eq!(Receipt::parse(RECEIPT).unwrap().extra(), None);
}

#[test]
fn a_tree_of_one_leaf_needs_no_proof_lines() {
    let root = naive_root(&[leaf(0)]);
    let checkpoint = Checkpoint::new(log_key().name().clone(), 1, root).unwrap();
    let signed = SignedCheckpoint::sign(checkpoint, &log_signer()).unwrap();
    let receipt = Receipt::new(0, vec![], Arc::new(signed)).unwrap();
    let text = receipt.to_string();
    assert!(
        text.starts_with("c2sp.org/tlog-proof@v1\nindex 0\n\nzhejiang"),
        "{text}"
    );
    let read = Receipt::parse(&text).unwrap();
    read.verify_signed_by(&leaf(0), &log_key()).unwrap();
}

#[test]
fn only_well_formed_receipts_are_read() {
    let with = |from: &str, to: &str| RECEIPT.replacen(from, to, 1);
    let line = "zgHiTyZCGwocqrHsogbzT7tOTci5RDQ4qWNCPZqvb50=";
    let many = format!("{line}\n").repeat(64);
    for (text, error) in [
        (String::new(), ReceiptError::Format),
        (with("@v1", "@v2"), ReceiptError::Format),
        (with("index 2", "index 02"), ReceiptError::Index),
        (with("index 2", "index +2"), ReceiptError::Index),
        (with("index 2", "index"), ReceiptError::Index),
        (with("index 2", "Index 2"), ReceiptError::Index),
        (with("index 2", "index 2 "), ReceiptError::Index),
        (with("index 2\n", "extra \nindex 2\n"), ReceiptError::Extra),
        (
            with("index 2\n", "extra AAF\nindex 2\n"),
            ReceiptError::Extra,
        ),
        (
            with("index 2\n", "extra AAEC\nextra AAEC\nindex 2\n"),
            ReceiptError::Index,
        ),
        (
            with(line, line.get(..40).unwrap()),
            ReceiptError::ProofLine(1),
        ),
        (
            with(&format!("{line}\n"), &many),
            ReceiptError::ProofTooLong,
        ),
        ("x".repeat(RECEIPT_BYTES_MAX + 1), ReceiptError::TooLong),
    ] {
        assert_ne!(text, RECEIPT);
        assert_eq!(Receipt::parse(&text), Err(error), "{text:.120}");
    }
    let cut = RECEIPT.trim_end_matches('\n');
    let note = ReceiptError::Checkpoint(CheckpointError::Note(NoteError::Format));
    assert_eq!(Receipt::parse(cut), Err(note));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_receipt_with_any_changed_bit_is_refused(at: prop::sample::Index, bit in 0_u32..8) {
        let mut bytes = RECEIPT.as_bytes().to_vec();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        let policy = policy();
        let accepted = String::from_utf8(bytes).ok()
            .and_then(|text| Receipt::parse(&text).ok())
            .is_some_and(|receipt| receipt.verify(&leaf_hash(b"record 2"), &policy).is_ok());
        prop_assert!(!accepted, "bit {bit} of byte {at}");
    }

    #[test]
    fn no_text_makes_the_receipt_parser_panic(text in "(c2sp.org/tlog-proof@v1\n)?(\\PC|\n){0,80}") {
        if let Ok(receipt) = Receipt::parse(&text) {
            prop_assert_eq!(receipt.to_string(), text);
        }
    }
}

#[test]
fn every_vector_is_judged_as_it_says() {
    let policy = policy();
    for (name, text, accepted) in receipt_vectors() {
        let receipt = Receipt::parse(&text);
        let judged = receipt.is_ok_and(|r| r.verify(&leaf_hash(b"record 2"), &policy).is_ok());
        assert_eq!(judged, accepted, "{name}");
        assert_eq!(
            text == RECEIPT,
            name == "genuine",
            "{name} changes something"
        );
    }
}
