//! Signing in: a challenge, its answer, and who one is.

use super::limits::address::client;
use super::limits::body::{Room, read};
use super::limits::gate::Gate;
use super::problem::{Problem, ProblemBody, Words};
use super::schema::PublicKey;
use super::sight::{cookie_name, is_tls, proof};
use crate::app::node::Node;
use crate::app::session::{self, Answered, COOKIE_LASTS_S, SessionKind, SignedIn};
use crate::core::access::{Role, table};
use crate::core::record::{Jwk, Kid, decode_signature};
use crate::core::text::Bilingual;
use actix_web::cookie::time::Duration as CookieDuration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::web::{Data, Payload, block};
use actix_web::{HttpRequest, HttpResponse, delete, get, post};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Bytes of the body of a request to sign in.
const BODY_BYTES_MAX: usize = 4 * 1024;

/// What must not lie in a cache.
const NO_STORE: (actix_web::http::header::HeaderName, &str) = (CACHE_CONTROL, "no-store");

/// Which key somebody wants to sign in with.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChallengeAsk {
    /// Its thumbprint (RFC 7638). / 密钥指纹
    #[schema(value_type = String, pattern = r"^[0-9A-Za-z_-]{42}[048AEIMQUYcgkosw]$", example = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")]
    pub kid: Kid,
}

/// What to sign.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChallengeBody {
    /// The text to sign, every byte of it, line ends and all.
    #[schema(example = "shisu-sign-in/v1\nlog: zhejiang.shisu.example/demo\n…")]
    pub challenge: String,
    /// The last second in which it may be answered, since 1970.
    pub expires_at: u64,
}

/// How a session is to travel.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Carried {
    /// As a bearer token, for programs.
    #[default]
    Token,
    /// In a cookie, for browsers.
    Cookie,
}

/// The answer to a challenge.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignInAsk {
    /// The challenge, byte by byte as it came.
    pub challenge: String,
    /// The Ed25519 signature over it, base64url.
    pub signature: String,
    /// How the session is to travel; `token` unless said.
    #[serde(default, rename = "as")]
    pub carried: Carried,
    /// The public key (RFC 8037), for operators and peers whom the registry does not know.
    #[serde(default)]
    #[schema(value_type = Option<PublicKey>)]
    pub jwk: Option<Jwk>,
}

/// A session.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionBody {
    /// The token, for `Authorization: Bearer`; none if the session is in a cookie.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// The last second of the session, since 1970.
    pub expires_at: u64,
    /// The key.
    pub kid: String,
    /// The party it signs for.
    pub party: Option<String>,
    /// Sites that the key is for; empty means all of the party.
    pub sites: Vec<String>,
    /// As whom you ask: rows of the table in `docs/API.md`.
    #[schema(example = json!(["public", "party"]))]
    pub roles: Vec<&'static str>,
    /// The main one in words.
    pub role: Words,
}

impl SessionBody {
    fn of(signed_in: &SignedIn, token: Option<String>) -> Self {
        let viewer = &signed_in.viewer;
        Self {
            token,
            expires_at: signed_in.expires_at.get(),
            kid: viewer.kid.to_string(),
            party: viewer.party.map(|party| party.to_string()),
            sites: viewer.sites.iter().map(ToString::to_string).collect(),
            roles: viewer.roles.iter().map(|role| role.code()).collect(),
            role: name_of(viewer.role()).into(),
        }
    }
}

fn name_of(role: Role) -> Bilingual {
    let row = table().roles.iter().find(|row| row.role() == role);
    row.map_or_else(
        || Bilingual::new(role.code(), role.code()),
        |row| row.name(),
    )
}

/// Reads a small JSON body, after waiting for the turn of whoever asks.
async fn ask<T: DeserializeOwned>(
    request: &HttpRequest,
    payload: &mut Payload,
    node: &Node,
) -> Result<T, Problem> {
    let gate = request.app_data::<Data<Gate>>();
    let room = request.app_data::<Data<Room>>();
    let (Some(gate), Some(room)) = (gate, room) else {
        return Err(Problem::internal());
    };
    let kind = request.headers().get(CONTENT_TYPE);
    let kind = kind.and_then(|value| value.to_str().ok()).unwrap_or("");
    let kind = kind.split(';').next().unwrap_or("").trim();
    if !kind.eq_ignore_ascii_case("application/json") {
        return Err(Problem::new(
            "unsupported_media_type",
            "Content-Type 应为 application/json",
            "Content-Type is application/json",
        ));
    }
    if let Some(address) = client(request, &node.config().trusted_proxies) {
        gate.sign_in(address).await?;
    }
    let limits = &node.config().limits;
    let body = read(request, payload, room, limits, BODY_BYTES_MAX).await?;
    let (text, _room) = body.text()?;
    serde_json::from_str(&text)
        .map_err(|error| Problem::new("bad_json", "JSON 内容有误", error.to_string()))
}

/// A challenge to sign. It is given to whoever asks, for whatever key.
///
/// 登录第一步:取得要签名的挑战,一分钟内有效,只能用一次。
#[utoipa::path(tag = "session",
    request_body(content = ChallengeAsk, content_type = "application/json",
        example = json!({"kid": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"})),
    responses(
    (status = 200, description = "What to sign.", body = ChallengeBody),
    (status = 400, description = "Not understood.", body = ProblemBody, content_type = "application/problem+json"),
    (status = 408, description = "The body did not arrive in time.", body = ProblemBody, content_type = "application/problem+json"),
    (status = 413, description = "Too large.", body = ProblemBody, content_type = "application/problem+json"),
    (status = 415, description = "Not JSON.", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "You have asked too often.", body = ProblemBody, content_type = "application/problem+json"),
    (status = 503, description = "Too much is being received.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[post("/v1/session/challenge")]
pub async fn challenge(
    request: HttpRequest,
    mut payload: Payload,
    node: Data<Node>,
) -> Result<HttpResponse, Problem> {
    let asked: ChallengeAsk = ask(&request, &mut payload, &node).await?;
    let (challenge, expires_at) = session::challenge(&node, asked.kid)?;
    Ok(HttpResponse::Ok()
        .insert_header(NO_STORE)
        .json(ChallengeBody {
            challenge,
            expires_at: expires_at.get(),
        }))
}

/// Signs in with the answer to a challenge: the signature of a registered key over its text.
///
/// 登录第二步:提交签名。浏览器得到 cookie,软件得到短期令牌。
#[utoipa::path(tag = "session",
    request_body(content = SignInAsk, content_type = "application/json",
        example = json!({
            "challenge": "shisu-sign-in/v1\nlog: zhejiang.shisu.example/demo\nkey: kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k\nexpires: 1795312860\nnonce: AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\nmac: AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
            "signature": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "as": "token"})),
    responses(
    (status = 201, description = "Signed in; with `as: cookie` the session is in a cookie.", body = SessionBody),
    (status = 400, description = "Not understood.", body = ProblemBody, content_type = "application/problem+json"),
    (status = 401, description = "Not let in: the challenge is foreign, expired or used, or no key that stands signed it.", body = ProblemBody, content_type = "application/problem+json"),
    (status = 408, description = "The body did not arrive in time.", body = ProblemBody, content_type = "application/problem+json"),
    (status = 413, description = "Too large.", body = ProblemBody, content_type = "application/problem+json"),
    (status = 415, description = "Not JSON.", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "You have asked too often.", body = ProblemBody, content_type = "application/problem+json"),
    (status = 503, description = "The database cannot be written for the moment.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[post("/v1/session")]
pub async fn sign_in(
    request: HttpRequest,
    mut payload: Payload,
    node: Data<Node>,
) -> Result<HttpResponse, Problem> {
    let asked: SignInAsk = ask(&request, &mut payload, &node).await?;
    let signature = decode_signature(&asked.signature).ok_or_else(|| {
        Problem::bad_request(
            "签名应为 86 个 base64url 字符",
            "a signature is 86 characters of base64url",
        )
    })?;
    let kind = match asked.carried {
        Carried::Token => SessionKind::Token,
        Carried::Cookie => SessionKind::Cookie,
    };
    let answered = Answered {
        challenge: asked.challenge,
        signature,
        jwk: asked.jwk,
        kind,
    };
    let done = block(move || session::sign_in(&node, &answered)).await;
    let (proof, signed_in) = done.map_err(|_gone| Problem::internal())??;
    let mut response = HttpResponse::Created();
    response.insert_header(NO_STORE);
    Ok(match kind {
        SessionKind::Token => response.json(SessionBody::of(&signed_in, Some(proof))),
        SessionKind::Cookie => response
            .cookie(cookie(&request, proof, COOKIE_LASTS_S))
            .json(SessionBody::of(&signed_in, None)),
    })
}

/// The cookie of a session: out of reach of scripts and of other sites.
fn cookie(request: &HttpRequest, value: String, lasts_s: u64) -> Cookie<'static> {
    let lasts_s = i64::try_from(lasts_s).unwrap_or(0);
    Cookie::build(cookie_name(request), value)
        .path("/")
        .http_only(true)
        .secure(is_tls(request))
        .same_site(SameSite::Strict)
        .max_age(CookieDuration::seconds(lasts_s))
        .finish()
}

/// Who you are, and as whom you ask.
///
/// 当前登录的身份。
#[utoipa::path(tag = "session", security(("token" = []), ("cookie" = [])), responses(
    (status = 200, description = "The session.", body = SessionBody),
    (status = 401, description = "There is none, or it has ended.", body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, description = "The cookie came from another site.", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "You have asked too often.", body = ProblemBody, content_type = "application/problem+json"),
    (status = 503, description = "The database cannot be read for the moment.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/v1/session")]
pub async fn whoami(request: HttpRequest, node: Data<Node>) -> Result<HttpResponse, Problem> {
    let (proof, kind) = proof(&request)?.ok_or_else(not_signed_in)?;
    let found = block(move || session::who(&node, &proof, kind)).await;
    let signed_in = found.map_err(|_gone| Problem::internal())??;
    Ok(HttpResponse::Ok()
        .insert_header(NO_STORE)
        .json(SessionBody::of(&signed_in, None)))
}

fn not_signed_in() -> Problem {
    Problem::new("sign_in_required", "尚未登录", "you are not signed in")
}

/// Ends the session. Ending one that is over is no harm.
///
/// 退出登录。
#[utoipa::path(tag = "session", security(("token" = []), ("cookie" = [])), responses(
    (status = 204, description = "There is no such session any more."),
    (status = 401, description = "There is none.", body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, description = "The cookie came from another site.", body = ProblemBody, content_type = "application/problem+json"),
    (status = 429, description = "You have asked too often.", body = ProblemBody, content_type = "application/problem+json"),
    (status = 503, description = "The database cannot be written for the moment.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[delete("/v1/session")]
pub async fn sign_out(request: HttpRequest, node: Data<Node>) -> Result<HttpResponse, Problem> {
    let (proof, kind) = proof(&request)?.ok_or_else(not_signed_in)?;
    let done = block(move || {
        // Only whoever holds a session writes; others cost no more than a look.
        match session::who(&node, &proof, kind) {
            Ok(_) => session::sign_out(&node, &proof),
            Err(crate::app::AppError::Denied(_)) => Ok(()),
            Err(error) => Err(error),
        }
    });
    done.await.map_err(|_gone| Problem::internal())??;
    let mut response = HttpResponse::NoContent();
    response.insert_header(NO_STORE);
    if kind == SessionKind::Cookie {
        response.cookie(cookie(&request, String::new(), 0));
    }
    Ok(response.finish())
}
