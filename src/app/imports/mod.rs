//! Imports of lots, goods entered, dispatches, sales and readings from CSV and Excel files: a preview that names the cell of
//! whatever is wrong, and records to sign where the key is. Which record stands for which rows is kept
//! beside the file (`done`), so that importing it again records nothing twice.

mod consent;
pub mod done;
mod facts;
mod once;
mod stops;

pub use consent::with_consents;
use facts::{facts_from_node, facts_from_office, facts_from_remote};
pub use once::{KEYS_MAX, Recorded, recorded, recorded_here, recorded_there};
use stops::{found_by_node, found_by_office, found_by_remote};

use super::AppError;
use super::enrol::{RegisterError, sheet};
use super::node::Node;
use super::office::Office;
use super::pen::Pen;
use super::remote::Remote;
use super::sight::Audience;
use crate::core::ids::SiteId;
use crate::core::imports::{
    Draft, Facts, Fault, File, Found, Observed, Plan, Readings, RowKey, RowRead, drafts, leaving,
    read, read_readings, readings_drafts, warn,
};
use crate::core::record::Record;
use crate::core::record::words::Name;
use crate::core::text::{Bilingual, Explain as _};
use crate::core::time::UnixSeconds;
use serde::Serialize;
use std::collections::BTreeSet;

/// Reads a file, and says what is wrong with its cells alone.
///
/// # Errors
/// What is no table, or beyond a limit.
pub fn plan(file: File, bytes: &[u8]) -> Result<Plan, AppError> {
    let found = read(file, &rows(bytes)?, sheet::epoch(bytes));
    Ok(found.map_err(RegisterError::from)?)
}

/// Reads a logger's file, and says what is wrong with it.
///
/// # Errors
/// What is no such file, or beyond a limit.
pub fn readings(bytes: &[u8]) -> Result<(Readings, Plan), AppError> {
    let rows = rows(bytes)?;
    let found = read_readings(&rows, sheet::epoch(bytes));
    let mut found = found.map_err(RegisterError::from)?;
    let plan = Plan::of_faults(found.found.len(), std::mem::take(&mut found.faults));
    Ok((found, plan))
}

fn rows(bytes: &[u8]) -> Result<Vec<RowRead>, AppError> {
    let rows = sheet::read(bytes)?.into_iter();
    let row = |row: sheet::SheetRow| RowRead {
        number: row.number,
        cells: row.cells,
    };
    Ok(rows.map(row).collect())
}

/// What a preview says, for people and machines.
#[derive(Debug, Serialize)]
pub struct Report {
    /// What the file is about.
    pub file: &'static str,
    /// Rows of goods.
    pub rows: u32,
    /// Records that they become.
    pub records: usize,
    /// How much is wrong, also beyond what is listed.
    pub wrong: u32,
    /// What is wrong and what is worth knowing, in the order of rows.
    pub faults: Vec<Told>,
    /// What the ledger has already, whoever of the site signed it; it is left out.
    pub recorded: Vec<Recorded>,
}

/// A fault or a notice. The cell is not repeated: it may be personal.
#[derive(Debug, Serialize)]
pub struct Told {
    /// Row of the file, from 1.
    pub row: u32,
    /// The cell, as a spreadsheet names it.
    pub cell: Option<String>,
    /// Column, by its code.
    pub column: Option<&'static str>,
    /// Column, by its headings.
    pub heading: Option<Bilingual>,
    /// Stable code.
    pub code: &'static str,
    /// Whether the file can be imported all the same.
    pub notice: bool,
    /// What is wrong.
    pub why: Bilingual,
}

/// What a plan says, of which `records` are to be signed.
#[must_use]
pub fn report(file: &'static str, plan: &Plan, records: usize) -> Report {
    let told = |fault: &Fault| Told {
        row: fault.row,
        cell: fault.address(),
        column: fault.column.map(|column| column.field()),
        heading: fault.column.map(|column| column.name()),
        code: fault.what.code(),
        notice: fault.what.is_notice(),
        why: fault.what.explain(),
    };
    Report {
        file,
        rows: plan.rows,
        records,
        wrong: plan.wrong,
        faults: plan.faults.iter().map(told).collect(),
        recorded: Vec::new(),
    }
}

/// What a file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// A table of this kind.
    Table(File),
    /// A logger's file: what it measured, and which logger it was.
    Readings(Observed, Name),
}

/// The word for files of readings.
pub const READINGS: &str = "readings";

/// What a file asks for, as far as it is known where it goes.
#[derive(Debug)]
pub struct Looked {
    /// What is wrong, and how much is asked for.
    pub report: Report,
    /// Names of all that the file asks for, in its order; none if its cells are wrong.
    pub keys: Vec<String>,
    /// What there is to sign; none if anything is wrong.
    pub drafts: Vec<Draft>,
}

/// Looks at a file for a site, for whoever may list what it has. `done` names what was signed before and
/// is left out. None if there is no such site.
///
/// # Errors
/// No table, lists of the site are not shown to `audience`, and what the database reports.
pub fn preview(
    node: &Node,
    audience: &Audience,
    site: &SiteId,
    (asked, bytes): (&Asked, &[u8]),
    done: &BTreeSet<String>,
) -> Result<Option<Looked>, AppError> {
    let Some(there) = once::site_of(node, audience, site)? else {
        return Ok(None);
    };
    let recorded = |keys: &[String]| {
        let new = new_keys(keys.iter(), done);
        node.read(|reader| once::of_site(reader, &there, &new))
    };
    let file = match asked {
        Asked::Table(file) => *file,
        Asked::Readings(about, sensor) => {
            let looked = look_at_readings(bytes, (about, sensor), *site, done)?;
            let recorded = recorded(&looked.keys)?;
            return Ok(Some(looked.without(recorded)));
        }
    };
    let mut plan = plan(file, bytes)?;
    let keys: Vec<String> = plan.wishes.iter().map(|wish| wish.key.clone()).collect();
    let recorded = recorded(&keys)?;
    let facts = facts_from_node(node, site, (file, &plan))?;
    let gone = with(done, &recorded);
    let drafts = drafts(file, &mut plan, &facts, &gone);
    let found = found_by_node(node, audience, site, &leaving(&plan, &gone))?;
    warn(file, &mut plan, &gone, &found);
    let report = report(file.code(), &plan, drafts.len());
    let looked = Looked {
        report,
        keys,
        drafts,
    };
    Ok(Some(looked.without(recorded)))
}

/// Those of these keys that are not done, as a ledger is asked about them.
#[must_use]
pub fn new_keys<'k>(
    keys: impl Iterator<Item = &'k String>,
    done: &BTreeSet<String>,
) -> Vec<RowKey> {
    let new = keys.filter(|key| !done.contains(*key));
    new.filter_map(|key| RowKey::parse(key)).collect()
}

/// What is done, with what the ledger has.
#[must_use]
pub fn with(done: &BTreeSet<String>, recorded: &[Recorded]) -> BTreeSet<String> {
    let recorded = recorded.iter().map(|one| one.key.to_string());
    done.iter().cloned().chain(recorded).collect()
}

impl Looked {
    /// Leaves out what the ledger has, and says so.
    #[must_use]
    pub fn without(mut self, recorded: Vec<Recorded>) -> Self {
        let gone = with(&BTreeSet::new(), &recorded);
        self.drafts.retain(|draft| !gone.contains(&draft.key));
        self.report.records = self.drafts.len();
        self.report.recorded = recorded;
        self
    }
}

/// Looks at a logger's file, which asks nothing of the ledger.
///
/// # Errors
/// What is no such file, or beyond a limit.
pub fn look_at_readings(
    bytes: &[u8],
    (about, sensor): (&Observed, &Name),
    site: SiteId,
    done: &BTreeSet<String>,
) -> Result<Looked, AppError> {
    let (found, plan) = readings(bytes)?;
    let mut drafts = match plan.is_sound() {
        true => readings_drafts(&found, about, sensor, site),
        false => Vec::new(),
    };
    let keys = drafts.iter().map(|draft| draft.key.clone()).collect();
    drafts.retain(|draft| !done.contains(&draft.key));
    Ok(Looked {
        report: report(READINGS, &plan, drafts.len()),
        keys,
        drafts,
    })
}

/// What the ledger of this machine knows that a file is about, and what it finds of the goods that leave by it.
///
/// # Errors
/// What the database reports.
pub fn known_here(
    office: &Office,
    site: &SiteId,
    (file, plan): (File, &Plan),
    done: &BTreeSet<String>,
) -> Result<(Facts, Found), AppError> {
    let facts = facts_from_office(office, site, (file, plan))?;
    let found = found_by_office(office, site, &leaving(plan, done))?;
    Ok((facts, found))
}

/// The same as a server says it to whoever is signed in.
///
/// # Errors
/// What the server says, and an answer that cannot be understood.
pub fn known_there(
    remote: &Remote,
    site: &SiteId,
    (file, plan): (File, &Plan),
    done: &BTreeSet<String>,
) -> Result<(Facts, Found), AppError> {
    let facts = facts_from_remote(remote, site, (file, plan))?;
    let found = found_by_remote(remote, site, &leaving(plan, done))?;
    Ok((facts, found))
}

/// Signs what a file asks for.
///
/// # Errors
/// Whatever a node would refuse.
pub fn sign(drafts: &[Draft], pen: &mut Pen, now: UnixSeconds) -> Result<Vec<Record>, AppError> {
    let claims = drafts.iter().map(Draft::claims);
    claims.map(|claims| pen.complete(claims, now)).collect()
}

/// An empty table to fill in, with the mark by which spreadsheets know its encoding. Above the headings
/// stand what has to be filled in and an example.
#[must_use]
pub fn template(file: File) -> String {
    let needed = file.columns().filter(|column| column.is_needed_in(file));
    let needed: Vec<&str> = needed.map(|column| column.zh()).collect();
    let headings: Vec<&str> = file.columns().map(|column| column.zh()).collect();
    let examples: Vec<String> = file
        .columns()
        .map(|column| format!("{}={}", column.zh(), column.example()))
        .collect();
    format!(
        "\u{feff}\"# 必填 / needed: {}\"\r\n\"# 示例 / example: {}\"\r\n{}\r\n",
        needed.join("、"),
        examples.join("; "),
        headings.join(","),
    )
}

/// The same for a logger's file, which most loggers write by themselves.
#[must_use]
pub const fn template_of_readings() -> &'static str {
    "\u{feff}\"# 示例 / example: 时间=2026-01-05 08:30; 温度=2.5\"\r\n时间,温度\r\n"
}

#[cfg(test)]
mod tests;
