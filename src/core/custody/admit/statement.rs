//! What parties, laboratories and authorities say about lots and sites.

use super::Case;
use super::relation::{self, origins};
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
            zh: "监督检查",
            en: "inspect others",
        });
    }
    // An office judges by itself; what a party says of its own, its agent may say.
    if body.on_behalf_of.is_some() && body.mode != InspectionMode::SelfCheck {
        return Err(Refusal::Contradiction {
            what: "mode / on_behalf_of",
        });
    }
    about_something_known(case)?;
    match body.mode {
        InspectionMode::SelfCheck => relation::check_concerned(case),
        _ => Ok(()),
    }
}

pub(super) fn hold(case: &Case<'_>) -> Result<(), Refusal> {
    about_something_known(case)
}

pub(super) fn release(case: &Case<'_>, body: &Release) -> Result<(), Refusal> {
    let hold = earlier(case, body.hold, RecordType::Hold)?;
    // Whoever blocked may unblock; a laboratory may not lift what an authority imposed.
    if hold.party == case.party.id || case.party.kind.is_authority() {
        return check_runs(case, hold);
    }
    Err(Refusal::NotEntitled {
        zh: "解除该封存",
        en: "lift this hold",
    })
}

pub(super) fn recall(case: &Case<'_>, body: &Recall) -> Result<(), Refusal> {
    about_something_known(case)?;
    if crate::core::rules::clocks::recall_policy(body.policy.as_str()).is_none() {
        return Err(Refusal::Contradiction { what: "policy" });
    }
    // Whoever copies a code must not gain power over the lot it was copied from, so every origin
    // that the subject names has to be the author's own.
    if case.party.kind.is_authority() {
        return Ok(());
    }
    for subject in case.record.claims.about.iter() {
        let origins = origins(case, subject);
        let mut is_own = !origins.is_empty();
        for lot in origins.iter().filter_map(|key| case.state.lots.get(key)) {
            is_own &= match body.on_behalf_of {
                Some(party) => lot.party == party,
                None => relation::speaks_for(case, &lot.party)?,
            };
        }
        if !is_own {
            return Err(Refusal::NotEntitled {
                zh: "召回他人的产品",
                en: "recall others' goods",
            });
        }
    }
    Ok(())
}

pub(super) fn close_recall(case: &Case<'_>, body: &CloseRecall) -> Result<(), Refusal> {
    let recall = earlier(case, body.recall, RecordType::Recall)?;
    if recall.party == case.party.id || case.party.kind.is_authority() {
        return check_runs(case, recall);
    }
    Err(Refusal::NotEntitled {
        zh: "结束该召回",
        en: "end this recall",
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
            zh: "更正他人的记录",
            en: "correct others' records",
        });
    }
    Ok(())
}

/// What has ended does not end again: two ends would say two things about one hold or recall.
fn check_runs(case: &Case<'_>, entry: &EntryFacts) -> Result<(), Refusal> {
    match case.state.ended.get(&entry.key) {
        Some(true) => Err(Refusal::AlreadyClosed),
        _ => Ok(()),
    }
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
