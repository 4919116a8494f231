//! The load of the benchmark: many keys, many lots. Each lane is a small region of its own
//! (farms, depots, shops), so that lanes never wait for each other's records; in each, lots are
//! brought in, sent in parts, received and sold, and every few thousand records one lot travels
//! through twenty steps, for the traces.

use crate::app::AppError;
use crate::core::ids::{Division, LotCode, PartyId, SiteId, SiteNo, SmallholderNo};
use crate::core::log::Origin;
use crate::core::record::{Jwk, PossessionProof, Record, RecordId, author};
use crate::core::time::UnixSeconds;
use ed25519_dalek::SigningKey;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// Sites of one lane; each has its own key.
const SITES: usize = 256;

/// Handovers of a lot that travels far: with its creation and each dispatch and receipt one step
/// of the trace, twenty-one in all.
const FAR_HANDOVERS: usize = 10;

/// Records between two lots that travel far.
const FAR_EVERY: u64 = 2_000;

/// One site with its key and the end of its feed.
struct Author {
    key: SigningKey,
    site: SiteId,
    seq: u64,
    prev: Option<RecordId>,
}

/// A credit somewhere: what can be sent or sold from it.
#[derive(Clone)]
struct Stock {
    holder: usize,
    line: (RecordId, u16),
    lot: String,
    units: u32,
}

/// A lane of the workload.
pub(super) struct Lane {
    number: usize,
    origin: Origin,
    party: PartyId,
    authors: Vec<Author>,
    stocks: Vec<Stock>,
    made: u64,
    salts: u64,
    random: u64,
    /// Lots that travelled far, complete.
    pub(super) far: Vec<LotCode>,
    /// Lots of everyday trade, one of many, to be read afterwards.
    everyday: Vec<String>,
    /// Numbers of lots of everyday trade whose codes are scanned afterwards.
    scanned: Vec<u64>,
}

/// Lots of a lane whose codes are scanned at most.
const SCANNED_MAX: usize = super::pages::LOTS_MAX / 8;

/// Lots of everyday trade of which one is remembered.
const REMEMBERED_EVERY: u64 = 64;

impl Lane {
    /// Lane `number` and the registrations that it needs, signed by the registrar.
    pub(super) fn new(
        number: usize,
        origin: &Origin,
        registrar: &mut Registrar,
    ) -> Result<(Self, Vec<String>), AppError> {
        let county =
            Division::parse("330421").map_err(|error| AppError::Input(error.to_string()))?;
        let unfit = || AppError::Input("the workload is too large".into());
        let serial =
            |offset: usize| u32::try_from(number.saturating_mul(SITES).saturating_add(offset)).ok();
        let party = serial(0)
            .and_then(|n| SmallholderNo::issue(county, n))
            .ok_or_else(unfit)?;
        let party = PartyId::Smallholder(party);
        let mut texts = vec![registrar.sign(json!({
            "type": "register_party",
            "body": { "party": party, "kind": "smallholder", "county": county,
                      "person": { "name": format!("bench {number}") } }
        }))?];
        let mut authors = Vec::with_capacity(SITES);
        for index in 0..SITES {
            let site = serial(index)
                .and_then(|n| SiteNo::issue(county, n))
                .ok_or_else(unfit)?;
            let site = SiteId::Registrar(site);
            let key = derived_key(&format!("bench {number} {index}"));
            texts.push(registrar.sign(json!({
                "type": "register_site",
                "body": { "site": site, "party": party, "kind": "farm", "name": format!("bench {number}.{index}"),
                          "county": county, "open": true }
            }))?);
            texts.push(registrar.sign(json!({
                "type": "add_key",
                "body": { "party": party, "sites": [site], "role": "clerk", "jwk": Jwk::of(&key), "from": 0,
                          "proof": PossessionProof::sign(&key, origin, &party) }
            }))?);
            authors.push(Author {
                key,
                site,
                seq: 0,
                prev: None,
            });
        }
        let lane = Self {
            number,
            origin: origin.clone(),
            party,
            authors,
            stocks: Vec::new(),
            made: 0,
            salts: 0,
            random: u64::try_from(number)
                .unwrap_or(0)
                .wrapping_add(0x9E37_79B9_7F4A_7C15),
            far: Vec::new(),
            everyday: Vec::new(),
            scanned: Vec::new(),
        };
        Ok((lane, texts))
    }

    /// Signs the next `count` records or a few more.
    pub(super) fn next(&mut self, count: usize, now: UnixSeconds) -> Result<Vec<String>, AppError> {
        let mut texts = Vec::with_capacity(count.saturating_add(32));
        while texts.len() < count {
            if self.made % FAR_EVERY < 4 {
                self.travel_far(&mut texts, now)?;
            } else {
                self.trade(&mut texts, now)?;
            }
        }
        Ok(texts)
    }

    /// Signs `count` records that do not rest on each other: whichever of them are admitted, in
    /// whichever order, the others can be.
    pub(super) fn apart(
        &mut self,
        count: usize,
        now: UnixSeconds,
    ) -> Result<Vec<String>, AppError> {
        let mut texts = Vec::with_capacity(count);
        for number in 0..count {
            let at = number % SITES;
            let before = self.authors.get(at).and_then(|author| author.prev);
            self.create(at, 100, &mut texts, now)?;
            if let Some(author) = self.authors.get_mut(at) {
                author.prev = before;
            }
        }
        Ok(texts)
    }

    /// Four records of everyday trade: brought in, sent, received, sold.
    fn trade(&mut self, texts: &mut Vec<String>, now: UnixSeconds) -> Result<(), AppError> {
        let (farm, shop) = (self.pick(SITES), self.pick(SITES));
        let shop = if shop == farm {
            farm.saturating_add(1) % SITES
        } else {
            shop
        };
        let is_scanned = self.scanned.len() < SCANNED_MAX;
        self.scanned.extend(is_scanned.then_some(self.made));
        let stock = self.create(farm, 100, texts, now)?;
        let sent = self.dispatch(&stock, shop, 60, texts, now)?;
        let received = self.receive(&stock, sent, shop, 60, texts, now)?;
        self.sell(&received, 5, texts, now)?;
        if (self.made / 4).is_multiple_of(REMEMBERED_EVERY) {
            self.everyday.push(stock.lot.clone());
        }
        // A stock from earlier is drawn on too, so that not every credit is the newest one.
        if self.stocks.len() >= 1_024 {
            let old = self.pick(self.stocks.len());
            let old = self.stocks.swap_remove(old);
            self.sell(&old, 10, texts, now)?;
        }
        self.stocks.push(Stock {
            units: 55,
            ..received
        });
        Ok(())
    }

    /// Lots that are in the ledger: everyday ones, and those that travelled far.
    pub(super) fn some_lots(&self) -> impl Iterator<Item = String> {
        let far = self.far.iter().map(ToString::to_string);
        self.everyday.iter().cloned().chain(far)
    }

    pub(super) fn scanned_lots(&self) -> impl Iterator<Item = String> {
        self.scanned.iter().map(|made| self.lot_code(*made))
    }

    fn lot_code(&self, made: u64) -> String {
        format!("01/09520001123467/10/B{}X{made}", self.number)
    }

    fn travel_far(&mut self, texts: &mut Vec<String>, now: UnixSeconds) -> Result<(), AppError> {
        let start = self.pick(SITES);
        let mut stock = self.create(start, 1_000, texts, now)?;
        for hop in 0..FAR_HANDOVERS {
            let to = start.saturating_add(hop).saturating_add(1) % SITES;
            let sent = self.dispatch(&stock, to, stock.units, texts, now)?;
            stock = self.receive(&stock, sent, to, stock.units, texts, now)?;
        }
        self.far
            .push(LotCode::parse(&stock.lot).map_err(|error| AppError::Input(error.to_string()))?);
        Ok(())
    }

    fn create(
        &mut self,
        at: usize,
        units: u32,
        texts: &mut Vec<String>,
        now: UnixSeconds,
    ) -> Result<Stock, AppError> {
        let lot = self.lot_code(self.made);
        let made_on = now.china_date();
        let id = self.sign(at, now, texts, json!({
            "type": "create",
            "moves": [{ "n": 1, "op": "in", "lot": lot, "uom": "KGM", "quantity": units.to_string() }],
            "body": { "how": "harvest", "lots": [{ "n": 1, "class": "vegetable_other", "name": "青菜",
                      "made_on": made_on, "origin": "330421" }] }
        }))?;
        Ok(Stock {
            holder: at,
            line: (id, 1),
            lot,
            units,
        })
    }

    fn dispatch(
        &mut self,
        stock: &Stock,
        to: usize,
        units: u32,
        texts: &mut Vec<String>,
        now: UnixSeconds,
    ) -> Result<RecordId, AppError> {
        let consignee = self.authors.get(to).map(|author| author.site);
        let waybill = format!("W{}-{}", self.number, self.made);
        self.sign(stock.holder, now, texts, json!({
            "type": "dispatch",
            "moves": [{ "n": 1, "op": "out", "lot": stock.lot, "of": [stock.line.0, stock.line.1], "uom": "KGM",
                        "quantity": units.to_string() }],
            "body": { "waybill": waybill, "consignee": consignee, "transport": "own",
                      "load_county": "330421", "unload_county": "330421" }
        }))
    }

    fn receive(
        &mut self,
        stock: &Stock,
        sent: RecordId,
        at: usize,
        units: u32,
        texts: &mut Vec<String>,
        now: UnixSeconds,
    ) -> Result<Stock, AppError> {
        let id = self.sign(
            at,
            now,
            texts,
            json!({
                "type": "receive",
                "moves": [{ "n": 1, "op": "in", "lot": stock.lot, "of": [sent, 1], "uom": "KGM",
                            "quantity": units.to_string() }],
                "body": { "dispatch": sent, "at": now, "check": "accept", "differences": [] }
            }),
        )?;
        Ok(Stock {
            holder: at,
            line: (id, 1),
            lot: stock.lot.clone(),
            units,
        })
    }

    fn sell(
        &mut self,
        stock: &Stock,
        units: u32,
        texts: &mut Vec<String>,
        now: UnixSeconds,
    ) -> Result<(), AppError> {
        self.sign(stock.holder, now, texts, json!({
            "type": "sell",
            "moves": [{ "n": 1, "op": "out", "lot": stock.lot, "of": [stock.line.0, stock.line.1], "uom": "KGM",
                        "quantity": units.to_string() }],
            "body": { "channel": "consumer", "sold_on": now.china_date() }
        }))?;
        Ok(())
    }

    fn sign(
        &mut self,
        at: usize,
        now: UnixSeconds,
        texts: &mut Vec<String>,
        mut claims: Value,
    ) -> Result<RecordId, AppError> {
        let author = self
            .authors
            .get_mut(at)
            .ok_or_else(|| AppError::Input("no such site".into()))?;
        author.seq = author.seq.saturating_add(1);
        put(&mut claims, "log", json!(self.origin));
        put(&mut claims, "iss", json!(self.party));
        put(&mut claims, "site", json!(author.site));
        put(&mut claims, "iat", json!(now));
        put(&mut claims, "seq", json!(author.seq));
        put(&mut claims, "prev", json!(author.prev));
        let (lane, salts) = (self.number, &mut self.salts);
        let record = author::sign(claims, &author.key, &mut || next_salt(lane, salts))?;
        author.prev = Some(record.id);
        self.made = self.made.saturating_add(1);
        texts.push(record.to_sd_jwt(|_| true));
        Ok(record.id)
    }

    /// A number below `bound`, from a small generator with a fixed seed: runs are comparable.
    fn pick(&mut self, bound: usize) -> usize {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        let bound = u64::try_from(bound.max(1)).unwrap_or(1);
        usize::try_from(self.random % bound).unwrap_or(0)
    }
}

/// Sets a member of the claims.
fn put(claims: &mut Value, name: &str, value: Value) {
    if let Some(members) = claims.as_object_mut() {
        members.insert(name.to_owned(), value);
    }
}

/// The registrar, who enrols every lane.
pub(super) struct Registrar {
    pub(super) key: SigningKey,
    pub(super) party: PartyId,
    origin: Origin,
    now: UnixSeconds,
    seq: u64,
    prev: Option<RecordId>,
    salts: u64,
}

impl Registrar {
    pub(super) fn new(origin: Origin, now: UnixSeconds) -> Result<Self, AppError> {
        let party = PartyId::parse("91330100799655058B")
            .map_err(|error| AppError::Input(error.to_string()))?;
        Ok(Self {
            key: derived_key("bench registrar"),
            party,
            origin,
            now,
            seq: 0,
            prev: None,
            salts: 0,
        })
    }

    fn sign(&mut self, mut claims: Value) -> Result<String, AppError> {
        self.seq = self.seq.saturating_add(1);
        put(&mut claims, "log", json!(self.origin));
        put(&mut claims, "iss", json!(self.party));
        put(&mut claims, "iat", json!(self.now));
        put(&mut claims, "seq", json!(self.seq));
        put(&mut claims, "prev", json!(self.prev));
        let salts = &mut self.salts;
        let record: Record = author::sign(claims, &self.key, &mut || next_salt(usize::MAX, salts))?;
        self.prev = Some(record.id);
        Ok(record.to_sd_jwt(|_| true))
    }
}

fn derived_key(name: &str) -> SigningKey {
    SigningKey::from_bytes(&Sha256::digest(name.as_bytes()).into())
}

/// Salts that no two fields share; secrecy does not matter in a benchmark.
fn next_salt(lane: usize, counter: &mut u64) -> author::Salt {
    *counter = counter.saturating_add(1);
    let digest: [u8; 32] = Sha256::digest(format!("bench salt {lane} {counter}").as_bytes()).into();
    let mut salt = [0; 16];
    for (to, from) in salt.iter_mut().zip(digest) {
        *to = from;
    }
    salt
}
