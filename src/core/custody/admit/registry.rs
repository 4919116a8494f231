//! Registrations: the beginning of a log, parties, sites, keys.

use super::Case;
use crate::core::custody::effects::Effects;
use crate::core::custody::finding::FindingCode;
use crate::core::custody::keys::EntryKey;
use crate::core::custody::refusal::Refusal;
use crate::core::custody::state::{KeyFacts, PartyFacts, SiteFacts};
use crate::core::ids::{PartyId, SiteId};
use crate::core::record::body::{
    AddKey, Beat, KeyRole, PartyKind, RegisterParty, RegisterSite, RevokeKey,
};
use crate::core::record::sealed::SealedValue;
use crate::core::record::{Body, Jwk, Record};
use crate::core::time::UnixSeconds;

/// The first record of a log: the node's own beat, which names the node's key, the log's key and
/// the registrar from whom every other standing derives.
pub(super) fn genesis(record: &Record, at: EntryKey) -> Result<Effects, Refusal> {
    let Body::Beat(beat) = &record.body else {
        return Err(Refusal::NotGenesis);
    };
    let genesis = beat.genesis.as_ref().ok_or(Refusal::NotGenesis)?;
    let alone = record.claims.prev.is_none()
        && record.claims.moves.is_empty()
        && record.claims.refs.is_empty()
        && record.claims.site.is_none();
    // One key in both places would be the registrar's alone, and no beat could follow.
    let distinct = genesis.node_key != genesis.registrar_key;
    let own = genesis.node_key.kid() == record.kid && record.claims.iss == genesis.registrar;
    if !alone || !distinct || !own {
        return Err(Refusal::NotGenesis);
    }
    let key = |jwk: Jwk, role: KeyRole| KeyFacts {
        kid: jwk.kid(),
        jwk,
        entry: at,
        party: genesis.registrar,
        sites: Vec::new(),
        role,
        from: UnixSeconds::default(),
        until: None,
        revoked: None,
        suspect_since: None,
    };
    Ok(Effects {
        party: Some(PartyFacts {
            id: genesis.registrar,
            entry: at,
            said: at,
            kind: PartyKind::Registrar,
            name: Some(genesis.registrar_name.to_string()),
            county: genesis.province,
            agent: None,
        }),
        keys: vec![
            key(genesis.node_key, KeyRole::Node),
            key(genesis.registrar_key, KeyRole::Admin),
        ],
        ..Effects::default()
    })
}

/// A later beat is never a second beginning.
pub(super) fn beat(body: &Beat) -> Result<(), Refusal> {
    if body.genesis.is_some() {
        return Err(Refusal::SecondGenesis);
    }
    Ok(())
}

pub(super) fn register_party(
    case: &Case<'_>,
    body: &RegisterParty,
    effects: &mut Effects,
) -> Result<(), Refusal> {
    let is_person = matches!(body.party, PartyId::Smallholder(_));
    if is_person != (body.kind == PartyKind::Smallholder) {
        return Err(Refusal::Contradiction {
            what: "kind / party",
        });
    }
    if is_person == body.name.is_some() {
        // The name of a natural person is sealed; the name of a business is public.
        return Err(Refusal::Contradiction { what: "name" });
    }
    // A home node has every disclosure; in a bundle the name is withheld, which is not the same as none.
    if is_person && matches!(case.record.sealed("person"), Some(SealedValue::Null)) {
        return Err(Refusal::Contradiction { what: "person" });
    }
    if matches!(body.kind, PartyKind::Registrar) && body.party != case.record.claims.iss {
        return Err(Refusal::NotEntitled {
            zh: "设立登记机构",
            en: "appoint a registrar",
        });
    }
    if body.party == case.record.claims.iss && body.kind != PartyKind::Registrar {
        // Nobody could enrol anybody any more.
        return Err(Refusal::Contradiction {
            what: "kind / party",
        });
    }
    let entry = case
        .state
        .parties
        .get(&body.party)
        .map_or(case.at, |known| known.entry);
    effects.party = Some(PartyFacts {
        id: body.party,
        entry,
        said: case.at,
        kind: body.kind,
        name: body.name.as_ref().map(ToString::to_string),
        county: body.county,
        agent: body.agent,
    });
    Ok(())
}

pub(super) fn register_site(
    case: &Case<'_>,
    body: &RegisterSite,
    effects: &mut Effects,
) -> Result<(), Refusal> {
    if !case.state.parties.knows(&body.party) {
        return Err(Refusal::UnknownParty);
    }
    let known = case.state.sites.get(&body.site);
    let entry = known.map_or(case.at, |known| known.entry);
    // Whether anything is left there would take the sum over every line of the site, which admission
    // does not have at hand and a replay could not get without walking the whole log; a shop that
    // is sold with its stock is real trade besides. So it stands, and is found: what the site holds
    // is the new party's from here on, without a handover that both signed.
    if let Some(from) = known
        .map(|known| known.party)
        .filter(|party| *party != body.party)
    {
        case.find(effects, FindingCode::SiteChangedHands { from });
    }
    effects.site = Some(SiteFacts {
        id: body.site,
        entry,
        said: case.at,
        party: body.party,
        kind: body.kind,
        name: body.name.to_string(),
        county: body.county,
        open: body.open,
        filed: body.filing.is_some(),
    });
    Ok(())
}

pub(super) fn add_key(
    case: &Case<'_>,
    body: &AddKey,
    effects: &mut Effects,
) -> Result<(), Refusal> {
    may_manage_keys_of(case, &body.party, &body.sites)?;
    if !case.state.parties.knows(&body.party) {
        return Err(Refusal::UnknownParty);
    }
    let kid = body.jwk.kid();
    if case.state.keys.knows(&kid) {
        return Err(Refusal::KeyKnown);
    }
    if body.role == KeyRole::Node {
        return Err(Refusal::NodeOnly);
    }
    if body.until.is_some_and(|until| until <= body.from) {
        return Err(Refusal::Contradiction {
            what: "from / until",
        });
    }
    for id in body.sites.iter() {
        let site = case.state.sites.get(id).ok_or(Refusal::UnknownSite)?;
        if site.party != body.party {
            return Err(Refusal::SiteOfOtherParty);
        }
    }
    effects.keys.push(KeyFacts {
        kid,
        jwk: body.jwk,
        entry: case.at,
        party: body.party,
        sites: body.sites.to_vec(),
        role: body.role,
        from: body.from,
        until: body.until,
        revoked: None,
        suspect_since: None,
    });
    Ok(())
}

pub(super) fn revoke_key(
    case: &Case<'_>,
    body: &RevokeKey,
    effects: &mut Effects,
) -> Result<(), Refusal> {
    let key = case.state.keys.get(&body.key).ok_or(Refusal::UnknownKey)?;
    if key.role == KeyRole::Node {
        return Err(Refusal::NodeOnly);
    }
    may_manage_keys_of(case, &key.party, &key.sites)?;
    if key.revoked.is_some() {
        return Err(Refusal::KeyRevoked);
    }
    // A key that revokes itself and says since when it was not safe speaks of this very record. What
    // it signed before is found when it is looked at: the verdict asks for the key of every record.
    let suspect = body.suspect_since.filter(|_| body.key == case.record.kid);
    if suspect.is_some_and(|since| since <= case.record.claims.iat) {
        case.find(effects, FindingCode::SuspectKey);
    }
    effects.revoked = Some((body.key, body.suspect_since));
    Ok(())
}

/// The registrar manages everybody's keys; an admin key those of its own party, and one that is
/// limited to some sites only keys that are limited to those: nobody grants more than they have.
fn may_manage_keys_of(case: &Case<'_>, party: &PartyId, sites: &[SiteId]) -> Result<(), Refusal> {
    if case.party.kind == PartyKind::Registrar {
        return Ok(());
    }
    let is_own = case.key.party == *party && case.key.role == KeyRole::Admin;
    let limits = &case.key.sites;
    let is_within = !sites.is_empty() && sites.iter().all(|site| limits.contains(site));
    if is_own && (limits.is_empty() || is_within) {
        return Ok(());
    }
    Err(Refusal::NotEntitled {
        zh: "管理该密钥",
        en: "manage this key",
    })
}
