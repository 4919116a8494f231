//! What commands that manage keys share: where they work, with which key, and how they say what
//! became of the records they signed.

use super::server::ToServer;
use super::trace::site_id;
use super::{Outcome, Where, output};
use crate::app::office::{Office, submit_to};
use crate::app::pen::Pen;
use crate::app::remote::backoff::Patience;
use crate::app::remote::submit::Answer;
use crate::app::remote::{Remote, Sent};
use crate::app::{AppError, keyfile};
use crate::core::ids::SiteId;
use crate::core::record::body::KeyRole;
use crate::core::record::{Jwk, Kid, Record};
use crate::core::text::Bilingual;
use crate::core::time::UnixSeconds;
use clap::{Args, ValueEnum};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long a person is kept waiting for a server.
const PATIENCE: Duration = Duration::from_secs(30);

/// Where to work, and with which key.
#[derive(Debug, Args)]
pub(super) struct Hand {
    #[command(flatten)]
    ledger: Where,
    #[command(flatten)]
    server: ToServer,
    /// 管理密钥文件(登记机构或本主体)/ key file of the registrar or of the party's administrator
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
}

/// A ledger here or a server.
pub(super) enum Place {
    Here(Box<Office>),
    Away(Box<Remote>),
}

impl Hand {
    pub(super) fn open(&self) -> Result<Place, AppError> {
        match self.server.open(patience())? {
            Some(mut remote) => {
                if !remote.is_signed_in() {
                    remote.sign_in(&keyfile::read(&self.key)?)?;
                }
                Ok(Place::Away(Box::new(remote)))
            }
            None => Ok(Place::Here(Box::new(Office::open(self.ledger.options()?)?))),
        }
    }

    pub(super) fn kid(&self) -> Result<Kid, AppError> {
        Ok(Jwk::of(&keyfile::read(&self.key)?).kid())
    }

    pub(super) fn pen(&self, place: &Place) -> Result<Pen, AppError> {
        place.pen(&self.key)
    }
}

pub(super) fn patience() -> Patience {
    Patience {
        in_all: PATIENCE,
        ..Patience::default()
    }
}

impl Place {
    /// A pen with the key of a file.
    pub(super) fn pen(&self, key: &Path) -> Result<Pen, AppError> {
        let key = keyfile::read(key)?;
        match self {
            Self::Here(office) => office.pen(key),
            Self::Away(remote) => Pen::of_server(remote, key),
        }
    }

    pub(super) fn now(&self) -> UnixSeconds {
        match self {
            Self::Here(office) => office.now(),
            Self::Away(_) => crate::app::clock::Clock::System.now(),
        }
    }

    /// Submits what was signed, and says what became of it.
    pub(super) fn submit(self, records: &[Record]) -> Result<Outcome, AppError> {
        let texts: Vec<String> = records
            .iter()
            .map(|record| record.to_sd_jwt(|_| true))
            .collect();
        let answers = match self {
            Self::Here(office) => office.submit(&texts)?,
            Self::Away(remote) => submit_to(*remote, &texts)?,
        };
        let rows: Vec<Value> = records.iter().zip(&answers).map(row).collect();
        output::json(&rows)?;
        let is_refused = |answer: &Answer| answer.outcome == "refused";
        Ok(match answers.iter().any(is_refused) {
            true => Outcome::Bad,
            false => Outcome::Good,
        })
    }
}

fn row((record, answer): (&Record, &Answer)) -> Value {
    json!({
        "id": record.id, "type": record.kind().code(), "outcome": answer.outcome,
        "index": answer.index, "code": answer.code, "why": answer.why,
    })
}

/// Asks a server for JSON.
pub(super) fn post(remote: &Remote, path: &str, body: &Value) -> Result<Value, AppError> {
    remote.json(
        path,
        Sent::Post("application/json", body.to_string().as_bytes()),
    )
}

/// A text that is a member of an answer; empty if there is none.
pub(super) fn word<'a>(said: &'a Value, name: &str) -> &'a str {
    said.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// The list `devices` of an answer.
pub(super) fn devices_of(mut said: Value) -> Result<Vec<Value>, AppError> {
    let list = said.get_mut("devices").map(Value::take).unwrap_or_default();
    serde_json::from_value(list).map_err(|cause| AppError::Input(cause.to_string()))
}

/// Roles that people give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Role {
    /// 管理 / everything, and managing the party's keys
    Admin,
    /// 业务员 / custody, papers and statements
    Clerk,
    /// 司机 / legs of shipments
    Driver,
    /// 设备 / readings only
    Device,
}

impl From<Role> for KeyRole {
    fn from(role: Role) -> Self {
        match role {
            Role::Admin => Self::Admin,
            Role::Clerk => Self::Clerk,
            Role::Driver => Self::Driver,
            Role::Device => Self::Device,
        }
    }
}

pub(super) fn sites(texts: &[String]) -> Result<Vec<SiteId>, AppError> {
    texts.iter().map(|text| site_id(text)).collect()
}

/// A key named by its thumbprint, or the first characters of it, among some.
pub(super) fn one_of<T>(
    found: &[T],
    wanted: &str,
    kid: impl Fn(&T) -> String,
) -> Result<usize, AppError> {
    let fits = |one: &T| wanted.len() >= KID_CHARS_MIN && kid(one).starts_with(wanted);
    let mut places = (0_usize..).zip(found).filter(|(_, one)| fits(one));
    match (places.next(), places.next()) {
        (Some((place, _)), None) => Ok(place),
        (None, _) => Err(AppError::argument(
            wanted,
            Bilingual::new(
                format!("没有这个密钥(至少写出前 {KID_CHARS_MIN} 位)"),
                format!("no such key here (write at least its first {KID_CHARS_MIN} characters)"),
            ),
        )),
        (Some(_), Some(_)) => Err(AppError::argument(
            wanted,
            Bilingual::new("不止一个密钥这样开头", "more than one key begins so"),
        )),
    }
}

/// Characters of a thumbprint that name a key to a person, at least: 48 bits.
const KID_CHARS_MIN: usize = 8;
