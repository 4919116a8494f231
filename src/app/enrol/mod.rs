//! Bulk enrolment from a licence register: a preview that says by row and column what is wrong,
//! and the records that enrol what is right.

mod error;
pub mod sheet;

pub use error::RegisterError;

use super::error::AppError;
use super::node::Node;
use super::office::Office;
use super::pen::Pen;
use super::read::registry::LOOK_UP_MAX;
use super::remote::{Remote, Sent};
use crate::core::custody::{EntryKey, PartyFacts, SiteFacts};
use crate::core::enrol::{Cells, Column, Fault, Known, Plan, read_row};
use crate::core::ids::{Division, PartyId, SiteId};
use crate::core::record::Record;
use crate::core::text::{Bilingual, Explain as _};
use crate::core::time::UnixSeconds;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sheet::SheetRow;

/// Rows among which the header is looked for: above it may be a title.
const HEADER_ROWS_MAX: usize = 10;

/// Columns that make a row a header.
const HEADER_COLUMNS_MIN: usize = 3;

/// Reads a register and says what is wrong with it, without asking what is enrolled already.
///
/// # Errors
/// [`RegisterError`] for what is no register.
pub fn plan(bytes: &[u8]) -> Result<Plan, AppError> {
    let rows = sheet::read(bytes)?;
    let mut rows = rows.iter();
    let header = rows
        .by_ref()
        .take(HEADER_ROWS_MAX)
        .find_map(header)
        .ok_or(RegisterError::NoHeader)??;
    for column in Column::REQUIRED {
        if !header.iter().any(|(_, found)| *found == column) {
            return Err(RegisterError::NoColumn(column).into());
        }
    }
    let mut plan = Plan::default();
    for row in rows {
        let cells = cells_of(row, &header);
        if !cells.is_empty() {
            plan.add(read_row(row.number, &cells));
        }
    }
    Ok(plan)
}

/// The columns of a header, if the row is one.
fn header(row: &SheetRow) -> Option<Result<Vec<(usize, Column)>, RegisterError>> {
    let mut found: Vec<(usize, Column)> = Vec::new();
    for (place, cell) in &row.cells {
        let crate::core::enrol::Cell::Text(text) = cell else {
            continue;
        };
        let Some(column) = Column::of_header(text) else {
            continue;
        };
        if found.iter().any(|(_, other)| *other == column) {
            return Some(Err(RegisterError::ColumnTwice(column)));
        }
        found.push((*place, column));
    }
    (found.len() >= HEADER_COLUMNS_MIN).then_some(Ok(found))
}

fn cells_of(row: &SheetRow, header: &[(usize, Column)]) -> Cells {
    let column_at = |place: usize| {
        let mut columns = header.iter();
        columns.find_map(|(at, column)| (*at == place).then_some(*column))
    };
    let cells = row.cells.iter();
    cells
        .filter_map(|(place, cell)| Some((column_at(*place)?, cell.clone())))
        .collect()
}

/// What a preview says, for people and machines.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Rows that were read.
    pub rows: u32,
    /// Parties that remain to be enrolled.
    pub parties: usize,
    /// Sites that remain to be enrolled.
    pub sites: usize,
    /// How much is wrong, also beyond what is listed.
    pub wrong: u32,
    /// What is wrong and what is worth knowing, in the order of rows.
    pub faults: Vec<Told>,
}

/// A fault or a notice. The cell itself is not repeated: it may be personal.
#[derive(Debug, Serialize)]
pub struct Told {
    /// Row of the file, from 1.
    pub row: u32,
    /// Column, by its code.
    pub column: Option<&'static str>,
    /// Column in Chinese.
    pub column_zh: Option<&'static str>,
    /// Stable code.
    pub code: &'static str,
    /// Whether the row is enrolled all the same.
    pub notice: bool,
    /// What is wrong.
    pub why: Bilingual,
}

/// What a plan says.
#[must_use]
pub fn report(plan: &Plan) -> Report {
    let told = |fault: &Fault| Told {
        row: fault.row,
        column: fault.column.map(Column::code),
        column_zh: fault.column.map(Column::zh),
        code: fault.what.code(),
        notice: fault.what.is_notice(),
        why: fault.what.explain(),
    };
    let mut faults: Vec<Told> = plan.faults.iter().map(told).collect();
    faults.sort_by_key(|fault| fault.row);
    Report {
        rows: plan.rows,
        parties: plan.parties.len(),
        sites: plan.sites.len(),
        wrong: plan.wrong,
        faults,
    }
}

/// Signs the records that enrol what a plan has left: parties first, because a site needs its
/// party.
///
/// # Errors
/// Whatever a node would refuse.
pub fn sign(plan: &Plan, pen: &mut Pen, now: UnixSeconds) -> Result<Vec<Record>, AppError> {
    let parties = plan
        .parties
        .iter()
        .map(|party| ("register_party", party.body()));
    let sites = plan.sites.iter().map(|site| ("register_site", site.body()));
    let bodies = parties.chain(sites);
    bodies
        .map(|(kind, body)| pen.sign(kind, &body, now))
        .collect()
}

impl Known for Office {
    type Error = AppError;

    fn parties(&self, ids: &[PartyId]) -> Result<Vec<PartyFacts>, AppError> {
        Self::parties(self, ids)
    }

    fn sites(&self, ids: &[SiteId]) -> Result<Vec<SiteFacts>, AppError> {
        Self::sites(self, ids)
    }
}

impl Known for Node {
    type Error = AppError;

    fn parties(&self, ids: &[PartyId]) -> Result<Vec<PartyFacts>, AppError> {
        self.read(|reader| each(ids, |id| reader.party(id)))
    }

    fn sites(&self, ids: &[SiteId]) -> Result<Vec<SiteFacts>, AppError> {
        self.read(|reader| each(ids, |id| reader.site(id)))
    }
}

/// Sites as a server knows them.
///
/// # Errors
/// What the server says.
pub(super) fn facts_of_sites(remote: &Remote, ids: &[SiteId]) -> Result<Vec<SiteFacts>, AppError> {
    Known::sites(remote, ids)
}

/// Those of these parties that a server has enrolled.
pub(super) fn facts_of_parties(
    remote: &Remote,
    ids: &[PartyId],
) -> Result<Vec<PartyFacts>, AppError> {
    Known::parties(remote, ids)
}

/// What there is of these.
pub(super) fn each<I, T, E>(
    ids: &[I],
    mut find: impl FnMut(&I) -> Result<Option<T>, E>,
) -> Result<Vec<T>, AppError>
where
    AppError: From<E>,
{
    let found = ids.iter().filter_map(|id| find(id).transpose());
    Ok(found.collect::<Result<_, E>>()?)
}

impl Known for Remote {
    type Error = AppError;

    fn parties(&self, ids: &[PartyId]) -> Result<Vec<PartyFacts>, AppError> {
        self.look_up("parties", ids, |said| {
            Ok(PartyFacts {
                id: of(said, "id")?,
                entry: EntryKey::from_i64(0),
                said: EntryKey::from_i64(0),
                kind: of(said, "kind")?,
                name: of(said, "name")?,
                county: county(said)?,
                agent: of(said, "agent")?,
            })
        })
    }

    fn sites(&self, ids: &[SiteId]) -> Result<Vec<SiteFacts>, AppError> {
        self.look_up("sites", ids, |said| {
            Ok(SiteFacts {
                id: of(said, "id")?,
                entry: EntryKey::from_i64(0),
                said: EntryKey::from_i64(0),
                party: of(said, "party")?,
                kind: of(said, "kind")?,
                name: of(said, "name")?,
                county: county(said)?,
                open: of(said, "open")?,
                filed: false,
            })
        })
    }
}

impl Remote {
    /// Asks which of these are enrolled, as many at a time as a server answers.
    fn look_up<I: ToString, T>(
        &self,
        member: &str,
        ids: &[I],
        read: impl Fn(&Value) -> Result<T, AppError>,
    ) -> Result<Vec<T>, AppError> {
        let mut found = Vec::new();
        for some in ids.chunks(LOOK_UP_MAX) {
            let codes: Vec<String> = some.iter().map(ToString::to_string).collect();
            let asked = json!({ member: codes }).to_string();
            let sent = Sent::Post("application/json", asked.as_bytes());
            let said = self.json("/v1/registry/look-up", sent)?;
            let said = said.get(member).and_then(Value::as_array);
            let said = said.ok_or_else(|| AppError::Input(member.to_owned()))?;
            for one in said {
                found.push(read(one)?);
            }
        }
        Ok(found)
    }
}

/// A member of what a server says.
fn of<T: DeserializeOwned>(said: &Value, name: &str) -> Result<T, AppError> {
    let value = said.get(name).cloned().unwrap_or_default();
    serde_json::from_value(value).map_err(|cause| AppError::Input(format!("{name}: {cause}")))
}

fn county(said: &Value) -> Result<Division, AppError> {
    let code = said.pointer("/county/code").and_then(Value::as_str);
    let found = code.and_then(|code| Division::parse(code).ok());
    found.ok_or_else(|| AppError::Input("county".to_owned()))
}

#[cfg(test)]
mod tests;
