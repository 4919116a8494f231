//! What an author has to do with a lot: for whom they speak, and whether the goods were theirs to
//! look at.

use super::Case;
use crate::core::custody::effects::Effects;
use crate::core::custody::finding::FindingCode;
use crate::core::custody::keys::MoveKey;
use crate::core::custody::refusal::Refusal;
use crate::core::ids::PartyId;
use crate::core::record::body::PartyKind;
use crate::core::record::{RecordId, Subject};

/// Whose production a record tells: the author's own, or that of the party that named them as its
/// agent.
///
/// # Errors
/// The party is not enrolled, or has named another agent or none.
pub(super) fn producer(
    case: &Case<'_>,
    on_behalf_of: Option<&PartyId>,
) -> Result<PartyId, Refusal> {
    let producer = on_behalf_of.unwrap_or(&case.party.id);
    if speaks_for(case, producer)? {
        return Ok(*producer);
    }
    Err(Refusal::NotEntitled {
        zh: "代该主体签名",
        en: "sign for this party",
    })
}

/// Refuses a record that says it is signed for a party which has not named its author as its agent,
/// and finds one to which no proof of that party's consent is attached: the registry tells that they
/// are agents, not that this was asked of them.
///
/// # Errors
/// The party is not enrolled, or has named another agent or none.
pub(super) fn check_agency(case: &Case<'_>, effects: &mut Effects) -> Result<(), Refusal> {
    let party = case.record.body.on_behalf_of();
    let party = producer(case, party.as_ref())?;
    if party != case.party.id && case.record.claims.blobs.is_empty() {
        case.find(effects, FindingCode::NoConsent);
    }
    Ok(())
}

/// Whether the author is this party or its registered agent.
///
/// # Errors
/// The party is not enrolled.
pub(super) fn speaks_for(case: &Case<'_>, party: &PartyId) -> Result<bool, Refusal> {
    if *party == case.party.id {
        return Ok(true);
    }
    let party = case.state.parties.get(party).ok_or(Refusal::UnknownParty)?;
    Ok(party.agent == Some(case.party.id))
}

/// Whether goods of others are this party's to judge: authorities, laboratories, and markets, which
/// have to sample what their stallholders sell (食品安全法 art. 64).
pub(super) fn judges_others(kind: PartyKind) -> bool {
    kind.is_authority() || matches!(kind, PartyKind::Lab | PartyKind::WholesaleMarket)
}

/// Refuses an author who has nothing to do with what the record is about: whoever never produced
/// nor held a lot cannot have checked it, and could do its holder harm with a word. Premises are the
/// concern of whose they are, and of an agent that signs for them.
///
/// # Errors
/// [`Refusal::NotConcerned`].
pub(super) fn check_concerned(case: &Case<'_>) -> Result<(), Refusal> {
    if judges_others(case.party.kind) {
        return Ok(());
    }
    // That they are the agent of whoever they sign for was asked before.
    let behalf = case.record.body.on_behalf_of();
    for subject in case.record.claims.about.iter() {
        let concerned = match subject {
            Subject::Lot(_) | Subject::LotOf(..) => {
                let origins = origins(case, subject);
                origins.iter().any(|lot| holds_or_made(case, *lot))
            }
            Subject::Site(site) => {
                let site = case.state.sites.get(site);
                site.is_some_and(|site| site.party == case.party.id || behalf == Some(site.party))
            }
            Subject::Record(id) => wrote_or_awaits(case, id),
        };
        if !concerned {
            return Err(Refusal::NotConcerned);
        }
    }
    Ok(())
}

/// Whether the author produced the lot or is its producer's agent, or the lot came to the site at
/// which they sign. The site counts, not the party, because a line names the site it is at.
fn holds_or_made(case: &Case<'_>, lot: MoveKey) -> bool {
    let producer = case.state.lots.get(&lot).map(|lot| lot.party);
    let made = producer.is_some_and(|producer| speaks_for(case, &producer).unwrap_or(false));
    let came_here = || {
        let site = case.site.map(|site| (lot, site.entry));
        site.is_some_and(|place| case.state.arrivals.get(&place) == Some(&true))
    };
    made || came_here()
}

/// Whether the author wrote the record, or it sends goods to the site at which they sign.
fn wrote_or_awaits(case: &Case<'_>, id: &RecordId) -> bool {
    let Some(entry) = case.state.entries.get(id) else {
        return false;
    };
    let to = case.state.shipments.get(&entry.key).map(|it| it.to);
    entry.party == case.party.id || (to.is_some() && to == case.record.claims.site)
}

/// The lots that a subject names: every origin of a code, or the one that is named.
pub(super) fn origins(case: &Case<'_>, subject: &Subject) -> Vec<MoveKey> {
    let (code, origin) = match subject {
        Subject::Lot(code) => (code, None),
        Subject::LotOf(code, origin) => (code, Some(origin)),
        Subject::Site(_) | Subject::Record(_) => return Vec::new(),
    };
    let entry = origin.map(|id| case.state.entries.get(id).map(|entry| entry.key));
    let origins = case.state.codes.get(code).into_iter().flatten().copied();
    origins
        .filter(|key| entry.is_none_or(|entry| entry == Some(key.entry())))
        .collect()
}
