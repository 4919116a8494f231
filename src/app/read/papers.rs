//! Certificates, named by the record that told them, or by their number.

use super::unreadable;
use crate::app::AppError;
use crate::app::node::Node;
use crate::core::custody::PaperFacts;
use crate::core::record::sealed::Class;
use crate::core::record::{Record, RecordId};
use crate::store::{Reader, StoredEntry};

/// A certificate.
#[derive(Debug, Clone)]
pub struct Paper {
    /// What the ledger computes with.
    pub facts: PaperFacts,
    /// The record that told it, with the sealed values that may be seen.
    pub record: Record,
}

/// The certificate that this record told.
///
/// # Errors
/// What the database reports, or a stored record that cannot be read.
pub fn paper(
    node: &Node,
    id: &RecordId,
    may_see: impl Fn(Class) -> bool,
) -> Result<Option<Paper>, AppError> {
    node.read(|reader| {
        let Some(stored) = reader.entry_by_id(id)? else {
            return Ok(None);
        };
        let facts = reader.papers(&[stored.key])?.pop();
        facts
            .map(|facts| with_record(facts, &stored, &may_see))
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
    may_see: impl Fn(Class) -> bool,
) -> Result<Vec<Paper>, AppError> {
    node.read(|reader: &mut Reader<'_>| {
        let found = reader.papers_by_number(number)?;
        let mut papers = Vec::with_capacity(found.len());
        for facts in found {
            let stored = super::entry(reader, facts.key)?;
            papers.push(with_record(facts, &stored, &may_see)?);
        }
        Ok(papers)
    })
}

fn with_record(
    facts: PaperFacts,
    stored: &StoredEntry,
    may_see: impl Fn(Class) -> bool,
) -> Result<Paper, AppError> {
    let record = stored
        .record(may_see)
        .map_err(|error| unreadable(stored.key, &error))?;
    Ok(Paper { facts, record })
}
