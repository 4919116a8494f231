//! Why a payload or a body was refused. The reader refuses fast; these look a second
//! time, slowly, for the reason that tells the author most.

use super::body::RecordType;
use super::error::RecordError;
use super::sealed::MOVE_FIELDS;

/// Names what is wrong with a payload: above all, whether a line says its sealed field in the
/// clear.
pub(super) fn why_payload(json: &[u8], cause: &serde_json::Error) -> RecordError {
    #[derive(serde::Deserialize)]
    struct Lines {
        moves: Vec<serde_json::Map<String, serde_json::Value>>,
    }
    let why = RecordError::of_json(json, "payload", cause);
    if !matches!(why, RecordError::Malformed { .. }) {
        return why;
    }
    let lines =
        serde_json::from_slice::<Lines>(json).map_or_else(|_other| Vec::new(), |it| it.moves);
    let in_clear = MOVE_FIELDS
        .iter()
        .find(|field| lines.iter().any(|line| line.contains_key(field.name)));
    in_clear.map_or(why, |field| RecordError::SealedInClear(field.name))
}

/// Names what is wrong with a body: above all, whether it says a sealed field in the clear.
pub(super) fn why_body(kind: RecordType, json: &str, cause: &serde_json::Error) -> RecordError {
    let members = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(json)
        .unwrap_or_default();
    let in_clear = kind
        .sealed_fields()
        .iter()
        .find(|field| members.contains_key(field.name));
    match in_clear {
        Some(field) => RecordError::SealedInClear(field.name),
        None => RecordError::of_json(json.as_bytes(), "body", cause),
    }
}
