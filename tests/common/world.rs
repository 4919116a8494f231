//! Invented authors with deterministic keys, who sign what they are told to.

use super::draft::Draft;
use super::wire::Wire;
use ed25519_dalek::SigningKey;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use shisu::core::ids::{Division, PartyId, SiteNo, SmallholderNo, Uscc};
use shisu::core::log::Origin;
use shisu::core::record::author::{Salt, seal};
use shisu::core::record::{Jwk, PossessionProof, RecordId};
use std::collections::BTreeMap;

/// County of everybody in this world: 嘉善县.
pub const COUNTY: &str = "330421";

/// When the log begins: 2026-11-22T02:00:00Z, 10:00 in China.
pub const BEGINNING: u64 = 1_795_312_800;

/// An hour in seconds.
pub const HOUR: u64 = 3600;

/// A day in seconds.
pub const DAY: u64 = 24 * HOUR;

/// Somebody with a key.
#[derive(Debug, Clone)]
pub struct Author {
    /// The key.
    pub key: SigningKey,
    /// For whom it signs.
    pub party: String,
    /// Where, unless a draft says otherwise.
    pub site: Option<String>,
    /// Number of the last record that was admitted.
    pub seq: u64,
    /// That record.
    pub prev: Option<RecordId>,
}

/// Everybody, the time, and the salts.
#[derive(Debug, Clone)]
pub struct World {
    /// Name of the log the records are written for.
    pub log: String,
    /// The log's verifier key as the genesis beat names it.
    pub log_key: String,
    /// What authors' clocks say.
    pub now: u64,
    /// Authors by name.
    pub authors: BTreeMap<String, Author>,
    /// Ids of parties by name.
    pub parties: BTreeMap<String, String>,
    /// Ids of sites by name.
    pub sites: BTreeMap<String, String>,
    salts: u64,
    serial: u32,
}

impl Default for World {
    fn default() -> Self {
        Self {
            log: "zhejiang.example/log".into(),
            log_key: "zhejiang.example/log+00000000+invented".into(),
            now: BEGINNING,
            authors: BTreeMap::new(),
            parties: BTreeMap::new(),
            sites: BTreeMap::new(),
            salts: 0,
            serial: 0,
        }
    }
}

impl World {
    /// The first record of the log, by `node`, which makes `registrar` the registrar.
    pub fn genesis(&mut self) -> Draft {
        let registrar = self.invent_party("registrar");
        self.invent_author("node", "registrar", None);
        self.invent_author("registrar", "registrar", None);
        let body = json!({
            "at": self.now,
            "rules": "rules-of-tests",
            "genesis": {
                "node_key": self.jwk("node"),
                "log_key": self.log_key,
                "province": "330000",
                "registrar": registrar,
                "registrar_name": "浙江省示例登记中心",
                "registrar_key": self.jwk("registrar"),
            },
        });
        Draft::new("beat", body)
    }

    /// A beat that says what time it is.
    pub fn beat(&self) -> Draft {
        Draft::new("beat", json!({"at": self.now, "rules": "rules-of-tests"}))
    }

    /// Enrols a business with an invented credit code, or a smallholder.
    pub fn register_party(&mut self, name: &str, kind: &str) -> Draft {
        let party = match kind {
            "smallholder" => self.invent_smallholder(name),
            _ => self.invent_party(name),
        };
        let mut body = json!({"party": party, "kind": kind, "county": COUNTY});
        if kind == "smallholder" {
            body["person"] = json!({"name": "示例农户"});
        } else {
            body["name"] = json!(format!("示例{name}有限公司"));
        }
        Draft::new("register_party", body)
    }

    /// Enrols premises of `party`.
    pub fn register_site(&mut self, name: &str, party: &str, kind: &str) -> Draft {
        self.serial += 1;
        let site = SiteNo::issue(county(), self.serial).unwrap().to_string();
        self.sites.insert(name.into(), site.clone());
        let body = json!({
            "site": site, "party": self.parties[party], "kind": kind,
            "name": format!("示例{name}"), "county": COUNTY, "open": true,
        });
        Draft::new("register_site", body)
    }

    /// Says anew whether premises of `party` are in business.
    pub fn reopen_site(&self, name: &str, party: &str, kind: &str, open: bool) -> Draft {
        let body = json!({
            "site": self.sites[name], "party": self.parties[party], "kind": kind,
            "name": format!("示例{name}"), "county": COUNTY, "open": open,
        });
        Draft::new("register_site", body)
    }

    /// Gives `name` a key of `party`, at `site` or everywhere.
    pub fn add_key(&mut self, name: &str, party: &str, site: Option<&str>, role: &str) -> Draft {
        self.invent_author(name, party, site);
        let author = &self.authors[name];
        let log = Origin::new(&self.log).unwrap();
        let id = PartyId::parse(&author.party).unwrap();
        let sites: Vec<&String> = author.site.iter().collect();
        let body = json!({
            "party": author.party, "sites": sites, "role": role, "from": 0,
            "jwk": Jwk::of(&author.key),
            "proof": PossessionProof::sign(&author.key, &log, &id),
        });
        Draft::new("add_key", body)
    }

    /// The public key of `name`.
    pub fn jwk(&self, name: &str) -> Jwk {
        Jwk::of(&self.authors[name].key)
    }

    /// The parts of `draft` as `name` would sign them, with everything filled in that it leaves open.
    pub fn wire(&mut self, name: &str, draft: &Draft) -> Wire {
        let author = self.authors[name].clone();
        let mut claims = draft.claims().clone();
        let mut fill = |member: &str, value: Value| {
            claims.entry(member).or_insert(value);
        };
        fill("log", json!(self.log));
        fill("iss", json!(author.party));
        fill("iat", json!(self.now));
        fill("seq", json!(author.seq + 1));
        fill("prev", json!(author.prev));
        if let Some(site) = &author.site {
            fill("site", json!(site));
        }
        let (payload, disclosures) =
            seal(Value::Object(claims), &mut || next_salt(&mut self.salts)).unwrap();
        Wire::new(&author.key, &payload, disclosures)
    }

    /// The record that `name` signs.
    pub fn text(&mut self, name: &str, draft: &Draft) -> String {
        self.wire(name, draft).sign()
    }

    /// Notes that a record of `name` has its receipt: the next one will name it as its predecessor.
    pub fn admitted(&mut self, name: &str, seq: u64, id: RecordId) {
        let author = self.authors.get_mut(name).unwrap();
        if seq > author.seq {
            author.seq = seq;
            author.prev = Some(id);
        }
    }

    /// A key for `name` that is derived from the name alone.
    pub fn invent_author(&mut self, name: &str, party: &str, site: Option<&str>) {
        let author = Author {
            key: signing_key(name),
            party: self.parties[party].clone(),
            site: site.map(|site| self.sites[site].clone()),
            seq: 0,
            prev: None,
        };
        self.authors.insert(name.into(), author);
    }

    fn invent_party(&mut self, name: &str) -> String {
        self.serial += 1;
        let stem = format!("91{COUNTY}MA{:07}", self.serial);
        let code = "0123456789ABCDEFGHJKLMNPQRTUWXY"
            .chars()
            .find_map(|check| Uscc::parse(&format!("{stem}{check}")).ok())
            .unwrap()
            .to_string();
        self.parties.insert(name.into(), code.clone());
        code
    }

    fn invent_smallholder(&mut self, name: &str) -> String {
        self.serial += 1;
        let number = SmallholderNo::issue(county(), self.serial).unwrap();
        self.parties.insert(name.into(), number.to_string());
        number.to_string()
    }
}

/// A key derived from a name.
pub fn signing_key(name: &str) -> SigningKey {
    SigningKey::from_bytes(&Sha256::digest(format!("key of {name}")).into())
}

fn next_salt(salts: &mut u64) -> Salt {
    *salts += 1;
    let digest: [u8; 32] = Sha256::digest(format!("salt {salts}")).into();
    let mut salt = Salt::default();
    salt.copy_from_slice(&digest[..16]);
    salt
}

fn county() -> Division {
    Division::parse(COUNTY).unwrap()
}
