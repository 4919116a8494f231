//! All rows together: what is doubled or contradicts itself, what is enrolled already, and what
//! remains to be enrolled.

use super::column::Column;
use super::fault::{Fault, What};
use super::row::{PartyEntry, Read, SiteEntry};
use crate::core::custody::{PartyFacts, SiteFacts};
use crate::core::ids::{PartyId, SiteId};
use crate::core::record::body::PartyKind;
use crate::core::record::limits::LIST_MAX;
use std::collections::BTreeMap;

/// Faults and notices that are told at most; there may be more.
pub const FAULTS_MAX: usize = 1_000;

/// What a ledger knows.
pub trait Known {
    /// Why it cannot say.
    type Error;

    /// Those of these parties that are enrolled, in any order. All are asked for at once: what knows
    /// may be far away.
    ///
    /// # Errors
    /// When it cannot be found out.
    fn parties(&self, ids: &[PartyId]) -> Result<Vec<PartyFacts>, Self::Error>;

    /// Those of these sites that are enrolled, in any order.
    ///
    /// # Errors
    /// When it cannot be found out.
    fn sites(&self, ids: &[SiteId]) -> Result<Vec<SiteFacts>, Self::Error>;
}

/// What a register asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// Rows that were read.
    pub rows: u32,
    /// Parties to enrol, in the order of the file.
    pub parties: Vec<PartyEntry>,
    /// Sites to enrol, in the order of the file.
    pub sites: Vec<SiteEntry>,
    /// What is wrong, and what is worth knowing; the first [`FAULTS_MAX`].
    pub faults: Vec<Fault>,
    /// How many are wrong in all.
    pub wrong: u32,
    party_at: BTreeMap<PartyId, usize>,
    site_at: BTreeMap<SiteId, u32>,
}

impl Plan {
    /// Whether nothing is wrong.
    #[must_use]
    pub const fn is_sound(&self) -> bool {
        self.wrong == 0
    }

    /// Takes a row in.
    pub fn add(&mut self, read: Read) {
        self.rows = self.rows.saturating_add(1);
        for fault in read.faults {
            self.tell(fault);
        }
        let Some(party) = read.party else {
            return;
        };
        let has_site = read.site.is_some();
        if let Some(site) = read.site {
            self.add_site(site);
        }
        self.add_party(party, has_site);
    }

    fn tell(&mut self, fault: Fault) {
        if !fault.what.is_notice() {
            self.wrong = self.wrong.saturating_add(1);
        }
        if self.faults.len() < FAULTS_MAX {
            self.faults.push(fault);
        }
    }

    fn add_site(&mut self, site: SiteEntry) {
        if let Some(earlier) = self.site_at.get(&site.site) {
            let what = What::DuplicateInFile { row: *earlier };
            self.tell(about(site.row, Column::SiteCode, what));
            return;
        }
        self.site_at.insert(site.site, site.row);
        self.sites.push(site);
    }

    fn add_party(&mut self, party: PartyEntry, has_site: bool) {
        let known = self.party_at.get(&party.party);
        let Some(known) = known.and_then(|at| self.parties.get_mut(*at)) else {
            self.party_at.insert(party.party, self.parties.len());
            self.parties.push(party);
            return;
        };
        let row = known.row;
        let differs = [
            (Column::Name, known.name != party.name),
            (Column::Kind, known.kind != party.kind),
        ];
        let differs = differs
            .into_iter()
            .find_map(|(column, is)| is.then_some(column));
        let brings_licence = !party.licences.is_empty()
            && !party
                .licences
                .iter()
                .all(|held| known.licences.contains(held));
        if let Some(column) = differs {
            self.tell(about(party.row, column, What::Contradicts { row }));
        } else if brings_licence && known.licences.len() < LIST_MAX {
            known.licences.extend(party.licences);
        } else if !has_site {
            self.tell(about(
                party.row,
                Column::Party,
                What::DuplicateInFile { row },
            ));
        }
    }

    /// Leaves out what a ledger knows already, and says so.
    ///
    /// # Errors
    /// When the ledger cannot say.
    pub fn compare<K: Known>(&mut self, known: &K) -> Result<(), K::Error> {
        let ids: Vec<PartyId> = self.parties.iter().map(|party| party.party).collect();
        let found = known.parties(&ids)?.into_iter();
        let found: BTreeMap<PartyId, PartyFacts> = found.map(|facts| (facts.id, facts)).collect();
        let mut parties = Vec::with_capacity(self.parties.len());
        for party in std::mem::take(&mut self.parties) {
            match found.get(&party.party) {
                None => parties.push(party),
                Some(found) if is_same_party(&party, found) => {
                    self.tell(about(party.row, Column::Party, What::AlreadyEnrolled));
                }
                Some(_) => {
                    self.tell(about(party.row, Column::Party, What::Changed));
                    parties.push(party);
                }
            }
        }
        self.parties = parties;
        let ids: Vec<SiteId> = self.sites.iter().map(|site| site.site).collect();
        let found = known.sites(&ids)?.into_iter();
        let found: BTreeMap<SiteId, SiteFacts> = found.map(|facts| (facts.id, facts)).collect();
        let mut sites = Vec::with_capacity(self.sites.len());
        for site in std::mem::take(&mut self.sites) {
            match found.get(&site.site) {
                None => sites.push(site),
                Some(found) if found.party != site.party => {
                    self.tell(about(site.row, Column::SiteCode, What::OfOtherParty));
                }
                Some(found) if is_same_site(&site, found) => {
                    self.tell(about(site.row, Column::SiteCode, What::AlreadyEnrolled));
                }
                Some(_) => {
                    self.tell(about(site.row, Column::SiteCode, What::Changed));
                    sites.push(site);
                }
            }
        }
        self.sites = sites;
        Ok(())
    }
}

fn about(row: u32, column: Column, what: What) -> Fault {
    Fault {
        row,
        column: Some(column),
        what,
    }
}

fn is_same_party(entry: &PartyEntry, found: &PartyFacts) -> bool {
    // The name of a natural person is sealed, so it cannot be compared.
    let name = (entry.kind != PartyKind::Smallholder).then(|| entry.name.as_str());
    found.kind == entry.kind && found.county == entry.county && found.name.as_deref() == name
}

fn is_same_site(entry: &SiteEntry, found: &SiteFacts) -> bool {
    found.kind == entry.kind
        && found.county == entry.county
        && found.name == entry.name.as_str()
        && found.open
}
