//! What records say about lots, sites, shipments and other records, found from either side.

use super::input::TraceInput;
use crate::core::ids::{LotCode, SiteId};
use crate::core::record::{Body, RecordId, RecordType, Subject};
use std::collections::HashMap;

/// Positions, among the entries of the input, of records that concern others.
#[derive(Debug, Default)]
pub struct Attachments {
    about_lot: HashMap<LotCode, Vec<(usize, Option<RecordId>)>>,
    about_site: HashMap<SiteId, Vec<usize>>,
    about_record: HashMap<RecordId, Vec<usize>>,
    naming: HashMap<RecordId, Vec<usize>>,
    inputs_at: HashMap<SiteId, Vec<usize>>,
    zones_at: HashMap<SiteId, Vec<usize>>,
    registered_at: HashMap<SiteId, Vec<usize>>,
}

impl Attachments {
    /// Reads what every record is about and which record its body names.
    pub(super) fn read(input: &TraceInput) -> Self {
        let mut read = Self::default();
        for (place, entry) in input.entries.iter().enumerate() {
            let claims = &entry.record.claims;
            for subject in claims.about.iter() {
                match subject {
                    Subject::Lot(code) => put(&mut read.about_lot, code.clone(), (place, None)),
                    Subject::LotOf(code, origin) => {
                        put(&mut read.about_lot, code.clone(), (place, Some(*origin)));
                    }
                    Subject::Site(site) => put(&mut read.about_site, *site, place),
                    Subject::Record(id) => put(&mut read.about_record, *id, place),
                }
            }
            for id in named_by(&entry.record.body).into_iter().flatten() {
                put(&mut read.naming, id, place);
            }
            if let Body::RegisterSite(body) = &entry.record.body {
                put(&mut read.registered_at, body.site, place);
            }
            if let Some(site) = claims.site {
                match &entry.record.body {
                    Body::UseInput(_) => put(&mut read.inputs_at, site, place),
                    Body::Observe(body) if body.zone.is_some() => {
                        put(&mut read.zones_at, site, place);
                    }
                    _ => {}
                }
            }
        }
        read
    }

    /// Records about a lot code, whatever its origin, or about this origin of it.
    pub fn about_lot(&self, code: &LotCode, origin: &RecordId) -> impl Iterator<Item = usize> {
        list(&self.about_lot, code)
            .iter()
            .filter(|(_, of)| of.is_none_or(|of| of == *origin))
            .map(|(place, _)| *place)
    }

    /// Records about premises.
    #[must_use]
    pub fn about_site(&self, site: &SiteId) -> &[usize] {
        list(&self.about_site, site)
    }

    /// Records about another record: papers about a shipment, a recall of one.
    #[must_use]
    pub fn about_record(&self, id: &RecordId) -> &[usize] {
        list(&self.about_record, id)
    }

    /// Records whose body names this one: legs of a dispatch, its receipts, the settlement of a
    /// receipt, the release of a hold, the end of a recall, corrections.
    #[must_use]
    pub fn naming(&self, id: &RecordId) -> &[usize] {
        list(&self.naming, id)
    }

    /// Of the records whose body names this one, those of one type.
    pub fn naming_as(
        &self,
        input: &TraceInput,
        id: &RecordId,
        kind: RecordType,
    ) -> impl Iterator<Item = usize> {
        let is_kind = move |place: &usize| {
            let entry = input.entries.get(*place);
            entry.is_some_and(|entry| entry.record.kind() == kind)
        };
        self.naming(id).iter().copied().filter(is_kind)
    }

    /// Inputs used at premises.
    #[must_use]
    pub fn inputs_at(&self, site: &SiteId) -> &[usize] {
        list(&self.inputs_at, site)
    }

    /// Readings of zones of premises.
    #[must_use]
    pub fn zones_at(&self, site: &SiteId) -> &[usize] {
        list(&self.zones_at, site)
    }

    /// Whether there are readings of any zone.
    #[must_use]
    pub fn has_zone_readings(&self) -> bool {
        !self.zones_at.is_empty()
    }

    /// Registrations of premises.
    #[must_use]
    pub fn registered_at(&self, site: &SiteId) -> &[usize] {
        list(&self.registered_at, site)
    }
}

fn put<K: std::hash::Hash + Eq, V>(map: &mut HashMap<K, Vec<V>>, key: K, value: V) {
    map.entry(key).or_default().push(value);
}

fn list<'a, K: std::hash::Hash + Eq, V>(map: &'a HashMap<K, Vec<V>>, key: &K) -> &'a [V] {
    map.get(key).map_or(&[], Vec::as_slice)
}

/// Records that a body names by id.
pub(super) fn named_by(body: &Body) -> [Option<RecordId>; 2] {
    match body {
        Body::PickUp(body) => [Some(body.dispatch), None],
        Body::Observe(body) => [body.dispatch, None],
        Body::HandOn(body) => [Some(body.dispatch), None],
        Body::Deliver(body) => [Some(body.dispatch), None],
        Body::Receive(body) => [Some(body.dispatch), None],
        // Where nobody received the goods, the dispatch stands in the receipt's place.
        Body::Settle(body) if body.receipt == body.dispatch => [Some(body.dispatch), None],
        Body::Settle(body) => [Some(body.dispatch), Some(body.receipt)],
        Body::Release(body) => [Some(body.hold), None],
        Body::CloseRecall(body) => [Some(body.recall), None],
        Body::Correct(body) => [Some(body.record), None],
        _ => [None, None],
    }
}
