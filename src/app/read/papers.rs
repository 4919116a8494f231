//! Certificates, named by the record that told them, or by their number.

use crate::app::AppError;
use crate::app::node::Node;
use crate::app::sight::{Audience, Eyes};
use crate::core::custody::PaperFacts;
use crate::core::record::{Record, RecordId};
use crate::store::{Reader, StoredEntry};

/// A certificate.
#[derive(Debug, Clone)]
pub struct Paper {
    /// What the ledger computes with.
    pub facts: PaperFacts,
    /// The record that told it, with the quantity if it may be seen.
    pub record: Record,
    /// Whether quantities may be seen.
    pub shows_quantities: bool,
}

/// The certificate that this record told.
///
/// # Errors
/// What the database reports, or a stored record that cannot be read.
pub fn paper(node: &Node, id: &RecordId, audience: &Audience) -> Result<Option<Paper>, AppError> {
    node.read(|reader| {
        let Some(stored) = reader.entry_by_id(id)? else {
            return Ok(None);
        };
        let facts = reader.papers(&[stored.key])?.pop();
        facts
            .map(|facts| with_record(reader, facts, &stored, audience))
            .transpose()
    })
}

/// The certificates with this number, oldest first.
///
/// # Errors
/// As [`paper`].
pub fn papers_by_number(
    node: &Node,
    number: &str,
    audience: &Audience,
) -> Result<Vec<Paper>, AppError> {
    node.read(|reader: &mut Reader<'_>| {
        let found = reader.papers_by_number(number)?;
        let mut papers = Vec::with_capacity(found.len());
        for facts in found {
            let stored = super::entry(reader, facts.key)?;
            papers.push(with_record(reader, facts, &stored, audience)?);
        }
        Ok(papers)
    })
}

fn with_record(
    reader: &mut Reader<'_>,
    facts: PaperFacts,
    stored: &StoredEntry,
    audience: &Audience,
) -> Result<Paper, AppError> {
    let (record, shows_quantities) = Eyes::of(audience).quantities(reader, stored)?;
    Ok(Paper {
        facts,
        record,
        shows_quantities,
    })
}
