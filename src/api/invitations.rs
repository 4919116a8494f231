//! Invitations: how devices join. Whoever manages keys makes them and signs `add_key` elsewhere;
//! the device that was invited shows its code and gives its public key.

use super::inviter::Inviter;
use super::json::{BodyProblems, read_json};
use super::limits::address::client;
use super::limits::body::Room;
use super::limits::gate::Gate as Turns;
use super::problem::{Problem, ProblemBody, ReadProblems};
use super::schema::PublicKey;
use crate::app::joining::{Gate, Seen};
use crate::app::node::Node;
use crate::app::{AppError, qr};
use crate::core::ids::{PartyId, SiteId};
use crate::core::joining::{Code, Invitation, InvitationId, JoinError, OPEN_DEFAULT_S, Offer};
use crate::core::record::body::KeyRole;
use crate::core::record::words::Name;
use crate::core::record::{Jwk, PossessionProof};
use actix_web::http::header::{CACHE_CONTROL, HeaderName};
use actix_web::web::{Data, Path, Payload, block};
use actix_web::{HttpRequest, HttpResponse, delete, get, post};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What must not lie in a cache.
const NO_STORE: (HeaderName, &str) = (CACHE_CONTROL, "no-store");

/// What an invitation is to be for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InviteAsk {
    /// The party for which the device will sign. / 主体代码
    #[schema(value_type = String, example = "91320509MA1M00033P")]
    pub party: PartyId,
    /// Where; empty means at every site of the party. / 限定场所
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub sites: Vec<SiteId>,
    /// As what: `admin`, `clerk`, `driver`, `device`. / 角色
    #[schema(value_type = String, pattern = "^(admin|clerk|driver|device)$", example = "clerk")]
    pub role: KeyRole,
    /// What the device is called; no person's name. / 设备名称
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 120, example = "前台手机")]
    pub label: Option<Name>,
    /// Seconds for which it is open: a minute to 30 days; 7 days unless said. / 有效秒数
    #[serde(default)]
    #[schema(minimum = 60, maximum = 2_592_000)]
    pub open_s: Option<u64>,
}

/// An invitation, as whoever made it gets it, once.
#[derive(Debug, Serialize, ToSchema)]
pub struct InviteBody {
    /// Names it.
    pub id: String,
    /// The secret; the server keeps a hash of it alone.
    #[schema(example = "7H4K-9M2P-X3QD-T8WZ")]
    pub code: String,
    /// Path and fragment of the link: browsers do not send what stands behind `#`. Whoever invites may add a point and
    /// the key of the log as they know it; the server's own word for it would prove nothing.
    #[schema(example = "/join#7H4K-9M2P-X3QD-T8WZ")]
    pub link: String,
    /// The link of this server as a QR code (SVG).
    pub qr_svg: String,
    /// The last moment to answer it (RFC 3339).
    pub expires_at: String,
}

/// Shows that one was invited.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CodeAsk {
    /// The code.
    #[schema(example = "7H4K-9M2P-X3QD-T8WZ")]
    pub code: String,
}

/// Answers an invitation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptAsk {
    /// The code.
    #[schema(example = "7H4K-9M2P-X3QD-T8WZ")]
    pub code: String,
    /// The device's public key (RFC 8037).
    #[schema(value_type = PublicKey)]
    pub jwk: Jwk,
    /// Proof of possession, as `add_key` asks for it (docs/RECORD-FORMAT.md, section 10).
    #[schema(value_type = String, pattern = r"^[0-9A-Za-z_-]{85}[AQgw]$")]
    pub proof: PossessionProof,
}

/// What an invitation is for and where it stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct SeenBody {
    /// `open`, `waiting`, `joined`, `revoked`, `expired`.
    #[schema(example = "open")]
    pub standing: &'static str,
    /// Name of the log, over which the proof of possession is made.
    pub log: String,
    /// The party.
    pub party: String,
    /// Its name, if it has a public one.
    pub party_name: Option<String>,
    /// Where.
    pub sites: Vec<String>,
    /// As what.
    #[schema(value_type = String, example = "clerk")]
    pub role: KeyRole,
    /// Thumbprint of the key that answered, if one has.
    pub kid: Option<String>,
    /// The last moment to answer it (RFC 3339).
    pub expires_at: String,
}

/// Devices that wait.
#[derive(Debug, Serialize, ToSchema)]
pub struct WaitingBody {
    /// The oldest first.
    pub devices: Vec<DeviceBody>,
}

/// A device that waits until its key is added.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeviceBody {
    /// The invitation.
    pub id: String,
    /// Thumbprint of the key: compare it with what the device shows.
    pub kid: String,
    /// The party.
    pub party: String,
    /// Where.
    pub sites: Vec<String>,
    /// As what.
    #[schema(value_type = String)]
    pub role: KeyRole,
    /// What it is called.
    pub label: Option<String>,
    /// The public key.
    #[schema(value_type = PublicKey)]
    pub jwk: Jwk,
    /// The proof of possession.
    #[schema(value_type = String)]
    pub proof: PossessionProof,
    /// When it answered (RFC 3339).
    pub answered_at: String,
}

impl DeviceBody {
    fn of(found: &Invitation) -> Option<Self> {
        let answer = found.answer?;
        Some(Self {
            id: found.id.to_string(),
            kid: answer.jwk.kid().to_string(),
            party: found.offer.party.to_string(),
            sites: found.offer.sites.iter().map(ToString::to_string).collect(),
            role: found.offer.role,
            label: found.offer.label.as_ref().map(ToString::to_string),
            jwk: answer.jwk,
            proof: answer.proof,
            answered_at: answer.at.rfc3339(),
        })
    }
}

impl From<Seen> for SeenBody {
    fn from(seen: Seen) -> Self {
        let offer = seen.invitation.offer;
        Self {
            standing: seen.standing.code(),
            log: seen.log.to_string(),
            party: offer.party.to_string(),
            party_name: seen.party_name,
            sites: offer.sites.iter().map(ToString::to_string).collect(),
            role: offer.role,
            kid: seen
                .invitation
                .answer
                .map(|answer| answer.jwk.kid().to_string()),
            expires_at: seen.invitation.expires_at.rfc3339(),
        }
    }
}

/// Does what may block where it may.
pub(super) async fn aside<T: Send + 'static>(
    node: Data<Node>,
    work: impl FnOnce(Gate<'_>) -> Result<T, AppError> + Send + 'static,
) -> Result<T, Problem> {
    let done = block(move || work(node.gate())).await;
    Ok(done.map_err(|_gone| Problem::internal())??)
}

fn read_id(text: &str) -> Result<InvitationId, Problem> {
    InvitationId::parse(text).map_err(|_none| Problem::of(&JoinError::Unknown))
}

fn read_code(text: &str) -> Result<Code, Problem> {
    Code::parse(text).map_err(|_none| Problem::of(&JoinError::Unknown))
}

/// Waits for the turn of whoever tries a code.
async fn turn(request: &HttpRequest, node: &Node) -> Result<(), Problem> {
    let turns = request.app_data::<Data<Turns>>();
    let turns = turns.ok_or_else(Problem::internal)?;
    match client(request, &node.config().trusted_proxies) {
        Some(address) => turns.join(address).await,
        None => Ok(()),
    }
}

/// Makes an invitation for a device of a party.
///
/// 发出邀请:登记机构可邀请任何主体,主体的管理密钥可邀请本主体的设备。邀请码只显示一次。
#[utoipa::path(tag = "joining", security(("token" = []), ("cookie" = [])), 
    request_body(content = InviteAsk, content_type = "application/json",
        example = json!({"party": "91320509MA1M00033P", "role": "clerk", "label": "前台手机"})),
    responses(
    (status = 201, description = "The invitation, with its code.", body = InviteBody),
    (status = 403, description = "Not yours to invite for.", body = ProblemBody, content_type = "application/problem+json"),
    ReadProblems,
    BodyProblems,
))]
#[post("/v1/invitations")]
pub async fn invite(
    request: HttpRequest,
    mut payload: Payload,
    inviter: Inviter,
    node: Data<Node>,
    room: Data<Room>,
) -> Result<HttpResponse, Problem> {
    let asked: InviteAsk = read_json(&request, &mut payload, &node, &room).await?;
    let info = request.connection_info().clone();
    let (made, code) = aside(node, move |gate| {
        let offer = Offer {
            party: asked.party,
            sites: asked.sites,
            role: asked.role,
            label: asked.label,
        };
        let manager = gate.manager(&inviter.0)?;
        gate.invite(&manager, offer, asked.open_s.unwrap_or(OPEN_DEFAULT_S))
    })
    .await?;
    let link = format!("/join#{code}");
    let whole = format!("{}://{}{link}", info.scheme(), info.host());
    Ok(HttpResponse::Created()
        .insert_header(NO_STORE)
        .json(InviteBody {
            id: made.id.to_string(),
            code: code.to_string(),
            qr_svg: qr::svg(&whole).unwrap_or_default(),
            link,
            expires_at: made.expires_at.rfc3339(),
        }))
}

/// Devices that answered an invitation and wait until their key is added.
///
/// 等待批准的设备:核对指纹后,用管理密钥在本机签名 add_key 记录并提交。
#[utoipa::path(tag = "joining", security(("token" = []), ("cookie" = [])), responses(
    (status = 200, description = "The devices.", body = WaitingBody),
    (status = 403, description = "Not an administrator.", body = ProblemBody, content_type = "application/problem+json"),
    ReadProblems,
))]
#[get("/v1/invitations/pending")]
pub async fn pending(inviter: Inviter, node: Data<Node>) -> Result<HttpResponse, Problem> {
    let found = aside(node, move |gate| gate.waiting(&gate.manager(&inviter.0)?)).await?;
    let devices = found.iter().filter_map(DeviceBody::of).collect();
    Ok(HttpResponse::Ok()
        .insert_header(NO_STORE)
        .json(WaitingBody { devices }))
}

/// Takes an invitation back, and with it a device that waits. A key that is in the log already is
/// revoked by a `revoke_key` record.
///
/// 撤回邀请。
#[utoipa::path(tag = "joining", security(("token" = []), ("cookie" = [])), params(("id", description = "Id of the invitation / 邀请编号", example = "00000000000000000000")), responses(
    (status = 200, description = "It is taken back.", body = super::joined::RevokedBody),
    (status = 403, description = "Not an administrator.", body = ProblemBody, content_type = "application/problem+json"),
    ReadProblems,
))]
#[delete("/v1/invitations/{id}")]
pub async fn revoke(
    path: Path<String>,
    inviter: Inviter,
    node: Data<Node>,
) -> Result<HttpResponse, Problem> {
    let id = read_id(&path)?;
    let done = aside(node, move |gate| {
        gate.revoke(&gate.manager(&inviter.0)?, &id)
    })
    .await?;
    Ok(HttpResponse::Ok().json(super::joined::RevokedBody {
        id: done.id.to_string(),
        standing: "revoked",
    }))
}

/// What an invitation is for and where it stands. The code goes in the body, so that it is in
/// nobody's log.
///
/// 查看邀请:应答前看主体、角色,应答后看是否已批准。
#[utoipa::path(tag = "joining", params(("id", description = "Id of the invitation / 邀请编号", example = "00000000000000000000")), 
    request_body(content = CodeAsk, content_type = "application/json",
        example = json!({"code": "7H4K-9M2P-X3QD-T8WZ"})),
    responses(
    (status = 200, description = "The invitation.", body = SeenBody),
    ReadProblems,
    BodyProblems,
))]
#[post("/v1/invitations/{id}/look")]
pub async fn look(
    request: HttpRequest,
    mut payload: Payload,
    path: Path<String>,
    node: Data<Node>,
    room: Data<Room>,
) -> Result<HttpResponse, Problem> {
    turn(&request, &node).await?;
    let id = read_id(&path)?;
    let asked: CodeAsk = read_json(&request, &mut payload, &node, &room).await?;
    let code = read_code(&asked.code)?;
    let seen = aside(node, move |gate| gate.look(&id, &code)).await?;
    Ok(HttpResponse::Ok()
        .insert_header(NO_STORE)
        .json(SeenBody::from(seen)))
}

/// Answers an invitation with the public key of a new device and the proof that it has the private
/// one. It then waits until its key is added. Answering again with the same key is no harm.
///
/// 应答邀请:提交新设备的公钥和持有证明,等待批准。
#[utoipa::path(tag = "joining", params(("id", description = "Id of the invitation / 邀请编号", example = "00000000000000000000")), 
    request_body(content = AcceptAsk, content_type = "application/json",
        example = json!({"code": "7H4K-9M2P-X3QD-T8WZ",
            "jwk": {"crv": "Ed25519", "kty": "OKP", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
            "proof": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})),
    responses(
    (status = 202, description = "It waits.", body = SeenBody),
    (status = 409, description = "Another device has answered, or the key is enrolled.", body = ProblemBody, content_type = "application/problem+json"),
    (status = 410, description = "Expired or taken back.", body = ProblemBody, content_type = "application/problem+json"),
    ReadProblems,
    BodyProblems,
))]
#[post("/v1/invitations/{id}/accept")]
pub async fn accept(
    request: HttpRequest,
    mut payload: Payload,
    path: Path<String>,
    node: Data<Node>,
    room: Data<Room>,
) -> Result<HttpResponse, Problem> {
    turn(&request, &node).await?;
    let id = read_id(&path)?;
    let asked: AcceptAsk = read_json(&request, &mut payload, &node, &room).await?;
    let code = read_code(&asked.code)?;
    let seen = aside(node, move |gate| {
        gate.accept(&id, &code, asked.jwk, asked.proof)
    })
    .await?;
    Ok(HttpResponse::Accepted()
        .insert_header(NO_STORE)
        .json(SeenBody::from(seen)))
}
