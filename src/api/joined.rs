//! Keys that have joined: those of a party, and where one's own stands.

use super::answer::{Ask, answer};
use super::invitations::aside;
use super::inviter::Inviter;
use super::problem::{Problem, ProblemBody, ReadProblems};
use super::schema::PublicKey;
use super::sight::Sight;
use crate::app::node::Node;
use crate::app::read::devices::holders;
use crate::app::read::registry::key as key_by_thumbprint;
use crate::core::custody::KeyFacts;
use crate::core::ids::PartyId;
use crate::core::record::body::KeyRole;
use crate::core::record::{Jwk, Kid};
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpResponse, get};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};

/// An invitation that was taken back.
#[derive(Debug, Serialize, ToSchema)]
pub struct RevokedBody {
    /// The invitation.
    pub id: String,
    /// `revoked`.
    pub standing: &'static str,
}

/// Whose keys.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DevicesQuery {
    /// The party. / 主体代码
    #[param(example = "91320509MA1M00033P")]
    pub party: String,
    /// Whether to say who holds each; every look is written down. / 是否显示使用人
    #[param(example = false)]
    pub people: Option<bool>,
}

/// Keys of a party.
#[derive(Debug, Serialize, ToSchema)]
pub struct DevicesBody {
    /// The oldest first.
    pub devices: Vec<DeviceBody>,
}

/// A key with what tells it from others.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeviceBody {
    /// The key.
    #[serde(flatten)]
    pub key: KeyBody,
    /// What the device was called when it was invited.
    pub label: Option<String>,
    /// Who holds it, of a key that was not revoked, if you asked and may see it.
    pub person: Option<String>,
}

/// A key.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeyBody {
    /// Its thumbprint.
    pub kid: String,
    /// For whom it signs.
    pub party: String,
    /// Where; empty means everywhere.
    pub sites: Vec<String>,
    /// As what.
    #[schema(value_type = String, example = "clerk")]
    pub role: KeyRole,
    /// From when (RFC 3339).
    pub from: String,
    /// Until when, if it ends by itself (RFC 3339).
    pub until: Option<String>,
    /// Whether it was revoked.
    pub revoked: bool,
}

/// Where a key's records stand: what it needs to sign the next one.
#[derive(Debug, Serialize, ToSchema)]
pub struct FeedBody {
    /// Its thumbprint.
    pub kid: String,
    /// For whom it signs.
    pub party: String,
    /// Name of the log.
    pub log: String,
    /// As what.
    #[schema(value_type = String, example = "clerk")]
    pub role: KeyRole,
    /// Largest number of its records; 0 if there is none.
    pub seq: u64,
    /// Its last record: the next one names it as `prev`.
    pub last: Option<String>,
}

impl From<&KeyFacts> for KeyBody {
    fn from(key: &KeyFacts) -> Self {
        Self {
            kid: key.kid.to_string(),
            party: key.party.to_string(),
            sites: key.sites.iter().map(ToString::to_string).collect(),
            role: key.role,
            from: key.from.rfc3339(),
            until: key.until.map(|until| until.rfc3339()),
            revoked: key.revoked.is_some(),
        }
    }
}

/// The keys of a party, for whoever manages them, with what each device was called when it was invited, and on request who
/// holds it.
///
/// 主体的密钥:邀请时的称呼,按需显示使用人(留痕)。
#[utoipa::path(tag = "joining", security(("token" = []), ("cookie" = [])), params(DevicesQuery), responses(
    (status = 200, description = "The keys.", body = DevicesBody),
    (status = 403, description = "Not yours to manage.", body = ProblemBody, content_type = "application/problem+json"),
    ReadProblems,
))]
#[get("/v1/devices")]
pub async fn devices(
    query: Query<DevicesQuery>,
    inviter: Inviter,
    sight: Sight,
    node: Data<Node>,
) -> Result<HttpResponse, Problem> {
    let (party, people) = (PartyId::parse(&query.party)?, query.people == Some(true));
    let here = node.clone();
    let devices = aside(node, move |gate| {
        let found = gate.devices(&gate.manager(&inviter.0)?, &party)?;
        let mut labels = gate.labels(&party)?;
        let mut names = match people {
            true => holders(&here, sight.audience(), &found)?,
            false => BTreeMap::new(),
        };
        let device = |key: &KeyFacts| DeviceBody {
            key: KeyBody::from(key),
            label: labels.remove(&key.kid).map(|label| label.to_string()),
            person: names.remove(&key.kid).map(|name| name.to_string()),
        };
        Ok(found.iter().map(device).collect())
    })
    .await?;
    Ok(HttpResponse::Ok().json(DevicesBody { devices }))
}

/// Where a key's own records stand, for the key itself.
///
/// 本密钥的序列位置:下一条记录的 seq 和 prev。
#[utoipa::path(tag = "joining", security(("token" = []), ("cookie" = [])), params(("kid", description = "Thumbprint of the key / 密钥指纹", example = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")), responses(
    (status = 200, description = "Where its records stand.", body = FeedBody),
    (status = 403, description = "Another key's.", body = ProblemBody, content_type = "application/problem+json"),
    ReadProblems,
))]
#[get("/v1/keys/{kid}")]
pub async fn feed(
    path: Path<String>,
    inviter: Inviter,
    node: Data<Node>,
) -> Result<HttpResponse, Problem> {
    let unknown = || Problem::not_found("没有这个密钥", "no such key");
    let kid = Kid::parse(&path).ok_or_else(unknown)?;
    if kid != inviter.0 {
        return Err(Problem::new(
            "not_allowed",
            "只能查看自己的密钥",
            "a key may ask about itself alone",
        ));
    }
    let log = node.origin().to_string();
    let found = aside(node, move |gate| gate.feed(&kid)).await?;
    let (key, feed) = found.ok_or_else(unknown)?;
    Ok(HttpResponse::Ok().json(FeedBody {
        kid: kid.to_string(),
        party: key.party.to_string(),
        log,
        role: key.role,
        seq: feed.as_ref().map_or(0, |feed| feed.seq_max),
        last: feed.map(|feed| feed.last.to_string()),
    }))
}

/// Whose key it is.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnerBody {
    /// Whose, as what, and for how long.
    #[serde(flatten)]
    pub key: KeyBody,
    /// The key itself (RFC 8037).
    #[schema(value_type = PublicKey)]
    pub jwk: Jwk,
    /// Since when it is suspect, if somebody said so (RFC 3339).
    pub suspect_since: Option<String>,
}

/// Whose key signed a record. Registrations are open to everybody, and so is this.
///
/// 按指纹查密钥属于谁:离线收货之后核对发货方的签名。
#[utoipa::path(tag = "registry", params(("kid" = String, Path, pattern = r"^[0-9A-Za-z_-]{42}[048AEIMQUYcgkosw]$", description = "Thumbprint of the key / 密钥指纹", example = "{signer}")), responses(
    (status = 200, description = "Whose it is.", body = OwnerBody),
    (status = 304, description = "As it was."),
    ReadProblems,
))]
#[get("/v1/keys/{kid}/owner")]
pub async fn owner(ask: Ask, path: Path<String>) -> Result<HttpResponse, Problem> {
    let unknown = || Problem::not_found("没有这个密钥", "no such key");
    let kid = Kid::parse(&path).ok_or_else(unknown)?;
    answer(ask, move |node| {
        let key = key_by_thumbprint(node, &kid)?.ok_or_else(unknown)?;
        Ok(OwnerBody {
            key: KeyBody::from(&key),
            suspect_since: key.suspect_since.map(|since| since.rfc3339()),
            jwk: key.jwk,
        })
    })
    .await
}
