//! Policies as `tlog-policy` writes them, and whom they make one believe.

use proptest::prelude::*;

use super::super::checkpoint::Checkpoint;
use super::super::hash::empty_root;
use super::super::key::SignatureKind;
use super::super::note::{NoteSignature, NoteSigner};
use super::super::testing::{LOG_KEY, log_signer, moment, signing_key, witness};
use super::*;

fn vkey(number: u8) -> String {
    witness(number).verifier_key().to_string()
}

/// The two-level policy that the specification gives as its example.
fn two_levels() -> String {
    let mut text = format!("# The example of C2SP tlog-policy.\nlog {LOG_KEY}\n\n");
    for (number, name) in (1..).zip(["X1", "X2", "X3", "Y1", "Y2", "Y3"]) {
        text.push_str(&format!("witness {name} {}\n", vkey(number)));
    }
    text + "group X-witnesses 2 X1 X2 X3\ngroup Y-witnesses any Y1 Y2 Y3\n\
            \t group  X-and-Y all X-witnesses\tY-witnesses \nquorum X-and-Y\n"
}

fn checkpoint(cosigners: &[u8]) -> SignedCheckpoint {
    let origin = log_signer().verifier_key().name().clone();
    let checkpoint = Checkpoint::new(origin, 0, empty_root()).unwrap();
    let mut signed = SignedCheckpoint::sign(checkpoint, &log_signer()).unwrap();
    for number in cosigners {
        signed
            .add(witness(*number).cosign(signed.checkpoint(), moment()))
            .unwrap();
    }
    signed
}

#[test]
fn the_quorum_of_the_example_is_two_of_x_and_any_of_y() {
    let policy = Policy::parse(&two_levels()).unwrap();
    assert_eq!((policy.logs().len(), policy.witnesses().len()), (1, 6));
    for set in 0_u8..64 {
        let cosigners: Vec<u8> = (0..6)
            .filter(|at| set >> at & 1 == 1)
            .map(|at| at + 1)
            .collect();
        let enough = (set & 0b111).count_ones() >= 2 && set >> 3 != 0;
        let signed = checkpoint(&cosigners);
        let endorsement = policy.endorsement(&signed).unwrap();
        assert_eq!(endorsement.quorum_met, enough, "{cosigners:?}");
        assert_eq!(endorsement.cosignatures.len(), cosigners.len());
        assert!(endorsement.cosignatures.iter().all(|c| c.time == moment()));
        assert_eq!(policy.accept(&signed).is_ok(), enough);
    }
}

#[test]
fn too_few_cosignatures_are_named() {
    let policy = Policy::parse(&two_levels()).unwrap();
    let refused = policy.accept(&checkpoint(&[2, 4])).unwrap_err();
    assert_eq!(
        refused,
        TrustError::Quorum(vec!["X2".to_owned(), "Y1".to_owned()])
    );
    assert_eq!(refused.code(), "trust_quorum");
}

#[test]
fn a_quorum_of_none_asks_for_the_log_alone() {
    let policy = Policy::parse(&format!(
        "log {LOG_KEY} https://log.example/\nquorum none\n"
    ));
    let policy = policy.unwrap();
    assert_eq!(
        policy.logs()[0].url.as_deref(),
        Some("https://log.example/")
    );
    assert!(policy.accept(&checkpoint(&[])).unwrap().quorum_met);
}

#[test]
fn strangers_cosignatures_do_not_count() {
    let text = format!(
        "log {LOG_KEY}\nwitness w {} https://w.example\nquorum w\n",
        vkey(1)
    );
    let policy = Policy::parse(&text).unwrap();
    assert!(policy.accept(&checkpoint(&[2, 3, 4])).is_err());
    assert!(policy.accept(&checkpoint(&[2, 1])).is_ok());
}

#[test]
fn a_log_the_policy_does_not_name_is_not_believed() {
    let policy = Policy::parse(&format!("witness w {}\nquorum none\n", vkey(1))).unwrap();
    let unknown = log_signer().verifier_key().name().clone();
    assert_eq!(
        policy.accept(&checkpoint(&[])),
        Err(TrustError::UnknownLog(unknown))
    );
}

#[test]
fn a_log_that_rotates_its_key_is_believed_under_either() {
    let name = || "zhejiang.shisu.example/log".parse().unwrap();
    let next = NoteSigner::new(name(), signing_key(77)).unwrap();
    let text = format!("log {}\nlog {LOG_KEY}\nquorum none\n", next.verifier_key());
    let policy = Policy::parse(&text).unwrap();
    assert_eq!(
        policy.accept(&checkpoint(&[])).unwrap().log.key.to_string(),
        LOG_KEY
    );
    let only_next = format!("log {}\nquorum none\n", next.verifier_key());
    let refused = Policy::parse(&only_next)
        .unwrap()
        .accept(&checkpoint(&[]))
        .unwrap_err();
    assert!(matches!(
        refused,
        TrustError::Log(CheckpointError::Note(NoteError::Unsigned(_)))
    ));
}

#[test]
fn a_false_cosignature_in_a_known_name_spoils_the_checkpoint() {
    let policy = Policy::parse(&two_levels()).unwrap();
    let mut signed = checkpoint(&[1, 2, 3]);
    let good = witness(4).cosign(signed.checkpoint(), moment());
    let mut bytes = good.bytes().to_vec();
    bytes[20] ^= 1;
    signed
        .add(NoteSignature::by(witness(4).verifier_key(), bytes))
        .unwrap();
    assert!(matches!(
        policy.accept(&signed),
        Err(TrustError::Witness(NoteError::BadSignature(_)))
    ));
}

#[test]
fn every_error_names_its_line() {
    use PolicyProblem as P;
    let (log, w1, w2) = (format!("log {LOG_KEY}\n"), vkey(1), vkey(2));
    let two = format!("witness a {w1}\nwitness b {w2}\n");
    let renamed = VerifierKey::new(
        "again.example".parse().unwrap(),
        SignatureKind::CosignatureV1,
        witness(1).verifier_key().public_key(),
    )
    .unwrap();
    for (text, line, problem) in [
        (String::new(), 1, P::NoQuorum),
        (log.clone(), 1, P::NoQuorum),
        (format!("{log}quorum none"), 2, P::Unterminated),
        (format!("{log}quorum no\rne\n"), 2, P::ControlCharacter),
        (format!("{log}\n# note\nquorums none\n"), 4, P::Word),
        (format!("{log}quorum\n"), 2, P::Items),
        (format!("{log}quorum a b\n"), 2, P::Items),
        ("log\n".to_owned(), 1, P::Items),
        ("log a b c\n".to_owned(), 1, P::Items),
        (format!("{two}group g any\n"), 3, P::Items),
        ("log nonsense\n".to_owned(), 1, P::Key(KeyError::Format)),
        (format!("log {w1}\n"), 1, P::KeyKind),
        (format!("witness a {LOG_KEY}\n"), 1, P::KeyKind),
        (format!("{log}{log}"), 2, P::DuplicateKey),
        (format!("{two}witness c {w1}\n"), 3, P::DuplicateKey),
        (format!("{two}witness c {renamed}\n"), 3, P::DuplicateKey),
        (format!("{two}witness a {}\n", vkey(3)), 3, P::DuplicateName),
        (format!("witness none {w1}\n"), 1, P::DuplicateName),
        (format!("{two}group a any b\n"), 3, P::DuplicateName),
        (format!("{two}group none any b\n"), 3, P::DuplicateName),
        (format!("{two}group g any c\n"), 3, P::UnknownName),
        (format!("{two}group g any none\n"), 3, P::UnknownName),
        (format!("{two}group g any g\n"), 3, P::UnknownName),
        ("quorum a\n".to_owned(), 1, P::UnknownName),
        (format!("quorum a\n{two}"), 1, P::UnknownName),
        (format!("{two}group g any a a\n"), 3, P::MemberTwice),
        (
            format!("{two}group g any a\ngroup h any a b\n"),
            4,
            P::MemberTwice,
        ),
        (format!("{two}group g 0 a b\n"), 3, P::Threshold),
        (format!("{two}group g 3 a b\n"), 3, P::Threshold),
        (format!("{two}group g 01 a b\n"), 3, P::Threshold),
        (format!("{two}group g most a b\n"), 3, P::Threshold),
        (format!("{two}quorum a\nquorum a\n"), 4, P::SecondQuorum),
        (
            format!("#{}\n", "x".repeat(POLICY_BYTES_MAX)),
            1,
            P::TooLong,
        ),
    ] {
        assert_eq!(
            Policy::parse(&text),
            Err(PolicyError { line, problem }),
            "{text:.300}"
        );
    }
}

#[test]
fn thirty_two_of_each_are_taken_and_no_more() {
    let mut text = String::new();
    for number in 0..32 {
        let name = format!("log{number}.example").parse().unwrap();
        let log = NoteSigner::new(name, signing_key(100 + number)).unwrap();
        text += &format!(
            "log {}\nwitness w{number} {}\n",
            log.verifier_key(),
            vkey(number)
        );
        text += &format!("group g{number} any w{number}\n");
    }
    assert!(Policy::parse(&format!("{text}quorum g31\n")).is_ok());
    let too_many = Err(PolicyError {
        line: 97,
        problem: PolicyProblem::TooMany,
    });
    assert_eq!(Policy::parse(&format!("{text}log {LOG_KEY}\n")), too_many);
    assert_eq!(
        Policy::parse(&format!("{text}witness w {}\n", vkey(99))),
        too_many
    );
    assert_eq!(Policy::parse(&format!("{text}group g any g1\n")), too_many);
}

#[test]
fn a_safe_threshold_is_more_than_two_thirds() {
    let safe: Vec<usize> = (1..=10).map(safe_threshold).collect();
    assert_eq!(safe, [1, 2, 3, 3, 4, 5, 5, 6, 7, 7]);
}

proptest! {
    #[test]
    fn no_text_makes_the_policy_parser_panic(
        text in "((log|witness|group|quorum|#)( [a-z0-9+]{0,5}){0,4}\n|\\PC{0,20}\n?){0,8}",
    ) {
        let _ = Policy::parse(&text);
    }
}
