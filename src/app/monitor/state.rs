//! What a monitor remembers between its runs: the last checkpoint that it found good, and the
//! evidence of contradictions.

use crate::app::AppError;
use crate::app::files::{read_bounded, replace_public};
use crate::core::log::SignedCheckpoint;
use crate::core::time::UnixSeconds;
use serde::{Deserialize, Serialize};
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Version of the file.
const VERSION: u32 = 1;

/// Bytes of a state file at most.
const STATE_BYTES_MAX: u64 = 1 << 20;

/// Bytes of an evidence file at most; after that nothing is added.
const EVIDENCE_BYTES_MAX: u64 = 64 << 20;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    version: u32,
    /// The signed checkpoint, as it was served.
    checkpoint: String,
    /// When this size was first seen.
    grew_at: UnixSeconds,
}

/// Two signed checkpoints that cannot both be true.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// What they prove: `fork` or `rollback`.
    pub code: &'static str,
    /// When the second one was seen.
    pub at: UnixSeconds,
    /// The checkpoint seen first.
    pub seen: String,
    /// The checkpoint that contradicts it.
    pub found: String,
}

/// The last checkpoint that was found good.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub(super) signed: SignedCheckpoint,
    pub(super) grew_at: UnixSeconds,
}

/// Reads the state file; none if there is none yet.
pub(super) fn read(path: &Path) -> Result<Option<Seen>, AppError> {
    let Some(bytes) = read_bounded(path, STATE_BYTES_MAX)? else {
        return Ok(None);
    };
    let damaged = |reason: String| AppError::Input(format!("{}: {reason}", path.display()));
    let written: Written =
        serde_json::from_slice(&bytes).map_err(|cause| damaged(cause.to_string()))?;
    if written.version != VERSION {
        return Err(damaged(format!("version {} is not known", written.version)));
    }
    Ok(Some(Seen {
        signed: SignedCheckpoint::parse(&written.checkpoint)?,
        grew_at: written.grew_at,
    }))
}

/// Replaces the state file.
pub(super) fn write(path: &Path, seen: &Seen) -> Result<(), AppError> {
    let written = Written {
        version: VERSION,
        checkpoint: seen.signed.to_string(),
        grew_at: seen.grew_at,
    };
    let text = serde_json::to_string_pretty(&written)
        .map_err(|cause| AppError::Input(cause.to_string()))?;
    replace_public(path, format!("{text}\n").as_bytes())
}

/// Where the evidence is kept, beside the state.
pub(super) fn evidence_path(state: &Path) -> PathBuf {
    let mut name = state.as_os_str().to_owned();
    name.push(".evidence");
    PathBuf::from(name)
}

/// Adds evidence, a line of JSON, unless the same pair is there already. Nothing is ever removed.
pub(super) fn keep(state: &Path, evidence: &Evidence) -> Result<(), AppError> {
    let path = evidence_path(state);
    let failed = |cause| AppError::file(&path, cause);
    let kept = read_bounded(&path, EVIDENCE_BYTES_MAX)?.unwrap_or_default();
    let kept = String::from_utf8_lossy(&kept);
    let is_there = kept.lines().any(|line| {
        serde_json::from_str::<serde_json::Value>(line).is_ok_and(|line| {
            line.get("seen").and_then(|text| text.as_str()) == Some(&evidence.seen)
                && line.get("found").and_then(|text| text.as_str()) == Some(&evidence.found)
        })
    });
    if is_there {
        return Ok(());
    }
    let line =
        serde_json::to_string(evidence).map_err(|cause| AppError::Input(cause.to_string()))?;
    let mut file = OpenOptions::new()
        .create(true)
        .append(true)
        .open(&path)
        .map_err(failed)?;
    file.write_all(format!("{line}\n").as_bytes())
        .and_then(|()| file.sync_all())
        .map_err(failed)
}
