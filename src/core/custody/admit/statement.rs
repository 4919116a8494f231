//! What parties, laboratories and authorities say about lots and sites.

use super::Case;
use crate::core::custody::keys::MoveKey;
use crate::core::custody::refusal::Refusal;
use crate::core::custody::state::EntryFacts;
use crate::core::record::body::{
    CloseRecall, Correct, Inspect, InspectionMode, PartyKind, Recall, Release, UseInput,
};
use crate::core::record::{RecordId, RecordType, Subject};

pub(super) fn use_input(case: &Case<'_>, body: &UseInput) -> Result<(), Refusal> {
    case.premises()?;
    if body.until < body.from {
        return Err(Refusal::Contradiction {
            what: "from / until",
        });
    }
    Ok(())
}

pub(super) fn inspect(case: &Case<'_>, body: &Inspect) -> Result<(), Refusal> {
    let is_public = case.party.kind.is_authority() || case.party.kind == PartyKind::Lab;
    if !is_public && body.mode != InspectionMode::SelfCheck {
        return Err(Refusal::NotEntitled {
            what: "监督检查 / inspect others",
        });
    }
    about_something_known(case)
}

pub(super) fn hold(case: &Case<'_>) -> Result<(), Refusal> {
    about_something_known(case)
}

pub(super) fn release(case: &Case<'_>, body: &Release) -> Result<(), Refusal> {
    let hold = earlier(case, body.hold, RecordType::Hold)?;
    // Whoever blocked may unblock; a laboratory may not lift what an authority imposed.
    if hold.party == case.party.id || case.party.kind.is_authority() {
        return Ok(());
    }
    Err(Refusal::NotEntitled {
        what: "解除该封存 / lift this hold",
    })
}

pub(super) fn recall(case: &Case<'_>, body: &Recall) -> Result<(), Refusal> {
    about_something_known(case)?;
    if crate::core::rules::clocks::recall_policy(body.policy.as_str()).is_none() {
        return Err(Refusal::Contradiction { what: "policy" });
    }
    // Whoever copies a code must not gain power over the lot it was copied from, so every origin
    // that the subject names has to be the author's own.
    let is_own = |subject: &Subject| {
        let origins = origins(case, subject);
        let mut lots = origins.iter().map(|key| case.state.lots.get(key));
        !origins.is_empty() && lots.all(|lot| lot.is_some_and(|lot| lot.party == case.party.id))
    };
    let about = &case.record.claims.about;
    if case.party.kind.is_authority() || about.iter().all(is_own) {
        return Ok(());
    }
    Err(Refusal::NotEntitled {
        what: "召回他人的产品 / recall others' goods",
    })
}

pub(super) fn close_recall(case: &Case<'_>, body: &CloseRecall) -> Result<(), Refusal> {
    let recall = earlier(case, body.recall, RecordType::Recall)?;
    if recall.party == case.party.id || case.party.kind.is_authority() {
        return Ok(());
    }
    Err(Refusal::NotEntitled {
        what: "结束该召回 / end this recall",
    })
}

pub(super) fn correct(case: &Case<'_>, body: &Correct) -> Result<(), Refusal> {
    let corrected = case
        .state
        .entries
        .get(&body.record)
        .ok_or(Refusal::CitationUnknown { id: body.record })?;
    if corrected.party != case.party.id {
        return Err(Refusal::NotEntitled {
            what: "更正他人的记录 / correct others' records",
        });
    }
    Ok(())
}

fn earlier<'a>(
    case: &'a Case<'_>,
    id: RecordId,
    kind: RecordType,
) -> Result<&'a EntryFacts, Refusal> {
    let entry = case
        .state
        .entries
        .get(&id)
        .ok_or(Refusal::CitationUnknown { id })?;
    if entry.kind == kind {
        Ok(entry)
    } else {
        Err(Refusal::CitationKind { id })
    }
}

/// A statement that blocks or calls back must not miss its target by a mistyped code.
fn about_something_known(case: &Case<'_>) -> Result<(), Refusal> {
    let about = &case.record.claims.about;
    if about.is_empty() {
        return Err(Refusal::Contradiction { what: "about" });
    }
    for subject in about.iter() {
        match subject {
            Subject::Lot(_) | Subject::LotOf(..) if origins(case, subject).is_empty() => {
                return Err(Refusal::UnknownLot);
            }
            Subject::Site(site) if !case.state.sites.knows(site) => {
                return Err(Refusal::UnknownSite);
            }
            Subject::Record(id) if !case.state.entries.knows(id) => {
                return Err(Refusal::CitationUnknown { id: *id });
            }
            _ => {}
        }
    }
    Ok(())
}

/// The lots that a subject names: every origin of a code, or the one that is named.
fn origins(case: &Case<'_>, subject: &Subject) -> Vec<MoveKey> {
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
