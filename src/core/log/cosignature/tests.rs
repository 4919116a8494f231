//! Cosignatures, against bytes that a separate implementation computed.

use super::super::checkpoint::SignedCheckpoint;
use super::super::receipt::Receipt;
use super::super::testing::{LOG_KEY, RECEIPT, log_signer, moment, signing_key, witness};
use super::*;

fn cosigned() -> SignedCheckpoint {
    SignedCheckpoint::clone(Receipt::parse(RECEIPT).unwrap().checkpoint())
}

#[test]
fn a_cosignature_has_the_bytes_a_separate_implementation_computes() {
    let theirs = cosigned();
    let mut ours = SignedCheckpoint::sign(theirs.checkpoint().clone(), &log_signer()).unwrap();
    ours.add(witness(1).cosign(ours.checkpoint(), moment()))
        .unwrap();
    assert_eq!(ours.to_string(), theirs.to_string());
    assert_eq!(
        cosigned_at(ours.note(), witness(1).verifier_key()),
        Ok(Some(moment()))
    );
}

#[test]
fn a_witness_that_did_not_cosign_has_no_time() {
    assert_eq!(
        cosigned_at(cosigned().note(), witness(2).verifier_key()),
        Ok(None)
    );
    let logs_key = VerifierKey::parse(LOG_KEY).unwrap();
    assert!(matches!(
        cosigned_at(cosigned().note(), &logs_key),
        Err(NoteError::WrongKind(_))
    ));
}

#[test]
fn a_cosignature_moved_in_time_or_to_another_checkpoint_is_false() {
    let good = cosigned();
    let line = witness(1).cosign(good.checkpoint(), moment());
    let key = witness(1);
    let key = key.verifier_key();
    let mut moved = line.bytes().to_vec();
    moved[7] ^= 1;
    for bytes in [
        moved,
        line.bytes()[..71].to_vec(),
        vec![0; 7],
        vec![0xFF; 72],
    ] {
        let mut note = Note::new(good.note().text().to_owned()).unwrap();
        note.add(NoteSignature::by(key, bytes)).unwrap();
        assert!(matches!(
            cosigned_at(&note, key),
            Err(NoteError::BadSignature(_))
        ));
    }
    let mut other = Note::new(good.note().text().replace("\n5\n", "\n6\n")).unwrap();
    other.add(line).unwrap();
    assert!(matches!(
        cosigned_at(&other, key),
        Err(NoteError::BadSignature(_))
    ));
}

#[test]
fn a_plain_signature_of_the_witness_is_no_cosignature() {
    let name: Origin = "witness.shisu.example/w1".parse().unwrap();
    let plain = super::super::note::NoteSigner::new(name, signing_key(2)).unwrap();
    let mut note = Note::new(cosigned().note().text().to_owned()).unwrap();
    note.add(plain.sign(note.text())).unwrap();
    assert_eq!(cosigned_at(&note, witness(1).verifier_key()), Ok(None));
}

#[test]
fn of_two_cosignatures_the_later_counts() {
    let good = cosigned();
    let later = witness(1).cosign(good.checkpoint(), moment().plus(5));
    let both = format!("{good}{later}\n");
    let note = Note::parse(&both).unwrap();
    assert_eq!(note.signatures().len(), 3);
    assert_eq!(
        cosigned_at(&note, witness(1).verifier_key()),
        Ok(Some(moment().plus(5)))
    );
}

#[test]
fn printing_a_cosigner_shows_no_secret() {
    assert!(format!("{:?}", witness(1)).starts_with("Cosigner(witness.shisu.example/w1+"));
}
