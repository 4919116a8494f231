//! The node's own records: the beginning of a log, and the beats that say what it knew.

use crate::app::error::AppError;
use crate::app::home::Identity;
use crate::app::keyfile;
use crate::core::record::{Jwk, Record, RecordId, author};
use crate::core::rules;
use crate::core::time::UnixSeconds;
use serde_json::json;

/// The beat at `now` that becomes entry `index`; the first one is the beginning of the log. Its
/// number in the node's feed is its index, so that many processes with one key never repeat one.
pub(super) fn beat(
    identity: &Identity,
    index: u64,
    prev: Option<RecordId>,
    now: UnixSeconds,
) -> Result<Record, AppError> {
    let description = &identity.description;
    let mut body = json!({ "at": now, "rules": rules::version() });
    if index == 0 {
        let genesis = json!({
            "node_key": Jwk::of(&identity.node_key),
            "log_key": identity.verifier()?.to_string(),
            "province": description.province,
            "registrar": description.registrar,
            "registrar_name": description.registrar_name,
            "registrar_key": description.registrar_key,
        });
        if let Some(members) = body.as_object_mut() {
            members.insert("genesis".into(), genesis);
        }
    }
    let claims = json!({
        "type": "beat",
        "log": description.origin,
        "iss": description.registrar,
        "iat": now,
        "seq": index,
        "prev": prev,
        "body": body,
    });
    // A beat seals nothing; should it ever, it must not do so with a salt that is no secret.
    let mut failed = None;
    let record = author::sign(claims, &identity.node_key, &mut || {
        keyfile::salt().unwrap_or_else(|cause| {
            failed = Some(cause);
            [0; 16]
        })
    })?;
    match failed {
        Some(cause) => Err(cause),
        None => Ok(record),
    }
}
