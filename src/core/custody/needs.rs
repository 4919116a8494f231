//! What admission needs to know about a record before it can judge it: what the state does not
//! remember is named here, and the store loads it.

use super::keys::{EntryKey, MoveKey};
use super::state::{PaperNumber, Working};
use crate::core::ids::{LotCode, PartyId, SiteId};
use crate::core::log::Origin;
use crate::core::record::body::InspectionMode;
use crate::core::record::sealed::SealedValue;
use crate::core::record::{Body, Kid, LineRef, Record, RecordId, RecordType, Subject};
use foldhash::quality::RandomState;
use std::collections::HashSet;

/// Facts a batch needs that are not remembered.
#[derive(Debug, Default)]
pub struct Needs {
    /// Records of the batch itself that are certainly not in the log yet: they are known when their
    /// turn has come, so nothing is loaded for those who cite them.
    pub coming: HashSet<RecordId, RandomState>,
    /// Keys and their feeds.
    pub kids: HashSet<Kid>,
    /// Parties.
    pub parties: HashSet<PartyId>,
    /// Sites.
    pub sites: HashSet<SiteId>,
    /// Entries by record id, with the shipment or paper they opened, if any, and whether the hold or
    /// recall has ended.
    pub records: HashSet<RecordId>,
    /// Lines by citation; loading one loads its lot.
    pub lines: HashSet<LineRef>,
    /// Lots by code, every origin.
    pub codes: HashSet<LotCode>,
    /// Papers by the number that their issuer gave them.
    pub numbers: HashSet<PaperNumber>,
    /// Whether a lot ever came to a site.
    pub arrivals: HashSet<(MoveKey, EntryKey)>,
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
            && self.numbers.is_empty()
            && self.arrivals.is_empty()
    }
}

impl Working {
    /// Whether a record is certainly not in the log `home`: its number is higher than any that its
    /// feed has there.
    #[must_use]
    pub fn is_coming(&self, record: &Record, home: &Origin) -> bool {
        let feed = self.feeds.get(&record.kid);
        record.claims.log == *home && feed.is_some_and(|feed| record.claims.seq > feed.seq_max)
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
        self.need_relations(record, needs);
    }

    /// What the author has to do with the lots the record is about: who produced them, who acts for
    /// the producer, and whether they came to the author's site.
    fn need_relations(&self, record: &Record, needs: &mut Needs) {
        let (recalls, checks) = match &record.body {
            Body::Recall(_) => (true, false),
            Body::Inspect(body) => (false, body.mode == InspectionMode::SelfCheck),
            Body::Certify(body) => (false, body.passed == Some(false)),
            _ => (false, false),
        };
        if !recalls && !checks {
            return;
        }
        let claims = &record.claims;
        let site = claims.site.and_then(|site| self.sites.get(&site));
        for subject in claims.about.iter() {
            let (Subject::Lot(code) | Subject::LotOf(code, _)) = subject else {
                continue;
            };
            for key in self.codes.get(code).into_iter().flatten() {
                if let Some(lot) = self.lots.get(key) {
                    self.need_party(&lot.party, needs);
                }
                let place = site.filter(|_| checks).map(|site| (*key, site.entry));
                needs
                    .arrivals
                    .extend(place.filter(|place| !self.arrivals.knows(place)));
            }
        }
    }

    fn need_body(&self, body: &Body, needs: &mut Needs) {
        // Whoever receives a shipment may sign its legs; whose site that is, only the site says.
        for id in body_records(body) {
            let entry = self.entries.get(&id);
            if let Some(shipment) = entry.and_then(|entry| self.shipments.get(&entry.key)) {
                self.need_site(&shipment.to, needs);
            }
        }
        for party in body.on_behalf_of().iter() {
            self.need_party(party, needs);
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
                let number = PaperNumber::of(body);
                let unknown = number.filter(|number| !self.numbers.knows(number));
                needs.numbers.extend(unknown);
                for party in body.issuer_party.iter() {
                    self.need_party(party, needs);
                }
                for site in body.spender.iter() {
                    self.need_site(site, needs);
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
            RecordType::Hold | RecordType::Recall => self.ended.knows(&entry.key),
            _ => true,
        });
        if !known && !needs.coming.contains(&id) {
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
        if !known && !needs.coming.contains(&of.0) {
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
}

/// Whether what a record needs can point to something else that it needs: a shipment to the site it
/// goes to, a lot to the party that made it. Then it is asked again when the first is here.
#[must_use]
pub fn points_further(record: &Record) -> bool {
    let relates = matches!(
        record.body,
        Body::Recall(_) | Body::Inspect(_) | Body::Certify(_)
    );
    relates || !body_records(&record.body).is_empty()
}

/// Records that a record cites: those it refers to, and those its body names. The predecessor in
/// its feed is not one of them.
pub fn cited(record: &Record) -> impl Iterator<Item = RecordId> {
    let refs = record.claims.refs.iter().copied();
    refs.chain(body_records(&record.body))
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
