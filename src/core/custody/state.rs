//! What admission knows: the facts about feeds, credits and registrations that the records of a
//! batch touch. The store loads what is missing before a batch; within it the state is complete,
//! so what is absent does not exist.

use super::effects::{Effects, LotFacts, MoveFacts, PaperFacts, ShipmentFacts};
use super::keys::{EntryKey, MoveKey};
use super::table::Table;
use crate::core::ids::{Division, LotCode, PartyId, SiteId};
use crate::core::record::body::{KeyRole, PartyKind, SiteKind};
use crate::core::record::sealed::SealedValue;
use crate::core::record::{Body, Jwk, Kid, LineRef, Record, RecordId, RecordType, Subject};
use crate::core::time::UnixSeconds;
use std::collections::HashSet;

/// A key and its standing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyFacts {
    /// Thumbprint.
    pub kid: Kid,
    /// The key itself.
    pub jwk: Jwk,
    /// The entry that granted it.
    pub entry: EntryKey,
    /// For whom it signs.
    pub party: PartyId,
    /// Where; empty means everywhere.
    pub sites: Vec<SiteId>,
    /// As what.
    pub role: KeyRole,
    /// From when.
    pub from: UnixSeconds,
    /// Until when.
    pub until: Option<UnixSeconds>,
    /// The entry that revoked it.
    pub revoked: Option<EntryKey>,
    /// Since when it is suspect.
    pub suspect_since: Option<UnixSeconds>,
}

/// A party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartyFacts {
    /// Its id.
    pub id: PartyId,
    /// The entry that first enrolled it.
    pub entry: EntryKey,
    /// What it is.
    pub kind: PartyKind,
    /// Its name; none for a natural person.
    pub name: Option<String>,
    /// Its county.
    pub county: Division,
    /// Party that may sign for it.
    pub agent: Option<PartyId>,
}

/// A site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteFacts {
    /// Its id.
    pub id: SiteId,
    /// The entry that first enrolled it.
    pub entry: EntryKey,
    /// Whose it is.
    pub party: PartyId,
    /// What happens there.
    pub kind: SiteKind,
    /// Its name.
    pub name: String,
    /// Its county.
    pub county: Division,
    /// Whether it is in business.
    pub open: bool,
    /// Whether it has a filing as storage.
    pub filed: bool,
}

/// Where a key's feed stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Feed {
    /// Highest number admitted.
    pub seq_max: u64,
    /// The record with that number.
    pub last: RecordId,
    /// Lowest number whose record names a predecessor; from there on `prev` may not be null.
    pub anchored: Option<u64>,
}

/// An entry that others may cite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryFacts {
    /// Its place.
    pub key: EntryKey,
    /// Its type.
    pub kind: RecordType,
    /// Whose feed.
    pub kid: Kid,
    /// Number in the feed.
    pub seq: u64,
    /// Author.
    pub party: PartyId,
    /// Premises.
    pub site: Option<SiteId>,
}

/// Facts a batch needs that are not remembered.
#[derive(Debug, Default)]
pub struct Needs {
    /// Keys and their feeds.
    pub kids: HashSet<Kid>,
    /// Parties.
    pub parties: HashSet<PartyId>,
    /// Sites.
    pub sites: HashSet<SiteId>,
    /// Entries by record id, with the shipment or paper they opened, if any.
    pub records: HashSet<RecordId>,
    /// Lines by citation; loading one loads its lot.
    pub lines: HashSet<LineRef>,
    /// Lots by code, every origin.
    pub codes: HashSet<LotCode>,
}

impl Needs {
    /// Whether nothing is needed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.kids.is_empty()
            && self.parties.is_empty()
            && self.sites.is_empty()
            && self.records.is_empty()
            && self.lines.is_empty()
            && self.codes.is_empty()
    }
}

/// The state admission works on.
#[derive(Debug)]
pub struct Working {
    /// Keys by thumbprint.
    pub keys: Table<Kid, KeyFacts>,
    /// Feeds by thumbprint; a key without records has none.
    pub feeds: Table<Kid, Feed>,
    /// Parties.
    pub parties: Table<PartyId, PartyFacts>,
    /// Sites.
    pub sites: Table<SiteId, SiteFacts>,
    /// Entries by record id.
    pub entries: Table<RecordId, EntryFacts>,
    /// Lines.
    pub moves: Table<MoveKey, MoveFacts>,
    /// Lots by origin line.
    pub lots: Table<MoveKey, LotFacts>,
    /// Origins of a lot code, in the order in which they were recorded; may be empty.
    pub codes: Table<LotCode, Vec<MoveKey>>,
    /// Shipments by dispatch.
    pub shipments: Table<EntryKey, ShipmentFacts>,
    /// Papers by certify record.
    pub papers: Table<EntryKey, PaperFacts>,
    /// Numbers already used in a feed at or below its highest, loaded for a batch.
    pub used: Table<(Kid, u64), (RecordId, EntryKey)>,
}

impl Working {
    /// An empty state whose tables keep about `facts_max` facts each.
    #[must_use]
    pub fn new(facts_max: usize) -> Self {
        Self {
            keys: Table::new(facts_max),
            feeds: Table::new(facts_max),
            parties: Table::new(facts_max),
            sites: Table::new(facts_max),
            entries: Table::new(facts_max),
            moves: Table::new(facts_max),
            lots: Table::new(facts_max),
            codes: Table::new(facts_max),
            shipments: Table::new(facts_max),
            papers: Table::new(facts_max),
            used: Table::new(facts_max),
        }
    }

    /// Forgets everything, as after a failed commit or when another process moved the head.
    pub fn clear(&mut self) {
        self.keys.clear();
        self.feeds.clear();
        self.parties.clear();
        self.sites.clear();
        self.entries.clear();
        self.moves.clear();
        self.lots.clear();
        self.codes.clear();
        self.shipments.clear();
        self.papers.clear();
        self.used.clear();
    }

    /// Forgets what was not used for long. Between batches only.
    pub fn age(&mut self) {
        self.keys.age();
        self.feeds.age();
        self.parties.age();
        self.sites.age();
        self.entries.age();
        self.moves.age();
        self.lots.age();
        self.codes.age();
        self.shipments.age();
        self.papers.age();
        self.used.clear();
    }

    /// Adds to `needs` what `record` touches and this state does not remember.
    pub fn need(&self, record: &Record, needs: &mut Needs) {
        let claims = &record.claims;
        self.need_kid(record.kid, needs);
        self.need_party(&claims.iss, needs);
        for site in claims.site.iter() {
            self.need_site(site, needs);
        }
        let cited = claims.prev.iter().chain(claims.refs.iter());
        for id in cited.copied().chain(body_records(&record.body)) {
            self.need_record(id, needs);
        }
        for line in claims.moves.iter() {
            match line.of {
                Some(of) => self.need_line(of, needs),
                None => self.need_code(&line.lot, needs),
            }
        }
        for subject in claims.about.iter() {
            match subject {
                Subject::Lot(code) => self.need_code(code, needs),
                Subject::LotOf(code, origin) => {
                    self.need_code(code, needs);
                    self.need_record(*origin, needs);
                }
                Subject::Site(site) => self.need_site(site, needs),
                Subject::Record(id) => self.need_record(*id, needs),
            }
        }
        if let Some(SealedValue::Counts(counts)) = record.sealed("counted") {
            for counted in counts {
                self.need_line(counted.of, needs);
            }
        }
        self.need_body(&record.body, needs);
    }

    fn need_body(&self, body: &Body, needs: &mut Needs) {
        // Whoever receives a shipment may sign its legs; whose site that is, only the site says.
        for id in body_records(body) {
            let entry = self.entries.get(&id);
            if let Some(shipment) = entry.and_then(|entry| self.shipments.get(&entry.key)) {
                self.need_site(&shipment.to, needs);
            }
        }
        match body {
            Body::RegisterParty(body) => self.need_party(&body.party, needs),
            Body::RegisterSite(body) => {
                self.need_party(&body.party, needs);
                self.need_site(&body.site, needs);
            }
            Body::AddKey(body) => {
                self.need_party(&body.party, needs);
                self.need_kid(body.jwk.kid(), needs);
                for site in body.sites.iter() {
                    self.need_site(site, needs);
                }
            }
            Body::RevokeKey(body) => self.need_kid(body.key, needs),
            Body::Dispatch(body) => {
                self.need_site(&body.consignee, needs);
                for carrier in body.carrier.iter() {
                    self.need_party(carrier, needs);
                }
            }
            Body::HandOn(body) => {
                for carrier in body.to.iter() {
                    self.need_party(carrier, needs);
                }
            }
            Body::Certify(body) => {
                for site in body.spender.iter() {
                    self.need_site(site, needs);
                }
            }
            Body::Create(body) => {
                for party in body.on_behalf_of.iter() {
                    self.need_party(party, needs);
                }
            }
            _ => {}
        }
    }

    fn need_kid(&self, kid: Kid, needs: &mut Needs) {
        // A feed is used more often than its key, so it can be forgotten first; without it a number
        // that was used would look free. A key without records has none and is asked for again.
        if !self.keys.knows(&kid) || !self.feeds.knows(&kid) {
            needs.kids.insert(kid);
        }
    }

    fn need_party(&self, party: &PartyId, needs: &mut Needs) {
        if !self.parties.knows(party) {
            needs.parties.insert(*party);
        }
    }

    fn need_site(&self, site: &SiteId, needs: &mut Needs) {
        if !self.sites.knows(site) {
            needs.sites.insert(*site);
        }
    }

    fn need_record(&self, id: RecordId, needs: &mut Needs) {
        // An entry is of use only with what it opened, and that may have been forgotten earlier.
        let known = self.entries.get(&id).is_some_and(|entry| match entry.kind {
            RecordType::Dispatch => self.shipments.knows(&entry.key),
            RecordType::Certify => self.papers.knows(&entry.key),
            _ => true,
        });
        if !known {
            needs.records.insert(id);
        }
    }

    fn need_line(&self, of: LineRef, needs: &mut Needs) {
        let known = self.entries.get(&of.0).is_some_and(|entry| {
            let key = entry.key.line(of.1);
            self.moves
                .get(&key)
                .is_some_and(|line| self.lots.knows(&line.lot))
        });
        if !known {
            self.need_record(of.0, needs);
            needs.lines.insert(of);
        }
    }

    fn need_code(&self, code: &LotCode, needs: &mut Needs) {
        let known = self.codes.get(code);
        if !known.is_some_and(|lots| lots.iter().all(|lot| self.lots.knows(lot))) {
            needs.codes.insert(code.clone());
        }
    }

    /// Applies the effects of an admitted record.
    pub fn apply(&mut self, record: &Record, entry: EntryKey, effects: &Effects) {
        self.apply_feed(record, entry);
        for line in &effects.moves {
            self.moves.put(line.key, line.clone());
        }
        for (key, left) in &effects.left {
            if let Some(line) = self.moves.touch(*key) {
                line.left = *left;
            }
        }
        for (key, disputed) in &effects.disputed {
            if let Some(line) = self.moves.touch(*key) {
                line.disputed = *disputed;
            }
        }
        for lot in &effects.lots {
            match self.codes.touch(lot.code.clone()) {
                Some(origins) => origins.push(lot.key),
                None => self.codes.put(lot.code.clone(), vec![lot.key]),
            }
            self.lots.put(lot.key, lot.clone());
        }
        if let Some(shipment) = &effects.shipment {
            self.shipments.put(shipment.key, shipment.clone());
        }
        if let Some(paper) = &effects.paper {
            self.papers.put(paper.key, paper.clone());
        }
        for (key, left) in &effects.paper_left {
            if let Some(paper) = self.papers.touch(*key) {
                paper.left = Some(*left);
            }
        }
        self.apply_registry(entry, effects);
    }

    fn apply_feed(&mut self, record: &Record, entry: EntryKey) {
        let (seq, claims) = (record.claims.seq, &record.claims);
        let anchored_here = claims.prev.map(|_| seq);
        match self.feeds.touch(record.kid) {
            Some(feed) => {
                feed.anchored = match (feed.anchored, anchored_here) {
                    (Some(a), Some(b)) => Some(a.min(b)),
                    (a, b) => a.or(b),
                };
                if seq > feed.seq_max {
                    feed.seq_max = seq;
                    feed.last = record.id;
                }
            }
            None => self.feeds.put(
                record.kid,
                Feed {
                    seq_max: seq,
                    last: record.id,
                    anchored: anchored_here,
                },
            ),
        }
        self.used.put((record.kid, seq), (record.id, entry));
        self.entries.put(
            record.id,
            EntryFacts {
                key: entry,
                kind: claims.kind,
                kid: record.kid,
                seq,
                party: claims.iss,
                site: claims.site,
            },
        );
    }

    fn apply_registry(&mut self, entry: EntryKey, effects: &Effects) {
        if let Some(party) = &effects.party {
            self.parties.put(party.id, party.clone());
        }
        if let Some(site) = &effects.site {
            self.sites.put(site.id, site.clone());
        }
        for key in &effects.keys {
            self.keys.put(key.kid, key.clone());
        }
        if let Some((kid, suspect_since)) = effects.revoked
            && let Some(key) = self.keys.touch(kid)
        {
            key.revoked = Some(entry);
            key.suspect_since = suspect_since;
        }
    }
}

/// Records that a body names by id.
pub(super) fn body_records(body: &Body) -> Vec<RecordId> {
    match body {
        Body::PickUp(body) => vec![body.dispatch],
        Body::Observe(body) => body.dispatch.into_iter().collect(),
        Body::HandOn(body) => vec![body.dispatch],
        Body::Deliver(body) => vec![body.dispatch],
        Body::Receive(body) => vec![body.dispatch],
        Body::Settle(body) => vec![body.dispatch, body.receipt],
        Body::Release(body) => vec![body.hold],
        Body::CloseRecall(body) => vec![body.recall],
        Body::Correct(body) => vec![body.record],
        _ => Vec::new(),
    }
}
