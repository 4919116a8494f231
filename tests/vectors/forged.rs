//! A small log that its own node may write dishonestly: whatever it puts in is really in the tree, under a
//! head that is really signed. Only the records themselves can give it away.

use crate::notes::{log_key, log_signer};
use crate::story::{Author, farm, node, registrar};
use crate::tools::{LOG, base64url, jwk, key, salts};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use shisu::core::bundle::{Bundle, BundleRecord, Parts};
use shisu::core::ids::PartyId;
use shisu::core::log::{Checkpoint, Origin, SignedCheckpoint, TreeEdge, leaf_hash};
use shisu::core::record::{Completeness, PossessionProof, Record, author};
use shisu::core::time::UnixSeconds;
use shisu::core::trace::Subject;
use shisu::core::verdict::Scope;
use std::collections::HashMap;

/// The morning on which the log begins, Unix seconds.
const DAWN: u64 = 1_795_226_400;
/// The lot the bundles are about.
pub const LOT: &str = "t/JX-2026-117";

/// A log as its node writes it.
pub struct Log {
    feeds: HashMap<&'static str, (u64, Option<String>)>,
    /// What the next record says its time is.
    pub clock: u64,
    /// The records.
    pub texts: Vec<String>,
}

/// A record as it would be signed by `by`.
pub struct Draft {
    /// The claims, to be changed before it is signed.
    pub claims: Value,
    /// Whose key signs.
    pub by: Author,
}

impl Log {
    /// The beginning, a farm with its site and key, and a herd.
    pub fn of_a_farm() -> Self {
        let mut log = Self::enrolled();
        let herd = log.herd(LOT);
        log.put(herd);
        log
    }

    /// The beginning, and a farm with its site and key.
    pub fn enrolled() -> Self {
        let (kind, name) = ("coop", "嘉善示例生猪养殖专业合作社");
        let mut log = Self::begun();
        log.enrol(&farm(), json!({"kind": kind, "name": name}));
        log
    }

    /// A farmer without a credit code who signs for himself; his name is sealed.
    pub fn of_a_smallholder() -> Self {
        let farmer = Author {
            party: "NH-330421-0000174".into(),
            ..farm()
        };
        let mut log = Self::begun();
        let person = json!({"kind": "smallholder", "person": {"name": "某乙"}});
        log.enrol(&farmer, person);
        let mut herd = log.herd(LOT);
        herd.claims["iss"] = json!(farmer.party);
        log.put(herd);
        log
    }

    fn begun() -> Self {
        let mut log = Self {
            feeds: HashMap::new(),
            clock: DAWN,
            texts: Vec::new(),
        };
        let genesis = json!({
            "node_key": jwk(&node().key()), "log_key": log_key(), "province": "330000",
            "registrar": registrar().party, "registrar_name": "示例省级登记机构",
            "registrar_key": jwk(&registrar().key()),
        });
        let body = json!({"at": DAWN, "rules": "rules", "genesis": genesis});
        log.say(node(), "beat", body);
        log
    }

    fn enrol(&mut self, author: &Author, party: Value) {
        let mut body = json!({"party": author.party, "county": "330421"});
        let members = body.as_object_mut().unwrap();
        members.extend(party.as_object().unwrap().clone());
        self.say(registrar(), "register_party", body);
        let body = json!({
            "site": author.site, "party": author.party, "kind": "farm", "name": "示例猪场",
            "county": "330421", "open": true,
        });
        self.say(registrar(), "register_site", body);
        let grant = self.grant(author.name, &author.party);
        self.put(grant);
    }

    /// A registration of the key that is made of `name` as an admin key of `party`.
    pub fn grant(&mut self, name: &str, party: &str) -> Draft {
        let (log, of) = (Origin::new(LOG).unwrap(), PartyId::parse(party).unwrap());
        let proof = PossessionProof::sign(&key(name), &log, &of);
        let jwk = jwk(&key(name));
        let body =
            json!({"party": party, "role": "admin", "jwk": jwk, "from": DAWN, "proof": proof});
        self.draft(registrar(), "add_key", body)
    }

    /// The farm begins a lot.
    pub fn herd(&mut self, lot: &str) -> Draft {
        let info = json!({"n": 1, "class": "live_pig", "name": "生猪", "made_on": "2026-11-20", "origin": "330421"});
        let mut draft = self.draft(farm(), "create", json!({"how": "herd", "lots": [info]}));
        draft.claims["moves"] =
            json!([{"n": 1, "op": "in", "lot": lot, "uom": "HEA", "quantity": "120"}]);
        draft
    }

    /// A record that nothing is wrong with yet.
    pub fn draft(&mut self, by: Author, kind: &str, body: Value) -> Draft {
        let feed = self.feeds.entry(by.name).or_default();
        let mut claims = json!({
            "type": kind, "log": LOG, "iss": by.party, "iat": self.clock, "seq": feed.0,
            "prev": feed.1, "body": body,
        });
        let is_site_bound = !matches!(
            kind,
            "beat" | "register_party" | "register_site" | "add_key" | "revoke_key"
        );
        if let Some(site) = by.site.filter(|_| is_site_bound) {
            claims["site"] = json!(site);
        }
        Draft { claims, by }
    }

    /// Signs a record and puts it into the log; its id.
    pub fn put(&mut self, draft: Draft) -> String {
        let text = self.sign(&draft);
        self.put_text(&draft.by, &text)
    }

    /// Says and puts in one go.
    pub fn say(&mut self, by: Author, kind: &str, body: Value) -> String {
        let draft = self.draft(by, kind, body);
        self.put(draft)
    }

    /// A record as it travels, with every disclosure.
    pub fn sign(&self, draft: &Draft) -> String {
        let name = format!("forged {}", self.texts.len());
        let record = author::sign(draft.claims.clone(), &draft.by.key(), &mut salts(&name));
        record.unwrap().to_sd_jwt(|_class| true)
    }

    /// Puts bytes into the log, whatever they are.
    pub fn put_text(&mut self, by: &Author, text: &str) -> String {
        let id = id_of(text);
        let feed = self.feeds.entry(by.name).or_default();
        *feed = (feed.0 + 1, Some(id.clone()));
        self.texts.push(text.to_owned());
        self.clock += 60;
        id
    }

    /// The head that the node signs.
    pub fn head(&self) -> SignedCheckpoint {
        let tree = self.tree();
        let origin = LOG.parse().unwrap();
        let checkpoint = Checkpoint::new(origin, tree.size(), tree.root()).unwrap();
        SignedCheckpoint::sign(checkpoint, &log_signer()).unwrap()
    }

    fn tree(&self) -> TreeEdge {
        let mut tree = TreeEdge::new();
        for text in &self.texts {
            tree.append(leaf_hash(signed_part(text).as_bytes()));
        }
        tree
    }

    /// The records with their proofs, with the disclosures that the farm's customers may see: none.
    pub fn records(&self) -> Vec<BundleRecord> {
        let tree = self.tree();
        let entry = |(index, text): (u64, &String)| BundleRecord {
            index,
            sd_jwt: format!("{}~", signed_part(text)),
            proof: tree.prove_recent(index).unwrap(),
            findings: Vec::new(),
        };
        (0..).zip(&self.texts).map(entry).collect()
    }

    /// When a bundle is made.
    pub fn now(&self) -> UnixSeconds {
        UnixSeconds::new(self.clock).unwrap()
    }

    /// The bundle as an honest program makes it.
    pub fn bundle(&self) -> Bundle {
        let parts = Parts {
            subject: subject(),
            checkpoint: self.head(),
            records: self.records(),
            cut: None,
        };
        Bundle::assemble(parts, Scope::Public, self.now()).unwrap()
    }

    /// The bundle of all records that a dishonest one makes, which does not look at them.
    pub fn forged(&self) -> String {
        let rules = shisu::core::rules::version();
        sealed(json!({
            "format": "shisu-bundle/v1", "subject": subject(), "made_at": self.now(), "rules": rules,
            "log": LOG, "checkpoint": self.head().to_string(), "records": self.records(),
            "verdict": {"scope": "public", "rules": rules, "state": "complete"}, "digest": "",
        }))
    }
}

fn subject() -> Subject {
    Subject {
        lot: LOT.parse().unwrap(),
        origin: None,
        at: None,
    }
}

fn signed_part(text: &str) -> &str {
    text.split('~').next().unwrap()
}

/// The id that the bytes would have if they were a record.
pub fn id_of(text: &str) -> String {
    base64url(Sha256::digest(signed_part(text).as_bytes()))
}

/// Somebody at the farm with another key.
pub fn stranger() -> Author {
    Author {
        name: "canteen",
        ..farm()
    }
}

/// A bundle with a digest that fits, as a forger writes it: in the order of the format.
pub fn sealed(mut value: Value) -> String {
    value["digest"] = json!("");
    let bare: Bundle = serde_json::from_value(value.clone()).unwrap();
    value["digest"] = json!(base64url(Sha256::digest(bare.to_json().as_bytes())));
    let bundle: Bundle = serde_json::from_value(value).unwrap();
    bundle.to_json()
}

/// The record with another character in the middle of its signature.
pub fn with_false_signature(text: &str) -> String {
    let record = Record::parse(text, Completeness::Complete).unwrap();
    let (before, signature) = record.jwt().rsplit_once('.').unwrap();
    let other = if signature.starts_with('A') { "B" } else { "A" };
    let altered = format!("{other}{}", signature.get(1..).unwrap());
    text.replacen(
        &format!("{before}.{signature}"),
        &format!("{before}.{altered}"),
        1,
    )
}
