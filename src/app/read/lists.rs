//! Lists: which shipments a site sends and receives, which sites a party has. Nobody lists what
//! another has without a role.

use super::{expect_signed_in, missing, open_site};
use crate::app::AppError;
use crate::app::node::Node;
use crate::app::sight::{Audience, premises};
use crate::core::access::{Concern, Data, Place};
use crate::core::custody::{EntryKey, PartyFacts, ShipmentFacts, SiteFacts};
use crate::core::ids::{PartyId, SiteId};
use crate::core::record::RecordId;
use crate::store::{ListedShipment, Reader};
use std::collections::BTreeMap;

pub use crate::store::Way;

/// Rows that are looked at for one page at most: what is asked for may be far back.
const LOOKED_AT_MAX: usize = 2_000;

/// Rows that are read at a time.
const STEP: u32 = 500;

/// Which shipments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Those of which something is neither received nor settled.
    InTransit,
    /// The others.
    Closed,
}

/// A shipment in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The record that dispatched it.
    pub dispatch: RecordId,
    /// What the ledger computes with.
    pub facts: ShipmentFacts,
    /// Where it stands.
    pub state: State,
}

/// A part of a list. It may be shorter than was asked for and not be the last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T, C> {
    /// What is in it.
    pub found: Vec<T>,
    /// Where the next one begins, if there may be one.
    pub next: Option<C>,
}

/// Which page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted<C> {
    /// Where the page before ended.
    pub after: Option<C>,
    /// Elements at most.
    pub limit: u32,
}

/// The shipments of a site, the newest first; of all states unless one is said. None if there is no
/// such site.
///
/// # Errors
/// [`Denied`](crate::core::access::Denied) if the list is not shown to `audience`; what the database reports.
pub fn shipments(
    node: &Node,
    (site, way, state): (&SiteId, Way, Option<State>),
    audience: &Audience,
    wanted: &Wanted<EntryKey>,
) -> Result<Option<Page<Listed, EntryKey>>, AppError> {
    expect_signed_in(audience)?;
    node.read(|reader| {
        let Some(open) = open_site(reader, site, audience)? else {
            return Ok(None);
        };
        let site = open.facts;
        let page = sifted(
            wanted,
            |after, step| reader.shipments_of(&site.id, way, after, step),
            |shipment| shipment.facts.key,
            |shipment| state.is_none_or(|state| state == state_of(shipment)),
        )?;
        let keys: Vec<EntryKey> = page.found.iter().map(|one| one.facts.key).collect();
        let ids: BTreeMap<EntryKey, RecordId> = reader.ids_of(&keys)?;
        let listed = page.found.into_iter().map(|one| {
            let key = one.facts.key;
            Ok(Listed {
                dispatch: *ids.get(&key).ok_or_else(|| missing(key))?,
                state: state_of(&one),
                facts: one.facts,
            })
        });
        Ok(Some(Page {
            found: listed.collect::<Result<_, AppError>>()?,
            next: page.next,
        }))
    })
}

const fn state_of(shipment: &ListedShipment) -> State {
    match shipment.in_transit {
        true => State::InTransit,
        false => State::Closed,
    }
}

/// The sites of a party that `audience` may list, in the order of their codes. None if there is no
/// such party.
///
/// # Errors
/// [`Denied`](crate::core::access::Denied) if neither the party's list nor any of its sites is shown to `audience`; what the
/// database reports.
pub fn sites(
    node: &Node,
    party: &PartyId,
    audience: &Audience,
    wanted: &Wanted<SiteId>,
) -> Result<Option<Page<SiteFacts, SiteId>>, AppError> {
    expect_signed_in(audience)?;
    node.read(|reader| {
        let Some(party) = reader.party(party)? else {
            return Ok(None);
        };
        let page = sifted(
            wanted,
            |after, step| reader.sites_of(&party.id, after.as_ref(), step),
            |site| site.id,
            |site| audience.check(Data::Stock, &premises(site)).is_ok(),
        )?;
        if page.found.is_empty() {
            expect_some(reader, &party, audience)?;
        }
        Ok(Some(page))
    })
}

/// Whether an empty page is an answer, or whoever asks may not know.
fn expect_some(
    reader: &mut Reader<'_>,
    party: &PartyFacts,
    audience: &Audience,
) -> Result<(), AppError> {
    let concern = Concern {
        holders: vec![Place::of(party.id)],
        counties: vec![party.county],
        ..Concern::default()
    };
    let Err(denied) = audience.check(Data::Stock, &concern) else {
        return Ok(());
    };
    let first = Wanted {
        after: None,
        limit: 1,
    };
    let seen = sifted(
        &first,
        |after, step| reader.sites_of(&party.id, after.as_ref(), step),
        |site| site.id,
        |site| audience.check(Data::Stock, &premises(site)).is_ok(),
    )?;
    match seen.found.is_empty() && seen.next.is_none() {
        true => Err(denied.into()),
        false => Ok(()),
    }
}

/// A page of those rows that are `kept`, without looking at more rows than [`LOOKED_AT_MAX`].
fn sifted<T, C: Clone, E>(
    wanted: &Wanted<C>,
    mut read: impl FnMut(Option<C>, u32) -> Result<Vec<T>, E>,
    name: impl Fn(&T) -> C,
    kept: impl Fn(&T) -> bool,
) -> Result<Page<T, C>, E> {
    let limit = usize::try_from(wanted.limit).unwrap_or(usize::MAX);
    let step = usize::try_from(STEP).unwrap_or(usize::MAX);
    let (mut found, mut looked_at) = (Vec::new(), 0_usize);
    let mut after = wanted.after.clone();
    loop {
        let rows = read(after.clone(), STEP)?;
        let is_end = rows.len() < step;
        let mut rows = rows.into_iter();
        for row in rows.by_ref() {
            looked_at = looked_at.saturating_add(1);
            after = Some(name(&row));
            if kept(&row) {
                found.push(row);
            }
            if found.len() >= limit {
                break;
            }
        }
        if is_end && rows.len() == 0 {
            return Ok(Page { found, next: None });
        }
        if found.len() >= limit || looked_at >= LOOKED_AT_MAX {
            return Ok(Page { found, next: after });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The numbers 1 to `rows` of which `kept` are wanted, in pages of `limit`.
    fn pages(rows: u32, limit: u32, kept: impl Fn(&u32) -> bool + Copy) -> Vec<Vec<u32>> {
        let mut pages = Vec::new();
        let mut after = None;
        loop {
            let wanted = Wanted { after, limit };
            let page = sifted(
                &wanted,
                |after: Option<u32>, step| -> Result<Vec<u32>, ()> {
                    let from = after.unwrap_or(0) + 1;
                    Ok((from..=rows).take(usize::try_from(step).unwrap()).collect())
                },
                |row| *row,
                kept,
            )
            .unwrap();
            pages.push(page.found);
            match page.next {
                Some(next) => after = Some(next),
                None => return pages,
            }
            assert!(pages.len() < 10_000, "it never ends");
        }
    }

    #[test]
    fn pages_together_are_the_list_and_none_is_longer_than_asked_for() {
        for rows in [0, 1, 2, 499, 500, 501, 1_000, 4_321] {
            for limit in [1, 50, 500] {
                for every in [1, 3, 700] {
                    let pages = pages(rows, limit, |row| row % every == 0);
                    let most = usize::try_from(limit).unwrap();
                    assert!(pages.iter().all(|page| page.len() <= most));
                    let all: Vec<u32> = (1..=rows).filter(|row| row % every == 0).collect();
                    assert_eq!(pages.concat(), all, "{rows} {limit} {every}");
                }
            }
        }
    }

    #[test]
    fn what_is_far_back_costs_no_more_than_a_page_may() {
        let pages = pages(100_000, 50, |row| *row == 99_999);
        let count = 100_000 / LOOKED_AT_MAX;
        assert!(
            (count..=count + 1).contains(&pages.len()),
            "{}",
            pages.len()
        );
    }

    #[test]
    fn a_page_that_is_just_full_at_the_end_of_the_list_is_the_last() {
        assert_eq!(pages(50, 50, |_| true).len(), 1);
        assert_eq!(pages(51, 50, |_| true).len(), 2);
    }
}
