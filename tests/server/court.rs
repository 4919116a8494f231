//! A server, and somebody of every role who signs in to it.

use crate::client::{Answer, Client};
use crate::common::draft::{certify, create, dispatch, receive};
use crate::common::world::signing_key;
use crate::host::{Host, config};
use crate::place::Place;
use crate::town::{Put, Town};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::{Value, json};
use shisu::app::config::Config;
use shisu::core::access::Role;
use shisu::core::record::Jwk;
use std::collections::BTreeSet;

/// Words that stand in sealed values and nowhere else, and in whose records.
pub const SECRETS: [(&str, &str); 6] = [
    ("farm's balance", "12.345"),
    ("balance", "7.891"),
    ("trade", "SECRET-TERMS"),
    ("personal", "SECRET-DRIVER"),
    ("paper's trade", "SECRET-PLACE"),
    ("paper's personal", "SECRET-VET"),
];

/// A server over a ledger with one shipment from farm to shop, and everybody's keys.
pub struct Court {
    /// The server.
    pub host: Host,
    /// What it sent.
    pub sent: Put,
    /// What the shop received.
    pub received: Put,
    /// A paper about the lot.
    pub paper: Put,
}

/// The key of somebody whom the registry does not know, or the key of an author.
pub fn key_of(name: &str) -> SigningKey {
    signing_key(name)
}

/// Whose key has a role.
pub const fn holder(role: Role) -> Option<&'static str> {
    Some(match role {
        Role::Public => return None,
        Role::Party => "shop-admin",
        Role::Carrier => "carrier",
        Role::Laboratory => "lab",
        Role::CountyOfficer => "officer",
        Role::ProvincialOfficer => "province",
        Role::Registrar => "registrar",
        Role::PeerNode => "peer",
        Role::Operator => "operator",
    })
}

fn enrol(town: &mut Town) {
    for (name, kind, county) in [
        ("carrier", "carrier", "330421"),
        ("lab", "lab", "330421"),
        ("province", "regulator", "330000"),
        ("elsewhere", "regulator", "330102"),
        ("jiangsu", "regulator", "320000"),
    ] {
        let draft = town.world.register_party(name, kind);
        town.put("registrar", &draft.body("county", county));
        let draft = town.world.add_key(name, name, None, "clerk");
        town.put("registrar", &draft);
    }
    for (name, party, role) in [
        ("shop-admin", "shop", "admin"),
        ("farm-admin", "farm", "admin"),
        ("canteen-admin", "canteen", "admin"),
        ("officer", "regulator", "clerk"),
        ("driver", "carrier", "driver"),
        ("logger", "shop", "device"),
        ("shop-driver", "shop", "driver"),
    ] {
        let draft = town.world.add_key(name, party, None, role);
        town.put("registrar", &draft);
    }
}

impl Court {
    /// A court.
    pub fn new(place: Place) -> Self {
        Self::told(place, |_| {})
    }

    /// A court whose configuration is changed so, beside who the peers and operators are.
    pub fn told(place: Place, change: impl FnOnce(&mut Config)) -> Self {
        let mut told = config();
        told.access.operators = vec![Jwk::of(&key_of("operator")).kid()];
        told.access.peers = vec![Jwk::of(&key_of("peer")).kid()];
        told.metrics_from = Vec::new();
        told.rates.sign_in_per_s = 0;
        change(&mut told);
        let mut town = Town::new(place);
        enrol(&mut town);
        town.close();
        let mut host = Host::over(town, told);
        let made = host.put(
            "farm",
            &create("t/LOT-1", "12.345", "KGM", "leafy_vegetable"),
        );
        let shop = host.town.world.sites["shop"].clone();
        let carrier = host.town.world.parties["carrier"].clone();
        let sent = dispatch(&shop, &[(&made.line(1), "7.891")])
            .body("transport", "carrier")
            .body("carrier", carrier)
            .body("terms", "SECRET-TERMS")
            .body("driver", json!({"name": "SECRET-DRIVER"}));
        let sent = host.put("farm", &sent);
        let received = host.put("shop", &receive(&[(&sent.line(1), "7.891")]));
        let farm = host.town.world.parties["farm"].clone();
        let paper = certify("farm_certificate", "issued", "HGZ-0001", "t/LOT-1")
            .body("issuer_party", farm)
            .body(
                "places",
                json!({"load": "SECRET-PLACE", "unload": "示例路2号"}),
            )
            .body("person", json!({"name": "SECRET-VET"}));
        let paper = host.put("farm", &paper);
        Self {
            host,
            sent,
            received,
            paper,
        }
    }

    /// The thumbprint of the key of `name`.
    pub fn kid(&self, name: &str) -> String {
        Jwk::of(&key_of(name)).kid().to_string()
    }

    /// A connection.
    pub fn client(&self) -> Client {
        self.host.client()
    }

    /// A challenge for the key of `name`.
    pub fn challenge(&self, name: &str) -> String {
        let kid = Jwk::of(&key_of(name)).kid();
        let answer = post(
            &mut self.client(),
            "/v1/session/challenge",
            &json!({ "kid": kid }),
        );
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        answer.json()["challenge"].as_str().unwrap().to_owned()
    }

    /// Answers a challenge.
    pub fn answer(&self, challenge: &str, key: &SigningKey, carried: &str) -> Answer {
        answer_to(&mut self.client(), challenge, key, carried)
    }

    /// Signs in; the token.
    pub fn token(&self, name: &str) -> String {
        let answer = self.answer(&self.challenge(name), &key_of(name), "token");
        assert_eq!(answer.status, 201, "{name}: {}", answer.text());
        answer.json()["token"].as_str().unwrap().to_owned()
    }

    /// Asks as somebody who has a token.
    pub fn ask(&self, token: Option<&str>, method: &str, path: &str, body: &str) -> Answer {
        let bearer = token.map(|token| format!("Bearer {token}"));
        let mut headers = Vec::new();
        if let Some(bearer) = &bearer {
            headers.push(("Authorization", &**bearer));
        }
        if !body.is_empty() {
            headers.push(("Content-Type", "application/json"));
        }
        self.client().ask(method, path, &headers, body.as_bytes())
    }

    /// Gets a path as `name`.
    pub fn get_as(&self, name: &str, path: &str) -> Answer {
        self.ask(Some(&self.token(name)), "GET", path, "")
    }

    /// Lets time pass for everybody.
    pub fn pass(&mut self, seconds: u64) {
        self.host.town.pass(seconds);
    }
}

/// Posts JSON.
pub fn post(client: &mut Client, path: &str, body: &Value) -> Answer {
    let kind = [("Content-Type", "application/json")];
    client.ask("POST", path, &kind, body.to_string().as_bytes())
}

/// Answers a challenge on this connection.
pub fn answer_to(client: &mut Client, challenge: &str, key: &SigningKey, carried: &str) -> Answer {
    let signature = URL_SAFE_NO_PAD.encode(key.sign(challenge.as_bytes()).to_bytes());
    let body = json!({
        "challenge": challenge, "signature": signature, "as": carried, "jwk": Jwk::of(key),
    });
    post(client, "/v1/session", &body)
}

/// Which secrets an answer gives away, in the clear or inside anything that is base64url.
pub fn given_away(answer: &Answer) -> BTreeSet<&'static str> {
    let text = String::from_utf8_lossy(&answer.body);
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || "-_".contains(c)));
    let decoded = words
        .filter_map(|word| URL_SAFE_NO_PAD.decode(word).ok())
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let mut texts: Vec<String> = decoded.collect();
    texts.push(text.into_owned());
    let found = SECRETS
        .iter()
        .filter(|(_, secret)| texts.iter().any(|text| text.contains(secret)));
    found.map(|(name, _)| *name).collect()
}
