//! Signing in: with a challenge that the key signs, and from then on with the secret of a session.
//! What a session may see is never kept: the standing of its key is looked up at every use, so a
//! revoked key's session ends at once.

use super::AppError;
use super::home::Identity;
use super::node::Node;
use crate::core::access::{Challenge, ChallengeError, Denied, Role, Viewer, role_of};
use crate::core::custody::{KeyFacts, LogNo};
use crate::core::record::{Jwk, Kid, decode_hash};
use crate::core::time::UnixSeconds;
use crate::store::{Reader, Session, StoreError};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

pub use crate::store::SessionKind;

/// Seconds for which a token of a program holds.
pub const TOKEN_LASTS_S: u64 = 15 * 60;

/// Seconds for which a browser stays signed in: a working day.
pub const COOKIE_LASTS_S: u64 = 10 * 3_600;

/// What the secret of challenges is derived with.
const SECRET_DOMAIN: &str = "shisu sign-in secret/v1\n";

/// What the secret of a session is hashed with.
const SESSION_DOMAIN: &str = "shisu session/v1\n";

/// What a node knows its own challenges by: derived from the key that signs the log's heads, so
/// that several servers of one log know each other's.
pub struct SignInSecret([u8; 32]);

impl SignInSecret {
    /// The secret of a node.
    #[must_use]
    pub fn of(identity: &Identity) -> Self {
        let hasher = Sha256::new().chain_update(SECRET_DOMAIN);
        Self(
            hasher
                .chain_update(identity.log_key.to_bytes())
                .finalize()
                .into(),
        )
    }
}

impl std::fmt::Debug for SignInSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SignInSecret")
    }
}

/// What somebody answers a challenge with.
#[derive(Debug, Clone)]
pub struct Answered {
    /// The challenge, byte by byte as it was given.
    pub challenge: String,
    /// The Ed25519 signature over it.
    pub signature: [u8; 64],
    /// The key, where the registry does not know it.
    pub jwk: Option<Jwk>,
    /// How the session is to travel.
    pub kind: SessionKind,
}

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Who.
    pub viewer: Viewer,
    /// The last moment.
    pub expires_at: UnixSeconds,
}

/// A challenge for whoever says they have this key. It is the same for keys that nobody has.
///
/// # Errors
/// No randomness.
pub fn challenge(node: &Node, kid: Kid) -> Result<(String, UnixSeconds), AppError> {
    let now = node.clock().now();
    let challenge = Challenge::new(node.origin().clone(), kid, now, random()?);
    let SignInSecret(secret) = node.sign_in_secret();
    Ok((challenge.text(secret), challenge.expires))
}

/// Lets in whoever answers a challenge with a key that stands, once. Gives the text that proves
/// it from now on; nobody else has it, not even the database.
///
/// # Errors
/// A challenge that is not ours, expired or was answered before; a signature that is not that of
/// a key that stands, whatever the reason; what the database reports.
pub fn sign_in(node: &Node, answered: &Answered) -> Result<(String, SignedIn), AppError> {
    let now = node.clock().now();
    let SignInSecret(secret) = node.sign_in_secret();
    let text = &answered.challenge;
    let challenge = Challenge::read(text, node.origin(), secret, now)?;
    let (jwk, viewer) = node.read(|reader| {
        let known = reader.key(LogNo::HOME, &challenge.kid)?;
        let jwk = known.map(|(key, _)| key.jwk).or(answered.jwk);
        let viewer = viewer(node, reader, &challenge.kid, now)?;
        Ok::<_, StoreError>((jwk, viewer))
    })?;
    // Whoever is not known takes as long as whoever is: a signature is verified in any case.
    let jwk = jwk.unwrap_or_else(|| Jwk::of(&ed25519_dalek::SigningKey::from_bytes(&[1; 32])));
    challenge
        .verify(text, &jwk, &answered.signature)
        .map_err(|_any: ChallengeError| Denied::SignInFailed)?;
    let viewer = viewer.ok_or(Denied::SignInFailed)?;
    let lasts_s = match answered.kind {
        SessionKind::Cookie => COOKIE_LASTS_S,
        SessionKind::Token => TOKEN_LASTS_S,
    };
    let secret = random()?;
    let session = Session {
        hash: hash_of(&secret),
        kid: challenge.kid,
        kind: answered.kind,
        made_at: now,
        expires_at: now.plus(lasts_s),
    };
    let challenge_hash = Sha256::digest(text.as_bytes()).into();
    let fresh = node
        .store()
        .open_session(&session, &challenge_hash, challenge.expires)?;
    if !fresh {
        return Err(Denied::ChallengeUsed.into());
    }
    let proof = format!("{}.{}", challenge.kid, URL_SAFE_NO_PAD.encode(secret));
    let expires_at = session.expires_at;
    Ok((proof, SignedIn { viewer, expires_at }))
}

/// Who holds the text that [`sign_in`] gave, with what they may see now.
///
/// # Errors
/// [`Denied::SessionEnded`] if it is over, was ended, or its key no longer stands; what the
/// database reports.
pub fn who(node: &Node, proof: &str, kind: SessionKind) -> Result<SignedIn, AppError> {
    let (kid, secret) = parse(proof).ok_or(Denied::SessionEnded)?;
    let now = node.clock().now();
    let found = node.read(|reader| {
        let session = reader.session(&hash_of(&secret), now)?;
        let Some(session) = session.filter(|it| it.kid == kid && it.kind == kind) else {
            return Ok(None);
        };
        let viewer = viewer(node, reader, &kid, now)?;
        Ok::<_, StoreError>(viewer.map(|viewer| SignedIn {
            viewer,
            expires_at: session.expires_at,
        }))
    })?;
    found.ok_or_else(|| Denied::SessionEnded.into())
}

/// Ends the session of whoever holds this text.
///
/// # Errors
/// What the database reports.
pub fn sign_out(node: &Node, proof: &str) -> Result<(), AppError> {
    match parse(proof) {
        Some((_, secret)) => Ok(node.store().end_session(&hash_of(&secret))?),
        None => Ok(()),
    }
}

/// Who asks with this key; none if it stands for nothing now.
fn viewer(
    node: &Node,
    reader: &mut Reader<'_>,
    kid: &Kid,
    now: UnixSeconds,
) -> Result<Option<Viewer>, StoreError> {
    let access = &node.config().access;
    let mut viewer = Viewer {
        kid: *kid,
        party: None,
        sites: Vec::new(),
        division: None,
        roles: vec![Role::Public],
    };
    let key = reader.key(LogNo::HOME, kid)?.map(|(key, _)| key);
    if let Some(key) = &key {
        let party = match stands(key, now) {
            true => reader.party(&key.party)?,
            false => None,
        };
        let Some(party) = party else {
            return Ok(None);
        };
        viewer.party = Some(party.id);
        viewer.sites.clone_from(&key.sites);
        viewer.division = Some(party.county);
        viewer
            .roles
            .push(role_of(key.role, party.kind, party.county));
    }
    for (keys, role) in [
        (&access.peers, Role::PeerNode),
        (&access.operators, Role::Operator),
    ] {
        if keys.contains(kid) {
            viewer.roles.push(role);
        }
    }
    viewer.roles.dedup();
    let is_known = key.is_some() || viewer.roles.len() > 1;
    Ok(is_known.then_some(viewer))
}

/// Whether a key stands now.
fn stands(key: &KeyFacts, now: UnixSeconds) -> bool {
    key.revoked.is_none() && key.from <= now && key.until.is_none_or(|until| now <= until)
}

fn parse(proof: &str) -> Option<(Kid, [u8; 32])> {
    let (kid, secret) = proof.split_once('.')?;
    Some((Kid::parse(kid)?, decode_hash(secret)?))
}

fn hash_of(secret: &[u8; 32]) -> [u8; 32] {
    let hasher = Sha256::new().chain_update(SESSION_DOMAIN);
    hasher.chain_update(secret).finalize().into()
}

fn random() -> Result<[u8; 32], AppError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|cause| AppError::Randomness(cause.to_string()))?;
    Ok(bytes)
}
