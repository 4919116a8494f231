//! Consents of those for whom a table says that an agent signs: pictures whose hashes stand in the records.

use crate::app::AppError;
use crate::core::ids::PartyId;
use crate::core::imports::Draft;
use crate::core::record::limits::BLOB_BYTES_MAX;
use crate::core::record::{Blob, BlobClass, BlobHash};
use crate::core::text::Bilingual;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// Names in each record that is signed for somebody the picture of their consent.
///
/// # Errors
/// A party of whom there is no consent, and pictures that cannot be read or named in a record.
pub fn with_consents(
    mut drafts: Vec<Draft>,
    consents: &[(PartyId, PathBuf)],
) -> Result<Vec<Draft>, AppError> {
    let mut blobs = BTreeMap::new();
    for (party, path) in consents {
        blobs.insert(party.to_string(), blob(path)?);
    }
    for draft in &mut drafts {
        let Some(party) = draft
            .body
            .get("on_behalf_of")
            .and_then(|said| said.as_str())
        else {
            continue;
        };
        let consent = blobs.get(party).ok_or_else(|| missing(party))?;
        draft.blobs.push(consent.clone());
    }
    Ok(drafts)
}

fn missing(party: &str) -> AppError {
    let why = Bilingual::new(
        "代办要有委托书:--consent 主体代码=照片文件",
        "nobody acts for others without their consent: --consent PARTY=FILE",
    );
    AppError::argument(party, why)
}

fn blob(path: &Path) -> Result<Blob, AppError> {
    let failed = |cause| AppError::file(path, cause);
    let file = std::fs::File::open(path).map_err(failed)?;
    let mut content = Vec::new();
    let mut file = file.take(BLOB_BYTES_MAX.saturating_add(1));
    file.read_to_end(&mut content).map_err(failed)?;
    let bytes = u64::try_from(content.len()).unwrap_or(u64::MAX);
    if bytes == 0 || bytes > BLOB_BYTES_MAX {
        let why = Bilingual::new(
            "委托书照片为空或超过 20 MiB",
            "the picture of the consent is empty or larger than 20 MiB",
        );
        return Err(AppError::content(path, why));
    }
    Ok(Blob {
        hash: BlobHash::from_bytes(Sha256::digest(&content).into()),
        bytes,
        class: BlobClass::Personal,
    })
}
