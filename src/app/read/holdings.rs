//! What a site has.

use super::{expect_signed_in, line_refs, missing, open_site};
use crate::app::AppError;
use crate::app::node::Node;
use crate::app::sight::Audience;
use crate::core::custody::{LotFacts, MoveFacts, MoveKey};
use crate::core::ids::SiteId;
use crate::core::record::LineRef;
use std::collections::BTreeMap;

/// A credit that a site still holds, or a dispatch of it that is in transit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holding {
    /// The line.
    pub line: LineRef,
    /// What the ledger computes with.
    pub facts: MoveFacts,
    /// The lot.
    pub lot: LotFacts,
    /// The lot's origin line.
    pub origin: LineRef,
}

/// A part of what a site has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holdings {
    /// Lines, the oldest first.
    pub lines: Vec<Holding>,
    /// Whether quantities may be seen.
    pub shows_quantities: bool,
}

/// What a site has, oldest line first: at most `limit` lines after `after`. None if there is no
/// such site.
///
/// # Errors
/// [`Denied`](crate::core::access::Denied) if the list is not shown to `audience`; what the database reports.
pub fn holdings(
    node: &Node,
    site: &SiteId,
    audience: &Audience,
    after: Option<MoveKey>,
    limit: u32,
) -> Result<Option<Holdings>, AppError> {
    expect_signed_in(audience)?;
    node.read(|reader| {
        let Some(open) = open_site(reader, site, audience)? else {
            return Ok(None);
        };
        let found = reader.holdings(open.facts.entry, after, limit)?;
        let lots: Vec<MoveKey> = found.iter().map(|line| line.lot).collect();
        let named = found
            .iter()
            .map(|line| line.key)
            .chain(lots.iter().copied());
        let refs = line_refs(reader, named)?;
        let lots: BTreeMap<MoveKey, LotFacts> = reader
            .lots(&lots)?
            .into_iter()
            .map(|lot| (lot.key, lot))
            .collect();
        let holdings = found.into_iter().map(|facts| {
            let absent = || missing(facts.lot.entry());
            Ok(Holding {
                line: *refs.get(&facts.key).ok_or_else(absent)?,
                lot: lots.get(&facts.lot).cloned().ok_or_else(absent)?,
                origin: *refs.get(&facts.lot).ok_or_else(absent)?,
                facts,
            })
        });
        let lines = holdings.collect::<Result<_, AppError>>()?;
        Ok(Some(Holdings {
            lines,
            shows_quantities: open.shows_quantities,
        }))
    })
}
