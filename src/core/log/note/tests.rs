//! Notes against `signed_note`: ours open there and theirs here.

use proptest::prelude::*;
use signed_note::{Note as TheirNote, Signer as _, StandardSigner, StandardVerifier, VerifierList};

use super::super::testing::{LOG_KEY, log_signer, signing_key, witness};
use super::*;

fn signed(text: &str) -> Note {
    let mut note = Note::new(text.to_owned()).unwrap();
    note.add(log_signer().sign(text)).unwrap();
    note
}

fn log_key() -> VerifierKey {
    VerifierKey::parse(LOG_KEY).unwrap()
}

#[test]
fn our_notes_open_in_signed_note() {
    for text in ["one line\n", "two\n\nparts\n", "\n", "溯源\n"] {
        let bytes = signed(text).to_string().into_bytes();
        let theirs = TheirNote::from_bytes(&bytes).unwrap();
        assert_eq!(theirs.text(), text.as_bytes());
        let verifier = StandardVerifier::new(LOG_KEY).unwrap();
        let (known, unknown) = theirs
            .verify(&VerifierList::new(vec![Box::new(verifier)]))
            .unwrap();
        assert_eq!((known.len(), unknown.len()), (1, 0));
        assert_eq!(theirs.to_bytes(), bytes);
    }
}

#[test]
fn notes_of_signed_note_open_here() {
    let (name, id) = (log_key().name().to_string(), log_key().id());
    let mut private = vec![1];
    private.extend_from_slice(signing_key(1).as_bytes());
    let private = format!("PRIVATE+KEY+{name}+{id:08x}+{}", STANDARD.encode(private));
    let signer = StandardSigner::new(&private).unwrap();
    assert_eq!(signer.key_id(), id);
    let mut theirs = TheirNote::new(b"a text\n", &[]).unwrap();
    theirs.add_sigs(&[&signer]).unwrap();
    let text = String::from_utf8(theirs.to_bytes()).unwrap();
    let ours = Note::parse(&text).unwrap();
    ours.verify(&log_key()).unwrap();
    assert_eq!(ours.to_string(), text);
    assert_eq!(
        ours.to_string(),
        signed("a text\n").to_string(),
        "Ed25519 signs alike everywhere"
    );
}

#[test]
fn signatures_of_strangers_are_kept_and_ignored() {
    let mut note = signed("text\n");
    let strange = NoteSignature::parse("— grease.example AAAAAGdyZWFzZQ==").unwrap();
    assert_eq!(strange.name(), "grease.example");
    assert_eq!((strange.key_id(), strange.bytes()), (0, &b"grease"[..]));
    note.add(strange).unwrap();
    let mut same_name = log_signer().sign("text\n");
    same_name.key_id ^= 1;
    note.add(same_name).unwrap();
    let again = Note::parse(&note.to_string()).unwrap();
    assert_eq!(again, note);
    assert_eq!(again.signatures().len(), 3);
    again.verify(&log_key()).unwrap();
}

#[test]
fn one_false_signature_in_a_known_name_spoils_the_note() {
    let good = signed("text\n").to_string();
    let line = log_signer().sign("another text\n");
    let both = format!("{good}{line}\n");
    let name = log_key().name().to_string();
    assert_eq!(
        Note::parse(&both).unwrap().verify(&log_key()),
        Err(NoteError::BadSignature(name))
    );
}

#[test]
fn a_note_no_known_key_signed_is_not_believed() {
    let other = NoteSigner::new("other.example".parse().unwrap(), signing_key(9)).unwrap();
    let refused = signed("text\n").verify(other.verifier_key());
    assert_eq!(
        refused,
        Err(NoteError::Unsigned("other.example".to_owned()))
    );
    let refused = signed("text\n").verify(witness(1).verifier_key());
    assert!(matches!(refused, Err(NoteError::WrongKind(_))));
}

#[test]
fn only_well_formed_notes_are_read() {
    let line = log_signer().sign("text\n").to_string();
    let ascii = line.replacen('—', "-", 1);
    for (note, error) in [
        (String::new(), NoteError::Format),
        (format!("text\n{line}\n"), NoteError::Format),
        (format!("text\n\n{line}"), NoteError::Format),
        ("text\n\n".to_owned(), NoteError::Format),
        (format!("text\n\n{ascii}\n"), NoteError::SignatureLine(1)),
        (format!("text\n\n{line} \n"), NoteError::SignatureLine(1)),
        (
            format!("text\n\n{line}\n{line}x\n"),
            NoteError::SignatureLine(2),
        ),
        (
            format!("text\n\n— a+b {}\n", "AAAAAAAA"),
            NoteError::SignatureLine(1),
        ),
        (
            format!("text\n\n— a {}\n", "AAAAAA=="),
            NoteError::SignatureLine(1),
        ),
        (format!("text\r\n\n{line}\n"), NoteError::ControlCharacter),
        (format!("te\txt\n\n{line}\n"), NoteError::ControlCharacter),
        ("x".repeat(NOTE_BYTES_MAX + 1), NoteError::TooLong),
        (
            format!("text\n\n{}", format!("{line}\n").repeat(65)),
            NoteError::TooManySignatures,
        ),
    ] {
        assert_eq!(Note::parse(&note), Err(error), "{note:.80}");
    }
    Note::parse(&format!("text\n\n{}", format!("{line}\n").repeat(64))).unwrap();
    assert_eq!(Note::new("no newline".to_owned()), Err(NoteError::Format));
}

#[test]
fn a_new_signature_of_a_key_takes_the_place_of_the_old_and_room_is_bounded() {
    let mut note = signed("text\n");
    note.add(log_signer().sign("text\n")).unwrap();
    assert_eq!(note.signatures().len(), 1);
    for number in 1..64 {
        note.add(NoteSignature::parse(&format!("— w{number} AAAAAAAA")).unwrap())
            .unwrap();
    }
    let one_more = NoteSignature::parse("— more AAAAAAAA").unwrap();
    assert_eq!(note.add(one_more), Err(NoteError::TooManySignatures));
    assert_eq!(note.signatures().len(), 64);
}

#[test]
fn printing_a_signer_shows_no_secret() {
    assert_eq!(
        format!("{:?}", log_signer()),
        format!("NoteSigner({LOG_KEY})")
    );
}

proptest! {
    #[test]
    fn a_changed_byte_of_a_signed_note_is_refused(at: prop::sample::Index, byte: u8) {
        let good = signed("origin\n5\nroot\n").to_string();
        let mut bytes = good.clone().into_bytes();
        let at = at.index(bytes.len());
        prop_assume!(bytes[at] != byte);
        bytes[at] = byte;
        let verified = String::from_utf8(bytes).ok()
            .and_then(|text| Note::parse(&text).ok())
            .is_some_and(|note| note.verify(&log_key()).is_ok());
        prop_assert!(!verified);
    }

    #[test]
    fn no_text_makes_the_note_parser_panic(text in "(\\PC|\n){0,60}(\n\n— )?[a-z +/=A-Z]{0,60}\n?") {
        if let Ok(note) = Note::parse(&text) {
            prop_assert_eq!(note.to_string(), text);
        }
    }
}
