//! Another machine's server, spoken to over HTTP: one request at a time, tried again as long as
//! trying again may help. Everything that is asked here may safely be asked twice.

pub mod backoff;
pub mod state;
pub mod submit;

use super::error::AppError;
use crate::app::trust;
use crate::core::record::Jwk;
use crate::core::text::Bilingual;
use backoff::{Backoff, Patience};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signer as _, SigningKey};
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;
use ureq::http::header::RETRY_AFTER;
use ureq::http::{HeaderMap, Response};
use ureq::{Agent, Body};

/// Longest wait for a connection.
const CONNECT_MAX: Duration = Duration::from_secs(10);

/// Longest wait for an answer, from the first byte sent to the last byte read.
const ANSWER_MAX: Duration = Duration::from_secs(60);

/// Bytes of an answer at most: receipts of as many records as are sent together.
const ANSWER_BYTES_MAX: u64 = 32 * 1024 * 1024;

/// Characters of a server's words that are repeated to people.
const SAID_CHARS_MAX: usize = 300;

/// How a challenge to sign in begins.
const SIGN_IN: &str = "shisu-sign-in/v1\n";

/// Which server, and how to speak to it.
#[derive(Debug, Clone, Default)]
pub struct Address {
    /// `http://…` or `https://…`.
    pub url: String,
    /// Certificates to believe in place of the system's, a PEM file.
    pub ca: Option<std::path::PathBuf>,
    /// What a session gave, for what needs one.
    pub token: Option<String>,
}

/// A server.
#[derive(Debug)]
pub struct Remote {
    agent: Agent,
    base: String,
    token: Option<String>,
    patience: Patience,
}

/// An answer of a server.
#[derive(Debug)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
    retry_after: Option<Duration>,
}

/// What is sent.
#[derive(Debug, Clone, Copy)]
pub enum Sent<'a> {
    /// Asks for something.
    Get,
    /// Takes something away.
    Delete,
    /// Gives something, of this media type.
    Post(&'a str, &'a [u8]),
}

/// A problem as the server writes it (RFC 9457).
#[derive(Debug, Deserialize)]
struct ProblemBody {
    code: String,
    detail: Bilingual,
}

impl Remote {
    /// A server; nothing is asked yet.
    ///
    /// # Errors
    /// An address that is none, or certificates that cannot be read.
    pub fn at(address: &Address, patience: Patience) -> Result<Self, AppError> {
        let url = address.url.trim_end_matches('/');
        let is_secure = url.starts_with("https://");
        let is_plain = url.starts_with("http://");
        if !(is_secure || is_plain) || url.contains(['?', '#', '@', ' ']) {
            let why = format!("{url}: 服务器地址应为 http(s)://主机 / a server is http(s)://host");
            return Err(AppError::Input(why));
        }
        let tls = trust::in_servers(address.ca.as_deref(), is_secure)?;
        let config = Agent::config_builder()
            .timeout_connect(Some(CONNECT_MAX))
            .timeout_global(Some(ANSWER_MAX))
            // A record or a token goes nowhere but where it was sent.
            .max_redirects(0)
            .http_status_as_error(false)
            .user_agent(concat!("shisu/", env!("CARGO_PKG_VERSION")))
            .tls_config(tls)
            .build();
        Ok(Self {
            agent: config.into(),
            base: url.to_owned(),
            token: address.token.clone(),
            patience,
        })
    }

    /// Signs in with a key, for what needs a session. The private key stays here: what is signed is
    /// a text that begins by saying that it signs in, and no record.
    ///
    /// # Errors
    /// A server that lets nobody in so, or not this key.
    pub fn sign_in(&mut self, key: &SigningKey) -> Result<(), AppError> {
        let kid = Jwk::of(key).kid();
        // An old token is no help, and one that has ended is in the way.
        self.token = None;
        let post = |path: &str, body: &Value| {
            let body = body.to_string();
            self.json(path, Sent::Post("application/json", body.as_bytes()))
        };
        let given = post("/v1/session/challenge", &json!({ "kid": kid }))?;
        let challenge = given
            .get("challenge")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let is_one =
            challenge.starts_with(SIGN_IN) && challenge.contains(&format!("\nkey: {kid}\n"));
        if !is_one {
            return Err(self.not_understood("/v1/session/challenge"));
        }
        let signature = URL_SAFE_NO_PAD.encode(key.sign(challenge.as_bytes()).to_bytes());
        // Of a peer or an operator the registry may not know the public half.
        let answer = json!({
            "challenge": challenge, "signature": signature, "jwk": Jwk::of(key),
        });
        let session = post("/v1/session", &answer)?;
        let token = session.get("token").and_then(Value::as_str);
        let token = token.ok_or_else(|| self.not_understood("/v1/session"))?;
        self.token = Some(token.to_owned());
        Ok(())
    }

    /// Whether a session's token is at hand.
    #[must_use]
    pub const fn is_signed_in(&self) -> bool {
        self.token.is_some()
    }

    /// A session's token, if one is at hand.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// Its address, without a slash at the end.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// How long to keep trying.
    #[must_use]
    pub const fn patience(&self) -> Patience {
        self.patience
    }

    /// Asks once.
    ///
    /// # Errors
    /// Says why there was no answer.
    pub fn once(&self, path: &str, sent: Sent<'_>) -> Result<Reply, String> {
        let url = format!("{}{path}", self.base);
        let bearer = self.token.as_ref().map(|token| format!("Bearer {token}"));
        let answered = match sent {
            Sent::Get => with(self.agent.get(&url), bearer.as_deref()).call(),
            Sent::Delete => with(self.agent.delete(&url), bearer.as_deref()).call(),
            Sent::Post(kind, body) => {
                let request = self.agent.post(&url).header("Content-Type", kind);
                with(request, bearer.as_deref()).send(body)
            }
        };
        let reply = answered.and_then(read);
        reply.map_err(|cause| cause.to_string())
    }

    /// Asks for JSON and tries again while that may help. Whatever is asked this way may be asked
    /// twice.
    ///
    /// # Errors
    /// [`AppError::Unreachable`] when patience ends, [`AppError::Answered`] with what the server
    /// says is wrong.
    pub fn json(&self, path: &str, sent: Sent<'_>) -> Result<Value, AppError> {
        let mut backoff = Backoff::new(self.patience);
        loop {
            let failure = match self.once(path, sent) {
                Ok(reply) if reply.is_good() => {
                    let value = serde_json::from_slice(&reply.body);
                    return value.map_err(|_not_json| self.not_understood(path));
                }
                Ok(reply) if !reply.may_pass() => return Err(reply.problem(&self.base)),
                Ok(reply) => (reply.retry_after, reply.problem(&self.base).to_string()),
                Err(cause) => (None, cause),
            };
            self.wait(&mut backoff, failure)?;
        }
    }

    /// Waits before the next try, or says that there will be none.
    ///
    /// # Errors
    /// [`AppError::Unreachable`] when patience has ended.
    pub fn wait(
        &self,
        backoff: &mut Backoff,
        (asked, cause): (Option<Duration>, String),
    ) -> Result<(), AppError> {
        match backoff.next(asked, super::keyfile::random_u64()?) {
            Some(pause) => {
                let pause_ms = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX);
                tracing::warn!(server = self.base, cause, pause_ms, "will try again");
                std::thread::sleep(pause);
                Ok(())
            }
            None => Err(AppError::Unreachable {
                server: self.base.clone(),
                cause,
            }),
        }
    }

    fn not_understood(&self, path: &str) -> AppError {
        AppError::Answered {
            server: self.base.clone(),
            status: 200,
            code: "not_understood".to_owned(),
            why: Bilingual::new(
                format!("{path} 的答复无法理解"),
                format!("the answer to {path} cannot be understood"),
            ),
        }
    }
}

impl Reply {
    /// Whether what was asked was done.
    #[must_use]
    pub const fn is_good(&self) -> bool {
        matches!(self.status, 200..=299)
    }

    /// Whether the same may succeed later without anybody's doing.
    #[must_use]
    pub const fn may_pass(&self) -> bool {
        matches!(self.status, 408 | 425 | 429 | 500 | 502..=504)
    }

    /// How long the server asks to wait.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// What the server says is wrong.
    #[must_use]
    pub fn problem(&self, server: &str) -> AppError {
        let problem: Option<ProblemBody> = serde_json::from_slice(&self.body).ok();
        let (code, why) = match problem {
            Some(problem) => (problem.code, problem.detail),
            None => {
                let said = String::from_utf8_lossy(&self.body);
                let said: String = said.chars().take(SAID_CHARS_MAX).collect();
                ("http".to_owned(), Bilingual::new(said.clone(), said))
            }
        };
        AppError::Answered {
            server: server.to_owned(),
            status: self.status,
            code,
            why,
        }
    }
}

fn with<Kind>(
    request: ureq::RequestBuilder<Kind>,
    bearer: Option<&str>,
) -> ureq::RequestBuilder<Kind> {
    match bearer {
        Some(bearer) => request.header("Authorization", bearer),
        None => request,
    }
}

fn read(mut response: Response<Body>) -> Result<Reply, ureq::Error> {
    let status = response.status().as_u16();
    let retry_after = retry_after(response.headers());
    let body = response.body_mut().with_config().limit(ANSWER_BYTES_MAX);
    Ok(Reply {
        status,
        body: body.read_to_vec()?,
        retry_after,
    })
}

/// The seconds of `Retry-After`; its other form, a date, is not understood and counts as none.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?;
    value.trim().parse().ok().map(Duration::from_secs)
}
