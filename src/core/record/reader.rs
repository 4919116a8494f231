//! Reading a record from its bytes. Everything irregular is refused; nothing is repaired.

use super::body::{Body, RecordType};
use super::error::RecordError;
use super::hashes::{Digest, Kid, RecordId};
use super::header::read_header;
use super::keys::{Jwk, decode_signature};
use super::limits::{BLOB_BYTES_MAX, DISCLOSURES_MAX, RECORD_BYTES_MAX, SUBMISSION_BYTES_MAX};
use super::objects;
use super::payload::{Claims, FORMAT_VERSION, SD_ALG, WirePayload, line_numbers_are_sound};
use super::sealed::{self, Class, MOVE_FIELDS, Place, SealedField, SealedValue, Slot};
use super::why::{why_body, why_payload};
use crate::core::log::{Hash, leaf_hash};
use crate::core::quantity::Amount;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest as _, Sha256};
use std::borrow::Cow;

/// Whether every sealed field must be open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Completeness {
    /// As a home node admits a record: with every disclosure.
    Complete,
    /// As anybody else may hold it: some disclosures withheld or erased.
    Partial,
}

/// A record read from its bytes. Reading checks form, ids and sealed fields, not the signature:
/// that needs the key, which comes from outside ([`Record::verify`]).
#[derive(Debug, Clone)]
pub struct Record {
    /// SHA-256 over the issuer-signed JWT.
    pub id: RecordId,
    /// RFC 6962 leaf hash over the same bytes.
    pub leaf: Hash,
    /// Key that the header names.
    pub kid: Kid,
    /// What every record says.
    pub claims: Claims,
    /// What its type says.
    pub body: Body,
    /// Sealed fields, lines first, then the body, each in its fixed order.
    pub slots: Vec<Slot>,
    jwt: Box<str>,
    signature: [u8; 64],
}

/// The id of a record (`jwt~disclosure~…~`, or the JWT alone): SHA-256 over its signed bytes. Nothing
/// is verified.
#[must_use]
pub fn id_of(text: &str) -> RecordId {
    let jwt = text.split_once('~').map_or(text, |(jwt, _)| jwt);
    RecordId::from_bytes(Sha256::digest(jwt.as_bytes()).into())
}

impl Record {
    /// Reads `jwt~disclosure~…~`.
    ///
    /// # Errors
    /// Says which rule of the format the bytes break.
    pub fn parse(text: &str, completeness: Completeness) -> Result<Self, RecordError> {
        if text.len() > SUBMISSION_BYTES_MAX {
            return Err(RecordError::TooLarge {
                what: "submission",
                limit: SUBMISSION_BYTES_MAX,
            });
        }
        let (jwt, rest) = text.split_once('~').ok_or(RecordError::NotSdJwt {
            reason: "no ~ after the issuer-signed JWT",
        })?;
        let disclosures = split_disclosures(rest)?;
        Self::from_parts(jwt, &disclosures, completeness)
    }

    /// Reads a record from its signed bytes and the disclosures kept beside them.
    ///
    /// # Errors
    /// Says which rule of the format the bytes break.
    pub fn from_parts(
        jwt: &str,
        disclosures: &[&str],
        completeness: Completeness,
    ) -> Result<Self, RecordError> {
        if jwt.len() > RECORD_BYTES_MAX {
            return Err(RecordError::TooLarge {
                what: "record",
                limit: RECORD_BYTES_MAX,
            });
        }
        let (header, payload, signature) = split_jwt(jwt)?;
        let kid = read_header(header)?;
        let signature = decode_signature(signature)
            .ok_or(RecordError::NotCanonicalBase64 { part: "signature" })?;
        let json = URL_SAFE_NO_PAD
            .decode(payload)
            .map_err(|_loose| RecordError::NotCanonicalBase64 { part: "payload" })?;
        let (claims, body) = read_payload(&json)?;
        let mut slots = slots_of(&claims, &body)?;
        open_slots(&mut slots, disclosures, completeness)?;
        Ok(Self {
            id: id_of(jwt),
            leaf: leaf_hash(jwt.as_bytes()),
            kid,
            claims,
            body,
            slots,
            jwt: jwt.into(),
            signature,
        })
    }

    /// Verifies the signature, strictly: two nodes must never disagree about a record.
    ///
    /// # Errors
    /// Refuses a signature that `verify_strict` refuses, and a key other than the header's.
    pub fn verify(&self, key: &VerifyingKey) -> Result<(), RecordError> {
        if Jwk::from_bytes(key.to_bytes()).kid() != self.kid {
            return Err(RecordError::Signature);
        }
        key.verify_strict(
            self.signing_input(),
            &Signature::from_bytes(&self.signature),
        )
        .map_err(|_invalid| RecordError::Signature)
    }

    /// The issuer-signed JWT, exactly as its author signed it.
    #[must_use]
    pub fn jwt(&self) -> &str {
        &self.jwt
    }

    /// The record with the disclosures of the classes that `may_see` allows.
    #[must_use]
    pub fn to_sd_jwt(&self, may_see: impl Fn(Class) -> bool) -> String {
        let mut text = String::from(&*self.jwt);
        text.push('~');
        for opened in self
            .slots
            .iter()
            .filter(|slot| may_see(slot.field.class))
            .filter_map(|slot| slot.opened.as_ref())
        {
            text.push_str(&opened.disclosure);
            text.push('~');
        }
        text
    }

    /// The disclosures of one class, joined by `~`, as the store keeps them.
    #[must_use]
    pub fn disclosures(&self, class: Class) -> Option<Cow<'_, str>> {
        let of_class = self.slots.iter().filter(|slot| slot.field.class == class);
        let mut opened = of_class.filter_map(|slot| slot.opened.as_ref());
        let mut joined = Cow::Borrowed(&*opened.next()?.disclosure);
        for another in opened {
            let joined = joined.to_mut();
            joined.push('~');
            joined.push_str(&another.disclosure);
        }
        Some(joined)
    }

    /// The type.
    #[must_use]
    pub const fn kind(&self) -> RecordType {
        self.claims.kind
    }

    /// The quantity of line `n`, if it is open.
    #[must_use]
    pub fn quantity(&self, n: u16) -> Option<Amount> {
        let slot = self
            .slots
            .iter()
            .find(|slot| slot.place == Place::Line(n))?;
        match slot.opened.as_ref()?.value {
            SealedValue::Amount(amount) => Some(amount),
            _ => None,
        }
    }

    /// The value of the body's sealed field `name`, if it is open.
    #[must_use]
    pub fn sealed(&self, name: &str) -> Option<&SealedValue> {
        self.slots
            .iter()
            .find(|slot| slot.place == Place::Body && slot.field.name == name)
            .and_then(|slot| slot.opened.as_ref())
            .map(|opened| &opened.value)
    }

    /// The signature over [`signing_input`](Self::signing_input).
    pub(super) const fn signature(&self) -> &[u8; 64] {
        &self.signature
    }

    /// What the author signed.
    pub(super) fn signing_input(&self) -> &[u8] {
        self.jwt
            .rsplit_once('.')
            .map_or(&[], |(input, _)| input.as_bytes())
    }
}

fn split_disclosures(rest: &str) -> Result<Vec<&str>, RecordError> {
    if rest.is_empty() {
        return Ok(Vec::new());
    }
    let body = rest.strip_suffix('~').ok_or(RecordError::NotSdJwt {
        reason: "a key-binding JWT or an unterminated disclosure at the end",
    })?;
    let disclosures: Vec<&str> = body
        .split('~')
        .take(DISCLOSURES_MAX.saturating_add(1))
        .collect();
    if disclosures.len() > DISCLOSURES_MAX {
        return Err(RecordError::TooLarge {
            what: "number of disclosures",
            limit: DISCLOSURES_MAX,
        });
    }
    if disclosures.iter().any(|disclosure| disclosure.is_empty()) {
        return Err(RecordError::NotSdJwt {
            reason: "an empty disclosure",
        });
    }
    Ok(disclosures)
}

fn split_jwt(jwt: &str) -> Result<(&str, &str, &str), RecordError> {
    let mut parts = jwt.split('.');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(header), Some(payload), Some(signature), None) => Ok((header, payload, signature)),
        _ => Err(RecordError::NotSdJwt {
            reason: "a JWT has three parts separated by dots",
        }),
    }
}

fn read_payload(json: &[u8]) -> Result<(Claims, Body), RecordError> {
    let wire: WirePayload<'_> = objects::read(json).map_err(|cause| why_payload(json, &cause))?;
    if wire.v != FORMAT_VERSION {
        return Err(RecordError::Version(wire.v));
    }
    if wire.sd_alg != SD_ALG {
        return Err(RecordError::Malformed {
            part: "payload",
            cause: "_sd_alg must be sha-256".into(),
        });
    }
    let kind = RecordType::from_code(&wire.kind)
        .ok_or_else(|| RecordError::UnknownType(wire.kind.chars().take(64).collect()))?;
    if !line_numbers_are_sound(&wire.moves) {
        return Err(RecordError::LineNumbers);
    }
    if wire.seq > crate::core::time::INTEGER_MAX {
        return Err(RecordError::InexactNumber { part: "payload" });
    }
    if wire.blobs.iter().any(|blob| blob.bytes > BLOB_BYTES_MAX) {
        return Err(RecordError::TooLarge {
            what: "blob",
            limit: usize::try_from(BLOB_BYTES_MAX).unwrap_or(usize::MAX),
        });
    }
    let body = Body::parse(kind, wire.body.get())
        .map_err(|cause| why_body(kind, wire.body.get(), &cause))?;
    if let Body::Certify(paper) = &body
        && paper
            .detail
            .as_ref()
            .is_some_and(|detail| !detail.fits(paper.kind))
    {
        return Err(RecordError::Malformed {
            part: "body",
            cause: "detail is of another kind of paper".into(),
        });
    }
    let claims = Claims {
        kind,
        log: wire.log,
        iss: wire.iss,
        site: wire.site,
        iat: wire.iat,
        seq: wire.seq,
        prev: wire.prev,
        moves: wire.moves,
        refs: wire.refs,
        about: wire.about,
        blobs: wire.blobs,
    };
    Ok((claims, body))
}

fn slots_of(claims: &Claims, body: &Body) -> Result<Vec<Slot>, RecordError> {
    let mut slots = Vec::with_capacity(claims.moves.len().saturating_add(4));
    for line in claims.moves.iter() {
        push_slots(
            &mut slots,
            Place::Line(line.n),
            MOVE_FIELDS.iter(),
            &line.sd,
            "line",
        )?;
    }
    push_slots(
        &mut slots,
        Place::Body,
        claims.kind.sealed_fields().iter().copied(),
        body.digests(),
        "body",
    )?;
    if slots.len() > DISCLOSURES_MAX {
        return Err(RecordError::TooLarge {
            what: "number of sealed fields",
            limit: DISCLOSURES_MAX,
        });
    }
    Ok(slots)
}

fn push_slots(
    slots: &mut Vec<Slot>,
    place: Place,
    fields: impl ExactSizeIterator<Item = &'static SealedField>,
    digests: &[Digest],
    name: &'static str,
) -> Result<(), RecordError> {
    if fields.len() != digests.len() {
        return Err(RecordError::DigestCount {
            place: name,
            expected: fields.len(),
            found: digests.len(),
        });
    }
    slots.extend(fields.zip(digests).map(|(field, digest)| Slot {
        place,
        field,
        digest: *digest,
        opened: None,
    }));
    Ok(())
}

/// Matches disclosures to their places by digest. Authors send them in order, so the next place
/// is tried first and the search is linear only for those who do not.
fn open_slots(
    slots: &mut [Slot],
    disclosures: &[&str],
    completeness: Completeness,
) -> Result<(), RecordError> {
    if has_doubles(slots) {
        return Err(RecordError::DisclosureDoubled);
    }
    let mut next = 0;
    for disclosure in disclosures {
        let digest = sealed::disclosure_digest(disclosure);
        let in_order = slots.get(next).is_some_and(|slot| slot.digest == digest);
        let position = if in_order {
            Some(next)
        } else {
            slots.iter().position(|slot| slot.digest == digest)
        };
        let position = position.ok_or(RecordError::DisclosureUnknown)?;
        let slot = slots
            .get_mut(position)
            .ok_or(RecordError::DisclosureUnknown)?;
        if slot.opened.is_some() {
            return Err(RecordError::DisclosureDoubled);
        }
        slot.opened = Some(sealed::open(slot.field, disclosure)?);
        next = position.saturating_add(1);
    }
    match slots.iter().find(|slot| slot.opened.is_none()) {
        Some(closed) if completeness == Completeness::Complete => {
            Err(RecordError::DisclosureMissing(closed.field.name))
        }
        _ => Ok(()),
    }
}

fn has_doubles(slots: &[Slot]) -> bool {
    if slots.len() <= 16 {
        return slots.iter().enumerate().any(|(i, slot)| {
            slots
                .iter()
                .skip(i.saturating_add(1))
                .any(|other| other.digest == slot.digest)
        });
    }
    let mut digests: Vec<&Digest> = slots.iter().map(|slot| &slot.digest).collect();
    digests.sort_unstable();
    digests.windows(2).any(|pair| pair.first() == pair.last())
}
