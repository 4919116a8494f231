//! A small ledger for tests: it enrols invented businesses, signs real records with fixed keys
//! and admits them by the same function as a node, so that findings are those a node would make.

mod journey;

pub use journey::{CARCASS, CUTS, Changes, Journey, PIGS, info, pork};

use crate::core::custody::{EntryKey, FindingCode, KeyFacts, PartyFacts, Replay, SiteFacts};
use crate::core::ids::{Division, PartyId, SiteId};
use crate::core::log::{Checkpoint, NoteSigner, Origin, SignedCheckpoint, TreeEdge};
use crate::core::record::sealed::Class;
use crate::core::record::{Completeness, Jwk, Kid, PossessionProof, Record, RecordId, author};
use crate::core::time::UnixSeconds;
use crate::core::trace::{TraceEntry, TraceInput};
use ed25519_dalek::SigningKey;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};

/// Where the tests' time begins: the morning of 20 November 2026 in China.
pub const DAWN: u64 = 1_795_132_800;

/// An hour, in seconds.
pub const HOUR: u64 = 3_600;

/// A signer of the tests.
#[derive(Debug, Clone)]
pub struct Signer {
    pub key: SigningKey,
    pub party: PartyId,
    pub site: Option<SiteId>,
    seq: u64,
    prev: Option<RecordId>,
}

/// A ledger in memory.
#[derive(Debug)]
pub struct Ledger {
    pub replay: Replay,
    pub origin: Origin,
    pub entries: Vec<TraceEntry>,
    pub parties: HashMap<PartyId, PartyFacts>,
    pub sites: HashMap<SiteId, SiteFacts>,
    pub keys: HashMap<Kid, KeyFacts>,
    signers: BTreeMap<String, Signer>,
    now: u64,
    beat_at: u64,
    salt: u64,
    serial: u32,
}

pub fn moment(seconds: u64) -> UnixSeconds {
    UnixSeconds::new(seconds).unwrap()
}

pub fn log_signer() -> NoteSigner {
    NoteSigner::new("zhejiang.example/log".parse().unwrap(), key(1)).unwrap()
}

fn key(number: u32) -> SigningKey {
    let mut seed = [7; 32];
    seed[..4].copy_from_slice(&number.to_be_bytes());
    SigningKey::from_bytes(&seed)
}

fn credit_code(county: &str, serial: u32) -> PartyId {
    let body = format!("91{county}MA{serial:07}");
    "0123456789ABCDEFGHJKLMNPQRTUWXY"
        .chars()
        .find_map(|check| PartyId::parse(&format!("{body}{check}")).ok())
        .unwrap()
}

fn site_number(county: &str, serial: u32) -> SiteId {
    let body = format!("S-{county}-{serial:06}");
    ('0'..='9')
        .find_map(|check| SiteId::parse(&format!("{body}{check}")).ok())
        .unwrap()
}

impl Ledger {
    /// A log with its genesis, whose registrar may enrol others.
    pub fn new() -> Self {
        let origin: Origin = "zhejiang.example/log".parse().unwrap();
        let registrar = credit_code("330106", 1);
        let mut ledger = Self {
            replay: Replay::new(origin.clone()),
            origin,
            entries: Vec::new(),
            parties: HashMap::new(),
            sites: HashMap::new(),
            keys: HashMap::new(),
            signers: BTreeMap::new(),
            now: DAWN,
            beat_at: 0,
            salt: 1,
            serial: 10,
        };
        for (name, number) in [("node", 2), ("registrar", 3)] {
            ledger.add_signer(name, key(number), registrar, None);
        }
        let body = json!({"at": DAWN, "rules": "r1", "genesis": {
            "node_key": Jwk::of(&key(2)), "log_key": log_signer().verifier_key().to_string(),
            "province": "330000", "registrar": registrar, "registrar_name": "浙江省某登记机构",
            "registrar_key": Jwk::of(&key(3)),
        }});
        ledger.beat_at = DAWN;
        ledger.append("node", "beat", json!({"body": body}));
        ledger
    }

    fn add_signer(&mut self, name: &str, key: SigningKey, party: PartyId, site: Option<SiteId>) {
        let signer = Signer {
            key,
            party,
            site,
            seq: 0,
            prev: None,
        };
        self.signers.insert(name.to_owned(), signer);
    }

    /// Enrols an invented business with one site and one key, all under `name`.
    pub fn enrol(&mut self, name: &str, party_kind: &str, site_kind: &str, county: &str) {
        self.enrol_with(
            name,
            party_kind,
            json!({"kind": site_kind, "county": county}),
        );
    }

    /// As [`Ledger::enrol`], with members of the site's registration.
    pub fn enrol_with(&mut self, name: &str, party_kind: &str, site: Value) {
        let county = site["county"].as_str().unwrap().to_owned();
        Division::parse(&county).unwrap();
        self.serial += 1;
        let (party, number) = (credit_code(&county, self.serial), self.serial);
        let site_id = site_number(&county, self.serial);
        self.append(
            "registrar",
            "register_party",
            json!({"body": {"party": party, "kind": party_kind, "name": format!("{name}有限公司"), "county": county}}),
        );
        let mut body =
            json!({"site": site_id, "party": party, "name": format!("{name}一号"), "open": true});
        body.as_object_mut()
            .unwrap()
            .extend(site.as_object().unwrap().clone());
        self.append("registrar", "register_site", json!({"body": body}));
        let signer = key(number);
        let proof = PossessionProof::sign(&signer, &self.origin, &party);
        self.append(
            "registrar",
            "add_key",
            json!({"body": {"party": party, "role": "clerk", "jwk": Jwk::of(&signer), "from": DAWN, "proof": proof}}),
        );
        self.add_signer(name, signer, party, Some(site_id));
    }

    pub fn signer(&self, name: &str) -> &Signer {
        &self.signers[name]
    }

    pub fn site(&self, name: &str) -> SiteId {
        self.signers[name].site.unwrap()
    }

    pub fn party(&self, name: &str) -> PartyId {
        self.signers[name].party
    }

    /// Lets time pass; the next record has a beat before it.
    pub fn wait(&mut self, seconds: u64) {
        self.now += seconds;
    }

    pub fn now(&self) -> u64 {
        self.now
    }

    /// Signs and admits a record of `name`; `claims` has what is beside the feed.
    pub fn say(&mut self, name: &str, kind: &str, claims: Value) -> RecordId {
        if self.beat_at < self.now {
            self.beat_at = self.now;
            let body = json!({"at": self.now, "rules": "r1"});
            self.append("node", "beat", json!({"body": body}));
        }
        self.append(name, kind, claims)
    }

    fn append(&mut self, name: &str, kind: &str, claims: Value) -> RecordId {
        let record = self.sign(name, kind, claims);
        let (at, effects) = self.replay.push(&record).unwrap();
        let effects = effects.unwrap();
        let id = record.id;
        self.entries.push(TraceEntry {
            key: at,
            admitted_at: moment(self.beat_at),
            record,
            findings: Vec::new(),
        });
        for finding in effects.findings {
            self.findings_of(finding.entry).push(finding.code);
        }
        self.parties
            .extend(effects.party.map(|party| (party.id, party)));
        self.sites.extend(effects.site.map(|site| (site.id, site)));
        self.keys
            .extend(effects.keys.into_iter().map(|key| (key.kid, key)));
        if let Some((kid, suspect_since)) = effects.revoked {
            let key = self.keys.get_mut(&kid).unwrap();
            key.revoked = Some(at);
            key.suspect_since = suspect_since;
        }
        id
    }

    /// Signs a record of `name` and counts up its feed.
    pub fn sign(&mut self, name: &str, kind: &str, claims: Value) -> Record {
        let (origin, now) = (self.origin.to_string(), self.now);
        let signer = self.signers.get_mut(name).unwrap();
        let is_site_bound = !matches!(
            kind,
            "beat" | "register_party" | "register_site" | "add_key" | "revoke_key"
        );
        let mut whole = json!({
            "type": kind, "log": origin, "iss": signer.party, "iat": now,
            "seq": signer.seq, "prev": signer.prev, "body": {},
        });
        if let Some(site) = signer.site.filter(|_| is_site_bound) {
            whole["site"] = json!(site);
        }
        whole
            .as_object_mut()
            .unwrap()
            .extend(claims.as_object().unwrap().clone());
        let salt = &mut self.salt;
        let record = author::sign(whole, &signer.key.clone(), &mut || {
            *salt += 1;
            u128::from(*salt).to_le_bytes().map(|byte| byte ^ 0x5a)
        });
        let record = record.unwrap();
        signer.seq += 1;
        signer.prev = Some(record.id);
        record
    }

    fn findings_of(&mut self, key: EntryKey) -> &mut Vec<FindingCode> {
        let entry = self.entries.iter_mut().find(|entry| entry.key == key);
        &mut entry.unwrap().findings
    }

    /// Everything the ledger has.
    pub fn input(&self) -> TraceInput {
        self.input_with(|_| true)
    }

    /// Everything the ledger has, with the disclosures of some classes only.
    pub fn input_with(&self, may_see: impl Fn(Class) -> bool) -> TraceInput {
        let close = |entry: &TraceEntry| TraceEntry {
            record: Record::parse(&entry.record.to_sd_jwt(&may_see), Completeness::Partial)
                .unwrap(),
            ..entry.clone()
        };
        TraceInput {
            entries: self.entries.iter().map(close).collect(),
            parties: self.parties.clone(),
            sites: self.sites.clone(),
            keys: self.keys.clone(),
            cut: None,
        }
    }

    /// The whole log as a tree, and its head signed by the log.
    pub fn head(&self) -> (TreeEdge, SignedCheckpoint) {
        let mut tree = TreeEdge::new();
        for entry in &self.entries {
            tree.append(entry.record.leaf);
        }
        let checkpoint = Checkpoint::new(self.origin.clone(), tree.size(), tree.root()).unwrap();
        let signed = SignedCheckpoint::sign(checkpoint, &log_signer()).unwrap();
        (tree, signed)
    }
}

/// A line that brings goods in or takes them out.
pub fn line(n: u16, op: &str, lot: &str, of: Option<(RecordId, u16)>, kg: &str) -> Value {
    let mut line = json!({"n": n, "op": op, "lot": lot, "uom": "KGM", "quantity": kg});
    if let Some((id, n)) = of {
        line["of"] = json!([id, n]);
    }
    line
}
