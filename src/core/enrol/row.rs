//! One row: cells to a party and perhaps a site.

use super::cell::Cell;
use super::column::Column;
use super::fault::{Fault, What};
use super::words;
use crate::core::ids::{
    Division, Licence, LicenceKind as FoodLicence, PartyId, SiteId, SlaughterCode,
};
use crate::core::record::body::{LicenceHeld, LicenceKind, PartyKind, SiteKind};
use crate::core::record::limits::{NAME_CHARS_MAX, TEXT_CHARS_MAX};
use crate::core::record::words::{Name, Text, Words};
use crate::core::time::ChinaDate;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The cells of a row that are not empty.
pub type Cells = BTreeMap<Column, Cell>;

/// A party to enrol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartyEntry {
    /// The row that says so.
    pub row: u32,
    /// Who.
    pub party: PartyId,
    /// What they are.
    pub kind: PartyKind,
    /// Name; a smallholder's is sealed.
    pub name: Name,
    /// Where.
    pub county: Division,
    /// Licences that are not of premises.
    pub licences: Vec<LicenceHeld>,
    /// Person in charge, and phone; sealed.
    pub person: Option<Name>,
    /// Phone; sealed.
    pub phone: Option<Name>,
    /// Number of an identity document; sealed.
    pub identity: Option<Text>,
    /// Address of a party without premises in the register; sealed.
    pub address: Option<Text>,
}

/// A site to enrol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteEntry {
    /// The row that says so.
    pub row: u32,
    /// Which.
    pub site: SiteId,
    /// Whose.
    pub party: PartyId,
    /// What happens there.
    pub kind: SiteKind,
    /// Name for people.
    pub name: Name,
    /// Where.
    pub county: Division,
    /// Its licence, where the code itself is none.
    pub licence: Option<LicenceHeld>,
    /// Address; sealed.
    pub address: Option<Text>,
}

/// What a row says, as far as it can be read, and what is wrong with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Read {
    /// The party.
    pub party: Option<PartyEntry>,
    /// The premises.
    pub site: Option<SiteEntry>,
    /// Faults and notices.
    pub faults: Vec<Fault>,
}

impl PartyEntry {
    /// The body of the record that enrols it, in the open form.
    #[must_use]
    pub fn body(&self) -> Value {
        let is_person = self.kind == PartyKind::Smallholder;
        let person = if is_person {
            Some(&self.name)
        } else {
            self.person.as_ref()
        };
        let person = person.map(|name| match &self.phone {
            Some(phone) => json!({ "name": name, "phone": phone }),
            None => json!({ "name": name }),
        });
        let mut body = json!({
            "party": self.party, "kind": self.kind, "county": self.county,
            "person": person, "identity": self.identity, "address": self.address,
        });
        if let Some(members) = body.as_object_mut() {
            if !is_person {
                members.insert("name".into(), json!(self.name));
            }
            if !self.licences.is_empty() {
                members.insert("licences".into(), json!(self.licences));
            }
        }
        body
    }
}

impl SiteEntry {
    /// The body of the record that enrols it, in the open form.
    #[must_use]
    pub fn body(&self) -> Value {
        let mut body = json!({
            "site": self.site, "party": self.party, "kind": self.kind, "name": self.name,
            "county": self.county, "open": true, "address": self.address,
        });
        if let (Some(members), Some(licence)) = (body.as_object_mut(), &self.licence) {
            members.insert("licence".into(), json!(licence));
        }
        body
    }
}

/// Reads a row.
#[must_use]
pub fn read_row(row: u32, cells: &Cells) -> Read {
    let mut reader = Reader {
        row,
        cells,
        faults: Vec::new(),
    };
    let party = reader.party();
    let licence = reader.licence();
    let county = reader.county();
    let has_site = [Column::SiteName, Column::SiteKind, Column::SiteCode]
        .iter()
        .any(|column| cells.contains_key(column));
    let address: Option<Text> = reader.words(Column::Address, TEXT_CHARS_MAX);
    let mut entry = reader.entry(party, county);
    let site = match has_site {
        true => reader.site(entry.as_ref(), county, licence, address),
        false => {
            if let Some(entry) = &mut entry {
                entry.licences.extend(licence.map(|(held, _)| held));
                entry.address = address;
            }
            None
        }
    };
    let faults = reader.faults;
    let is_sound = faults.iter().all(|fault| fault.what.is_notice());
    Read {
        party: entry.filter(|_| is_sound),
        site: site.filter(|_| is_sound),
        faults,
    }
}

struct Reader<'a> {
    row: u32,
    cells: &'a Cells,
    faults: Vec<Fault>,
}

impl<'a> Reader<'a> {
    fn fault(&mut self, column: Column, what: What) {
        self.faults.push(Fault {
            row: self.row,
            column: Some(column),
            what,
        });
    }

    /// The text of a cell, if it has one.
    fn text(&mut self, column: Column) -> Option<&'a str> {
        match self.cells.get(&column)? {
            Cell::Text(text) => Some(text),
            Cell::Number(_) | Cell::Rounded | Cell::Failed => {
                self.fault(column, What::RoundedNumber);
                None
            }
        }
    }

    fn required(&mut self, column: Column) -> Option<&'a str> {
        if !self.cells.contains_key(&column) {
            self.fault(column, What::Missing);
        }
        self.text(column)
    }

    fn words<const MAX: usize>(&mut self, column: Column, max: usize) -> Option<Words<MAX>> {
        let text = self.text(column)?;
        let read = Words::new(text);
        if read.is_none() {
            let is_long = text.chars().count() > max;
            let what = if is_long {
                What::TooLong { max }
            } else {
                What::Unprintable
            };
            self.fault(column, what);
        }
        read
    }

    fn party(&mut self) -> Option<PartyId> {
        let text = self.required(Column::Party)?;
        match PartyId::parse(text) {
            Ok(party) => {
                for warning in party.warnings() {
                    self.fault(Column::Party, What::Odd(warning));
                }
                Some(party)
            }
            Err(error) => {
                self.fault(Column::Party, What::Identifier(error));
                None
            }
        }
    }

    fn county(&mut self) -> Option<Division> {
        let text = self.required(Column::County)?;
        let is_code = text.chars().all(|c| c.is_ascii_digit());
        let found = if is_code {
            Division::parse(text).map_err(What::Identifier)
        } else {
            words::county_named(text).ok_or(What::UnclearCounty)
        };
        found.map_err(|what| self.fault(Column::County, what)).ok()
    }

    fn entry(&mut self, party: Option<PartyId>, county: Option<Division>) -> Option<PartyEntry> {
        let kind = self.required(Column::Kind).and_then(|word| {
            let kind = words::party_kind(word);
            if kind.is_none() {
                self.fault(Column::Kind, What::UnknownWord(words::party_kinds()));
            }
            kind
        });
        if !self.cells.contains_key(&Column::Name) {
            self.fault(Column::Name, What::Missing);
        }
        let name = self.words(Column::Name, NAME_CHARS_MAX);
        let person = self.words(Column::Person, NAME_CHARS_MAX);
        let phone = self.words(Column::Phone, NAME_CHARS_MAX);
        let identity = self.words(Column::Identity, TEXT_CHARS_MAX);
        if let (Some(party), Some(kind)) = (&party, kind) {
            let is_person = matches!(party, PartyId::Smallholder(_));
            if is_person != (kind == PartyKind::Smallholder) {
                self.fault(Column::Kind, What::KindOfParty);
            }
        }
        Some(PartyEntry {
            row: self.row,
            party: party?,
            kind: kind?,
            name: name?,
            county: county?,
            licences: Vec::new(),
            person,
            phone,
            identity,
            address: None,
        })
    }

    /// The licence, and the site that its number names, if it does.
    fn licence(&mut self) -> Option<(LicenceHeld, Option<SiteId>)> {
        let valid_to = self.text(Column::ValidTo).and_then(|text| {
            let date = ChinaDate::parse(text);
            if date.is_none() {
                self.fault(Column::ValidTo, What::BadDate);
            }
            date
        });
        let said = self.text(Column::LicenceKind).and_then(|word| {
            let kind = words::licence_kind(word);
            if kind.is_none() {
                self.fault(
                    Column::LicenceKind,
                    What::UnknownWord(words::licence_kinds()),
                );
            }
            kind
        });
        let number: Name = self.words(Column::Licence, NAME_CHARS_MAX)?;
        let (kind, site) = match self.licence_number(number.as_str(), said) {
            Ok(found) => found,
            Err(error) => {
                self.fault(Column::Licence, What::Identifier(error));
                return None;
            }
        };
        let held = LicenceHeld {
            kind: said.unwrap_or(kind),
            number,
            valid_to,
        };
        Some((held, site))
    }

    fn licence_number(
        &mut self,
        number: &str,
        said: Option<LicenceKind>,
    ) -> Result<(LicenceKind, Option<SiteId>), crate::core::ids::IdError> {
        let is_food = ["SC", "JY", "YB"]
            .iter()
            .any(|letters| number.starts_with(letters));
        let is_slaughter = said == Some(LicenceKind::Slaughter) && number.starts_with('A');
        if is_slaughter {
            let code = SlaughterCode::parse(number)?;
            return Ok((LicenceKind::Slaughter, Some(SiteId::Slaughter(code))));
        }
        // Other papers may begin with these letters too; whoever says so is believed.
        let is_other = said.is_some_and(|kind| !is_food_kind(kind));
        if !is_food || is_other {
            return Ok((said.unwrap_or(LicenceKind::Other), None));
        }
        let licence = Licence::parse(number)?;
        for warning in licence.warnings() {
            self.fault(Column::Licence, What::Odd(warning));
        }
        let kind = match licence.kind() {
            FoodLicence::Production => LicenceKind::FoodProduction,
            FoodLicence::Operation => LicenceKind::FoodOperation,
            FoodLicence::PrepackagedFiling => LicenceKind::PrepackagedFiling,
        };
        Ok((kind, Some(SiteId::Licence(licence))))
    }

    fn site(
        &mut self,
        party: Option<&PartyEntry>,
        county: Option<Division>,
        licence: Option<(LicenceHeld, Option<SiteId>)>,
        address: Option<Text>,
    ) -> Option<SiteEntry> {
        let kind = self.required(Column::SiteKind).and_then(|word| {
            let kind = words::site_kind(word);
            if kind.is_none() {
                self.fault(Column::SiteKind, What::UnknownWord(words::site_kinds()));
            }
            kind
        });
        if !self.cells.contains_key(&Column::SiteName) {
            self.fault(Column::SiteName, What::Missing);
        }
        let name: Option<Name> = self.words(Column::SiteName, NAME_CHARS_MAX);
        let (held, named) = licence.map_or((None, None), |(held, site)| (Some(held), site));
        let site = match self.text(Column::SiteCode).map(SiteId::parse) {
            Some(Ok(site)) => Some(site),
            Some(Err(error)) => {
                self.fault(Column::SiteCode, What::Identifier(error));
                None
            }
            None if named.is_none() && !self.cells.contains_key(&Column::SiteCode) => {
                // If the licence itself is wrong, that is the fault to correct.
                if held.is_some() || !self.cells.contains_key(&Column::Licence) {
                    self.fault(Column::SiteCode, What::SiteCodeMissing);
                }
                None
            }
            None => named,
        };
        let party = party?;
        let (site, name) = (site?, name?);
        let is_person = party.kind == PartyKind::Smallholder;
        if is_person && name.as_str().contains(party.name.as_str()) {
            self.fault(Column::SiteName, What::PersonalName);
        }
        Some(SiteEntry {
            row: self.row,
            party: party.party,
            kind: kind?,
            name,
            county: county?,
            licence: held.filter(|_| named != Some(site)),
            site,
            address,
        })
    }
}

const fn is_food_kind(kind: LicenceKind) -> bool {
    matches!(
        kind,
        LicenceKind::FoodProduction | LicenceKind::FoodOperation | LicenceKind::PrepackagedFiling
    )
}
