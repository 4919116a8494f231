//! For whom something is read, and what of each record they may see. The table of the core
//! decides; here is found what a record has to do with whoever asks.

use super::AppError;
use crate::core::access::{Concern, Data, Denied, Ground, Place, Viewer};
use crate::core::custody::{EntryKey, LogNo, PartyFacts, ShipmentFacts, SiteFacts};
use crate::core::ids::{LotCode, PartyId, SiteId};
use crate::core::record::sealed::Class;
use crate::core::record::{Body, Record, RecordError, RecordId, Subject};
use crate::store::{Reader, StoreError, StoredEntry};
use std::collections::HashMap;
use std::sync::Arc;

/// For whom something is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Audience {
    /// Everybody: every sealed field stays closed.
    Public,
    /// Whoever has the ledger at hand: quantities are open.
    Full,
    /// Somebody who is signed in: what the table shows them.
    Viewer(Arc<Viewer>),
}

impl Audience {
    /// Who is signed in, if somebody is.
    #[must_use]
    pub fn viewer(&self) -> Option<&Viewer> {
        match self {
            Self::Viewer(viewer) => Some(viewer),
            Self::Public | Self::Full => None,
        }
    }

    /// Whether the quantities of every record are open to them.
    #[must_use]
    pub fn sees_all_quantities(&self) -> bool {
        match self {
            Self::Public => false,
            Self::Full => true,
            Self::Viewer(viewer) => viewer.may_see_all(Data::Balance),
        }
    }

    /// Whether this is shown to them.
    ///
    /// # Errors
    /// [`Denied`], which says whether signing in may help.
    pub fn check(&self, data: Data, concern: &Concern) -> Result<(), Denied> {
        match self {
            Self::Full => Ok(()),
            Self::Public => Err(Denied::SignInRequired(data)),
            Self::Viewer(viewer) => match viewer.may_see(data, concern) {
                Some(_) => Ok(()),
                None => Err(Denied::NotAllowed(data)),
            },
        }
    }
}

/// What somebody may see of a record, class by class in the order of [`Class::ALL`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sights([Sight; 3]);

/// What somebody may see of a class.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Sight {
    #[default]
    Closed,
    /// Open to whoever has the ledger at hand.
    Open,
    Shown(Ground),
}

impl Sights {
    fn of(mut sees: impl FnMut(Class) -> Sight) -> Self {
        Self(Class::ALL.map(&mut sees))
    }

    fn get(&self, class: Class) -> Sight {
        let mut pairs = Class::ALL.into_iter().zip(self.0);
        let found = pairs.find(|(of, _)| *of == class);
        found.map_or(Sight::Closed, |(_, sight)| sight)
    }

    /// Whether values of this class are shown.
    #[must_use]
    pub fn may_see(&self, class: Class) -> bool {
        self.get(class) != Sight::Closed
    }

    /// On what grounds they are, to somebody who is signed in.
    #[must_use]
    pub fn ground(&self, class: Class) -> Option<Ground> {
        match self.get(class) {
            Sight::Shown(ground) => Some(ground),
            Sight::Closed | Sight::Open => None,
        }
    }
}

/// Finds what records have to do with whoever asks, remembering what it looked up.
pub(super) struct Eyes<'a> {
    audience: &'a Audience,
    sites: HashMap<SiteId, Option<SiteFacts>>,
    parties: HashMap<PartyId, Option<PartyFacts>>,
    shipments: HashMap<RecordId, Option<ShipmentFacts>>,
}

impl<'a> Eyes<'a> {
    pub fn of(audience: &'a Audience) -> Self {
        Self {
            audience,
            sites: HashMap::new(),
            parties: HashMap::new(),
            shipments: HashMap::new(),
        }
    }

    /// Reads a record with its quantities, if they may be seen, and says whether they may; other
    /// sealed values stay closed.
    ///
    /// # Errors
    /// What the database reports, or a stored record that cannot be read.
    pub fn quantities(
        &mut self,
        reader: &mut Reader<'_>,
        stored: &StoredEntry,
    ) -> Result<(Record, bool), AppError> {
        let is_open = |class| class == Class::Balance;
        if self.audience.sees_all_quantities() {
            return Ok((opened(stored, is_open)?, true));
        }
        let (record, sights) = self.read(reader, stored)?;
        Ok((record, sights.may_see(Class::Balance)))
    }

    /// Reads a record with the quantities that may be seen; other sealed values stay closed. Says
    /// what else may be seen.
    ///
    /// # Errors
    /// What the database reports, or a stored record that cannot be read.
    pub fn read(
        &mut self,
        reader: &mut Reader<'_>,
        stored: &StoredEntry,
    ) -> Result<(Record, Sights), AppError> {
        let closed = opened(stored, |_| false)?;
        let sights = match self.audience {
            Audience::Public => Sights::default(),
            Audience::Full => Sights::of(|class| match class {
                Class::Balance => Sight::Open,
                Class::Trade | Class::Personal => Sight::Closed,
            }),
            Audience::Viewer(viewer) => self.sights(reader, viewer, stored.key, &closed)?,
        };
        let record = match sights.may_see(Class::Balance) {
            true => opened(stored, |class| class == Class::Balance)?,
            false => closed,
        };
        Ok((record, sights))
    }

    /// What of a record may be seen.
    fn sights(
        &mut self,
        reader: &mut Reader<'_>,
        viewer: &Viewer,
        key: EntryKey,
        record: &Record,
    ) -> Result<Sights, AppError> {
        let concern = self.concern(reader, viewer, key, record)?;
        Ok(Sights::of(|class| {
            let ground = viewer.may_see(class.into(), &concern);
            ground.map_or(Sight::Closed, Sight::Shown)
        }))
    }

    /// Whom a record concerns, as far as that matters to this viewer.
    fn concern(
        &mut self,
        reader: &mut Reader<'_>,
        viewer: &Viewer,
        key: EntryKey,
        record: &Record,
    ) -> Result<Concern, AppError> {
        let claims = &record.claims;
        let place = Place {
            party: claims.iss,
            site: claims.site,
        };
        let mut concern = Concern {
            author: Some((record.kid, place)),
            ..Concern::default()
        };
        match claims.site {
            Some(site) => {
                let site = self.site(reader, &site)?;
                concern.counties.extend(site.map(|site| site.county));
            }
            None => {
                let party = self.party(reader, &claims.iss)?;
                concern.counties.extend(party.map(|party| party.county));
            }
        }
        self.body(reader, key, record, &mut concern)?;
        self.subjects(reader, viewer, record, &mut concern)?;
        Ok(concern)
    }

    /// Adds whom the body names.
    fn body(
        &mut self,
        reader: &mut Reader<'_>,
        key: EntryKey,
        record: &Record,
        concern: &mut Concern,
    ) -> Result<(), AppError> {
        concern.subjects.extend(record.body.on_behalf_of());
        match &record.body {
            Body::Dispatch(_) => {
                let shipment = reader.shipments(&[key])?.pop();
                self.sides(reader, shipment, concern)?;
            }
            Body::PickUp(leg) => self.shipment_of(reader, &leg.dispatch, concern)?,
            Body::Deliver(leg) => self.shipment_of(reader, &leg.dispatch, concern)?,
            Body::Receive(body) => self.shipment_of(reader, &body.dispatch, concern)?,
            Body::Settle(body) => self.shipment_of(reader, &body.dispatch, concern)?,
            Body::HandOn(leg) => {
                concern.carriers.extend(leg.to);
                self.shipment_of(reader, &leg.dispatch, concern)?;
            }
            Body::Observe(body) => {
                if let Some(dispatch) = &body.dispatch {
                    self.shipment_of(reader, dispatch, concern)?;
                }
            }
            Body::RegisterParty(body) => {
                concern.subjects.push(body.party);
                concern.counties.push(body.county);
            }
            Body::RegisterSite(body) => {
                concern.subjects.push(body.party);
                concern.counties.push(body.county);
            }
            Body::AddKey(body) => concern.subjects.push(body.party),
            Body::RevokeKey(body) => {
                let key = reader.key(LogNo::HOME, &body.key)?;
                concern.subjects.extend(key.map(|(key, _)| key.party));
            }
            Body::Transform(body) => concern.holders.extend(body.owner.map(Place::of)),
            Body::Certify(body) => {
                if let Some(spender) = &body.spender {
                    let place = self.premises(reader, spender)?;
                    concern.holders.extend(place);
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Adds whom the subjects of a statement concern: sides of shipments, premises, and whether
    /// whoever asks holds or held one of the lots.
    fn subjects(
        &mut self,
        reader: &mut Reader<'_>,
        viewer: &Viewer,
        record: &Record,
        concern: &mut Concern,
    ) -> Result<(), AppError> {
        let mut lots: Vec<LotCode> = Vec::new();
        for subject in record.claims.about.iter() {
            match subject {
                Subject::Lot(code) | Subject::LotOf(code, _) => lots.push(code.clone()),
                Subject::Site(site) => {
                    let place = self.premises(reader, site)?;
                    concern.holders.extend(place);
                }
                Subject::Record(id) => self.shipment_of(reader, id, concern)?,
            }
        }
        if let (Some(party), false) = (viewer.party, lots.is_empty()) {
            let sites = reader.sites_with(&party, &lots)?;
            let places = sites.into_iter().map(|site| Place::at(party, site));
            concern.holders.extend(places);
        }
        Ok(())
    }

    fn premises(
        &mut self,
        reader: &mut Reader<'_>,
        site: &SiteId,
    ) -> Result<Option<Place>, StoreError> {
        let found = self.site(reader, site)?;
        Ok(found.map(|found| Place::at(found.party, *site)))
    }

    fn shipment_of(
        &mut self,
        reader: &mut Reader<'_>,
        dispatch: &RecordId,
        concern: &mut Concern,
    ) -> Result<(), AppError> {
        let shipment = match self.shipments.get(dispatch) {
            Some(known) => known.clone(),
            None => {
                let key = reader.key_of(dispatch)?;
                let found = match key {
                    Some(key) => reader.shipments(&[key])?.pop(),
                    None => None,
                };
                self.shipments.insert(*dispatch, found.clone());
                found
            }
        };
        self.sides(reader, shipment, concern)
    }

    fn sides(
        &mut self,
        reader: &mut Reader<'_>,
        shipment: Option<ShipmentFacts>,
        concern: &mut Concern,
    ) -> Result<(), AppError> {
        let Some(shipment) = shipment else {
            return Ok(());
        };
        concern.sender = Some(Place::at(shipment.sender, shipment.from));
        concern.carriers.extend(shipment.carrier);
        let from = self.site(reader, &shipment.from)?;
        concern.counties.extend(from.map(|site| site.county));
        if let Some(to) = self.site(reader, &shipment.to)? {
            concern.consignee = Some(Place::at(to.party, shipment.to));
            concern.counties.push(to.county);
        }
        Ok(())
    }

    fn site(
        &mut self,
        reader: &mut Reader<'_>,
        id: &SiteId,
    ) -> Result<Option<SiteFacts>, StoreError> {
        if let Some(known) = self.sites.get(id) {
            return Ok(known.clone());
        }
        let found = reader.site(id)?;
        self.sites.insert(*id, found.clone());
        Ok(found)
    }

    fn party(
        &mut self,
        reader: &mut Reader<'_>,
        id: &PartyId,
    ) -> Result<Option<PartyFacts>, StoreError> {
        if let Some(known) = self.parties.get(id) {
            return Ok(known.clone());
        }
        let found = reader.party(id)?;
        self.parties.insert(*id, found.clone());
        Ok(found)
    }
}

/// Whom a site and what it has concern.
#[must_use]
pub fn premises(site: &SiteFacts) -> Concern {
    Concern {
        holders: vec![Place::at(site.party, site.id)],
        counties: vec![site.county],
        ..Concern::default()
    }
}

/// The record with the sealed values of these classes.
pub(super) fn opened(
    stored: &StoredEntry,
    may_see: impl Fn(Class) -> bool,
) -> Result<Record, AppError> {
    stored
        .record(may_see)
        .map_err(|error: RecordError| AppError::Damaged {
            index: stored.key.index(),
            reason: error.to_string(),
        })
}

/// Classes of sealed values that a record has and that are closed in it.
#[must_use]
pub fn closed_in(record: &Record) -> Vec<Class> {
    let closed = |class: &Class| {
        let mut slots = record.slots.iter();
        slots.any(|slot| slot.field.class == *class && slot.opened.is_none())
    };
    Class::ALL.into_iter().filter(closed).collect()
}
