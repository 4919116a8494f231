use super::told::FILE_CHARS_MAX;
use super::*;
use crate::core::record::body::KeyRole;
use serde_json::{Value, json};

const HASH: &str = "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU";

fn examples() -> Vec<(NoteKind, Value)> {
    vec![
        (
            NoteKind::Vehicle,
            json!({"kind": "vehicle", "plate": "浙F12345", "colour": "2", "driver": "示例司机",
                "road_permit_valid_to": "2027-03-31", "cargoes": ["vinegar", "酱油"]}),
        ),
        (
            NoteKind::Sample,
            json!({"kind": "sample", "record": HASH, "n": 2, "lot": "t/LOT-1", "uom": "KGM", "goods": "红烧肉",
                "grams": "150", "amount": "0.15", "since": 1_795_312_800, "until": 1_795_485_600, "over": false}),
        ),
        (
            NoteKind::SelfCheck,
            json!({"kind": "self_check", "days": 7}),
        ),
        (
            NoteKind::Template,
            json!({"kind": "template", "class": "pork_cut", "name": "五花肉", "uom": "KGM", "supplier": "示例供货商"}),
        ),
        (
            NoteKind::Track,
            json!({"kind": "track", "hash": HASH, "dispatch": HASH, "name": "track.gpx", "count": 3,
                "first": 1, "last": 2, "system": "WGS-84", "file": "H4sIAAAA"}),
        ),
        (
            NoteKind::Consent,
            json!({"kind": "consent", "party": "NH-330421-0000012", "called": "示例农户", "agreed": true,
                "blob": {"hash": HASH, "bytes": 3, "class": "personal"}, "on": "2026-11-22"}),
        ),
    ]
}

fn text(told: &Value) -> String {
    json!({"at": 1_795_312_800, "told": told}).to_string()
}

fn read(told: &Value) -> Result<Note, NoteError> {
    let parsed: Note =
        serde_json::from_str(&text(told)).map_err(|cause| NoteError::Form(cause.to_string()))?;
    let name = NoteName::of(parsed.told.kind(), &parsed.told.about());
    Note::read(&text(told), &name)
}

#[test]
fn a_note_of_each_kind_is_read_and_written_alike() {
    let kinds: Vec<NoteKind> = examples().into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(kinds, NoteKind::ALL);
    for (kind, told) in examples() {
        let note = read(&told).unwrap();
        assert_eq!(note.told.kind(), kind);
        assert_eq!(NoteKind::from_code(kind.code()), Some(kind));
        assert_eq!(serde_json::to_value(&note.told).unwrap(), told);
    }
}

#[test]
fn what_is_no_note_of_its_kind_is_refused() {
    for (kind, told) in examples() {
        let mut more = told.clone();
        more["something"] = json!("else");
        assert!(matches!(read(&more), Err(NoteError::Form(_))), "{kind:?}");
    }
    for bad in [
        json!({"kind": "vehicle", "plate": "ABC"}),
        json!({"kind": "vehicle", "plate": "浙F12345", "driver": "a\u{202e}b"}),
        json!({"kind": "self_check", "days": 0}),
        json!({"kind": "self_check", "days": 1000}),
        json!({"kind": "password", "text": "x"}),
        json!({}),
    ] {
        assert!(matches!(read(&bad), Err(NoteError::Form(_))), "{bad}");
    }
}

#[test]
fn a_name_belongs_to_one_thing() {
    let told = json!({"kind": "vehicle", "plate": "浙F12345"});
    let other = NoteName::of(NoteKind::Vehicle, "浙F12346");
    assert_eq!(Note::read(&text(&told), &other), Err(NoteError::OtherName));
    let kind = NoteName::of(NoteKind::Consent, "浙F12345");
    assert_eq!(Note::read(&text(&told), &kind), Err(NoteError::OtherName));
    let own = NoteName::of(NoteKind::Vehicle, "浙F12345");
    assert_eq!(NoteName::parse(&own.to_string()), Some(own));
}

#[test]
fn a_note_beyond_its_size_is_refused() {
    let mut told = examples().swap_remove(4).1;
    told["file"] = json!("A".repeat(FILE_CHARS_MAX));
    assert!(read(&told).is_ok());
    told["file"] = json!("A".repeat(FILE_CHARS_MAX + 1));
    assert!(matches!(read(&told), Err(NoteError::Form(_))));
    let small = text(&json!({"kind": "self_check", "days": 7}));
    let padded = format!("{small}{}", " ".repeat(20_000));
    let name = NoteName::of(NoteKind::SelfCheck, "");
    let refused = Note::read(&padded, &name);
    assert_eq!(refused, Err(NoteError::TooLarge(NoteKind::SelfCheck)));
}

#[test]
fn drivers_read_vehicles_and_have_tracks_of_their_own() {
    let [own, other] = [1, 2].map(|byte| Kid::from_bytes([byte; 32]));
    for kind in NoteKind::ALL {
        for role in [KeyRole::Admin, KeyRole::Clerk] {
            assert!(may_read(role, &own, kind, &other) && may_delete(role, &own, kind, &other));
        }
        assert!(!may_read(KeyRole::Device, &own, kind, &own));
        assert!(!may_delete(KeyRole::Device, &own, kind, &own));
        let reads = may_read(KeyRole::Driver, &own, kind, &other);
        assert_eq!(reads, kind == NoteKind::Vehicle, "{kind:?}");
        let deletes = may_delete(KeyRole::Driver, &own, kind, &own);
        assert_eq!(deletes, kind == NoteKind::Track, "{kind:?}");
        assert!(!may_delete(KeyRole::Driver, &own, kind, &other));
    }
}

proptest::proptest! {
    #[test]
    fn no_input_makes_the_reader_panic(text in "\\PC*") {
        let _ = Note::read(&text, &NoteName::of(NoteKind::Vehicle, ""));
    }
}
