//! What a record speaks of, and what an answer rests on: an answer that was given holds as long as
//! no record was admitted that speaks of a topic it rests on (and time does not change it).
//!
//! A topic is kept as a hash of 64 bits. Two that collide make an answer be given up for nothing;
//! none is kept that should not be.

use super::input::TraceInput;
use super::steps::Direction;
use crate::core::custody::{PaperNumber, cited, subjects};
use crate::core::ids::{LotCode, PartyId, SiteId};
use crate::core::record::{Body, Kid, Record, RecordId, Subject};
use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher as _};

/// Something that records speak of, as a hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Topic(u64);

/// The kinds of topics. What is found from either side has the same topic on both.
#[derive(Hash)]
enum Of<'a> {
    /// Lines that move a lot of this code.
    Moved(&'a LotCode),
    /// Lines that bring a lot of this code into being.
    Begun(&'a LotCode),
    /// Statements about a lot code, whatever the origin.
    AboutLot(&'a LotCode),
    /// Statements about premises.
    AboutSite(&'a SiteId),
    /// Statements about a record, and records that cite it.
    Record(&'a RecordId),
    /// The registration of a party.
    Party(&'a PartyId),
    /// The registration of a site.
    Site(&'a SiteId),
    /// Grants and revocations of a key.
    Key(&'a Kid),
    /// The number of a paper: a second paper under it is found on the first.
    Paper(&'a PaperNumber),
}

impl Of<'_> {
    fn topic(&self) -> Topic {
        // The same in every process of one program; nothing outside of a process sees it.
        let mut hasher = DefaultHasher::new();
        self.hash(&mut hasher);
        Topic(hasher.finish())
    }
}

/// What changes when this record is admitted. What it changes can be said from its bytes alone.
#[must_use]
pub fn topics_of(record: &Record) -> BTreeSet<Topic> {
    let mut topics = BTreeSet::new();
    for line in record.claims.moves.iter() {
        topics.insert(Of::Moved(&line.lot).topic());
        if line.of.is_none() {
            topics.insert(Of::Begun(&line.lot).topic());
        }
    }
    for subject in subjects(record) {
        topics.insert(match &subject {
            Subject::Lot(code) | Subject::LotOf(code, _) => Of::AboutLot(code).topic(),
            Subject::Site(site) => Of::AboutSite(site).topic(),
            Subject::Record(id) => Of::Record(id).topic(),
        });
    }
    topics.extend(cited(record).map(|id| Of::Record(&id).topic()));
    match &record.body {
        Body::Beat(_) => {}
        Body::RegisterParty(body) => drop(topics.insert(Of::Party(&body.party).topic())),
        Body::RegisterSite(body) => drop(topics.insert(Of::Site(&body.site).topic())),
        Body::AddKey(body) => drop(topics.insert(Of::Key(&body.jwk.kid()).topic())),
        Body::RevokeKey(body) => drop(topics.insert(Of::Key(&body.key).topic())),
        Body::Certify(body) => {
            topics.extend(PaperNumber::of(body).map(|number| Of::Paper(&number).topic()));
        }
        _ => {}
    }
    topics
}

/// Collects what an answer rests on while it is collected itself.
#[derive(Debug, Clone, Default)]
pub struct Rests(BTreeSet<Topic>);

impl Rests {
    /// The lots of this code are the question: whatever moves them belongs to the answer.
    pub fn on_moves_of(&mut self, code: &LotCode) {
        self.0.insert(Of::Moved(code).topic());
    }

    /// Such a lot is on the way: a second origin of its code and whatever is said about it
    /// matter; where others take it does so only if it was asked where goods went.
    pub fn on_lot(&mut self, code: &LotCode, direction: Direction) {
        self.0.insert(Of::Begun(code).topic());
        self.0.insert(Of::AboutLot(code).topic());
        if direction != Direction::Back {
            self.on_moves_of(code);
        }
    }

    /// Goods were at this site.
    pub fn on_site(&mut self, site: &SiteId) {
        self.0.insert(Of::AboutSite(site).topic());
    }

    /// This party is named, whether it is registered or not.
    pub fn on_party(&mut self, party: &PartyId) {
        self.0.insert(Of::Party(party).topic());
    }

    /// This site is named, whether it is registered or not.
    pub fn on_registered_site(&mut self, site: &SiteId) {
        self.0.insert(Of::Site(site).topic());
    }

    /// This key signed, whether it is registered or not.
    pub fn on_key(&mut self, kid: &Kid) {
        self.0.insert(Of::Key(kid).topic());
    }

    /// These records are the answer: what cites them or is about them matters, and what was found
    /// on them later.
    pub fn on_records(&mut self, input: &TraceInput) {
        for entry in &input.entries {
            self.0.insert(Of::Record(&entry.record.id).topic());
            // A second origin of a code is found on the record of the first, whatever else that
            // record brought into being.
            let begun = entry.record.claims.moves.iter();
            let begun = begun.filter(|line| line.of.is_none());
            self.0
                .extend(begun.map(|line| Of::Begun(&line.lot).topic()));
            if let Body::Certify(body) = &entry.record.body {
                let number = PaperNumber::of(body);
                self.0
                    .extend(number.map(|number| Of::Paper(&number).topic()));
            }
        }
    }

    /// The topics.
    pub fn topics(&self) -> impl ExactSizeIterator<Item = Topic> {
        self.0.iter().copied()
    }
}
