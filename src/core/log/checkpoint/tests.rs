//! The three lines of a checkpoint, against `tlog_tiles`.

use proptest::prelude::*;

use super::super::testing::{LOG_KEY, leaf, log_signer, signing_key};
use super::*;

const BODY: &str = "zhejiang.shisu.example/log\n5\nq1uiQNXF9m1XxD/D6UjYe+ylGdTaiwKLbFgv2nu/mbQ=\n";

#[test]
fn a_checkpoint_is_three_lines_and_tlog_tiles_reads_the_same() {
    let ours = Checkpoint::parse(BODY).unwrap();
    assert_eq!(ours.to_string(), BODY);
    assert_eq!(ours.origin().as_str(), "zhejiang.shisu.example/log");
    assert_eq!(ours.size(), 5);
    let theirs = tlog_tiles::Checkpoint::from_bytes(BODY.as_bytes()).unwrap();
    assert_eq!(theirs.origin(), ours.origin().as_str());
    assert_eq!(
        (theirs.size(), theirs.hash().0),
        (ours.size(), ours.root().0)
    );
    assert_eq!(theirs.to_bytes(), BODY.as_bytes());
}

#[test]
fn only_the_one_form_of_a_checkpoint_is_read() {
    let root = "q1uiQNXF9m1XxD/D6UjYe+ylGdTaiwKLbFgv2nu/mbQ=";
    let empty = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    for (text, error) in [
        (String::new(), CheckpointError::Format),
        ("o\n5\n".to_owned(), CheckpointError::Format),
        (format!("o\n5\n{root}"), CheckpointError::Format),
        (format!("o\n5\n{root}\n\n"), CheckpointError::Extension),
        (
            format!("o\n5\n{root}\nextension\n"),
            CheckpointError::Extension,
        ),
        (
            format!("\n5\n{root}\n"),
            CheckpointError::Origin(KeyError::Name),
        ),
        (
            format!("o p\n5\n{root}\n"),
            CheckpointError::Origin(KeyError::Name),
        ),
        (format!("o\n05\n{root}\n"), CheckpointError::Size),
        (format!("o\n+5\n{root}\n"), CheckpointError::Size),
        (format!("o\n 5\n{root}\n"), CheckpointError::Size),
        (format!("o\n\n{root}\n"), CheckpointError::Size),
        (
            format!("o\n9223372036854775808\n{root}\n"),
            CheckpointError::Size,
        ),
        (
            format!("o\n18446744073709551616\n{root}\n"),
            CheckpointError::Size,
        ),
        (format!("o\n5\n{root} \n"), CheckpointError::Root),
        (
            format!("o\n5\n{}\n", root.trim_end_matches('=')),
            CheckpointError::Root,
        ),
        (format!("o\n0\n{root}\n"), CheckpointError::EmptyRoot),
    ] {
        assert_eq!(Checkpoint::parse(&text), Err(error), "{text:?}");
    }
    let loose = root.replacen("bQ=", "bR=", 1);
    assert_ne!(loose, root);
    assert_eq!(
        Checkpoint::parse(&format!("o\n5\n{loose}\n")),
        Err(CheckpointError::Root)
    );
    assert_eq!(
        Checkpoint::parse(&format!("o\n0\n{empty}\n"))
            .unwrap()
            .root(),
        &empty_root()
    );
    assert!(Checkpoint::parse(&format!("o\n9223372036854775807\n{root}\n")).is_ok());
}

#[test]
fn a_log_signs_only_for_itself() {
    let checkpoint = Checkpoint::parse(BODY).unwrap();
    let signed = SignedCheckpoint::sign(checkpoint.clone(), &log_signer()).unwrap();
    let key = VerifierKey::parse(LOG_KEY).unwrap();
    signed.verify(&key).unwrap();
    let read = SignedCheckpoint::parse(&signed.to_string()).unwrap();
    assert_eq!(read, signed);
    read.verify(&key).unwrap();

    let other = NoteSigner::new("jiangsu.shisu.example/log".parse().unwrap(), signing_key(1));
    let other = other.unwrap();
    let refused = SignedCheckpoint::sign(checkpoint, &other).unwrap_err();
    assert_eq!(refused.code(), "checkpoint_wrong_origin");
    assert!(matches!(
        signed.verify(other.verifier_key()),
        Err(CheckpointError::WrongOrigin { .. })
    ));
}

#[test]
fn a_signature_by_another_key_in_the_same_name_is_not_the_logs() {
    let impostor = NoteSigner::new(
        "zhejiang.shisu.example/log".parse().unwrap(),
        signing_key(9),
    );
    let checkpoint = Checkpoint::parse(BODY).unwrap();
    let signed = SignedCheckpoint::sign(checkpoint, &impostor.unwrap()).unwrap();
    let refused = signed
        .verify(&VerifierKey::parse(LOG_KEY).unwrap())
        .unwrap_err();
    assert!(matches!(
        refused,
        CheckpointError::Note(NoteError::Unsigned(_))
    ));
}

proptest! {
    #[test]
    fn checkpoints_are_read_as_they_were_written(
        size in 1_u64..=SIZE_MAX, seed: u64, name in "[a-z]{1,12}(\\.example/[a-z0-9]{1,8})?",
    ) {
        let made = Checkpoint::new(name.parse().unwrap(), size, leaf(seed)).unwrap();
        let text = made.to_string();
        prop_assert_eq!(Checkpoint::parse(&text), Ok(made));
        prop_assert!(tlog_tiles::Checkpoint::from_bytes(text.as_bytes()).is_ok());
    }

    #[test]
    fn what_is_read_prints_the_same(text in "[a-z]{0,3}\n?[0-9+]{0,5}\n?[A-Za-z0-9=]{0,46}\n{0,2}") {
        if let Ok(checkpoint) = Checkpoint::parse(&text) {
            prop_assert_eq!(checkpoint.to_string(), text);
        }
    }
}
