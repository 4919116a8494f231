//! Somebody who asks, and what they have to do with what they ask for.

use super::{Data, Ground, Relation, Role, decide};
use crate::core::ids::{Division, PartyId, SiteId};
use crate::core::record::Kid;

/// Somebody who is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Viewer {
    /// With which key.
    pub kid: Kid,
    /// For which party; none for a peer or an operator who is not enrolled here.
    pub party: Option<PartyId>,
    /// For which of its sites; empty means all.
    pub sites: Vec<SiteId>,
    /// Where the party is; for an authority, where it is one.
    pub division: Option<Division>,
    /// As whom; always also the public.
    pub roles: Vec<Role>,
}

/// A side of something: a party, and at which of its sites.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The party.
    pub party: PartyId,
    /// The site; none where it does not matter, as for a carrier.
    pub site: Option<SiteId>,
}

impl Place {
    /// A party, wherever.
    #[must_use]
    pub const fn of(party: PartyId) -> Self {
        Self { party, site: None }
    }

    /// A party at a site.
    #[must_use]
    pub const fn at(party: PartyId, site: SiteId) -> Self {
        Self {
            party,
            site: Some(site),
        }
    }
}

/// Whom something concerns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Concern {
    /// The key that signed it, and its side.
    pub author: Option<(Kid, Place)>,
    /// Parties that it enrols, or whose keys it is about.
    pub subjects: Vec<PartyId>,
    /// Who sends the shipment.
    pub sender: Option<Place>,
    /// Who is to receive it.
    pub consignee: Option<Place>,
    /// Who carries it, or carried it.
    pub carriers: Vec<PartyId>,
    /// Who holds or held the lots it is about; whose premises it is about.
    pub holders: Vec<Place>,
    /// Where it happens.
    pub counties: Vec<Division>,
}

impl Viewer {
    /// The main role: the last, for the public comes first.
    #[must_use]
    pub fn role(&self) -> Role {
        self.roles.iter().copied().max().unwrap_or(Role::Public)
    }

    /// Whether a place is theirs, as far as their key goes.
    fn is_at(&self, place: &Place) -> bool {
        let site_fits = match place.site {
            Some(site) => self.sites.is_empty() || self.sites.contains(&site),
            None => true,
        };
        self.party == Some(place.party) && site_fits
    }

    /// Whether they signed it, or their party did where their key goes. What has no site belongs
    /// to the whole party, so a key for certain sites sees of it only what it signed itself.
    fn wrote(&self, kid: Kid, place: &Place) -> bool {
        let whole_party = self.sites.is_empty() || place.site.is_some();
        self.party == Some(place.party) && (kid == self.kid || (whole_party && self.is_at(place)))
    }

    /// What something has to do with them, the closest first.
    #[must_use]
    pub fn relations(&self, concern: &Concern) -> Vec<Relation> {
        let theirs = |place: &Option<Place>| place.as_ref().is_some_and(|place| self.is_at(place));
        let party = |id: &PartyId| self.party == Some(*id);
        let whole_party = self.sites.is_empty();
        let author = concern.author.as_ref();
        let in_county = |county: &Division| self.division.is_some_and(|own| own.contains(*county));
        let in_province = |county: &Division| {
            let own = self.division.map(Division::province);
            own.is_some_and(|own| own.contains(*county))
        };
        let answers = [
            (
                Relation::Author,
                author.is_some_and(|(kid, place)| self.wrote(*kid, place)),
            ),
            (
                Relation::Subject,
                whole_party && concern.subjects.iter().any(party),
            ),
            (Relation::Sender, theirs(&concern.sender)),
            (Relation::Consignee, theirs(&concern.consignee)),
            (Relation::Carrier, concern.carriers.iter().any(party)),
            (
                Relation::Holder,
                concern.holders.iter().any(|place| self.is_at(place)),
            ),
            (Relation::SameCounty, concern.counties.iter().any(in_county)),
            (
                Relation::SameProvince,
                concern.counties.iter().any(in_province),
            ),
        ];
        let related = answers.into_iter().filter(|(_, is_so)| *is_so);
        related.map(|(relation, _)| relation).collect()
    }

    /// Whether something is shown to them, and on what grounds.
    #[must_use]
    pub fn may_see(&self, data: Data, concern: &Concern) -> Option<Ground> {
        decide(&self.roles, data, &self.relations(concern))
    }

    /// Whether some of this class of data is shown to them, whatever it concerns.
    #[must_use]
    pub fn may_see_some(&self, data: Data) -> bool {
        let some = |role: &Role| super::reach(*role, data) > super::Reach::None;
        self.roles.iter().any(some)
    }

    /// Whether all of this class of data is shown to them.
    #[must_use]
    pub fn may_see_all(&self, data: Data) -> bool {
        decide(&self.roles, data, &[]).is_some()
    }
}
