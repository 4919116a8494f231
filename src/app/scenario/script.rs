//! From journeys to signed records, in the order in which they reach the node.

use super::cast::Cast;
use super::day::DayTime;
use super::error::ScenarioError;
use super::expand::Expander;
use super::identity::{NodeIdentity, demo_key, demo_salt};
use super::journey::{BlobText, Journey, Step};
use crate::core::ids::PartyId;
use crate::core::record::{Jwk, PossessionProof, RecordId, RecordType, author};
use crate::core::time::{ChinaDate, UnixSeconds};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::SigningKey;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;

/// The journey to which registrations belong.
pub const CAST_JOURNEY: &str = "cast";

/// A signed record and the moment at which it reaches the node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptEvent {
    /// What the node's clock should say when it is submitted.
    pub at: UnixSeconds,
    /// The journey it belongs to; [`CAST_JOURNEY`] for registrations.
    pub journey: String,
    /// The step of that journey.
    pub step: String,
    /// Type of the record.
    pub kind: RecordType,
    /// Id of the record.
    pub id: RecordId,
    /// The record with every disclosure, ready to submit.
    pub sd_jwt: String,
    /// Bytes of the pictures and documents it names.
    pub blobs: Vec<Vec<u8>>,
}

/// Every record of the cast and the journeys, in the order in which they reach the node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// The events; times never decrease.
    pub events: Vec<ScriptEvent>,
}

impl Script {
    /// The event of a step.
    #[must_use]
    pub fn event(&self, journey: &str, step: &str) -> Option<&ScriptEvent> {
        self.events
            .iter()
            .find(|event| event.journey == journey && event.step == step)
    }
}

/// Signs everything the cast and the journeys say for the log of `node`, if `base` is the last
/// day of the stories. Equal arguments give equal bytes.
///
/// # Errors
/// A step that names what does not exist or has not happened yet, lies after [`DayTime::LAST`], or
/// is no record.
pub fn script(
    cast: &Cast,
    journeys: &[Journey],
    node: &NodeIdentity,
    base: ChinaDate,
) -> Result<Script, ScenarioError> {
    let mut writer = Writer {
        cast,
        node,
        base,
        feeds: HashMap::new(),
        ids: HashMap::new(),
        events: Vec::new(),
    };
    writer.enrol()?;
    let mut steps = Vec::new();
    for journey in journeys {
        for step in &journey.steps {
            steps.push((step.submitted_at.unwrap_or(step.at), journey, step));
        }
    }
    // The sort is stable: what has one time stays in the order of the files.
    steps.sort_by_key(|(submitted_at, _, _)| *submitted_at);
    for (submitted_at, journey, step) in steps {
        writer.step(submitted_at, journey, step)?;
    }
    Ok(Script {
        events: writer.events,
    })
}

/// Where the feed of a key stands.
#[derive(Default)]
struct Feed {
    seq: u64,
    last: Option<RecordId>,
}

/// What one record says, before it is sealed and signed.
struct Draft<'a> {
    journey: &'a str,
    step: &'a str,
    kind: RecordType,
    /// When it is signed, and when it is submitted.
    times: (UnixSeconds, UnixSeconds),
    iss: PartyId,
    body: Value,
    /// Members of the payload that not every record has.
    more: Vec<(&'static str, Value)>,
    blobs: Vec<Vec<u8>>,
}

struct Writer<'a> {
    cast: &'a Cast,
    node: &'a NodeIdentity,
    base: ChinaDate,
    feeds: HashMap<[u8; 32], Feed>,
    ids: HashMap<String, RecordId>,
    events: Vec<ScriptEvent>,
}

impl Writer<'_> {
    fn moment(&self, place: &str, time: DayTime) -> Result<UnixSeconds, ScenarioError> {
        time.on(self.base)
            .ok_or_else(|| ScenarioError::Placeholder {
                place: place.to_owned(),
                text: format!("{time:?}"),
            })
    }

    /// Enrols the cast: parties, then sites, then keys.
    fn enrol(&mut self) -> Result<(), ScenarioError> {
        let cast = self.cast;
        for party in &cast.parties {
            let own = [("party", json!(party.id))];
            self.register(
                RecordType::RegisterParty,
                &party.name,
                &party.says,
                own.into(),
            )?;
        }
        for site in &cast.sites {
            let party = cast.party_of(CAST_JOURNEY, site)?;
            let own = [("site", json!(site.id)), ("party", json!(party.id))];
            self.register(RecordType::RegisterSite, &site.name, &site.says, own.into())?;
        }
        let from = self.moment(CAST_JOURNEY, cast.registered_at)?;
        for key in &cast.keys {
            let party = cast.party(CAST_JOURNEY, &key.of)?.id;
            let mut sites = Vec::new();
            for name in &key.sites {
                sites.push(cast.site(CAST_JOURNEY, name)?.id);
            }
            let secret = demo_key(&key.name);
            let proof = PossessionProof::sign(&secret, &self.node.origin, &party);
            let mut own = vec![
                ("party", json!(party)),
                ("role", json!(key.role)),
                ("jwk", json!(Jwk::of(&secret))),
                ("from", json!(from)),
                ("proof", json!(proof)),
            ];
            if !sites.is_empty() {
                own.push(("sites", json!(sites)));
            }
            self.register(RecordType::AddKey, &key.name, &Map::new(), own)?;
        }
        Ok(())
    }

    /// What the registrar says about one of the cast.
    fn register(
        &mut self,
        kind: RecordType,
        name: &str,
        says: &Map<String, Value>,
        own: Vec<(&'static str, Value)>,
    ) -> Result<(), ScenarioError> {
        let step = format!("{kind}:{name}");
        let body = self.expand(CAST_JOURNEY, &step, &Value::Object(says.clone()))?;
        let Value::Object(mut body) = body else {
            return Ok(());
        };
        body.extend(
            own.into_iter()
                .map(|(name, value)| (name.to_owned(), value)),
        );
        let at = self.moment(&step, self.cast.registered_at)?;
        let draft = Draft {
            journey: CAST_JOURNEY,
            step: &step,
            kind,
            times: (at, at),
            iss: self.node.registrar,
            body: Value::Object(body),
            more: Vec::new(),
            blobs: Vec::new(),
        };
        let registrar_key = self.node.registrar_key.clone();
        self.sign(draft, &registrar_key)
    }

    fn step(
        &mut self,
        submitted_at: DayTime,
        journey: &Journey,
        step: &Step,
    ) -> Result<(), ScenarioError> {
        let place = format!("{}:{}", journey.key, step.id);
        if submitted_at > DayTime::LAST || step.at > submitted_at {
            return Err(ScenarioError::TooLate { place });
        }
        let key = self.cast.key(&place, &step.by)?;
        let iss = self.cast.party(&place, &key.of)?.id;
        let mut more = Vec::new();
        if let Some(site) = &step.site {
            more.push(("site", json!(self.cast.site(&place, site)?.id)));
        }
        let lists = [
            ("moves", &step.moves),
            ("refs", &step.refs),
            ("about", &step.about),
        ];
        for (name, list) in lists.into_iter().filter(|(_, list)| !list.is_empty()) {
            let list = self.expand(&journey.key, &step.id, &Value::Array(list.clone()))?;
            more.push((name, list));
        }
        if !step.blobs.is_empty() {
            more.push(("blobs", step.blobs.iter().map(named_blob).collect()));
        }
        let draft = Draft {
            journey: &journey.key,
            step: &step.id,
            kind: step.kind,
            times: (
                self.moment(&place, step.at)?,
                self.moment(&place, submitted_at)?,
            ),
            iss,
            body: self.expand(&journey.key, &step.id, &step.body)?,
            more,
            blobs: step
                .blobs
                .iter()
                .map(|blob| blob.text.clone().into_bytes())
                .collect(),
        };
        self.sign(draft, &demo_key(&key.name))
    }

    fn expand(&self, journey: &str, step: &str, value: &Value) -> Result<Value, ScenarioError> {
        let expander = Expander {
            base: self.base,
            cast: self.cast,
            ids: &self.ids,
            journey,
            place: &format!("{journey}:{step}"),
        };
        expander.value(value)
    }

    fn sign(&mut self, draft: Draft<'_>, key: &SigningKey) -> Result<(), ScenarioError> {
        let place = format!("{}:{}", draft.journey, draft.step);
        let feed = self
            .feeds
            .entry(key.verifying_key().to_bytes())
            .or_default();
        feed.seq = feed.seq.saturating_add(1);
        let mut claims = json!({
            "type": draft.kind,
            "log": self.node.origin,
            "iss": draft.iss,
            "iat": draft.times.0,
            "seq": feed.seq,
            "prev": feed.last,
            "body": draft.body,
        });
        if let Value::Object(members) = &mut claims {
            let more = draft.more.into_iter();
            members.extend(more.map(|(name, value)| (name.to_owned(), value)));
        }
        let mut counter = 0_u32;
        let mut salt = || {
            counter = counter.saturating_add(1);
            demo_salt(draft.journey, draft.step, counter)
        };
        let record =
            author::sign(claims, key, &mut salt).map_err(|cause| ScenarioError::Record {
                place: place.clone(),
                cause,
            })?;
        feed.last = Some(record.id);
        self.ids.insert(place, record.id);
        self.events.push(ScriptEvent {
            at: draft.times.1,
            journey: draft.journey.to_owned(),
            step: draft.step.to_owned(),
            kind: draft.kind,
            id: record.id,
            sd_jwt: record.to_sd_jwt(|_| true),
            blobs: draft.blobs,
        });
        Ok(())
    }
}

/// How a record names a picture or document.
fn named_blob(blob: &BlobText) -> Value {
    let hash = URL_SAFE_NO_PAD.encode(Sha256::digest(blob.text.as_bytes()));
    json!({ "hash": hash, "bytes": blob.text.len(), "class": blob.class })
}
