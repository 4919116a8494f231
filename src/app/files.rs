//! Files that others rely on: replaced as a whole, forced to disk, readable by whom they are for.

use super::AppError;
use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

/// Mode of a file that everybody may read.
const PUBLIC_FILE: u32 = 0o644;

/// Mode of a file for its owner.
const PRIVATE_FILE: u32 = 0o600;

/// Mode of a folder for its owner.
const PRIVATE_FOLDER: u32 = 0o700;

/// Mode of a folder that everybody may enter.
const PUBLIC_FOLDER: u32 = 0o755;

/// Makes the folder `path` below `root`, open to everybody whatever the umask; folders that are
/// there already are left as they are.
pub(super) fn make_public_folder(root: &Path, path: &Path) -> Result<(), AppError> {
    if path.is_dir() {
        return Ok(());
    }
    if let Some(parent) = path.parent().filter(|_| path != root) {
        make_public_folder(root, parent)?;
    }
    let failed = |cause| AppError::file(path, cause);
    match path == root {
        true => std::fs::create_dir_all(path).map_err(failed)?,
        false => std::fs::create_dir(path).map_err(failed)?,
    }
    set_mode(path, PUBLIC_FOLDER)
}

/// Replaces a file at once as a whole, forced to disk and readable by everybody. Whoever reads
/// meanwhile sees the old file or the new one.
pub(super) fn replace_public(path: &Path, bytes: &[u8]) -> Result<(), AppError> {
    replace(path, bytes, PUBLIC_FILE)
}

/// As [`replace_public`], readable by its owner only.
pub(super) fn replace_private(path: &Path, bytes: &[u8]) -> Result<(), AppError> {
    replace(path, bytes, PRIVATE_FILE)
}

/// Makes a folder that only its owner may enter, with those above it; one that is there is left.
pub(super) fn private_folder(path: &Path) -> Result<(), AppError> {
    if path.is_dir() {
        return Ok(());
    }
    std::fs::create_dir_all(path).map_err(|cause| AppError::file(path, cause))?;
    set_mode(path, PRIVATE_FOLDER)
}

fn replace(path: &Path, bytes: &[u8], mode: u32) -> Result<(), AppError> {
    let fresh = beside(path, "new");
    let failed = |cause| AppError::file(&fresh, cause);
    // A leftover of a process that was killed may have another owner or mode.
    drop(std::fs::remove_file(&fresh));
    let mut file = create_new(&fresh)?;
    file.write_all(bytes).map_err(failed)?;
    set_mode(&fresh, mode)?;
    file.sync_all().map_err(failed)?;
    std::fs::rename(&fresh, path).map_err(|cause| AppError::file(path, cause))
}

/// A new file that only its owner may read, for the time being.
fn create_new(path: &Path) -> Result<File, AppError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(PRIVATE_FILE);
    }
    options
        .open(path)
        .map_err(|cause| AppError::file(path, cause))
}

/// A hidden name in the same folder, so that no reader takes it for the file itself.
fn beside(path: &Path, word: &str) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{word}"))
}

/// Sets who may read a file or enter a folder, where the system knows such modes.
pub(super) fn set_mode(path: &Path, mode: u32) -> Result<(), AppError> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(path, mode).map_err(|cause| AppError::file(path, cause))?;
    }
    Ok(())
}

/// Forces the names in a folder to disk, so that a rename survives a loss of power.
pub(super) fn sync_folder(path: &Path) -> Result<(), AppError> {
    File::open(path)
        .and_then(|folder| folder.sync_all())
        .map_err(|cause| AppError::file(path, cause))
}

/// Reads a file of at most `max` bytes; none if there is no such file.
pub(super) fn read_bounded(path: &Path, max: u64) -> Result<Option<Vec<u8>>, AppError> {
    let failed = |cause| AppError::file(path, cause);
    let file = match File::open(path) {
        Ok(file) => file,
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(cause) => return Err(failed(cause)),
    };
    let mut bytes = Vec::new();
    file.take(max.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    if u64::try_from(bytes.len()).is_ok_and(|found| found <= max) {
        Ok(Some(bytes))
    } else {
        let long = format!("longer than {max} bytes");
        Err(failed(std::io::Error::other(long)))
    }
}
