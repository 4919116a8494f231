//! What admission knows: the facts about feeds, credits and registrations that the records of a
//! batch touch. The store loads what is missing before a batch; within it the state is complete,
//! so what is absent does not exist.

use super::effects::{Effects, LotFacts, MoveFacts, MoveRole, PaperFacts, ShipmentFacts};
use super::keys::{EntryKey, MoveKey};
use super::table::Table;
use crate::core::ids::{Division, LotCode, PartyId, SiteId};
use crate::core::record::body::{Certify, KeyRole, PartyKind, SiteKind};
use crate::core::record::{Body, Jwk, Kid, Record, RecordId, RecordType};
use crate::core::rules::paper::{PaperKind, Standing};
use crate::core::time::UnixSeconds;

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
    /// The entry that last said what it is.
    pub said: EntryKey,
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
    /// The entry that last said what it is.
    pub said: EntryKey,
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

/// The number that an issuer gave to a paper; the same number again is another paper's.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PaperNumber {
    /// Who issued it.
    pub issuer: PartyId,
    /// Which kind of paper.
    pub kind: PaperKind,
    /// The number.
    pub number: String,
}

impl PaperNumber {
    /// The number of a paper that its issuer signed, or an agent for them. What holders transcribe or
    /// confirm has its number from elsewhere, and many may transcribe one paper.
    #[must_use]
    pub fn of(paper: &Certify) -> Option<Self> {
        let issuer = paper
            .issuer_party
            .filter(|_| paper.standing == Standing::Issued)?;
        Some(Self {
            issuer,
            kind: paper.kind,
            number: paper.number.to_string(),
        })
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
    /// Whether a lot ever came to a site by a receipt, by lot and by the entry that enrolled the site.
    pub arrivals: Table<(MoveKey, EntryKey), bool>,
    /// Papers that an issuer gave a number to, in the order in which they were recorded.
    pub numbers: Table<PaperNumber, Vec<EntryKey>>,
    /// Whether a hold was lifted or a recall has ended.
    pub ended: Table<EntryKey, bool>,
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
            arrivals: Table::new(facts_max),
            numbers: Table::new(facts_max),
            ended: Table::new(facts_max),
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
        self.arrivals.clear();
        self.numbers.clear();
        self.ended.clear();
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
        self.arrivals.age();
        self.numbers.age();
        self.ended.age();
        self.used.clear();
    }

    /// Applies the effects of an admitted record.
    pub fn apply(&mut self, record: &Record, entry: EntryKey, effects: &Effects) {
        self.apply_feed(record, entry);
        for line in &effects.moves {
            if line.role == MoveRole::Received {
                self.arrivals.put((line.lot, line.site), true);
            }
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
        self.apply_statement(record, entry);
        self.apply_registry(entry, effects);
    }

    fn apply_statement(&mut self, record: &Record, entry: EntryKey) {
        let ends = match &record.body {
            Body::Hold(_) | Body::Recall(_) => return self.ended.put(entry, false),
            Body::Release(body) => body.hold,
            Body::CloseRecall(body) => body.recall,
            Body::Certify(body) => {
                if let Some(number) = PaperNumber::of(body) {
                    match self.numbers.touch(number.clone()) {
                        Some(papers) => papers.push(entry),
                        None => self.numbers.put(number, vec![entry]),
                    }
                }
                return;
            }
            _ => return,
        };
        if let Some(ended) = self.entries.get(&ends).map(|entry| entry.key) {
            self.ended.put(ended, true);
        }
    }

    fn apply_feed(&mut self, record: &Record, entry: EntryKey) {
        let (seq, claims) = (record.claims.seq, &record.claims);
        match self.feeds.touch(record.kid) {
            Some(feed) => feed.take(record),
            None => self.feeds.put(
                record.kid,
                Feed {
                    seq_max: seq,
                    last: record.id,
                    anchored: claims.prev.map(|_| seq),
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
