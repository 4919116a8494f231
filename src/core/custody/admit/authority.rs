//! Who may say what: the standing of a key belongs to (party, key) and is judged at the record's
//! place in the log, inside the transaction.

use super::Case;
use crate::core::custody::keys::EntryKey;
use crate::core::custody::refusal::Refusal;
use crate::core::custody::state::{KeyFacts, SiteFacts, Working};
use crate::core::record::body::{KeyRole, PartyKind};
use crate::core::record::{Direction, MoveLine, Record, RecordType};
use crate::core::rules::clocks;
use crate::core::time::UnixSeconds;

/// Judges key, party and site of a record.
pub(super) fn standing<'a>(
    state: &'a Working,
    record: &'a Record,
    at: EntryKey,
    now: UnixSeconds,
) -> Result<Case<'a>, Refusal> {
    let claims = &record.claims;
    let key = state.keys.get(&record.kid).ok_or(Refusal::UnknownKey)?;
    check_key(key, record, now)?;
    let party = state
        .parties
        .get(&claims.iss)
        .ok_or(Refusal::UnknownParty)?;
    let site = match &claims.site {
        Some(id) => Some(check_site(state, key, id, record)?),
        None => None,
    };
    let case = Case {
        state,
        record,
        at,
        now,
        key,
        party,
        site,
    };
    check_role(key.role, claims.kind)?;
    check_limit(key, site.is_some(), claims.kind)?;
    check_entitled(&case)?;
    Ok(case)
}

fn check_key(key: &KeyFacts, record: &Record, now: UnixSeconds) -> Result<(), Refusal> {
    if key.revoked.is_some() {
        return Err(Refusal::KeyRevoked);
    }
    if record.claims.iat < key.from || now < key.from {
        return Err(Refusal::KeyNotYetValid);
    }
    // What was signed in time on a device without network may still arrive within the allowance.
    let ended = |until: UnixSeconds| {
        record.claims.iat > until || now > until.plus(clocks::late_entry_allowance_s())
    };
    if key.until.is_some_and(ended) {
        return Err(Refusal::KeyExpired);
    }
    if key.party != record.claims.iss {
        return Err(Refusal::KeyOfOtherParty);
    }
    Ok(())
}

fn check_site<'a>(
    state: &'a Working,
    key: &KeyFacts,
    id: &crate::core::ids::SiteId,
    record: &Record,
) -> Result<&'a SiteFacts, Refusal> {
    let site = state.sites.get(id).ok_or(Refusal::UnknownSite)?;
    if site.party != record.claims.iss {
        return Err(Refusal::SiteOfOtherParty);
    }
    if !key.sites.is_empty() && !key.sites.contains(id) {
        return Err(Refusal::KeyOfOtherSite);
    }
    if !site.open && !winds_up(record) {
        return Err(Refusal::SiteClosed);
    }
    Ok(site)
}

/// What may still be written at a site that is closed: what empties it, what travels with goods that
/// leave it, and what its party says about goods that left it before. Nothing comes in.
fn winds_up(record: &Record) -> bool {
    use RecordType as T;
    let brings_in = |line: &MoveLine| line.op == Direction::In;
    let claims = &record.claims;
    matches!(
        claims.kind,
        T::Dispatch
            | T::Dispose
            | T::Settle
            | T::Count
            | T::Certify
            | T::PickUp
            | T::Observe
            | T::HandOn
            | T::Deliver
            | T::Recall
            | T::CloseRecall
            | T::Correct
    ) && !claims.moves.iter().any(brings_in)
}

/// A limit would be none if leaving the site out were a way around it. What happens on the road has
/// no site, and keys are managed by the limits of the keys themselves.
fn check_limit(key: &KeyFacts, has_site: bool, kind: RecordType) -> Result<(), Refusal> {
    use RecordType as T;
    let on_the_road = matches!(kind, T::PickUp | T::Observe | T::HandOn | T::Deliver);
    let about_keys = matches!(kind, T::AddKey | T::RevokeKey);
    if key.sites.is_empty() || has_site || on_the_road || about_keys {
        return Ok(());
    }
    Err(Refusal::KeyOfOtherSite)
}

/// Which roles may sign which types.
fn check_role(role: KeyRole, kind: RecordType) -> Result<(), Refusal> {
    use RecordType as T;
    let allowed = match role {
        KeyRole::Admin => kind != T::Beat,
        KeyRole::Clerk => !matches!(
            kind,
            T::Beat | T::RegisterParty | T::RegisterSite | T::AddKey | T::RevokeKey
        ),
        KeyRole::Driver => matches!(kind, T::PickUp | T::Observe | T::HandOn | T::Deliver),
        KeyRole::Device => kind == T::Observe,
        KeyRole::Node => kind == T::Beat,
    };
    match (allowed, kind) {
        (true, _) => Ok(()),
        (false, T::Beat) => Err(Refusal::NodeOnly),
        (false, _) => Err(Refusal::KeyRole),
    }
}

/// Which kinds of party may say which types at all; who exactly is judged with the body.
fn check_entitled(case: &Case<'_>) -> Result<(), Refusal> {
    use RecordType as T;
    let kind = case.party.kind;
    let is_public = kind.is_authority() || matches!(kind, PartyKind::Registrar | PartyKind::Lab);
    let what = match case.record.kind() {
        T::RegisterParty | T::RegisterSite if kind != PartyKind::Registrar => {
            Some(("登记", "enrol"))
        }
        T::Create
        | T::Enter
        | T::UseInput
        | T::Transform
        | T::Dispatch
        | T::Receive
        | T::Sell
        | T::Count
            if is_public =>
        {
            Some(("经手货物", "hold goods"))
        }
        T::Hold | T::Release if !(kind.is_authority() || kind == PartyKind::Lab) => {
            Some(("封存或解封", "hold or release"))
        }
        _ => None,
    };
    what.map_or(Ok(()), |(zh, en)| Err(Refusal::NotEntitled { zh, en }))
}
