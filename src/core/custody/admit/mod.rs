//! Admission: one pure function from what the log knows and a verified record to effects and
//! findings, or a refusal. The order of its checks is part of the format: the first thing that
//! is wrong is the one that is named.

mod authority;
mod custody;
mod feed;
mod papers;
mod registry;
mod relation;
mod settle;
mod shelf_life;
mod shipment;
mod statement;
mod yields;

use super::effects::Effects;
use super::finding::{Finding, FindingCode};
use super::keys::EntryKey;
use super::refusal::Refusal;
use super::state::{KeyFacts, PartyFacts, SiteFacts, Working};
use crate::core::log::Origin;
use crate::core::record::{Body, Record, RecordId, RecordType, Subject};
use crate::core::rules::clocks;
use crate::core::time::{ChinaDate, UnixSeconds};

/// What admission knows beside the state.
#[derive(Debug, Clone)]
pub struct Context {
    /// This log.
    pub log: Origin,
    /// The node's time: that of the beat before the record.
    pub now: UnixSeconds,
}

/// What becomes of a record that breaks nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Admission {
    /// It is new, and this is what it changes.
    New(Box<Effects>),
    /// It is already here.
    Duplicate(EntryKey),
    /// It answers a dispatch that is not here yet.
    Parked {
        /// The dispatch it waits for.
        awaits: RecordId,
    },
}

/// A record under examination, with what the state knows about its author.
struct Case<'a> {
    state: &'a Working,
    record: &'a Record,
    at: EntryKey,
    now: UnixSeconds,
    key: &'a KeyFacts,
    party: &'a PartyFacts,
    site: Option<&'a SiteFacts>,
}

impl Case<'_> {
    /// The date in China by the node's clock: what counts for law.
    fn today(&self) -> ChinaDate {
        self.now.china_date()
    }

    /// The site at which goods move; every type that moves goods needs one.
    fn premises(&self) -> Result<&SiteFacts, Refusal> {
        self.site.ok_or(Refusal::UnknownSite)
    }

    fn find(&self, effects: &mut Effects, code: FindingCode) {
        effects.findings.push(Finding {
            entry: self.at,
            code,
        });
    }
}

/// Decides about a record whose signature was verified with the key its header names. `at` is
/// the place it would take.
///
/// # Errors
/// A refusal with a stable code; the state is unchanged whatever the outcome.
pub fn admit(
    state: &Working,
    record: &Record,
    at: EntryKey,
    context: &Context,
) -> Result<Admission, Refusal> {
    if record.claims.log != context.log {
        return Err(Refusal::WrongLog {
            log: record.claims.log.to_string(),
            home: context.log.to_string(),
        });
    }
    if at.index() == 0 {
        return registry::genesis(record, at).map(|effects| Admission::New(Box::new(effects)));
    }
    if let Some(entry) = feed::duplicate(state, record)? {
        return Ok(Admission::Duplicate(entry));
    }
    let case = authority::standing(state, record, at, now(record, context))?;
    if case.now < context.now {
        return Err(Refusal::BeatBackwards);
    }
    feed::check_prev(state, record)?;
    if let Some(awaits) = shipment::awaits(&case) {
        return Ok(Admission::Parked { awaits });
    }
    let mut effects = Effects::default();
    cite(&case, &mut effects)?;
    judge_time(&case, &mut effects)?;
    decide(&case, &mut effects)?;
    effects.about.extend(subjects(record));
    Ok(Admission::New(Box::new(effects)))
}

/// A beat is judged at the time it says, every other record at that of the beat before it.
fn now(record: &Record, context: &Context) -> UnixSeconds {
    match &record.body {
        Body::Beat(beat) => beat.at,
        _ => context.now,
    }
}

/// What a record is about, said or not: traces and bundles find it by these.
pub fn subjects(record: &Record) -> impl Iterator<Item = Subject> {
    let said = record.claims.about.iter().cloned();
    said.chain(implied_subject(record))
}

/// What a record is about without saying so: inputs and zone readings concern the site where they
/// are written, a registration the site it enrols. Traces and bundles find them by it.
fn implied_subject(record: &Record) -> Option<Subject> {
    match &record.body {
        Body::UseInput(_) => record.claims.site.map(Subject::Site),
        Body::Observe(body) if body.zone.is_some() => record.claims.site.map(Subject::Site),
        Body::RegisterSite(body) => Some(Subject::Site(body.site)),
        _ => None,
    }
}

fn decide(case: &Case<'_>, effects: &mut Effects) -> Result<(), Refusal> {
    custody::check_shape(case.record)?;
    relation::check_agency(case, effects)?;
    match &case.record.body {
        Body::Beat(body) => registry::beat(body),
        Body::RegisterParty(body) => registry::register_party(case, body, effects),
        Body::RegisterSite(body) => registry::register_site(case, body, effects),
        Body::AddKey(body) => registry::add_key(case, body, effects),
        Body::RevokeKey(body) => registry::revoke_key(case, body, effects),
        Body::Create(body) => custody::create(case, body, effects),
        Body::Enter(body) => custody::enter(case, body, effects),
        Body::UseInput(body) => statement::use_input(case, body),
        Body::Certify(body) => papers::certify(case, body, effects),
        Body::Dispatch(body) => shipment::dispatch(case, body, effects),
        Body::PickUp(body) => shipment::leg(case, body.dispatch),
        Body::Observe(body) => shipment::observe(case, body, effects),
        Body::HandOn(body) => shipment::hand_on(case, body, effects),
        Body::Deliver(body) => shipment::leg(case, body.dispatch),
        Body::Receive(body) => shipment::receive(case, body, effects),
        Body::Settle(body) => settle::settle(case, body, effects),
        Body::Transform(body) => custody::transform(case, body, effects),
        Body::Sell(_) => custody::sell(case, effects),
        Body::Dispose(_) => custody::dispose(case, effects),
        Body::Count(_) => custody::count(case, effects),
        Body::Inspect(body) => statement::inspect(case, body),
        Body::Hold(_) => statement::hold(case),
        Body::Release(body) => statement::release(case, body),
        Body::Recall(body) => statement::recall(case, body),
        Body::CloseRecall(body) => statement::close_recall(case, body),
        Body::Correct(body) => statement::correct(case, body),
    }
}

/// Every record relied on must be here; what is cited is kept, so that it can be found from
/// either side.
fn cite(case: &Case<'_>, effects: &mut Effects) -> Result<(), Refusal> {
    for id in super::needs::cited(case.record) {
        let entry = case
            .state
            .entries
            .get(&id)
            .ok_or(Refusal::CitationUnknown { id })?;
        if !effects.cites.contains(&entry.key) {
            effects.cites.push(entry.key);
        }
    }
    Ok(())
}

fn judge_time(case: &Case<'_>, effects: &mut Effects) -> Result<(), Refusal> {
    let ahead = case.record.claims.iat.since(case.now);
    if ahead > clocks::future_skew_s() {
        return Err(Refusal::ClockAhead { seconds: ahead });
    }
    let late_s = case.now.since(case.record.claims.iat);
    if late_s > clocks::late_entry_allowance_s() && case.record.kind() != RecordType::Beat {
        case.find(
            effects,
            FindingCode::LateEntry {
                hours: late_s / 3600,
            },
        );
    }
    Ok(())
}
