//! The good records: one journey of pigs from a farm to a canteen, told by every record type.

use crate::tools::{LOG, jwk, key, salts};
use ed25519_dalek::SigningKey;
use serde_json::{Map, Value, json};
use shisu::core::ids::uscc_check;
use shisu::core::record::{Record, author};
use std::collections::HashMap;

/// Who signs: a key, and for whom and where.
pub struct Author {
    /// Name from which the key is made.
    pub name: &'static str,
    /// Party.
    pub party: String,
    /// Site, unless a registrar or node speaks.
    pub site: Option<&'static str>,
}

impl Author {
    /// The private key.
    pub fn key(&self) -> SigningKey {
        key(self.name)
    }
}

/// An invented credit code from its first 17 characters.
pub fn uscc(body: &str) -> String {
    let check = uscc_check(body.as_bytes()).unwrap();
    format!("{body}{}", char::from(check))
}

pub fn registrar() -> Author {
    let party = uscc("12330000MB0X00011");
    Author {
        name: "registrar",
        party,
        site: None,
    }
}

pub fn node() -> Author {
    Author {
        name: "node",
        ..registrar()
    }
}

fn author(name: &'static str, party: &str, site: &'static str) -> Author {
    Author {
        name,
        party: party.to_owned(),
        site: Some(site),
    }
}

pub fn farm() -> Author {
    author("farm", "93330421MA2B00019Q", "S-330421-0000174")
}

pub fn slaughterhouse() -> Author {
    author("slaughterhouse", "91330100799655058B", "A33040001")
}

pub fn carrier() -> Author {
    author("carrier", "91320509MA1M00033P", "9520001000034")
}

pub fn canteen() -> Author {
    author("canteen", "91310118MA1J000224", "JY13101180000015")
}

pub fn regulator() -> Author {
    let party = uscc("11310118MB0Y00022");
    author("regulator", "", "9520001000041").with(party)
}

impl Author {
    fn with(self, party: String) -> Self {
        Self { party, ..self }
    }
}

/// The records told so far.
#[derive(Default)]
pub struct Story {
    /// The vectors.
    pub good: Vec<Value>,
    feeds: HashMap<&'static str, (u64, Option<String>)>,
    clock: u64,
}

impl Story {
    /// The journey, with at least one record of every type.
    pub fn tell() -> Self {
        let mut story = Self {
            clock: 1_795_226_400,
            ..Self::default()
        };
        crate::registry::tell(&mut story);
        let herd = crate::goods::tell_farm(&mut story);
        crate::papers::tell(&mut story);
        let pigs = crate::shipment::tell_pigs(&mut story, &herd);
        let cuts = crate::goods::tell_plant(&mut story, &pigs);
        let stock = crate::shipment::tell_cuts(&mut story, &cuts);
        crate::statement::tell(&mut story, &stock);
        story
    }

    /// The moment at which the next record is signed, Unix seconds.
    pub const fn now(&self) -> u64 {
        self.clock
    }

    /// Signs a record of `kind` with what `more` says beside what every record says.
    pub fn say(&mut self, name: &str, by: &Author, kind: &str, more: Value) -> String {
        let (seq, prev) = self.feeds.get(by.name).cloned().unwrap_or((0, None));
        let mut claims = json!({
            "type": kind, "log": LOG, "iss": by.party, "iat": self.clock, "seq": seq + 1,
            "prev": prev,
        });
        let members = claims.as_object_mut().unwrap();
        if let Some(site) = by.site {
            members.insert("site".into(), json!(site));
        }
        members.extend(more.as_object().unwrap().clone());
        let record = author::sign(claims.clone(), &by.key(), &mut salts(name))
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        self.keep(name, &record, &by.key(), &claims);
        let id = record.id.to_string();
        self.feeds.insert(by.name, (seq + 1, Some(id.clone())));
        self.clock += 600;
        id
    }

    /// Keeps a record as a vector: its bytes, and everything a reader must find in them.
    pub fn keep(&mut self, name: &str, record: &Record, key: &SigningKey, claims: &Value) {
        self.good.push(json!({
            "name": name,
            "sd_jwt": record.to_sd_jwt(|_class| true),
            "jwk": jwk(key),
            "payload": processed(record, claims),
            "id": record.id,
            "leaf": record.leaf.to_base64url(),
        }));
    }
}

/// The claims as somebody sees them who holds every disclosure: sealed fields that the author
/// did not give are null.
pub fn processed(record: &Record, claims: &Value) -> Value {
    let mut claims = claims.clone();
    claims["v"] = json!(1);
    let body = claims["body"].as_object_mut().unwrap();
    for field in record.kind().sealed_fields() {
        body.entry(field.name).or_insert(Value::Null);
    }
    claims
}

/// A line that moves goods.
pub fn line(n: u16, op: &str, lot: &str, of: Option<(&str, u16)>, goods: (&str, &str)) -> Value {
    let (quantity, uom) = goods;
    let mut line = Map::new();
    line.insert("n".into(), json!(n));
    line.insert("op".into(), json!(op));
    line.insert("lot".into(), json!(lot));
    if let Some(of) = of {
        line.insert("of".into(), json!(of));
    }
    line.insert("uom".into(), json!(uom));
    line.insert("quantity".into(), json!(quantity));
    Value::Object(line)
}
