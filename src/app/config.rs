//! The configuration of a server: what `shisu serve --config FILE` reads. Every member has a
//! default, so that no file is needed; a member that is not known is an error, because a limit
//! that is misspelt would be no limit.

use super::error::AppError;
use super::link_host::LinkHost;
use super::report::ContactKey;
use crate::core::record::Kid;
use serde::Deserialize;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

/// Bytes of a configuration file at most.
const CONFIG_BYTES_MAX: u64 = 256 * 1024;

/// What a server is told.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Address and port to listen on.
    pub listen: SocketAddr,
    /// Threads that answer; 0 means as many as there are cores.
    pub workers: usize,
    /// Addresses of proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// Addresses that may read `/metrics`.
    pub metrics_from: Vec<IpAddr>,
    /// Certificate and key, where the server itself speaks TLS.
    pub tls: Option<Tls>,
    /// Sizes and times.
    pub limits: Limits,
    /// How often somebody may ask.
    pub rates: Rates,
    /// Who signs in as what, beside those who are enrolled.
    pub access: Access,
    /// What is shown of the log.
    pub log: Log,
    /// Reports of problems by consumers.
    pub reports: Reports,
    /// Host that the codes on labels lead to; without one the server makes no labels.
    pub link_host: Option<LinkHost>,
}

/// Keys that have a role because the server is told so. A key that the registry knows keeps what
/// its party may see; one that it does not know signs in with its public half at hand.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Access {
    /// Thumbprints of the keys of those who run the server.
    pub operators: Vec<Kid>,
    /// Thumbprints of the keys of other provinces' nodes.
    pub peers: Vec<Kid>,
    /// Days for which it is kept who saw trade and personal values; 0 means for ever.
    pub journal_kept_days: u32,
}

/// Days for which it is kept who saw trade and personal values, unless the configuration says
/// otherwise: three years, one of them a leap year. 个人信息保护法 art. 56 asks that records of
/// such handling of personal information as has to be assessed be kept for three years at least.
const JOURNAL_KEPT_DAYS: u32 = 3 * 365 + 1;

impl Default for Access {
    fn default() -> Self {
        Self {
            operators: Vec::new(),
            peers: Vec::new(),
            journal_kept_days: JOURNAL_KEPT_DAYS,
        }
    }
}

/// What is shown of the log to whoever has no role, and how it goes on when nobody writes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    /// Whether everybody may read the bundles of entries: the signed records, whose sealed values
    /// are not in them. Hashes and checkpoint are for everybody in any case.
    pub entries_public: bool,
    /// Seconds after the last beat from which the server writes one though nobody writes records;
    /// 0 means never. At most [`BEAT_EVERY_MAX_S`].
    pub beat_every_s: u64,
}

/// Seconds between two beats of a served log that nobody writes to, at most: 10 days. A clock that is
/// 30 days ahead of the last beat is taken for a wrong one, so that there have to be several tries.
pub const BEAT_EVERY_MAX_S: u64 = 10 * 24 * 3_600;

impl Default for Log {
    fn default() -> Self {
        Self {
            entries_public: false,
            // A day: an idle log costs 365 entries a year, and whoever watches one that is served
            // can expect it to grow once a day.
            beat_every_s: 24 * 3_600,
        }
    }
}

/// Reports of problems by consumers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Reports {
    /// The public half of the key to which contacts are sealed (`shisu report key`). Without one no
    /// contact is asked for.
    pub contact_key: Option<ContactKey>,
}

/// The files with which a server speaks TLS.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// PEM file with the certificate and those that lead up from it.
    pub certificates: PathBuf,
    /// PEM file with the private key.
    pub key: PathBuf,
    /// Milliseconds between two looks at whether the files have changed; 0 means only when the
    /// process is told SIGHUP.
    #[serde(default = "reload_every_ms")]
    pub reload_every_ms: u64,
}

const fn reload_every_ms() -> u64 {
    60_000
}

/// Sizes and times that bound what anybody can make the server do.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Connections at the same time, over all threads.
    pub connections_max: usize,
    /// Connections at the same time from one address.
    pub connections_per_address_max: usize,
    /// Milliseconds for the head of a request.
    pub head_wait_ms: u64,
    /// Milliseconds for the body of a request.
    pub body_wait_ms: u64,
    /// Milliseconds that an idle connection is kept.
    pub keep_alive_ms: u64,
    /// Milliseconds for a TLS handshake.
    pub handshake_wait_ms: u64,
    /// Milliseconds that requests under way may take when the server stops.
    pub stop_wait_ms: u64,
    /// Bytes of an NDJSON body, after decompression.
    pub ndjson_bytes_max: usize,
    /// Records of an NDJSON body.
    pub ndjson_records_max: usize,
    /// Milliseconds for which somebody may leave an answer unread.
    pub answer_wait_ms: u64,
    /// Bytes of all large answers that are under way.
    pub answers_bytes_max: usize,
    /// Bytes of all bodies that are being read or waiting to be recorded.
    pub bodies_bytes_max: usize,
    /// Submissions that wait for the writer at the same time.
    pub submissions_max: usize,
}

/// How often somebody may ask. Whoever asks faster is slowed, and turned away only when they
/// would have to wait for longer than `wait_max_ms`. A rate of 0 is no limit.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rates {
    /// Requests per second from one address (IPv6: from one /64).
    pub address_per_s: u32,
    /// Requests an address may make at once before it is slowed.
    pub address_burst: u32,
    /// Records per second of one key.
    pub key_per_s: u32,
    /// Records a key may submit at once before it is slowed.
    pub key_burst: u32,
    /// Attempts to sign in per second from one address.
    pub sign_in_per_s: u32,
    /// Attempts to sign in that an address may make at once before it is slowed.
    pub sign_in_burst: u32,
    /// Invitations looked at or answered per second from one address.
    pub join_per_s: u32,
    /// Invitations that may be looked at or answered at once from an address before it is slowed.
    pub join_burst: u32,
    /// Milliseconds somebody is made to wait at most.
    pub wait_max_ms: u64,
}

impl Default for Config {
    fn default() -> Self {
        let local = [
            IpAddr::from(std::net::Ipv4Addr::LOCALHOST),
            IpAddr::from(std::net::Ipv6Addr::LOCALHOST),
        ];
        Self {
            listen: SocketAddr::new(IpAddr::from(std::net::Ipv4Addr::LOCALHOST), 8080),
            workers: 0,
            trusted_proxies: Vec::new(),
            metrics_from: local.to_vec(),
            tls: None,
            limits: Limits::default(),
            rates: Rates::default(),
            access: Access::default(),
            log: Log::default(),
            reports: Reports::default(),
            link_host: None,
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections_max: 12_288,
            connections_per_address_max: 1_024,
            head_wait_ms: 5_000,
            body_wait_ms: 30_000,
            keep_alive_ms: 15_000,
            handshake_wait_ms: 3_000,
            stop_wait_ms: 30_000,
            ndjson_bytes_max: 8 * 1024 * 1024,
            ndjson_records_max: 10_000,
            answer_wait_ms: 30_000,
            answers_bytes_max: 128 * 1024 * 1024,
            bodies_bytes_max: 64 * 1024 * 1024,
            submissions_max: 1_024,
        }
    }
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            address_per_s: 500,
            address_burst: 1_000,
            key_per_s: 500,
            key_burst: 5_000,
            sign_in_per_s: 20,
            sign_in_burst: 400,
            // A room full of people who join at once behind one address, and nobody who tries codes.
            join_per_s: 2,
            join_burst: 100,
            wait_max_ms: 5_000,
        }
    }
}

impl Config {
    /// Reads a configuration file.
    ///
    /// # Errors
    /// A file that cannot be read, or that says something unknown.
    pub fn read(path: &Path) -> Result<Self, AppError> {
        let about = std::fs::metadata(path).map_err(|cause| AppError::file(path, cause))?;
        if about.len() > CONFIG_BYTES_MAX {
            return Err(AppError::Input(format!("{}: too long", path.display())));
        }
        let text = std::fs::read_to_string(path).map_err(|cause| AppError::file(path, cause))?;
        Self::parse(&text).map_err(|cause| AppError::Input(format!("{}: {cause}", path.display())))
    }

    /// Reads a configuration.
    ///
    /// # Errors
    /// Says which line is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        let config: Self = toml::from_str(text).map_err(|cause| cause.to_string())?;
        if config.log.beat_every_s > BEAT_EVERY_MAX_S {
            return Err(format!("log.beat_every_s is more than {BEAT_EVERY_MAX_S}"));
        }
        Ok(config)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_file_says_what_no_file_says() {
        assert_eq!(Config::parse("").unwrap(), Config::default());
    }

    #[test]
    fn a_member_may_be_set_alone() {
        let config = Config::parse("[limits]\nkeep_alive_ms = 1000\n").unwrap();
        assert_eq!(config.limits.keep_alive_ms, 1_000);
        assert_eq!(config.limits.head_wait_ms, Limits::default().head_wait_ms);
    }

    #[test]
    fn a_misspelt_member_is_an_error() {
        for text in [
            "lissten = \"[::1]:1\"",
            "[limits]\nkeep_alive_s = 1\n",
            "[tls]\nkey = \"k\"",
            "[log]\nbeat_every_s = 864001",
        ] {
            assert!(Config::parse(text).is_err(), "{text}");
        }
    }
}
