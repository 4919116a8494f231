//! Where a log is read from: a server, or a folder of published files.

use super::Settings;
use super::fault::Fault;
use super::session::{IsRefused, Session};
use crate::app::AppError;
use crate::app::keyfile;
use crate::app::tiles::CHECKPOINT_PATH;
use crate::app::trust;
use crate::core::log::note::NOTE_BYTES_MAX;
use crate::core::log::tile::{ENTRY_BYTES_MAX, TILE_BYTES, TILE_WIDTH, TileKind};
use crate::core::log::{SignedCheckpoint, TilePath};
use crate::core::text::Bilingual;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Longest wait for a checkpoint, which is short. A monitor looks every second and says within
/// five what is wrong.
const CHECKPOINT_MAX: Duration = Duration::from_secs(2);

/// Longest wait for a tile.
const TILE_MAX: Duration = Duration::from_secs(3);

/// Where the bundles of entries are.
const ENTRIES_PATH: &str = "tile/entries/";

/// Redirections that are followed at most.
const REDIRECTS_MAX: u32 = 3;

/// A place where a log can be read.
#[derive(Debug)]
pub(in crate::app) enum Source {
    /// A server, by the address below which the files are.
    Http {
        /// Keeps connections.
        agent: Box<ureq::Agent>,
        /// Address without a slash at the end.
        base: String,
        /// Who asks for entries, if somebody does by name.
        session: Option<Box<Session>>,
    },
    /// A folder.
    Folder(PathBuf),
}

/// Why a file was not got.
enum Failed {
    Missing,
    Refused(u16),
    Gone(String),
    NotLetIn(Bilingual),
}

impl Source {
    /// Reads `place` as an address (`http://`, `https://`) or else as a folder. Servers are
    /// believed if the system's certificates vouch for them, or those in the file `ca`.
    pub(in crate::app) fn open(place: &str, ca: Option<&Path>) -> Result<Self, AppError> {
        if !place.starts_with("http://") && !place.starts_with("https://") {
            let path = place.strip_prefix("file://").unwrap_or(place);
            return Ok(Self::Folder(PathBuf::from(path)));
        }
        if place.contains(['?', '#', '@', ' ']) {
            let why =
                "address of a log: no user, query or fragment / 日志地址不能含用户、查询或片段";
            return Err(AppError::Input(why.into()));
        }
        let tls = trust::in_servers(ca, place.starts_with("https://"))?;
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(TILE_MAX))
            .max_redirects(REDIRECTS_MAX)
            .http_status_as_error(false)
            .user_agent(concat!("shisu/", env!("CARGO_PKG_VERSION")))
            .tls_config(tls)
            .build();
        Ok(Self::Http {
            agent: Box::new(config.into()),
            base: place.trim_end_matches('/').to_owned(),
            session: None,
        })
    }

    /// As [`open`](Self::open), for a monitor that may be somebody: then it signs in for the entries,
    /// which are not given to everybody.
    pub(super) fn open_for(place: &str, settings: &Settings) -> Result<Self, AppError> {
        let ca = settings.ca.as_deref();
        let mut source = Self::open(place, ca)?;
        match (&mut source, &settings.sign_in) {
            (_, None) => {}
            (Self::Http { base, session, .. }, Some(path)) => {
                *session = Some(Box::new(Session::at(base, keyfile::read(path)?, ca)?));
            }
            (Self::Folder(_), Some(_)) => {
                let why = "目录无须登录 / nobody signs in to a folder";
                return Err(AppError::Input(why.to_owned()));
            }
        }
        Ok(source)
    }

    /// The checkpoint; nothing of it is checked but its form.
    pub(in crate::app) fn checkpoint(&self) -> Result<SignedCheckpoint, Fault> {
        let bytes = match self.get(CHECKPOINT_PATH, NOTE_BYTES_MAX) {
            Ok(bytes) => bytes,
            Err(Failed::Missing) => return Err(Fault::CheckpointMissing),
            Err(Failed::Refused(status)) => return Err(Fault::Gone(format!("status {status}"))),
            Err(Failed::Gone(reason)) => return Err(Fault::Gone(reason)),
            Err(Failed::NotLetIn(why)) => return Err(Fault::SignIn(why)),
        };
        // What is no text has no three lines either.
        let text = String::from_utf8(bytes).unwrap_or_default();
        SignedCheckpoint::parse(&text).map_err(Fault::CheckpointUnreadable)
    }

    /// The bytes of a tile; for a partial one that is gone, those of the full one, as C2SP says.
    pub(super) fn tile(&self, path: TilePath) -> Result<Vec<u8>, Fault> {
        let max = match path.kind() {
            TileKind::Hashes(_) => TILE_BYTES,
            TileKind::Entries => usize::from(TILE_WIDTH) * (ENTRY_BYTES_MAX + 2),
        };
        let found = match self.get(&path.to_string(), max) {
            Err(Failed::Missing) if !path.is_full() => self.get(&path.full().to_string(), max),
            found => found,
        };
        found.map_err(|failed| match failed {
            Failed::Missing => Fault::TileMissing(path),
            Failed::Refused(status) => Fault::TileRefused { path, status },
            Failed::Gone(reason) => Fault::Gone(reason),
            Failed::NotLetIn(why) => Fault::SignIn(why),
        })
    }

    fn get(&self, path: &str, max: usize) -> Result<Vec<u8>, Failed> {
        let max = u64::try_from(max).unwrap_or(u64::MAX);
        match self {
            Self::Http {
                agent,
                base,
                session,
            } => {
                let url = format!("{base}/{path}");
                match session {
                    // Hashes and checkpoint are for everybody.
                    Some(session) if path.starts_with(ENTRIES_PATH) => session
                        .with_token(|token| get_http(agent, &url, max, Some(token)))
                        .map_err(Failed::NotLetIn)?,
                    _ => get_http(agent, &url, max, None),
                }
            }
            Self::Folder(folder) => get_file(&folder.join(path), max),
        }
    }
}

fn get_http(
    agent: &ureq::Agent,
    url: &str,
    max: u64,
    token: Option<&str>,
) -> Result<Vec<u8>, Failed> {
    let gone = |cause: ureq::Error| Failed::Gone(cause.to_string());
    let mut request = agent.get(url);
    if let Some(token) = token {
        request = request.header("Authorization", format!("Bearer {token}"));
    }
    let mut request = request.config();
    if url.ends_with(CHECKPOINT_PATH) {
        request = request.timeout_global(Some(CHECKPOINT_MAX));
    }
    let mut answer = request.build().call().map_err(gone)?;
    match answer.status().as_u16() {
        200 => answer
            .body_mut()
            .with_config()
            // Reading past the end is how the end is found.
            .limit(max.saturating_add(1))
            .read_to_vec()
            .map_err(gone),
        404 | 410 => Err(Failed::Missing),
        status @ (401 | 403) => Err(Failed::Refused(status)),
        status => Err(Failed::Gone(format!("status {status}"))),
    }
}

impl IsRefused for Result<Vec<u8>, Failed> {
    fn is_refused(&self) -> bool {
        matches!(self, Err(Failed::Refused(401)))
    }
}

fn get_file(path: &Path, max: u64) -> Result<Vec<u8>, Failed> {
    let file = std::fs::File::open(path).map_err(|cause| match cause.kind() {
        std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => Failed::Missing,
        _ => Failed::Gone(cause.to_string()),
    })?;
    let mut bytes = Vec::new();
    // One byte more, so that what is too long does not look right.
    file.take(max.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|cause| Failed::Gone(cause.to_string()))?;
    Ok(bytes)
}
